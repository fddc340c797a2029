"""64 clients on one member's timeline at once: never two trackers, never an overlap, and the books agree."""

import datetime
import random

import pytest
from client import Client
from scenario import check_books, entries, new_contract, new_member, new_project, run_sql
from test_concurrency import together

WORKERS = 8
CLIENTS = 64
ROUNDS = 8
DAY = "2024-01-15"


def start(client, user_id):
    return client.post("/time-tracking/start", json={"workspace_id": 1, "user_id": user_id})


def stop(client, user_id):
    return client.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": user_id})


class Person:
    """What one client does, by chance; counts the trackers it began and ended."""

    def __init__(self, client, number, user_id, contract):
        self.client, self.user_id, self.contract = client, user_id, contract
        self.chance = random.Random(number)
        self.number, self.started, self.stopped = number, 0, 0

    def act(self):
        for step in range(ROUNDS):
            getattr(self, self.chance.choice(["track", "track", "add", "add", "send", "delete"]))(step)
        return self.started, self.stopped

    def track(self, step):
        reply = start(self.client, self.user_id)
        self.started += reply.status == 200
        assert reply.status == 200 or reply.failure == (400, "already_tracking")
        reply = stop(self.client, self.user_id)
        self.stopped += reply.status == 200
        assert reply.status == 200 or reply.failure == (400, "not_tracking")

    def add(self, step):
        hour = self.chance.randrange(23)
        reply = self.client.post("/time-entries", json={
            "workspace_id": 1, "user_id": self.user_id, "contract_id": self.contract, "date": DAY,
            "start_time": f"{hour:02}:{self.chance.randrange(60):02}", "end_time": f"{hour + 1:02}:30"})
        assert reply.status == 201 or reply.failure in ((400, "time_taken"), (400, "limit_reached"))

    def send(self, step):
        begin = datetime.datetime(2024, 1, 15) + datetime.timedelta(minutes=self.chance.randrange(1400))
        minute = datetime.timedelta(minutes=1)
        batch = [{"id": f"{self.number}-{step}-{index}", "start": f"{begin + 7 * index * minute:%Y-%m-%dT%H:%M:%SZ}",
                  "end": f"{begin + (7 * index + 7) * minute:%Y-%m-%dT%H:%M:%SZ}"} for index in range(5)]
        reply = self.client.post("/tracked-slots", json={"workspace_id": 1, "user_id": self.user_id, "slots": batch})
        assert reply.data["accepted"] == 5

    def delete(self, step):
        rows = self.client.get("/time-entries", workspace_id=1, user_id=self.user_id, date=DAY).data
        if rows:
            id = self.chance.choice(rows)["id"]
            assert self.client.delete(f"/time-entries/{id}", json={"workspace_id": 1}).status in (200, 404)


def check_day(owner, user_id):
    rows = sorted(entries(owner, user_id, DAY), key=lambda row: row["start_time"])
    assert rows
    for one, following in zip(rows, rows[1:]):
        assert one["end_time"] <= following["start_time"]
    assert sum(row["duration_minutes"] for row in rows) <= 1440


def pytest_generate_tests(metafunc):
    """Two servers on one database where any number of nodes may be; SQLite belongs to one process."""
    counts = [1, 2] if metafunc.config.getoption("--database") == "postgresql" else [1]
    metafunc.parametrize("servers", counts, indirect=True, ids=[f"{count} servers" for count in counts])


@pytest.fixture
def servers(request, start_server, new_sandbox):
    database = new_sandbox()
    return [start_server(database=database) for _ in range(request.param)]


@pytest.mark.parametrize("hours", [168, 10])
def test_many_clients_of_one_timeline(stint, servers, hours):
    owner = Client(servers[0], "demo-owner")
    user_id = new_member(owner)
    owner.put(f"/members/{user_id}", json={"weekly_hours_limit": hours}, workspace_id=1)
    contract = new_contract(owner, 100, user_id)["id"]

    def act(client, number):
        return Person(client, number, user_id, contract).act()

    outcomes = together(servers, CLIENTS, act)
    running = owner.get("/time-tracking/current-data", workspace_id=1, user_id=user_id).status == 200
    started, stopped = (sum(counts) for counts in zip(*outcomes))
    assert started - stopped == running, "each tracker that began was ended once"
    check_day(owner, user_id)
    check_books(stint, servers[0])


