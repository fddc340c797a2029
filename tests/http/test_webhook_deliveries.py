"""What webhooks are sent, and what becomes of it: signed, in order, at least once, and again by the schedule."""

import json
import pathlib
import socket
import struct
import sys
import time

import pytest
from client import Client
from receiver import WAIT_SECONDS, RawReceiver, Receiver
from scenario import (advance_clock, count_rows, enlarge_events, new_colleague, new_project, run_sql, set_clock,
                      token_of, unique, until, until_numbered, waiting_for_locks)
from test_concurrency import together
from test_turns import held
from test_webhooks import create, update, webhook

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "build-packages"))

import standardwebhooks  # noqa: E402

NOW = "2024-02-01T09:00:00Z"
DAY = 86400
SCHEDULE = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]  # after each attempt that failed
JITTER = 1.1


@pytest.fixture
def receive(request):
    """Makes receivers."""
    def make(*answers, **where):
        receiver = Receiver(*answers, **where)
        request.addfinalizer(receiver.close)
        return receiver
    return make


@pytest.fixture
def sandbox(start_server):
    """Makes clients of sandboxes whose webhooks may lead to this machine."""
    def make(*flags, now=NOW, **more):
        client = Client(start_server("--webhook-allow-private", *flags, **more), "demo-owner")
        set_clock(client, now)
        return client
    return make


@pytest.fixture
def owner(sandbox):
    return sandbox()


def hook(client, receiver, events=("project.*",)):
    return create(client, receiver.url, events).data


def log(client, made, **query):
    return client.get(f"/webhooks/{made['id']}/deliveries", workspace_id=1, **query).data


def attempts_path(made, delivery):
    return f"/webhooks/{made['id']}/deliveries/{delivery['position']}/attempts"


def attempts(client, made, delivery):
    return client.get(attempts_path(made, delivery), workspace_id=1).data


def redeliver(client, made, delivery):
    return client.post(f"/webhooks/{made['id']}/deliveries/{delivery['position']}/redeliver", workspace_id=1)


