"""Periods whose timesheet is submitted or approved are closed (contract 3.7; 6, row 12), through every door: what would
change their time is refused and names the sheet, or happens without it."""

import pytest
from client import Client
from scenario import add_time, check_books, entries, new_contract, new_project, set_clock
from test_concurrency import together
from test_timesheets import MONDAY, NOW, SUNDAY, WEDNESDAY, assign, do, history, sheet_of, work

AFTER = "2024-02-12"  # the Monday after
THURSDAY, FRIDAY = "2024-02-08", "2024-02-09"


def ask(client, start, end):
    return client.post("/time-requests", json={"workspace_id": 1, "user_id": 100, "contract_id": 20,
                                               "start": f"{start}:00+00:00", "end": f"{end}:00+00:00"})


def leave(client, day):
    return client.post("/leaves", json={"workspace_id": 1, "policy_id": 1, "user_id": 100, "start": day, "end": day})


def newest_leave(client):
    return client.pages("/leaves", workspace_id=1, user_id=100)[-1]["id"]


def slot(day, start, end, id=None, **fields):
    return {"id": id or f"{day} {start}", "start": f"{day}T{start}:00Z", "end": f"{day}T{end}:00Z", **fields}


def send(client, *slots):
    return client.post("/tracked-slots", json={"workspace_id": 1, "user_id": 100, "slots": list(slots)}).data


def put(client, entry, **fields):
    return client.put(f"/time-entries/{entry['id']}", json={"workspace_id": 1, **fields})


class Week:
    """John's, with something of each kind, submitted."""

    def __init__(self, owner, john):
        self.owner = owner
        work(owner, MONDAY, contract_id=20)
        work(owner, SUNDAY, "08:00", "09:00")
        work(owner, AFTER, "18:00", "19:00")
        send(owner, slot(WEDNESDAY, "10:00", "10:10"))
        [self.by_hand], [self.recorded] = entries(owner, 100, MONDAY), entries(owner, 100, WEDNESDAY)
        [self.last], [self.outside] = entries(owner, 100, SUNDAY), entries(owner, 100, AFTER)
        self.request = ask(john, f"{WEDNESDAY}T12:00", f"{WEDNESDAY}T13:00").data["id"]
        assert leave(john, THURSDAY).status == 201
        self.approved_leave = newest_leave(owner)
        assert owner.put(f"/leaves/{self.approved_leave}/approve", json={"workspace_id": 1}).status == 200
        assert leave(john, FRIDAY).status == 201
        self.leave = newest_leave(owner)
        self.sheet = sheet_of(owner)
        assert do(john, "submit", self.sheet).status == 200
        self.sheet = sheet_of(owner)


DOORS = {
    "adding": lambda week: add_time(week.owner, 100, WEDNESDAY, "15:00", "16:00"),
    "adding on the first day": lambda week: add_time(week.owner, 100, MONDAY, "00:00", "00:10"),
    "adding on the last day": lambda week: add_time(week.owner, 100, SUNDAY, "23:50", "24:00"),
    "changing": lambda week: put(week.owner, week.by_hand, end_time="09:30"),
    "changing on the last day": lambda week: put(week.owner, week.last, end_time="08:30"),
    "changing the words": lambda week: put(week.owner, week.by_hand, notes="Other"),
    "changing recorded time": lambda week: put(week.owner, week.recorded, end_time="10:05"),
    "moving out of it": lambda week: put(week.owner, week.by_hand, date=AFTER),
    "moving into it": lambda week: put(week.owner, week.outside, date=WEDNESDAY, start_time="20:00", end_time="20:30"),
    "deleting": lambda week: week.owner.delete(f"/time-entries/{week.by_hand['id']}", json={"workspace_id": 1}),
    "a request": lambda week: week.owner.post(f"/time-requests/{week.request}/approve", json={"workspace_id": 1}),
    "a request at once": lambda week: ask(week.owner, f"{WEDNESDAY}T17:00", f"{WEDNESDAY}T18:00"),
    "a request over its end": lambda week: ask(week.owner, f"{SUNDAY}T23:50", f"{AFTER}T00:10"),
    "a leave": lambda week: week.owner.put(f"/leaves/{week.leave}/approve", json={"workspace_id": 1}),
    "taking back a leave": lambda week: week.owner.put(f"/leaves/{week.approved_leave}/cancel",
                                                       json={"workspace_id": 1})}


