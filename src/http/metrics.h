/* Counters of the service, printed in the Prometheus text format. */
#ifndef STINT_HTTP_METRICS_H
#define STINT_HTTP_METRICS_H

#include "base/buffer.h"

struct service;
struct request;
struct metrics;

struct metrics *metrics_new(void);
void            metrics_free(struct metrics *metrics);

/* Counts a finished request. Thread-safe. */
void metrics_count(struct metrics *metrics, const struct request *request, int64_t microseconds);

void metrics_print(const struct service *service, struct buffer *buffer);

#endif
