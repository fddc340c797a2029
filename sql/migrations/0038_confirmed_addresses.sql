-- Whose an address is (docs/decisions/0049): an account has an address of its own when that is confirmed, and is one
-- workspace's alone until then. Accounts of before keep the workspaces that they have; of several, they are no one's
-- alone. The table is made anew, for its rows were unique by their addresses.

-- table: reference
CREATE TABLE former_users (
	id            BIGINT NOT NULL,
	email         TEXT   NOT NULL,
	mailbox       TEXT,
	password_hash TEXT,
	created_at    BIGINT NOT NULL,
	CONSTRAINT former_users_pkey PRIMARY KEY (id)
);

INSERT INTO former_users (id, email, mailbox, password_hash, created_at)
SELECT u.id, u.email, u.mailbox, u.password_hash, u.created_at FROM users u;

DROP TABLE users;

-- table: reference
-- Accounts: people, by the address they sign in with. Written only when somebody joins, confirms the address or sets a
-- password.
CREATE TABLE users (
	id                BIGINT NOT NULL,
	email             TEXT   NOT NULL, -- as it was given
	mailbox           TEXT,            -- NULL: another account of before has it
	password_hash     TEXT,            -- Argon2id; NULL until the first invitation is accepted
	confirmed_at      BIGINT,          -- NULL: nobody has proven to read what is sent to the address
	only_workspace_id BIGINT,          -- what an invitation made, before it is confirmed: of this workspace alone
	created_at        BIGINT NOT NULL,
	CONSTRAINT users_pkey PRIMARY KEY (id),
	CONSTRAINT users_unconfirmed_unique UNIQUE (only_workspace_id, mailbox) -- error: CONFLICT
);
CREATE UNIQUE INDEX users_confirmed_unique ON users (mailbox) WHERE confirmed_at IS NOT NULL; -- error: CONFLICT
CREATE INDEX users_by_mailbox ON users (mailbox);

INSERT INTO users (id, email, mailbox, password_hash, only_workspace_id, created_at)
SELECT f.id, f.email, f.mailbox, f.password_hash, p.workspace_id, f.created_at FROM former_users f
LEFT JOIN (SELECT m.user_id, min(m.workspace_id) AS workspace_id FROM members m
           GROUP BY m.user_id HAVING count(*) = 1) p ON p.user_id = f.id;

DROP TABLE former_users;

-- An invitation has two links where it is sent by mail: whoever invites sees the other.
ALTER TABLE invitation_links ADD COLUMN invitation_hash TEXT NOT NULL DEFAULT ''; -- as in members
ALTER TABLE invitation_links ADD COLUMN is_mailed BOOLEAN NOT NULL DEFAULT FALSE; -- only the mail has it

UPDATE invitation_links SET invitation_hash = hash;
