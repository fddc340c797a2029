-- Tasks and who works on them.

-- table: tenant
CREATE TABLE tasks (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	deleted_at   BIGINT,
	project_id   BIGINT NOT NULL,
	parent_id    BIGINT,          -- of the same project
	creator_id   BIGINT NOT NULL,
	title        TEXT   NOT NULL,
	description  TEXT,
	status       BIGINT NOT NULL, -- 0, 10, 20, 30, or a code of task_statuses
	priority     BIGINT,          -- 10, 20, 30, 40
	start_date   BIGINT,
	end_date     BIGINT,
	completed_at BIGINT,          -- since when it is done or closed
	created_at   BIGINT NOT NULL,
	updated_at   BIGINT NOT NULL,
	CONSTRAINT tasks_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT tasks_project_fkey FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
	CONSTRAINT tasks_parent_fkey FOREIGN KEY (workspace_id, parent_id) REFERENCES tasks (workspace_id, id),
	CONSTRAINT tasks_creator_fkey FOREIGN KEY (workspace_id, creator_id) REFERENCES members (workspace_id, user_id)
);
CREATE INDEX tasks_by_project ON tasks (workspace_id, project_id, deleted_at, id);
CREATE INDEX tasks_by_parent ON tasks (workspace_id, parent_id);

-- table: tenant
CREATE TABLE task_assignees (
	workspace_id BIGINT NOT NULL,
	task_id      BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	created_at   BIGINT NOT NULL,
	CONSTRAINT task_assignees_pkey PRIMARY KEY (workspace_id, task_id, user_id),
	CONSTRAINT task_assignees_task_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id),
	CONSTRAINT task_assignees_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);

-- table: tenant
-- A workspace's own statuses, beside the four that all have: each lies between them and belongs to the one below it
-- (contract, section 4).
CREATE TABLE task_statuses (
	workspace_id BIGINT NOT NULL,
	code         BIGINT NOT NULL,
	name         TEXT   NOT NULL,
	color        TEXT   NOT NULL,
	CONSTRAINT task_statuses_pkey PRIMARY KEY (workspace_id, code), -- error: NAME_TAKEN
	CONSTRAINT task_statuses_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
