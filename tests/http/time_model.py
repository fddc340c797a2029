"""What a member's timeline must look like, in the plainest words: a row of seconds.

Written to be read, not to be fast, and on purpose in another way than the server does it: no spans, only seconds that
belong to somebody or to nobody."""

import dataclasses
import datetime

BEGIN = datetime.datetime(2024, 1, 20, tzinfo=datetime.timezone.utc)  # a Saturday
DAYS = 4
PER_DAY = 86400
SECONDS = DAYS * PER_DAY
WEEKS = [range(0, 2 * PER_DAY), range(2 * PER_DAY, SECONDS)]  # until Sunday midnight, and from Monday
NO_LIMIT = 168
METHODS = ("Desktop tracker", "Manually added time", "Web tracker", "Idle time", "Break")  # in the order of minutes


def instant(second):
    return BEGIN + datetime.timedelta(seconds=second)


# Of some time: seconds, inactive ones, keys, clicks, scrolls, those of which only a level is known, and times that.
NOTHING_SEEN = (0,) * 7


@dataclasses.dataclass
class Entry:
    start: int
    end: int
    method: str
    contract: bool
    derived: bool = False
    minutes: int = 0
    seen: tuple = NOTHING_SEEN

    @property
    def is_break(self):
        return self.method == "Break"


@dataclasses.dataclass
class Slot:
    id: str
    start: int
    end: int
    method: str
    contract: bool
    counts: tuple | None = None  # inactive seconds, keys, clicks, scrolls; or none were sent, only
    level: int = 0

    @property
    def seen(self):
        seconds = self.end - self.start
        return (seconds, *self.counts, 0, 0) if self.counts else (seconds, 0, 0, 0, 0, seconds, seconds * self.level)


class Timeline:
    def __init__(self, limit, contract_limit):
        self.limit, self.contract_limit = limit, contract_limit
        self.entries, self.slots, self.removed = [], {}, bytearray(SECONDS)

    # ---- minutes ----

    def deal(self):
        """A day's work has as many minutes as its seconds make; each entry has those at which its own seconds end, one
        contract and method after the other."""
        running = {}
        self.entries.sort(key=lambda entry: entry.start)
        for entry in sorted(self.entries, key=lambda each: (each.contract, METHODS.index(each.method), each.start)):
            day = entry.start // PER_DAY, entry.is_break
            before = running.get(day, 0)
            running[day] = before + entry.end - entry.start
            entry.minutes = sum(1 for second in range(before + 1, running[day] + 1) if second % 60 == 0)

    # ---- limits ----

    def used(self, week, entries, contract):
        total = 0
        for entry in entries:
            if not entry.is_break and (entry.contract or not contract):
                total += max(0, min(entry.end, week.stop) - max(entry.start, week.start))
        return total

    def left(self, week, entries, method, contract, had):
        """What the week had before is within its limits, though they are lower now."""
        if method == "Break":
            return SECONDS
        rests = [max(limit * 3600, self.used(week, had, by_contract)) - self.used(week, entries, by_contract)
                 for limit, by_contract in ((self.limit, False), (self.contract_limit if contract else NO_LIMIT, True))
                 if limit != NO_LIMIT]
        return max(0, min(rests)) if rests else SECONDS

    def keep(self, start, end, method, contract, entries, had, derived=False):
        """Of free seconds, week by week, what the limits leave: appended to entries, by days."""
        for week in WEEKS:
            first, last = max(start, week.start), min(end, week.stop)
            if first >= last:
                continue
            last = min(last, first + self.left(week, entries, method, contract, had))
            while first < last:
                midnight = (first // PER_DAY + 1) * PER_DAY
                entries.append(Entry(first, min(last, midnight), method, contract, derived))
                first = min(last, midnight)

    # ---- adding ----

    def add(self, start, end, method, contract, instead_of=None):
        """The minutes that were saved, and whether anything was."""
        had, before = self.entries + ([instead_of] if instead_of else []), list(self.entries)
        for first, last in free(taken(self.entries), start, end):
            self.keep(first, last, method, contract, self.entries, had)
        added = self.entries[len(before):]
        for entry in added:
            entry.seen = share(instead_of, entry) if instead_of else NOTHING_SEEN
        self.deal()
        return sum(entry.minutes for entry in added), len(added) > 0

    def take_out(self, entry):
        self.entries.remove(entry)
        if entry.derived:
            mark(self.removed, entry)
        self.deal()

    # ---- slots ----

    def derive(self, touched):
        """The weeks in which one of the spans lies; the others stay as they are."""
        had = list(self.entries)
        entries = [entry for entry in had if not entry.derived]
        blocked = taken(entries, bytearray(self.removed))
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
                for first, last in free(blocked, start, end):
                    more = list(entries) + made
                    self.keep(first, last, slot.method, slot.contract, more, had, derived=True)
                    for entry in more[len(entries) + len(made):]:
                        entry.seen = share(slot, entry)
                    made = more[len(entries):]
            entries += made
        self.entries = joined(entries)
        self.deal()

    def picture(self):
        return [(entry.start, entry.end, entry.method, entry.contract) for entry in self.entries]


def share(whole, part):
    """What was seen of it, evenly, in those of its seconds that lie in a part."""
    length, first = whole.end - whole.start, max(whole.start, part.start) - whole.start
    last = max(first, min(whole.end, part.end) - whole.start)
    return tuple(count * last // length - count * first // length for count in whole.seen)


def mark(seconds, entry):
    seconds[entry.start:entry.end] = bytes([1]) * (entry.end - entry.start)


def taken(entries, seconds=None):
    """A byte a second: 1 where an entry lies."""
    seconds = bytearray(SECONDS) if seconds is None else seconds
    for entry in entries:
        mark(seconds, entry)
    return seconds


def free(seconds, start, end):
    """(first, last + 1) of seconds that follow each other and belong to nobody."""
    result = []
    while (first := seconds.find(0, start, end)) >= 0:
        last = seconds.find(1, first, end)
        start = end if last < 0 else last
        result.append((first, start))
    return result


def joined(entries):
    """By time; derived ones that go on in the same way, on the same day, are one."""
    result = []
    for entry in sorted(entries, key=lambda each: each.start):
        last = result[-1] if result else None
        if (last and last.derived and entry.derived and last.end == entry.start and entry.start % PER_DAY
                and (last.method, last.contract) == (entry.method, entry.contract)):
            last.end = entry.end
            last.seen = tuple(map(sum, zip(last.seen, entry.seen)))
        else:
            result.append(dataclasses.replace(entry))
    return result
