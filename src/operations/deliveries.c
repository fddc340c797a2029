/* Events become deliveries, and deliveries are settled. The order is kept for each webhook, but for what has to be sent
 * again: one that cannot be delivered is not in the way of what follows. */
#include "operations/deliveries.h"

#include "auth/principal.h"
#include "base/calendar.h"
#include "base/random.h"
#include "contract/encode.h"
#include "operations/events.h"
#include "operations/mail.h"

#define FORGOTTEN_A_BATCH   1000
#define WEBHOOKS_A_CLAIM    16
#define WORKSPACES_A_SEARCH 16
#define MESSAGE_BYTES_MAX   (8 * 1024 * 1024)
#define HEAD_BYTES          1024                    /* of a message, about: what stands before the event's data */
#define HORIZON_SECONDS     (2 * WEBHOOK_DELAY_MAX) /* nothing is due later, unless a clock that was ahead said so */
#define LEASE_SECONDS_MAX   120                     /* the same of leases */
#define FAILING_SECONDS     (3 * SECONDS_PER_DAY)   /* without a success: then a webhook is not called any more */
#define GONE                410                     /* RFC 9110 15.5.11 */

struct webhook_keys webhook_keys_of(const struct webhook_row *webhook)
{
	struct webhook_keys keys = {.count = webhook->previous_token_until == NONE ? 1 : 2};

	for (unsigned i = 0; i < keys.count; i++)
		seal_secret("webhook", webhook->id, webhook->secret_number - i, keys.bytes[i]);
	return keys;
}

/* --- whom a webhook speaks for ----------------------------------------------------------------------------------- */

/* It is told what they may see who saved it last. */
static enum error become_owner(const struct db_context *db, const struct webhook_row *webhook, struct db_context *ret,
                               bool *ret_may)
{
	struct principal principal = {.only_workspace_id = NONE};
	enum error       error;

	*ret = *db;
	ret->caller_id = webhook->owner_id;
	error = principal_enter_workspace(ret, &principal);
	*ret_may = !error && (ret->caller_role == ROLE_OWNER || ret->caller_role == ROLE_EXECUTIVE_MANAGER);
	return error == ERROR_NOT_A_MEMBER ? ERROR_NONE : error;
}

/* --- a webhook that is called no more ---------------------------------------------------------------------------- */

static enum error tell_owner(struct db_context *db, const struct settings *settings, const struct webhook_row *webhook,
                             const char *why)
{
	struct member_row member;
	bool              found;

	if (!settings->sends_mail)
		return ERROR_NONE;
	TRY(sql_find_member(db, webhook->owner_id, &member, &found));
	if (!found || member.deleted_at != NONE || member.is_blocked || member.status != MEMBER_STATUS_ACTIVE)
		return ERROR_NONE;
	struct text body = text_format(db->arena,
	                               "The webhook %s\n%s. It is not called any more.\n\n"
	                               "Set its status to active when it can be: then it is told what it has missed, of "
	                               "the last %d days.\n",
	                               webhook->url.data, why, (int)(EVENT_SECONDS / SECONDS_PER_DAY));
	return body.data ? mail_queue(db, member.email, TEXT("A webhook was stopped"), body) : ERROR_NO_MEMORY;
}

static enum error stop_webhook(struct db_context *db, const struct settings *settings,
                               const struct webhook_row *webhook, int64_t status, const char *why)
{
	int64_t changed;

	TRY(sql_set_webhook_state(db, webhook->id, status, webhook->failing_since, &changed));
	return changed ? tell_owner(db, settings, webhook, why) : ERROR_NONE;
}

/* --- from events to deliveries ----------------------------------------------------------------------------------- */

static bool webhook_wants(const struct webhook_row *webhook, const struct event_row *event)
{
	struct text name = text_of(enumeration_name(&enumeration_event_kind, event->event));

	if (event->event == EVENT_KIND_WEBHOOK_PING)
		return event->object_id == webhook->id;
	for (size_t i = 0; i < webhook->events.count; i++)
		if (webhook_pattern_matches(webhook->events.items[i].pattern, name))
			return true;
	return false;
}

/* Those that follow its position, `most` of them. One that stood still for so long that some of them are not kept any
 * more goes on with those that are. */
static enum error make_deliveries(struct db_context *as_owner, struct webhook_row *webhook, int64_t most)
{
	struct new_delivery_row *made = arena_alloc_array(as_owner->arena, (size_t)most, sizeof(*made));
	struct events_found      found;
	struct arena_mark        mark;
	size_t                   count = 0;

	if (!made)
		return ERROR_NO_MEMORY;
	TRY(db_mark(as_owner, &mark));
	enum error error = events_after(as_owner, webhook->position, most, &found);
	if (error == ERROR_CURSOR_TOO_OLD)
		error = events_after(as_owner, 0, most, &found);
	TRY(error);
	for (size_t i = 0; i < found.count; i++)
		if (webhook_wants(webhook, &found.items[i]))
			made[count++] = (struct new_delivery_row){.webhook_id = webhook->id,
			                                          .position = found.items[i].position,
			                                          .event_id = found.items[i].id,
			                                          .kind = found.items[i].event};
	webhook->position = found.position;
	arena_rewind(as_owner->arena, mark); /* what they say is large, and of no use yet */
	return count ? sql_insert_deliveries(as_owner, made, count) : ERROR_NONE;
}

