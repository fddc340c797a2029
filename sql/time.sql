-- Time: entries and the minutes of days (contract 3.12), running trackers (3.11), tracked slots.
--
-- These statements do not ask what the caller may see: entries and trackers are read and changed by owners and
-- executive managers (x-roles), who see all, and by a member's own tracker.

-- row: time_entry
-- id bigint, user_id bigint, contract_id bigint?, project_id bigint?, project_name text?, task_id bigint?,
-- task_title text?, activity_description text?, method bigint, date bigint, start_time bigint, end_time bigint,
-- duration_minutes bigint, total_minutes bigint, from_slots boolean, + start_local bigint, + end_local bigint

-- row: new_time_entry
-- id bigint, user_id bigint, day bigint, start_at bigint, end_at bigint, contract_id bigint?, task_id bigint?,
-- method bigint, minutes bigint, from_slots boolean, description text?, activity_seconds bigint,
-- inactive_seconds bigint, keys bigint, clicks bigint, scrolls bigint, level_seconds bigint, level_points bigint

-- row: time_owner
-- user_id bigint, name text, email text, timezone text?, role bigint, is_blocked boolean, deleted_at bigint?,
-- weekly_hours_limit bigint, created_at bigint, updated_at bigint, week_timezone text, week_start bigint

-- row: work
-- contract_id bigint?, user_id bigint?, project_id bigint?, project_name text?, status bigint?,
-- weekly_hours_limit bigint?, created_at bigint, updated_at bigint, ended_at bigint?

-- row: task_title
-- id bigint, project_id bigint, title text, deleted_at bigint?

-- row: running_tracker
-- user_id bigint, start_at bigint, ends_at bigint, boot bigint?, uptime bigint?, contract_id bigint?, task_id bigint?,
-- description text?, due_at bigint?

-- row: due_tracker
-- user_id bigint

-- row: tracked_slot
-- slot_id text, start_at bigint, end_at bigint, contract_id bigint?, task_id bigint?, method bigint,
-- activity_level bigint, keys bigint?, clicks bigint?, scrolls bigint?, inactive_seconds bigint?, description text?,
-- + user_id bigint

-- row: removed_span
-- start_at bigint, end_at bigint

-- row: day_minutes
-- user_id bigint, day bigint, contract_id bigint, method bigint, task_id bigint, minutes bigint, seconds bigint,
-- activity_seconds bigint, inactive_seconds bigint, keys bigint, clicks bigint, scrolls bigint, level_seconds bigint,
-- level_points bigint

-- row: day_seconds
-- work_seconds bigint, break_seconds bigint

-- row: running_total
-- seconds bigint, later_parts bigint, last_start bigint?

-- row: dealt_minutes
-- id bigint, minutes bigint

-- ---- the member ----

-- row: locked_timeline
-- user_id bigint

-- name: lock_timeline
-- Nothing where there is no such member. SQLite has one writer, who has locked everything when it begins.
-- takes: user_id bigint
-- returns: maybe locked_timeline
SELECT m.user_id FROM members m WHERE m.workspace_id = :workspace_id AND m.user_id = :user_id;
-- @postgres
INSERT INTO timelines (workspace_id, user_id, version)
SELECT :workspace_id, m.user_id, 1 FROM members m WHERE m.workspace_id = :workspace_id AND m.user_id = :user_id
ON CONFLICT (workspace_id, user_id) DO UPDATE SET version = timelines.version + 1
RETURNING user_id;

-- name: lock_timelines_of_project
-- Of all who have a contract on it, in one order: two projects that end at once have people in common.
-- takes: project_id bigint
-- returns: many locked_timeline
INSERT INTO timelines (workspace_id, user_id, version)
SELECT :workspace_id, c.user_id, 1 FROM contracts c
WHERE c.workspace_id = :workspace_id AND c.project_id = :project_id AND c.deleted_at IS NULL
ORDER BY c.user_id
ON CONFLICT (workspace_id, user_id) DO UPDATE SET version = timelines.version + 1
RETURNING user_id;

