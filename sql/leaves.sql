-- Leaves (contract 3.9): policies, holidays, allowances, requests and what is left.

-- row: leave_policy
-- id bigint, name text, time_unit bigint, day_minutes bigint, amount bigint, is_paid bigint,
-- allow_negative_balance boolean, reason_required boolean, notice_required boolean, accrual bigint,
-- carried_most bigint, carry_over_months bigint, created_at bigint, + carry_over bigint,
-- + duration bigint, + working_hours_per_day bigint, + name_folded text

-- row: holiday
-- date bigint, name text, quarters bigint, + half_day boolean

-- row: leave_allowance
-- user_id bigint, policy_id bigint, policy text, time_unit bigint, year bigint, amount bigint, + duration bigint

-- row: leave
-- id bigint, user_id bigint, user_name text, policy_id bigint, policy text, time_unit bigint, status bigint,
-- note text?, is_paid bigint, created_by bigint, status_by bigint?, status_reason text?, start_date bigint,
-- end_date bigint,
-- leave_period bigint, start_time bigint?, end_time bigint?, day_minutes bigint, created_on bigint, updated_at bigint,
-- charged bigint, minutes bigint, + approved_by bigint?, + rejected_by bigint?, + reject_reason text?,
-- + hours_per_day bigint?, + total leave_total

-- row: leave_total
-- + days bigint?, + hours bigint, + minutes bigint

-- row: leave_balance
-- + user_id bigint, + user_name text, + leave_information leave_information[], + total_balance text?

-- row: leave_information
-- + policy_id bigint, + leave_type text, + balance text, + allowance text, + carried_over text, + approved text,
-- + pending text

-- row: leave_day
-- leave_id bigint, day bigint, amount bigint, minutes bigint

-- row: leave_use
-- user_id bigint, policy_id bigint, time_unit bigint, day bigint, approved bigint, pending bigint

-- row: balance_owner
-- id bigint, name text

-- row: leave_entry
-- leave_id bigint, entry_id bigint

-- ---- policies ----

-- fragment: leave_policy_select
SELECT p.id, p.name, p.time_unit, p.day_minutes, p.duration AS amount, p.is_paid,
       p.allow_negative AS allow_negative_balance, p.reason_required, p.notice_required, p.accrual,
       p.carry_over AS carried_most, p.carry_over_months, p.created_at
FROM leave_policies p
WHERE p.workspace_id = :workspace_id AND p.deleted_at IS NULL

-- name: list_leave_policies
-- returns: page leave_policy
{leave_policy_select}
ORDER BY p.id;

-- name: list_all_leave_policies
-- returns: many leave_policy
{leave_policy_select}
ORDER BY p.id;

-- name: get_leave_policy
-- takes: id bigint
-- returns: one leave_policy
{leave_policy_select} AND p.id = :id;

-- name: insert_leave_policy
-- takes: row leave_policy
-- returns: nothing
INSERT INTO leave_policies (workspace_id, id, name, name_folded, time_unit, day_minutes, duration, is_paid,
                            allow_negative, reason_required, notice_required, accrual, carry_over, carry_over_months,
                            created_at, updated_at)
VALUES (:workspace_id, :id, :name, :name_folded, :time_unit, :day_minutes, :amount, :is_paid, :allow_negative_balance,
        :reason_required, :notice_required, :accrual, :carried_most, :carry_over_months, :now, :now);

-- name: update_leave_policy
-- takes: row leave_policy
-- returns: nothing
UPDATE leave_policies SET name = :name, name_folded = :name_folded, day_minutes = :day_minutes, duration = :amount,
                          is_paid = :is_paid, allow_negative = :allow_negative_balance,
                          reason_required = :reason_required, notice_required = :notice_required,
                          accrual = :accrual, carry_over = :carried_most, carry_over_months = :carry_over_months,
                          updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;

-- name: delete_leave_policy
-- takes: id bigint
-- returns: changed
UPDATE leave_policies SET deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;

-- ---- holidays ----

-- name: list_holidays
-- takes: date_from bigint?, date_to bigint?
-- returns: page holiday
SELECT h.day AS date, h.name, h.quarters FROM holidays h
WHERE h.workspace_id = :workspace_id AND (:date_from IS NULL OR h.day >= :date_from)
  AND (:date_to IS NULL OR h.day <= :date_to)
ORDER BY h.day;

-- name: list_holidays_between
-- takes: date_from bigint, date_to bigint
-- returns: many holiday
SELECT h.day AS date, h.name, h.quarters FROM holidays h
WHERE h.workspace_id = :workspace_id AND h.day >= :date_from AND h.day <= :date_to
ORDER BY h.day;

