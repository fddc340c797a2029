"""Time entries (contract 3.12): clock times of the member, free parts, weekly limits, and what changes them."""

import pytest
from scenario import (add_time, check_books, clock_times, entries, new_contract, new_member, new_project, set_clock)

DAY = "2024-01-15"  # a Monday
ROW = {"id", "user_id", "contract_id", "project_id", "project_name", "task_id", "task_title", "activity_description",
       "method", "date", "start_time", "end_time", "start_local", "end_local", "duration_minutes", "total_minutes"}


@pytest.fixture
def person(owner):
    return new_member(owner, firstname="John", lastname="Doe")


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    """Whatever the scenarios did, the books agree."""
    yield
    check_books(stint, demo)


def minutes(rows):
    return sum(row["duration_minutes"] for row in rows)


def update(owner, entry, **fields):
    return owner.put(f"/time-entries/{entry['id']}", json={"workspace_id": 1, **fields})


def delete(owner, entry):
    return owner.delete(f"/time-entries/{entry['id']}", json={"workspace_id": 1})


def limit(owner, user_id, hours):
    assert owner.put(f"/members/{user_id}", json={"weekly_hours_limit": hours}, workspace_id=1).status == 200


# ---- adding ----

def test_add(owner):
    reply = add_time(owner, 100, "2024-01-16", "09:00", "17:00", contract_id=20, task_id=5, notes="Wrote the draft")
    assert reply.status == 201
    assert reply.message == "8 hr successfully added for John Doe."
    assert reply.body["saved_minutes"] == 480
    [entry] = entries(owner, 100, "2024-01-16")
    assert set(entry) == ROW
    assert entry == {
        "id": entry["id"], "user_id": 100, "contract_id": 20, "project_id": 100,
        "project_name": "Marketing Campaign Q1", "task_id": 5, "task_title": "Design landing page",
        "activity_description": "Wrote the draft", "method": "Manually added time", "date": "2024-01-16",
        "start_time": "2024-01-16T09:00:00+00:00", "end_time": "2024-01-16T17:00:00+00:00", "start_local": "09:00",
        "end_local": "17:00", "duration_minutes": 480, "total_minutes": 480}
    assert reply.data == {**entry, "entries": [entry]}


@pytest.mark.parametrize("start, end, text", [
    ("09:00", "09:30", "30 min"), ("09:00", "10:30", "1 hr 30 min"), ("00:00", "23:59", "23 hr 59 min")])
def test_the_message_says_how_much(owner, person, start, end, text):
    assert add_time(owner, person, DAY, start, end).message == f"{text} successfully added for John Doe."


def test_time_without_a_contract_has_no_project(owner, person):
    data = add_time(owner, person, DAY, "09:00", "10:00").data
    assert [data[key] for key in ("contract_id", "project_id", "project_name", "task_id", "task_title")] == [None] * 5


def test_the_other_name_of_notes(owner, person):
    assert add_time(owner, person, DAY, "09:00", "10:00", activity_description="x").data["activity_description"] == "x"


@pytest.mark.parametrize("body, fields", [
    ({}, ["user_id", "date", "start_time", "end_time"]),
    ({"user_id": 100, "date": "2024-02-30", "start_time": "9", "end_time": "24:01"},
     ["date", "start_time", "end_time"]),
    ({"user_id": 100, "date": DAY, "start_time": "10:00", "end_time": "10:00"}, ["end_time"]),
    ({"user_id": 100, "date": DAY, "start_time": "10:00", "end_time": "09:00"}, ["end_time"]),
    ({"user_id": 100, "date": "1969-12-31", "start_time": "10:00", "end_time": "11:00"}, ["date"]),
    ({"user_id": 14, "date": DAY, "start_time": "10:00", "end_time": "11:00"}, ["user_id"]),
    ({"user_id": 100, "contract_id": 21, "date": DAY, "start_time": "10:00", "end_time": "11:00"}, ["contract_id"]),
    ({"user_id": 100, "task_id": 5, "date": DAY, "start_time": "10:00", "end_time": "11:00"}, ["task_id"]),
    ({"user_id": 100, "date": DAY, "start_time": "10:00", "end_time": "11:00", "notes": 5}, ["notes"]),
])
def test_faults_name_the_field(owner, body, fields):
    assert list(owner.post("/time-entries", json={"workspace_id": 1, **body}).faults) == fields