-- name: find_time_owner
-- Weeks are the workspace's, whatever zone the member is in.
-- takes: user_id bigint
-- returns: maybe time_owner
SELECT m.user_id, m.firstname || ' ' || m.lastname AS name, m.email, m.timezone, m.role,
       m.is_blocked, m.deleted_at, m.weekly_hours_limit, m.created_at, m.updated_at,
       s.timezone AS week_timezone, s.week_start
FROM members m
JOIN workspace_settings s ON s.workspace_id = m.workspace_id
WHERE m.workspace_id = :workspace_id AND m.user_id = :user_id;

-- fragment: work_select
SELECT c.id AS contract_id, c.user_id, c.project_id, p.name AS project_name, c.status, c.weekly_hours_limit,
       c.created_at, c.updated_at,
       CASE WHEN c.deleted_at IS NULL OR p.deleted_at < c.deleted_at THEN p.deleted_at ELSE c.deleted_at END AS ended_at
FROM contracts c
JOIN projects p ON p.workspace_id = c.workspace_id AND p.id = c.project_id
WHERE c.workspace_id = :workspace_id AND p.workspace_id = :workspace_id

-- name: find_work
-- takes: contract_id bigint
-- returns: maybe work
{work_select} AND c.id = :contract_id AND c.deleted_at IS NULL AND p.deleted_at IS NULL;

-- name: find_work_of_entry
-- Of time that was or is tracked: the contract may have ended meanwhile.
-- takes: contract_id bigint
-- returns: maybe work
{work_select} AND c.id = :contract_id;

-- name: find_work_on_project
-- takes: user_id bigint, project_id bigint
-- returns: maybe work
{work_select} AND c.user_id = :user_id AND c.project_id = :project_id AND c.deleted_at IS NULL AND p.deleted_at IS NULL;

-- name: list_work
-- All of a member's contracts, the ended ones too: time was spent on them.
-- takes: user_id bigint
-- returns: many work
{work_select} AND c.user_id = :user_id
ORDER BY c.id;

-- name: find_task_title
-- A deleted one too: time was spent on it.
-- takes: id bigint
-- returns: maybe task_title
SELECT t.id, t.project_id, t.title, t.deleted_at FROM tasks t
WHERE t.workspace_id = :workspace_id AND t.id = :id;

-- name: list_task_titles
-- Deleted ones too.
-- takes: ids bigint[]
-- returns: many task_title
SELECT t.id, t.project_id, t.title, t.deleted_at FROM tasks t
WHERE t.workspace_id = :workspace_id AND t.id IN :ids
ORDER BY t.id;

-- ---- entries ----

-- fragment: entry_select
SELECT e.id, e.user_id, e.contract_id, c.project_id, p.name AS project_name, e.task_id, t.title AS task_title,
       e.description AS activity_description, e.method, e.day AS date, e.start_at AS start_time, e.end_at AS end_time,
       e.minutes AS duration_minutes, e.minutes AS total_minutes, e.from_slots
FROM time_entries e
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = e.contract_id
LEFT JOIN projects p ON p.workspace_id = :workspace_id AND p.id = c.project_id
LEFT JOIN tasks t ON t.workspace_id = :workspace_id AND t.id = e.task_id
WHERE e.workspace_id = :workspace_id

-- name: list_time_entries
-- takes: user_id bigint, day bigint, project_id bigint?, task_id bigint?
-- returns: page time_entry
{entry_select} AND e.user_id = :user_id AND e.day = :day
  AND (:project_id IS NULL OR c.project_id = :project_id) AND (:task_id IS NULL OR e.task_id = :task_id)
ORDER BY e.start_at;

-- name: get_time_entry
-- takes: id bigint
-- returns: one time_entry
{entry_select} AND e.id = :id;

-- fragment: entry_columns
e.id, e.user_id, e.day, e.start_at, e.end_at, e.contract_id, e.task_id, e.method, e.minutes, e.from_slots,
e.description, e.activity_seconds, e.inactive_seconds, e.keys, e.clicks, e.scrolls, e.level_seconds, e.level_points

