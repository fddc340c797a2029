/* stint serve: puts the service together, says that it is ready, waits for the signal to stop and takes it apart in the
 * opposite order. http/ handles the requests. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/token.h"
#include "auth/uses.h"
#include "base/calendar.h"
#include "base/clock.h"
#include "base/host.h"
#include "base/json_memory.h"
#include "base/log.h"
#include "base/mailbox.h"
#include "cli/cli.h"
#include "cli/demo.h"
#include "http/dispatch.h"
#include "http/guesses.h"
#include "http/hub.h"
#include "http/kept_answers.h"
#include "http/server.h"
#include "http/service.h"
#include "http/tls.h"
#include "jobs/mail.h"
#include "jobs/retention.h"
#include "jobs/sequencer.h"
#include "jobs/timesheets.h"
#include "jobs/trackers.h"
#include "jobs/uses.h"
#include "jobs/webhooks.h"
#include "operations/due_work.h"
#include "statements.h"

#define ID_BLOCK_SIZE      64
#define QUEUE_MAX          10000
#define SLOW_QUEUE_MAX     64
#define WORKERS_PER_CORE   4
#define READERS_PER_CORE   2  /* of an own file: the three quarters that one user may have of them fill the machine */
#define POLITE_NICE        5  /* of the only writer and of long reads, where short ones need the same cores */
#define WAIT_SECONDS_MAX   10 /* between two tries to reach a database server */
#define EXPIRE_NANOSECONDS 100000000 /* from one look for requests that have waited too long to the next */
#define EXPORT_THREADS     2
#define EXPORT_QUEUE_MAX   64
#define EXPORT_NICE        10 /* nobody waits for a file as for a page */
#define RUN_DUE_SECONDS    10 /* longest wait for jobs when the sandbox's clock was moved */
#define USES_SECONDS       1  /* for which a stop waits until what was noted last is written down */
#define FIRST_OWNER        "owner@localhost"

struct serving {
	struct cli            *cli;
	struct server_options  options;
	struct service         service;
	struct io_thread      *threads;
	struct mailer         *mailer;
	struct webhook_sender *webhooks;
	struct runner         *sequencer, *trackers, *timesheets, *retention, *uses;
	pthread_mutex_t        jobs_mutex;  /* held where they come and go, and while they are woken */
	sigset_t               signals;     /* that end it */
	bool                   interrupted; /* by one of them, before it was ready */
	const char            *throw_away;  /* URL of the sandbox's own database, if it has one */
};

/* The port is known, and its last settings made, only when the server already listens: requests wait at the gate. */
static atomic_bool gate_is_open;

static enum error handle_header(struct request *request)
{
	while (!atomic_load(&gate_is_open))
		usleep(1000);
	return dispatch_header(request);
}

static const struct server_handler handler = {handle_header, dispatch_request, dispatch_observe};

