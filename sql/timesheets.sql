-- Timesheets (contract 3.7): who has which pay period, the sheets, and what stands on them.

-- row: timesheet_member
-- + user_id bigint, + name text, + firstname text, + lastname text, + email text

-- row: timesheet
-- id bigint, user_id bigint, firstname text, lastname text, email text, date_from bigint, date_to bigint,
-- status bigint, submitted_on bigint?, reject_reason text?, created_at bigint, updated_at bigint,
-- + member timesheet_member, + total_minutes bigint, + total_hours bigint, + total_amount bigint?, + currency text?,
-- + daily_breakdown timesheet_line[] by timesheet_id

-- row: timesheet_line
-- timesheet_id bigint, date bigint, contract_id bigint?, project_id bigint?, project_name text?,
-- total_minutes bigint, total_amount bigint?, currency text?, is_frozen boolean

-- row: frozen_amount
-- day bigint, user_id bigint, contract_id bigint, amount bigint?

-- row: sheet_of_day
-- id bigint, first_day bigint, last_day bigint, status bigint

-- row: assignment_of_day
-- period bigint, first_day bigint, next_assignment bigint?, next_sheet bigint?

-- row: timesheet_assignment
-- user_id bigint?, period bigint, date_from bigint, updated_at bigint

-- row: day_with_time
-- day bigint

-- row: member_with_time
-- user_id bigint

-- row: due_sheet
-- id bigint, user_id bigint, updated_at bigint, + what bigint

-- row: member_zone
-- timezone text?

-- ---- reading ----

-- fragment: timesheet_select
-- Names one by one, as a join would be made for each sheet that is counted, too.
SELECT t.id, t.user_id,
       (SELECT m.firstname FROM members m WHERE m.workspace_id = :workspace_id AND m.user_id = t.user_id) AS firstname,
       (SELECT m.lastname FROM members m WHERE m.workspace_id = :workspace_id AND m.user_id = t.user_id) AS lastname,
       (SELECT m.email FROM members m WHERE m.workspace_id = :workspace_id AND m.user_id = t.user_id) AS email,
       t.first_day AS date_from, t.last_day AS date_to, t.status, t.submitted_at AS submitted_on,
       CASE WHEN t.status = {ObjectStatus.rejected} THEN t.status_reason END AS reject_reason, t.created_at,
       t.updated_at
FROM timesheets t
WHERE t.workspace_id = :workspace_id AND {visible_timesheet}

-- name: list_timesheets
-- By when they were made.
-- takes: id bigint?, status bigint?, date_from bigint?, date_to bigint?, user_id bigint[]?
-- returns: page timesheet
{timesheet_select}
  AND (:id IS NULL OR t.id = :id)
  AND (:status IS NULL OR t.status = :status)
  AND (:date_from IS NULL OR t.last_day >= :date_from)
  AND (:date_to IS NULL OR t.first_day <= :date_to)
  AND t.user_id IN :user_id?
-- order: Direction.asc
ORDER BY t.created_at, t.id;
-- order: Direction.desc
ORDER BY t.created_at DESC, t.id DESC;

-- name: get_timesheet
-- takes: id bigint
-- returns: one timesheet
{timesheet_select} AND t.id = :id;

-- name: count_seen_timesheets
-- takes: id bigint
-- returns: value bigint
SELECT count(*) FROM timesheets t
WHERE t.workspace_id = :workspace_id AND t.id = :id AND {visible_timesheet};

-- fragment: frozen_lines
SELECT f.timesheet_id, f.day, f.contract_id, f.project_id, f.project_name, f.minutes AS total_minutes,
       f.amount AS total_amount, f.currency, TRUE AS is_frozen
FROM timesheet_lines f
WHERE f.workspace_id = :workspace_id AND NOT :as_now AND f.timesheet_id IN :parents

-- fragment: lines_now
SELECT t.id AS timesheet_id, d.day, d.contract_id, c.project_id, p.name AS project_name,
       CAST(sum(d.minutes) AS BIGINT) AS total_minutes, CAST(NULL AS BIGINT) AS total_amount, c.currency,
       FALSE AS is_frozen
