"""What must stand on a member's timesheets, from the raw rows of their time, in the plainest words: a day is looked at
for itself, a minute is every sixtieth second of a day, a rate is the last one that was said by then.

Written to be read, not to be fast, and on purpose in another way than the server does it: no ranges, no rollups."""

import copy
import dataclasses
import datetime
import zoneinfo
from fractions import Fraction

CUSTOM, MEMBER, PROJECT = 1, 2, 3  # whose rate counts: rate_type
BREAK = 8  # the method that is no work
EVERYBODY = None
DAY = datetime.timedelta(days=1)


def local_day(second, zone):
    return datetime.datetime.fromtimestamp(second, zoneinfo.ZoneInfo(zone)).date()


def half_up(number):
    return (number + Fraction(1, 2)).__floor__()


def decimal(ten_thousandths):
    """As it is sent."""
    return float(Fraction(ten_thousandths, 10000))


@dataclasses.dataclass(frozen=True)
class Entry:
    """A raw row; the seconds are of UTC."""
    id: int
    start: int
    end: int
    contract: int | None
    method: int
    from_slots: int

    @property
    def span(self):
        return self.start, self.end

    @property
    def is_break(self):
        return self.method == BREAK


class History:
    """What was said, in the order in which it was: it holds from its day on, whatever was said before."""

    def __init__(self, value):
        self.said = [(datetime.date.min, value)]

    def say(self, day, value):
        self.said.append((day, value))

    def on(self, day):
        return next(value for first, value in reversed(self.said) if first <= day)


@dataclasses.dataclass
class Contract:
    """The histories are of (rate type, rate); without a rate of its project nobody is billed."""
    id: int
    project_id: int
    currency: str
    own: History
    member: History
    project: History

    def hourly(self, day):
        kind, own = self.own.on(day)
        rates = {CUSTOM: own, MEMBER: self.member.on(day)[1], PROJECT: self.project.on(day)[1]}
        return None if rates[PROJECT] is None else rates[kind]


@dataclasses.dataclass
class Sheet:
    first: datetime.date
    last: datetime.date
    status: str = "pending"
    kept: dict = None  # what stood on it when it was approved, until it is reopened

    def __contains__(self, day):
        return self.first <= day <= self.last

    @property
    def is_closed(self):
        return self.status in ("submitted", "approved")


class Sheets:
    """Of one member."""

    def __init__(self, zone):
        self.zone = zone
        self.assigned = {}  # (first day, user or EVERYBODY): period
        self.contracts, self.names = {}, {}  # by id; names of projects
        self.sheets, self.entries, self.days = [], [], {}  # days: by id of the entry

    # ---- time ----

    def observe(self, entries, zone=None, changed=None):
        """The rows as they are now; `changed`: the id of one that was changed by hand."""
        before, self.entries = self.entries, entries
        self.days = {entry.id: self.day_before(entry, before, changed) or local_day(entry.start, zone or self.zone)
                     for entry in entries}
        for day in sorted(set(self.days.values())):
            self.need(day)

    def day_before(self, entry, before, changed):
        """Time stays on the day that it had where its member was when it came to be, also when slots are put together
        in another way, but not when a person gives it other times."""
        for old in before:
            if old.id == entry.id:
                return None if old.id == changed and old.span != entry.span else self.days[old.id]
        return next((self.days[old.id] for old in before
                     if old.from_slots and entry.from_slots and old.start <= entry.start < old.end), None)

    def of_day(self, day):
        return [entry for entry in self.entries if self.days[entry.id] == day]

    def seconds(self, day):
        return sum(entry.end - entry.start for entry in self.of_day(day) if not entry.is_break)

    def minutes(self, day):
        """By contract: each has the full minutes of the day's work that end in its own seconds, one contract after the
        other."""
        result, running = {}, 0
        for contract in sorted({entry.contract or 0 for entry in self.of_day(day) if not entry.is_break}):
            before = running // 60
            running += sum(entry.end - entry.start for entry in self.of_day(day)
                           if not entry.is_break and (entry.contract or 0) == contract)
            result[contract or None] = running // 60 - before
        return result

    # ---- periods ----

    def period(self, day):
        """Something that is the same for the days that belong together; None: nothing is assigned."""
        for of_all in (False, True):
            found = [(first, period) for (first, user), period in self.assigned.items()
                     if (user is EVERYBODY) == of_all and first <= day]
            if found:
                first, period = max(found)
                key = {"daily": day, "weekly": (day - first).days // 7, "bi-weekly": (day - first).days // 14,
                       "twice a month": (day.year, day.month, day.day > 15),
                       "monthly": (day.year, day.month)}.get(period)
                return None if key is None else (of_all, first, key)
        return None

    def sheet_of(self, day):
        return next((sheet for sheet in self.sheets if day in sheet), None)

    def need(self, day):
        """A day with time has a sheet: of the days around it that belong to it and are on none yet."""
        period = self.period(day)
        if period is None or self.sheet_of(day):
            return
        sheet = Sheet(day, day)
        while self.period(sheet.first - DAY) == period and not self.sheet_of(sheet.first - DAY):
            sheet.first -= DAY
        while self.period(sheet.last + DAY) == period and not self.sheet_of(sheet.last + DAY):
            sheet.last += DAY
        self.sheets = sorted([*self.sheets, sheet], key=lambda each: each.first)

    # ---- what stands on a sheet ----

    def line(self, contract_id, minutes, day):
        contract = self.contracts.get(contract_id)
        line = {"project_id": contract and contract.project_id,
                "project_name": contract and self.names[contract.project_id], "contract_id": contract_id,
                "total_minutes": minutes}
        rate = contract and contract.hourly(day)
        if rate is not None:
            line |= {"total_amount": half_up(Fraction(minutes * rate, 60)), "currency": contract.currency}
        return line

    def show(self, sheet):
        """As those see it who may see rates."""
        days = sorted(day for day in set(self.days.values()) if day in sheet)
        lines = {str(day): [self.line(contract, minutes, day) for contract, minutes in self.minutes(day).items()]
                 for day in days if self.minutes(day)}
        every = [line for of_day in lines.values() for line in of_day]
        minutes = sum(line["total_minutes"] for line in every)
        shown = {"date_from": str(sheet.first), "date_to": str(sheet.last), "status": sheet.status,
                 "total_minutes": minutes, "total_hours": decimal(half_up(Fraction(minutes * 10000, 60))),
                 "daily_breakdown": lines}
        paid = [line for line in every if "total_amount" in line]
        if paid and len({line["currency"] for line in paid}) == 1:
            shown |= {"total_amount": decimal(sum(line["total_amount"] for line in paid)),
                      "currency": paid[0]["currency"]}
        for line in paid:
            line["total_amount"] = decimal(line["total_amount"])
        return shown

    def move(self, sheet, status):
        sheet.kept = self.show(sheet) | {"status": status} if status == "approved" else None
        sheet.status = status

    def picture(self):
        return [copy.deepcopy(sheet.kept) or self.show(sheet) for sheet in self.sheets]


def without_rates(shown):
    """What is left for those who may not see them."""
    if isinstance(shown, dict):
        return {key: without_rates(value) for key, value in shown.items() if key not in ("total_amount", "currency")}
    return [without_rates(each) for each in shown] if isinstance(shown, list) else shown