@pytest.mark.parametrize("body, message", [
    ({"user_id": 99999}, "The member was not found."), ({"user_id": 20}, "The member was not found."),
    ({"user_id": 100, "contract_id": 99999}, "The contract was not found."),
    ({"user_id": 100, "contract_id": 30}, "The contract was not found."),
    ({"user_id": 100, "contract_id": 20, "task_id": 50}, "The task was not found.")])
def test_what_an_entry_names_is_not_there(owner, body, message):
    reply = owner.post("/time-entries", json={"workspace_id": 1, "date": DAY, "start_time": "10:00",
                                              "end_time": "11:00", **body})
    assert (reply.failure, reply.message) == ((404, "not_found"), message)


def test_a_task_of_another_project_does_not_fit(owner, person):
    project = new_project(owner)["id"]
    contract = new_contract(owner, project, person)["id"]
    reply = add_time(owner, person, DAY, "10:00", "11:00", contract_id=contract, task_id=5)
    assert reply.faults == {"task_id": ["The task is not one of the contract's project."]}


def test_a_paused_contract_takes_no_time(owner, person):
    contract = new_contract(owner, 100, person)
    owner.put(f"/contracts/{contract['id']}", json={"status": "paused"}, workspace_id=1)
    reply = add_time(owner, person, DAY, "09:00", "10:00", contract_id=contract["id"])
    assert reply.failure == (400, "contract_paused")


def test_who_left_gets_no_more_time_and_keeps_what_there_is(owner, person):
    add_time(owner, person, DAY, "09:00", "10:00")
    owner.delete(f"/members/{person}", workspace_id=1)
    assert add_time(owner, person, DAY, "10:00", "11:00").failure == (404, "not_found")
    assert minutes(entries(owner, person, DAY)) == 60


# ---- overlaps ----

def test_only_the_free_parts_are_saved(owner, person):
    add_time(owner, person, DAY, "10:00", "11:00")
    add_time(owner, person, DAY, "12:00", "13:00")
    reply = add_time(owner, person, DAY, "09:30", "12:30")
    assert reply.body["saved_minutes"] == reply.data["duration_minutes"] == 90
    assert reply.message == ("1 hr 30 min of 3 hr successfully added for John Doe: the rest overlaps other time.")
    assert clock_times(reply.data["entries"]) == [("09:30", "10:00"), ("11:00", "12:00")]
    assert clock_times([reply.data]) == [("09:30", "12:00")]
    assert clock_times(entries(owner, person, DAY)) == [("09:30", "10:00"), ("10:00", "11:00"), ("11:00", "12:00"),
                                                        ("12:00", "13:00")]


def test_time_that_is_taken_is_refused(owner, person):
    add_time(owner, person, DAY, "09:00", "12:00")
    assert add_time(owner, person, DAY, "10:00", "11:00").failure == (400, "time_taken")
    assert add_time(owner, person, DAY, "09:00", "12:00").failure == (400, "time_taken")
    assert clock_times(entries(owner, person, DAY)) == [("09:00", "12:00")]


def test_neighbours_do_not_overlap(owner, person):
    for start, end in (("10:00", "11:00"), ("09:00", "10:00"), ("11:00", "12:00")):
        assert add_time(owner, person, DAY, start, end).body["saved_minutes"] == 60


def test_another_members_time_is_not_in_the_way(owner, person):
    other = new_member(owner)
    add_time(owner, person, DAY, "09:00", "17:00")
    assert add_time(owner, other, DAY, "09:00", "17:00").body["saved_minutes"] == 480


# ---- limits ----

def test_the_members_weekly_limit_cuts(owner, person):
    limit(owner, person, 10)
    add_time(owner, person, DAY, "09:00", "17:00")
    reply = add_time(owner, person, "2024-01-16", "09:00", "17:00")
    assert reply.body["saved_minutes"] == 120
    assert reply.message == "2 hr of 8 hr successfully added for John Doe: the rest exceeds a weekly limit."
    assert clock_times(entries(owner, person, "2024-01-16")) == [("09:00", "11:00")]
    assert add_time(owner, person, "2024-01-21", "09:00", "10:00").failure == (400, "limit_reached")
    assert add_time(owner, person, "2024-01-22", "09:00", "10:00").body["saved_minutes"] == 60, "another week"
    assert add_time(owner, person, "2024-01-14", "09:00", "10:00").body["saved_minutes"] == 60, "the week before"


