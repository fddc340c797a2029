/* One message after the other to each webhook, so that their order is kept, and many webhooks at once, so that one that
 * hangs delays nobody else. What the messages say and what becomes of them is operations/deliveries'. */
#include "jobs/webhooks.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/transfer.h"

#define BATCHES_MAX          1024 /* webhooks that are leased at once */
#define TRANSFERS_MAX        256
#define TRANSFERS_OF_FAILING 128 /* those that failed the last time leave room for the others */
#define TRANSFERS_A_HOST     8
#define BATCH_SECONDS        20 /* after that no more of a batch is begun */
#define SPARE_SECONDS        20 /* of a lease, for what a busy server needs beside */
#define PAUSE_MICROSECONDS   20000
#define BATCH_BYTES_MAX      (32u * 1024 * 1024)

/* What is sent to one webhook under one lease, in its order: those before `settled` are settled, the one at `ended` is
 * sent or is next. */
struct batch {
	int64_t                 webhook_id; /* first: the log shows it */
	int64_t                 workspace_id, deadline;
	struct batch           *next;
	struct arena            arena;
	struct webhook_target   target;
	struct delivery         items[DELIVERIES_MAX];
	struct delivery_outcome outcomes[DELIVERIES_MAX];
	size_t                  count, ended, settled;
	struct transfer         transfer;
	bool                    goes_on; /* its webhook, as far as is known */
	bool                    over;    /* no more of it is begun */
};

struct webhook_sender {
	struct runner         *runner;
	struct transfers      *transfers;
	const struct settings *settings;
	int64_t                seconds;         /* longest until one has answered */
	size_t                 claim;           /* messages at once: fewer while what they say is too much */
	struct batch          *batches, *taken; /* the latter: by the runner, to settle what has ended of it */
	unsigned               batch_count;
	int                    transfer_count, failing_count; /* the latter: of those that failed the last time */
	atomic_bool            woken;
};

/* --- turns ------------------------------------------------------------------------------------------------------- */

static enum error search_webhooks(struct db_context *context, struct due_workspace_rows *ret, void *data)
{
	(void)data;
	return deliveries_search(context, ret);
}

static enum error claim_deliveries(struct db_context *context, struct job_items *ret, void *data)
{
	struct webhook_sender *sender = data;
	int64_t                lease = BATCH_SECONDS + sender->seconds + SPARE_SECONDS;
	struct deliveries      claimed;
	enum error             error = deliveries_claim(context, sender->settings, lease, sender->claim, &claimed);

	if (error == ERROR_NO_MEMORY)
		sender->claim = (sender->claim + 1) / 2;
	TRY(error);
	sender->claim += sender->claim < DELIVERIES_MAX;
	*ret = JOB_ITEMS(claimed);
	return ERROR_NONE;
}

static struct batch *batch_new(struct webhook_sender *sender, int64_t workspace_id, const struct delivery *first)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		return NULL;
	batch->webhook_id = first->webhook_id;
	batch->workspace_id = workspace_id;
	batch->goes_on = true;
	batch->deadline = clock_monotonic() + BATCH_SECONDS * INT64_C(1000000);
	batch->next = sender->batches;
	arena_init(&batch->arena, BATCH_BYTES_MAX);
	sender->batches = batch;
	sender->batch_count++;
	return batch;
}

static void batch_free(struct webhook_sender *sender, struct batch *batch)
{
	struct batch **link = &sender->batches;

	while (*link != batch)
		link = &(*link)->next;
	*link = batch->next;
	sender->batch_count--;
	transfer_break_off(&batch->transfer);
	arena_destroy(&batch->arena);
	free(batch);
}

/* However many webhooks lead to one host, as many batches as it has are left to the others: it may not answer. */
static bool leaves_room(const struct webhook_sender *sender, struct text host)
{
	unsigned here = 0;

	for (const struct batch *other = sender->batches; other; other = other->next)
		here += text_equal_ignoring_case(other->target.host, host);
	return here < TRANSFERS_A_HOST || here + sender->batch_count < BATCHES_MAX;
}

