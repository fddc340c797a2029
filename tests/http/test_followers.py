"""Followers of a workspace's entries: whoever asks with `since` for what has changed has, each time, what the workspace
has (docs/decisions/0044)."""

import csv
import datetime
import io
import json
import random
import threading

import pytest
from client import Client
from scenario import (add_time, advance_clock, count_rows, new_contract, new_member, new_project, run_sql, set_clock)
from test_concurrency import together
from test_turns import held

PATH = "/export/time-entries"
NOW = "2024-03-01T12:00:00Z"
DAYS = [f"2024-02-{day:02}" for day in range(5, 12)]
FORGOTTEN = (400, "cursor_too_old")


class Follower:
    """Writes over what it has, by id, and takes out what was deleted."""

    def __init__(self, client, workspace_id=1):
        self.client, self.workspace_id, self.since, self.rows = client, workspace_id, None, {}

    def ask(self, **query):
        return self.client.get(PATH, workspace_id=self.workspace_id, **query)

    def poll(self):
        """The rows that came."""
        reply = self.ask(**({"since": self.since} if self.since else {}))
        assert reply.status == 200, reply
        assert reply.headers["X-Next-Since"] == reply.body["meta"]["next_since"]
        for row in reply.data:
            if "deleted_at" in row:
                assert {name for name, value in row.items() if value is not None} == {"id", "user_id", "deleted_at"}
                self.rows.pop(row["id"], None)
            else:
                self.rows[row["id"]] = row
        self.since = reply.headers["X-Next-Since"]
        return reply.data

    def has_all(self):
        return self.rows == {row["id"]: row for row in self.ask().data}


@pytest.fixture
def sandbox(start_server):
    client = Client(start_server(), "demo-owner")
    set_clock(client, NOW)
    return client


@pytest.fixture
def follower(sandbox):
    follower = Follower(sandbox)
    follower.poll()
    return follower


def slots(client, user_id, *spans):
    return client.post("/tracked-slots", json={"workspace_id": 1, "user_id": user_id, "slots": [
        {"id": start + end, "start": start, "end": end} for start, end in spans]})


def ids(rows):
    return [row["id"] for row in rows]


# ---- what a follower hears of ----

def test_what_was_made_changed_and_deleted_comes_once(sandbox, follower):
    kept, gone = (add_time(sandbox, 100, DAYS[0], *times).data for times in (("09:00", "10:00"), ("11:00", "12:00")))
    assert sorted(ids(follower.poll())) == sorted((kept["id"], gone["id"])) and follower.has_all()
    sandbox.put(f"/time-entries/{kept['id']}", workspace_id=1, json={"notes": "other"})
    sandbox.delete(f"/time-entries/{gone['id']}", workspace_id=1)
    changed = {row["id"]: row for row in follower.poll()}
    assert changed[kept["id"]]["activity_description"] == "other" and "deleted_at" not in changed[kept["id"]]
    assert changed[gone["id"]]["deleted_at"] == NOW and len(changed) == 2
    assert follower.has_all()
    assert follower.poll() == []


def test_what_came_and_went_between_two_questions_is_gone(sandbox, follower):
    entry = add_time(sandbox, 100, DAYS[0], "09:00", "10:00").data["id"]
    sandbox.delete(f"/time-entries/{entry}", workspace_id=1)
    assert [(row["id"], row["deleted_at"]) for row in follower.poll()] == [(entry, NOW)]
    assert follower.has_all()


def test_an_entry_that_is_moved_keeps_its_id(sandbox, follower):
    entry = add_time(sandbox, 100, DAYS[0], "09:00", "10:00").data["id"]
    follower.poll()
    sandbox.put(f"/time-entries/{entry}", workspace_id=1, json={
        "date": DAYS[1], "start_time": "13:00", "end_time": "15:00"})
    assert ids(follower.poll()) == [entry] and follower.has_all()


