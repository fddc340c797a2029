-- Of a grant's tokens the oldest are forgotten when there are too many: they are found by when they expire.

DROP INDEX tokens_by_grant;
CREATE INDEX tokens_of_grants_by_age ON tokens (grant_id, expires_at) WHERE grant_id IS NOT NULL;
CREATE INDEX refresh_tokens_of_grants_by_age ON refresh_tokens (grant_id, expires_at);