-- name: put_holiday
-- `created_at` says since when it is so.
-- takes: day bigint, name text, quarters bigint
-- returns: nothing
INSERT INTO holidays (workspace_id, day, name, quarters, created_at)
VALUES (:workspace_id, :day, :name, :quarters, :now)
ON CONFLICT (workspace_id, day) DO UPDATE SET name = excluded.name, quarters = excluded.quarters,
                                              created_at = excluded.created_at;

-- name: delete_holiday
-- takes: day bigint
-- returns: nothing
DELETE FROM holidays WHERE workspace_id = :workspace_id AND day = :day;

-- ---- allowances ----

-- name: list_leave_allowances
-- takes: user_id bigint?, year bigint?
-- returns: page leave_allowance
SELECT a.user_id, a.policy_id, p.name AS policy, p.time_unit, a.year, a.amount FROM leave_allowances a
JOIN leave_policies p ON p.workspace_id = a.workspace_id AND p.id = a.policy_id
WHERE a.workspace_id = :workspace_id AND p.workspace_id = :workspace_id
  AND (:user_id IS NULL OR a.user_id = :user_id) AND (:year IS NULL OR a.year = :year)
ORDER BY a.user_id, a.policy_id, a.year;

-- name: list_allowances_of
-- takes: user_ids bigint[], first_year bigint, last_year bigint
-- returns: many leave_allowance
SELECT a.user_id, a.policy_id, p.name AS policy, p.time_unit, a.year, a.amount FROM leave_allowances a
JOIN leave_policies p ON p.workspace_id = a.workspace_id AND p.id = a.policy_id
WHERE a.workspace_id = :workspace_id AND p.workspace_id = :workspace_id
  AND a.user_id IN :user_ids AND a.year >= :first_year AND a.year <= :last_year
ORDER BY a.user_id, a.policy_id, a.year;

-- name: put_leave_allowance
-- takes: user_id bigint, policy_id bigint, year bigint, amount bigint
-- returns: nothing
INSERT INTO leave_allowances (workspace_id, user_id, policy_id, year, amount, updated_at)
VALUES (:workspace_id, :user_id, :policy_id, :year, :amount, :now)
ON CONFLICT (workspace_id, user_id, policy_id, year) DO UPDATE SET amount = excluded.amount,
                                                                   updated_at = excluded.updated_at;

-- ---- balances ----

-- name: list_balance_owners
-- takes: user_id bigint?
-- returns: page balance_owner
SELECT m.user_id AS id, m.firstname || ' ' || m.lastname AS name FROM members m
WHERE m.workspace_id = :workspace_id AND m.deleted_at IS NULL AND m.role <> {Role.project_viewer}
  AND (:user_id IS NULL OR m.user_id = :user_id) AND {visible_member}
ORDER BY m.user_id;

-- name: list_joined
-- When members came: nothing is carried over from before.
-- takes: user_ids bigint[]
-- returns: many joined
SELECT m.user_id, m.created_at FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids
ORDER BY m.user_id;

-- row: joined
-- user_id bigint, created_at bigint

-- name: list_leave_uses
-- What is charged on each day of some members, but for one leave.
-- takes: user_ids bigint[], first_day bigint, last_day bigint, except_id bigint?
-- returns: many leave_use
SELECT l.user_id, l.policy_id, min(p.time_unit) AS time_unit, d.day,
       CAST(sum(CASE WHEN l.status = {ObjectStatus.approved} THEN d.amount ELSE 0 END) AS BIGINT) AS approved,
       CAST(sum(CASE WHEN l.status = {ObjectStatus.pending} THEN d.amount ELSE 0 END) AS BIGINT) AS pending
FROM leaves l
JOIN leave_days d ON d.workspace_id = l.workspace_id AND d.leave_id = l.id
JOIN leave_policies p ON p.workspace_id = l.workspace_id AND p.id = l.policy_id
WHERE l.workspace_id = :workspace_id AND d.workspace_id = :workspace_id AND p.workspace_id = :workspace_id
  AND l.user_id IN :user_ids
  AND l.status IN ({ObjectStatus.approved}, {ObjectStatus.pending})
  AND d.day >= :first_day AND d.day <= :last_day AND (:except_id IS NULL OR l.id <> :except_id)
GROUP BY l.user_id, l.policy_id, d.day
ORDER BY l.user_id, l.policy_id, d.day;

-- ---- leaves ----

