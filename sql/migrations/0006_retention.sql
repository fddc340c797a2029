-- What expires is found by its workspace (sql/retention.sql).

CREATE INDEX invitation_links_by_workspace ON invitation_links (workspace_id, expires_at);
