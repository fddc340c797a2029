-- Expenses: what people spent, and its categories.

-- table: tenant
CREATE TABLE expense_categories (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	name         TEXT   NOT NULL,
	name_folded  TEXT   NOT NULL, -- for comparing
	created_at   BIGINT NOT NULL,
	updated_at   BIGINT NOT NULL,
	deleted_at   BIGINT, -- expenses keep its name
	CONSTRAINT expense_categories_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT expense_categories_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE UNIQUE INDEX expense_categories_by_name ON expense_categories (workspace_id, name_folded) WHERE deleted_at IS NULL; -- error: NAME_TAKEN

-- table: tenant
CREATE TABLE expenses (
	workspace_id  BIGINT  NOT NULL,
	id            BIGINT  NOT NULL,
	user_id       BIGINT  NOT NULL, -- whose
	name          TEXT    NOT NULL,
	day           BIGINT  NOT NULL,
	amount        BIGINT  NOT NULL, -- in 1/10000 of the currency
	currency      TEXT    NOT NULL, -- ISO 4217: the workspace's when it was made
	category_id   BIGINT,
	project_id    BIGINT,
	note          TEXT,
	is_billable   BOOLEAN NOT NULL,
	status        BIGINT  NOT NULL,
	status_by     BIGINT, -- NULL: it is as it was made
	status_at     BIGINT,
	status_reason TEXT,
	created_at    BIGINT  NOT NULL,
	updated_at    BIGINT  NOT NULL,
	CONSTRAINT expenses_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT expenses_user_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id),
	CONSTRAINT expenses_project_fkey FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
	CONSTRAINT expenses_category_fkey FOREIGN KEY (workspace_id, category_id) REFERENCES expense_categories (workspace_id, id)
);
CREATE INDEX expenses_by_user ON expenses (workspace_id, user_id, day);
CREATE INDEX expenses_by_project ON expenses (workspace_id, project_id);
