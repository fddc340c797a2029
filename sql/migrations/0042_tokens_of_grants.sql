-- Tokens end with the grant that they came of, and are forgotten by their workspace (sql/retention.sql).

CREATE INDEX tokens_by_grant ON tokens (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX tokens_of_grants_by_workspace ON tokens (only_workspace_id, expires_at) WHERE grant_id IS NOT NULL;
