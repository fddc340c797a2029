-- Accounts: people, their tokens and their invitations, across workspaces.

-- row: user
-- id bigint, email text, mailbox text?, password_hash text?, confirmed_at bigint?, only_workspace_id bigint?

-- row: token
-- hash text, id bigint, user_id bigint, name text, scopes bigint, kind bigint, only_workspace_id bigint?,
-- grant_id bigint?, created_at bigint, last_used_at bigint?, expires_at bigint?, revoked_at bigint?

-- row: caller_token
-- id bigint, user_id bigint, scopes bigint, kind bigint, only_workspace_id bigint?, grant_id bigint?,
-- expires_at bigint?, revoked_at bigint?

-- row: invitation_link
-- workspace_id bigint, user_id bigint, invitation_hash text, is_mailed boolean, expires_at bigint

-- row: membership
-- role bigint, status bigint, is_blocked boolean, rate_status bigint, name text,
-- owner_id bigint

-- row: user_workspace
-- workspace_id bigint

-- fragment: token_select
SELECT t.hash, t.id, t.user_id, t.name, t.scopes, t.kind, t.only_workspace_id, t.grant_id, t.created_at,
       t.last_used_at, t.expires_at, t.revoked_at
FROM tokens t

-- name: find_token
-- takes: hash text
-- returns: maybe token
{token_select} WHERE t.hash = :hash;

-- fragment: caller_token_select
SELECT t.id, t.user_id, t.scopes, t.kind, t.only_workspace_id, t.grant_id, t.expires_at, t.revoked_at
FROM tokens t WHERE t.hash = :hash

-- name: find_caller_token
-- kept: each request of a group asks who calls
-- takes: hash text
-- returns: maybe caller_token
{caller_token_select};

-- name: confirm_caller_token
-- The same, when it is known already and only compared.
-- takes: hash text
-- returns: many caller_token later
{caller_token_select};

-- name: list_tokens
-- takes: user_id bigint, kind bigint
-- returns: many token
{token_select} WHERE t.user_id = :user_id AND t.kind = :kind ORDER BY t.id;

-- name: list_live_tokens
-- That have not been revoked, nor expired by then.
-- takes: user_id bigint, kind bigint, by bigint
-- returns: many token
{token_select}
WHERE t.user_id = :user_id AND t.kind = :kind AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > :by)
ORDER BY t.id;

-- name: insert_token
-- takes: row token
-- returns: nothing
INSERT INTO tokens (hash, id, user_id, name, scopes, kind, only_workspace_id, grant_id, created_at, expires_at)
VALUES (:hash, :id, :user_id, :name, :scopes, :kind, :only_workspace_id, :grant_id, :now, :expires_at);

-- name: insert_session
-- takes: user_id bigint, token_id bigint, user_agent text, client text, authenticated_at bigint
-- returns: nothing
INSERT INTO sessions (user_id, token_id, user_agent, client, authenticated_at)
VALUES (:user_id, :token_id, :user_agent, :client, :authenticated_at);

-- row: session
-- token_id bigint, user_agent text, client text, authenticated_at bigint

-- name: find_session
-- takes: user_id bigint, token_id bigint
-- returns: maybe session
SELECT s.token_id, s.user_agent, s.client, s.authenticated_at FROM sessions s
WHERE s.user_id = :user_id AND s.token_id = :token_id;

-- name: list_sessions
-- takes: user_id bigint
-- returns: many session
SELECT s.token_id, s.user_agent, s.client, s.authenticated_at FROM sessions s
WHERE s.user_id = :user_id ORDER BY s.token_id;

-- name: set_session_authenticated
-- takes: user_id bigint, token_id bigint
-- returns: changed
UPDATE sessions SET authenticated_at = :now WHERE user_id = :user_id AND token_id = :token_id;

-- name: forget_sessions
-- All but those of these tokens.
-- takes: user_id bigint, token_ids bigint[]
-- returns: nothing
DELETE FROM sessions WHERE user_id = :user_id AND token_id NOT IN :token_ids;

-- name: forget_tokens_of_sessions
-- Of those that are over.
-- takes: user_id bigint
-- returns: nothing
DELETE FROM tokens WHERE user_id = :user_id AND kind IN (2, 4) AND (revoked_at IS NOT NULL OR expires_at <= :now);

