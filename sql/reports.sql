-- Reports (contract 3.13): who is chosen, and what the days' minutes add up to.
--
-- These statements do not ask what the caller may see: reports are for owners and executive managers (x-roles), who see
-- all. What time earned is operations/rates.h's to tell, for those who may see rates.

-- row: currency_amount
-- + currency text, + amount bigint

-- row: report_total
-- + total_minutes bigint, + total_amount currency_amount[]

-- row: chosen_person
-- user_id bigint

-- row: chosen_contract
-- id bigint

-- row: report_name
-- user_id bigint, name text

-- row: report_contract
-- id bigint, project_id bigint, project_name text, currency text

-- row: tracked_minutes
-- day bigint, user_id bigint, contract_id bigint, total_minutes bigint, + amount bigint?

-- row: tracked_hours_line
-- + date bigint, + user_id bigint, + user_name text, + project_id bigint?, + project_name text?, + contract_id bigint?,
-- + total_minutes bigint, + total_amount currency_amount[], + entries_url text

-- ---- the selection ----

-- name: list_chosen_people
-- Also those who left: their time is there.
-- takes: users bigint[]?, titles bigint[]?, teams bigint[]?
-- returns: many chosen_person
SELECT DISTINCT m.user_id FROM members m
LEFT JOIN team_members tm ON tm.workspace_id = :workspace_id AND tm.user_id = m.user_id
WHERE m.workspace_id = :workspace_id AND m.user_id IN :users? AND m.title_id IN :titles? AND tm.team_id IN :teams?
ORDER BY m.user_id;

-- name: list_contracts_of_projects
-- Also those that ended.
-- takes: projects bigint[]
-- returns: many chosen_contract
SELECT c.id FROM contracts c WHERE c.workspace_id = :workspace_id AND c.project_id IN :projects
ORDER BY c.id;

-- ---- names ----

-- name: list_report_names
-- Of people; those who left keep theirs.
-- takes: user_ids bigint[]
-- returns: many report_name
SELECT m.user_id, m.firstname || ' ' || m.lastname AS name FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids
ORDER BY m.user_id;

-- name: list_report_contracts
-- Also those that ended, and on projects that were archived.
-- takes: ids bigint[]
-- returns: many report_contract
SELECT c.id, c.project_id, p.name AS project_name, c.currency
FROM contracts c
JOIN projects p ON p.workspace_id = c.workspace_id AND p.id = c.project_id
WHERE c.workspace_id = :workspace_id AND p.workspace_id = :workspace_id AND c.id IN :ids
ORDER BY c.id;

-- fragment: reported_work
-- Of a daily_minutes row `d`. Breaks are no work.
d.workspace_id = :workspace_id AND d.day BETWEEN :first_day AND :last_day AND d.method <> {TimeMethod.break}
AND d.contract_id IN :contracts?

-- ---- tracked hours ----

-- name: list_tracked_minutes
-- takes: first_day bigint, last_day bigint, users bigint[]?, contracts bigint[]?
-- returns: many tracked_minutes
SELECT d.day, d.user_id, d.contract_id, CAST(sum(d.minutes) AS BIGINT) AS total_minutes
FROM daily_minutes d
WHERE {reported_work} AND d.user_id IN :users?
GROUP BY d.day, d.user_id, d.contract_id
ORDER BY d.day, d.user_id, d.contract_id;

-- ---- tasks ----

-- row: task_report_user
-- user_id bigint, user_name text, + total_minutes bigint, + tasks_breakdown task_report_line[],
-- + daily_breakdown task_report_line[]

-- row: task_report_line
-- + date bigint, + task_id bigint?, + task_title text?, + project_id bigint?, + project_name text?,
-- + total_minutes bigint, + entries_url text

-- row: task_minutes
-- user_id bigint, day bigint, project_id bigint?, task_id bigint?, total_minutes bigint

-- row: project_name
-- id bigint, name text

-- fragment: reported_tasks
{reported_work} AND ((d.task_id = 0 AND :no_task) OR (d.task_id <> 0 AND d.task_id IN :tasks?))

