/* stint task-status: a workspace's own statuses of tasks, beside the four that all have. */
#include "cli/cli.h"
#include "operations/tasks.h"
#include "rules/tasks.h"
#include "statements.h"

static enum error parse_code(struct cli *cli, int64_t *ret)
{
	if (!text_to_integer(text_of(cli->arguments[0]), ret) || *ret < 0 || *ret > TASK_STATUS_MAX ||
	    task_status_is_base(*ret))
		return cli_refuse(cli, "\"%s\" is not a code between 0, 10, 20 and 30, or from 31 to %d", cli->arguments[0],
		                  TASK_STATUS_MAX);
	return ERROR_NONE;
}

enum error task_status_add(struct cli *cli, struct db_context *context)
{
	struct task_status_row status = {.name = text_trim(text_of(cli->arguments[1]))};

	TRY(parse_code(cli, &status.code));
	TRY(cli_check_name(cli, status.name));
	TRY(cli_parse_color(cli, &status.color));
	return sql_insert_task_status(context, &status);
}

enum error task_status_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, sql_list_task_statuses);
}

enum error task_status_remove(struct cli *cli, struct db_context *context)
{
	struct task_place_rows tasks;
	int64_t                code, changed;

	TRY(parse_code(cli, &code));
	TRY(sql_list_tasks_of_status(context, code, &tasks));
	TRY(sql_replace_task_status(context, code, task_status_base(code)));
	for (size_t i = 0; i < tasks.count; i++)
		TRY(task_tell_changed(context, tasks.items[i].project_id, tasks.items[i].id));
	TRY(sql_delete_task_status(context, code, &changed));
	return changed ? ERROR_NONE : cli_refuse(cli, "the workspace has no status %lld", (long long)code);
}
