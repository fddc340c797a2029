-- Webhooks (contract 3.14) and their deliveries. An event becomes a delivery when it is the turn of its webhook, whose
-- position is the cursor: of the events behind it nothing is known here.

-- row: webhook
-- id bigint, url text, status bigint, owner_id bigint, position bigint, secret_number bigint,
-- previous_token_until bigint?, failing_since bigint?, leased_until bigint, created_at bigint, updated_at bigint,
-- + token text, + events webhook_pattern[] by webhook_id

-- row: webhook_pattern
-- webhook_id bigint, pattern text

-- row: webhook_ping
-- id bigint, url text

-- row: webhook_delivery
-- event_id bigint, event bigint, position bigint, status bigint, attempts bigint, next_attempt_at bigint?,
-- created_at bigint, attempted_at bigint?, response_status bigint?, response_head text?, duration_ms bigint?,
-- failure text?

-- row: new_delivery
-- webhook_id bigint, position bigint, event_id bigint, kind bigint

-- row: settled_delivery
-- webhook_id bigint, position bigint, asked bigint, status bigint, attempts bigint, due_at bigint?

-- row: new_attempt
-- webhook_id bigint, position bigint, response_status bigint?, response_head text?, duration_ms bigint?, failure text?

-- row: webhook_attempt
-- number bigint, attempted_at bigint, response_status bigint?, response_head text?, duration_ms bigint?, failure text?

-- row: due_delivery
-- event_id bigint, position bigint, place bigint, asked bigint, attempts bigint

-- fragment: webhook_select
SELECT w.id, w.url, w.status, w.owner_id, w.position, w.secret_number,
       CASE WHEN w.old_secret_until > :now THEN w.old_secret_until END AS previous_token_until, w.failing_since,
       w.leased_until, w.created_at, w.updated_at
FROM webhooks w
WHERE w.workspace_id = :workspace_id AND w.deleted_at IS NULL

-- name: list_webhooks
-- returns: page webhook
{webhook_select}
ORDER BY w.id;

-- name: get_webhook
-- takes: id bigint
-- returns: one webhook
{webhook_select}
  AND w.id = :id;

-- name: list_webhook_patterns
-- returns: children webhook.events
SELECT p.webhook_id, p.pattern FROM webhook_patterns p
WHERE p.workspace_id = :workspace_id AND p.webhook_id IN :parents
ORDER BY p.webhook_id, p.pattern;

-- name: webhook_count
-- returns: value bigint
SELECT count(*) FROM webhooks w WHERE w.workspace_id = :workspace_id AND w.deleted_at IS NULL;

-- name: insert_webhook
-- takes: row webhook
-- returns: nothing
INSERT INTO webhooks (workspace_id, id, owner_id, url, status, position, secret_number, leased_until, created_at,
                      updated_at)
VALUES (:workspace_id, :id, :owner_id, :url, :status, :position, :secret_number, 0, :now, :now);

-- name: update_webhook
-- takes: row webhook
-- returns: nothing
UPDATE webhooks SET owner_id = :owner_id, url = :url, status = :status, failing_since = :failing_since,
                    updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;

-- name: rotate_webhook_secret
-- takes: id bigint, old_secret_until bigint
-- returns: changed
UPDATE webhooks SET secret_number = secret_number + 1, old_secret_until = :old_secret_until, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;

-- name: delete_webhook
-- takes: id bigint
-- returns: changed
UPDATE webhooks SET deleted_at = :now, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND deleted_at IS NULL;

-- name: delete_webhook_patterns
-- takes: webhook_id bigint
-- returns: nothing
DELETE FROM webhook_patterns WHERE workspace_id = :workspace_id AND webhook_id = :webhook_id;

-- name: insert_webhook_patterns
-- takes: many webhook_pattern
-- returns: nothing
INSERT INTO webhook_patterns (workspace_id, webhook_id, pattern) VALUES (:workspace_id, :webhook_id, :pattern)
ON CONFLICT (workspace_id, webhook_id, pattern) DO NOTHING;

-- ---- the log ----

-- fragment: last_attempt
FROM webhook_attempts a
WHERE a.workspace_id = :workspace_id AND a.webhook_id = d.webhook_id AND a.position = d.position
ORDER BY a.number DESC LIMIT 1

-- fragment: delivery_select
-- Column by column: what counts the rows need not join them.
SELECT d.event_id, d.kind AS event, d.position, d.status, d.attempts, d.due_at AS next_attempt_at, d.created_at,
       (SELECT a.attempted_at {last_attempt}) AS attempted_at,
       (SELECT a.response_status {last_attempt}) AS response_status,
       (SELECT a.response_head {last_attempt}) AS response_head,
       (SELECT a.duration_ms {last_attempt}) AS duration_ms, (SELECT a.failure {last_attempt}) AS failure
