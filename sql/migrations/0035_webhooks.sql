-- Webhooks: who is told of which events, and what came of telling them.

-- table: tenant
CREATE TABLE webhooks (
	workspace_id     BIGINT NOT NULL,
	id               BIGINT NOT NULL,
	owner_id         BIGINT NOT NULL, -- who saved it last: it is told what they may see
	url              TEXT   NOT NULL,
	status           BIGINT NOT NULL, -- 1 active, 2 paused, 3 failing, 4 gone
	position         BIGINT NOT NULL, -- of the events, up to which it has its deliveries
	secret_number    BIGINT NOT NULL, -- the secret itself follows from it, the id and the installation's key
	old_secret_until BIGINT,          -- so long the one before it counts, too
	failing_since    BIGINT,          -- NULL: the last attempt succeeded
	leased_until     BIGINT NOT NULL, -- by whoever delivers to it; past: nobody does, and this is when they last did
	created_at       BIGINT NOT NULL,
	updated_at       BIGINT NOT NULL,
	deleted_at       BIGINT,
	CONSTRAINT webhooks_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT webhooks_owner_fkey FOREIGN KEY (workspace_id, owner_id) REFERENCES members (workspace_id, user_id)
);
CREATE INDEX webhooks_called ON webhooks (workspace_id, leased_until) WHERE status = 1 AND deleted_at IS NULL;

-- table: tenant
CREATE TABLE webhook_patterns (
	workspace_id BIGINT NOT NULL,
	webhook_id   BIGINT NOT NULL,
	pattern      TEXT   NOT NULL, -- the name of an event, `project.*`, or `*`
	CONSTRAINT webhook_patterns_pkey PRIMARY KEY (workspace_id, webhook_id, pattern),
	CONSTRAINT webhook_patterns_webhook_fkey FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id)
);

-- table: tenant
-- An event that a webhook is told, or was. Its message is made from the event whenever it is sent.
CREATE TABLE webhook_deliveries (
	workspace_id    BIGINT NOT NULL,
	webhook_id      BIGINT NOT NULL,
	position        BIGINT NOT NULL, -- of the event
	event_id        BIGINT NOT NULL,
	kind            BIGINT NOT NULL, -- of the event
	status          BIGINT NOT NULL, -- 1 pending, 2 delivered, 3 failed
	attempts        BIGINT NOT NULL,
	due_at          BIGINT,          -- NULL: it is not sent any more
	created_at      BIGINT NOT NULL,
	attempted_at    BIGINT,          -- the last time, and what came of it
	response_status BIGINT,
	response_head   TEXT,
	duration_ms     BIGINT,
	failure         TEXT,
	CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (workspace_id, webhook_id, position),
	CONSTRAINT webhook_deliveries_webhook_fkey FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (workspace_id, webhook_id, due_at, position) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_position ON webhook_deliveries (workspace_id, position);
