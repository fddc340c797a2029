-- Workspaces, their people, projects and contracts.
--
-- The text is shared by both engines. Instants are whole UTC seconds, days are days since 1970-01-01, money and hours
-- are in 1/10000, codes are those of api/ (x-codes). Before each table: how it is spread over nodes (SCALE.md 4).
-- "error:" behind a constraint names the row of src/base/errors.def that its violation means.

-- table: reference
-- People, by the address they sign in with. Written only when somebody joins or sets a password.
CREATE TABLE users (
	id            BIGINT NOT NULL,
	email         TEXT   NOT NULL, -- lower case
	password_hash TEXT,            -- Argon2id; NULL until the first invitation is accepted
	created_at    BIGINT NOT NULL,
	CONSTRAINT users_pkey PRIMARY KEY (id),
	CONSTRAINT users_email_unique UNIQUE (email) -- error: CONFLICT
);

-- table: tenant
CREATE TABLE workspaces (
	id           BIGINT NOT NULL,
	owner_id     BIGINT NOT NULL,
	name         TEXT   NOT NULL,
	created_at   BIGINT NOT NULL,
	activated_at BIGINT NOT NULL,
	deleted_at   BIGINT,
	CONSTRAINT workspaces_pkey PRIMARY KEY (id)
);

-- table: tenant
CREATE TABLE teams (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	name         TEXT   NOT NULL,
	CONSTRAINT teams_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT teams_name_unique UNIQUE (workspace_id, name), -- error: NAME_TAKEN
	CONSTRAINT teams_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- table: tenant
CREATE TABLE titles (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	name         TEXT   NOT NULL,
	CONSTRAINT titles_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT titles_name_unique UNIQUE (workspace_id, name), -- error: NAME_TAKEN
	CONSTRAINT titles_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- table: tenant
CREATE TABLE tags (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	name         TEXT   NOT NULL,
	color        TEXT   NOT NULL, -- "#FF5733"
	CONSTRAINT tags_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT tags_name_unique UNIQUE (workspace_id, name), -- error: NAME_TAKEN
	CONSTRAINT tags_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- table: tenant
-- A person's place in one workspace. Name and address are the workspace's own copy: an owner who edits them does not
-- touch the account that the person uses elsewhere.
CREATE TABLE members (
	workspace_id       BIGINT  NOT NULL,
	user_id            BIGINT  NOT NULL,
	deleted_at         BIGINT,
	email              TEXT    NOT NULL, -- lower case
	firstname          TEXT    NOT NULL,
	lastname           TEXT    NOT NULL,
	avatar             TEXT,
	timezone           TEXT,             -- IANA name
	role               BIGINT  NOT NULL,
	status             BIGINT  NOT NULL,
	is_blocked         BOOLEAN NOT NULL,
	title_id           BIGINT,
	rate               BIGINT,
	rate_type          TEXT    NOT NULL,
	rate_status        BIGINT  NOT NULL, -- 1: may see rates
	weekly_hours_limit BIGINT  NOT NULL, -- 168: none
	screenshots        BIGINT  NOT NULL,
	invitation_hash    TEXT,             -- of the one link that still works
	created_at         BIGINT  NOT NULL,
	updated_at         BIGINT  NOT NULL,
	CONSTRAINT members_pkey PRIMARY KEY (workspace_id, user_id),
	CONSTRAINT members_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
	CONSTRAINT members_title_fkey FOREIGN KEY (workspace_id, title_id) REFERENCES titles (workspace_id, id)
);
CREATE UNIQUE INDEX members_email_unique ON members (workspace_id, email) WHERE deleted_at IS NULL; -- error: MEMBER_EXISTS

-- table: tenant
-- Members of teams; managers are those whom a Team manager's view follows.
CREATE TABLE team_members (
	workspace_id BIGINT  NOT NULL,
	team_id      BIGINT  NOT NULL,
	user_id      BIGINT  NOT NULL,
	is_manager   BOOLEAN NOT NULL,
	CONSTRAINT team_members_pkey PRIMARY KEY (workspace_id, team_id, user_id),
	CONSTRAINT team_members_team_fkey FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
	CONSTRAINT team_members_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);
CREATE INDEX team_members_by_user ON team_members (workspace_id, user_id);

-- table: by_user
-- A user's workspaces: those where the membership is neither blocked nor deleted. Kept in the transaction that
-- changes the membership.
CREATE TABLE user_workspaces (
	user_id      BIGINT NOT NULL,
	workspace_id BIGINT NOT NULL,
	CONSTRAINT user_workspaces_pkey PRIMARY KEY (user_id, workspace_id)
);

-- table: by_hash
-- Access tokens by the SHA-256 of their text, which is stored nowhere.
CREATE TABLE tokens (
	hash       TEXT   NOT NULL,
	id         BIGINT NOT NULL,
	user_id    BIGINT NOT NULL,
	name       TEXT   NOT NULL,
	scopes     BIGINT NOT NULL, -- bits: 1 read, 2 write, 4 admin
	created_at BIGINT NOT NULL,
	expires_at BIGINT,          -- NULL: never (the sandbox's fixed tokens)
	revoked_at BIGINT,
	CONSTRAINT tokens_pkey PRIMARY KEY (hash)
);
CREATE INDEX tokens_by_user ON tokens (user_id);

-- table: by_hash
-- Where an invitation's secret leads: the workspace that keeps the rest of it.
CREATE TABLE invitation_links (
	hash         TEXT   NOT NULL,
	workspace_id BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	expires_at   BIGINT NOT NULL,
	CONSTRAINT invitation_links_pkey PRIMARY KEY (hash)
);

-- table: tenant
CREATE TABLE projects (
	workspace_id       BIGINT  NOT NULL,
	id                 BIGINT  NOT NULL,
	deleted_at         BIGINT,
	owner_id           BIGINT  NOT NULL,
	name               TEXT    NOT NULL,
	name_folded        TEXT    NOT NULL, -- for search without case
	start_date         BIGINT,
	deadline           BIGINT,
	estimation         BIGINT,           -- hours
	budget_estimation  BIGINT,
	notes              TEXT,
	icon               TEXT,
	is_billable        BOOLEAN NOT NULL,
	rate               BIGINT  NOT NULL,
	weekly_hours_limit BIGINT  NOT NULL,
	screenshots        BIGINT  NOT NULL,
	status             BIGINT  NOT NULL,
	created_at         BIGINT  NOT NULL,
	updated_at         BIGINT  NOT NULL,
	CONSTRAINT projects_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT projects_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- table: tenant
CREATE TABLE project_tags (
	workspace_id BIGINT NOT NULL,
	project_id   BIGINT NOT NULL,
	tag_id       BIGINT NOT NULL,
	CONSTRAINT project_tags_pkey PRIMARY KEY (workspace_id, project_id, tag_id),
	CONSTRAINT project_tags_project_fkey FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
	CONSTRAINT project_tags_tag_fkey FOREIGN KEY (workspace_id, tag_id) REFERENCES tags (workspace_id, id)
);

-- table: tenant
-- Who was given a project to manage (Project managers) or to look at (Project viewers).
CREATE TABLE project_grants (
	workspace_id BIGINT NOT NULL,
	project_id   BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	CONSTRAINT project_grants_pkey PRIMARY KEY (workspace_id, user_id, project_id),
	CONSTRAINT project_grants_project_fkey FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
	CONSTRAINT project_grants_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);

-- table: tenant
-- A contract assigns a member to a project.
CREATE TABLE contracts (
	workspace_id       BIGINT NOT NULL,
	id                 BIGINT NOT NULL,
	deleted_at         BIGINT,
	project_id         BIGINT NOT NULL,
	user_id            BIGINT NOT NULL,
	weekly_hours_limit BIGINT NOT NULL,
	screenshots        BIGINT NOT NULL,
	rate               BIGINT,          -- NULL: the project's or the member's (rate_type)
	rate_type          BIGINT NOT NULL,
	currency           TEXT   NOT NULL,
	status             BIGINT NOT NULL,
	created_at         BIGINT NOT NULL,
	updated_at         BIGINT NOT NULL,
	CONSTRAINT contracts_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT contracts_project_fkey FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
	CONSTRAINT contracts_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);
CREATE UNIQUE INDEX contracts_one_live ON contracts (workspace_id, project_id, user_id) WHERE deleted_at IS NULL; -- error: CONTRACT_EXISTS
CREATE INDEX contracts_by_user ON contracts (workspace_id, user_id, deleted_at, project_id);
CREATE INDEX contracts_by_project ON contracts (workspace_id, project_id, deleted_at, status);

-- table: tenant
-- Answers to requests that carried an Idempotency-Key, for 24 hours. Written in the request's own transaction.
CREATE TABLE idempotency_keys (
	workspace_id BIGINT NOT NULL, -- 0: the operation belongs to none
	caller_id    BIGINT NOT NULL, -- 0: nobody was signed in
	key          TEXT   NOT NULL,
	fingerprint  TEXT   NOT NULL, -- of method, path, query and body
	status       BIGINT NOT NULL,
	body         TEXT   NOT NULL,
	created_at   BIGINT NOT NULL,
	CONSTRAINT idempotency_keys_pkey PRIMARY KEY (workspace_id, caller_id, key) -- error: CONFLICT
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);

-- table: tenant
-- Mail to be sent, until it is sent. `leased_until` belongs to the node that is sending it.
CREATE TABLE mails (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	recipient    TEXT   NOT NULL,
	subject      TEXT   NOT NULL,
	body         TEXT   NOT NULL,
	attempts     BIGINT NOT NULL,
	due_at       BIGINT NOT NULL,
	CONSTRAINT mails_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX mails_due ON mails (workspace_id, due_at);

-- table: by_hash
-- Which workspaces may have work that falls due: a job is claimed by finding its workspace here first (SCALE.md 12).
CREATE TABLE due_workspaces (
	workspace_id BIGINT NOT NULL,
	due_at       BIGINT NOT NULL,
	CONSTRAINT due_workspaces_pkey PRIMARY KEY (workspace_id)
);
CREATE INDEX due_workspaces_by_time ON due_workspaces (due_at);

-- table: local
CREATE TABLE id_blocks (
	sequence TEXT   NOT NULL,
	next_id  BIGINT NOT NULL,
	CONSTRAINT id_blocks_pkey PRIMARY KEY (sequence)
);
