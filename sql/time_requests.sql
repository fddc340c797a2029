-- Time requests (contract 3.8).

-- row: time_request
-- id bigint, user_id bigint, user_name text, contract_id bigint?, project_id bigint?, project_name text?,
-- task_id bigint?, task_title text?, start_at bigint, start_offset bigint?, end_at bigint, end_offset bigint?,
-- date bigint, total_minutes bigint, saved_minutes bigint?, status bigint, notes text?, activity_description text?,
-- comment text?, created_by bigint, updated_by bigint?, created_at bigint, updated_at bigint, timezone text?,
-- + start text, + end text

-- fragment: time_request_select
-- Names of what has ended since are shown.
SELECT r.id, r.user_id, m.firstname || ' ' || m.lastname AS user_name, r.contract_id, c.project_id,
       p.name AS project_name, r.task_id, t.title AS task_title, r.start_at, r.start_offset, r.end_at, r.end_offset,
       r.day AS date, (r.end_at - r.start_at) / 60 AS total_minutes, r.saved_minutes, r.status, r.notes,
       r.notes AS activity_description, r.status_reason AS comment, r.created_by, r.status_by AS updated_by,
       r.created_at, r.updated_at, r.timezone
FROM time_requests r
JOIN members m ON m.workspace_id = r.workspace_id AND m.user_id = r.user_id
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = r.contract_id
LEFT JOIN projects p ON p.workspace_id = :workspace_id AND p.id = c.project_id
LEFT JOIN tasks t ON t.workspace_id = :workspace_id AND t.id = r.task_id
WHERE r.workspace_id = :workspace_id AND m.workspace_id = :workspace_id AND {visible_time_request}

-- name: list_time_requests
-- takes: id bigint?, date_from bigint, date_to bigint, status bigint?, user_id bigint[]?, project_id bigint[]?
-- returns: page time_request
{time_request_select}
  AND r.day >= :date_from AND r.day <= :date_to
  AND (:id IS NULL OR r.id = :id)
  AND (:status IS NULL OR r.status = :status)
  AND r.user_id IN :user_id?
  AND c.project_id IN :project_id?
ORDER BY r.id;

-- name: get_time_request
-- takes: id bigint
-- returns: one time_request
{time_request_select}
  AND r.id = :id;

-- name: count_seen_time_requests
-- takes: id bigint
-- returns: value bigint
SELECT count(*) FROM time_requests r
LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = r.contract_id
WHERE r.workspace_id = :workspace_id AND r.id = :id AND {visible_time_request};

-- name: insert_time_request
-- takes: row time_request
-- returns: nothing
INSERT INTO time_requests (workspace_id, id, user_id, contract_id, task_id, start_at, start_offset, end_at, end_offset,
                           day, timezone, notes, saved_minutes, status, created_by, created_at, updated_at)
VALUES (:workspace_id, :id, :user_id, :contract_id, :task_id, :start_at, :start_offset, :end_at, :end_offset, :date,
        :timezone, :notes, :saved_minutes, :status, :created_by, :now, :now);

-- name: set_time_request_status
-- takes: id bigint, from_status bigint, to_status bigint, by_id bigint?, reason text?
-- returns: changed
UPDATE time_requests SET status = :to_status, status_by = :by_id, status_at = :now, status_reason = :reason,
                         updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND status = :from_status;

-- name: set_saved_minutes
-- takes: id bigint, minutes bigint
-- returns: nothing
UPDATE time_requests SET saved_minutes = :minutes WHERE workspace_id = :workspace_id AND id = :id;
