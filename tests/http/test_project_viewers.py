"""Project viewers (contract 3.6): invited, shown projects, archived and brought back."""

import pytest
from client import Client
from scenario import accept, invite, new_contract, new_member, new_project, set_clock, token_of, unique

NOW = "2024-02-01T09:00:00Z"


def create(client, **fields):
    person = {"email": f"{unique('viewer').replace(' ', '-')}@example.com", "firstname": "Vera", "lastname": "View"}
    return client.post("/project-viewers", json={"workspace_id": 1, **person, **fields})


@pytest.fixture
def viewer(owner):
    """Who has accepted."""
    reply = create(owner)
    assert accept(owner, reply.body["invitation_link"].rpartition("/")[2]).status == 200
    return get(owner, reply.data["id"]).data


def get(client, id):
    return client.get(f"/project-viewers/{id}", workspace_id=1)


def delete(client, id):
    return client.delete(f"/project-viewers/{id}", json={"workspace_id": 1})


def restore(client, id):
    return client.post(f"/project-viewers/{id}/restore", json={"workspace_id": 1})


def assign(client, id, project_id):
    return client.post(f"/project-viewers/{id}/assign-project", json={"workspace_id": 1, "project_id": project_id})


def unassign(client, id, project_id):
    return client.delete(f"/project-viewers/{id}/unassign-project", json={"workspace_id": 1, "project_id": project_id})


def test_the_sandboxes_viewer(owner):
    assert get(owner, 14).data == {
        "id": 14, "email": "victor@example.com", "firstname": "Victor", "lastname": "Viewer", "status": "active",
        "member_since": "2024-01-15T09:00:00Z", "projects": [{"id": 100, "name": "Marketing Campaign Q1"}]}
    assert get(owner, 14).message == "Project viewer retrieved successfully"


def test_invite(owner):
    set_clock(owner, NOW)
    reply = create(owner, email="Vera@Example.com")
    assert (reply.status, reply.message) == (201, "Project viewer created successfully")
    assert reply.data == {"id": reply.data["id"], "email": "Vera@Example.com", "firstname": "Vera", "lastname": "View",
                          "status": "inactive", "member_since": NOW, "projects": []}
    assert accept(owner, reply.body["invitation_link"].rpartition("/")[2]).status == 200
    assert get(owner, reply.data["id"]).data["status"] == "active"
    assert owner.get(f"/members/{reply.data['id']}", workspace_id=1).data["current_role"] == "Project viewer"
    assert create(owner, email="vera@example.com").failure == (400, "member_exists")


@pytest.mark.parametrize("fields, names", [
    ({"email": None}, ["email"]), ({"email": "x"}, ["email"]), ({"firstname": ""}, ["firstname"]),
    ({"lastname": "x" * 256}, ["lastname"]), ({"email": "", "firstname": None, "lastname": None},
                                              ["email", "firstname", "lastname"])])
def test_faults(owner, fields, names):
    assert list(create(owner, **fields).faults) == names


def test_list(owner, viewer):
    rows = owner.pages("/project-viewers", workspace_id=1, per_page=2)
    assert {row["id"] for row in rows} >= {14, viewer["id"]}
    assert all(row == get(owner, row["id"]).data for row in rows)
    assert owner.pages("/project-viewers", workspace_id=1, email=viewer["email"].upper()) == [viewer]
    assert owner.pages("/project-viewers", workspace_id=1, email="john.doe@example.com") == []


def test_who_is_no_viewer(owner):
    for id in (100, 20, 99999):
        for reply in (get(owner, id), delete(owner, id), restore(owner, id), assign(owner, id, 100),
                      unassign(owner, id, 100)):
            assert reply.failure == (404, "not_found")
    assert owner.get("/members/100", workspace_id=1).data["status"] == "active"


def test_projects(demo, stint, owner, viewer):
    client = Client(demo, token_of(stint, demo, viewer["email"]))
    project = new_project(owner)
    assert client.get("/projects", workspace_id=1).data == []
    for _ in range(2):
        reply = assign(owner, viewer["id"], project["id"])
        assert (reply.message, reply.data) == ("Project assigned to viewer successfully", None)
    assert get(owner, viewer["id"]).data["projects"] == [{"id": project["id"], "name": project["name"]}]
    assert client.get("/projects", workspace_id=1).ids == [project["id"]]
    reply = unassign(owner, viewer["id"], project["id"])
    assert (reply.message, reply.data) == ("Project unassigned from viewer successfully", None)
    assert unassign(owner, viewer["id"], project["id"]).failure == (404, "not_found")
    assert client.get("/projects", workspace_id=1).data == []


