"""The timeline of a day (contract 3.13): entries by member, and what runs at the moment."""

import datetime
import random
import zoneinfo

import icalendar
import pytest
from scenario import add_time, advance_clock, check_books, entries, new_contract, new_member, new_project, set_clock

NOW = "2024-02-01T12:00:00Z"
DAY = "2024-01-15"
CHANGES = {"Europe/Berlin": "2024-03-31", "America/St_Johns": "2024-03-10", "Australia/Lord_Howe": "2024-04-07",
           "America/New_York": "2024-11-03", "Pacific/Auckland": "2024-09-29"}  # when the clocks do
METHODS = ("Manually added time", "Web tracker")  # in the order in which minutes are dealt out


@pytest.fixture(autouse=True)
def now(owner):
    set_clock(owner, NOW)


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def report(client, day=DAY, **query):
    return client.get("/reports/daily-timeline", workspace_id=1, date=day, **query)


def of_member(client, user_id, day=DAY):
    """What is shown of one, or None."""
    users = report(client, day, user_ids=user_id).data["users"]
    return users[0] if users else None


def new_member_of(owner, **changes):
    user_id = new_member(owner)
    assert owner.put(f"/members/{user_id}", json=changes, workspace_id=1).status == 200
    return user_id


def start(client, user_id, **fields):
    assert client.post("/time-tracking/start", json={"workspace_id": 1, "user_id": user_id, **fields}).status == 200


def stop(client, user_id):
    assert client.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": user_id}).status == 200


def settled(member):
    """Without what is another thing once it has been saved."""
    return member | {"is_tracking": None,
                     "entries": [entry | {"id": None, "is_running": None} for entry in member["entries"]]}


def settings(owner, **changes):
    assert owner.put("/settings", json=changes, workspace_id=1).status == 200


# ---- what stands in it ----

def test_a_day_is_shown_by_member_as_it_was_worked(owner):
    contract = new_contract(owner, new_project(owner, name="Bridge", is_billable=1)["id"],
                            user_id := new_member(owner, firstname="Ada", lastname="Lovelace"),
                            rate_type=1, rate=30.005)
    add_time(owner, user_id, DAY, "13:00", "13:01", contract_id=contract["id"], notes="Two")
    add_time(owner, user_id, DAY, "09:00", "09:01", contract_id=contract["id"])
    add_time(owner, user_id, DAY, "10:00", "11:00")
    shown = of_member(owner, user_id)
    assert (shown["name"], shown["total_minutes"], shown["is_tracking"]) == ("Ada Lovelace", 62, False)
    assert [(each["start_time"], each["end_time"], each["total_minutes"], each["duration_minutes"],
             each["project_name"], each["contract_id"], each["activity_description"], each["method"])
            for each in shown["entries"]] == [
        (f"{DAY}T09:00:00+00:00", f"{DAY}T09:01:00+00:00", 1, 1, "Bridge", contract["id"], None, "Manually added time"),
        (f"{DAY}T10:00:00+00:00", f"{DAY}T11:00:00+00:00", 60, 60, None, None, None, "Manually added time"),
        (f"{DAY}T13:00:00+00:00", f"{DAY}T13:01:00+00:00", 1, 1, "Bridge", contract["id"], "Two",
         "Manually added time")]
    assert [each["id"] for each in shown["entries"]] == [each["id"] for each in entries(owner, user_id, DAY)]
    # 0.5001 and 0.5001 would be 1.0002, but two minutes earn 1.0002 (1.00016), of which the second has the rest.
    assert [each.get("total_amount") for each in shown["entries"]] == [0.5001, None, 0.5001]
    assert (shown["total_amount"], shown["currency"]) == (1.0002, "USD")


