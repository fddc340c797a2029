"""The feed of events: what happened, to whom it is told, in which order, and that nothing is missing
(docs/decisions/0046)."""

import json
import threading
import time

import pytest
from client import API, Client, Document
from probes import Connection, request
from scenario import (accept, add_time, advance_clock, count_rows, invite, metric, new_contract, new_project,
                      place_of_event, run_sql, until, until_numbered, waiting_for_locks)
from test_concurrency import together
from test_durability import Writer
from test_followers import World
from test_turns import held, queued

NOW = "2024-03-01T12:00:00Z"
DAY = "2024-02-27"
OF_AN_EVENT = ("workspace_id, id, kind, happened_at, actor_id, actor_name, object_id, user_id, project_id, shape, "
               "data, rated, rated_from, rated_to")


class Feed:
    """Goes on from where it is."""

    def __init__(self, client, position=None, workspace_id=1):
        self.client, self.workspace_id, self.position = client, workspace_id, position
        if position is None:
            until_numbered(self.client.server)
            self.position = self.ask(0, limit=1).body["newest_position"]

    def ask(self, after, **query):
        return self.client.get("/events", workspace_id=self.workspace_id, after=after, **query)

    def read(self, limit=100):
        """What there is by now."""
        found = []
        until_numbered(self.client.server)
        while True:
            reply = self.ask(self.position, limit=limit)
            assert reply.status == 200, reply
            found += reply.data
            for each in reply.data:
                Document.of(self.client.server).message(each)
            assert reply.body["position"] >= self.position
            self.position = reply.body["position"]
            if self.position == reply.body["newest_position"]:
                return found

    def kinds(self):
        return [event["event"] for event in self.read()]


@pytest.fixture
def feed(fresh):
    return Feed(fresh)


def count_events(server):
    """Those that have no number yet are events, too."""
    return count_rows(server, "events") + count_rows(server, "noted_events")


def new_task(client, project, **fields):
    return client.post("/tasks", workspace_id=1, project_id=project["id"], json=fields).data


# ---- what is told ----

def test_an_event_says_who_did_what_and_when(fresh, feed):
    project = new_project(fresh, name="Told", budget=12)
    [event] = feed.read()
    assert event == {"id": event["id"], "event": "project.created", "type": "project.created", "timestamp": NOW,
                     "position": feed.position, "workspace_id": 1, "actor": {"id": 10, "name": "Olivia Owner"},
                     "data": project}


@pytest.mark.parametrize("firstname", ["Olive", "Ö" * 100], ids=["short", "long"])
def test_whoever_gets_another_name_acts_under_it(fresh, feed, firstname):
    new_project(fresh)  # on PostgreSQL a caller who is known already is not waited for again
    feed.read()
    assert fresh.put("/members/10", workspace_id=1, json={"firstname": firstname}).status == 200
    new_project(fresh)
    new_project(fresh)
    assert [each["actor"]["name"] for each in feed.read()] == [f"{firstname} Owner"] * 3


def test_another_name_is_learnt_once(fresh):
    """Whoever was known by the former one is looked up, and known again."""
    new_project(fresh)
    assert fresh.put("/members/10", workspace_id=1, json={"firstname": "Olive"}).status == 200
    new_project(fresh)
    before = metric(fresh.server, "stint_retries_total")
    for _ in range(5):
        new_project(fresh)
    assert metric(fresh.server, "stint_retries_total") == before