-- name: forget_personal_tokens
-- Of those that have been over since then.
-- takes: user_id bigint, before bigint
-- returns: nothing
DELETE FROM tokens WHERE user_id = :user_id AND kind = 1 AND (revoked_at < :before OR expires_at < :before);

-- name: revoke_sessions
-- All but one, or all: in browsers nobody is signed in any more.
-- takes: user_id bigint, but_id bigint?
-- returns: changed
UPDATE tokens SET revoked_at = :now
WHERE user_id = :user_id AND kind IN (2, 4) AND (:but_id IS NULL OR id <> :but_id) AND revoked_at IS NULL;

-- name: revoke_token_of
-- takes: user_id bigint, id bigint, kind bigint
-- returns: changed
UPDATE tokens SET revoked_at = :now
WHERE user_id = :user_id AND id = :id AND kind = :kind AND revoked_at IS NULL;

-- name: note_token_use
-- takes: hash text, at bigint
-- returns: nothing
UPDATE tokens SET last_used_at = :at WHERE hash = :hash;

-- name: note_session_use
-- It lasts longer for that, but not for ever.
-- takes: hash text, at bigint, idle_end bigint, most_seconds bigint
-- returns: nothing
UPDATE tokens
SET last_used_at = :at,
    expires_at = CASE WHEN expires_at IS NULL THEN NULL
                      WHEN created_at + :most_seconds < :idle_end THEN created_at + :most_seconds
                      ELSE :idle_end END
WHERE hash = :hash AND revoked_at IS NULL;

-- row: my_workspace
-- + id bigint, + name text, + role bigint

-- row: my_session
-- + id bigint, + current boolean, + user_agent text, + address text, + created_at bigint, + last_used_at bigint?

-- name: revoke_token
-- takes: id bigint
-- returns: changed
UPDATE tokens SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL;

-- name: confine_tokens
-- Those that reach all workspaces of the user reach this one alone from here on.
-- takes: user_id bigint, kind bigint, only_workspace_id bigint
-- returns: nothing
UPDATE tokens SET only_workspace_id = :only_workspace_id
WHERE user_id = :user_id AND kind = :kind AND only_workspace_id IS NULL AND revoked_at IS NULL;

-- name: revoke_unconfined_tokens
-- All others, but one.
-- takes: user_id bigint, but_id bigint?
-- returns: nothing
UPDATE tokens SET revoked_at = :now
WHERE user_id = :user_id AND only_workspace_id IS NULL AND (:but_id IS NULL OR id <> :but_id) AND revoked_at IS NULL;

-- fragment: membership_select
-- What the caller is in the workspace; nothing in a deleted one.
SELECT m.role, m.status, m.is_blocked, m.rate_status, m.firstname || ' ' || m.lastname AS name, w.owner_id
FROM members m
JOIN workspaces w ON w.id = m.workspace_id
WHERE m.workspace_id = :workspace_id AND w.id = :workspace_id AND m.user_id = :caller_id
  AND m.deleted_at IS NULL AND w.deleted_at IS NULL

-- name: find_membership
-- kept: and what they are in the workspace
-- returns: maybe membership
{membership_select};

-- name: confirm_membership
-- The same, when it is known already and only compared.
-- returns: many membership later
{membership_select};

-- name: list_caller_workspaces
-- All of them, or only that one.
-- takes: after_id bigint, only_id bigint?
-- returns: page user_workspace
SELECT u.workspace_id FROM user_workspaces u
WHERE u.user_id = :caller_id AND u.workspace_id > :after_id
  AND (:only_id IS NULL OR u.workspace_id = :only_id)
ORDER BY u.workspace_id;

-- fragment: user_select
SELECT u.id, u.email, u.mailbox, u.password_hash, u.confirmed_at, u.only_workspace_id FROM users u

-- name: list_accounts_of_mailbox
-- The confirmed one first, then those of no workspace alone. `within`: only those that are in this workspace, or are
-- its alone.
-- takes: mailbox text, within bigint?, most bigint
-- returns: many user
{user_select}
WHERE u.mailbox = :mailbox
  AND (:within IS NULL OR u.only_workspace_id = :within
       OR EXISTS (SELECT 1 FROM user_workspaces w WHERE w.user_id = u.id AND w.workspace_id = :within))
