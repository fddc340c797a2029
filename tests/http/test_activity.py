"""What trackers see of their users (contract 4, "Activity level"): it stands with the time that counts."""

import datetime
import itertools

import pytest
from client import Client
from scenario import add_time, check_books, entries, new_colleague, new_contract, new_member, run_sql, set_clock

DAY = "2024-01-15"  # a Monday
NEXT = "2024-01-16"
COLUMNS = ("activity_seconds", "inactive_seconds", "keys", "clicks", "scrolls", "level_seconds", "level_points")
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


def slot(start, seconds=600, day=DAY, **fields):
    """`start`: HH:MM in UTC."""
    begin = datetime.datetime.fromisoformat(f"{day}T{start}:00+00:00")
    return {"id": f"a{next(numbers)}", "start": begin.isoformat(),
            "end": (begin + datetime.timedelta(seconds=seconds)).isoformat(), **fields}


def counted(start, keys, clicks=0, scrolls=0, inactive_seconds=0, **fields):
    return slot(start, keys=keys, clicks=clicks, scrolls=scrolls, inactive_seconds=inactive_seconds, **fields)


def send(owner, person, *slots):
    return owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": person, "slots": list(slots)}).data


def seen(demo, person, day=DAY, which="TRUE"):
    """The sums of a day, without those that are 0."""
    number = (datetime.date.fromisoformat(day) - datetime.date(1970, 1, 1)).days
    sums = " || ' ' || ".join(f"COALESCE(sum({column}), 0)" for column in COLUMNS)
    row = run_sql(demo, f"SELECT {sums} FROM daily_minutes WHERE workspace_id = 1 AND user_id = {person} "
                        f"AND day = {number} AND {which}")
    return {column: int(value) for column, value in zip(COLUMNS, row.split()) if int(value)}


# ---- what counts once ----

def test_counts_of_a_day_add_up(demo, owner, person):
    batch = [counted("09:00", 100, 20, 5, 60), counted("09:10", 50), slot("09:20", clicks=7)]
    assert send(owner, person, *batch)["accepted"] == 3
    expected = {"activity_seconds": 1800, "inactive_seconds": 60, "keys": 150, "clicks": 27, "scrolls": 5}
    assert seen(demo, person) == expected
    assert send(owner, person, *batch)["duplicates"] == 3
    assert send(owner, person, counted("09:30", 100, id=batch[0]["id"]), counted("09:40", -1))["rejected"] == 2
    assert seen(demo, person) == expected, "what is sent again, or refused, is not counted"


def test_of_a_slot_that_counts_nothing_the_level_is_kept(demo, owner, person):
    send(owner, person, slot("09:00", activity_level=80), slot("09:10", 300, activity_level=20), slot("09:20"),
         counted("09:30", 9, activity_level=70))
    assert seen(demo, person) == {"activity_seconds": 2100, "keys": 9, "level_seconds": 1500,
                                  "level_points": 600 * 80 + 300 * 20}


def test_each_contract_and_each_kind_has_its_own(demo, owner, person):
    contract = new_contract(owner, 100, person)["id"]
    send(owner, person, counted("09:00", 10, contract_id=contract), counted("09:10", 20),
         counted("09:20", 40, method="break"))
    assert seen(demo, person, which=f"contract_id = {contract}")["keys"] == 10
    assert seen(demo, person, which="method = 8")["keys"] == 40
    assert seen(demo, person)["keys"] == 70


@pytest.mark.parametrize("zone, midnight", [("UTC", "00:00"), ("Europe/Berlin", "23:00"), ("Asia/Kathmandu", "18:15")])
def test_over_midnight_whole_counts_and_nothing_lost(demo, owner, person, zone, midnight):
    """Four of ten minutes lie before the member's midnight."""
    owner.put(f"/members/{person}", json={"timezone": zone}, workspace_id=1)
    begin = datetime.datetime.fromisoformat(f"{NEXT if midnight == '00:00' else DAY}T{midnight}:00+00:00")
    begin -= datetime.timedelta(minutes=4)
    send(owner, person, counted(f"{begin:%H:%M}", 101, 1, 3, 9, day=f"{begin:%Y-%m-%d}"))
    assert seen(demo, person) == {"activity_seconds": 240, "inactive_seconds": 3, "keys": 40, "scrolls": 1}
    assert seen(demo, person, NEXT) == {"activity_seconds": 360, "inactive_seconds": 6, "keys": 61, "clicks": 1,
                                        "scrolls": 2}


# ---- only time that counts ----

