"""What callers may do is what the database says at that moment, however often they called before."""

import pytest
from client import Client
from scenario import run_sql, unique
from test_concurrency import together

PATH = "/projects"


@pytest.fixture(params=["API", "command line"])
def change_role(request, start_server, stint):
    """A server, and what changes the executive manager's role there, twice over."""
    server = start_server()
    owner = Client(server, "demo-owner")

    def change(role):
        assert owner.put("/members/11", json={"role": role}, workspace_id=1).status == 200

    def block(role):
        email = owner.get("/members/11", workspace_id=1).data["email"]
        word = "unblock" if role == "Executive manager" else "block"
        done = stint.run("user", word, email, "--workspace", "1", "--database", server.database)
        assert done.returncode == 0, done.stderr

    return server, change if request.param == "API" else block


def test_a_role_counts_as_it_is_now(change_role):
    server, change = change_role
    executive, owner = Client(server, "demo-executive-manager"), Client(server, "demo-owner")
    for number in range(3):
        assert executive.post(PATH, json={"name": f"allowed {number}"}, workspace_id=1).status == 201
        assert executive.get("/members/100", workspace_id=1).status == 200
        change("Regular User")
        assert executive.post(PATH, json={"name": f"refused {number}"}, workspace_id=1).failure[0] == 403
        assert executive.get("/members/100", workspace_id=1).failure[0] in (403, 404)
        change("Executive manager")
    names = [row["name"] for row in owner.get(PATH, workspace_id=1, per_page=100).data]
    assert [name for name in names if "allowed" in name or "refused" in name] == ["allowed 0", "allowed 1", "allowed 2"]


def test_a_workspace_has_the_owner_that_it_has_now(start_server, engine):
    """Its projects are the owner's, also while others make some and remember another one, on another node, too."""
    first = start_server()
    servers = [first, start_server(database=first.database)] if engine == "postgresql" else [first]
    owners = {10: 0, 11: 0}

    def owner_of_new(client):
        project = client.post(PATH, json={"name": unique("Whose")}, workspace_id=1).data
        return client.get(f"{PATH}/{project['id']}", workspace_id=1).data["owner_id"]

    def act(client, number):
        if number:
            return {owner_of_new(client) for _ in range(40)} <= set(owners)
        for user_id in [11, 10] * 10:
            run_sql(first, f"UPDATE workspaces SET owner_id = {user_id} WHERE id = 1")
            owners[user_id] += [owner_of_new(Client(server, "demo-owner")) for server in servers] == \
                [user_id] * len(servers)
        return True

    assert all(together(servers, 4, act)) and owners == {10: 10, 11: 10}


def test_who_may_see_rates_now(server):
    owner, executive = Client(server, "demo-owner"), Client(server, "demo-executive-manager")
    for rate_status in (1, 0, 1, 0):
        assert owner.put("/members/11", json={"rate_status": rate_status}, workspace_id=1).status == 200
        seen = executive.get("/projects/100", workspace_id=1).data["rate"]
        assert (seen is not None) == bool(rate_status)


def test_each_request_of_a_connection_says_who_sends_it(demo):
    """Whatever the connection remembers of the one before: another token, one that only begins the same, none."""
    client = Client(demo)

    def answer(token):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.exchange("GET", "/api/v2/projects/100?workspace_id=1", headers=headers).status

    for token, status in (("demo-owner", 200), ("demo-owner", 200), ("demo-other-owner", 403), ("demo-owner", 200),
                          ("demo-owne", 401), ("demo-owner", 200), ("demo-owner1", 401), (None, 401),
                          ("demo-owner", 200), ("x" * 200, 401), ("demo-owner", 200)):
        assert answer(token) == status, token
