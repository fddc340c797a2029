-- Settings of a workspace (DESIGN.md 5, SHAPE.md 9).

-- row: workspace_settings
-- timezone text, week_start bigint, currency text, working_days bigint, working_day_start bigint,
-- working_minutes_per_day bigint, working_day_end bigint?, attendance_by bigint, late_minutes_allowed bigint,
-- early_minutes_allowed bigint, time_editors bigint, auto_approve_time_requests boolean,
-- time_request_approvers bigint, timesheet_approvers bigint, leave_approvers bigint, leave_duration bigint?,
-- leave_notice_days bigint, timesheet_auto_submit_days bigint?, auto_approve_timesheets boolean,
-- timesheet_mails boolean, activity_sensitivity bigint, updated_at bigint

-- name: get_workspace_settings
-- returns: one workspace_settings
SELECT s.timezone, s.week_start, s.currency, s.working_days, s.working_day_start, s.working_minutes_per_day,
       s.working_day_end, s.attendance_by, s.late_minutes_allowed, s.early_minutes_allowed, s.time_editors,
       s.auto_approve_time_requests, s.time_request_approvers, s.timesheet_approvers, s.leave_approvers,
       s.leave_duration, s.leave_notice_days, s.timesheet_auto_submit_days, s.auto_approve_timesheets,
       s.timesheet_mails, s.activity_sensitivity, s.updated_at
FROM workspace_settings s
WHERE s.workspace_id = :workspace_id;

-- name: insert_workspace_settings
-- Of a new workspace; what is not named here is as the table says.
-- returns: nothing
INSERT INTO workspace_settings (workspace_id, timezone, week_start, currency, updated_at)
VALUES (:workspace_id, 'UTC', {Weekday.monday}, 'USD', :now);

-- name: update_workspace_settings
-- What is the same is not written: it has not been updated.
-- takes: row workspace_settings
-- returns: nothing
UPDATE workspace_settings
SET timezone = :timezone, week_start = :week_start, currency = :currency, working_days = :working_days,
    working_day_start = :working_day_start, working_minutes_per_day = :working_minutes_per_day,
    working_day_end = :working_day_end, attendance_by = :attendance_by, late_minutes_allowed = :late_minutes_allowed,
    early_minutes_allowed = :early_minutes_allowed, time_editors = :time_editors,
    auto_approve_time_requests = :auto_approve_time_requests,
    time_request_approvers = :time_request_approvers, timesheet_approvers = :timesheet_approvers,
    leave_approvers = :leave_approvers, leave_duration = :leave_duration, leave_notice_days = :leave_notice_days,
    timesheet_auto_submit_days = :timesheet_auto_submit_days, auto_approve_timesheets = :auto_approve_timesheets,
    timesheet_mails = :timesheet_mails, activity_sensitivity = :activity_sensitivity, updated_at = :now
WHERE workspace_id = :workspace_id
  AND (timezone, week_start, currency, working_days, working_day_start, working_minutes_per_day, working_day_end,
       attendance_by, late_minutes_allowed, early_minutes_allowed, time_editors, auto_approve_time_requests,
       time_request_approvers, timesheet_approvers, leave_approvers, leave_duration, leave_notice_days,
       timesheet_auto_submit_days, auto_approve_timesheets, timesheet_mails, activity_sensitivity)
      IS DISTINCT FROM (:timezone, :week_start, :currency, :working_days, :working_day_start,
                        :working_minutes_per_day, :working_day_end, :attendance_by, :late_minutes_allowed,
                        :early_minutes_allowed, :time_editors, :auto_approve_time_requests, :time_request_approvers,
                        :timesheet_approvers, :leave_approvers, :leave_duration, :leave_notice_days,
                        :timesheet_auto_submit_days, :auto_approve_timesheets, :timesheet_mails,
                        :activity_sensitivity);