-- name: list_entries_between
-- Those that overlap [start_at, end_at). The days narrow the search: they must reach a day further to both sides,
-- because each entry has the day of its own zone. So does any one that begins before the span: entries do not overlap,
-- so whatever began before that one has ended. The index tells which they are (`k`); only those are looked up.
-- takes: user_id bigint, first_day bigint, last_day bigint, start_at bigint, end_at bigint
-- returns: many new_time_entry
SELECT {entry_columns}
FROM time_entries k
JOIN time_entries e ON e.workspace_id = k.workspace_id AND e.id = k.id
WHERE k.workspace_id = :workspace_id AND k.user_id = :user_id AND k.day BETWEEN :first_day AND :last_day
  AND k.start_at < :end_at AND k.start_at >= COALESCE((
      SELECT b.start_at FROM time_entries b
      WHERE b.workspace_id = :workspace_id AND b.user_id = :user_id AND b.day BETWEEN :first_day AND :last_day
        AND b.start_at <= :start_at
      ORDER BY b.day DESC, b.start_at DESC LIMIT 1), :start_at)
  AND e.workspace_id = :workspace_id AND e.end_at > :start_at
ORDER BY k.start_at;

-- name: get_stored_entry
-- takes: id bigint
-- returns: one new_time_entry
SELECT {entry_columns}
FROM time_entries e
WHERE e.workspace_id = :workspace_id AND e.id = :id;

-- name: insert_time_entry
-- takes: row new_time_entry
-- returns: nothing
INSERT INTO time_entries (workspace_id, id, user_id, day, start_at, end_at, contract_id, task_id, method, minutes,
                          from_slots, description, activity_seconds, inactive_seconds, keys, clicks, scrolls,
                          level_seconds, level_points, created_at, updated_at)
VALUES (:workspace_id, :id, :user_id, :day, :start_at, :end_at, :contract_id, :task_id, :method, :minutes,
        :from_slots, :description, :activity_seconds, :inactive_seconds, :keys, :clicks, :scrolls,
        :level_seconds, :level_points, :now, :now);

-- name: set_entry_end
-- And what was seen of its time.
-- takes: row new_time_entry
-- returns: nothing
UPDATE time_entries
SET end_at = :end_at, minutes = :minutes, activity_seconds = :activity_seconds, inactive_seconds = :inactive_seconds,
    keys = :keys, clicks = :clicks, scrolls = :scrolls, level_seconds = :level_seconds, level_points = :level_points,
    updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;

-- name: list_entries_of_days
-- In the order in which minutes are dealt out (rules/minutes.h).
-- takes: user_id bigint, first_day bigint, last_day bigint
-- returns: many new_time_entry
SELECT {entry_columns}
FROM time_entries e
WHERE e.workspace_id = :workspace_id AND e.user_id = :user_id AND e.day BETWEEN :first_day AND :last_day
ORDER BY e.day, COALESCE(e.contract_id, 0), e.method, COALESCE(e.task_id, 0), e.start_at;

-- name: set_entry_minutes
-- takes: many dealt_minutes
-- returns: nothing
UPDATE time_entries SET minutes = :minutes WHERE workspace_id = :workspace_id AND id = :id;

-- name: delete_time_entry
-- takes: id bigint
-- returns: nothing
DELETE FROM time_entries WHERE workspace_id = :workspace_id AND id = :id;

-- ---- the minutes of days ----

-- name: add_day_minutes
-- takes: row day_minutes
-- returns: nothing
INSERT INTO daily_minutes (workspace_id, day, user_id, contract_id, method, task_id, minutes, seconds,
                           activity_seconds, inactive_seconds, keys, clicks, scrolls, level_seconds, level_points)
VALUES (:workspace_id, :day, :user_id, :contract_id, :method, :task_id, :minutes, :seconds,
        :activity_seconds, :inactive_seconds, :keys, :clicks, :scrolls, :level_seconds, :level_points)
