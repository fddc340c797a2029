/* Replies that are files. contract/row_file writes them. */
#include "http/file_reply.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "http/format.h"
#include "http/reply.h"
#include "http/server.h"
#include "http/service.h"

#define RETRY_SECONDS     10
#define REST_MICROSECONDS 5000 /* at most */

struct file_place {
	struct file_places *places;
	int64_t            *caller; /* among them */
};

static void file_leave_place(void *data)
{
	const struct file_place *place = data;

	pthread_mutex_lock(&place->places->mutex);
	*place->caller = 0;
	pthread_mutex_unlock(&place->places->mutex);
}

/* Who has as many as are left leaves them to others: one alone gets half of all, the next half of the rest. */
static int64_t *file_find_place(struct file_places *places, int64_t caller)
{
	unsigned left = 0, own = 0;
	int64_t *free = NULL;

	for (unsigned i = 0; i < places->most; i++) {
		own += places->callers[i] == caller;
		left += !places->callers[i];
		if (!places->callers[i])
			free = &places->callers[i];
	}
	return own < left ? free : NULL;
}

static enum error file_take_place(struct request *request)
{
	struct file_places *places = &service_of(request)->files;
	struct file_place  *place = arena_new(&request->arena, struct file_place);

	if (!place)
		return ERROR_NO_MEMORY;
	pthread_mutex_lock(&places->mutex);
	*place = (struct file_place){places, file_find_place(places, request->call.db.caller_id)};
	if (place->caller)
		*place->caller = request->call.db.caller_id;
	pthread_mutex_unlock(&places->mutex);
	if (!place->caller) {
		request->call.retry_after = RETRY_SECONDS;
		return ERROR_UNAVAILABLE;
	}
	if (arena_on_end(&request->arena, file_leave_place, place))
		return ERROR_NONE;
	file_leave_place(place);
	return ERROR_NO_MEMORY;
}

/* The making of a file, from one look around to the next. */
struct file_making {
	const struct request *request;
	int64_t               since; /* clock_monotonic */
	uint64_t              reads; /* that had begun by then */
};

/* A file takes a processor for seconds. While pages are read, it rests for as long as it has worked. */
static void file_rest(struct file_making *making)
{
	const struct service *service = service_of(making->request);
	int64_t               worked = clock_monotonic() - making->since;

	if (service->reads != making->reads)
		nanosleep(&(struct timespec){.tv_nsec = 1000 * (worked < REST_MICROSECONDS ? worked : REST_MICROSECONDS)},
		          NULL);
	making->since = clock_monotonic();
	making->reads = service->reads;
}

static bool is_file_wanted(void *data)
{
	struct file_making *making = data;

	file_rest(making);
	return making->since < making->request->deadline && server_is_awaited(making->request);
}

/* The table of a reply in memory is the rows of a list, or of what an object holds. */
static bool is_in_object(const struct operation *operation)
{
	return operation->data_kind == DATA_OBJECT;
}

enum error file_reply_begin(struct request *request)
{
	const struct operation   *operation = request->operation;
	const struct file_places *places = &service_of(request)->files;

	TRY(file_take_place(request));
	struct row_file    *file = arena_new(&request->arena, struct row_file);
	struct file_making *making = arena_new(&request->arena, struct file_making);
	if (!file || !making)
		return ERROR_NO_MEMORY;
	*making = (struct file_making){.request = request, .since = clock_monotonic()};
	*file = (struct row_file){
		.format = request->format,
		.output = operation->data,
		.now = request->call.db.now,
		.is_wanted = is_file_wanted,
		.data = making,
	};
	request->file = file;
	TRY(temporary_open(places->folder, places->bytes, &request->arena, &file->file));
	TRY(row_file_begin(file, &request->arena, operation->table, is_in_object(operation)));
	if (request->format == REPLY_JSON) {
		reply_write_head(&file->buffer, request, operation);
		buffer_append_char(&file->buffer, '[');
	}
	request->call.rows = file;
	return ERROR_NONE;
}

/* Named as the address ends: time-entries.csv. */
static struct text disposition_of(struct request *request)
{
	return text_format(&request->arena, "attachment; filename=\"%s.%s\"", strrchr(request->operation->path, '/') + 1,
	                   format_info(request->format)->name);
}

static enum error put_output(struct request *request)
{
	const struct row_list object = {request->output, 1};

	if (request->operation->streamed)
		return ERROR_NONE;
	return row_file_put_all(request->file, is_in_object(request->operation) ? &object : request->output);
}

enum error file_reply_end(struct request *request)
{
	struct row_file *file = request->file;

	TRY(put_output(request));
	if (request->format == REPLY_JSON) {
		buffer_append_char(&file->buffer, ']');
		reply_write_tail(&file->buffer, request);
	}
	TRY(row_file_end(file));
	reply_body(request, request->operation->status, format_info(request->format)->media_type, NO_TEXT);
	request->reply.file = &file->file;
	reply_links(request);
	reply_header(request, "X-Next-Since", request->call.next_since.data);
	if (request->format != REPLY_JSON)
		reply_header(request, "Content-Disposition", disposition_of(request).data);
	server_extend(request, service_of(request)->files.seconds); /* to send it */
	return ERROR_NONE;
}

struct text file_reply_failure(const struct request *request)
{
	return request->file && request->file->file.reason ? text_of(strerror(request->file->file.reason)) : NO_TEXT;
}
