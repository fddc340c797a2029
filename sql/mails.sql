-- Outgoing mail and the directory of workspaces that have work due. A mail is claimed in two steps: find the
-- workspace, then lock its rows; a claim lasts until the mail's new due time (SCALE.md 12, 16).

-- row: mail
-- id bigint, recipient text, subject text, body text, attempts bigint, due_at bigint

-- row: due_workspace
-- workspace_id bigint, due_at bigint

-- name: insert_mail
-- takes: row mail
-- returns: nothing
INSERT INTO mails (workspace_id, id, recipient, subject, body, attempts, due_at)
VALUES (:workspace_id, :id, :recipient, :subject, :body, 0, :now);

-- name: note_due_work
-- Writes the row even where nothing changes: who forgets it meanwhile, because it does not see the new work yet, must
-- conflict with this.
-- takes: due_at bigint
-- returns: nothing
INSERT INTO due_workspaces (workspace_id, due_at) VALUES (:workspace_id, :due_at)
ON CONFLICT (workspace_id) DO UPDATE
SET due_at = CASE WHEN due_workspaces.due_at > excluded.due_at THEN excluded.due_at ELSE due_workspaces.due_at END;

-- name: list_due_workspaces
-- takes: most bigint
-- returns: many due_workspace
SELECT d.workspace_id, d.due_at FROM due_workspaces d WHERE d.due_at <= :now ORDER BY d.due_at LIMIT :most;

-- name: forget_due_work
-- Only when nothing new came in since it was read.
-- takes: due_at bigint
-- returns: nothing
DELETE FROM due_workspaces WHERE workspace_id = :workspace_id AND due_at = :due_at;

-- name: claim_mails
-- takes: most bigint
-- returns: many mail
SELECT m.id, m.recipient, m.subject, m.body, m.attempts, m.due_at FROM mails m
WHERE m.workspace_id = :workspace_id AND m.due_at <= :now ORDER BY m.due_at LIMIT :most;
-- @postgres
SELECT m.id, m.recipient, m.subject, m.body, m.attempts, m.due_at FROM mails m
WHERE m.workspace_id = :workspace_id AND m.due_at <= :now ORDER BY m.due_at LIMIT :most FOR UPDATE SKIP LOCKED;

-- name: next_mail_due
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(m.due_at), :otherwise) FROM mails m WHERE m.workspace_id = :workspace_id;

-- name: postpone_mail
-- takes: id bigint, attempts bigint, due_at bigint
-- returns: nothing
UPDATE mails SET attempts = :attempts, due_at = :due_at WHERE workspace_id = :workspace_id AND id = :id;

-- name: delete_mail
-- takes: id bigint
-- returns: nothing
DELETE FROM mails WHERE workspace_id = :workspace_id AND id = :id;
