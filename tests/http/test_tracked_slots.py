"""What trackers send (Stint's own): slots by themselves, entries from all of them together."""

import datetime
import itertools
import random

import pytest
from client import Client
from scenario import (add_time, advance_clock, check_books, clock_times, entries, new_colleague, new_contract,
                      new_member, new_project, set_clock, token_of)

DAY = "2024-01-15"  # a Monday
MIDNIGHT = datetime.datetime(2024, 1, 15, tzinfo=datetime.timezone.utc)
numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def later(owner):
    set_clock(owner, "2024-02-01T00:00:00Z")


@pytest.fixture
def person(owner):
    return new_member(owner)


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def instant(minute):
    return (MIDNIGHT + datetime.timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def slot(minute, length=10, **fields):
    """`minute` after the midnight of DAY."""
    return {"id": f"slot-{next(numbers)}", "start": instant(minute), "end": instant(minute + length),
            "activity_level": 50, **fields}


def slots(first, last, **fields):
    return [slot(minute, min(10, last - minute), **fields) for minute in range(first, last, 10)]


def send(client, batch, user_id=None):
    body = {"workspace_id": 1, "slots": batch} | ({"user_id": user_id} if user_id else {})
    return client.post("/tracked-slots", json=body).data


def limit(owner, user_id, hours):
    assert owner.put(f"/members/{user_id}", json={"weekly_hours_limit": hours}, workspace_id=1).status == 200


def picture(owner, user_id, days=("2024-01-14", DAY, "2024-01-16", "2024-01-21", "2024-01-22")):
    """What a member's timeline looks like, but for the ids."""
    return [{key: value for key, value in row.items() if key != "id"} for day in days
            for row in entries(owner, user_id, day)]


# ---- from slots to entries ----

def test_slots_in_a_row_become_one_entry(owner, person):
    contract = new_contract(owner, 100, person)["id"]
    batch = slots(540, 600, contract_id=contract, task_id=5, activity_description="Drawing")
    reply = send(owner, batch, person)
    assert {key: value for key, value in reply.items() if key != "results"} == {
        "accepted": 6, "duplicates": 0, "rejected": 0, "saved_minutes": 60}
    assert reply["results"][3] == {"index": 3, "id": batch[3]["id"], "status": "accepted", "field": None,
                                   "message": None, "saved_minutes": None}
    [entry] = entries(owner, person, DAY)
    assert clock_times([entry]) == [("09:00", "10:00")]
    assert (entry["method"], entry["task_id"], entry["activity_description"]) == ("Desktop tracker", 5, "Drawing")
    send(owner, slots(600, 620, contract_id=contract, task_id=5, activity_description="Drawing"), person)
    assert [row["id"] for row in entries(owner, person, DAY)] == [entry["id"]], "it grew"
    assert clock_times(entries(owner, person, DAY)) == [("09:00", "10:20")]


def test_what_differs_is_another_entry(owner, person):
    send(owner, [slot(540), slot(550, method="idle"), slot(560, activity_description="x"), slot(580, method="mobile"),
                 slot(590, method="extension"), slot(600, method="break")], person)
    assert [(row["method"], row["duration_minutes"]) for row in entries(owner, person, DAY)] == [
        ("Desktop tracker", 10), ("Idle time", 10), ("Desktop tracker", 10), ("Mobile tracker", 10),
        ("Extension tracker", 10), ("Break", 10)]


def test_over_midnight(owner, person):
    send(owner, [slot(1435)], person)
    assert [row["duration_minutes"] for row in entries(owner, person, DAY)] == [5]
    assert [row["duration_minutes"] for row in entries(owner, person, "2024-01-16")] == [5]


def test_ones_own_work(demo, stint, owner):
    set_clock(owner, "2024-01-08T00:00:00Z")
    email = "tracking-person@example.com"
    user_id = new_member(owner, email=email)
    client = Client(demo, token_of(stint, demo, email))
    set_clock(owner, "2024-02-01T00:00:00Z")
    assert send(client, slots(540, 560))["saved_minutes"] == 20
    assert send(client, slots(560, 580), user_id)["saved_minutes"] == 20
    assert clock_times(entries(owner, user_id, DAY)) == [("09:00", "09:40")]
    body = {"workspace_id": 1, "user_id": 100, "slots": slots(540, 560)}
    assert client.post("/tracked-slots", json=body).failure == (403, "forbidden")


def test_ones_own_work_of_long_ago(demo, stint, owner):
    """Needs somebody who may approve it: whoever may enter time sends it."""
    set_clock(owner, "2024-01-01T00:00:00Z")
    user_id, _, client = new_colleague(stint, owner)
    set_clock(owner, f"{DAY}T09:00:00Z")
    contract = new_contract(owner, 100, user_id)["id"]
    set_clock(owner, "2024-02-14T12:00:00Z")
    late = slot(0)  # 30 days
    assert [result["field"] for result in send(client, [late, slot(-1440), slot(-30 * 1440)])["results"]] == [
        None, "start", "start"]
    assert send(client, [late])["duplicates"] == 1
    assert [result["field"] for result in send(client, [
        slot(530, contract_id=contract), slot(540, contract_id=contract)])["results"]] == ["start", None]
    assert send(owner, [slot(-1440), slot(520, contract_id=contract)], user_id)["accepted"] == 2
    set_clock(owner, "2024-01-02T00:00:00Z")
    user_id, _, client = new_colleague(stint, owner)
    set_clock(owner, "2024-01-03T00:00:00Z")
    before = slot(-14 * 1440)
    assert [result["field"] for result in send(client, [before, slot(-13 * 1440)])["results"]] == ["start", None]


# ---- one by one ----

@pytest.mark.parametrize("fields, field", [
    ({"end": instant(540)}, "end"), ({"end": instant(530)}, "end"), ({"end": instant(551)}, "end"),
    ({"start": "yesterday"}, "start"), ({"start": None}, "start"), ({"id": ""}, "id"), ({"id": "x" * 65}, "id"),
    ({"activity_level": -1}, "activity_level"), ({"activity_level": 101}, "activity_level"),
    ({"keys": -1}, "keys"), ({"clicks": 100001}, "clicks"), ({"scrolls": "many"}, "scrolls"), ({"keys": 1.5}, "keys"),
    ({"inactive_seconds": 601}, "inactive_seconds"),
    ({"end": instant(545), "inactive_seconds": 301}, "inactive_seconds"),
    ({"method": "guess"}, "method"), ({"method": "Paid leave"}, "method"), ({"contract_id": 20}, "contract_id"),
    ({"contract_id": 99999}, "contract_id"), ({"task_id": 5}, "task_id"),
    ({"start": "2024-02-01T00:10:00Z", "end": "2024-02-01T00:20:00Z"}, "end"),
    ({"start": "1969-12-31T00:00:00Z", "end": "1969-12-31T00:10:00Z"}, "start"),
    ({"activity_description": "x" * 1001}, "activity_description")])
def test_a_bad_slot_is_reported_and_the_others_count(owner, person, fields, field):
    batch = [slot(530), slot(540) | fields, slot(550)]
    reply = send(owner, batch, person)
    assert [result["status"] for result in reply["results"]] == ["accepted", "rejected", "accepted"]
    assert (reply["results"][1]["index"], reply["results"][1]["field"]) == (1, field)
    assert reply["results"][1]["message"]
    assert (reply["accepted"], reply["rejected"], reply["saved_minutes"]) == (2, 1, 20)


@pytest.mark.parametrize("element", [7, None, "x", [], {}])
def test_an_element_that_is_no_slot(owner, person, element):
    reply = send(owner, [slot(530), element], person)
    assert [result["status"] for result in reply["results"]] == ["accepted", "rejected"]


@pytest.mark.parametrize("batch", [None, [], {}, "x", [{}] * 1001])
def test_a_list_that_is_none(owner, person, batch):
    body = {"workspace_id": 1, "user_id": person, "slots": batch}
    assert list(owner.post("/tracked-slots", json=body).faults) == ["slots"]


def test_strict_handling_reaches_the_slots(owner, person):
    body = {"workspace_id": 1, "user_id": person, "slots": [slot(540), slot(550, sloth=1)]}
    reply = owner.post("/tracked-slots", json=body, headers={"Prefer": "handling=strict"}).data
    assert [(result["status"], result["field"]) for result in reply["results"]] == [("accepted", None),
                                                                                   ("rejected", "sloth")]
    assert send(owner, [slot(560, sloth=1)], person)["accepted"] == 1


def test_a_paused_contract(owner, person):
    contract = new_contract(owner, 100, person)["id"]
    owner.put(f"/contracts/{contract}", json={"status": "paused"}, workspace_id=1)
    assert send(owner, [slot(540, contract_id=contract)], person)["results"][0]["field"] == "contract_id"


def test_a_large_batch(owner, person):
    assert send(owner, slots(0, 10000), person)["accepted"] == 1000
    assert sum(row["duration_minutes"] for row in entries(owner, person, "2024-01-18")) == 1440


# ---- replays ----

def test_a_replay_changes_nothing(owner, person):
    batch = slots(540, 600)
    send(owner, batch, person)
    before = entries(owner, person, DAY)
    reply = send(owner, batch, person)
    assert (reply["accepted"], reply["duplicates"], reply["saved_minutes"]) == (0, 6, 0)
    reply = send(owner, batch[3:] + slots(600, 610), person)
    assert (reply["accepted"], reply["duplicates"], reply["saved_minutes"]) == (1, 3, 10)
    assert [row["id"] for row in entries(owner, person, DAY)] == [row["id"] for row in before]


def test_a_replay_is_one_also_when_the_contract_is_paused_by_now(owner, person):
    contract = new_contract(owner, 100, person)["id"]
    batch = slots(540, 560, contract_id=contract, task_id=5)
    send(owner, batch, person)
    owner.put(f"/contracts/{contract}", json={"status": "paused"}, workspace_id=1)
    reply = send(owner, batch + slots(560, 570, contract_id=contract), person)
    assert [result["status"] for result in reply["results"]] == ["duplicate", "duplicate", "rejected"]


def new_task(owner, project_id):
    return owner.post("/tasks", json={"workspace_id": 1, "project_id": project_id, "title": "A task"}).data["id"]


@pytest.mark.parametrize("end", [
    lambda owner, contract, task: owner.delete(f"/contracts/{contract['id']}", workspace_id=1),
    lambda owner, contract, task: owner.delete(f"/projects/{contract['project_id']}", workspace_id=1),
    lambda owner, contract, task: owner.delete(f"/tasks/{task}", workspace_id=1, project_id=contract["project_id"]),
], ids=["contract", "project", "task"])
def test_work_from_before_the_end_counts_however_late_it_comes(owner, person, end):
    contract = new_contract(owner, new_project(owner)["id"], person)
    task = new_task(owner, contract["project_id"])
    set_clock(owner, f"{DAY}T12:00:00Z")
    assert end(owner, contract, task).status == 200
    set_clock(owner, f"{DAY}T15:00:00Z")
    batch = slots(700, 740, contract_id=contract["id"], task_id=task)
    reply = send(owner, batch, person)
    assert [result["status"] for result in reply["results"]] == ["accepted", "accepted", "rejected", "rejected"]
    [entry] = entries(owner, person, DAY)
    assert clock_times([entry]) == [("11:40", "12:00")]
    assert (entry["contract_id"], entry["task_id"]) == (contract["id"], task)


def test_the_same_id_for_another_time_is_refused(owner, person):
    first = slot(540)
    send(owner, [first], person)
    reply = send(owner, [slot(600) | {"id": first["id"]}], person)
    assert [(result["status"], result["field"]) for result in reply["results"]] == [("rejected", "id")]
    assert clock_times(entries(owner, person, DAY)) == [("09:00", "09:10")]


def test_ids_are_a_members_own(owner, person):
    other = new_member(owner)
    first = slot(540)
    assert send(owner, [first], person)["accepted"] == send(owner, [first], other)["accepted"] == 1


# ---- the order does not matter ----

def overlapping_work(contract):
    """Two devices, a break, a limit that does not last, midnight and the end of a week."""
    return (slots(600, 720, contract_id=contract) + slots(605, 665, method="mobile") + slots(660, 690, method="break") +
            slots(1400, 1500) + slots(6 * 1440 + 1380, 7 * 1440 + 60, contract_id=contract) +
            [slot(minute, 3, activity_description=f"{minute}") for minute in range(700, 760, 4)])


@pytest.mark.parametrize("seed", range(6))
def test_late_batches_in_any_order_give_the_same_timeline(owner, seed):
    chance = random.Random(seed)
    people = [new_member(owner), new_member(owner)]
    contracts = [new_contract(owner, 100, each, weekly_hours_limit=2)["id"] for each in people]
    work = overlapping_work(None)
    for person in people:
        limit(owner, person, 5)
    add = [{**each, "contract_id": None} for each in work]
    in_order = sorted(add, key=lambda each: (each["start"], each["id"]))
    send(owner, in_order, people[0])
    chance.shuffle(add)
    while add:
        size = chance.randint(1, 9)
        batch, add = add[:size], add[size:]
        send(owner, batch + chance.sample(batch, 1), people[1])
    assert contracts
    expected = [{**row, "user_id": people[1]} for row in picture(owner, people[0])]
    assert picture(owner, people[1]) == expected
    assert sum(row["duration_minutes"] for row in expected if row["method"] != "Break") > 200


def test_slots_that_a_limit_keeps_out_are_told(owner, person):
    limit(owner, person, 1)
    add_time(owner, person, DAY, "09:00", "09:45")
    reply = send(owner, [slot(600), slot(610), slot(620), slot(630, method="break"), slot(540)], person)
    assert [(result["status"], result["saved_minutes"]) for result in reply["results"]] == [
        ("accepted", None), ("limited", 5), ("limited", 0), ("accepted", None), ("accepted", None)]
    assert (reply["accepted"], reply["saved_minutes"]) == (5, 25)
    assert [result["status"] for result in send(owner, [slot(640)], person)["results"]] == ["limited"]


def test_what_a_limit_cut_comes_back_when_there_is_room(owner, person):
    limit(owner, person, 1)
    assert send(owner, slots(600, 700), person)["saved_minutes"] == 60
    assert clock_times(entries(owner, person, DAY)) == [("10:00", "11:00")]
    assert send(owner, slots(540, 570), person)["saved_minutes"] == 0, "earlier slots take from later ones"
    assert clock_times(entries(owner, person, DAY)) == [("09:00", "09:30"), ("10:00", "10:30")]


@pytest.mark.parametrize("later", ["a slot", "a deleted entry"])
def test_a_limit_that_is_lowered_takes_nothing_back(owner, person, later):
    """A limit holds for what comes: time that was granted under the old one was worked in good faith."""
    one = new_contract(owner, 100, person)["id"]
    send(owner, slots(540, 660, contract_id=one) + slots(660, 720), person)
    add_time(owner, person, DAY, "20:00", "20:30")
    limit(owner, person, 2)
    owner.put(f"/contracts/{one}", json={"weekly_hours_limit": 1}, workspace_id=1)
    before = entries(owner, person, DAY)
    if later == "a slot":
        assert send(owner, [slot(800), slot(820, contract_id=one)], person)["saved_minutes"] == 0
        assert entries(owner, person, DAY) == before
    else:
        owner.delete(f"/time-entries/{before[-1]['id']}", workspace_id=1)
        assert entries(owner, person, DAY) == before[:-1]


def test_breaks_do_not_count_for_the_limit(owner, person):
    limit(owner, person, 1)
    send(owner, slots(540, 600, method="break") + slots(600, 660), person)
    assert sum(row["duration_minutes"] for row in entries(owner, person, DAY)) == 120


# ---- beside what people do by hand ----

def test_slots_fill_what_is_free(owner, person):
    add_time(owner, person, DAY, "09:15", "09:45")
    assert send(owner, slots(540, 600), person)["saved_minutes"] == 30
    assert clock_times(entries(owner, person, DAY)) == [("09:00", "09:15"), ("09:15", "09:45"), ("09:45", "10:00")]


def test_what_was_deleted_stays_deleted(owner, person):
    send(owner, slots(540, 600), person)
    [entry] = entries(owner, person, DAY)
    assert owner.delete(f"/time-entries/{entry['id']}", workspace_id=1).status == 200
    assert send(owner, [slot(545, 5, id=f"late-{person}"), slot(600)], person)["saved_minutes"] == 10
    assert clock_times(entries(owner, person, DAY)) == [("10:00", "10:10")]


def test_what_was_changed_stays_changed(owner, person):
    send(owner, slots(540, 600), person)
    [entry] = entries(owner, person, DAY)
    assert owner.put(f"/time-entries/{entry['id']}", json={"end_time": "09:30", "notes": "half"},
                     workspace_id=1).status == 200
    send(owner, slots(600, 620), person)
    assert [(row["start_time"][11:16], row["end_time"][11:16], row["activity_description"])
            for row in entries(owner, person, DAY)] == [("09:00", "09:30", "half"), ("10:00", "10:20", None)]
    assert entries(owner, person, DAY)[0]["id"] == entry["id"]


def test_a_note_is_not_lost_to_a_late_slot(owner, person):
    send(owner, slots(540, 560), person)
    [entry] = entries(owner, person, DAY)
    owner.put(f"/time-entries/{entry['id']}", json={"notes": "by hand"}, workspace_id=1)
    send(owner, slots(560, 580), person)
    assert [(row["duration_minutes"], row["activity_description"]) for row in entries(owner, person, DAY)] == [
        (20, "by hand"), (20, None)]


def test_deleting_makes_room_for_slots_that_a_limit_cut(owner, person):
    limit(owner, person, 1)
    add_time(owner, person, DAY, "08:00", "08:50")
    assert send(owner, slots(540, 600), person)["saved_minutes"] == 10
    owner.delete(f"/time-entries/{entries(owner, person, DAY)[0]['id']}", workspace_id=1)
    assert clock_times(entries(owner, person, DAY)) == [("09:00", "10:00")]


def test_slots_and_the_running_tracker(owner, person):
    set_clock(owner, f"{DAY}T09:00:00Z")
    limit(owner, person, 2)
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": person})
    send(owner, slots(420, 480), person)
    advance_clock(owner, 3600)
    reply = owner.get("/time-tracking/current-data", workspace_id=1, user_id=person)
    assert reply.failure == (400, "not_tracking"), "one hour of slots, one of the tracker"
    assert clock_times(entries(owner, person, DAY)) == [("07:00", "08:00"), ("09:00", "10:00")]


# ---- the usual case: slots that come in their order ----

def in_order(contract, chance):
    """Two days of work, most of it without gaps, some of it with other notes, in both weeks."""
    work, minute = [], 480
    while minute < 8 * 1440:
        length = chance.choice([10, 10, 10, 7, 3])
        work.append(slot(minute, length, contract_id=chance.choice([contract, contract, None]),
                         method=chance.choice(["desktop"] * 8 + ["break", "idle"]),
                         activity_description=chance.choice([None, None, "Drawing"])))
        minute += length + chance.choice([0] * 12 + [5, 600])
    return work


@pytest.mark.parametrize("seed, hours", [(1, 168), (2, 60), (3, 20)])
def test_slots_in_their_order_give_what_all_of_them_give_together(owner, seed, hours):
    """Whose limits are older than the week is derived from the new slots on, else the whole week is. Both are asked the
    same, with time of other kinds between."""
    people, contracts = [], []
    for since in ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"):
        set_clock(owner, since)
        people.append(new_member(owner))
        limit(owner, people[-1], hours)
        contracts.append(new_contract(owner, 100, people[-1], weekly_hours_limit=hours - 5)["id"])
    set_clock(owner, "2024-02-01T00:00:00Z")
    pictures = []
    for person, contract in zip(people, contracts):
        chance = random.Random(seed)
        add_time(owner, person, "2024-01-17", "10:00", "10:30")
        for first, work in enumerate(batches(in_order(contract, chance), chance)):
            send(owner, work, person)
            if first % 20 == 10:
                rows = picture_with_ids(owner, person)
                owner.delete(f"/time-entries/{chance.choice(rows)['id']}", workspace_id=1)
        pictures.append([{key: row[key] for key in ("start_time", "end_time", "method", "activity_description",
                                                    "project_id")} for row in picture_with_ids(owner, person)])
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) > 30


