"""Faults that were found, each as the scenario that showed it."""

import json

import pytest
from client import Client
from scenario import (PASSWORD, accept, advance_clock, confirm, invite, new_colleague, new_contract, new_member,
                      new_project, unique)


def run(stint, demo, *arguments, input=""):
    done = stint.run(*arguments, "--database", demo.database, input=input)
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---- accounts ----

def test_a_link_does_not_set_the_password_of_an_account_in_use(stint, demo, owner, anonymous):
    """An operator's account may have no password yet; who invites its address must not choose one."""
    email = unique("boss").replace(" ", "-") + "@example.com"
    run(stint, demo, "workspace", "create", unique("Third workspace"), "--owner-email", email)
    confirm(stint, demo, email)
    _, secret = invite(owner, email=email)
    assert accept(anonymous, secret).failure == (400, "account_without_password")


def test_passwords_are_not_guessed_at_speed(stint, demo, owner, other_owner, anonymous):
    email = unique("victim").replace(" ", "-") + "@example.com"
    new_member(owner, email=email)
    confirm(stint, demo, email)
    _, secret = invite(other_owner, workspace_id=2, email=email)
    failures = [accept(anonymous, secret, f"guess number {number}").failure for number in range(20)]
    assert failures == [(400, "wrong_password")] * 20
    advance_clock(owner, 3600)  # the sandbox's clock does not help, nor does another link
    _, renewed = invite(other_owner, workspace_id=2, email=email)
    for link in (secret, renewed, renewed + "/"):
        reply = accept(anonymous, link, PASSWORD)
        assert reply.failure in ((429, "rate_limited"), (400, "invitation_invalid")), link
    assert 0 < int(reply.headers["Retry-After"]) <= 36
    other = invite(owner)[1]
    assert accept(anonymous, other).status == 200, "nobody else is refused"


def test_secrets_are_not_guessed_from_one_address_at_speed(start_server):
    server = start_server("--trusted-proxies", "127.0.0.0/8,10.0.0.0/8")
    anonymous, owner = Client(server), Client(server, "demo-owner")
    first, second = ({"X-Forwarded-For": f"198.51.100.9, 192.0.2.{number}, 10.0.0.1"} for number in (1, 2))

    def guess(headers, secret="no such secret"):
        return anonymous.post(f"/accept-invitation/{secret}", json={"password": PASSWORD}, headers=headers)
    for _ in range(3):
        assert guess(first, invite(owner)[1]).status == 200, "only failures count"
    failures = [guess(first).failure for _ in range(101)]
    assert failures == [(400, "invitation_invalid")] * 100 + [(429, "rate_limited")]
    assert guess(second).failure == (400, "invitation_invalid")
    assert guess({}).failure == (400, "invitation_invalid")
    assert "client=192.0.2.1 " in server.said() and "198.51.100.9" not in server.said()


def test_nobody_but_a_trusted_proxy_says_whose_a_request_is(start_server):
    server = start_server()
    Client(server, "demo-owner").get("/workspaces", headers={"X-Forwarded-For": "192.0.2.1"})
    server.stop()
    assert "client=127.0.0.1 " in server.said() and "192.0.2.1" not in server.said()


def test_a_key_of_nobody_in_particular_is_not_shared(owner, anonymous):
    links = [invite(owner)[1] for _ in range(2)]
    replies = [anonymous.post(f"/accept-invitation/{secret}", json={"password": PASSWORD},
                              headers={"Idempotency-Key": "1"}) for secret in links]
    assert [reply.status for reply in replies] == [200, 200]
    again = anonymous.post(f"/accept-invitation/{links[0]}", json={"password": PASSWORD},
                           headers={"Idempotency-Key": "1"})
    assert again.content == replies[0].content


def test_a_blocked_member_does_not_come_in_by_the_link(stint, demo, owner, anonymous):
    email = unique("blocked").replace(" ", "-") + "@example.com"
    _, secret = invite(owner, email=email)
    run(stint, demo, "user", "block", email, "--workspace", "1")
    assert accept(anonymous, secret).failure == (400, "invitation_invalid")


def test_the_address_of_an_open_invitation_stays(owner):
    user_id, _ = invite(owner)
    reply = owner.put(f"/members/{user_id}", json={"email": "other@example.com"}, workspace_id=1)
    assert list(reply.faults) == ["email"]


