"""Projects (contract 3.3); test_seed_page has the page they come from."""

import pytest
from scenario import accept, confirm, invite, new_colleague, new_contract, new_member, new_project, unique

ALL = {"name": "Everything", "start_date": "2024-02-01", "deadline": "2024-02-29", "estimation": 12.5, "budget": 999.99,
       "notes": "Some", "icon": "icon"}


def get(client, project_id):
    return client.get(f"/projects/{project_id}", workspace_id=1).data


# ---- creating ----

def test_only_the_name_is_needed(owner):
    reply = owner.post("/projects", json={"name": "Bare"}, workspace_id=1)
    assert reply.status == 201
    empty = ("start_date", "deadline", "estimation", "budget_estimation", "notes", "icon", "deleted_at")
    assert [reply.data[key] for key in empty] == [None] * len(empty)


def test_nulls_are_nothing(owner):
    body = dict.fromkeys(ALL) | {"name": "Nulls"}
    assert owner.post("/projects", json=body, workspace_id=1).data["deadline"] is None


def test_an_executive_manager_creates_for_the_owner(executive_manager):
    assert new_project(executive_manager)["owner_id"] == 10


def test_names_need_not_be_unique_and_ids_are(owner):
    first, second = new_project(owner, name="Twin"), new_project(owner, name="Twin")
    assert first["id"] != second["id"]


@pytest.mark.parametrize("name", ["Ünïcödé 項目 😀", "<b>&amp;</b>", "O'Brien; DROP TABLE projects", "\"quoted\\\"",
                                  "%_\\", "e\u0301"])
def test_names_come_back_as_they_went(owner, name):
    project = new_project(owner, name=name)
    assert project["name"] == name
    assert get(owner, project["id"])["name"] == name


def test_white_space_around_a_name_is_dropped(owner):
    assert new_project(owner, name="  Padded \n")["name"] == "Padded"


def test_notes_of_several_lines(owner):
    notes = "line 1\nline 2\r\n\tline 3"
    assert new_project(owner, notes=notes)["notes"] == notes


@pytest.mark.parametrize("amount", [0, 1, 0.5, 0.1, 120.25, 0.0001, 123456789.1234, 99999999999])
def test_amounts_are_exact(owner, amount):
    project = new_project(owner, estimation=amount, budget=amount)
    assert (project["estimation"], project["budget_estimation"]) == (amount, amount)
    assert get(owner, project["id"])["estimation"] == amount


def test_the_budget_is_known_by_its_other_name(owner):
    assert new_project(owner, budget_estimation=77)["budget_estimation"] == 77


def test_a_project_of_one_day(owner):
    assert new_project(owner, start_date="2024-02-29", deadline="2024-02-29")["deadline"] == "2024-02-29"


# ---- reading ----

def test_search_by_name(owner):
    marker = unique("Zebra")
    wanted = [new_project(owner, name=name)["id"] for name in (f"Old {marker} farm", marker.upper(), marker.lower())]
    new_project(owner, name="Giraffe")
    assert owner.get("/projects", workspace_id=1, name=marker).ids == wanted
    reply = owner.get("/projects", workspace_id=1, name=marker.swapcase(), per_page=2)
    assert reply.ids == wanted[:2] and reply.pagination["total"] == 3
    assert owner.pages("/projects", workspace_id=1, name=marker, per_page=1) == [get(owner, each) for each in wanted]


@pytest.mark.parametrize("stored, searched", [("Äpfel", "äPFEL"), ("Straße", "strasse"), ("ЖУК", "жук"), ("100%", "0%"),
                                              ("under_score", "r_s"), ("back\\slash", "k\\s"), ("O'Hara", "'h")])
def test_search_in_all_scripts(owner, stored, searched):
    project = new_project(owner, name=unique(stored))
    assert project["id"] in [row["id"] for row in owner.pages("/projects", workspace_id=1, name=searched, per_page=100)]


