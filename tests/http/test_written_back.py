"""What was read of an entry can be written back: nothing moves. A change of one field changes nothing else."""

import datetime
import zoneinfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario import add_time, check_books, entries, new_colleague, new_contract, new_member, set_clock

ZONES = ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Havana",
         "Australia/Lord_Howe"]
# Days around which clocks change somewhere, and plain ones.
DAYS = ["2024-01-15", "2024-03-09", "2024-03-30", "2024-04-06", "2024-10-26", "2024-11-02", "2024-10-05"]
NOW = "2024-12-01T00:00:00Z"


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def move(owner, user_id, zone):
    assert owner.put(f"/members/{user_id}", json={"timezone": zone}, workspace_id=1).status == 200


def all_entries(owner, user_id, around, days=range(-3, 6)):
    around = datetime.date.fromisoformat(around)
    return [row for day in days for row in entries(owner, user_id, str(around + datetime.timedelta(days=day)),
                                                   per_page=50)]


def put(owner, row, **fields):
    return owner.put(f"/time-entries/{row['id']}", json={"workspace_id": 1, **fields})


def track(owner, user_id, start, seconds):
    set_clock(owner, start.strftime("%Y-%m-%dT%H:%M:%SZ"))
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": user_id})
    set_clock(owner, (start + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": user_id})


def local(row, zone):
    return [datetime.datetime.fromisoformat(row[name]).astimezone(zoneinfo.ZoneInfo(zone)).strftime("%H:%M")
            for name in ("start_time", "end_time")]


FIELDS = [["date"], ["start_time"], ["end_time"], ["start_time", "end_time"], ["date", "start_time", "end_time"]]


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(day=st.sampled_from(DAYS), zone=st.sampled_from(ZONES), later=st.sampled_from(ZONES),
       tracked=st.lists(st.tuples(st.integers(0, 36 * 60), st.one_of(st.integers(1, 90), st.integers(1, 20000))),
                        min_size=1, max_size=4),
       fields=st.sampled_from(FIELDS))
def test_what_was_read(owner, day, zone, later, tracked, fields):
    """As instants, as clock times, each field by itself and the whole object, in the zone of then and in another."""
    user_id = new_member(owner)
    move(owner, user_id, zone)
    begin = datetime.datetime.fromisoformat(day + "T12:00:00")
    for minute, seconds in tracked:
        track(owner, user_id, begin + datetime.timedelta(minutes=minute, seconds=minute % 60), seconds)
    set_clock(owner, NOW)
    move(owner, user_id, later)
    before = all_entries(owner, user_id, day, range(-1, 4))
    assert before
    for row in before:
        assert [row["start_local"], row["end_local"]] == local(row, later)
        clock = {"date": row["date"], "start_time": row["start_local"], "end_time": row["end_local"]}
        for said in (row, clock):
            assert put(owner, row, **{name: said[name] for name in fields}).status == 200
            assert all_entries(owner, user_id, day, range(-1, 4)) == before
        assert put(owner, row, **row).status == 200
        assert all_entries(owner, user_id, day, range(-1, 4)) == before


def test_recorded_time_that_is_written_back_goes_on(owner):
    """Nobody has changed it: the slots that follow are still the same piece of work."""
    user_id = new_member(owner)
    set_clock(owner, NOW)

    def send(start, end):
        owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": [
            {"id": start, "start": f"2024-11-29T{start}:00Z", "end": f"2024-11-29T{end}:00Z"}]})

    send("09:00", "09:10")
    [row] = entries(owner, user_id, "2024-11-29")
    assert put(owner, row, **row).status == 200
    send("09:10", "09:20")
    [after] = entries(owner, user_id, "2024-11-29")
    assert (after["id"], after["duration_minutes"]) == (row["id"], 20)