def test_the_contracts_limit_counts_its_own_time_only(owner, person):
    one = new_contract(owner, 100, person, weekly_hours_limit=5)["id"]
    two = new_contract(owner, new_project(owner)["id"], person)["id"]
    assert add_time(owner, person, DAY, "09:00", "13:00", contract_id=two).body["saved_minutes"] == 240
    assert add_time(owner, person, DAY, "13:00", "20:00", contract_id=one).body["saved_minutes"] == 300
    assert add_time(owner, person, DAY, "18:00", "20:00", contract_id=two).body["saved_minutes"] == 120
    assert add_time(owner, person, DAY, "20:00", "21:00").body["saved_minutes"] == 60


def test_the_smaller_limit_counts(owner, person):
    limit(owner, person, 3)
    contract = new_contract(owner, 100, person, weekly_hours_limit=2)["id"]
    assert add_time(owner, person, DAY, "09:00", "17:00", contract_id=contract).body["saved_minutes"] == 120
    assert add_time(owner, person, DAY, "12:00", "17:00").body["saved_minutes"] == 60


def test_free_parts_and_limits_together(owner, person):
    limit(owner, person, 2)
    add_time(owner, person, DAY, "10:00", "11:00")
    reply = add_time(owner, person, DAY, "09:30", "12:00")
    assert clock_times(reply.data["entries"]) == [("09:30", "10:00"), ("11:00", "11:30")]
    assert reply.message == ("1 hr of 2 hr 30 min successfully added for John Doe: the rest overlaps other time or "
                             "exceeds a weekly limit.")


def test_a_limit_of_nothing(owner, person):
    limit(owner, person, 0)
    assert add_time(owner, person, DAY, "09:00", "10:00").failure == (400, "limit_reached")


# ---- listing ----

def test_the_list_is_in_the_order_of_time_and_paged(owner, person):
    for hour in (15, 9, 12, 10, 14):
        add_time(owner, person, DAY, f"{hour:02}:00", f"{hour:02}:30")
    query = {"workspace_id": 1, "user_id": person, "date": DAY}
    page = owner.get("/time-entries", per_page=2, page=2, **query)
    assert [row["start_time"][11:13] for row in page.data] == ["12", "14"]
    assert page.pagination == {"total": 5, "per_page": 2, "current_page": 2, "last_page": 3, "from": 3, "to": 4}
    assert owner.get("/time-entries", per_page=100, **query).status == 200
    assert list(owner.get("/time-entries", per_page=101, **query).faults) == ["per_page"]
    assert entries(owner, person, "2024-01-16") == []


def test_filters(owner, person):
    contract = new_contract(owner, 100, person)["id"]
    add_time(owner, person, DAY, "09:00", "10:00", contract_id=contract, task_id=5)
    add_time(owner, person, DAY, "10:00", "11:00", contract_id=contract)
    add_time(owner, person, DAY, "11:00", "12:00")
    assert clock_times(entries(owner, person, DAY, project_id=100)) == [("09:00", "10:00"), ("10:00", "11:00")]
    assert clock_times(entries(owner, person, DAY, task_id=5)) == [("09:00", "10:00")]
    assert entries(owner, person, DAY, project_id=200) == entries(owner, person, DAY, task_id=6) == []


def test_listing_needs_a_member_and_a_date(owner):
    assert list(owner.get("/time-entries", workspace_id=1).faults) == ["user_id", "date"]
    for user_id in (20, 99999):
        assert owner.get("/time-entries", workspace_id=1, user_id=user_id, date=DAY).failure == (404, "not_found")


def test_a_client_without_workspace_id(owner, person):
    """As a published dashboard asks (contract 2.9)."""
    add_time(owner, person, DAY, "09:00", "10:30")
    [row] = owner.get("/time-entries", user_id=person, date=DAY).data
    assert row["total_minutes"] == row["duration_minutes"] == 90


# ---- changing ----

@pytest.fixture
def entry(owner, person):
    contract = new_contract(owner, 100, person)["id"]
    add_time(owner, person, DAY, "09:00", "12:00", contract_id=contract, task_id=5, notes="first")
    return entries(owner, person, DAY)[0]


def get(owner, entry, date=DAY):
    return {row["id"]: row for row in entries(owner, entry["user_id"], date)}.get(entry["id"])


