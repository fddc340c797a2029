"""Attendance in plain Python, from what was planned, granted and worked (contract 3.13, decisions 0034 and 0042).

All times are ticks of a quarter of a minute since 1970, and all that has a length is a set of them: whoever was there
in a tick was there for all of it. The tests write whole ticks, and plan in half hours, of which halves are whole."""

import dataclasses
import datetime
import itertools
import zoneinfo

TICK, TICKS = 15, 4  # seconds, a minute
DAY = datetime.timedelta(days=1)
STATUSES = ("Present", "Late", "Left early", "Tracked less", "Absent", "On leave", "Holiday")


@dataclasses.dataclass(frozen=True)
class Shift:
    """Clock times are minutes after a midnight; those of the next day are more than a day has."""
    id: int
    name: str
    hours: dict  # weekday (0: Monday) -> (start, end)
    first: datetime.date
    last: datetime.date
    weeks: int      # 2: every other, counted from the first day
    minimum: int    # minutes that are asked for; None: all that it has

    def on(self, day):
        is_on = self.first <= day <= self.last and (day - self.first).days // 7 % self.weeks == 0
        return self.hours.get(day.weekday()) if is_on else None


@dataclasses.dataclass(frozen=True)
class Leave:
    policy: str
    first: datetime.date
    last: datetime.date
    half: int     # 1 or 2: this half of its first day; 0: all of it
    hours: tuple  # these of each day; None: all

    def is_on(self, day):
        return self.first <= day <= self.last


@dataclasses.dataclass
class Workspace:
    timezone: str
    holidays: dict  # day -> (name, whether half of it is worked)
    late_allowed: int
    early_allowed: int


@dataclasses.dataclass
class Planned:
    shift: Shift
    start: int
    end: int
    left: set = None    # what leave and a half holiday leave of it
    share: range = None  # the time that is told by it

    def __len__(self):
        return self.end - self.start

    def required(self):
        minutes = len(self) // TICKS if self.shift.minimum is None else self.shift.minimum
        return minutes * len(self.left) // len(self)