def test_what_was_approved_keeps_its_amount(owner):
    """As in tracked hours, when the rate of the day changes on the day; each entry has its part of it."""
    set_clock(owner, f"{DAY}T20:00:00Z")
    contract = new_contract(owner, new_project(owner, is_billable=1)["id"], user_id := new_member(owner),
                            rate_type=1, rate=10.01)["id"]
    for hour in (8, 10, 13):
        add_time(owner, user_id, DAY, f"{hour:02}:00", f"{hour:02}:{hour + 4}", contract_id=contract)
    [sheet] = owner.get("/timesheets", workspace_id=1, user_id=user_id).data
    for action in ("submit", "approve"):
        assert owner.put(f"/timesheets/{sheet['id']}/{action}", json={"workspace_id": 1}).status == 200
    before = of_member(owner, user_id)
    assert owner.put(f"/contracts/{contract}", json={"rate": 50}, workspace_id=1).status == 200
    shown = of_member(owner, user_id)
    hours = owner.get("/reports/tracked-hours", workspace_id=1, start_date=DAY, end_date=DAY, user_id=user_id).data
    assert shown == before
    assert {shown["currency"]: shown["total_amount"]} == hours["total"]["total_amount"] != {}
    assert sum(round(10_000 * entry["total_amount"]) for entry in shown["entries"]) == round(
        10_000 * shown["total_amount"])


def test_amounts_in_several_currencies_stand_at_the_entries_alone(owner):
    user_id = new_member(owner)
    for hour, currency in ((9, "EUR"), (10, "USD")):
        settings(owner, currency=currency)
        project = new_project(owner, is_billable=1)
        contract = new_contract(owner, project["id"], user_id, rate_type=1, rate=60)
        add_time(owner, user_id, DAY, f"{hour:02}:00", f"{hour:02}:10", contract_id=contract["id"])
    shown = of_member(owner, user_id)
    assert [(each["total_amount"], each["currency"]) for each in shown["entries"]] == [(10, "EUR"), (10, "USD")]
    assert "total_amount" not in shown and "currency" not in shown


def test_who_may_not_see_rates_sees_no_money(owner, executive_manager):
    user_id = new_member(owner)
    contract = new_contract(owner, new_project(owner, is_billable=1)["id"], user_id, rate_type=1, rate=60)
    add_time(owner, user_id, DAY, "09:00", "10:00", contract_id=contract["id"])
    paid = of_member(owner, user_id)
    assert paid["total_amount"] == 60 and of_member(executive_manager, user_id) == paid
    owner.put("/members/11", json={"rate_status": 0}, workspace_id=1)
    for entry in (paid, *paid["entries"]):
        del entry["total_amount"], entry["currency"]
    assert of_member(executive_manager, user_id) == paid
    owner.put("/members/11", json={"rate_status": 1}, workspace_id=1)


def test_a_break_is_on_the_timeline_but_no_work(owner):
    user_id = new_member(owner)
    set_clock(owner, f"{DAY}T12:00:00Z")
    slots = [{"id": f"{user_id} {method}", "start": f"{DAY}T{hour}:00:00Z", "end": f"{DAY}T{hour}:10:00Z",
              "method": method} for hour, method in (("09", "desktop"), ("10", "break"))]
    assert owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": slots}).data["accepted"]
    shown = of_member(owner, user_id)
    assert [(each["method"], each["total_minutes"]) for each in shown["entries"]] == [
        ("Desktop tracker", 10), ("Break", 10)]
    assert shown["total_minutes"] == 10


def test_activity_is_that_of_what_trackers_saw(owner):
    """The formula runs once over the sums: ten minutes of full activity and twenty of none are a third."""
    user_id = new_member(owner)
    contract = new_contract(owner, new_project(owner)["id"], user_id)
    set_clock(owner, f"{DAY}T12:00:00Z")
    slots = [{"id": f"{user_id} {time}", "start": f"{DAY}T{time}0:00Z", "end": f"{DAY}T{time}9:00Z", **seen}
             for time, seen in (("09:0", {"keys": 450, "contract_id": contract["id"]}), ("10:0", {"activity_level": 0}),
                                ("10:1", {"activity_level": 0}))]
    assert owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": slots}).data["accepted"]
    add_time(owner, user_id, DAY, "07:00", "08:00")
    shown = of_member(owner, user_id)
    assert [each["activity_level"] for each in shown["entries"]] == [None, 100, 0, 0]
    assert shown["activity_level"] == 33.33
    settings(owner, activity_sensitivity="Strict")
    assert of_member(owner, user_id)["entries"][1]["activity_level"] == 50
    settings(owner, activity_sensitivity="Normal")


