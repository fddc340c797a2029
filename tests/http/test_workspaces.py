"""Workspaces (contract 3.1)."""

import re

import pytest
from client import ROLES
from scenario import accept, confirm, invite, new_colleague

USER_IDS = {"Owner": 10, "Executive manager": 11, "Project manager": 12, "Team manager": 13, "Project viewer": 14,
            "Regular User": 100}


@pytest.mark.parametrize("role", ROLES)
def test_everyone_reads_their_own(as_role, role):
    workspace, = as_role[role].get("/workspaces").data
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", workspace.pop("created_at"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", workspace.pop("activated_at"))
    assert workspace == {"id": 1, "owner_id": 10, "user_id": USER_IDS[role], "workspace_name": "WebWork Workspace",
                         "role": role, "status": "active"}


def test_the_reply_has_no_message_but_pages(owner):
    reply = owner.get("/workspaces")
    assert list(reply.body) == ["success", "data", "meta"]
    assert reply.pagination == {"total": 1, "per_page": 20, "current_page": 1, "last_page": 1, "from": 1, "to": 1}


def test_pages(owner):
    reply = owner.get("/workspaces", page=2, per_page=1)
    assert reply.data == []
    assert reply.pagination == {"total": 1, "per_page": 1, "current_page": 2, "last_page": 1, "from": None, "to": None}
    assert set(owner.get("/workspaces", page=0, per_page=101).faults) == {"page", "per_page"}


def test_only_own_workspaces(owner, other_owner):
    assert owner.get("/workspaces").ids == [1]
    assert other_owner.get("/workspaces").ids == [2]


def test_a_workspace_id_is_not_needed_and_does_no_harm(owner):
    assert owner.get("/workspaces", workspace_id=2).ids == [1]


def test_a_person_of_two_workspaces_sees_both_until_one_lets_them_go(stint, owner, other_owner):
    user_id, email, person = new_colleague(stint, owner)
    confirm(stint, owner.server, email)
    _, secret = invite(other_owner, workspace_id=2, email=email, role="Project manager")
    assert person.get("/workspaces").ids == [1], "not before the invitation is accepted"
    assert accept(person, secret).data == {"user_id": user_id, "workspace_id": 2}
    rows = person.get("/workspaces").data
    assert [(row["id"], row["role"]) for row in rows] == [(1, "Regular User"), (2, "Project manager")]
    assert {row["user_id"] for row in rows} == {user_id}
    assert person.get("/workspaces", page=2, per_page=1).ids == [2]
    other_owner.delete(f"/members/{user_id}", workspace_id=2)
    assert person.get("/workspaces").ids == [1]


def test_a_person_without_workspace_sees_none(stint, owner):
    user_id, _, person = new_colleague(stint, owner)
    assert person.get("/workspaces").ids == [1]
    owner.delete(f"/members/{user_id}", workspace_id=1)
    assert person.get("/workspaces").ids == []
    assert person.get("/projects", workspace_id=1).failure == (403, "not_a_member")
    assert person.get("/projects").failure == (403, "not_a_member")
