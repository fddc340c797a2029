-- When people are expected to work: by the workspace's schedule or by shifts; and which breaks they may take.
ALTER TABLE workspace_settings ADD COLUMN working_day_end BIGINT; -- minute; NULL: when its minutes are over
ALTER TABLE workspace_settings ADD COLUMN attendance_by BIGINT NOT NULL DEFAULT 1; -- 1 schedule, 2 shifts
ALTER TABLE workspace_settings ADD COLUMN late_minutes_allowed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workspace_settings ADD COLUMN early_minutes_allowed BIGINT NOT NULL DEFAULT 0;

-- table: tenant
CREATE TABLE shifts (
	workspace_id    BIGINT NOT NULL,
	id              BIGINT NOT NULL,
	name            TEXT   NOT NULL,
	name_folded     TEXT   NOT NULL,
	date_from       BIGINT NOT NULL,
	date_until      BIGINT,          -- the last day; NULL: it has none
	repeat_weeks    BIGINT NOT NULL, -- 1 every week, 2 every other, counted from date_from
	minimum_minutes BIGINT,          -- that are asked of a day; NULL: all
	created_at      BIGINT NOT NULL,
	updated_at      BIGINT NOT NULL,
	deleted_at      BIGINT, -- days before that keep it
	CONSTRAINT shifts_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT shifts_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE UNIQUE INDEX shifts_by_name ON shifts (workspace_id, name_folded) WHERE deleted_at IS NULL; -- error: NAME_TAKEN

-- table: tenant
CREATE TABLE shift_days (
	workspace_id BIGINT NOT NULL,
	shift_id     BIGINT NOT NULL,
	weekday      BIGINT NOT NULL, -- on which it begins: 1 is Monday, 7 is Sunday
	start_minute BIGINT NOT NULL,
	minutes      BIGINT NOT NULL, -- 1 to 1440: it may end on the next day
	CONSTRAINT shift_days_pkey PRIMARY KEY (workspace_id, shift_id, weekday),
	CONSTRAINT shift_days_shift_fkey FOREIGN KEY (workspace_id, shift_id) REFERENCES shifts (workspace_id, id)
);

-- table: tenant
-- A member's are added up: as many minutes, paid and unpaid.
CREATE TABLE break_policies (
	workspace_id    BIGINT  NOT NULL,
	id              BIGINT  NOT NULL,
	name            TEXT    NOT NULL,
	name_folded     TEXT    NOT NULL,
	minutes_per_day BIGINT  NOT NULL, -- at most
	is_paid         BOOLEAN NOT NULL,
	created_at      BIGINT  NOT NULL,
	updated_at      BIGINT  NOT NULL,
	deleted_at      BIGINT, -- days before that keep it
	CONSTRAINT break_policies_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT break_policies_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE UNIQUE INDEX break_policies_by_name ON break_policies (workspace_id, name_folded) WHERE deleted_at IS NULL; -- error: NAME_TAKEN

-- table: tenant
-- For whom shifts and break policies are. User 0 stands for those who will join.
CREATE TABLE attendance_members (
	workspace_id BIGINT NOT NULL,
	kind         BIGINT NOT NULL, -- 1 shift, 2 break policy
	object_id    BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	CONSTRAINT attendance_members_pkey PRIMARY KEY (workspace_id, kind, object_id, user_id),
	CONSTRAINT attendance_members_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE INDEX attendance_members_by_user ON attendance_members (workspace_id, user_id, kind, object_id);
