"""Now and then something fails while many clients write. They ask again, and in the end all is there, once and
whole."""

import collections
import errno
import json

import pytest
from client import Client
from receiver import Receiver
from scenario import advance_clock, new_project, set_clock, signed_in
from sender import NOT_NOW, Gone, Sender
from shim import LOST_AFTER, LOST_BEFORE, SQLITE
from test_crashes import begin, judge, seed  # noqa: F401 - fixtures
from test_mail import invite_by_mail

ON_SQLITE = {
    "full disk": ("write", errno.ENOSPC), "bad disk": ("write", errno.EIO), "torn writes": ("write", errno.EIO),
    "failing syncs": ("sync", errno.EIO), "failing reads": ("read", errno.EIO),
    "locked": ("step", SQLITE["BUSY"]),
    "failing steps": ("step", SQLITE["IOERR"]), "no memory for a step": ("step", SQLITE["NOMEM"]),
    "no memory": ("memory", 0)}
ON_POSTGRESQL = {
    "conflicts": ("step", "40001"), "deadlocks": ("step", "40P01"), "full disk": ("step", "53100"),
    "time-outs": ("step", "57014"), "lost connections": ("step", LOST_BEFORE), "lost answers": ("step", LOST_AFTER),
    "no memory": ("memory", 0)}
IN_A_MILLION = {"memory": 2_000, "step": 5_000, "read": 20_000, "write": 20_000, "sync": 100_000}
ANSWERS = 150  # to each kind of noise
MESSAGES = 20
LEASE_SECONDS = 601  # that a job has for what it has taken
HALF = 500_000


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_noise(stint, begin, engine, seed, rounds):
    server, shim, load = begin(seed)
    load.start(server, ends_with_server=False)
    failed = {}
    for name, (kind, how) in (ON_SQLITE if engine == "sqlite" else ON_POSTGRESQL).items():
        before = shim.fired(kind)
        shim.tear(name == "torn writes")
        shim.chance(kind, IN_A_MILLION[kind], how)
        load.wait(ANSWERS * rounds)
        shim.clear()
        failed[name] = shim.fired(kind) - before
        load.wait(20)
        assert server.running(), name
    load.stop()
    print(f"failed {failed}: {dict(load.told)}")
    judge(stint, server, load)


def test_what_goes_out_arrives(start_faulty, engine, rounds, relay, receiver):
    """Messages to webhooks and mails, while what makes and sends them fails now and then: once it does not any more,
    all have come, each message under one id."""
    server, shim = start_faulty("--log-level", "error", "--webhook-allow-private", "--smtp-url", relay.url)
    owner, sender = Client(server, "demo-owner"), Sender(server)
    owner.post("/webhooks", json={"url": receiver.url, "events": ["project.created"]}, workspace_id=1)
    names, people = set(), set()
    for name, (kind, how) in (ON_SQLITE if engine == "sqlite" else ON_POSTGRESQL).items():
        shim.tear(name == "torn writes")
        shim.chance(kind, IN_A_MILLION[kind], how)
        for number in range(MESSAGES * rounds):
            names.add(insist(sender, "/projects", {"name": f"{name} {number}"})["name"])
            person = f"{name}-{number}@example.com".replace(" ", "-")
            insist(sender, "/members", {"email": person, "firstname": "A", "lastname": "B", "role": "Regular User"})
            people.add(person)
        shim.clear()
        assert server.running(), name
    told, mailed = collections.defaultdict(set), set()
    for _ in range(5):  # what failed is tried again after a while
        advance_clock(owner, LEASE_SECONDS)
        for message in receiver.take():
            told[message.json["data"]["name"]].add(message.id)
        while not relay.messages.empty():
            mailed.add(relay.messages.get()[0])
        if (set(told), mailed) == (names, people):
            break
    assert set(told) == names and mailed == people
    assert {len(ids) for ids in told.values()} == {1}


@pytest.mark.only_on("sqlite", "a conflict at the very end is SQLite's; jobs and executors are the same")
def test_what_a_job_does_again_is_done_once(start_faulty, rounds, relay, receiver):
    """The conflict is another's fault: all of the transaction comes again, not what went out by then, and what was
    noted in memory is forgotten once."""
    server, shim = start_faulty("--log-level", "error", "--webhook-allow-private", "--smtp-url", relay.url)
    owner, browser = Client(server, "demo-owner"), signed_in(server, "owner@example.com")
    owner.post("/webhooks", json={"url": receiver.url, "events": ["project.created"]}, workspace_id=1)
    names, people = [f"Again {number}" for number in range(MESSAGES * rounds)], []
    set_clock(owner, "2026-01-05T09:00:00Z")
    shim.chance("commit", HALF)
    for name in names:
        new_project(owner, name=name)
        people.append(invite_by_mail(owner)[0])
        used = advance_clock(owner, 0)["now"]
        assert browser.get("/me").status == 200
        advance_clock(owner, 600)
        [session] = [row for row in browser.get("/me/sessions").data if row["current"]]
        assert session["last_used_at"] == used
    assert shim.fired("commit") > len(names)
    shim.clear()
    advance_clock(owner, 0)
    assert collections.Counter(message.json["data"]["name"] for message in receiver.take()) == \
        collections.Counter(names)
    assert sorted(relay.messages.get_nowait()[0] for _ in range(relay.messages.qsize())) == sorted(people)


@pytest.mark.only_on("sqlite", "a conflict at the very end is SQLite's")
def test_what_is_done_again_takes_its_room_once(start_faulty):
    """Of what is kept of a caller's answers (16 MiB a day)."""
    server, shim = start_faulty("--log-level", "error", "--rate-limit", "0")
    slots = [{"id": f"{number}", "start": "2024-01-15T09:00:00Z", "end": "later"} for number in range(1000)]
    body, sender, sent = {"workspace_id": 1, "user_id": 100, "slots": slots}, Sender(server), 0
    shim.chance("commit", 1_000_000)
    while sent < 12 * 1024 * 1024:
        key = {"Idempotency-Key": f"{sent}"}
        status, reply = sender.send("POST", "/tracked-slots", body, key)
        assert status == 200
        sent += len(json.dumps(reply))
    assert sender.send("POST", "/tracked-slots", body, key)[1] == reply


def insist(sender, path, body):
    """Until it is done."""
    while True:
        try:
            status, reply = sender.send("POST", path, {"workspace_id": 1, **body},
                                        {"Idempotency-Key": str(sorted(body.items()))[:255]})
        except Gone:
            continue
        if status != NOT_NOW:
            assert status == 201, reply
            return reply["data"]
