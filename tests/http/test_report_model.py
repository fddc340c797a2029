"""Random time of people in many zones, over days on which clocks change, with rates that change: every number of the
reports must be that of a plain model, and reports and timesheets must say the same."""

import datetime
import random

import pytest
from client import Client
from database import Session
from report_links import behind, lines_of, without_links
from report_model import Reports
from scenario import check_books, new_contract, new_member, new_project, set_clock
from sheet_model import CUSTOM, DAY, MEMBER, PROJECT, Contract, History, local_day
from test_sheet_model import day_number, null

FIRST, LAST = datetime.date(2024, 3, 9), datetime.date(2024, 4, 8)
AFTER = "2024-04-20T12:00:00Z"
# The clocks change on 10 March in New York and Havana, on the 31st in Berlin, on 7 April on Lord Howe.
ZONES = ["Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"]
BILLED = [None, 250000, 333333]  # rates of projects, until
CHANGE = datetime.date(2024, 3, 20)  # when those of projects and members change; the others are for good
BILLED_THEN = [500001, None, 333333]


class World:
    """What is on the server, and the model of it."""

    def __init__(self, server, owner, number):
        self.server, self.owner, self.chance = server, owner, random.Random(number)
        self.database = Session(server.database)
        set_clock(owner, f"{FIRST - 2 * DAY}T00:00:00Z")
        self.billed = {}
        self.projects = [self.make_project(*rates) for rates in zip(BILLED, BILLED_THEN)]
        self.tasks = {project["id"]: [self.make_task(project) for _ in range(2)] for project in self.projects}
        self.people, self.contracts = {}, {}
        for index, zone in enumerate(ZONES):
            self.make_member(index, zone)
        titles = {id: title for by_project in self.tasks.values() for id, title in by_project}
        self.model = Reports(self.people, self.contracts, {each["id"]: each["name"] for each in self.projects}, titles)
        self.live()
        set_clock(owner, AFTER)
        self.model.observe(self.database.rows(
            "SELECT user_id, start_at, end_at, contract_id, task_id, method FROM time_entries "
            f"WHERE workspace_id = 1 AND user_id IN ({', '.join(map(str, self.people))})"))

    # ---- making it ----

    def make_project(self, rate, then):
        project = new_project(self.owner)
        self.database.rows(f"UPDATE projects SET rate = {then or 0}, is_billable = {then is not None} "
                           f"WHERE workspace_id = 1 AND id = {project['id']}")
        self.billed[project["id"]] = self.history(PROJECT, project["id"], rate, then)
        return project

    def history(self, kind, owner_id, rate, then):
        self.database.rows("INSERT INTO past_rates (workspace_id, kind, owner_id, last_day, rate, rate_type) VALUES "
                           f"(1, {kind}, {owner_id}, {day_number(CHANGE - DAY)}, {null(rate)}, {kind})")
        history = History((kind, rate))
        history.say(CHANGE, (kind, then))
        return history

    def make_task(self, project):
        data = self.owner.post("/tasks", json={"title": f"Task of {project['name']}", "project_id": project["id"]},
                               workspace_id=1).data
        return data["id"], data["title"]

    def make_member(self, index, zone):
        id = new_member(self.owner, firstname="Ada", lastname=zone)
        self.owner.put(f"/members/{id}", json={"timezone": zone}, workspace_id=1)
        rate, then = 200000 + index, 300000 + index
        self.database.rows(f"UPDATE members SET rate = {then} WHERE workspace_id = 1 AND user_id = {id}")
        member = self.history(MEMBER, id, rate, then)
        title, team = 1 + index % 2, 60 + index % 3
        self.database.rows(f"UPDATE members SET title_id = {title} WHERE workspace_id = 1 AND user_id = {id}")
        self.database.rows(f"INSERT INTO teams (workspace_id, id, name) VALUES (1, {team}, 'Team {team}') "
                           "ON CONFLICT DO NOTHING")
        self.database.rows("INSERT INTO team_members (workspace_id, team_id, user_id, is_manager) "
                           f"VALUES (1, {team}, {id}, FALSE)")
        self.people[id] = f"Ada {zone}", zone, {team}, title
        for project in self.projects:
            kind = self.chance.choice([CUSTOM, MEMBER, PROJECT])
            rate = self.chance.randrange(100000, 900000)
            self.owner.put("/settings", json={"currency": self.chance.choice(["USD", "EUR"])}, workspace_id=1)
            made = new_contract(self.owner, project["id"], id, rate=rate / 10000 if kind == CUSTOM else None)
            self.database.rows(f"UPDATE contracts SET rate_type = {kind} WHERE workspace_id = 1 AND id = {made['id']}")
            self.contracts[made["id"]] = Contract(
                made["id"], project["id"], made["currency"],
                History((kind, rate if kind == CUSTOM else None)), member, self.billed[project["id"]])
            self.contracts[made["id"]].user = id
        self.owner.put("/settings", json={"currency": "USD"}, workspace_id=1)

    # ---- time, and what it is worth ----

    def live(self):
        """In the order of time, as rates hold from a day on."""
        for _ in range(60):
            if self.chance.random() < 0.2:
                self.earn()
            self.track()

    def said(self, second):
        return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).isoformat()

    def now(self):
        self.passed = getattr(self, "passed", 0) + self.chance.randrange(2 * 43200 * 31 // 60)
        second = int(datetime.datetime.combine(FIRST, datetime.time(), datetime.timezone.utc).timestamp()) + self.passed
        set_clock(self.owner, self.said(second).replace("+00:00", "Z"))
        return second

    def track(self):
        """By hand, with odd seconds, or in slots, some of them breaks."""
        user, now = self.chance.choice(list(self.people)), self.now()
        contract = self.chance.choice([None, *(id for id, each in self.contracts.items() if each.user == user)])
        tasks = [id for id, _ in self.tasks[self.contracts[contract].project_id]] if contract else []
        work = {"contract_id": contract, "task_id": self.chance.choice([None, *tasks]),
                "activity_description": self.chance.choice([None, "One", "one"])}
        if self.chance.random() < 0.6:
            start = now - self.chance.randrange(1, 20000)
            self.owner.post("/time-requests", json={"workspace_id": 1, "user_id": user, "start": self.said(start),
                                                    "end": self.said(now), **work})
        else:
            start = now - 6000
            self.owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user, "slots": [
                {"id": f"{user} {now} {index}", "start": self.said(start + index * 600),
                 "end": self.said(start + index * 600 + self.chance.choice([600, 599, 61])), "keys": 9,
                 "method": self.chance.choice(["desktop", "desktop", "break", "idle"]), **work} for index in range(5)]})

    def earn(self):
        """A contract's rate, from the member's today on."""
        contract, now = self.chance.choice(list(self.contracts.values())), self.now()
        rate = self.chance.randrange(100000, 900000)
        assert self.owner.put(f"/contracts/{contract.id}", json={"rate": rate / 10000}, workspace_id=1).status == 200
        contract.own.say(local_day(now, self.people[contract.user][1]), (CUSTOM, rate))

    # ---- asking ----

    def question(self):
        """Days, and filters that leave some."""
        first = FIRST + self.chance.randrange(20) * DAY
        days = {"first": first, "last": first + self.chance.randrange(31) * DAY}
        filters = {"users": list(self.people), "projects": [each["id"] for each in self.projects],
                   "teams": [60, 61, 62], "titles": [1, 2]}
        return days, {name: self.chance.sample(values, self.chance.randrange(1, len(values)))
                      for name, values in filters.items() if name == "users" or self.chance.random() < 0.3}

    def ask(self, path, days, **query):
        lists = {name: ",".join(map(str, value)) for name, value in query.items() if isinstance(value, list)}
        return without_links(self.owner.get(path, workspace_id=1, start_date=str(days["first"]),
                                            end_date=str(days["last"]), **query | lists).data)