@pytest.mark.parametrize("pattern", ["%", "_", "\\", "*", "' OR 1=1 --"])
def test_wildcards_mean_themselves(owner, pattern):
    for row in owner.pages("/projects", workspace_id=1, name=pattern, per_page=100):
        assert pattern in row["name"]


def test_an_empty_search_finds_everything(owner):
    assert (owner.get("/projects", workspace_id=1, name="").pagination["total"] ==
            owner.get("/projects", workspace_id=1).pagination["total"])
    assert owner.get("/projects", workspace_id=1, name="no such project").data == []


def test_pages_default_to_twenty(owner):
    for _ in range(25):
        new_project(owner)
    first = owner.get("/projects", workspace_id=1)
    total = first.pagination["total"]
    last = (total + 19) // 20
    assert len(first.data) == 20
    assert first.pagination == {"total": total, "per_page": 20, "current_page": 1, "last_page": last, "from": 1,
                                "to": 20}
    end = owner.get("/projects", workspace_id=1, page=last)
    assert end.pagination == {"total": total, "per_page": 20, "current_page": last, "last_page": last,
                              "from": (last - 1) * 20 + 1, "to": total}
    assert len(end.data) == total - (last - 1) * 20


def test_pages_follow_each_other_without_gap(owner):
    everything = owner.get("/projects", workspace_id=1, per_page=100).ids
    assert everything == sorted(everything)
    for size in (1, 3, 100):
        assert [row["id"] for row in owner.pages("/projects", workspace_id=1, per_page=size)] == everything


def test_past_the_last_page(owner):
    reply = owner.get("/projects", workspace_id=1, page=1000)
    assert reply.data == []
    assert reply.pagination["total"] > 0
    assert (reply.pagination["from"], reply.pagination["to"]) == (None, None)


def test_links(owner):
    links = owner.get("/projects", workspace_id=1, per_page=5, page=2, name="Project").links
    assert set(links) == {"first", "prev", "next", "last"}
    for relation, page in (("first", 1), ("prev", 1), ("next", 3)):
        url = links[relation]["url"]
        assert f"page={page}" in url.split("?")[1].split("&")
        assert "per_page=5" in url and "name=Project" in url and "workspace_id=1" in url
    assert "prev" not in owner.get("/projects", workspace_id=1, per_page=5).links
    assert "next" not in owner.get("/projects", workspace_id=1, per_page=5, page=1000).links


def test_links_of_an_address_with_doubled_slashes_lead_to_this_server(owner):
    """At the beginning of an address two slashes stand before the name of a host: the token would go there."""
    links = owner.exchange("GET", "//api/v2//members?workspace_id=1&per_page=1").links
    assert {each["url"].partition("?")[0] for each in links.values()} == {"/api/v2//members"}
    made = owner.exchange("POST", "//api/v2//projects?workspace_id=1", json={"name": "Here"})
    assert made.headers["Location"] == f"/api/v2/projects/{made.data['id']}?workspace_id=1"


def test_contracts_of_a_busy_page_are_counted(owner):
    people = [new_member(owner) for _ in range(13)]
    projects = [new_project(owner, name=f"Busy {number}")["id"] for number in range(20)]
    for project in projects:
        for person in people:
            new_contract(owner, project, person)
    rows = owner.get("/projects", workspace_id=1, name="Busy").data
    assert {row["id"]: row["contracts_count"] for row in rows} == dict.fromkeys(projects, 13)


def test_only_active_contracts_are_counted(owner):
    project = new_project(owner)
    contracts = [new_contract(owner, project["id"], user_id) for user_id in (100, 123, new_member(owner))]
    assert get(owner, project["id"])["contracts_count"] == 3
    owner.put(f"/contracts/{contracts[0]['id']}", json={"status": "paused"}, workspace_id=1)
    assert get(owner, project["id"])["contracts_count"] == 2
    owner.delete(f"/contracts/{contracts[1]['id']}", workspace_id=1)
    assert get(owner, project["id"])["contracts_count"] == 1
    assert owner.get("/projects", workspace_id=1, name=project["name"]).data[0]["contracts_count"] == 1


# ---- updating ----

