-- What was approved stays as it was: the lines of an approved sheet. One that was approved before this has none, and is
-- read as it is counted; its days are closed all the same.
-- table: tenant
CREATE TABLE timesheet_lines (
	workspace_id BIGINT NOT NULL,
	timesheet_id BIGINT NOT NULL,
	day          BIGINT NOT NULL,
	contract_id  BIGINT NOT NULL, -- 0: without a project
	project_id   BIGINT,
	project_name TEXT,
	minutes      BIGINT NOT NULL,
	amount       BIGINT, -- NULL: no rate held
	currency     TEXT,
	CONSTRAINT timesheet_lines_pkey PRIMARY KEY (workspace_id, timesheet_id, day, contract_id),
	CONSTRAINT timesheet_lines_timesheet_fkey FOREIGN KEY (workspace_id, timesheet_id)
		REFERENCES timesheets (workspace_id, id)
);