def test_one_time_given_keeps_the_other(owner, entry):
    reply = update(owner, entry, start_time="08:00")
    assert (reply.message, reply.data) == ("Time entry updated successfully", None)
    assert clock_times([get(owner, entry)]) == [("08:00", "12:00")]
    update(owner, entry, end_time="11:00")
    assert clock_times([get(owner, entry)]) == [("08:00", "11:00")]
    assert get(owner, entry)["duration_minutes"] == 180


def test_time_moves_to_no_paused_contract(owner, person, entry):
    project = new_project(owner)["id"]
    contract = new_contract(owner, project, person)["id"]
    owner.put(f"/contracts/{contract}", json={"status": "paused"}, workspace_id=1)
    assert update(owner, entry, project_id=project).failure == (400, "contract_paused")
    assert get(owner, entry) == entry


def test_what_is_not_given_stays(owner, entry):
    update(owner, entry, start_time="08:00")
    assert get(owner, entry) == {**entry, "start_time": f"{DAY}T08:00:00+00:00", "start_local": "08:00",
                                 "duration_minutes": 240, "total_minutes": 240}
    update(owner, entry, notes=None)
    assert get(owner, entry)["activity_description"] is None
    update(owner, entry, task_id=None)
    assert get(owner, entry)["task_id"] is None


def test_another_day(owner, entry):
    update(owner, entry, date="2024-01-16")
    assert get(owner, entry) is None
    assert clock_times([get(owner, entry, "2024-01-16")]) == [("09:00", "12:00")]


def test_another_project_takes_its_contract_and_drops_the_task(owner, entry):
    project = new_project(owner)["id"]
    assert list(update(owner, entry, project_id=project).faults) == ["project_id"]
    contract = new_contract(owner, project, entry["user_id"])["id"]
    assert update(owner, entry, project_id=project).status == 200
    changed = get(owner, entry)
    assert (changed["project_id"], changed["contract_id"], changed["task_id"]) == (project, contract, None)
    assert list(update(owner, entry, task_id=5).faults) == ["task_id"]
    update(owner, entry, project_id=None)
    changed = get(owner, entry)
    assert (changed["project_id"], changed["contract_id"], changed["task_id"]) == (None, None, None)


def test_what_was_read_can_be_written_back(owner, entry):
    """Also when the task was deleted since: the entry keeps it."""
    task = owner.post("/tasks", json={"workspace_id": 1, "project_id": 100, "title": "Short"}).data["id"]
    update(owner, entry, task_id=task)
    owner.delete(f"/tasks/{task}", workspace_id=1, project_id=100)
    owner.delete(f"/contracts/{entry['contract_id']}", workspace_id=1)
    assert update(owner, entry, project_id=100, task_id=task, date=DAY, start_time="09:00", end_time="12:00",
                  notes="again").status == 200
    assert get(owner, entry) == {**entry, "task_id": task, "task_title": "Short", "activity_description": "again"}


def test_a_change_is_checked_for_overlaps(owner, entry):
    add_time(owner, entry["user_id"], DAY, "13:00", "14:00")
    reply = update(owner, entry, end_time="15:00")
    assert reply.message == "Time entry updated successfully: 5 hr of 6 hr, the rest overlaps other time."
    assert clock_times(entries(owner, entry["user_id"], DAY)) == [("09:00", "13:00"), ("13:00", "14:00"),
                                                                  ("14:00", "15:00")]
    assert get(owner, entry)["start_time"] == f"{DAY}T09:00:00+00:00"
    before = entries(owner, entry["user_id"], DAY)
    assert update(owner, entry, start_time="13:00", end_time="14:00").failure == (400, "time_taken")
    assert entries(owner, entry["user_id"], DAY) == before


def test_a_change_is_checked_for_limits(owner, entry):
    limit(owner, entry["user_id"], 4)
    reply = update(owner, entry, end_time="17:00")
    assert reply.message == "Time entry updated successfully: 4 hr of 8 hr, the rest exceeds a weekly limit."
    assert clock_times([get(owner, entry)]) == [("09:00", "13:00")]
    limit(owner, entry["user_id"], 1)
    update(owner, entry, notes="the time itself is not touched")
    assert clock_times([get(owner, entry)]) == [("09:00", "13:00")]


