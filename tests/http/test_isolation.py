"""A token of one workspace learns nothing of another: not by id, list, filter, count or the text of an error. What is
foreign and what does not exist are answered alike."""

import pytest
from scenario import confirm, invite, new_colleague, new_contract, new_member, new_project, unique

ABSENT = 999999
PERSON = {"firstname": "Vera", "lastname": "View"}


def unique_address():
    return f"{unique('person').replace(' ', '-')}@example.com"


@pytest.fixture(scope="module")
def foreign(other_owner):
    """Rows of workspace 2."""
    project = new_project(other_owner, workspace_id=2, name=unique("Secret"))
    user_id = new_member(other_owner, workspace_id=2)
    contract = new_contract(other_owner, project["id"], user_id, workspace_id=2)
    member = other_owner.get(f"/members/{user_id}", workspace_id=2).data
    viewer = other_owner.post("/project-viewers", json=PERSON | {"email": unique_address()}, workspace_id=2).data
    task = other_owner.post("/tasks", json={"project_id": project["id"], "title": unique("Secret"),
                                            "assignees": [user_id]}, workspace_id=2).data
    return {"project": project, "contract": contract, "member": member, "viewer": viewer, "task": task}


def told(reply):
    """All that a reply says but when it was made."""
    volatile = {"Date", "X-Request-Id"}
    return (reply.status, {key: value for key, value in reply.body.items() if key != "meta"},
            {key: value for key, value in reply.headers.items() if key not in volatile})


def state(client, workspace_id):
    rows = {path: client.pages(path, workspace_id=workspace_id, per_page=100)
            for path in ("/projects", "/members", "/contracts", "/project-viewers")}
    rows["/tasks"] = [client.pages("/tasks", workspace_id=workspace_id, project_id=project["id"], per_page=100)
                      for project in rows["/projects"]]
    return rows


def assert_same(foreign, unknown):
    assert told(foreign) == told(unknown)


@pytest.mark.parametrize("kind", ["project", "contract", "member"])
def test_by_id(owner, other_owner, foreign, kind):
    def path(id):
        return f"/{kind}s/{id}"

    before = state(other_owner, 2)
    id = foreign[kind]["id"]
    body = {"project": {"name": "Mine"}, "contract": {"status": "paused"}, "member": {"firstname": "Mine"}}[kind]
    for method, json in (("GET", None), ("PUT", body), ("PUT", {}), ("DELETE", None)):
        replies = [owner.request(method, path(each), json=json, query={"workspace_id": 1}) for each in (id, ABSENT)]
        assert replies[0].failure == (404, "not_found")
        assert_same(*replies)
    assert state(other_owner, 2) == before


def test_by_the_ids_in_a_body(owner, foreign):
    for name, id, rest in (("project_id", foreign["project"]["id"], {"user_id": 100}),
                           ("user_id", foreign["member"]["id"], {"project_id": 100})):
        replies = [owner.post("/contracts", json={name: each, **rest}, workspace_id=1) for each in (id, ABSENT)]
        assert replies[0].failure == (404, "not_found")
        assert_same(*replies)


def test_by_a_task(owner, other_owner, foreign):
    """Neither with a project of one's own, nor with the task's, nor with one that nobody has."""
    before, task, user_id = state(other_owner, 2), foreign["task"], foreign["member"]["id"]
    for project_id in (100, task["project_id"], ABSENT):
        for method, rest, json in (("GET", "", None), ("PUT", "", {"title": "Mine"}), ("DELETE", "", None),
                                   ("GET", "/assignees", None), ("POST", "/assign/100", None),
                                   ("POST", f"/assign/{user_id}", None), ("DELETE", f"/unassign/{user_id}", None)):
            query = {"workspace_id": 1, "project_id": project_id}
            replies = [owner.request(method, f"/tasks/{id}{rest}", json=json, query=query)
                       for id in (task["id"], ABSENT)]
            assert replies[0].failure == (404, "not_found")
            assert_same(*replies)
    assert state(other_owner, 2) == before