-- fragment: leave_select
SELECT l.id, l.user_id, m.firstname || ' ' || m.lastname AS user_name, l.policy_id, p.name AS policy, p.time_unit,
       l.status, l.note, l.is_paid, l.created_by, l.status_by, l.status_reason, l.start_day AS start_date,
       l.end_day AS end_date, l.leave_period, l.start_minute AS start_time, l.end_minute AS end_time, l.day_minutes,
       l.created_at AS created_on, l.updated_at, l.charged, l.minutes
FROM leaves l
JOIN members m ON m.workspace_id = l.workspace_id AND m.user_id = l.user_id
JOIN leave_policies p ON p.workspace_id = l.workspace_id AND p.id = l.policy_id
WHERE l.workspace_id = :workspace_id AND m.workspace_id = :workspace_id AND p.workspace_id = :workspace_id
  AND {visible_leave}

-- name: list_leaves
-- takes: id bigint?, user_id bigint[]?, policy_id bigint?, is_paid bigint?, first bigint?, last bigint?, status bigint?
-- returns: page leave
{leave_select}
  AND (:id IS NULL OR l.id = :id)
  AND l.user_id IN :user_id?
  AND (:policy_id IS NULL OR l.policy_id = :policy_id)
  AND (:is_paid IS NULL OR l.is_paid = :is_paid)
  AND (:first IS NULL OR l.end_day >= :first)
  AND (:last IS NULL OR l.start_day <= :last)
  AND (:status IS NULL OR l.status = :status)
ORDER BY l.id;

-- name: get_leave
-- takes: id bigint
-- returns: one leave
{leave_select} AND l.id = :id;

-- name: count_seen_leaves
-- takes: id bigint
-- returns: value bigint
SELECT count(*) FROM leaves l WHERE l.workspace_id = :workspace_id AND l.id = :id AND {visible_leave};

-- name: list_overlapping_leaves
-- Asked for or approved, of one member.
-- takes: user_id bigint, start_day bigint, end_day bigint
-- returns: many leave_day_span
SELECT l.id, l.start_day, l.end_day, l.leave_period, l.start_minute, l.end_minute FROM leaves l
WHERE l.workspace_id = :workspace_id AND l.user_id = :user_id AND l.start_day <= :end_day AND l.end_day >= :start_day
  AND l.status IN ({ObjectStatus.pending}, {ObjectStatus.approved})
ORDER BY l.id;

-- row: leave_day_span
-- id bigint, start_day bigint, end_day bigint, leave_period bigint, start_minute bigint?, end_minute bigint?

-- name: insert_leave
-- takes: row leave
-- returns: nothing
INSERT INTO leaves (workspace_id, id, user_id, policy_id, start_day, end_day, leave_period, start_minute, end_minute,
                    day_minutes, charged, minutes, is_paid, note, status, created_by, created_at, updated_at)
VALUES (:workspace_id, :id, :user_id, :policy_id, :start_date, :end_date, :leave_period, :start_time, :end_time,
        :day_minutes, :charged, :minutes, :is_paid, :note, :status, :created_by, :now, :now);

-- name: insert_leave_days
-- takes: many leave_day
-- returns: nothing
INSERT INTO leave_days (workspace_id, leave_id, day, amount, minutes)
VALUES (:workspace_id, :leave_id, :day, :amount, :minutes);

-- name: list_leave_days
-- takes: leave_id bigint
-- returns: many leave_day
SELECT d.leave_id, d.day, d.amount, d.minutes FROM leave_days d
WHERE d.workspace_id = :workspace_id AND d.leave_id = :leave_id
ORDER BY d.day;

-- name: set_leave_status
-- takes: id bigint, from_status bigint, to_status bigint, by_id bigint?, reason text?
-- returns: changed
UPDATE leaves SET status = :to_status, status_by = :by_id, status_at = :now, status_reason = :reason, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND status = :from_status;

-- name: insert_leave_entries
-- takes: many leave_entry
-- returns: nothing
INSERT INTO leave_entries (workspace_id, leave_id, entry_id) VALUES (:workspace_id, :leave_id, :entry_id);

-- name: insert_leave_entry_beside
-- What was cut off from an entry of a leave is time of the same leave; of any other entry it is none.
-- takes: id bigint, beside_id bigint
-- returns: nothing
INSERT INTO leave_entries (workspace_id, leave_id, entry_id)
SELECT :workspace_id, le.leave_id, :id FROM leave_entries le
WHERE le.workspace_id = :workspace_id AND le.entry_id = :beside_id;

