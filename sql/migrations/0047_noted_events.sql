-- Where numbers come after the commit (PostgreSQL), an event waits for its number apart from those that have one: it is
-- moved, where it was inserted with a position of its own, changed, and left behind as a dead row among the others
-- (docs/decisions/0059). On SQLite the table stays empty.

-- table: tenant
-- wide
CREATE TABLE noted_events (
	workspace_id BIGINT NOT NULL,
	noted_at     BIGINT NOT NULL, -- microseconds: the order of two that followed each other, also on two nodes
	id           BIGINT NOT NULL,
	kind         BIGINT NOT NULL,
	happened_at  BIGINT NOT NULL,
	actor_id     BIGINT,
	actor_name   TEXT,
	object_id    BIGINT NOT NULL,
	user_id      BIGINT,
	project_id   BIGINT,
	shape        BIGINT,
	data         TEXT   NOT NULL,
	rated        TEXT,
	rated_from   BIGINT NOT NULL,
	rated_to     BIGINT NOT NULL,
	CONSTRAINT noted_events_pkey PRIMARY KEY (workspace_id, noted_at, id)
);

-- Waits for whoever notes an event in the old way at this moment. (0045 has dropped it on SQLite.)
DROP INDEX IF EXISTS events_unnumbered;

-- What has no number yet gets it here.
UPDATE events SET position = n.position
FROM (SELECT u.workspace_id, u.position AS unnumbered,
             row_number() OVER (PARTITION BY u.workspace_id ORDER BY u.noted_at, u.id)
             + COALESCE((SELECT max(l.position) FROM events l
                         WHERE l.workspace_id = u.workspace_id AND l.position > 0), 0) AS position
      FROM events u WHERE u.position < 0) n
WHERE events.workspace_id = n.workspace_id AND events.position = n.unnumbered;

-- The order of those that have a number is their number. And who still runs an older program, which would leave events
-- here that nobody numbers, is refused: it names a column that is gone.
ALTER TABLE events DROP COLUMN noted_at;