ORDER BY u.confirmed_at IS NULL, u.only_workspace_id IS NOT NULL, u.id LIMIT :most;

-- name: find_account_to_invite
-- Whom an invitation to an address means: who has a place in the workspace, else the account that has confirmed it,
-- else who had a place. Nobody: an account of the workspace alone is to be made.
-- takes: mailbox text
-- returns: maybe user
SELECT u.id, u.email, u.mailbox, u.password_hash, u.confirmed_at, u.only_workspace_id FROM users u
LEFT JOIN members m ON m.workspace_id = :workspace_id AND m.user_id = u.id
WHERE u.mailbox = :mailbox AND (u.confirmed_at IS NOT NULL OR m.user_id IS NOT NULL)
ORDER BY m.user_id IS NULL OR m.deleted_at IS NOT NULL, u.confirmed_at IS NULL, u.id LIMIT 1;

-- name: find_user
-- takes: id bigint
-- returns: maybe user
{user_select} WHERE u.id = :id;

-- row: address
-- id bigint, email text

-- name: list_users_without_mailbox
-- Of the time before there were any, or with an address of a mailbox that another account has.
-- takes: after_id bigint, most bigint
-- returns: many address
SELECT u.id, u.email FROM users u WHERE u.mailbox IS NULL AND u.id > :after_id ORDER BY u.id LIMIT :most;

-- name: set_user_mailbox
-- takes: id bigint, mailbox text
-- returns: nothing
UPDATE users SET mailbox = :mailbox WHERE id = :id;

-- name: insert_user
-- takes: row user
-- returns: nothing
INSERT INTO users (id, email, mailbox, password_hash, confirmed_at, only_workspace_id, created_at)
VALUES (:id, :email, :mailbox, :password_hash, :confirmed_at, :only_workspace_id, :now);

-- name: count_unconfirmed_users
-- returns: value bigint
SELECT count(*) FROM users u WHERE u.confirmed_at IS NULL;

-- name: confirm_user
-- takes: id bigint
-- returns: changed
UPDATE users SET confirmed_at = :now, only_workspace_id = NULL WHERE id = :id AND confirmed_at IS NULL;

-- name: set_password
-- takes: id bigint, password_hash text
-- returns: changed
UPDATE users SET password_hash = :password_hash WHERE id = :id;

-- name: touch_user
-- Another way in is made: whoever proves the address, or sets another password, at the same time writes the same row.
-- One of the two then begins again, and sees what the other has done.
-- takes: id bigint
-- returns: nothing
UPDATE users SET id = id WHERE id = :id;

-- name: insert_user_workspace
-- takes: user_id bigint
-- returns: nothing
INSERT INTO user_workspaces (user_id, workspace_id) VALUES (:user_id, :workspace_id)
ON CONFLICT (user_id, workspace_id) DO NOTHING;

-- name: delete_user_workspace
-- takes: user_id bigint
-- returns: nothing
DELETE FROM user_workspaces WHERE user_id = :user_id AND workspace_id = :workspace_id;

-- name: insert_invitation_link
-- takes: hash text, user_id bigint, invitation_hash text, is_mailed boolean, expires_at bigint
-- returns: nothing
INSERT INTO invitation_links (hash, workspace_id, user_id, invitation_hash, is_mailed, expires_at)
VALUES (:hash, :workspace_id, :user_id, :invitation_hash, :is_mailed, :expires_at);

-- name: count_invitations
-- takes: user_id bigint, expire_after bigint
-- returns: value bigint
SELECT count(*) FROM invitation_links l
WHERE l.workspace_id = :workspace_id AND l.user_id = :user_id AND l.expires_at > :expire_after AND NOT l.is_mailed;

-- name: find_invitation_link
-- takes: hash text
-- returns: maybe invitation_link
SELECT l.workspace_id, l.user_id, l.invitation_hash, l.is_mailed, l.expires_at FROM invitation_links l
WHERE l.hash = :hash;

-- row: installation
-- sealing_key text

-- name: insert_installation
-- Only the first of several nodes makes it.
-- takes: sealing_key text
-- returns: nothing
INSERT INTO installation (id, sealing_key) VALUES (1, :sealing_key) ON CONFLICT (id) DO NOTHING;

-- name: find_installation
-- returns: maybe installation
SELECT i.sealing_key FROM installation i WHERE i.id = 1;
