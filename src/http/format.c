/* Formats of replies, and Accept (RFC 9110 12.5.1). */
#include "http/format.h"

#include "http/reply.h"

#define FULL_WEIGHT 1000

static const struct format_info formats[] = {
	[REPLY_JSON] = {"json", MEDIA_TYPE_JSON},
	[REPLY_CSV] = {"csv", "text/csv; charset=utf-8; header=present"},
	[REPLY_NDJSON] = {"ndjson", "application/x-ndjson"},
	[REPLY_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	[REPLY_ICS] = {"ics", "text/calendar; charset=utf-8"},
	[REPLY_SSE] = {"sse", "text/event-stream"},
};
#define FORMAT_END (sizeof(formats) / sizeof(formats[0]))

const struct format_info *format_info(enum reply_format format)
{
	return &formats[format];
}

/* What stands before the separator, without blanks around; `rest` is what follows it. */
static struct text format_take_part(struct text *rest, char separator)
{
	const char *end = rest->length ? memchr(rest->data, separator, rest->length) : NULL;
	struct text part = {rest->data, end ? (size_t)(end - rest->data) : rest->length};

	*rest = (struct text){rest->data + part.length + (end != NULL), rest->length - part.length - (end != NULL)};
	return text_trim(part);
}

/* "q=0.5" as 500; FULL_WEIGHT where there is none. */
static int weight_of(struct text parameters)
{
	while (parameters.length) {
		struct text value = format_take_part(&parameters, ';'), name = format_take_part(&value, '=');
		int         weight = 0, unit = FULL_WEIGHT;

		if (!text_equal_ignoring_case(name, TEXT("q")))
			continue;
		for (size_t i = 0; i < value.length && unit; i++) {
			if (value.data[i] == '.')
				continue;
			if (value.data[i] < '0' || value.data[i] > '9')
				return 0;
			weight += (value.data[i] - '0') * unit;
			unit /= 10;
		}
		return weight < FULL_WEIGHT ? weight : FULL_WEIGHT;
	}
	return FULL_WEIGHT;
}

/* How closely a media range names the type: 3 the type itself, 2 "text/ *", 1 "* / *", 0 not at all. */
static int closeness(struct text range, struct text type)
{
	size_t main = (size_t)((const char *)memchr(type.data, '/', type.length) - type.data) + 1;

	if (text_equal_ignoring_case(range, type))
		return 3;
	if (text_equal(range, TEXT("*/*")))
		return 1;
	return range.length == main + 1 && range.data[main] == '*' &&
	               text_equal_ignoring_case((struct text){range.data, main}, (struct text){type.data, main}) ?
	           2 :
	           0;
}

static int accepted_weight(struct text accept, const char *media_type)
{
	struct text type = text_of(media_type);
	int         closest = 0, weight = 0;

	type = format_take_part(&type, ';');
	while (accept.length) {
		struct text item = format_take_part(&accept, ','), range = format_take_part(&item, ';');
		int         close = closeness(range, type);

		if (close > closest) {
			closest = close;
			weight = weight_of(item);
		}
	}
	return weight;
}

static enum reply_format accepted_format(const struct request *request)
{
	enum reply_format best = REPLY_JSON;
	int               best_weight = 0;

	for (enum reply_format format = REPLY_JSON; format < FORMAT_END; format++) {
		int weight = request->operation->formats >> format & 1 ?
		                 accepted_weight(request->accept, formats[format].media_type) :
		                 0;
		if (weight > best_weight) {
			best = format;
			best_weight = weight;
		}
	}
	return best;
}

/* As bind finds it: the last one counts, and an empty one does not. */
static enum reply_format asked_format(const struct request *request)
{
	for (size_t i = request->query_count; i-- > 0;) {
		if (!text_equal(request->query[i].name, TEXT("format")))
			continue;
		for (enum reply_format format = REPLY_JSON; format < FORMAT_END; format++)
			if (text_equal(request->query[i].value, text_of(formats[format].name)) &&
			    request->operation->formats >> format & 1)
				return format;
		return request->query[i].value.length ? REPLY_JSON : accepted_format(request);
	}
	return accepted_format(request);
}

void format_choose(struct request *request)
{
	bool has_several = request->operation->formats != 0;

	request->format = has_several ? asked_format(request) : REPLY_JSON;
	request->to_file = request->operation->streamed || (request->format != REPLY_JSON && request->format != REPLY_SSE);
	if (has_several)
		reply_header(request, "Vary", "Accept");
}
