"""Time requests (contract 3.8): asked for, decided on, and what becomes of the time."""

import datetime
import itertools
import zoneinfo

import pytest
from client import Client
from scenario import (add_time, check_books, clock_times, entries, new_colleague, new_contract, new_member,
                      new_project, run_sql, set_clock)
from test_concurrency import together

NOW = "2024-02-01T20:00:00Z"
DAY = "2024-01-22"
ROLES = ["owner", "executive-manager", "project-manager", "team-manager", "regular-user", "project-viewer"]


def ask(client, start="09:00", end="12:00", day=DAY, user_id=100, contract_id=20, **fields):
    """Times of the day in UTC, or instants."""
    start, end = [each if "T" in str(each) else f"{day}T{each}:00+00:00" for each in (start, end)]
    return client.post("/time-requests", json={"workspace_id": 1, "user_id": user_id, "start": start, "end": end,
                                               "contract_id": contract_id, **fields})


def show(client, id):
    return client.get(f"/time-requests/{id}", workspace_id=1).data


def approve(client, id):
    return client.post(f"/time-requests/{id}/approve", json={"workspace_id": 1})


def reject(client, id, comment="No."):
    return client.post(f"/time-requests/{id}/reject", json={"workspace_id": 1, "comment": comment})


def listed(client, **query):
    query = {"date_from": "2024-01-01", "date_to": "2024-12-31", **query}
    return [row["id"] for row in client.pages("/time-requests", workspace_id=1, **query)]


def history(client, id):
    return [(row["action"], row["to_status"], row["by_id"], row["reason"])
            for row in client.pages("/history", workspace_id=1, time_request_id=id)]


def settings(client, **fields):
    assert client.put("/settings", json=fields, workspace_id=1).status == 200


# ---- asking ----

def test_whoever_may_not_edit_time_asks(fresh, john):
    reply = ask(john, notes="Met the client", task_id=5)
    assert (reply.status, reply.message) == (201, "Time request created successfully")
    assert reply.data == {"id": reply.data["id"], "status": "pending", "saved_minutes": None}
    assert show(john, reply.data["id"]) == {
        "id": reply.data["id"], "user_id": 100, "user_name": "John Doe", "contract_id": 20, "project_id": 100,
        "project_name": "Marketing Campaign Q1", "task_id": 5, "task_title": "Design landing page",
        "start": "2024-01-22T09:00:00+00:00", "end": "2024-01-22T12:00:00+00:00", "date": DAY, "total_minutes": 180,
        "saved_minutes": None, "status": "pending", "notes": "Met the client",
        "activity_description": "Met the client", "comment": None, "created_by": 100, "updated_by": None,
        "created_at": NOW, "updated_at": NOW}
    assert entries(fresh, 100, DAY) == []
    assert history(john, reply.data["id"]) == [("create", "pending", 100, None)]


@pytest.mark.parametrize("role, allowed", [("Owner", True), ("Executive manager", True), ("Team manager", False),
                                           ("Project manager", False), ("Regular User", False)])
def test_who_adds_at_once(fresh, people, role, allowed):
    """By default the owner and executive managers."""
    client = people[role.lower().replace(" ", "-")]
    user_id = {"Owner": 10, "Executive manager": 11, "Team manager": 13, "Project manager": 12}.get(role, 100)
    reply = ask(client, user_id=user_id, contract_id=None)
    assert reply.data["status"] == ("approved" if allowed else "pending")
    assert reply.data["saved_minutes"] == (180 if allowed else None)
    assert len(entries(fresh, user_id, DAY)) == allowed
    if not allowed:
        settings(fresh, time_editors=[role])
        assert ask(client, "13:00", "14:00", user_id=user_id, contract_id=None).data["status"] == "approved"
        assert ask(people["executive-manager"], user_id=11, contract_id=None).data["status"] == "pending"


