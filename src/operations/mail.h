/* Queues mail; jobs/mail.h sends it. */
#ifndef STINT_OPERATIONS_MAIL_H
#define STINT_OPERATIONS_MAIL_H

#include "db/context.h"

/* The kind of due work (sql/jobs.sql). */
#define MAIL_KIND TEXT("mail")

/* A mail that goes out when the transaction is committed. Recipient and subject have no line breaks. */
enum error mail_queue(struct db_context *db, struct text recipient, struct text subject, struct text body);

#endif
