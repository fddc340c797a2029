"""Days and clock times of members in zones whose clocks change: each day has the minutes that it really had."""

import pytest
from scenario import add_time, check_books, clock_times, entries, new_contract, new_member, new_project, set_clock


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def member_in(owner, zone):
    user_id = new_member(owner)
    assert owner.put(f"/members/{user_id}", json={"timezone": zone}, workspace_id=1).status == 200
    return user_id


def track(owner, user_id, start, end):
    """From instant to instant; returns the saved minutes."""
    set_clock(owner, start)
    assert owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": user_id}).status == 200
    set_clock(owner, end)
    return owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": user_id}).data["total_minutes"]


def minutes(owner, user_id, day):
    return sum(row["duration_minutes"] for row in entries(owner, user_id, day))


# zone, day, clock times, minutes that lie between them, their instants in UTC
CLOCK_TIMES = [
    ("Europe/Berlin", "2024-03-31", "01:00", "04:00", 120, ("00:00", "02:00")),
    ("Europe/Berlin", "2024-10-27", "01:00", "04:00", 240, ("23:00", "03:00")),
    ("Europe/Berlin", "2024-10-27", "02:30", "03:30", 120, ("00:30", "02:30")),
    ("Europe/Berlin", "2024-07-01", "09:00", "17:00", 480, ("07:00", "15:00")),
    ("America/New_York", "2024-03-10", "00:00", "06:00", 300, ("05:00", "10:00")),
    ("America/New_York", "2024-11-03", "00:00", "06:00", 420, ("04:00", "11:00")),
    ("Asia/Kathmandu", "2024-01-15", "09:00", "17:00", 480, ("03:15", "11:15")),
    ("Australia/Lord_Howe", "2024-04-07", "01:00", "03:00", 150, ("14:00", "16:30")),
    ("Australia/Lord_Howe", "2024-10-06", "01:00", "03:00", 90, ("14:30", "16:00")),
    ("Pacific/Apia", "2011-12-29", "09:00", "17:00", 480, ("19:00", "03:00")),
    ("Pacific/Apia", "2011-12-31", "09:00", "17:00", 480, ("19:00", "03:00")),
    ("Africa/Casablanca", "2024-03-10", "01:00", "05:00", 300, ("00:00", "05:00")),
    ("Africa/Casablanca", "2024-04-14", "01:00", "05:00", 180, ("01:00", "04:00")),
    ("America/Havana", "2024-03-10", "01:00", "03:00", 120, ("05:00", "07:00")),
]


@pytest.mark.parametrize("zone, day, start, end, expected, in_utc", CLOCK_TIMES)
def test_clock_times_are_the_members(owner, zone, day, start, end, expected, in_utc):
    user_id = member_in(owner, zone)
    reply = add_time(owner, user_id, day, start, end)
    assert reply.body["saved_minutes"] == expected
    [row] = entries(owner, user_id, day)
    assert (row["date"], row["duration_minutes"]) == (day, expected)
    assert clock_times([row]) == [in_utc]


@pytest.mark.parametrize("zone, day, start, end, field", [
    ("Europe/Berlin", "2024-03-31", "02:30", "04:00", "start_time"),
    ("Europe/Berlin", "2024-03-31", "01:00", "02:30", "end_time"),
    ("Australia/Lord_Howe", "2024-10-06", "02:15", "04:00", "start_time"),
    ("America/Havana", "2024-03-10", "00:30", "04:00", "start_time"),
    ("Pacific/Apia", "2011-12-30", "09:00", "17:00", "start_time")])
def test_a_time_that_the_clocks_skip_is_refused(owner, zone, day, start, end, field):
    user_id = member_in(owner, zone)
    assert list(add_time(owner, user_id, day, start, end).faults) == [field]
    assert entries(owner, user_id, day) == []