def test_a_workspace_that_approves_by_itself(stint, fresh, john):
    settings(fresh, auto_approve_time_requests=True)
    id = ask(john, notes="n").data["id"]
    assert show(john, id)["saved_minutes"] == 180 and history(john, id) == [("create", "approved", 100, None)]
    [entry] = entries(fresh, 100, DAY)
    assert (entry["method"], entry["activity_description"]) == ("Manually added time", "n")
    again = ask(john, "08:00", "10:00")
    assert again.data["saved_minutes"] == 60
    assert again.message == "Time request created successfully: 1 hr of 2 hr, the rest overlaps other time."
    known = listed(john)
    assert ask(john, "09:00", "12:00").failure == (400, "time_taken")
    assert listed(john) == known, "and none is made"
    check_books(stint, fresh.server)


def test_for_others(fresh, people):
    assert ask(people["executive-manager"], user_id=100).status == 201
    for role in ("project-manager", "team-manager"):
        assert ask(people[role], user_id=100).failure == (403, "forbidden")
    assert ask(people["regular-user"], user_id=123, contract_id=None).failure == (403, "forbidden")
    assert ask(people["project-viewer"], user_id=14, contract_id=None).failure == (403, "forbidden")


@pytest.mark.parametrize("fields, named", [
    ({"start": f"{DAY}T09:00:00"}, "start"), ({"end": f"{DAY}T09:00"}, "end"),
    ({"end": f"{DAY}T09:00:00Z"}, "end"), ({"end": f"{DAY}T08:00:00Z"}, "end"),
    ({"start": f"{DAY}T25:00:00Z"}, "start"),
    ({"end": "2024-02-22T10:00:00Z"}, "end"), ({"end": "2024-02-02T00:00:01Z"}, "end"),
    ({"start": "1970-12-31T23:59:59Z", "end": "1971-01-01T01:00:00Z"}, "start"),
    ({"contract_id": None, "task_id": 5}, "task_id"), ({"notes": "a\x00"}, "notes"),
])
@pytest.mark.usefixtures("at_now")
def test_faults_name_the_field(regular_user, fields, named):
    reply = ask(regular_user, **fields)
    assert (reply.status, list(reply.faults)) == (422, [named])
    assert len(listed(regular_user)) == 2


def test_what_is_missing(john):
    reply = john.post("/time-requests", json={"workspace_id": 1})
    assert set(reply.faults) == {"user_id", "start", "end"}
    assert set(john.get("/time-requests", workspace_id=1).faults) == {"date_from", "date_to"}
    assert ask(john, contract_id=30).failure == (404, "not_found")
    assert ask(john, contract_id=21).status == 422
    assert list(reject(Client(john.server, "demo-owner"), listed(john)[0], comment="").faults) == ["comment"]


# ---- instants ----

def test_instants_keep_their_offset(fresh, john):
    for start, end in ((f"{DAY}T09:00:00+05:30", f"{DAY}T10:00:00-01:00"), (f"{DAY}T09:00:00Z", f"{DAY}T10:00:00Z"),
                       (f"{DAY}T01:00:00-08:00", f"{DAY}T19:00:00+00:00")):
        made = show(john, ask(john, start, end).data["id"])
        assert (made["start"], made["end"]) == (start, end)


def test_the_hour_that_comes_twice_and_the_one_that_is_skipped(fresh, john):
    fresh.put("/members/100", json={"timezone": "Europe/Berlin"}, workspace_id=1)
    set_clock(fresh, "2024-11-01T12:00:00Z")
    first = show(john, ask(john, "2024-10-27T02:30:00+02:00", "2024-10-27T02:45:00+02:00").data["id"])
    second = show(john, ask(john, "2024-10-27T02:30:00+01:00", "2024-10-27T02:45:00+01:00").data["id"])
    assert first["start"] == "2024-10-27T02:30:00+02:00" and second["start"] == "2024-10-27T02:30:00+01:00"
    for id in (first["id"], second["id"]):
        assert approve(fresh, id).status == 200
    assert clock_times(entries(fresh, 100, "2024-10-27")) == [("00:30", "00:45"), ("01:30", "01:45")]
    for offset in ("+01:00", "+02:00"):
        reply = ask(john, f"2024-03-31T02:30:00{offset}", "2024-03-31T08:00:00+02:00")
        assert (reply.status, list(reply.faults)) == (422, ["start"])
        reply = ask(john, "2024-03-31T01:00:00+01:00", f"2024-03-31T02:30:00{offset}")
        assert (reply.status, list(reply.faults)) == (422, ["end"])
    assert ask(john, "2024-03-31T01:00:00+01:00", "2024-03-31T02:00:00+01:00").status == 201, "until they skip"
    assert ask(john, "2024-03-31T02:30:00Z", "2024-03-31T08:00:00+02:00").status == 201, "no clock of the member's"
    assert ask(john, "2024-03-31T02:30:00-05:00", "2024-03-31T03:00:00-05:00").status == 201, "nor is that"


