-- What the command line asks and changes, and the API has no operation for. Its caller is the operator: it acts as an
-- owner in the workspace it names.

-- row: listed
-- id bigint, name text, detail text?

-- row: named
-- id bigint, name text

-- row: team_person
-- user_id bigint, email text, is_manager boolean

-- name: list_workspaces
-- all_workspaces: the operator's list; `serve` asks whether there is any.
-- returns: many listed
SELECT w.id, w.name, u.email AS detail FROM workspaces w JOIN users u ON u.id = w.owner_id
WHERE w.deleted_at IS NULL ORDER BY w.id;

-- name: insert_workspace
-- takes: owner_id bigint, name text
-- returns: nothing
INSERT INTO workspaces (id, owner_id, name, created_at, activated_at)
VALUES (:workspace_id, :owner_id, :name, :now, :now);

-- name: rename_workspace
-- takes: name text
-- returns: changed
UPDATE workspaces SET name = :name WHERE id = :workspace_id AND deleted_at IS NULL;

-- row: account
-- id bigint, email text, confirmed_at bigint?, only_workspace_id bigint?, has_password boolean

-- name: list_users
-- returns: many account
SELECT u.id, u.email, u.confirmed_at, u.only_workspace_id, u.password_hash IS NOT NULL AS has_password
FROM users u ORDER BY u.id;

-- row: stranger
-- id bigint, only_workspace_id bigint

-- name: list_strangers
-- Who has a place here with an account that is another workspace's alone: nobody.
-- returns: each stranger
SELECT u.id, u.only_workspace_id FROM members m
JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = :workspace_id AND u.only_workspace_id <> :workspace_id;

-- name: set_member_blocked
-- takes: id bigint, is_blocked boolean
-- returns: nothing
UPDATE members SET is_blocked = :is_blocked, updated_at = :now WHERE workspace_id = :workspace_id AND user_id = :id;

-- name: set_member_title
-- takes: id bigint, title_id bigint
-- returns: nothing
UPDATE members SET title_id = :title_id, updated_at = :now WHERE workspace_id = :workspace_id AND user_id = :id;

-- name: list_teams
-- returns: many listed
SELECT t.id, t.name, NULL AS detail FROM teams t WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- name: find_team
-- takes: id bigint?, name text?
-- returns: maybe named
SELECT t.id, t.name FROM teams t WHERE t.workspace_id = :workspace_id AND (t.id = :id OR t.name = :name);

-- name: insert_team
-- takes: id bigint, name text
-- returns: nothing
INSERT INTO teams (workspace_id, id, name) VALUES (:workspace_id, :id, :name);

-- name: list_team_people
-- takes: team_id bigint
-- returns: many team_person
SELECT tm.user_id, m.email, tm.is_manager
FROM team_members tm
JOIN members m ON m.workspace_id = tm.workspace_id AND m.user_id = tm.user_id
WHERE tm.workspace_id = :workspace_id AND tm.team_id = :team_id ORDER BY tm.user_id;

-- name: put_team_member
-- takes: team_id bigint, user_id bigint, is_manager boolean
-- returns: nothing
INSERT INTO team_members (workspace_id, team_id, user_id, is_manager)
VALUES (:workspace_id, :team_id, :user_id, :is_manager)
ON CONFLICT (workspace_id, team_id, user_id) DO UPDATE SET is_manager = excluded.is_manager;

-- name: delete_team_member
-- takes: team_id bigint, user_id bigint
-- returns: changed
DELETE FROM team_members WHERE workspace_id = :workspace_id AND team_id = :team_id AND user_id = :user_id;

-- name: list_titles
-- returns: many listed
SELECT t.id, t.name, NULL AS detail FROM titles t WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- name: find_title
-- takes: id bigint?, name text?
-- returns: maybe named
SELECT t.id, t.name FROM titles t WHERE t.workspace_id = :workspace_id AND (t.id = :id OR t.name = :name);

-- name: insert_title
-- takes: id bigint, name text
-- returns: nothing
INSERT INTO titles (workspace_id, id, name) VALUES (:workspace_id, :id, :name);

-- name: list_tags
-- returns: many listed
SELECT t.id, t.name, t.color AS detail FROM tags t WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- name: list_all_expense_categories
-- returns: many listed
SELECT c.id, c.name, NULL AS detail FROM expense_categories c
WHERE c.workspace_id = :workspace_id AND c.deleted_at IS NULL ORDER BY c.id;

-- name: find_tag
-- takes: id bigint?, name text?
-- returns: maybe named
SELECT t.id, t.name FROM tags t WHERE t.workspace_id = :workspace_id AND (t.id = :id OR t.name = :name);

-- name: insert_tag
-- takes: id bigint, name text, color text
-- returns: nothing
INSERT INTO tags (workspace_id, id, name, color) VALUES (:workspace_id, :id, :name, :color);

-- name: attach_tag
-- takes: project_id bigint, tag_id bigint
-- returns: nothing
INSERT INTO project_tags (workspace_id, project_id, tag_id) VALUES (:workspace_id, :project_id, :tag_id)
ON CONFLICT (workspace_id, project_id, tag_id) DO NOTHING;

-- name: detach_tag
-- takes: project_id bigint, tag_id bigint
-- returns: changed
DELETE FROM project_tags WHERE workspace_id = :workspace_id AND project_id = :project_id AND tag_id = :tag_id;

-- name: grant_project
-- takes: project_id bigint, user_id bigint
-- returns: nothing
INSERT INTO project_grants (workspace_id, project_id, user_id) VALUES (:workspace_id, :project_id, :user_id)
ON CONFLICT (workspace_id, user_id, project_id) DO NOTHING;

-- name: revoke_project
-- takes: project_id bigint, user_id bigint
-- returns: changed
DELETE FROM project_grants WHERE workspace_id = :workspace_id AND project_id = :project_id AND user_id = :user_id;

-- name: restore_project
-- takes: id bigint
-- returns: changed
UPDATE projects SET deleted_at = NULL, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NOT NULL;
