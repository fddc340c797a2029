/* Sends the mail that operations have queued, through an SMTP relay.
 *
 * Mails are rows written in the transaction of the request that causes them (sql/mails.sql); a thread finds them, takes
 * a lease on them, sends them outside of any transaction and deletes them. At least once: a mail is sent again when the
 * process ends between sending and deleting it. */
#ifndef STINT_JOBS_MAIL_H
#define STINT_JOBS_MAIL_H

#include "jobs/runner.h"

struct mailer;

/* `executor` runs writes; it and `ids` must outlive the mailer. `relay`: smtp[s]://[user:password@]host[:port].
 * `from`: the sender's address. Both must outlive it as well. */
enum error mailer_start(struct executor *executor, struct ids *ids, const char *relay, const char *from,
                        struct mailer **ret);

/* What runs it. NULL for NULL. */
struct runner *mailer_runner(struct mailer *mailer);

/* Breaks off what is being sent. NULL is nothing. */
void mailer_stop(struct mailer *mailer);

#endif
