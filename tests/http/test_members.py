"""Members and their invitations (contract 3.2)."""

import pytest
import requests
from client import Client
from scenario import (PASSWORD, accept, advance_clock, confirm, invite, new_contract, new_member, new_project,
                      set_clock, unique)

MEMBER = {"id": int, "email": str, "firstname": str, "lastname": str, "avatar": (str, type(None)), "current_role": str,
          "timezone": (str, type(None)), "status": str, "team_name": (str, type(None)), "title": (str, type(None)),
          "rate": (int, float, type(None)), "rate_type": str, "rate_status": int, "is_blocked": bool,
          "weekly_hours_limit": int, "screenshots": str, "created_at": str, "updated_at": str,
          "deleted_at": (str, type(None))}
ASSIGNABLE = ["Executive manager", "Team manager", "Project manager", "Regular User", "Project viewer"]


def get(client, user_id):
    return client.get(f"/members/{user_id}", workspace_id=1).data


def update(client, user_id, **fields):
    return client.put(f"/members/{user_id}", json=fields, workspace_id=1)


def email_address():
    return f"{unique('address').replace(' ', '-')}@example.com"


# ---- reading ----

def test_get_all(owner):
    reply = owner.get("/members", workspace_id=1)
    assert list(reply.body) == ["success", "data", "meta"]
    assert {10, 11, 12, 13, 14, 100, 123} <= set(reply.ids)
    assert reply.ids == sorted(reply.ids)
    roles = {row["id"]: row["current_role"] for row in reply.data}
    assert [roles[each] for each in (10, 11, 12, 13, 14, 100, 123)] == [
        "Owner", "Executive manager", "Project manager", "Team manager", "Project viewer", "Regular User",
        "Regular User"]


def test_a_member_has_exactly_the_documented_keys(owner):
    for row in owner.get("/members", workspace_id=1).data:
        assert list(row) == list(MEMBER)
        for key, types in MEMBER.items():
            assert isinstance(row[key], types), key


def test_get_one(owner):
    reply = owner.get("/members/100", workspace_id=1)
    assert reply.message == "Member retrieved successfully"
    assert reply.data in owner.get("/members", workspace_id=1).data
    assert reply.data["current_role"] == "Regular User" and reply.data["status"] == "active"


def test_search_by_email_is_exact_and_ignores_case(owner):
    email = get(owner, 100)["email"]
    assert owner.get("/members", workspace_id=1, email=email).ids == [100]
    assert owner.get("/members", workspace_id=1, email=email.upper()).ids == [100]
    assert owner.get("/members", workspace_id=1, email=email[1:]).ids == []
    assert list(owner.get("/members", workspace_id=1, email="john").faults) == ["email"]


@pytest.mark.parametrize("role, expected", [("Owner", {10}), ("Executive manager", {11}), ("Project viewer", {14})])
def test_search_by_role(owner, role, expected):
    reply = owner.get("/members", workspace_id=1, role=role)
    assert set(reply.ids) >= expected and {row["current_role"] for row in reply.data} == {role}
    assert reply.pagination["total"] == len(reply.ids)


def test_search_by_status(owner):
    invited, _ = invite(owner)
    gone = new_member(owner)
    owner.delete(f"/members/{gone}", workspace_id=1)
    found = {status: owner.get("/members", workspace_id=1, per_page=100, status=status).data
             for status in ("active", "inactive", "left", "unknown")}
    for status, rows in found.items():
        assert {row["status"] for row in rows} <= {status}
    ids = {status: [row["id"] for row in rows] for status, rows in found.items()}
    assert 100 in ids["active"] and invited in ids["inactive"] and gone in ids["left"]
    everyone = owner.get("/members", workspace_id=1, per_page=100).ids
    assert invited in everyone and gone not in everyone


def test_searches_narrow_each_other(owner):
    email = get(owner, 100)["email"]
    assert owner.get("/members", workspace_id=1, email=email, role="Regular User", status="active").ids == [100]
    assert owner.get("/members", workspace_id=1, email=email, role="Project viewer").ids == []


def test_unknown_roles_and_statuses(owner):
    assert set(owner.get("/members", workspace_id=1, role="King", status="dead").faults) == {"role", "status"}


