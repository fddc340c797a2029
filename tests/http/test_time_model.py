"""Random sequences of all that changes time, against a plain model: entries, days and totals must be the same."""

import bisect
import datetime
import itertools

import pytest
from client import Client
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from scenario import check_books, entries, run_sql, new_contract, new_member, set_clock
from time_model import BEGIN, DAYS, NO_LIMIT, PER_DAY, SECONDS, Slot, Timeline, instant

COUNTS = ("inactive_seconds", "keys", "clicks", "scrolls")
SEEN = ("activity_seconds", "inactive_seconds", "keys", "clicks", "scrolls", "level_seconds", "level_points")
CODES = {"Desktop tracker": 1, "Manually added time": 3, "Web tracker": 5, "Idle time": 6, "Break": 8}
METHODS = {"desktop": "Desktop tracker", "idle": "Idle time", "break": "Break"}
PER_MINUTE = 60
numbers = itertools.count(1)

times = st.integers(0, SECONDS - 1)
lengths = st.one_of(st.integers(1, 1800), st.integers(1, PER_DAY))
flags = st.booleans()
slot_lengths = st.one_of(st.sampled_from([1, 59, 60, 599, 600]), st.integers(1, 600))
# (length, from one to the next): also devices that end slots at :59, or leave seconds between them.
rhythms = st.sampled_from([(600, 600), (599, 600), (59, 60), (60, 61), (2, 60), (600, 601)])
operations = st.one_of(
    st.tuples(st.just("add"), times, lengths, flags),
    st.tuples(st.just("ask"), times, st.one_of(lengths, st.integers(1, 2 * PER_DAY)), flags),
    st.tuples(st.just("decide"), times),
    st.tuples(st.just("change"), times, times, lengths),
    st.tuples(st.just("delete"), times),
    st.tuples(st.just("track"), times, st.one_of(lengths, st.integers(1, 2 * PER_DAY)), flags),
    st.tuples(st.just("slots"), st.lists(st.tuples(times, slot_lengths, st.sampled_from(list(METHODS)), flags),
                                         min_size=1, max_size=8)),
    st.tuples(st.just("row"), times, st.integers(2, 30), rhythms, st.sampled_from(list(METHODS)), flags),
    st.tuples(st.just("go_on"), st.integers(0, 800), st.integers(1, 20), rhythms, st.sampled_from(list(METHODS)),
              flags),
    st.tuples(st.just("replay"), times),
    st.tuples(st.just("limit"), st.sampled_from([1, 6, 20, 40, 168]), flags))


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    owner = Client(demo, "demo-owner")
    editors = owner.get("/settings", workspace_id=1).data["time_editors"]
    owner.put("/settings", json={"time_editors": []}, workspace_id=1)
    yield
    owner.put("/settings", json={"time_editors": editors}, workspace_id=1)
    check_books(stint, demo)