static unsigned count_cores(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

static int64_t number_or(const struct cli *cli, enum option option, int64_t otherwise)
{
	return cli->options[option].number == NONE ? otherwise : cli->options[option].number;
}

/* --- reading the options ----------------------------------------------------------------------------------------- */

/* "127.0.0.1:8080", "[::1]:8080" */
static bool parse_listen(struct cli *cli, struct server_options *options)
{
	const char *text = cli->options[OPTION_LISTEN].text, *colon = strrchr(text, ':');
	size_t      length = colon ? (size_t)(colon - text) : 0;
	int64_t     port;

	if (!length || !text_to_integer(text_of(colon + 1), &port) || port < 0 || port > 65535)
		return false;
	if (text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	} else if (memchr(text, ':', length)) {
		return false;
	}
	options->address = text_format(&cli->arena, "%.*s", (int)length, text).data;
	options->port = (int)port;
	return options->address != NULL;
}

static bool parse_log_level(const char *text)
{
	static const char *const names[] = {"debug", "info", "warning", "error"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0) {
			log_set_level((enum log_level)i);
			return true;
		}
	return false;
}

static bool is_url(const char *url, const char *scheme, const char *secure_scheme)
{
	return !url || strncmp(url, scheme, strlen(scheme)) == 0 || strncmp(url, secure_scheme, strlen(secure_scheme)) == 0;
}

/* What is wrong with the options, or NULL. */
static const char *check_options(struct serving *serving)
{
	const struct option_value *given = serving->cli->options;

	if (!parse_listen(serving->cli, &serving->options))
		return "--listen: ADDRESS:PORT is expected, such as 127.0.0.1:8080 or [::1]:8080";
	if (given[OPTION_DEMO].given && !host_is_loopback(text_of(serving->options.address)))
		return "--demo listens on a loopback address only: its tokens are public";
	if (!parse_log_level(given[OPTION_LOG_LEVEL].text))
		return "--log-level: debug, info, warning or error";
	if (!given[OPTION_TLS_CERT].text != !given[OPTION_TLS_KEY].text)
		return "--tls-cert and --tls-key: one does not go without the other";
	if (!is_url(given[OPTION_PUBLIC_URL].text, given[OPTION_TLS_CERT].text ? "https://" : "http://", "https://"))
		return given[OPTION_TLS_CERT].text ?
		           "--public-url: an address that begins with https:// is expected, for that is what --tls-cert "
		           "speaks" :
		           "--public-url: an address that begins with http:// or https:// is expected";
	if (given[OPTION_PUBLIC_URL].text && strpbrk(given[OPTION_PUBLIC_URL].text, "?#"))
		return "--public-url: an address without a query (?) and without a fragment (#) is expected";
	if (!client_parse_ranges(&serving->cli->arena, text_of(given[OPTION_TRUSTED_PROXIES].text),
	                         &serving->service.trusted_proxies))
		return "--trusted-proxies: addresses such as 10.0.0.1 or 10.0.0.0/8 are expected, with commas between";
	if (!is_url(given[OPTION_SMTP_URL].text, "smtp://", "smtps://"))
		return "--smtp-url: an address that begins with smtp:// or smtps:// is expected";
	if (!mailbox_of(&serving->cli->arena, text_of(given[OPTION_SMTP_FROM].text)).data)
		return "--smtp-from: an email address is expected";
	return NULL;
}

/* Not /tmp, which may be memory. */
static const char *temporary_folder(const struct cli *cli)
{
	const char *given = cli->options[OPTION_TEMPORARY_DIRECTORY].text, *usual = getenv("TMPDIR");

	if (given)
		return given;
	return usual && *usual ? usual : "/var/tmp";
}

static void set_options(struct serving *serving)
{
	const struct cli      *cli = serving->cli;
	struct server_options *options = &serving->options;

	options->tls = cli->options[OPTION_TLS_CERT].text != NULL;
	options->threads = (unsigned)number_or(cli, OPTION_THREADS, count_cores());
	options->header_bytes = (size_t)cli->options[OPTION_HEADER_LIMIT].number;
	options->body_bytes = (size_t)cli->options[OPTION_BODY_LIMIT].number;
	options->memory_bytes = (size_t)cli->options[OPTION_REQUEST_MEMORY].number;
	options->body_memory = (size_t)cli->options[OPTION_BODY_MEMORY].number;
	options->connections = (unsigned)cli->options[OPTION_CONNECTIONS].number;
	options->connections_per_address = (unsigned)cli->options[OPTION_CONNECTIONS_PER_ADDRESS].number;
	options->request_seconds = (unsigned)cli->options[OPTION_REQUEST_TIMEOUT].number;
	options->idle_seconds = (unsigned)cli->options[OPTION_IDLE_TIMEOUT].number;
	serving->service.settings.demo = cli->options[OPTION_DEMO].given;
	serving->service.settings.slot_days = cli->options[OPTION_SLOT_DAYS].number;
	serving->service.settings.tracker_hours = cli->options[OPTION_TRACKER_HOURS].number;
	serving->service.settings.webhook_allow_private = cli->options[OPTION_WEBHOOK_ALLOW_PRIVATE].given;
	serving->service.settings.sends_mail = cli->options[OPTION_SMTP_URL].text != NULL;
	pthread_mutex_init(&serving->service.files.mutex, NULL);
	serving->service.files.most = (unsigned)cli->options[OPTION_EXPORTS].number;
	serving->service.files.bytes = cli->options[OPTION_EXPORT_LIMIT].number;
	serving->service.files.seconds = (unsigned)cli->options[OPTION_EXPORT_TIMEOUT].number;
	serving->service.files.folder = temporary_folder(cli);
	serving->service.cors_origin = cli->options[OPTION_CORS_ORIGIN].text;
}

/* --- the database ------------------------------------------------------------------------------------------------ */

/* Says why, in the database's words if there are any. */
static bool failed(const char *what, struct text reason, enum error error)
{
	cli_fail("%s: %s", what, reason.data && reason.length ? reason.data : error_info(error)->text);
	return false;
}

/* Hashes of passwords and tokens are in the database, passwords of the database and of the relay in the file. */
static void warn_of_readable(const char *file)
{
	struct stat status;
	char        quoted[512];

	if (stat(file, &status) == 0 && status.st_mode & (S_IROTH | S_IWOTH))
		log_event(LOG_WARNING, "open_to_others", "file=%s hint=\"chmod o-rwx\"",
		          log_quote(text_of(file), quoted, sizeof(quoted)));
}

static bool holds_password(const char *url)
{
	const char *at = url ? strchr(url, '@') : NULL, *scheme = at ? strstr(url, "://") : NULL;

	return scheme && scheme < at && memchr(scheme + 3, ':', (size_t)(at - scheme - 3));
}

static void warn_of_readable_files(struct cli *cli)
{
	const char *url = cli_database_url(cli), *config = cli->options[OPTION_CONFIG].text;
	const char *key = cli->options[OPTION_TLS_KEY].text;

	if (strncmp(url, "sqlite:", 7) == 0)
		warn_of_readable(url + 7);
	if (config && (holds_password(url) || holds_password(cli->options[OPTION_SMTP_URL].text)))
		warn_of_readable(config);
	if (key)
		warn_of_readable(key);
}

/* False: a signal came to end it. */
static bool wait_for_database(struct serving *serving, int tries)
{
	struct timespec pause = {.tv_sec = tries < WAIT_SECONDS_MAX ? tries + 1 : WAIT_SECONDS_MAX};
	char            quoted[512];

	log_event(LOG_WARNING, "waiting_for_database", "seconds=%lld reason=%s", (long long)pause.tv_sec,
	          log_quote(serving->cli->reason, quoted, sizeof(quoted)));
	serving->interrupted = sigtimedwait(&serving->signals, NULL, &pause) > 0;
	return !serving->interrupted;
}

/* A database server may come up after this one, or be restarted together with it. A file will not come by waiting. */
static bool open_database(struct serving *serving)
{
	struct cli       *cli = serving->cli;
	const char       *url = cli_database_url(cli);
	struct arena_mark mark = arena_mark(&cli->arena);

	if (!url || strncmp(url, "sqlite:", 7) == 0) {
		serving->service.db = cli_open_database(cli, url);
		return serving->service.db != NULL;
	}
	for (int tries = 0;; tries++) {
		arena_rewind(&cli->arena, mark);
		enum error error = cli_try_database(cli, url, &serving->service.db);
		if (!error)
			return true;
		if (error != ERROR_UNAVAILABLE)
			return failed("the database", cli->reason, error);
		if (!wait_for_database(serving, tries))
			return false;
	}
}

static bool prepare_database(struct serving *serving)
{
	struct cli     *cli = serving->cli;
	struct service *service = &serving->service;
	struct text     reason = NO_TEXT;
	int             applied;

	if (service->settings.demo && !cli->options[OPTION_DATABASE].text) {
		serving->throw_away = demo_make_database(cli);
		if (!serving->throw_away)
			return false;
		cli->options[OPTION_DATABASE].text = serving->throw_away;
	}
	if (!open_database(serving))
		return false;
	warn_of_readable_files(cli);
	enum error error = db_migrate(service->db, &cli->arena, &applied, &reason);
	if (!error)
		error = cli_tell_migrated(cli, service->db, applied);
	if (error)
		return failed("the schema", reason, error);
	error = cli_transact(cli, service->db, NULL, cli_load_sealing_key);
	if (error)
		return failed("the installation's key", cli->reason, error);
	error = cli_transact(cli, service->db, NULL, cli_keep_shapes);
	if (error)
		return failed("the shapes of events", cli->reason, error);
	error = ids_open(service->db, sequence_names, SEQUENCE_COUNT, ID_BLOCK_SIZE, &service->ids);
	if (!error && service->settings.demo)
		error = demo_fill(cli, service->db, service->ids);
	else if (!error)
		error = cli_transact(cli, service->db, service->ids, demo_refuse);
	if (!error)
		error = cli_transact(cli, service->db, NULL, cli_fold_mailboxes);
	cli_disconnect(cli); /* for the first who writes */
	return error ? failed("the database", cli->reason, error) : true;
}

/* A database without a workspace gets one, and its owner a token, in cli->secret. */
static enum error make_first_workspace(struct cli *cli, struct db_context *context)
{
	struct listed_rows workspaces;
	int64_t            owner_id;

	cli->secret = NO_TEXT;
	TRY(sql_list_workspaces(context, &workspaces));
	if (workspaces.count)
		return ERROR_NONE;
	TRY(cli_make_workspace(context, TEXT("My workspace"), TEXT(FIRST_OWNER), TEXT("Workspace"), TEXT("Owner"),
	                       &owner_id));
	struct token_row token = token_of(owner_id, TEXT("first token"), ALL_SCOPES);
	token.expires_at = context->now + PERSONAL_TOKEN_DAYS * SECONDS_PER_DAY;
	return token_create(context, &token, NO_TEXT, &cli->secret);
}

/* --- starting ---------------------------------------------------------------------------------------------------- */

static enum error start_executors(struct serving *serving)
{
	struct service         *service = &serving->service;
	const struct cli       *cli = serving->cli;
	unsigned                cores = count_cores();
	struct executor_options main_options = {
		.access = DB_WRITE,
		.told = server_wake,
		.threads = 1,
		.group = (unsigned)cli->options[OPTION_COMMIT_GROUP].number,
		.queue_max = QUEUE_MAX,
		.beside = &service->reads,
		.nice = POLITE_NICE,
	};
	struct executor_options reader_options = {
		.access = DB_READ,
		.told = server_wake,
		.threads = cores * READERS_PER_CORE,
		.group = 1,
		.queue_max = QUEUE_MAX,
		.nice = POLITE_NICE,
	};
	struct executor_options slow_options = {
		.access = DB_READ,
		.told = server_wake,
		.threads = cores > 1 ? cores / 2 : 1,
		.group = 1,
		.queue_max = SLOW_QUEUE_MAX,
		.seldom = true,
	};
	struct executor_options export_options = {
		.access = DB_READ,
		.told = server_wake,
		.threads = EXPORT_THREADS,
		.group = 1,
		.queue_max = EXPORT_QUEUE_MAX,
		.seldom = true,
		.longest = service->files.seconds * INT64_C(1000000),
		.nice = EXPORT_NICE,
	};

	if (!service->reads_inline) {
		main_options.threads = (unsigned)number_or(cli, OPTION_WORKERS, cores * WORKERS_PER_CORE);
		main_options.group = 1;
		main_options.nice = reader_options.nice = 0; /* most of their work is the database server's */
		reader_options.threads = (main_options.threads + 1) / 2;
	}
	TRY(executor_start(service->db, service->ids, &reader_options, &service->readers));
	TRY(executor_start(service->db, service->ids, &main_options, &service->main));
	TRY(executor_start(service->db, service->ids, &export_options, &service->exports));
	return executor_start(service->db, service->ids, &slow_options, &service->slow);
}

/* A stream says that it is there in half of the time in which its client has to take something. */
static enum error start_hub(struct serving *serving)
{
	const struct cli  *cli = serving->cli;
	struct hub_options options = {
		.most = (unsigned)cli->options[OPTION_STREAMS].number,
		.most_of_user = (unsigned)cli->options[OPTION_STREAMS_PER_USER].number,
		.silence = serving->options.request_seconds * INT64_C(500000),
		.readers = serving->service.readers,
	};

	return hub_start(&options, &serving->service.hub);
}

static enum error connect_readers(struct serving *serving)
{
	struct service *service = &serving->service;

	serving->threads = calloc(serving->options.threads, sizeof(*serving->threads));
	if (!serving->threads)
		return ERROR_NO_MEMORY;
	for (unsigned i = 0; i < serving->options.threads; i++) {
		serving->threads[i].service = service;
		if (service->reads_inline)
			TRY(db_connect(service->db, DB_READ, &serving->threads[i].reader));
	}
	return ERROR_NONE;
}

/* One kind after the other: those first that make work for others. What was done before the clock moved is numbered
 * before what the jobs do. */
static void run_due_jobs(void *data)
{
	struct serving *serving = data;
	int64_t         until = clock_monotonic() + RUN_DUE_SECONDS * 1000000;

	runner_run_due(serving->sequencer, until);
	runner_run_due(serving->trackers, until);
	runner_run_due(serving->timesheets, until);
	runner_run_due(serving->sequencer, until);
	runner_run_due(webhooks_runner(serving->webhooks), until);
	runner_run_due(mailer_runner(serving->mailer), until);
	runner_run_due(serving->retention, until);
	runner_run_due(serving->uses, until);
}

/* What a commit has made due. Whose kind it is in the directory, each of them sees by itself. */
static void wake_jobs(unsigned what, void *data)
{
	struct serving *serving = data;
	bool            numbered = what & (serving->service.reads_inline ? WAKE_NOTED : WAKE_NUMBERED);

	pthread_mutex_lock(&serving->jobs_mutex);
	if (what & WAKE_NOTED)
		runner_wake(serving->sequencer);
	if (what & WAKE_WEBHOOKS || numbered)
		runner_wake(webhooks_runner(serving->webhooks));
	if (what & WAKE_JOBS) {
		runner_wake(serving->trackers);
		runner_wake(serving->timesheets);
		runner_wake(mailer_runner(serving->mailer));
		runner_wake(serving->retention);
	}
	if (numbered)
		hub_wake(serving->service.hub);
	pthread_mutex_unlock(&serving->jobs_mutex);
}

static void stop_jobs(struct serving *serving)
{
	pthread_mutex_lock(&serving->jobs_mutex);
	struct mailer         *mailer = serving->mailer;
	struct webhook_sender *webhooks = serving->webhooks;
	struct runner *trackers = serving->trackers, *timesheets = serving->timesheets, *retention = serving->retention;
	serving->mailer = NULL;
	serving->webhooks = NULL;
	struct runner *sequencer = serving->sequencer;
	struct runner *uses = serving->uses;
	serving->trackers = serving->timesheets = serving->retention = serving->sequencer = serving->uses = NULL;
	pthread_mutex_unlock(&serving->jobs_mutex);
	webhooks_stop(webhooks);
	mailer_stop(mailer);
	runner_stop(trackers);
	runner_stop(timesheets);
	runner_stop(retention);
	runner_stop(sequencer);
	runner_run_due(uses, clock_monotonic() + USES_SECONDS * 1000000);
	runner_stop(uses);
}

static bool start_jobs(struct serving *serving)
{
	struct service   *service = &serving->service;
	const struct cli *cli = serving->cli;
	enum error        error = ERROR_NONE;

	if (!service->reads_inline) /* else events have their numbers from the insert */
		error = sequencer_start(service->main, service->ids, &serving->sequencer);
	if (error)
		return failed("the sequencer", NO_TEXT, error);
	error = trackers_start(service->main, service->ids, &serving->trackers);
	if (error)
		return failed("trackers", NO_TEXT, error);
	error = timesheets_start(service->main, service->ids, &service->settings, &serving->timesheets);
	if (error)
		return failed("timesheets", NO_TEXT, error);
	error = retention_start(service->main, service->ids, &serving->retention);
	if (error)
		return failed("retention", NO_TEXT, error);
	error = uses_start(service->main, service->ids, service->uses, &serving->uses);
	if (error)
		return failed("uses of tokens", NO_TEXT, error);
	error = webhooks_start(service->main, service->ids, &service->settings, cli->options[OPTION_WEBHOOK_TIMEOUT].number,
	                       &serving->webhooks);
	if (error)
		return failed("webhooks", NO_TEXT, error);
	if (service->settings.sends_mail)
		error = mailer_start(service->main, service->ids, cli->options[OPTION_SMTP_URL].text,
		                     cli->options[OPTION_SMTP_FROM].text, &serving->mailer);
	if (error)
		return failed("mail", NO_TEXT, error);
	service->clock_moved = run_due_jobs;
	service->clock_moved_data = serving;
	return true;
}

static bool start_service(struct serving *serving)
{
	struct service   *service = &serving->service;
	const struct cli *cli = serving->cli;
	bool              is_limited = !service->settings.demo || cli->options[OPTION_RATE_LIMIT].given;
	int64_t           per_minute = is_limited ? cli->options[OPTION_RATE_LIMIT].number : 0;

	service->reads_inline = db_has_single_writer(service->db);
	service->metrics = metrics_new();
	service->rate_limit = per_minute ? rate_limit_new(per_minute) : NULL;
	service->principals = principals_new();
	service->uses = uses_new();
	service->address_guesses = budget_new(GUESSES_OF_ADDRESS, GUESSES_OF_ADDRESS_SECONDS);
	service->account_guesses = budget_new(GUESSES_OF_ACCOUNT, GUESSES_OF_ACCOUNT_SECONDS);
	service->kept_bytes = budget_new(KEPT_BYTES, KEPT_BYTES_SECONDS);
	service->files.callers = arena_alloc_array(&serving->cli->arena, service->files.most, sizeof(int64_t));
	if (!service->files.callers || !service->metrics || !service->address_guesses || !service->account_guesses ||
	    !service->kept_bytes || !service->uses || (per_minute && !service->rate_limit))
		return failed("the service", NO_TEXT, ERROR_NO_MEMORY);
	db_on_wake(service->db, wake_jobs, serving);
	enum error error = start_executors(serving);
	if (!error)
		error = connect_readers(serving);
	if (!error)
		error = start_hub(serving);
	if (error)
		return failed("the database", text_of(db_failure(NULL)), error);
	pthread_mutex_lock(&serving->jobs_mutex);
	bool started = start_jobs(serving);
	pthread_mutex_unlock(&serving->jobs_mutex);
	return started;
}

/* Reads it, at the start and whenever the operator says that there is a new one. A new one that is of no use is as good
 * as none: the old one goes on being shown. */
static bool show_certificate(const struct serving *serving, char ret_reason[static TLS_REASON_SIZE])
{
	const struct option_value *given = serving->cli->options;
	int64_t                    expires;
	char                       instant[INSTANT_SIZE];

	if (!serving->options.tls)
		return true;
	if (!tls_show(given[OPTION_TLS_CERT].text, given[OPTION_TLS_KEY].text, &expires, ret_reason))
		return false;
	calendar_format_instant(expires, instant);
	log_event(expires > clock_now() ? LOG_INFO : LOG_WARNING, "certificate_shown", "expires=%s", instant);
	return true;
}

static void reload(const struct serving *serving)
{
	char reason[TLS_REASON_SIZE], quoted[2 * TLS_REASON_SIZE];

	if (!show_certificate(serving, reason))
		log_event(LOG_WARNING, "certificate_refused", "reason=%s", log_quote(text_of(reason), quoted, sizeof(quoted)));
}

static bool start_server(struct serving *serving)
{
	void      **states = arena_alloc_array(&serving->cli->arena, serving->options.threads, sizeof(*states));
	struct text reason = NO_TEXT;
	char        unusable[TLS_REASON_SIZE];
	enum error  error = states ? ERROR_NONE : ERROR_NO_MEMORY;

	for (unsigned i = 0; states && i < serving->options.threads; i++)
		states[i] = &serving->threads[i];
	if (!show_certificate(serving, unusable))
		return failed("the certificate", text_of(unusable), ERROR_INVALID);
	if (!error)
		error = server_start(&serving->options, states, &handler, &serving->service.server, &reason);
	return error ? failed(serving->cli->options[OPTION_LISTEN].text, reason, error) : true;
}

/* --- saying that it is ready ------------------------------------------------------------------------------------- */

static const char *listen_url(struct serving *serving)
{
	const char *address = serving->options.address;
	bool        is_six = strchr(address, ':') != NULL;

	return text_format(&serving->cli->arena, "http%s://%s%s%s:%d", serving->options.tls ? "s" : "", is_six ? "[" : "",
	                   address, is_six ? "]" : "", server_port(serving->service.server))
	    .data;
}

static struct text public_url(struct cli *cli, const char *url)
{
	struct text result = text_of(cli->options[OPTION_PUBLIC_URL].text ? cli->options[OPTION_PUBLIC_URL].text : url);

	while (result.length && result.data[result.length - 1] == '/')
		result.length--;
	return text_copy(&cli->arena, result);
}

/* Clients are made from them: with the address that is known to be the server's. */
static enum error make_documents(struct serving *serving)
{
	struct cli     *cli = serving->cli;
	struct service *service = &serving->service;

	service->document = asset_openapi_json;
	service->older_document = asset_openapi_3_0_json;
	if (!cli->options[OPTION_PUBLIC_URL].text && !service->settings.demo)
		return ERROR_NONE;
	TRY(asset_at_address(&cli->arena, &asset_openapi_json, service->settings.public_url, &service->document));
	return asset_at_address(&cli->arena, &asset_openapi_3_0_json, service->settings.public_url,
	                        &service->older_document);
}

static bool introduce(struct serving *serving)
{
	struct cli     *cli = serving->cli;
	struct service *service = &serving->service;
	enum error      error = ERROR_NONE;

	if (!service->settings.demo)
		error = cli_transact(cli, service->db, service->ids, make_first_workspace);
	if (error)
		return failed("the first workspace", cli->reason, error);
	cli_disconnect(cli); /* all that is done before somebody may ask */
	db_end_spare(service->db);
	const char *url = listen_url(serving);
	service->settings.public_url = public_url(cli, url);
	if (!url || !service->settings.public_url.data || make_documents(serving))
		return failed("the service", NO_TEXT, ERROR_NO_MEMORY);
	service->settings.secure = is_url(service->settings.public_url.data, "https://", "https://");
	if (service->settings.demo)
		fprintf(stderr,
		        "The sandbox is ready. Try:\n"
		        "  curl -H 'Authorization: Bearer demo-owner' '%s/api/v2/projects?workspace_id=1'\n",
		        url);
	else if (cli->secret.data)
		printf("Made a workspace with the owner " FIRST_OWNER ", whose token is shown only now:\n  %s\nTry:\n"
		       "  curl -H 'Authorization: Bearer %s' '%s/api/v2/workspaces'\n",
		       cli->secret.data, cli->secret.data, url);
	if (!service->settings.sends_mail)
		log_event(LOG_INFO, "no_mail_relay",
		          "hint=\"invitation links are in this log and in the API's answers; see --smtp-url\"");
	printf("listening on %s\n", url);
	fflush(stdout);
	return true;
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static void stop(struct serving *serving)
{
	struct service *service = &serving->service;

	atomic_store(&gate_is_open, true);
	hub_close(service->hub);
	if (service->server)
		server_stop(service->server, serving->options.request_seconds);
	tls_forget();
	stop_jobs(serving);
	executor_stop(service->exports);
	executor_stop(service->slow);
	executor_stop(service->main);
	executor_stop(service->readers);
	pthread_mutex_destroy(&service->files.mutex);
	for (unsigned i = 0; serving->threads && i < serving->options.threads; i++)
		db_disconnect(serving->threads[i].reader);
	free(serving->threads);
	hub_free(service->hub);
	rate_limit_free(service->rate_limit);
	budget_free(service->address_guesses);
	budget_free(service->account_guesses);
	budget_free(service->kept_bytes);
	principals_free(service->principals);
	uses_free(service->uses);
	metrics_free(service->metrics);
	ids_close(service->ids);
	cli_close_database(serving->cli, service->db);
	if (serving->throw_away)
		demo_remove_database(serving->cli, serving->throw_away);
}

/* Until the operator wants it to end; returns the signal. Meanwhile requests that wait too long get their answer. */
static int wait_for_signal(const struct serving *serving)
{
	const struct timespec pause = {.tv_nsec = EXPIRE_NANOSECONDS};
	sigset_t              signals = serving->signals;

	sigaddset(&signals, SIGHUP);
	for (;;) {
		int number = sigtimedwait(&signals, NULL, &pause);
		if (number == SIGHUP)
			reload(serving);
		else if (number > 0)
			return number;
		executor_expire(serving->service.main);
		executor_expire(serving->service.readers);
		executor_expire(serving->service.slow);
		executor_expire(serving->service.exports);
	}
}

int cli_serve(struct cli *cli)
{
	struct serving serving = {.cli = cli, .jobs_mutex = PTHREAD_MUTEX_INITIALIZER};
	const char    *mistake = check_options(&serving);

	if (mistake)
		return cli_misused("%s", mistake);
	/* Before any thread starts: they inherit it, and only sigtimedwait takes the signals. */
	sigemptyset(&serving.signals);
	sigaddset(&serving.signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &serving.signals, NULL);
	sigemptyset(&serving.signals);
	sigaddset(&serving.signals, SIGTERM);
	sigaddset(&serving.signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &serving.signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit of files is an error of the write */
	json_memory_init();
	set_options(&serving);

	bool ready = prepare_database(&serving) && start_service(&serving) && start_server(&serving) && introduce(&serving);
	if (ready) {
		atomic_store(&gate_is_open, true);
		log_event(LOG_INFO, "stopping", "signal=%d", wait_for_signal(&serving));
	}
	stop(&serving);
	return ready || serving.interrupted ? EXIT_SUCCESS : EXIT_FAILURE;
}
