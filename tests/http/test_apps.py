"""Apps, as those see them who register them, and who let them act."""

import concurrent.futures

import pytest
from client import Client
from database import Session
from oauth_app import CALLBACK, App, answer_of, code_for, failure, register, tokens_for
from scenario import signed_in, until, waiting_for_locks

WORKERS = 8
NEW = {"name": "Payroll", "redirect_uris": [CALLBACK], "grant_types": ["authorization_code"], "workspace_id": 1}


@pytest.fixture
def john(demo):
    return signed_in(demo, "john.doe@example.com")


def of_reply(person, data):
    return App(person.server, data["client_id"], data.get("client_secret"))


def test_an_app_is_registered_and_shown_without_its_secret(emma, demo):
    made = emma.post("/apps", json=NEW).data
    assert made["client_secret"].startswith("stint_sec_") and made["is_public"] is False
    assert (made["name"], made["redirect_uris"], made["grant_types"], made["workspace_id"]) == \
        ("Payroll", [CALLBACK], ["authorization_code"], 1)
    shown = {name: value for name, value in made.items() if name != "client_secret"}
    assert emma.get(f"/apps/{made['id']}").data == shown and shown in emma.get("/apps").data
    assert tokens_for(emma, of_reply(emma, made))["token_type"] == "Bearer"


@pytest.mark.parametrize("changed, field", [
    ({"redirect_uris": []}, "redirect_uris"),
    ({"redirect_uris": ["http://app.example/"]}, "redirect_uris"),
    ({"redirect_uris": ["/"]}, "redirect_uris"),
    ({"redirect_uris": [f"https://app.example/{number}" for number in range(11)]}, "redirect_uris"),
    ({"redirect_uris": ["https://app.example/" + "a" * 500]}, "redirect_uris"),
    ({"grant_types": []}, "grant_types"),
    ({"grant_types": ["password"]}, "grant_types"),
    ({"is_public": True, "grant_types": ["client_credentials"]}, "grant_types"),
    ({"name": " "}, "name"),
])
def test_what_no_app_can_be(emma, changed, field):
    assert list(emma.post("/apps", json=NEW | changed).faults) == [field]


def test_an_app_for_itself_alone_asks_nobody(emma):
    app = of_reply(emma, emma.post("/apps", json=NEW | {"grant_types": ["client_credentials"]}).data)
    assert answer_of(app.authorize())["error"] == "unauthorized_client"
    assert emma.get("/oauth/consent", **app.request()).failure == (400, "unauthorized_client")
    decided = {**app.request(), "workspace_id": 1, "decision": "allow"}
    assert emma.post("/oauth/consent", json=decided).failure == (400, "unauthorized_client")
    assert app.own_tokens().status_code == 200


def test_a_person_has_a_hundred_apps(start_server):
    emma = signed_in(start_server(), "emma@example.com")
    replies = [emma.post("/apps", json=NEW) for _ in range(101)]
    assert {each.status for each in replies[:100]} == {201} and replies[100].failure == (400, "too_many")


def test_an_app_is_its_owners_alone(emma, demo, john):
    app_id = emma.post("/apps", json=NEW).data["id"]
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/secret")):
        assert john.request(method, f"/apps/{app_id}{path}", json={}).failure == (404, "not_found")
    assert john.get("/apps").data == []


def test_a_change_is_of_what_is_given(emma):
    app = emma.post("/apps", json=NEW).data
    changed = emma.put(f"/apps/{app['id']}", json={"name": "Other"}).data
    assert (changed["name"], changed["redirect_uris"]) == ("Other", [CALLBACK])
    changed = emma.put(f"/apps/{app['id']}", json={"redirect_uris": ["https://b.example/"]}).data
    assert (changed["name"], changed["redirect_uris"]) == ("Other", ["https://b.example/"])
    assert of_reply(emma, app).authorize().startswith("../consent?"), "the old address is none any more"
    assert list(emma.put(f"/apps/{app['id']}", json={"redirect_uris": []}).faults) == ["redirect_uris"]


def test_a_new_secret_takes_the_old_ones_place(emma):
    made = emma.post("/apps", json=NEW).data
    old = of_reply(emma, made)
    given = tokens_for(emma, old)
    new = App(emma.server, made["client_id"], emma.post(f"/apps/{made['id']}/secret").data["client_secret"])
    assert failure(old.refresh(given["refresh_token"])) == (401, "invalid_client")
    assert new.refresh(given["refresh_token"]).status_code == 200
    public = emma.post("/apps", json=NEW | {"is_public": True}).data
    assert "client_secret" not in public
    assert emma.post(f"/apps/{public['id']}/secret").failure == (400, "illegal_transition")


def test_with_the_app_ends_what_it_was_let_do(emma, demo, john):
    made = emma.post("/apps", json=NEW).data
    app = of_reply(emma, made)
    given, code = tokens_for(john, app), code_for(john, app)
    assert emma.delete(f"/apps/{made['id']}").status == 200
    assert Client(demo, given["access_token"]).get("/projects", workspace_id=1).failure == (401, "unauthenticated")
    assert failure(app.change(code)) == (401, "invalid_client")
    assert made["id"] not in [each["app_id"] for each in john.get("/me/grants").data]


