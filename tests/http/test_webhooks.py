"""Webhooks (contract 3.14): who has them, where they may lead, and what they may ask for."""

import pytest
from client import Client
from scenario import advance_clock

NOW = "2024-02-01T09:00:00Z"
DAY = 86400
URL = "https://hooks.example/stint"
EXISTING = "a81f93f1-7315-be1e-fd8d-4d52645c9241"  # the sandbox's


def create(client, url=URL, events=("project.created",), **more):
    return client.post("/webhooks", json={"workspace_id": 1, "url": url, "events": list(events), **more})


def update(client, id, **fields):
    return client.put(f"/webhooks/{id}", json={"workspace_id": 1, **fields})


def webhook(client, id):
    return client.get(f"/webhooks/{id}", workspace_id=1).data


# ---- as the contract has them ----

def test_made_read_listed_changed_and_deleted(fresh):
    made = create(fresh, events=["project.created", "task.*", "project.created"])
    assert (made.status, made.message) == (200, "Webhook created successfully")
    assert made.data == {
        "id": made.data["id"], "url": URL, "events": ["project.created", "task.*"], "token": made.data["token"],
        "previous_token_until": None, "status": "active", "failing_since": None, "owner_id": 10,
        "position": made.data["position"], "created_at": NOW, "updated_at": NOW}
    assert made.data["token"].startswith("whsec_")
    id = made.data["id"]
    assert webhook(fresh, id) == made.data
    listed = fresh.get("/webhooks", workspace_id=1)
    assert [each["id"] for each in listed.data] == [EXISTING, id] and listed.data[1] == made.data
    assert listed.body["meta"]["pagination"]["per_page"] == 50

    advance_clock(fresh, 60)
    changed = update(fresh, id, url="https://hooks.example/other").data
    assert changed == made.data | {"url": "https://hooks.example/other", "updated_at": "2024-02-01T09:01:00Z"}
    assert update(fresh, id, url=URL, events=["*"]).data["events"] == ["*"]
    assert fresh.delete(f"/webhooks/{id}", workspace_id=1).data is None
    assert fresh.get(f"/webhooks/{id}", workspace_id=1).failure == (404, "not_found")
    assert [each["id"] for each in fresh.get("/webhooks", workspace_id=1).data] == [EXISTING]


def test_forms_do_as_well(fresh):
    for name in ("events[]", "events[0]", "events"):
        made = fresh.post("/webhooks", form={"workspace_id": 1, "url": URL, name: "tracker.started"})
        assert made.data["events"] == ["tracker.started"]
    id = made.data["id"]
    form = {"workspace_id": 1, "url": URL, "events": "tracker.started,tracker.stopped"}
    assert fresh.put(f"/webhooks/{id}", form=form).data["events"] == ["tracker.started", "tracker.stopped"]


def test_what_is_not_there(fresh):
    for id in ("00000000-0000-0000-0000-000000000000", "nonsense"):
        assert update(fresh, id, url=URL).failure == (404, "not_found")
        assert fresh.get(f"/webhooks/{id}/deliveries", workspace_id=1).failure == (404, "not_found")
        assert fresh.delete(f"/webhooks/{id}", workspace_id=1).failure == (404, "not_found")
        for action in ("rotate", "ping", "deliveries/1/redeliver"):
            assert fresh.post(f"/webhooks/{id}/{action}", workspace_id=1).failure == (404, "not_found")
        assert fresh.post(f"/webhooks/{id}/redeliver", json={"after": 0}, workspace_id=1).failure == (404, "not_found")
    assert fresh.post(f"/webhooks/{EXISTING}/deliveries/77/redeliver", workspace_id=1).failure == (404, "not_found")


def test_those_of_another_workspace_are_not_there(fresh):
    other = Client(fresh.server, "demo-other-owner")
    assert other.get(f"/webhooks/{EXISTING}", workspace_id=2).failure == (404, "not_found")
    assert other.get("/webhooks", workspace_id=2).data == []


def test_a_workspace_has_at_most_a_hundred(fresh):
    for _ in range(99):
        assert create(fresh).status == 200
    assert create(fresh).failure == (400, "too_many")
    fresh.delete(f"/webhooks/{EXISTING}", workspace_id=1)
    assert create(fresh).status == 200


# ---- what they may be ----

@pytest.mark.parametrize("url", [
    "hooks.example", "ftp://hooks.example/", "https://", "https:///stint", "javascript:alert(1)", "https://a b/",
    "https://hooks.example\\@127.0.0.1/", "https://hooks.example:0/", "https://hooks.example:99999/",
    "https://hooks.example:x/", "//hooks.example/"])
def test_what_is_no_address(owner, url):
    assert list(create(owner, url).faults) == ["url"]


@pytest.mark.parametrize("host", [
    "127.0.0.1", "169.254.169.254", "[::ffff:169.254.169.254]", "0x7f000001", "2130706433", "017700000001", "127.1",
    "10.0.0.1", "192.168.1.1:8080", "[::1]", "[fd00::1]", "localhost", "LOCALHOST.", "a.localhost", "0.0.0.0",
    "user:password@10.0.0.1"])
def test_nothing_leads_into_a_private_network(owner, host):
    assert list(create(owner, f"http://{host}/hook").faults) == ["url"]
    made = create(owner).data["id"]
    assert list(update(owner, made, url=f"https://{host}/").faults) == ["url"]


@pytest.mark.parametrize("events", [
    [], ["project"], ["project.renamed"], ["project.created", "nothing.*"], ["*.created"], ["project*"], [""], ["**"],
    [".*"]])
def test_what_is_no_event(owner, events):
    assert list(create(owner, events=events).faults) == ["events"]


def test_events_of_all_groups(owner):
    groups = ["tracker", "member", "project", "task", "contract", "time_entry", "timesheet", "time_request", "leave",
              "expense"]
    wanted = sorted(f"{each}.*" for each in groups) + ["task.updated"]
    assert create(owner, events=wanted).data["events"] == sorted(wanted)


# ---- beyond the contract ----

def test_a_new_token_leaves_a_day_for_the_old_one(fresh):
    made = create(fresh).data
    rotated = fresh.post(f"/webhooks/{made['id']}/rotate", workspace_id=1).data
    assert rotated["token"] != made["token"] and rotated["previous_token_until"] == "2024-02-02T09:00:00Z"
    assert webhook(fresh, made["id"]) == rotated
    advance_clock(fresh, DAY)
    assert webhook(fresh, made["id"]) == rotated | {"previous_token_until": None}


def test_it_is_of_whoever_saved_it_last(people, fresh):
    made = create(fresh).data
    assert made["owner_id"] == 10
    assert update(people["executive-manager"], made["id"], url=URL).data["owner_id"] == 11


def test_paused_and_active_again(fresh):
    made = create(fresh).data
    assert update(fresh, made["id"], status="paused").data["status"] == "paused"
    assert update(fresh, made["id"], url=URL).data["status"] == "paused"
    assert update(fresh, made["id"], status="active").data["status"] == "active"
    assert list(update(fresh, made["id"], status="gone").faults) == ["status"]
