-- Minutes are dealt out over the running total of a member's day, and its seconds are kept: before, an entry counted the
-- minutes of the clock that it crossed, so that many short ones lost, or won, a minute each.

-- table: tenant
-- What the change of the rule did to the days that were there: of members whose days have other minutes now.
CREATE TABLE redealt_minutes (
	workspace_id   BIGINT NOT NULL,
	user_id        BIGINT NOT NULL,
	days           BIGINT NOT NULL,
	minutes_before BIGINT NOT NULL,
	minutes_after  BIGINT NOT NULL,
	CONSTRAINT redealt_minutes_pkey PRIMARY KEY (workspace_id, user_id)
);

ALTER TABLE time_entries ADD COLUMN minutes BIGINT NOT NULL DEFAULT 0;

UPDATE time_entries SET minutes = (end_at - start_at) / 60;

-- An entry of whole minutes keeps them, and moves no other's: only those with seconds are dealt out, in their order.
UPDATE time_entries SET minutes = d.minutes
FROM (SELECT n.workspace_id, n.id, n.after / 60 - (n.after - n.seconds) / 60 AS minutes
      FROM (SELECT e.workspace_id, e.id, e.end_at - e.start_at AS seconds,
                   CAST(sum(e.end_at - e.start_at) OVER (
                       PARTITION BY e.workspace_id, e.user_id, e.day, e.method = 8
                       ORDER BY COALESCE(e.contract_id, 0), e.method, COALESCE(e.task_id, 0), e.start_at) AS BIGINT)
                       AS after
            FROM time_entries e WHERE (e.end_at - e.start_at) % 60 <> 0) n) d
WHERE time_entries.workspace_id = d.workspace_id AND time_entries.id = d.id AND time_entries.minutes <> d.minutes;

INSERT INTO redealt_minutes (workspace_id, user_id, days, minutes_before, minutes_after)
SELECT c.workspace_id, c.user_id, count(*), CAST(sum(c.before) AS BIGINT), CAST(sum(c.after) AS BIGINT)
FROM (SELECT b.workspace_id, b.user_id, b.day, sum(b.before) AS before, sum(b.after) AS after
      FROM (SELECT d.workspace_id, d.user_id, d.day, d.minutes AS before, 0 AS after FROM daily_minutes d
            UNION ALL
            SELECT e.workspace_id, e.user_id, e.day, 0 AS before, e.minutes AS after FROM time_entries e) b
      GROUP BY b.workspace_id, b.user_id, b.day
      HAVING sum(b.before) <> sum(b.after)) c
GROUP BY c.workspace_id, c.user_id;

DROP TABLE daily_minutes;

-- table: tenant
-- The minutes of a member's day by what they were spent on, in the order in which minutes are dealt out.
CREATE TABLE daily_minutes (
	workspace_id BIGINT NOT NULL,
	day          BIGINT NOT NULL,
	user_id      BIGINT NOT NULL,
	contract_id  BIGINT NOT NULL, -- 0: none
	method       BIGINT NOT NULL,
	task_id      BIGINT NOT NULL, -- 0: none
	minutes      BIGINT NOT NULL,
	seconds      BIGINT NOT NULL,
	CONSTRAINT daily_minutes_pkey PRIMARY KEY (workspace_id, day, user_id, contract_id, method, task_id)
);

CREATE INDEX daily_minutes_by_member ON daily_minutes (workspace_id, user_id, day);

INSERT INTO daily_minutes (workspace_id, day, user_id, contract_id, method, task_id, minutes, seconds)
SELECT e.workspace_id, e.day, e.user_id, COALESCE(e.contract_id, 0), e.method, COALESCE(e.task_id, 0),
       CAST(sum(e.minutes) AS BIGINT), CAST(sum(e.end_at - e.start_at) AS BIGINT)
FROM time_entries e
GROUP BY e.workspace_id, e.day, e.user_id, COALESCE(e.contract_id, 0), e.method, COALESCE(e.task_id, 0);