def test_days_are_those_of_the_zone_when_it_was_asked_for(fresh, john, stint):
    """Over midnight in Apia; the member moves before it is approved."""
    fresh.put("/members/100", json={"timezone": "Pacific/Apia"}, workspace_id=1)
    start = datetime.datetime(2024, 1, 22, 23, 0, tzinfo=zoneinfo.ZoneInfo("Pacific/Apia"))
    id = ask(john, start.isoformat(), (start + datetime.timedelta(hours=2)).isoformat()).data["id"]
    assert show(john, id)["date"] == "2024-01-22"
    fresh.put("/members/100", json={"timezone": "America/New_York"}, workspace_id=1)
    assert approve(fresh, id).data["saved_minutes"] == 120
    assert [len(entries(fresh, 100, day)) for day in ("2024-01-21", "2024-01-22", "2024-01-23")] == [0, 1, 1]
    check_books(stint, fresh.server)


# ---- deciding ----

def test_approve(fresh, john, stint):
    id = ask(john, notes="Met the client", task_id=5).data["id"]
    set_clock(fresh, "2024-02-02T08:00:00Z")
    reply = approve(fresh, id)
    assert reply.message == "Time request approved successfully"
    assert {name: reply.data[name] for name in ("status", "saved_minutes", "updated_by", "updated_at", "comment")} == {
        "status": "approved", "saved_minutes": 180, "updated_by": 10, "updated_at": "2024-02-02T08:00:00Z",
        "comment": None}
    [entry] = entries(fresh, 100, DAY)
    assert (entry["method"], entry["activity_description"], entry["task_id"], entry["total_minutes"]) == (
        "Manually added time", "Met the client", 5, 180)
    assert history(john, id) == [("create", "pending", 100, None), ("approve", "approved", 10, None)]
    for reply in (approve(fresh, id), reject(fresh, id)):
        assert reply.failure == (400, "illegal_transition")
    assert approve(fresh, id).message == 'The time request is approved: the action "approve" is not possible.'
    assert len(history(john, id)) == 2 and len(entries(fresh, 100, DAY)) == 1
    check_books(stint, fresh.server)


def test_reject(fresh, john):
    id = ask(john).data["id"]
    reply = reject(fresh, id, "That was the 23rd.")
    assert (reply.message, reply.data["status"]) == ("Time request rejected successfully", "rejected")
    assert show(john, id)["comment"] == "That was the 23rd."
    assert approve(fresh, id).failure == reject(fresh, id).failure == (400, "illegal_transition")
    assert history(john, id)[-1] == ("reject", "rejected", 10, "That was the 23rd.")
    assert entries(fresh, 100, DAY) == []


def test_two_that_overlap(fresh, john, stint):
    first, second = ask(john, "09:00", "12:00").data["id"], ask(john, "11:00", "14:00").data["id"]
    assert approve(fresh, first).data["saved_minutes"] == 180
    reply = approve(fresh, second)
    assert reply.data["saved_minutes"] == 120
    assert reply.message == "Time request approved successfully: 2 hr of 3 hr, the rest overlaps other time."
    assert approve(fresh, second).failure == (400, "illegal_transition")
    check_books(stint, fresh.server)


