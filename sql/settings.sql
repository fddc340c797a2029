-- Settings of a workspace (DESIGN.md 5, SHAPE.md 9).

-- row: workspace_settings
-- timezone text, week_start bigint, currency text, updated_at bigint

-- name: get_workspace_settings
-- returns: one workspace_settings
SELECT s.timezone, s.week_start, s.currency, s.updated_at
FROM workspace_settings s
WHERE s.workspace_id = :workspace_id;

-- name: insert_workspace_settings
-- Of a new workspace.
-- returns: nothing
INSERT INTO workspace_settings (workspace_id, timezone, week_start, currency, updated_at)
VALUES (:workspace_id, 'UTC', {Weekday.monday}, 'USD', :now);

-- name: update_workspace_settings
-- What is the same is not written: it has not been updated.
-- takes: row workspace_settings
-- returns: nothing
UPDATE workspace_settings SET timezone = :timezone, week_start = :week_start, currency = :currency, updated_at = :now
WHERE workspace_id = :workspace_id
  AND (timezone, week_start, currency) IS DISTINCT FROM (:timezone, :week_start, :currency);
