-- Leaves: policies, allowances, holidays, and what each leave charges by day. An amount is in the unit of its policy:
-- quarters of a day, or minutes (rules/leaves.h).
ALTER TABLE workspace_settings ADD COLUMN leave_duration BIGINT; -- days in 1/10000; NULL: each policy has its own
ALTER TABLE workspace_settings ADD COLUMN leave_notice_days BIGINT NOT NULL DEFAULT 0;

-- table: tenant
CREATE TABLE leave_policies (
	workspace_id    BIGINT  NOT NULL,
	id              BIGINT  NOT NULL,
	name            TEXT    NOT NULL,
	name_folded     TEXT    NOT NULL, -- readers of balances join by name
	time_unit       BIGINT  NOT NULL, -- 1 days, 2 hours; never changed
	day_minutes     BIGINT  NOT NULL, -- of a working day
	duration        BIGINT  NOT NULL, -- amount a year; kept while the workspace has one duration for all
	is_paid         BIGINT  NOT NULL, -- 1 yes, 0 no
	allow_negative  BOOLEAN NOT NULL,
	reason_required BOOLEAN NOT NULL,
	notice_required BOOLEAN NOT NULL, -- false: excluded from the workspace's days of notice
	created_at      BIGINT  NOT NULL,
	updated_at      BIGINT  NOT NULL,
	deleted_at      BIGINT,
	CONSTRAINT leave_policies_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT leave_policies_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
CREATE UNIQUE INDEX leave_policies_by_name ON leave_policies (workspace_id, name_folded) WHERE deleted_at IS NULL; -- error: NAME_TAKEN

-- table: tenant
-- What a member has in a year where it is not the policy's duration.
CREATE TABLE leave_allowances (
	workspace_id BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	policy_id    BIGINT NOT NULL,
	year         BIGINT NOT NULL,
	amount       BIGINT NOT NULL,
	updated_at   BIGINT NOT NULL,
	CONSTRAINT leave_allowances_pkey PRIMARY KEY (workspace_id, user_id, policy_id, year),
	CONSTRAINT leave_allowances_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id),
	CONSTRAINT leave_allowances_policy_fkey FOREIGN KEY (workspace_id, policy_id) REFERENCES leave_policies (workspace_id, id)
);

-- table: tenant
CREATE TABLE holidays (
	workspace_id BIGINT NOT NULL,
	day          BIGINT NOT NULL,
	name         TEXT   NOT NULL,
	quarters     BIGINT NOT NULL, -- of the day that are worked: 0, or 2 on a half working day
	created_at   BIGINT NOT NULL,
	CONSTRAINT holidays_pkey PRIMARY KEY (workspace_id, day),
	CONSTRAINT holidays_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- table: tenant
CREATE TABLE leaves (
	workspace_id  BIGINT NOT NULL,
	id            BIGINT NOT NULL,
	user_id       BIGINT NOT NULL,
	policy_id     BIGINT NOT NULL,
	start_day     BIGINT NOT NULL,
	end_day       BIGINT NOT NULL,
	leave_period  BIGINT NOT NULL, -- 0 full day, 1 first half, 2 second half: of the first day
	start_minute  BIGINT,          -- since midnight, in hours only
	end_minute    BIGINT,
	day_minutes   BIGINT NOT NULL, -- of a whole day of it: the policy's working day then, or the hours asked for
	is_paid       BIGINT NOT NULL, -- as the policy was
	note          TEXT,
	status        BIGINT NOT NULL,
	status_by     BIGINT,
	status_at     BIGINT,
	status_reason TEXT,
	created_by    BIGINT NOT NULL,
	created_at    BIGINT NOT NULL,
	updated_at    BIGINT NOT NULL,
	CONSTRAINT leaves_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT leaves_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id),
	CONSTRAINT leaves_policy_fkey FOREIGN KEY (workspace_id, policy_id) REFERENCES leave_policies (workspace_id, id)
);
CREATE INDEX leaves_by_member ON leaves (workspace_id, user_id, start_day);

-- table: tenant
-- What a leave charges, settled when it was asked for: later settings and holidays change nothing.
CREATE TABLE leave_days (
	workspace_id BIGINT NOT NULL,
	leave_id     BIGINT NOT NULL,
	day          BIGINT NOT NULL,
	amount       BIGINT NOT NULL,
	minutes      BIGINT NOT NULL,
	CONSTRAINT leave_days_pkey PRIMARY KEY (workspace_id, leave_id, day),
	CONSTRAINT leave_days_leave_fkey FOREIGN KEY (workspace_id, leave_id) REFERENCES leaves (workspace_id, id)
);

-- table: tenant
-- The time that an approved leave has on its member's timeline, which goes with it. Entries may be gone.
CREATE TABLE leave_entries (
	workspace_id BIGINT NOT NULL,
	leave_id     BIGINT NOT NULL,
	entry_id     BIGINT NOT NULL,
	CONSTRAINT leave_entries_pkey PRIMARY KEY (workspace_id, leave_id, entry_id),
	CONSTRAINT leave_entries_leave_fkey FOREIGN KEY (workspace_id, leave_id) REFERENCES leaves (workspace_id, id)
);
