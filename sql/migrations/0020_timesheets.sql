-- Timesheets: the days of a member that are asked about, submitted and approved together. Who has which pay period is
-- assigned; workspaces that are there already have none, until they assign one.

-- table: tenant
CREATE TABLE timesheet_assignments (
	workspace_id BIGINT NOT NULL,
	user_id      BIGINT NOT NULL, -- 0: everybody who has none of their own by then
	first_day    BIGINT NOT NULL, -- on which it begins; it holds until the next one
	period       BIGINT NOT NULL,
	updated_at   BIGINT NOT NULL,
	CONSTRAINT timesheet_assignments_pkey PRIMARY KEY (workspace_id, user_id, first_day),
	CONSTRAINT timesheet_assignments_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- table: tenant
CREATE TABLE timesheets ( -- a member's do not overlap
	workspace_id  BIGINT NOT NULL,
	id            BIGINT NOT NULL,
	user_id       BIGINT NOT NULL,
	first_day     BIGINT NOT NULL,
	last_day      BIGINT NOT NULL,
	status        BIGINT NOT NULL,
	status_by     BIGINT, -- NULL: by the server
	status_at     BIGINT,
	status_reason TEXT,
	submitted_at  BIGINT, -- NULL: it is not
	created_at    BIGINT NOT NULL,
	updated_at    BIGINT NOT NULL,
	CONSTRAINT timesheets_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT timesheets_user_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);
CREATE UNIQUE INDEX timesheets_by_user ON timesheets (workspace_id, user_id, first_day); -- error: CONFLICT
CREATE INDEX timesheets_by_age ON timesheets (workspace_id, created_at, id);
