/* Webhooks (contract 3.14), and what their owners see and do about the deliveries. */
#include "base/calendar.h"
#include "base/host.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/deliveries.h"
#include "operations/due_work.h"
#include "operations/events.h"
#include "operations/retention.h"

#define WEBHOOKS_MAX   100
#define LOOKED_BACK_AT 1000 /* events: of that many the times may be in another order than their positions */

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum error webhooks_complete(struct call *call, struct webhook_row *webhooks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct webhook_keys keys = webhook_keys_of(&webhooks[i]);

		webhooks[i].token = webhook_secret(call->db.arena, keys.bytes[0]);
		if (!webhooks[i].token.data)
			return ERROR_NO_MEMORY;
	}
	return sql_attach_to_webhook(&call->db, webhooks, count);
}

static enum error webhook_get(struct call *call, int64_t id, struct webhook_row *ret)
{
	TRY(sql_get_webhook(&call->db, id, ret));
	return webhooks_complete(call, ret, 1);
}

enum error op_get_webhooks(struct call *call, const struct get_webhooks_input *input,
                           struct get_webhooks_output *output)
{
	(void)input;
	TRY(sql_list_webhooks(&call->db, &call->page, &output->data));
	return webhooks_complete(call, output->data.items, output->data.count);
}

enum error op_get_webhook(struct call *call, const struct get_webhook_input *input, struct get_webhook_output *output)
{
	return webhook_get(call, input->webhook_id, &output->data);
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

static enum error webhook_check_url(struct call *call, struct text url)
{
	struct webhook_target target;

	if (!webhook_target_of(url, &target))
		return call_fault(call, "url", "The url must be an address of http or https.");
	if (!call->settings->webhook_allow_private && !host_may_be_public(target.host))
		return call_fault(call, "url", "The url must not lead into a private network.");
	return ERROR_NONE;
}

static bool is_pattern(struct text pattern)
{
	for (size_t i = 0; i < enumeration_event_kind.count; i++)
		if (webhook_pattern_matches(pattern, enumeration_event_kind.values[i].name))
			return true;
	return false;
}

static enum error put_patterns(struct call *call, int64_t webhook_id, struct text_list patterns)
{
	struct webhook_pattern_row *rows = arena_alloc_array(call->db.arena, patterns.count + 1, sizeof(*rows));

	if (!rows)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < patterns.count; i++) {
		if (!is_pattern(patterns.items[i]))
			return call_fault(call, "events", "The events must be names such as project.created, project.* or *.");
		rows[i] = (struct webhook_pattern_row){webhook_id, patterns.items[i]};
	}
	TRY(sql_delete_webhook_patterns(&call->db, webhook_id));
	return sql_insert_webhook_patterns(&call->db, rows, patterns.count);
}

enum error op_create_webhook(struct call *call, const struct create_webhook_input *input,
                             struct create_webhook_output *output)
{
	struct event_ends_row ends;
	struct webhook_row    webhook = {
		   .owner_id = call->db.caller_id,
		   .url = input->url,
		   .status = WEBHOOK_STATUS_ACTIVE,
		   .secret_number = 1,
    };
	int64_t count;

	TRY(webhook_check_url(call, input->url));
	TRY(sql_webhook_count(&call->db, &count));
	if (count >= WEBHOOKS_MAX)
		return ERROR_TOO_MANY;
	TRY(sql_find_event_ends(&call->db, &ends));
	webhook.position = ends.newest;
	TRY(ids_next(call->db.ids, SEQUENCE_WEBHOOKS, &webhook.id));
	TRY(sql_insert_webhook(&call->db, &webhook));
	TRY(put_patterns(call, webhook.id, input->events));
	TRY(retention_note(&call->db));
	return webhook_get(call, webhook.id, &output->data);
}

enum error op_update_webhook(struct call *call, const struct update_webhook_input *input,
                             struct update_webhook_output *output)
{
	struct webhook_row webhook;

	TRY(sql_get_webhook(&call->db, input->webhook_id, &webhook));
	merge_update_webhook(&webhook, input);
	TRY(webhook_check_url(call, webhook.url));
	webhook.owner_id = call->db.caller_id;
	if (input->given.status && input->status != webhook.status) {
		webhook.status = input->status;
		webhook.failing_since = NONE;
	}
	TRY(sql_update_webhook(&call->db, &webhook));
	if (input->given.events)
		TRY(put_patterns(call, webhook.id, input->events));
	db_wake_after_commit(call->db.connection, WAKE_WEBHOOKS);
	return webhook_get(call, webhook.id, &output->data);
}

