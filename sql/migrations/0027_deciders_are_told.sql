-- Whoever decides on timesheets is told, once a day at most, that some were submitted.
ALTER TABLE members ADD COLUMN sheets_told_at BIGINT; -- NULL: never
CREATE INDEX timesheets_submitted ON timesheets (workspace_id, updated_at) WHERE status = 2;
