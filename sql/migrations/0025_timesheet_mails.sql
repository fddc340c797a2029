-- Members are told of their timesheets by mail, where there is a relay.
ALTER TABLE workspace_settings ADD COLUMN timesheet_mails BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE timesheets ADD COLUMN reminded_at BIGINT; -- NULL: its member was not
