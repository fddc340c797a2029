-- A workspace has settings of its own: one row, made with it. Until now its weeks were those of its owner's zone, and
-- all contracts were in US dollars.

-- table: tenant
CREATE TABLE workspace_settings (
	workspace_id BIGINT NOT NULL,
	timezone     TEXT   NOT NULL, -- a name of the IANA database
	week_start   BIGINT NOT NULL, -- 1 is Monday, 7 is Sunday
	currency     TEXT   NOT NULL, -- ISO 4217: of new contracts
	updated_at   BIGINT NOT NULL,
	CONSTRAINT workspace_settings_pkey PRIMARY KEY (workspace_id),
	CONSTRAINT workspace_settings_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

INSERT INTO workspace_settings (workspace_id, timezone, week_start, currency, updated_at)
SELECT w.id, coalesce(m.timezone, 'UTC'), 1, 'USD', w.created_at
FROM workspaces w LEFT JOIN members m ON m.workspace_id = w.id AND m.user_id = w.owner_id;
