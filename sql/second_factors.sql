-- The second step of signing in: an authenticator app and its backup codes; and passkeys, which need none.

-- row: second_factor
-- begun_at bigint, last_step bigint, confirmed_at bigint?

-- row: line
-- line text

-- row: backup_code
-- user_id bigint, hash text

-- row: passkey
-- user_id bigint, id bigint, name text, credential_id text, algorithm bigint, public_key text, sign_count bigint,
-- challenged_at bigint, created_at bigint, last_used_at bigint?

-- name: find_second_factor
-- takes: user_id bigint
-- returns: maybe second_factor
SELECT f.begun_at, f.last_step, f.confirmed_at FROM second_factors f WHERE f.user_id = :user_id;

-- name: count_second_factors
-- That are asked for: one or none.
-- takes: user_id bigint
-- returns: value bigint
SELECT count(*) FROM second_factors f WHERE f.user_id = :user_id AND f.confirmed_at IS NOT NULL;

-- name: begin_second_factor
-- Whoever begins again gets another secret; what is confirmed stays.
-- takes: user_id bigint
-- returns: changed
INSERT INTO second_factors (user_id, begun_at, last_step) VALUES (:user_id, :now, 0)
ON CONFLICT (user_id) DO UPDATE SET begun_at = excluded.begun_at, last_step = 0
WHERE second_factors.confirmed_at IS NULL;

-- name: confirm_second_factor
-- takes: user_id bigint, begun_at bigint, step bigint
-- returns: changed
UPDATE second_factors SET confirmed_at = :now, last_step = :step
WHERE user_id = :user_id AND begun_at = :begun_at AND confirmed_at IS NULL;

-- name: use_second_factor
-- takes: user_id bigint, begun_at bigint, last_step bigint, step bigint
-- returns: changed
UPDATE second_factors SET last_step = :step
WHERE user_id = :user_id AND begun_at = :begun_at AND confirmed_at IS NOT NULL AND last_step = :last_step;

-- name: delete_second_factor
-- takes: user_id bigint
-- returns: changed
DELETE FROM second_factors WHERE user_id = :user_id;

-- name: count_backup_codes
-- takes: user_id bigint
-- returns: value bigint
SELECT count(*) FROM backup_codes c WHERE c.user_id = :user_id;

-- name: insert_backup_codes
-- takes: many backup_code
-- returns: nothing
INSERT INTO backup_codes (user_id, hash) VALUES (:user_id, :hash);

-- name: use_backup_code
-- takes: user_id bigint, hash text
-- returns: changed
DELETE FROM backup_codes WHERE user_id = :user_id AND hash = :hash;

-- name: delete_backup_codes
-- takes: user_id bigint
-- returns: nothing
DELETE FROM backup_codes WHERE user_id = :user_id;

-- fragment: passkey_select
SELECT p.user_id, p.id, p.name, p.credential_id, p.algorithm, p.public_key, p.sign_count, p.challenged_at, p.created_at,
       p.last_used_at
FROM passkeys p

-- name: list_passkeys
-- takes: user_id bigint
-- returns: many passkey
{passkey_select} WHERE p.user_id = :user_id ORDER BY p.id;

-- name: find_passkey
-- takes: user_id bigint, credential_id text
-- returns: maybe passkey
{passkey_select} WHERE p.user_id = :user_id AND p.credential_id = :credential_id;

-- name: insert_passkey
-- takes: row passkey
-- returns: nothing
INSERT INTO passkeys (user_id, id, name, credential_id, algorithm, public_key, sign_count, challenged_at, created_at)
VALUES (:user_id, :id, :name, :credential_id, :algorithm, :public_key, :sign_count, :challenged_at, :now);

-- name: use_passkey
-- Each challenge once, and those that were made before it no more, unless the clock was wrong.
-- takes: user_id bigint, id bigint, sign_count bigint, challenged_at bigint, wrong_after bigint
-- returns: changed
UPDATE passkeys SET sign_count = :sign_count, challenged_at = :challenged_at, last_used_at = :now
WHERE user_id = :user_id AND id = :id AND (challenged_at < :challenged_at OR challenged_at > :wrong_after);

-- name: delete_passkey
-- takes: user_id bigint, id bigint
-- returns: changed
DELETE FROM passkeys WHERE user_id = :user_id AND id = :id;

-- name: delete_passkeys
-- takes: user_id bigint
-- returns: nothing
DELETE FROM passkeys WHERE user_id = :user_id;