def test_minutes_that_are_dealt_out_anew_are_a_change(sandbox, follower):
    """Of two parts of 90 seconds the later one has the minute that the earlier one does not fill."""
    day = DAYS[0]
    slots(sandbox, 100, (f"{day}T10:00:00Z", f"{day}T10:01:30Z"), (f"{day}T11:00:00Z", f"{day}T11:01:30Z"))
    follower.poll()
    slots(sandbox, 100, (f"{day}T09:00:00Z", f"{day}T09:00:30Z"))
    assert len(follower.poll()) > 1, "more than what was added"
    assert follower.has_all()


def test_slots_that_go_on_change_their_entry(sandbox, follower):
    day = DAYS[0]
    for minute in (0, 10, 20):
        slots(sandbox, 100, (f"{day}T10:{minute:02}:00Z", f"{day}T10:{minute + 10}:00Z"))
        [row] = follower.poll()
        assert row["total_minutes"] == minute + 10
    assert follower.has_all()


def test_a_member_who_moves_has_other_clock_times(sandbox, follower):
    for day in DAYS:
        add_time(sandbox, 100, day, "09:00", "10:00")
    add_time(sandbox, 12, DAYS[0], "09:00", "10:00")
    gone, kept = (add_time(sandbox, 100, day, "20:00", "21:00").data["id"] for day in DAYS[:2])
    follower.poll()
    sandbox.delete(f"/time-entries/{gone}", workspace_id=1)
    sandbox.put(f"/time-entries/{kept}", workspace_id=1, json={"notes": "n"})
    sandbox.put("/members/100", workspace_id=1, json={"timezone": "Asia/Tokyo"})
    rows = follower.poll()
    assert {row["user_id"] for row in rows} == {100} and {"18:00"} < {row.get("start_local") for row in rows}
    assert len(ids(rows)) == len(set(ids(rows))) and follower.has_all()
    sandbox.put("/members/100", workspace_id=1, json={"timezone": "Asia/Tokyo", "firstname": "John"})
    assert follower.poll() == []


def test_a_leave_that_is_approved_and_taken_back(sandbox, follower):
    leave = sandbox.post("/leaves", json={"workspace_id": 1, "policy_id": 1, "user_id": 100, "start": "2024-03-11",
                                          "end": "2024-03-12"}).data["id"]
    sandbox.put(f"/leaves/{leave}/approve", json={"workspace_id": 1})
    came = follower.poll()
    assert {row["method"] for row in came} == {"Paid leave"} and follower.has_all()
    sandbox.put(f"/leaves/{leave}/cancel", json={"workspace_id": 1})
    gone = follower.poll()
    assert sorted(ids(gone)) == sorted(ids(came)) and all("deleted_at" in row for row in gone) and follower.has_all()


def test_names_are_those_of_the_moment(sandbox, follower):
    project = new_project(sandbox)["id"]
    contract = new_contract(sandbox, project, 100)["id"]
    add_time(sandbox, 100, DAYS[0], "09:00", "10:00", contract_id=contract)
    [row] = follower.poll()
    sandbox.put(f"/projects/{project}", workspace_id=1, json={"name": "Another name"})
    assert follower.poll() == [] and not follower.has_all()
    sandbox.put(f"/time-entries/{row['id']}", workspace_id=1, json={"notes": "n"})
    assert follower.poll()[0]["project_name"] == "Another name"


def test_in_each_format(sandbox, follower):
    since = follower.since
    kept = add_time(sandbox, 100, DAYS[0], "09:00", "10:00").data["id"]
    gone = add_time(sandbox, 100, DAYS[0], "11:00", "12:00").data["id"]
    sandbox.delete(f"/time-entries/{gone}", workspace_id=1)
    rows = follower.ask(since=since).data
    text = follower.ask(since=since, format="csv").content.decode()
    cells = csv.DictReader(io.StringIO(text, newline=""))
    assert {row["id"]: row["deleted_at"] for row in cells} == {kept: "", gone: NOW}
    lines = follower.ask(since=since, format="ndjson").content.decode().splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert follower.ask(since=since, format="xlsx").status == 200


# ---- by chance ----

