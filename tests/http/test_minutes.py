"""Seconds are kept, and minutes dealt out of them: nothing is lost between the pieces, and nothing is paid twice."""

import itertools
import pathlib
import re

import pytest
from client import Client
from scenario import (add_time, advance_clock, check_books, entries, new_contract, new_member, new_project,
                      run_sql, set_clock)

DAY = "2024-01-15"  # a Monday
numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def later(owner):
    set_clock(owner, "2024-01-20T00:00:00Z")


@pytest.fixture
def person(owner):
    return new_member(owner)


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def clock(second):
    return f"{DAY}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def send(owner, person, spans, fraction=("", "")):
    """(start, end) in seconds of the day."""
    batch = [{"id": f"m{next(numbers)}", "start": f"{clock(start)}{fraction[0]}Z", "end": f"{clock(end)}{fraction[1]}Z",
              "activity_level": 37}
             for start, end in spans]
    data = owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": person, "slots": batch}).data
    assert data["accepted"] == len(batch)
    return data["saved_minutes"]


def total(owner, person, day=DAY):
    return sum(row["total_minutes"] for row in entries(owner, person, day, per_page=50))


def row(count, length, step, start=32400):
    return [(start + step * index, start + step * index + length) for index in range(count)]


def test_a_device_that_leaves_out_seconds(owner, person):
    """480 slots that end at :59: eight hours less eight minutes, not nothing."""
    assert send(owner, person, row(480, 59, 60)) == 480 * 59 // 60 == total(owner, person)


def test_short_slots_over_the_full_minute_count_their_seconds(owner, person):
    assert send(owner, person, [(36059, 36061), (36119, 36121), (36179, 36181)]) == 0


def test_the_seconds_of_a_day_go_on_from_one_slot_to_the_next(owner, person):
    assert [send(owner, person, [span]) for span in row(6, 599, 600)] == [9, 10, 10, 10, 10, 10]


def test_fractions_are_rounded(owner, person):
    """A device that ends its slots a thousandth before the next."""
    assert send(owner, person, row(144, 599, 600, start=0), (".000", ".999")) == 1440


def test_trackers_of_seconds(owner, person):
    set_clock(owner, f"{DAY}T09:00:00Z")
    minutes = []
    for _ in range(4):
        body = {"workspace_id": 1, "user_id": person}
        owner.post("/time-tracking/start", json=body)
        advance_clock(owner, 45)
        data = owner.get("/time-tracking/current-data", workspace_id=1, user_id=person).data
        minutes.append(owner.post("/time-tracking/stop", json=body).data["total_minutes"])
        assert data["total_minutes"] == sum(minutes), "what is shown is what a stop saves"
        advance_clock(owner, 100)
    assert minutes == [0, 1, 1, 1]


def test_breaks_and_work_are_apart(owner, person):
    send(owner, person, [(36000, 36030), (36060, 36090)])
    batch = [{"id": f"m{next(numbers)}", "start": clock(36030) + "Z", "end": clock(36060) + "Z", "method": "break"}]
    owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": person, "slots": batch})
    assert [(row["method"], row["total_minutes"]) for row in entries(owner, person, DAY)] == [
        ("Desktop tracker", 0), ("Break", 0), ("Desktop tracker", 1)]


def test_what_is_entered_keeps_its_minutes(owner, person):
    """Whatever seconds there are around it; and what is deleted between takes no others' seconds along."""
    send(owner, person, [(36000, 36030)])
    reply = add_time(owner, person, DAY, "11:00", "12:00")
    assert (reply.body["saved_minutes"], reply.message) == (60, "1 hr successfully added for Ada Byron.")
    send(owner, person, [(50000, 50030)])
    assert [row["total_minutes"] for row in entries(owner, person, DAY)] == [0, 60, 1]
    first = entries(owner, person, DAY)[0]["id"]
    owner.delete(f"/time-entries/{first}", workspace_id=1)
    assert [row["total_minutes"] for row in entries(owner, person, DAY)] == [60, 0]