def test_by_what_a_task_names(owner, foreign):
    """The parent, the assignees, the project and the contract that leads to one."""
    for name, id in (("parent_id", foreign["task"]["id"]), ("project_id", foreign["project"]["id"])):
        replies = [owner.post("/tasks", json={"title": "x", "project_id": 100, name: each}, workspace_id=1)
                   for each in (id, ABSENT)]
        assert replies[0].failure == (404, "not_found")
        assert_same(*replies)
    reply = owner.post("/tasks", json={"title": "x", "project_id": 100, "assignees": [foreign["member"]["id"]]},
                       workspace_id=1)
    assert reply.failure == (404, "not_found")
    for name, id in (("project_id", foreign["project"]["id"]), ("contract_id", foreign["contract"]["id"])):
        assert_same(*[owner.get("/tasks", workspace_id=1, **{name: each}) for each in (id, ABSENT)])
    for method, what in (("POST", "assign"), ("DELETE", "unassign")):
        query = {"workspace_id": 1, "project_id": 100}
        assert_same(*[owner.request(method, f"/tasks/5/{what}/{each}", query=query)
                      for each in (foreign["member"]["id"], ABSENT)])


def test_by_a_viewer(owner, other_owner, foreign):
    before = state(other_owner, 2)
    for method, rest in (("GET", ""), ("DELETE", ""), ("POST", "/restore"), ("POST", "/assign-project"),
                         ("DELETE", "/unassign-project")):
        query = {"workspace_id": 1} | ({"project_id": 100} if "project" in rest else {})
        replies = [owner.request(method, f"/project-viewers/{id}{rest}", query=query)
                   for id in (foreign["viewer"]["id"], ABSENT)]
        assert replies[0].failure == (404, "not_found")
        assert_same(*replies)
    for method, rest in (("POST", "/assign-project"), ("DELETE", "/unassign-project")):
        replies = [owner.request(method, f"/project-viewers/14{rest}", query={"workspace_id": 1, "project_id": id})
                   for id in (foreign["project"]["id"], ABSENT)]
        assert replies[0].failure == (404, "not_found")
        assert_same(*replies)
    assert_same(owner.get("/project-viewers", workspace_id=1, email=foreign["viewer"]["email"]),
                owner.get("/project-viewers", workspace_id=1, email="nobody@example.com"))
    assert state(other_owner, 2) == before


def test_by_workspace(owner, other_owner, foreign):
    before = state(other_owner, 2)
    for method, path, json in (("GET", "/projects", None), ("GET", "/members", None), ("GET", "/contracts", None),
                               ("GET", f"/projects/{foreign['project']['id']}", None),
                               ("POST", "/projects", {"name": "x"}), ("POST", "/projects", {}),
                               ("DELETE", f"/contracts/{foreign['contract']['id']}", None),
                               ("PUT", f"/members/{foreign['member']['id']}", {"role": "Regular User"}),
                               ("GET", f"/tasks?project_id={foreign['project']['id']}", None),
                               ("POST", "/tasks", {"project_id": foreign["project"]["id"], "title": "x"}),
                               ("GET", "/project-viewers", None),
                               ("POST", f"/project-viewers/{foreign['viewer']['id']}/restore", None)):
        replies = [owner.request(method, path, json=json, query={"workspace_id": each}) for each in (2, ABSENT)]
        assert replies[0].failure == (403, "not_a_member")
        assert_same(*replies)
    assert state(other_owner, 2) == before


def test_two_workspaces_at_once(owner, other_owner):
    """Whichever of the two counts, it is checked."""
    before = state(other_owner, 2)
    for query, body in ((1, 2), (2, 1)):
        reply = owner.post("/projects", json={"name": "Both", "workspace_id": body}, workspace_id=query)
        assert reply.status in (201, 403, 422)
    reply = owner.request("POST", "/projects", json={"name": "x"}, query=[("workspace_id", 1), ("workspace_id", 2)])
    assert reply.status in (201, 403, 422)
    assert state(other_owner, 2) == before


