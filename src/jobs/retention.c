/* What has expired in a workspace, batch by batch. Deleting is only tidying up: whoever reads such rows looks at their
 * age, and uses none that has expired. */
#include "jobs/retention.h"

#include "operations/app_grants.h"
#include "operations/deliveries.h"
#include "operations/entry_changes.h"
#include "operations/events.h"
#include "operations/retention.h"
#include "statements.h"

#define ANSWERS_A_BATCH 1000
#define EVENTS_A_BATCH  1000
#define LINKS_A_BATCH   1000
#define PERIOD_SECONDS  3600 /* at least, from a turn that leaves nothing expired to the next */

/* One piece of work a turn: a batch, whatever is in it. */
static enum error retention_find(struct db_context *context, struct job_items *ret, void *data)
{
	static const int64_t batch = 0;

	(void)context, (void)data;
	*ret = (struct job_items){.items = &batch, .count = 1, .size = sizeof(batch)};
	return ERROR_NONE;
}

static enum error retention_settle(struct db_context *context, const void *item, void *data)
{
	(void)item, (void)data;
	TRY(sql_date_answers_back(context));
	TRY(sql_forget_answers(context, context->now - ANSWER_SECONDS, ANSWERS_A_BATCH));
	TRY(entry_changes_forget(context));
	TRY(sql_forget_events(context, context->now - EVENT_SECONDS, EVENTS_A_BATCH));
	TRY(deliveries_forget(context));
	TRY(app_grants_forget(context));
	return sql_forget_invitation_links(context, LINKS_A_BATCH);
}

/* At once while there is more than a batch. A workspace that keeps nothing now still has a turn a day: it may have had
 * no reason to say that it keeps something again. */
static enum error next_due(struct db_context *context, int64_t otherwise, int64_t *ret)
{
	int64_t now = context->now, oldest, oldest_event, link_end, expires_at;
	bool    old, old_deliveries, old_grants;

	(void)otherwise;
	TRY(entry_changes_are_old(context, &old));
	TRY(deliveries_are_old(context, &old_deliveries));
	TRY(app_grants_are_old(context, &old_grants));
	TRY(sql_oldest_event(context, now, &oldest_event));
	TRY(sql_oldest_invitation_link(context, INT64_MAX, &link_end));
	if (old || old_deliveries || old_grants || oldest_event < now - EVENT_SECONDS || link_end <= now) {
		*ret = now;
		return ERROR_NONE;
	}
	TRY(sql_oldest_answer(context, now, &oldest));
	expires_at = oldest + ANSWER_SECONDS + 1;
	*ret = expires_at > now && expires_at < now + PERIOD_SECONDS ? now + PERIOD_SECONDS : expires_at;
	return ERROR_NONE;
}

enum error retention_start(struct executor *executor, struct ids *ids, struct runner **ret)
{
	struct job job = {
		.kind = RETENTION_KIND,
		.horizon = ANSWER_SECONDS + 1,
		.find = retention_find,
		.settle = retention_settle,
		.next_due = next_due,
	};

	return runner_start(executor, ids, &job, ret);
}
