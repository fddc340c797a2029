-- Rates and the days on which they hold (contract 2.8, SHAPE.md 9).
--
-- These statements do not ask what the caller may see: whoever reads rates has found the contracts by their policy, and
-- shows them to those who may see rates.

-- row: contract_rate
-- + from_date bigint?, + rate bigint?, + rate_type bigint

-- row: current_rates
-- contract_id bigint, own bigint?, member bigint?, project bigint?, rate_type bigint

-- row: past_rate
-- contract_id bigint, kind bigint, last_day bigint, rate bigint?, rate_type bigint

-- ---- reading ----

-- name: list_current_rates
-- Of contracts that may have ended: time was spent on them.
-- takes: contract_ids bigint[]
-- returns: many current_rates
SELECT c.id AS contract_id, c.rate AS own, m.rate AS member, CASE WHEN p.is_billable THEN p.rate END AS project,
       c.rate_type
FROM contracts c
JOIN projects p ON p.workspace_id = c.workspace_id AND p.id = c.project_id
JOIN members m ON m.workspace_id = c.workspace_id AND m.user_id = c.user_id
WHERE c.workspace_id = :workspace_id AND p.workspace_id = :workspace_id AND m.workspace_id = :workspace_id
  AND c.id IN :contract_ids
ORDER BY c.id;

-- fragment: rate_owners
-- Whose rates a contract's time may earn.
SELECT c.id AS contract_id, {RateType.custom} AS kind, c.id AS owner_id
FROM contracts c WHERE c.workspace_id = :workspace_id AND c.id IN :contract_ids
UNION ALL
SELECT c.id AS contract_id, {RateType.member} AS kind, c.user_id AS owner_id
FROM contracts c WHERE c.workspace_id = :workspace_id AND c.id IN :contract_ids
UNION ALL
SELECT c.id AS contract_id, {RateType.project} AS kind, c.project_id AS owner_id
FROM contracts c WHERE c.workspace_id = :workspace_id AND c.id IN :contract_ids

-- name: list_past_rates
-- Those that held on `first_day` or later.
-- takes: contract_ids bigint[], first_day bigint
-- returns: many past_rate
SELECT o.contract_id, o.kind, r.last_day, r.rate, r.rate_type
FROM ({rate_owners}) o
JOIN past_rates r ON r.workspace_id = :workspace_id AND r.kind = o.kind AND r.owner_id = o.owner_id
WHERE r.workspace_id = :workspace_id AND r.last_day >= :first_day
ORDER BY o.contract_id, r.last_day;

-- ---- changing ----

-- name: keep_rate
-- What holds on `last_day`, before another does: a rate that is past already, or else the one that stands.
-- takes: kind bigint, owner_id bigint, last_day bigint
-- returns: nothing
INSERT INTO past_rates (workspace_id, kind, owner_id, last_day, rate, rate_type)
SELECT :workspace_id, :kind, :owner_id, :last_day, h.rate, h.rate_type
FROM (SELECT r.last_day, r.rate, r.rate_type FROM past_rates r
      WHERE r.workspace_id = :workspace_id AND r.kind = :kind AND r.owner_id = :owner_id AND r.last_day >= :last_day
      UNION ALL
      SELECT NULL AS last_day, c.rate, c.rate_type FROM contracts c
      WHERE c.workspace_id = :workspace_id AND c.id = :owner_id AND :kind = {RateType.custom}
      UNION ALL
      SELECT NULL AS last_day, m.rate, {RateType.member} AS rate_type FROM members m
      WHERE m.workspace_id = :workspace_id AND m.user_id = :owner_id AND :kind = {RateType.member}
      UNION ALL
      SELECT NULL AS last_day, CASE WHEN p.is_billable THEN p.rate END AS rate, {RateType.project} AS rate_type
      FROM projects p
      WHERE p.workspace_id = :workspace_id AND p.id = :owner_id AND :kind = {RateType.project}) h
ORDER BY h.last_day IS NULL, h.last_day LIMIT 1
ON CONFLICT (workspace_id, kind, owner_id, last_day) DO NOTHING;

-- name: drop_later_rates
-- Those that were to hold longer, by a clock that was ahead or in a zone that is: another holds now.
-- takes: kind bigint, owner_id bigint, last_day bigint
-- returns: nothing
DELETE FROM past_rates
WHERE workspace_id = :workspace_id AND kind = :kind AND owner_id = :owner_id AND last_day > :last_day;

-- name: set_contract_rate
-- takes: id bigint, rate bigint?, rate_type bigint
-- returns: nothing
UPDATE contracts SET rate = :rate, rate_type = :rate_type, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;

-- name: set_member_rate
-- takes: id bigint, rate bigint
-- returns: nothing
UPDATE members SET rate = :rate, updated_at = :now WHERE workspace_id = :workspace_id AND user_id = :id;

-- name: set_project_billing
-- takes: id bigint, is_billable boolean, rate bigint
-- returns: nothing
UPDATE projects SET is_billable = :is_billable, rate = :rate, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;
