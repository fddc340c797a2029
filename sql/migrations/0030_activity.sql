-- Trackers say what they saw of their user: key strokes, mouse clicks, scrolls, and seconds without any. It stands with
-- the time that counts: with the entries that are made of slots, and with the minutes of their days.

ALTER TABLE tracked_slots ADD COLUMN keys BIGINT; -- these four together, or none: then only activity_level was said
ALTER TABLE tracked_slots ADD COLUMN clicks BIGINT;
ALTER TABLE tracked_slots ADD COLUMN scrolls BIGINT;
ALTER TABLE tracked_slots ADD COLUMN inactive_seconds BIGINT;

ALTER TABLE time_entries ADD COLUMN activity_seconds BIGINT NOT NULL DEFAULT 0; -- that a tracker saw
ALTER TABLE time_entries ADD COLUMN inactive_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE time_entries ADD COLUMN keys BIGINT NOT NULL DEFAULT 0;
ALTER TABLE time_entries ADD COLUMN clicks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE time_entries ADD COLUMN scrolls BIGINT NOT NULL DEFAULT 0;
ALTER TABLE time_entries ADD COLUMN level_seconds BIGINT NOT NULL DEFAULT 0; -- those of which only a level was said
ALTER TABLE time_entries ADD COLUMN level_points BIGINT NOT NULL DEFAULT 0;  -- each of them times its percent

ALTER TABLE daily_minutes ADD COLUMN activity_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE daily_minutes ADD COLUMN inactive_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE daily_minutes ADD COLUMN keys BIGINT NOT NULL DEFAULT 0;
ALTER TABLE daily_minutes ADD COLUMN clicks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE daily_minutes ADD COLUMN scrolls BIGINT NOT NULL DEFAULT 0;
ALTER TABLE daily_minutes ADD COLUMN level_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE daily_minutes ADD COLUMN level_points BIGINT NOT NULL DEFAULT 0;

-- How many actions a minute are 100 percent.
ALTER TABLE workspace_settings ADD COLUMN activity_sensitivity BIGINT NOT NULL DEFAULT 50;

-- Levels were kept until now, and shown nowhere. An entry has those of its slots, each of the part that no earlier one
-- covers. One that somebody has changed by hand since has none: its slots no longer say what its time is.
UPDATE time_entries
SET activity_seconds = c.seconds, level_seconds = c.seconds, level_points = c.points
FROM (SELECT p.workspace_id, p.id, CAST(sum(p.finish_at - p.begin_at) AS BIGINT) AS seconds,
             CAST(sum((p.finish_at - p.begin_at) * p.activity_level) AS BIGINT) AS points
      FROM (SELECT e.workspace_id, e.id, s.activity_level,
                   CASE WHEN s.free_at > e.start_at THEN s.free_at ELSE e.start_at END AS begin_at,
                   CASE WHEN s.end_at < e.end_at THEN s.end_at ELSE e.end_at END AS finish_at
            FROM (SELECT n.workspace_id, n.user_id, n.start_at, n.end_at, n.activity_level,
                         CASE WHEN n.covered > n.start_at THEN n.covered ELSE n.start_at END AS free_at
                  FROM (SELECT t.workspace_id, t.user_id, t.start_at, t.end_at, t.activity_level,
                               max(t.end_at) OVER (
                                   PARTITION BY t.workspace_id, t.user_id ORDER BY t.start_at, t.slot_id
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
                        FROM tracked_slots t) n) s
            JOIN time_entries e ON e.workspace_id = s.workspace_id AND e.user_id = s.user_id AND e.from_slots
                 AND e.day BETWEEN s.start_at / 86400 - 1 AND s.start_at / 86400 + 2
                 AND e.start_at < s.end_at AND e.end_at > s.free_at) p
      WHERE p.begin_at < p.finish_at
      GROUP BY p.workspace_id, p.id) c
WHERE time_entries.workspace_id = c.workspace_id AND time_entries.id = c.id;

UPDATE daily_minutes
SET activity_seconds = c.seconds, level_seconds = c.seconds, level_points = c.points
FROM (SELECT e.workspace_id, e.day, e.user_id, COALESCE(e.contract_id, 0) AS contract_id, e.method,
             COALESCE(e.task_id, 0) AS task_id, CAST(sum(e.activity_seconds) AS BIGINT) AS seconds,
             CAST(sum(e.level_points) AS BIGINT) AS points
      FROM time_entries e WHERE e.activity_seconds > 0
      GROUP BY e.workspace_id, e.day, e.user_id, COALESCE(e.contract_id, 0), e.method, COALESCE(e.task_id, 0)) c
WHERE daily_minutes.workspace_id = c.workspace_id AND daily_minutes.day = c.day AND daily_minutes.user_id = c.user_id
  AND daily_minutes.contract_id = c.contract_id AND daily_minutes.method = c.method
  AND daily_minutes.task_id = c.task_id;
