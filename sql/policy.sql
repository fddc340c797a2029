-- Who sees what: the only place that says it. Every statement that reads projects, contracts, tasks or members for a
-- caller includes the fragment; so lists, single objects, counts and totals cannot disagree.
--
-- Source: contract 2.8. Deleted rows are left out by the statements themselves, not here.

-- fragment: sees_all
:caller_role IN ({Role.owner}, {Role.executive_manager})

-- fragment: managed_people
-- People of the teams that the caller manages.
SELECT tm.user_id
FROM team_members tm
JOIN team_members mine ON mine.workspace_id = tm.workspace_id AND mine.team_id = tm.team_id
WHERE tm.workspace_id = :workspace_id AND mine.workspace_id = :workspace_id
  AND mine.user_id = :caller_id AND mine.is_manager

-- fragment: granted_projects
-- Not those that were archived: their people are not to be seen any more either.
SELECT g.project_id FROM project_grants g
JOIN projects gp ON gp.workspace_id = g.workspace_id AND gp.id = g.project_id
WHERE g.workspace_id = :workspace_id AND gp.workspace_id = :workspace_id AND g.user_id = :caller_id
  AND gp.deleted_at IS NULL

-- fragment: visible_project
-- Of a projects row `p`. Owners and Executive managers: all; Project managers and viewers: those given to them; Team
-- managers: those that their teams' people work on; everyone who tracks: those they are assigned to.
({sees_all}
 OR (:caller_role IN ({Role.project_manager}, {Role.project_viewer}) AND p.id IN ({granted_projects}))
 OR (:caller_role = {Role.team_manager} AND p.id IN (
     SELECT tc.project_id FROM contracts tc
     WHERE tc.workspace_id = :workspace_id AND tc.deleted_at IS NULL AND tc.user_id IN ({managed_people})))
 OR (:caller_role IN ({Role.regular_user}, {Role.team_manager}) AND p.id IN (
     SELECT oc.project_id FROM contracts oc
     WHERE oc.workspace_id = :workspace_id AND oc.deleted_at IS NULL AND oc.user_id = :caller_id)))

-- fragment: visible_task
-- Of a tasks row and its projects row `p`: whoever sees a project sees its tasks.
{visible_project}

-- fragment: visible_contract
-- Of a contracts row `c`. One's own; with it, those of managed projects (Project managers, viewers) or managed teams'
-- people (Team managers).
({sees_all}
 OR (c.user_id = :caller_id AND :caller_role <> {Role.project_viewer})
 OR (:caller_role IN ({Role.project_manager}, {Role.project_viewer}) AND c.project_id IN ({granted_projects}))
 OR (:caller_role = {Role.team_manager} AND c.user_id IN ({managed_people})))

-- fragment: visible_expense
-- Of an expenses row `e`. One's own; with it, those on managed projects (Project managers) or of managed teams' people
-- (Team managers).
({sees_all}
 OR e.user_id = :caller_id
 OR (:caller_role = {Role.project_manager} AND e.project_id IN ({granted_projects}))
 OR (:caller_role = {Role.team_manager} AND e.user_id IN ({managed_people})))

-- fragment: visible_time_request
-- Of a time_requests row `r` and its contracts row `c`, which may be missing: as contracts are, and one's own.
({sees_all}
 OR r.user_id = :caller_id
 OR (:caller_role = {Role.project_manager} AND c.project_id IN ({granted_projects}))
 OR (:caller_role = {Role.team_manager} AND r.user_id IN ({managed_people})))

-- fragment: seen_people
-- Besides oneself: those on managed projects or in managed teams; for regular users nobody.
SELECT pc.user_id FROM contracts pc
WHERE pc.workspace_id = :workspace_id AND pc.deleted_at IS NULL AND pc.project_id IN ({granted_projects})
  AND :caller_role IN ({Role.project_manager}, {Role.project_viewer})
UNION ALL
{managed_people} AND :caller_role = {Role.team_manager}

-- fragment: visible_member
-- Of a members row `m`.
({sees_all} OR m.user_id = :caller_id OR m.user_id IN ({seen_people}))

-- fragment: visible_leave
-- Of a leaves row `l`: as its member is.
({sees_all} OR l.user_id = :caller_id OR l.user_id IN ({seen_people}))

-- fragment: visible_timesheet
-- Of a timesheets row `t`. One's own; with it, those of the people whom the caller sees, where the settings let the
-- caller's role decide on them: a sheet shows all that its member works on.
({sees_all}
 OR t.user_id = :caller_id
 OR (t.user_id IN ({seen_people}) AND EXISTS (
     SELECT 1 FROM workspace_settings vs
     WHERE vs.workspace_id = :workspace_id
       AND (vs.timesheet_approvers >> CAST(:caller_role AS INTEGER)) % 2 = 1)))

-- fragment: visible_event
-- Of an events row `v`. What is about oneself; with it, what happened to the projects, tasks, contracts, members,
-- timesheets, time requests, leaves and expenses that lists show the caller. Of others' time and trackers there are no
-- lists but for those who see all.
({sees_all}
 OR v.user_id = :caller_id
 OR (v.kind BETWEEN {EventKind.project_created} AND {EventKind.task_deleted} AND EXISTS (
     SELECT 1 FROM projects p
     WHERE p.workspace_id = :workspace_id AND p.id = v.project_id AND {visible_project}))
 OR (v.kind BETWEEN {EventKind.contract_created} AND {EventKind.contract_deleted} AND EXISTS (
     SELECT 1 FROM contracts c
     WHERE c.workspace_id = :workspace_id AND c.id = v.object_id AND {visible_contract}))
 OR (v.kind BETWEEN {EventKind.member_invited} AND {EventKind.member_archived} AND EXISTS (
     SELECT 1 FROM members m
     WHERE m.workspace_id = :workspace_id AND m.user_id = v.object_id AND {visible_member}))
 OR (:caller_role <> {Role.project_viewer} AND (
     (v.kind BETWEEN {EventKind.timesheet_created} AND {EventKind.timesheet_reopened} AND EXISTS (
      SELECT 1 FROM timesheets t
      WHERE t.workspace_id = :workspace_id AND t.id = v.object_id AND {visible_timesheet}))
     OR (v.kind BETWEEN {EventKind.time_request_created} AND {EventKind.time_request_rejected} AND EXISTS (
      SELECT 1 FROM time_requests r
      LEFT JOIN contracts c ON c.workspace_id = :workspace_id AND c.id = r.contract_id
      WHERE r.workspace_id = :workspace_id AND r.id = v.object_id AND {visible_time_request}))
     OR (v.kind BETWEEN {EventKind.leave_created} AND {EventKind.leave_cancelled} AND EXISTS (
      SELECT 1 FROM leaves l
      WHERE l.workspace_id = :workspace_id AND l.id = v.object_id AND {visible_leave}))
     OR (v.kind BETWEEN {EventKind.expense_created} AND {EventKind.expense_deleted} AND EXISTS (
      SELECT 1 FROM expenses e
      WHERE e.workspace_id = :workspace_id AND e.id = v.object_id AND {visible_expense})))))
