"""The feed of events as a stream (decision 0048): what it tells and to whom, how it goes on, and when it ends."""

import itertools
import re
import threading
import time

import pytest
from client import API, ROLES, Client
from live import Stream
from probes import Connection, request
from scenario import (enlarge_events, metric, new_colleague, new_project, place_of_event, run_sql, set_clock,
                      unique, until, until_numbered)

NOW = "2024-01-15T09:00:00Z"
SOON = 3  # seconds within which what is to happen soon has happened, also on a busy machine


def feed(client, **query):
    return client.get("/events", workspace_id=1, **query).data


def newest(owner):
    return owner.get("/events", workspace_id=1).body["newest_position"]


def numbered(owner, start, count):
    """The positions of so many that follow `start`, once they have them."""
    until(lambda: newest(owner) >= start + count)
    return list(range(start + 1, start + count + 1))


def make_projects(owner, count, **fields):
    """The position before them, and theirs."""
    start = newest(owner)
    for _ in range(count):
        new_project(owner, **fields)
    return start, numbered(owner, start, count)


# ---- what it tells ----

def test_events_that_say_very_much_stop_nobody(fresh):
    """A page of them is more than there is memory for; they come in smaller ones."""
    start, made = make_projects(fresh, 32, name="Large")
    other, size = Client(fresh.server, "demo-other-owner"), 2_500_000
    enlarge_events(fresh.server, "Large", size)
    with Stream(fresh.server, "demo-other-owner", workspace_id=2) as elsewhere, \
            Stream(fresh.server, last=start, timeout=30) as stream:
        elsewhere.next()
        project = new_project(other, workspace_id=2)
        assert elsewhere.event()["data"] == project
        assert [(event["position"], len(event["data"]["name"])) for event in stream.events(len(made))] == \
            [(position, size) for position in made]


def test_what_happens_is_told_at_once_as_the_feed_has_it(fresh):
    start = newest(fresh)
    with Stream(fresh.server) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert stream.headers["Cache-Control"] == "no-store" and stream.headers["X-Accel-Buffering"] == "no"
        assert stream.next().keys() == {"retry", "id"}, "at once: the client sees that it is there"
        began, events = time.monotonic(), []
        for _ in range(8):
            time.sleep(0.1)
            project = new_project(fresh)
            events.append(stream.event())
            assert (events[-1]["type"], events[-1]["data"]) == ("project.created", project)
        assert time.monotonic() - began < 4, "nobody waits for the next look, which is a second later"
        fresh.put(f"/projects/{project['id']}", json={"name": unique("New")}, workspace_id=1)
        assert [*events, stream.event()] == feed(fresh, after=start)


