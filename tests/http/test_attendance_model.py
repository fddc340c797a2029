"""The report of attendance against a model (attendance_model.py): shifts by weekday and over midnight, zones whose
clocks change on the day, deviations that are allowed, trackers that run, and the time at which it is asked for."""

import datetime
import random

import pytest
from attendance_model import Member, attendance, minute_of
from report_links import behind, lines_of
from scenario import add_time, new_member, set_clock, unique

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")
DAYS = ("2024-03-10", "2024-03-31", "2024-04-07", "2024-03-13")  # clocks change in New York, Berlin, on Lord Howe
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOW, MEMBERS = "2024-03-01T12:00:00Z", 8
NIGHT = ("01", "02", "03")  # in which clocks change: nothing begins or ends there
DAY = datetime.timedelta(days=1)


def clock(minutes):
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def random_hours(random):
    """Of some weekdays; the next one begins after the last has ended."""
    hours, free_from = {}, 0
    for weekday in range(7):
        start, length = random.randrange(free_from, 24 * 60, 15), random.randrange(60, 600, 15)
        end = start + length
        if weekday == 6:
            end = min(end, 24 * 60 - 15)
        if random.random() < 0.8 and clock(start)[:2] not in NIGHT and clock(end)[:2] not in NIGHT and end > start:
            hours[weekday] = (clock(start), clock(end))
            free_from = max(0, end - 24 * 60 + 15)
        else:
            free_from = 0
    return hours


def make_member(owner, random, day):
    hours = random_hours(random)
    first, last = day + random.choice((-30, 0, 1)) * DAY, day + random.choice((0, 30)) * DAY
    member = Member(random.choice(ZONES), hours, first, last, set(), None)
    id = new_member(owner)
    owner.put(f"/members/{id}", json={"timezone": member.timezone}, workspace_id=1)
    if hours and first <= last:
        made = owner.post("/shifts", workspace_id=1, json={
            "name": unique("Shift"), "user_ids": [id], "date_from": str(first), "date_until": str(last),
            "days": [{"weekday": WEEKDAYS[weekday], "start": start, "end": end}
                     for weekday, (start, end) in hours.items()]})
        assert made.status == 201, made
    return id, member


def work(owner, random, id, days):
    """By hand, in the member's own time; what is refused was not worked. Also ahead, later on the day."""
    for each in days:
        for _ in range(random.randrange(4)):
            start = random.randrange(0, 23 * 60, 5)
            end = min(start + random.randrange(5, 400, 5), 24 * 60 - 1)
            add_time(owner, id, str(each), clock(start), clock(end))


def move_clock(owner, minute):
    set_clock(owner, datetime.datetime.fromtimestamp(60 * minute, datetime.timezone.utc).isoformat())


def read_work(owner, id, member):
    for row in owner.get("/export/time-entries", workspace_id=1).data:
        if row["user_id"] == id:
            start, end = (minute_of(datetime.datetime.fromisoformat(row[name])) for name in ("start_time", "end_time"))
            member.worked |= set(range(start, end))


def shown(row):
    start, end = (row[name] and int(datetime.datetime.fromisoformat(row[name]).timestamp())
                  for name in ("start_time", "end_time"))
    return {name: row[name] for name in ("statuses", "late_minutes", "left_early_minutes", "required_minutes",
                                         "total_minutes", "is_tracking")} | {"start": start, "end": end}


@pytest.mark.parametrize("seed", range(4))
def test_random_days_are_as_the_model_has_them(fresh, seed):
    chance = random.Random(seed)
    day = datetime.date.fromisoformat(DAYS[seed])
    late, early = chance.choice((0, 5)), chance.choice((0, 10))  # times are multiples of these
    now = minute_of(datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc)) + chance.randrange(2200)
    assert fresh.put("/settings", workspace_id=1, json={
        "timezone": chance.choice(ZONES), "attendance_by": "shifts", "late_minutes_allowed": late,
        "early_minutes_allowed": early}).status == 200
    set_clock(fresh, NOW)
    members = dict(make_member(fresh, chance, day) for _ in range(MEMBERS))
    move_clock(fresh, now)
    for number, (id, member) in enumerate(members.items()):
        if number % 4 == 0:
            member.tracks_from = now
            assert fresh.post("/time-tracking/start", json={"workspace_id": 1, "user_id": id}).status == 200
        work(fresh, chance, id, [day - DAY] if number % 4 == 0 else [day - DAY, day, day + DAY])
        read_work(fresh, id, member)
    ends = [shift[1] for shift in (member.shift(day) for member in members.values()) if shift and shift[1] > now]
    for asked in sorted({now, now + 90, now + 1500, *ends[:2]}):
        move_clock(fresh, asked)
        rows = fresh.pages("/reports/daily-attendance", workspace_id=1, date=str(day), users=list(members))
        expected = {id: attendance(member, day, asked, late, early) for id, member in members.items()}
        assert {row["user_id"]: shown(row) for row in rows} == expected
        for line in lines_of([row for row in rows if not members[row["user_id"]].tracks_from]):
            behind(fresh, "/reports/daily-attendance", line)
        for status in ("Absent", "Late", "Left early", "Tracked less"):
            found = fresh.pages("/reports/daily-attendance", workspace_id=1, date=str(day), users=list(members),
                                status=status, per_page=2)
            assert [row["user_id"] for row in found] == sorted(
                id for id, each in expected.items() if status in each["statuses"])