class Member:
    """A member of the server, and the model of them."""

    def __init__(self, owner, limit, contract_limit, since):
        self.owner = owner
        set_clock(owner, since)
        self.id = new_member(owner)
        owner.put(f"/members/{self.id}", json={"weekly_hours_limit": limit}, workspace_id=1)
        self.contract = new_contract(owner, 100, self.id, weekly_hours_limit=contract_limit)["id"]
        self.model = Timeline(limit, contract_limit)
        self.prefix = next(numbers)
        self.asked = []  # (id of the time request, start, end, contract)

    def days(self):
        return [str((BEGIN + datetime.timedelta(days=day)).date()) for day in range(DAYS)]

    def rows(self):
        return [row for day in self.days() for row in entries(self.owner, self.id, day, per_page=50)]

    def contract_id(self, contract):
        return self.contract if contract else None

    # ---- operations: each on both ----

    def add(self, start, length, contract):
        """By hand: whole minutes of one day."""
        start = start // PER_MINUTE * PER_MINUTE
        last = (start // PER_DAY + 1) * PER_DAY - PER_MINUTE
        end = min(last, start + (length + PER_MINUTE - 1) // PER_MINUTE * PER_MINUTE)
        if end <= start:
            return
        set_clock(self.owner, instant(SECONDS).isoformat())
        reply = self.owner.post("/time-entries", json={
            "workspace_id": 1, "user_id": self.id, "contract_id": self.contract_id(contract),
            "date": str(instant(start).date()), "start_time": f"{instant(start):%H:%M}",
            "end_time": f"{instant(end):%H:%M}"})
        saved, any_saved = self.model.add(start, end, "Manually added time", contract)
        assert reply.status == (201 if any_saved else 400), reply
        if any_saved:
            assert reply.body["saved_minutes"] == saved

    def ask(self, start, length, contract):
        """To the second, over midnights; by somebody who may not edit time, so that it is decided later."""
        end = min(SECONDS, start + length)
        set_clock(self.owner, instant(SECONDS).isoformat())
        data = Client(self.owner.server, "demo-executive-manager").post("/time-requests", json={
            "workspace_id": 1, "user_id": self.id, "contract_id": self.contract_id(contract),
            "start": instant(start).isoformat(), "end": instant(end).isoformat()}).data
        assert (data["status"], data["saved_minutes"]) == ("pending", None)
        self.asked.append((data["id"], start, end, contract))

    def decide(self, choice):
        if not self.asked:
            return
        index = choice % len(self.asked)
        id, start, end, contract = self.asked[index]
        reply = self.owner.post(f"/time-requests/{id}/approve", json={"workspace_id": 1})
        saved, any_saved = self.model.add(start, end, "Manually added time", contract)
        assert reply.status == (200 if any_saved else 400), reply
        if any_saved:
            assert reply.data["saved_minutes"] == saved
            del self.asked[index]

    def some(self, choice):
        rows = self.rows()
        if not rows:
            return None, None
        index = choice % len(rows)
        return rows[index], self.model.entries[index]

    def change(self, choice, start, length):
        row, entry = self.some(choice)
        if not row:
            return
        day = entry.start // PER_DAY
        start = day * PER_DAY + start % PER_DAY // PER_MINUTE * PER_MINUTE
        end = min((day + 1) * PER_DAY - PER_MINUTE, start + (length + PER_MINUTE - 1) // PER_MINUTE * PER_MINUTE)
        if end <= start:
            return
        said = {"start_time": f"{instant(start):%H:%M}", "end_time": f"{instant(end):%H:%M}"}
        # An end whose clock time is said as it is stays, to the second.
        start = entry.start if said["start_time"] == row["start_local"] else start
        end = entry.end if said["end_time"] == row["end_local"] else end
        if (start, end) == (entry.start, entry.end):
            return
        set_clock(self.owner, instant(SECONDS).isoformat())
        reply = self.owner.put(f"/time-entries/{row['id']}", json={"workspace_id": 1, **said})
        before = list(self.model.entries), bytearray(self.model.removed)
        self.model.take_out(entry)
        _, any_saved = self.model.add(start, end, entry.method, entry.contract, instead_of=entry)
        assert reply.status == (200 if any_saved else 400), reply
        if any_saved:
            self.model.derive([entry])
        else:
            self.model.entries, self.model.removed = before
            self.model.deal()

    def delete(self, choice):
        row, entry = self.some(choice)
        if not row:
            return
        assert self.owner.delete(f"/time-entries/{row['id']}", json={"workspace_id": 1}).status == 200
        self.model.take_out(entry)
        self.model.derive([entry])

    def track(self, start, length, contract):
        """Start and stop at once: that limits stop a running tracker is another test's matter."""
        end = min(SECONDS, start + length)
        set_clock(self.owner, instant(start).isoformat())
        body = {"workspace_id": 1, "user_id": self.id}
        reply = self.owner.post("/time-tracking/start", json=body | {"contract_id": self.contract_id(contract)})
        if reply.status == 400:
            assert reply.failure == (400, "limit_reached")
            return
        # What the tracker may save is known when it stops; a limit may have stopped it before.
        set_clock(self.owner, instant(end).isoformat())
        self.owner.post("/time-tracking/stop", json=body)
        self.model.add(start, self.stopped_at(start, end, contract), "Web tracker", contract)

    def stopped_at(self, start, end, contract):
        """The tracker ends where a limit first leaves something out; what comes after is not tracked any more."""
        def cut(last):
            kept, free = (self.trial(start, last, contract, *limits) for limits in
                          ((self.model.limit, self.model.contract_limit), (NO_LIMIT, NO_LIMIT)))
            return free > kept
        return start + 1 + bisect.bisect_left(range(start + 1, end), True, key=cut)

    def trial(self, start, last, contract, limit, contract_limit):
        timeline = Timeline(limit, contract_limit)
        timeline.entries = list(self.model.entries)
        return timeline.add(start, last, "Web tracker", contract)[0]

    def send(self, batch):
        reply = self.owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": self.id, "slots": [
            {"id": slot.id, "start": instant(slot.start).isoformat(), "end": instant(slot.end).isoformat(),
             "method": next(key for key, value in METHODS.items() if value == slot.method),
             "contract_id": self.contract_id(slot.contract), "activity_level": slot.level,
             **dict(zip(COUNTS, slot.counts or []))} for slot in batch]})
        new = [slot for slot in batch if slot.id not in self.model.slots]
        before = sum(entry.minutes for entry in self.model.entries)
        self.model.slots |= {slot.id: slot for slot in new}
        if new:
            self.model.derive(new)
        gained = sum(entry.minutes for entry in self.model.entries) - before
        told = [reply.data[name] for name in ("accepted", "duplicates", "saved_minutes")]
        assert told == [len(new), len(batch) - len(new), gained]

    def slot(self, start, length, method, contract):
        number, end = next(numbers), min(SECONDS, start + length)
        counts = (number % (end - start + 1), 7 * number % 1000, number % 11, number % 3) if number % 4 else None
        return Slot(f"{self.prefix}-{number:09}", start, end, METHODS[method], contract, counts, number % 101)

    def slots(self, batch):
        set_clock(self.owner, instant(SECONDS).isoformat())
        self.send([self.slot(*each) for each in batch])

    def rhythm(self, start, count, rhythm, method, contract):
        length, step = rhythm
        return [(start + index * step, length, method, contract) for index in range(count)
                if start + index * step < SECONDS]

    def row(self, start, count, rhythm, method, contract):
        self.slots(self.rhythm(start, count, rhythm, method, contract))

    def go_on(self, gap, count, rhythm, method, contract):
        """After the last of the slots, as a tracker sends them, in batches of three."""
        start = max((slot.end for slot in self.model.slots.values()), default=PER_DAY // 3) + gap
        work = self.rhythm(start, count, rhythm, method, contract)
        for first in range(0, len(work), 3):
            self.slots(work[first:first + 3])

    def replay(self, choice):
        known = list(self.model.slots.values())
        if known:
            set_clock(self.owner, instant(SECONDS).isoformat())
            self.send(known[choice % len(known):][:5])

    def limit(self, hours, of_contract):
        body = {"weekly_hours_limit": hours}
        if of_contract:
            self.owner.put(f"/contracts/{self.contract}", json=body, workspace_id=1)
            self.model.contract_limit = hours
        else:
            self.owner.put(f"/members/{self.id}", json=body, workspace_id=1)
            self.model.limit = hours

    # ---- comparing ----

    def compare(self):
        rows = self.rows()
        shown = [(second_of(row["start_time"]), second_of(row["end_time"]), row["method"],
                  row["contract_id"] is not None) for row in rows]
        self.model.entries = sorted(self.model.entries, key=lambda entry: entry.start)
        assert shown == self.model.picture()
        assert [row["duration_minutes"] for row in rows] == [entry.minutes for entry in self.model.entries]

    def compare_seen(self):
        """What is kept of each day, contract and method: sums in which each of these has a weight of its own."""
        weight = (f"(day - {(BEGIN.date() - datetime.date(1970, 1, 1)).days} + 10 * method "
                  "+ CASE WHEN contract_id > 0 THEN 100 ELSE 0 END)")
        sums = " || ' ' || ".join(f"COALESCE(sum({column} * {weight}), 0)" for column in SEEN)
        kept = run_sql(self.owner.server, f"SELECT {sums} FROM daily_minutes WHERE user_id = {self.id}")
        weights = [entry.start // PER_DAY + 10 * CODES[entry.method] + 100 * entry.contract
                   for entry in self.model.entries]
        assert [int(value) for value in kept.split()] == [
            sum(weight * entry.seen[index] for weight, entry in zip(weights, self.model.entries))
            for index in range(len(SEEN))]

    def compare_days(self):
        """The kept minutes of a day, as the tracker's display shows them."""
        rows = self.rows()
        for day in self.days():
            of_day = [row["total_minutes"] for row in rows if row["date"] == day]
            assert sum(of_day) <= 1440
            for is_break in (False, True):
                shown = [row for row in rows if row["date"] == day and (row["method"] == "Break") == is_break]
                assert sum(row["total_minutes"] for row in shown) == seconds_of(shown) // 60
                for keys in (["contract_id"], ["contract_id", "method"]):
                    for part in groups_of(shown, keys):
                        assert abs(sum(row["total_minutes"] for row in part) - seconds_of(part) / 60) < 1
            set_clock(self.owner, f"{day}T00:00:00Z")
            body = {"workspace_id": 1, "user_id": self.id}
            if self.owner.post("/time-tracking/start", json=body).status == 200:
                data = self.owner.get("/time-tracking/current-data", workspace_id=1, user_id=self.id).data
                assert data["total_minutes"] == sum(of_day)
                self.owner.post("/time-tracking/stop", json=body)


def groups_of(rows, keys):
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups.values()


def seconds_of(rows):
    return sum(second_of(row["end_time"]) - second_of(row["start_time"]) for row in rows)


def second_of(text):
    return int((datetime.datetime.fromisoformat(text) - BEGIN).total_seconds())


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(limit=st.sampled_from([NO_LIMIT, NO_LIMIT, 40, 12, 3]), contract_limit=st.sampled_from([NO_LIMIT, 10, 2]),
       since=st.sampled_from(["2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"]),
       sequence=st.lists(operations, min_size=1, max_size=14))
def test_any_sequence(owner, limit, contract_limit, since, sequence):
    """`since`: when the limits were set; of weeks that began later, slots at the end are derived alone."""
    member = Member(owner, limit, contract_limit, since)
    for name, *arguments in sequence:
        note(f"{name} {arguments}")
        getattr(member, name)(*arguments)
        member.compare()
    member.compare_seen()
    member.compare_days()