/* --- messages ---------------------------------------------------------------------------------------------------- */

static const struct event_row *event_at(const struct event_rows *events, int64_t position)
{
	for (size_t i = 0; i < events->count; i++)
		if (events->items[i].position == position)
			return &events->items[i];
	return NULL;
}

/* The same whenever it is sent, unless its owner may see less by now. */
static enum error delivery_write(struct arena *arena, const struct event_row *event, struct delivery *delivery)
{
	struct buffer buffer;

	buffer_init(&buffer, arena, event->data.length + HEAD_BYTES, MESSAGE_BYTES_MAX);
	encode_object(&buffer, &output_event, (const char *)event);
	if (buffer.overflown)
		return ERROR_NO_MEMORY;
	delivery->body = buffer_text(&buffer);
	seal_id("event", event->id, delivery->id);
	return ERROR_NONE;
}

static enum error list_events_of(struct db_context *as_owner, const struct due_delivery_rows *due,
                                 struct event_rows *ret)
{
	int64_t *places = arena_alloc_array(as_owner->arena, due->count + 1, sizeof(*places));

	if (!places)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < due->count; i++)
		places[i] = due->items[i].place;
	return events_at(as_owner, (struct integer_list){places, due->count}, ret);
}

/* What can never be sent is given up at once. */
static enum error give_up(struct db_context *db, const struct webhook_row *webhook, const struct due_delivery_row *due)
{
	struct new_attempt_row attempt = {
		.webhook_id = webhook->id,
		.position = due->position,
		.response_status = NONE,
		.duration_ms = NONE,
		.failure = TEXT("The event is not kept any more, or may not be seen by who saved the webhook."),
	};
	struct settled_delivery_row settled = {
		.webhook_id = webhook->id,
		.position = due->position,
		.asked = due->asked,
		.status = DELIVERY_STATUS_FAILED,
		.attempts = due->attempts,
		.due_at = NONE,
	};

	TRY(sql_settle_delivery(db, &settled));
	return sql_insert_attempt(db, &attempt);
}

static enum error make_messages(struct db_context *as_owner, const struct webhook_row *webhook,
                                const struct due_delivery_rows *due, int64_t leased_until, struct deliveries *ret)
{
	struct webhook_keys keys = webhook_keys_of(webhook);
	struct event_rows   events;

	TRY(list_events_of(as_owner, due, &events));
	for (size_t i = 0; i < due->count; i++) {
		const struct due_delivery_row *row = &due->items[i];
		const struct event_row        *event = event_at(&events, row->position);

		if (!event) {
			TRY(give_up(as_owner, webhook, row));
			continue;
		}
		ret->items[ret->count] = (struct delivery){
			.event_id = row->event_id,
			.webhook_id = webhook->id,
			.position = row->position,
			.asked = row->asked,
			.attempts = row->attempts,
			.leased_until = leased_until,
			.failing = webhook->failing_since != NONE,
			.url = webhook->url,
			.keys = keys,
		};
		TRY(delivery_write(as_owner->arena, event, &ret->items[ret->count++]));
	}
	return ERROR_NONE;
}

/* --- taking and giving back -------------------------------------------------------------------------------------- */

/* What was tried before comes first: fresh events, which are made deliveries only here, fill up what is left. */
static enum error claim_from(struct db_context *as_owner, struct webhook_row *webhook, int64_t leased_until,
                             struct deliveries *ret)
{
	size_t                   before = ret->count;
	int64_t                  most = (int64_t)(ret->most - before);
	struct due_delivery_rows due;

	TRY(sql_bring_deliveries_forward(as_owner, webhook->id, as_owner->now + HORIZON_SECONDS));
	TRY(sql_list_due_deliveries(as_owner, webhook->id, most, &due));
	if ((int64_t)due.count < most) {
		TRY(make_deliveries(as_owner, webhook, most - (int64_t)due.count));
		TRY(sql_list_due_deliveries(as_owner, webhook->id, most, &due));
	}
	TRY(make_messages(as_owner, webhook, &due, leased_until, ret));
	return sql_lease_webhook(as_owner, webhook->id, webhook->position,
	                         ret->count > before ? leased_until : as_owner->now);
}

/* False: none is due. */
static enum error claim_one(struct db_context *db, const struct settings *settings, int64_t leased_until,
                            struct deliveries *ret, bool *ret_found)
{
	struct webhook_row webhook;
	struct db_context  as_owner;
	bool               may;

