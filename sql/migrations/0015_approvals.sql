-- Who decides on what others ask for, and when people work. Roles and weekdays are sets: bits (1 << code). The owner
-- always decides and is in none of them.
ALTER TABLE workspace_settings ADD COLUMN working_days BIGINT NOT NULL DEFAULT 62; -- Monday to Friday
ALTER TABLE workspace_settings ADD COLUMN working_day_start BIGINT NOT NULL DEFAULT 540; -- minutes after midnight
ALTER TABLE workspace_settings ADD COLUMN working_minutes_per_day BIGINT NOT NULL DEFAULT 480;
ALTER TABLE workspace_settings ADD COLUMN time_editors BIGINT NOT NULL DEFAULT 4; -- executive managers
ALTER TABLE workspace_settings ADD COLUMN auto_approve_time_requests BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE workspace_settings ADD COLUMN time_request_approvers BIGINT NOT NULL DEFAULT 4;
ALTER TABLE workspace_settings ADD COLUMN timesheet_approvers BIGINT NOT NULL DEFAULT 4;
ALTER TABLE workspace_settings ADD COLUMN leave_approvers BIGINT NOT NULL DEFAULT 4;