-- name: list_task_report_users
-- Those who have such time.
-- takes: first_day bigint, last_day bigint, users bigint[]?, contracts bigint[]?, tasks bigint[]?, no_task boolean
-- returns: page task_report_user
SELECT m.user_id, m.firstname || ' ' || m.lastname AS user_name
FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :users?
  AND EXISTS (SELECT 1 FROM daily_minutes d WHERE d.user_id = m.user_id AND {reported_tasks})
ORDER BY m.user_id;

-- name: list_task_minutes
-- takes: first_day bigint, last_day bigint, users bigint[], contracts bigint[]?, tasks bigint[]?, no_task boolean
-- returns: many task_minutes
SELECT d.user_id, d.day, c.project_id, NULLIF(d.task_id, 0) AS task_id, CAST(sum(d.minutes) AS BIGINT) AS total_minutes
FROM daily_minutes d
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = d.contract_id
WHERE {reported_tasks} AND d.user_id IN :users
GROUP BY d.user_id, d.day, c.project_id, d.task_id;

-- name: list_project_names
-- Also of those that were archived.
-- takes: ids bigint[]
-- returns: many project_name
SELECT p.id, p.name FROM projects p WHERE p.workspace_id = :workspace_id AND p.id IN :ids
ORDER BY p.id;

-- ---- what stands behind a number ----

-- row: report_entry
-- id bigint, user_id bigint, user_name text, timezone text?, contract_id bigint?, project_id bigint?,
-- project_name text?, currency text?, task_id bigint?, task_title text?, activity_description text?, method bigint,
-- date bigint, start_at bigint, end_at bigint, duration_minutes bigint, duration_seconds bigint,
-- seconds_passed bigint, + start_time text, + end_time text, + rate bigint?, + rate_type bigint?,
-- + total_amount bigint?, + of_day entry_of_day[] by entry_id

-- row: entry_of_day
-- entry_id bigint, total_minutes bigint, minutes_before bigint

-- fragment: chosen_entries
-- `described_as`: with the text of that entry, or as it without one.
FROM time_entries e
JOIN members m ON m.workspace_id = e.workspace_id AND m.user_id = e.user_id
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = e.contract_id
LEFT JOIN projects p ON p.workspace_id = :workspace_id AND p.id = c.project_id
LEFT JOIN tasks t ON t.workspace_id = :workspace_id AND t.id = e.task_id
WHERE e.workspace_id = :workspace_id AND m.workspace_id = :workspace_id AND e.user_id IN :users
  AND e.day BETWEEN :first_day AND :last_day AND e.method <> {TimeMethod.break}
  AND e.contract_id IN :contracts? AND c.project_id IN :projects? AND e.task_id IN :tasks?
  AND (NOT :free OR e.contract_id IS NULL) AND (NOT :taskless OR e.task_id IS NULL)
  AND (:described_as IS NULL OR EXISTS (
      SELECT 1 FROM time_entries d
      WHERE d.workspace_id = :workspace_id AND d.id = :described_as
        AND d.description IS NOT DISTINCT FROM e.description))

-- fragment: shown_entry
e.id, e.user_id, m.firstname || ' ' || m.lastname AS user_name, m.timezone, e.contract_id, c.project_id,
p.name AS project_name, c.currency, e.task_id, t.title AS task_title, e.description AS activity_description,
e.method, e.day AS date, e.start_at, e.end_at

-- name: list_report_entries
-- takes: first_day bigint, last_day bigint, users bigint[], contracts bigint[]?, projects bigint[]?, tasks bigint[]?,
-- free boolean, taskless boolean, described_as bigint?
-- returns: page report_entry
SELECT {shown_entry}, e.minutes AS duration_minutes, e.end_at - e.start_at AS duration_seconds, 0 AS seconds_passed
{chosen_entries}
ORDER BY e.user_id, e.day, e.start_at;

-- name: sum_entry_minutes
-- takes: first_day bigint, last_day bigint, users bigint[], contracts bigint[]?, projects bigint[]?, tasks bigint[]?,
-- free boolean, taskless boolean, described_as bigint?
-- returns: value bigint
SELECT COALESCE(CAST(sum(e.minutes) AS BIGINT), 0)
{chosen_entries};

