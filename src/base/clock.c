/* The server's clock: one number that stands, or the system's time. No calendar and no zones here. */
#include "base/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#define RUNNING INT64_MIN

static _Atomic int64_t    standing = RUNNING; /* the second at which the clock stands */
static struct clock_watch machine = {.ahead = NONE};

int64_t clock_real(void)
{
	return (int64_t)time(NULL);
}

int64_t clock_real_microseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
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

void clock_init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

bool clock_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t until)
{
	struct timespec time = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};

	return pthread_cond_timedwait(condition, mutex, &time) == 0;
}

/* --- what nobody can set ----------------------------------------------------------------------------------------- */

static int64_t clock_since_boot(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec;
}

/* The beginning of the kernel's random id of this start, as a number. */
static int64_t clock_boot(void)
{
	char    id[20] = "", digits[16] = "";
	size_t  count = 0;
	int     fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, id, sizeof(id) - 1);
	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < length && count < sizeof(digits) - 1; i++)
		if (id[i] != '-')
			digits[count++] = id[i];
	return count == sizeof(digits) - 1 ? strtoll(digits, NULL, 16) : NONE;
}

struct uptime clock_uptime(void)
{
	static _Atomic int64_t boot; /* 0: not asked yet */
	if (atomic_load(&standing) != RUNNING)
		return (struct uptime){NONE, NONE};
	if (!atomic_load(&boot))
		atomic_store(&boot, clock_boot());
	return (struct uptime){atomic_load(&boot), clock_since_boot()};
}

int64_t clock_compare(struct clock_watch *watch, int64_t time, int64_t uptime)
{
	int64_t ahead = time - uptime, known = NONE;
	if (atomic_compare_exchange_strong(&watch->ahead, &known, ahead) || llabs(ahead - known) < CLOCK_STEP_SECONDS)
		return 0;
	atomic_store(&watch->rests_till, uptime + CLOCK_REST_SECONDS);
	return atomic_compare_exchange_strong(&watch->ahead, &known, ahead) ? ahead - known : 0;
}

bool clock_is_settled(void)
{
	int64_t uptime = clock_since_boot(), step;
	if (atomic_load(&standing) != RUNNING)
		return true;
	step = clock_compare(&machine, clock_real(), uptime);
	if (step)
		log_event(LOG_WARNING, "clock_step", "seconds=%lld jobs_rest_seconds=%d", (long long)step, CLOCK_REST_SECONDS);
	return uptime >= atomic_load(&machine.rests_till);
}
