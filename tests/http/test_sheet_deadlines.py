"""What happens to timesheets by itself, as days pass (contract 6, settings of timesheets)."""

import itertools

from client import Client
from scenario import add_time, check_books, entries, new_colleague, new_contract, run_sql, set_clock
from test_concurrency import together
from test_timesheets import assign, do, history, settings, sheet_of, sheets, work

NOW = "2024-02-09T12:00:00Z"  # a Friday
FRIDAY, SUNDAY, MONDAY = "2024-02-09", "2024-02-11", "2024-02-12"
STATES = {"pending": [], "submitted": ["submit"], "approved": ["submit", "approve"], "rejected": ["submit", "reject"]}
BY_SERVER = ("submit", "submitted", None, None)


def state(client, day=FRIDAY, user_id=100):
    return sheet_of(client, day, user_id)["status"]


# ---- submitted by the server ----

def test_nothing_is_submitted_where_nobody_wants_it(fresh):
    work(fresh, FRIDAY)
    set_clock(fresh, "2024-06-01T00:00:00Z")
    assert state(fresh) == "pending"


def test_days_after_the_period(fresh):
    for user_id, days, before, then in ((100, 0, "2024-02-11T23:59:59Z", "2024-02-12T00:00:00Z"),
                                        (123, 1, "2024-02-12T23:59:59Z", "2024-02-13T00:00:00Z"),
                                        (10, 31, "2024-03-13T23:59:59Z", "2024-03-14T00:00:00Z")):
        set_clock(fresh, NOW)
        settings(fresh, timesheet_auto_submit_days=days)
        work(fresh, FRIDAY, user_id=user_id)
        set_clock(fresh, before)
        assert state(fresh, user_id=user_id) == "pending"
        set_clock(fresh, then)
        sheet = sheet_of(fresh, FRIDAY, user_id)
        assert (sheet["status"], sheet["submitted_on"]) == ("submitted", then)
        assert history(fresh, sheet) == [("create", "pending", None, None), BY_SERVER]
        assert add_time(fresh, user_id, SUNDAY, "09:00", "10:00").failure == (400, "period_closed")


def test_midnight_is_the_members(stint, fresh):
    """Also after one of them has moved."""
    settings(fresh, timesheet_auto_submit_days=1)
    people = {}
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        people[zone], _, _ = new_colleague(stint, fresh, timezone=zone)
        fresh.put(f"/members/{people[zone]}", json={"timezone": zone}, workspace_id=1)
        work(fresh, FRIDAY, user_id=people[zone])
    east, west = people.values()
    for now, expected in (("2024-02-12T10:59:59Z", ("pending", "pending")),
                          ("2024-02-12T11:00:00Z", ("submitted", "pending")),
                          ("2024-02-13T07:59:59Z", ("submitted", "pending")),
                          ("2024-02-13T08:00:00Z", ("submitted", "submitted"))):
        set_clock(fresh, now)
        assert (state(fresh, user_id=east), state(fresh, user_id=west)) == expected, now


def test_time_that_is_added_late_has_its_days_too(fresh):
    """A sheet that is made long after its period is not closed over the first of its entries."""
    settings(fresh, timesheet_auto_submit_days=2)
    work(fresh, "2024-01-03")
    set_clock(fresh, "2024-02-11T23:00:00Z")
    work(fresh, "2024-01-04")
    assert state(fresh, "2024-01-04") == "pending"
    set_clock(fresh, "2024-02-12T00:00:00Z")
    assert state(fresh, "2024-01-04") == "submitted"


def test_who_takes_it_back_has_as_many_days_again(fresh, john):
    settings(fresh, timesheet_auto_submit_days=1)
    work(fresh, FRIDAY)
    set_clock(fresh, "2024-02-14T15:00:00Z")
    sheet = sheet_of(john, FRIDAY)
    assert do(john, "unsubmit", sheet).status == 200
    set_clock(fresh, "2024-02-15T23:59:59Z")
    assert state(fresh) == "pending"
    set_clock(fresh, "2024-02-16T00:00:00Z")
    assert history(fresh, sheet) == [("create", "pending", None, None), BY_SERVER,
                                     ("unsubmit", "pending", 100, None), BY_SERVER]


