-- Workspaces (contract 3.1).

-- row: workspace
-- id bigint, owner_id bigint, user_id bigint, workspace_name text, role bigint, status bigint, created bigint,
-- activated bigint, + created_at text, + activated_at text

-- name: get_workspace
-- One workspace as the caller, who is its member, sees it.
-- returns: one workspace
SELECT w.id, w.owner_id, m.user_id, w.name AS workspace_name, m.role, m.status, w.created_at AS created,
       w.activated_at AS activated
FROM workspaces w
JOIN members m ON m.workspace_id = w.id
WHERE w.id = :workspace_id AND m.workspace_id = :workspace_id AND m.user_id = :caller_id;
