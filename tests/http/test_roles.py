"""Who may do what (contract 2.8). The matrix is made from the served document, the roles from its source, api/*.yaml:
an operation that is added is in it at once.

What a role may see is checked from three sides that must agree: the list, its total, and each object by its id."""

import functools
import pathlib

import pytest
import yaml
from client import ROLES, Client, Document
from scenario import invite, new_colleague, new_contract, new_member, new_project, signed_in, token_of, unique

API_SOURCE = pathlib.Path(__file__).resolve().parents[2] / "api"
ABSENT = 999999


def roles_by_operation():
    """{operationId: roles}, and which operations there are at all."""
    result = {}
    for file in sorted(API_SOURCE.glob("*.yaml")):
        for item in yaml.load(file.read_text(), yaml.CSafeLoader).get("paths", {}).values():
            if item.get("x-root"):
                continue  # outside of the document (test_oauth.py)
            for operation in item.values():
                if isinstance(operation, dict) and "operationId" in operation:
                    roles = operation.get("x-roles", "all")
                    result[operation["operationId"]] = list(ROLES) if roles == "all" else roles
    return result


ALLOWED = roles_by_operation()
OPERATIONS = pytest.mark.parametrize("operation_id", ALLOWED)


@pytest.fixture(scope="module")
def find(demo):
    operations = {each.id: each for each in Document.of(demo).operations}
    assert set(operations) == set(ALLOWED), "the served document has the operations of its source"
    return operations.__getitem__


def body_of(operation):
    """The examples of the document: a valid body."""
    if operation.body is None:
        return None
    return {name: example_of(schema) for name, schema in part_of(operation.body, "properties").items()}


def part_of(schema, key):
    """Of a schema or of what it refers to."""
    parts = [schema, *schema.get("allOf", [])]
    return next((part[key] for part in parts if key in part), None)


def example_of(schema):
    examples = part_of(schema, "examples") or part_of(schema, "enum")
    if not examples:  # a list of objects
        properties = part_of(schema["items"], "properties")
        return [{name: example_of(each) for name, each in properties.items()}]
    return examples[0]


@functools.cache
def in_browser(client):
    return signed_in(client.server, client.get("/me").data["email"])


def whoever_asks(client, operation):
    """What is for people who are signed in, they ask so."""
    return in_browser(client) if operation.by_session else client


def call(client, operation, id=None, json=None, workspace_id=1):
    """With the documented ids, or with `id` in their place."""
    path, query = operation.template.replace("{token}", "stint_inv_none"), {}
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter.get("example") if id is None else id))
        elif parameter.get("required"):
            query[parameter["name"]] = parameter["example"]
    query |= {"workspace_id": workspace_id} if operation.in_workspace else {}
    return client.request(operation.method.upper(), path, json=json, query=query)


def state(owner):
    lists = {"/projects": {}, "/members": {}, "/contracts": {}, "/project-viewers": {}, "/tasks": {"project_id": 100}}
    return {path: owner.pages(path, workspace_id=1, per_page=100, **query) for path, query in lists.items()}


# ---- who gets in ----

@OPERATIONS
def test_without_token(demo, find, anonymous, operation_id):
    operation = find(operation_id)
    reply = call(anonymous, operation, json={})
    if operation.public:
        assert reply.status not in (401, 403)
    else:
        assert reply.failure == (401, "unauthenticated")
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("authorization", [
    "Bearer wrong", "Bearer stint_pat_" + "A" * 43, "Bearer", "Bearer ", "Basic ZGVtby1vd25lcjpkZW1v", "demo-owner",
    "Token demo-owner", "Bearer demo-owner demo-owner", "Bearer demo-owner, Bearer demo-owner", "Bearer DEMO-OWNER",
    "Bearer demo-owner'--", "Bearer " + "x" * 2000, "Bearer \xff",
])
def test_with_a_bad_token(anonymous, authorization):
    reply = anonymous.get("/projects", headers={"Authorization": authorization.encode("latin-1")}, workspace_id=1)
    if reply.status != 400:  # what is no text at all
        assert reply.failure == (401, "unauthenticated")
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@OPERATIONS
def test_with_a_bad_token_everywhere(demo, find, operation_id):
    operation = find(operation_id)
    if not operation.public:
        assert call(Client(demo, "wrong"), operation, json={}).failure == (401, "unauthenticated")


