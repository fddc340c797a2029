/* stint app: OAuth2 apps. */
#include "cli/cli.h"
#include "contract.h"
#include "operations/apps.h"

#define REDIRECTS_MAX 10

/* "https://a.example,https://b.example" */
static enum error read_redirects(struct cli *cli, struct text_list *ret)
{
	struct text *uris = arena_alloc_array(&cli->arena, REDIRECTS_MAX, sizeof(*uris));
	size_t       count = 0;

	for (const char *rest = cli->options[OPTION_REDIRECT_URIS].text; *rest;) {
		size_t length = strcspn(rest, ",");

		if (!uris || count == REDIRECTS_MAX)
			return cli_refuse(cli, "an app has at most %d redirect URIs", REDIRECTS_MAX);
		uris[count++] = text_copy(&cli->arena, text_trim((struct text){rest, length}));
		rest += length + (rest[length] == ',');
	}
	*ret = (struct text_list){uris, count};
	return ERROR_NONE;
}

enum error app_make(struct cli *cli, struct db_context *context)
{
	struct app_row    app = {.name = text_of(cli->arguments[0]), .is_public = cli->options[OPTION_PUBLIC].given};
	struct member_row owner;
	struct text_list  redirect_uris;

	TRY(cli_check_name(cli, app.name));
	TRY(cli_find_member(cli, context, cli->arguments[1], &owner));
	TRY(read_redirects(cli, &redirect_uris));
	app.owner_id = owner.id;
	if (redirect_uris.count)
		app.grant_types |= 1 << APP_GRANT_TYPE_AUTHORIZATION_CODE;
	if (cli->options[OPTION_CREDENTIALS].given)
		app.grant_types |= 1 << APP_GRANT_TYPE_CLIENT_CREDENTIALS;
	if (!app.grant_types)
		return cli_refuse(cli, "an app needs --redirect-uris, --credentials, or both");
	const char *redirects = app_fault_of_redirects(&app, redirect_uris), *types = app_fault_of_grant_types(&app);
	if (redirects || types)
		return cli_refuse(cli, "%s", redirects ? redirects : types);
	TRY(app_create(context, &app, redirect_uris));
	buffer_append_format(&cli->out, "%s\n%s%s", app.client_id.data, app.is_public ? "" : app.client_secret.data,
	                     app.is_public ? "" : "\n");
	return ERROR_NONE;
}

static void print_app(struct buffer *out, const struct listed_app_row *app)
{
	const char *separator = "";

	buffer_append_format(out, "%s\t%s\t%s\t%lld\t", app->client_id.data, app->name.data, app->owner_email.data,
	                     (long long)app->workspace_id);
	for (size_t i = 0; i < enumeration_app_grant_type.count; i++)
		if (app->grant_types >> enumeration_app_grant_type.values[i].code & 1) {
			buffer_append_format(out, "%s%s", separator, enumeration_app_grant_type.values[i].name.data);
			separator = ",";
		}
	buffer_append_format(out, "\t%s\n", app->is_public ? "public" : "with a secret");
}

enum error app_list(struct cli *cli, struct db_context *context)
{
	struct listed_app_rows apps;

	TRY(sql_list_apps(context, &apps));
	for (size_t i = 0; i < apps.count; i++)
		print_app(&cli->out, &apps.items[i]);
	return ERROR_NONE;
}

enum error app_revoke(struct cli *cli, struct db_context *context)
{
	struct app_row app;
	bool           found;

	TRY(sql_find_app_of_client(context, text_of(cli->arguments[0]), &app, &found));
	return found ? app_delete(context, app.id) : cli_refuse(cli, "there is no app %s", cli->arguments[0]);
}