def test_where_nothing_is_free_it_stays_pending(fresh, john):
    id = ask(john).data["id"]
    add_time(fresh, 100, DAY, "09:00", "12:00")
    before = show(john, id)
    assert approve(fresh, id).failure == (400, "time_taken")
    assert show(john, id) == before and len(history(john, id)) == 1
    assert reject(fresh, id).status == 200


def test_weekly_limits(fresh, john):
    fresh.put("/members/100", json={"weekly_hours_limit": 2}, workspace_id=1)
    id = ask(john).data["id"]
    assert approve(fresh, id).message == (
        "Time request approved successfully: 2 hr of 3 hr, the rest exceeds a weekly limit.")
    second = ask(john, "14:00", "15:00").data["id"]
    assert approve(fresh, second).failure == (400, "limit_reached")
    assert show(john, second)["status"] == "pending"
    known = listed(john)
    assert ask(fresh, "14:00", "15:00").failure == (400, "limit_reached"), "nor is it added at once"
    assert listed(john) == known


def test_what_ended_meanwhile(fresh, john):
    project = new_project(fresh)["id"]
    contract = new_contract(fresh, project, 100)["id"]
    id = ask(john, contract_id=contract).data["id"]
    fresh.put(f"/contracts/{contract}", json={"status": "paused"}, workspace_id=1)
    assert approve(fresh, id).failure == (400, "contract_paused")
    at_once = ask(fresh, "14:00", "15:00", contract_id=contract)
    assert at_once.failure == (400, "contract_paused")
    fresh.delete(f"/contracts/{contract}", workspace_id=1)
    assert approve(fresh, id).failure == (404, "not_found")
    assert show(fresh, id)["status"] == "pending"
    assert reject(fresh, id).status == 200


def test_who_left_has_nothing_approved(stint, fresh):
    user_id, _, client = new_colleague(stint, fresh)
    id = ask(client, user_id=user_id, contract_id=None).data["id"]
    fresh.delete(f"/members/{user_id}", workspace_id=1)
    reply = approve(fresh, id)
    assert (reply.failure, reply.message) == ((404, "not_found"), "The member was not found.")
    assert show(fresh, id)["status"] == "pending"


# ---- who sees, who decides ----

def test_who_sees_what(fresh, people):
    asked = {"project-manager": (12, 21), "team-manager": (13, 22), "regular-user": (100, 20)}
    own = {role: ask(people[role], user_id=user, contract_id=contract).data["id"]
           for role, (user, contract) in asked.items()}
    other = new_contract(fresh, new_project(fresh)["id"], 100)["id"]
    elsewhere = ask(people["regular-user"], "13:00", "14:00", contract_id=other).data["id"]
    demo = {*listed(people["regular-user"])} - {own["regular-user"], elsewhere}
    every = {*own.values(), elsewhere, *demo}
    seen = {"owner": every, "executive-manager": every, "project-manager": every - {elsewhere},
            "team-manager": every - {own["project-manager"]}, "regular-user": {own["regular-user"], elsewhere, *demo}}
    for role, client in people.items():
        if role == "project-viewer":
            assert client.get("/time-requests", workspace_id=1, date_from=DAY, date_to=DAY).status == 403
            continue
        assert {*listed(client)} == seen[role], role
        for id in every:
            visible = 200 if id in seen[role] else 404
            assert client.get(f"/time-requests/{id}", workspace_id=1).status == visible
            assert client.get("/history", workspace_id=1, time_request_id=id).status == visible


def test_filters(fresh, john):
    demo = listed(john)
    first, second = ask(john, day="2024-01-25").data["id"], ask(john, day="2024-01-26").data["id"]
    reject(fresh, second)
    assert listed(john, date_from="2024-01-25", date_to="2024-01-25") == [first]
    assert listed(john, status="pending") == [*demo, first] and listed(john, status="rejected") == [second]
    assert listed(fresh, user_id=100, project_id=100, per_page=1) == [*demo, first, second]
    assert listed(fresh, user_id=11) == listed(fresh, project_id=200) == listed(fresh, id="x") == []
    assert listed(fresh, id=first) == [first]


