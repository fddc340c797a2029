-- What else than a password lets a person in.

-- table: by_user
-- The codes of an authenticator app.
CREATE TABLE second_factors (
	user_id      BIGINT NOT NULL,
	begun_at     BIGINT NOT NULL, -- the secret follows from it, the user and the installation's key
	last_step    BIGINT NOT NULL, -- of time: whose code was used last, and counts no more
	confirmed_at BIGINT,          -- NULL: begun, and asked of nobody yet
	CONSTRAINT second_factors_pkey PRIMARY KEY (user_id)
);

-- table: by_user
-- Codes to be used once in the app's place: those that are left.
CREATE TABLE backup_codes (
	user_id BIGINT NOT NULL,
	hash    TEXT   NOT NULL,
	CONSTRAINT backup_codes_pkey PRIMARY KEY (user_id, hash)
);

-- table: by_hash
-- Links that are sent to an address by mail: who follows one reads what is sent there. A day longer than they work, they
-- tell how often somebody asked.
CREATE TABLE mailed_links (
	hash       TEXT   NOT NULL,
	kind       BIGINT NOT NULL, -- 1 to set another password
	user_id    BIGINT NOT NULL, -- 0: nobody has the address
	expires_at BIGINT NOT NULL,
	CONSTRAINT mailed_links_pkey PRIMARY KEY (hash)
);
CREATE INDEX mailed_links_by_user ON mailed_links (user_id, kind, expires_at);

-- table: by_user
CREATE TABLE passkeys (
	user_id       BIGINT NOT NULL,
	id            BIGINT NOT NULL,
	name          TEXT   NOT NULL,
	credential_id TEXT   NOT NULL, -- the device's name for it, base64url
	algorithm     BIGINT NOT NULL, -- COSE's number
	public_key    TEXT   NOT NULL, -- base64url
	sign_count    BIGINT NOT NULL, -- of signatures made with it, by the device
	challenged_at BIGINT NOT NULL, -- when the last challenge was made that it answered: older ones count no more
	created_at    BIGINT NOT NULL,
	last_used_at  BIGINT,
	CONSTRAINT passkeys_pkey PRIMARY KEY (user_id, id),
	CONSTRAINT passkeys_credential_unique UNIQUE (user_id, credential_id) -- error: PASSKEY_EXISTS
);
