"""Settings of a workspace (api/settings.yaml): an extension."""

import pathlib
import re

import pytest
from client import Client
from scenario import add_time, new_contract, new_member, new_project, run_sql, set_clock

MONDAY = "2024-01-15"
MIGRATION = pathlib.Path(__file__).resolve().parents[2] / "sql" / "migrations" / "0013_workspace_settings.sql"
NEW = {"timezone": "UTC", "week_start": "Monday", "currency": "USD",
       "working_days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"], "working_day_start": "09:00",
       "working_minutes_per_day": 480, "working_day_end": None, "attendance_by": "schedule",
       "late_minutes_allowed": 0, "early_minutes_allowed": 0,
       "time_editors": ["Executive manager"], "auto_approve_time_requests": False,
       "time_request_approvers": ["Executive manager"], "timesheet_approvers": ["Executive manager"],
       "leave_approvers": ["Executive manager"], "leave_duration": None, "leave_notice_days": 0,
       "timesheet_auto_submit_days": None, "auto_approve_timesheets": False,
       "timesheet_mails": True, "activity_sensitivity": "Normal"}


@pytest.fixture
def fresh(start_server):
    return Client(start_server(), "demo-owner")


def settings(client, workspace_id=1):
    return client.get("/settings", workspace_id=workspace_id).data


def put(client, workspace_id=1, **fields):
    return client.put("/settings", json=fields, workspace_id=workspace_id)


def test_of_a_new_workspace(owner):
    assert settings(owner) == NEW | {"updated_at": settings(owner)["updated_at"]}


def test_what_is_not_given_stays(fresh):
    set_clock(fresh, "2026-01-01T00:00:00Z")
    reply = put(fresh, currency="EUR")
    assert (reply.status, reply.message) == (200, "Settings updated successfully")
    assert reply.data == NEW | {"currency": "EUR", "updated_at": "2026-01-01T00:00:00Z"} == settings(fresh)
    changed = {"timezone": "Pacific/Apia", "week_start": "Sunday", "currency": "EUR", "working_day_start": "08:30"}
    assert put(fresh, timezone="Pacific/Apia", week_start="sunday", working_day_start="08:30").data == \
        NEW | changed | {"updated_at": settings(fresh)["updated_at"]}
    assert settings(Client(fresh.server, "demo-other-owner"), 2)["timezone"] == "UTC"


def test_money_of_many_countries_is_a_currency(fresh):
    for currency in ("GBP", "INR", "DKK", "MYR", "CHF"):
        assert put(fresh, currency=currency).data["currency"] == currency


def test_what_was_read_is_written_back(fresh):
    before = settings(fresh)
    set_clock(fresh, "2026-01-01T00:00:00Z")
    assert put(fresh, **before).data == before == settings(fresh)


@pytest.mark.parametrize("field, value", [
    ("timezone", "Mars/Olympus"), ("timezone", ""), ("timezone", None), ("timezone", "+02:00"), ("timezone", 1),
    ("week_start", "Someday"), ("week_start", 1), ("week_start", None),
    ("currency", "DEM"), ("currency", "eur"), ("currency", "XXY"), ("currency", "EURO"), ("currency", None),
    ("working_days", []), ("working_days", ["Monday", "Someday"]), ("working_days", ["Monday", 1]),
    ("working_days", {"Monday": True}), ("working_days", None), ("working_days", [["Monday"]]), ("working_days", 62),
    ("working_day_start", "24:00"), ("working_day_start", "2024-01-15T09:00:00Z"), ("working_day_start", "9"),
    ("working_minutes_per_day", 0), ("working_minutes_per_day", 1441), ("working_minutes_per_day", 901),
    ("working_day_end", "24:00"), ("working_day_end", "16:59"), ("working_day_end", "2024-01-15T18:00:00Z"),
    ("attendance_by", "luck"), ("attendance_by", None), ("late_minutes_allowed", -1), ("early_minutes_allowed", 1441),
    ("leave_duration", 20.3), ("leave_duration", -1), ("leave_notice_days", -1),
    ("timesheet_auto_submit_days", -1), ("timesheet_auto_submit_days", 32),
    ("auto_approve_timesheets", None), ("timesheet_mails", "no"),
    ("time_editors", ["Owner"]), ("time_editors", ["Project viewer"]), ("leave_approvers", ["Regular User"]),
    ("activity_sensitivity", "Gentle"), ("activity_sensitivity", 50), ("activity_sensitivity", None),
    ("timesheet_approvers", ["King"]), ("time_request_approvers", None), ("auto_approve_time_requests", "perhaps"),
])
def test_faults_name_the_field_and_change_nothing(owner, field, value):
    before = settings(owner)
    reply = put(owner, **{"timezone": "Europe/Berlin", "week_start": "Sunday", "currency": "EUR",
                          "working_day_start": "09:00", field: value})
    assert (reply.status, list(reply.faults)) == (422, [field])
    assert settings(owner) == before


