/* OAuth2 apps of a person: registered, changed and removed by them alone. */
#include "operations/apps.h"

#include "base/random.h"
#include "contract.h"
#include "db/ids.h"
#include "rules/oauth.h"

#define APPS_MAX 100 /* of one person */

#define CLIENT_PREFIX "stint_app_"
#define SECRET_PREFIX "stint_sec_"

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum error apps_complete(struct call *call, struct app_row *apps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		apps[i].is_public = !apps[i].secret_hash.data;
	return sql_attach_to_app(&call->db, apps, count);
}

enum error op_get_apps(struct call *call, const struct get_apps_input *input, struct get_apps_output *output)
{
	(void)input;
	TRY(sql_list_own_apps(&call->db, &call->page, &output->data));
	return apps_complete(call, output->data.items, output->data.count);
}

static enum error app_get(struct call *call, int64_t id, struct app_row *ret)
{
	TRY(sql_get_own_app(&call->db, id, ret));
	return apps_complete(call, ret, 1);
}

enum error op_get_app(struct call *call, const struct get_app_input *input, struct get_app_output *output)
{
	return app_get(call, input->app_id, &output->data);
}

/* --- what an app must have --------------------------------------------------------------------------------------- */

const char *app_fault_of_redirects(const struct app_row *app, struct text_list redirect_uris)
{
	if (app->grant_types >> APP_GRANT_TYPE_AUTHORIZATION_CODE & 1 && !redirect_uris.count)
		return "The redirect_uris must have at least one address, for codes.";
	for (size_t i = 0; i < redirect_uris.count; i++)
		if (!oauth_redirect_is_sound(redirect_uris.items[i], app->is_public))
			return "The redirect_uris must be addresses of https, or of http on this machine, without a fragment.";
	return NULL;
}

const char *app_fault_of_grant_types(const struct app_row *app)
{
	return app->is_public && app->grant_types >> APP_GRANT_TYPE_CLIENT_CREDENTIALS & 1 ?
	           "The grant_types of a public app are authorization_code alone: it has no secret." :
	           NULL;
}

static enum error check_app(struct call *call, const struct app_row *app, struct text_list redirect_uris)
{
	const char *redirects = app_fault_of_redirects(app, redirect_uris), *types = app_fault_of_grant_types(app);

	if (redirects)
		call_fault(call, "redirect_uris", "%s", redirects);
	if (types)
		call_fault(call, "grant_types", "%s", types);
	return redirects || types ? ERROR_INVALID : ERROR_NONE;
}

static enum error put_redirects(struct db_context *db, int64_t app_id, struct text_list redirect_uris)
{
	TRY(sql_delete_app_redirects(db, app_id));
	for (size_t i = 0; i < redirect_uris.count; i++)
		TRY(sql_insert_app_redirect(db, app_id, redirect_uris.items[i]));
	return ERROR_NONE;
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

static enum error make_secret(struct db_context *db, struct text *ret_secret, struct text *ret_hash)
{
	*ret_secret = random_secret(db->arena, SECRET_PREFIX);
	*ret_hash = hash_secret(db->arena, *ret_secret);
	return ret_hash->data ? ERROR_NONE : ERROR_NO_MEMORY;
}

enum error app_create(struct db_context *db, struct app_row *app, struct text_list redirect_uris)
{
	app->workspace_id = db->workspace_id;
	app->client_id = random_secret(db->arena, CLIENT_PREFIX);
	if (!app->client_id.data)
		return ERROR_NO_MEMORY;
	if (!app->is_public)
		TRY(make_secret(db, &app->client_secret, &app->secret_hash));
	TRY(ids_next(db->ids, SEQUENCE_APPS, &app->id));
	TRY(sql_insert_app(db, app));
	return put_redirects(db, app->id, redirect_uris);
}

enum error op_create_app(struct call *call, const struct create_app_input *input, struct create_app_output *output)
{
	struct app_row app = {
		.owner_id = call->db.caller_id,
		.name = input->name,
		.grant_types = input->grant_types,
		.is_public = input->is_public,
	};
	int64_t count;

	TRY(check_app(call, &app, input->redirect_uris));
	TRY(sql_count_own_apps(&call->db, &count));
	if (count >= APPS_MAX)
		return ERROR_TOO_MANY;
	TRY(app_create(&call->db, &app, input->redirect_uris));
	TRY(app_get(call, app.id, &output->data));
	output->data.client_secret = app.client_secret;
	return ERROR_NONE;
}

enum error op_update_app(struct call *call, const struct update_app_input *input, struct update_app_output *output)
{
	struct app_row   app;
	struct text_list redirect_uris = input->redirect_uris;

	TRY(app_get(call, input->app_id, &app));
	merge_update_app(&app, input);
	if (!input->given.redirect_uris) {
		struct text *uris = arena_alloc_array(call->db.arena, app.redirect_uris.count + 1, sizeof(*uris));
		if (!uris)
			return ERROR_NO_MEMORY;
		for (size_t i = 0; i < app.redirect_uris.count; i++)
			uris[i] = app.redirect_uris.items[i].uri;
		redirect_uris = (struct text_list){uris, app.redirect_uris.count};
	}
	TRY(check_app(call, &app, redirect_uris));
	TRY(sql_update_app(&call->db, &app));
	TRY(put_redirects(&call->db, app.id, redirect_uris));
	return app_get(call, app.id, &output->data);
}

/* The old one is void at once: who changes it may have lost it. */
enum error op_replace_app_secret(struct call *call, const struct replace_app_secret_input *input,
                                 struct replace_app_secret_output *output)
{
	struct text secret, hash;

	TRY(app_get(call, input->app_id, &output->data));
	if (output->data.is_public)
		return ERROR_ILLEGAL_TRANSITION;
	TRY(make_secret(&call->db, &secret, &hash));
	TRY(sql_set_app_secret(&call->db, input->app_id, hash));
	output->data.client_secret = secret;
	return ERROR_NONE;
}

enum error app_delete(struct db_context *db, int64_t id)
{
	struct app_grant_key_rows grants;
	int64_t                  *ids, changed;

	TRY(sql_list_grants_of_app(db, id, &grants));
	ids = arena_alloc_array(db->arena, grants.count + 1, sizeof(*ids));
	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < grants.count; i++)
		ids[i] = grants.items[i].id;
	TRY(sql_revoke_tokens_of_grants(db, (struct integer_list){ids, grants.count}));
	TRY(sql_revoke_grants_of_app(db, id));
	TRY(sql_delete_app_redirects(db, id));
	return sql_delete_app(db, id, &changed);
}

enum error op_delete_app(struct call *call, const struct delete_app_input *input)
{
	struct app_row app;

	TRY(sql_get_own_app(&call->db, input->app_id, &app));
	return app_delete(&call->db, app.id);
}
