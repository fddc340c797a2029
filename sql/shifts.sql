-- Shifts and break policies, and for whom they are (contract 4).

-- row: shift
-- id bigint, name text, date_from bigint, date_until bigint?, repeat bigint, minimum_minutes bigint?,
-- future_members boolean, + type bigint, + days shift_day[] by shift_id, + members shift_member[] by shift_id,
-- + name_folded text

-- row: shift_day
-- shift_id bigint, weekday bigint, start bigint, minutes bigint, + end bigint

-- row: shift_member
-- shift_id bigint, user_id bigint, name text

-- row: break_policy
-- id bigint, name text, minutes_per_day bigint, is_paid boolean, future_members boolean,
-- + members break_member[] by policy_id, + name_folded text

-- row: break_member
-- policy_id bigint, user_id bigint, name text

-- ---- for whom ----

-- name: lock_attendance
-- Written with the old value, so that of two changes at once one begins again: neither sees the other's members.
-- returns: nothing
UPDATE workspace_settings SET updated_at = updated_at WHERE workspace_id = :workspace_id;

-- name: list_attendance_people
-- Those of the members who can be given it: who is there, or had it before they left.
-- takes: kind bigint, object_id bigint, user_ids bigint[]
-- returns: many member_id
SELECT m.user_id AS id FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids
  AND (m.deleted_at IS NULL OR EXISTS (
       SELECT 1 FROM attendance_members a
       WHERE a.workspace_id = :workspace_id AND a.kind = :kind AND a.object_id = :object_id AND a.user_id = m.user_id))
ORDER BY m.user_id;

-- name: delete_attendance_members
-- But for those who will join.
-- takes: kind bigint, object_id bigint
-- returns: nothing
DELETE FROM attendance_members
WHERE workspace_id = :workspace_id AND kind = :kind AND object_id = :object_id AND user_id <> 0;

-- name: insert_attendance_members
-- takes: kind bigint, object_id bigint, user_ids bigint[]
-- returns: nothing
INSERT INTO attendance_members (workspace_id, kind, object_id, user_id)
SELECT :workspace_id, :kind, :object_id, m.user_id FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids;

-- name: insert_attendance_of_future
-- takes: kind bigint, object_id bigint
-- returns: nothing
INSERT INTO attendance_members (workspace_id, kind, object_id, user_id)
VALUES (:workspace_id, :kind, :object_id, 0)
ON CONFLICT (workspace_id, kind, object_id, user_id) DO NOTHING;

-- name: delete_attendance_of_future
-- takes: kind bigint, object_id bigint
-- returns: nothing
DELETE FROM attendance_members
WHERE workspace_id = :workspace_id AND kind = :kind AND object_id = :object_id AND user_id = 0;

-- name: insert_attendance_of_joined
-- Who comes back keeps what they had: other shifts could overlap it.
-- takes: user_id bigint
-- returns: nothing
INSERT INTO attendance_members (workspace_id, kind, object_id, user_id)
SELECT :workspace_id, f.kind, f.object_id, :user_id FROM attendance_members f
WHERE f.workspace_id = :workspace_id AND f.user_id = 0 AND NOT EXISTS (
    SELECT 1 FROM attendance_members a
    WHERE a.workspace_id = :workspace_id AND a.user_id = :user_id AND a.kind = f.kind);

-- ---- shifts ----

-- fragment: shift_select
SELECT s.id, s.name, s.date_from, s.date_until, s.repeat_weeks AS repeat, s.minimum_minutes,
       EXISTS (SELECT 1 FROM attendance_members f
               WHERE f.workspace_id = :workspace_id AND f.kind = {AttendanceKind.shift} AND f.object_id = s.id
                 AND f.user_id = 0) AS future_members
FROM shifts s
WHERE s.workspace_id = :workspace_id AND s.deleted_at IS NULL

-- name: list_shifts
-- takes: user_id bigint?
-- returns: page shift
{shift_select}
  AND (:user_id IS NULL OR s.id IN (
       SELECT a.object_id FROM attendance_members a
       WHERE a.workspace_id = :workspace_id AND a.kind = {AttendanceKind.shift} AND a.user_id = :user_id))
ORDER BY s.id;

-- name: get_shift
-- takes: id bigint
-- returns: one shift
{shift_select} AND s.id = :id;

-- name: list_shifts_beside
-- The shift, and all others of anybody who has it.
-- takes: id bigint
-- returns: many shift
{shift_select}
  AND (s.id = :id OR s.id IN (
       SELECT o.object_id FROM attendance_members a
       JOIN attendance_members o ON o.workspace_id = a.workspace_id AND o.user_id = a.user_id AND o.kind = a.kind
       WHERE a.workspace_id = :workspace_id AND o.workspace_id = :workspace_id
         AND a.kind = {AttendanceKind.shift} AND a.object_id = :id))
