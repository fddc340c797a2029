/* The server's whole notion of now.
 *
 * It is the system's time until someone sets it (only the sandbox lets anyone); a set clock stands still until it is
 * set again, advanced or released, so that a test gets the same minutes every time. Thread-safe. */
#ifndef STINT_BASE_CLOCK_H
#define STINT_BASE_CLOCK_H

#include <stdint.h>

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

/* Monotonic microseconds of the machine, for durations, timeouts and metrics; never moved by the above. */
int64_t clock_monotonic(void);

#endif