# zone, first and last instant of tracking over several days, minutes by local day
DAYS = [
    ("Europe/Berlin", "2024-03-29T23:00:00Z", "2024-04-01T22:00:00Z",
     {"2024-03-30": 1440, "2024-03-31": 1380, "2024-04-01": 1440}),
    ("Europe/Berlin", "2024-10-25T22:00:00Z", "2024-10-28T23:00:00Z",
     {"2024-10-26": 1440, "2024-10-27": 1500, "2024-10-28": 1440}),
    ("America/New_York", "2024-11-02T04:00:00Z", "2024-11-05T05:00:00Z",
     {"2024-11-02": 1440, "2024-11-03": 1500, "2024-11-04": 1440}),
    ("Asia/Kathmandu", "2024-01-14T18:15:00Z", "2024-01-15T18:15:00Z", {"2024-01-14": 0, "2024-01-15": 1440}),
    ("Asia/Kathmandu", "2024-01-15T18:00:00Z", "2024-01-15T18:30:00Z", {"2024-01-15": 15, "2024-01-16": 15}),
    ("Australia/Lord_Howe", "2024-04-05T13:00:00Z", "2024-04-08T13:30:00Z",
     {"2024-04-06": 1440, "2024-04-07": 1470, "2024-04-08": 1440}),
    ("Australia/Lord_Howe", "2024-10-04T13:30:00Z", "2024-10-07T13:00:00Z",
     {"2024-10-05": 1440, "2024-10-06": 1410, "2024-10-07": 1440}),
    ("Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z",
     {"2011-12-29": 1440, "2011-12-30": 0, "2011-12-31": 1440}),
    ("Africa/Casablanca", "2024-03-08T23:00:00Z", "2024-03-12T00:00:00Z",
     {"2024-03-09": 1440, "2024-03-10": 1500, "2024-03-11": 1440}),
    ("Africa/Casablanca", "2024-04-13T00:00:00Z", "2024-04-15T23:00:00Z",
     {"2024-04-13": 1440, "2024-04-14": 1380, "2024-04-15": 1440}),
    ("America/Havana", "2024-03-09T05:00:00Z", "2024-03-12T04:00:00Z",
     {"2024-03-09": 1440, "2024-03-10": 1380, "2024-03-11": 1440}),
    ("America/Havana", "2024-11-02T04:00:00Z", "2024-11-05T05:00:00Z",
     {"2024-11-02": 1440, "2024-11-03": 1500, "2024-11-04": 1440}),
]


@pytest.mark.parametrize("zone, start, end, days", DAYS)
def test_days_have_the_minutes_they_had(owner, zone, start, end, days):
    user_id = member_in(owner, zone)
    assert track(owner, user_id, start, end) == sum(days.values())
    assert {day: minutes(owner, user_id, day) for day in days} == days