-- fragment: measured_entries
-- Not by the minutes that were dealt out to them, but by what trackers saw, or by what of them lies between two
-- instants, of which either may be none: the seconds of a member, seen on a day or worked in between, make the minutes.
{chosen_entries}
  AND CASE WHEN :tracked THEN e.activity_seconds > 0
           ELSE e.method NOT IN ({TimeMethod.paid_leave}, {TimeMethod.paid_holiday})
                AND (:start_at IS NULL OR e.end_at > :start_at) AND (:end_at IS NULL OR e.start_at < :end_at) END

-- fragment: measured_seconds
CASE WHEN :tracked THEN e.activity_seconds
     ELSE CASE WHEN e.end_at > :end_at THEN :end_at ELSE e.end_at END
          - CASE WHEN e.start_at < :start_at THEN :start_at ELSE e.start_at END END

-- fragment: measured_together
e.user_id, CASE WHEN :tracked THEN e.day ELSE 0 END

-- name: list_measured_entries
-- takes: first_day bigint, last_day bigint, users bigint[], contracts bigint[]?, projects bigint[]?, tasks bigint[]?,
-- free boolean, taskless boolean, described_as bigint?, tracked boolean, start_at bigint?, end_at bigint?
-- returns: page report_entry
SELECT {shown_entry}, 0 AS duration_minutes, {measured_seconds} AS duration_seconds,
       CAST(sum({measured_seconds}) OVER (PARTITION BY {measured_together} ORDER BY e.start_at) AS BIGINT)
           AS seconds_passed
{measured_entries}
ORDER BY e.user_id, e.day, e.start_at;

-- name: sum_measured_minutes
-- takes: first_day bigint, last_day bigint, users bigint[], contracts bigint[]?, projects bigint[]?, tasks bigint[]?,
-- free boolean, taskless boolean, described_as bigint?, tracked boolean, start_at bigint?, end_at bigint?
-- returns: value bigint
SELECT COALESCE(CAST(sum(s.minutes) AS BIGINT), 0)
FROM (SELECT CAST(sum({measured_seconds}) AS BIGINT) / 60 AS minutes
      {measured_entries}
      GROUP BY {measured_together}) s;

-- name: list_places_of_entries
-- Where an entry lies in the work that its member has on its contract and day: behind how many minutes, of how many.
-- returns: children report_entry.of_day
SELECT e.id AS entry_id, CAST(sum(d.minutes) AS BIGINT) AS total_minutes,
       CAST(sum(CASE WHEN d.start_at < e.start_at THEN d.minutes ELSE 0 END) AS BIGINT) AS minutes_before
FROM time_entries e
JOIN time_entries d ON d.workspace_id = e.workspace_id AND d.user_id = e.user_id AND d.day = e.day
  AND d.contract_id = e.contract_id
WHERE e.workspace_id = :workspace_id AND d.workspace_id = :workspace_id AND e.id IN :parents
  AND d.method <> {TimeMethod.break}
GROUP BY e.id
ORDER BY e.id;

-- name: sum_report_minutes
-- Of the same time, as reports add it up.
-- takes: first_day bigint, last_day bigint, users bigint[], contracts bigint[]?, projects bigint[]?, tasks bigint[]?,
-- free boolean, taskless boolean
-- returns: value bigint
SELECT COALESCE(CAST(sum(d.minutes) AS BIGINT), 0) FROM daily_minutes d
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = d.contract_id
WHERE {reported_work} AND d.user_id IN :users AND c.project_id IN :projects? AND d.task_id IN :tasks?
  AND (NOT :free OR d.contract_id = 0) AND (NOT :taskless OR d.task_id = 0);

-- ---- the timeline of a day ----

-- row: timeline_member
-- user_id bigint, name text, email text, timezone text?, + is_tracking boolean, + total_minutes bigint,
-- + entries_url text, + activity_level bigint?, + total_amount bigint?, + currency text?,
-- + entries timeline_entry[] by user_id, + running timeline_entry[] by user_id

