/* A library that is preloaded into the server and makes what is below it fail: memory, steps of the databases, input
 * and output of the database's files. Nothing of it is in the program.
 *
 * What fails is written into a file of one page, which the process maps and a test (shim.py) changes while the server
 * runs: the n-th call from now, or so many in a million. The page also counts the calls and those that failed.
 *
 * The machine's clock can be set, for the server alone: `ahead` is by how many seconds.
 *
 * With `durable` set, what would be left of the files after a power cut is kept beside them, in FILE.durable: each sync
 * copies there what was written before it, and nothing else does. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* As in shim.py. COMMIT: of SQLite, with a conflict, so that all of the transaction is done again; that time it is left
 * alone. */
enum kind { MEMORY, STEP, READ, WRITE, SYNC, TRUNCATE, COMMIT, KINDS };

/* How it fails: a SQLite code, or an errno, or KILL (the process ends) or DROPPED (it seems to be done); or for
 * PostgreSQL's steps one of the others. */
enum how { KILL = -1, DROPPED = -2, LOST_BEFORE = 1, LOST_AFTER, RAISED };

#define STATE_SIZE 8

struct fault {
	_Atomic int64_t  countdown; /* that call fails; 0: none */
	_Atomic uint64_t chance;    /* in a million calls */
	_Atomic uint64_t how;
	_Atomic uint64_t calls, fired;
	_Atomic int64_t  lasting;           /* so do all that come after it */
	char             state[STATE_SIZE]; /* the SQLSTATE of RAISED */
};

static struct control {
	struct fault    faults[KINDS];
	_Atomic int64_t durable, torn; /* a failing write has written its first half */
	_Atomic int64_t ahead;
} * control;

