/* Tells the jobs that a workspace has work due. */
#ifndef STINT_OPERATIONS_DUE_WORK_H
#define STINT_OPERATIONS_DUE_WORK_H

#include "db/context.h"

/* Who is woken by a commit (db_wake_after_commit). */
enum wake {
	WAKE_JOBS = 1,     /* what the directory says is due */
	WAKE_NOTED = 2,    /* events were noted; with only one writer they are numbered, too (event_note) */
	WAKE_NUMBERED = 4, /* events were numbered */
	WAKE_WEBHOOKS = 8, /* they have something to do that is no event */
};

/* The workspace is due at `due_at` (UTC second) or earlier, for the kind of job. To be called in the transaction that
 * makes the work: then no wake-up is lost. It writes only where the directory does not say so already. */
enum error due_work_note(struct db_context *db, struct text kind, int64_t due_at);

#endif