-- row: timeline_entry
-- id bigint?, user_id bigint, start_at bigint, end_at bigint, total_minutes bigint, contract_id bigint?,
-- project_id bigint?, project_name text?, task_id bigint?, task_title text?, activity_description text?, method bigint,
-- currency text?, is_running boolean, activity_seconds bigint, inactive_seconds bigint, keys bigint, clicks bigint,
-- scrolls bigint, level_seconds bigint, level_points bigint, + start_time text, + end_time text,
-- + duration_minutes bigint, + activity_level bigint?, + total_amount bigint?

-- row: running_member
-- user_id bigint, timezone text?

-- name: list_timeline_members
-- Who has time on the day, or is one of those whose tracker runs on it.
-- takes: day bigint, user_ids bigint[]?, running bigint[]
-- returns: page timeline_member
SELECT m.user_id, m.firstname || ' ' || m.lastname AS name, m.email, m.timezone
FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids?
  AND (m.user_id IN :running OR EXISTS (
      SELECT 1 FROM daily_minutes d
      WHERE d.workspace_id = :workspace_id AND d.day = :day AND d.user_id = m.user_id))
ORDER BY m.user_id;

-- fragment: timeline_names
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = e.contract_id
LEFT JOIN projects p ON p.workspace_id = :workspace_id AND p.id = c.project_id
LEFT JOIN tasks t ON t.workspace_id = :workspace_id AND t.id = e.task_id
WHERE e.workspace_id = :workspace_id

-- fragment: timeline_work
e.contract_id, c.project_id, p.name AS project_name, e.task_id, t.title AS task_title,
e.description AS activity_description

-- fragment: timeline_entries
SELECT e.id, e.user_id, e.start_at, e.end_at, e.minutes AS total_minutes, {timeline_work}, e.method, c.currency,
       FALSE AS is_running, e.activity_seconds, e.inactive_seconds, e.keys, e.clicks, e.scrolls, e.level_seconds,
       e.level_points
FROM time_entries e
{timeline_names} AND e.day = :day

-- name: list_timeline_entries
-- takes: day bigint
-- returns: children timeline_member.entries
{timeline_entries} AND e.user_id IN :parents
ORDER BY e.user_id, e.start_at;
-- @range
-- Member by member, as the index has their days.
{timeline_entries} AND e.user_id IN (
    SELECT m.user_id FROM members m
    WHERE m.workspace_id = :workspace_id AND m.user_id BETWEEN :first_parent AND :last_parent)
ORDER BY e.user_id, e.start_at;

-- name: list_timeline_running
-- What runs, with the names that its entries will show.
-- returns: children timeline_member.running
SELECT NULL AS id, e.user_id, e.start_at, e.start_at AS end_at, 0 AS total_minutes, {timeline_work},
       {TimeMethod.web_tracker} AS method, c.currency, TRUE AS is_running, 0 AS activity_seconds, 0 AS inactive_seconds,
       0 AS keys, 0 AS clicks, 0 AS scrolls, 0 AS level_seconds, 0 AS level_points
FROM running_trackers e
{timeline_names} AND e.user_id IN :parents
ORDER BY e.user_id;

-- name: list_zones_of_running
-- takes: user_ids bigint[]
-- returns: many running_member
SELECT m.user_id, m.timezone FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids
ORDER BY m.user_id;

-- ---- what people say that they did ----

-- row: description_user
-- user_id bigint, user_name text, email text, + total_minutes bigint, + descriptions described_work[]

-- row: described_work
-- + activity_description text?, + contract_id bigint?, + project_id bigint?, + project_name text?, + task_id bigint?,
-- + task_title text?, + total_minutes bigint, + entries_url text, + days described_day[]

-- row: described_day
-- + date bigint, + total_minutes bigint, + entries_url text

-- row: described_minutes
-- user_id bigint, entry_id bigint, day bigint, contract_id bigint?, project_id bigint?, project_name text?,
-- task_id bigint?, task_title text?, activity_description text?, total_minutes bigint

-- name: list_description_users
-- takes: first_day bigint, last_day bigint, users bigint[]?, contracts bigint[]?
-- returns: page description_user
SELECT m.user_id, m.firstname || ' ' || m.lastname AS user_name, m.email
FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :users?
  AND EXISTS (SELECT 1 FROM daily_minutes d WHERE d.user_id = m.user_id AND {reported_work})
ORDER BY m.user_id;

