/* The mail thread: due workspaces, their mails, the relay. Decides neither what is written nor to whom. */
#include "jobs/mail.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "contract.h"
#include "statements.h"

#define POLL_SECONDS      2
#define WORKSPACES_A_TURN 16
#define MAILS_A_CLAIM     10
#define SEND_SECONDS      30 /* longest for one mail */
#define LEASE_SECONDS     (2 * MAILS_A_CLAIM * SEND_SECONDS)
#define ARENA_BYTES       (8u * 1024 * 1024)
#define MESSAGE_BYTES_MAX (1024 * 1024)

/* How long after a failure the next attempt is made. After the last a mail is given up. */
static const int64_t backoff_seconds[] = {60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600};

#define ATTEMPTS_MAX ((int64_t)(sizeof(backoff_seconds) / sizeof(backoff_seconds[0])))

struct mailer {
	struct executor *executor;
	const char      *relay, *from;
	struct arena     arena; /* of one workspace's turn */
	CURL            *curl;
	pthread_t        thread;
	pthread_mutex_t  mutex;
	pthread_cond_t   changed; /* a step is done, or stopping */
	atomic_bool      stopping;
};

/* --- a step in a transaction ------------------------------------------------------------------------------------- */

struct step {
	struct work                work;
	struct mailer             *mailer;
	enum error               (*run)(struct step *step, struct db_context *context);
	struct due_workspace_row   due;   /* whose turn it is */
	struct due_workspace_rows  found; /* of find_due */
	struct mail_rows           mails; /* of claim */
	const struct mail_row     *mail;  /* of settle */
	bool                       sent;
	bool                       done;
	enum error                 error;
};

static struct step *step_of(struct work *work)
{
	return (struct step *)((char *)work - offsetof(struct step, work));
}

static enum error run_step(struct work *work, struct db_connection *connection)
{
	struct step      *step = step_of(work);
	struct db_context context = {
		.connection = connection,
		.arena = &step->mailer->arena,
		.workspace_id = step->due.workspace_id,
		.caller_role = ROLE_OWNER,
		.now = clock_now(),
	};

	return step->run(step, &context);
}

static void step_done(struct work *work, enum error error)
{
	struct step   *step = step_of(work);
	struct mailer *mailer = step->mailer; /* the step is gone once it is done */

	pthread_mutex_lock(&mailer->mutex);
	step->error = error;
	step->done = true;
	pthread_cond_broadcast(&mailer->changed);
	pthread_mutex_unlock(&mailer->mutex);
}

/* Waits until it is durable. */
static enum error take_step(struct step *step)
{
	struct mailer *mailer = step->mailer;

	step->work = (struct work){.run = run_step, .done = step_done};
	step->done = false;
	if (!executor_submit(mailer->executor, &step->work))
		return ERROR_UNAVAILABLE;
	pthread_mutex_lock(&mailer->mutex);
	while (!step->done)
		pthread_cond_wait(&mailer->changed, &mailer->mutex);
	pthread_mutex_unlock(&mailer->mutex);
	return step->error;
}

static enum error find_due(struct step *step, struct db_context *context)
{
	return sql_list_due_workspaces(context, WORKSPACES_A_TURN, &step->found);
}

/* Takes a lease on mails that are due and notes when the workspace is due again, if it is. */
static enum error claim(struct step *step, struct db_context *context)
{
	int64_t next;

	TRY(sql_claim_mails(context, MAILS_A_CLAIM, &step->mails));
	for (size_t i = 0; i < step->mails.count; i++) {
		const struct mail_row *mail = &step->mails.items[i];

		TRY(sql_postpone_mail(context, mail->id, mail->attempts, context->now + LEASE_SECONDS));
	}
	TRY(sql_forget_due_work(context, step->due.due_at));
	TRY(sql_next_mail_due(context, INT64_MAX, &next));
	return next == INT64_MAX ? ERROR_NONE : sql_note_due_work(context, next);
}

/* Sent or given up: gone. Else due again later. */
static enum error settle(struct step *step, struct db_context *context)
{
	const struct mail_row *mail = step->mail;

	if (step->sent || mail->attempts >= ATTEMPTS_MAX)
		return sql_delete_mail(context, mail->id);
	int64_t due_at = context->now + backoff_seconds[mail->attempts];
	TRY(sql_postpone_mail(context, mail->id, mail->attempts + 1, due_at));
	return sql_note_due_work(context, due_at);
}

/* --- the relay --------------------------------------------------------------------------------------------------- */

struct message {
	struct text text;
	size_t      sent;
};

static size_t give_message(char *target, size_t size, size_t count, void *data)
{
	struct message *message = data;
	size_t          length = message->text.length - message->sent;

	if (length > size * count)
		length = size * count;
	memcpy(target, message->text.data + message->sent, length);
	message->sent += length;
	return length;
}

static int stop_when_asked(void *data, curl_off_t total_in, curl_off_t in, curl_off_t total_out, curl_off_t out)
{
	struct mailer *mailer = data;

	(void)total_in, (void)in, (void)total_out, (void)out;
	return mailer->stopping;
}

/* Line breaks as RFC 5322 has them. */
static void append_lines(struct buffer *buffer, struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '\n' && (i == 0 || text.data[i - 1] != '\r'))
			buffer_append_char(buffer, '\r');
		buffer_append_char(buffer, text.data[i]);
	}
}

