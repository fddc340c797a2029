/* The server's whole notion of now.
 *
 * It is the system's time until someone sets it (only the sandbox lets anyone); a set clock stands still until it is
 * set again, advanced or released, so that a test gets the same minutes every time. Thread-safe. */
#ifndef STINT_BASE_CLOCK_H
#define STINT_BASE_CLOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/text.h"

/* UTC seconds. */
int64_t clock_now(void);

/* Stops the clock at this UTC second. */
void clock_set(int64_t second);

/* Moves a standing clock; a running one is stopped at now + seconds. */
void clock_advance(int64_t seconds);

/* Back to the system's time. */
void clock_release(void);

/* The same for what leaves the sandbox: UTC seconds of the machine, never moved by the above. */
int64_t clock_real(void);

/* And its microseconds: for an order of what follows each other on several machines, as far as their clocks agree. */
int64_t clock_real_microseconds(void);

/* Monotonic microseconds of the machine, for durations, timeouts and metrics; never moved by the above. */
int64_t clock_monotonic(void);

/* A condition whose waits end by clock_monotonic. False: it was not told by then. */
void clock_init_condition(pthread_cond_t *condition);
bool clock_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t until);

/* Seconds since the machine started, asleep or awake: nobody can set them, so two of one start are as far apart as they
 * say. `boot` names that start; NONE where the machine does not tell, or the clock stands (clock_set) and only it
 * counts. */
struct uptime {
	int64_t boot, seconds;
};
struct uptime clock_uptime(void);

/* --- steps: somebody, or NTP, has set the machine's clock -------------------------------------------------------- */

#define CLOCK_STEP_SECONDS 10 /* less is no matter to anybody's time */

/* A clock that has just been set may be wrong now, and is then mostly set again soon: NTP asks its servers at least
 * every 17 minutes, at first every minute, and people see it at once. */
#define CLOCK_REST_SECONDS 600

struct clock_watch {
	_Atomic int64_t ahead;      /* of the uptime; NONE before the first look */
	_Atomic int64_t rests_till; /* in uptime */
};

/* Compares the time with the uptime, both in seconds. How far it was set since the last look, backwards below 0; or 0.
 * Thread-safe: a step is told to one. */
int64_t clock_compare(struct clock_watch *watch, int64_t time, int64_t uptime);

/* Whether the machine's time can be believed: for a while after a step it is not. Logs the step. Time that was asked
 * for before is from before the step. One that stands is meant. */
bool clock_is_settled(void);

#endif