def test_events_that_another_version_has_written_are_told_as_they_were(fresh, feed):
    """One of before the names were kept apart, and one whose object had other members than today."""
    for title in ("whole", "of other members"):
        new_project(fresh, name=title)
    feed.read()
    position = feed.position
    odd = {"former": 'quoted "\\" [, ] {', "list": [[1, {"a": "],"}], []], "object": {"b": {"c": None}, "d": "\\"},
           "empty": "", "last": "ü, 1"}
    values = ["", *map(json.dumps, odd.values()), ""]  # nothing where a member was left out
    names = json.dumps(["out", *odd, "also out"])
    for statement in (
            f"INSERT INTO event_shapes (shape, names) VALUES (77, '{names}')",
            f"UPDATE events SET shape = 77, rated = NULL, data = '[{','.join(values)}]'"
            f" WHERE place = {place_of_event(position)}",
            "UPDATE events SET shape = NULL, rated = NULL, data = '{\"id\": 7, \"x\": [\",\"]}'"
            f" WHERE place = {place_of_event(position - 1)}"):
        run_sql(fresh.server, statement)
    told = fresh.get("/events", workspace_id=1, after=position - 2).data
    assert [each["data"] for each in told] == [{"id": 7, "x": [","]}, odd]


def test_the_names_of_members_are_kept_once(fresh, feed):
    """They take more room than what is said of most objects, and an event is kept for each change."""
    new_project(fresh, name="kept", notes="n" * 10)
    feed.read()
    place = place_of_event(feed.position)
    assert int(run_sql(fresh.server, f"SELECT length(data) FROM events WHERE place = {place}")) < 200


def test_what_changes_nothing_is_no_event(fresh, feed):
    project = new_project(fresh)
    task = new_task(fresh, project, title="t")
    contract = new_contract(fresh, project["id"], 100)
    feed.read()
    assert fresh.put(f"/projects/{project['id']}", workspace_id=1, json={"name": project["name"]}).status == 200
    assert fresh.put(f"/tasks/{task['id']}", workspace_id=1, project_id=project["id"],
                     json={"title": "t"}).status == 200
    assert fresh.put(f"/contracts/{contract['id']}", workspace_id=1, json={"status": "active"}).status == 200
    assert fresh.put("/members/100", workspace_id=1, json={"firstname": "John"}).status == 200
    assert fresh.post("/projects", workspace_id=1, json={"name": ""}).status == 422
    assert fresh.put(f"/projects/{project['id']}", workspace_id=1,
                     json={"start_date": "2024-02-02", "deadline": "2024-02-01"}).status == 422
    assert feed.read() == []


def test_what_was_deleted_is_told_as_it_was(fresh, feed):
    project = new_project(fresh)
    parent = new_task(fresh, project, title="t", assignees=[100])
    new_task(fresh, project, title="u", parent_id=parent["id"])
    contract = new_contract(fresh, project["id"], 100)
    project = fresh.get(f"/projects/{project['id']}", workspace_id=1).data
    feed.read()
    fresh.delete(f"/tasks/{parent['id']}", workspace_id=1, project_id=project["id"])
    assert [(each["event"], each["data"]) for each in feed.read()] == [("task.deleted", parent)]  # and what is below
    fresh.delete(f"/projects/{project['id']}", workspace_id=1)
    assert [(each["event"], each["data"]) for each in feed.read()] == [("project.deleted", project)]
    other = new_contract(fresh, 100, 123)
    feed.read()
    fresh.delete(f"/contracts/{other['id']}", workspace_id=1)
    assert [(each["event"], each["data"]) for each in feed.read()] == [("contract.deleted", other)]
    assert contract["id"] != other["id"]


def test_members_come_and_go(fresh, feed):
    id, secret = invite(fresh)
    assert accept(Client(fresh.server), secret).status == 200
    fresh.put(f"/members/{id}", workspace_id=1, json={"firstname": "Neu"})
    fresh.delete(f"/members/{id}", workspace_id=1)
    told = feed.read()
    assert [each["event"] for each in told] == ["member.invited", "member.activated", "member.updated",
                                                "member.archived", "member.deleted"]
    assert [each["data"]["status"] for each in told] == ["inactive", "active", "active", "left", "left"]
    assert {each["data"]["id"] for each in told} == {id} and told[2]["data"]["firstname"] == "Neu"


# ---- time ----