def test_the_scheme_is_written_in_any_case(demo, anonymous):
    for scheme in ("bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} demo-owner"}
        assert anonymous.get("/projects", headers=headers, workspace_id=1).status == 200


@OPERATIONS
def test_with_the_token_of_another_workspace(find, owner, other_owner, operation_id):
    operation = find(operation_id)
    if not operation.in_workspace:
        return
    other_owner = whoever_asks(other_owner, operation)
    before = state(owner)
    body = body_of(operation)
    assert call(other_owner, operation, json=body).failure == (403, "not_a_member")
    if "{" in operation.template:
        assert call(other_owner, operation, json=body, workspace_id=2).failure == (404, "not_found")
    assert state(owner) == before


def test_another_workspaces_people_and_projects_get_no_contract(other_owner):
    for parties in ({"project_id": 100, "user_id": 20}, {"project_id": 200, "user_id": 100}):
        assert other_owner.post("/contracts", json=parties, workspace_id=2).failure == (404, "not_found")


@pytest.mark.parametrize("role", ROLES)
@OPERATIONS
def test_with_each_role(find, owner, as_role, operation_id, role):
    """Those who may not, may not even with a request that is right in all; those who may, get to see what is wrong."""
    operation = find(operation_id)
    if not operation.in_workspace:
        return
    client = whoever_asks(as_role[role], operation)
    if role in ALLOWED[operation_id]:
        reply = call(client, operation, id=ABSENT, json={} if operation.body else None)
        needs = operation.body and part_of(operation.body, "required")
        expected = [422] if needs else [404] if "{" in operation.template else [200, 400, 422]
        assert reply.status in expected
    else:
        before = state(owner)
        assert call(client, operation, json=body_of(operation)).failure == (403, "forbidden")
        assert call(client, operation, id=ABSENT, json={"name": 5}).failure == (403, "forbidden"), (
            "whoever may not is told nothing else")
        assert state(owner) == before


@pytest.mark.parametrize("role", ROLES)
def test_an_invited_member_is_not_in_yet(demo, stint, owner, role):
    if role == "Owner":
        return
    email = f"{unique('invited').replace(' ', '-')}@example.com"
    invite(owner, email=email, role=role)
    invited = Client(demo, token_of(stint, demo, email))
    assert invited.get("/projects", workspace_id=1).failure == (403, "not_a_member")
    assert invited.get("/workspaces").data == []


# ---- who sees what ----

@pytest.fixture(scope="module")
def everything(owner):
    """Rows that each role sees some and not all of: ids by path, deleted and archived ones included."""
    projects = [new_project(owner) for _ in range(4)]
    people = [new_member(owner), new_member(owner, role="Team manager")]
    contracts = [new_contract(owner, project["id"], user_id)
                 for project, user_id in [(projects[0], 100), (projects[0], 123), (projects[1], 123), (projects[1], 12),
                                          (projects[2], 13), (projects[2], people[0])]]
    owner.put(f"/contracts/{contracts[0]['id']}", json={"status": "paused"}, workspace_id=1)
    new_contract(owner, 100, people[1])
    gone = new_project(owner)
    new_contract(owner, gone["id"], 100)
    owner.delete(f"/projects/{gone['id']}", workspace_id=1)
    left = new_member(owner)
    new_contract(owner, projects[3]["id"], left)
    owner.delete(f"/members/{left}", workspace_id=1)
    invite(owner)
    ids = {path: {row["id"] for row in rows} for path, rows in state(owner).items()}
    ids["/projects"] |= {gone["id"], 200}
    ids["/members"] |= {left, 15, 20}
    return ids


def visible(client, path):
    """What the list shows; archived members are on a list of their own."""
    rows = client.pages(path, workspace_id=1, per_page=7)
    if path == "/members":
        rows += client.pages(path, workspace_id=1, per_page=7, status="left")
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ["/projects", "/members", "/contracts"])
def test_the_list_its_total_and_single_objects_agree(as_role, everything, role, path):
    client = as_role[role]
    listed = visible(client, path)  # checks the totals too
    reachable = {}
    for each in everything[path]:
        reply = client.get(f"{path}/{each}", workspace_id=1)
        if reply.status == 200:
            reachable[each] = reply.data
        else:
            assert reply.failure == (404, "not_found")
    assert reachable == listed


