"""The running tracker (contract 3.11): one a member, stopped by hand or by a weekly limit."""

import pytest
from client import Client
from scenario import (add_time, advance_clock, check_books, clock_times, confirm, entries, invite, new_colleague,
                      new_contract, new_member, new_project, run_sql, set_clock, start_at, unique)

MONDAY = "2024-01-15"


@pytest.fixture(autouse=True)
def morning(owner):
    return start_at(owner, f"{MONDAY}T09:00:00Z")


@pytest.fixture
def person(owner):
    return new_member(owner, firstname="John", lastname="Doe")


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def start(client, user_id, **fields):
    return client.post("/time-tracking/start", json={"workspace_id": 1, "user_id": user_id, **fields})


def stop(client, user_id):
    return client.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": user_id})


def current(client, user_id):
    return client.get("/time-tracking/current-data", workspace_id=1, user_id=user_id)


def limit(owner, user_id, hours):
    assert owner.put(f"/members/{user_id}", json={"weekly_hours_limit": hours}, workspace_id=1).status == 200


# ---- start, look, stop ----

def test_start_and_stop(owner):
    morning = start_at(owner, "2024-01-16T09:00:00Z")
    reply = start(owner, 100, contract_id=20, task_id=5, activity_description="Writing")
    described = {"user_id": 100, "user_name": "John Doe", "user_email": "john.doe@example.com", "contract_id": 20,
                 "project_id": 100, "project_name": "Marketing Campaign Q1", "task_id": 5,
                 "task_title": "Design landing page", "activity_description": "Writing"}
    assert reply.status == 200
    assert reply.message == "Time tracking started successfully"
    assert reply.data == {"message": "Time tracking started successfully", "start_time": morning, **described}
    advance_clock(owner, 3600)
    reply = stop(owner, 100)
    assert reply.data == {"message": "Time tracking stopped successfully", "start_time": morning,
                          "end_time": "2024-01-16T10:00:00+00:00",
                          "stopped_at": "2024-01-16T10:00:00+00:00", "total_minutes": 60, **described}
    [entry] = entries(owner, 100, "2024-01-16")
    assert (entry["method"], entry["duration_minutes"], entry["task_id"]) == ("Web tracker", 60, 5)
    assert entry["activity_description"] == "Writing"


def test_minutes_and_seconds_of_what_runs(owner, person):
    add_time(owner, person, MONDAY, "07:00", "08:00")
    start(owner, person, activity_description="x")
    assert current(owner, person).data == {
        "contract_id": None, "user_id": person, "activity_description": "x", "task_id": None, "task_title": None,
        "total_seconds": 0, "total_minutes": 60, "date": MONDAY}
    advance_clock(owner, 429)
    data = current(owner, person).data
    assert (data["total_minutes"], data["total_seconds"]) == (67, 9)
    stop(owner, person)
    assert sum(row["total_minutes"] for row in entries(owner, person, MONDAY)) == 67


def test_the_minutes_of_parts_add_up_to_the_whole(owner, person):
    """Three trackers in a row lose nothing of the seconds between minutes."""
    for seconds in (110, 110, 110):
        start(owner, person)
        advance_clock(owner, seconds)
        stop(owner, person)
    assert sum(row["duration_minutes"] for row in entries(owner, person, MONDAY)) == 330 // 60


def test_nothing_runs(owner, person):
    assert stop(owner, person).failure == current(owner, person).failure == (400, "not_tracking")
    start(owner, person)
    stop(owner, person)
    assert stop(owner, person).failure == (400, "not_tracking")
    assert entries(owner, person, MONDAY) == [], "no second has passed"


def test_a_second_start_is_refused_and_changes_nothing(owner, person):
    start(owner, person, activity_description="first")
    advance_clock(owner, 60)
    assert start(owner, person, activity_description="second").failure == (400, "already_tracking")
    assert current(owner, person).data["activity_description"] == "first"
    assert stop(owner, person).data["total_minutes"] == 1


@pytest.mark.parametrize("body, field", [
    ({"user_id": 14}, "user_id"), ({"user_id": "x"}, "user_id"),
    ({"user_id": 100, "contract_id": 21}, "contract_id"), ({"user_id": 100, "task_id": 5}, "task_id")])