def test_of_every_state_only_what_is_pending(fresh):
    """Whoever has to correct what was rejected is not spared it."""
    assign(fresh, "daily", "2024-01-22")
    days = [f"2024-02-0{number}" for number in range(1, 5)]
    for day, actions in zip(days, STATES.values()):
        work(fresh, day)
        for action in actions:
            assert do(fresh, action, sheet_of(fresh, day)).status == 200
    told = [history(fresh, sheet_of(fresh, day)) for day in days]
    settings(fresh, timesheet_auto_submit_days=0)
    set_clock(fresh, "2024-03-01T00:00:00Z")
    assert [state(fresh, day) for day in days] == ["submitted", "submitted", "approved", "rejected"]
    assert [history(fresh, sheet_of(fresh, day)) for day in days] == [told[0] + [BY_SERVER], *told[1:]]


def test_a_running_tracker_keeps_what_it_ran_in_the_period(stint, fresh, john):
    """It goes on, and what comes after is saved as well."""
    settings(fresh, timesheet_auto_submit_days=0)
    set_clock(fresh, f"{SUNDAY}T22:00:00Z")
    assert john.post("/time-tracking/start", json={"workspace_id": 1, "contract_id": 20}).status in (200, 201)
    work(fresh, FRIDAY)
    set_clock(fresh, f"{MONDAY}T00:00:00Z")
    sheet = sheet_of(john, FRIDAY)
    assert (sheet["status"], sheet["total_minutes"]) == ("submitted", 180)
    set_clock(fresh, f"{MONDAY}T01:00:00Z")
    stopped = john.post("/time-tracking/stop", json={"workspace_id": 1})
    assert stopped.status == 200
    assert sum(entry["total_minutes"] for entry in entries(fresh, 100, MONDAY)) == 60
    check_books(stint, fresh.server)


def test_who_submits_keeps_what_they_ran_too(stint, fresh, john):
    settings(fresh, auto_approve_timesheets=True)
    work(fresh, FRIDAY)
    set_clock(fresh, f"{SUNDAY}T20:00:00Z")
    john.post("/time-tracking/start", json={"workspace_id": 1, "contract_id": 20})
    set_clock(fresh, f"{SUNDAY}T23:00:00Z")
    do(john, "submit", sheet_of(john, FRIDAY))
    assert (state(john), sheet_of(john, FRIDAY)["total_minutes"]) == ("approved", 240)
    set_clock(fresh, f"{MONDAY}T01:00:00Z")
    assert john.post("/time-tracking/stop", json={"workspace_id": 1}).status == 200
    assert sum(entry["total_minutes"] for entry in entries(fresh, 100, MONDAY)) == 60
    check_books(stint, fresh.server)


def test_who_moves_east_has_an_earlier_midnight(fresh):
    settings(fresh, timesheet_auto_submit_days=0)
    work(fresh, FRIDAY)
    set_clock(fresh, f"{SUNDAY}T00:00:00Z")
    fresh.put("/members/100", json={"timezone": "Pacific/Auckland"}, workspace_id=1)
    set_clock(fresh, f"{SUNDAY}T10:59:59Z")
    assert state(fresh) == "pending"
    set_clock(fresh, f"{SUNDAY}T11:00:00Z")
    assert state(fresh) == "submitted"


def test_a_zone_that_is_lost_holds_up_nobody_else(fresh):
    settings(fresh, timesheet_auto_submit_days=0)
    work(fresh, FRIDAY)
    run_sql(fresh.server, "UPDATE members SET timezone = 'Aaa/Gone' WHERE user_id = 10")
    set_clock(fresh, f"{MONDAY}T00:00:00Z")
    assert state(fresh) == "submitted"


