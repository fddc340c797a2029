-- stint export (docs/export.md): a file a statement, with all rows of a workspace. What follows from others is left
-- out, such as the minutes of days, and so are secrets.

-- row: export_manifest
-- + format text, + format_version bigint, + made_by text, + workspace_id bigint, + exported_at bigint as instant,
-- + files export_count[]

-- row: export_count
-- + file text, + rows bigint

-- row: exported_workspace
-- id bigint, name text, owner_id bigint, timezone text, week_start bigint as Weekday, currency text,
-- working_days bigint as Weekday[], working_day_start bigint as time, working_day_end bigint? as time,
-- attendance_by bigint as AttendanceBasis, late_minutes_allowed bigint, early_minutes_allowed bigint,
-- working_minutes_per_day bigint, time_editors bigint as Role[], auto_approve_time_requests boolean,
-- time_request_approvers bigint as Role[], timesheet_approvers bigint as Role[], leave_approvers bigint as Role[],
-- leave_duration bigint? as decimal, leave_notice_days bigint, timesheet_auto_submit_days bigint?,
-- auto_approve_timesheets boolean, timesheet_mails boolean, activity_sensitivity bigint,
-- created_at bigint as instant, updated_at bigint as instant

-- name: export_workspace
-- One row: its settings.
-- exports: workspace.csv
-- returns: each exported_workspace
SELECT w.id, w.name, w.owner_id, t.timezone, t.week_start, t.currency, t.working_days, t.working_day_start,
       t.working_day_end, t.attendance_by, t.late_minutes_allowed, t.early_minutes_allowed, t.working_minutes_per_day,
       t.time_editors, t.auto_approve_time_requests, t.time_request_approvers, t.timesheet_approvers,
       t.leave_approvers, t.leave_duration, t.leave_notice_days, t.timesheet_auto_submit_days,
       t.auto_approve_timesheets, t.timesheet_mails, t.activity_sensitivity, w.created_at, t.updated_at
FROM workspaces w
JOIN workspace_settings t ON t.workspace_id = w.id
WHERE w.id = :workspace_id AND t.workspace_id = :workspace_id ORDER BY w.id;

-- row: exported_members
-- user_id bigint, email text, firstname text, lastname text, avatar text?, timezone text?, role bigint as Role,
-- status bigint as MemberStatus, is_blocked boolean, title_id bigint?, rate bigint? as decimal, rate_type text,
-- rate_status bigint, weekly_hours_limit bigint, screenshots bigint as Screenshots, created_at bigint as instant,
-- updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_members
-- Also those who left. What hours earn now; rates.csv says what they earned before.
-- exports: members.csv
-- returns: each exported_members
SELECT t.user_id, t.email, t.firstname, t.lastname, t.avatar, t.timezone, t.role, t.status, t.is_blocked, t.title_id,
       t.rate, t.rate_type, t.rate_status, t.weekly_hours_limit, t.screenshots, t.created_at, t.updated_at,
       t.deleted_at
FROM members t
WHERE t.workspace_id = :workspace_id ORDER BY t.user_id;

-- row: exported_titles
-- id bigint, name text

-- name: export_titles
-- exports: titles.csv
-- returns: each exported_titles
SELECT t.id, t.name
FROM titles t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_teams
-- id bigint, name text

-- name: export_teams
-- exports: teams.csv
-- returns: each exported_teams
SELECT t.id, t.name
FROM teams t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_team_members
-- team_id bigint, user_id bigint, is_manager boolean

-- name: export_team_members
-- exports: team_members.csv
-- returns: each exported_team_members
SELECT t.team_id, t.user_id, t.is_manager
FROM team_members t
WHERE t.workspace_id = :workspace_id ORDER BY t.team_id, t.user_id;

-- row: exported_projects
-- id bigint, owner_id bigint, name text, start_date bigint? as date, deadline bigint? as date,
-- estimation bigint? as decimal, budget_estimation bigint? as decimal, notes text?, icon text?, is_billable boolean,
-- rate bigint as decimal, weekly_hours_limit bigint, screenshots bigint as Screenshots, status bigint,
-- created_at bigint as instant, updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_projects
-- Also those that were deleted.
-- exports: projects.csv
-- returns: each exported_projects
SELECT t.id, t.owner_id, t.name, t.start_date, t.deadline, t.estimation, t.budget_estimation, t.notes, t.icon,
       t.is_billable, t.rate, t.weekly_hours_limit, t.screenshots, t.status, t.created_at, t.updated_at, t.deleted_at
FROM projects t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_tags
-- id bigint, name text, color text

