-- The time itself: entries, what is running, what desktop trackers sent, and the minutes of each day.

-- table: tenant
-- One row a member. Whoever changes a member's time writes it first: of two changes at the same moment only one can
-- commit, and the other begins again with what the first one left.
CREATE TABLE timelines (
	workspace_id BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	version      BIGINT NOT NULL,
	CONSTRAINT timelines_pkey PRIMARY KEY (workspace_id, user_id),
	CONSTRAINT timelines_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);

-- table: tenant
-- Time that was worked, or counts as if. A member's entries do not overlap. Each lies within one local day of the
-- member; the day is kept, so that who moves to another zone keeps the days that were paid.
CREATE TABLE time_entries (
	workspace_id BIGINT NOT NULL,
	id           BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	day          BIGINT NOT NULL,
	start_at     BIGINT NOT NULL,
	end_at       BIGINT NOT NULL,
	contract_id  BIGINT,
	task_id      BIGINT,
	method       BIGINT NOT NULL,
	from_slots   BOOLEAN NOT NULL, -- derived from tracked_slots, and derived again when more of them arrive
	description  TEXT,
	created_at   BIGINT NOT NULL,
	updated_at   BIGINT NOT NULL,
	CONSTRAINT time_entries_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT time_entries_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id),
	CONSTRAINT time_entries_contract_fkey FOREIGN KEY (workspace_id, contract_id) REFERENCES contracts (workspace_id, id),
	CONSTRAINT time_entries_task_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id)
);
CREATE UNIQUE INDEX time_entries_by_day ON time_entries (workspace_id, user_id, day, start_at); -- error: CONFLICT

-- table: tenant
-- The entries of each day in minutes, kept in the transaction that changes an entry: what reports add up, so that their
-- cost depends on the days asked for. `stint check` compares the two.
CREATE TABLE daily_minutes (
	workspace_id BIGINT NOT NULL,
	day          BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	contract_id  BIGINT NOT NULL, -- 0: none
	method       BIGINT NOT NULL,
	minutes      BIGINT NOT NULL,
	CONSTRAINT daily_minutes_pkey PRIMARY KEY (workspace_id, day, user_id, contract_id, method)
);

-- table: tenant
-- What is running: at most one a member.
CREATE TABLE running_trackers (
	workspace_id BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	start_at     BIGINT NOT NULL,
	contract_id  BIGINT,
	task_id      BIGINT,
	description  TEXT,
	due_at       BIGINT, -- when a weekly limit may stop it; NULL: never
	CONSTRAINT running_trackers_pkey PRIMARY KEY (workspace_id, user_id), -- error: ALREADY_TRACKING
	CONSTRAINT running_trackers_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);
CREATE INDEX running_trackers_due ON running_trackers (workspace_id, due_at);

-- table: tenant
-- What desktop trackers sent, as they sent it. Entries are derived from all slots of a week together, so that it does
-- not matter in which order they arrived.
CREATE TABLE tracked_slots (
	workspace_id   BIGINT NOT NULL,
	user_id        BIGINT NOT NULL,
	slot_id        TEXT   NOT NULL, -- the client's own
	start_at       BIGINT NOT NULL,
	end_at         BIGINT NOT NULL,
	contract_id    BIGINT,
	task_id        BIGINT,
	method         BIGINT NOT NULL,
	activity_level BIGINT NOT NULL, -- 0 to 100
	description    TEXT,
	received_at    BIGINT NOT NULL,
	CONSTRAINT tracked_slots_pkey PRIMARY KEY (workspace_id, user_id, slot_id), -- error: CONFLICT
	CONSTRAINT tracked_slots_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id),
	CONSTRAINT tracked_slots_contract_fkey FOREIGN KEY (workspace_id, contract_id) REFERENCES contracts (workspace_id, id),
	CONSTRAINT tracked_slots_task_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id)
);
CREATE INDEX tracked_slots_by_start ON tracked_slots (workspace_id, user_id, start_at);

-- table: tenant
-- Where somebody changed or deleted an entry that was derived from slots: no slot counts there any more.
CREATE TABLE removed_spans (
	workspace_id BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	start_at     BIGINT NOT NULL,
	end_at       BIGINT NOT NULL,
	CONSTRAINT removed_spans_pkey PRIMARY KEY (workspace_id, user_id, start_at, end_at),
	CONSTRAINT removed_spans_member_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
);