def test_doors(stint, fresh, john):
    """Each is shut while the sheet is submitted and when it is approved, and open again when it is pending."""
    week = Week(fresh, john)
    outside = entries(fresh, 100, AFTER)
    for status in ("submitted", "approved"):
        if status == "approved":
            assert do(fresh, "approve", week.sheet).status == 200
            week.sheet = sheet_of(fresh)
        for name, door in DOORS.items():
            reply = door(week)
            assert reply.failure == (400, "period_closed"), (name, status)
            assert reply.message == (
                f"The time from {MONDAY} to {SUNDAY} is closed: timesheet {week.sheet['id']} is {status}."), name
            assert sheet_of(fresh) == week.sheet, name
        assert entries(fresh, 100, AFTER) == outside
    check_books(stint, fresh.server)
    assert do(fresh, "reopen", week.sheet, reason="Thursday is wrong").status == 200
    for name, door in DOORS.items():
        assert door(week).status < 300, name
    check_books(stint, fresh.server)


def test_late_slots_wait(stint, fresh, john):
    """They are told by index, kept, and count when the sheet is open again. What was recorded stays as it was."""
    send(fresh, slot(WEDNESDAY, "10:00", "10:10"), slot(WEDNESDAY, "10:20", "10:30"))
    sheet = sheet_of(fresh)
    do(john, "submit", sheet)
    submitted = sheet_of(fresh)
    result = send(fresh, slot(WEDNESDAY, "10:10", "10:20"), slot(AFTER, "09:00", "09:10"),
                  {"id": "over the end", "start": f"{SUNDAY}T23:55:00Z", "end": f"{AFTER}T00:05:00Z"})
    assert [(each["status"], each["saved_minutes"]) for each in result["results"]] == [
        ("period_closed", 0), ("accepted", None), ("period_closed", 5)]
    assert (result["accepted"], result["saved_minutes"]) == (3, 15)
    assert sheet_of(fresh) == submitted
    assert send(fresh, slot(WEDNESDAY, "10:10", "10:20"))["duplicates"] == 1
    check_books(stint, fresh.server)
    do(john, "unsubmit", sheet)
    assert sheet_of(fresh)["total_minutes"] == 35
    [entry] = entries(fresh, 100, WEDNESDAY)
    assert entry["total_minutes"] == 30
    check_books(stint, fresh.server)


@pytest.mark.parametrize("action", ["reject", "reopen"])
def test_slots_count_however_it_is_opened(fresh, john, action):
    work(fresh, MONDAY)
    sheet = sheet_of(fresh)
    do(fresh, "submit", sheet)
    send(fresh, slot(WEDNESDAY, "10:00", "10:10"))
    if action == "reopen":
        do(fresh, "approve", sheet)
    assert sheet_of(fresh)["total_minutes"] == 60
    assert do(fresh, action, sheet, reason="No.").status == 200
    assert sheet_of(fresh)["total_minutes"] == 70


ENDS = {
    "stopping": lambda owner, contract: owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": 100}),
    "the contract ends": lambda owner, contract: owner.delete(f"/contracts/{contract['id']}", workspace_id=1),
    "the contract is paused": lambda owner, contract: owner.put(f"/contracts/{contract['id']}", workspace_id=1,
                                                                json={"status": "paused"}),
    "the project ends": lambda owner, contract: owner.delete(f"/projects/{contract['project_id']}", workspace_id=1),
    "the member becomes a viewer": lambda owner, contract: owner.put("/members/100", json={"role": "Project viewer"},
                                                                     workspace_id=1),
    "the member leaves": lambda owner, contract: owner.delete("/members/100", workspace_id=1),
    "the limit is reached": lambda owner, contract: owner.put(f"/contracts/{contract['id']}", workspace_id=1,
                                                              json={"weekly_hours_limit": 1})}


@pytest.mark.parametrize("door", ENDS)
def test_a_tracker_ends_without_what_is_closed(stint, fresh, john, door):
    """It ran from Sunday, 22:00, to Monday, 02:00; the week was submitted before."""
    contract = new_contract(fresh, new_project(fresh)["id"], 100)
    work(fresh, WEDNESDAY)
    set_clock(fresh, f"{SUNDAY}T22:00:00Z")
    sheet = sheet_of(fresh)
    assert do(john, "submit", sheet).status == 200
    closed = sheet_of(fresh)
    assert john.post("/time-tracking/start", json={"workspace_id": 1, "user_id": 100, "contract_id": contract["id"]})
    set_clock(fresh, f"{AFTER}T02:00:00Z")
    reply = ENDS[door](fresh, contract)
    assert reply.status == 200, reply.body
    if door == "stopping":
        assert reply.data["total_minutes"] == 120
        assert reply.message == (f"Time tracking stopped, not all is saved. The time from {MONDAY} to {SUNDAY} is "
                                 f"closed: timesheet {sheet['id']} is submitted.")
    assert fresh.get("/time-tracking/current-data", workspace_id=1, user_id=100).failure == (400, "not_tracking") or \
        door in ("the member leaves", "the limit is reached")
    assert sheet_of(fresh) == closed
    assert [entry["total_minutes"] for entry in entries(fresh, 100, AFTER)] == [120]
    check_books(stint, fresh.server)


