"""The report of attendance against a model (attendance_model.py): the schedule, or several shifts, also over midnight
and every other week, leave, holidays, breaks, zones whose clocks change, deviations that are allowed, trackers that
run, and the time at which it is asked for."""

import datetime
import random

import pytest
from attendance_model import DAY, TICK, TICKS, Leave, Member, Shift, Workspace
from client import Client
from report_links import behind, lines_of
from scenario import new_member, set_clock, unique

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")
DAYS = ("2024-03-10", "2024-03-31", "2024-04-07", "2024-03-13")  # clocks change in New York, Berlin, on Lord Howe
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOW, MEMBERS = "2024-03-01T12:00:00Z", 8
NIGHT = (1, 2, 3)  # hours in which clocks change: nothing planned begins or ends there
ALWAYS = (datetime.date.min, datetime.date.max)


def clock(minutes):
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def said(tick):
    return datetime.datetime.fromtimestamp(TICK * tick, datetime.timezone.utc).isoformat()


def half_hours(chance, first, last):
    """(start, end) by the clock, or None."""
    start, end = sorted(chance.sample(range(first, last + 1, 30), 2))
    return None if start // 60 % 24 in NIGHT or end // 60 % 24 in NIGHT else (start, end)


class World:
    """What is on the server, and the model of it."""

    def __init__(self, owner, seed):
        self.owner, self.chance = owner, random.Random(seed)
        self.day = datetime.date.fromisoformat(DAYS[seed % len(DAYS)])
        self.days = [self.day + more * DAY for more in (-1, 0, 1)]
        self.workspace = Workspace(self.chance.choice(ZONES), {}, self.chance.choice((0, 5)),
                                   self.chance.choice((0, 10)))
        self.by_schedule = seed % 3 == 2
        self.schedule = self.make_settings()
        self.policies = [self.make("/leaves/policies", time_unit=unit, duration=200, notice_required=False)
                         for unit in ("days", "hours")]
        for day in self.days:
            self.make_holiday(day)
        self.members = dict(self.make_member() for _ in range(MEMBERS))
        self.make_breaks()

    def make(self, path, **fields):
        made = self.owner.post(path, json={"name": unique("Name"), **fields}, workspace_id=1)
        assert made.status == 201, made
        return made.data

    def make_settings(self):
        """With the schedule, and whether attendance is told by it. On a day that nobody works no leave is given."""
        weekdays = sorted(self.chance.sample(range(7), 6))
        start, minutes = 60 * self.chance.randrange(5, 10), 30 * self.chance.randrange(4, 20)
        end = self.chance.choice((None, start + minutes + 60))
        assert self.owner.put("/settings", workspace_id=1, json={
            "timezone": self.workspace.timezone, "attendance_by": "schedule" if self.by_schedule else "shifts",
            "late_minutes_allowed": self.workspace.late_allowed, "early_minutes_allowed": self.workspace.early_allowed,
            "working_days": [WEEKDAYS[weekday] for weekday in weekdays], "working_day_start": clock(start),
            "working_minutes_per_day": minutes, "working_day_end": end and clock(end)}).status == 200
        hours = (start, end or start + minutes)
        return Shift(None, None, dict.fromkeys(weekdays, hours), *ALWAYS, 1, minutes)

    def make_holiday(self, day):
        is_half = self.chance.choice((None, None, None, True, True, False))
        if is_half is not None:
            self.workspace.holidays[day] = unique("Holiday"), is_half
            assert self.owner.put("/holidays", workspace_id=1, json={
                "date": str(day), "name": self.workspace.holidays[day][0], "half_day": is_half}).status == 200

    # ---- people ----

    def make_member(self):
        id, member = new_member(self.owner), Member(self.workspace, self.chance.choice(ZONES), [])
        self.owner.put(f"/members/{id}", json={"timezone": member.timezone}, workspace_id=1)
        member.shifts = [self.schedule] if self.by_schedule else [
            self.make_shift(id, hours) for hours in self.random_hours() if hours]
        member.leaves = list(filter(None, (self.make_leave(id, member) for _ in range(self.chance.randrange(5)))))
        member.level = self.chance.randrange(101)
        return id, member

    def random_hours(self):
        """Of three shifts: one begins after another has ended, and none twice on a day."""
        hours, free_from = ({}, {}, {}), 0
        while free_from < 7 * 1440 - 600:
            shift = self.chance.choice(hours)
            found, day = half_hours(self.chance, free_from, free_from + self.chance.choice((300, 900))), 1440
            if found and found[0] // day not in shift and found[1] <= 7 * day:
                shift[found[0] // day] = found[0] % day, found[1] - found[0] // day * day
            free_from = found[1] if found else free_from + 30
        return hours

    def make_shift(self, id, hours):
        first = self.day + self.chance.choice((-30, -14, -8, -7, -1, 0, 1)) * DAY
        last = max(first, self.day + self.chance.choice((-1, 0, 30)) * DAY)
        weeks, minimum = self.chance.choice((1, 1, 2)), self.chance.choice((None, None, 0, 50, 400))
        made = self.make("/shifts", user_ids=[id], date_from=str(first), date_until=str(last), minimum_minutes=minimum,
                         repeat=("weekly", "bi-weekly")[weeks - 1],
                         days=[{"weekday": WEEKDAYS[weekday], "start": clock(start), "end": clock(end)}
                               for weekday, (start, end) in hours.items()])
        return Shift(made["id"], made["name"], hours, first, last, weeks, minimum)

    def make_leave(self, id, member):
        """Or None, where it was refused, or is not approved."""
        hours = self.hours_off(member) if self.chance.random() < 0.6 else None
        first, half = self.chance.choice(self.days), self.chance.randrange(3)
        what = {"leave_period": half}
        if hours:
            first, (start, end), half = *hours, 0
            what = {"start_time": clock(start), "end_time": f"{end // 60:02}:{end % 60:02}",
                    "hours_per_day": (end - start) / 60}
        last, policy = first + self.chance.randrange(2) * DAY, self.policies[bool(hours)]
        made = self.owner.post("/leaves", workspace_id=1, json={
            "policy_id": policy["id"], "user_id": id, "start": str(first), "end": str(last), **what})
        if made.status != 201 or self.chance.random() < 0.2:
            return None
        assert self.owner.put(f"/leaves/{made.data['id']}/approve", workspace_id=1).status == 200
        return Leave(policy["name"], first, last, half, hours and hours[1])

    def hours_off(self, member):
        """Of a shift, in part, or beside it: (day, (start, end)), or None."""
        shifts = [(day, shift.on(day)) for day in self.days for shift in member.shifts if shift.on(day)]
        if not shifts:
            return None
        day, (start, end) = self.chance.choice(shifts)
        start, end = half_hours(self.chance, start, end + 60) or (0, 0)
        if start >= 1440:
            day, start, end = day + DAY, start - 1440, end - 1440
        return (day, (start, min(end, 1440))) if start < end else None

    def make_breaks(self):
        for minutes, is_paid in ((20, True), (30, False), (45, True)):
            people = self.chance.sample(list(self.members), 3)
            self.make("/break-policies", minutes_per_day=minutes, is_paid=is_paid, user_ids=people)
            for id in people:
                self.members[id].breaks.append((minutes, is_paid))

    # ---- their time ----

    def live(self, now):
        """Up to a tick, and written ahead; of some a tracker then runs."""
        move_clock(self.owner, now)
        for number, (id, member) in enumerate(self.members.items()):
            for day in self.days:
                self.track(id, member, day, now)
                for each in member.plan(day):
                    self.come(id, each)
                for _ in range(self.chance.randrange(2)):
                    start = member.at(day, 0) + self.chance.randrange(5000)
                    self.add(id, start, start + self.chance.randrange(1, 1600))
            if number % 4 == 0:
                member.tracks_from = now
                assert self.owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": id}).status == 200
        self.read()

    def come(self, id, planned):
        """Nearly when they should, also a second time; or not at all."""
        if self.chance.random() < 0.25 or not planned.left:
            return
        start, end = (edge + self.chance.choice((0, 0, 5, -5, 10, 11, -10, -11, 40)) * TICKS
                      for edge in (min(planned.left), max(planned.left) + 1))
        middle = (start + end) // 2
        self.add(id, start, middle)
        self.add(id, middle + self.chance.choice((0, 100)), end)

    def add(self, id, start, end):
        """What is refused was not worked."""
        if start < end:
            self.owner.post("/time-requests", json={"workspace_id": 1, "user_id": id, "start": said(start),
                                                    "end": said(end)})

    def track(self, id, member, day, now):
        """Breaks, and work that is seen; some go over a midnight."""
        slots, start = [], member.at(day, 0) + self.chance.choice((-20, self.chance.randrange(5760)))
        for method in self.chance.choices(("break", "desktop"), k=self.chance.randrange(5)):
            end = start + self.chance.choice((40, 40, 7))
            if end > now:
                break
            slots.append({"id": unique("slot"), "method": method, "start": said(start), "end": said(end),
                          "activity_level": member.level if method == "desktop" else 0})
            start = end + self.chance.choice((0, 0, 9))
        if slots:
            self.owner.post("/tracked-slots", json={"user_id": id, "slots": slots}, workspace_id=1)

    def read(self):
        """What the server says that there is."""
        for row in self.owner.get("/export/time-entries", workspace_id=1).data:
            if row["user_id"] in self.members:
                member = self.members[row["user_id"]]
                ticks = range(*(second_of(row[name]) // TICK for name in ("start_time", "end_time")))
                {"Break": member.rested, "Paid leave": member.paid}.get(row["method"], member.worked).update(ticks)
                if row["method"] == "Desktop tracker":
                    member.seen.update(ticks)

    # ---- asking ----

    def moments(self, now):
        """Those at which something ends, among others."""
        ends = {max(each.left) + 1 for member in self.members.values() for each in member.plan(self.day) if each.left}
        borders = {member.border(self.day + DAY) for member in self.members.values() if member.tracks_from}
        return sorted({now, now + 90 * TICKS, now + 1500 * TICKS, *sorted(end for end in ends if end > now)[:2],
                       *sorted(border for border in borders if border > now)[:1]})


def move_clock(owner, tick):
    set_clock(owner, said(tick))


def second_of(instant):
    return instant and int(datetime.datetime.fromisoformat(instant).timestamp())


def shown(row):
    """With times as seconds, and without whose it is and where its entries are."""
    return {name: [shown(each) for each in value] if name == "shifts" else
            second_of(value) if name in ("start_time", "end_time") else value
            for name, value in row.items() if name not in ("user_id", "user_name", "entries_url")}


@pytest.mark.parametrize("seed", range(6))
def test_random_days_are_as_the_model_has_them(fresh, seed):
    world = World(fresh, seed)
    now = Member(world.workspace, "UTC", []).at(world.day, 0) + world.chance.randrange(2200 * TICKS)
    world.live(now)
    executive = Client(fresh.server, "demo-executive-manager")
    moments = world.moments(now)
    for asked in moments:
        move_clock(fresh, asked)
        for day in world.days:
            query = {"workspace_id": 1, "date": str(day), "users": list(world.members)}
            rows = fresh.pages("/reports/daily-attendance", **query)
            expected = {id: member.attendance(day, asked) for id, member in world.members.items()}
            assert {row["user_id"]: shown(row) for row in rows} == expected
            assert executive.pages("/reports/daily-attendance", **query) == rows
            if asked == moments[-1]:
                for line in lines_of([row for row in rows if not world.members[row["user_id"]].tracks_from]):
                    behind(fresh, "/reports/daily-attendance", line)
        for status in ("Absent", "Late", "Left early", "Tracked less", "On leave"):
            found = fresh.pages("/reports/daily-attendance", **query, per_page=2,
                                status=status.lower().replace(" ", "_"))
            assert [row["user_id"] for row in found] == sorted(
                id for id, each in expected.items() if status in each["statuses"])
