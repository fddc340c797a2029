-- Tasks (contract 3.5).

-- row: task
-- id bigint, title text, description text?, project_id bigint, owner_id bigint, creator_id bigint, status bigint,
-- status_name text, status_color text, priority bigint?, priority_name text?, parent_id bigint?, start_date bigint?,
-- end_date bigint?, completed_at bigint?, has_details boolean, created_at bigint, updated_at bigint,
-- deleted_at bigint?, + assignees assignee[] by task_id

-- row: assignee
-- task_id bigint, id bigint, firstname text, lastname text, email text

-- row: task_link
-- id bigint, parent_id bigint?

-- row: task_level
-- id bigint, level bigint

-- row: task_tree
-- tasks bigint, levels bigint

-- row: task_status
-- code bigint, name text, color text

-- row: task_place
-- id bigint, project_id bigint

-- row: member_id
-- id bigint

-- fragment: task_select
-- A code that neither all nor the workspace has is shown as the one that it belongs to.
SELECT t.id, t.title, t.description, t.project_id, w.owner_id, t.creator_id, t.status,
       COALESCE(s.name, CASE t.status / 10 WHEN 0 THEN 'Open' WHEN 1 THEN 'In Progress' WHEN 2 THEN 'Done'
                                           ELSE 'Closed' END) AS status_name,
       COALESCE(s.color, CASE t.status / 10 WHEN 0 THEN '#9CA3AF' WHEN 1 THEN '#3B82F6' WHEN 2 THEN '#22C55E'
                                            ELSE '#6B7280' END) AS status_color,
       t.priority,
       CASE t.priority WHEN 10 THEN 'Urgent' WHEN 20 THEN 'High' WHEN 30 THEN 'Normal' WHEN 40 THEN 'Low' END
           AS priority_name,
       t.parent_id, t.start_date, t.end_date, t.completed_at, COALESCE(t.description, '') <> '' AS has_details,
       t.created_at, t.updated_at, t.deleted_at
FROM tasks t
JOIN projects p ON p.workspace_id = t.workspace_id AND p.id = t.project_id
JOIN workspaces w ON w.id = t.workspace_id
LEFT JOIN task_statuses s ON s.workspace_id = :workspace_id AND s.code = t.status
WHERE t.workspace_id = :workspace_id AND p.workspace_id = :workspace_id AND w.id = :workspace_id
  AND t.deleted_at IS NULL AND p.deleted_at IS NULL AND {visible_task} AND t.project_id = :project_id

-- name: list_tasks
-- parent_id 0: those without a parent. after_id 0: all.
-- takes: after_id bigint, project_id bigint, status bigint?, priority bigint?, parent_id bigint?
-- returns: page task
{task_select}
  AND (:status IS NULL OR t.status = :status)
  AND (:priority IS NULL OR t.priority = :priority)
  AND (:parent_id IS NULL OR COALESCE(t.parent_id, 0) = :parent_id)
-- order: Direction.asc
  AND t.id > :after_id
ORDER BY t.id;
-- order: Direction.desc
  AND t.id < COALESCE(NULLIF(:after_id, 0), 9223372036854775807)
ORDER BY t.id DESC;

-- name: get_task
-- takes: project_id bigint, id bigint
-- returns: one task
{task_select} AND t.id = :id;

-- fragment: assignee_select
SELECT a.task_id, m.user_id AS id, m.firstname, m.lastname, m.email
FROM task_assignees a
JOIN members m ON m.workspace_id = a.workspace_id AND m.user_id = a.user_id
WHERE a.workspace_id = :workspace_id AND m.workspace_id = :workspace_id

-- name: list_assignees
-- returns: children task.assignees
{assignee_select} AND a.task_id IN :parents
ORDER BY a.task_id, a.user_id;

-- name: list_task_assignees
-- takes: after_id bigint, task_id bigint
-- returns: page assignee
{assignee_select} AND a.task_id = :task_id AND a.user_id > :after_id
ORDER BY a.user_id;

-- name: lock_task
-- Finds a task that another one is put below. Written with its old value, so that whoever deletes it or moves it at the
-- same time conflicts (docs/decisions/0001).
-- takes: project_id bigint, id bigint
-- returns: maybe task_link
UPDATE tasks SET title = title
WHERE workspace_id = :workspace_id AND project_id = :project_id AND id = :id AND deleted_at IS NULL
RETURNING id, parent_id;

