-- Attendance (contract 3.13): who was to be there, and what is there of their days. All but the people are found for
-- some of them, in the order of their ids.
--
-- These statements do not ask what the caller may see: reports are for owners and executive managers, who see all.

-- row: attendance_user
-- user_id bigint, user_name text, timezone text?, + statuses bigint, + shifts attendance_shift[], + start_time text?,
-- + end_time text?, + is_tracking boolean, + late_minutes bigint, + left_early_minutes bigint,
-- + required_minutes bigint, + total_minutes bigint, + break_minutes bigint, + paid_break_minutes bigint,
-- + allowed_break_minutes bigint?,
-- + breaks attendance_break[], + leave text?, + holiday text?, + activity_level bigint?, + entries_url text

-- row: attendance_shift
-- + shift_id bigint?, + name text?, + start_time text, + end_time text, + late_minutes bigint,
-- + left_early_minutes bigint, + total_minutes bigint, + entries_url text

-- row: attendance_break
-- + span text

-- row: attended_entry
-- user_id bigint, start_at bigint, end_at bigint, method bigint, activity_seconds bigint, inactive_seconds bigint,
-- keys bigint, clicks bigint, scrolls bigint, level_seconds bigint, level_points bigint

-- row: expected_hours
-- user_id bigint, shift_id bigint, name text, date_from bigint, date_until bigint?, weeks bigint,
-- minimum_minutes bigint?, weekday bigint, start bigint, minutes bigint

-- row: break_allowance
-- user_id bigint, minutes bigint, paid_minutes bigint

-- row: leave_on_day
-- user_id bigint, policy text, start_day bigint, end_day bigint, leave_period bigint, start_minute bigint?,
-- end_minute bigint?

-- ---- people ----

-- fragment: attendance_people
-- Who had joined and not left, by the workspace's day; and whoever has time on the day.
SELECT m.user_id AS id FROM members m
WHERE m.workspace_id = :workspace_id AND m.role <> {Role.project_viewer} AND m.user_id IN :users?
  AND ((m.invitation_hash IS NULL AND m.created_at < :day_end
        AND (m.deleted_at IS NULL OR m.deleted_at >= :day_start))
       OR EXISTS (SELECT 1 FROM daily_minutes d
                  WHERE d.workspace_id = :workspace_id AND d.user_id = m.user_id AND d.day = :day))
ORDER BY m.user_id

-- name: list_attendance_page
-- takes: day bigint, day_start bigint, day_end bigint, users bigint[]?
-- returns: page member_id
{attendance_people};

-- name: list_attendance_everybody
-- takes: day bigint, day_start bigint, day_end bigint, users bigint[]?
-- returns: many member_id
{attendance_people};

-- name: list_attendance_users
-- takes: user_ids bigint[]
-- returns: many attendance_user
SELECT m.user_id, m.firstname || ' ' || m.lastname AS user_name, m.timezone FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids
ORDER BY m.user_id;

-- ---- what there is of them ----

-- name: list_attended_entries
-- Work and breaks; what is paid without being either is neither.
-- takes: user_ids bigint[], first_day bigint, last_day bigint
-- returns: many attended_entry
SELECT e.user_id, e.start_at, e.end_at, e.method, e.activity_seconds, e.inactive_seconds, e.keys, e.clicks, e.scrolls,
       e.level_seconds, e.level_points
FROM time_entries e
WHERE e.workspace_id = :workspace_id AND e.user_id IN :user_ids AND e.day BETWEEN :first_day AND :last_day
  AND e.method NOT IN ({TimeMethod.paid_leave}, {TimeMethod.paid_holiday})
ORDER BY e.user_id, e.start_at;

-- name: list_expected_hours
-- Of the shifts that some of the days have, also of those that were deleted later.
-- takes: user_ids bigint[], first_day bigint, last_day bigint
-- returns: many expected_hours
SELECT a.user_id, s.id AS shift_id, s.name, s.date_from, s.date_until, s.repeat_weeks AS weeks, s.minimum_minutes,
       d.weekday, d.start_minute AS start, d.minutes
FROM attendance_members a
JOIN shifts s ON s.workspace_id = a.workspace_id AND s.id = a.object_id
JOIN shift_days d ON d.workspace_id = s.workspace_id AND d.shift_id = s.id
WHERE a.workspace_id = :workspace_id AND s.workspace_id = :workspace_id AND d.workspace_id = :workspace_id
  AND a.kind = {AttendanceKind.shift} AND a.user_id IN :user_ids
  AND s.date_from <= :last_day AND (s.date_until IS NULL OR s.date_until >= :first_day)
ORDER BY a.user_id, s.id, d.weekday;

-- name: list_break_allowances
-- What was deleted on the day, or later, still holds.
-- takes: user_ids bigint[], day_start bigint
-- returns: many break_allowance
SELECT a.user_id, CAST(sum(p.minutes_per_day) AS BIGINT) AS minutes,
       CAST(sum(CASE WHEN p.is_paid THEN p.minutes_per_day ELSE 0 END) AS BIGINT) AS paid_minutes
FROM attendance_members a
JOIN break_policies p ON p.workspace_id = a.workspace_id AND p.id = a.object_id
WHERE a.workspace_id = :workspace_id AND p.workspace_id = :workspace_id
  AND a.kind = {AttendanceKind.break_policy} AND a.user_id IN :user_ids
  AND (p.deleted_at IS NULL OR p.deleted_at >= :day_start)
GROUP BY a.user_id
ORDER BY a.user_id;

-- name: list_leaves_on
-- Some of the days.
-- takes: user_ids bigint[], first_day bigint, last_day bigint
-- returns: many leave_on_day
SELECT l.user_id, p.name AS policy, l.start_day, l.end_day, l.leave_period, l.start_minute, l.end_minute
FROM leaves l
JOIN leave_policies p ON p.workspace_id = l.workspace_id AND p.id = l.policy_id
WHERE l.workspace_id = :workspace_id AND p.workspace_id = :workspace_id AND l.user_id IN :user_ids
  AND l.start_day <= :last_day AND l.end_day >= :first_day AND l.status = {ObjectStatus.approved}
ORDER BY l.user_id, l.id;