class World:
    """What people do, by chance."""

    def __init__(self, owner, number):
        self.owner, self.chance, self.step = owner, random.Random(number), 0
        self.people = [new_member(owner) for _ in range(3)]
        project = new_project(owner)["id"]
        self.contracts = {person: new_contract(owner, project, person)["id"] for person in self.people}

    def act(self):
        self.step += 1
        person, day = self.chance.choice(self.people), self.chance.choice(DAYS)
        self.chance.choice([self.add, self.add, self.track, self.track, self.edit, self.delete, self.move])(person, day)

    def time(self):
        return f"{self.chance.randrange(24):02}:{self.chance.randrange(60):02}"

    def add(self, person, day):
        start, end = sorted((self.time(), self.time()))
        self.owner.post("/time-entries", json={
            "workspace_id": 1, "user_id": person, "date": day, "start_time": start, "end_time": end,
            **self.chance.choice([{}, {"contract_id": self.contracts[person]}])})

    def track(self, person, day):
        begin = datetime.datetime.fromisoformat(day) + datetime.timedelta(seconds=self.chance.randrange(80_000))
        end = begin + datetime.timedelta(seconds=self.chance.randrange(20, 900))
        slots(self.owner, person, (f"{begin.isoformat()}Z", f"{end.isoformat()}Z"))

    def some(self, person, day):
        rows = self.owner.get("/time-entries", workspace_id=1, user_id=person, date=day).data
        return self.chance.choice(rows)["id"] if rows else None

    def edit(self, person, day):
        entry = self.some(person, day)
        change = self.chance.choice([{"notes": str(self.step)}, {"end_time": self.time()},
                                     {"date": self.chance.choice(DAYS)}, {"contract_id": self.contracts[person]}])
        if entry:
            self.owner.put(f"/time-entries/{entry}", workspace_id=1, json=change)

    def delete(self, person, day):
        entry = self.some(person, day)
        if entry:
            self.owner.delete(f"/time-entries/{entry}", workspace_id=1)

    def move(self, person, day):
        zone = self.chance.choice(["UTC", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu"])
        self.owner.put(f"/members/{person}", workspace_id=1, json={"timezone": zone})


@pytest.mark.parametrize("number", range(4))
def test_followers_have_what_the_workspace_has(sandbox, number):
    world = World(sandbox, number)
    often, seldom = Follower(sandbox), Follower(sandbox)
    seldom.poll()
    for turn in range(12):
        for _ in range(world.chance.randrange(1, 8)):
            world.act()
        often.poll()
        assert often.has_all(), turn
    seldom.poll()
    assert seldom.has_all()


def test_while_many_write_through_two_servers(engine, start_server, new_sandbox):
    """SQLite belongs to one process."""
    database = new_sandbox()
    servers = [start_server(database=database) for _ in range(2 if engine == "postgresql" else 1)]
    for server in servers:
        set_clock(Client(server, "demo-owner"), NOW)
    followers = [Follower(Client(server, "demo-owner")) for server in servers]

    def act(client, number):
        if number < len(followers):
            followers[number].client = client
            for _ in range(40):
                followers[number].poll()
            return None
        world = World(client, number)
        for _ in range(15):
            world.act()
        return None

    together(servers, 8, act)
    for follower in followers:
        follower.poll()
        assert follower.has_all()


# ---- where it ends ----

def test_a_position_is_good_for_ninety_days(sandbox, follower):
    old = follower.since
    add_time(sandbox, 100, DAYS[0], "09:00", "10:00")
    follower.poll()
    advance_clock(sandbox, 80 * 86400)
    add_time(sandbox, 100, DAYS[1], "09:00", "10:00")
    advance_clock(sandbox, 5 * 86400)
    assert len(follower.ask(since=old).data) == 2 and len(follower.ask(since=follower.since).data) == 1
    advance_clock(sandbox, 6 * 86400)
    assert follower.ask(since=old).failure == FORGOTTEN
    assert count_rows(sandbox.server, "entry_changes") == 1, "what only they would have asked for is gone, too"
    assert len(follower.poll()) == 1 and follower.has_all()


def test_where_nothing_changes_it_stays_good(sandbox, follower):
    advance_clock(sandbox, 400 * 86400)
    assert follower.poll() == []
    add_time(sandbox, 100, DAYS[1], "09:00", "10:00")
    assert len(follower.poll()) == 1 and follower.has_all()


def test_a_position_grows_old_from_when_it_was_last_told(sandbox, follower):
    """It is made when something has changed, and told for as long as nothing does."""
    advance_clock(sandbox, 80 * 86400)
    assert follower.poll() == []
    add_time(sandbox, 100, DAYS[0], "09:00", "10:00")
    advance_clock(sandbox, 85 * 86400)
    assert len(follower.poll()) == 1 and follower.has_all()


def test_changes_that_nobody_follows_are_not_kept_for_ever(sandbox):
    add_time(sandbox, 100, DAYS[1], "09:00", "10:00")
    for _ in range(4):
        advance_clock(sandbox, 60 * 86400)
    assert count_rows(sandbox.server, "entry_changes") == 0


def test_more_changes_than_are_numbered_at_once(sandbox, follower):
    """Those that have no number yet come again; a day is enough for most of them."""
    run_sql(sandbox.server, "INSERT INTO entry_changes (workspace_id, user_id, entry_id, changed_at, position) "
            "SELECT 1, 100, 1000000 + x.i, 0, 9223372036854775807 FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
            "SELECT i + 1 FROM n WHERE i < 55000) SELECT i FROM n) AS x")
    assert len(follower.poll()) == 55000
    advance_clock(sandbox, 2 * 86400)
    assert len(follower.poll()) == 45000 and follower.poll() == []


@pytest.mark.only_on("postgresql", "SQLite has one writer")
def test_what_changes_while_old_changes_are_forgotten(sandbox, follower):
    """On PostgreSQL: SQLite has one writer."""
    old = add_time(sandbox, 100, DAYS[0], "09:00", "10:00").data["id"]
    follower.poll()
    new = add_time(sandbox, 100, DAYS[1], "09:00", "10:00").data["id"]
    change = "UPDATE entry_changes SET position = 9223372036854775807"
    with held(sandbox.server.database, f"{change} WHERE position < 99", end=f"{change}; COMMIT"):
        forgetting = threading.Thread(target=advance_clock, args=(sandbox, 91 * 86400))
        forgetting.start()
        forgetting.join(2)
    forgetting.join()
    assert sorted(ids(follower.poll())) == sorted((old, new))


def test_one_of_before_a_backup_was_restored_is_not_known(sandbox, follower):
    """The restored database gives out the same positions again, of other changes."""
    kept = run_sql(sandbox.server, "SELECT max(position) FROM export_positions")
    add_time(sandbox, 100, DAYS[0], "09:00", "10:00")
    follower.poll()
    run_sql(sandbox.server, f"DELETE FROM export_positions WHERE position > {kept}")
    add_time(sandbox, 100, DAYS[0], "11:00", "12:00")
    assert Follower(sandbox).poll()
    assert run_sql(sandbox.server, "SELECT max(position) FROM export_positions") == str(int(kept) + 1)
    assert follower.ask(since=follower.since).failure == FORGOTTEN


@pytest.mark.parametrize("since", ["b46208bd-d10b-a813-030f-42ba42bf392b", "00000000-0000-4000-8000-000000000000"])
def test_what_never_was_a_position_is_not_known(follower, since):
    """The first is the id of an entry."""
    assert follower.ask(since=since).failure == FORGOTTEN


def test_another_workspaces_position_is_not_known(sandbox, follower):
    other = Follower(Client(sandbox.server, "demo-other-owner"), 2)
    other.poll()
    assert other.ask(since=follower.since).failure == FORGOTTEN


def test_since_goes_without_dates(follower):
    assert list(follower.ask(since=follower.since, start_date=DAYS[0]).faults) == ["since"]
    assert list(follower.ask(since=follower.since, end_date=DAYS[0]).faults) == ["since"]
    assert follower.ask(start_date=DAYS[0]).headers["X-Next-Since"]
