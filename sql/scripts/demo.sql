-- The sandbox: the documentation's own example data, under the ids that the documentation uses, so that its curl lines
-- work as written (DESIGN.md 6). Tokens and passwords are made in C (cli/demo.c).
--
-- Workspace 1 is that of the documentation; workspace 2 is there to show that the two do not see each other.

INSERT INTO users (id, email, confirmed_at, only_workspace_id, created_at) VALUES
	(10, 'owner@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(11, 'emma@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(12, 'peter@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(13, 'tanya@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(14, 'victor@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(15, 'una@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(16, 'ivan@example.com', NULL, 1, {instant 2025-02-19T19:24:55Z}),
	(20, 'other@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(100, 'john.doe@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z}),
	(123, 'jane@example.com', {instant 2025-02-19T19:24:55Z}, NULL, {instant 2025-02-19T19:24:55Z});

INSERT INTO workspaces (id, owner_id, name, created_at, activated_at) VALUES
	(1, 10, 'WebWork Workspace', {instant 2025-02-19T19:24:55Z}, {instant 2025-02-19T19:24:55Z}),
	(2, 20, 'Other Workspace',   {instant 2025-02-19T19:24:55Z}, {instant 2025-02-19T19:24:55Z});

INSERT INTO workspace_settings (workspace_id, timezone, week_start, currency, updated_at) VALUES
	(1, 'UTC', {Weekday.monday}, 'USD', {instant 2025-02-19T19:24:55Z}),
	(2, 'UTC', {Weekday.monday}, 'USD', {instant 2025-02-19T19:24:55Z});

INSERT INTO due_work (workspace_id, kind, due_at) VALUES (1, 'retention', 0), (2, 'retention', 0);

INSERT INTO titles (workspace_id, id, name) VALUES (1, 1, 'Designer'), (1, 2, 'Developer');

INSERT INTO members (workspace_id, user_id, email, firstname, lastname, timezone, role, status, is_blocked, title_id,
                     rate, rate_type, rate_status, weekly_hours_limit, screenshots, created_at, updated_at) VALUES
	(1, 10, 'owner@example.com', 'Olivia', 'Owner', 'UTC', {Role.owner}, {MemberStatus.active}, FALSE, NULL,
	 NULL, 'hourly', 1, 168, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 11, 'emma@example.com', 'Emma', 'Executive', 'UTC', {Role.executive_manager},
	 {MemberStatus.active}, FALSE, NULL,
	 400000, 'hourly', 1, 168, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 12, 'peter@example.com', 'Peter', 'Project', 'UTC', {Role.project_manager}, {MemberStatus.active}, FALSE, NULL,
	 350000, 'hourly', 0, 168, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 13, 'tanya@example.com', 'Tanya', 'Team', 'UTC', {Role.team_manager}, {MemberStatus.active}, FALSE, NULL,
	 300000, 'hourly', 0, 168, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 14, 'victor@example.com', 'Victor', 'Viewer', 'UTC', {Role.project_viewer}, {MemberStatus.active}, FALSE, NULL,
	 NULL, 'hourly', 0, 168, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 100, 'john.doe@example.com', 'John', 'Doe', 'UTC', {Role.regular_user}, {MemberStatus.active}, FALSE, 1,
	 255000, 'hourly', 0, 40, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 123, 'jane@example.com', 'Jane', 'Smith', 'UTC', {Role.regular_user}, {MemberStatus.active}, FALSE, 2,
	 275000, 'hourly', 0, 40, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(2, 20, 'other@example.com', 'Oscar', 'Other', 'UTC', {Role.owner}, {MemberStatus.active}, FALSE, NULL,
	 NULL, 'hourly', 1, 168, {Screenshots.blurred}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO user_workspaces (user_id, workspace_id) VALUES
	(10, 1), (11, 1), (12, 1), (13, 1), (14, 1), (100, 1), (123, 1), (20, 2);

-- Una was a viewer, and can be restored; Ivan has not accepted yet: his link ends in `demo-invitation`. Nor has Olivia
-- in workspace 2: `demo-invitation-elsewhere`.
INSERT INTO members (workspace_id, user_id, email, firstname, lastname, role, status, is_blocked, rate_type,
                     rate_status, weekly_hours_limit, screenshots, invitation_hash, created_at, updated_at, deleted_at)
VALUES
	(1, 15, 'una@example.com', 'Una', 'Viewer', {Role.project_viewer}, {MemberStatus.left}, FALSE, 'hourly',
	 0, 168, {Screenshots.blurred}, NULL, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z},
	 {instant 2024-01-15T09:00:00Z}),
	(1, 16, 'ivan@example.com', 'Ivan', 'Invited', {Role.regular_user}, {MemberStatus.inactive}, FALSE, 'hourly',
	 0, 168, {Screenshots.blurred}, 'ceb57d9c0eb61e675051e5b7f9ee20706c47f05ffc6c572dc83cc0c5707f771e',
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}, NULL),
	(2, 10, 'owner@example.com', 'Olivia', 'Owner', {Role.project_viewer}, {MemberStatus.inactive}, FALSE, 'hourly',
	 0, 168, {Screenshots.blurred}, '2c430f4193534a9d287f641cc7406e4c56a22b4a57bcfa2037d63ed3cccb9203',
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}, NULL);

INSERT INTO invitation_links (hash, workspace_id, user_id, invitation_hash, is_mailed, expires_at) VALUES
	('ceb57d9c0eb61e675051e5b7f9ee20706c47f05ffc6c572dc83cc0c5707f771e', 1, 16,
	 'ceb57d9c0eb61e675051e5b7f9ee20706c47f05ffc6c572dc83cc0c5707f771e', FALSE, {instant 2999-12-31T00:00:00Z}),
	('2c430f4193534a9d287f641cc7406e4c56a22b4a57bcfa2037d63ed3cccb9203', 2, 10,
	 '2c430f4193534a9d287f641cc7406e4c56a22b4a57bcfa2037d63ed3cccb9203', FALSE, {instant 2999-12-31T00:00:00Z});

-- As if it had gone to Olivia by mail: the last part of a link that confirms her address is `demo-confirmation`.
INSERT INTO mailed_links (hash, kind, user_id, expires_at) VALUES
	('2ab82a55b66cd2dd7abd31580835616425565833da97d11fcf3ec3860a4cf8fd', 2, 10, {instant 2999-12-31T00:00:00Z});

-- A passkey that nobody has: its example was signed once.
INSERT INTO passkeys (user_id, id, name, credential_id, algorithm, public_key, sign_count, challenged_at,
                      created_at) VALUES
	(10, 1, 'Telephone', 'dGhlIHNhbmRib3gncyBwYXNza2V5', -7,
	 'NbYU56KgwtAZEg8VXvHNg24-KKttHqBECJqtBtMsicihwCwXGzzkyDE1p0lBL-6hlwsbsCXvVf6L1y7vTJf9Cw', 0, 0,
	 {instant 2024-01-15T09:00:00Z});

-- Where the example of another password leads: demo-password-reset, Jane's.
INSERT INTO mailed_links (hash, kind, user_id, expires_at) VALUES
	('770497b33aa481e7fce79e23ad96bb166a88c02cea0efbe7479b76f54294e4de', 1, 123, {instant 2999-12-31T00:00:00Z});

-- Tanya manages John's team; Jane is in a team of nobody's.
INSERT INTO teams (workspace_id, id, name) VALUES (1, 1, 'Design'), (1, 2, 'Development');
INSERT INTO team_members (workspace_id, team_id, user_id, is_manager) VALUES
	(1, 1, 13, TRUE), (1, 1, 100, FALSE), (1, 2, 123, FALSE);

INSERT INTO tags (workspace_id, id, name, color) VALUES
	(1, 5, 'Marketing', '#FF5733'), (1, 6, 'Internal', '#3366FF');

INSERT INTO projects (workspace_id, id, owner_id, name, name_folded, start_date, deadline, estimation,
                      budget_estimation, notes, icon, is_billable, rate, weekly_hours_limit, screenshots, status,
                      created_at, updated_at) VALUES
	(1, 100, 10, 'Marketing Campaign Q1', 'marketing campaign q1', {day 2024-01-15}, {day 2024-03-31}, 1200000,
	 50000000, 'Focus on social media channels', 'project-icon-1', TRUE, 0, 168, {Screenshots.blurred}, 1,
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(2, 200, 20, 'Secret Project', 'secret project', NULL, NULL, NULL,
	 NULL, 'Of another workspace.', NULL, TRUE, 0, 168, {Screenshots.blurred}, 1,
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO project_grants (workspace_id, project_id, user_id) VALUES (1, 100, 12), (1, 100, 14);

INSERT INTO contracts (workspace_id, id, project_id, user_id, weekly_hours_limit, screenshots, rate, rate_type,
                       currency, status, created_at, updated_at) VALUES
	(1, 20, 100, 100, 40, {Screenshots.blurred}, 255000, {RateType.custom}, 'USD', {ContractStatus.active},
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 21, 100, 12, 40, {Screenshots.blurred}, NULL, {RateType.member}, 'USD', {ContractStatus.active},
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 22, 100, 13, 20, {Screenshots.blurred}, NULL, {RateType.project}, 'USD', {ContractStatus.active},
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(2, 30, 200, 20, 168, {Screenshots.blurred}, NULL, {RateType.project}, 'USD', {ContractStatus.active},
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO tasks (workspace_id, id, project_id, parent_id, creator_id, title, description, status, priority,
                   start_date, end_date, completed_at, created_at, updated_at) VALUES
	(1, 5, 100, NULL, 10, 'Design landing page', 'Two variants, for desktop and mobile', 0, 30, {day 2024-01-15},
	 {day 2024-01-31}, NULL, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 6, 100, 5, 12, 'Choose pictures', NULL, 10, NULL, NULL, NULL, NULL,
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(2, 50, 200, NULL, 20, 'Secret task', NULL, 0, NULL, NULL, NULL, NULL,
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO task_assignees (workspace_id, task_id, user_id, created_at) VALUES
	(1, 5, 100, {instant 2024-01-15T09:00:00Z});

-- John's day, 09:00 to 17:00.
INSERT INTO timelines (workspace_id, user_id, version) VALUES (1, 100, 1);

INSERT INTO time_entries (workspace_id, id, user_id, day, start_at, end_at, contract_id, task_id, method, from_slots,
                          description, created_at, updated_at, minutes) VALUES
	(1, 1, 100, {day 2024-01-15}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T17:00:00Z}, 20, 5,
	 {TimeMethod.manually_added_time}, FALSE, 'Wrote the draft', {instant 2024-01-15T17:00:00Z},
	 {instant 2024-01-15T17:00:00Z}, 480);

INSERT INTO daily_minutes (workspace_id, day, user_id, contract_id, method, task_id, minutes, seconds) VALUES
	(1, {day 2024-01-15}, 100, 20, {TimeMethod.manually_added_time}, 5, 480, 28800);

-- Jane's tracker sent ten minutes, in one of which it saw neither keyboard nor mouse.
INSERT INTO timelines (workspace_id, user_id, version) VALUES (1, 123, 1);

INSERT INTO tracked_slots (workspace_id, user_id, slot_id, start_at, end_at, method, activity_level, keys, clicks,
                           scrolls, inactive_seconds, received_at) VALUES
	(1, 123, '0b8cbf3e-6ee5-4d8c-a9c2-5e0d2b5a1f52', {instant 2024-01-22T09:00:00Z}, {instant 2024-01-22T09:10:00Z},
	 {TimeMethod.desktop_tracker}, 0, 412, 67, 21, 60, {instant 2024-01-22T09:10:00Z});

INSERT INTO time_entries (workspace_id, id, user_id, day, start_at, end_at, method, from_slots, created_at, updated_at,
                          minutes, activity_seconds, inactive_seconds, keys, clicks, scrolls) VALUES
	(1, 2, 123, {day 2024-01-22}, {instant 2024-01-22T09:00:00Z}, {instant 2024-01-22T09:10:00Z},
	 {TimeMethod.desktop_tracker}, TRUE, {instant 2024-01-22T09:10:00Z}, {instant 2024-01-22T09:10:00Z},
	 10, 600, 60, 412, 67, 21);

INSERT INTO daily_minutes (workspace_id, day, user_id, contract_id, method, task_id, minutes, seconds, activity_seconds,
                           inactive_seconds, keys, clicks, scrolls) VALUES
	(1, {day 2024-01-22}, 123, 0, {TimeMethod.desktop_tracker}, 0, 10, 600, 600, 60, 412, 67, 21);

INSERT INTO expense_categories (workspace_id, id, name, name_folded, created_at, updated_at) VALUES
	(1, 1, 'Travel', 'travel', {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO expenses (workspace_id, id, user_id, name, day, amount, currency, category_id, project_id, note,
                      is_billable, status, created_at, updated_at) VALUES
	(1, 1, 100, 'Train to Vienna', {day 2024-01-15}, 3020000, 'USD', 1, 100, 'Both ways', TRUE, {ObjectStatus.recorded},
	 {instant 2024-01-15T17:00:00Z}, {instant 2024-01-15T17:00:00Z});

INSERT INTO transitions (workspace_id, kind, object_id, number, action, from_status, to_status, by_id, at) VALUES
	(1, {ObjectKind.expense}, 1, 1, {ObjectAction.create}, NULL, {ObjectStatus.recorded}, 100,
	 {instant 2024-01-15T17:00:00Z});

-- John asks for the 16th, and for the 17th.
INSERT INTO time_requests (workspace_id, id, user_id, contract_id, task_id, start_at, start_offset, end_at, end_offset,
                           day, timezone, notes, status, created_by, created_at, updated_at) VALUES
	(1, 1, 100, 20, 5, {instant 2024-01-16T09:00:00Z}, 0, {instant 2024-01-16T17:00:00Z}, 0, {day 2024-01-16}, 'UTC',
	 'Met the client', {ObjectStatus.pending}, 100, {instant 2024-01-16T17:00:00Z}, {instant 2024-01-16T17:00:00Z}),
	(1, 2, 100, 20, 5, {instant 2024-01-17T09:00:00Z}, 0, {instant 2024-01-17T17:00:00Z}, 0, {day 2024-01-17}, 'UTC',
	 'Met the client', {ObjectStatus.pending}, 100, {instant 2024-01-17T17:00:00Z}, {instant 2024-01-17T17:00:00Z});

INSERT INTO transitions (workspace_id, kind, object_id, number, action, from_status, to_status, by_id, at) VALUES
	(1, {ObjectKind.time_request}, 1, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, 100,
	 {instant 2024-01-16T17:00:00Z}),
	(1, {ObjectKind.time_request}, 2, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, 100,
	 {instant 2024-01-17T17:00:00Z});

-- John asks for leave: of the examples, one is approved, one rejected, one cancelled.
INSERT INTO leave_policies (workspace_id, id, name, name_folded, time_unit, day_minutes, duration, is_paid,
                            allow_negative, reason_required, notice_required, created_at, updated_at) VALUES
	(1, 1, 'Vacation', 'vacation', {LeaveTimeUnit.days}, 480, 80, {LeavePaid.yes}, FALSE, FALSE, FALSE,
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO leave_allowances (workspace_id, user_id, policy_id, year, amount, updated_at) VALUES
	(1, 100, 1, 2024, 96, {instant 2024-01-15T09:00:00Z});

INSERT INTO holidays (workspace_id, day, name, quarters, created_at) VALUES
	(1, {day 2024-01-01}, 'New Year', 0, {instant 2024-01-15T09:00:00Z});

INSERT INTO leaves (workspace_id, id, user_id, policy_id, start_day, end_day, leave_period, day_minutes, charged,
                    minutes, is_paid, status, created_by, created_at, updated_at) VALUES
	(1, 1, 100, 1, {day 2024-02-12}, {day 2024-02-14}, 0, 480, 12, 1440, {LeavePaid.yes}, {ObjectStatus.pending},
	 100, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 2, 100, 1, {day 2024-03-04}, {day 2024-03-05}, 0, 480, 8, 960, {LeavePaid.yes}, {ObjectStatus.pending},
	 100, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 3, 100, 1, {day 2024-04-01}, {day 2024-04-01}, 0, 480, 4, 480, {LeavePaid.yes}, {ObjectStatus.pending},
	 100, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO leave_days (workspace_id, leave_id, day, amount, minutes) VALUES
	(1, 1, {day 2024-02-12}, 4, 480), (1, 1, {day 2024-02-13}, 4, 480), (1, 1, {day 2024-02-14}, 4, 480),
	(1, 2, {day 2024-03-04}, 4, 480), (1, 2, {day 2024-03-05}, 4, 480), (1, 3, {day 2024-04-01}, 4, 480);

INSERT INTO transitions (workspace_id, kind, object_id, number, action, from_status, to_status, by_id, at) VALUES
	(1, {ObjectKind.leave}, 1, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, 100,
	 {instant 2024-01-15T09:00:00Z}),
	(1, {ObjectKind.leave}, 2, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, 100,
	 {instant 2024-01-15T09:00:00Z}),
	(1, {ObjectKind.leave}, 3, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, 100,
	 {instant 2024-01-15T09:00:00Z});

-- Everybody's weeks begin on Monday. John has not submitted his; Jane waits for two, without time, to be approved.
INSERT INTO timesheet_assignments (workspace_id, user_id, first_day, period, updated_at) VALUES
	(1, 0, {day 1969-12-29}, {PayPeriod.weekly}, {instant 2025-02-19T19:24:55Z}),
	(1, 11, {day 2024-06-01}, {PayPeriod.custom}, {instant 2025-02-19T19:24:55Z}),
	(2, 0, {day 1969-12-29}, {PayPeriod.weekly}, {instant 2025-02-19T19:24:55Z});

INSERT INTO timesheets (workspace_id, id, user_id, first_day, last_day, status, status_by, status_at, submitted_at,
                        created_at, updated_at) VALUES
	(1, 1, 123, {day 2023-12-18}, {day 2023-12-24}, {ObjectStatus.submitted}, 123, {instant 2024-01-15T09:00:00Z},
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 2, 123, {day 2023-12-25}, {day 2023-12-31}, {ObjectStatus.submitted}, 123, {instant 2024-01-15T09:00:00Z},
	 {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z}),
	(1, 3, 100, {day 2024-01-15}, {day 2024-01-21}, {ObjectStatus.pending}, NULL, NULL, NULL,
	 {instant 2024-01-15T17:00:00Z}, {instant 2024-01-15T17:00:00Z});

INSERT INTO transitions (workspace_id, kind, object_id, number, action, from_status, to_status, by_id, at) VALUES
	(1, {ObjectKind.timesheet}, 1, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, NULL,
	 {instant 2024-01-15T09:00:00Z}),
	(1, {ObjectKind.timesheet}, 1, 2, {ObjectAction.submit}, {ObjectStatus.pending}, {ObjectStatus.submitted}, 123,
	 {instant 2024-01-15T09:00:00Z}),
	(1, {ObjectKind.timesheet}, 2, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, NULL,
	 {instant 2024-01-15T09:00:00Z}),
	(1, {ObjectKind.timesheet}, 2, 2, {ObjectAction.submit}, {ObjectStatus.pending}, {ObjectStatus.submitted}, 123,
	 {instant 2024-01-15T09:00:00Z}),
	(1, {ObjectKind.timesheet}, 3, 1, {ObjectAction.create}, NULL, {ObjectStatus.pending}, NULL,
	 {instant 2024-01-15T17:00:00Z});

-- Jane's shift, and for how long John may rest: the workspace goes by its schedule, until it says shifts.
INSERT INTO shifts (workspace_id, id, name, name_folded, date_from, date_until, repeat_weeks, minimum_minutes,
                    created_at, updated_at) VALUES
	(1, 1, 'Day', 'day', {day 2024-01-15}, NULL, {ShiftRepeat.weekly}, 480, {instant 2024-01-15T09:00:00Z},
	 {instant 2024-01-15T09:00:00Z});

INSERT INTO shift_days (workspace_id, shift_id, weekday, start_minute, minutes) VALUES
	(1, 1, {Weekday.monday}, 540, 480), (1, 1, {Weekday.tuesday}, 540, 480);

INSERT INTO break_policies (workspace_id, id, name, name_folded, minutes_per_day, is_paid, created_at,
                            updated_at) VALUES
	(1, 1, 'Lunch', 'lunch', 60, FALSE, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z});

INSERT INTO attendance_members (workspace_id, kind, object_id, user_id) VALUES
	(1, {AttendanceKind.shift}, 1, 123), (1, {AttendanceKind.break_policy}, 1, 100);

-- A webhook that nobody listens to: so it is not called.
INSERT INTO webhooks (workspace_id, id, owner_id, url, status, position, secret_number, leased_until, created_at,
                      updated_at) VALUES
	(1, 1, 10, 'https://hooks.example/stint', {WebhookStatus.paused}, 0, 1, 0, {instant 2024-01-15T09:00:00Z},
	 {instant 2024-01-15T09:00:00Z});

INSERT INTO webhook_patterns (workspace_id, webhook_id, pattern) VALUES (1, 1, 'project.created'), (1, 1, 'task.*');

INSERT INTO webhook_deliveries (workspace_id, webhook_id, position, event_id, kind, status, attempts, created_at) VALUES
	(1, 1, 1, 1, {EventKind.project_created}, {DeliveryStatus.delivered}, 1, {instant 2024-01-15T09:00:00Z});

INSERT INTO webhook_attempts (workspace_id, webhook_id, position, number, attempted_at, response_status, response_head,
                              duration_ms) VALUES
	(1, 1, 1, 1, {instant 2024-01-15T09:00:00Z}, 200, 'ok', 42);

-- An app with the secret `demo-app-secret`, of which this is the hash; the owner lets it act for them.
INSERT INTO apps (id, client_id, secret_hash, owner_id, workspace_id, name, grant_types, created_at) VALUES
	(1, 'demo-app', '81ba29a3c94c9cf43ff329391ab198559a0418b4a17436642403a88478987654', 10, 1,
	 'Timesheet Sync', 3, {instant 2024-01-15T09:00:00Z});

INSERT INTO app_redirects (app_id, uri) VALUES (1, 'https://app.example/callback');

INSERT INTO app_grants (user_id, id, app_id, workspace_id, grant_type, scopes, created_at, used_at, expires_at) VALUES
	(10, 1, 1, 1, {AppGrantType.authorization_code}, 3, {instant 2024-01-15T09:00:00Z}, {instant 2024-01-15T09:00:00Z},
	 {instant 2034-01-15T09:00:00Z});
