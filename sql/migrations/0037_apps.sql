-- Apps that people let act for them (OAuth2), and the secrets by which they come to their tokens. Those themselves lie
-- in tokens, each with the id of its grant.

-- table: reference
-- Written only when somebody registers one or changes it.
CREATE TABLE apps (
	id           BIGINT NOT NULL,
	client_id    TEXT   NOT NULL, -- not secret
	secret_hash  TEXT,            -- NULL: it is public, and can keep none
	owner_id     BIGINT NOT NULL,
	workspace_id BIGINT NOT NULL, -- where client credentials act for its owner
	name         TEXT   NOT NULL,
	grant_types  BIGINT NOT NULL, -- bits (1 << code)
	created_at   BIGINT NOT NULL,
	CONSTRAINT apps_pkey PRIMARY KEY (id),
	CONSTRAINT apps_client_unique UNIQUE (client_id)
);
CREATE INDEX apps_by_owner ON apps (owner_id);

-- table: reference
-- Where a browser may be sent back to, character by character.
CREATE TABLE app_redirects (
	app_id BIGINT NOT NULL,
	uri    TEXT   NOT NULL,
	CONSTRAINT app_redirects_pkey PRIMARY KEY (app_id, uri),
	CONSTRAINT app_redirects_app_fkey FOREIGN KEY (app_id) REFERENCES apps (id)
);

-- table: by_user
-- What a person has let an app do in one workspace, with one consent; or what an app does for its owner by its own
-- credentials. What comes of it, tokens and codes, ends with it.
CREATE TABLE app_grants (
	user_id      BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	app_id       BIGINT NOT NULL,
	workspace_id BIGINT NOT NULL,
	grant_type   BIGINT NOT NULL,
	scopes       BIGINT NOT NULL, -- bits: 1 read, 2 write, 4 admin
	created_at   BIGINT NOT NULL,
	used_at      BIGINT,          -- when tokens were last given; NULL: never
	expires_at   BIGINT NOT NULL, -- when the last of them will have
	revoked_at   BIGINT,
	CONSTRAINT app_grants_pkey PRIMARY KEY (user_id, id)
);
CREATE INDEX app_grants_by_app ON app_grants (app_id);
CREATE INDEX app_grants_by_workspace ON app_grants (workspace_id, expires_at);

-- table: by_hash
-- What a browser carries from a consent to the app, which changes it for tokens: once, and at once.
CREATE TABLE authorization_codes (
	hash           TEXT   NOT NULL,
	user_id        BIGINT NOT NULL,
	grant_id       BIGINT NOT NULL,
	workspace_id   BIGINT NOT NULL,
	redirect_uri   TEXT,   -- as it was asked with; NULL: without
	code_challenge TEXT,   -- of PKCE (S256); NULL: asked without
	expires_at     BIGINT NOT NULL,
	used_at        BIGINT,
	CONSTRAINT authorization_codes_pkey PRIMARY KEY (hash)
);
CREATE INDEX authorization_codes_by_workspace ON authorization_codes (workspace_id, expires_at);

-- table: by_hash
-- Each is used once, for the next one and an access token. `successor` is that pair, sealed under the secret of this
-- one (base/vault), for a client whom the answer did not reach.
CREATE TABLE refresh_tokens (
	hash         TEXT   NOT NULL,
	user_id      BIGINT NOT NULL,
	grant_id     BIGINT NOT NULL,
	workspace_id BIGINT NOT NULL,
	created_at   BIGINT NOT NULL,
	expires_at   BIGINT NOT NULL,
	used_at      BIGINT,
	successor    TEXT,
	CONSTRAINT refresh_tokens_pkey PRIMARY KEY (hash)
);
CREATE INDEX refresh_tokens_by_workspace ON refresh_tokens (workspace_id, expires_at);