/* The messages of a turn to one webhook come one after the other. What there is no room or memory for waits for the
 * end of the lease. */
static bool queue_message(struct runner *runner, int64_t workspace_id, const void *item, void *data)
{
	struct webhook_sender *sender = data;
	const struct delivery *message = item;
	struct batch          *batch = sender->batches;
	struct webhook_target  target;

	(void)runner;
	if (!batch || batch->webhook_id != message->webhook_id || batch->items[0].leased_until != message->leased_until ||
	    batch->count == DELIVERIES_MAX) {
		bool may = webhook_target_of(message->url, &target) && leaves_room(sender, target.host);

		batch = may ? batch_new(sender, workspace_id, message) : NULL;
	}
	if (!batch)
		return false;
	struct delivery *copy = &batch->items[batch->count];
	*copy = *message;
	copy->url = text_copy(&batch->arena, message->url);
	copy->body = text_copy(&batch->arena, message->body);
	if (!copy->url.data || !copy->body.data || !webhook_target_of(copy->url, &batch->target))
		return false;
	batch->count++;
	return false;
}

static enum error settle_batch(struct db_context *context, const void *item, void *data)
{
	const struct webhook_sender *sender = data;
	const struct batch          *batch = item;

	for (size_t i = batch->settled; i < batch->ended; i++)
		TRY(delivery_settle(context, sender->settings, &batch->items[i], &batch->outcomes[i], &sender->taken->goes_on));
	return batch->over ? deliveries_release(context, batch->webhook_id, batch->items[0].leased_until) : ERROR_NONE;
}

/* --- beside the turns -------------------------------------------------------------------------------------------- */

static bool batches_have_room(const void *data)
{
	const struct webhook_sender *sender = data;

	return sender->batch_count < BATCHES_MAX;
}

static bool has_no_batch(const void *data)
{
	const struct webhook_sender *sender = data;

	return !sender->batches;
}

static bool may_begin(const struct webhook_sender *sender, const struct batch *batch)
{
	unsigned here = 0;

	if (sender->transfer_count >= TRANSFERS_MAX ||
	    (batch->items[0].failing && sender->failing_count >= TRANSFERS_OF_FAILING))
		return false;
	for (const struct batch *other = sender->batches; other; other = other->next)
		here += other->transfer.transfers && text_equal_ignoring_case(other->target.host, batch->target.host);
	return here < TRANSFERS_A_HOST;
}

static void count_transfer(struct webhook_sender *sender, const struct batch *batch, int change)
{
	sender->transfer_count += change;
	sender->failing_count += batch->items[0].failing ? change : 0;
}

/* Begins what may begin. */
static void begin_transfers(struct webhook_sender *sender)
{
	for (struct batch *batch = sender->batches; batch; batch = batch->next) {
		if (batch->over || batch->transfer.transfers)
			continue;
		if (batch->ended == batch->count || !batch->goes_on || clock_monotonic() > batch->deadline)
			batch->over = true;
		else if (may_begin(sender, batch)) {
			batch->over = !transfer_begin(sender->transfers, &batch->transfer, &batch->items[batch->ended]);
			count_transfer(sender, batch, batch->over ? 0 : 1);
		}
	}
}

static void log_outcome(const struct batch *batch, const struct delivery *message,
                        const struct delivery_outcome *outcome)
{
	if (delivery_succeeded(outcome))
		return;
	log_event(LOG_WARNING, "webhook_failed",
	          "workspace=%lld webhook=%lld position=%lld attempts=%lld status=%lld reason=\"%s\"",
	          (long long)batch->workspace_id, (long long)batch->webhook_id, (long long)message->position,
	          (long long)message->attempts + 1,
	          outcome->response_status == NONE ? 0LL : (long long)outcome->response_status,
	          outcome->failure.data ? outcome->failure.data : "");
}

