-- Members (contract 3.2).

-- row: member
-- id bigint, email text, mailbox text?, firstname text, lastname text, avatar text?, current_role bigint,
-- timezone text?, status bigint, team_name text?, title text?, rate bigint?, rate_type text, rate_status bigint,
-- is_blocked boolean, weekly_hours_limit bigint, screenshots bigint, created_at bigint, updated_at bigint,
-- deleted_at bigint?, + invitation_hash text

-- row: open_invitation
-- workspace_name text, email text, + has_password boolean

-- fragment: member_select
SELECT m.user_id AS id, m.email, m.mailbox, m.firstname, m.lastname, m.avatar, m.role AS current_role, m.timezone,
       m.status,
       (SELECT min(t.name) FROM team_members tm JOIN teams t ON t.workspace_id = tm.workspace_id AND t.id = tm.team_id
        WHERE tm.workspace_id = :workspace_id AND tm.user_id = m.user_id) AS team_name,
       (SELECT ti.name FROM titles ti WHERE ti.workspace_id = :workspace_id AND ti.id = m.title_id) AS title,
       CASE WHEN :sees_rates THEN m.rate END AS rate, m.rate_type, m.rate_status, m.is_blocked, m.weekly_hours_limit,
       m.screenshots, m.created_at, m.updated_at, m.deleted_at
FROM members m
WHERE m.workspace_id = :workspace_id AND {visible_member}

-- name: list_members
-- Archived members only when asked for by their status.
-- takes: after_id bigint, mailbox text?, status bigint?, role bigint?
-- returns: page member
{member_select} AND m.user_id > :after_id
  AND (:mailbox IS NULL OR m.mailbox = :mailbox)
  AND (:status IS NULL OR m.status = :status)
  AND (:role IS NULL OR m.role = :role)
  AND (m.deleted_at IS NULL OR :status = {MemberStatus.left})
ORDER BY m.user_id;

-- name: get_member
-- takes: id bigint
-- returns: one member
{member_select} AND m.user_id = :id;

-- name: find_member
-- takes: id bigint
-- returns: maybe member
{member_select} AND m.user_id = :id;

-- name: find_member_by_mailbox
-- takes: mailbox text
-- returns: maybe member
{member_select} AND m.mailbox = :mailbox AND m.deleted_at IS NULL;

-- name: list_members_without_mailbox
-- takes: after_id bigint, most bigint
-- returns: many address
SELECT m.user_id AS id, m.email FROM members m
WHERE m.workspace_id = :workspace_id AND m.mailbox IS NULL AND m.user_id > :after_id
ORDER BY m.user_id LIMIT :most;

-- name: set_member_mailbox
-- takes: id bigint, mailbox text
-- returns: nothing
UPDATE members SET mailbox = :mailbox WHERE workspace_id = :workspace_id AND user_id = :id;

-- name: insert_member
-- Somebody who comes back keeps the old place, rate and settings.
-- takes: row member
-- returns: nothing
INSERT INTO members (workspace_id, user_id, email, mailbox, firstname, lastname, role, status, is_blocked, rate_type,
                     rate_status, weekly_hours_limit, screenshots, invitation_hash, created_at, updated_at)
VALUES (:workspace_id, :id, :email, :mailbox, :firstname, :lastname, :current_role, :status, FALSE, :rate_type,
        :rate_status, :weekly_hours_limit, :screenshots, :invitation_hash, :now, :now)
ON CONFLICT (workspace_id, user_id) DO UPDATE
SET email = excluded.email, mailbox = excluded.mailbox, firstname = excluded.firstname, lastname = excluded.lastname,
    role = excluded.role, status = excluded.status, invitation_hash = excluded.invitation_hash,
    updated_at = excluded.updated_at, deleted_at = NULL;

-- name: lock_member
-- Who is given work. Written with the old value, so that whoever archives the member or takes the role away at the same
-- time conflicts (docs/decisions/0001): their contracts are paused then, and none may be missed.
-- takes: id bigint
-- returns: nothing
UPDATE members SET updated_at = updated_at WHERE workspace_id = :workspace_id AND user_id = :id;

-- name: update_member
-- What is the same is not written: it has not been updated.
-- takes: row member
-- returns: changed
UPDATE members SET email = :email, mailbox = :mailbox, firstname = :firstname, lastname = :lastname, avatar = :avatar,
                   timezone = :timezone, role = :current_role, rate_status = :rate_status,
                   weekly_hours_limit = :weekly_hours_limit, updated_at = :now
WHERE workspace_id = :workspace_id AND user_id = :id
  AND (email, firstname, lastname, avatar, timezone, role, rate_status, weekly_hours_limit) IS DISTINCT FROM
      (:email, :firstname, :lastname, :avatar, :timezone, :current_role, :rate_status, :weekly_hours_limit);

-- name: find_open_invitation
-- None: was accepted, replaced by a newer link, or the member is out.
-- takes: user_id bigint, hash text
-- returns: maybe open_invitation
SELECT w.name AS workspace_name, m.email FROM members m
JOIN workspaces w ON w.id = m.workspace_id
WHERE w.id = :workspace_id AND m.workspace_id = :workspace_id AND m.user_id = :user_id AND m.invitation_hash = :hash
  AND m.deleted_at IS NULL AND NOT m.is_blocked;

-- name: accept_invitation
-- takes: user_id bigint, hash text
-- returns: changed
UPDATE members SET status = {MemberStatus.active}, invitation_hash = NULL, updated_at = :now
WHERE workspace_id = :workspace_id AND user_id = :user_id AND invitation_hash = :hash AND deleted_at IS NULL
  AND NOT is_blocked;

-- name: archive_member
-- An open invitation stays, and is not accepted any more: it tells restore_member what the status was.
-- takes: id bigint
-- returns: changed
UPDATE members SET status = {MemberStatus.left}, deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND user_id = :id AND deleted_at IS NULL;

-- name: restore_member
-- takes: id bigint
-- returns: changed
UPDATE members SET status = CASE WHEN invitation_hash IS NULL THEN {MemberStatus.active}
                                 ELSE {MemberStatus.inactive} END,
                   deleted_at = NULL, updated_at = :now
WHERE workspace_id = :workspace_id AND user_id = :id AND deleted_at IS NOT NULL;

-- name: pause_member_contracts
-- takes: id bigint
-- returns: nothing
UPDATE contracts SET status = {ContractStatus.paused}, updated_at = :now
WHERE workspace_id = :workspace_id AND user_id = :id AND deleted_at IS NULL AND status = {ContractStatus.active};
