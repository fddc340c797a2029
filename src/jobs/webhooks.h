/* Sends what webhooks are told (operations/deliveries.h), each to its own address, many at once. */
#ifndef STINT_JOBS_WEBHOOKS_H
#define STINT_JOBS_WEBHOOKS_H

#include "contract/operation.h"
#include "jobs/runner.h"

struct webhook_sender;

/* `seconds`: longest time until one has answered. */
enum error webhooks_start(struct executor *executor, struct ids *ids, const struct settings *settings, int64_t seconds,
                          struct webhook_sender **ret);

/* NULL of NULL. */
struct runner *webhooks_runner(struct webhook_sender *sender);

/* NULL is nothing. */
void webhooks_stop(struct webhook_sender *sender);

#endif
