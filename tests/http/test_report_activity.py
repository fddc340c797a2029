"""The activity-level report (contract 3.13), also against the published formula in its own words."""

import collections
import datetime
import fractions
import random
import zoneinfo

import pytest
from client import Client
from report_links import behind, lines_of, without_links
from scenario import add_time, new_colleague, new_contract, new_member, new_project, set_clock
from test_activity import counted, send, slot

DAY, NEXT = "2024-01-15", "2024-01-16"
NOTHING = {"activity_level": 0, "total_minutes": 0, "inactive_minutes": 0, "keys": 0, "clicks": 0, "scrolls": 0}
SENSITIVITY = {"Relaxed": 25, "Normal": 50, "Strict": 100}


@pytest.fixture(autouse=True)
def later(owner):
    set_clock(owner, "2024-06-01T00:00:00Z")


def report(client, start=DAY, end=NEXT, **query):
    return client.get("/reports/activity-level", workspace_id=1, start_date=start, end_date=end, **query)


def levels(client, person, **query):
    """{day: percent}, and that of all of them."""
    [user] = report(client, user_ids=person, **query).data["users"]
    return {row["date"]: row["activity_level"] for row in user["daily_breakdown"]}, user["activity_level"]


# ---- figures ----

def test_by_day_and_by_member_and_all_together(owner):
    people = [new_member(owner) for _ in range(2)]
    send(owner, people[0], counted("09:00", 200, 40, 10, 300), counted("09:10", 0), counted("10:00", 25, day=NEXT))
    send(owner, people[1], counted("09:00", 500, inactive_seconds=59))
    one = {**NOTHING, "activity_level": 25, "total_minutes": 20, "inactive_minutes": 5, "keys": 200, "clicks": 40,
           "scrolls": 10}
    two = {**NOTHING, "activity_level": 5, "total_minutes": 10, "keys": 25}
    three = {**NOTHING, "activity_level": 90.17, "total_minutes": 10, "keys": 500}
    assert without_links(report(owner, user_ids=people).data) == {
        "report_type": "activity_level", "start_date": DAY, "end_date": NEXT,
        "total": {"activity_level": 38.75, "total_minutes": 40, "inactive_minutes": 5, "keys": 725, "clicks": 40,
                  "scrolls": 10},
        "users": [
            {**NOTHING, "user_id": people[0], "user_name": "Ada Byron", "activity_level": 18.33, "total_minutes": 30,
             "inactive_minutes": 5, "keys": 225, "clicks": 40, "scrolls": 10,
             "daily_breakdown": [{"date": DAY, **one}, {"date": NEXT, **two}]},
            {"user_id": people[1], "user_name": "Ada Byron", **three, "daily_breakdown": [{"date": DAY, **three}]}]}


def test_levels_that_were_said_are_weighted_by_their_time(owner):
    person = new_member(owner)
    send(owner, person, slot("09:00", activity_level=80), slot("09:10", 300, activity_level=20))
    assert levels(owner, person) == ({DAY: 60}, 60)
    send(owner, person, counted("10:00", 500), counted("10:10", 0, day=NEXT, method="idle"))
    assert levels(owner, person) == ({DAY: 76, NEXT: 0}, 54.29)


def test_how_much_is_all_is_a_setting_and_holds_for_the_past(start_server):
    owner = Client(start_server(), "demo-owner")
    set_clock(owner, "2024-06-01T00:00:00Z")
    send(owner, 100, counted("18:00", 250))
    for name, level in (("Relaxed", 100), ("Normal", 50), ("Strict", 25)):
        owner.put("/settings", json={"activity_sensitivity": name}, workspace_id=1)
        assert levels(owner, 100) == ({DAY: level}, level)
        assert report(owner).data["total"]["activity_level"] == level


def test_time_by_hand_and_breaks_are_not_in_it(owner):
    person, idle = new_member(owner), new_member(owner)
    add_time(owner, person, DAY, "12:00", "16:00")
    add_time(owner, idle, DAY, "12:00", "16:00")
    send(owner, person, counted("09:00", 500), counted("09:10", 100, method="break"))
    data = report(owner, user_ids=[person, idle]).data
    assert [(user["user_id"], user["activity_level"], user["total_minutes"]) for user in data["users"]] == [
        (person, 100, 10)]
    assert data["total"]["keys"] == 500