def test_faults_of_a_start(owner, body, field):
    assert list(owner.post("/time-tracking/start", json={"workspace_id": 1, **body}).faults) == [field]


@pytest.mark.parametrize("body, message", [
    ({"user_id": 20}, "The member was not found."), ({"user_id": 99999}, "The member was not found."),
    ({"user_id": 100, "contract_id": 30}, "The contract was not found."),
    ({"user_id": 100, "contract_id": 20, "task_id": 50}, "The task was not found.")])
def test_what_a_start_names_is_not_there(owner, body, message):
    reply = owner.post("/time-tracking/start", json={"workspace_id": 1, **body})
    assert (reply.failure, reply.message) == ((404, "not_found"), message)


def test_members_of_others_are_unknown(owner):
    assert stop(owner, 20).failure == current(owner, 20).failure == (404, "not_found")


def test_the_same_person_in_two_workspaces(stint, demo, owner, other_owner):
    """A workspace learns nothing of what runs in another, not even that something does."""
    email = "both@example.com"
    one = new_member(owner, email=email)
    confirm(stint, demo, email)
    invited = other_owner.post("/members", json={"email": email, "firstname": "B", "lastname": "B",
                                                 "role": "Regular User"}, workspace_id=2).data
    assert invited["user_id"] == one
    assert start(owner, one).status == 200
    reply = other_owner.get("/time-tracking/current-data", workspace_id=2, user_id=one)
    assert reply.failure == (400, "not_tracking")
    stop(owner, one)


def test_what_runs_counts_no_time_that_is_there_already(owner, person):
    """The minutes of a day are those that a stop would leave, not more than have passed."""
    start(owner, person)
    add_time(owner, person, MONDAY, "10:00", "11:00")
    set_clock(owner, f"{MONDAY}T10:30:15Z")
    data = current(owner, person).data
    assert (data["total_minutes"], data["total_seconds"]) == (120, 0), "an hour of the tracker and all of the entry"
    set_clock(owner, f"{MONDAY}T12:00:09Z")
    data = current(owner, person).data
    assert (data["total_minutes"], data["total_seconds"]) == (180, 9)
    stop(owner, person)
    assert sum(row["total_minutes"] for row in entries(owner, person, MONDAY)) == 180


def test_a_task_that_is_deleted_meanwhile_keeps_its_title(owner, person):
    contract = new_contract(owner, 100, person)["id"]
    task = owner.post("/tasks", json={"workspace_id": 1, "project_id": 100, "title": "Short"}).data["id"]
    start(owner, person, contract_id=contract, task_id=task)
    owner.delete(f"/tasks/{task}", workspace_id=1, project_id=100)
    advance_clock(owner, 60)
    assert current(owner, person).data["task_title"] == stop(owner, person).data["task_title"] == "Short"
    assert [row["task_title"] for row in entries(owner, person, MONDAY)] == ["Short"]
    assert start(owner, person, contract_id=contract, task_id=task).failure == (404, "not_found")


def test_a_clock_that_was_set_back(owner, person):
    """A stop would lose what was worked: it is refused until the clock is right, and the tracker goes on."""
    start(owner, person)
    set_clock(owner, f"{MONDAY}T08:00:00Z")
    assert (current(owner, person).data["total_minutes"], current(owner, person).data["total_seconds"]) == (0, 0)
    assert stop(owner, person).failure == (400, "clock_wrong")
    set_clock(owner, f"{MONDAY}T10:00:00Z")
    assert stop(owner, person).data["total_minutes"] == 60


def test_a_tracker_that_was_forgotten_saves_a_month(demo, owner, person):
    """However long ago it began, it can be stopped; whoever stops it is told, and the operator."""
    start(owner, person)
    for later in ("2024-03-01T00:00:00Z", "9999-01-01T00:00:00Z"):
        set_clock(owner, later)
        assert current(owner, person).status == 200
    add_time(owner, person, "2024-01-16", "09:00", "10:00")
    reply = stop(owner, person)
    assert (reply.status, reply.data["end_time"]) == (200, "2024-02-15T09:00:00+00:00")
    assert reply.data["total_minutes"] == 31 * 1440 - 60
    assert "31 days" in reply.message and "31 days" in reply.data["message"]
    assert f"event=tracker_cut workspace=1 user={person} " in demo.log.read_text()
    assert stop(owner, person).failure == (400, "not_tracking")


