-- Who did it keeps the name that they had: what an event says does not change.
ALTER TABLE events ADD COLUMN actor_name TEXT; -- NULL as actor_id is

UPDATE events SET actor_name = (
      SELECT a.firstname || ' ' || a.lastname FROM members a
      WHERE a.workspace_id = events.workspace_id AND a.user_id = events.actor_id);
