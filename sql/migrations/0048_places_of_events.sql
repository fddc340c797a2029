-- On SQLite an event lies where its place says, and no tree of keys stands beside the rows (docs/decisions/0060).

-- Waits for whoever gives events their numbers at this moment, and keeps others from it.
ALTER TABLE events RENAME TO events_by_position;

-- table: tenant
-- numbered
CREATE TABLE events (
	workspace_id BIGINT NOT NULL,
	place        BIGINT NOT NULL, -- workspace_id * 2^36 + position; positions go from 1, without gaps
	id           BIGINT NOT NULL,
	kind         BIGINT NOT NULL, -- EventKind
	happened_at  BIGINT NOT NULL,
	actor_id     BIGINT,          -- NULL: the server
	actor_name   TEXT,            -- NULL as actor_id is
	object_id    BIGINT NOT NULL,
	user_id      BIGINT,          -- whom it concerns
	project_id   BIGINT,
	shape        BIGINT,          -- NULL: data is the whole object
	data         TEXT   NOT NULL, -- the object's values, as an answer has them for those who see no rates (0046)
	rated        TEXT,            -- what those who see them have in the place of its bytes rated_from to rated_to
	rated_from   BIGINT NOT NULL,
	rated_to     BIGINT NOT NULL,
	CONSTRAINT events_by_place PRIMARY KEY (workspace_id, place)
);

INSERT INTO events (workspace_id, place, id, kind, happened_at, actor_id, actor_name, object_id, user_id, project_id,
                    shape, data, rated, rated_from, rated_to)
SELECT o.workspace_id, o.workspace_id * 68719476736 + o.position, o.id, o.kind, o.happened_at, o.actor_id, o.actor_name,
       o.object_id, o.user_id, o.project_id, o.shape, o.data, o.rated, o.rated_from, o.rated_to
FROM events_by_position o ORDER BY o.workspace_id, o.position;

DROP TABLE events_by_position;