def test_what_has_gone_keeps_its_name(owner):
    user_id = new_member(owner, firstname="Grace", lastname="Hopper")
    project = new_project(owner, name="Compiler")
    contract = new_contract(owner, project["id"], user_id)
    task = owner.post("/tasks", json={"title": "Parse", "project_id": project["id"]}, workspace_id=1).data
    add_time(owner, user_id, DAY, "09:00", "10:00", contract_id=contract["id"], task_id=task["id"])
    before = of_member(owner, user_id)
    assert owner.delete(f"/tasks/{task['id']}", json={"project_id": project["id"]}, workspace_id=1).status == 200
    for path in (f"/contracts/{contract['id']}", f"/projects/{project['id']}", f"/members/{user_id}"):
        assert owner.delete(path, workspace_id=1).status == 200
    assert of_member(owner, user_id) == before
    assert (before["name"], before["entries"][0]["project_name"], before["entries"][0]["task_title"]) == (
        "Grace Hopper", "Compiler", "Parse")


def test_the_entries_are_also_a_calendar(owner):
    """For whoever subscribes to it: long lines are folded within no character, and what runs is no event yet."""
    user_id = new_member(owner, firstname="Ada", lastname="Lovelace; Countess, of")
    project = new_project(owner, name="Bridge \\ tunnel: " + "ä" * 60)
    contract = new_contract(owner, project["id"], user_id)
    text = "First, second; third\n" + "Zoë 😀 " * 30
    settings(owner, timezone="America/St_Johns")
    add_time(owner, user_id, DAY, "09:00", "10:00", contract_id=contract["id"], notes=text)
    add_time(owner, user_id, DAY, "11:00", "11:30")
    shown = of_member(owner, user_id)
    reply = report(owner, user_ids=user_id, format="ics")
    assert reply.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert report(owner, headers={"Accept": "text/calendar"}).headers["Content-Type"].startswith("text/calendar")
    settings(owner, timezone="UTC")
    assert reply.content.endswith(b"\r\n") and b"\n" not in reply.content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 and line.decode() for line in reply.content.split(b"\r\n")[:-1])
    first, second = icalendar.Calendar.from_ical(reply.content).walk("VEVENT")
    for event, entry in ((first, shown["entries"][0]), (second, shown["entries"][1])):
        assert str(event["UID"]) == entry["id"]
        for name, field in (("DTSTART", "start_time"), ("DTEND", "end_time")):
            assert event[name].dt == datetime.datetime.fromisoformat(entry[field])
            assert event[name].to_ical().endswith(b"Z")
    assert str(first["SUMMARY"]) == f"Ada Lovelace; Countess, of: {project['name']}"
    assert str(first["DESCRIPTION"]) == shown["entries"][0]["activity_description"]
    assert (str(second["SUMMARY"]), "DESCRIPTION" in second) == ("Ada Lovelace; Countess, of", False)


# ---- who stands in it ----

def test_members_are_chosen_in_every_spelling(owner):
    first, second, third = (new_member(owner) for _ in range(3))
    for user_id in (first, second, third):
        add_time(owner, user_id, DAY, "09:00", "10:00")
    for query in ({"user_ids": f"{first},{third}"}, {"user_ids[]": [first, third]}, {"users": [third, first]},
                  {"users[0]": first, "users[1]": third}, {"user_ids": f"{third},{first},999999"}):
        reply = report(owner, **query)
        assert [each["user_id"] for each in reply.data["users"]] == [first, third]
        assert reply.pagination["total"] == 2
    assert report(owner, user_ids=999999).data["users"] == []
    assert report(owner, **{"users[]": ""}).pagination["total"] == report(owner).pagination["total"] >= 3


def test_pages_are_of_members(owner):
    day = "2024-01-08"
    people = [new_member(owner) for _ in range(5)]
    for user_id in people:
        for hour in ("09", "11"):
            add_time(owner, user_id, day, f"{hour}:00", f"{hour}:30")
    new_member(owner)
    assert report(owner, day).pagination["per_page"] == 30
    pages = owner.pages("/reports/daily-timeline", workspace_id=1, date=day, per_page=2)
    assert [each["user_id"] for each in pages] == people
    assert all(len(each["entries"]) == 2 for each in pages)
    assert pages == report(owner, day).data["users"]


def test_of_another_workspace_nothing_is_seen(owner, other_owner):
    add_time(other_owner, 20, DAY, "09:00", "10:00", workspace_id=2)
    assert report(owner, user_ids=20).data["users"] == []


