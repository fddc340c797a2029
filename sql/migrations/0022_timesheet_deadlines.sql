-- Timesheets may be submitted by themselves: off until somebody sets it.
ALTER TABLE workspace_settings ADD COLUMN timesheet_auto_submit_days BIGINT; -- after their period; NULL: they are not
CREATE INDEX timesheets_pending ON timesheets (workspace_id, last_day) WHERE status = 1;
