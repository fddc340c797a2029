/* The server's clock: one number that stands, or the system's time. No calendar and no zones here. */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

#define RUNNING INT64_MIN

static _Atomic int64_t standing = RUNNING; /* the second at which the clock stands */

int64_t clock_real(void)
{
	return (int64_t)time(NULL);
}

static int64_t second_of(int64_t stand)
{
	return stand == RUNNING ? clock_real() : stand;
}

int64_t clock_now(void)
{
	return second_of(atomic_load(&standing));
}

void clock_set(int64_t second)
{
	atomic_store(&standing, second);
}

void clock_advance(int64_t seconds)
{
	int64_t before = atomic_load(&standing);
	while (!atomic_compare_exchange_weak(&standing, &before, second_of(before) + seconds))
		;
}

void clock_release(void)
{
	atomic_store(&standing, RUNNING);
}

int64_t clock_monotonic(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
