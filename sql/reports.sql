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

-- row: report_name
-- user_id bigint, name text

-- row: report_contract
-- id bigint, project_id bigint, project_name text, currency text

-- row: tracked_minutes
-- day bigint, user_id bigint, contract_id bigint, total_minutes bigint

-- row: tracked_hours_line
-- + date bigint, + user_id bigint, + user_name text, + project_id bigint?, + project_name text?, + contract_id bigint?,
-- + total_minutes bigint, + total_amount currency_amount[]

-- ---- the selection ----

-- name: list_chosen_people
-- Also those who left: their time is there.
-- takes: by_user boolean, users bigint[], by_title boolean, titles bigint[], by_team boolean, teams bigint[]
-- returns: many chosen_person
SELECT m.user_id FROM members m
WHERE m.workspace_id = :workspace_id
  AND (NOT :by_user OR m.user_id IN :users)
  AND (NOT :by_title OR m.title_id IN :titles)
  AND (NOT :by_team OR m.user_id IN (
      SELECT tm.user_id FROM team_members tm WHERE tm.workspace_id = :workspace_id AND tm.team_id IN :teams))
ORDER BY m.user_id;

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

-- ---- tracked hours ----

-- fragment: tracked_minutes_select
-- Breaks are no work.
SELECT d.day, d.user_id, d.contract_id, CAST(sum(d.minutes) AS BIGINT) AS total_minutes
FROM daily_minutes d
WHERE d.workspace_id = :workspace_id AND d.day BETWEEN :first_day AND :last_day AND d.method <> {TimeMethod.break}
  AND (NOT :by_project OR d.contract_id IN (
      SELECT c.id FROM contracts c WHERE c.workspace_id = :workspace_id AND c.project_id IN :projects))

-- fragment: tracked_minutes_order
GROUP BY d.day, d.user_id, d.contract_id
ORDER BY d.day, d.user_id, d.contract_id

-- name: list_tracked_minutes
-- Of everybody: by the days.
-- takes: first_day bigint, last_day bigint, by_project boolean, projects bigint[]
-- returns: many tracked_minutes
{tracked_minutes_select} {tracked_minutes_order};

-- name: list_tracked_minutes_of
-- Of some people: by them and their days.
-- takes: user_ids bigint[], first_day bigint, last_day bigint, by_project boolean, projects bigint[]
-- returns: many tracked_minutes
{tracked_minutes_select} AND d.user_id IN :user_ids {tracked_minutes_order};