def test_one_of_many_starts(servers):
    owner = Client(servers[0], "demo-owner")
    for _ in range(3):
        user_id = new_member(owner)
        replies = together(servers, CLIENTS, lambda client, _: start(client, user_id))
        assert sorted(reply.status for reply in replies) == [200] + [400] * (CLIENTS - 1)
        replies = together(servers, CLIENTS, lambda client, _: stop(client, user_id))
        assert sorted(reply.status for reply in replies) == [200] + [400] * (CLIENTS - 1)


def test_a_batch_that_is_sent_by_many_at_once_counts_once(stint, servers):
    owner = Client(servers[0], "demo-owner")
    user_id = new_member(owner)
    batch = [{"id": f"{index}", "start": f"{DAY}T{index:02}:00:00Z", "end": f"{DAY}T{index:02}:10:00Z"}
             for index in range(24)]
    replies = together(servers, 16, lambda client, _: client.post("/tracked-slots", json={
        "workspace_id": 1, "user_id": user_id, "slots": batch}).data)
    assert sum(reply["accepted"] for reply in replies) == 24
    assert sum(reply["saved_minutes"] for reply in replies) == 240
    assert sum(row["duration_minutes"] for row in entries(owner, user_id, DAY)) == 240
    check_books(stint, servers[0])


