-- Exports: all of a workspace, piece by piece.

-- row: exported_member
-- user_id bigint

-- name: list_exported_members
-- Also those who left.
-- takes: after_id bigint, most bigint
-- returns: many exported_member
SELECT m.user_id FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id > :after_id
ORDER BY m.user_id LIMIT :most;

-- name: list_exported_entries
-- Of days after those that are there: the entries of a day stay together.
-- takes: user_id bigint, first_day bigint, last_day bigint, after_day bigint, after_start bigint, most bigint
-- returns: many time_entry
{entry_select} AND e.user_id = :user_id AND e.day BETWEEN :first_day AND :last_day
  AND (e.day, e.start_at) > (:after_day, :after_start)
ORDER BY e.day, e.start_at LIMIT :most;