def test_time_that_there_is_stays_within_a_limit_that_was_lowered(owner, entry):
    """A correction costs no more than what it takes off."""
    add_time(owner, entry["user_id"], "2024-01-16", "09:00", "12:00")
    limit(owner, entry["user_id"], 2)
    owner.put(f"/contracts/{entry['contract_id']}", json={"weekly_hours_limit": 1}, workspace_id=1)
    update(owner, entry, end_time="11:30")
    assert clock_times([get(owner, entry)]) == [("09:00", "11:30")]
    update(owner, entry, date="2024-01-17", end_time="12:00")
    assert clock_times([get(owner, entry, "2024-01-17")]) == [("09:00", "11:30")], "no more than it had"
    before = get(owner, entry, "2024-01-17")
    assert update(owner, entry, date="2024-01-23").failure == (400, "limit_reached"), "another week had none of it"
    assert get(owner, entry, "2024-01-17") == before, "an edit that asks for no more time deletes none"


@pytest.mark.parametrize("fields, name", [
    ({"start_time": "13:00"}, "end_time"), ({"end_time": "08:00"}, "end_time"), ({"date": "2024-13-01"}, "date"),
    ({"start_time": "x"}, "start_time"), ({"project_id": 200}, "project_id")])
def test_a_change_with_faults(owner, entry, fields, name):
    assert list(update(owner, entry, **fields).faults) == [name]
    assert get(owner, entry) == entry


def test_a_change_to_a_task_that_is_not_there(owner, entry):
    reply = update(owner, entry, task_id=50)
    assert (reply.failure, reply.message) == ((404, "not_found"), "The task was not found.")
    assert get(owner, entry) == entry


def test_delete(owner, entry):
    reply = delete(owner, entry)
    assert (reply.message, reply.data) == ("Time entry deleted successfully", None)
    assert get(owner, entry) is None
    assert delete(owner, entry).failure == update(owner, entry, notes="x").failure == (404, "not_found")
    assert add_time(owner, entry["user_id"], DAY, "09:00", "12:00").body["saved_minutes"] == 180


def test_delete_gives_the_limit_back(owner, person):
    limit(owner, person, 2)
    add_time(owner, person, DAY, "09:00", "11:00")
    delete(owner, entries(owner, person, DAY)[0])
    assert add_time(owner, person, DAY, "09:00", "11:00").body["saved_minutes"] == 120


# ---- ids ----

def altered(text):
    """With another last digit, another first digit, and cut."""
    yield text[:-1] + ("0" if text[-1] != "0" else "1")
    yield ("0" if text[0] != "0" else "1") + text[1:]
    yield text[:-1]
    yield text.replace("-", "")
    yield text + "0"


def test_ids_are_opaque(owner, other_owner, entry):
    for id in [*altered(entry["id"]), "1", "0", "-1", "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "%20", "x" * 300]:
        for send in (owner.put, owner.delete):
            assert send(f"/time-entries/{id}", json={"workspace_id": 1}).failure == (404, "not_found"), id
    for send in (other_owner.put, other_owner.delete):
        assert send(f"/time-entries/{entry['id']}", json={"workspace_id": 2}).failure == (404, "not_found")
    assert owner.put(f"/time-entries/{entry['id'].upper()}", json={"workspace_id": 1}).status == 200
    assert get(owner, entry) == entry


def test_ids_stay_the_same_over_a_restart(start_server):
    from client import Client
    server = start_server()
    before = add_time(Client(server, "demo-owner"), 123, DAY, "09:00", "10:00").data["id"]
    server.stop()
    again = Client(start_server(database=server.database), "demo-owner")
    assert [row["id"] for row in entries(again, 123, DAY)] == [before]


# ---- places ----

def test_workspace_id_and_forms(owner, person):
    form = {"user_id": person, "date": DAY, "start_time": "09:00", "end_time": "10:00"}
    assert owner.post("/time-entries", form=form, workspace_id=1).status == 201
    [row] = entries(owner, person, DAY)
    assert owner.put(f"/time-entries/{row['id']}", form={"notes": "x", "workspace_id": 1}).status == 200
    assert owner.delete(f"/time-entries/{row['id']}", workspace_id=1).status == 200


def test_a_repeated_request_adds_nothing(owner, person):
    set_clock(owner, f"{DAY}T09:00:00Z")
    body = {"workspace_id": 1, "user_id": person, "date": DAY, "start_time": "09:00", "end_time": "10:00"}
    replies = [owner.post("/time-entries", json=body, headers={"Idempotency-Key": f"entry-{person}"}) for _ in range(3)]
    assert len({reply.data["id"] for reply in replies}) == 1
    assert minutes(entries(owner, person, DAY)) == 60
