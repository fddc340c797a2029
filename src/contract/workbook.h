/* Rows as a workbook (XLSX, ECMA-376): one sheet, the columns of columns.h under a header that stays, dates,
 * times, durations and money as what they are, and below them the sums of minutes. */
#ifndef STINT_CONTRACT_WORKBOOK_H
#define STINT_CONTRACT_WORKBOOK_H

#include "base/temporary.h"
#include "contract/columns.h"

struct workbook;

/* Into an open file, as it is made. */
enum error workbook_begin(struct arena *arena, struct temporary *file, const struct columns *columns,
                          struct workbook **ret);

/* ERROR_FILE_TOO_LARGE: no sheet has more rows, nor 4 GiB. */
enum error workbook_row(struct workbook *workbook, const char *const *rows);

enum error workbook_end(struct workbook *workbook);

#endif