def test_each_entry_that_a_request_changes_is_told_once(fresh, feed):
    first = add_time(fresh, 100, DAY, f"{DAY}T09:00:00Z", f"{DAY}T10:00:30Z").data
    assert [(each["event"], each["data"]["id"]) for each in feed.read() if each["event"] != "timesheet.created"] \
        == [("time_entry.created", first["id"])]
    fresh.put(f"/time-entries/{first['id']}", workspace_id=1, json={"end_time": f"{DAY}T10:30:00Z"})
    [event] = feed.read()
    assert (event["event"], event["data"]["id"], event["data"]["duration_minutes"]) \
        == ("time_entry.updated", first["id"], 90)
    fresh.delete(f"/time-entries/{first['id']}", workspace_id=1)
    [deleted] = feed.read()
    assert (deleted["event"], deleted["data"]) == ("time_entry.deleted", event["data"])


def test_minutes_that_are_dealt_out_anew_are_told(fresh, feed):
    """Two entries of a minute and a half: the second has the minute that both halves make."""
    entries = [add_time(fresh, 100, DAY, f"{DAY}T0{hour}:00:00Z", f"{DAY}T0{hour}:01:30Z").data for hour in (8, 9)]
    assert [each["duration_minutes"] for each in entries] == [1, 2]
    feed.read()
    fresh.delete(f"/time-entries/{entries[0]['id']}", workspace_id=1)
    assert {(each["event"], each["data"]["id"], each["data"]["duration_minutes"]) for each in feed.read()} \
        == {("time_entry.deleted", entries[0]["id"], 1), ("time_entry.updated", entries[1]["id"], 1)}


def test_slots_of_a_request_are_one_event_of_their_entry(fresh, feed):
    slots = [{"id": str(minute), "start": f"2024-03-01T10:{minute:02}:00Z", "end": f"2024-03-01T10:{minute + 5:02}:00Z"}
             for minute in (0, 5, 10)]
    for sent, kind in ((slots[:2], "time_entry.created"), (slots[2:], "time_entry.updated"), (slots, None)):
        fresh.post("/tracked-slots", json={"workspace_id": 1, "user_id": 100, "slots": sent})
        told = [each for each in feed.read() if each["event"] != "timesheet.created"]
        assert [each["event"] for each in told] == ([kind] if kind else [])
    [entry] = fresh.get("/time-entries", workspace_id=1, user_id=100, date="2024-03-01").data
    assert entry["total_minutes"] == 15


@pytest.mark.parametrize("number", range(3))
def test_followers_of_the_feed_have_the_time_that_the_workspace_has(fresh, number):
    world, feed, rows = World(fresh, number), Feed(fresh), {}
    names = ("id", "user_id", "project_id", "date", "total_minutes", "activity_description")
    for _ in range(10):
        for _ in range(world.chance.randrange(1, 8)):
            world.act()
        for event in feed.read():
            if event["event"] == "time_entry.deleted":
                del rows[event["data"]["id"]]
            elif event["event"].startswith("time_entry."):
                assert (event["data"]["id"] in rows) == (event["event"] == "time_entry.updated")
                rows[event["data"]["id"]] = event["data"]
        stored = {row["id"]: row for row in fresh.get("/export/time-entries", workspace_id=1).data
                  if row["user_id"] in world.people}
        assert [{name: row[name] for name in names} for row in sorted(rows.values(), key=lambda row: row["id"])] \
            == [{name: row[name] for name in names} for row in sorted(stored.values(), key=lambda row: row["id"])]


def test_a_tracker_that_nobody_stops_is_told_of_too(fresh, feed):
    fresh.put("/members/123", workspace_id=1, json={"weekly_hours_limit": 1})
    fresh.post("/time-tracking/start", json={"workspace_id": 1, "user_id": 123})
    feed.read()
    advance_clock(fresh, 2 * 3600)
    told = {each["event"]: each for each in feed.read()}
    assert set(told) >= {"tracker.stopped", "time_entry.created"}
    stopped = told["tracker.stopped"]
    assert (stopped["actor"], stopped["data"]["total_minutes"]) == ({"id": None, "name": None}, 60)