def test_projects_that_are_not_there(owner, viewer):
    gone = new_project(owner)["id"]
    assign(owner, viewer["id"], gone)
    owner.delete(f"/projects/{gone}", workspace_id=1)
    assert get(owner, viewer["id"]).data["projects"] == []
    for project_id in (gone, 200, 99999):
        for reply in (assign(owner, viewer["id"], project_id), unassign(owner, viewer["id"], project_id)):
            assert (reply.failure, reply.message) == ((404, "not_found"), "The project was not found.")
    assert list(owner.post(f"/project-viewers/{viewer['id']}/assign-project", json={"workspace_id": 1}).faults) == [
        "project_id"]


def test_delete_and_restore(demo, stint, owner, viewer):
    client = Client(demo, token_of(stint, demo, viewer["email"]))
    assign(owner, viewer["id"], 100)
    assert restore(owner, viewer["id"]).failure == (400, "not_deleted")
    reply = delete(owner, viewer["id"])
    assert (reply.message, reply.data) == ("Project viewer deleted successfully", None)
    assert client.get("/projects", workspace_id=1).failure == (403, "not_a_member")
    assert owner.pages("/project-viewers", workspace_id=1, email=viewer["email"]) == []
    assert get(owner, viewer["id"]).data["status"] == "left"
    for refused in (delete(owner, viewer["id"]), assign(owner, viewer["id"], 100), unassign(owner, viewer["id"], 100)):
        assert refused.failure == (404, "not_found")
    reply = restore(owner, viewer["id"])
    assert (reply.message, reply.data) == ("Project viewer restored successfully", None)
    assert get(owner, viewer["id"]).data["status"] == "active"
    assert client.get("/projects", workspace_id=1).ids == [100], "with the projects as they were"
    assert len(client.get("/workspaces").data) == 1


def test_restoring_somebody_who_never_accepted(owner):
    reply = create(owner)
    delete(owner, reply.data["id"])
    assert restore(owner, reply.data["id"]).status == 200
    assert get(owner, reply.data["id"]).data["status"] == "inactive"
    again = create(owner, email=reply.data["email"])
    assert accept(owner, again.body["invitation_link"].rpartition("/")[2]).status == 200
    assert get(owner, reply.data["id"]).data["status"] == "active"


def test_the_invitation_of_somebody_restored_works_as_before(owner):
    reply = create(owner)
    secret = reply.body["invitation_link"].rpartition("/")[2]
    delete(owner, reply.data["id"])
    assert accept(owner, secret).failure == (400, "invitation_invalid")
    restore(owner, reply.data["id"])
    assert accept(owner, secret).status == 200


def test_restoring_somebody_with_an_account_elsewhere_who_never_accepted_here(owner, other_owner):
    email = f"{unique('elsewhere').replace(' ', '-')}@example.com"
    new_member(other_owner, workspace_id=2, email=email)
    id = create(owner, email=email).data["id"]
    delete(owner, id)
    restore(owner, id)
    assert get(owner, id).data["status"] == "inactive", "nobody is in a workspace that they did not accept"


def test_restoring_somebody_blocked(demo, stint, owner, viewer):
    client = Client(demo, token_of(stint, demo, viewer["email"]))
    blocked = stint.run("user", "block", viewer["email"], "--workspace", "1", "--database", demo.database)
    assert blocked.returncode == 0, blocked.stderr
    delete(owner, viewer["id"])
    assert restore(owner, viewer["id"]).status == 200
    assert client.get("/workspaces").data == []
    assert client.get("/projects", workspace_id=1).failure == (403, "not_a_member")


def test_who_is_invited_again_as_a_viewer_has_no_active_contract(owner):
    email = f"{unique('again').replace(' ', '-')}@example.com"
    user_id, _ = invite(owner, email=email)
    contract = new_contract(owner, new_project(owner)["id"], user_id)
    assert create(owner, email=email).data["id"] == user_id
    assert owner.get(f"/contracts/{contract['id']}", workspace_id=1).data["status"] == "paused"


def test_restoring_when_the_address_is_taken(owner, viewer):
    delete(owner, viewer["id"])
    other = new_member(owner)
    owner.put(f"/members/{other}", json={"email": viewer["email"]}, workspace_id=1)
    assert restore(owner, viewer["id"]).failure == (400, "member_exists")
