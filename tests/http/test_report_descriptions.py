"""What members say that they did (contract 3.13)."""

import datetime
import random
from collections import Counter

import pytest
from report_links import behind, lines_of, without_links
from scenario import add_time, entries, new_contract, new_member, new_project, set_clock

NOW = "2024-02-01T12:00:00Z"
DAY = "2024-01-15"
WEEK = {"start_date": "2024-01-15", "end_date": "2024-01-21"}


@pytest.fixture(autouse=True)
def now(owner):
    set_clock(owner, NOW)


def report(client, **query):
    return client.get("/reports/activity-descriptions", workspace_id=1, **{**WEEK, **query})


def of_member(client, user_id, **query):
    """What is shown of one, or None."""
    users = without_links(report(client, user_ids=user_id, **query).data["users"])
    return users[0] if users else None


def new_task(owner, project):
    return owner.post("/tasks", json={"title": "Parse", "project_id": project["id"]}, workspace_id=1).data


def test_texts_are_shown_with_their_work_and_days_the_longest_first(owner):
    user_id = new_member(owner, firstname="Grace", lastname="Hopper")
    project = new_project(owner, name="Compiler")
    contract, task = new_contract(owner, project["id"], user_id), new_task(owner, project)
    work = {"contract_id": contract["id"], "task_id": task["id"]}
    add_time(owner, user_id, "2024-01-15", "09:00", "10:00", notes="Wrote it", **work)
    add_time(owner, user_id, "2024-01-15", "11:00", "11:30", notes="Wrote it", **work)
    add_time(owner, user_id, "2024-01-17", "09:00", "10:00", notes="Wrote it", **work)
    add_time(owner, user_id, "2024-01-17", "11:00", "11:20", notes="Wrote it")
    add_time(owner, user_id, "2024-01-18", "09:00", "12:00")
    add_time(owner, user_id, "2024-01-22", "09:00", "10:00", notes="Next week")
    shown = of_member(owner, user_id)
    no_work = dict.fromkeys(("contract_id", "project_id", "project_name", "task_id", "task_title"))
    assert shown == {"user_id": user_id, "user_name": "Grace Hopper", "email": shown["email"], "total_minutes": 350,
                     "descriptions": [
        {"activity_description": None, **no_work, "total_minutes": 180,
         "days": [{"date": "2024-01-18", "total_minutes": 180}]},
        {"activity_description": "Wrote it", "contract_id": contract["id"], "project_id": project["id"],
         "project_name": "Compiler", "task_id": task["id"], "task_title": "Parse", "total_minutes": 150,
         "days": [{"date": "2024-01-15", "total_minutes": 90}, {"date": "2024-01-17", "total_minutes": 60}]},
        {"activity_description": "Wrote it", **no_work, "total_minutes": 20,
         "days": [{"date": "2024-01-17", "total_minutes": 20}]}]}
    assert owner.delete(f"/tasks/{task['id']}", json={"project_id": project["id"]}, workspace_id=1).status == 200
    for path in (f"/projects/{project['id']}", f"/members/{user_id}"):
        assert owner.delete(path, workspace_id=1).status == 200
    assert of_member(owner, user_id) == shown, "what has gone keeps its name"


def test_a_number_leads_to_the_entries_with_its_text(owner):
    """Also to those without one; of a text of any length."""
    user_id = new_member(owner)
    contract = new_contract(owner, new_project(owner)["id"], user_id)["id"]
    long = "ä" * 65535
    said = [("Mail", None), ("mail", None), ("Mail", contract), (None, None), (None, contract), (long, None)]
    for day in (DAY, "2024-01-16"):
        for number, (text, work) in enumerate(said):
            add_time(owner, user_id, day, f"{9 + number:02}:00", f"{9 + number:02}:1{number}", notes=text,
                     contract_id=work)
    data = report(owner, user_ids=user_id).data
    for work in data["users"][0]["descriptions"]:
        for line, count in ((work, 2), *((day, 1) for day in work["days"])):
            entries = behind(owner, "/reports/activity-descriptions", line)
            assert {(entry["activity_description"], entry["contract_id"]) for entry in entries} == {
                (work["activity_description"], work["contract_id"])}
            assert len(entries) == count and len(line["entries_url"]) < 300
    assert len(lines_of(data)) == 18
    query = {"workspace_id": 1, "user_id": user_id, **WEEK}
    [entry, *_] = owner.pages("/reports/entries", **query)
    assert owner.get("/reports/entries", described_as=entry["id"], **query).data["total_minutes"] == 44
    owner.delete(f"/time-entries/{entry['id']}", workspace_id=1)
    gone = owner.get("/reports/entries", described_as=entry["id"], **query).data
    assert (gone["total_minutes"], gone["entries"]) == (0, [])


def test_a_text_is_kept_as_it_was_written(owner):
    user_id = new_member(owner)
    for number, text in enumerate(("Mail", "mail", "Mail  a", "Mail a", "=1+1", "äöü")):
        add_time(owner, user_id, DAY, f"{9 + number:02}:00", f"{9 + number:02}:10", notes=text)
    assert sorted(each["activity_description"] for each in of_member(owner, user_id)["descriptions"]) == sorted(
        ("Mail", "mail", "Mail  a", "Mail a", "=1+1", "äöü"))


def test_breaks_are_no_work(owner):
    user_id = new_member(owner)
    set_clock(owner, f"{DAY}T12:00:00Z")
    slots = [{"id": f"{user_id} {method}", "start": f"{DAY}T{hour}:00:00Z", "end": f"{DAY}T{hour}:10:00Z",
              "method": method, "description": method} for hour, method in (("09", "desktop"), ("10", "break"))]
    assert owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": slots}).data["accepted"]
    assert [(each["activity_description"], each["total_minutes"])
            for each in of_member(owner, user_id)["descriptions"]] == [("desktop", 10)]


