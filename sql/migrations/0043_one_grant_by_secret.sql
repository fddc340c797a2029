-- An app that asks by its own secret at several places at once has one grant.

CREATE UNIQUE INDEX app_grants_one_by_secret ON app_grants (user_id, app_id) WHERE grant_type = 1 AND revoked_at IS NULL; -- error: CONFLICT
