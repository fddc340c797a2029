/* Counters of the service. */
#include "http/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "contract.h"
#include "http/hub.h"
#include "http/server.h"
#include "http/service.h"

#define STATUS_CLASSES 6 /* index: status / 100 */

/* Upper bounds in microseconds; the last bucket has none. */
static const int64_t bounds[] = {100, 250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 1000000};
#define BUCKETS (sizeof(bounds) / sizeof(bounds[0]) + 1)

struct metrics {
	_Atomic uint64_t buckets[BUCKETS];
	_Atomic uint64_t microseconds;
	_Atomic uint64_t requests[][STATUS_CLASSES]; /* by operation; the last row is for everything else */
};

struct metrics *metrics_new(void)
{
	return calloc(1, sizeof(struct metrics) + (operation_count + 1) * sizeof(_Atomic uint64_t[STATUS_CLASSES]));
}

void metrics_free(struct metrics *metrics)
{
	free(metrics);
}

static void add(_Atomic uint64_t *counter, uint64_t value)
{
	atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(struct metrics *metrics, const struct request *request, int64_t microseconds)
{
	size_t   row = request->operation ? request->operation->number : operation_count;
	unsigned status_class = (unsigned)request->reply.status / 100;
	size_t   bucket = 0;

	while (bucket < BUCKETS - 1 && microseconds > bounds[bucket])
		bucket++;
	add(&metrics->requests[row][status_class < STATUS_CLASSES ? status_class : 0], 1);
	add(&metrics->buckets[bucket], 1);
	add(&metrics->microseconds, (uint64_t)microseconds);
}

static void print_requests(const struct metrics *metrics, struct buffer *buffer)
{
	buffer_append_literal(buffer, "# HELP stint_requests_total Finished requests.\n"
	                              "# TYPE stint_requests_total counter\n");
	for (size_t row = 0; row <= operation_count; row++)
		for (unsigned class = 1; class < STATUS_CLASSES; class ++) {
			uint64_t count = get(&metrics->requests[row][class]);
			if (count)
				buffer_append_format(buffer, "stint_requests_total{operation=\"%s\",status=\"%uxx\"} %llu\n",
				                     row < operation_count ? operations[row].id : "other", class,
				                     (unsigned long long)count);
		}
}

static void print_durations(const struct metrics *metrics, struct buffer *buffer)
{
	uint64_t sum = 0;

	buffer_append_literal(buffer, "# HELP stint_request_seconds From the complete request to its reply.\n"
	                              "# TYPE stint_request_seconds histogram\n");
	for (size_t i = 0; i < BUCKETS - 1; i++) {
		sum += get(&metrics->buckets[i]);
		buffer_append_format(buffer, "stint_request_seconds_bucket{le=\"%g\"} %llu\n", (double)bounds[i] / 1e6,
		                     (unsigned long long)sum);
	}
	sum += get(&metrics->buckets[BUCKETS - 1]);
	buffer_append_format(buffer,
	                     "stint_request_seconds_bucket{le=\"+Inf\"} %llu\nstint_request_seconds_sum %g\n"
	                     "stint_request_seconds_count %llu\n",
	                     (unsigned long long)sum, (double)get(&metrics->microseconds) / 1e6, (unsigned long long)sum);
}

static void print_number(struct buffer *buffer, const char *name, const char *type, const char *help, uint64_t value)
{
	buffer_append_format(buffer, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name,
	                     (unsigned long long)value);
}

void metrics_print(const struct service *service, struct buffer *buffer)
{
	const struct executor_counts *counts = executor_counts(service->main);

	print_requests(service->metrics, buffer);
	print_durations(service->metrics, buffer);
	print_number(buffer, "stint_connections", "gauge", "Open connections.", server_connection_count(service->server));
	print_number(buffer, "stint_streams", "gauge", "Open streams of events.", hub_stream_count(service->hub));
	print_number(buffer, "stint_body_memory_bytes", "gauge", "Memory of large bodies and replies.",
	             server_body_memory(service->server));
	print_number(buffer, "stint_commits_total", "counter", "Transactions committed.", get(&counts->commits));
	print_number(buffer, "stint_works_total", "counter", "Pieces of work run in them.", get(&counts->works));
	print_number(buffer, "stint_retries_total", "counter", "Pieces of work run again after a conflict.",
	             get(&counts->retries));
	print_number(buffer, "stint_queued", "gauge", "Pieces of work that wait.", counts->queued);
}
