/* Running trackers: when a weekly limit stops one, and stopping it. Shared by the operations and by the job that
 * watches the limits. */
#ifndef STINT_OPERATIONS_TRACKERS_H
#define STINT_OPERATIONS_TRACKERS_H

#include "contract.h"
#include "operations/timeline.h"

/* The kind of due work (sql/jobs.sql). */
#define TRACKERS_KIND TEXT("trackers")

/* The member's tracker as it is to be understood now: where the machine's clock was set back since it began, and this
 * is still the same start of the machine, it began as long ago as the uptime says. */
enum error tracker_find(struct db_context *db, int64_t user_id, struct running_tracker_row *ret, bool *ret_found);

/* All that run in the workspace and began before the instant, as they are to be understood now, in the order of users.
 */
enum error trackers_before(struct db_context *db, int64_t before, struct running_tracker_rows *ret);

/* Stores one that begins at `start_at`. */
enum error tracker_store(struct db_context *db, struct running_tracker_row *tracker);

/* Whether it has run beyond its longest run, of which nothing is saved. */
bool tracker_is_cut(const struct running_tracker_row *tracker, int64_t now);

/* When a limit, or its longest run, ends a tracker that nobody stops: an instant, maybe past; its start, if nothing of
 * it could be kept. Where that can't be said yet, when to ask again (`*ret_is_end` false), or NONE: never. */
enum error tracker_find_end(const struct timeline *timeline, const struct running_tracker_row *tracker,
                            int64_t *ret_instant, bool *ret_is_end);

/* What a stop would save now, and as what: without what other entries take meanwhile. */
enum error tracker_fit(const struct timeline *timeline, const struct running_tracker_row *tracker,
                       struct activity *ret_activity, struct fit *ret);

/* So many seconds of that, after `since`. */
enum error tracker_seconds(const struct timeline *timeline, const struct running_tracker_row *tracker, int64_t since,
                           int64_t *ret);

/* Saves the time up to now, or up to where a limit or its longest run has ended it before, and takes the tracker away.
 */
enum error tracker_stop(const struct timeline *timeline, const struct running_tracker_row *tracker,
                        struct stopped_tracker_row *ret_stopped, struct added *ret);

/* What is said of one that was stopped: its names are those that its entries will show. */
enum error tracker_describe(const struct timeline *timeline, const struct running_tracker_row *tracker, int64_t end,
                            int64_t minutes, struct stopped_tracker_row *ret);

/* The member's other time or limits have changed: the running tracker's end may have, too. Stops one that is beyond it.
 * The timeline is open. */
enum error tracker_reconsider(const struct timeline *timeline);

/* A member who leaves, or a contract that ends, takes no more time: stops the tracker now, if it is one of the contract
 * (NONE: of any). */
enum error tracker_end(struct db_context *db, int64_t user_id, int64_t contract_id);

/* What has run by now, of which a stop saves what is free and within the limits: empty before it begins. */
struct span tracker_span(const struct running_tracker_row *tracker, int64_t now);

/* The same for all that run on a project. */
enum error tracker_end_on_project(struct db_context *db, int64_t project_id);

/* Before a limit of the member, or of one of their contracts, is lowered: saves what has run by now within the old one.
 * The tracker goes on from there. */
enum error tracker_save(struct db_context *db, int64_t user_id);

/* A limit of the member, or of one of their contracts, is another now. */
enum error tracker_limit_changed(struct db_context *db, int64_t user_id);

#endif