@pytest.mark.parametrize("field, value", [
    ("name", "Renamed"), ("start_date", "2024-02-02"), ("deadline", "2024-12-31"), ("estimation", 1),
    ("budget", 2.5), ("notes", "Other"), ("icon", "other")])
def test_update_one_field(owner, field, value):
    project = new_project(owner, **ALL)
    reply = owner.put(f"/projects/{project['id']}", json={field: value}, workspace_id=1)
    key = "budget_estimation" if field == "budget" else field
    assert reply.data | {"updated_at": None} == project | {key: value, "updated_at": None}
    assert get(owner, project["id"]) == reply.data


@pytest.mark.parametrize("field", ["start_date", "deadline", "estimation", "budget", "notes", "icon"])
def test_null_clears_a_field(owner, field):
    project = new_project(owner, **ALL)
    reply = owner.put(f"/projects/{project['id']}", json={field: None}, workspace_id=1)
    assert reply.data["budget_estimation" if field == "budget" else field] is None


def test_the_name_cannot_be_cleared(owner):
    project = new_project(owner)
    for name in (None, "", "  "):
        assert list(owner.put(f"/projects/{project['id']}", json={"name": name}, workspace_id=1).faults) == ["name"]


def test_update_with_nothing(owner):
    project = new_project(owner, **ALL)
    reply = owner.put(f"/projects/{project['id']}", json={}, workspace_id=1)
    assert reply.data | {"updated_at": None} == project | {"updated_at": None}


def test_a_new_name_is_found(owner):
    project = new_project(owner)
    name = unique("Ocelot")
    owner.put(f"/projects/{project['id']}", json={"name": name}, workspace_id=1)
    assert owner.get("/projects", workspace_id=1, name=name).ids == [project["id"]]
    assert project["id"] not in owner.get("/projects", workspace_id=1, name=project["name"]).ids


def test_the_deadline_is_checked_against_the_stored_start(owner):
    path = f"/projects/{new_project(owner, **ALL)['id']}"
    assert list(owner.put(path, json={"deadline": "2024-01-31"}, workspace_id=1).faults) == ["deadline"]
    assert list(owner.put(path, json={"start_date": "2024-03-01"}, workspace_id=1).faults)[0] in ("start_date",
                                                                                                 "deadline")
    assert owner.get(path, workspace_id=1).data["deadline"] == "2024-02-29"
    both = {"start_date": "2024-03-01", "deadline": "2024-03-02"}
    assert owner.put(path, json=both, workspace_id=1).status == 200
    assert owner.put(path, json={"deadline": None, "start_date": "2030-01-01"}, workspace_id=1).status == 200


# ---- archiving ----

def test_a_deleted_project_is_gone(owner):
    project = new_project(owner)
    contract = new_contract(owner, project["id"], 100)
    path = f"/projects/{project['id']}"
    total = owner.get("/projects", workspace_id=1).pagination["total"]
    assert owner.delete(path, workspace_id=1).data is None
    assert owner.get("/projects", workspace_id=1).pagination["total"] == total - 1
    assert owner.get("/projects", workspace_id=1, name=project["name"]).data == []
    for reply in (owner.get(path, workspace_id=1), owner.put(path, json={"name": "x"}, workspace_id=1),
                  owner.delete(path, workspace_id=1), owner.get(f"/contracts/{contract['id']}", workspace_id=1),
                  owner.post("/contracts", json={"project_id": project["id"], "user_id": 123}, workspace_id=1)):
        assert reply.failure == (404, "not_found")


# ---- places of workspace_id ----

def test_workspace_id_in_the_query_the_body_or_a_form(owner):
    assert owner.post("/projects", json={"name": "Query"}, workspace_id=1).status == 201
    assert owner.post("/projects", json={"name": "Body", "workspace_id": 1}).status == 201
    assert owner.post("/projects", form={"name": "Form", "workspace_id": "1"}).status == 201
    project = owner.post("/projects", form={"name": "Form and query", "estimation": "1.5"}, workspace_id=1).data
    path = f"/projects/{project['id']}"
    assert project["estimation"] == 1.5
    assert owner.put(path, json={"name": "Body", "workspace_id": 1}).status == 200
    assert owner.put(path, form={"name": "Form", "workspace_id": 1}).data["name"] == "Form"
    assert owner.delete(path, form={"workspace_id": 1}).status == 200


