/* stint token: access tokens. */
#include "auth/token.h"
#include "base/calendar.h"
#include "cli/cli.h"
#include "contract/operation.h"
#include "statements.h"

static int64_t scope_bit(struct text name)
{
	for (size_t i = 0; i < SCOPE_COUNT; i++)
		if (text_equal(text_of(scope_names[i]), name))
			return 1 << i;
	return 0;
}

/* "read,write" */
static enum error parse_scopes(struct cli *cli, const char *list, int64_t *ret_scopes)
{
	int64_t bits = 0;

	for (const char *rest = list;; rest++) {
		size_t      length = strcspn(rest, ",");
		struct text name = text_trim((struct text){rest, length});
		int64_t     bit = scope_bit(name);

		if (!bit)
			return cli_refuse(cli, "\"%.*s\" is not a scope: read, write, admin", (int)name.length, name.data);
		bits |= bit;
		rest += length;
		if (!*rest)
			break;
	}
	*ret_scopes = bits;
	return ERROR_NONE;
}

enum error token_make(struct cli *cli, struct db_context *context)
{
	struct text     name = text_of(cli->options[OPTION_NAME].text);
	int64_t         bits = 0;
	struct user_row user;

	TRY(cli_check_name(cli, name));
	TRY(parse_scopes(cli, cli->options[OPTION_SCOPES].text, &bits));
	TRY(cli_find_user(cli, context, cli->options[OPTION_USER].text, &user));
	struct token_row token = token_of(user.id, name, bits);
	token.expires_at = context->now + cli->options[OPTION_DAYS].number * SECONDS_PER_DAY;
	TRY(token_create(context, &token, NO_TEXT, &cli->secret));
	buffer_append_format(&cli->out, "%s\n", cli->secret.data);
	return ERROR_NONE;
}

static void print_token(struct buffer *out, const struct token_row *token, int64_t now)
{
	char        expires[INSTANT_SIZE] = "never";
	const char *separator = "";
	const char *state = token->revoked_at != NONE                             ? "revoked" :
	                    token->expires_at != NONE && token->expires_at <= now ? "expired" :
	                                                                            "valid";

	if (token->expires_at != NONE)
		calendar_format_instant(token->expires_at, expires);
	buffer_append_format(out, "%lld\t%s\t", (long long)token->id, token->name.data);
	for (size_t i = 0; i < SCOPE_COUNT; i++)
		if (token->scopes & 1 << i) {
			buffer_append_format(out, "%s%s", separator, scope_names[i]);
			separator = ",";
		}
	buffer_append_format(out, "\t%s\t%s\n", expires, state);
}

enum error token_list(struct cli *cli, struct db_context *context)
{
	struct user_row   user;
	struct token_rows tokens;

	TRY(cli_find_user(cli, context, cli->options[OPTION_USER].text, &user));
	TRY(sql_list_tokens(context, user.id, TOKEN_PERSONAL, &tokens));
	for (size_t i = 0; i < tokens.count; i++)
		print_token(&cli->out, &tokens.items[i], context->now);
	return ERROR_NONE;
}

enum error token_revoke(struct cli *cli, struct db_context *context)
{
	int64_t id, changed;

	TRY(cli_parse_id(cli, cli->arguments[0], &id));
	TRY(sql_revoke_token(context, id, &changed));
	return changed ? ERROR_NONE : cli_refuse(cli, "there is no token %lld that is not revoked", (long long)id);
}
