-- On SQLite an event is numbered with its insert: nobody looks for what is left to be numbered, and an index of it would
-- be opened by each insert. What an older program has left is numbered here.

-- @sqlite
UPDATE events SET position = n.position
FROM (SELECT u.workspace_id, u.position AS unnumbered,
             row_number() OVER (PARTITION BY u.workspace_id ORDER BY u.noted_at, u.id)
             + COALESCE((SELECT max(l.position) FROM events l
                         WHERE l.workspace_id = u.workspace_id AND l.position > 0), 0) AS position
      FROM events u WHERE u.position < 0) n
WHERE events.workspace_id = n.workspace_id AND events.position = n.unnumbered;

-- @sqlite
DROP INDEX events_unnumbered;