def batches(work, chance):
    while work:
        size = chance.randint(1, 12)
        yield work[:size]
        work = work[size:]


def picture_with_ids(owner, person):
    return [row for day in range(15, 23) for row in entries(owner, person, f"2024-01-{day}", per_page=50)]


# ---- as much as a request and a week may take ----

def test_a_request_touches_five_weeks(owner, person):
    """What is left out is named, and taken when it comes alone: work by work, nothing is lost."""
    work = [slot(-week * 7 * 1440 + 600) for week in range(7)]
    reply = send(owner, work, person)
    assert [result["status"] for result in reply["results"]] == ["accepted"] * 5 + ["rejected"] * 2
    assert (reply["results"][5]["field"], reply["saved_minutes"]) == ("start", 50)
    reply = send(owner, work, person)
    assert [result["status"] for result in reply["results"]] == ["duplicate"] * 5 + ["accepted"] * 2
    assert reply["saved_minutes"] == 20


def test_a_week_takes_a_bounded_number_of_slots(owner, person):
    """Twice as many as slots of ten minutes fill it. What is over is refused by itself, and for good."""
    seconds = [{"id": f"s{index}", "start": second(3 * index), "end": second(3 * index + 2)} for index in range(2018)]
    for first in range(0, 2000, 1000):
        assert send(owner, seconds[first:first + 1000], person)["accepted"] == 1000
    reply = send(owner, seconds[2000:] + [slot(7 * 1440)], person)
    assert [result["status"] for result in reply["results"]] == ["accepted"] * 16 + ["rejected"] * 2 + ["accepted"]
    assert reply["results"][17]["field"] == "start"
    assert send(owner, seconds[:1000], person)["duplicates"] == 1000
    [*_, last] = entries(owner, person, DAY, per_page=50)
    assert owner.delete(f"/time-entries/{last['id']}", workspace_id=1).status == 200


def second(count):
    return (MIDNIGHT + datetime.timedelta(seconds=count)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_id_twice_in_one_request(owner, person):
    first = slot(540)
    reply = send(owner, [first, first, first | {"end": instant(545)}], person)
    assert [result["status"] for result in reply["results"]] == ["accepted", "duplicate", "rejected"]
    assert reply["saved_minutes"] == 10