def test_started_and_stopped(fresh, feed):
    started = fresh.post("/time-tracking/start", json={"workspace_id": 1, "user_id": 123}).data
    assert [(each["event"], each["data"]) for each in feed.read()] == [("tracker.started", started)]
    advance_clock(fresh, 600)
    stopped = fresh.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": 123}).data
    told = {each["event"]: each["data"] for each in feed.read()}
    assert told["tracker.stopped"] == stopped and told["time_entry.created"]["total_minutes"] == 10


# ---- what is asked for and decided ----

def test_sheets_are_told_as_they_are_after_all(fresh, feed):
    add_time(fresh, 100, DAY, "09:00", "10:00", contract_id=20)
    created = [each["data"] for each in feed.read() if each["event"] == "timesheet.created"]
    sheet = next(each for each in fresh.get("/timesheets", workspace_id=1, user_id=100).data
                 if each["date_from"] <= DAY <= each["date_to"])
    assert created in ([], [sheet])
    id = sheet["id"]
    for action, kind, status in (("submit", "submitted", "submitted"), ("unsubmit", "unsubmitted", "pending"),
                                 ("submit", "submitted", "submitted"), ("reject", "rejected", "rejected"),
                                 ("submit", "submitted", "submitted"), ("approve", "approved", "approved"),
                                 ("reopen", "reopened", "pending")):
        done = fresh.put(f"/timesheets/{id}/{action}", workspace_id=1, json={"reason": "r"})
        assert done.status == 200, done
        [event] = feed.read()
        assert (event["event"], event["data"]["status"]) == (f"timesheet.{kind}", status)
        assert event["data"] == next(each for each in fresh.get("/timesheets", workspace_id=1, user_id=100).data
                                     if each["id"] == id)


def test_expenses_leaves_and_requests(fresh, feed, people):
    john = people["regular-user"]
    expense = john.post("/expenses", json={"workspace_id": 1, "expense_name": "e", "date": DAY, "amount": 5}).data
    changed = john.put(f"/expenses/{expense['id']}", workspace_id=1, json={"amount": 6}).data
    john.delete(f"/expenses/{expense['id']}", workspace_id=1)
    told = feed.read()
    assert [(each["event"], each["actor"]["id"]) for each in told] \
        == [("expense.created", 100), ("expense.updated", 100), ("expense.deleted", 100)]
    assert [each["data"] for each in told] == [expense, changed, changed]
    asked = john.post("/time-requests", json={"workspace_id": 1, "user_id": 100, "start": f"{DAY}T09:00:00Z",
                                              "end": f"{DAY}T10:00:00Z"}).data
    fresh.post(f"/time-requests/{asked['id']}/approve", workspace_id=1)
    told = {each["event"]: each["data"] for each in feed.read()}
    assert told["time_request.created"]["status"] == "pending"
    assert told["time_request.approved"] == fresh.get(f"/time-requests/{asked['id']}", workspace_id=1).data
    assert told["time_entry.created"]["total_minutes"] == 60


# ---- who is told ----

def test_who_sees_what(people, fresh):
    feeds = {name: Feed(client) for name, client in people.items()}
    other = new_project(fresh, name="Of others")
    fresh.put("/projects/100", workspace_id=1, json={"notes": "seen"})
    new_contract(fresh, other["id"], 123)
    fresh.put("/contracts/20", workspace_id=1, json={"weekly_hours_limit": 30})
    fresh.put("/members/123", workspace_id=1, json={"firstname": "Sam"})
    add_time(fresh, 100, DAY, "09:00", "10:00")
    add_time(fresh, 123, DAY, "09:00", "10:00")
    told = {name: [(each["event"], each["data"].get("user_id", each["data"]["id"])) for each in feed.read()
                   if not each["event"].startswith("timesheet.")] for name, feed in feeds.items()}
    everything = [("project.created", other["id"]), ("project.updated", 100), ("contract.created", 123),
                  ("contract.updated", 100), ("member.updated", 123), ("time_entry.created", 100),
                  ("time_entry.created", 123)]
    assert told["owner"] == told["executive-manager"] == everything
    assert told["regular-user"] == [("project.updated", 100), ("contract.updated", 100), ("time_entry.created", 100)]
    assert told["project-viewer"] == [("project.updated", 100), ("contract.updated", 100)]
    assert told["project-manager"] == told["project-viewer"]
    assert told["team-manager"] == [("project.updated", 100), ("contract.updated", 100)]
    assert len({feed.position for feed in feeds.values()}) == 1