@pytest.mark.parametrize("zone, start, end, days", DAYS)
def test_slots_count_on_the_same_days(owner, zone, start, end, days):
    import datetime
    user_id = member_in(owner, zone)
    set_clock(owner, end)
    at, last = (datetime.datetime.fromisoformat(each.replace("Z", "+00:00")) for each in (start, end))
    step = datetime.timedelta(minutes=10)
    batch = [{"id": f"{at + step * index:%d%H%M}", "start": f"{at + step * index:%Y-%m-%dT%H:%M:%SZ}",
              "end": f"{at + step * (index + 1):%Y-%m-%dT%H:%M:%SZ}"} for index in range((last - at) // step)]
    reply = owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": batch}).data
    assert reply["saved_minutes"] == sum(days.values())
    assert {day: minutes(owner, user_id, day) for day in days} == days


def test_clocks_that_go_back_over_midnight(owner):
    """St. John's, until 2011: a minute after midnight (02:30 UTC) it was 23:01 of the day before again. That hour
    belongs to the day that had begun."""
    user_id = member_in(owner, "America/St_Johns")
    assert track(owner, user_id, "2010-11-07T02:40:00Z", "2010-11-07T05:30:00Z") == 170
    assert (minutes(owner, user_id, "2010-11-06"), minutes(owner, user_id, "2010-11-07")) == (0, 170)
    assert track(owner, user_id, "2010-11-07T01:30:00Z", "2010-11-07T02:40:00Z") == 70
    assert (minutes(owner, user_id, "2010-11-06"), minutes(owner, user_id, "2010-11-07")) == (60, 180)
    assert track(owner, user_id, "2010-11-08T03:00:00Z", "2010-11-08T04:00:00Z") == 60
    assert (minutes(owner, user_id, "2010-11-07"), minutes(owner, user_id, "2010-11-08")) == (210, 30)


def lasting(row):
    """What neither a move nor the seconds of other entries change."""
    return {key: value for key, value in row.items() if not key.endswith(("_minutes", "_local"))}


def test_who_moves_keeps_the_days_that_were(owner):
    user_id = member_in(owner, "Europe/Berlin")
    track(owner, user_id, "2024-01-15T20:00:00Z", "2024-01-16T01:00:00Z")
    before = {day: entries(owner, user_id, day) for day in ("2024-01-15", "2024-01-16")}
    owner.put(f"/members/{user_id}", json={"timezone": "Asia/Kathmandu"}, workspace_id=1)
    after = {day: entries(owner, user_id, day) for day in before}
    assert {day: [lasting(row) for row in rows] for day, rows in after.items()} == {
        day: [lasting(row) for row in rows] for day, rows in before.items()}
    assert after["2024-01-15"][0]["start_local"] == "01:45"
    assert add_time(owner, user_id, "2024-01-16", "05:00", "08:00").body["saved_minutes"] == 75, "until 06:45 is taken"


def test_who_moves_keeps_the_day_of_what_is_given_to_a_project(owner):
    """Only its project changes, though midnight would lie within it by now."""
    user_id = member_in(owner, "Europe/Berlin")
    track(owner, user_id, "2024-01-15T17:00:00Z", "2024-01-15T20:00:00Z")
    [before] = entries(owner, user_id, "2024-01-15")
    owner.put(f"/members/{user_id}", json={"timezone": "Asia/Kathmandu"}, workspace_id=1)
    project = new_project(owner)["id"]
    contract = new_contract(owner, project, user_id)["id"]
    reply = owner.put(f"/time-entries/{before['id']}", json={"workspace_id": 1, "project_id": project})
    assert (reply.status, reply.message) == (200, "Time entry updated successfully")
    [after] = entries(owner, user_id, "2024-01-15")
    assert (after["contract_id"], after["project_id"]) == (contract, project)
    assert [after[key] for key in ("id", "start_time", "end_time", "total_minutes")] == [
        before[key] for key in ("id", "start_time", "end_time", "total_minutes")]


def test_who_moves_keeps_the_days_of_slots(owner):
    """Also when a late slot derives the week again: only minutes may pass from one entry of a day to another."""
    user_id = member_in(owner, "Europe/Berlin")
    set_clock(owner, "2024-01-16T12:00:00Z")

    def send(*starts):
        batch = [{"id": start, "start": f"2024-01-{start}:00Z", "end": f"2024-01-{start[:-1]}9:59Z"}
                 for start in starts]
        assert owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": batch}).data

    send("15T18:00", "15T18:10", "15T22:50", "15T23:00", "15T23:10")
    before = {day: entries(owner, user_id, day) for day in ("2024-01-15", "2024-01-16")}
    assert [len(rows) for rows in before.values()] == [3, 2], "a day of Berlin ends at 23:00 UTC"
    owner.put(f"/members/{user_id}", json={"timezone": "Asia/Kathmandu"}, workspace_id=1)
    send("15T18:20", "15T17:00")
    after = {day: entries(owner, user_id, day) for day in before}
    new = {}
    for day, rows in before.items():
        ids = {row["id"] for row in rows}
        assert [lasting(row) for row in after[day] if row["id"] in ids] == [lasting(row) for row in rows]
        new[day] = clock_times([row for row in after[day] if row["id"] not in ids])
    assert new == {"2024-01-15": [("17:00", "17:09")], "2024-01-16": [("18:20", "18:29")]}


def test_a_run_over_the_days_that_were(owner):
    """Slots that go on with an entry of a day of before: what is new has the day of now."""
    user_id = member_in(owner, "Europe/Berlin")
    set_clock(owner, "2024-01-16T12:00:00Z")

    def send(*minutes):
        return owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": [
            {"id": f"{minute}", "start": f"2024-01-15T20:{minute:02}:00Z", "end": f"2024-01-15T20:{minute + 10:02}:00Z"}
            for minute in minutes]}).data

    send(10, 20)
    owner.put(f"/members/{user_id}", json={"timezone": "Asia/Kathmandu"}, workspace_id=1)
    assert send(0, 30, 40)["saved_minutes"] == 30
    assert clock_times(entries(owner, user_id, "2024-01-15")) == [("20:10", "20:30")]
    assert clock_times(entries(owner, user_id, "2024-01-16")) == [("20:00", "20:10"), ("20:30", "20:50")]


def test_the_day_of_the_running_tracker_is_the_members(owner):
    user_id = member_in(owner, "Australia/Lord_Howe")
    set_clock(owner, "2024-01-15T12:30:00Z")
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": user_id})
    set_clock(owner, "2024-01-15T13:40:00Z")
    data = owner.get("/time-tracking/current-data", workspace_id=1, user_id=user_id).data
    assert (data["date"], data["total_minutes"]) == ("2024-01-16", 40)


def test_weeks_are_the_workspaces(stint, demo, owner):
    """Limits are those of weeks in the zone of the workspace."""
    user_id = member_in(owner, "Pacific/Apia")
    owner.put(f"/members/{user_id}", json={"weekly_hours_limit": 1}, workspace_id=1)
    # Monday 00:30 to 02:00 in Apia is Sunday in UTC, the workspace's zone.
    assert add_time(owner, user_id, "2024-01-15", "00:30", "02:00").body["saved_minutes"] == 60
    assert add_time(owner, user_id, "2024-01-15", "12:00", "12:30").failure == (400, "limit_reached")
    assert add_time(owner, user_id, "2024-01-15", "13:00", "14:00").body["saved_minutes"] == 60