	TRY(sql_claim_webhook(db, db->now + HORIZON_SECONDS, db->now + LEASE_SECONDS_MAX, &webhook, ret_found));
	if (!*ret_found)
		return ERROR_NONE;
	TRY(sql_attach_to_webhook(db, &webhook, 1));
	TRY(become_owner(db, &webhook, &as_owner, &may));
	if (!may)
		return stop_webhook(db, settings, &webhook, WEBHOOK_STATUS_PAUSED, "speaks for somebody who may not have one");
	return claim_from(&as_owner, &webhook, leased_until, ret);
}

enum error deliveries_claim(struct db_context *db, const struct settings *settings, int64_t lease_seconds, size_t most,
                            struct deliveries *ret)
{
	bool found = true;

	*ret = (struct deliveries){.items = arena_alloc_array(db->arena, most, sizeof(*ret->items)), .most = most};
	if (!ret->items)
		return ERROR_NO_MEMORY;
	for (unsigned i = 0; found && i < WEBHOOKS_A_CLAIM && ret->count < most; i++)
		TRY(claim_one(db, settings, db->now + lease_seconds, ret, &found));
	return ERROR_NONE;
}

enum error deliveries_search(struct db_context *db, struct due_workspace_rows *ret)
{
	return sql_list_due_webhook_workspaces(db, db->now + HORIZON_SECONDS, db->now + LEASE_SECONDS_MAX,
	                                       WORKSPACES_A_SEARCH, ret);
}

enum error deliveries_release(struct db_context *db, int64_t webhook_id, int64_t leased_until)
{
	return sql_release_webhook(db, webhook_id, leased_until);
}

/* --- what came of it --------------------------------------------------------------------------------------------- */

bool delivery_succeeded(const struct delivery_outcome *outcome)
{
	return !outcome->failure.data && outcome->response_status >= 200 && outcome->response_status < 300;
}

/* False: it was deleted, paused or led elsewhere meanwhile. */
static enum error settle_webhook(struct db_context *db, const struct settings *settings,
                                 const struct delivery *delivery, const struct delivery_outcome *outcome,
                                 bool *ret_goes_on)
{
	struct webhook_row webhook;
	enum error         error = sql_get_webhook(db, delivery->webhook_id, &webhook);
	bool               succeeded = delivery_succeeded(outcome);
	int64_t            changed;

	*ret_goes_on = !error && webhook.status == WEBHOOK_STATUS_ACTIVE && text_equal(webhook.url, delivery->url) &&
	               outcome->response_status != GONE;
	if (error == ERROR_NOT_FOUND)
		return ERROR_NONE;
	TRY(error);
	if (webhook.status != WEBHOOK_STATUS_ACTIVE)
		return ERROR_NONE;
	if (outcome->response_status == GONE)
		return stop_webhook(db, settings, &webhook, WEBHOOK_STATUS_GONE, "says that it is gone (410)");
	if (succeeded != (webhook.failing_since == NONE))
		return sql_set_webhook_state(db, webhook.id, webhook.status, succeeded ? NONE : db->now, &changed);
	if (!succeeded && db->now - webhook.failing_since >= FAILING_SECONDS)
		return stop_webhook(db, settings, &webhook, WEBHOOK_STATUS_FAILING, "has failed for three days");
	return ERROR_NONE;
}

enum error delivery_settle(struct db_context *db, const struct settings *settings, const struct delivery *delivery,
                           const struct delivery_outcome *outcome, bool *ret_goes_on)
{
	bool                   is_over = delivery_succeeded(outcome) || outcome->response_status == GONE;
	int64_t                attempts = delivery->attempts + 1;
	int64_t                delay = is_over ? NONE : webhook_delay(attempts, outcome->retry_after, random_number());
	struct new_attempt_row attempt = {
		.webhook_id = delivery->webhook_id,
		.position = delivery->position,
		.response_status = outcome->response_status,
		.response_head = outcome->response_head,
		.duration_ms = outcome->duration_ms,
		.failure = outcome->failure,
	};
	struct settled_delivery_row settled = {
		.webhook_id = delivery->webhook_id,
		.position = delivery->position,
		.asked = delivery->asked,
		.status = delivery_succeeded(outcome) ? DELIVERY_STATUS_DELIVERED :
	              delay == NONE               ? DELIVERY_STATUS_FAILED :
	                                            DELIVERY_STATUS_PENDING,
		.attempts = attempts,
		.due_at = delay == NONE ? NONE : db->now + delay,
	};

	TRY(sql_settle_delivery(db, &settled));
	TRY(sql_insert_attempt(db, &attempt));
	return settle_webhook(db, settings, delivery, outcome, ret_goes_on);
}

/* --- the log ----------------------------------------------------------------------------------------------------- */

enum error deliveries_forget(struct db_context *db)
{
	TRY(sql_forget_attempts(db, FORGOTTEN_A_BATCH));
	return sql_forget_deliveries(db, FORGOTTEN_A_BATCH);
}

enum error deliveries_are_old(struct db_context *db, bool *ret)
{
	int64_t position;

	TRY(sql_next_delivery_forgotten(db, &position));
	*ret = position != 0;
	return ERROR_NONE;
}