LISTS = {"project": "/projects", "task": "/tasks", "contract": "/contracts", "member": "/members",
         "time_entry": "/time-entries", "timesheet": "/timesheets", "time_request": "/time-requests",
         "leave": "/leaves", "expense": "/expenses"}
OF_ONE = {"tracker", "webhook"}  # kinds of events of what no list has


def happenings(owner):
    """Of each group one of John, who works on project 100, and one of Una, who does on another."""
    for user_id, project_id, day in ((100, 100, "2024-02-27"), (123, new_project(owner)["id"], "2024-02-28")):
        contract = {"id": 20} if user_id == 100 else new_contract(owner, project_id, user_id)
        owner.put(f"/projects/{project_id}", workspace_id=1, json={"notes": "changed"})
        owner.put(f"/contracts/{contract['id']}", workspace_id=1, json={"weekly_hours_limit": 30})
        owner.put(f"/members/{user_id}", workspace_id=1, json={"weekly_hours_limit": 39})
        new_task(owner, {"id": project_id}, title="Task")
        add_time(owner, user_id, day, "09:00", "10:00")
        owner.post("/time-requests", json={
            "workspace_id": 1, "user_id": user_id, "start": f"{day}T12:00:00Z", "end": f"{day}T12:30:00Z",
            "contract_id": contract["id"], "notes": "Forgotten"})
        owner.post("/leaves", workspace_id=1, json={"policy_id": 1, "user_id": user_id, "start": "2024-04-02",
                                                    "end": "2024-04-03"})
        owner.post("/expenses", workspace_id=1, json={"expense_name": "Train", "date": day, "amount": 12,
                                                      "user_id": user_id, "project_id": project_id})


def listed(client, what, asked):
    """The ids that a list shows somebody, of whoever and whenever it is."""
    queries = {"task": [{"project_id": each} for each in asked["project"]],
               "time_entry": [{"user_id": user, "date": day} for user, day in asked["time_entry"]],
               "time_request": [{"date_from": "2024-02-01", "date_to": "2024-02-29"}]}.get(what, [{}])
    replies = [client.get(LISTS[what], workspace_id=1, **query) for query in queries]
    return {row["id"] for reply in replies if reply.status == 200 for row in reply.rows}


def test_each_role_is_told_what_their_lists_show(people, fresh):
    """And what concerns themselves, all of it and nothing else."""
    feeds = {name: Feed(client) for name, client in people.items()}
    happenings(fresh)
    told = {name: feed.read() for name, feed in feeds.items()}
    everything = told["owner"]
    kinds = {event["event"].split(".")[0] for event in everything}
    known = {kind.split(".")[0] for kind in Document.of(fresh.server).source["webhooks"]}
    assert kinds == set(LISTS) == known - OF_ONE
    asked = {"project": {event["data"]["id"] for event in everything if event["event"].startswith("project.")},
             "time_entry": {(100, "2024-02-27"), (123, "2024-02-28")}}
    for name, client in people.items():
        own = client.get("/workspaces").data[0]["user_id"]
        seen = {what: listed(client, what, asked) for what in LISTS}
        wanted = [event["position"] for event in everything for what in [event["event"].split(".")[0]]
                  if event["data"]["id"] in seen[what] or own in (event["data"].get("user_id"), event["data"]["id"])]
        assert [event["position"] for event in told[name]] == wanted, name


