/* Apps, as those register them who make them. */
#ifndef STINT_OPERATIONS_APPS_H
#define STINT_OPERATIONS_APPS_H

#include "contract/operation.h"
#include "statements.h"

/* Completes the app, whose id, client_id and secret are new, and keeps it in the workspace of the context. The secret
 * is in app->client_secret and nowhere else: show it once. */
enum error app_create(struct db_context *db, struct app_row *app, struct text_list redirect_uris);

/* NULL, or what is wrong with its redirect URIs or grant types, for a person. */
const char *app_fault_of_redirects(const struct app_row *app, struct text_list redirect_uris);
const char *app_fault_of_grant_types(const struct app_row *app);

/* With all that people have let it do. */
enum error app_delete(struct db_context *db, int64_t id);

#endif