-- name: export_tags
-- exports: tags.csv
-- returns: each exported_tags
SELECT t.id, t.name, t.color
FROM tags t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_project_tags
-- project_id bigint, tag_id bigint

-- name: export_project_tags
-- exports: project_tags.csv
-- returns: each exported_project_tags
SELECT t.project_id, t.tag_id
FROM project_tags t
WHERE t.workspace_id = :workspace_id ORDER BY t.project_id, t.tag_id;

-- row: exported_project_grants
-- project_id bigint, user_id bigint

-- name: export_project_grants
-- Which projects a Project manager or viewer has been given.
-- exports: project_grants.csv
-- returns: each exported_project_grants
SELECT t.project_id, t.user_id
FROM project_grants t
WHERE t.workspace_id = :workspace_id ORDER BY t.project_id, t.user_id;

-- row: exported_contracts
-- id bigint, project_id bigint, user_id bigint, weekly_hours_limit bigint, screenshots bigint as Screenshots,
-- rate bigint? as decimal, rate_type bigint as RateType, currency text, status bigint as ContractStatus,
-- created_at bigint as instant, updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_contracts
-- Who works on what. Also those that ended.
-- exports: contracts.csv
-- returns: each exported_contracts
SELECT t.id, t.project_id, t.user_id, t.weekly_hours_limit, t.screenshots, t.rate, t.rate_type, t.currency, t.status,
       t.created_at, t.updated_at, t.deleted_at
FROM contracts t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_rates
-- kind bigint as RateType, owner_id bigint, last_day bigint as date, rate bigint? as decimal,
-- rate_type bigint as RateType

-- name: export_rates
-- What hours earned up to and with a day. The owner is a contract, member or project, as the kind says.
-- exports: rates.csv
-- returns: each exported_rates
SELECT t.kind, t.owner_id, t.last_day, t.rate, t.rate_type
FROM past_rates t
WHERE t.workspace_id = :workspace_id ORDER BY t.kind, t.owner_id, t.last_day;

-- row: exported_task_statuses
-- code bigint, name text, color text

-- name: export_task_statuses
-- The workspace's own, beside 0 open, 10 in progress, 20 done and 30 closed.
-- exports: task_statuses.csv
-- returns: each exported_task_statuses
SELECT t.code, t.name, t.color
FROM task_statuses t
WHERE t.workspace_id = :workspace_id ORDER BY t.code;

-- row: exported_tasks
-- id bigint, project_id bigint, parent_id bigint?, creator_id bigint, title text, description text?, status bigint,
-- priority bigint?, start_date bigint? as date, end_date bigint? as date, completed_at bigint? as instant,
-- created_at bigint as instant, updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_tasks
-- Also those that were deleted.
-- exports: tasks.csv
-- returns: each exported_tasks
SELECT t.id, t.project_id, t.parent_id, t.creator_id, t.title, t.description, t.status, t.priority, t.start_date,
       t.end_date, t.completed_at, t.created_at, t.updated_at, t.deleted_at
FROM tasks t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_task_assignees
-- task_id bigint, user_id bigint, created_at bigint as instant

-- name: export_task_assignees
-- exports: task_assignees.csv
-- returns: each exported_task_assignees
SELECT t.task_id, t.user_id, t.created_at
FROM task_assignees t
WHERE t.workspace_id = :workspace_id ORDER BY t.task_id, t.user_id;

-- row: exported_time_entries
-- id bigint as sealed:time_entry, user_id bigint, day bigint as date, start_at bigint as instant,
-- end_at bigint as instant, minutes bigint, contract_id bigint?, task_id bigint?, method bigint as TimeMethod,
-- from_slots boolean, description text?, activity_seconds bigint, inactive_seconds bigint, keys bigint,
-- clicks bigint, scrolls bigint, level_seconds bigint, level_points bigint, created_at bigint as instant,
-- updated_at bigint as instant

-- name: export_time_entries
-- The day is the member's own, by the zone that they had.
-- exports: time_entries.csv
-- returns: each exported_time_entries
SELECT t.id, t.user_id, t.day, t.start_at, t.end_at, t.minutes, t.contract_id, t.task_id, t.method, t.from_slots,
       t.description, t.activity_seconds, t.inactive_seconds, t.keys, t.clicks, t.scrolls, t.level_seconds,
       t.level_points, t.created_at, t.updated_at
FROM time_entries t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_tracked_slots
-- user_id bigint, slot_id text, start_at bigint as instant, end_at bigint as instant, contract_id bigint?,
-- task_id bigint?, method bigint as TimeMethod, activity_level bigint, keys bigint?, clicks bigint?, scrolls bigint?,
-- inactive_seconds bigint?, description text?, received_at bigint as instant