def test_the_longest_run_is_a_setting(start_server):
    server = start_server("--tracker-hours", "12")
    owner = Client(server, "demo-owner")
    set_clock(owner, f"{MONDAY}T09:00:00Z")
    start(owner, 11)
    set_clock(owner, "2024-01-17T09:00:00Z")
    reply = stop(owner, 11)
    assert (reply.data["end_time"], reply.data["total_minutes"]) == (f"{MONDAY}T21:00:00+00:00", 720)
    assert "12 hours" in reply.message
    assert "event=tracker_cut workspace=1 user=11 " in server.log.read_text()


def test_a_clock_that_was_never_set(owner, person):
    set_clock(owner, "1970-01-01T00:05:00Z")
    assert start(owner, person).failure == (400, "clock_wrong")
    assert current(owner, person).failure == (400, "not_tracking")


def test_what_is_taken_meanwhile_is_not_saved_twice(owner, person):
    start(owner, person)
    add_time(owner, person, MONDAY, "10:00", "11:00")
    set_clock(owner, f"{MONDAY}T12:00:00Z")
    assert stop(owner, person).data["total_minutes"] == 120
    assert clock_times(entries(owner, person, MONDAY)) == [("09:00", "10:00"), ("10:00", "11:00"), ("11:00", "12:00")]


# ---- one's own ----

@pytest.mark.parametrize("role", ["Regular User", "Project manager", "Team manager", "Executive manager"])
def test_everybody_tracks_their_own_time(stint, owner, role):
    """Without naming themselves, and without a body."""
    user_id, _, colleague = new_colleague(stint, owner, role=role)
    path = "/time-tracking"
    assert colleague.post(f"{path}/start", workspace_id=1).data["user_id"] == user_id
    assert colleague.post(f"{path}/start", json={"workspace_id": 1}).failure == (400, "already_tracking")
    advance_clock(owner, 120)
    assert colleague.get(f"{path}/current-data", workspace_id=1).data["total_minutes"] == 2
    assert current(colleague, user_id).data["user_id"] == user_id
    assert colleague.post(f"{path}/stop", workspace_id=1).data["total_minutes"] == 2


def test_only_managers_of_all_track_others_time(regular_user, project_manager, owner, person):
    start(owner, person)
    for client in (regular_user, project_manager):
        for reply in (start(client, person), stop(client, person), current(client, person)):
            assert reply.failure == (403, "forbidden")
    assert stop(owner, person).status == 200


def test_a_project_viewer_has_no_tracker(as_role):
    assert as_role["Project viewer"].post("/time-tracking/start", workspace_id=1).failure == (403, "forbidden")


# ---- midnight ----

def test_over_midnight_counts_on_both_days(owner, person):
    set_clock(owner, f"{MONDAY}T22:30:00Z")
    start(owner, person)
    set_clock(owner, "2024-01-16T00:45:09Z")
    data = current(owner, person).data
    assert (data["date"], data["total_minutes"], data["total_seconds"]) == ("2024-01-16", 45, 9)
    assert stop(owner, person).data["total_minutes"] == 135
    assert [row["duration_minutes"] for row in entries(owner, person, MONDAY)] == [90]
    assert [row["duration_minutes"] for row in entries(owner, person, "2024-01-16")] == [45]


def test_over_several_days(owner, person):
    start(owner, person)
    set_clock(owner, "2024-01-18T09:00:00Z")
    assert stop(owner, person).data["total_minutes"] == 3 * 1440
    assert [sum(row["duration_minutes"] for row in entries(owner, person, f"2024-01-{day}")) for day in range(15, 19)] \
        == [900, 1440, 1440, 540]


# ---- limits ----