def test_rates_are_for_those_who_see_them(people, fresh):
    viewer = people["executive-manager"]
    fresh.put("/members/11", workspace_id=1, json={"rate_status": 0})
    feeds = [Feed(fresh), Feed(viewer)]
    contract = new_contract(fresh, new_project(fresh)["id"], 100, rate=12.5)
    add_time(fresh, 100, DAY, "09:00", "10:00", contract_id=contract["id"])
    sheet = next(each for each in fresh.get("/timesheets", workspace_id=1, user_id=100).data
                 if each["date_from"] <= DAY <= each["date_to"])
    fresh.put(f"/timesheets/{sheet['id']}/submit", workspace_id=1)
    seen, hidden = ({each["event"]: each["data"] for each in feed.read()} for feed in feeds)
    assert seen["contract.created"] == contract and contract["rate"] == 12.5
    assert hidden["contract.created"] == {**contract, "rate": None}
    assert hidden["project.created"]["rate"] is None and seen["project.created"]["rate"] == 0
    for client, told in ((fresh, seen), (viewer, hidden)):
        assert told["timesheet.submitted"] == next(
            each for each in client.get("/timesheets", workspace_id=1, user_id=100).data if each["id"] == sheet["id"])
    assert seen["timesheet.submitted"]["total_amount"] and "total_amount" not in hidden["timesheet.submitted"]


def test_what_happens_does_not_depend_on_who_does_it(people, fresh):
    """The executive manager sees no rates, and the owner hears of them all the same."""
    fresh.put("/members/11", workspace_id=1, json={"rate_status": 0})
    feed = Feed(fresh)
    made = people["executive-manager"].post("/projects", workspace_id=1, json={"name": "x"}).data
    assert made["rate"] is None
    assert [each["data"]["rate"] for each in feed.read()] == [0]


def test_another_workspace_has_a_feed_of_its_own(fresh, feed):
    other = Client(fresh.server, "demo-other-owner")
    theirs = Feed(other, workspace_id=2)
    begin, their_begin = feed.position, theirs.position
    project = new_project(other, workspace_id=2)
    assert feed.read() == []
    assert [(each["position"], each["data"]) for each in theirs.read()] == [(their_begin + 1, project)]
    ours = [new_project(fresh) for _ in range(2)]
    assert [(each["position"], each["data"]) for each in feed.read()] == [(begin + 1, ours[0]), (begin + 2, ours[1])]
    assert theirs.read() == []
    assert fresh.get("/events", workspace_id=2).status in (403, 404)


# ---- going on ----

def test_page_by_page(fresh, feed):
    made = [new_project(fresh)["id"] for _ in range(7)]
    start = feed.position
    assert [each["data"]["id"] for each in feed.read(limit=2)] == made
    assert [each["position"] for each in Feed(fresh, start).read(limit=3)] == list(range(start + 1, start + 8))


def test_a_position_that_is_not_there_yet(fresh, feed):
    for position in (feed.position + 1, 2**36, 2**63 - 1):  # beyond a workspace, and the last number
        assert list(feed.ask(position).faults) == ["after"], position
    assert feed.ask(feed.position).data == []


def test_who_sees_little_gets_on(fresh, people):
    """A call looks at a thousand events at most."""
    feed = Feed(people["regular-user"])
    begin = feed.position
    run_sql(fresh.server, "INSERT INTO events (workspace_id, place, id, kind, happened_at, object_id, "
            "data, rated_from, rated_to) "
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
            f"SELECT 1, {place_of_event(begin)} + i, 100000 + i, 61, 1709294400, 1, '{{}}', 0, 0 FROM n")
    reply = feed.ask(begin)
    assert (reply.data, reply.body["position"], reply.body["newest_position"]) == ([], begin + 1000, begin + 2500)
    fresh.put("/members/100", workspace_id=1, json={"firstname": "Jon"})
    assert feed.kinds() == ["member.updated"] and feed.position == begin + 2501


