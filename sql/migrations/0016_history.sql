-- What was done to what people ask for: who, when, from which state to which, why, and which values. Written with the
-- change itself, and never changed. Each object counts its own, so that their order is that in which they were done.

-- table: tenant
CREATE TABLE transitions (
	workspace_id BIGINT NOT NULL,
	kind         BIGINT NOT NULL,
	object_id    BIGINT NOT NULL,
	number       BIGINT NOT NULL, -- from 1
	action       BIGINT NOT NULL,
	from_status  BIGINT, -- NULL: it did not exist
	to_status    BIGINT NOT NULL,
	by_id        BIGINT, -- NULL: by the server
	at           BIGINT NOT NULL,
	reason       TEXT,
	CONSTRAINT transitions_pkey PRIMARY KEY (workspace_id, kind, object_id, number), -- error: CONFLICT
	CONSTRAINT transitions_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- table: tenant
CREATE TABLE transition_values (
	workspace_id BIGINT NOT NULL,
	kind         BIGINT NOT NULL,
	object_id    BIGINT NOT NULL,
	number       BIGINT NOT NULL, -- of the transition
	position     BIGINT NOT NULL, -- among its values
	name         TEXT   NOT NULL,
	before       TEXT,
	after        TEXT,
	CONSTRAINT transition_values_pkey PRIMARY KEY (workspace_id, kind, object_id, number, position),
	CONSTRAINT transition_values_transition_fkey FOREIGN KEY (workspace_id, kind, object_id, number) REFERENCES transitions (workspace_id, kind, object_id, number)
);