/* RFC 5322 and 2045. Recipients and subjects are our own or checked: none has a line break. */
static struct text write_message(struct mailer *mailer, const struct mail_row *mail)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const char   *at = strchr(mailer->from, '@');
	time_t        now = time(NULL); /* the machine's: a relay would not understand the sandbox's */
	struct tm     tm;
	char          id[REQUEST_ID_SIZE];
	struct buffer buffer;

	gmtime_r(&now, &tm);
	random_request_id(id);
	buffer_init(&buffer, &mailer->arena, 1024, MESSAGE_BYTES_MAX);
	buffer_append_format(&buffer, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
	                     months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	buffer_append_format(&buffer, "From: Stint <%s>\r\nTo: <%s>\r\nSubject: %s\r\n", mailer->from,
	                     mail->recipient.data, mail->subject.data);
	buffer_append_format(&buffer, "Message-ID: <%s.%lld@%s>\r\n", id, (long long)mail->id, at ? at + 1 : "localhost");
	buffer_append_literal(&buffer, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	                               "Content-Type: text/plain; charset=utf-8\r\n"
	                               "Content-Transfer-Encoding: 8bit\r\n\r\n");
	append_lines(&buffer, mail->body);
	return buffer.overflown ? NO_TEXT : buffer_text(&buffer);
}

/* CURLE_OK, or what curl says went wrong. */
static CURLcode send_mail(struct mailer *mailer, const struct mail_row *mail)
{
	struct message     message = {.text = write_message(mailer, mail)};
	struct curl_slist *recipients = curl_slist_append(NULL, mail->recipient.data);
	CURL              *curl = mailer->curl;

	if (!message.text.data || !recipients) {
		curl_slist_free_all(recipients);
		return CURLE_OUT_OF_MEMORY;
	}
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, mailer->relay);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mailer->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_message);
	curl_easy_setopt(curl, CURLOPT_READDATA, &message);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_when_asked);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, mailer);
	CURLcode code = curl_easy_perform(curl);
	curl_slist_free_all(recipients);
	return code;
}

/* --- turns ------------------------------------------------------------------------------------------------------- */

static void send_and_settle(struct step *step, const struct mail_row *mail)
{
	CURLcode code = send_mail(step->mailer, mail);

	if (step->mailer->stopping && code)
		return; /* its lease ends by itself */
	if (code)
		log_event(LOG_WARNING, mail->attempts < ATTEMPTS_MAX ? "mail_delayed" : "mail_given_up",
		          "workspace=%lld mail=%lld attempts=%lld reason=\"%s\"", (long long)step->due.workspace_id,
		          (long long)mail->id, (long long)mail->attempts + 1, curl_easy_strerror(code));
	step->run = settle;
	step->mail = mail;
	step->sent = !code;
	if (take_step(step))
		log_event(LOG_WARNING, "mail_not_settled", "workspace=%lld mail=%lld", (long long)step->due.workspace_id,
		          (long long)mail->id);
}

static void serve_workspace(struct mailer *mailer, struct due_workspace_row due)
{
	struct arena_mark mark = arena_mark(&mailer->arena);
	struct step       step = {.mailer = mailer, .run = claim, .due = due};

	if (take_step(&step) == ERROR_NONE)
		for (size_t i = 0; i < step.mails.count && !mailer->stopping; i++)
			send_and_settle(&step, &step.mails.items[i]);
	arena_rewind(&mailer->arena, mark);
}

static void take_turn(struct mailer *mailer)
{
	struct step step = {.mailer = mailer, .run = find_due};

	arena_reset(&mailer->arena);
	if (take_step(&step))
		return;
	for (size_t i = 0; i < step.found.count && !mailer->stopping; i++)
		serve_workspace(mailer, step.found.items[i]);
}

/* Until the next turn or the end. */
static void rest(struct mailer *mailer)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += POLL_SECONDS;
	pthread_mutex_lock(&mailer->mutex);
	while (!mailer->stopping && pthread_cond_timedwait(&mailer->changed, &mailer->mutex, &until) == 0)
		;
	pthread_mutex_unlock(&mailer->mutex);
}

static void *run_mailer(void *argument)
{
	struct mailer *mailer = argument;

	while (!mailer->stopping) {
		take_turn(mailer);
		rest(mailer);
	}
	return NULL;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void init_locks(struct mailer *mailer)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&mailer->mutex, NULL);
	pthread_cond_init(&mailer->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void free_mailer(struct mailer *mailer)
{
	curl_easy_cleanup(mailer->curl);
	curl_global_cleanup();
	arena_destroy(&mailer->arena);
	pthread_cond_destroy(&mailer->changed);
	pthread_mutex_destroy(&mailer->mutex);
	free(mailer);
}

enum error mailer_start(struct executor *executor, const char *relay, const char *from, struct mailer **ret)
{
	struct mailer *mailer = calloc(1, sizeof(*mailer));

	if (!mailer)
		return ERROR_NO_MEMORY;
	*mailer = (struct mailer){.executor = executor, .relay = relay, .from = from};
	arena_init(&mailer->arena, ARENA_BYTES);
	init_locks(mailer);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	mailer->curl = curl_easy_init();
	if (!mailer->curl || pthread_create(&mailer->thread, NULL, run_mailer, mailer) != 0) {
		free_mailer(mailer);
		return ERROR_NO_MEMORY;
	}
	*ret = mailer;
	return ERROR_NONE;
}

void mailer_stop(struct mailer *mailer)
{
	if (!mailer)
		return;
	pthread_mutex_lock(&mailer->mutex);
	mailer->stopping = true;
	pthread_cond_broadcast(&mailer->changed);
	pthread_mutex_unlock(&mailer->mutex);
	pthread_join(mailer->thread, NULL);
	free_mailer(mailer);
}
