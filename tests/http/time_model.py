"""What a member's timeline must look like, in the plainest words: a list of ticks of twenty seconds.

Written to be read, not to be fast, and on purpose in another way than the server does it: no spans, only ticks that
belong to somebody or to nobody."""

import dataclasses
import datetime

TICK = 20  # seconds
BEGIN = datetime.datetime(2024, 1, 20, tzinfo=datetime.timezone.utc)  # a Saturday
DAYS = 4
PER_DAY = 86400 // TICK
TICKS = DAYS * PER_DAY
WEEKS = [range(0, 2 * PER_DAY), range(2 * PER_DAY, TICKS)]  # until Sunday midnight, and from Monday
NO_LIMIT = 168


def instant(tick):
    return BEGIN + datetime.timedelta(seconds=tick * TICK)


def minutes(start, end):
    """Full minutes of the clock that pass between two ticks."""
    return end * TICK // 60 - start * TICK // 60


@dataclasses.dataclass
class Entry:
    start: int
    end: int
    method: str
    contract: bool
    derived: bool = False

    @property
    def minutes(self):
        return minutes(self.start, self.end)


@dataclasses.dataclass
class Slot:
    id: str
    start: int
    end: int
    method: str
    contract: bool


class Timeline:
    def __init__(self, limit, contract_limit):
        self.limit, self.contract_limit = limit, contract_limit
        self.entries, self.slots, self.removed = [], {}, set()
        self.tracker = None  # (start, contract)

    # ---- limits ----

    def used(self, week, entries, contract):
        total = 0
        for entry in entries:
            if entry.method != "Break" and (entry.contract or not contract):
                start, end = max(entry.start, week.start), min(entry.end, week.stop)
                total += minutes(start, end) if start < end else 0
        return total

    def left(self, week, entries, method, contract, had):
        """What the week had before is within its limits, though they are lower now."""
        if method == "Break":
            return None
        rests = [max(limit * 60, self.used(week, had, by_contract)) - self.used(week, entries, by_contract)
                 for limit, by_contract in ((self.limit, False), (self.contract_limit if contract else NO_LIMIT, True))
                 if limit != NO_LIMIT]
        return max(0, min(rests)) if rests else None

    def keep(self, start, end, method, contract, entries, had, derived=False):
        """Of free ticks, week by week, what the limits leave: appended to entries, by days."""
        for week in WEEKS:
            first, last = max(start, week.start), min(end, week.stop)
            if first >= last:
                continue
            left = self.left(week, entries, method, contract, had)
            if left is not None and minutes(first, last) > left:
                while last > first and (minutes(first, last) > left or last * TICK % 60):
                    last -= 1
            while first < last:
                midnight = (first // PER_DAY + 1) * PER_DAY
                entries.append(Entry(first, min(last, midnight), method, contract, derived))
                first = min(last, midnight)

    # ---- adding ----

    def taken(self):
        return {tick for entry in self.entries for tick in range(entry.start, entry.end)}

    def add(self, start, end, method, contract, instead_of=None):
        """The minutes that were saved."""
        taken, before = self.taken(), len(self.entries)
        had = self.entries + ([instead_of] if instead_of else [])
        for first, last in runs(tick for tick in range(start, end) if tick not in taken):
            self.keep(first, last, method, contract, self.entries, had)
        return sum(entry.minutes for entry in self.entries[before:]), len(self.entries) > before

    def take_out(self, entry):
        self.entries.remove(entry)
        if entry.derived:
            self.removed |= set(range(entry.start, entry.end))

    # ---- slots ----

    def derive(self, touched):
        """The weeks in which one of the spans lies; the others stay as they are."""
        had = list(self.entries)
        entries = [entry for entry in had if not entry.derived]
        blocked = {tick for entry in entries for tick in range(entry.start, entry.end)} | self.removed
        for week in WEEKS:
            if not any(each.start < week.stop and each.end > week.start for each in touched):
                entries += [entry for entry in had if entry.derived and entry.start in week]
                continue
            covered, made = week.start, []
            for slot in sorted(self.slots.values(), key=lambda each: (each.start, each.id)):
                start, end = max(slot.start, covered), min(slot.end, week.stop)
                if start >= end:
                    continue
                covered = end
                for first, last in runs(tick for tick in range(start, end) if tick not in blocked):
                    more = list(entries) + made
                    self.keep(first, last, slot.method, slot.contract, more, had, derived=True)
                    made = more[len(entries):]
            entries += made
        self.entries = joined(entries)

    def picture(self):
        return [(entry.start, entry.end, entry.method, entry.contract) for entry in self.entries]


def runs(ticks):
    """(first, last + 1) of ticks that follow each other."""
    result = []
    for tick in ticks:
        if result and result[-1][1] == tick:
            result[-1][1] = tick + 1
        else:
            result.append([tick, tick + 1])
    return result


def joined(entries):
    """By time; derived ones that go on in the same way, on the same day, are one."""
    result = []
    for entry in sorted(entries, key=lambda each: each.start):
        last = result[-1] if result else None
        if (last and last.derived and entry.derived and last.end == entry.start and entry.start % PER_DAY
                and (last.method, last.contract) == (entry.method, entry.contract)):
            last.end = entry.end
        else:
            result.append(dataclasses.replace(entry))
    return result