ON CONFLICT (workspace_id, day, user_id, contract_id, method, task_id) DO UPDATE
SET minutes = daily_minutes.minutes + excluded.minutes, seconds = daily_minutes.seconds + excluded.seconds,
    activity_seconds = daily_minutes.activity_seconds + excluded.activity_seconds,
    inactive_seconds = daily_minutes.inactive_seconds + excluded.inactive_seconds,
    keys = daily_minutes.keys + excluded.keys, clicks = daily_minutes.clicks + excluded.clicks,
    scrolls = daily_minutes.scrolls + excluded.scrolls,
    level_seconds = daily_minutes.level_seconds + excluded.level_seconds,
    level_points = daily_minutes.level_points + excluded.level_points;

-- name: forget_empty_day
-- takes: row day_minutes
-- returns: nothing
DELETE FROM daily_minutes
WHERE workspace_id = :workspace_id AND day = :day AND user_id = :user_id AND contract_id = :contract_id
  AND method = :method AND task_id = :task_id AND seconds = 0;

-- fragment: day_seconds
FROM daily_minutes d
WHERE d.workspace_id = :workspace_id AND d.day = :day AND d.user_id = :user_id

-- name: sum_day_seconds
-- takes: user_id bigint, day bigint
-- returns: one day_seconds
SELECT (SELECT COALESCE(CAST(sum(d.seconds) AS BIGINT), 0) {day_seconds} AND d.method <> {TimeMethod.break})
           AS work_seconds,
       (SELECT COALESCE(CAST(sum(d.seconds) AS BIGINT), 0) {day_seconds} AND d.method = {TimeMethod.break})
           AS break_seconds;

-- fragment: day_part
(d.contract_id, d.method, d.task_id)

-- fragment: this_part
(:contract_id, :method, :task_id)

-- name: find_running_total
-- The seconds of the day up to the end of one of its parts, and whether there are others after it.
-- takes: row day_minutes
-- returns: one running_total
SELECT COALESCE(CAST(sum(CASE WHEN {day_part} <= {this_part} THEN d.seconds END) AS BIGINT), 0) AS seconds,
       count(CASE WHEN {day_part} > {this_part} THEN 1 END) AS later_parts,
       (SELECT max(e.start_at) FROM time_entries e
        WHERE e.workspace_id = :workspace_id AND e.user_id = :user_id AND e.day = :day) AS last_start
{day_seconds} AND (d.method = {TimeMethod.break}) = (:method = {TimeMethod.break});

-- ---- running trackers ----

-- fragment: tracker_select
SELECT r.user_id, r.start_at, r.ends_at, r.boot, r.uptime, r.contract_id, r.task_id, r.description, r.due_at
FROM running_trackers r
WHERE r.workspace_id = :workspace_id

-- name: find_running_tracker
-- takes: user_id bigint
-- returns: maybe running_tracker
{tracker_select} AND r.user_id = :user_id;

-- name: list_running_trackers
-- All that began before `before`, and those that a clock that was ahead has started.
-- takes: before bigint
-- returns: many running_tracker
{tracker_select} AND (r.start_at < :before OR r.start_at > :now)
ORDER BY r.user_id;

-- name: list_running_on_project
-- takes: project_id bigint
-- returns: many running_tracker
{tracker_select} AND r.contract_id IN (
    SELECT c.id FROM contracts c WHERE c.workspace_id = :workspace_id AND c.project_id = :project_id)
ORDER BY r.user_id;

-- name: insert_running_tracker
-- takes: row running_tracker
-- returns: nothing
INSERT INTO running_trackers (workspace_id, user_id, start_at, ends_at, boot, uptime, contract_id, task_id, description,
                              due_at)
VALUES (:workspace_id, :user_id, :start_at, :ends_at, :boot, :uptime, :contract_id, :task_id, :description, :due_at);

-- name: delete_running_tracker
-- takes: user_id bigint
-- returns: nothing
DELETE FROM running_trackers WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: set_tracker_due
-- takes: user_id bigint, due_at bigint?
-- returns: nothing
UPDATE running_trackers SET due_at = :due_at WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: list_due_trackers
-- What is due after `latest` was written by a clock that was ahead.
-- takes: latest bigint, most bigint
-- returns: many due_tracker
SELECT r.user_id FROM running_trackers r
WHERE r.workspace_id = :workspace_id AND (r.due_at <= :now OR r.due_at > :latest) ORDER BY r.due_at LIMIT :most;