def test_deleted_time_is_in_no_figure(owner):
    person = new_member(owner)
    send(owner, person, counted("09:00", 500))
    [entry] = owner.pages("/time-entries", workspace_id=1, user_id=person, date=DAY)
    owner.delete(f"/time-entries/{entry['id']}", workspace_id=1)
    assert report(owner, user_ids=person).data == {"report_type": "activity_level", "start_date": DAY, "end_date": NEXT,
                                                   "total": NOTHING, "users": []}


# ---- what is chosen ----

def test_of_some_contracts(owner):
    person = new_member(owner)
    contracts = [new_contract(owner, new_project(owner)["id"], person)["id"] for _ in range(2)]
    send(owner, person, counted("09:00", 100, contract_id=contracts[0]),
         counted("09:10", 200, contract_id=contracts[1]), counted("09:20", 400))
    for chosen, keys in (({}, 700), ({"contract_id": contracts[0]}, 100), ({"contract_id": contracts}, 300),
                         ({"contract_id[]": contracts[1]}, 200), ({"contract_id": "999999"}, 0)):
        data = report(owner, user_ids=person, **chosen).data
        assert data["total"]["keys"] == keys == sum(user["keys"] for user in data["users"])


def test_paged_by_members_with_the_total_of_all(owner):
    people = [new_member(owner) for _ in range(4)]
    for index, person in enumerate(people[:3]):
        send(owner, person, counted("09:00", 100 + index))
    assert owner.delete(f"/members/{people[1]}", workspace_id=1).status == 200
    spelled = (f"{people[0]},{people[1]},{people[2]},{people[3]}", people)
    for users in spelled:
        first, second = (report(owner, user_ids=users, per_page=2, page=page) for page in (1, 2))
        assert [[user["user_id"] for user in reply.data["users"]] for reply in (first, second)] == [
            people[:2], people[2:3]]
        assert first.data["total"] == second.data["total"] == {**NOTHING, "activity_level": 20.2, "total_minutes": 30,
                                                              "keys": 303}
        assert first.meta["pagination"]["total"] == 3
    assert report(owner, users=people[0]).data["total"]["keys"] == 100


def test_the_range(owner):
    assert list(report(owner, NEXT, DAY).faults) == ["end_date"]
    assert list(report(owner, "2024-01-01", "2024-02-01").faults) == ["end_date"]
    assert list(report(owner, f"{DAY}T00:00:00Z").faults) == ["start_date"]
    set_clock(owner, f"{NEXT}T12:00:00Z")
    data = owner.get("/reports/activity-level", workspace_id=1).data
    assert (data["start_date"], data["end_date"]) == (DAY, "2024-01-21")


# ---- what stands behind it ----

def test_a_number_leads_to_what_trackers_saw(owner):
    """Whole minutes of each day, of the contracts that were asked for."""
    person = new_member(owner)
    contracts = [new_contract(owner, new_project(owner)["id"], person)["id"] for _ in range(3)]
    add_time(owner, person, DAY, "12:00", "16:00", contract_id=contracts[0])
    for day in (DAY, NEXT):
        send(owner, person, counted("09:00", 9, seconds=50, day=day, contract_id=contracts[0]),
             counted("09:10", 9, seconds=50, day=day, contract_id=contracts[1]),
             counted("09:20", 9, seconds=50, day=day, contract_id=contracts[2]),
             counted("09:30", 9, day=day, method="break"))
    shown = {}
    for chosen in ("", ",".join(map(str, contracts[:2]))):
        lines = lines_of(report(owner, user_ids=person, **({"contract_id": chosen} if chosen else {})).data)
        shown[chosen] = [[(entry["date"], entry["duration_minutes"], entry["duration_seconds"])
                          for entry in behind(owner, "/reports/activity-level", line)] for line in lines]
    everything, some = shown.values()
    one, two = ([(day, 0, 50), (day, 1, 50), (day, 1, 50)] for day in (DAY, NEXT))
    assert everything == [one + two, one, two]
    assert some == [one[:2] + two[:2], one[:2], two[:2]]


# ---- against a model ----

