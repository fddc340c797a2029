-- Expenses and their categories (contract 3.10).

-- row: expense
-- id bigint, user_id bigint, member text, date bigint, expense_name text, project text?, project_id bigint?,
-- category text?, category_id bigint?, amount bigint, currency text, note text?, description text?, type bigint,
-- is_billable boolean, added_dte bigint, added_date bigint, updated_at bigint, + expense_date text

-- row: expense_category
-- id bigint, name text

-- fragment: expense_select
-- Names of what was archived or left since are shown.
SELECT e.id, e.user_id, m.firstname || ' ' || m.lastname AS member, e.day AS date, e.name AS expense_name,
       p.name AS project, e.project_id, c.name AS category, e.category_id, e.amount, e.currency, e.note,
       e.note AS description,
       CASE WHEN e.is_billable THEN {ExpenseType.billable} ELSE {ExpenseType.non_billable} END AS type, e.is_billable,
       e.created_at AS added_dte, e.created_at AS added_date, e.updated_at
FROM expenses e
JOIN members m ON m.workspace_id = e.workspace_id AND m.user_id = e.user_id
LEFT JOIN projects p ON p.workspace_id = :workspace_id AND p.id = e.project_id
LEFT JOIN expense_categories c ON c.workspace_id = :workspace_id AND c.id = e.category_id
WHERE e.workspace_id = :workspace_id AND m.workspace_id = :workspace_id
  AND e.status = {ObjectStatus.recorded} AND {visible_expense}

-- name: list_expenses
-- The id is two limits, as the key leads to them; both engines would read the whole workspace for an OR.
-- takes: id bigint?, date_from bigint?, date_to bigint?, user_id bigint[]?, project_id bigint[]?
-- returns: page expense
{expense_select}
  AND e.id >= COALESCE(:id, 0) AND e.id <= COALESCE(:id, 9223372036854775807)
  AND (:date_from IS NULL OR e.day >= :date_from)
  AND (:date_to IS NULL OR e.day <= :date_to)
  AND e.user_id IN :user_id?
  AND e.project_id IN :project_id?
ORDER BY e.id;

-- name: get_expense
-- takes: id bigint
-- returns: one expense
{expense_select}
  AND e.id = :id;

-- name: count_seen_expenses
-- Also one that was deleted.
-- takes: id bigint
-- returns: value bigint
SELECT count(*) FROM expenses e WHERE e.workspace_id = :workspace_id AND e.id = :id AND {visible_expense};

-- name: insert_expense
-- takes: row expense
-- returns: nothing
INSERT INTO expenses (workspace_id, id, user_id, name, day, amount, currency, category_id, project_id, note,
                      is_billable, status, created_at, updated_at)
VALUES (:workspace_id, :id, :user_id, :expense_name, :date, :amount, :currency, :category_id, :project_id, :note,
        :is_billable, {ObjectStatus.recorded}, :now, :now);

-- name: update_expense
-- What is the same is not written.
-- takes: row expense
-- returns: nothing
UPDATE expenses SET name = :expense_name, day = :date, amount = :amount, category_id = :category_id,
                    project_id = :project_id, note = :note, is_billable = :is_billable, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id
  AND (name, day, amount, category_id, project_id, note, is_billable)
      IS DISTINCT FROM (:expense_name, :date, :amount, :category_id, :project_id, :note, :is_billable);

-- name: set_expense_status
-- takes: id bigint, from_status bigint, to_status bigint, by_id bigint?, reason text?
-- returns: changed
UPDATE expenses SET status = :to_status, status_by = :by_id, status_at = :now, status_reason = :reason,
                    updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND status = :from_status;

-- ---- categories ----

-- name: list_expense_categories
-- returns: page expense_category
SELECT c.id, c.name FROM expense_categories c
WHERE c.workspace_id = :workspace_id AND c.deleted_at IS NULL
ORDER BY c.name_folded, c.id;

-- name: find_expense_category
-- takes: id bigint
-- returns: maybe named
SELECT c.id, c.name FROM expense_categories c
WHERE c.workspace_id = :workspace_id AND c.id = :id AND c.deleted_at IS NULL;

-- name: find_expense_category_named
-- takes: name_folded text
-- returns: maybe named
SELECT c.id, c.name FROM expense_categories c
WHERE c.workspace_id = :workspace_id AND c.name_folded = :name_folded AND c.deleted_at IS NULL;

-- name: insert_expense_category
-- takes: id bigint, name text, name_folded text
-- returns: nothing
INSERT INTO expense_categories (workspace_id, id, name, name_folded, created_at, updated_at)
VALUES (:workspace_id, :id, :name, :name_folded, :now, :now);

-- name: rename_expense_category
-- takes: id bigint, name text, name_folded text
-- returns: nothing
UPDATE expense_categories SET name = :name, name_folded = :name_folded, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;

-- name: delete_expense_category
-- takes: id bigint
-- returns: changed
UPDATE expense_categories SET deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;

-- ---- stint check ----

-- row: kept_currency
-- currency text

-- name: list_expense_currencies
-- returns: many kept_currency
SELECT DISTINCT e.currency FROM expenses e WHERE e.workspace_id = :workspace_id ORDER BY e.currency;

-- row: odd_amount
-- id bigint, amount bigint

-- name: list_odd_amounts
-- What cannot be paid: no multiple of the smallest amount of its currency.
-- takes: currency text, least bigint
-- returns: each odd_amount
SELECT e.id, e.amount FROM expenses e
WHERE e.workspace_id = :workspace_id AND e.currency = :currency AND e.amount % :least <> 0
ORDER BY e.id;
