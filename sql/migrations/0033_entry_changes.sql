-- What followers of a workspace's entries have to hear of (docs/decisions/0044): the last change of each entry, its
-- end included. Changes are numbered when somebody asks, after they were committed.

-- table: tenant
CREATE TABLE entry_changes (
	workspace_id BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	entry_id     BIGINT NOT NULL, -- 0: all of the member's
	changed_at   BIGINT NOT NULL,
	position     BIGINT NOT NULL, -- of export_positions; the greatest number there is: has none yet
	CONSTRAINT entry_changes_pkey PRIMARY KEY (workspace_id, user_id, entry_id)
);
CREATE INDEX entry_changes_by_position ON entry_changes (workspace_id, position, user_id);

-- table: tenant
CREATE TABLE export_positions (
	workspace_id BIGINT NOT NULL,
	position     BIGINT NOT NULL,
	mark         BIGINT NOT NULL, -- by chance: the same position after a backup was restored is another one
	made_at      BIGINT NOT NULL,
	CONSTRAINT export_positions_pkey PRIMARY KEY (workspace_id, position)
);

-- Each workspace now keeps something for a time only.
INSERT INTO due_work (workspace_id, kind, due_at) SELECT w.id, 'retention', 0 FROM workspaces w WHERE TRUE
ON CONFLICT (workspace_id, kind) DO NOTHING;