@pytest.mark.parametrize("date", ["2023-01-30", "2025-02-02", "2024-01-15T10:00:00Z", "", None])
def test_a_date_is_needed_and_near(owner, date):
    assert list(report(owner, date).faults) == ["date"]


@pytest.mark.parametrize("date", ["2023-02-01", "2025-02-01"])
def test_a_year_is_near(owner, date):
    assert report(owner, date).data["users"] == []


# ---- what runs ----

def test_what_runs_counts_until_now_on_each_of_its_days(owner):
    """22:00 to 02:00: two hours each, never four."""
    user_id = new_member(owner)
    contract = new_contract(owner, new_project(owner)["id"], user_id)
    set_clock(owner, "2024-01-15T22:00:00Z")
    start(owner, user_id, contract_id=contract["id"], activity_description="Late")
    shown = of_member(owner, user_id)
    assert (shown["is_tracking"], shown["entries"], shown["total_minutes"]) == (True, [], 0)
    set_clock(owner, "2024-01-16T02:00:00Z")
    for day, times in (("2024-01-15", ("2024-01-15T22:00:00+00:00", "2024-01-16T00:00:00+00:00")),
                       ("2024-01-16", ("2024-01-16T00:00:00+00:00", "2024-01-16T02:00:00+00:00"))):
        shown = of_member(owner, user_id, day)
        [entry] = shown["entries"]
        assert (entry["start_time"], entry["end_time"]) == times
        assert (entry["id"], entry["is_running"], entry["method"], entry["contract_id"],
                entry["activity_description"]) == (None, True, "Web tracker", contract["id"], "Late")
        assert entry["total_minutes"] == shown["total_minutes"] == 120 and shown["is_tracking"]
    assert of_member(owner, user_id, "2024-01-14") is None and of_member(owner, user_id, "2024-01-17") is None
    stop(owner, user_id)
    shown = of_member(owner, user_id)
    assert shown["total_minutes"] == 120 and not shown["is_tracking"] and not shown["entries"][0]["is_running"]


