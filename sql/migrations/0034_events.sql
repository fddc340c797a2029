-- What happened in a workspace, for those who follow it: a row is written where the state changes, in its transaction
-- (docs/decisions/0046).

-- table: tenant
-- wide
CREATE TABLE events (
	workspace_id BIGINT NOT NULL,
	position     BIGINT NOT NULL, -- from 1, without gaps; -id until it is numbered, after its transaction was committed
	id           BIGINT NOT NULL,
	kind         BIGINT NOT NULL, -- EventKind
	noted_at     BIGINT NOT NULL, -- microseconds: the order of two that followed each other, also on two nodes
	happened_at  BIGINT NOT NULL,
	actor_id     BIGINT,          -- NULL: the server
	object_id    BIGINT NOT NULL,
	user_id      BIGINT,          -- whom it concerns
	project_id   BIGINT,
	data         TEXT   NOT NULL, -- the object, as an answer has it for those who see no rates
	rated        TEXT,            -- what those who see them have in the place of its bytes rated_from to rated_to
	rated_from   BIGINT NOT NULL,
	rated_to     BIGINT NOT NULL,
	CONSTRAINT events_pkey PRIMARY KEY (workspace_id, position)
);
CREATE INDEX events_unnumbered ON events (workspace_id, noted_at, id) WHERE position < 0;