def test_events_are_kept_for_a_month(fresh, feed):
    begin = feed.position
    new_project(fresh)
    feed.read()
    other = Client(fresh.server, "demo-other-owner")
    theirs = [new_project(other, workspace_id=2)["id"] for _ in range(2)]
    advance_clock(fresh, 29 * 86400)
    last = new_project(fresh)
    feed.read()
    advance_clock(fresh, 2 * 86400)
    assert feed.ask(begin).failure == (400, "cursor_too_old")
    assert [each["data"]["id"] for each in feed.ask(0).data] == [last["id"]]
    advance_clock(fresh, 60 * 86400)
    assert [each["data"]["id"] for each in feed.ask(0).data] == [last["id"]]  # says how far the numbers have come
    assert [each["data"]["id"] for each in Feed(other, 0, workspace_id=2).read()] == theirs[1:]
    newer = new_project(fresh)
    assert [(each["position"], each["data"]["id"]) for each in feed.read()] == [(begin + 3, newer["id"])]


# ---- nothing is missing ----

def test_positions_have_no_gaps_while_many_write(nodes):
    """Sixty-four writers on two servers, and a reader who follows meanwhile."""
    client = Client(nodes[0], "demo-owner")
    feed, seen, over = Feed(client), [], threading.Event()
    start = feed.position

    def follow():
        while not over.is_set():
            seen.extend(feed.read(limit=50))

    reader = threading.Thread(target=follow)
    reader.start()

    def write(writer, number):
        return [writer.post("/projects", workspace_id=1, json={"name": f"{number} {turn}" if turn % 3 else ""})
                for turn in range(8)]

    made = together(nodes, 64, write)
    over.set()
    reader.join()
    seen += feed.read()
    made = [[reply.data["id"] for reply in those if reply.status == 201] for those in made]
    ids = [id for those in made for id in those]
    assert len(ids) == 64 * 5
    assert [each["position"] for each in seen] == list(range(start + 1, start + 1 + len(ids)))
    assert sorted(each["data"]["id"] for each in seen) == sorted(ids)
    for those in made:  # of one writer each event follows the one before
        assert [each["data"]["id"] for each in seen if each["data"]["id"] in those] == those