-- name: list_time_of_leave
-- What is still there of it.
-- takes: leave_id bigint
-- returns: many new_time_entry
SELECT {entry_columns}
FROM leave_entries le
JOIN time_entries e ON e.workspace_id = le.workspace_id AND e.id = le.entry_id
WHERE le.workspace_id = :workspace_id AND e.workspace_id = :workspace_id AND le.leave_id = :leave_id
  AND e.method = {TimeMethod.paid_leave}
ORDER BY e.start_at;

-- name: delete_leave_entries
-- takes: leave_id bigint
-- returns: nothing
DELETE FROM leave_entries WHERE workspace_id = :workspace_id AND leave_id = :leave_id;

-- ---- stint check ----

-- row: leave_difference
-- id bigint, kept bigint, counted bigint

-- name: list_leave_differences
-- Paid leave that is on the timeline without an approved leave: `kept` is the entry, `counted` the leave's state.
-- returns: each leave_difference
SELECT le.leave_id AS id, le.entry_id AS kept, l.status AS counted
FROM leave_entries le
JOIN leaves l ON l.workspace_id = le.workspace_id AND l.id = le.leave_id
WHERE le.workspace_id = :workspace_id AND l.workspace_id = :workspace_id AND l.status <> {ObjectStatus.approved}
ORDER BY le.leave_id, le.entry_id;

-- row: leave_charge_difference
-- id bigint, charged bigint, minutes bigint, day_amounts bigint, day_minutes bigint

-- name: list_leave_charge_differences
-- Leaves of which not all is charged that they say, or more.
-- returns: each leave_charge_difference
SELECT c.id, c.charged, c.minutes, c.day_amounts, c.day_minutes
FROM (SELECT l.id, l.charged, l.minutes,
             (SELECT CAST(COALESCE(sum(d.amount), 0) AS BIGINT) FROM leave_days d
              WHERE d.workspace_id = :workspace_id AND d.leave_id = l.id) AS day_amounts,
             (SELECT CAST(COALESCE(sum(e.minutes), 0) AS BIGINT) FROM leave_days e
              WHERE e.workspace_id = :workspace_id AND e.leave_id = l.id) AS day_minutes
      FROM leaves l WHERE l.workspace_id = :workspace_id) c
WHERE c.charged <> c.day_amounts OR c.minutes <> c.day_minutes
ORDER BY c.id;

-- row: odd_leave_day
-- id bigint, day bigint, amount bigint, minutes bigint

-- name: list_odd_leave_days
-- What no leave charges on a day: a day that is none of it, other hours than those of each day, or other parts than a
-- quarter, half or whole one, of which a half that was asked for is half, each with its part of the minutes; and other
-- than is worked of a holiday, where it was one when the leave was asked for.
-- returns: each odd_leave_day
SELECT l.id, d.day, d.amount, d.minutes FROM leaves l
JOIN leave_policies p ON p.workspace_id = l.workspace_id AND p.id = l.policy_id
JOIN leave_days d ON d.workspace_id = l.workspace_id AND d.leave_id = l.id
LEFT JOIN holidays h ON h.workspace_id = :workspace_id AND h.day = d.day AND h.created_at < l.created_at
WHERE l.workspace_id = :workspace_id AND p.workspace_id = :workspace_id AND d.workspace_id = :workspace_id
  AND (d.day < l.start_day OR d.day > l.end_day
       OR h.quarters = 0
       OR (p.time_unit = {LeaveTimeUnit.hours} AND (d.amount <> l.day_minutes OR d.minutes <> l.day_minutes))
       OR (p.time_unit = {LeaveTimeUnit.days}
           AND (d.amount * CASE WHEN l.leave_period <> 0 AND d.day = l.start_day THEN 2 ELSE 1 END
                NOT IN (COALESCE(h.quarters, 2), COALESCE(h.quarters, 4))
                OR d.minutes * 4 <= l.day_minutes * d.amount - 4 OR d.minutes * 4 >= l.day_minutes * d.amount + 4)))
ORDER BY l.id, d.day;

-- row: lost_leave_time
-- id bigint, user_id bigint

-- name: list_lost_leave_time
-- Paid leave that cancelling no leave takes away.
-- returns: each lost_leave_time
SELECT e.id, e.user_id FROM time_entries e
WHERE e.workspace_id = :workspace_id AND e.method = {TimeMethod.paid_leave}
  AND NOT EXISTS (SELECT 1 FROM leave_entries le WHERE le.workspace_id = :workspace_id AND le.entry_id = e.id)
ORDER BY e.id;
