/* The lists that commands print: a line a row, its parts apart by tabs, for people and for cut(1) alike. */
#include "cli/cli.h"
#include "statements.h"

enum error cli_list(struct cli *cli, struct db_context *context, list_rows *list)
{
	struct listed_rows rows;

	TRY(list(context, &rows));
	for (size_t i = 0; i < rows.count; i++) {
		const struct listed_row *row = &rows.items[i];

		buffer_append_format(&cli->out, "%lld\t", (long long)row->id);
		buffer_append_text(&cli->out, row->name);
		if (row->detail.data)
			buffer_append_char(&cli->out, '\t');
		buffer_append_text(&cli->out, row->detail);
		buffer_append_char(&cli->out, '\n');
	}
	return ERROR_NONE;
}
