-- What a caller is known by is one table, whatever it is: personal tokens, sessions, tokens of OAuth2 apps.

ALTER TABLE tokens ADD COLUMN kind BIGINT NOT NULL DEFAULT 1; -- enum token_kind
ALTER TABLE tokens ADD COLUMN last_used_at BIGINT;            -- to the hour, of a session to some minutes; NULL: never
ALTER TABLE tokens ADD COLUMN only_workspace_id BIGINT;       -- the one that it reaches; NULL: all of the user's
ALTER TABLE tokens ADD COLUMN grant_id BIGINT;                -- of an OAuth2 app's, what the user allowed

-- table: by_user
-- What is known of a session beside its token: for the list of them, and for what asks for the password again.
CREATE TABLE sessions (
	user_id          BIGINT NOT NULL,
	token_id         BIGINT NOT NULL,
	user_agent       TEXT   NOT NULL,
	client           TEXT   NOT NULL, -- address
	authenticated_at BIGINT NOT NULL, -- when the password was given last
	CONSTRAINT sessions_pkey PRIMARY KEY (user_id, token_id)
);
