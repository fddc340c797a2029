/* Fixed-point numbers in 1/10000: hours, money, rates. Binary fractions never touch what people are paid from. */
#ifndef STINT_BASE_DECIMAL_H
#define STINT_BASE_DECIMAL_H

#include "base/text.h"

#define DECIMAL_ONE  10000
#define DECIMAL_SIZE 24 /* the longest text and its '\0' */

/* "120", "-0.5", "1e3", "12.34560": a JSON number whose value has at most four decimals and fits. False otherwise. */
bool decimal_parse(struct text text, int64_t *ret_value);

/* The same for a value with more decimals: it becomes the nearest that has four, halves away from 0. */
bool decimal_parse_rounded(struct text text, int64_t *ret_value);

/* The shortest text of the value; returns its length. */
size_t decimal_format(int64_t value, char ret[static DECIMAL_SIZE]);

#endif