FROM webhook_deliveries d
WHERE d.workspace_id = :workspace_id AND d.webhook_id = :webhook_id

-- name: list_webhook_deliveries
-- The newest first.
-- takes: webhook_id bigint, status bigint?
-- returns: page webhook_delivery
{delivery_select}
  AND (:status IS NULL OR d.status = :status)
ORDER BY d.position DESC;

-- name: get_webhook_delivery
-- takes: webhook_id bigint, position bigint
-- returns: one webhook_delivery
{delivery_select}
  AND d.position = :position;

-- name: list_webhook_attempts
-- The last one first.
-- takes: webhook_id bigint, position bigint
-- returns: page webhook_attempt
SELECT a.number, a.attempted_at, a.response_status, a.response_head, a.duration_ms, a.failure
FROM webhook_attempts a
WHERE a.workspace_id = :workspace_id AND a.webhook_id = :webhook_id AND a.position = :position
ORDER BY a.number DESC;

-- name: redeliver
-- takes: webhook_id bigint, position bigint
-- returns: changed
UPDATE webhook_deliveries SET status = {DeliveryStatus.pending}, asked = asked + 1, attempts = 0, due_at = :now
WHERE workspace_id = :workspace_id AND webhook_id = :webhook_id AND position = :position;

-- name: move_webhook_back
-- What follows is made deliveries again, a few at a time.
-- takes: id bigint, position bigint
-- returns: nothing
UPDATE webhooks SET position = CASE WHEN position > :position THEN :position ELSE position END, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id;

-- name: event_happened_at
-- takes: position bigint
-- returns: value bigint
SELECT COALESCE((SELECT v.happened_at FROM events v
                 WHERE v.workspace_id = :workspace_id AND v.place = {first_place} + :position), 0);

-- name: first_position_since
-- takes: instant bigint, after bigint, up_to bigint
-- returns: value bigint
SELECT COALESCE((SELECT min(v.place) - {first_place} FROM events v
                 WHERE v.workspace_id = :workspace_id
                   AND v.place > {first_place} + :after AND v.place <= {first_place} + :up_to
                   AND v.happened_at >= :instant), :up_to + 1);

-- ---- delivering ----

-- name: list_due_webhook_workspaces
-- No directory says which they are: writers of events would have to keep it. By the ends of an index, since very many
-- deliveries of a webhook that fails may wait.
-- all_workspaces: a job looks for what nobody has told it of
-- takes: latest bigint, longest_lease bigint, most bigint
-- returns: many due_workspace
SELECT w.workspace_id, min(w.leased_until) AS due_at FROM webhooks w
WHERE w.deleted_at IS NULL AND w.status = {WebhookStatus.active}
  AND (w.leased_until <= :now OR w.leased_until > :longest_lease)
  AND (EXISTS (SELECT 1 FROM events n
               WHERE n.workspace_id = w.workspace_id AND n.place > w.workspace_id * {places_each} + w.position
                 AND n.place <= w.workspace_id * {places_each} + ({places_each} - 1))
       OR (SELECT min(d.due_at) FROM webhook_deliveries d
           WHERE d.workspace_id = w.workspace_id AND d.webhook_id = w.id AND d.due_at IS NOT NULL) <= :now
       OR (SELECT max(d.due_at) FROM webhook_deliveries d
           WHERE d.workspace_id = w.workspace_id AND d.webhook_id = w.id AND d.due_at IS NOT NULL) > :latest)
GROUP BY w.workspace_id ORDER BY due_at, w.workspace_id LIMIT :most;

-- name: claim_webhook
-- The one that has waited longest. What a clock has written that was ahead is due, too.
-- takes: latest bigint, longest_lease bigint
-- returns: maybe webhook
-- locks: UPDATE SKIP LOCKED
{webhook_select}
  AND w.status = {WebhookStatus.active} AND (w.leased_until <= :now OR w.leased_until > :longest_lease)
  AND (w.position < {last_position}
       OR (SELECT min(d.due_at) FROM webhook_deliveries d
           WHERE d.workspace_id = :workspace_id AND d.webhook_id = w.id AND d.due_at IS NOT NULL) <= :now
       OR (SELECT max(d.due_at) FROM webhook_deliveries d
           WHERE d.workspace_id = :workspace_id AND d.webhook_id = w.id AND d.due_at IS NOT NULL) > :latest)
ORDER BY w.leased_until, w.id LIMIT 1;

