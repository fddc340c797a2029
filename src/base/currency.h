/* Currencies by their codes (ISO 4217), as a library knows them. */
#ifndef STINT_BASE_CURRENCY_H
#define STINT_BASE_CURRENCY_H

#include "base/text.h"

/* To be called before the others, while there is one thread; false: there is no memory for it. */
bool currency_init(void);

/* Three capital letters that are, or will be, money somewhere: "EUR", not "DEM". */
bool currency_exists(struct text code);

/* How many decimals its amounts have: 2 for EUR, 0 for JPY, 3 for KWD; 0 for what is no currency. */
int currency_digits(struct text code);

/* The smallest amount, in 1/10000: 100 for EUR, 10000 for JPY. */
int64_t currency_least(struct text code);

#endif