-- name: export_tracked_slots
-- What trackers sent, as they sent it.
-- exports: tracked_slots.csv
-- returns: each exported_tracked_slots
SELECT t.user_id, t.slot_id, t.start_at, t.end_at, t.contract_id, t.task_id, t.method, t.activity_level, t.keys,
       t.clicks, t.scrolls, t.inactive_seconds, t.description, t.received_at
FROM tracked_slots t
WHERE t.workspace_id = :workspace_id ORDER BY t.user_id, t.slot_id;

-- row: exported_removed_spans
-- user_id bigint, start_at bigint as instant, end_at bigint as instant

-- name: export_removed_spans
-- Where somebody changed or deleted an entry that was made of slots: no slot counts there any more.
-- exports: removed_spans.csv
-- returns: each exported_removed_spans
SELECT t.user_id, t.start_at, t.end_at
FROM removed_spans t
WHERE t.workspace_id = :workspace_id ORDER BY t.user_id, t.start_at, t.end_at;

-- row: exported_running_trackers
-- user_id bigint, start_at bigint as instant, contract_id bigint?, task_id bigint?, description text?

-- name: export_running_trackers
-- exports: running_trackers.csv
-- returns: each exported_running_trackers
SELECT t.user_id, t.start_at, t.contract_id, t.task_id, t.description
FROM running_trackers t
WHERE t.workspace_id = :workspace_id ORDER BY t.user_id;

-- row: exported_time_requests
-- id bigint as sealed:time_request, user_id bigint, contract_id bigint?, task_id bigint?, start_at bigint as instant,
-- start_offset bigint?, end_at bigint as instant, end_offset bigint?, day bigint as date, timezone text?,
-- notes text?, saved_minutes bigint?, status bigint as ObjectStatus, status_by bigint?, status_at bigint? as instant,
-- status_reason text?, created_by bigint, created_at bigint as instant, updated_at bigint as instant

-- name: export_time_requests
-- The offsets are minutes east of UTC, where the request said one.
-- exports: time_requests.csv
-- returns: each exported_time_requests
SELECT t.id, t.user_id, t.contract_id, t.task_id, t.start_at, t.start_offset, t.end_at, t.end_offset, t.day,
       t.timezone, t.notes, t.saved_minutes, t.status, t.status_by, t.status_at, t.status_reason, t.created_by,
       t.created_at, t.updated_at
FROM time_requests t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_leave_policies
-- id bigint, name text, time_unit bigint as LeaveTimeUnit, day_minutes bigint, duration bigint,
-- is_paid bigint as LeavePaid, allow_negative boolean, reason_required boolean, notice_required boolean,
-- accrual bigint as LeaveAccrual, carry_over bigint, carry_over_months bigint, created_at bigint as instant,
-- updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_leave_policies
-- Also those that were removed.
-- exports: leave_policies.csv
-- returns: each exported_leave_policies
SELECT t.id, t.name, t.time_unit, t.day_minutes, t.duration, t.is_paid, t.allow_negative, t.reason_required,
       t.notice_required, t.accrual, t.carry_over, t.carry_over_months, t.created_at, t.updated_at, t.deleted_at
FROM leave_policies t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_leave_allowances
-- user_id bigint, policy_id bigint, year bigint, amount bigint, updated_at bigint as instant

-- name: export_leave_allowances
-- Where a member has something else than the policy says.
-- exports: leave_allowances.csv
-- returns: each exported_leave_allowances
SELECT t.user_id, t.policy_id, t.year, t.amount, t.updated_at
FROM leave_allowances t
WHERE t.workspace_id = :workspace_id ORDER BY t.user_id, t.policy_id, t.year;

-- row: exported_leaves
-- id bigint as sealed:leave, user_id bigint, policy_id bigint, start_day bigint as date, end_day bigint as date,
-- leave_period bigint, start_minute bigint? as time, end_minute bigint? as time, day_minutes bigint,
-- is_paid bigint as LeavePaid, note text?, status bigint as ObjectStatus, status_by bigint?,
-- status_at bigint? as instant, status_reason text?, created_by bigint, charged bigint, minutes bigint,
-- created_at bigint as instant, updated_at bigint as instant

-- name: export_leaves
-- exports: leaves.csv
-- returns: each exported_leaves
SELECT t.id, t.user_id, t.policy_id, t.start_day, t.end_day, t.leave_period, t.start_minute, t.end_minute,
       t.day_minutes, t.is_paid, t.note, t.status, t.status_by, t.status_at, t.status_reason, t.created_by, t.charged,
       t.minutes, t.created_at, t.updated_at
