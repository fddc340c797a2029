-- How often somebody was invited of late is found by who it was, among all that a workspace has invited that day.

CREATE INDEX invitation_links_by_member ON invitation_links (workspace_id, user_id, expires_at);
