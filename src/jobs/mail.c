/* Mails and the relay. Decides neither what is written nor to whom. */
#include "jobs/mail.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "base/host.h"
#include "base/log.h"
#include "base/random.h"
#include "operations/mail.h"
#include "statements.h"

#define MAILS_A_CLAIM     10
#define SEND_SECONDS      30 /* longest for one mail */
#define LEASE_SECONDS     (2 * MAILS_A_CLAIM * SEND_SECONDS)
#define MESSAGE_BYTES_MAX (1024 * 1024)
#define LINE_BYTES_MAX    998 /* RFC 5322 2.1.1 */

/* How long after a failure the next attempt is made. After the last a mail is given up. */
static const int64_t backoff_seconds[] = {60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600};

#define ATTEMPTS_MAX    ((int64_t)(sizeof(backoff_seconds) / sizeof(backoff_seconds[0])))
#define HORIZON_SECONDS (6 * 3600) /* the longest of them */

struct mailer {
	struct runner *runner;
	const char    *relay, *from;
	CURL          *curl;
	bool           needs_tls;
	bool           sent; /* the mail that is being sent */
};

/* --- the rows ---------------------------------------------------------------------------------------------------- */

/* Takes a lease on mails that are due: whoever else looks at the workspace meanwhile does not find them. */
static enum error claim(struct db_context *context, struct job_items *ret, void *data)
{
	struct mail_rows mails;

	(void)data;
	TRY(sql_claim_mails(context, context->now + HORIZON_SECONDS, MAILS_A_CLAIM, &mails));
	for (size_t i = 0; i < mails.count; i++) {
		const struct mail_row *mail = &mails.items[i];

		TRY(sql_postpone_mail(context, mail->id, mail->attempts, context->now + LEASE_SECONDS));
	}
	*ret = JOB_ITEMS(mails);
	return ERROR_NONE;
}

/* Sent or given up: gone. Else due again later. */
static enum error mail_settle(struct db_context *context, const void *item, void *data)
{
	const struct mailer   *mailer = data;
	const struct mail_row *mail = item;

	if (mailer->sent || mail->attempts >= ATTEMPTS_MAX)
		return sql_delete_mail(context, mail->id);
	return sql_postpone_mail(context, mail->id, mail->attempts + 1, context->now + backoff_seconds[mail->attempts]);
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
	(void)total_in, (void)in, (void)total_out, (void)out;
	return runner_is_stopping(data);
}

/* Whoever stands between could take STARTTLS out of what the relay offers, and read its password and the links: only to
 * this machine, and without a password, may mail go in the clear. */