-- name: next_tracker_due
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE(min(r.due_at), :otherwise) FROM running_trackers r WHERE r.workspace_id = :workspace_id;

-- ---- tracked slots ----

-- fragment: slot_select
SELECT s.slot_id, s.start_at, s.end_at, s.contract_id, s.task_id, s.method, s.activity_level, s.keys, s.clicks,
       s.scrolls, s.inactive_seconds, s.description
FROM tracked_slots s
WHERE s.workspace_id = :workspace_id AND s.user_id = :user_id

-- name: list_slots_of_ids
-- Those that are stored already.
-- takes: user_id bigint, slot_ids text[]
-- returns: many tracked_slot
{slot_select} AND s.slot_id IN :slot_ids;

-- name: count_tracked_slots
-- Those that begin in [start_at, end_at).
-- takes: user_id bigint, start_at bigint, end_at bigint
-- returns: value bigint
SELECT count(*) FROM tracked_slots s
WHERE s.workspace_id = :workspace_id AND s.user_id = :user_id AND s.start_at >= :start_at AND s.start_at < :end_at;

-- name: list_tracked_slots
-- Those that overlap [start_at, end_at), in the order in which they take their time. `first_start` narrows the search:
-- a slot's greatest length before start_at.
-- takes: user_id bigint, first_start bigint, start_at bigint, end_at bigint
-- returns: many tracked_slot
{slot_select} AND s.start_at > :first_start AND s.start_at < :end_at AND s.end_at > :start_at
ORDER BY s.start_at, s.slot_id;

-- name: insert_tracked_slots
-- takes: many tracked_slot
-- returns: nothing
INSERT INTO tracked_slots (workspace_id, user_id, slot_id, start_at, end_at, contract_id, task_id, method,
                           activity_level, keys, clicks, scrolls, inactive_seconds, description, received_at)
VALUES (:workspace_id, :user_id, :slot_id, :start_at, :end_at, :contract_id, :task_id, :method,
        :activity_level, :keys, :clicks, :scrolls, :inactive_seconds, :description, :now);

-- name: list_removed_spans
-- takes: user_id bigint, start_at bigint, end_at bigint
-- returns: many removed_span
SELECT x.start_at, x.end_at FROM removed_spans x
WHERE x.workspace_id = :workspace_id AND x.user_id = :user_id AND x.start_at < :end_at AND x.end_at > :start_at
ORDER BY x.start_at, x.end_at;

-- name: insert_removed_span
-- takes: user_id bigint, start_at bigint, end_at bigint
-- returns: nothing
INSERT INTO removed_spans (workspace_id, user_id, start_at, end_at)
VALUES (:workspace_id, :user_id, :start_at, :end_at)
ON CONFLICT (workspace_id, user_id, start_at, end_at) DO NOTHING;

-- ---- stint check ----

-- row: day_difference
-- user_id bigint, day bigint, contract_id bigint, method bigint, task_id bigint, kept bigint, counted bigint,
-- kept_seconds bigint, counted_seconds bigint

-- name: list_day_differences
-- Where the kept minutes are not those of the entries.
-- returns: each day_difference
SELECT b.user_id, b.day, b.contract_id, b.method, b.task_id, CAST(sum(b.kept) AS BIGINT) AS kept,
       CAST(sum(b.counted) AS BIGINT) AS counted, CAST(sum(b.kept_seconds) AS BIGINT) AS kept_seconds,
       CAST(sum(b.counted_seconds) AS BIGINT) AS counted_seconds
FROM (SELECT d.user_id, d.day, d.contract_id, d.method, d.task_id, d.minutes AS kept, 0 AS counted,
             d.seconds AS kept_seconds, 0 AS counted_seconds
      FROM daily_minutes d WHERE d.workspace_id = :workspace_id
      UNION ALL
      SELECT e.user_id, e.day, COALESCE(e.contract_id, 0) AS contract_id, e.method, COALESCE(e.task_id, 0) AS task_id,
             0 AS kept, e.minutes AS counted, 0 AS kept_seconds, e.end_at - e.start_at AS counted_seconds
      FROM time_entries e WHERE e.workspace_id = :workspace_id) b
