/* stint workspace set, workspace show: a workspace's settings, by the names and with the checks of the API. */
#include "cli/cli.h"
#include "contract.h"
#include "contract/encode.h"
#include "http/bind.h"

static const struct operation *find_operation(const char *id)
{
	for (size_t i = 0; i < operation_count; i++)
		if (strcmp(operations[i].id, id) == 0)
			return &operations[i];
	abort();
}

static const struct field *find_workspace_setting(const struct operation *update, const char *name)
{
	for (size_t i = 0; i < update->input.count; i++)
		if (update->input.fields[i].places == IN_BODY && strcmp(update->input.fields[i].name.data, name) == 0)
			return &update->input.fields[i];
	return NULL;
}

/* A list is given as it is shown, or as in a query: Monday,Friday. */
static struct given given_by_argument(const char *argument)
{
	json_t *list = *argument == '[' ? json_loads(argument, 0, NULL) : NULL;

	return (struct given){list, text_of(argument)};
}

enum error workspace_set(struct cli *cli, struct db_context *context)
{
	const struct operation       *update = find_operation("updateSettings");
	const struct field           *setting = find_workspace_setting(update, cli->arguments[0]);
	struct call                   call = {.db = *context};
	struct update_settings_input  input = {0};
	struct update_settings_output output;
	struct given                  given = given_by_argument(cli->arguments[1]);

	if (!setting)
		return cli_refuse(cli, "%s: there is no such setting; see stint workspace show", cli->arguments[0]);
	bind_field(&call, setting, &given, &input);
	json_decref(given.json);
	if (call.faults)
		return cli_refuse(cli, "%s", call.faults->text.data);
	if (!*((const bool *)&input + setting->given_offset)) /* as in a form, nothing is no value: nothing would change */
		return cli_refuse(cli, "%s: a value is needed", cli->arguments[0]);
	return op_update_settings(&call, &input, &output);
}

/* A text without its quotes: names of zones and currencies have nothing that is escaped. */
static void print_value(struct buffer *out, const struct output_field *field, const void *row)
{
	struct buffer value;

	buffer_init(&value, out->arena, 64, 1024);
	encode_value(&value, field, (const char *)row + field->offset);
	struct text text = buffer_text(&value);
	if (text.length >= 2 && text.data[0] == '"')
		text = (struct text){text.data + 1, text.length - 2};
	buffer_append_text(out, text);
}

enum error workspace_show(struct cli *cli, struct db_context *context)
{
	const struct output       *settings = find_operation("getSettings")->data;
	struct call                call = {.db = *context};
	struct get_settings_input  input = {0};
	struct get_settings_output output;

	TRY(op_get_settings(&call, &input, &output));
	for (unsigned i = 0; i < settings->count; i++) {
		buffer_append_text(&cli->out, encode_name(&settings->fields[i]));
		buffer_append_char(&cli->out, '\t');
		print_value(&cli->out, &settings->fields[i], &output.data);
		buffer_append_char(&cli->out, '\n');
	}
	return ERROR_NONE;
}
