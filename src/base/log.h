/* Structured log: one line an event on standard error, as key=value pairs (logfmt), written with a single write.
 *
 * Library code stays silent: a function logs or returns an error, never both. Secrets (tokens, passwords, bodies) are
 * never logged. */
#ifndef STINT_BASE_LOG_H
#define STINT_BASE_LOG_H

#include "base/text.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Lines below this level are dropped. Default LOG_INFO. Set before threads start. */
void log_set_level(enum log_level level);
bool log_enabled(enum log_level level);

/* log_event(LOG_INFO, "listening", "port=%d", port) -> time=2024-01-15T09:00:00Z level=info event=listening port=8080
 * The format is NULL for an event without pairs. The time comes from the machine, not from the settable clock. Longer
 * than 2 KiB is cut. */
void log_event(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same piece by piece, for a line that each request writes: a fifth of what printf takes. The level is not asked
 * again. A value of log_text needs no quotes, or has them. */
#define LOG_LINE_SIZE 2048 /* with the line break */

struct log_line {
	size_t length;
	char   text[LOG_LINE_SIZE];
};

void log_begin(struct log_line *line, enum log_level level, const char *event);
void log_text(struct log_line *line, const char *key, const char *value);
void log_integer(struct log_line *line, const char *key, int64_t value);
void log_write(struct log_line *line);

/* A value for "%s" that may hold anything, such as what a client sent: quoted into `buffer`, which is returned. What a
 * terminal would obey, or a reader would not see, is shown as \xNN. What does not fit is left out. */
const char *log_quote(struct text value, char *buffer, size_t size);

/* The same for a value that is nearly always a plain ASCII word, and then needs no quotes. */
const char *log_word(struct text value, char *buffer, size_t size);

#endif