static void end_transfers(struct webhook_sender *sender)
{
	struct transfer *transfer;

	while ((transfer = transfers_go_on(sender->transfers))) {
		struct batch            *batch = (struct batch *)((char *)transfer - offsetof(struct batch, transfer));
		struct delivery_outcome *outcome = &batch->outcomes[batch->ended];

		transfer_end(transfer, &batch->arena, outcome);
		count_transfer(sender, batch, -1);
		log_outcome(batch, &batch->items[batch->ended++], outcome);
		batch->over = batch->ended == batch->count;
	}
}

static struct batch *find_ended(const struct webhook_sender *sender)
{
	struct batch *batch = sender->batches;

	while (batch && batch->settled == batch->ended && !batch->over)
		batch = batch->next;
	return batch;
}

/* What has ended is settled before the next to the same webhook begins: it may not go on. */
static void go_on(int64_t until, void *data)
{
	struct webhook_sender *sender = data;

	for (;;) {
		int64_t left = until - clock_monotonic();

		begin_transfers(sender);
		end_transfers(sender);
		if (find_ended(sender) || atomic_exchange(&sender->woken, false) || left <= 0)
			return;
		transfers_wait(sender->transfers, left);
	}
}

static void wake(void *data)
{
	struct webhook_sender *sender = data;

	atomic_store(&sender->woken, true);
	transfers_wake(sender->transfers);
}

static bool take_ended(void *data, int64_t *ret_workspace_id, const void **ret_item)
{
	struct webhook_sender *sender = data;
	struct batch          *taken = sender->taken;

	if (taken) {
		taken->settled = taken->ended;
		if (taken->over)
			batch_free(sender, taken);
	}
	sender->taken = find_ended(sender);
	if (!sender->taken)
		return false;
	*ret_workspace_id = sender->taken->workspace_id;
	*ret_item = sender->taken;
	return true;
}

/* Those on their way may have come to something: nobody knows, and they are sent again, under the same ids. */
static void break_off(void *data)
{
	struct webhook_sender *sender = data;

	for (struct batch *batch = sender->batches; batch; batch = batch->next) {
		transfer_break_off(&batch->transfer);
		batch->over = true;
	}
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void free_sender(struct webhook_sender *sender)
{
	while (sender->batches)
		batch_free(sender, sender->batches);
	transfers_free(sender->transfers);
	free(sender);
}

enum error webhooks_start(struct executor *executor, struct ids *ids, const struct settings *settings, int64_t seconds,
                          struct webhook_sender **ret)
{
	static const struct job_beside beside = {batches_have_room, has_no_batch, go_on, wake, take_ended, break_off};
	struct webhook_sender         *sender = calloc(1, sizeof(*sender));
	struct job                     job = {
							.kind = TEXT("webhooks"),
							.pause = PAUSE_MICROSECONDS,
							.data = sender,
							.search = search_webhooks,
							.find = claim_deliveries,
							.act = queue_message,
							.settle = settle_batch,
							.beside = &beside,
    };
	enum error error = ERROR_NO_MEMORY;

	if (!sender)
		return ERROR_NO_MEMORY;
	sender->settings = settings;
	sender->seconds = seconds;
	sender->claim = DELIVERIES_MAX;
	sender->transfers = transfers_new(&(struct transfer_options){seconds, settings->webhook_allow_private});
	if (sender->transfers)
		error = runner_start(executor, ids, &job, &sender->runner);
	if (error) {
		free_sender(sender);
		return error;
	}
	*ret = sender;
	return ERROR_NONE;
}

struct runner *webhooks_runner(struct webhook_sender *sender)
{
	return sender ? sender->runner : NULL;
}

void webhooks_stop(struct webhook_sender *sender)
{
	if (!sender)
		return;
	runner_stop(sender->runner);
	free_sender(sender);
}
