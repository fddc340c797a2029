-- Exports: all of a workspace, member by member; and what has changed of it (docs/decisions/0044).

-- row: exported_member
-- user_id bigint

-- row: exported_entry
-- id bigint, user_id bigint, contract_id bigint?, project_id bigint?, project_name text?, task_id bigint?,
-- task_title text?, activity_description text?, method bigint?, date bigint?, start_time bigint?, end_time bigint?,
-- duration_minutes bigint?, total_minutes bigint?, deleted_at bigint?, + start_local bigint, + end_local bigint

-- row: changed_member
-- user_id bigint, is_whole boolean

-- row: entry_change
-- user_id bigint, entry_id bigint

-- row: export_position
-- position bigint, mark bigint

-- fragment: exported_columns
e.contract_id, c.project_id, p.name AS project_name, e.task_id, t.title AS task_title,
e.description AS activity_description, e.method, e.day AS date, e.start_at AS start_time, e.end_at AS end_time,
e.minutes AS duration_minutes, e.minutes AS total_minutes

-- fragment: exported_names
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = e.contract_id
LEFT JOIN projects p ON p.workspace_id = :workspace_id AND p.id = c.project_id
LEFT JOIN tasks t ON t.workspace_id = :workspace_id AND t.id = e.task_id

-- name: list_exported_members
-- Also those who left.
-- takes: after_id bigint, most bigint
-- returns: many exported_member
SELECT m.user_id FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id > :after_id
ORDER BY m.user_id LIMIT :most;

-- name: list_exported_entries
-- takes: user_id bigint, first_day bigint, last_day bigint
-- returns: each exported_entry
SELECT e.id, e.user_id, {exported_columns}, CAST(NULL AS BIGINT) AS deleted_at
FROM time_entries e
{exported_names}
WHERE e.workspace_id = :workspace_id AND e.user_id = :user_id AND e.day BETWEEN :first_day AND :last_day
ORDER BY e.day, e.start_at;

-- ---- what has changed ----

-- fragment: unnumbered
9223372036854775807

-- name: note_entry_changes
-- takes: many entry_change
-- returns: nothing
INSERT INTO entry_changes (workspace_id, user_id, entry_id, changed_at, position)
VALUES (:workspace_id, :user_id, :entry_id, :now, {unnumbered})
ON CONFLICT (workspace_id, user_id, entry_id) DO UPDATE
SET changed_at = excluded.changed_at, position = excluded.position;

-- name: list_changed_members
-- Whose entries have changed since: some of them, or as a whole.
-- takes: after bigint, after_id bigint, most bigint
-- returns: many changed_member
SELECT k.user_id, min(k.entry_id) = 0 AS is_whole FROM entry_changes k
WHERE k.workspace_id = :workspace_id AND k.position > :after AND k.user_id > :after_id
GROUP BY k.user_id
ORDER BY k.user_id LIMIT :most;

-- name: list_changed_entries
-- Of those that are gone, only that they are; or nothing but those.
-- takes: user_id bigint, after bigint, only_gone boolean
-- returns: each exported_entry
SELECT k.entry_id AS id, k.user_id, {exported_columns}, CASE WHEN e.id IS NULL THEN k.changed_at END AS deleted_at
FROM entry_changes k
LEFT JOIN time_entries e ON e.workspace_id = :workspace_id AND e.id = k.entry_id
{exported_names}
WHERE k.workspace_id = :workspace_id AND k.user_id = :user_id AND k.entry_id > 0 AND k.position > :after
  AND (e.id IS NULL OR NOT :only_gone)
ORDER BY k.entry_id;

-- ---- positions ----

-- name: newest_export_position
-- returns: maybe export_position
SELECT p.position, p.mark FROM export_positions p
WHERE p.workspace_id = :workspace_id
ORDER BY p.position DESC LIMIT 1;

-- name: find_export_position
-- takes: position bigint, mark bigint
-- returns: maybe export_position
SELECT p.position, p.mark FROM export_positions p
WHERE p.workspace_id = :workspace_id AND p.position = :position AND p.mark = :mark;

-- name: list_unnumbered_changes
-- takes: most bigint
-- returns: many entry_change
SELECT k.user_id, k.entry_id FROM entry_changes k
WHERE k.workspace_id = :workspace_id AND k.position = {unnumbered} LIMIT :most;

-- name: insert_export_position
-- Nothing changes where another one has made it meanwhile.
-- takes: position bigint, mark bigint
-- returns: changed
INSERT INTO export_positions (workspace_id, position, mark, made_at)
VALUES (:workspace_id, :position, :mark, :now)
ON CONFLICT (workspace_id, position) DO NOTHING;

-- name: number_entry_changes
-- takes: position bigint, most bigint
-- returns: nothing
UPDATE entry_changes SET position = :position
WHERE workspace_id = :workspace_id AND (user_id, entry_id) IN (
      SELECT k.user_id, k.entry_id FROM entry_changes k
      WHERE k.workspace_id = :workspace_id AND k.position = {unnumbered} LIMIT :most);
-- @postgres
-- What changes again at this moment is left to the next one: nobody waits for anybody.
UPDATE entry_changes SET position = :position
WHERE workspace_id = :workspace_id AND (user_id, entry_id) IN (
      SELECT k.user_id, k.entry_id FROM entry_changes k
      WHERE k.workspace_id = :workspace_id AND k.position = {unnumbered} LIMIT :most FOR UPDATE SKIP LOCKED);

-- name: date_export_positions_back
-- Those that a clock has dated which was ahead are kept for no longer than others.
-- returns: nothing
UPDATE export_positions SET made_at = :now WHERE workspace_id = :workspace_id AND made_at > :now;

-- name: forget_export_positions
-- A position is told until the next one is made: it grows old from then on, and the newest one never.
-- takes: before bigint
-- returns: nothing
DELETE FROM export_positions
WHERE workspace_id = :workspace_id AND position < (
      SELECT max(p.position) FROM export_positions p WHERE p.workspace_id = :workspace_id AND p.made_at < :before);

-- fragment: forgettable
position <= (SELECT min(p.position) FROM export_positions p WHERE p.workspace_id = :workspace_id)

-- fragment: forgettable_changes
SELECT k.user_id, k.entry_id FROM entry_changes k
WHERE k.workspace_id = :workspace_id AND k.{forgettable} LIMIT :most

-- name: forget_entry_changes
-- Those that every position that is left comes after; but not what has changed again, while this waited for it.
-- takes: most bigint
-- returns: nothing
DELETE FROM entry_changes
WHERE workspace_id = :workspace_id AND {forgettable} AND (user_id, entry_id) IN ({forgettable_changes});

-- name: list_forgettable_changes
-- takes: most bigint
-- returns: many entry_change
{forgettable_changes};
