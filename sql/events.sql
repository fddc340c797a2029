-- Events: what happened, numbered by workspace in the order of commits, or nearly. Readers go by the position alone.
-- Rows are kept by their place, which is one number for workspace and position (docs/decisions/0060).

-- row: new_event
-- position bigint, noted_at bigint, id bigint, kind bigint, actor_id bigint?, actor_name text?, object_id bigint,
-- user_id bigint?, project_id bigint?, shape bigint, data text, rated text?, rated_from bigint, rated_to bigint

-- row: actor_name
-- name text?

-- row: event_actor
-- + id bigint?, + name text?

-- row: event
-- id bigint, event bigint, type bigint, timestamp bigint, position bigint, workspace_id bigint, actor_id bigint?,
-- actor_name text?, object_id bigint, shape bigint?, names text?, data text, rated text?, rated_from bigint,
-- rated_to bigint, + actor event_actor

-- row: noted_event
-- noted_at bigint, id bigint

-- row: event_positions
-- + position bigint, + newest_position bigint

-- row: event_ends
-- oldest bigint, newest bigint

-- name: find_actor_name
-- Apart from the insert, which has the name mostly: PostgreSQL would prepare to look for it each time.
-- returns: maybe actor_name
SELECT a.firstname || ' ' || a.lastname AS name FROM members a
WHERE a.workspace_id = :workspace_id AND a.user_id = :caller_id;

-- fragment: places_each
-- How many a workspace has: at a thousand events a second they last for two years, at ten for two centuries.
68719476736

-- fragment: first_place
-- What a position is counted from.
(:workspace_id * {places_each})

-- fragment: in_its_places
-- Of events. The workspace alone would be looked for in all of SQLite's table.
workspace_id = :workspace_id AND place BETWEEN {first_place} AND {first_place} + ({places_each} - 1)

-- fragment: last_position
COALESCE((SELECT place - {first_place} FROM events WHERE {in_its_places} ORDER BY place DESC LIMIT 1), 0)

-- fragment: first_position
COALESCE((SELECT place - {first_place} FROM events WHERE {in_its_places} ORDER BY place LIMIT 1), 0)

-- name: last_event_position
-- returns: value bigint
SELECT {last_position};

-- fragment: of_an_event
id, kind, happened_at, actor_id, actor_name, object_id, user_id, project_id, shape, data, rated, rated_from,
rated_to

-- fragment: new_event
:id, :kind, :now, :actor_id, :actor_name, :object_id, :user_id, :project_id, :shape, :data, :rated,
:rated_from, :rated_to

-- name: insert_event
-- takes: row new_event
-- returns: nothing
INSERT INTO events (workspace_id, place, {of_an_event})
VALUES (:workspace_id, {first_place} + :position, {new_event});

-- name: insert_noted_event
-- takes: row new_event
-- returns: nothing
INSERT INTO noted_events (workspace_id, noted_at, {of_an_event}) VALUES (:workspace_id, :noted_at, {new_event});

-- name: keep_event_shape
-- takes: shape bigint, names text
-- returns: nothing
INSERT INTO event_shapes (shape, names) VALUES (:shape, :names) ON CONFLICT (shape) DO NOTHING;

-- fragment: event_select
-- Those that the caller sees.
SELECT v.id, v.kind AS event, v.kind AS type, v.happened_at AS timestamp, v.place - {first_place} AS position,
       v.workspace_id, v.actor_id, v.actor_name, v.object_id, v.shape, s.names, v.data,
       CASE WHEN :sees_rates THEN v.rated END AS rated, v.rated_from, v.rated_to
FROM events v
LEFT JOIN event_shapes s ON s.shape = v.shape
WHERE v.workspace_id = :workspace_id AND {visible_event}

-- name: list_events_after
-- In order: the hidden ones leave gaps.
-- takes: after bigint, up_to bigint, most bigint
-- returns: many event
{event_select}
  AND v.place > {first_place} + :after AND v.place <= {first_place} + :up_to
ORDER BY v.place LIMIT :most;

-- name: list_events_at
-- takes: places bigint[]
-- returns: many event
{event_select}
  AND v.place IN :places
ORDER BY v.place;

-- name: find_event_ends
-- The positions that there are, of events that anybody sees: from the oldest one that is kept. 0 and 0: none.
-- returns: one event_ends
SELECT {first_position} AS oldest, {last_position} AS newest;

-- ---- numbering ----

-- name: plan_by_indexes
-- For what follows in the transaction. PostgreSQL takes a table that grows fast for the small one that it was when the
-- plan was made, or when it was last counted, and would read all of it in each round. A plain index scan also marks
-- what it finds dead, so that the next round passes over it.
-- returns: value bigint
SELECT 0;
-- @postgres
SELECT length(set_config('enable_seqscan', 'off', true)) + length(set_config('enable_bitmapscan', 'off', true))
     + length(set_config('plan_cache_mode', 'force_custom_plan', true));

-- name: list_unnumbered_workspaces
-- There is no more than what is left to be numbered: writers keep no directory of it.
-- all_workspaces: a job looks for what nobody has told it of
-- takes: most bigint
-- returns: many due_workspace
SELECT n.workspace_id, :now AS due_at FROM noted_events n
GROUP BY n.workspace_id ORDER BY n.workspace_id LIMIT :most;

-- name: lock_numbering
-- One numbers the events of a workspace at a time.
-- returns: value bigint
-- locks: NO KEY UPDATE
SELECT w.id FROM workspaces w WHERE w.id = :workspace_id;

-- name: list_noted_events
-- takes: most bigint
-- returns: many noted_event
SELECT n.noted_at, n.id FROM noted_events n
WHERE n.workspace_id = :workspace_id
ORDER BY n.noted_at, n.id LIMIT :most;

-- fragment: those_events
-- More may have been committed since they were listed, and in between: those wait for the next round.
workspace_id = :workspace_id AND noted_at BETWEEN :first AND :last AND id IN :ids

-- name: number_events
-- A statement of its own after the lock, so that it sees what was numbered before.
-- takes: first bigint, last bigint, ids bigint[]
-- returns: nothing
INSERT INTO events (workspace_id, place, {of_an_event})
SELECT :workspace_id, {first_place} + {last_position} + row_number() OVER (ORDER BY noted_at, id), {of_an_event}
FROM noted_events WHERE {those_events};

-- name: forget_noted_events
-- takes: first bigint, last bigint, ids bigint[]
-- returns: nothing
DELETE FROM noted_events WHERE {those_events};

-- ---- retention ----

-- name: forget_events
-- From the oldest on, up to the last one of the batch that has expired; never the newest, which says how far the
-- numbers have come.
-- takes: before bigint, most bigint
-- returns: nothing
DELETE FROM events
WHERE workspace_id = :workspace_id AND place >= {first_place} AND place <= (
      SELECT max(v.place) FROM events v
      WHERE v.workspace_id = :workspace_id AND v.happened_at < :before
        AND v.place >= {first_place} + {first_position} AND v.place < {first_place} + {first_position} + :most
        AND v.place < {first_place} + {last_position});

-- name: oldest_event
-- When it happened; the newest one does not count.
-- takes: otherwise bigint
-- returns: value bigint
SELECT COALESCE((SELECT v.happened_at FROM events v
                 WHERE v.workspace_id = :workspace_id
                   AND v.place >= {first_place} AND v.place < {first_place} + {last_position}
                 ORDER BY v.place LIMIT 1), :otherwise);