@pytest.fixture
def moved(owner):
    """An hour of Berlin, whose member lives in Los Angeles now: 15:30 to 16:30 on the day before."""
    set_clock(owner, "2024-03-20T12:00:00Z")
    user_id = new_member(owner)
    move(owner, user_id, "Europe/Berlin")
    row = add_time(owner, user_id, "2024-03-06", "00:30", "01:30").data["entries"][0]
    move(owner, user_id, "America/Los_Angeles")
    return row


def spans(owner, user_id, day):
    return [(row["date"], row["start_local"], row["end_local"], row["duration_minutes"])
            for row in all_entries(owner, user_id, day)]


@pytest.mark.parametrize("fields, expected", [
    ({"end_time": "17:00"}, ("2024-03-05", "15:30", "17:00", 90)),
    ({"start_time": "15:00"}, ("2024-03-05", "15:00", "16:30", 90)),
    ({"start_time": "17:00", "end_time": "18:00"}, ("2024-03-05", "17:00", "18:00", 60)),
    ({"date": "2024-03-12"}, ("2024-03-12", "15:30", "16:30", 60)),
    ({"date": "2024-03-12", "start_time": "09:00", "end_time": "09:30"}, ("2024-03-12", "09:00", "09:30", 30)),
    ({"end_time": "2024-03-06T00:45:00Z"}, ("2024-03-05", "15:30", "16:45", 75))])
def test_who_has_moved_changes_the_time_of_their_clock(owner, moved, fields, expected):
    assert put(owner, moved, **fields).status == 200
    assert spans(owner, moved["user_id"], "2024-03-08") == [expected]


# ---- the hour that comes twice ----

@pytest.fixture
def second_hour(owner):
    """02:50 to 02:10 on the clock, the second time that it shows each: twenty minutes."""
    user_id = new_member(owner)
    move(owner, user_id, "Europe/Berlin")
    track(owner, user_id, datetime.datetime(2024, 10, 27, 0, 50), 1200)
    set_clock(owner, NOW)
    return all_entries(owner, user_id, "2024-10-27")[0]


@pytest.mark.parametrize("fields, minutes", [
    ({"end_time": "02:10"}, 20), ({"start_time": "02:50", "end_time": "02:10"}, 20), ({"end_time": "02:20"}, 30),
    ({"start_time": "02:40"}, 30), ({"end_time": "02:55"}, 5), ({"start_time": "2024-10-27T01:00:00Z"}, 10)])
def test_the_hour_that_comes_twice(owner, second_hour, fields, minutes):
    assert put(owner, second_hour, **fields).status == 200
    assert [row[3] for row in spans(owner, second_hour["user_id"], "2024-10-27")] == [minutes]


def test_the_second_hour_can_be_entered(owner):
    user_id = new_member(owner)
    move(owner, user_id, "Europe/Berlin")
    set_clock(owner, NOW)
    data = add_time(owner, user_id, "2024-10-27", "2024-10-27T02:20:00+01:00", "2024-10-27T02:50:00+01:00").data
    assert (data["start_time"], data["duration_minutes"]) == ("2024-10-27T01:20:00+00:00", 30)
    assert add_time(owner, user_id, "2024-10-27", "02:10", "02:40").data["start_time"] == "2024-10-27T00:10:00+00:00"


def test_another_day_keeps_the_length(owner):
    """Though clocks change on it, or skip the time."""
    user_id = new_member(owner)
    move(owner, user_id, "Europe/Berlin")
    set_clock(owner, NOW)
    row = add_time(owner, user_id, "2024-10-25", "02:30", "04:30").data["entries"][0]
    for day, shown in [("2024-10-27", ("02:30", "03:30")), ("2024-03-31", ("03:30", "05:30"))]:
        assert put(owner, row, date=day).status == 200
        assert spans(owner, user_id, day) == [(day, *shown, 120)]
        assert put(owner, row, date="2024-10-25", start_time="02:30", end_time="04:30").status == 200


# ---- the end of a day ----

