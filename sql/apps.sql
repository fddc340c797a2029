-- Apps, and whom they may act for.

-- row: app
-- id bigint, client_id text, secret_hash text?, owner_id bigint, workspace_id bigint, name text, grant_types bigint,
-- created_at bigint, + is_public boolean, + client_secret text?, + redirect_uris app_redirect[] by app_id

-- row: app_redirect
-- app_id bigint, uri text

-- row: app_grant
-- id bigint, user_id bigint, app_id bigint, workspace_id bigint, grant_type bigint, scopes bigint, created_at bigint,
-- used_at bigint?, expires_at bigint, revoked_at bigint?, client_id text, app_name text

-- row: authorization_code
-- hash text, user_id bigint, grant_id bigint, redirect_uri text?, code_challenge text?, expires_at bigint,
-- used_at bigint?

-- row: refresh_token
-- hash text, user_id bigint, grant_id bigint, created_at bigint, expires_at bigint, used_at bigint?, successor text?

-- fragment: app_select
SELECT a.id, a.client_id, a.secret_hash, a.owner_id, a.workspace_id, a.name, a.grant_types, a.created_at FROM apps a

-- name: find_app_of_client
-- takes: client_id text
-- returns: maybe app
{app_select} WHERE a.client_id = :client_id;

-- name: find_app
-- takes: id bigint
-- returns: maybe app
{app_select} WHERE a.id = :id;

-- name: get_own_app
-- takes: id bigint
-- returns: one app
{app_select} WHERE a.id = :id AND a.owner_id = :caller_id;

-- name: list_own_apps
-- returns: page app
{app_select} WHERE a.owner_id = :caller_id
ORDER BY a.id;

-- row: listed_app
-- client_id text, name text, owner_email text, workspace_id bigint, grant_types bigint, is_public boolean

-- name: list_apps
-- returns: many listed_app
SELECT a.client_id, a.name, u.email AS owner_email, a.workspace_id, a.grant_types, a.secret_hash IS NULL AS is_public
FROM apps a
JOIN users u ON u.id = a.owner_id
ORDER BY a.id;

-- name: count_own_apps
-- returns: value bigint
SELECT count(*) FROM apps a WHERE a.owner_id = :caller_id;

-- name: list_app_redirects
-- returns: children app.redirect_uris
SELECT r.app_id, r.uri FROM app_redirects r WHERE r.app_id IN :parents
ORDER BY r.app_id, r.uri;

-- name: insert_app
-- takes: row app
-- returns: nothing
INSERT INTO apps (id, client_id, secret_hash, owner_id, workspace_id, name, grant_types, created_at)
VALUES (:id, :client_id, :secret_hash, :owner_id, :workspace_id, :name, :grant_types, :now);

-- name: update_app
-- takes: row app
-- returns: nothing
UPDATE apps SET name = :name, grant_types = :grant_types WHERE id = :id;

-- name: touch_app
-- Whoever removes the app at the same time has to look again for what it was let do.
-- takes: id bigint
-- returns: changed
UPDATE apps SET id = id WHERE id = :id;

-- name: set_app_secret
-- takes: id bigint, secret_hash text
-- returns: nothing
UPDATE apps SET secret_hash = :secret_hash WHERE id = :id;

-- name: insert_app_redirect
-- takes: app_id bigint, uri text
-- returns: nothing
INSERT INTO app_redirects (app_id, uri) VALUES (:app_id, :uri) ON CONFLICT (app_id, uri) DO NOTHING;

-- name: delete_app_redirects
-- takes: app_id bigint
-- returns: nothing
DELETE FROM app_redirects WHERE app_id = :app_id;

-- name: delete_app
-- takes: id bigint
-- returns: changed
DELETE FROM apps WHERE id = :id;

-- fragment: app_grant_select
SELECT g.id, g.user_id, g.app_id, g.workspace_id, g.grant_type, g.scopes, g.created_at, g.used_at, g.expires_at,
       g.revoked_at, a.client_id, a.name AS app_name
FROM app_grants g
JOIN apps a ON a.id = g.app_id

-- name: find_app_grant
-- takes: user_id bigint, id bigint
-- returns: maybe app_grant
{app_grant_select} WHERE g.user_id = :user_id AND g.id = :id AND g.revoked_at IS NULL;

-- name: find_grant_of_app
-- The same, for who does not know the user.
-- takes: app_id bigint, id bigint
-- returns: maybe app_grant
{app_grant_select} WHERE g.app_id = :app_id AND g.id = :id AND g.revoked_at IS NULL;

-- name: find_own_grant_of_app
-- By which an app acts for its owner.
-- takes: owner_id bigint, app_id bigint
-- returns: maybe app_grant
{app_grant_select} WHERE g.user_id = :owner_id AND g.app_id = :app_id AND g.revoked_at IS NULL
  AND g.grant_type = {AppGrantType.client_credentials};

-- name: list_app_grants
-- That still let somebody in.
-- returns: page app_grant
{app_grant_select} WHERE g.user_id = :caller_id AND g.revoked_at IS NULL AND g.expires_at > :now
ORDER BY g.id;

-- row: app_grant_key
-- id bigint

-- name: list_grants_of_app
-- takes: app_id bigint
-- returns: many app_grant_key
SELECT g.id FROM app_grants g WHERE g.app_id = :app_id AND g.revoked_at IS NULL;

-- name: insert_app_grant
-- takes: id bigint, user_id bigint, app_id bigint, grant_type bigint, scopes bigint, expires_at bigint
-- returns: nothing
INSERT INTO app_grants (user_id, id, app_id, workspace_id, grant_type, scopes, created_at, expires_at)
VALUES (:user_id, :id, :app_id, :workspace_id, :grant_type, :scopes, :now, :expires_at);