def test_a_limit_stops_the_tracker(owner, person):
    limit(owner, person, 2)
    start(owner, person)
    advance_clock(owner, 2 * 3600 - 1)
    assert current(owner, person).status == 200
    advance_clock(owner, 1)
    assert current(owner, person).failure == stop(owner, person).failure == (400, "not_tracking")
    assert clock_times(entries(owner, person, MONDAY)) == [("09:00", "11:00")]
    assert start(owner, person).failure == (400, "limit_reached")


def test_where_other_entries_use_the_limit_up_nothing_is_tracked(owner, person):
    """They take the time up to the limit, and behind it there is none."""
    limit(owner, person, 2)
    assert add_time(owner, person, MONDAY, "08:30", "10:30").status == 201
    assert start(owner, person).failure == (400, "limit_reached")


def test_a_tracker_of_which_nothing_could_be_kept_any_more_ends(owner, person):
    limit(owner, person, 2)
    assert start(owner, person).status == 200
    advance_clock(owner, 60)
    assert add_time(owner, person, MONDAY, "09:00", "11:00").status == 201
    assert current(owner, person).failure == (400, "not_tracking")


def test_a_limit_stops_the_tracker_where_it_was_reached(owner, person):
    """However late anybody looks."""
    limit(owner, person, 20)
    start(owner, person)
    set_clock(owner, "2024-01-25T12:00:00Z")
    assert stop(owner, person).failure == (400, "not_tracking")
    assert clock_times(entries(owner, person, MONDAY) + entries(owner, person, "2024-01-16")) == [
        ("09:00", "00:00"), ("00:00", "05:00")]
    assert entries(owner, person, "2024-01-22") == []


def test_a_contracts_limit_stops_the_tracker(owner, person):
    contract = new_contract(owner, 100, person, weekly_hours_limit=1)["id"]
    start(owner, person, contract_id=contract)
    advance_clock(owner, 7200)
    assert current(owner, person).failure == (400, "not_tracking")
    assert clock_times(entries(owner, person, MONDAY)) == [("09:00", "10:00")]
    assert start(owner, person).status == 200, "the limit is the contract's, not the member's"
    stop(owner, person)


def test_each_week_has_its_own_limit(owner, person):
    limit(owner, person, 30)
    set_clock(owner, "2024-01-21T12:00:00Z")  # a Sunday
    start(owner, person)
    set_clock(owner, "2024-01-22T20:00:00Z")
    assert stop(owner, person).data["total_minutes"] == 32 * 60


def test_other_time_brings_the_limit_nearer(owner, person):
    limit(owner, person, 5)
    start(owner, person)
    add_time(owner, person, MONDAY, "05:00", "08:00")
    advance_clock(owner, 2 * 3600)
    assert current(owner, person).failure == (400, "not_tracking")
    assert clock_times(entries(owner, person, MONDAY)) == [("05:00", "08:00"), ("09:00", "11:00")]


def test_a_limit_that_is_set_while_the_tracker_runs(owner, person):
    start(owner, person)
    advance_clock(owner, 3600)
    limit(owner, person, 1)
    assert current(owner, person).failure == (400, "not_tracking")
    assert clock_times(entries(owner, person, MONDAY)) == [("09:00", "10:00")]


@pytest.mark.parametrize("of_contract", [False, True], ids=["member", "contract"])
@pytest.mark.parametrize("hours, goes_on", [(1, False), (5, True)])
def test_a_limit_that_is_lowered_holds_for_what_comes(owner, person, of_contract, hours, goes_on):
    """What has run by then was worked under the old one."""
    contract = new_contract(owner, 100, person, weekly_hours_limit=10)["id"]
    start(owner, person, contract_id=contract)
    advance_clock(owner, 3 * 3600)
    if of_contract:
        owner.put(f"/contracts/{contract}", json={"weekly_hours_limit": hours}, workspace_id=1)
    else:
        limit(owner, person, hours)
    assert (current(owner, person).status == 200) == goes_on
    assert not goes_on or current(owner, person).data["total_minutes"] == 180
    advance_clock(owner, 3600)
    assert (stop(owner, person).status == 200) == goes_on
    assert sum(row["duration_minutes"] for row in entries(owner, person, MONDAY)) == (240 if goes_on else 180)


# ---- what ends it besides ----