-- name: list_described_minutes
-- Each text as it was written, with an entry that has it.
-- takes: users bigint[], first_day bigint, last_day bigint, contracts bigint[]?
-- returns: many described_minutes
SELECT e.user_id, min(e.id) AS entry_id, e.day, {timeline_work}, CAST(sum(e.minutes) AS BIGINT) AS total_minutes
FROM time_entries e
{timeline_names} AND e.user_id IN :users AND e.day BETWEEN :first_day AND :last_day
  AND e.method <> {TimeMethod.break} AND e.contract_id IN :contracts?
GROUP BY e.user_id, e.day, e.contract_id, c.project_id, p.name, e.task_id, t.title, e.description;

-- ---- activity ----

-- row: activity_figures
-- user_id bigint, date bigint, total_minutes bigint, inactive_minutes bigint, activity_seconds bigint,
-- inactive_seconds bigint, keys bigint, clicks bigint, scrolls bigint, level_seconds bigint, level_points bigint,
-- + activity_level bigint, + entries_url text

-- row: activity_user
-- user_id bigint, user_name text, + activity_level bigint, + total_minutes bigint, + inactive_minutes bigint,
-- + keys bigint, + clicks bigint, + scrolls bigint, + entries_url text, + daily_breakdown activity_figures[]

-- fragment: seen_time
-- That trackers saw.
FROM daily_minutes d
WHERE {reported_work} AND d.activity_seconds > 0

-- fragment: seen_days
SELECT d.user_id, d.day AS date, CAST(sum(d.activity_seconds) AS BIGINT) / 60 AS total_minutes,
       CAST(sum(d.inactive_seconds) AS BIGINT) / 60 AS inactive_minutes,
       CAST(sum(d.activity_seconds) AS BIGINT) AS activity_seconds,
       CAST(sum(d.inactive_seconds) AS BIGINT) AS inactive_seconds, CAST(sum(d.keys) AS BIGINT) AS keys,
       CAST(sum(d.clicks) AS BIGINT) AS clicks, CAST(sum(d.scrolls) AS BIGINT) AS scrolls,
       CAST(sum(d.level_seconds) AS BIGINT) AS level_seconds, CAST(sum(d.level_points) AS BIGINT) AS level_points
{seen_time} AND d.user_id IN :users?
GROUP BY d.user_id, d.day

-- name: list_activity_users
-- Those who have such time.
-- takes: first_day bigint, last_day bigint, contracts bigint[]?, users bigint[]?
-- returns: page activity_user
SELECT m.user_id, m.firstname || ' ' || m.lastname AS user_name
FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :users?
  AND EXISTS (SELECT 1 {seen_time} AND d.user_id = m.user_id)
ORDER BY m.user_id;

-- name: list_activity_days
-- takes: first_day bigint, last_day bigint, contracts bigint[]?, users bigint[]?
-- returns: many activity_figures
{seen_days}
ORDER BY d.user_id, d.day;

-- name: sum_activity
-- Of all members and days: without one of its own.
-- takes: first_day bigint, last_day bigint, contracts bigint[]?, users bigint[]?
-- returns: one activity_figures
SELECT CAST(0 AS BIGINT) AS user_id, CAST(0 AS BIGINT) AS date,
       COALESCE(CAST(sum(s.total_minutes) AS BIGINT), 0) AS total_minutes,
       COALESCE(CAST(sum(s.inactive_minutes) AS BIGINT), 0) AS inactive_minutes,
       COALESCE(CAST(sum(s.activity_seconds) AS BIGINT), 0) AS activity_seconds,
       COALESCE(CAST(sum(s.inactive_seconds) AS BIGINT), 0) AS inactive_seconds,
       COALESCE(CAST(sum(s.keys) AS BIGINT), 0) AS keys, COALESCE(CAST(sum(s.clicks) AS BIGINT), 0) AS clicks,
       COALESCE(CAST(sum(s.scrolls) AS BIGINT), 0) AS scrolls,
       COALESCE(CAST(sum(s.level_seconds) AS BIGINT), 0) AS level_seconds,
       COALESCE(CAST(sum(s.level_points) AS BIGINT), 0) AS level_points
FROM ({seen_days}) s;