def test_killed_between_the_commit_and_the_number(start_server, new_sandbox, engine):
    """On SQLite nothing is between them."""
    database = new_sandbox()
    server = start_server(database=database)
    enough, left = threading.Event(), [200]

    def count():
        left[0] -= 1
        if left[0] <= 0:
            enough.set()

    writers = [Writer(server, "demo-owner", f"writer {number}", count) for number in range(8)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    server.kill()
    for writer in writers:
        writer.join()
    if engine == "postgresql":
        run_sql(server, f"WITH taken AS (DELETE FROM events WHERE place > {place_of_event(190)} "
                        f"RETURNING {OF_AN_EVENT}) "
                        f"INSERT INTO noted_events (noted_at, {OF_AN_EVENT}) SELECT id, {OF_AN_EVENT} FROM taken")
    client = Client(start_server(database=database), "demo-owner")
    told = Feed(client, 0).read()
    assert [each["position"] for each in told] == list(range(1, len(told) + 1))
    stored = {row["id"] for row in client.pages("/projects", workspace_id=1, after_id=200, per_page=100)}
    ids = [each["data"]["id"] for each in told[1:]]
    assert sorted(ids) == sorted(stored) and {id for writer in writers for id in writer.acknowledged} <= stored


@pytest.mark.only_on("sqlite", "elsewhere a request is a transaction, and numbered after it")
def test_who_runs_out_of_memory_takes_no_position(start_server):
    """Nor from those whose requests are in the same transaction. A deletion is told before anything is written."""
    server = start_server("--request-memory", "196608", "--threads", "1")
    run_sql(server, f"UPDATE tasks SET description = '{'x' * 100_000}' WHERE id = 5")  # what tells of it does not fit
    body = b'{"title": "Task"}'
    creation = request("POST", f"{API}/tasks?workspace_id=1&project_id=100", "Content-Type: application/json",
                       f"Content-Length: {len(body)}", body=body, token="demo-owner")
    deletion = request("DELETE", f"{API}/tasks/5?workspace_id=1&project_id=100", token="demo-owner")
    connections = [Connection(server) for _ in range(6)]
    with held(server.database, None):  # for what comes meanwhile one transaction is enough
        for number, connection in enumerate(connections):
            connection.send(deletion if number == 3 else creation)
            until(lambda: queued(server) >= number)  # the first one is being run, or waits, too
    assert [connection.read().status for connection in connections] == [201, 201, 201, 503, 201, 201]
    positions = [each["position"] for each in Feed(Client(server, "demo-owner"), 0).read()]
    assert positions == list(range(1, len(positions) + 1))


def test_no_event_of_what_was_undone(fresh, feed):
    """The body is read twice: once for what was done, once for what is repeated."""
    for _ in range(2):
        fresh.post("/projects", workspace_id=1, json={"name": "once"}, headers={"Idempotency-Key": "k"})
    assert feed.kinds() == ["project.created"]
    rows = count_events(fresh.server)
    fresh.put("/projects/100", workspace_id=1, json={"name": "x"}, headers={"If-Match": '"other"'})
    assert count_events(fresh.server) == rows


@pytest.mark.only_on("postgresql", "numbers come with the insert")
def test_what_is_committed_while_others_are_numbered_is_numbered_after_them(fresh, feed):
    """Also where it was noted before the last of them."""

    def note(*instants):
        values = ", ".join(f"({instant})" for instant in instants)
        run_sql(fresh.server, f"INSERT INTO noted_events (noted_at, {OF_AN_EVENT}) SELECT n.at, "
                              f"{OF_AN_EVENT.replace(' id,', ' id + 100000 + n.at,')} "
                              f"FROM events, (VALUES {values}) n (at) WHERE place = {place_of_event(1)}")

    with held(fresh.server.database, "LOCK TABLE events IN SHARE MODE", "COMMIT"):
        note(1000, 3000)
        until(lambda: waiting_for_locks(fresh.server) == 1)  # they have been listed
        note(2000)
    begin = feed.position
    assert [each["position"] - begin for each in feed.read()] == [1, 2, 3]


def test_an_older_program_leaves_no_event_that_nobody_numbers(fresh):
    """As it notes one, while nodes are upgraded."""
    with pytest.raises(Exception, match="position"):
        run_sql(fresh.server, "INSERT INTO events (workspace_id, position, id, kind, noted_at, happened_at, object_id, "
                              "data, rated_from, rated_to) VALUES (1, -77, 77, 31, 0, 0, 1, '{}', 0, 0)")


@pytest.mark.only_on("postgresql", "numbers come with the insert")
def test_a_round_of_numbers_does_not_read_what_has_been_numbered(fresh, feed):
    """However small the table was when the database first planned how to."""
    many, rounds = 20_000, 10
    for _ in range(rounds):
        new_project(fresh)
        feed.read()
    columns = "kind, happened_at, object_id, project_id, shape, data, rated_from, rated_to"
    run_sql(fresh.server, f"""
        INSERT INTO events (workspace_id, id, place, {columns})
        SELECT workspace_id, id + 100000 + i, place + i, {columns} FROM events, generate_series(1, {many}) i
        WHERE place = {place_of_event(feed.position)}""")

    def reads():
        return int(run_sql(fresh.server, """
            SELECT (SELECT sum(i.idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relname LIKE '%events')
                 + (SELECT sum(t.seq_tup_read) FROM pg_stat_user_tables t WHERE t.relname LIKE '%events')"""))

    def numbered():
        new_project(fresh)  # the database tells of what a connection has done when that does more, a second later
        return int(run_sql(fresh.server, "SELECT n_tup_del FROM pg_stat_user_tables WHERE relname = 'noted_events'"))

    until(lambda: numbered() >= 2 * rounds, seconds=30)
    before, already = reads(), numbered()
    until(lambda: numbered() >= already + rounds, seconds=30)
    assert reads() - before < many