@pytest.mark.parametrize("given, read", [
    (["Friday", "monday", "Friday"], ["Monday", "Friday"]),  # in the order of the week, each once
    (["Sunday"], ["Sunday"]), ("Saturday", ["Saturday"]), ("Tuesday,Sunday", ["Tuesday", "Sunday"]),
])
def test_sets(other_owner, given, read):
    assert put(other_owner, 2, working_days=given).data["working_days"] == read
    assert settings(other_owner, 2)["working_days"] == read


@pytest.mark.parametrize("form", ["working_days[]=Sunday&working_days[]=Monday", "working_days=Sunday,Monday",
                                  "working_days=Monday&working_days=Sunday",
                                  "working_days[0]=Sunday&working_days[1]=Monday"])
def test_sets_in_a_form(other_owner, form):
    reply = other_owner.put("/settings", body=form.encode(), workspace_id=2,
                            headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert reply.data["working_days"] == ["Monday", "Sunday"]


def test_nobody_but_the_owner(fresh):
    assert put(fresh, leave_approvers=[]).data["leave_approvers"] == [] == settings(fresh)["leave_approvers"]


def test_a_working_day_ends_on_its_day(fresh):
    assert put(fresh, working_day_start="23:00", working_minutes_per_day=60).status == 200
    assert list(put(fresh, working_day_start="23:01").faults) == ["working_minutes_per_day"]
    assert settings(fresh)["working_day_start"] == "23:00"
    assert put(fresh, working_day_start="09:00", working_day_end="10:00").data["working_day_end"] == "10:00"
    assert list(put(fresh, working_minutes_per_day=61).faults) == ["working_day_end"]
    assert put(fresh, working_day_end=None, working_minutes_per_day=61).data["working_day_end"] is None


@pytest.mark.parametrize("role", ["Project manager", "Team manager", "Project viewer", "Regular User"])
def test_others_neither_see_nor_change_them(as_role, owner, role):
    client, before = as_role[role], settings(owner)
    assert client.get("/settings", workspace_id=1).failure == (403, "forbidden")
    assert put(client, currency="EUR").failure == (403, "forbidden")
    assert settings(owner) == before
    assert settings(as_role["Executive manager"]) == before


def test_weeks_of_limits_begin_in_the_workspaces_zone(fresh):
    """Monday 00:30 to 02:00 in Apia is Sunday in UTC, and Monday where the workspace is in Apia, too."""
    for zone, saved in (("UTC", 60), ("Pacific/Apia", 0)):
        assert put(fresh, timezone=zone).status == 200
        person = new_member(fresh)
        fresh.put(f"/members/{person}", json={"timezone": "Pacific/Apia", "weekly_hours_limit": 1}, workspace_id=1)
        assert add_time(fresh, person, MONDAY, "00:30", "01:30").body["saved_minutes"] == 60
        reply = add_time(fresh, person, MONDAY, "14:00", "15:00")
        assert reply.body["saved_minutes"] == saved if saved else reply.failure == (400, "limit_reached")


def test_an_owner_who_travels_moves_no_week(fresh):
    fresh.put("/members/10", json={"timezone": "Pacific/Apia"}, workspace_id=1)
    assert settings(fresh)["timezone"] == "UTC"
    person = new_member(fresh)
    fresh.put(f"/members/{person}", json={"weekly_hours_limit": 1}, workspace_id=1)
    assert add_time(fresh, person, "2024-01-14", "22:00", "23:00").body["saved_minutes"] == 60
    assert add_time(fresh, person, MONDAY, "09:00", "10:00").body["saved_minutes"] == 60


@pytest.mark.parametrize("first, second, same_week", [
    ("Monday", "2024-01-21", True), ("Sunday", "2024-01-21", False), ("Sunday", "2024-01-14", True),
    ("Tuesday", "2024-01-16", False), ("Tuesday", "2024-01-14", True), ("Saturday", "2024-01-13", True),
])
def test_weeks_of_limits_begin_on_the_day_that_is_set(fresh, first, second, same_week):
    """One hour a week is allowed, and had on Monday."""
    put(fresh, week_start=first)
    person = new_member(fresh)
    fresh.put(f"/members/{person}", json={"weekly_hours_limit": 1}, workspace_id=1)
    assert add_time(fresh, person, MONDAY, "09:00", "10:00").status == 201
    assert add_time(fresh, person, second, "09:00", "10:00").status == (400 if same_week else 201)


def test_new_contracts_are_in_its_currency(fresh):
    project = new_project(fresh)["id"]
    before = new_contract(fresh, project, new_member(fresh))
    put(fresh, currency="EUR")
    assert new_contract(fresh, project, new_member(fresh))["currency"] == "EUR"
    assert fresh.get(f"/contracts/{before['id']}", workspace_id=1).data["currency"] == "USD"


def test_on_the_command_line(stint, fresh):
    def run(*arguments):
        return stint.run("workspace", *arguments, "--database", fresh.server.database)

    assert run("set", "currency", "CHF", "--workspace", "1").returncode == 0
    assert run("set", "week_start", "Sunday", "--workspace", "2").returncode == 0
    assert settings(fresh)["currency"] == "CHF"
    shown = dict(line.split("\t") for line in run("show", "--workspace", "2").stdout.splitlines())
    other = settings(Client(fresh.server, "demo-other-owner"), 2)
    assert {name: value for name, value in shown.items() if isinstance(other[name], str)} == \
        {name: value for name, value in other.items() if isinstance(value, str)}
    assert shown["working_days"] == '["Monday","Tuesday","Wednesday","Thursday","Friday"]'
    for given, read in (("3", 3), ("null", None)):
        assert run("set", "timesheet_auto_submit_days", given, "--workspace", "1").returncode == 0
        assert settings(fresh)["timesheet_auto_submit_days"] == read
    for given, read in (("Monday,Friday", ["Monday", "Friday"]), ('["Sunday"]', ["Sunday"])):
        assert run("set", "working_days", given, "--workspace", "1").returncode == 0
        assert settings(fresh)["working_days"] == read
    assert run("set", "leave_approvers", "[]", "--workspace", "1").returncode == 0
    assert settings(fresh)["leave_approvers"] == []
    for name, value, said in (("timezone", "Mars/Olympus", "The timezone must be a time zone such as Europe/Berlin."),
                              ("currency", "", "The currency must be at least 3 characters."),
                              ("timezone", "", "timezone: a value is needed"),
                              ("week_start", "", "week_start: a value is needed"),
                              ("working_days", "Someday", "The selected working_days is invalid"),
                              ("working_days", "[]", "The working_days must have at least 1 item."),
                              ("colour", "red", "colour: there is no such setting"),
                              ("workspace_id", "2", "workspace_id: there is no such setting")):
        done = run("set", name, value, "--workspace", "1")
        assert done.returncode == 1 and said in done.stderr, done
    assert settings(fresh)["timezone"] == "UTC"


def test_a_database_of_the_version_before_keeps_its_weeks(start_server):
    """They were those of the owner's zone."""
    server = start_server()
    owner = Client(server, "demo-owner")
    owner.put("/members/10", json={"timezone": "Pacific/Apia"}, workspace_id=1)
    server.stop()
    run_sql(server, "DROP TABLE workspace_settings")
    for statement in re.sub("--.*", "", MIGRATION.read_text()).split(";\n"):
        if statement.strip():
            run_sql(server, statement)
    assert run_sql(server, "SELECT timezone FROM workspace_settings WHERE workspace_id = 1") == "Pacific/Apia"
    assert run_sql(server, "SELECT timezone FROM workspace_settings WHERE workspace_id = 2") == "UTC"