@dataclasses.dataclass
class Member:
    workspace: Workspace
    timezone: str
    shifts: list
    leaves: list = dataclasses.field(default_factory=list)
    breaks: list = dataclasses.field(default_factory=list)  # policies: (minutes, whether they are paid)
    worked: set = dataclasses.field(default_factory=set)
    rested: set = dataclasses.field(default_factory=set)
    paid: set = dataclasses.field(default_factory=set)  # leave that counts as time: no tracker adds to it
    seen: set = dataclasses.field(default_factory=set)  # by a tracker that always told the same level
    level: int = None
    tracks_from: int = None  # since when a tracker runs

    def at(self, day, minute):
        time = datetime.time(minute // 60 % 24, minute % 60, tzinfo=zoneinfo.ZoneInfo(self.timezone))
        return int(datetime.datetime.combine(day + minute // 1440 * DAY, time).timestamp()) // TICK

    # ---- what was to be ----

    def planned(self, day):
        if day in self.workspace.holidays and not self.workspace.holidays[day][1]:
            return []
        hours = [(shift, shift.on(day)) for shift in self.shifts if shift.on(day)]
        return sorted((Planned(shift, self.at(day, start), self.at(day, end)) for shift, (start, end) in hours),
                      key=lambda each: each.start)

    def border(self, day):
        """Where the day before ends, and this one begins."""
        midnight, before, own = self.at(day, 0), self.planned(day - DAY), self.planned(day)
        if not before or before[-1].end <= midnight:
            return midnight
        follows = own[0].start if own else self.at(day + DAY, 0)
        return (before[-1].end + follows) // 2

    def today(self, day):
        return range(self.border(day), self.border(day + DAY))

    def plan(self, day):
        """With what is left of it, and of that each with the time that is nearer to it than to the others."""
        plan = self.planned(day)
        left = self.left([tick for each in plan for tick in range(each.start, each.end)], day)
        for each in plan:
            each.left = left & set(range(each.start, each.end))
        expected = [each for each in plan if each.left]
        today = self.today(day)
        cuts = [today.start, *((max(one.left) + 1 + min(other.left)) // 2
                               for one, other in itertools.pairwise(expected)), today.stop]
        for each, (start, end) in zip(expected, itertools.pairwise(cuts)):
            each.share = range(start, end)
        return plan

    def left(self, planned, day):
        if day in self.workspace.holidays:
            planned = planned[:len(planned) // 2]
        half, left = len(planned) // 2, set(planned)
        for leave in self.leaves:
            if leave.hours:
                for each in filter(leave.is_on, (day, day + DAY)):
                    left -= set(range(*(self.at(each, minute) for minute in leave.hours)))
            elif leave.is_on(day):
                left -= set([planned, planned[:half], planned[half:]][leave.half if day == leave.first else 0])
        return left

    # ---- what was ----

    def attendance(self, day, now):
        """What the report says of the day at the time `now`."""
        today, plan = self.today(day), self.plan(day)
        worked, rested = (each & set(today) for each in (self.worked_by(now), self.rested))
        tracks = self.tracks_from is not None and now in today
        shifts = [self.shift(each, worked, now, tracks) for each in plan]
        expected = [each for each in plan if each.left]
        breaks = len(rested) // TICKS
        told = {
            "start_time": min(worked) * TICK if worked else None,
            "end_time": (max(worked) + 1) * TICK if worked and not tracks else None, "is_tracking": tracks,
            "late_minutes": sum(each["late_minutes"] for each in shifts),
            "left_early_minutes": sum(each["left_early_minutes"] for each in shifts), "shifts": shifts,
            "required_minutes": sum(each.required() for each in expected), "total_minutes": len(worked) // TICKS,
            "break_minutes": breaks, "breaks": self.stretches(rested),
            "paid_break_minutes": min(breaks, sum(minutes for minutes, is_paid in self.breaks if is_paid)),
            "allowed_break_minutes": sum(minutes for minutes, _ in self.breaks) if self.breaks else None,
            "leave": next((leave.policy for leave in self.leaves if leave.is_on(day)), None),
            "holiday": self.workspace.holidays.get(day, [None])[0],
            "activity_level": self.level if self.seen & set(today) else None}
        is_over = expected and not tracks and all(now > max(each.left) for each in expected)
        came = bool(worked) or tracks
        holds = (came, told["late_minutes"], told["left_early_minutes"],
                 is_over and came and told["total_minutes"] + told["paid_break_minutes"] < told["required_minutes"],
                 is_over and not came, told["leave"], told["holiday"])
        return told | {"statuses": list(itertools.compress(STATUSES, holds))}

    def worked_by(self, now):
        return self.worked | set(range(self.tracks_from or now, now)) - self.paid

    def shift(self, planned, worked, now, tracks):
        late = early = 0
        if planned.left:
            start, end = min(planned.left), max(planned.left) + 1
            came = worked & set(planned.share)
            if came or now < end:
                late = (min(min(came, default=now), end) - start) // TICKS
            if came and now >= end and not (tracks and now in planned.share):
                early = (end - max(max(came) + 1, start)) // TICKS
        return {"shift_id": planned.shift.id, "name": planned.shift.name,
                "start_time": planned.start * TICK, "end_time": planned.end * TICK,
                "late_minutes": late if late > self.workspace.late_allowed else 0,
                "left_early_minutes": early if early > self.workspace.early_allowed else 0,
                "total_minutes": len(worked & set(range(planned.start, planned.end))) // TICKS}

    def stretches(self, ticks):
        """As clock times of the workspace."""
        zone = zoneinfo.ZoneInfo(self.workspace.timezone)
        edges = sorted(ticks ^ {tick + 1 for tick in ticks})
        clocks = [f"{datetime.datetime.fromtimestamp(edge * TICK, zone):%H:%M}" for edge in edges]
        return [f"{start} - {end}" for start, end in zip(clocks[::2], clocks[1::2])]