def test_who_lets_apps_act_sees_them_and_ends_it(stint, emma, demo):
    app = register(stint, demo, credentials=True, owner="emma@example.com")
    given = tokens_for(emma, app)
    own = app.own_tokens(scope="write").json()
    code_for(emma, app)
    grants = {each["id"]: each for each in emma.get("/me/grants").data if each["client_id"] == app.client_id}
    assert [(each["grant_type"], each["scopes"], each["workspace_id"], each["used_at"] is None)
            for each in grants.values()] == [("authorization_code", ["read", "write"], 1, False),
                                             ("client_credentials", ["write"], 1, False),
                                             ("authorization_code", ["read", "write"], 1, True)]
    first, second, third = grants
    assert emma.delete(f"/me/grants/{first}").status == 200
    assert app.state_of(given["access_token"]) == {"active": False}
    assert failure(app.refresh(given["refresh_token"])) == (400, "invalid_grant")
    assert Client(demo, own["access_token"]).get("/projects").failure == (403, "insufficient_scope")
    assert emma.delete(f"/me/grants/{second}").status == 200
    assert Client(demo, own["access_token"]).get("/projects").failure == (401, "unauthenticated")
    assert app.own_tokens().status_code == 200, "it has its secret still"
    assert emma.delete(f"/me/grants/{first}").failure == (404, "not_found")


def test_a_grant_is_the_persons_alone(stint, emma, demo, john):
    tokens_for(emma, register(stint, demo))
    grant = emma.get("/me/grants").data[-1]["id"]
    assert john.delete(f"/me/grants/{grant}").failure == (404, "not_found")


def test_the_operator_registers_lists_and_removes_apps(stint, demo, emma):
    app = register(stint, demo, credentials=True)
    given = tokens_for(emma, app)
    listed = stint.run("app", "list", "--database", demo.database).stdout.splitlines()
    assert "\t".join([app.client_id, "Timesheet Sync", "emma@example.com", "1",
                      "authorization_code,client_credentials", "with a secret"]) in listed
    assert stint.run("app", "revoke", app.client_id, "--database", demo.database).returncode == 0
    assert Client(demo, given["access_token"]).get("/projects", workspace_id=1).failure == (401, "unauthenticated")
    again = stint.run("app", "revoke", app.client_id, "--database", demo.database)
    assert again.returncode == 1 and "there is no app" in again.stderr
    none = stint.run("app", "create", "No", "emma@example.com", "--workspace", "1", "--database", demo.database)
    assert none.returncode == 1 and "needs --redirect-uris" in none.stderr


def test_a_way_that_was_taken_away_is_closed(emma):
    made = emma.post("/apps", json={**NEW, "grant_types": ["authorization_code", "client_credentials"]}).data
    app = of_reply(emma, made)
    given, code = tokens_for(emma, app), code_for(emma, app)
    emma.put(f"/apps/{made['id']}", json={"grant_types": ["client_credentials"]})
    assert failure(app.refresh(given["refresh_token"])) == failure(app.change(code)) == (400, "unauthorized_client")
    assert app.own_tokens().status_code == 200
    emma.put(f"/apps/{made['id']}", json={"grant_types": ["authorization_code"]})
    assert failure(app.own_tokens()) == (400, "unauthorized_client")
    assert app.refresh(given["refresh_token"]).status_code == app.change(code).status_code == 200


@pytest.mark.only_on("postgresql", "On SQLite nothing comes between")
def test_an_app_that_is_removed_while_it_asks_gets_nothing(emma, demo):
    """Its first own grant waits for another transaction, so that the app is removed in the middle of it."""
    made = emma.post("/apps", json={**NEW, "grant_types": ["client_credentials"]}).data
    app = of_reply(emma, made)
    with Session(demo.database) as other, concurrent.futures.ThreadPoolExecutor() as pool:
        inserted = other.rows("BEGIN; INSERT INTO app_grants (user_id, id, app_id, workspace_id, grant_type, scopes, "
                              f"created_at, expires_at) SELECT owner_id, -1, id, 1, 1, 1, 0, 0 FROM apps WHERE id = "
                              f"{made['id']} RETURNING id")
        assert inserted == [(-1,)]
        asking = pool.submit(app.own_tokens)
        until(lambda: waiting_for_locks(demo) == 1)
        removing = pool.submit(emma.delete, f"/apps/{made['id']}")
        until(lambda: removing.done() or waiting_for_locks(demo) == 2)
        other.rows("ROLLBACK")
        reply = asking.result()
        assert removing.result().status == 200
    if reply.status_code == 200:
        token = Client(demo, reply.json()["access_token"])
        assert token.get("/projects", workspace_id=1).failure == (401, "unauthenticated")
    else:
        assert failure(reply) == (401, "invalid_client")
