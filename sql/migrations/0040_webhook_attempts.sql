-- Each attempt at a delivery, not only the last one.

-- table: tenant
-- wide
CREATE TABLE webhook_attempts (
	workspace_id    BIGINT NOT NULL,
	webhook_id      BIGINT NOT NULL,
	position        BIGINT NOT NULL, -- of the event
	number          BIGINT NOT NULL, -- from 1
	attempted_at    BIGINT NOT NULL,
	response_status BIGINT,          -- NULL: there was no answer
	response_head   TEXT,
	duration_ms     BIGINT,          -- NULL: it was not even tried
	failure         TEXT,
	CONSTRAINT webhook_attempts_pkey PRIMARY KEY (workspace_id, webhook_id, position, number),
	CONSTRAINT webhook_attempts_webhook_fkey FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id)
);
CREATE INDEX webhook_attempts_by_position ON webhook_attempts (workspace_id, position);

INSERT INTO webhook_attempts (workspace_id, webhook_id, position, number, attempted_at, response_status, response_head,
                              duration_ms, failure)
SELECT d.workspace_id, d.webhook_id, d.position, 1, d.attempted_at, d.response_status, d.response_head, d.duration_ms,
       d.failure
FROM webhook_deliveries d WHERE d.attempted_at IS NOT NULL;

ALTER TABLE webhook_deliveries ADD COLUMN asked BIGINT NOT NULL DEFAULT 0; -- how often, after the first time
ALTER TABLE webhook_deliveries DROP COLUMN attempted_at;
ALTER TABLE webhook_deliveries DROP COLUMN response_status;
ALTER TABLE webhook_deliveries DROP COLUMN response_head;
ALTER TABLE webhook_deliveries DROP COLUMN duration_ms;
ALTER TABLE webhook_deliveries DROP COLUMN failure;
