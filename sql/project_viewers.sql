-- Project viewers (contract 3.6): members with that role. Only owners and executive managers ask.

-- row: project_viewer
-- id bigint, email text, firstname text, lastname text, status bigint, member_since bigint, deleted_at bigint?,
-- + projects viewer_project[] by user_id

-- row: viewer_project
-- user_id bigint, id bigint, name text

-- fragment: viewer_select
SELECT m.user_id AS id, m.email, m.firstname, m.lastname, m.status, m.created_at AS member_since, m.deleted_at
FROM members m
WHERE m.workspace_id = :workspace_id AND m.role = {Role.project_viewer} AND {visible_member}

-- name: list_project_viewers
-- takes: after_id bigint, mailbox text?
-- returns: page project_viewer
{viewer_select} AND m.deleted_at IS NULL AND m.user_id > :after_id AND (:mailbox IS NULL OR m.mailbox = :mailbox)
ORDER BY m.user_id;

-- name: get_project_viewer
-- Archived ones too.
-- takes: id bigint
-- returns: one project_viewer
{viewer_select} AND m.user_id = :id;

-- name: list_viewer_projects
-- returns: children project_viewer.projects
SELECT g.user_id, p.id, p.name
FROM project_grants g
JOIN projects p ON p.workspace_id = g.workspace_id AND p.id = g.project_id
WHERE g.workspace_id = :workspace_id AND p.workspace_id = :workspace_id AND g.user_id IN :parents
  AND p.deleted_at IS NULL
ORDER BY g.user_id, p.id;
