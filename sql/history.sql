-- What was done to timesheets, time requests, leaves and expenses. Whoever reads has found the object by its own policy
-- before.

-- row: transition
-- kind bigint, object_id bigint, number bigint, action bigint, from_status bigint?, to_status bigint, by_id bigint?,
-- by_name text?, at bigint, reason text?, + values transition_value[] by number

-- row: transition_value
-- kind bigint, object_id bigint, number bigint, position bigint, name text, before text?, after text?

-- name: next_transition
-- Its number. Whoever asks has changed the object in the same transaction, so nobody else gets the same.
-- takes: kind bigint, object_id bigint
-- returns: value bigint
SELECT COALESCE(max(t.number), 0) + 1 FROM transitions t
WHERE t.workspace_id = :workspace_id AND t.kind = :kind AND t.object_id = :object_id;

-- name: insert_transition
-- takes: row transition
-- returns: nothing
INSERT INTO transitions (workspace_id, kind, object_id, number, action, from_status, to_status, by_id, at, reason)
VALUES (:workspace_id, :kind, :object_id, :number, :action, :from_status, :to_status, :by_id, :now, :reason);

-- name: insert_transition_values
-- takes: many transition_value
-- returns: nothing
INSERT INTO transition_values (workspace_id, kind, object_id, number, position, name, before, after)
VALUES (:workspace_id, :kind, :object_id, :number, :position, :name, :before, :after);

-- name: list_transitions
-- Oldest first.
-- takes: kind bigint, object_id bigint
-- returns: page transition
SELECT t.kind, t.object_id, t.number, t.action, t.from_status, t.to_status, t.by_id,
       m.firstname || ' ' || m.lastname AS by_name, t.at, t.reason
FROM transitions t
LEFT JOIN members m ON m.workspace_id = :workspace_id AND m.user_id = t.by_id
WHERE t.workspace_id = :workspace_id AND t.kind = :kind AND t.object_id = :object_id
ORDER BY t.number;

-- name: list_transition_values
-- takes: kind bigint, object_id bigint
-- returns: children transition.values
SELECT v.kind, v.object_id, v.number, v.position, v.name, v.before, v.after FROM transition_values v
WHERE v.workspace_id = :workspace_id AND v.kind = :kind AND v.object_id = :object_id
  AND v.number IN :parents
ORDER BY v.number, v.position;

-- ---- stint check ----

-- row: state_difference
-- kind bigint, object_id bigint, kept bigint, told bigint?

-- fragment: objects_with_states
SELECT {ObjectKind.timesheet} AS kind, s.id AS object_id, s.status AS kept FROM timesheets s
WHERE s.workspace_id = :workspace_id
UNION ALL
SELECT {ObjectKind.time_request} AS kind, r.id AS object_id, r.status AS kept FROM time_requests r
WHERE r.workspace_id = :workspace_id
UNION ALL
SELECT {ObjectKind.leave} AS kind, l.id AS object_id, l.status AS kept FROM leaves l
WHERE l.workspace_id = :workspace_id
UNION ALL
SELECT {ObjectKind.expense} AS kind, e.id AS object_id, e.status AS kept FROM expenses e
WHERE e.workspace_id = :workspace_id

-- name: list_state_differences
-- Objects that are in another state than their history ends in.
-- returns: each state_difference
SELECT d.kind, d.object_id, d.kept, t.to_status AS told
FROM ({objects_with_states}) d
LEFT JOIN transitions t ON t.workspace_id = :workspace_id AND t.kind = d.kind AND t.object_id = d.object_id
     AND t.number = (SELECT max(u.number) FROM transitions u
                     WHERE u.workspace_id = :workspace_id AND u.kind = d.kind AND u.object_id = d.object_id)
WHERE t.to_status IS DISTINCT FROM d.kept
ORDER BY d.kind, d.object_id;

-- row: history_gap
-- kind bigint, object_id bigint, number bigint

-- name: list_history_gaps
-- What does not follow from what was done before it: something was taken out, or changed.
-- returns: each history_gap
SELECT n.kind, n.object_id, n.number
FROM (SELECT t.kind, t.object_id, t.number, t.from_status,
             row_number() OVER (PARTITION BY t.kind, t.object_id ORDER BY t.number) AS place,
             lag(t.to_status) OVER (PARTITION BY t.kind, t.object_id ORDER BY t.number) AS before
      FROM transitions t WHERE t.workspace_id = :workspace_id) n
WHERE n.number <> n.place OR n.from_status IS DISTINCT FROM n.before
ORDER BY n.kind, n.object_id, n.number;