def test_who_comes_back_still_sees_rates(stint, owner, anonymous):
    user_id, email, _ = new_colleague(stint, owner)
    owner.put(f"/members/{user_id}", json={"rate_status": 1}, workspace_id=1)
    owner.delete(f"/members/{user_id}", workspace_id=1)
    _, secret = invite(owner, email=email)
    assert accept(anonymous, secret).status == 200
    assert owner.get(f"/members/{user_id}", workspace_id=1).data["rate_status"] == 1


# ---- contracts ----

def test_a_contract_of_an_archived_member_stays_paused(owner):
    user_id, project = new_member(owner), new_project(owner)
    contract = new_contract(owner, project["id"], user_id)
    owner.delete(f"/members/{user_id}", workspace_id=1)
    reply = owner.put(f"/contracts/{contract['id']}", json={"status": "active"}, workspace_id=1)
    assert reply.failure == (404, "not_found")
    assert owner.get(f"/projects/{project['id']}", workspace_id=1).data["contracts_count"] == 0


def test_who_becomes_a_viewer_has_no_active_contract(owner):
    user_id, project = new_member(owner), new_project(owner)
    contract = new_contract(owner, project["id"], user_id)
    owner.put(f"/members/{user_id}", json={"role": "Project viewer"}, workspace_id=1)
    path = f"/contracts/{contract['id']}"
    assert owner.get(path, workspace_id=1).data["status"] == "paused"
    assert list(owner.put(path, json={"status": "active"}, workspace_id=1).faults) == ["status"]


def test_a_contract_of_an_archived_project_is_not_deleted(owner):
    user_id, project = new_member(owner), new_project(owner)
    contract = new_contract(owner, project["id"], user_id)
    owner.delete(f"/projects/{project['id']}", workspace_id=1)
    assert owner.delete(f"/contracts/{contract['id']}", workspace_id=1).failure == (404, "not_found")


def test_a_contract_gets_the_project_rate_back(owner):
    contract = new_contract(owner, new_project(owner)["id"], new_member(owner), rate=12.5)
    assert (contract["rate"], contract["rate_type"]) == (12.5, 1)
    contract = owner.put(f"/contracts/{contract['id']}", json={"rate": None}, workspace_id=1).data
    assert (contract["rate"], contract["rate_type"]) == (0, 3)


def test_people_of_an_archived_project_are_not_seen_any_more(stint, demo, owner):
    user_id, project = new_member(owner), new_project(owner)
    new_contract(owner, project["id"], user_id)
    _, email, viewer = new_colleague(stint, owner, role="Project viewer")
    run(stint, demo, "project", "grant", str(project["id"]), email, "--workspace", "1")
    assert viewer.get(f"/members/{user_id}", workspace_id=1).status == 200
    owner.delete(f"/projects/{project['id']}", workspace_id=1)
    assert viewer.get(f"/members/{user_id}", workspace_id=1).failure == (404, "not_found")


# ---- cost ----

def test_errors_of_many_unknown_names_are_few_and_quick(owner):
    body = json.dumps({f"unknown{number}": 1 for number in range(20000)})
    reply = owner.post("/projects", body=body.encode(), headers={"Content-Type": "application/json",
                                                                 "Prefer": "handling=strict"}, workspace_id=1)
    assert reply.failure[0] == 422 and 0 < len(reply.faults) <= 100


def test_a_sparse_page_has_its_own_counts(owner):
    """Found by search, far from each other, with others between them."""
    name, user_id = unique("Sparse"), new_member(owner)
    first = new_project(owner, name=name)
    between = [new_project(owner) for _ in range(20)]
    last = new_project(owner, name=name)
    for project in (first, between[5], last):
        new_contract(owner, project["id"], user_id)
    rows = owner.get("/projects", workspace_id=1, name=name).data
    assert [(row["id"], row["contracts_count"]) for row in rows] == [(first["id"], 1), (last["id"], 1)]


@pytest.mark.parametrize("change", [("DELETE", None), ("PUT", {"role": "Regular User"})])
def test_a_manager_who_is_none_any_more_writes_nothing(stint, owner, change):
    user_id, _, manager = new_colleague(stint, owner, role="Executive manager")
    assert manager.post("/projects", json={"name": "Before"}, workspace_id=1).status == 201
    method, body = change
    assert owner.request(method, f"/members/{user_id}", json=body, query={"workspace_id": 1}).status == 200
    assert manager.post("/projects", json={"name": "After"}, workspace_id=1).failure[0] == 403
