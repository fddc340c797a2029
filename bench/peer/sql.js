// The statements that Stint runs for the two measured operations (sql/accounts.sql, workspaces.sql, policy.sql and
// projects.sql), with the codes written out: roles 1 Owner, 2 Executive manager, 3 Team manager, 4 Project manager,
// 5 Regular User, 6 Project viewer. Only text; server.js prepares and runs it.

export const findToken = `
SELECT t.hash, t.id, t.user_id, t.name, t.scopes, t.created_at, t.expires_at, t.revoked_at
FROM tokens t WHERE t.hash = :hash`

export const findMembership = `
SELECT m.role, m.status, m.is_blocked, m.rate_status
FROM members m
JOIN workspaces w ON w.id = m.workspace_id
WHERE m.workspace_id = :workspace_id AND w.id = :workspace_id AND m.user_id = :caller_id
  AND m.deleted_at IS NULL AND w.deleted_at IS NULL`

export const findOwner = 'SELECT w.owner_id FROM workspaces w WHERE w.id = :workspace_id'

const managedPeople = `
SELECT tm.user_id
FROM team_members tm
JOIN team_members mine ON mine.workspace_id = tm.workspace_id AND mine.team_id = tm.team_id
WHERE tm.workspace_id = :workspace_id AND mine.workspace_id = :workspace_id
  AND mine.user_id = :caller_id AND mine.is_manager`

const grantedProjects = `
SELECT g.project_id FROM project_grants g WHERE g.workspace_id = :workspace_id AND g.user_id = :caller_id`

const visibleProject = `
(:caller_role IN (1, 2)
 OR (:caller_role IN (4, 6) AND p.id IN (${grantedProjects}))
 OR (:caller_role = 3 AND p.id IN (
     SELECT tc.project_id FROM contracts tc
     WHERE tc.workspace_id = :workspace_id AND tc.deleted_at IS NULL AND tc.user_id IN (${managedPeople})))
 OR (:caller_role IN (5, 3) AND p.id IN (
     SELECT oc.project_id FROM contracts oc
     WHERE oc.workspace_id = :workspace_id AND oc.deleted_at IS NULL AND oc.user_id = :caller_id)))`

const fromProjects = `
FROM projects p
WHERE p.workspace_id = :workspace_id AND p.deleted_at IS NULL AND ${visibleProject}`

const projectSelect = `
SELECT p.id, p.owner_id, p.name, p.start_date, p.deadline, p.estimation, p.budget_estimation, p.notes, p.icon,
       p.is_billable, CASE WHEN :sees_rates THEN p.rate END AS rate, p.weekly_hours_limit, p.screenshots,
       (SELECT count(*) FROM contracts c
        WHERE c.workspace_id = :workspace_id AND c.project_id = p.id AND c.deleted_at IS NULL
          AND c.status = 1) AS contracts_count,
       p.status, p.created_at, p.updated_at, p.deleted_at
${fromProjects}`

const nameMatches = "(:pattern IS NULL OR p.name_folded LIKE :pattern ESCAPE '\\')"

export const listProjects = `${projectSelect} AND ${nameMatches} ORDER BY p.id LIMIT :limit OFFSET :offset`

export const countProjects = `SELECT count(*) AS total ${fromProjects} AND ${nameMatches}`

export const getProject = `${projectSelect} AND p.id = :id`

export const listProjectTags = `
SELECT pt.project_id, t.id, t.name, t.color
FROM project_tags pt
JOIN tags t ON t.workspace_id = pt.workspace_id AND t.id = pt.tag_id
WHERE pt.workspace_id = :workspace_id AND pt.project_id IN (SELECT value FROM json_each(:project_ids))
ORDER BY pt.project_id, t.id`

// Stint takes ids from blocks that it keeps in memory; a program with one table of its own would ask the table.
export const nextProjectId =
  'SELECT COALESCE(max(p.id), 0) + 1 AS id FROM projects p WHERE p.workspace_id = :workspace_id'

export const insertProject = `
INSERT INTO projects (workspace_id, id, owner_id, name, name_folded, start_date, deadline, estimation,
                      budget_estimation, notes, icon, is_billable, rate, weekly_hours_limit, screenshots, status,
                      created_at, updated_at)
VALUES (:workspace_id, :id, :owner_id, :name, :name_folded, :start_date, :deadline, :estimation,
        :budget_estimation, :notes, :icon, :is_billable, :rate, :weekly_hours_limit, :screenshots, :status,
        :now, :now)`