ENDS = {
    "member leaves": lambda owner, person, contract, project: owner.delete(f"/members/{person}", workspace_id=1),
    "becomes a viewer": lambda owner, person, contract, project: owner.put(
        f"/members/{person}", json={"role": "Project viewer"}, workspace_id=1),
    "contract ends": lambda owner, person, contract, project: owner.delete(f"/contracts/{contract}", workspace_id=1),
    "contract is paused": lambda owner, person, contract, project: owner.put(
        f"/contracts/{contract}", json={"status": "paused"}, workspace_id=1),
    "project is archived": lambda owner, person, contract, project: owner.delete(
        f"/projects/{project}", workspace_id=1),
    "nothing is left": lambda owner, person, contract, project: owner.put(
        f"/contracts/{contract}", json={"weekly_hours_limit": 0}, workspace_id=1),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_tracker_that_is_started_while_its_ground_goes(servers, end):
    """Whoever comes first: what may not be tracked any more is not tracked."""
    owner = Client(servers[0], "demo-owner")
    for _ in range(12):
        person, project = new_member(owner), new_project(owner)["id"]
        contract = new_contract(owner, project, person)["id"]

        def act(client, number):
            if number == 1:
                return end(client, person, contract, project)
            return client.post("/time-tracking/start", json={"workspace_id": 1, "user_id": person,
                                                             "contract_id": contract})

        assert together(servers, 4, act)[1].status == 200
        current = owner.get("/time-tracking/current-data", workspace_id=1, user_id=person)
        assert current.failure == (400, "not_tracking")


def ask(client, user_id, start, end, contract=None):
    return client.post("/time-requests", json={
        "workspace_id": 1, "user_id": user_id, "contract_id": contract, "start": f"{DAY}T{start}Z",
        "end": f"{DAY}T{end}Z"}).data["id"]


def shown(client, id):
    return client.get(f"/time-requests/{id}", workspace_id=1).data


def test_requests_that_overlap_are_approved_by_several_at_once(stint, servers):
    """Each is decided once, and each minute is saved once."""
    owner = Client(servers[0], "demo-owner")
    owner.put("/settings", json={"time_editors": []}, workspace_id=1)
    person = new_member(owner)
    asker = Client(servers[0], "demo-executive-manager")
    ids = [ask(asker, person, f"{hour:02}:{minute:02}:00", f"{hour + 1:02}:{minute:02}:00")
           for hour in range(8, 16) for minute in (0, 20, 40)]
    replies = together(servers, 3 * len(ids), lambda client, number: client.post(
        f"/time-requests/{ids[number % len(ids)]}/approve", json={"workspace_id": 1}))
    for index, id in enumerate(ids):
        outcomes = replies[index::len(ids)]
        refused = {reply.failure for reply in outcomes if reply.status != 200}
        approved = shown(owner, id)["status"] == "approved"
        assert [reply.status for reply in outcomes].count(200) == approved
        assert refused == {(400, "illegal_transition" if approved else "time_taken")}
    assert sum(row["duration_minutes"] for row in entries(owner, person, DAY)) == 8 * 60 + 40
    assert sum(shown(owner, id)["saved_minutes"] or 0 for id in ids) == 8 * 60 + 40
    check_day(owner, person)
    check_books(stint, servers[0])


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_request_that_is_approved_while_its_ground_goes(stint, servers, end):
    """Whoever comes first: it is approved and saved, or refused and pending."""
    owner = Client(servers[0], "demo-owner")
    owner.put("/settings", json={"time_editors": []}, workspace_id=1)
    for _ in range(6):
        person, project = new_member(owner), new_project(owner)["id"]
        contract = new_contract(owner, project, person)["id"]
        id = ask(Client(servers[0], "demo-executive-manager"), person, "09:00:00", "10:00:00", contract)

        def act(client, number):
            if number == 1:
                return end(client, person, contract, project)
            return client.post(f"/time-requests/{id}/approve", json={"workspace_id": 1})

        replies = together(servers, 4, act)
        assert replies.pop(1).status == 200
        approved = [reply.status for reply in replies].count(200)
        assert approved <= 1 and all(reply.status in (200, 400, 404, 422) for reply in replies)
        assert shown(owner, id)["status"] == ("approved" if approved else "pending")
        assert int(run_sql(servers[0], "SELECT count(*) FROM time_entries WHERE workspace_id = 1 AND user_id = "
                                       f"{person}")) == approved
    check_books(stint, servers[0])


def test_a_project_is_archived_while_many_work_on_it(servers):
    """One change against the timelines of all its people, which they write all the time."""
    owner = Client(servers[0], "demo-owner")
    project = new_project(owner)["id"]
    people = [new_member(owner) for _ in range(24)]
    contracts = {person: new_contract(owner, project, person)["id"] for person in people}
    archived = []

    def act(client, number):
        if number == 0:
            archived.append(client.delete(f"/projects/{project}", workspace_id=1))
            return
        person = people[number % len(people)]
        for step in range(200):
            if archived:
                return
            client.post("/time-tracking/" + ("stop" if step % 2 else "start"), json={
                "workspace_id": 1, "user_id": person, "contract_id": contracts[person]})

    together(servers, 49, act)
    assert archived[0].status == 200, archived
    for person in people:
        current = owner.get("/time-tracking/current-data", workspace_id=1, user_id=person)
        assert current.failure == (400, "not_tracking")


def test_what_a_member_may_is_changed_while_their_time_is_written(servers):
    owner = Client(servers[0], "demo-owner")
    person = new_member(owner)
    contract = new_contract(owner, new_project(owner)["id"], person)["id"]
    changes = [("PUT", f"/members/{person}", {"weekly_hours_limit": 60}),
               ("PUT", f"/contracts/{contract}", {"weekly_hours_limit": 50}),
               ("PUT", f"/members/{person}", {"weekly_hours_limit": 30}),
               ("PUT", f"/contracts/{contract}", {"status": "paused"}),
               ("DELETE", f"/contracts/{contract}", None), ("DELETE", f"/members/{person}", None)]
    replies = []

    def act(client, number):
        if number == 0:
            for method, path, body in changes:
                replies.append(client.request(method, path, json=body, query={"workspace_id": 1}))
            return
        for step in range(300):
            if len(replies) == len(changes):
                return
            client.post("/time-tracking/" + ("stop" if step % 2 else "start"), json={
                "workspace_id": 1, "user_id": person})

    together(servers, 33, act)
    assert [reply.status for reply in replies] == [200] * len(changes)