GROUP BY b.user_id, b.day, b.contract_id, b.method, b.task_id
HAVING sum(b.kept) <> sum(b.counted) OR sum(b.kept_seconds) <> sum(b.counted_seconds)
ORDER BY b.user_id, b.day, b.contract_id, b.method, b.task_id;

-- row: other_activity
-- user_id bigint, id bigint, kept_seconds bigint, counted_seconds bigint

-- name: list_day_activity_differences
-- Where the kept activity is not that of the entries.
-- returns: each other_activity
SELECT b.user_id, b.day AS id,
       CAST(sum(CASE WHEN b.sign > 0 THEN b.activity_seconds ELSE 0 END) AS BIGINT) AS kept_seconds,
       CAST(sum(CASE WHEN b.sign < 0 THEN b.activity_seconds ELSE 0 END) AS BIGINT) AS counted_seconds
FROM (SELECT d.user_id, d.day, d.contract_id, d.method, d.task_id, 1 AS sign, d.activity_seconds, d.inactive_seconds,
             d.keys, d.clicks, d.scrolls, d.level_seconds, d.level_points
      FROM daily_minutes d WHERE d.workspace_id = :workspace_id
      UNION ALL
      SELECT e.user_id, e.day, COALESCE(e.contract_id, 0) AS contract_id, e.method, COALESCE(e.task_id, 0) AS task_id,
             -1 AS sign, e.activity_seconds, e.inactive_seconds, e.keys, e.clicks, e.scrolls, e.level_seconds,
             e.level_points
      FROM time_entries e WHERE e.workspace_id = :workspace_id) b
GROUP BY b.user_id, b.day, b.contract_id, b.method, b.task_id
HAVING sum(b.sign * b.activity_seconds) <> 0 OR sum(b.sign * b.inactive_seconds) <> 0 OR sum(b.sign * b.keys) <> 0
    OR sum(b.sign * b.clicks) <> 0 OR sum(b.sign * b.scrolls) <> 0 OR sum(b.sign * b.level_seconds) <> 0
    OR sum(b.sign * b.level_points) <> 0
ORDER BY b.user_id, b.day, b.contract_id, b.method, b.task_id;

-- row: wrongly_dealt
-- user_id bigint, id bigint, kept bigint, counted bigint

-- name: list_wrongly_dealt
-- Entries whose minutes are not those by which the running total of their day passes (rules/minutes.h).
-- returns: each wrongly_dealt
SELECT n.user_id, n.id, n.kept, n.after / 60 - (n.after - n.seconds) / 60 AS counted
FROM (SELECT e.user_id, e.id, e.minutes AS kept, e.end_at - e.start_at AS seconds,
             CAST(sum(e.end_at - e.start_at) OVER (
                 PARTITION BY e.user_id, e.day, e.method = {TimeMethod.break}
                 ORDER BY COALESCE(e.contract_id, 0), e.method, COALESCE(e.task_id, 0), e.start_at) AS BIGINT) AS after
      FROM time_entries e WHERE e.workspace_id = :workspace_id) n
WHERE n.kept <> n.after / 60 - (n.after - n.seconds) / 60
ORDER BY n.user_id, n.id;

-- row: entry_overlap
-- user_id bigint, id bigint, other_id bigint

-- name: list_entry_overlaps
-- An entry that begins before the one before it has ended.
-- returns: each entry_overlap
SELECT n.user_id, n.id, n.other_id
FROM (SELECT e.user_id, e.id, e.start_at,
             lag(e.id) OVER (PARTITION BY e.user_id ORDER BY e.start_at) AS other_id,
             lag(e.end_at) OVER (PARTITION BY e.user_id ORDER BY e.start_at) AS ended_at
      FROM time_entries e WHERE e.workspace_id = :workspace_id) n
WHERE n.ended_at > n.start_at
ORDER BY n.user_id, n.id;

