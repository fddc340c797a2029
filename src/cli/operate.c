/* Commands that are operations of the API. A command says fields by the API's names, as texts; the API's checks and
 * its rule do the rest, and what comes back is printed by the API's names. */
#include "cli/cli.h"
#include "contract.h"
#include "contract/encode.h"
#include "http/bind.h"

#define PER_PAGE 100

static const struct operation *find_operation(const char *id)
{
	for (size_t i = 0; i < operation_count; i++)
		if (strcmp(operations[i].id, id) == 0)
			return &operations[i];
	abort();
}

/* --- what is said ------------------------------------------------------------------------------------------------ */

static const struct said *find_said(const struct said *said, const struct field *field)
{
	for (; said && said->field; said++)
		if (strcmp(said->field, field->name.data) == 0)
			return said;
	return NULL;
}

/* A list is given as it is shown, or as in a query: Monday,Friday. So is null, but of a text. */
static struct given given_by_argument(const struct field *field, const char *argument)
{
	bool    is_list = field->type == FIELD_ENUM_SET && *argument == '[';
	bool    is_null = field->nullable && field->type != FIELD_TEXT && strcmp(argument, "null") == 0;
	json_t *value = is_list || is_null ? json_loads(argument, JSON_DECODE_ANY, NULL) : NULL;

	return (struct given){value, text_of(argument)};
}

/* As in a form, nothing is no value: then nothing would change. */
static enum error said_bind(struct cli *cli, struct call *call, const struct field *field, const struct said *said,
                            char *input)
{
	struct given given = said ? given_by_argument(field, said->value) : (struct given){0};

	bind_field(call, field, said ? &given : NULL, input);
	json_decref(given.json);
	if (call->faults)
		return cli_refuse(cli, "%s", call->faults->text.data);
	if (said && !*(const bool *)(input + field->given_offset))
		return cli_refuse(cli, "%s: a value is needed", said->field);
	return ERROR_NONE;
}

static enum error operate(struct cli *cli, struct call *call, const struct operation *operation,
                          const struct said *said, void **ret_output)
{
	char      *input = arena_alloc(&cli->arena, operation->input.size);
	void      *output = arena_alloc(&cli->arena, operation->output_size);
	enum error error;

	if (!input || !output)
		return ERROR_NO_MEMORY;
	for (unsigned i = 0; i < operation->input.count; i++) {
		const struct field *field = &operation->input.fields[i];

		TRY(said_bind(cli, call, field, find_said(said, field), input));
	}
	error = operation->run(call, input, output);
	if (error == ERROR_INVALID && call->faults)
		return cli_refuse(cli, "%s", call->faults->text.data);
	if (error == ERROR_NOT_FOUND && call->message)
		return cli_refuse(cli, "%s", call->message);
	if (!error)
		*ret_output = output;
	return error;
}

enum error cli_operate(struct cli *cli, struct db_context *context, const char *id, const struct said *said,
                       void **ret_output)
{
	struct call call = {.db = *context, .page = {1, PER_PAGE, 0}};

	return operate(cli, &call, find_operation(id), said, ret_output);
}

enum error cli_operate_setting(struct cli *cli, struct db_context *context, const char *id, const struct said *said,
                               const char *shown_by)
{
	const struct input *input = &find_operation(id)->input;
	void               *output;

	for (unsigned i = 0; i < input->count; i++)
		if (input->fields[i].places == IN_BODY && find_said(said, &input->fields[i]) == said)
			return cli_operate(cli, context, id, said, &output);
	return cli_refuse(cli, "%s: there is no such setting; see %s", said->field, shown_by);
}

/* --- what is printed --------------------------------------------------------------------------------------------- */

/* A text without its quotes: what has anything that is escaped in JSON is shown so. */
static void print_value(struct buffer *out, const struct output_field *field, const char *row)
{
	struct buffer value;

	buffer_init(&value, out->arena, 64, 65536);
	encode_value(&value, field, row + field->offset);
	struct text text = buffer_text(&value);
	if (text.length >= 2 && text.data[0] == '"')
		text = (struct text){text.data + 1, text.length - 2};
	buffer_append_text(out, text);
}

void cli_print_members(struct cli *cli, const char *id, const void *row)
{
	const struct output *output = find_operation(id)->data;

	for (unsigned i = 0; i < output->count; i++) {
		buffer_append_text(&cli->out, encode_name(&output->fields[i]));
		buffer_append_char(&cli->out, '\t');
		print_value(&cli->out, &output->fields[i], row);
		buffer_append_char(&cli->out, '\n');
	}
}

enum error cli_operate_list(struct cli *cli, struct db_context *context, const char *id, unsigned columns)
{
	const struct operation *operation = find_operation(id);
	struct call             call = {.db = *context, .page = {1, PER_PAGE, 0}};

	for (;; call.page.page++) {
		const struct row_list *rows;
		void                  *output;

		TRY(operate(cli, &call, operation, NULL, &output));
		rows = output; /* which begins with them */
		for (size_t i = 0; i < rows->count; i++)
			for (unsigned j = 0; j < operation->data->count && j < columns; j++) {
				buffer_append_text(&cli->out, j ? TEXT("\t") : NO_TEXT);
				print_value(&cli->out, &operation->data->fields[j],
				            (const char *)rows->items + i * operation->data->row_size);
				if (j + 1 == columns || j + 1 == operation->data->count)
					buffer_append_char(&cli->out, '\n');
			}
		if (call.page.page * PER_PAGE >= call.page.total)
			return ERROR_NONE;
	}
}

/* --- what is named ----------------------------------------------------------------------------------------------- */

/* Of rows that begin with id and name. An id is nobody's name as long as there is a row with it. */
static const char *named_row(struct arena *arena, const struct operation *operation, const struct row_list *rows,
                             struct text name, bool by_id)
{
	const struct output_field *field = &operation->data->fields[by_id ? 0 : 1];
	int64_t                    id = NONE;

	text_to_integer(name, &id);
	for (size_t i = 0; i < rows->count; i++) {
		const char *row = (const char *)rows->items + i * operation->data->row_size, *value = row + field->offset;

		if (by_id ? *(const int64_t *)value == id :
		            text_equal(text_fold(arena, *(const struct text *)value), text_fold(arena, name)))
			return row;
	}
	return NULL;
}

enum error cli_operate_find(struct cli *cli, struct db_context *context, const char *id, const char *what,
                            const char *argument, const void **ret)
{
	const struct operation *operation = find_operation(id);
	struct call             call = {.db = *context, .page = {1, PER_PAGE, 0}};
	const char             *by_id = NULL, *by_name = NULL;

	for (;; call.page.page++) {
		void *rows;

		TRY(operate(cli, &call, operation, NULL, &rows));
		by_id = by_id ? by_id : named_row(&cli->arena, operation, rows, text_of(argument), true);
		by_name = by_name ? by_name : named_row(&cli->arena, operation, rows, text_of(argument), false);
		if (by_id || call.page.page * PER_PAGE >= call.page.total)
			break;
	}
	if (!by_id && !by_name)
		return cli_refuse(cli, "the workspace has no %s \"%s\"", what, argument);
	*ret = by_id ? by_id : by_name;
	return ERROR_NONE;
}