def test_by_list_and_filter(owner, foreign):
    for path, key in (("/projects", "project"), ("/members", "member"), ("/contracts", "contract"),
                      ("/project-viewers", "viewer")):
        assert foreign[key]["id"] not in [row["id"] for row in owner.pages(path, workspace_id=1, per_page=100)]
    project, member = foreign["project"], foreign["member"]
    assert_same(owner.get("/projects", workspace_id=1, name=project["name"]),
                owner.get("/projects", workspace_id=1, name="no such name at all"))
    assert_same(owner.get("/members", workspace_id=1, email=member["email"]),
                owner.get("/members", workspace_id=1, email="nobody@example.com"))
    assert_same(owner.get("/contracts", workspace_id=1, project_id=project["id"]),
                owner.get("/contracts", workspace_id=1, project_id=ABSENT))
    assert_same(owner.get("/contracts", workspace_id=1, user_id=member["id"]),
                owner.get("/contracts", workspace_id=1, user_id=ABSENT))


def test_by_count(owner, other_owner):
    def totals():
        return [owner.get(path, workspace_id=1).pagination["total"]
                for path in ("/projects", "/members", "/contracts", "/project-viewers", "/workspaces")]

    before = totals()
    project = new_project(other_owner, workspace_id=2)
    new_contract(other_owner, project["id"], new_member(other_owner, workspace_id=2), workspace_id=2)
    other_owner.post("/project-viewers", json=PERSON | {"email": unique_address()}, workspace_id=2)
    assert totals() == before


def test_by_etag(owner, other_owner):
    before = owner.get("/projects", workspace_id=1).headers["ETag"]
    new_project(other_owner, workspace_id=2)
    assert owner.get("/projects", workspace_id=1).headers["ETag"] == before


def test_by_idempotency_key(owner, other_owner):
    """A key belongs to who used it."""
    headers = {"Idempotency-Key": "shared"}
    mine = owner.post("/projects", json={"name": "Mine"}, headers=headers, workspace_id=1).data
    theirs = other_owner.post("/projects", json={"name": "Theirs"}, headers=headers, workspace_id=2).data
    assert (mine["name"], theirs["name"]) == ("Mine", "Theirs")


def test_by_inviting(owner, other_owner, foreign):
    """Whether an address has an account elsewhere cannot be seen from the answer."""
    _, secret = invite(owner, email=foreign["member"]["email"])
    _, other = invite(owner)
    assert len(secret) == len(other)
    shown = owner.get("/members", workspace_id=1, email=foreign["member"]["email"]).data[0]
    assert (shown["firstname"], shown["lastname"]) == ("Ada", "Byron")


def test_a_person_is_somebody_else_in_another_workspace(stint, owner, other_owner):
    """Name, role and rates are the workspace's own."""
    user_id, email, person = new_colleague(stint, owner, firstname="One")
    confirm(stint, owner.server, email)
    _, secret = invite(other_owner, workspace_id=2, email=email, firstname="Two", role="Executive manager")
    before = owner.get(f"/members/{user_id}", workspace_id=1).data
    assert person.post(f"/accept-invitation/{secret}", json={"password": "correct horse battery staple"}).status == 200
    other_owner.put(f"/members/{user_id}", json={"email": "elsewhere@example.com", "rate_status": 1}, workspace_id=2)
    assert owner.get(f"/members/{user_id}", workspace_id=1).data == before
    assert person.post("/projects", json={"name": "x"}, workspace_id=1).failure == (403, "forbidden")
    assert person.post("/projects", json={"name": "x"}, workspace_id=2).status == 201
    assert person.get("/projects", workspace_id=1).data == []
    assert person.get("/projects", workspace_id=2).pagination["total"] > 0


def test_ids_tell_nothing_but_themselves(owner, other_owner):
    """The same id in both workspaces names two things, or one and nothing."""
    for id in range(95, 210):
        both = [client.get(f"/projects/{id}", workspace_id=number).status
                for client, number in ((owner, 1), (other_owner, 2))]
        assert both in ([200, 404], [404, 200], [404, 404])
