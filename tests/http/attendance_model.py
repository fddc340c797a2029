"""Attendance in plain Python, minute by minute: from shifts, entries and the time of day alone (contract 3.13, decision
0042). Whoever was there in a minute was there for all of it; the tests write whole minutes."""

import dataclasses
import datetime
import zoneinfo

DAY = datetime.timedelta(days=1)
STATUSES = ["Present", "Absent", "Late", "Left early", "Tracked less"]  # in the order of the report


def minute_of(instant):
    return int(instant.timestamp()) // 60


@dataclasses.dataclass
class Member:
    timezone: str
    hours: dict        # weekday (0: Monday) -> (start, end) as "HH:MM"; an end before the start is on the next day
    first: datetime.date  # the first and the last day of these shifts
    last: datetime.date
    worked: set        # minutes since 1970
    tracks_from: int   # the minute in which the running tracker was started, or None

    def midnight(self, day):
        return self._at(day, "00:00")

    def _at(self, day, clock):
        time = datetime.time.fromisoformat(clock)
        return minute_of(datetime.datetime.combine(day, time, zoneinfo.ZoneInfo(self.timezone)))

    def shift(self, day):
        """(first minute, the one behind the last), or None."""
        if day.weekday() not in self.hours or not self.first <= day <= self.last:
            return None
        start, end = self.hours[day.weekday()]
        return self._at(day, start), self._at(day + DAY if end <= start else day, end)

    def border(self, day):
        """Where the day before ends for the member, and this one begins."""
        midnight, before, own = self.midnight(day), self.shift(day - DAY), self.shift(day)
        if not before or before[1] <= midnight:
            return midnight
        follows = own[0] if own else self.midnight(day + DAY)
        return before[1] + (follows - before[1]) / 2


def attendance(member, day, now, late_allowed, early_allowed):
    """What the report says of a member's day at the minute `now`."""
    begins, ends, shift = member.border(day), member.border(day + DAY), member.shift(day)
    worked = set(member.worked)
    tracks = member.tracks_from is not None
    if tracks:
        worked |= set(range(member.tracks_from, now))
    # A border may lie within a minute: half of it is this day's.
    seconds = [60 * minute + half for minute in worked for half in (0, 30) if begins <= minute + half / 60 < ends]
    came, tracks_today = bool(seconds), tracks and begins <= now <= ends
    told = {"late_minutes": 0, "left_early_minutes": 0, "required_minutes": 0,
            "total_minutes": len(seconds) * 30 // 60, "is_tracking": tracks_today,
            "start": min(seconds) if came else None,
            "end": None if tracks_today or not came else max(seconds) + 30}
    is_over = not shift or now >= shift[1]
    if shift:
        start, end = shift
        told["required_minutes"] = end - start
        first = min(seconds) / 60 if came else None if is_over else now
        if first is not None:
            late = int(min(first, end) - start)
            told["late_minutes"] = late if late > late_allowed else 0
        if came and is_over and not tracks_today:
            early = int(end - max((max(seconds) + 30) / 60, start))
            told["left_early_minutes"] = early if early > early_allowed else 0
    done = shift and is_over and not tracks_today
    present = came or tracks_today
    holds = {"Present": present, "Absent": done and not present, "Late": told["late_minutes"] > 0,
             "Left early": told["left_early_minutes"] > 0,
             "Tracked less": done and present and told["total_minutes"] < told["required_minutes"]}
    return told | {"statuses": [status for status in STATUSES if holds[status]]}
