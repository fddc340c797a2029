/* Mails to members about their timesheets, where the workspace wants them and there is a relay. Whoever left, is
 * blocked, or has not accepted an invitation yet gets none. */
#ifndef STINT_OPERATIONS_SHEET_MAILS_H
#define STINT_OPERATIONS_SHEET_MAILS_H

#include "operations/timesheets.h"

/* The period has ended, and the sheet is not submitted. */
enum error sheet_mail_reminder(struct call *call, const struct timesheet_row *sheet);

/* So many sheets wait for the member's decision. */
enum error sheet_mail_waiting(struct call *call, int64_t user_id, int64_t count);

/* What the caller has decided, to whom it is about; what is no decision, or the server's, is not told. */
enum error sheet_mail_decision(struct call *call, const struct timesheet_row *sheet, const struct sheet_action *action);

#endif
