-- What the dispatcher itself keeps: answers to requests with an Idempotency-Key. The column key has the name of a vault
-- (base/vault), the fingerprint is keyed, the body sealed, or empty where it was not kept.

-- row: kept_answer
-- key text, fingerprint text, status bigint, body text, created_at bigint

-- name: find_kept_answer
-- takes: key text
-- returns: maybe kept_answer
SELECT k.key, k.fingerprint, k.status, k.body, k.created_at FROM idempotency_keys k
WHERE k.workspace_id = :workspace_id AND k.caller_id = :caller_id AND k.key = :key;

-- name: take_key
-- Before the rule runs: who comes with the same key meanwhile waits here, and then finds the answer.
-- takes: key text, fingerprint text
-- returns: nothing
INSERT INTO idempotency_keys (workspace_id, caller_id, key, fingerprint, status, body, created_at)
VALUES (:workspace_id, :caller_id, :key, :fingerprint, 0, '', :now);

-- name: keep_answer
-- takes: key text, status bigint, body text
-- returns: nothing
UPDATE idempotency_keys SET status = :status, body = :body
WHERE workspace_id = :workspace_id AND caller_id = :caller_id AND key = :key;

-- name: forget_answer
-- Its place is needed before jobs/retention has come to it.
-- takes: key text, before bigint
-- returns: nothing
DELETE FROM idempotency_keys
WHERE workspace_id = :workspace_id AND caller_id = :caller_id AND key = :key AND created_at < :before;