FROM leaves t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_leave_days
-- leave_id bigint as sealed:leave, day bigint as date, amount bigint, minutes bigint

-- name: export_leave_days
-- What a leave charges on each of its days.
-- exports: leave_days.csv
-- returns: each exported_leave_days
SELECT t.leave_id, t.day, t.amount, t.minutes
FROM leave_days t
WHERE t.workspace_id = :workspace_id ORDER BY t.leave_id, t.day;

-- row: exported_leave_entries
-- leave_id bigint as sealed:leave, entry_id bigint as sealed:time_entry

-- name: export_leave_entries
-- The time that a leave put on its member's timeline. The entry may be gone.
-- exports: leave_entries.csv
-- returns: each exported_leave_entries
SELECT t.leave_id, t.entry_id
FROM leave_entries t
WHERE t.workspace_id = :workspace_id ORDER BY t.leave_id, t.entry_id;

-- row: exported_holidays
-- day bigint as date, name text, quarters bigint, created_at bigint as instant

-- name: export_holidays
-- With the quarters of the day that are worked.
-- exports: holidays.csv
-- returns: each exported_holidays
SELECT t.day, t.name, t.quarters, t.created_at
FROM holidays t
WHERE t.workspace_id = :workspace_id ORDER BY t.day;

-- row: exported_shifts
-- id bigint, name text, date_from bigint as date, date_until bigint? as date, repeat_weeks bigint as ShiftRepeat,
-- minimum_minutes bigint?, created_at bigint as instant, updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_shifts
-- Also those that were removed.
-- exports: shifts.csv
-- returns: each exported_shifts
SELECT t.id, t.name, t.date_from, t.date_until, t.repeat_weeks, t.minimum_minutes, t.created_at, t.updated_at,
       t.deleted_at
FROM shifts t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_shift_days
-- shift_id bigint, weekday bigint as Weekday, start_minute bigint as time, minutes bigint

-- name: export_shift_days
-- exports: shift_days.csv
-- returns: each exported_shift_days
SELECT t.shift_id, t.weekday, t.start_minute, t.minutes
FROM shift_days t
WHERE t.workspace_id = :workspace_id ORDER BY t.shift_id, t.weekday;

-- row: exported_break_policies
-- id bigint, name text, minutes_per_day bigint, is_paid boolean, created_at bigint as instant,
-- updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_break_policies
-- Also those that were removed.
-- exports: break_policies.csv
-- returns: each exported_break_policies
SELECT t.id, t.name, t.minutes_per_day, t.is_paid, t.created_at, t.updated_at, t.deleted_at
FROM break_policies t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_attendance_members
-- kind bigint as AttendanceKind, object_id bigint, user_id bigint

-- name: export_attendance_members
-- For whom shifts and break policies are. User 0 stands for those who will join.
-- exports: attendance_members.csv
-- returns: each exported_attendance_members
SELECT t.kind, t.object_id, t.user_id
FROM attendance_members t
WHERE t.workspace_id = :workspace_id ORDER BY t.kind, t.object_id, t.user_id;

-- row: exported_expense_categories
-- id bigint, name text, created_at bigint as instant, updated_at bigint as instant, deleted_at bigint? as instant

-- name: export_expense_categories
-- Also those that were removed.
-- exports: expense_categories.csv
-- returns: each exported_expense_categories
SELECT t.id, t.name, t.created_at, t.updated_at, t.deleted_at
FROM expense_categories t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_expenses
-- id bigint as sealed:expense, user_id bigint, name text, day bigint as date, amount bigint as decimal,
-- currency text, category_id bigint?, project_id bigint?, note text?, is_billable boolean,
-- status bigint as ObjectStatus, status_by bigint?, status_at bigint? as instant, status_reason text?,
-- created_at bigint as instant, updated_at bigint as instant

-- name: export_expenses
-- exports: expenses.csv
-- returns: each exported_expenses
SELECT t.id, t.user_id, t.name, t.day, t.amount, t.currency, t.category_id, t.project_id, t.note, t.is_billable,
       t.status, t.status_by, t.status_at, t.status_reason, t.created_at, t.updated_at
FROM expenses t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_timesheet_assignments
-- user_id bigint, first_day bigint as date, period bigint as PayPeriod, updated_at bigint as instant

-- name: export_timesheet_assignments
-- User 0 is everybody who has none of their own.
-- exports: timesheet_assignments.csv
-- returns: each exported_timesheet_assignments
SELECT t.user_id, t.first_day, t.period, t.updated_at
FROM timesheet_assignments t
WHERE t.workspace_id = :workspace_id ORDER BY t.user_id, t.first_day;

