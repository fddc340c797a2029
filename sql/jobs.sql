-- The directory of workspaces that have work due, by kind of job. Work is claimed in two steps: find the workspace
-- here, then its rows (SCALE.md 12).

-- row: due_workspace
-- workspace_id bigint, due_at bigint

-- name: share_due_work
-- Keeps the row until the end of the transaction: who forgets it waits for this, and looks for work after that.
-- Sharing is in nobody's way but theirs.
-- takes: kind text
-- returns: maybe due_workspace
-- locks: KEY SHARE
SELECT d.workspace_id, d.due_at FROM due_work d WHERE d.workspace_id = :workspace_id AND d.kind = :kind;

-- name: note_due_work
-- takes: kind text, due_at bigint
-- returns: nothing
INSERT INTO due_work (workspace_id, kind, due_at) VALUES (:workspace_id, :kind, :due_at)
ON CONFLICT (workspace_id, kind) DO UPDATE
SET due_at = CASE WHEN due_work.due_at > excluded.due_at THEN excluded.due_at ELSE due_work.due_at END;

-- name: list_due_workspaces
-- What is due after `latest` was written by a clock that was ahead.
-- takes: kind text, latest bigint, most bigint
-- returns: many due_workspace
SELECT d.workspace_id, d.due_at FROM due_work d WHERE d.kind = :kind AND d.due_at <= :now
UNION ALL
SELECT d.workspace_id, d.due_at FROM due_work d WHERE d.kind = :kind AND d.due_at > :latest
ORDER BY due_at LIMIT :most;

-- name: forget_due_work
-- Only when nothing new came in since it was read. Waits for those who share it.
-- takes: kind text, due_at bigint
-- returns: nothing
DELETE FROM due_work WHERE workspace_id = :workspace_id AND kind = :kind AND due_at = :due_at;