@pytest.fixture(scope="module", params=range(2))
def world(request, demo, owner):
    world = World(demo, owner, request.param)
    yield world
    world.database.close()


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def test_tracked_hours_are_those_of_the_entries(world):
    seen = 0
    for _ in range(25):
        days, filters = world.question()
        report = world.ask("/reports/tracked-hours", days, **filters)
        assert report == world.model.tracked_hours(**days, **filters), (days, filters)
        seen += report["total"]["total_minutes"]
    assert seen


def test_the_task_report_is_that_of_the_entries(world):
    seen = 0
    for _ in range(25):
        days, filters = world.question()
        filters = {name: filters[name] for name in ("users", "projects") if name in filters}
        tasks = world.chance.sample(list(world.model.tasks), 3) if world.chance.random() < 0.4 else None
        no_task = world.chance.random() < 0.7
        asked = filters | ({"task_id": tasks} if tasks else {})
        users = world.ask("/reports/task-report", days, include_no_task=str(no_task).lower(), **asked)["users"]
        assert users == world.model.task_report(**days, tasks=tasks, no_task=no_task, **filters), (days, asked)
        seen += len(users)
    assert seen


def test_reports_and_timesheets_say_the_same(world):
    """Of each member: by day and contract, and in all."""
    days = {"first": FIRST, "last": LAST}
    people = list(world.people)
    hours = world.ask("/reports/tracked-hours", days, users=people)
    users = {user["user_id"]: user for user in world.ask("/reports/task-report", days, users=people)["users"]}
    for id in people:
        lines = {(day, row["contract_id"]): (row["total_minutes"], row["total_amount"]) for day, rows in hours.items()
                 if day[:2] == "20" for row in rows if row["user_id"] == id}
        sheets = world.owner.pages("/timesheets", workspace_id=1, user_id=id, date_from=str(FIRST), date_to=str(LAST))
        on_sheets = {(day, row["contract_id"]): (
            row["total_minutes"], {row["currency"]: row["total_amount"]} if "currency" in row else {})
            for sheet in sheets for day, rows in sheet["daily_breakdown"].items() for row in rows
            if str(FIRST) <= day <= str(LAST)}
        assert lines == on_sheets
        by_day = {day: sum(row["total_minutes"] for row in rows)
                  for day, rows in users.get(id, {"daily_breakdown": {}})["daily_breakdown"].items()}
        assert by_day == {day: sum(minutes for (on, _), (minutes, _) in lines.items() if on == day)
                          for day, _ in lines}


