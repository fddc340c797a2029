"""Contracts (contract 3.4)."""

import pytest
from scenario import new_contract, new_member, new_project

CONTRACT = {"id": int, "project_id": int, "project_name": str, "project_icon": (str, type(None)), "user_id": int,
            "user_firstname": str, "user_lastname": str, "user_email": str, "user_role": str, "contract_name": str,
            "weekly_hours_limit": int, "screenshots": str, "screenshots_label": str,
            "rate": (int, float, type(None)), "rate_type": int, "currency": str, "status": str, "created_at": str,
            "updated_at": str}
CUSTOM, PROJECT = 1, 3  # rate_type
LABELS = {
    "full": "Screenshot on", "blurred": "Blurred screenshot", "no_preview": "Silent screenshot",
    "no_screenshot": "No screenshot", "background_blurred": "Background blurred", "video_full": "Video on",
    "video_blurred": "Blurred video", "video_full_silent": "Silent video",
    "video_blurred_silent": "Silent blurred video",
}


def get(client, contract_id):
    return client.get(f"/contracts/{contract_id}", workspace_id=1).data


def update(client, contract_id, **fields):
    return client.put(f"/contracts/{contract_id}", json=fields, workspace_id=1)


def create(client, **fields):
    return client.post("/contracts", json=fields, workspace_id=1)


@pytest.fixture
def project(owner):
    return new_project(owner, icon="some-icon")


@pytest.fixture
def contract(owner, project):
    return new_contract(owner, project["id"], 100, rate=25.5)


# ---- reading ----

def test_get_all(owner):
    reply = owner.get("/contracts", workspace_id=1)
    assert list(reply.body) == ["success", "message", "data", "pagination", "meta"]
    assert reply.message == "Contracts retrieved successfully"
    assert 20 in reply.ids and reply.ids == sorted(reply.ids)
    assert {key: reply.pagination[key] for key in ("current_page", "per_page", "total", "last_page")} == (
        reply.body["pagination"])


def test_a_contract_has_exactly_the_documented_keys(owner):
    for row in owner.get("/contracts", workspace_id=1).data:
        assert list(row) == list(CONTRACT)
        for key, types in CONTRACT.items():
            assert isinstance(row[key], types), key


def test_get_one(owner):
    reply = owner.get("/contracts/20", workspace_id=1)
    assert reply.message == "Contract retrieved successfully"
    assert (reply.data["project_id"], reply.data["user_id"]) == (100, 100)
    assert reply.data in owner.get("/contracts", workspace_id=1).data


def test_it_tells_its_project_and_member(owner, project, contract):
    member = owner.get("/members/100", workspace_id=1).data
    assert (contract["project_name"], contract["project_icon"]) == (project["name"], "some-icon")
    assert (contract["user_firstname"], contract["user_lastname"], contract["user_email"], contract["user_role"]) == (
        member["firstname"], member["lastname"], member["email"], member["current_role"])
    assert contract["contract_name"] == f"{project['name']} - {member['firstname']} {member['lastname']}"


def test_it_follows_their_changes(owner, project, contract):
    owner.put(f"/projects/{project['id']}", json={"name": "Renamed"}, workspace_id=1)
    assert get(owner, contract["id"])["project_name"] == "Renamed"


def test_search(owner, project, contract):
    other = new_contract(owner, project["id"], 123)
    update(owner, other["id"], status="paused")

    def found(**query):
        reply = owner.get("/contracts", workspace_id=1, per_page=100, **query)
        assert reply.body["pagination"]["total"] == reply.pagination["total"] == len(reply.ids)
        return reply.ids

    both = [contract["id"], other["id"]]
    assert found(project_id=project["id"]) == both
    assert found(project_id=project["id"], user_id=123) == [other["id"]]
    assert found(project_id=project["id"], status="active") == [contract["id"]]
    assert found(project_id=project["id"], status="paused") == [other["id"]]
    assert found(project_id=project["id"], user_id=100, status="paused") == []
    assert contract["id"] in found(user_id=100) and other["id"] not in found(user_id=100)
    assert other["id"] in found(status="paused") and contract["id"] not in found(status="paused")
    assert found(project_id=999999) == found(user_id=999999) == []


