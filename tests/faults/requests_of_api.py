"""A valid request of each operation, as often as one is wanted: what is to be deleted is made first."""

import datetime
import hashlib
import itertools
import urllib.parse

from authenticator import Passkey, code_of
from client import Browser, Client
from scenario import (PASSWORD, accept, add_time, advance_clock, invite, new_contract, new_member,
                      new_project, run_sql, start_at, unique)

WEBHOOK = "a81f93f1-7315-be1e-fd8d-4d52645c9241"  # the sandbox's
NEW_PASSWORD = "another horse, another staple"

_FIRST_DAY = datetime.date(1972, 1, 3)


class Requests:
    """`make(operation_id)` returns (method, path, body, headers); the owner of workspace 1 sends it, or whoever the
    headers say."""

    def __init__(self, owner):
        self.owner = owner
        start_at(owner, "2026-01-01T12:00:00Z")
        # Each in a week of its own: it always begins a timesheet.
        self._days = (str(_FIRST_DAY + datetime.timedelta(weeks=weeks)) for weeks in itertools.count())
        self._currencies = itertools.cycle(["EUR", "CHF", "USD"])
        self._last_policy = None
        self._jane = Browser(owner.server)
        # An export asks for the entries of each member: in a workspace that gets no more of them meanwhile.
        other_owner = Client(owner.server, "demo-other-owner")
        for user_id in (20, *(new_member(other_owner, workspace_id=2) for _ in range(2))):
            add_time(other_owner, user_id, str(_FIRST_DAY), "09:00", "10:00", workspace_id=2)
        self._viewer = owner.post("/project-viewers", json=self._person(), workspace_id=1).data["id"]
        owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": 11})
        for user_id, period in ((123, "daily"), (12, "custom")):
            owner.put("/timesheets/assignments", workspace_id=1, json={
                "user_id": user_id, "period": period, "date_from": str(_FIRST_DAY)})

    def make(self, operation_id):
        method, path, body, *headers = getattr(self, operation_id)()
        return method, path, {"workspace_id": 1, **body} if method != "GET" else body, *(headers or [{}])

    @staticmethod
    def operations():
        return [name for name in vars(Requests) if not name.startswith("_") and name not in ("make", "operations")]

    def _person(self):
        return {"email": f"{unique('fault').replace(' ', '-')}@example.com", "firstname": "Ada", "lastname": "Byron"}

    def _project(self):
        return new_project(self.owner)["id"]

    def _task(self, **fields):
        return self.owner.post("/tasks", json={"title": unique("Task"), **fields}, workspace_id=1,
                               project_id=100).data["id"]

    def _entry(self, user_id):
        return {"user_id": user_id, "date": next(self._days), "start_time": "09:00", "end_time": "09:01"}

    def _saved_entry(self, user_id):
        return self.owner.post("/time-entries", json={"workspace_id": 1, **self._entry(user_id)}).data["id"]

    def _expense(self):
        return {"expense_name": unique("Train"), "date": "2024-01-15", "amount": 19.99, "project_id": 100}

    def _time_request(self):
        """The owner of the workspace adds at once, a regular user asks."""
        day = next(self._days)
        return {"user_id": 100, "contract_id": 20, "start": f"{day}T09:00:00+02:00", "end": f"{day}T09:01:00+02:00"}

    def _asked(self):
        john = Client(self.owner.server, "demo-regular-user")
        return john.post("/time-requests", json=self._time_request(), workspace_id=1).data["id"]

    def _policy(self):
        """There are not many at a time: what the one before was for is done."""
        if self._last_policy:
            self.owner.delete(f"/leaves/policies/{self._last_policy}", workspace_id=1)
        made = self.owner.post("/leaves/policies", json={"name": unique("Leave"), "time_unit": "days",
                                                         "duration": 366}, workspace_id=1)
        self._last_policy = made.data["id"]
        return self._last_policy

    def _new_policy(self):
        for policy in self.owner.pages("/leaves/policies", workspace_id=1, per_page=100)[1:]:
            self.owner.delete(f"/leaves/policies/{policy['id']}", workspace_id=1)
        return {"name": unique("Leave"), "time_unit": "hours", "duration": 7.5}

    def _made(self, path, fields):
        return self.owner.post(path, json=fields, workspace_id=1).data["id"]

    def _shift(self):
        """Nobody's: it may overlap others."""
        return {"name": unique("Shift"), "weekdays": ["Monday"], "start": "18:00", "end": "07:00"}

    def _new_webhook(self):
        """There are not many at a time. Nothing happens that it would be told."""
        for webhook in self.owner.pages("/webhooks", workspace_id=1)[1:]:
            self.owner.delete(f"/webhooks/{webhook['id']}", workspace_id=1)
        return {"url": "https://hooks.example/", "events": ["tracker.started"]}

    def _webhook(self):
        webhook = self.owner.post("/webhooks", json=self._new_webhook(), workspace_id=1).data["id"]
        self.owner.put(f"/webhooks/{webhook}", json={"status": "paused"}, workspace_id=1)
        return webhook

    def _break_policy(self):
        return {"name": unique("Break"), "minutes_per_day": 30, "user_ids": [100]}

    def _leave(self):
        """Of a member of its own: no other leave is in its way."""
        user_id = new_member(self.owner)
        return {"policy_id": 1, "user_id": user_id, "start": "2026-02-02", "end": "2026-02-03"}

    def _asked_leave(self):
        return self.owner.post("/leaves", json=self._leave(), workspace_id=1).data["id"]

    def _sheet(self, action=None):
        """A pending one of a day of its own, or what the action made of it."""
        day = next(self._days)
        self.owner.post("/time-entries", json={"user_id": 123, "date": day, "start_time": "07:00", "end_time": "07:05"},
                        workspace_id=1)
        [sheet] = self.owner.get("/timesheets", workspace_id=1, user_id=123, date_from=day, date_to=day).data
        if action:
            self.owner.put(f"/timesheets/{sheet['id']}/{action}", workspace_id=1)
        return sheet["id"]

    def _saved_expense(self):
        return self.owner.post("/expenses", json=self._expense(), workspace_id=1).data["id"]

    def _saved_category(self):
        return self.owner.post("/expenses/categories", json={"name": unique("Hotels")}, workspace_id=1).data["id"]

    def _track(self, running):
        tracker = self.owner.get("/time-tracking/current-data", workspace_id=1, user_id=123)
        if (tracker.status == 200) != running:
            action = "start" if running else "stop"
            self.owner.post(f"/time-tracking/{action}", json={"workspace_id": 1, "user_id": 123})

    # ---- reads ----

    def get_contracts(self):
        return "GET", "/contracts?workspace_id=1", {}

    def get_contract(self):
        return "GET", "/contracts/20?workspace_id=1", {}

    def get_contract_rates(self):
        return "GET", "/contracts/20/rates?workspace_id=1", {}

    def get_time_requests(self):
        return "GET", "/time-requests?workspace_id=1&date_from=2024-01-01&date_to=2024-01-31", {}

    def get_time_request(self):
        return "GET", f"/time-requests/{self._asked()}?workspace_id=1", {}

    def get_events(self):
        return "GET", "/events?workspace_id=1&limit=5", {}

    def get_settings(self):
        return "GET", "/settings?workspace_id=1", {}

    def get_leaves(self):
        return "GET", "/leaves?workspace_id=1&user_id=100", {}

    def get_leave_balances(self):
        return "GET", "/leaves/balances?workspace_id=1&date_from=2024-01-01&date_to=2025-12-31", {}

    def get_leave_policies(self):
        return "GET", "/leaves/policies?workspace_id=1", {}

    def get_leave_allowances(self):
        return "GET", "/leaves/allowances?workspace_id=1", {}

    def get_daily_attendance_report(self):
        return "GET", "/reports/daily-attendance?workspace_id=1&date=2024-01-15&status=late,absent", {}

    def get_webhooks(self):
        return "GET", "/webhooks?workspace_id=1", {}

    def get_webhook(self):
        return "GET", f"/webhooks/{WEBHOOK}?workspace_id=1", {}

    def get_webhook_deliveries(self):
        return "GET", f"/webhooks/{WEBHOOK}/deliveries?workspace_id=1", {}

    def get_webhook_attempts(self):
        return "GET", f"/webhooks/{WEBHOOK}/deliveries/1/attempts?workspace_id=1", {}

    def get_shifts(self):
        return "GET", "/shifts?workspace_id=1", {}

    def get_break_policies(self):
        return "GET", "/break-policies?workspace_id=1", {}

    def get_holidays(self):
        return "GET", "/holidays?workspace_id=1", {}

    def get_timesheets(self):
        return "GET", "/timesheets?workspace_id=1&user_id=100", {}

    def get_activity_level_report(self):
        return "GET", "/reports/activity-level?workspace_id=1&start_date=2024-01-22&end_date=2024-01-28", {}

    def get_tracked_hours_report(self):
        return "GET", "/reports/tracked-hours?workspace_id=1&start_date=2024-01-15&end_date=2024-01-21&users=100", {}

    def get_task_report(self):
        return "GET", "/reports/task-report?workspace_id=1&start_date=2024-01-15&end_date=2024-01-21&task_id=5", {}

    def get_report_entries(self):
        return "GET", "/reports/entries?workspace_id=1&start_date=2024-01-15&end_date=2024-01-15&users=100", {}

    def get_entries_of_a_span(self):
        return "GET", "/reports/entries?workspace_id=1&start_date=2024-01-15&end_date=2024-01-15&users=100" \
            "&start_time=2024-01-15T10:00:00Z", {}

    def get_timesheet_assignments(self):
        return "GET", "/timesheets/assignments?workspace_id=1", {}

    def get_expenses(self):
        return "GET", "/expenses?workspace_id=1&date_from=2024-01-01", {}

    def get_expense_categories(self):
        return "GET", "/expenses/categories?workspace_id=1", {}

    def export_time_entries(self):
        return ("GET", "/export/time-entries?workspace_id=2&format=csv", {},
                {"Authorization": "Bearer demo-other-owner"})

    def get_changed_entries(self):
        address = "/export/time-entries?workspace_id=1&format=ndjson"
        since = self.owner.get("/export/time-entries", workspace_id=1, start_date="2031-01-01").headers["X-Next-Since"]
        self._saved_entry(11)
        return "GET", f"{address}&since={since}", {}

    def get_workbook(self):
        return "GET", "/reports/task-report?workspace_id=1&start_date=2024-01-15&end_date=2024-01-21&format=xlsx", {}

    def get_daily_timeline_report(self):
        return "GET", "/reports/daily-timeline?workspace_id=1&date=2026-01-01", {}

    def get_activity_descriptions_report(self):
        return "GET", "/reports/activity-descriptions?workspace_id=1&start_date=2024-01-15&end_date=2024-01-21", {}

    def get_history(self):
        return "GET", f"/history?workspace_id=1&expense_id={self._saved_expense()}", {}

    def get_invitation(self):
        return "GET", f"/accept-invitation/{invite(self.owner)[1]}", {}

    def get_members(self):
        return "GET", "/members?workspace_id=1", {}

    def get_member(self):
        return "GET", "/members/100?workspace_id=1", {}

    def get_project_viewers(self):
        return "GET", "/project-viewers?workspace_id=1", {}

    def get_project_viewer(self):
        return "GET", "/project-viewers/14?workspace_id=1", {}

    def get_projects(self):
        return "GET", "/projects?workspace_id=1&per_page=1&page=1&name=Campagne%20%C3%89t%C3%A9", {}

    def get_project(self):
        return "GET", "/projects/100?workspace_id=1", {}

    def get_tasks(self):
        return "GET", "/tasks?workspace_id=1&project_id=100", {}

    def get_task(self):
        return "GET", "/tasks/5?workspace_id=1&project_id=100", {}

    def get_task_assignees(self):
        return "GET", "/tasks/5/assignees?workspace_id=1&project_id=100", {}

    def get_time_entries(self):
        return "GET", "/time-entries?workspace_id=1&user_id=100&date=2024-02-01", {}

    def get_current_tracker_data(self):
        return "GET", "/time-tracking/current-data?workspace_id=1&user_id=11", {}

    def get_workspaces(self):
        return "GET", "/workspaces", {}

    # ---- writes ----

    def create_project(self):
        return "POST", "/projects", {"name": unique("Été"), "notes": "n", "is_billable": True}

    def update_project(self):
        return "PUT", "/projects/100", {"notes": unique("notes")}

    def delete_project(self):
        return "DELETE", f"/projects/{self._project()}", {}

    def create_contract(self):
        return "POST", "/contracts", {"project_id": self._project(), "user_id": 100, "rate": 20}

    def update_contract(self):
        return "PUT", "/contracts/20", {"rate": int(unique("").strip()) % 1000}

    def delete_contract(self):
        return "DELETE", f"/contracts/{new_contract(self.owner, self._project(), 100)['id']}", {}

    def invite_member(self):
        return "POST", "/members", {**self._person(), "role": "Regular User"}

    def update_member(self):
        return "PUT", "/members/123", {"lastname": unique("Smith")}

    def delete_member(self):
        return "DELETE", f"/members/{invite(self.owner)[0]}", {}

    def create_time_request(self):
        return "POST", "/time-requests", self._time_request()

    def approve_time_request(self):
        return "POST", f"/time-requests/{self._asked()}/approve", {}

    def reject_time_request(self):
        return "POST", f"/time-requests/{self._asked()}/reject", {"comment": "Später"}

    def update_settings(self):
        return "PUT", "/settings", {"currency": next(self._currencies)}

    def create_leave_request(self):
        return "POST", "/leaves", self._leave()

    def approve_leave(self):
        return "PUT", f"/leaves/{self._asked_leave()}/approve", {}

    def reject_leave(self):
        return "PUT", f"/leaves/{self._asked_leave()}/reject", {"reason": "Später"}

    def cancel_leave(self):
        id = self._asked_leave()
        self.owner.put(f"/leaves/{id}/approve", json={"workspace_id": 1})
        return "PUT", f"/leaves/{id}/cancel", {}

    def create_leave_policy(self):
        return "POST", "/leaves/policies", self._new_policy()

    def update_leave_policy(self):
        return "PUT", f"/leaves/policies/{self._policy()}", {"duration": 28.5}

    def delete_leave_policy(self):
        return "DELETE", f"/leaves/policies/{self._policy()}", {}

    def create_webhook(self):
        return "POST", "/webhooks", self._new_webhook()

    def update_webhook(self):
        return "PUT", f"/webhooks/{self._webhook()}", {"events": ["task.*"]}

    def delete_webhook(self):
        return "DELETE", f"/webhooks/{self._webhook()}", {}

    def rotate_webhook_token(self):
        return "POST", f"/webhooks/{self._webhook()}/rotate", {}

    def ping_webhook(self):
        return "POST", f"/webhooks/{self._webhook()}/ping", {}

    def redeliver_event(self):
        advance_clock(self.owner, 1)  # else it would be due since then already
        return "POST", f"/webhooks/{WEBHOOK}/deliveries/1/redeliver", {}

    def redeliver_events(self):
        advance_clock(self.owner, 1)
        return "POST", f"/webhooks/{WEBHOOK}/redeliver", {"after": 0}

    def create_shift(self):
        return "POST", "/shifts", self._shift()

    def update_shift(self):
        return "PUT", f"/shifts/{self._made('/shifts', self._shift())}", {"user_ids": [new_member(self.owner)]}

    def delete_shift(self):
        return "DELETE", f"/shifts/{self._made('/shifts', self._shift())}", {}

    def create_break_policy(self):
        return "POST", "/break-policies", self._break_policy()

    def update_break_policy(self):
        return "PUT", f"/break-policies/{self._made('/break-policies', self._break_policy())}", {"minutes_per_day": 20}

    def delete_break_policy(self):
        return "DELETE", f"/break-policies/{self._made('/break-policies', self._break_policy())}", {}

    def set_leave_allowance(self):
        return "PUT", "/leaves/allowances", {"user_id": 100, "policy_id": 1, "year": 2026, "duration": 28.5}

    def set_holiday(self):
        return "PUT", "/holidays", {"date": next(self._days), "name": "Fête"}

    def delete_holiday(self):
        method, path, body = self.set_holiday()
        self.owner.put(path, json=body, workspace_id=1)
        return "DELETE", f"/holidays?date={body['date']}", {}

    def assign_timesheets(self):
        return "PUT", "/timesheets/assignments", {"user_id": 100, "period": "weekly", "date_from": "2024-01-15"}

    def create_timesheet(self):
        day = next(self._days)
        return "POST", "/timesheets", {"user_id": 12, "date_from": day, "date_to": day}

    def submit_timesheet(self):
        return "PUT", f"/timesheets/{self._sheet()}/submit", {}

    def unsubmit_timesheet(self):
        return "PUT", f"/timesheets/{self._sheet('submit')}/unsubmit", {}

    def approve_timesheet(self):
        return "PUT", f"/timesheets/{self._sheet('submit')}/approve", {}

    def reject_timesheet(self):
        return "PUT", f"/timesheets/{self._sheet('submit')}/reject", {"reason": "Später"}

    def reopen_timesheet(self):
        sheet = self._sheet("submit")
        self.owner.put(f"/timesheets/{sheet}/approve", workspace_id=1)
        return "PUT", f"/timesheets/{sheet}/reopen", {"reason": "Zu früh"}

    def create_expense(self):
        return "POST", "/expenses", self._expense()

    def update_expense(self):
        return "PUT", f"/expenses/{self._saved_expense()}", {"amount": 20.01, "note": unique("Fünf")}

    def delete_expense(self):
        return "DELETE", f"/expenses/{self._saved_expense()}", {}

    def create_expense_category(self):
        return "POST", "/expenses/categories", {"name": unique("Hotels")}

    def update_expense_category(self):
        return "PUT", f"/expenses/categories/{self._saved_category()}", {"name": unique("Hotels")}

    def delete_expense_category(self):
        return "DELETE", f"/expenses/categories/{self._saved_category()}", {}

    def accept_invitation(self):
        return "POST", f"/accept-invitation/{invite(self.owner)[1]}", {"password": NEW_PASSWORD}

    def create_project_viewer(self):
        return "POST", "/project-viewers", self._person()

    def delete_project_viewer(self):
        viewer = self.owner.post("/project-viewers", json=self._person(), workspace_id=1).data["id"]
        return "DELETE", f"/project-viewers/{viewer}", {}

    def restore_project_viewer(self):
        method, path, _ = self.delete_project_viewer()
        self.owner.request(method, path, query={"workspace_id": 1})
        return "POST", f"{path}/restore", {}

    def assign_project_to_viewer(self):
        return "POST", f"/project-viewers/{self._viewer}/assign-project", {"project_id": self._project()}

    def unassign_project_from_viewer(self):
        project = self._project()
        self.owner.post(f"/project-viewers/{self._viewer}/assign-project", workspace_id=1, project_id=project)
        return "DELETE", f"/project-viewers/{self._viewer}/unassign-project", {"project_id": project}

    def create_task(self):
        return "POST", "/tasks", {"project_id": 100, "title": unique("Task"), "assignees": [100, 123]}

    def update_task(self):
        return "PUT", "/tasks/5", {"project_id": 100, "title": unique("Task")}

    def delete_task(self):
        return "DELETE", f"/tasks/{self._task(assignees=[100])}", {"project_id": 100}

    def assign_task(self):
        return "POST", f"/tasks/{self._task()}/assign/100", {"project_id": 100}

    def unassign_task(self):
        return "DELETE", f"/tasks/{self._task(assignees=[100])}/unassign/100", {"project_id": 100}

    def create_time_entry(self):
        return "POST", "/time-entries", self._entry(100)

    def update_time_entry(self):
        return "PUT", f"/time-entries/{self._saved_entry(11)}", {"end_time": "09:05"}

    def delete_time_entry(self):
        return "DELETE", f"/time-entries/{self._saved_entry(12)}", {}

    def start_time_tracking(self):
        self._track(False)
        return "POST", "/time-tracking/start", {"user_id": 123}

    def stop_time_tracking(self):
        self._track(True)
        return "POST", "/time-tracking/stop", {"user_id": 123}

    def ingest_tracked_slots(self):
        day = next(self._days)
        slots = [{"id": f"{day} {hour}", "start": f"{day}T{hour}:00:00Z", "end": f"{day}T{hour}:10:00Z",
                  "activity_description": "Große Dinge"} for hour in ("10", "11", "12")]
        return "POST", "/tracked-slots", {"user_id": 13, "slots": slots}


    # ---- by a session ----

    def _by_session(self, method, path, body, browser=None):
        browser = browser or self._jane
        return method, path, body, {"Authorization": None, "Sec-Fetch-Site": "same-origin",
                                    "X-CSRF-Token": browser.csrf_token, "Cookie": f"stint={browser.cookies['stint']}"}

    def _somebody(self):
        """Address and id. Nobody has tried their password, which may not be done too often."""
        email = self._person()["email"]
        return email, new_member(self.owner, email=email)

    def _sign_in(self):
        """Nobody else is, so that each time as much is over."""
        if not self._jane.cookies or self._jane.get("/me").status != 200:
            assert self._jane.sign_in("jane@example.com").status == 201
        assert self._jane.delete("/me/sessions").status == 200

    def _elsewhere(self):
        other = Browser(self.owner.server)
        assert other.sign_in("jane@example.com").status == 201
        return other.get("/me/sessions").ids[0]

    def sign_in(self):
        """With a password that takes as much time and memory as anybody's."""
        email = self._person()["email"]
        assert accept(self.owner, invite(self.owner, email=email)[1], NEW_PASSWORD).status == 200
        return "POST", "/session", {"email": email, "password": NEW_PASSWORD}

    def sign_out(self):
        self._jane.cookies = {}
        self._sign_in()
        return self._by_session("DELETE", "/session", {})

    def give_password(self):
        browser = Browser(self.owner.server)
        assert browser.sign_in(self._somebody()[0], PASSWORD).status == 201
        advance_clock(self.owner, 1)
        return self._by_session("POST", "/session/password", {"password": PASSWORD}, browser)

    def _somebody_signed_in(self):
        """Address, account and browser."""
        (email, user_id), browser = self._somebody(), Browser(self.owner.server)
        assert browser.sign_in(email, PASSWORD).status == 201
        return email, user_id, browser

    def accept_invitation_signed_in(self):
        email, user_id, browser = self._somebody_signed_in()
        assert self.owner.delete(f"/members/{user_id}", workspace_id=1).status == 200
        _, secret = invite(self.owner, email=email)
        return self._by_session("POST", f"/me/invitations/{secret}", {}, browser)

    def request_confirmation(self):
        return self._by_session("POST", "/me/confirmation", {}, self._somebody_signed_in()[2])

    def confirm_address(self):
        """As if the link had gone by mail."""
        email, user_id, browser = self._somebody_signed_in()
        run_sql(self.owner.server, "INSERT INTO mailed_links (hash, kind, user_id, expires_at) VALUES "
                                   f"('{hashlib.sha256(email.encode()).hexdigest()}', 2, {user_id}, 4102444800)")
        return self._by_session("POST", f"/confirmations/{email}", {}, browser)

    def get_me(self):
        return "GET", "/me", {}

    def get_sessions(self):
        self._sign_in()
        return self._by_session("GET", "/me/sessions", {})

    def end_session(self):
        self._sign_in()
        return self._by_session("DELETE", f"/me/sessions/{self._elsewhere()}", {})

    def end_other_sessions(self):
        self._sign_in()
        self._elsewhere()
        return self._by_session("DELETE", "/me/sessions", {})

    def get_tokens(self):
        self._sign_in()
        return self._by_session("GET", "/me/tokens", {})

    def create_token(self):
        self._sign_in()
        for token in self._jane.get("/me/tokens").ids:
            self._jane.delete(f"/me/tokens/{token}")
        return self._by_session("POST", "/me/tokens", {"name": unique("Token"), "scopes": ["read"]})

    def revoke_token(self):
        self.create_token()
        made = self._jane.post("/me/tokens", json={"name": unique("Token"), "scopes": ["read"]}).data["id"]
        return self._by_session("DELETE", f"/me/tokens/{made}", {})


    # ---- passwords and the second factor ----

    def _now(self, browser):
        return int(datetime.datetime.fromisoformat(browser.get("/me").meta["timestamp"][:-1] + "+00:00").timestamp())

    def _begun(self):
        """Who has just been given the secret of an app, and a code of it."""
        _, _, browser = self._somebody_signed_in()
        secret = browser.post("/me/second-factor").data["secret"]
        return browser, {"code": code_of(secret, self._now(browser))}

    def _with_second_factor(self):
        browser, code = self._begun()
        return browser, browser.post("/me/second-factor/confirm", json=code).data["backup_codes"]

    def get_second_factor(self):
        self._sign_in()
        return self._by_session("GET", "/me/second-factor", {})

    def begin_second_factor(self):
        return self._by_session("POST", "/me/second-factor", {}, self._somebody_signed_in()[2])

    def confirm_second_factor(self):
        browser, code = self._begun()
        return self._by_session("POST", "/me/second-factor/confirm", code, browser)

    def renew_backup_codes(self):
        return self._by_session("POST", "/me/second-factor/backup-codes", {}, self._with_second_factor()[0])

    def delete_second_factor(self):
        return self._by_session("DELETE", "/me/second-factor", {}, self._with_second_factor()[0])

    def sign_in_by_code(self):
        email, _, person = self._somebody_signed_in()
        code = {"code": code_of(person.post("/me/second-factor").data["secret"], self._now(person))}
        codes = person.post("/me/second-factor/confirm", json=code).data["backup_codes"]
        browser = Browser(self.owner.server)
        assert browser.sign_in(email, PASSWORD).data["state"] == "second_factor"
        return self._by_session("POST", "/session/second-factor", {"code": codes[0]}, browser)

    # ---- passkeys ----

    def _with_passkey(self):
        browser, passkey = self._somebody_signed_in()[2], Passkey(self.owner.server.url)
        made = passkey.create(browser.post("/me/passkeys/options").data)
        assert browser.post("/me/passkeys", json=made).status == 201
        return browser, passkey

    def get_passkeys(self):
        return self._by_session("GET", "/me/passkeys", {}, self._with_passkey()[0])

    def begin_passkey(self):
        return self._by_session("POST", "/me/passkeys/options", {}, self._with_passkey()[0])

    def create_passkey(self):
        browser = self._somebody_signed_in()[2]
        made = Passkey(self.owner.server.url).create(browser.post("/me/passkeys/options").data)
        return self._by_session("POST", "/me/passkeys", made, browser)

    def delete_passkey(self):
        browser, _ = self._with_passkey()
        return self._by_session("DELETE", f"/me/passkeys/{browser.get('/me/passkeys').ids[0]}", {}, browser)

    def begin_passkey_sign_in(self):
        return "POST", "/session/passkey/options", {}, {"Authorization": None}

    def sign_in_by_passkey(self):
        _, passkey = self._with_passkey()
        advance_clock(self.owner, 1)
        answer = passkey.sign(Client(self.owner.server).post("/session/passkey/options").data)
        return "POST", "/session/passkey", answer, {"Authorization": None}

    # ---- passwords by mail ----

    def change_password(self):
        change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
        return self._by_session("PUT", "/me/password", change, self._somebody_signed_in()[2])

    def request_password_reset(self):
        return "POST", "/password-resets", {"email": self._somebody()[0]}, {"Authorization": None}

    def _reset(self):
        """As if the link had gone by mail."""
        secret, user_id = unique("reset").replace(" ", "-"), new_member(self.owner)
        run_sql(self.owner.server, "INSERT INTO mailed_links (hash, kind, user_id, expires_at) VALUES "
                                   f"('{hashlib.sha256(secret.encode()).hexdigest()}', 1, {user_id}, 4102444800)")
        return f"/password-resets/{secret}"

    def get_password_reset(self):
        return "GET", self._reset(), {}

    def reset_password(self):
        return "POST", self._reset(), {"password": NEW_PASSWORD}


    # ---- apps ----

    def _new_app(self):
        return {"name": unique("App"), "redirect_uris": ["https://app.example/callback"],
                "grant_types": ["authorization_code"]}

    def _person_at_apps(self):
        """Who has given the password just now, and has no apps."""
        self._sign_in()
        assert self._jane.post("/session/password", json={"password": "demo"}).status == 200
        for app_id in self._jane.get("/apps", per_page=100).ids:
            assert self._jane.delete(f"/apps/{app_id}").status == 200
        return self._jane

    def _app(self):
        return self._person_at_apps().post("/apps", json=self._new_app(), workspace_id=1).data["id"]

    @staticmethod
    def _authorization(**more):
        return {"client_id": "demo-app", "redirect_uri": "https://app.example/callback", "response_type": "code",
                **more}

    def _code(self):
        self._sign_in()
        for grant in self._jane.get("/me/grants", per_page=100).ids:
            self._jane.delete(f"/me/grants/{grant}")
        decided = self._jane.post("/oauth/consent", json=self._authorization(decision="allow", workspace_id=1)).data
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(decided["redirect_to"]).query))["code"]

    def _by_app(self, place, **form):
        return ("POST", f"/oauth/{place}", {**form, "client_id": "demo-app", "client_secret": "demo-app-secret"},
                {"Authorization": None})

    def _by_code(self):
        return self._by_app("token", grant_type="authorization_code", code=self._code(),
                            redirect_uri="https://app.example/callback")

    def _tokens(self):
        _, path, form, _ = self._by_code()
        return Client(self.owner.server).exchange("POST", path, json=form).body

    def create_app(self):
        return self._by_session("POST", "/apps", self._new_app(), self._person_at_apps())

    def get_apps(self):
        self._app()
        return self._by_session("GET", "/apps", {})

    def get_app(self):
        return self._by_session("GET", f"/apps/{self._app()}", {})

    def update_app(self):
        path = f"/apps/{self._app()}"
        return self._by_session("PUT", path, {"name": unique("App"), "redirect_uris": ["https://b.example/"]})

    def replace_app_secret(self):
        return self._by_session("POST", f"/apps/{self._app()}/secret", {})

    def delete_app(self):
        return self._by_session("DELETE", f"/apps/{self._app()}", {})

    def get_consent(self):
        self._sign_in()
        return self._by_session("GET", f"/oauth/consent?{urllib.parse.urlencode(self._authorization())}", {})

    def decide_consent(self):
        self._sign_in()
        return self._by_session("POST", "/oauth/consent", self._authorization(decision="allow"))

    def issue_tokens(self):
        return self._by_app("token", grant_type="refresh_token", refresh_token=self._tokens()["refresh_token"])

    def introspect_token(self):
        return self._by_app("introspect", token=self._tokens()["access_token"])

    def give_token_back(self):
        return self._by_app("revoke", token=self._tokens()["refresh_token"])

    def get_grants(self):
        self._tokens()
        return self._by_session("GET", "/me/grants", {})

    def revoke_grant(self):
        self._tokens()
        return self._by_session("DELETE", f"/me/grants/{self._jane.get('/me/grants').ids[0]}", {})


def is_read(operation_id):
    return operation_id.startswith(("get", "export"))