@pytest.mark.parametrize("name", ["tracked-hours", "task-report", "activity-descriptions", "activity-level",
                                  "daily-timeline", "daily-attendance"])
def test_each_number_leads_to_the_entries_that_it_is_the_sum_of(world, name):
    """Some of them, also of a report of some contracts."""
    path, people = f"/reports/{name}", ",".join(map(str, world.people))
    days = {"start_date": str(FIRST), "end_date": str(LAST)}
    some = ",".join(map(str, world.chance.sample(list(world.contracts), 8)))
    if name.startswith("daily"):
        asked = [{"date": str(FIRST + number * DAY)} for number in range(31)]
    else:
        asked = [days, days | {"contract_id": some}] if name == "activity-level" else [days]
    lines = [line for query in asked
             for line in lines_of(world.owner.get(path, workspace_id=1, users=people, **query).data)]
    assert len(lines) > 10
    followed = [behind(world.owner, path, line) for line in world.chance.sample(lines, min(30, len(lines)))]
    assert any(followed)


def test_what_may_not_be_seen_changes_nothing_else(world):
    """Executive managers get the same, with amounts or without."""
    executive = Client(world.server, "demo-executive-manager")
    query = {"workspace_id": 1, "start_date": str(FIRST), "end_date": str(LAST)}
    everything = world.owner.get("/reports/tracked-hours", **query).data

    def without(value):
        if isinstance(value, dict):
            return {key: without(each) for key, each in value.items() if key != "total_amount"}
        return [without(each) for each in value] if isinstance(value, list) else value

    for allowed in (0, 1):
        world.owner.put("/members/11", json={"rate_status": allowed}, workspace_id=1)
        shown = executive.get("/reports/tracked-hours", **query).data
        assert shown == (everything if allowed else without(everything))
