-- Outgoing mail. A claim on one lasts until its new due time (SCALE.md 12, 16).

-- row: mail
-- id bigint, recipient text, subject text, body text, attempts bigint, due_at bigint

-- name: insert_mail
-- takes: row mail
-- returns: nothing
INSERT INTO mails (workspace_id, id, recipient, subject, body, attempts, due_at)
VALUES (:workspace_id, :id, :recipient, :subject, :body, 0, :now);

-- name: claim_mails
-- What is due after `latest` was written by a clock that was ahead.
-- takes: latest bigint, most bigint
-- returns: many mail
-- locks: UPDATE SKIP LOCKED
SELECT m.id, m.recipient, m.subject, m.body, m.attempts, m.due_at FROM mails m
WHERE m.workspace_id = :workspace_id AND (m.due_at <= :now OR m.due_at > :latest)
ORDER BY m.due_at LIMIT :most;

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
