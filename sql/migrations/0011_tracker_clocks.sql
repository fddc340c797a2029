-- A running tracker knows until when it counts, and when it began by the clock that nobody can set.

ALTER TABLE running_trackers ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0; -- its longest run
ALTER TABLE running_trackers ADD COLUMN boot BIGINT;                       -- the start of the machine, if it is known
ALTER TABLE running_trackers ADD COLUMN uptime BIGINT;                     -- of the machine when the tracker began, seconds

UPDATE running_trackers SET ends_at = start_at + 2678400;