def test_who_runs_stands_on_the_day_that_it_is_where_they_are(owner):
    kiritimati, honolulu = (new_member_of(owner, timezone=zone) for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"))
    set_clock(owner, "2024-01-15T10:30:00Z")  # the 16th, 00:30, and the 15th, 00:30
    for user_id in (kiritimati, honolulu):
        start(owner, user_id)
    advance_clock(owner, 600)
    seen = {day: [each["user_id"] for each in report(owner, day, users=[kiritimati, honolulu]).data["users"]]
            for day in ("2024-01-14", "2024-01-15", "2024-01-16", "2024-01-17")}
    assert seen == {"2024-01-14": [], "2024-01-15": [honolulu], "2024-01-16": [kiritimati], "2024-01-17": []}
    for user_id in (kiritimati, honolulu):
        stop(owner, user_id)


def test_what_runs_is_shown_as_a_stop_would_save_it(owner):
    """Around other time, and with minutes that are dealt out over the whole day."""
    user_id = new_member(owner)
    contract = new_contract(owner, new_project(owner, is_billable=1)["id"], user_id, rate_type=1, rate=17)
    add_time(owner, user_id, DAY, f"{DAY}T07:00:00Z", f"{DAY}T07:30:40Z", contract_id=contract["id"])
    set_clock(owner, f"{DAY}T08:00:10Z")
    start(owner, user_id)
    set_clock(owner, f"{DAY}T17:30:30Z")
    add_time(owner, user_id, DAY, f"{DAY}T09:00:00Z", f"{DAY}T09:20:45Z", contract_id=contract["id"])
    running = of_member(owner, user_id)
    assert [(entry["is_running"], entry["total_minutes"]) for entry in running["entries"]] == [
        (False, 31), (True, 59), (False, 21), (True, 490)]
    assert running["total_minutes"] == 601
    stop(owner, user_id)
    assert settled(of_member(owner, user_id)) == settled(running)


# ---- against a model ----

def instant(second, zone="UTC"):
    return datetime.datetime.fromtimestamp(second, zoneinfo.ZoneInfo(zone)).isoformat()


class Model:
    """Of one member's timeline, second by second."""

    def __init__(self, zone):
        self.zone = zoneinfo.ZoneInfo(zone)
        self.rows = []  # (start, end, contract or 0, method), each on one day

    def midnight(self, day):
        return int(datetime.datetime.combine(day, datetime.time(), self.zone).timestamp())

    def day_of(self, second):
        return datetime.datetime.fromtimestamp(second, self.zone).date()

    def add(self, start, end, contract, method):
        midnight = self.midnight(self.day_of(start) + datetime.timedelta(days=1))
        self.rows.append((start, min(end, midnight), contract, method))
        if end > midnight:
            self.add(midnight, end, contract, method)

    def of_day(self, day, zone):
        """With the minutes that end in each, where the seconds of the day's work are counted in the order of contract,
        method and start."""
        shown, ticks = [], 0
        for start, end, contract, method in sorted((row for row in self.rows if self.day_of(row[0]) == day),
                                                   key=lambda row: (row[2], METHODS.index(row[3]), row[0])):
            minutes = len([None for tick in range(ticks, ticks + end - start) if tick % 60 == 59])
            shown.append((start, instant(start, zone), instant(end, zone), contract or None, method, minutes))
            ticks += end - start
        return [row[1:] for row in sorted(shown)]


@pytest.mark.parametrize("zone", CHANGES)
def test_any_days(owner, zone):
    """Time by hand on one day, and by tracker over midnight, which is shown alike before and after it is saved."""
    chance, model = random.Random(zone), Model(zone)
    of_workspace = chance.choice(list(CHANGES))
    settings(owner, timezone=of_workspace)
    days = [datetime.date.fromisoformat(CHANGES[zone]) + datetime.timedelta(days=each) for each in range(-1, 3)]
    second = model.midnight(days[0]) - 3600
    set_clock(owner, instant(second))
    user_id = new_member_of(owner, timezone=zone)
    contracts = [0] + [new_contract(owner, new_project(owner, is_billable=1)["id"], user_id, rate_type=1,
                                    rate=chance.randrange(1, 999999) / 10000)["id"] for _ in range(2)]
    while second < model.midnight(days[-1]):
        second += chance.randrange(1, 9000)
        end, contract = second + chance.choice([chance.randrange(1, 200), chance.randrange(60, 20000)]), \
            chance.choice(contracts)
        over_midnight = model.day_of(second) != model.day_of(end)
        model.add(second, end, contract, "Web tracker" if over_midnight else "Manually added time")
        if over_midnight:
            set_clock(owner, instant(second))
            start(owner, user_id, contract_id=contract or None)
            set_clock(owner, instant(end))
            compare(owner, user_id, model, model.day_of(end), of_workspace)
            stop(owner, user_id)
        else:
            set_clock(owner, instant(end))
            added = owner.post("/time-entries", json={
                "workspace_id": 1, "user_id": user_id, "contract_id": contract or None,
                "date": str(model.day_of(second)), "start_time": instant(second), "end_time": instant(end)})
            assert added.status == 201
        second = end
    for day in days:
        compare(owner, user_id, model, day, of_workspace)
        check_amounts(owner, user_id, str(day))
    settings(owner, timezone="UTC")


def compare(owner, user_id, model, day, zone):
    shown = of_member(owner, user_id, str(day)) or {"entries": [], "total_minutes": 0}
    rows = [(each["start_time"], each["end_time"], each["contract_id"], each["method"], each["total_minutes"])
            for each in shown["entries"]]
    assert rows == model.of_day(day, zone)
    assert shown["total_minutes"] == sum(row[-1] for row in rows)


def check_amounts(owner, user_id, day):
    """The same as on the timesheet of the day."""
    shown = of_member(owner, user_id, day)
    [sheet] = owner.get("/timesheets", workspace_id=1, user_id=user_id, date_from=day, date_to=day).data
    lines = sheet["daily_breakdown"][day]
    of_entries = {}
    for entry in shown["entries"]:
        of_entries.setdefault(entry["contract_id"], []).append(entry)
    assert {line["contract_id"]: (line["total_minutes"], line.get("total_amount")) for line in lines} == {
        contract: (sum(each["total_minutes"] for each in rows),
                   None if contract is None else round(sum(each["total_amount"] for each in rows), 4))
        for contract, rows in of_entries.items()}
    amounts = [line["total_amount"] for line in lines if "total_amount" in line]
    assert shown.get("total_amount") == (round(sum(amounts), 4) if amounts else None)
