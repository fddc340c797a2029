/* What every rule needs of its call, and the names of what an operation's row holds. */
#include "contract/operation.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"

#define FAULT_TEXT_MAX 512
#define NOTE_MAX       1024

#define IGNORED_MAX            100
#define IGNORED_CHARACTERS_MAX 100 /* bytes of each */

const char *const method_names[METHOD_COUNT] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
const char *const scope_names[SCOPE_COUNT] = {"read", "write", "admin"};

enum error call_fault(struct call *call, const char *field, const char *format, ...)
{
	struct fault *fault;
	char          content[FAULT_TEXT_MAX];
	struct text   text;
	va_list       arguments;

	if (call->fault_count == FAULTS_MAX)
		return ERROR_INVALID;
	call->fault_count++;
	fault = arena_new(call->db.arena, struct fault);
	if (!fault)
		return ERROR_NO_MEMORY;
	va_start(arguments, format);
	vsnprintf(content, sizeof(content), format, arguments);
	va_end(arguments);
	text = text_of(content);
	while (!text_is_utf8(text))
		text.length--; /* the end was cut within a character */
	fault->field = text_copy(call->db.arena, text_of(field));
	fault->text = text_copy(call->db.arena, text);
	if (!fault->field.data || !fault->text.data)
		return ERROR_NO_MEMORY;
	if (call->last_fault)
		call->last_fault->next = fault;
	else
		call->faults = fault;
	call->last_fault = fault;
	return ERROR_INVALID;
}

const struct ignored *call_next_ignored(const struct call *call, const struct ignored *ignored)
{
	return ignored == call->last_ignored ? NULL : ignored->next;
}

void call_ignored(struct call *call, struct text name)
{
	struct ignored *ignored;

	if (call->ignored_count == IGNORED_MAX)
		return;
	if (name.length > IGNORED_CHARACTERS_MAX)
		name.length = IGNORED_CHARACTERS_MAX;
	while (!text_is_utf8(name))
		name.length--; /* the end was cut within a character */
	for (const struct ignored *each = call->ignored; each; each = call_next_ignored(call, each))
		if (text_equal(each->name, name))
			return;
	ignored = arena_new(call->db.arena, struct ignored);
	if (!ignored)
		return;
	*ignored = (struct ignored){.name = text_copy(call->db.arena, name)};
	if (call->last_ignored)
		call->last_ignored->next = ignored;
	else
		call->ignored = ignored;
	call->last_ignored = ignored;
	call->ignored_count++;
}

enum error call_note(struct call *call, const char *event, const char *format, ...)
{
	struct note *note = arena_new(call->db.arena, struct note);
	char         fields[NOTE_MAX];
	va_list      arguments;

	va_start(arguments, format);
	vsnprintf(fields, sizeof(fields), format, arguments);
	va_end(arguments);
	const char *copy = text_copy(call->db.arena, text_of(fields)).data;
	if (!note || !copy)
		return ERROR_NO_MEMORY;
	*note = (struct note){event, copy, call->notes};
	call->notes = note;
	return ERROR_NONE;
}

enum error call_missing(struct call *call, const char *message)
{
	call->message = message;
	return ERROR_NOT_FOUND;
}

void call_set_cookie(struct call *call, enum cookie_name name, struct text value, int64_t seconds)
{
	call->cookies[name] = (struct cookie){true, value, seconds};
}

enum error call_guess(struct call *call, int64_t account_id)
{
	if (!call->guesses)
		return ERROR_INTERNAL; /* x-guesses does not say so */
	call->retry_after = budget_take(call->guesses, &account_id, sizeof(account_id), 1, clock_monotonic());
	if (call->retry_after)
		return ERROR_RATE_LIMITED;
	call->guessed_account = account_id;
	return ERROR_NONE;
}

enum error call_refuse(struct call *call, enum error error)
{
	call->refused = error;
	return ERROR_NONE;
}