def test_search_checks_parameters(owner):
    query = {"project_id": "x", "user_id": "1.5", "status": "gone", "page": "0", "per_page": "0"}
    assert set(owner.get("/contracts", workspace_id=1, **query).faults) == set(query)


def test_pages(owner):
    everything = owner.pages("/contracts", workspace_id=1, per_page=100)
    assert owner.pages("/contracts", workspace_id=1, per_page=1) == everything
    reply = owner.get("/contracts", workspace_id=1, per_page=2, page=2)
    assert reply.body["pagination"] == {"current_page": 2, "per_page": 2, "total": len(everything),
                                        "last_page": (len(everything) + 1) // 2}


# ---- creating ----

def test_create(owner, project):
    reply = create(owner, project_id=project["id"], user_id=100, weekly_hours_limit=40, screenshots="full", rate=25.5)
    assert reply.status == 201
    assert reply.message == "Contract created successfully"
    expected = {"project_id": project["id"], "user_id": 100, "weekly_hours_limit": 40, "screenshots": "full",
                "screenshots_label": "Screenshot on", "rate": 25.5, "rate_type": CUSTOM, "status": "active"}
    assert {key: reply.data[key] for key in expected} == expected
    assert get(owner, reply.data["id"]) == reply.data


def test_defaults(owner, project):
    contract = new_contract(owner, project["id"], 100)
    assert (contract["weekly_hours_limit"], contract["status"]) == (168, "active")
    assert contract["screenshots"] == "blurred", "the project's"
    assert (contract["rate"], contract["rate_type"]) == (project["rate"], PROJECT)


def test_an_executive_manager_creates(executive_manager, project):
    assert create(executive_manager, project_id=project["id"], user_id=100).status == 201


@pytest.mark.parametrize("mode", LABELS)
def test_modes_of_screenshots(owner, project, mode):
    contract = new_contract(owner, project["id"], 100, screenshots=mode)
    assert (contract["screenshots"], contract["screenshots_label"]) == (mode, LABELS[mode])


def test_blur_is_blurred(owner, project):
    assert new_contract(owner, project["id"], 100, screenshots="blur")["screenshots"] == "blurred"


@pytest.mark.parametrize("missing", ["project_id", "user_id"])
def test_create_needs_both_parties(owner, missing):
    body = {"project_id": 100, "user_id": 100}
    del body[missing]
    assert list(create(owner, **body).faults) == [missing]


@pytest.mark.parametrize("parties", [{"project_id": 999999}, {"user_id": 999999}, {"project_id": 200}, {"user_id": 20}])
def test_create_needs_parties_of_the_workspace(owner, project, parties):
    body = {"project_id": project["id"], "user_id": 100} | parties
    assert create(owner, **body).failure == (404, "not_found")


def test_an_archived_member_gets_no_contract(owner, project):
    user_id = new_member(owner)
    owner.delete(f"/members/{user_id}", workspace_id=1)
    assert create(owner, project_id=project["id"], user_id=user_id).failure == (404, "not_found")


def test_a_project_viewer_does_not_track_time(owner, project):
    assert list(create(owner, project_id=project["id"], user_id=14).faults) == ["user_id"]


def test_one_live_contract_of_a_member_on_a_project(owner, project, contract):
    again = {"project_id": project["id"], "user_id": 100}
    assert create(owner, **again).failure == (400, "contract_exists")
    update(owner, contract["id"], status="paused")
    assert create(owner, **again).failure == (400, "contract_exists")
    owner.delete(f"/contracts/{contract['id']}", workspace_id=1)
    assert create(owner, **again).status == 201


FAULTY = [
    ("weekly_hours_limit", -1), ("weekly_hours_limit", 169), ("weekly_hours_limit", 1.5), ("weekly_hours_limit", "x"),
    ("weekly_hours_limit", []), ("screenshots", "sometimes"), ("screenshots", 1), ("screenshots", {}), ("rate", -0.01),
    ("rate", "much"), ("rate", 1.00001), ("rate", True), ("rate", 100000000000),
]


@pytest.mark.parametrize("field, value", FAULTY)
def test_create_checks_fields(owner, project, field, value):
    body = {"project_id": project["id"], "user_id": 100, field: value}
    assert list(create(owner, **body).faults) == [field]
    assert owner.get("/contracts", workspace_id=1, project_id=project["id"]).data == []


@pytest.mark.parametrize("value", [0, 1, 168, "40"])
def test_weekly_limits(owner, project, value):
    contract = new_contract(owner, project["id"], 100, weekly_hours_limit=value)
    assert contract["weekly_hours_limit"] == int(value)


# ---- updating ----

@pytest.mark.parametrize("field, value", [("weekly_hours_limit", 10), ("screenshots", "video_full"),
                                          ("rate", 99.9999), ("status", "paused")])
def test_update_one_field(owner, contract, field, value):
    reply = update(owner, contract["id"], **{field: value})
    assert reply.message == "Contract updated successfully"
    changed = {field: value, "updated_at": None}
    if field == "screenshots":
        changed["screenshots_label"] = LABELS[value]
    assert reply.data | {"updated_at": None} == contract | changed
    assert get(owner, contract["id"]) == reply.data


def test_pause_and_resume(owner, contract):
    assert update(owner, contract["id"], status="paused").data["status"] == "paused"
    assert update(owner, contract["id"], status="active").data["status"] == "active"


def test_a_rate_of_its_own(owner, project):
    contract = new_contract(owner, project["id"], 100)
    assert contract["rate_type"] == PROJECT
    changed = update(owner, contract["id"], rate=12).data
    assert (changed["rate"], changed["rate_type"]) == (12, CUSTOM)


@pytest.mark.parametrize("field, value", [*FAULTY, ("status", "gone"), ("status", 1), ("status", None)])
def test_update_checks_fields(owner, contract, field, value):
    assert list(update(owner, contract["id"], **{field: value}).faults) == [field]
    assert get(owner, contract["id"]) == contract


# ---- deleting ----

def test_delete(owner, contract):
    reply = owner.delete(f"/contracts/{contract['id']}", workspace_id=1)
    assert (reply.message, reply.data) == ("Contract deleted successfully", None)
    for reply in (owner.get(f"/contracts/{contract['id']}", workspace_id=1), update(owner, contract["id"], rate=1),
                  owner.delete(f"/contracts/{contract['id']}", workspace_id=1)):
        assert reply.failure == (404, "not_found")
    assert owner.get("/contracts", workspace_id=1, project_id=contract["project_id"]).data == []


# ---- rates ----

def test_rates_are_for_those_who_may_see_them(owner, executive_manager, regular_user, contract):
    """The owner always; the others as `rate_status` says."""
    def allow(user_id, rate_status):
        owner.put(f"/members/{user_id}", json={"rate_status": rate_status}, workspace_id=1)

    for client, user_id in ((executive_manager, 11), (regular_user, 100)):
        allow(user_id, 0)
        assert get(client, contract["id"])["rate"] is None
        assert all(row["rate"] is None for row in client.get("/contracts", workspace_id=1).data)
        assert all(row["rate"] is None for row in client.get("/projects", workspace_id=1).data)
        allow(user_id, 1)
        assert get(client, contract["id"])["rate"] == 25.5
        assert client.get(f"/projects/{contract['project_id']}", workspace_id=1).data["rate"] == 0


def test_a_rate_is_kept_only_from_those_who_see_it(owner, executive_manager, project, contract):
    owner.put("/members/11", json={"rate_status": 0}, workspace_id=1)
    assert update(executive_manager, contract["id"], rate=1, weekly_hours_limit=5).status == 200
    seen = get(owner, contract["id"])
    assert (seen["rate"], seen["weekly_hours_limit"]) == (25.5, 5)
    made = new_contract(executive_manager, project["id"], 123, rate=7)
    assert made["rate"] is None
    assert get(owner, made["id"])["rate_type"] == PROJECT
    owner.put("/members/11", json={"rate_status": 1}, workspace_id=1)
    assert update(executive_manager, contract["id"], rate=8).data["rate"] == 8


# ---- places ----

def test_workspace_id_in_the_body(owner, project):
    body = {"project_id": project["id"], "user_id": 100, "workspace_id": 1}
    contract = owner.post("/contracts", json=body).data
    path = f"/contracts/{contract['id']}"
    assert owner.put(path, json={"rate": 5, "workspace_id": 1}).data["rate"] == 5
    assert owner.put(path, form={"rate": "6.5", "workspace_id": 1}).data["rate"] == 6.5
    assert owner.delete(path, json={"workspace_id": 1}).status == 200
    assert owner.post("/contracts", form=body).status == 201
