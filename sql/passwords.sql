-- Links to set another password, which go by mail.

-- row: mailed_link
-- hash text, kind bigint, user_id bigint, expires_at bigint

-- name: insert_mailed_link
-- takes: row mailed_link
-- returns: nothing
INSERT INTO mailed_links (hash, kind, user_id, expires_at) VALUES (:hash, :kind, :user_id, :expires_at);

-- name: find_mailed_link
-- takes: hash text
-- returns: maybe mailed_link
SELECT l.hash, l.kind, l.user_id, l.expires_at FROM mailed_links l WHERE l.hash = :hash;

-- name: count_mailed_links
-- Up to so many: strangers may have asked for any number of nobody's.
-- takes: user_id bigint, kind bigint, expire_after bigint, most bigint
-- returns: value bigint
SELECT count(*) FROM (
    SELECT l.hash FROM mailed_links l
    WHERE l.user_id = :user_id AND l.kind = :kind AND l.expires_at > :expire_after LIMIT :most) few;

-- name: end_mailed_links
-- They lead nowhere any more, and still count as sent.
-- takes: user_id bigint, kind bigint
-- returns: changed
UPDATE mailed_links SET expires_at = :now WHERE user_id = :user_id AND kind = :kind AND expires_at > :now;

-- name: forget_mailed_links
-- The oldest ones: no more at once than the writer has time for.
-- takes: user_id bigint, kind bigint, expired_before bigint, most bigint
-- returns: nothing
DELETE FROM mailed_links
WHERE hash IN (
      SELECT l.hash FROM mailed_links l
      WHERE l.user_id = :user_id AND l.kind = :kind AND l.expires_at < :expired_before
      ORDER BY l.expires_at LIMIT :most);