static bool relay_needs_tls(const char *relay)
{
	CURLU *url = curl_url();
	char  *host = NULL, *user = NULL;
	bool   local = url && curl_url_set(url, CURLUPART_URL, relay, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	             curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK && host_is_loopback(text_of(host));
	bool anonymous = local && curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;

	curl_free(host);
	curl_free(user);
	curl_url_cleanup(url);
	return !anonymous;
}

/* Line breaks as RFC 5322 has them, which also says how long a line may be: a longer one is broken, between two
 * characters. */
static void mail_append_lines(struct buffer *buffer, struct text text)
{
	size_t line = 0;

	for (size_t i = 0; i < text.length; i++) {
		bool is_break = text.data[i] == '\n' || text.data[i] == '\r';
		bool begins = ((unsigned char)text.data[i] & 0xc0) != 0x80; /* a character of UTF-8 */

		if (text.data[i] == '\n' && i && text.data[i - 1] == '\r')
			continue;
		if (is_break || (line >= LINE_BYTES_MAX - 4 && begins)) {
			buffer_append_literal(buffer, "\r\n");
			line = 0;
		}
		if (!is_break) {
			buffer_append_char(buffer, text.data[i]);
			line++;
		}
	}
}

/* RFC 5322 and 2045. Recipients and subjects are our own or checked: none has a line break. */
static struct text write_message(struct arena *arena, const char *from, const struct mail_row *mail)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const char              *at = strchr(from, '@');
	time_t                   now = time(NULL); /* the machine's: a relay would not understand the sandbox's */
	struct tm                tm;
	char                     id[REQUEST_ID_SIZE];
	struct buffer            buffer;

	gmtime_r(&now, &tm);
	random_request_id(id);
	buffer_init(&buffer, arena, 1024, MESSAGE_BYTES_MAX);
	buffer_append_format(&buffer, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
	                     months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	buffer_append_format(&buffer, "From: Stint <%s>\r\nTo: <%s>\r\nSubject: %s\r\n", from, mail->recipient.data,
	                     mail->subject.data);
	buffer_append_format(&buffer, "Message-ID: <%s.%lld@%s>\r\n", id, (long long)mail->id, at ? at + 1 : "localhost");
	buffer_append_literal(&buffer, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	                               "Content-Type: text/plain; charset=utf-8\r\n"
	                               "Content-Transfer-Encoding: 8bit\r\n\r\n");
	mail_append_lines(&buffer, mail->body);
	return buffer.overflown ? NO_TEXT : buffer_text(&buffer);
}

/* CURLE_OK, or what curl says went wrong. */
static CURLcode send_mail(struct mailer *mailer, struct runner *runner, const struct mail_row *mail)
{
	struct message     message = {.text = write_message(runner_arena(runner), mailer->from, mail)};
	struct curl_slist *recipients = curl_slist_append(NULL, mail->recipient.data);
	CURL              *curl = mailer->curl;

	if (!message.text.data || !recipients) {
		curl_slist_free_all(recipients);
		return CURLE_OUT_OF_MEMORY;
	}
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, mailer->relay);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_USE_SSL, mailer->needs_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mailer->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_message);
	curl_easy_setopt(curl, CURLOPT_READDATA, &message);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_when_asked);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, runner);
	CURLcode code = curl_easy_perform(curl);
	curl_slist_free_all(recipients);
	return code;
}

/* What is broken off stays as it is until its lease ends. */
static bool act(struct runner *runner, int64_t workspace_id, const void *item, void *data)
{
	struct mailer         *mailer = data;
	const struct mail_row *mail = item;
	CURLcode               code = send_mail(mailer, runner, mail);

	mailer->sent = !code;
	if (code && runner_is_stopping(runner))
		return false;
	if (code)
		log_event(LOG_WARNING, mail->attempts < ATTEMPTS_MAX ? "mail_delayed" : "mail_given_up",
		          "workspace=%lld mail=%lld attempts=%lld reason=\"%s\"", (long long)workspace_id, (long long)mail->id,
		          (long long)mail->attempts + 1, curl_easy_strerror(code));
	return true;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void free_mailer(struct mailer *mailer)
{
	curl_easy_cleanup(mailer->curl);
	curl_global_cleanup();
	free(mailer);
}

enum error mailer_start(struct executor *executor, struct ids *ids, const char *relay, const char *from,
                        struct mailer **ret)
{
	struct mailer *mailer = calloc(1, sizeof(*mailer));
	struct job     job = {
			.kind = MAIL_KIND,
			.horizon = HORIZON_SECONDS,
			.data = mailer,
			.find = claim,
			.act = act,
			.settle = mail_settle,
			.next_due = sql_next_mail_due,
    };
	enum error error = ERROR_NO_MEMORY;

	if (!mailer)
		return ERROR_NO_MEMORY;
	*mailer = (struct mailer){.relay = relay, .from = from, .needs_tls = relay_needs_tls(relay)};
	curl_global_init(CURL_GLOBAL_DEFAULT);
	mailer->curl = curl_easy_init();
	if (mailer->curl)
		error = runner_start(executor, ids, &job, &mailer->runner);
	if (error) {
		free_mailer(mailer);
		return error;
	}
	*ret = mailer;
	return ERROR_NONE;
}

struct runner *mailer_runner(struct mailer *mailer)
{
	return mailer ? mailer->runner : NULL;
}

void mailer_stop(struct mailer *mailer)
{
	if (!mailer)
		return;
	runner_stop(mailer->runner);
	free_mailer(mailer);
}