def test_other_periods_stay_open(fresh, john):
    """An older pending week, the week after, and the first one stays closed whatever is done with the third."""
    for day in (MONDAY, AFTER, "2024-02-19"):
        work(fresh, day)
    first, third = sheet_of(fresh, MONDAY), sheet_of(fresh, "2024-02-19")
    do(fresh, "submit", first)
    do(fresh, "approve", first)
    do(fresh, "submit", third)
    assert add_time(fresh, 100, MONDAY, "12:00", "13:00").failure == (400, "period_closed")
    work(fresh, AFTER, "12:00", "13:00")
    work(fresh, "2024-01-30")
    work(fresh, MONDAY, "12:00", "13:00", user_id=123)


def test_time_on_no_sheet_stays_open(fresh):
    """It comes after a closed one, when the member has no pay period any more."""
    assign(fresh, "off", AFTER)
    work(fresh, MONDAY)
    work(fresh, AFTER)
    assert do(fresh, "submit", sheet_of(fresh)).status == 200
    [entry] = entries(fresh, 100, AFTER)
    assert put(fresh, entry, end_time="09:30").status == 200
    [entry] = entries(fresh, 100, AFTER)
    assert entry["total_minutes"] == 30
    assert fresh.delete(f"/time-entries/{entry['id']}", json={"workspace_id": 1}).status == 200


def test_what_an_entry_is_closed_by_is_the_sheet_that_has_it(fresh):
    """Its evening of Wednesday lies on a closed Thursday, where the member is by now."""
    assign(fresh, "daily", MONDAY)
    work(fresh, WEDNESDAY, "20:00", "22:00")
    fresh.put("/members/100", json={"timezone": "Asia/Kathmandu"}, workspace_id=1)
    work(fresh, THURSDAY, "12:00", "13:00")
    assert do(fresh, "submit", sheet_of(fresh, THURSDAY)).status == 200
    [entry] = entries(fresh, 100, WEDNESDAY)
    assert put(fresh, entry, project_id=100).status == 200
    [entry] = entries(fresh, 100, WEDNESDAY)
    assert (entry["project_id"], entry["total_minutes"]) == (100, 120)


def test_half_a_week_is_closed(fresh):
    """The first half of a month ended on a Thursday."""
    assign(fresh, "twice a month", "2024-02-01")
    work(fresh, "2024-02-14")
    work(fresh, "2024-02-16")
    first = sheet_of(fresh, "2024-02-15")
    do(fresh, "submit", first)
    do(fresh, "approve", first)
    before = sheet_of(fresh, "2024-02-15")
    work(fresh, "2024-02-16", "12:00", "13:00")
    [entry, _] = entries(fresh, 100, "2024-02-16")
    assert put(fresh, entry, end_time="10:30").status == 200
    assert add_time(fresh, 100, "2024-02-15", "12:00", "13:00").failure == (400, "period_closed")
    assert sheet_of(fresh, "2024-02-15") == before


def test_an_approved_sheet_is_reopened_with_a_reason(fresh, john):
    work(fresh)
    sheet = sheet_of(fresh)
    do(fresh, "submit", sheet)
    assert do(fresh, "reopen", sheet, reason="Early").failure == (400, "illegal_transition")
    do(fresh, "approve", sheet)
    assert list(do(fresh, "reopen", sheet, reason="").faults) == ["reason"]
    assert do(john, "reopen", sheet, reason="Mine").failure == (403, "forbidden")
    reply = do(Client(fresh.server, "demo-executive-manager"), "reopen", sheet, reason="Thursday is missing")
    assert (reply.message, reply.data) == ("Timesheet reopened successfully", None)
    assert sheet_of(fresh)["status"] == "pending" and sheet_of(fresh)["submitted_on"] is None
    assert history(fresh, sheet)[-1] == ("reopen", "pending", 11, "Thursday is missing")
    work(fresh, THURSDAY)


def test_time_and_submission_at_the_same_moment(stint, nodes):
    """On PostgreSQL each asks a node of their own. What was saved was there when the sheet was closed."""
    owner = Client(nodes[0], "demo-owner")
    assign(owner, "daily", MONDAY)
    for number in range(5, 12):
        day = f"2024-02-{number:02}"
        work(owner, day)
        sheet = sheet_of(owner, day)
        acts = [lambda client, sheet=sheet: do(client, "submit", sheet),
                lambda client, day=day: add_time(client, 100, day, "12:00", "13:00")]
        submitted, added = together(nodes, 2, lambda client, number, acts=acts: acts[number](client))
        assert submitted.status == 200
        assert added.status == 201 or added.failure == (400, "period_closed")
        assert sheet_of(owner, day)["total_minutes"] == (120 if added.status == 201 else 60)
    check_books(stint, nodes[0])
