/* Rows as a workbook (XLSX), by libxlsxwriter: one sheet, the columns of columns.h under a header that stays, dates,
 * times, durations and money as what they are, and below them the sums of minutes. */
#ifndef STINT_CONTRACT_WORKBOOK_H
#define STINT_CONTRACT_WORKBOOK_H

#include "base/error.h"
#include "contract/columns.h"

struct workbook;

/* Into an open file, when it ends; until then in `folder`. What the library holds goes with the arena. */
enum error workbook_begin(struct arena *arena, int descriptor, const char *folder, const struct columns *columns,
                          struct workbook **ret);

/* ERROR_FILE_TOO_LARGE: no sheet has more rows. */
enum error workbook_row(struct workbook *workbook, const char *const *rows);

/* ERROR_NO_STORAGE: there was no room for it. */
enum error workbook_end(struct workbook *workbook, int64_t *ret_bytes);

#endif