-- name: find_task_above
-- The task at the top, and how many levels the task is below it, itself counted; or the one that many levels up.
-- takes: id bigint, most_levels bigint
-- returns: one task_level
WITH RECURSIVE above (id, parent_id, level) AS (
    SELECT t.id, t.parent_id, 1 FROM tasks t WHERE t.workspace_id = :workspace_id AND t.id = :id
    UNION ALL
    SELECT t.id, t.parent_id, a.level + 1 FROM above a JOIN tasks t ON t.id = a.parent_id
    WHERE t.workspace_id = :workspace_id AND a.level < :most_levels)
SELECT above.id, above.level FROM above ORDER BY above.level DESC LIMIT 1;

-- fragment: task_and_below
WITH RECURSIVE below (id, level) AS (
    SELECT t.id, 1 FROM tasks t WHERE t.workspace_id = :workspace_id AND t.id = :id AND t.deleted_at IS NULL
    UNION ALL
    SELECT t.id, b.level + 1 FROM below b JOIN tasks t ON t.parent_id = b.id
    WHERE t.workspace_id = :workspace_id AND t.deleted_at IS NULL)

-- name: measure_task_tree
-- A task and all below it. Counts no further than `most`.
-- takes: id bigint, most bigint
-- returns: one task_tree
{task_and_below}
SELECT count(*) AS tasks, COALESCE(max(x.level), 0) AS levels
FROM (SELECT below.level FROM below LIMIT :most) x;

-- name: insert_task
-- takes: row task
-- returns: nothing
INSERT INTO tasks (workspace_id, id, project_id, parent_id, creator_id, title, description, status, priority,
                   start_date, end_date, completed_at, created_at, updated_at)
VALUES (:workspace_id, :id, :project_id, :parent_id, :creator_id, :title, :description, :status, :priority,
        :start_date, :end_date, :completed_at, :now, :now);

-- name: update_task
-- What is the same is not written: it has not been updated.
-- takes: row task
-- returns: changed
UPDATE tasks SET title = :title, description = :description, status = :status, priority = :priority,
                 parent_id = :parent_id, start_date = :start_date, end_date = :end_date,
                 completed_at = :completed_at, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id
  AND (title, description, status, priority, parent_id, start_date, end_date) IS DISTINCT FROM
      (:title, :description, :status, :priority, :parent_id, :start_date, :end_date);

-- name: delete_task_tree
-- takes: id bigint
-- returns: nothing
UPDATE tasks SET deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id IN ({task_and_below} SELECT below.id FROM below);

-- name: list_assignable_members
-- Only whom the caller sees: an assignment shows names and addresses.
-- takes: user_ids bigint[]
-- returns: many member_id
SELECT m.user_id AS id FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids AND m.deleted_at IS NULL
  AND m.role <> {Role.project_viewer} AND {visible_member}
ORDER BY m.user_id;

-- name: insert_task_assignees
-- takes: task_id bigint, user_ids bigint[]
-- returns: changed
INSERT INTO task_assignees (workspace_id, task_id, user_id, created_at)
SELECT :workspace_id, :task_id, m.user_id, :now FROM members m
WHERE m.workspace_id = :workspace_id AND m.user_id IN :user_ids
ON CONFLICT (workspace_id, task_id, user_id) DO NOTHING;

-- name: delete_task_assignee
-- takes: task_id bigint, user_id bigint
-- returns: changed
DELETE FROM task_assignees WHERE workspace_id = :workspace_id AND task_id = :task_id AND user_id = :user_id;

-- ---- a workspace's own statuses ----

-- name: find_task_status
-- takes: code bigint
-- returns: maybe task_status
SELECT s.code, s.name, s.color FROM task_statuses s WHERE s.workspace_id = :workspace_id AND s.code = :code;

-- name: list_task_statuses
-- returns: many listed
SELECT s.code AS id, s.name, s.color AS detail FROM task_statuses s WHERE s.workspace_id = :workspace_id
ORDER BY s.code;

-- name: insert_task_status
-- takes: row task_status
-- returns: nothing
INSERT INTO task_statuses (workspace_id, code, name, color) VALUES (:workspace_id, :code, :name, :color);

-- name: list_tasks_of_status
-- takes: code bigint
-- returns: many task_place
SELECT t.id, t.project_id FROM tasks t JOIN projects p ON p.workspace_id = :workspace_id AND p.id = t.project_id
WHERE t.workspace_id = :workspace_id AND t.status = :code AND t.deleted_at IS NULL AND p.deleted_at IS NULL
ORDER BY t.id;

-- name: replace_task_status
-- Of its tasks, before it goes.
-- takes: code bigint, base bigint
-- returns: nothing
UPDATE tasks SET status = :base, updated_at = :now WHERE workspace_id = :workspace_id AND status = :code;

-- name: delete_task_status
-- takes: code bigint
-- returns: changed
DELETE FROM task_statuses WHERE workspace_id = :workspace_id AND code = :code;