-- row: exported_webhooks
-- id bigint as sealed:webhook, owner_id bigint, url text, status bigint as WebhookStatus,
-- failing_since bigint? as instant, position bigint, created_at bigint as instant, updated_at bigint as instant,
-- deleted_at bigint? as instant

-- name: export_webhooks
-- Also those that were removed. Their secrets are not among what is exported.
-- exports: webhooks.csv
-- returns: each exported_webhooks
SELECT t.id, t.owner_id, t.url, t.status, t.failing_since, t.position, t.created_at, t.updated_at, t.deleted_at
FROM webhooks t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_webhook_patterns
-- webhook_id bigint as sealed:webhook, pattern text

-- name: export_webhook_patterns
-- exports: webhook_patterns.csv
-- returns: each exported_webhook_patterns
SELECT t.webhook_id, t.pattern
FROM webhook_patterns t
WHERE t.workspace_id = :workspace_id ORDER BY t.webhook_id, t.pattern;

-- row: exported_timesheets
-- id bigint as sealed:timesheet, user_id bigint, first_day bigint as date, last_day bigint as date,
-- status bigint as ObjectStatus, status_by bigint?, status_at bigint? as instant, status_reason text?,
-- submitted_at bigint? as instant, created_at bigint as instant, updated_at bigint as instant

-- name: export_timesheets
-- exports: timesheets.csv
-- returns: each exported_timesheets
SELECT t.id, t.user_id, t.first_day, t.last_day, t.status, t.status_by, t.status_at, t.status_reason, t.submitted_at,
       t.created_at, t.updated_at
FROM timesheets t
WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- row: exported_timesheet_lines
-- timesheet_id bigint as sealed:timesheet, day bigint as date, contract_id bigint, project_id bigint?,
-- project_name text?, minutes bigint, amount bigint? as decimal, currency text?

-- name: export_timesheet_lines
-- What was approved, as it was then. Contract 0 is none.
-- exports: timesheet_lines.csv
-- returns: each exported_timesheet_lines
SELECT t.timesheet_id, t.day, t.contract_id, t.project_id, t.project_name, t.minutes, t.amount, t.currency
FROM timesheet_lines t
WHERE t.workspace_id = :workspace_id ORDER BY t.timesheet_id, t.day, t.contract_id;

-- row: exported_history
-- timesheet_id bigint? as sealed:timesheet, time_request_id bigint? as sealed:time_request,
-- leave_id bigint? as sealed:leave, expense_id bigint? as sealed:expense, number bigint,
-- action bigint as ObjectAction, from_status bigint? as ObjectStatus, to_status bigint as ObjectStatus,
-- by_id bigint?, at bigint as instant, reason text?

-- name: export_history
-- Who moved a timesheet, time request, leave or expense from state to state; its number is the how manieth change.
-- exports: history.csv
-- returns: each exported_history
SELECT CASE WHEN t.kind = {ObjectKind.timesheet} THEN t.object_id END AS timesheet_id,
       CASE WHEN t.kind = {ObjectKind.time_request} THEN t.object_id END AS time_request_id,
       CASE WHEN t.kind = {ObjectKind.leave} THEN t.object_id END AS leave_id,
       CASE WHEN t.kind = {ObjectKind.expense} THEN t.object_id END AS expense_id, t.number, t.action, t.from_status,
       t.to_status, t.by_id, t.at, t.reason
FROM transitions t
WHERE t.workspace_id = :workspace_id ORDER BY t.kind, t.object_id, t.number;

-- row: exported_history_values
-- timesheet_id bigint? as sealed:timesheet, time_request_id bigint? as sealed:time_request,
-- leave_id bigint? as sealed:leave, expense_id bigint? as sealed:expense, number bigint, position bigint, name text,
-- before text?, after text?

-- name: export_history_values
-- What such a change changed.
-- exports: history_values.csv
-- returns: each exported_history_values
SELECT CASE WHEN t.kind = {ObjectKind.timesheet} THEN t.object_id END AS timesheet_id,
       CASE WHEN t.kind = {ObjectKind.time_request} THEN t.object_id END AS time_request_id,
       CASE WHEN t.kind = {ObjectKind.leave} THEN t.object_id END AS leave_id,
       CASE WHEN t.kind = {ObjectKind.expense} THEN t.object_id END AS expense_id, t.number, t.position, t.name,
       t.before, t.after
FROM transition_values t
WHERE t.workspace_id = :workspace_id ORDER BY t.kind, t.object_id, t.number, t.position;