-- name: lease_webhook
-- takes: id bigint, position bigint, leased_until bigint
-- returns: nothing
UPDATE webhooks SET position = :position, leased_until = :leased_until
WHERE workspace_id = :workspace_id AND id = :id;

-- name: release_webhook
-- Not where the lease has ended, and somebody else has it by now.
-- takes: id bigint, leased_until bigint
-- returns: nothing
UPDATE webhooks SET leased_until = :now
WHERE workspace_id = :workspace_id AND id = :id AND leased_until = :leased_until;

-- name: bring_deliveries_forward
-- What a clock has written that was ahead; it is seldom anything, and then nothing is looked through.
-- takes: webhook_id bigint, latest bigint
-- returns: nothing
UPDATE webhook_deliveries SET due_at = :now
WHERE workspace_id = :workspace_id AND webhook_id = :webhook_id AND due_at > :latest
  AND (SELECT max(d.due_at) FROM webhook_deliveries d
       WHERE d.workspace_id = :workspace_id AND d.webhook_id = :webhook_id AND d.due_at IS NOT NULL) > :latest;

-- name: list_due_deliveries
-- takes: webhook_id bigint, most bigint
-- returns: many due_delivery
SELECT d.event_id, d.position, {first_place} + d.position AS place, d.asked, d.attempts FROM webhook_deliveries d
WHERE d.workspace_id = :workspace_id AND d.webhook_id = :webhook_id AND d.due_at <= :now
ORDER BY d.due_at, d.position LIMIT :most;

-- name: insert_deliveries
-- One that is there already is asked for again: its webhook was moved back.
-- takes: many new_delivery
-- returns: nothing
INSERT INTO webhook_deliveries (workspace_id, webhook_id, position, event_id, kind, status, attempts, due_at,
                                created_at)
VALUES (:workspace_id, :webhook_id, :position, :event_id, :kind, {DeliveryStatus.pending}, 0, :now, :now)
ON CONFLICT (workspace_id, webhook_id, position) DO UPDATE
SET status = excluded.status, asked = webhook_deliveries.asked + 1, attempts = 0, due_at = excluded.due_at;

-- name: insert_attempt
-- takes: row new_attempt
-- returns: nothing
INSERT INTO webhook_attempts (workspace_id, webhook_id, position, number, attempted_at, response_status, response_head,
                              duration_ms, failure)
VALUES (:workspace_id, :webhook_id, :position,
        1 + COALESCE((SELECT max(l.number) FROM webhook_attempts l
                      WHERE l.workspace_id = :workspace_id AND l.webhook_id = :webhook_id
                        AND l.position = :position), 0),
        :now, :response_status, :response_head, :duration_ms, :failure);

-- name: settle_delivery
-- Not one that was asked for again while it was under way: that is still to be sent.
-- takes: row settled_delivery
-- returns: nothing
UPDATE webhook_deliveries SET status = :status, attempts = :attempts, due_at = :due_at
WHERE workspace_id = :workspace_id AND webhook_id = :webhook_id AND position = :position AND asked = :asked;

-- name: set_webhook_state
-- Not of one that was paused since it was read.
-- takes: id bigint, status bigint, failing_since bigint?
-- returns: changed
UPDATE webhooks SET status = :status, failing_since = :failing_since
WHERE workspace_id = :workspace_id AND id = :id AND status = {WebhookStatus.active};

-- ---- retention ----

-- name: forget_deliveries
-- Of events that are not kept any more.
-- takes: most bigint
-- returns: nothing
DELETE FROM webhook_deliveries
WHERE workspace_id = :workspace_id AND (webhook_id, position) IN (
      SELECT d.webhook_id, d.position FROM webhook_deliveries d
      WHERE d.workspace_id = :workspace_id AND d.position < {first_position}
      ORDER BY d.position LIMIT :most);

-- name: forget_attempts
-- takes: most bigint
-- returns: nothing
DELETE FROM webhook_attempts
WHERE workspace_id = :workspace_id AND (webhook_id, position, number) IN (
      SELECT a.webhook_id, a.position, a.number FROM webhook_attempts a
      WHERE a.workspace_id = :workspace_id AND a.position < {first_position}
      ORDER BY a.position LIMIT :most);

-- name: next_delivery_forgotten
-- The position of the oldest one, or of the oldest attempt, if its event is not kept any more.
-- returns: value bigint
SELECT COALESCE(min(o.position), 0)
FROM (SELECT min(d.position) AS position FROM webhook_deliveries d WHERE d.workspace_id = :workspace_id
      UNION ALL
      SELECT min(a.position) AS position FROM webhook_attempts a WHERE a.workspace_id = :workspace_id) o
WHERE o.position < {first_position};