def test_pages(owner):
    everyone = owner.pages("/members", workspace_id=1, per_page=100)
    assert owner.pages("/members", workspace_id=1, per_page=2) == everyone
    first = owner.get("/members", workspace_id=1, per_page=2)
    assert first.pagination == {"total": len(everyone), "per_page": 2, "current_page": 1,
                                "last_page": (len(everyone) + 1) // 2, "from": 1, "to": 2}


# ---- inviting ----

@pytest.mark.parametrize("role", ASSIGNABLE)
def test_invite(demo, owner, role):
    email = email_address()
    reply = owner.post("/members", workspace_id=1,
                       json={"email": email, "firstname": "Grace", "lastname": "Hopper", "role": role})
    assert reply.status == 201
    assert reply.message == "Member invited successfully"
    assert list(reply.data) == ["user_id", "invitation_link"]
    assert reply.data["invitation_link"].startswith(demo.url + "/accept-invitation/")
    member = get(owner, reply.data["user_id"])
    assert (member["email"], member["firstname"], member["lastname"]) == (email, "Grace", "Hopper")
    assert (member["current_role"], member["status"], member["rate_status"]) == (role, "inactive", 0)


def test_an_executive_manager_invites(executive_manager):
    invite(executive_manager)


SPELLINGS = [
    ("kim@{}.example", "KIM@{}.EXAMPLE", "Kim@{}.Example", "  kim@{}.example\u200b\n"),
    ("x@müller-{}.example", "x@MÜLLER-{}.example", "X@mu\u0308ller-{}.example", "x@müller-{}\u3002example"),
    ("Éva@{}.example", "éva@{}.example", "E\u0301va@{}.example"),
    ("\uff41nna@{}.example", "anna@{}.example"),
]


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_an_address_is_one_mailbox_however_it_is_spelled(owner, spellings):
    """And is shown as it was given."""
    domain = unique("host").replace(" ", "-")
    spellings = [each.format(domain) for each in spellings]
    user_id, _ = invite(owner, email=spellings[0])
    for spelling in spellings:
        assert invite(owner, email=spelling)[0] == user_id, "invited again"
        shown = spelling.strip(" \n\u200b")
        assert get(owner, user_id)["email"] == shown
        for asked in spellings:
            rows = owner.get("/members", workspace_id=1, email=asked).data
            assert [(row["id"], row["email"]) for row in rows] == [(user_id, shown)]


def test_a_domain_is_known_by_its_name_in_dns(owner):
    user_id, _ = invite(owner, email="x@bücher.example")
    assert invite(owner, email="X@XN--BCHER-KVA.example")[0] == user_id
    assert get(owner, user_id)["email"] == "X@XN--BCHER-KVA.example"


@pytest.mark.parametrize("email", ["k\u200bim@example.com", "kim@exam\u200dple.com", "kim\u202e@example.com",
                                   "kim\u0085x@example.com", "k\u00a0m@example.com", "k\u3164m@example.com",
                                   "kim\u0378@example.com", "a\uff20b@example.com", "kim@ex\u2028ample.com"])
def test_an_address_hides_nothing(owner, email):
    person = {"email": email, "firstname": "A", "lastname": "B", "role": "Regular User"}
    assert list(owner.post("/members", json=person, workspace_id=1).faults) == ["email"]
    assert list(owner.get("/members", workspace_id=1, email=email).faults) == ["email"]


@pytest.mark.parametrize("missing", ["email", "firstname", "lastname", "role"])
def test_invite_needs_all_fields(owner, missing):
    person = {"email": "a@example.com", "firstname": "A", "lastname": "B", "role": "Regular User"}
    del person[missing]
    assert list(owner.post("/members", json=person, workspace_id=1).faults) == [missing]


@pytest.mark.parametrize("field, value", [
    ("email", "no address"), ("email", "a@"), ("email", "@example.com"), ("email", "a b@example.com"),
    ("email", "a@example.com\nBcc: b@example.com"), ("email", "a" * 300 + "@example.com"), ("email", 5),
    ("firstname", ""), ("firstname", "  "), ("firstname", "x" * 256), ("lastname", ""), ("lastname", "x" * 256),
    ("role", "Owner"), ("role", "Client"), ("role", ""), ("role", 5), ("role", None),
])
def test_invite_checks_fields(owner, field, value):
    person = {"email": "a@example.com", "firstname": "A", "lastname": "B", "role": "Regular User", field: value}
    assert list(owner.post("/members", json=person, workspace_id=1).faults) == [field]


def test_nobody_is_invited_twice(owner):
    person = {"email": get(owner, 100)["email"], "firstname": "A", "lastname": "B", "role": "Project viewer"}
    assert owner.post("/members", json=person, workspace_id=1).failure == (400, "member_exists")
    person["email"] = person["email"].upper()
    assert owner.post("/members", json=person, workspace_id=1).failure == (400, "member_exists")
    assert get(owner, 100)["current_role"] == "Regular User"


# ---- accepting ----

def test_accepting_makes_the_member_active(owner, anonymous):
    user_id, secret = invite(owner)
    reply = accept(anonymous, secret)
    assert reply.status == 200
    assert reply.message == "Invitation accepted successfully"
    assert reply.data == {"user_id": user_id, "workspace_id": 1}
    assert get(owner, user_id)["status"] == "active"


def test_a_form_accepts_too(owner, anonymous):
    _, secret = invite(owner)
    reply = anonymous.post(f"/accept-invitation/{secret}", form={"password": PASSWORD})
    assert reply.status == 200


def test_the_address_of_the_link_answers_too(owner):
    """Where the page is that a person sees."""
    user_id, secret = invite(owner)
    reply = requests.post(f"{owner.server.url}/accept-invitation/{secret}", json={"password": PASSWORD}, timeout=30)
    assert (reply.status_code, reply.json()["data"]["user_id"]) == (200, user_id)


def test_a_link_works_once(owner, anonymous):
    _, secret = invite(owner)
    assert accept(anonymous, secret).status == 200
    assert accept(anonymous, secret).failure == (400, "invitation_invalid")


def look_at(client, secret):
    return client.get(f"/accept-invitation/{secret}")


def test_a_link_says_what_it_is_an_invitation_to(stint, owner, other_owner, anonymous):
    """So that whoever follows it knows which account's password is asked for."""
    email = email_address()
    _, secret = invite(owner, email=email)
    said = {"workspace_name": "WebWork Workspace", "email": email, "has_password": False}
    assert look_at(anonymous, secret).data == said
    assert look_at(anonymous, secret).data == said, "to look does not use it up"
    accept(anonymous, secret)
    confirm(stint, owner.server, email)
    _, secret = invite(other_owner, workspace_id=2, email=email)
    there = look_at(anonymous, secret).data
    assert there["email"] == email and there["has_password"] and there["workspace_name"] != said["workspace_name"]


@pytest.mark.parametrize("secret", ["x", "stint_inv_" + "A" * 43, "%27--", "demo-owner"])
def test_an_invented_link_says_nothing(anonymous, secret):
    assert look_at(anonymous, secret).failure == (400, "invitation_invalid")


@pytest.mark.parametrize("end", ["accepted", "replaced", "archived"])
def test_a_link_that_has_ended_tells_nothing_of_the_password(stint, owner, other_owner, anonymous, end):
    email = email_address()
    new_member(owner, email=email)
    confirm(stint, owner.server, email)
    user_id, secret = invite(other_owner, workspace_id=2, email=email)
    if end == "accepted":
        assert accept(anonymous, secret).status == 200
    elif end == "replaced":
        invite(other_owner, workspace_id=2, email=email)
    else:
        other_owner.delete(f"/members/{user_id}", workspace_id=2)
    for password in (PASSWORD, "another password", "short"):
        assert accept(anonymous, secret, password).failure == (400, "invitation_invalid")
    assert look_at(anonymous, secret).failure == (400, "invitation_invalid")


def test_a_link_ends_some_day(start_server):
    owner = Client(start_server(), "demo-owner")
    _, secret = invite(owner)
    advance_clock(owner, 400 * 86400)
    assert accept(owner, secret).failure == (400, "invitation_invalid")


@pytest.mark.parametrize("secret", ["x", "stint_inv_" + "A" * 43, "%27--", "demo-owner"])
def test_an_invented_link(anonymous, secret):
    assert accept(anonymous, secret).failure == (400, "invitation_invalid")


def test_a_link_needs_a_password(owner, anonymous):
    user_id, secret = invite(owner)
    for body in ({}, {"password": None}, {"password": ""}, {"password": "x" * 201}, {"password": ["x" * 10]}):
        reply = anonymous.post(f"/accept-invitation/{secret}", json=body)
        assert list(reply.faults) == ["password"], body
    assert get(owner, user_id)["status"] == "inactive"
    assert accept(anonymous, secret).status == 200, "a refusal does not use the link up"


def test_a_short_password_is_refused_for_a_new_account(owner, anonymous):
    _, secret = invite(owner)
    assert accept(anonymous, secret, "7 chars").failure[0] in (400, 422)
    assert accept(anonymous, secret, "8 chars.").status == 200


def test_an_account_that_exists_gives_its_own_password(stint, owner, other_owner, anonymous):
    email = email_address()
    user_id = new_member(owner, email=email)
    confirm(stint, owner.server, email)
    again, secret = invite(other_owner, workspace_id=2, email=email)
    assert again == user_id
    assert accept(anonymous, secret, "another password").failure == (400, "wrong_password")
    assert other_owner.get(f"/members/{user_id}", workspace_id=2).data["status"] == "inactive"
    assert accept(anonymous, secret).data == {"user_id": user_id, "workspace_id": 2}


def test_inviting_again_makes_a_new_link_and_ends_the_old_one(owner, anonymous):
    email = email_address()
    user_id, first = invite(owner, email=email)
    again, second = invite(owner, email=email, firstname="Augusta", role="Team manager")
    assert again == user_id and second != first
    assert accept(anonymous, first).failure == (400, "invitation_invalid")
    member = get(owner, user_id)
    assert (member["firstname"], member["current_role"], member["status"]) == ("Augusta", "Team manager", "inactive")
    assert accept(anonymous, second).status == 200


def test_archiving_ends_the_link(owner, anonymous):
    user_id, secret = invite(owner)
    owner.delete(f"/members/{user_id}", workspace_id=1)
    assert accept(anonymous, secret).failure == (400, "invitation_invalid")
    assert get(owner, user_id)["status"] == "left"


# ---- updating ----

def test_update(owner):
    user_id = new_member(owner)
    reply = update(owner, user_id, firstname="Alan", lastname="Turing", timezone="Europe/London",
                   role="Project manager", rate_status=1, weekly_hours_limit=32, remove_avatar=1)
    assert reply.status == 200
    assert reply.message == "Member updated successfully"
    assert reply.data is None
    member = get(owner, user_id)
    assert {key: member[key] for key in ("firstname", "lastname", "timezone", "current_role", "rate_status",
                                         "weekly_hours_limit", "avatar")} == {
        "firstname": "Alan", "lastname": "Turing", "timezone": "Europe/London", "current_role": "Project manager",
        "rate_status": 1, "weekly_hours_limit": 32, "avatar": None}


@pytest.mark.parametrize("field, value", [
    ("firstname", "Alan"), ("lastname", "Turing"), ("timezone", "Asia/Kolkata"), ("weekly_hours_limit", 20),
    ("weekly_hours_limit", 0), ("rate_status", 1),
])
def test_update_leaves_the_rest_alone(owner, field, value):
    user_id = new_member(owner)
    before = get(owner, user_id)
    assert update(owner, user_id, **{field: value}).status == 200
    assert get(owner, user_id) | {"updated_at": None} == before | {field: value, "updated_at": None}


def test_update_with_nothing_changes_nothing(owner):
    before = get(owner, 100)
    assert update(owner, 100).status == 200
    assert get(owner, 100) | {"updated_at": None} == before | {"updated_at": None}


@pytest.mark.parametrize("role", ASSIGNABLE)
def test_update_the_role(owner, role):
    user_id = new_member(owner)
    assert update(owner, user_id, role=role).status == 200
    assert get(owner, user_id)["current_role"] == role


def test_update_the_email(owner):
    user_id, email = new_member(owner), email_address()
    assert update(owner, user_id, email=email.upper()).status == 200
    assert get(owner, user_id)["email"] == email.upper()
    assert owner.get("/members", workspace_id=1, email=email).ids == [user_id]
    assert update(owner, user_id, email=get(owner, 100)["email"].upper()).failure == (400, "member_exists")
    assert get(owner, user_id)["email"] == email.upper()


def test_an_open_invitation_keeps_its_address(owner):
    """Whoever sends all fields back, changed or not, may do so."""
    email = email_address()
    user_id, _ = invite(owner, email=email)
    assert update(owner, user_id, email=email.upper(), firstname="Augusta").status == 200
    assert get(owner, user_id)["firstname"] == "Augusta"
    assert list(update(owner, user_id, email=email_address()).faults) == ["email"]
    assert get(owner, user_id)["email"] == email.upper()


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", None])
def test_known_time_zones(owner, zone):
    assert update(owner, 123, timezone=zone).status == 200
    assert get(owner, 123)["timezone"] == zone


@pytest.mark.parametrize("zone", ["Mars/Olympus", "europe/berlin", "../../etc/passwd", "Europe", "/UTC", "posixrules",
                                  "EST5EDT,M3", "Europe/Berlin\tx", "+02:00", 5])
def test_unknown_time_zones(owner, zone):
    assert list(update(owner, 123, timezone=zone).faults) == ["timezone"]


@pytest.mark.parametrize("field, value", [
    ("email", "nobody"), ("email", None), ("firstname", ""), ("firstname", "x" * 256), ("firstname", None),
    ("lastname", ""), ("role", "Owner"), ("role", "Chief"), ("rate_status", 2), ("rate_status", -1),
    ("rate_status", "yes"), ("weekly_hours_limit", -1), ("weekly_hours_limit", 169), ("weekly_hours_limit", 1.5),
    ("weekly_hours_limit", "many"), ("remove_avatar", 2),
])
def test_update_checks_fields(owner, field, value):
    before = get(owner, 123)
    assert list(update(owner, 123, **{field: value, "timezone": "UTC"}).faults) == [field]
    assert get(owner, 123) == before


def test_the_owner_is_protected(owner, executive_manager):
    before = get(owner, 10)
    assert update(owner, 10, role="Regular User").failure == (400, "owner_protected")
    assert update(executive_manager, 10, role="Regular User").failure == (400, "owner_protected")
    assert update(executive_manager, 10, firstname="Mallory").failure == (400, "owner_protected")
    for client in (owner, executive_manager):
        assert client.delete("/members/10", workspace_id=1).failure == (400, "owner_protected")
    assert get(owner, 10) == before


def test_the_owner_keeps_their_own_record(owner):
    assert update(owner, 10, timezone="Europe/Paris").status == 200
    assert get(owner, 10)["timezone"] == "Europe/Paris"


# ---- rates ----

def test_rates_are_for_those_who_may_see_them(owner, executive_manager):
    update(owner, 11, rate_status=0)
    assert all(row["rate"] is None for row in executive_manager.get("/members", workspace_id=1).data)
    assert get(executive_manager, 100)["rate"] is None
    update(owner, 11, rate_status=1)
    assert get(executive_manager, 100)["rate"] == get(owner, 100)["rate"]


def test_only_who_sees_rates_lets_others_see_them(owner, executive_manager):
    update(owner, 11, rate_status=0)
    update(owner, 123, rate_status=0)
    assert update(executive_manager, 123, rate_status=1).failure == (403, "forbidden")
    assert update(executive_manager, 11, rate_status=1).failure == (403, "forbidden")
    assert get(owner, 123)["rate_status"] == 0 and get(owner, 11)["rate_status"] == 0
    assert update(executive_manager, 123, rate_status=0, timezone="UTC").status == 200, "no change"
    update(owner, 11, rate_status=1)
    assert update(executive_manager, 123, rate_status=1).status == 200
    assert get(owner, 123)["rate_status"] == 1


# ---- archiving ----

def test_archive(owner):
    user_id = new_member(owner)
    reply = owner.delete(f"/members/{user_id}", workspace_id=1)
    assert reply.status == 200
    assert (reply.message, reply.data) == ("Member deleted successfully", None)
    member = get(owner, user_id)
    assert member["status"] == "left" and member["deleted_at"] is not None
    assert owner.delete(f"/members/{user_id}", workspace_id=1).failure == (404, "not_found")
    assert update(owner, user_id, firstname="Ghost").failure == (404, "not_found")


def test_archiving_pauses_the_contracts(owner):
    user_id, project = new_member(owner), new_project(owner)
    contract = new_contract(owner, project["id"], user_id)
    assert owner.get(f"/projects/{project['id']}", workspace_id=1).data["contracts_count"] == 1
    owner.delete(f"/members/{user_id}", workspace_id=1)
    assert owner.get(f"/contracts/{contract['id']}", workspace_id=1).data["status"] == "paused"
    assert owner.get(f"/projects/{project['id']}", workspace_id=1).data["contracts_count"] == 0


def test_an_invitation_brings_an_archived_member_back(owner, anonymous):
    email = email_address()
    user_id = new_member(owner, email=email)
    owner.delete(f"/members/{user_id}", workspace_id=1)
    again, secret = invite(owner, email=email, role="Team manager")
    assert again == user_id
    member = get(owner, user_id)
    assert (member["status"], member["current_role"], member["deleted_at"]) == ("inactive", "Team manager", None)
    assert accept(anonymous, secret).status == 200, "with the password of the account"
    assert get(owner, user_id)["status"] == "active"


def test_the_address_of_an_archived_member_is_free(owner):
    email = email_address()
    gone = new_member(owner, email=email)
    owner.delete(f"/members/{gone}", workspace_id=1)
    other = new_member(owner)
    assert update(owner, other, email=email).status == 200


def test_unknown_members(owner):
    for reply in (owner.get("/members/999999", workspace_id=1), update(owner, 999999, firstname="A"),
                  owner.delete("/members/999999", workspace_id=1)):
        assert reply.failure == (404, "not_found")


# ---- places ----

def test_workspace_id_in_the_body(owner):
    user_id = new_member(owner)
    person = {"email": email_address(), "firstname": "A", "lastname": "B", "role": "Regular User", "workspace_id": 1}
    assert owner.post("/members", json=person).status == 201
    assert owner.post("/members", form=person | {"email": email_address()}).status == 201
    assert owner.put(f"/members/{user_id}", json={"firstname": "Bo", "workspace_id": 1}).status == 200
    assert owner.delete(f"/members/{user_id}", json={"workspace_id": 1}).status == 200


def test_without_a_mail_relay_the_link_is_in_the_log(demo, owner):
    _, secret = invite(owner)
    assert f"/accept-invitation/{secret}" in demo.log.read_text()


def test_an_address_is_invited_ten_times_a_day(start_server):
    """Each is a mail to somebody who may not want it."""
    sandbox = Client(start_server(), "demo-owner")
    set_clock(sandbox, "2024-01-15T09:00:00Z")
    person = {"email": "often@example.com", "firstname": "A", "lastname": "B", "role": "Regular User"}

    def again():
        return sandbox.post("/members", json=person, workspace_id=1)
    assert [again().status for _ in range(10)] == [201] * 10
    assert again().failure == (400, "invited_too_often")
    assert sandbox.post("/project-viewers", json=person, workspace_id=1).failure == (400, "invited_too_often")
    assert invite(sandbox), "others are not"
    advance_clock(sandbox, 86400)
    assert again().status == 201


def test_whoever_does_not_see_rates_gives_nobody_who_does_a_wider_view(owner, executive_manager):
    """Else a colleague who sees the own rate only would see all of them in a higher role, and could tell."""
    email = f"{unique('rated').replace(' ', '-')}@example.com"
    user_id = new_member(owner, email=email)
    viewer_id = owner.post("/project-viewers", json={"email": f"v-{email}", "firstname": "V", "lastname": "W"},
                           workspace_id=1).data["id"]
    for each in (user_id, viewer_id):
        owner.put(f"/members/{each}", json={"rate_status": 1}, workspace_id=1)
    owner.put("/members/11", json={"rate_status": 0}, workspace_id=1)
    try:
        promote = {"role": "Executive manager"}
        assert executive_manager.put(f"/members/{user_id}", json=promote, workspace_id=1).failure == (403, "forbidden")
        assign = f"/project-viewers/{viewer_id}/assign-project"
        assert executive_manager.post(assign, workspace_id=1, project_id=100).failure == (403, "forbidden")
        executive_manager.delete(f"/members/{user_id}", workspace_id=1)
        again = {"email": email, "firstname": "A", "lastname": "B"}
        assert executive_manager.post("/members", json=again | promote, workspace_id=1).failure == (403, "forbidden")
        assert executive_manager.post("/members", json=again | {"role": "Regular User"}, workspace_id=1).status == 201
        assert update(executive_manager, new_member(owner), role="Team manager").status == 200
    finally:
        owner.put("/members/11", json={"rate_status": 1}, workspace_id=1)
    assert owner.put(f"/members/{user_id}", json=promote, workspace_id=1).status == 200
    assert owner.post(assign, workspace_id=1, project_id=100).status in (200, 201)