def test_another_workspace_learns_nothing(fresh, john):
    other, id = Client(fresh.server, "demo-other-owner"), ask(john).data["id"]
    assert other.pages("/time-requests", workspace_id=2, date_from="2024-01-01", date_to="2024-12-31") == []
    assert other.get(f"/time-requests/{id}", workspace_id=2).failure == (404, "not_found")
    for action in ("approve", "reject"):
        assert other.post(f"/time-requests/{id}/{action}", json={"workspace_id": 2, "comment": "x"}).failure == (
            404, "not_found")


STATES = ["pending", "approved", "rejected"]
ACTIONS = {"approve": approve, "reject": reject}


@pytest.mark.parametrize("approvers", [[], ["Executive manager"], ["Executive manager", "Team manager",
                                                                  "Project manager"]], ids=len)
def test_every_state_action_and_role(fresh, people, approvers):
    """What the table allows is done; all else is refused, and leaves the request and its history as they were."""
    settings(fresh, time_request_approvers=approvers)
    minutes = itertools.count(0, 2)
    for state, action, role in itertools.product(STATES, ACTIONS, ROLES):
        minute = next(minutes)
        id = ask(people["regular-user"], f"{minute // 60:02}:{minute % 60:02}",
                 f"{minute // 60:02}:{minute % 60 + 1:02}").data["id"]
        if state != "pending":
            assert ACTIONS[{"approved": "approve", "rejected": "reject"}[state]](fresh, id).status == 200
        before, told = show(fresh, id), history(fresh, id)
        reply = ACTIONS[action](people[role], id)
        decides = role == "owner" or role.replace("-", " ").capitalize() in approvers
        if role in ("regular-user", "project-viewer"):
            expected = 403
        elif state != "pending":
            expected = 400
        else:
            expected = 200 if decides else 403
        assert reply.status == expected, (state, action, role)
        if expected != 200:
            assert (show(fresh, id), history(fresh, id)) == (before, told)
        else:
            assert history(fresh, id) == [*told, (action, {"approve": "approved", "reject": "rejected"}[action],
                                                  reply.data["updated_by"], reply.data["comment"])]


def test_nobody_but_the_owner_decides_on_their_own(fresh, people):
    settings(fresh, time_editors=[], time_request_approvers=["Executive manager", "Team manager", "Project manager"])
    for role, user_id in (("executive-manager", 11), ("project-manager", 12), ("team-manager", 13)):
        id = ask(people[role], user_id=user_id, contract_id={12: 21, 13: 22}.get(user_id)).data["id"]
        assert approve(people[role], id).failure == reject(people[role], id).failure == (403, "forbidden")
        assert approve(fresh, id).status == 200


# ---- at once ----

def test_two_approvers_at_the_same_moment(stint, nodes):
    """On PostgreSQL each asks a node of their own. One wins, the other is told the state."""
    owner = Client(nodes[0], "demo-owner")
    for hour in range(8, 16):
        id = ask(Client(nodes[0], "demo-regular-user"), f"{hour:02}:00", f"{hour:02}:30").data["id"]
        acts = [lambda client, id=id: approve(client, id), lambda client, id=id: reject(client, id)]
        replies = together(nodes, 2, lambda client, number, acts=acts: acts[number](client))
        assert sorted(reply.status for reply in replies) == [200, 400]
        assert [reply.failure for reply in replies if reply.status == 400] == [(400, "illegal_transition")]
        saved = show(owner, id)["status"] == "approved"
        assert len(history(owner, id)) == 2
        assert len([each for each in entries(owner, 100, DAY) if f"T{hour:02}:" in each["start_time"]]) == saved
    check_books(stint, nodes[0])


def test_check_finds_a_state_without_its_history(stint, fresh):
    fresh.server.stop()
    run_sql(fresh.server, "UPDATE time_requests SET status = 3 WHERE workspace_id = 1 AND id = 1")
    done = stint.run("check", "--database", fresh.server.database)
    assert done.returncode == 1
    assert "workspace 1: the time request 1 is approved, its history ends in pending" in done.stdout