FROM timesheets t
JOIN daily_minutes d ON d.workspace_id = t.workspace_id AND d.user_id = t.user_id AND d.day >= t.first_day
     AND d.day <= t.last_day
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = d.contract_id
LEFT JOIN projects p ON p.workspace_id = :workspace_id AND p.id = c.project_id
WHERE t.workspace_id = :workspace_id AND d.workspace_id = :workspace_id AND t.id IN :parents
  AND d.method <> {TimeMethod.break}
  AND (:as_now OR NOT EXISTS (SELECT 1 FROM timesheet_lines n
                              WHERE n.workspace_id = :workspace_id AND n.timesheet_id = t.id))
GROUP BY t.id, d.day, d.contract_id, c.project_id, p.name, c.currency

-- name: list_timesheet_lines
-- As they were approved, or else as they are now; with `as_now`, of all. Breaks are no work.
-- takes: as_now boolean
-- returns: children timesheet.daily_breakdown
SELECT l.timesheet_id, l.day AS date, NULLIF(l.contract_id, 0) AS contract_id, l.project_id, l.project_name,
       l.total_minutes, CASE WHEN :sees_rates THEN l.total_amount END AS total_amount, l.currency, l.is_frozen
FROM ({frozen_lines} UNION ALL {lines_now}) l
ORDER BY l.timesheet_id, l.day, l.contract_id;

-- name: insert_timesheet_lines
-- takes: many timesheet_line
-- returns: nothing
INSERT INTO timesheet_lines (workspace_id, timesheet_id, day, contract_id, project_id, project_name, minutes, amount,
                             currency)
VALUES (:workspace_id, :timesheet_id, :date, COALESCE(:contract_id, 0), :project_id, :project_name, :total_minutes,
        :total_amount, :currency);

-- name: delete_timesheet_lines
-- takes: timesheet_id bigint
-- returns: nothing
DELETE FROM timesheet_lines WHERE workspace_id = :workspace_id AND timesheet_id = :timesheet_id;

-- fragment: frozen_on_days
-- Of a timesheet_lines row `f` and its timesheets row `t`.
t.id = f.timesheet_id AND t.workspace_id = :workspace_id AND f.workspace_id = :workspace_id
AND f.day BETWEEN :first_day AND :last_day

-- name: list_frozen_amounts
-- What was approved, of everybody: by the days of the lines.
-- takes: first_day bigint, last_day bigint
-- returns: many frozen_amount
SELECT f.day, t.user_id, f.contract_id, f.amount
FROM timesheet_lines f CROSS JOIN timesheets t
WHERE {frozen_on_days}
ORDER BY f.day, t.user_id, f.contract_id;

-- name: list_frozen_amounts_of
-- Of some members: by their sheets.
-- takes: first_day bigint, last_day bigint, users bigint[]
-- returns: many frozen_amount
SELECT f.day, t.user_id, f.contract_id, f.amount
FROM timesheets t CROSS JOIN timesheet_lines f
WHERE {frozen_on_days} AND t.user_id IN :users AND t.first_day <= :last_day AND t.last_day >= :first_day
ORDER BY f.day, t.user_id, f.contract_id;

-- name: list_frozen_sheets
-- Of those that keep their lines, the next ones by id.
-- takes: after_id bigint, most bigint
-- returns: many timesheet
{timesheet_select} AND t.id > :after_id AND EXISTS (
    SELECT 1 FROM timesheet_lines f WHERE f.workspace_id = :workspace_id AND f.timesheet_id = t.id)
ORDER BY t.id LIMIT :most;

-- ---- sheets as time is added ----

-- name: find_sheet_up_to
-- The last one that begins by this day, which may have ended before it.
-- takes: user_id bigint, day bigint
-- returns: maybe sheet_of_day
SELECT t.id, t.first_day, t.last_day, t.status FROM timesheets t
WHERE t.workspace_id = :workspace_id AND t.user_id = :user_id AND t.first_day <= :day
ORDER BY t.first_day DESC LIMIT 1;

-- name: list_sheets_of_days
-- Sheets do not overlap: none before the last that begins by the first day reaches into the days.
-- takes: user_id bigint, first_day bigint, last_day bigint
-- returns: many sheet_of_day
SELECT t.id, t.first_day, t.last_day, t.status FROM timesheets t
WHERE t.workspace_id = :workspace_id AND t.user_id = :user_id
  AND t.first_day >= COALESCE((SELECT max(b.first_day) FROM timesheets b
                               WHERE b.workspace_id = :workspace_id AND b.user_id = :user_id
                                 AND b.first_day <= :first_day), :first_day)
  AND t.first_day <= :last_day AND t.last_day >= :first_day