/* The functions that stand behind ours. */
static struct {
	int (*sqlite3_step)(sqlite3_stmt *);
	int (*sqlite3_exec)(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **);
	int (*sqlite3_prepare_v3)(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
	int (*sqlite3_extended_errcode)(sqlite3 *);
	const char *(*sqlite3_errmsg)(sqlite3 *);
	int (*PQsendQuery)(PGconn *, const char *);
	int (*PQsendQueryParams)(PGconn *, const char *, int, const Oid *, const char *const *, const int *, const int *,
	                         int);
	int (*PQsendQueryPrepared)(PGconn *, const char *, int, const char *const *, const int *, const int *, int);
	int (*PQpipelineSync)(PGconn *);
	ssize_t (*pread64)(int, void *, size_t, off_t);
	ssize_t (*pwrite64)(int, const void *, size_t, off_t);
	int (*fdatasync)(int);
	int (*ftruncate64)(int, off_t);
} real;

static const char        *files;  /* names of the database's files begin so */
static _Thread_local bool inside; /* calls of our own do not fail */

#define FIND(name) real.name = (__typeof__(real.name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void shim_begin(void)
{
	FIND(sqlite3_step);
	FIND(sqlite3_exec);
	FIND(sqlite3_prepare_v3);
	FIND(sqlite3_extended_errcode);
	FIND(sqlite3_errmsg);
	FIND(PQsendQuery);
	FIND(PQsendQueryParams);
	FIND(PQsendQueryPrepared);
	FIND(PQpipelineSync);
	FIND(pread64);
	FIND(pwrite64);
	FIND(fdatasync);
	FIND(ftruncate64);
	files = getenv("FAULTS_FILES");
	const char *page = getenv("FAULTS_PAGE");
	int         fd = page ? open(page, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		control = map;
}

static bool counts_down(struct fault *fault)
{
	int64_t left = atomic_load(&fault->countdown);
	if (left == 1 && atomic_load(&fault->lasting))
		return true;
	while (left > 0)
		if (atomic_compare_exchange_weak(&fault->countdown, &left, left - 1))
			return left == 1;
	return false;
}

static bool chances(const struct fault *fault)
{
	static _Thread_local uint64_t state;
	uint64_t                      chance = atomic_load(&fault->chance);
	if (!chance)
		return false;
	if (!state)
		state = (uint64_t)(uintptr_t)&state ^ UINT64_C(0x9e3779b97f4a7c15);
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % 1000000 < chance;
}

static bool strikes(enum kind kind)
{
	if (!control || inside)
		return false;
	struct fault *fault = &control->faults[kind];
	atomic_fetch_add(&fault->calls, 1);
	if (!counts_down(fault) && !chances(fault))
		return false;
	atomic_fetch_add(&fault->fired, 1);
	return true;
}

static int how(enum kind kind)
{
	return (int)atomic_load(&control->faults[kind].how);
}

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool memory_is_out(void)
{
	if (!strikes(MEMORY))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return memory_is_out() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return memory_is_out() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return memory_is_out() ? NULL : __libc_realloc(memory, size);
}

/* ---- the clock ---- */

time_t time(time_t *ret)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += control ? (time_t)atomic_load(&control->ahead) : 0;
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

/* ---- SQLite ---- */

static _Thread_local struct {
	sqlite3 *handle;
	int      code;
} failed; /* the step before, on this thread */

/* SQLite ends the transaction by itself after these. */
static bool ends_transaction(int code)
{
	return (code & 0xff) == SQLITE_FULL || (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_NOMEM;
}

static int fail_step(sqlite3 *handle, int code)
{
	if (ends_transaction(code) && !sqlite3_get_autocommit(handle)) {
		inside = true;
		sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
		inside = false;
	}
	failed.handle = handle;
	failed.code = code;
	return code;
}

/* A lock never keeps a transaction from being rolled back. */
static bool may_fail(sqlite3_stmt *statement)
{
	const char *sql = sqlite3_sql(statement);
	return ends_transaction(how(STEP)) || !sql || strncmp(sql, "ROLLBACK", 8) != 0;
}

static bool commits_what_was_written(sqlite3_stmt *statement)
{
	const char *sql = sqlite3_sql(statement);
	return sql && strcmp(sql, "COMMIT") == 0 &&
	       sqlite3_txn_state(sqlite3_db_handle(statement), NULL) == SQLITE_TXN_WRITE;
}

static bool conflicts(void)
{
	static _Thread_local bool is_again;
	is_again = !is_again && strikes(COMMIT);
	return is_again;
}

static _Thread_local bool executes;

/* Its own steps do not fail: it asks the statement how it ended, which knows of no failure of ours, and would take it
 * for the end of the rows. SQLite reads the schema so, and there would be no tables. */
int sqlite3_exec(sqlite3 *handle, const char *sql, int (*visit)(void *, int, char **, char **), void *data,
                 char **ret_message)
{
	bool is_nested = executes;
	executes = true;
	int result = real.sqlite3_exec(handle, sql, visit, data, ret_message);
	executes = is_nested;
	return result;
}

int sqlite3_step(sqlite3_stmt *statement)
{
	failed.handle = NULL;
	if (executes)
		return real.sqlite3_step(statement);
	if (control && may_fail(statement) && strikes(STEP))
		return fail_step(sqlite3_db_handle(statement), how(STEP));
	if (control && commits_what_was_written(statement) && conflicts())
		return fail_step(sqlite3_db_handle(statement), SQLITE_BUSY_SNAPSHOT);
	return real.sqlite3_step(statement);
}

int sqlite3_prepare_v3(sqlite3 *handle, const char *sql, int length, unsigned flags, sqlite3_stmt **ret,
                       const char **ret_rest)
{
	failed.handle = NULL;
	return real.sqlite3_prepare_v3(handle, sql, length, flags, ret, ret_rest);
}

int sqlite3_extended_errcode(sqlite3 *handle)
{
	return failed.handle && failed.handle == handle ? failed.code : real.sqlite3_extended_errcode(handle);
}

const char *sqlite3_errmsg(sqlite3 *handle)
{
	return failed.handle && failed.handle == handle ? "injected" : real.sqlite3_errmsg(handle);
}

/* ---- PostgreSQL ---- */

/* Instead of the statement, one that the server refuses as it would have refused that one. A commit that fails ends the
 * transaction all the same. */
static int send_raise(PGconn *connection, const char *instead_of)
{
	char sql[128] = "ROLLBACK";
	if (strcmp(instead_of, "COMMIT") != 0)
		snprintf(sql, sizeof(sql), "DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''%.5s'', MESSAGE = ''injected''; END'",
		         control->faults[STEP].state);
	return real.PQsendQueryParams(connection, sql, 0, NULL, NULL, NULL, NULL, 0);
}

static _Thread_local PGconn *unheard; /* its next answer is to be lost */

/* In the place of the socket there is then one whose other end is closed: the answer is gone. */
static void lose_unheard(PGconn *connection)
{
	struct pollfd answer = {.fd = PQsocket(connection), .events = POLLIN};
	int           dead[2];
	if (unheard != connection)
		return;
	unheard = NULL;
	PQflush(connection);
	poll(&answer, 1, 10000);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, dead))
		abort();
	dup2(dead[0], PQsocket(connection));
	close(dead[0]);
	close(dead[1]);
}

/* The connection breaks before the server is asked, or when it has done what it was asked and nobody hears of it. What
 * rolls back is refused by no server. */
#define SEND(connection, sql, send)                                      \
	do {                                                                 \
		bool may = control && (how(STEP) != RAISED || !rolls_back(sql)); \
		bool struck = may && strikes(STEP);                              \
		if (struck && how(STEP) == RAISED)                               \
			return send_raise(connection, sql);                          \
		if (struck && how(STEP) == LOST_BEFORE)                          \
			shutdown(PQsocket(connection), SHUT_RDWR);                   \
		if (struck && how(STEP) == LOST_AFTER)                           \
			unheard = connection;                                        \
		int sent = (send);                                               \
		if (PQpipelineStatus(connection) == PQ_PIPELINE_OFF)             \
			lose_unheard(connection);                                    \
		return sent;                                                     \
	} while (0)

static bool rolls_back(const char *sql)
{
	return strncmp(sql, "ROLLBACK", 8) == 0;
}

int PQsendQuery(PGconn *connection, const char *sql)
{
	SEND(connection, sql, real.PQsendQuery(connection, sql));
}

int PQsendQueryParams(PGconn *connection, const char *sql, int count, const Oid *types, const char *const *values,
                      const int *lengths, const int *formats, int format)
{
	SEND(connection, sql, real.PQsendQueryParams(connection, sql, count, types, values, lengths, formats, format));
}

/* The commands of transactions are prepared under their own texts. */
int PQsendQueryPrepared(PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
                        const int *formats, int format)
{
	SEND(connection, name, real.PQsendQueryPrepared(connection, name, count, values, lengths, formats, format));
}

/* The server answers what was sent in a pipeline when it gets to this. */
int PQpipelineSync(PGconn *connection)
{
	int sent = real.PQpipelineSync(connection);
	lose_unheard(connection);
	return sent;
}

/* ---- files ---- */

struct span {
	struct span *next;
	off_t        from, to;
};

static struct file {
	struct file *next;
	char        *name;
	ino_t        inode;
	int          durable; /* FILE.durable, or -1 */
	struct span *unsynced;
} * known;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of all files */

static void copy_span(int from, int to, off_t at, off_t end)
{
	static char bytes[65536]; /* the mutex is held */
	while (at < end) {
		size_t  wanted = (size_t)(end - at) < sizeof(bytes) ? (size_t)(end - at) : sizeof(bytes);
		ssize_t got = real.pread64(from, bytes, wanted, at);
		if (got <= 0 || real.pwrite64(to, bytes, (size_t)got, at) != got)
			return;
		at += got;
	}
}

/* The indexes of the log (-shm) are made anew after a crash. */
static bool is_of_database(const char *name)
{
	size_t length = strlen(name), prefix = strlen(files);
	return strncmp(name, files, prefix) == 0 && !(length > 4 && strcmp(name + length - 4, "-shm") == 0) &&
	       !strstr(name + prefix, ".durable");
}

/* What was there before this process is durable; of a file that is made anew under its name nothing is. */
static int begin_durable(int fd, const char *name, off_t size, bool is_first)
{
	char path[4200];
	snprintf(path, sizeof(path), "%s.durable", name);
	bool is_new = access(path, F_OK) != 0;
	int  durable = open(path, O_CREAT | O_RDWR | O_CLOEXEC | (is_first ? 0 : O_TRUNC), 0600);
	if (is_new && is_first && durable >= 0)
		copy_span(fd, durable, 0, size);
	return durable;
}

static struct file *note_file(int fd, const char *name, const struct stat *status, bool is_first)
{
	struct file *file = __libc_calloc(1, sizeof(*file) + strlen(name) + 1);
	if (!file)
		abort();
	*file = (struct file){.next = known, .name = (char *)(file + 1), .inode = status->st_ino, .durable = -1};
	strcpy(file->name, name);
	if (atomic_load(&control->durable))
		file->durable = begin_durable(fd, name, status->st_size, is_first);
	return known = file;
}

/* With the mutex held; NULL for files of others. */
static struct file *file_of(int fd)
{
	char        link[32], name[4096];
	struct stat status;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = control && files ? readlink(link, name, sizeof(name) - 1) : -1;
	if (length < 0)
		return NULL;
	name[length] = '\0';
	if (!is_of_database(name) || fstat(fd, &status))
		return NULL;
	struct file *file = known;
	while (file && strcmp(file->name, name) != 0)
		file = file->next; /* the last of this name */
	return file && file->inode == status.st_ino ? file : note_file(fd, name, &status, !file);
}

static bool file_fails(int fd, enum kind kind)
{
	pthread_mutex_lock(&mutex);
	bool fails = file_of(fd) && strikes(kind);
	pthread_mutex_unlock(&mutex);
	return fails;
}

/* `done` is what the caller is told of a call that is dropped. */
static ssize_t fail_file(enum kind kind, ssize_t done)
{
	if (how(kind) == KILL)
		kill(getpid(), SIGKILL);
	if (how(kind) == DROPPED)
		return done;
	errno = how(kind);
	return -1;
}

static void note_write(int fd, off_t from, ssize_t written)
{
	pthread_mutex_lock(&mutex);
	struct file *file = file_of(fd);
	if (file && file->durable >= 0 && written > 0) {
		struct span *span = __libc_malloc(sizeof(*span));
		if (!span)
			abort();
		*span = (struct span){file->unsynced, from, from + written};
		file->unsynced = span;
	}
	pthread_mutex_unlock(&mutex);
}

/* True when the copy is what matters, and the file itself need not be synced. */
static bool note_sync(int fd)
{
	pthread_mutex_lock(&mutex);
	struct file *file = file_of(fd);
	bool         keeps = file && file->durable >= 0;
	struct stat  status;
	while (keeps && file->unsynced) {
		struct span *span = file->unsynced;
		file->unsynced = span->next;
		copy_span(fd, file->durable, span->from, span->to);
		free(span);
	}
	if (keeps && fstat(fd, &status) == 0)
		keeps = real.ftruncate64(file->durable, status.st_size) == 0;
	pthread_mutex_unlock(&mutex);
	return keeps;
}

ssize_t pread64(int fd, void *data, size_t size, off_t at)
{
	return file_fails(fd, READ) ? fail_file(READ, 0) : real.pread64(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at)
{
	bool    fails = file_fails(fd, WRITE);
	ssize_t written = 0;
	if (!fails)
		written = real.pwrite64(fd, data, size, at);
	else if (atomic_load(&control->torn))
		written = real.pwrite64(fd, data, size / 2, at);
	note_write(fd, at, written);
	return fails ? fail_file(WRITE, (ssize_t)size) : written;
}

int fdatasync(int fd)
{
	if (file_fails(fd, SYNC))
		return (int)fail_file(SYNC, 0);
	return note_sync(fd) ? 0 : real.fdatasync(fd);
}

int ftruncate64(int fd, off_t size)
{
	return file_fails(fd, TRUNCATE) ? (int)fail_file(TRUNCATE, 0) : real.ftruncate64(fd, size);
}