ORDER BY s.id;

-- name: list_shift_days
-- returns: children shift.days
SELECT d.shift_id, d.weekday, d.start_minute AS start, d.minutes FROM shift_days d
WHERE d.workspace_id = :workspace_id AND d.shift_id IN :parents
ORDER BY d.shift_id, d.weekday;

-- name: list_shift_members
-- returns: children shift.members
SELECT a.object_id AS shift_id, a.user_id, m.firstname || ' ' || m.lastname AS name FROM attendance_members a
JOIN members m ON m.workspace_id = a.workspace_id AND m.user_id = a.user_id
WHERE a.workspace_id = :workspace_id AND m.workspace_id = :workspace_id
  AND a.kind = {AttendanceKind.shift} AND a.object_id IN :parents
ORDER BY a.object_id, a.user_id;

-- name: insert_shift
-- takes: row shift
-- returns: nothing
INSERT INTO shifts (workspace_id, id, name, name_folded, date_from, date_until, repeat_weeks, minimum_minutes,
                    created_at, updated_at)
VALUES (:workspace_id, :id, :name, :name_folded, :date_from, :date_until, :repeat, :minimum_minutes, :now, :now);

-- name: update_shift
-- takes: row shift
-- returns: nothing
UPDATE shifts SET name = :name, name_folded = :name_folded, date_from = :date_from, date_until = :date_until,
                  repeat_weeks = :repeat, minimum_minutes = :minimum_minutes, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;

-- name: delete_shift_days
-- takes: shift_id bigint
-- returns: nothing
DELETE FROM shift_days WHERE workspace_id = :workspace_id AND shift_id = :shift_id;

-- name: insert_shift_days
-- takes: many shift_day
-- returns: nothing
INSERT INTO shift_days (workspace_id, shift_id, weekday, start_minute, minutes)
VALUES (:workspace_id, :shift_id, :weekday, :start, :minutes);

-- name: delete_shift
-- Its last day is `date_until`, or one before that.
-- takes: id bigint, date_until bigint
-- returns: changed
UPDATE shifts
SET deleted_at = :now, updated_at = :now,
    date_until = CASE WHEN date_until < :date_until THEN date_until ELSE :date_until END
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;

-- ---- break policies ----

-- fragment: break_policy_select
SELECT p.id, p.name, p.minutes_per_day, p.is_paid,
       EXISTS (SELECT 1 FROM attendance_members f
               WHERE f.workspace_id = :workspace_id AND f.kind = {AttendanceKind.break_policy} AND f.object_id = p.id
                 AND f.user_id = 0) AS future_members
FROM break_policies p
WHERE p.workspace_id = :workspace_id AND p.deleted_at IS NULL

-- name: list_break_policies
-- takes: user_id bigint?
-- returns: page break_policy
{break_policy_select}
  AND (:user_id IS NULL OR p.id IN (
       SELECT a.object_id FROM attendance_members a
       WHERE a.workspace_id = :workspace_id AND a.kind = {AttendanceKind.break_policy} AND a.user_id = :user_id))
ORDER BY p.id;

-- name: get_break_policy
-- takes: id bigint
-- returns: one break_policy
{break_policy_select} AND p.id = :id;

-- name: list_break_members
-- returns: children break_policy.members
SELECT a.object_id AS policy_id, a.user_id, m.firstname || ' ' || m.lastname AS name FROM attendance_members a
JOIN members m ON m.workspace_id = a.workspace_id AND m.user_id = a.user_id
WHERE a.workspace_id = :workspace_id AND m.workspace_id = :workspace_id
  AND a.kind = {AttendanceKind.break_policy} AND a.object_id IN :parents
ORDER BY a.object_id, a.user_id;

-- name: insert_break_policy
-- takes: row break_policy
-- returns: nothing
INSERT INTO break_policies (workspace_id, id, name, name_folded, minutes_per_day, is_paid, created_at, updated_at)
VALUES (:workspace_id, :id, :name, :name_folded, :minutes_per_day, :is_paid, :now, :now);

-- name: update_break_policy
-- takes: row break_policy
-- returns: nothing
UPDATE break_policies SET name = :name, name_folded = :name_folded, minutes_per_day = :minutes_per_day,
                          is_paid = :is_paid, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;

-- name: delete_break_policy
-- takes: id bigint
-- returns: changed
UPDATE break_policies SET deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;
