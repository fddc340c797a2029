-- Exports: all of a workspace, member by member.

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
-- takes: user_id bigint, first_day bigint, last_day bigint
-- returns: each time_entry
{entry_select} AND e.user_id = :user_id AND e.day BETWEEN :first_day AND :last_day
ORDER BY e.day, e.start_at;