def test_the_place_counts_not_the_default(owner):
    assert owner.post("/projects", json={"name": "x", "workspace_id": 2}).failure == (403, "not_a_member")
    assert owner.post("/projects", form={"name": "x", "workspace_id": 2}).failure == (403, "not_a_member")


@pytest.mark.parametrize("body", [
    {"json": {"name": "x", "workspace_id": 2}}, {"json": {"name": "x", "workspace_id": "2"}},
    {"form": {"name": "x", "workspace_id": 2}}, {"json": {"name": "x", "workspace_id": [1]}}])
def test_two_workspaces_in_one_request(owner, body):
    before = owner.get("/projects", workspace_id=1).pagination["total"]
    reply = owner.post("/projects", workspace_id=1, **body)
    assert reply.faults == {"workspace_id": ["The workspace_id of the query and that of the body differ."]}
    assert owner.get("/projects", workspace_id=1).pagination["total"] == before


def test_an_empty_place_does_not_hide_the_other(owner):
    for body in ({"json": {"name": "x", "workspace_id": 2}}, {"form": {"name": "x", "workspace_id": 2}}):
        assert owner.post("/projects?workspace_id=", **body).failure == (403, "not_a_member")
    assert owner.post("/projects?workspace_id=", json={"name": "x", "workspace_id": 1}).status == 201


def test_the_same_workspace_twice_does_no_harm(owner):
    for body in ({"json": {"name": "x", "workspace_id": 1}}, {"json": {"name": "x", "workspace_id": "1"}},
                 {"json": {"name": "x", "workspace_id": None}}, {"form": {"name": "x", "workspace_id": 1}}):
        assert owner.post("/projects", workspace_id=1, **body).status == 201


def test_the_body_of_a_read(owner):
    """It may name the workspace, after the query; what can't be read does no harm."""
    assert owner.get("/projects", json={"workspace_id": 1}).status == 200
    assert owner.get("/projects", json={"workspace_id": 2}).failure == (403, "not_a_member")
    assert owner.get("/projects", json={"workspace_id": 2}, workspace_id=1).status == 200
    assert owner.get("/projects", json=None, workspace_id=1).status == 200
    assert owner.get("/projects", json=[], workspace_id=1).status == 200


def test_workspace_id_may_be_left_out_by_a_member_of_one(owner, other_owner):
    assert owner.get("/projects").ids == owner.get("/projects", workspace_id=1).ids
    assert other_owner.get("/projects/200").status == 200
    project = owner.post("/projects", json={"name": "Left out"}).data
    assert owner.put(f"/projects/{project['id']}", json={"name": "Still"}).status == 200
    assert owner.delete(f"/projects/{project['id']}").status == 200


def test_workspace_id_is_needed_by_a_member_of_two(stint, owner, other_owner):
    _, email, person = new_colleague(stint, owner)
    confirm(stint, owner.server, email)
    _, secret = invite(other_owner, workspace_id=2, email=email)
    assert person.get("/projects").status == 200, "an invitation is not a membership"
    assert accept(person, secret).status == 200
    for method, text in (("GET", "workspace_id is required"), ("POST", "workspace_id is required in request body")):
        reply = person.request(method, "/projects", json={"name": "x"})
        assert (reply.failure, reply.message) == ((400, "workspace_required"), text)
    assert person.get("/projects", workspace_id=1).status == person.get("/projects", workspace_id=2).status == 200


def test_json_clients_that_label_everything_as_json(owner):
    """Some send the header without a body."""
    headers = {"Content-Type": "application/json"}
    assert owner.get("/projects", headers=headers, workspace_id=1).status == 200
    project = new_project(owner)
    assert owner.delete(f"/projects/{project['id']}", headers=headers, workspace_id=1).status == 200