def machine_time():
    """Of a server that begins, until its clock is set."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def settle(client):
    """All that is due is done."""
    advance_clock(client, 0)


def events(client):
    """{position: event} of the feed."""
    settle(client)
    return {each["position"]: each for each in client.get("/events", workspace_id=1, limit=1000).data}


# ---- what is sent ----

def test_a_message_is_signed_and_says_what_the_feed_says(owner, receive):
    receiver = receive()
    made = hook(owner, receiver)
    project = new_project(owner)
    message = receiver.next()
    assert standardwebhooks.Webhook(made["token"]).verify(message.body, message.headers) == message.json
    assert message.headers["content-type"] == "application/json"
    assert message.json == events(owner)[message.json["position"]]
    assert (message.json["event"], message.json["type"]) == ("project.created", "project.created")
    assert message.json["data"]["id"] == project["id"] and message.json["id"] == message.id
    [delivery] = log(owner, made)
    assert delivery == {
        "event_id": message.id, "event": "project.created", "position": message.json["position"],
        "status": "delivered", "attempts": 1, "next_attempt_at": None, "created_at": NOW, "attempted_at": NOW,
        "response_status": 200, "response_head": "ok", "duration_ms": delivery["duration_ms"], "failure": None}

    wrong = json.dumps(message.json | {"position": 1}).encode()
    earlier = str(int(message.headers["webhook-timestamp"]) - 1)
    for body, headers in [(wrong, message.headers), (message.body, message.headers | {"webhook-id": "other"}),
                          (message.body, message.headers | {"webhook-signature": "v1,AAAA"}),
                          (message.body, message.headers | {"webhook-timestamp": earlier})]:
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            standardwebhooks.Webhook(made["token"]).verify(body, headers)


def test_after_a_rotation_both_tokens_count_for_a_day(owner, receive):
    receiver = receive()
    made = hook(owner, receiver)
    rotated = owner.post(f"/webhooks/{made['id']}/rotate", workspace_id=1).data
    new_project(owner)
    message = receiver.next()
    for token in (made["token"], rotated["token"]):
        standardwebhooks.Webhook(token).verify(message.body, message.headers)
    advance_clock(owner, DAY)
    new_project(owner)
    message = receiver.next()
    standardwebhooks.Webhook(rotated["token"]).verify(message.body, message.headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(made["token"]).verify(message.body, message.headers)


def test_each_webhook_gets_what_it_asked_for(owner, receive):
    names = ["project.created", "project.*", "*", "project.deleted", "task.*"]
    receivers = {name: receive() for name in names}
    for name, receiver in receivers.items():
        hook(owner, receiver, [name])
    project = new_project(owner)
    owner.put(f"/projects/{project['id']}", json={"name": unique("Other")}, workspace_id=1)
    owner.delete(f"/projects/{project['id']}", workspace_id=1)
    settle(owner)
    all_three = ["project.created", "project.updated", "project.deleted"]
    assert {name: [each.json["event"] for each in receiver.take()] for name, receiver in receivers.items()} == {
        "project.created": all_three[:1], "project.*": all_three, "*": all_three, "project.deleted": all_three[2:],
        "task.*": []}


def test_what_was_undone_is_not_told(owner, receive):
    receiver = receive()
    hook(owner, receiver)
    assert owner.post("/projects", json={"name": ""}, workspace_id=1).status == 422
    new_project(owner)
    settle(owner)
    assert len(receiver.take()) == 1


def test_rates_are_told_to_those_who_see_them(stint, sandbox, receive):
    owner = sandbox()
    _, _, colleague = new_colleague(stint, owner, role="Executive manager")
    seen, hidden = receive(), receive()
    hook(owner, seen)
    hook(colleague, hidden)
    project = new_project(owner)
    stint.run("project", "rate", str(project["id"]), "--rate", "70", "--workspace", "1", "--database",
              owner.server.database)
    seen.next(), hidden.next()
    owner.put(f"/projects/{project['id']}", json={"notes": "changed"}, workspace_id=1)
    for receiver, client in ((seen, owner), (hidden, colleague)):
        data = receiver.next().json["data"]
        assert data == client.get(f"/projects/{project['id']}", workspace_id=1).data


def test_one_whose_owner_may_not_have_it_any_more_is_paused(stint, sandbox, receive):
    owner, receiver = sandbox(), receive()
    user_id, _, colleague = new_colleague(stint, owner, role="Executive manager")
    made = hook(colleague, receiver)
    owner.put(f"/members/{user_id}", json={"role": "Regular User"}, workspace_id=1)
    new_project(owner)
    settle(owner)
    assert receiver.take() == [] and webhook(owner, made["id"])["status"] == "paused"
    update(owner, made["id"], status="active")
    assert receiver.next().json["event"] == "project.created"


def test_a_ping_comes_to_one_alone(owner, receive):
    receiver, other = receive(), receive()
    made = hook(owner, receiver)
    hook(owner, other, ["*"])
    assert owner.post(f"/webhooks/{made['id']}/ping", workspace_id=1).data == {"id": made["id"], "url": receiver.url}
    message = receiver.next()
    assert message.json["event"] == "webhook.ping" and message.json["data"] == {"id": made["id"], "url": receiver.url}
    settle(owner)
    assert other.take() == [] and log(owner, made)[0]["event"] == "webhook.ping"


# ---- again ----

def test_what_was_not_taken_comes_again_by_the_schedule(owner, receive):
    """Also to a server that has begun anew meanwhile (FUTURE.md 39)."""
    receiver = receive(*[(500, {})] * 9)
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    first = receiver.next()
    for attempts, seconds in enumerate(SCHEDULE, 1):
        [delivery] = log(owner, made)
        assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("pending", attempts, 500)
        assert webhook(owner, made["id"])["failing_since"] == NOW
        advance_clock(owner, seconds - 1)
        assert receiver.take() == []
        advance_clock(owner, int(seconds * (JITTER - 1)) + 1)
        [next_one] = receiver.take()
        assert (next_one.id, next_one.body) == (first.id, first.body)
        standardwebhooks.Webhook(made["token"]).verify(next_one.body, next_one.headers)
    [delivery] = log(owner, made)
    assert (delivery["status"], delivery["attempts"], delivery["next_attempt_at"]) == ("delivered", 10, None)
    assert webhook(owner, made["id"])["failing_since"] is None


def test_what_is_sent_again_says_the_same(owner, receive):
    """Whoever did it may have another name by then."""
    receiver = receive((500, {}))
    hook(owner, receiver)
    new_project(owner)
    first = receiver.next()
    settle(owner)
    name = {"firstname": "Olive", "lastname": "Other"}
    assert owner.put("/members/10", json=name, workspace_id=1).status == 200
    advance_clock(owner, 6)
    assert [(each.id, each.body) for each in receiver.take()] == [(first.id, first.body)]
    assert first.json["actor"] == {"id": 10, "name": "Olivia Owner"}


def test_each_attempt_is_kept(owner, receive):
    """Also of what was sent before it was asked for again."""
    receiver = receive((500, {}), (302, {}))
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    [delivery] = log(owner, made)
    first = {"number": 1, "attempted_at": NOW, "response_status": 500, "response_head": "ok", "failure": None,
             "duration_ms": delivery["duration_ms"]}
    assert attempts(owner, made, delivery) == [first]
    advance_clock(owner, 6)
    advance_clock(owner, 400)
    redeliver(owner, made, delivery)
    settle(owner)
    kept = attempts(owner, made, delivery)
    assert [(each["number"], each["response_status"], each["attempted_at"][-9:]) for each in kept] == [
        (4, 200, "09:06:46Z"), (3, 200, "09:06:46Z"), (2, 302, "09:00:06Z"), (1, 500, "09:00:00Z")]
    assert kept[-1] == first and log(owner, made)[0]["attempts"] == 1
    assert {key: value for key, value in log(owner, made)[0].items() if key in first} == {
        key: value for key, value in kept[0].items() if key != "number"}
    page = owner.get(attempts_path(made, delivery), workspace_id=1, page=2, per_page=3)
    assert (page.data, page.pagination["total"]) == ([first], 4)


def test_attempts_of_what_was_not_sent(owner, receive):
    made = hook(owner, receive())
    assert owner.get(attempts_path(made, {"position": 999}), workspace_id=1).failure == (404, "not_found")


def test_a_long_answer_is_a_success(owner, receive, monkeypatch):
    """Nobody wants the end of it."""
    monkeypatch.setattr("receiver._Exchange.answer", b"ok" * 1024 * 1024)
    made = hook(owner, receive())
    new_project(owner)
    settle(owner)
    [delivery] = log(owner, made)
    assert (delivery["status"], delivery["failure"], delivery["response_head"]) == ("delivered", None, "ok" * 512)


def test_it_goes_on_where_it_was_after_a_restart(sandbox, new_sandbox, receive):
    now = machine_time()
    database, receiver = new_sandbox(), receive(*[(500, {})] * 2)
    owner = sandbox(database=database, now=now)
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    advance_clock(owner, 6)
    owner.server.stop()
    owner = sandbox(database=database, now=now)
    [delivery] = log(owner, made)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("pending", 2, 500)
    assert len(receiver.take()) == 2
    advance_clock(owner, 6 + int(300 * JITTER))
    assert len(receiver.take()) == 1
    [delivery] = log(owner, made)
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 3)


def test_an_answer_that_comes_too_late_is_none(sandbox, receive):
    """FUTURE.md 40."""
    owner, receiver = sandbox("--webhook-timeout", "1"), receive()
    made = hook(owner, receiver)
    receiver.open.clear()
    new_project(owner)
    settle(owner)
    [delivery] = log(owner, made, status="pending")
    assert delivery["response_status"] is None and "imeout" in delivery["failure"]
    receiver.open.set()
    advance_clock(owner, 6)
    first, again = receiver.take()
    assert (first.id, first.body) == (again.id, again.body)
    assert log(owner, made)[0]["status"] == "delivered"


def test_what_follows_does_not_wait(owner, receive):
    """Each says when it happened, and where it comes in the order (FUTURE.md 43)."""
    receiver = receive((503, {}))
    hook(owner, receiver)
    new_project(owner)
    settle(owner)
    advance_clock(owner, 1)
    new_project(owner)
    settle(owner)
    advance_clock(owner, 5)
    late, second, first = receiver.take()
    assert late.id == first.id != second.id
    assert first.json["position"] < second.json["position"] and first.json["timestamp"] < second.json["timestamp"]


@pytest.mark.parametrize("headers, seconds", [
    ({"Retry-After": "60"}, 60), ({"Retry-After": "999999999"}, DAY), ({"Retry-After": "1"}, 5),
    ({"Retry-After": "soon"}, 5)])
def test_a_receiver_says_when_to_come_again(owner, receive, headers, seconds):
    receiver = receive((429, headers))
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    receiver.next()
    due = time.strptime(log(owner, made)[0]["next_attempt_at"], "%Y-%m-%dT%H:%M:%SZ")
    delay = time.mktime(due) - time.mktime(time.strptime(NOW, "%Y-%m-%dT%H:%M:%SZ"))
    assert seconds <= delay <= seconds * JITTER


def test_one_that_is_gone_is_not_called_any_more(sandbox, relay, receive):
    owner = sandbox("--smtp-url", relay.url)
    receiver = receive((410, {}))
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    receiver.next()
    assert webhook(owner, made["id"])["status"] == "gone" and log(owner, made)[0]["status"] == "failed"
    recipient, text = relay.messages.get(timeout=WAIT_SECONDS)
    assert recipient == "owner@example.com" and receiver.url in text
    new_project(owner)
    advance_clock(owner, DAY)
    assert receiver.take() == []
    update(owner, made["id"], status="active")
    assert receiver.next().json["event"] == "project.created"


def test_one_that_fails_for_days_is_not_called_any_more(sandbox, relay, receive):
    """And told of what it has missed when it is called again."""
    owner = sandbox("--smtp-url", relay.url)
    receiver = receive(*[(500, {})] * 10)
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    for seconds in SCHEDULE:
        assert webhook(owner, made["id"])["status"] == "active"
        advance_clock(owner, int(seconds * JITTER) + 1)
    assert webhook(owner, made["id"])["status"] == "failing"
    [delivery] = log(owner, made)
    assert (delivery["status"], delivery["attempts"]) == ("failed", 10)
    assert receiver.url in relay.messages.get(timeout=WAIT_SECONDS)[1]
    receiver.take()
    new_project(owner)
    settle(owner)
    assert receiver.take() == []
    again = update(owner, made["id"], status="active").data
    assert (again["status"], again["failing_since"]) == ("active", None)
    assert receiver.next().json["event"] == "project.created"


# ---- asked for ----

def test_one_is_sent_again(owner, receive):
    receiver = receive()
    made = hook(owner, receiver)
    new_project(owner)
    first = receiver.next()
    settle(owner)
    redeliver(owner, made, first.json)
    second = receiver.next()
    assert (second.id, second.body) == (first.id, first.body)
    settle(owner)
    assert [each["attempts"] for each in log(owner, made)] == [1]


def test_what_is_asked_for_while_it_is_under_way_comes_again(owner, receive):
    receiver = receive()
    made = hook(owner, receiver)
    receiver.open.clear()
    new_project(owner)
    first = receiver.next()
    redeliver(owner, made, first.json)
    receiver.open.set()
    settle(owner)
    assert [each.id for each in receiver.take()] == [first.id]
    [delivery] = log(owner, made)
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 1)
    assert [each["number"] for each in attempts(owner, made, delivery)] == [2, 1]


@pytest.mark.only_on("postgresql", "one writer follows the other")
def test_a_pause_that_comes_between_is_not_undone(owner, receive):
    """Of whoever looked at the webhook before it, and writes after it."""
    receiver = receive((500, {}))
    hook(owner, receiver)
    receiver.open.clear()
    new_project(owner)
    receiver.next()
    with held(owner.server.database, f"UPDATE webhooks SET status = 2 WHERE url = '{receiver.url}'", "COMMIT"):
        receiver.open.set()
        until(lambda: waiting_for_locks(owner.server))
    settle(owner)
    assert [each["status"] for each in owner.get("/webhooks", workspace_id=1).data
            if each["url"] == receiver.url] == ["paused"]


@pytest.mark.parametrize("begin", ["after", "since", "both"])
def test_all_are_sent_again_from_some_point_on(owner, receive, begin):
    """Also those of before it was made."""
    new_project(owner)
    advance_clock(owner, 60)
    receiver = receive()
    old = [new_project(owner)["id"] for _ in range(3)]
    settle(owner)
    before = max(events(owner)) - 3
    advance_clock(owner, 60)
    made = hook(owner, receiver)
    new = [new_project(owner)["id"] for _ in range(40)]
    for _ in new:
        receiver.next()
    settle(owner)
    where = {"after": {"after": before}, "since": {"since": "2024-02-01T09:01:00Z"},
             "both": {"after": 0, "since": "2024-02-01T09:01:00Z"}}[begin]
    owner.post(f"/webhooks/{made['id']}/redeliver", json=where, workspace_id=1)
    settle(owner)
    assert {each.json["data"]["id"] for each in receiver.take()} == {*old, *new}
    assert {each["status"] for each in log(owner, made, per_page=100)} == {"delivered"}
    assert len(log(owner, made, per_page=100)) == 43


def test_a_point_in_time_is_before_all_that_happened_since(owner, receive):
    """Also where times do not rise with positions. One that is later than all asks for nothing."""
    made = hook(owner, receive())
    update(owner, made["id"], status="paused")
    hours = [10, 11, 10, 12, 11, 13]
    for hour in hours:
        set_clock(owner, f"2024-02-02T{hour}:00:00Z")
        new_project(owner)
    last = max(events(owner))

    def moved_to(since):
        update(owner, made["id"], status="active")
        settle(owner)
        update(owner, made["id"], status="paused")
        owner.post(f"/webhooks/{made['id']}/redeliver", json={"since": since}, workspace_id=1)
        return webhook(owner, made["id"])["position"]

    for hour in range(10, 14):
        first = min(number for number, each in enumerate(hours) if each >= hour)
        assert moved_to(f"2024-02-02T{hour}:00:00Z") == last - len(hours) + first, hour
    assert moved_to("2024-02-02T13:00:01Z") == last
    assert moved_to("2020-01-01T00:00:00Z") == 0


def test_one_that_is_deleted_hears_nothing_more(owner, receive):
    receiver = receive((500, {}))
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    receiver.next()
    owner.delete(f"/webhooks/{made['id']}", workspace_id=1)
    new_project(owner)
    advance_clock(owner, DAY)
    assert receiver.take() == []


@pytest.mark.parametrize("end", ["deleted", "paused", "led elsewhere", "gone"])
def test_what_was_claimed_is_not_sent_any_more(owner, receive, end):
    """But for what is on its way."""
    receiver, other = receive((410 if end == "gone" else 200, {})), receive()
    made = hook(owner, receiver)
    receiver.open.clear()
    update(owner, made["id"], status="paused")
    for _ in range(12):
        new_project(owner)
    update(owner, made["id"], status="active")
    receiver.next()
    if end == "deleted":
        owner.delete(f"/webhooks/{made['id']}", workspace_id=1)
    elif end != "gone":
        update(owner, made["id"], **({"status": "paused"} if end == "paused" else {"url": other.url}))
    receiver.open.set()
    settle(owner)
    new_project(owner)
    settle(owner)
    assert receiver.take() == []
    assert len(other.take()) == (12 if end == "led elsewhere" else 0)


def test_the_largest_events_stop_nobody(owner, receive):
    """Texts of the most bytes, more of them than are claimed at once."""
    john, receiver, text = Client(owner.server, "demo-regular-user"), receive(), "\U0001f600" * 65535
    made = hook(owner, receiver, ["time_request.*"])
    update(owner, made["id"], status="paused")
    for hour in range(17):
        asked = john.post("/time-requests", json={
            "workspace_id": 1, "user_id": 100, "start": f"2024-01-22T{hour:02}:00:00Z",
            "end": f"2024-01-22T{hour:02}:30:00Z", "contract_id": 20, "notes": text}).data["id"]
        owner.post(f"/time-requests/{asked}/reject", json={"comment": text}, workspace_id=1)
    update(owner, made["id"], status="active")
    settle(owner)
    assert len(receiver.take()) == 34


def test_events_that_say_very_much_come_a_few_at_once(owner, receive):
    """As many as are claimed at once are more than there is memory for."""
    receiver = receive()
    made = hook(owner, receiver)
    update(owner, made["id"], status="paused")
    projects = [new_project(owner, name=f"Large {number:02}")["id"] for number in range(20)]
    until_numbered(owner.server)
    enlarge_events(owner.server, "Large", 1_500_000)
    update(owner, made["id"], status="active")
    for _ in range(4):
        settle(owner)
    assert [message.json["data"]["id"] for message in receiver.take()] == projects


# ---- others ----

def test_nobody_waits_for_one_who_hangs_or_fails(owner, receive):
    """FUTURE.md 41."""
    hangs, fails, third = receive(host="127.0.0.2"), receive(*[(500, {})] * 1000, host="127.0.0.3"), receive()
    hook(owner, third)

    def delay():
        begun = time.monotonic()
        new_project(owner)
        third.next()
        return time.monotonic() - begun

    alone = sorted(delay() for _ in range(20))
    hangs.open.clear()
    for _ in range(10):
        hook(owner, hangs)
        hook(owner, fails)
    beside = sorted(delay() for _ in range(20))
    print(f"alone {alone[10] * 1000:.0f} ms, beside {beside[10] * 1000:.0f} ms, at most {beside[-1] * 1000:.0f} ms")
    assert hangs.next() and fails.next()
    assert beside[-1] < 2


def test_very_many_of_one_host_that_hangs_leave_room(owner, receive):
    """More than are taken at once, of many workspaces as a rule."""
    hangs, third = receive(host="127.0.0.2"), receive()
    hangs.open.clear()
    hook(owner, third)
    hook(owner, hangs, ["task.created"])
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 2100) SELECT workspace_id,"
    same = "owner_id, url, status, position, secret_number, leased_until, created_at, updated_at"
    run_sql(owner.server, f"INSERT INTO webhooks (workspace_id, id, {same}) {numbers} id + i, {same} FROM webhooks, n"
                          f" WHERE url = '{hangs.url}'")
    run_sql(owner.server, f"INSERT INTO webhook_patterns (workspace_id, webhook_id, pattern) {numbers} webhook_id + i,"
                          " pattern FROM webhook_patterns, n WHERE pattern = 'task.created'")
    owner.post("/tasks", json={"title": "For all of them", "project_id": 100}, workspace_id=1)
    taken = "webhooks WHERE leased_until > (SELECT max(created_at) FROM webhooks)"
    until(lambda: count_rows(owner.server, taken) >= 1024, seconds=30)
    begun = time.monotonic()
    new_project(owner)
    third.next()
    assert time.monotonic() - begun < 5


def test_few_are_sent_to_one_host_at_once(owner, receive):
    """On whatever ports."""
    receivers, elsewhere = [receive() for _ in range(10)], receive(host="127.0.0.2")
    for each in receivers:
        each.open.clear()
        hook(owner, each)
    made = hook(owner, elsewhere)
    new_project(owner)
    assert elsewhere.next()
    owner.post(f"/webhooks/{made['id']}/ping", workspace_id=1)
    assert elsewhere.next()  # by now all that may begin has begun
    begun = sum(len(each.take()) for each in receivers)
    for each in receivers:
        each.open.set()
    settle(owner)
    assert (begun, sum(len(each.take()) for each in receivers)) == (8, 2)


def test_order_is_kept(owner, receive):
    receiver = receive()
    hook(owner, receiver)
    together(owner.server, 4, lambda client, _: [new_project(client) for _ in range(10)])
    positions = [receiver.next().json["position"] for _ in range(40)]
    assert positions == sorted(positions)


# ---- where they lead ----

def private_names():
    """Of this machine."""
    names = [socket.gethostname(), "ip6-localhost"]
    def leads(name):
        try:
            return socket.getaddrinfo(name, 80)
        except OSError:
            return []
    return [name for name in names if leads(name)]


@pytest.mark.parametrize("name", private_names())
def test_a_name_that_leads_into_a_private_network_is_not_called(start_server, receive, name):
    """FUTURE.md 42."""
    owner, receiver = Client(start_server(), "demo-owner"), receive()
    set_clock(owner, NOW)
    made = create(owner, receiver.url.replace("127.0.0.1", name), ["project.*"]).data
    new_project(owner)
    settle(owner)
    assert receiver.take() == []
    assert log(owner, made)[0]["failure"] == "The address is in a private network."


def test_one_that_leads_elsewhere_is_not_followed(owner, receive):
    target = receive()
    receiver = receive((302, {"Location": target.url}), (307, {"Location": target.url}))
    made = hook(owner, receiver)
    for _ in range(2):
        new_project(owner)
    settle(owner)
    assert target.take() == [] and {each["response_status"] for each in log(owner, made)} == {302, 307}


def test_what_is_no_text_can_be_shown(owner, receive, monkeypatch):
    receiver = receive()
    made = hook(owner, receiver)
    monkeypatch.setattr("receiver._Exchange.answer", b"\x00\xff\xe2\x82")
    new_project(owner)
    settle(owner)
    assert log(owner, made)[0]["response_head"] == "????"
    monkeypatch.setattr("receiver._Exchange.answer", "€".encode() * 1000)
    new_project(owner)
    settle(owner)
    assert log(owner, made)[0]["response_head"] == "€" * 341


# ---- crashes, and many nodes ----

def test_nothing_is_lost_by_a_crash(sandbox, new_sandbox, receive):
    """Each event comes at least once, always under one id, and none of what was not done."""
    database, receiver = new_sandbox(), receive()
    owner = sandbox(database=database, now=machine_time())
    made = [hook(owner, receiver) for _ in range(4)]
    project_ids, messages = set(), []
    for _ in range(3):
        for _ in range(60):
            project_ids.add(new_project(owner)["id"])
        owner.server.kill()
        messages += receiver.take()
        owner = sandbox(database=database, now=machine_time())
    advance_clock(owner, 60)  # the leases have ended
    messages += receiver.take()
    ids = {}
    for each in messages:
        ids.setdefault(each.json["data"]["id"], set()).add(each.id)
    assert set(ids) == project_ids and {len(each) for each in ids.values()} == {1}
    for each in made:
        rows = owner.pages(f"/webhooks/{each['id']}/deliveries", workspace_id=1)
        assert len(rows) == len(project_ids) and {row["status"] for row in rows} == {"delivered"}


@pytest.mark.only_on("postgresql", "the database belongs to one process")
def test_nodes_share_the_work(sandbox, new_sandbox, receive):
    """Each message is sent by one of them."""
    database = new_sandbox()
    nodes = [sandbox(database=database) for _ in range(2)]
    receivers = [receive() for _ in range(4)]
    for receiver in receivers:
        hook(nodes[0], receiver)
    together([node.server for node in nodes], 4, lambda client, _: [new_project(client) for _ in range(13)])
    for receiver in receivers:
        positions = [receiver.next().json["position"] for _ in range(52)]
        assert positions == sorted(set(positions))
    for node in nodes:
        settle(node)
    assert [receiver.take() for receiver in receivers] == [[]] * 4


@pytest.mark.only_on("postgresql", "the database belongs to one process")
def test_one_node_goes_on_for_another(sandbox, new_sandbox, receive):
    database, receiver = new_sandbox(), receive()
    first = sandbox(database=database)
    hook(first, receiver)
    receiver.open.clear()
    project = new_project(first)
    message = receiver.next()
    first.server.kill()
    receiver.open.set()
    second = sandbox(database=database, now="2024-02-01T09:02:00Z")
    settle(second)
    again = receiver.next()
    assert (again.id, again.body) == (message.id, message.body) and again.json["data"]["id"] == project["id"]


# ---- for thirty days ----

def test_the_log_is_kept_for_thirty_days(owner, receive):
    receiver = receive()
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    advance_clock(owner, 29 * DAY)
    new_project(owner)
    settle(owner)
    assert len(log(owner, made)) == count_rows(owner.server, "webhook_attempts") == 2
    advance_clock(owner, 2 * DAY)
    assert len(log(owner, made)) == count_rows(owner.server, "webhook_attempts") == 1


def test_a_clock_that_was_ahead_leaves_no_lease(owner, receive):
    receiver = receive()
    hook(owner, receiver)
    new_project(owner)
    receiver.next()
    settle(owner)
    set_clock(owner, "2024-02-01T08:00:00Z")
    new_project(owner)
    settle(owner)
    assert len(receiver.take()) == 1


def endless(begin, more):
    def answer(connection):
        connection.sendall(begin)
        while True:
            connection.sendall(more)
    return answer


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize("answer, status, response, failed", [
    (reset, "pending", None, True),
    (lambda connection: None, "pending", None, True),
    (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), "pending", None, True),
    (lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"), "pending", 200, True),
    (lambda connection: connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                                           b"Content-Length: 0\r\n\r\n"), "pending", 302, False),
    (lambda connection: connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 9 + OK), "delivered", 200, False),
    (lambda connection: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"), "delivered", 204, False),
    (lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\0\xff\x80a"),
     "delivered", 200, False),
    (lambda connection: connection.sendall(b"HTTP/1.1 299 \r\nRetry-After: -99999999999999999999\r\n"
                                           b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"),
     "delivered", 299, False),
    (lambda connection: connection.sendall(b"HTTP/1.1 999 \r\nRetry-After: 99999999999999999999\r\n"
                                           b"Content-Length: 0\r\n\r\n"), "pending", 999, False),
    (endless(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"0" * 65536), "delivered", 200, False),
    (endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"0" * 4096 + b"\r\n"), "pending", None, True),
    (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "pending", None, True),
    (endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2\r\nok\r\n" * 999), "delivered", 200, False),
], ids=["reset", "closed", "not HTTP", "cut", "redirected", "continued", "empty", "bytes", "strange", "stranger",
        "endless", "endless header", "endless continue", "endless chunks"])
def test_whatever_a_receiver_does(sandbox, request, answer, status, response, failed):
    owner, receiver = sandbox("--webhook-timeout", "2"), RawReceiver(answer)
    request.addfinalizer(receiver.close)
    made = hook(owner, receiver)
    new_project(owner)
    settle(owner)
    [delivery] = log(owner, made)
    assert (delivery["status"], delivery["attempts"]) == (status, 1), delivery
    assert bool(delivery["failure"]) == failed, delivery
    assert response is None or delivery["response_status"] == response, delivery