def test_who_left_is_paid_too(stint, fresh):
    settings(fresh, timesheet_auto_submit_days=1)
    user_id, _, _ = new_colleague(stint, fresh)
    work(fresh, FRIDAY, user_id=user_id)
    fresh.delete(f"/members/{user_id}", workspace_id=1)
    set_clock(fresh, "2024-02-13T00:00:00Z")
    assert state(fresh, user_id=user_id) == "submitted"


def test_switching_it_on_submits_what_is_older(fresh):
    """More than one turn of the job; another workspace is none of its business."""
    other = Client(fresh.server, "demo-other-owner")
    assert add_time(other, 20, FRIDAY, "09:00", "10:00", workspace_id=2).status == 201
    assign(fresh, "daily", "2023-01-01", 10)
    contract = new_contract(fresh, 100, 10)["id"]
    for month in range(1, 11):
        assert fresh.post("/time-requests", json={
            "workspace_id": 1, "user_id": 10, "contract_id": contract, "start": f"2023-{month:02}-01T00:00:00Z",
            "end": f"2023-{month:02}-28T00:10:00Z"}).status == 201
    set_clock(fresh, "2024-03-01T00:00:00Z")
    settings(fresh, timesheet_auto_submit_days=1)
    set_clock(fresh, "2024-03-01T00:00:00Z")
    states = [sheet["status"] for sheet in sheets(fresh, user_id=10, date_from="2023-01-01", date_to="2023-12-31")]
    assert states == ["submitted"] * 280
    assert [sheet["status"] for sheet in other.pages("/timesheets", workspace_id=2)] == ["pending"]


def test_two_nodes_submit_once(nodes):
    owners = [Client(node, "demo-owner") for node in nodes]
    settings(owners[0], timesheet_auto_submit_days=0)
    assign(owners[0], "daily", "2024-01-22")
    days = [f"2024-02-0{number}" for number in range(1, 9)]
    for day, user_id in itertools.product(days, (100, 123)):
        work(owners[0], day, user_id=user_id)
    together(nodes, 2, lambda client, _: set_clock(client, f"{MONDAY}T00:00:00Z"))
    for day, user_id in itertools.product(days, (100, 123)):
        sheet = sheet_of(owners[0], day, user_id)
        assert history(owners[0], sheet) == [("create", "pending", None, None), BY_SERVER]


# ---- approved by the server ----

def test_approved_as_soon_as_it_is_submitted(fresh, john):
    """By hand, by the server, after a rejection; but not what was submitted before. It can only be reopened."""
    earlier, rejected = "2024-01-24", "2024-01-31"
    for day in (earlier, rejected, FRIDAY):
        work(fresh, day)
    do(john, "submit", sheet_of(john, earlier))
    do(john, "submit", sheet_of(john, rejected))
    do(fresh, "reject", sheet_of(john, rejected))
    settings(fresh, auto_approve_timesheets=True)
    assert do(john, "submit", sheet_of(john, rejected)).message == "Timesheet submitted successfully"
    set_clock(fresh, f"{MONDAY}T00:00:00Z")
    settings(fresh, timesheet_auto_submit_days=0)
    set_clock(fresh, f"{MONDAY}T00:00:00Z")
    assert [state(john, day) for day in (earlier, rejected, FRIDAY)] == ["submitted", "approved", "approved"]
    by_server = ("approve", "approved", None, None)
    assert history(john, sheet_of(john, rejected))[-2:] == [("submit", "submitted", 100, None), by_server]
    sheet = sheet_of(john, FRIDAY)
    assert history(john, sheet)[1:] == [BY_SERVER, by_server]
    assert sheet["submitted_on"] == f"{MONDAY}T00:00:00Z"
    assert do(john, "unsubmit", sheet).failure == (400, "illegal_transition")
    assert do(fresh, "reopen", sheet).status == 200
    assert add_time(fresh, 100, SUNDAY, "09:00", "10:00").status == 201