@pytest.mark.parametrize("end", ["00:00", "24:00", "2024-01-16T00:00:00Z"])
def test_the_end_of_a_day(owner, end):
    user_id = new_member(owner)
    set_clock(owner, NOW)
    row = add_time(owner, user_id, "2024-01-15", "22:00", end).data["entries"][0]
    assert (row["end_time"], row["end_local"], row["duration_minutes"]) == ("2024-01-16T00:00:00+00:00", "00:00", 120)
    assert put(owner, row, end_time="23:50").status == 200
    assert put(owner, row, start_time="23:00", end_time=end).status == 200
    assert spans(owner, user_id, "2024-01-15") == [("2024-01-15", "23:00", "00:00", 60)]


# ---- what cannot be ----

def test_no_time_is_entered_after_today(owner):
    user_id = new_member(owner)
    set_clock(owner, "2024-01-15T12:00:00Z")
    assert list(add_time(owner, user_id, "2024-01-16", "09:00", "10:00").faults) == ["date"]
    row = add_time(owner, user_id, "2024-01-15", "20:00", "24:00").data["entries"][0]
    assert list(put(owner, row, date="2024-01-17").faults) == ["date"]
    set_clock(owner, "2024-01-14T12:00:00Z")
    assert put(owner, row, notes="a clock that was set back").status == 200
    assert put(owner, row, start_time="21:00").status == 200


@pytest.mark.parametrize("fields, field", [
    ({"start_time": "2024-01-14T23:00:00Z"}, "start_time"), ({"end_time": "2024-01-16T00:10:00Z"}, "end_time"),
    ({"start_time": "24:00"}, "start_time"), ({"end_time": "2024-01-15T12:00:00"}, "end_time")])
def test_instants_lie_on_the_date(owner, fields, field):
    user_id = new_member(owner)
    set_clock(owner, NOW)
    body = {"workspace_id": 1, "user_id": user_id, "date": "2024-01-15", "start_time": "09:00", "end_time": "10:00"}
    assert list(owner.post("/time-entries", json=body | fields).faults) == [field]


def test_time_of_who_left_does_not_grow(owner):
    user_id = new_member(owner)
    new_contract(owner, 100, user_id)
    set_clock(owner, NOW)
    row = add_time(owner, user_id, "2024-01-15", "09:00", "10:00").data["entries"][0]
    owner.delete(f"/members/{user_id}", workspace_id=1)
    assert put(owner, row, end_time="11:00").failure == (404, "not_found")
    assert put(owner, row, end_time="09:30").status == 200


def test_time_of_who_is_blocked_does_not_grow(stint, demo, owner):
    user_id, email, _ = new_colleague(stint, owner)
    set_clock(owner, NOW)
    row = add_time(owner, user_id, "2024-01-15", "09:00", "10:00").data["entries"][0]
    assert stint.run("user", "block", email, "--workspace", "1", "--database", demo.database).returncode == 0
    for longer in ({"end_time": "11:00"}, {"start_time": "08:00"}, {"date": "2024-01-16", "end_time": "10:01"}):
        assert list(put(owner, row, **longer).faults) == ["user_id"]
    assert put(owner, row, start_time="09:30", end_time="10:30").status == 200, "an hour moved, and no more"
    assert put(owner, row, end_time="10:00").status == 200


@pytest.mark.parametrize("day", ["1971-01-01", "2001-09-11"])
def test_managers_enter_time_of_long_ago(owner, day):
    """Before the member and the contract were written down: whoever begins with Stint enters what was before."""
    contract = new_contract(owner, 100, new_member(owner))
    set_clock(owner, NOW)
    reply = add_time(owner, contract["user_id"], day, "09:00", "10:00", contract_id=contract["id"])
    assert reply.body["saved_minutes"] == 60


def test_an_entry_is_no_longer_than_a_day(owner):
    user_id = new_member(owner)
    set_clock(owner, NOW)
    row = add_time(owner, user_id, "2024-01-15", "09:00", "10:00").data["entries"][0]
    assert list(put(owner, row, end_time="2024-01-17T09:00:00Z").faults) == ["end_time"]
