-- What is kept for a time only, once that is over. A workspace stands in the directory of due work from its first such
-- row on, and stays there.

-- name: note_retention
-- The row's due time is the job's alone: those who keep something write nothing that is there, so that they do not get
-- into each other's way.
-- takes: kind text, due_at bigint
-- returns: nothing
INSERT INTO due_work (workspace_id, kind, due_at) VALUES (:workspace_id, :kind, :due_at)
ON CONFLICT (workspace_id, kind) DO NOTHING;

-- name: forget_answers
-- The oldest ones: no more at once than the writer has time for.
-- takes: before bigint, most bigint
-- returns: nothing
DELETE FROM idempotency_keys
WHERE workspace_id = :workspace_id AND (caller_id, key) IN (
      SELECT k.caller_id, k.key FROM idempotency_keys k
      WHERE k.workspace_id = :workspace_id AND k.created_at < :before ORDER BY k.created_at LIMIT :most);

-- name: date_answers_back
-- Those that a clock has dated which was ahead are kept for no longer than others.
-- returns: nothing
UPDATE idempotency_keys SET created_at = :now WHERE workspace_id = :workspace_id AND created_at > :now;

-- name: oldest_answer
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(k.created_at), :otherwise) FROM idempotency_keys k WHERE k.workspace_id = :workspace_id;

-- name: forget_invitation_links
-- takes: most bigint
-- returns: nothing
DELETE FROM invitation_links
WHERE workspace_id = :workspace_id AND hash IN (
      SELECT l.hash FROM invitation_links l
      WHERE l.workspace_id = :workspace_id AND l.expires_at <= :now ORDER BY l.expires_at LIMIT :most);

-- name: oldest_invitation_link
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(l.expires_at), :otherwise) FROM invitation_links l WHERE l.workspace_id = :workspace_id;