@pytest.mark.parametrize("role", ["Owner", "Executive manager"])
def test_owners_and_executive_managers_see_all(owner, as_role, everything, role):
    for path in ("/projects", "/members", "/contracts"):
        assert set(visible(as_role[role], path)) == set(visible(owner, path))


@pytest.mark.parametrize("role", ["Project manager", "Project viewer"])
def test_project_managers_and_viewers_see_what_was_given_to_them(owner, as_role, everything, role):
    user_id = {"Project manager": 12, "Project viewer": 14}[role]
    client = as_role[role]
    contracts = visible(owner, "/contracts").values()
    expected = {row["id"] for row in contracts if row["project_id"] == 100 or row["user_id"] == user_id}
    assert set(visible(client, "/projects")) == {100}
    assert set(visible(client, "/contracts")) == expected
    assert set(visible(client, "/members")) == {row["user_id"] for row in contracts if row["project_id"] == 100} | {
        user_id}


def test_a_regular_user_sees_only_what_is_theirs(owner, regular_user, everything):
    theirs = {row["id"]: row for row in visible(owner, "/contracts").values() if row["user_id"] == 100}
    assert set(visible(regular_user, "/contracts")) == set(theirs)
    assert set(visible(regular_user, "/projects")) == {row["project_id"] for row in theirs.values()}
    assert set(visible(regular_user, "/members")) == {100}


def test_a_team_manager_sees_their_team(owner, as_role, everything):
    client = as_role["Team manager"]
    people = set(visible(client, "/members"))
    contracts = visible(client, "/contracts").values()
    assert 13 in people and people & {100, 123}, "the sandbox gives them a team"
    assert people < set(visible(owner, "/members"))
    assert {row["id"] for row in contracts} == {row["id"] for row in visible(owner, "/contracts").values()
                                                if row["user_id"] in people}
    assert set(visible(client, "/projects")) == {row["project_id"] for row in contracts}


def test_a_team_manager_without_team_sees_themself(stint, owner, everything):
    user_id, _, client = new_colleague(stint, owner, role="Team manager")
    assert set(visible(client, "/members")) == {user_id}
    assert visible(client, "/projects") == visible(client, "/contracts") == {}


@pytest.mark.parametrize("role", ROLES)
def test_filters_do_not_widen_the_view(owner, as_role, everything, role):
    client = as_role[role]
    contracts = visible(client, "/contracts").values()
    for user_id in (10, 12, 13, 100, 123):
        found = client.pages("/contracts", workspace_id=1, user_id=user_id)
        assert [row["id"] for row in found] == [row["id"] for row in contracts if row["user_id"] == user_id]
    for row in visible(owner, "/members").values():
        found = client.get("/members", workspace_id=1, email=row["email"], status=row["status"])
        assert set(found.ids) == {row["id"]} & set(visible(client, "/members"))
    for row in visible(owner, "/projects").values():
        found = client.pages("/projects", workspace_id=1, name=row["name"])
        assert {each["id"] for each in found} <= set(visible(client, "/projects"))


def test_the_view_follows_an_assignment(owner, regular_user):
    project = new_project(owner)
    path = f"/projects/{project['id']}"
    assert regular_user.get(path, workspace_id=1).failure == (404, "not_found")
    contract = new_contract(owner, project["id"], 100)
    assert regular_user.get(path, workspace_id=1).status == 200
    owner.put(f"/contracts/{contract['id']}", json={"status": "paused"}, workspace_id=1)
    assert regular_user.get(path, workspace_id=1).status == 200
    owner.delete(f"/contracts/{contract['id']}", workspace_id=1)
    assert regular_user.get(path, workspace_id=1).failure == (404, "not_found")


def test_the_view_follows_the_role(stint, owner):
    user_id, _, client = new_colleague(stint, owner)
    assert client.get("/projects", workspace_id=1).data == []
    owner.put(f"/members/{user_id}", json={"role": "Executive manager"}, workspace_id=1)
    assert (client.get("/projects", workspace_id=1).pagination["total"] ==
            owner.get("/projects", workspace_id=1).pagination["total"])
    owner.put(f"/members/{user_id}", json={"role": "Project viewer"}, workspace_id=1)
    assert client.get("/projects", workspace_id=1).data == []
    assert client.post("/projects", json={"name": "x"}, workspace_id=1).failure == (403, "forbidden")
