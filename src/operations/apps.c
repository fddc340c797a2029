/* OAuth2 apps of a person: registered, changed and removed by them alone. */
#include "operations/apps.h"

#include "base/random.h"
#include "contract.h"
#include "db/ids.h"
#include "rules/oauth.h"

#define APPS_MAX 100 /* of one person */

#define CLIENT_PREFIX "stint_app_"
#define SECRET_PREFIX "stint_sec_"

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