def test_members_and_projects_are_chosen_and_pages_are_of_members(owner):
    projects = [new_project(owner) for _ in range(2)]
    people = [new_member(owner) for _ in range(4)]
    for user_id in people[:3]:
        for hour, project in (("09", projects[0]), ("10", projects[1])):
            contract = new_contract(owner, project["id"], user_id)
            add_time(owner, user_id, DAY, f"{hour}:00", f"{hour}:10", contract_id=contract["id"], notes=hour)
    chosen = {"users[]": people, "projects[]": [projects[1]["id"]]}
    pages = owner.pages("/reports/activity-descriptions", workspace_id=1, per_page=2, **WEEK, **chosen)
    assert [(each["user_id"], each["total_minutes"], len(each["descriptions"])) for each in pages] == [
        (user_id, 10, 1) for user_id in people[:3]]
    for query in ({"user_ids": f"{people[0]},{people[2]}"}, {"user_id": [people[2], people[0]]},
                  {"users[0]": people[0], "users[1]": people[2], "project_id": projects[0]["id"]}):
        assert [each["user_id"] for each in report(owner, **query).data["users"]] == [people[0], people[2]]
    for query in ({"users": 999999}, {"users": people[0], "projects": 200}, {"users": 20}):
        assert report(owner, **query).data["users"] == []
    assert report(owner, users=people[0]).pagination["per_page"] == 30


def test_the_range_is_the_current_week_or_a_month_at_most(owner):
    data = owner.get("/reports/activity-descriptions", workspace_id=1).data
    assert (data["start_date"], data["end_date"]) == ("2024-01-29", "2024-02-04")
    assert report(owner, start_date="2024-01-01", end_date="2024-01-31").status == 200
    for query in ({"start_date": "2023-12-31", "end_date": "2024-01-31"}, {"end_date": "2024-01-14"},
                  {"end_date": "2024-01-20T00:00:00Z"}):
        assert list(report(owner, **query).faults) == ["end_date"]


class Described:
    """What the report must say, entry by entry, from those of people with texts that begin alike, and lengths that are
    often the same."""

    def __init__(self, owner):
        self.owner, self.chance = owner, random.Random(1)
        self.days = [str(datetime.date(2024, 1, 15) + datetime.timedelta(days=number)) for number in range(7)]
        projects = [new_project(owner) for _ in range(2)]
        self.tasks = [(project, new_task(owner, project)) for project in projects for _ in range(2)]
        self.people = {new_member(owner): [] for _ in range(3)}
        for id in self.people:
            contracts = {project["id"]: new_contract(owner, project["id"], id) for project in projects}
            for day in self.days:
                self.work(id, day, contracts)

    def work(self, id, day, contracts):
        """Also for less than a minute, and in parts of minutes."""
        second = 0
        while (second := second + self.chance.randrange(1, 20000)) < 80000:
            end = second + self.chance.choice((600, 600, 600, self.chance.randrange(1, 4000)))
            times = [(datetime.datetime.fromisoformat(day) + datetime.timedelta(seconds=each)).isoformat() + "Z"
                     for each in (second, end)]
            project, task = self.chance.choice(self.tasks)
            work = self.chance.choice(({}, {"contract_id": contracts[project["id"]]["id"]},
                                       {"contract_id": contracts[project["id"]]["id"], "task_id": task["id"]}))
            notes = self.chance.choice((None, "Mail", "Mail a", "mail", "Über"))
            assert add_time(self.owner, id, day, *times, notes=notes, **work).status == 201
            second = end
        for entry in entries(self.owner, id, day):
            self.people[id].append((day, entry["activity_description"], entry["contract_id"], entry["task_id"],
                                    entry["total_minutes"]))

    def expected(self, id):
        """[(text, contract, task, minutes, [(day, minutes), …]), …]: longest first, then by text, contract, task."""
        works = {}
        for day, *work, minutes in self.people[id]:
            works.setdefault(tuple(work), Counter())[day] += minutes
        return sorted(((*work, by_day.total(), sorted(by_day.items())) for work, by_day in works.items()),
                      key=lambda each: (-each[3], (each[0] or "").encode(), each[1] or 0, each[2] or 0))


@pytest.fixture(scope="module")
def described(owner):
    set_clock(owner, NOW)
    return Described(owner)


def test_texts_add_up_to_what_the_entries_say(owner, described):
    users = report(owner, user_ids=list(described.people)).data["users"]
    assert [user["user_id"] for user in users] == sorted(described.people)
    for user in users:
        assert [(each["activity_description"], each["contract_id"], each["task_id"], each["total_minutes"],
                 [(day["date"], day["total_minutes"]) for day in each["days"]])
                for each in user["descriptions"]] == described.expected(user["user_id"])
        tasks = owner.get("/reports/task-report", workspace_id=1, users=user["user_id"], **WEEK).data["users"][0]
        assert user["total_minutes"] == sum(row[-1] for row in described.people[user["user_id"]]) \
            == tasks["total_minutes"]


def test_each_text_leads_to_its_entries(owner, described):
    """And to no others of its contract."""
    users = report(owner, user_ids=list(described.people)).data["users"]
    works = [work for user in users for work in user["descriptions"]]
    for work in described.chance.sample(works, 25):
        for line in lines_of(work):
            found = behind(owner, "/reports/activity-descriptions", line)
            assert {(each["activity_description"], each["contract_id"], each["task_id"]) for each in found} == {
                (work["activity_description"], work["contract_id"], work["task_id"])}