class Seen:
    """What was seen of some seconds of slots: each slot evenly, in whole counts that add up."""

    def __init__(self):
        self.seconds, self.sums, self.said = 0, collections.Counter(), []

    def add(self, slot, second):
        length, at = slot["seconds"], second - slot["first"]
        self.seconds += 1
        if "keys" not in slot:
            self.said.append(slot["activity_level"])
        for name in ("keys", "clicks", "scrolls", "inactive_seconds"):
            count = slot.get(name, 0)
            self.sums[name] += count * (at + 1) // length - count * at // length

    def level(self, full):
        """As it is published, in minutes."""
        tracked = fractions.Fraction(self.seconds - len(self.said), 60)
        active = tracked - fractions.Fraction(self.sums["inactive_seconds"], 60)
        level = 0
        if active:
            actions = self.sums["keys"] + self.sums["clicks"] + self.sums["scrolls"]
            level = min(100, actions / active / full * 100) * (active / tracked)
        both = (level * tracked * 60 + sum(self.said)) / self.seconds
        return float(int(both * 100 + fractions.Fraction(1, 2)) / fractions.Fraction(100))


def random_slots(chance, first, count):
    """One after the other, some over the next, with gaps; also over the midnights."""
    second, result = first, []
    for number in range(count):
        seconds = chance.choice([600, 600, 599, 61, 7])
        what = {"activity_level": chance.randint(0, 100)} if chance.random() < 0.3 else {
            "keys": chance.randint(0, 900), "clicks": chance.randint(0, 60), "scrolls": chance.randint(0, 9),
            "inactive_seconds": chance.randint(0, seconds)}
        result.append({"id": f"{number:04}", "first": second, "seconds": seconds, **what,
                       "method": chance.choice(["desktop"] * 6 + ["idle", "break"])})
        second += seconds + chance.choice([0, 0, 0, -200, 1, 3000])
    return result


def as_sent(slot):
    start, end = (datetime.datetime.fromtimestamp(slot["first"] + more, datetime.timezone.utc).isoformat()
                  for more in (0, slot["seconds"]))
    return {key: value for key, value in slot.items() if key not in ("first", "seconds")} | {"start": start, "end": end}


def days_of(slots, zone):
    """Of each local day, what was seen in work. A second is of the first slot that covers it."""
    days, covered = collections.defaultdict(Seen), 0
    for slot in sorted(slots, key=lambda each: (each["first"], each["id"])):
        for second in range(max(slot["first"], covered), slot["first"] + slot["seconds"]):
            if slot["method"] != "break":
                days[str(datetime.datetime.fromtimestamp(second, zone).date())].add(slot, second)
        covered = max(covered, slot["first"] + slot["seconds"])
    return days


@pytest.mark.parametrize("seed, zone, first", [
    (1, "UTC", "2024-01-15T20:00Z"), (2, "Europe/Berlin", "2024-03-30T18:00Z"),
    (3, "America/New_York", "2024-03-10T02:00Z"), (4, "Asia/Kathmandu", "2024-03-30T14:00Z"),
    (5, "Australia/Lord_Howe", "2024-04-06T10:00Z")])
def test_equals_the_published_formula_over_random_slots(owner, seed, zone, first):
    chance, begin = random.Random(seed), datetime.datetime.fromisoformat(first.replace("Z", "+00:00"))
    person = new_member(owner)
    owner.put(f"/members/{person}", json={"timezone": zone}, workspace_id=1)
    slots = random_slots(chance, int(begin.timestamp()), 90)
    sent = chance.sample(slots, len(slots))
    while sent:
        size = chance.randint(1, 40)
        send(owner, person, *map(as_sent, sent[:size]))
        sent = sent[size:]
    days = days_of(slots, zoneinfo.ZoneInfo(zone))
    assert len(days) > 1
    data = report(owner, min(days), max(days), user_ids=person).data
    assert all(behind(owner, "/reports/activity-level", line) for line in lines_of(data))
    [user] = without_links(data["users"])
    assert user["daily_breakdown"] == [
        {"date": day, "activity_level": days[day].level(SENSITIVITY["Normal"]),
         "total_minutes": days[day].seconds // 60, "inactive_minutes": days[day].sums["inactive_seconds"] // 60,
         **{name: days[day].sums[name] for name in ("keys", "clicks", "scrolls")}} for day in sorted(days)]
    for name in ("total_minutes", "inactive_minutes", "keys", "clicks", "scrolls"):
        assert user[name] == sum(row[name] for row in user["daily_breakdown"])
    total = Seen()
    for seen in days.values():
        total.seconds, total.sums = total.seconds + seen.seconds, total.sums + seen.sums
        total.said += seen.said
    assert user["activity_level"] == total.level(SENSITIVITY["Normal"])
