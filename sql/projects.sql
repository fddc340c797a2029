-- Projects (contract 3.3).

-- row: project
-- id bigint, owner_id bigint, name text, start_date bigint?, deadline bigint?, estimation bigint?,
-- budget_estimation bigint?, notes text?, icon text?, is_billable boolean, rate bigint?, weekly_hours_limit bigint,
-- screenshots bigint, status bigint, created_at bigint, updated_at bigint, deleted_at bigint?,
-- + tags tag[] by project_id, + contracts contract_count[] by project_id, + contracts_count bigint, + name_folded text

-- row: tag
-- project_id bigint, id bigint, name text, color text

-- row: contract_count
-- project_id bigint, contracts bigint

-- fragment: project_select
SELECT p.id, p.owner_id, p.name, p.start_date, p.deadline, p.estimation, p.budget_estimation, p.notes, p.icon,
       p.is_billable, CASE WHEN :sees_rates THEN p.rate END AS rate, p.weekly_hours_limit, p.screenshots,
       p.status, p.created_at, p.updated_at, p.deleted_at
FROM projects p
WHERE p.workspace_id = :workspace_id AND p.deleted_at IS NULL AND {visible_project}

-- name: list_projects
-- takes: after_id bigint, part_folded text?
-- returns: page project
{project_select} AND p.id > :after_id AND (:part_folded IS NULL OR strpos(p.name_folded, :part_folded) > 0)
ORDER BY p.id;

-- name: get_project
-- takes: id bigint
-- returns: one project
{project_select} AND p.id = :id;

-- name: list_project_tags
-- returns: children project.tags
SELECT pt.project_id, t.id, t.name, t.color
FROM project_tags pt
JOIN tags t ON t.workspace_id = pt.workspace_id AND t.id = pt.tag_id
WHERE pt.workspace_id = :workspace_id AND pt.project_id IN :parents
ORDER BY pt.project_id, pt.tag_id;

-- fragment: active_contracts
FROM contracts c
WHERE c.workspace_id = :workspace_id AND c.deleted_at IS NULL AND c.status = {ContractStatus.active}

-- name: list_project_contracts
-- Those of a range are few, and come one by one: for SQLite that is half the work of groups.
-- returns: children project.contracts
SELECT c.project_id, count(*) AS contracts {active_contracts} AND c.project_id IN :parents
GROUP BY c.project_id
ORDER BY c.project_id;
-- @range
SELECT c.project_id, 1 AS contracts {active_contracts} AND c.project_id BETWEEN :first_parent AND :last_parent
ORDER BY c.project_id;

-- name: insert_project
-- takes: row project
-- returns: nothing
INSERT INTO projects (workspace_id, id, owner_id, name, name_folded, start_date, deadline, estimation,
                      budget_estimation, notes, icon, is_billable, rate, weekly_hours_limit, screenshots, status,
                      created_at, updated_at)
VALUES (:workspace_id, :id, :owner_id, :name, :name_folded, :start_date, :deadline, :estimation,
        :budget_estimation, :notes, :icon, :is_billable, :rate, :weekly_hours_limit, :screenshots, :status, :now, :now);

-- name: update_project
-- What is the same is not written: it has not been updated.
-- takes: row project
-- returns: changed
UPDATE projects SET name = :name, name_folded = :name_folded, start_date = :start_date, deadline = :deadline,
                    estimation = :estimation, budget_estimation = :budget_estimation, notes = :notes, icon = :icon,
                    updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id
  AND (name, start_date, deadline, estimation, budget_estimation, notes, icon) IS DISTINCT FROM
      (:name, :start_date, :deadline, :estimation, :budget_estimation, :notes, :icon);

-- name: delete_project
-- takes: id bigint
-- returns: changed
UPDATE projects SET deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;