ORDER BY t.first_day;

-- name: find_assignment
-- That which holds for the member on the day: their own, or else everybody's; and where it or a sheet begins next.
-- takes: user_id bigint, day bigint
-- returns: maybe assignment_of_day
SELECT a.period, a.first_day,
       (SELECT min(n.first_day) FROM timesheet_assignments n
        WHERE n.workspace_id = :workspace_id AND n.user_id IN (:user_id, a.user_id) AND n.first_day > :day)
           AS next_assignment,
       (SELECT min(t.first_day) FROM timesheets t
        WHERE t.workspace_id = :workspace_id AND t.user_id = :user_id AND t.first_day > :day) AS next_sheet
FROM timesheet_assignments a
WHERE a.workspace_id = :workspace_id AND a.user_id IN (:user_id, 0) AND a.first_day <= :day
ORDER BY a.user_id DESC, a.first_day DESC LIMIT 1;

-- name: insert_timesheet
-- takes: id bigint, user_id bigint, first_day bigint, last_day bigint
-- returns: nothing
INSERT INTO timesheets (workspace_id, id, user_id, first_day, last_day, status, created_at, updated_at)
VALUES (:workspace_id, :id, :user_id, :first_day, :last_day, {ObjectStatus.pending}, :now, :now);

-- name: set_timesheet_days
-- While it can be changed.
-- takes: id bigint, first_day bigint, last_day bigint
-- returns: changed
UPDATE timesheets SET first_day = :first_day, last_day = :last_day, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id
  AND status IN ({ObjectStatus.pending}, {ObjectStatus.rejected});

-- name: set_timesheet_status
-- takes: id bigint, from_status bigint, to_status bigint, by_id bigint?, reason text?
-- returns: changed
UPDATE timesheets
SET status = :to_status, status_by = :by_id, status_at = :now, status_reason = :reason, updated_at = :now,
    submitted_at = CASE WHEN :to_status = {ObjectStatus.submitted} THEN :now
                        WHEN :to_status <> {ObjectStatus.pending} THEN submitted_at END
WHERE workspace_id = :workspace_id AND id = :id AND status = :from_status;

-- ---- what falls due ----

-- name: list_member_zones
-- Also of those who left.
-- returns: many member_zone
SELECT DISTINCT m.timezone FROM members m WHERE m.workspace_id = :workspace_id;

-- name: list_sheets_to_submit
-- Of members in this zone: pending since before the day (which begins at `start_at`), as is the end of their period.
-- takes: timezone text?, day bigint, start_at bigint, most bigint
-- returns: many due_sheet
SELECT t.id, t.user_id, t.updated_at FROM timesheets t
JOIN members m ON m.workspace_id = t.workspace_id AND m.user_id = t.user_id
WHERE t.workspace_id = :workspace_id AND m.workspace_id = :workspace_id
  AND t.status = {ObjectStatus.pending} AND t.last_day < :day AND t.updated_at < :start_at
  AND m.timezone IS NOT DISTINCT FROM :timezone
ORDER BY t.last_day, t.id LIMIT :most;

-- name: list_sheets_to_remind
-- Pending ones whose period ended from `first_day` on, and before the day, of those who still work here.
-- takes: timezone text?, first_day bigint, day bigint, most bigint
-- returns: many due_sheet
SELECT t.id, t.user_id, t.updated_at FROM timesheets t
JOIN members m ON m.workspace_id = t.workspace_id AND m.user_id = t.user_id
WHERE t.workspace_id = :workspace_id AND m.workspace_id = :workspace_id
  AND t.status = {ObjectStatus.pending} AND t.last_day >= :first_day AND t.last_day < :day AND t.reminded_at IS NULL
  AND m.deleted_at IS NULL AND NOT m.is_blocked AND m.status = {MemberStatus.active}
  AND m.timezone IS NOT DISTINCT FROM :timezone
ORDER BY t.last_day, t.id LIMIT :most;