-- name: list_activity_differences
-- Entries of slots of which other is kept than their slots say: each slot, in their order, of the part that no earlier
-- one covers, and of that the share that lies in the entry. What is closed is as its slots were then.
-- returns: each other_activity
SELECT e.user_id, e.id, e.activity_seconds AS kept_seconds, COALESCE(c.activity_seconds, 0) AS counted_seconds
FROM time_entries e
LEFT JOIN (
    SELECT p.id, CAST(sum(p.last - p.first) AS BIGINT) AS activity_seconds,
           sum(p.inactive_seconds * p.last / p.length - p.inactive_seconds * p.first / p.length) AS inactive_seconds,
           sum(p.keys * p.last / p.length - p.keys * p.first / p.length) AS keys,
           sum(p.clicks * p.last / p.length - p.clicks * p.first / p.length) AS clicks,
           sum(p.scrolls * p.last / p.length - p.scrolls * p.first / p.length) AS scrolls,
           sum(CASE WHEN p.keys IS NULL THEN p.last - p.first END) AS level_seconds,
           sum(CASE WHEN p.keys IS NULL THEN p.activity_level * (p.last - p.first) END) AS level_points
    FROM (SELECT n.id, n.length, n.keys, n.clicks, n.scrolls, n.inactive_seconds, n.activity_level,
                 CASE WHEN n.begin_at > n.covered THEN n.begin_at ELSE n.covered END - n.slot_start AS first,
                 n.finish_at - n.slot_start AS last
          FROM (SELECT k.id, s.start_at AS slot_start, s.end_at - s.start_at AS length, s.keys, s.clicks, s.scrolls,
                       s.inactive_seconds, s.activity_level, COALESCE(s.covered, 0) AS covered,
                       CASE WHEN s.start_at > k.start_at THEN s.start_at ELSE k.start_at END AS begin_at,
                       CASE WHEN s.end_at < k.end_at THEN s.end_at ELSE k.end_at END AS finish_at
                FROM (SELECT t.user_id, t.start_at, t.end_at, t.keys, t.clicks, t.scrolls, t.inactive_seconds,
                             t.activity_level, max(t.end_at) OVER (
                                 PARTITION BY t.user_id ORDER BY t.start_at, t.slot_id
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
                      FROM tracked_slots t WHERE t.workspace_id = :workspace_id) s
                JOIN time_entries k ON k.user_id = s.user_id AND k.from_slots
                     AND k.day BETWEEN s.start_at / 86400 - 1 AND s.start_at / 86400 + 2
                     AND k.start_at < s.end_at AND k.end_at > s.start_at
                WHERE k.workspace_id = :workspace_id) n) p
    WHERE p.first < p.last
    GROUP BY p.id) c ON c.id = e.id
WHERE e.workspace_id = :workspace_id AND e.from_slots
  AND (e.activity_seconds <> COALESCE(c.activity_seconds, 0) OR e.inactive_seconds <> COALESCE(c.inactive_seconds, 0)
       OR e.keys <> COALESCE(c.keys, 0) OR e.clicks <> COALESCE(c.clicks, 0) OR e.scrolls <> COALESCE(c.scrolls, 0)
       OR e.level_seconds <> COALESCE(c.level_seconds, 0) OR e.level_points <> COALESCE(c.level_points, 0))
  AND NOT EXISTS (
      SELECT 1 FROM timesheets h
      WHERE h.workspace_id = :workspace_id AND h.user_id = e.user_id AND e.day BETWEEN h.first_day AND h.last_day
        AND h.status IN ({ObjectStatus.submitted}, {ObjectStatus.approved}))
ORDER BY e.user_id, e.id;

-- ---- what a migration did ----

-- row: redealt_workspace
-- members bigint, days bigint, minutes_before bigint, minutes_after bigint

-- name: sum_redealt_minutes
-- returns: one redealt_workspace
SELECT count(*) AS members, COALESCE(CAST(sum(r.days) AS BIGINT), 0) AS days,
       COALESCE(CAST(sum(r.minutes_before) AS BIGINT), 0) AS minutes_before,
       COALESCE(CAST(sum(r.minutes_after) AS BIGINT), 0) AS minutes_after
FROM redealt_minutes r WHERE r.workspace_id = :workspace_id;
