-- Contracts (contract 3.4).

-- row: contract
-- id bigint, project_id bigint, project_name text, project_icon text?, user_id bigint, user_firstname text,
-- user_lastname text, user_email text, user_role bigint, contract_name text, weekly_hours_limit bigint,
-- screenshots bigint, screenshots_label bigint, rate bigint?, rate_type bigint, currency text, status bigint,
-- created_at bigint, updated_at bigint

-- row: new_contract
-- id bigint, project_id bigint, user_id bigint, weekly_hours_limit bigint, screenshots bigint, rate bigint?,
-- rate_type bigint

-- fragment: contract_select
-- The rate is the contract's own, the member's or the project's, as rate_type says; only on billable projects.
SELECT c.id, c.project_id, p.name AS project_name, p.icon AS project_icon, c.user_id, m.firstname AS user_firstname,
       m.lastname AS user_lastname, m.email AS user_email, m.role AS user_role,
       p.name || ' - ' || m.firstname || ' ' || m.lastname AS contract_name, c.weekly_hours_limit, c.screenshots,
       c.screenshots AS screenshots_label,
       CASE WHEN :sees_rates AND p.is_billable THEN
            CASE c.rate_type WHEN {RateType.custom} THEN c.rate WHEN {RateType.member} THEN m.rate ELSE p.rate END
       END AS rate, c.rate_type, c.currency, c.status, c.created_at, c.updated_at
FROM contracts c
JOIN projects p ON p.workspace_id = c.workspace_id AND p.id = c.project_id
JOIN members m ON m.workspace_id = c.workspace_id AND m.user_id = c.user_id
WHERE c.workspace_id = :workspace_id AND p.workspace_id = :workspace_id AND m.workspace_id = :workspace_id
  AND c.deleted_at IS NULL AND p.deleted_at IS NULL AND {visible_contract}

-- name: list_contracts
-- takes: after_id bigint, project_id bigint?, user_id bigint?, status bigint?
-- returns: page contract
{contract_select} AND c.id > :after_id
  AND (:project_id IS NULL OR c.project_id = :project_id)
  AND (:user_id IS NULL OR c.user_id = :user_id)
  AND (:status IS NULL OR c.status = :status)
ORDER BY c.id;

-- name: get_contract
-- takes: id bigint
-- returns: one contract
{contract_select} AND c.id = :id;

-- name: insert_contract
-- takes: row new_contract
-- returns: nothing
INSERT INTO contracts (workspace_id, id, project_id, user_id, weekly_hours_limit, screenshots, rate, rate_type,
                       currency, status, created_at, updated_at)
SELECT :workspace_id, :id, :project_id, :user_id, :weekly_hours_limit, :screenshots, :rate, :rate_type,
       s.currency, {ContractStatus.active}, :now, :now
FROM workspace_settings s WHERE s.workspace_id = :workspace_id;

-- name: update_contract
-- What is the same is not written: it has not been updated.
-- takes: row contract
-- returns: changed
UPDATE contracts SET weekly_hours_limit = :weekly_hours_limit, screenshots = :screenshots, status = :status,
                     updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id
  AND (weekly_hours_limit, screenshots, status) IS DISTINCT FROM (:weekly_hours_limit, :screenshots, :status);

-- name: delete_contract
-- takes: id bigint
-- returns: changed
UPDATE contracts SET deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;
