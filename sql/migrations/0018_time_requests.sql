-- Time that members ask for.

-- table: tenant
CREATE TABLE time_requests (
	workspace_id  BIGINT NOT NULL,
	id            BIGINT NOT NULL,
	user_id       BIGINT NOT NULL, -- whose time
	contract_id   BIGINT,
	task_id       BIGINT,
	start_at      BIGINT NOT NULL,
	start_offset  BIGINT, -- minutes east of UTC; NULL: it was said in UTC
	end_at        BIGINT NOT NULL,
	end_offset    BIGINT,
	day           BIGINT NOT NULL, -- of the member, on which it begins
	timezone      TEXT,            -- of the member then; NULL: UTC
	notes         TEXT,
	saved_minutes BIGINT,          -- NULL: not approved
	status        BIGINT NOT NULL,
	status_by     BIGINT,          -- NULL: it is as it was made, or was approved by a setting
	status_at     BIGINT,
	status_reason TEXT,
	created_by    BIGINT NOT NULL,
	created_at    BIGINT NOT NULL,
	updated_at    BIGINT NOT NULL,
	CONSTRAINT time_requests_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT time_requests_user_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id),
	CONSTRAINT time_requests_contract_fkey FOREIGN KEY (workspace_id, contract_id) REFERENCES contracts (workspace_id, id),
	CONSTRAINT time_requests_task_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id)
);
CREATE INDEX time_requests_by_day ON time_requests (workspace_id, day);
CREATE INDEX time_requests_by_user ON time_requests (workspace_id, user_id, day);
