-- Timesheets may be approved as soon as they are submitted: off until somebody sets it.
ALTER TABLE workspace_settings ADD COLUMN auto_approve_timesheets BOOLEAN NOT NULL DEFAULT FALSE;