-- name: use_app_grant
-- Tokens are given by it. Not by one that is revoked at the same time: both write its row.
-- takes: user_id bigint, id bigint, scopes bigint, expires_at bigint
-- returns: changed
UPDATE app_grants SET used_at = :now, scopes = :scopes, expires_at = :expires_at
WHERE user_id = :user_id AND id = :id AND revoked_at IS NULL;

-- name: revoke_app_grant
-- takes: user_id bigint, id bigint
-- returns: changed
UPDATE app_grants SET revoked_at = :now WHERE user_id = :user_id AND id = :id AND revoked_at IS NULL;

-- name: revoke_grants_of_app
-- takes: app_id bigint
-- returns: nothing
UPDATE app_grants SET revoked_at = :now WHERE app_id = :app_id AND revoked_at IS NULL;

-- name: revoke_tokens_of_grants
-- takes: grant_ids bigint[]
-- returns: nothing
UPDATE tokens SET revoked_at = :now WHERE grant_id IN :grant_ids AND revoked_at IS NULL;

-- name: revoke_token_of_hash
-- takes: hash text
-- returns: nothing
UPDATE tokens SET revoked_at = :now WHERE hash = :hash AND revoked_at IS NULL;

-- name: forget_tokens_of_grants
-- Here and below the oldest ones: no more at once than the writer has time for.
-- takes: before bigint, most bigint
-- returns: nothing
DELETE FROM tokens
WHERE hash IN (
      SELECT t.hash FROM tokens t
      WHERE t.only_workspace_id = :workspace_id AND t.grant_id IS NOT NULL AND t.expires_at < :before
      ORDER BY t.expires_at LIMIT :most);

-- name: insert_authorization_code
-- takes: row authorization_code
-- returns: nothing
INSERT INTO authorization_codes (hash, user_id, grant_id, workspace_id, redirect_uri, code_challenge, expires_at)
VALUES (:hash, :user_id, :grant_id, :workspace_id, :redirect_uri, :code_challenge, :expires_at);

-- name: find_authorization_code
-- takes: hash text
-- returns: maybe authorization_code
SELECT c.hash, c.user_id, c.grant_id, c.redirect_uri, c.code_challenge, c.expires_at, c.used_at
FROM authorization_codes c WHERE c.hash = :hash;

-- name: use_authorization_code
-- takes: hash text
-- returns: changed
UPDATE authorization_codes SET used_at = :now WHERE hash = :hash AND used_at IS NULL;

-- name: insert_refresh_token
-- takes: row refresh_token
-- returns: nothing
INSERT INTO refresh_tokens (hash, user_id, grant_id, workspace_id, created_at, expires_at)
VALUES (:hash, :user_id, :grant_id, :workspace_id, :now, :expires_at);

-- name: find_refresh_token
-- takes: hash text
-- returns: maybe refresh_token
SELECT r.hash, r.user_id, r.grant_id, r.created_at, r.expires_at, r.used_at, r.successor
FROM refresh_tokens r WHERE r.hash = :hash;

-- name: use_refresh_token
-- takes: hash text, successor text
-- returns: changed
UPDATE refresh_tokens SET used_at = :now, successor = :successor WHERE hash = :hash AND used_at IS NULL;

-- name: forget_oldest_tokens_of_grant
-- takes: grant_id bigint, most bigint
-- returns: nothing
DELETE FROM tokens
WHERE grant_id = :grant_id AND expires_at < (
      SELECT t.expires_at FROM tokens t WHERE t.grant_id = :grant_id ORDER BY t.expires_at DESC LIMIT 1 OFFSET :most);

-- name: forget_oldest_refresh_tokens_of_grant
-- takes: grant_id bigint, most bigint
-- returns: nothing
DELETE FROM refresh_tokens
WHERE grant_id = :grant_id AND used_at IS NOT NULL AND expires_at < (
      SELECT r.expires_at FROM refresh_tokens r
      WHERE r.grant_id = :grant_id ORDER BY r.expires_at DESC LIMIT 1 OFFSET :most);

-- name: forget_authorization_codes
-- takes: before bigint, most bigint
-- returns: nothing
DELETE FROM authorization_codes
WHERE hash IN (
      SELECT c.hash FROM authorization_codes c
      WHERE c.workspace_id = :workspace_id AND c.expires_at < :before ORDER BY c.expires_at LIMIT :most);

-- name: forget_refresh_tokens
-- takes: before bigint, most bigint
-- returns: nothing
DELETE FROM refresh_tokens
WHERE hash IN (
      SELECT r.hash FROM refresh_tokens r
      WHERE r.workspace_id = :workspace_id AND r.expires_at < :before ORDER BY r.expires_at LIMIT :most);

-- name: forget_app_grants
-- takes: before bigint, most bigint
-- returns: nothing
DELETE FROM app_grants
WHERE (user_id, id) IN (
      SELECT g.user_id, g.id FROM app_grants g
      WHERE g.workspace_id = :workspace_id AND g.expires_at < :before ORDER BY g.expires_at LIMIT :most);

-- name: oldest_authorization_code
-- Of each kind, when the first one ends.
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(c.expires_at), :otherwise) FROM authorization_codes c WHERE c.workspace_id = :workspace_id;

-- name: oldest_refresh_token
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(r.expires_at), :otherwise) FROM refresh_tokens r WHERE r.workspace_id = :workspace_id;

-- name: oldest_token_of_grants
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(t.expires_at), :otherwise) FROM tokens t
WHERE t.only_workspace_id = :workspace_id AND t.grant_id IS NOT NULL;

-- name: oldest_app_grant
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(g.expires_at), :otherwise) FROM app_grants g WHERE g.workspace_id = :workspace_id;