@pytest.mark.parametrize("apart", ["contract_id", "task_id", "method"])
def test_what_alternates_has_each_its_minutes(owner, person, apart):
    """Two of a kind that take turns by half minutes: neither pays for the other, whichever came first."""
    contracts = [new_contract(owner, new_project(owner)["id"], person) for _ in range(2)]
    tasks = [owner.post("/tasks", json={"title": "T"}, workspace_id=1, project_id=contracts[0]["project_id"]).data["id"]
             for _ in range(2)]
    values = {"contract_id": [each["id"] for each in contracts], "task_id": tasks, "method": ["desktop", "idle"]}[apart]
    for first in (0, 1, 2):
        batch = [{"id": f"m{next(numbers)}", "start": clock(start) + "Z", "end": clock(end) + "Z",
                  "contract_id": contracts[0]["id"], apart: values[index % 2]}
                 for index, (start, end) in enumerate(row(80, 30, 30)) if index % 3 == first]
        owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": person, "slots": batch})
    parts = {}
    for entry in entries(owner, person, DAY, per_page=100):
        parts.setdefault(entry[apart], []).append(entry["total_minutes"])
    assert [sum(part) for part in parts.values()] == [20, 20]


def test_a_limit_holds_to_the_second(owner, person):
    owner.put(f"/members/{person}", json={"weekly_hours_limit": 1}, workspace_id=1)
    assert send(owner, person, row(70, 59, 60)) == 60
    last = entries(owner, person, DAY, per_page=50)[-1]
    assert (last["start_time"][11:19], last["end_time"][11:19]) == ("10:01:00", "10:01:01"), "61 x 59 s and 1 s"
    assert add_time(owner, person, "2024-01-16", "09:00", "09:01").failure == (400, "limit_reached")


def test_the_end_of_the_work_of_other_days_is_not_asked(owner, person):
    """A day is dealt out by itself."""
    send(owner, person, [(86369, 86399)])
    batch = [{"id": f"m{next(numbers)}", "start": "2024-01-16T00:00:00Z", "end": "2024-01-16T00:00:30Z"}]
    owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": person, "slots": batch})
    assert total(owner, person) == total(owner, person, "2024-01-16") == 0


# ---- days from before ----

BEFORE = """
DROP TABLE redealt_minutes;
DROP TABLE daily_minutes;
CREATE TABLE daily_minutes (workspace_id BIGINT, day BIGINT, user_id BIGINT, contract_id BIGINT, method BIGINT,
                            minutes BIGINT);
INSERT INTO daily_minutes (workspace_id, day, user_id, contract_id, method, minutes)
SELECT workspace_id, day, user_id, COALESCE(contract_id, 0), method, sum(end_at / 60 - start_at / 60)
FROM time_entries GROUP BY workspace_id, day, user_id, COALESCE(contract_id, 0), method;
ALTER TABLE workspace_settings DROP COLUMN activity_sensitivity;
ALTER TABLE time_entries DROP COLUMN minutes"""
SEEN = {"tracked_slots": ["keys", "clicks", "scrolls", "inactive_seconds"],
        "time_entries": ["activity_seconds", "inactive_seconds", "keys", "clicks", "scrolls", "level_seconds",
                         "level_points"]}
MIGRATIONS = [path.read_text() for name in ("*_dealt_minutes", "*_activity")
              for path in (pathlib.Path(__file__).resolve().parents[2] / "sql" / "migrations").glob(name + ".sql")]


def test_days_from_before_are_dealt_out_anew(stint, start_server):
    """A database of the versions before had the minutes of the clock that each entry crosses, and no activity."""
    server = start_server()
    client = Client(server, "demo-owner")
    set_clock(client, "2024-01-20T00:00:00Z")
    contract = new_contract(client, 100, new_member(client))
    person = contract["user_id"]
    send(client, person, row(100, 59, 60))
    send(client, person, [(60059 + 60 * index, 60061 + 60 * index) for index in range(7)])
    add_time(client, person, DAY, "20:00", "21:00", contract_id=contract["id"])
    add_time(client, person, "2024-01-16", "20:00", "21:00")
    after = total(client, person)
    assert after == (100 * 59 + 14) // 60 + 60
    server.stop()
    without = [f"ALTER TABLE {table} DROP COLUMN {column}" for table, columns in SEEN.items() for column in columns]
    for statement in BEFORE.split(";\n") + without + re.sub(" *--.*", "", "".join(MIGRATIONS)).split(";\n"):
        if statement.strip():
            run_sql(server, statement)
    check_books(stint, server)
    assert run_sql(server, f"SELECT sum(minutes) FROM daily_minutes WHERE user_id = {person}") == str(after + 60)
    for column, value in {"user_id": person, "days": 1, "minutes_before": 7 + 60, "minutes_after": after}.items():
        assert run_sql(server, f"SELECT {column} FROM redealt_minutes") == str(value)
