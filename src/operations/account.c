/* The account that calls, and its personal tokens. */
#include "auth/principal.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/calendar.h"
#include "contract.h"
#include "operations/second_factors.h"
#include "statements.h"

#define TOKENS_MAX     200  /* of one person, that have not been revoked */
#define WORKSPACES_MAX 1000 /* that are listed */

static enum error list_my_workspaces(struct call *call, struct my_workspace_rows *ret)
{
	struct db_context          context = call->db;
	struct page                page = {.page = 1, .per_page = WORKSPACES_MAX};
	struct user_workspace_rows mine;
	struct workspace_row       workspace;

	TRY(sql_list_caller_workspaces(&call->db, 0, call->principal->only_workspace_id, &page, &mine));
	ret->items = arena_alloc_array(call->db.arena, mine.count, sizeof(*ret->items));
	if (!ret->items)
		return ERROR_NO_MEMORY;
	ret->count = mine.count;
	for (size_t i = 0; i < mine.count; i++) {
		context.workspace_id = mine.items[i].workspace_id;
		TRY(sql_get_workspace(&context, &workspace));
		ret->items[i] = (struct my_workspace_row){workspace.id, workspace.workspace_name, workspace.role};
	}
	return ERROR_NONE;
}

enum error op_get_me(struct call *call, struct get_me_output *output)
{
	struct user_row user;
	bool            found;

	TRY(sql_find_user(&call->db, call->db.caller_id, &user, &found));
	if (!found)
		return ERROR_UNAUTHENTICATED;
	output->data.id = user.id;
	output->data.email = user.email;
	output->data.confirmed = user.confirmed_at != NONE;
	TRY(list_my_workspaces(call, &output->data.workspaces));
	TRY(second_factor_needed(&call->db, user.id, &output->data.second_factor));
	if (!call->session.data)
		return ERROR_NONE;
	enum error error = session_check_fresh(&call->db, call->principal);
	output->data.fresh = !error;
	output->data.csrf_token = session_csrf_token(call->db.arena, call->session);
	return error == ERROR_PASSWORD_NEEDED ? ERROR_NONE : error;
}

/* --- personal tokens --------------------------------------------------------------------------------------------- */

/* Also those that have expired. */
static enum error list_my_tokens(struct call *call, struct token_rows *ret)
{
	return sql_list_live_tokens(&call->db, call->db.caller_id, TOKEN_PERSONAL, 0, ret);
}

enum error op_get_tokens(struct call *call, struct get_tokens_output *output)
{
	return list_my_tokens(call, &output->data);
}

enum error op_create_token(struct call *call, const struct create_token_input *input,
                           struct create_token_output *output)
{
	struct token_row  token = token_of(call->db.caller_id, input->name, input->scopes);
	struct token_rows tokens;

	TRY(list_my_tokens(call, &tokens));
	if (tokens.count >= TOKENS_MAX) {
		call->message = "You have as many tokens as one person can have: revoke one first.";
		return ERROR_TOO_MANY;
	}
	token.expires_at = call->db.now + input->days * SECONDS_PER_DAY;
	TRY(sql_touch_user(&call->db, token.user_id));
	TRY(token_create(&call->db, &token, NO_TEXT, &output->data.token));
	output->data.id = token.id;
	return ERROR_NONE;
}

enum error op_revoke_token(struct call *call, const struct revoke_token_input *input)
{
	int64_t changed;

	TRY(sql_revoke_token_of(&call->db, call->db.caller_id, input->token_id, TOKEN_PERSONAL, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}
