-- The directory of due work, a row for each kind of job; before, it was mail's alone.

-- table: by_hash
-- Which workspaces may have work of a kind that falls due: a job is claimed by finding its workspace here first
-- (SCALE.md 12).
CREATE TABLE due_work (
	workspace_id BIGINT NOT NULL,
	kind         TEXT   NOT NULL, -- of a job: "mail", "trackers"
	due_at       BIGINT NOT NULL,
	CONSTRAINT due_work_pkey PRIMARY KEY (workspace_id, kind)
);
CREATE INDEX due_work_by_time ON due_work (kind, due_at);

INSERT INTO due_work (workspace_id, kind, due_at)
SELECT due_workspaces.workspace_id, 'mail', due_workspaces.due_at FROM due_workspaces;

DROP TABLE due_workspaces;