@pytest.mark.parametrize("end", [
    lambda owner, person, contract: owner.delete(f"/members/{person}", workspace_id=1),
    lambda owner, person, contract: owner.put(f"/members/{person}", json={"role": "Project viewer"}, workspace_id=1),
    lambda owner, person, contract: owner.delete(f"/contracts/{contract['id']}", workspace_id=1),
    lambda owner, person, contract: owner.put(f"/contracts/{contract['id']}", json={"status": "paused"},
                                              workspace_id=1),
    lambda owner, person, contract: owner.delete(f"/projects/{contract['project_id']}", workspace_id=1),
], ids=["member leaves", "member becomes a viewer", "contract ends", "contract is paused", "project is archived"])
def test_who_may_not_track_any_more_does_not_go_on(owner, person, end):
    contract = new_contract(owner, new_project(owner)["id"], person)
    start(owner, person, contract_id=contract["id"])
    advance_clock(owner, 1800)
    assert end(owner, person, contract).status == 200
    assert current(owner, person).failure == (400, "not_tracking")
    assert [row["duration_minutes"] for row in entries(owner, person, MONDAY)] == [30], "what was worked counts"


def test_nobody_goes_on_in_an_archived_project(owner, person):
    project = new_project(owner)["id"]
    start(owner, person, contract_id=new_contract(owner, project, person)["id"])
    others = [new_member(owner) for _ in range(2)]
    start(owner, others[0], contract_id=new_contract(owner, project, others[0])["id"])
    new_contract(owner, project, others[1])
    start(owner, others[1])
    advance_clock(owner, 1800)
    assert owner.delete(f"/projects/{project}", workspace_id=1).status == 200
    for each in (person, others[0]):
        assert current(owner, each).failure == (400, "not_tracking")
        assert [row["duration_minutes"] for row in entries(owner, each, MONDAY)] == [30], "what was worked counts"
    assert current(owner, others[1]).status == 200, "time without a project"


def test_who_is_invited_again_as_a_viewer_does_not_go_on(owner):
    email = unique("again").replace(" ", "-") + "@example.com"
    person, _ = invite(owner, email=email)
    assert start(owner, person).status == 200
    advance_clock(owner, 1800)
    assert invite(owner, email=email, role="Project viewer")[0] == person
    assert current(owner, person).failure == (400, "not_tracking")
    assert [row["duration_minutes"] for row in entries(owner, person, MONDAY)] == [30]


# ---- what a limit left out ----

END_IT = {
    "stop": lambda owner, person: stop(owner, person),
    "member leaves": lambda owner, person: owner.delete(f"/members/{person}", workspace_id=1)}


@pytest.mark.parametrize("end", END_IT.values(), ids=END_IT.keys())
def test_a_stop_that_comes_before_the_job_saves_no_more_than_it(start_server, end):
    """The limit was reached last week: what runs since is not tracked, though this week has time left."""
    server = start_server()
    owner = Client(server, "demo-owner")
    set_clock(owner, f"{MONDAY}T09:00:00Z")
    person = new_member(owner)
    limit(owner, person, 20)
    start(owner, person)
    run_sql(server, "DELETE FROM due_work")  # as if the job that watches the limits had not come to it yet
    set_clock(owner, "2024-01-24T12:00:00Z")
    reply = end(owner, person)
    assert reply.status == 200
    if reply.data:
        assert (reply.data["end_time"], reply.data["total_minutes"]) == ("2024-01-16T05:00:00+00:00", 1200)
    assert current(owner, person).failure == (400, "not_tracking")
    assert [sum(row["duration_minutes"] for row in entries(owner, person, f"2024-01-{day}"))
            for day in (15, 16, 22, 23, 24)] == [900, 300, 0, 0, 0]


def test_a_restart_ends_nothing(start_server):
    server = start_server()
    owner = Client(server, "demo-owner")
    set_clock(owner, f"{MONDAY}T09:00:00Z")
    start(owner, 11)  # without a limit, which the machine's own clock would be beyond
    server.stop()
    owner = Client(start_server(database=server.database), "demo-owner")
    set_clock(owner, f"{MONDAY}T10:00:00Z")
    assert current(owner, 11).data["total_minutes"] == 60
    assert stop(owner, 11).data["total_minutes"] == 60