def test_what_other_time_covers_is_not_counted(demo, owner, person):
    add_time(owner, person, DAY, "09:05", "09:10")
    send(owner, person, counted("09:00", 100))
    assert seen(demo, person) == {"activity_seconds": 300, "keys": 50}


def test_of_two_devices_the_earlier_slot_counts_whichever_comes_first(demo, owner, person):
    """An entry that stays as long as it was has other activity then."""
    send(owner, person, counted("09:00", 10), counted("09:10", 100))
    before = entries(owner, person, DAY)
    send(owner, person, counted("09:05", 1000))
    assert seen(demo, person) == {"activity_seconds": 1200, "keys": 10 + 500 + 50}
    assert entries(owner, person, DAY) == before


def test_what_a_limit_cuts_is_counted_when_there_is_room(demo, owner, person):
    add_time(owner, person, NEXT, "09:00", "10:55")
    owner.put(f"/members/{person}", json={"weekly_hours_limit": 2}, workspace_id=1)
    send(owner, person, counted("09:00", 100, 3))
    assert seen(demo, person) == {"activity_seconds": 300, "keys": 50, "clicks": 1}
    [entry] = entries(owner, person, NEXT)
    assert owner.delete(f"/time-entries/{entry['id']}", workspace_id=1).status == 200
    assert seen(demo, person) == {"activity_seconds": 600, "keys": 100, "clicks": 3}


def test_a_closed_day_keeps_what_it_had_until_it_is_open_again(stint, demo, owner):
    set_clock(owner, "2024-01-08T00:00:00Z")
    person, _, member = new_colleague(stint, owner)
    set_clock(owner, "2024-02-01T00:00:00Z")
    send(owner, person, counted("09:00", 100), counted("09:10", 100))
    sheet = owner.get("/timesheets", workspace_id=1, user_id=person, date_from=DAY, date_to=DAY).ids[0]
    assert owner.put(f"/timesheets/{sheet}/submit", json={"workspace_id": 1}).status == 200
    send(owner, person, counted("09:05", 1000), counted("09:20", 100))
    assert seen(demo, person) == {"activity_seconds": 1200, "keys": 200}
    assert member.put(f"/timesheets/{sheet}/unsubmit", json={"workspace_id": 1}).status == 200
    assert seen(demo, person) == {"activity_seconds": 1800, "keys": 100 + 500 + 50 + 100}


# ---- what people do with the time ----

def changed(owner, person, **fields):
    [entry] = entries(owner, person, DAY)
    return owner.put(f"/time-entries/{entry['id']}", json=fields, workspace_id=1).status


def test_time_that_is_taken_away_takes_it_along(demo, owner, person):
    send(owner, person, counted("09:00", 100))
    [entry] = entries(owner, person, DAY)
    owner.delete(f"/time-entries/{entry['id']}", workspace_id=1)
    assert seen(demo, person) == {}
    send(owner, person, counted("09:05", 100))
    assert seen(demo, person) == {"activity_seconds": 300, "keys": 50}, "there no slot counts any more"


@pytest.mark.parametrize("fields, kept", [
    ({"notes": "The landing page"}, (600, 100)),
    ({"end_time": "09:20"}, (600, 100)),
    ({"end_time": "09:05"}, (300, 50)),
    ({"start_time": "09:08", "end_time": "09:30"}, (120, 20)),
    ({"start_time": "15:00", "end_time": "15:10"}, (0, 0)),
    ({"project_id": 100}, (600, 100)),
])
def test_time_that_is_changed_keeps_it_where_it_was_seen(demo, owner, person, fields, kept):
    new_contract(owner, 100, person)
    send(owner, person, counted("09:00", 100))
    assert changed(owner, person, **fields) == 200
    assert seen(demo, person) == {name: value for name, value in zip(("activity_seconds", "keys"), kept) if value}


# ---- the books ----

@pytest.mark.parametrize("table, said", [("daily_minutes", "day"), ("time_entries", "entry")])
def test_check_finds_what_is_not_as_the_slots_say(stint, start_server, table, said):
    server = start_server()
    owner = Client(server, "demo-owner")
    set_clock(owner, "2024-02-01T00:00:00Z")
    send(owner, 100, counted("18:00", 100, 3))
    check_books(stint, server)
    run_sql(server, f"UPDATE {table} SET keys = keys + 1 WHERE keys > 0")
    checked = stint.run("check", "--database", server.database)
    assert checked.returncode == 1 and f"user 100: other activity is kept of {said} " in checked.stdout