-- name: set_sheet_reminded
-- Once.
-- takes: id bigint
-- returns: changed
UPDATE timesheets SET reminded_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND status = {ObjectStatus.pending} AND reminded_at IS NULL;

-- name: list_deciders_to_tell
-- Members in this zone (both ids are theirs) who may decide, were not told since `start_at`, and for whom something may
-- wait that was submitted since they were, or else since `earliest`.
-- takes: timezone text?, earliest bigint, start_at bigint, most bigint
-- returns: many due_sheet
SELECT m.user_id AS id, m.user_id, COALESCE(m.sheets_told_at, :earliest) AS updated_at
FROM members m
JOIN workspace_settings s ON s.workspace_id = m.workspace_id
WHERE m.workspace_id = :workspace_id AND s.workspace_id = :workspace_id
  AND m.deleted_at IS NULL AND NOT m.is_blocked AND m.status = {MemberStatus.active}
  AND (m.role = {Role.owner} OR (s.timesheet_approvers >> CAST(m.role AS INTEGER)) % 2 = 1)
  AND m.timezone IS NOT DISTINCT FROM :timezone
  AND COALESCE(m.sheets_told_at, :earliest) < :start_at
  AND EXISTS (SELECT 1 FROM timesheets t
              WHERE t.workspace_id = :workspace_id AND t.status = {ObjectStatus.submitted}
                AND t.updated_at > COALESCE(m.sheets_told_at, :earliest))
ORDER BY m.user_id LIMIT :most;

-- name: set_decider_told
-- Once, since then.
-- takes: user_id bigint, since bigint
-- returns: changed
UPDATE members SET sheets_told_at = :now
WHERE workspace_id = :workspace_id AND user_id = :user_id AND COALESCE(sheets_told_at, :since) = :since;

-- name: waiting_sheets_count
-- Of others, that the caller sees, submitted after then: what the server submits as it tells is told already.
-- takes: since bigint
-- returns: value bigint
SELECT count(*) FROM timesheets t
WHERE t.workspace_id = :workspace_id AND t.status = {ObjectStatus.submitted}
  AND t.updated_at > :since AND t.user_id <> :caller_id AND {visible_timesheet};

-- ---- assignments ----

-- name: list_timesheet_assignments
-- takes: user_id bigint?
-- returns: page timesheet_assignment
SELECT NULLIF(a.user_id, 0) AS user_id, a.period, a.first_day AS date_from, a.updated_at FROM timesheet_assignments a
WHERE a.workspace_id = :workspace_id AND (:user_id IS NULL OR a.user_id = :user_id)
ORDER BY a.user_id, a.first_day;

-- name: set_timesheet_assignment
-- takes: user_id bigint, first_day bigint, period bigint
-- returns: nothing
INSERT INTO timesheet_assignments (workspace_id, user_id, first_day, period, updated_at)
VALUES (:workspace_id, :user_id, :first_day, :period, :now)
ON CONFLICT (workspace_id, user_id, first_day) DO UPDATE
SET period = excluded.period, updated_at = excluded.updated_at;

-- name: list_members_with_time
-- takes: first_day bigint
-- returns: many member_with_time
SELECT DISTINCT d.user_id FROM daily_minutes d
WHERE d.workspace_id = :workspace_id AND d.day >= :first_day
ORDER BY d.user_id;

-- name: list_days_with_time
-- takes: user_id bigint, first_day bigint
-- returns: many day_with_time
SELECT DISTINCT d.day FROM daily_minutes d
WHERE d.workspace_id = :workspace_id AND d.user_id = :user_id AND d.day >= :first_day
ORDER BY d.day;

-- ---- stint check ----

-- row: sheet_overlap
-- user_id bigint, id bigint, other_id bigint

-- name: list_sheet_overlaps
-- Of two sheets that follow each other, the one that begins before the other has ended.
-- returns: each sheet_overlap
SELECT o.user_id, o.id, o.other_id
FROM (SELECT t.user_id, t.id, t.first_day,
             lag(t.id) OVER (PARTITION BY t.user_id ORDER BY t.first_day) AS other_id,
             lag(t.last_day) OVER (PARTITION BY t.user_id ORDER BY t.first_day) AS last_day
      FROM timesheets t WHERE t.workspace_id = :workspace_id) o
WHERE o.last_day >= o.first_day
ORDER BY o.user_id, o.id;