enum error op_delete_webhook(struct call *call, const struct delete_webhook_input *input)
{
	int64_t changed;

	TRY(sql_delete_webhook(&call->db, input->webhook_id, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}

enum error op_rotate_webhook_token(struct call *call, const struct rotate_webhook_token_input *input,
                                   struct rotate_webhook_token_output *output)
{
	int64_t changed;

	TRY(sql_rotate_webhook_secret(&call->db, input->webhook_id, call->db.now + SECONDS_PER_DAY, &changed));
	return changed ? webhook_get(call, input->webhook_id, &output->data) : ERROR_NOT_FOUND;
}

/* --- deliveries -------------------------------------------------------------------------------------------------- */

enum error op_ping_webhook(struct call *call, const struct ping_webhook_input *input,
                           struct ping_webhook_output *output)
{
	struct event       event = {EVENT_KIND_WEBHOOK_PING, input->webhook_id, NONE, NONE};
	struct webhook_row webhook;

	TRY(sql_get_webhook(&call->db, input->webhook_id, &webhook));
	output->data = (struct webhook_ping_row){webhook.id, webhook.url};
	return event_note(&call->db, &event, &output->data, NULL);
}

enum error op_get_webhook_deliveries(struct call *call, const struct get_webhook_deliveries_input *input,
                                     struct get_webhook_deliveries_output *output)
{
	struct webhook_row webhook;

	TRY(sql_get_webhook(&call->db, input->webhook_id, &webhook));
	return sql_list_webhook_deliveries(&call->db, webhook.id, input->status, &call->page, &output->data);
}

enum error op_get_webhook_attempts(struct call *call, const struct get_webhook_attempts_input *input,
                                   struct get_webhook_attempts_output *output)
{
	struct webhook_row          webhook;
	struct webhook_delivery_row delivery;

	TRY(sql_get_webhook(&call->db, input->webhook_id, &webhook));
	TRY(sql_get_webhook_delivery(&call->db, webhook.id, input->position, &delivery));
	return sql_list_webhook_attempts(&call->db, webhook.id, input->position, &call->page, &output->data);
}

enum error op_redeliver_event(struct call *call, const struct redeliver_event_input *input)
{
	struct webhook_row webhook;
	int64_t            changed;

	TRY(sql_get_webhook(&call->db, input->webhook_id, &webhook));
	TRY(sql_redeliver(&call->db, webhook.id, input->position, &changed));
	db_wake_after_commit(call->db.connection, WAKE_WEBHOOKS);
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}

/* Of the last event before an instant. Times rise with positions, but for those of requests that took different times,
 * on machines whose clocks differ: so after the search it looks back. */
static enum error find_position_before(struct db_context *db, int64_t instant, int64_t *ret)
{
	struct event_ends_row ends;
	int64_t               happened_at, first;

	TRY(sql_find_event_ends(db, &ends));
	int64_t before = ends.oldest ? ends.oldest - 1 : 0, since = ends.newest + 1;
	while (since - before > 1) {
		int64_t middle = before + (since - before) / 2;

		TRY(sql_event_happened_at(db, middle, &happened_at));
		*(happened_at < instant ? &before : &since) = middle;
	}
	int64_t from = before > LOOKED_BACK_AT ? before - LOOKED_BACK_AT : 0;
	TRY(sql_first_position_since(db, instant, from, before, &first));
	*ret = first - 1;
	return ERROR_NONE;
}

enum error op_redeliver_events(struct call *call, const struct redeliver_events_input *input,
                               struct redeliver_events_output *output)
{
	int64_t after = input->after == NONE ? 0 : input->after, before = 0;

	TRY(sql_get_webhook(&call->db, input->webhook_id, &output->data));
	if (input->since != NONE)
		TRY(find_position_before(&call->db, input->since, &before));
	if (after < before)
		after = before;
	TRY(sql_move_webhook_back(&call->db, input->webhook_id, after));
	db_wake_after_commit(call->db.connection, WAKE_WEBHOOKS);
	return webhook_get(call, input->webhook_id, &output->data);
}