def test_without_a_position_it_begins_now_and_with_one_there(fresh):
    start, made = make_projects(fresh, 3)
    with Stream(fresh.server) as now, Stream(fresh.server, after=start) as all, Stream(fresh.server, after=0) as first:
        new_project(fresh)
        assert [each["position"] for each in (now.event(), *all.events(4))] == [start + 4, *made, start + 4]
        assert first.event() == feed(fresh)[0]


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(fresh):
    """While others write, and through more than is sent at once."""
    count, heard, start = 300, [], newest(fresh)
    last = start
    writers = [threading.Thread(target=lambda: [new_project(Client(fresh.server, "demo-owner"))
                                                for _ in range(count // 3)]) for _ in range(3)]
    for writer in writers:
        writer.start()
    for length in itertools.cycle((1, 7, 90)):
        with Stream(fresh.server, last=last, after=0) as stream:
            heard += [event["position"] for event in stream.events(min(length, count - len(heard)))]
            last = stream.last
        if len(heard) == count:
            break
    for writer in writers:
        writer.join()
    assert heard == numbered(fresh, start, count)


def test_a_position_that_is_none_or_no_longer_kept_is_refused(fresh):
    start, made = make_projects(fresh, 3)
    assert Stream(fresh.server, after="x").failure == (422, "validation_failed")
    assert Stream(fresh.server, last="x", after=made[0]).failure == (422, "validation_failed")
    assert Stream(fresh.server, last=made[-1] + 1).failure == (422, "validation_failed")
    run_sql(fresh.server, f"DELETE FROM events WHERE workspace_id = 1 AND place <= {place_of_event(made[1])}")
    assert Stream(fresh.server, last=made[0]).failure == (400, "cursor_too_old")
    assert Stream(fresh.server, last=made[1]).event()["position"] == made[2]


@pytest.mark.parametrize("query", [{}, {"format": "sse"}], ids=["accept", "format"])
def test_it_is_chosen_as_other_formats_are(start_server, query):
    server = start_server("--request-timeout", "4")
    with Stream(server, headers={"Accept": "*/*"} if query else None, **query) as stream:
        assert stream.headers["Vary"] == "Accept" and stream.next()
    head = Client(server, "demo-owner").head("/events", headers={"Accept": "text/event-stream"}, workspace_id=1)
    assert head.status == 200
    until(lambda: metric(server, "stint_streams") == 0)


def test_an_old_client_is_told_until_the_connection_ends(fresh):
    with Connection(fresh.server) as connection:
        connection.send(request("GET", f"{API}/events?workspace_id=1&format=sse", token="demo-owner",
                                version="HTTP/1.0"))
        until(lambda: metric(fresh.server, "stint_streams") == 1)
        project = new_project(fresh)
        while project["name"].encode() not in connection.received:
            connection._receive()
        assert b"chunked" not in connection.received


# ---- to whom ----

def test_each_is_told_what_the_feed_shows_them(fresh, people, stint):
    before = newest(fresh)
    done = stint.run("project", "set", "100", "--rate", "99", "--workspace", "1", "--database", fresh.server.database)
    assert done.returncode == 0, done.stderr
    start = numbered(fresh, before, 1)[0]
    streams = {role: Stream(fresh.server, token, after=start) for role, token in ROLES.items()}
    project = new_project(fresh)
    fresh.put("/projects/100", json={"notes": "seen by those who work on it"}, workspace_id=1)
    fresh.put(f"/projects/{project['id']}", json={"notes": "not seen by them"}, workspace_id=1)
    numbered(fresh, start, 3)
    told = {}
    for role, stream in streams.items():
        expected = feed(people[ROLES[role].removeprefix("demo-")], after=start)
        told[role] = stream.events(len(expected))
        assert told[role] == expected, role
        stream.close()
    assert len(told["Owner"]) == 3 and len(told["Regular User"]) == 1
    assert told["Owner"][1]["data"]["rate"] == 99 and told["Regular User"][0]["data"]["rate"] is None


def test_what_one_may_not_see_does_not_keep_one_waiting(fresh, john):
    """However much of it there is."""
    _, (hidden,) = make_projects(fresh, 1)
    columns = "kind, happened_at, object_id, project_id, shape, data, rated_from, rated_to"
    run_sql(fresh.server, f"""
        INSERT INTO events (workspace_id, id, place, {columns})
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        SELECT workspace_id, id + 100000 + i, place + i, {columns} FROM events, n
        WHERE place = {place_of_event(hidden)}""")
    fresh.put("/projects/100", json={"notes": "seen by those who work on it"}, workspace_id=1)
    numbered(fresh, hidden, 5001)
    assert not feed(john, after=hidden)
    began = time.monotonic()
    with Stream(fresh.server, "demo-regular-user", after=hidden) as stream:
        assert stream.event()["position"] == hidden + 5001
    assert time.monotonic() - began < 2


def test_other_workspaces_are_other_streams(fresh):
    other = Client(fresh.server, "demo-other-owner")
    with Stream(fresh.server) as mine, Stream(fresh.server, "demo-other-owner", workspace_id=2) as theirs:
        new_project(fresh)
        project = new_project(other, 2)
        assert theirs.event()["data"]["id"] == project["id"]
        assert mine.event()["workspace_id"] == 1
    assert Stream(fresh.server, "demo-other-owner").failure == (403, "not_a_member")
    assert Stream(fresh.server, "wrong").failure == (401, "unauthenticated")


def test_a_stream_ends_soon_after_its_member_is_blocked_or_its_token_revoked(fresh, stint):
    user_id, email, _ = new_colleague(stint, fresh)
    tokens = [stint.run("token", "create", "--user", email, "--name", name, "--database", fresh.server.database).stdout
              for name in ("phone", "laptop")]
    tokens = [re.search(r"stint_pat_[\w-]{43}", each)[0] for each in tokens]
    until_numbered(fresh.server)  # the invitation
    phone, laptop = (Stream(fresh.server, each, timeout=20) for each in tokens)
    assert phone.next() and laptop.next()
    listed = stint.run("token", "list", "--user", email, "--database", fresh.server.database).stdout
    line, = (each for each in listed.splitlines() if "phone" in each)
    stint.run("token", "revoke", re.search(r"\d+", line)[0], "--database", fresh.server.database)
    assert phone.event() is None
    with Stream(fresh.server, tokens[1], timeout=1) as other:
        assert other.next()
        fresh.delete(f"/members/{user_id}", workspace_id=1)
        assert laptop.event() is None or laptop.event() is None  # told of it, if that may be, and then no more
    assert Stream(fresh.server, tokens[0]).failure == (401, "unauthenticated")


# ---- nodes ----

def test_what_happens_on_another_node_is_told(nodes):
    here, there = nodes
    with Stream(here) as stream:
        assert stream.next()
        began = time.monotonic()
        project = new_project(Client(there, "demo-owner"))
        assert stream.event()["data"]["id"] == project["id"]
        assert time.monotonic() - began < 2 * SOON


# ---- how long ----

def test_who_hears_nothing_is_told_that_it_is_there_and_who_left_is_noticed(start_server):
    server = start_server("--request-timeout", "4")
    with Stream(server) as stream:
        began = time.monotonic()
        for _ in range(4):
            assert stream.next().keys() == {"retry", "id"}
        assert 4 < time.monotonic() - began < 15, "longer than a reply may take"
        assert metric(server, "stint_streams") == 1
    until(lambda: metric(server, "stint_streams") == 0)
    until(lambda: "event=stream_ended" in server.said())


def test_a_sign_of_life_says_how_far_it_came(start_server):
    """Who sees little need not look through everything again."""
    server = start_server("--request-timeout", "4")
    owner = Client(server, "demo-owner")
    with Stream(server, ROLES["Regular User"]) as stream:
        _, (hidden,) = make_projects(owner, 1)
        until(lambda: stream.next()["id"] == str(hidden))


def test_who_does_not_read_is_let_go_and_misses_nothing(start_server):
    server = start_server("--request-timeout", "2")
    owner = Client(server, "demo-owner")
    start, made = make_projects(owner, 100, notes="x" * 5000)
    with Stream(server, after=start, buffer=4096) as slow, Stream(server, after=start) as quick:
        heard = [slow.event()]
        assert [each["position"] for each in quick.events(100)] == made, "nobody waits for the slow one"
        until(lambda: "event=stream_ended" in server.said())
        last = slow.last
    with Stream(server, last=last) as stream:
        heard += stream.events(99)
    assert [each["position"] for each in heard] == made


def test_who_drips_is_let_go(start_server):
    """A client that always takes a little, and never as much as it was sent before."""
    server = start_server("--request-timeout", "2")
    make_projects(Client(server, "demo-owner"), 60, notes="x" * 5000)
    with Stream(server, after=0, buffer=4096) as stream:
        def drip():
            time.sleep(0.1)
            return not stream.taste(300) or "event=stream_ended" in server.said()
        until(drip, 15)


def test_a_server_that_stops_ends_its_streams(start_server):
    server = start_server()
    make_projects(Client(server, "demo-owner"), 100, notes="x" * 5000)
    streams = [Stream(server, token) for token in ROLES.values() for _ in range(5)]
    stuck = Stream(server, after=0, buffer=4096)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 8
    for stream in streams:
        assert stream.event() is None
    stuck.close()


# ---- how many ----

def test_many_are_told(start_server):
    server = start_server("--streams-per-user", "1000", "--log-level", "warning")
    owner = Client(server, "demo-owner")
    streams = [Stream(server, timeout=30) for _ in range(300)]
    for stream in streams:
        assert stream.next()
    assert metric(server, "stint_streams") == 300
    project = new_project(owner)
    began = time.monotonic()
    assert {stream.event()["data"]["id"] for stream in streams} == {project["id"]}
    assert time.monotonic() - began < 2 * SOON
    for stream in streams:
        stream.close()


def test_there_are_as_many_as_there_may_be(start_server):
    server = start_server("--streams", "3", "--streams-per-user", "2", "--request-timeout", "4")
    streams = [Stream(server), Stream(server)]
    refused = Stream(server)
    assert refused.failure == (429, "rate_limited") and int(refused.headers["Retry-After"]) > 0
    streams.append(Stream(server, ROLES["Regular User"]))
    refused = Stream(server, ROLES["Executive manager"])
    assert refused.failure == (503, "unavailable") and int(refused.headers["Retry-After"]) > 0
    streams.pop().close()
    until(lambda: metric(server, "stint_streams") == 2)
    assert Stream(server, ROLES["Executive manager"]).next()


def test_a_stream_counts_as_the_request_that_opened_it(start_server):
    """And not for as long as it is open."""
    server = start_server("--request-timeout", "4")
    with Stream(server) as stream:
        for _ in range(2):
            assert stream.next()
        text = server.said()
        assert re.search(r"event=request .* path=/events status=200 bytes=0 us=\d{1,6} user=10 workspace=1", text)
    until(lambda: re.search(r"event=stream_ended id=\w+ user=10 workspace=1 seconds=\d bytes=[1-9]", server.said()))
    assert metric(server, r'stint_requests_total\{operation="getEvents",status="2xx"\}') == 1


def test_pages_of_another_origin_may_go_on(start_server):
    server = start_server("--cors-origin", "https://a.example")
    reply = Client(server).exchange("OPTIONS", f"{API}/events", headers={
        "Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
    assert "Last-Event-ID" in reply.headers["Access-Control-Allow-Headers"]
    with Stream(server, headers={"Origin": "https://a.example"}) as stream:
        assert stream.headers["Access-Control-Allow-Origin"] == "https://a.example"
