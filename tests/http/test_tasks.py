"""Tasks (contract 3.5): the object, who sees and changes it, statuses, parents and assignees."""

import itertools

import pytest
from scenario import advance_clock, invite, new_contract, new_member, new_project, run_sql, set_clock, unique

NOW = "2024-02-01T09:00:00Z"
CUSTOM = itertools.count(1)


@pytest.fixture(scope="module")
def project(owner):
    return new_project(owner)["id"]


def create(client, project_id, **fields):
    return client.post("/tasks", json={"workspace_id": 1, "project_id": project_id, "title": unique("Task"), **fields})


def new_task(client, project_id, **fields):
    return create(client, project_id, **fields).data


def get(client, task):
    return client.get(f"/tasks/{task['id']}", workspace_id=1, project_id=task["project_id"])


def update(client, task, **fields):
    return client.put(f"/tasks/{task['id']}", json={"workspace_id": 1, "project_id": task["project_id"], **fields})


def delete(client, task):
    return client.delete(f"/tasks/{task['id']}", json={"workspace_id": 1, "project_id": task["project_id"]})


def change(client, method, what, task, user_id):
    return client.request(method, f"/tasks/{task['id']}/{what}/{user_id}",
                          json={"workspace_id": 1, "project_id": task["project_id"]})


# ---- the object ----

def test_create(owner, project):
    set_clock(owner, NOW)
    reply = create(owner, project, title="Design", description="Two variants", status=10, priority=20,
                   start_date="2024-02-01", end_date="2024-02-29", assignees=[123, 100])
    assert (reply.status, reply.message) == (201, "Task created successfully")
    assert reply.data == {
        "id": reply.data["id"], "title": "Design", "description": "Two variants", "project_id": project, "owner_id": 10,
        "creator_id": 10, "status": 10, "status_name": "In Progress", "status_color": "#3B82F6", "priority": 20,
        "priority_name": "High", "parent_id": None, "start_date": "2024-02-01", "end_date": "2024-02-29",
        "completed_at": None, "has_details": True, "created_at": NOW, "updated_at": NOW, "deleted_at": None,
        "assignees": [
            {"id": 100, "firstname": "John", "lastname": "Doe", "email": "john.doe@example.com"},
            {"id": 123, "firstname": "Jane", "lastname": "Smith", "email": "jane@example.com"}]}
    assert get(owner, reply.data).data == reply.data
    assert get(owner, reply.data).message == "Task retrieved successfully"


def test_what_is_not_said(owner, project):
    task = new_task(owner, project)
    assert (task["status"], task["status_name"], task["priority"], task["priority_name"]) == (0, "Open", None, None)
    assert (task["description"], task["has_details"], task["assignees"], task["parent_id"]) == (None, False, [], None)


@pytest.mark.parametrize("status, name", [(0, "Open"), (10, "In Progress"), (20, "Done"), (30, "Closed")])
@pytest.mark.parametrize("priority, priority_name", [(10, "Urgent"), (20, "High"), (30, "Normal"), (40, "Low")])
def test_names_of_codes(owner, project, status, name, priority, priority_name):
    task = new_task(owner, project, status=status, priority=priority)
    assert (task["status_name"], task["priority_name"]) == (name, priority_name)


@pytest.mark.parametrize("fields, names", [
    ({"title": None}, ["title"]), ({"title": ""}, ["title"]), ({"title": "x" * 256}, ["title"]),
    ({"status": 5}, ["status"]), ({"status": 40}, ["status"]), ({"status": -10}, ["status"]),
    ({"priority": 15}, ["priority"]), ({"priority": 0}, ["priority"]), ({"priority": 50}, ["priority"]),
    ({"priority": "high"}, ["priority"]), ({"start_date": "2024-02-30"}, ["start_date"]),
    ({"start_date": "2024-02-02", "end_date": "2024-02-01"}, ["end_date"]), ({"parent_id": "x"}, ["parent_id"]),
    ({"assignees": ["x"]}, ["assignees"]), ({"assignees": [100, 14]}, ["assignees"])])
def test_faults(owner, project, fields, names):
    assert list(create(owner, project, **fields).faults) == names


@pytest.mark.parametrize("fields, message", [
    ({"parent_id": 99999}, "The parent task was not found in the project."),
    ({"parent_id": 5}, "The parent task was not found in the project."),
    ({"assignees": [100, 99999]}, "Member 99999 was not found."), ({"assignees": [20]}, "Member 20 was not found.")])
def test_what_a_task_names_is_not_there(owner, project, fields, message):
    reply = create(owner, project, **fields)
    assert (reply.failure, reply.message) == ((404, "not_found"), message)


def test_a_project_that_is_not_there(owner):
    gone = new_project(owner)["id"]
    task = new_task(owner, gone)
    owner.delete(f"/projects/{gone}", workspace_id=1)
    for project_id in (gone, 200, 99999):
        reply = create(owner, project_id)
        assert (reply.failure, reply.message) == ((404, "not_found"), "The project was not found.")
        assert owner.get("/tasks", workspace_id=1, project_id=project_id).failure == (404, "not_found")
    assert get(owner, task).failure == (404, "not_found")
    assert list(owner.post("/tasks", json={"workspace_id": 1, "title": "x"}).faults) == ["project_id"]


# ---- lists ----

def test_list_and_filters(owner):
    project_id = new_project(owner)["id"]
    one = new_task(owner, project_id, status=10, priority=10)
    two = new_task(owner, project_id, parent_id=one["id"], assignees=[100, 123])
    three = new_task(owner, project_id, status=10, priority=40, assignees=[123])
    def found(**query):
        return owner.pages("/tasks", workspace_id=1, project_id=project_id, per_page=2, **query)
    assert found() == [one, two, three]
    assert found(order_by="desc") == [three, two, one]
    assert found(order_by="asc", status=10) == [one, three]
    assert found(after_id=one["id"]) == [two, three]
    assert found(order_by="desc", after_id=three["id"]) == [two, one]
    assert found(priority=40) == [three]
    assert found(parent_id=one["id"]) == [two]
    assert found(parent_id="none") == found(parent_id="null") == [one, three]
    assert found(status=20) == []
    assert owner.get("/tasks", workspace_id=1, project_id=project_id).message == "Tasks retrieved successfully"


def test_by_contract(owner):
    project_id = new_project(owner)["id"]
    task = new_task(owner, project_id)
    contract = new_contract(owner, project_id, 100)["id"]
    assert owner.pages("/tasks", workspace_id=1, contract_id=contract) == [task]
    assert owner.pages("/tasks", workspace_id=1, contract_id=contract, project_id=project_id) == [task]
    assert list(owner.get("/tasks", workspace_id=1, contract_id=contract, project_id=100).faults) == ["contract_id"]
    for other in (30, 99999):
        assert owner.get("/tasks", workspace_id=1, contract_id=other).failure == (404, "not_found")


@pytest.mark.parametrize("query, names", [
    ({}, ["project_id"]), ({"project_id": 100, "order_by": "up"}, ["order_by"]),
    ({"project_id": 100, "parent_id": "x"}, ["parent_id"]), ({"project_id": 100, "parent_id": "0"}, ["parent_id"]),
    ({"project_id": 100, "parent_id": "-5"}, ["parent_id"]), ({"project_id": 100, "priority": 11}, ["priority"]),
    ({"project_id": 100, "per_page": 101}, ["per_page"])])
def test_faults_of_a_list(owner, query, names):
    assert list(owner.get("/tasks", workspace_id=1, **query).faults) == names


# ---- who ----

def test_who_sees_the_project_sees_its_tasks(owner, as_role, project):
    task, hidden = {"id": 5, "project_id": 100}, new_task(owner, project)
    for role, client in as_role.items():
        assert get(client, task).data["title"] == "Design landing page"
        assert 5 in client.get("/tasks", workspace_id=1, project_id=100).ids
        expected = 200 if role in ("Owner", "Executive manager") else 404
        assert get(client, hidden).status == expected, role
        assert client.get("/tasks", workspace_id=1, project_id=project).status == expected


def test_managers_write_only_where_they_see(owner, as_role, project):
    hidden = new_task(owner, project)
    for role in ("Project manager", "Team manager"):
        mine = new_task(as_role[role], 100)
        assert update(as_role[role], mine, title="Mine").data["title"] == "Mine"
        assert change(as_role[role], "POST", "assign", mine, 100).status == 200
        assert delete(as_role[role], mine).status == 200
        assert create(as_role[role], project).failure == (404, "not_found")
        for refused in (update(as_role[role], hidden, title="x"), delete(as_role[role], hidden),
                        change(as_role[role], "POST", "assign", hidden, 100)):
            assert refused.failure == (404, "not_found")
    assert get(owner, hidden).data == hidden


def test_a_task_of_another_project_or_workspace(owner, other_owner, project):
    task = new_task(owner, project)
    for wrong in ({"id": task["id"], "project_id": 100}, {"id": 50, "project_id": 100}, {"id": 50, "project_id": 200}):
        for reply in (get(owner, wrong), update(owner, wrong, title="x"), delete(owner, wrong),
                      change(owner, "POST", "assign", wrong, 100), change(owner, "DELETE", "unassign", wrong, 100)):
            assert reply.failure == (404, "not_found")
    for reply in (other_owner.get(f"/tasks/{task['id']}", workspace_id=2, project_id=200),
                  other_owner.put(f"/tasks/{task['id']}", json={"workspace_id": 2, "project_id": project})):
        assert reply.failure == (404, "not_found")
    assert get(owner, task).data == task


# ---- changing ----

def test_update(owner, project):
    set_clock(owner, NOW)
    task = new_task(owner, project, description="x", priority=10, start_date="2024-02-01", end_date="2024-02-10")
    advance_clock(owner, 60)
    changed = update(owner, task, title="Other").data
    assert changed == {**task, "title": "Other", "updated_at": "2024-02-01T09:01:00Z"}
    changed = update(owner, task, description=None, priority=None, end_date=None).data
    assert [changed[key] for key in ("description", "has_details", "priority", "end_date")] == [None, False, None, None]
    assert list(update(owner, task, end_date="2024-01-31").faults) == ["end_date"]
    assert list(update(owner, task, start_date="2024-02-30").faults) == ["start_date"]


def test_completion(owner, project):
    set_clock(owner, NOW)
    task = new_task(owner, project)
    assert update(owner, task, status=20).data["completed_at"] == NOW
    advance_clock(owner, 60)
    assert update(owner, task, status=30).data["completed_at"] == NOW
    assert update(owner, task, status=10).data["completed_at"] is None
    assert new_task(owner, project, status=20)["completed_at"] == "2024-02-01T09:01:00Z"


def test_statuses_of_the_workspace(stint, demo, owner, project):
    def run(*words):
        return stint.run("task-status", *words, "--workspace", "1", "--database", demo.database)
    task = new_task(owner, project)
    assert list(update(owner, task, status=21).faults) == ["status"]
    assert run("add", "21", "Approved", "--color", "#00FF00").returncode == 0
    assert run("add", "21", "Again").returncode == 1
    for code in ("20", "40", "-1", "x"):
        assert run("add", code, "Bad").returncode == 1
    assert run("list").stdout == "21\tApproved\t#00FF00\n"
    changed = update(owner, task, status=21).data
    assert (changed["status"], changed["status_name"], changed["status_color"]) == (21, "Approved", "#00FF00")
    assert changed["completed_at"], "it belongs to 20, done"
    assert list(create(owner, project, status=21).faults) == ["status"], "new tasks have one of the four"
    assert owner.get("/tasks", workspace_id=1, project_id=project, status=21).ids == [task["id"]]
    assert run("remove", "21").returncode == 0
    assert get(owner, task).data["status"] == 20
    assert run("remove", "21").returncode == 1


def test_parents(owner, project):
    top, middle, bottom = new_task(owner, project), new_task(owner, project), new_task(owner, project)
    assert update(owner, middle, parent_id=top["id"]).data["parent_id"] == top["id"]
    assert update(owner, bottom, parent_id=middle["id"]).status == 200
    for parent in (top, middle, bottom):
        assert list(update(owner, top, parent_id=parent["id"]).faults) == ["parent_id"]
    assert update(owner, middle, parent_id=None).data["parent_id"] is None


def test_delete_takes_what_is_below(owner, project):
    top = new_task(owner, project)
    middle = new_task(owner, project, parent_id=top["id"])
    bottom, beside = new_task(owner, project, parent_id=middle["id"]), new_task(owner, project)
    reply = delete(owner, top)
    assert (reply.message, reply.data) == ("Task deleted successfully", None)
    for task in (top, middle, bottom):
        assert get(owner, task).failure == delete(owner, task).failure == (404, "not_found")
        assert update(owner, task, title="x").failure == (404, "not_found")
    assert get(owner, beside).status == 200
    assert create(owner, project, parent_id=top["id"]).failure == (404, "not_found")


def test_tasks_have_twenty_levels(owner, project):
    """However they came there: one by one, or a task with others below it that is moved."""
    chain = [new_task(owner, project)]
    for _ in range(19):
        chain.append(new_task(owner, project, parent_id=chain[-1]["id"]))
    assert list(create(owner, project, parent_id=chain[-1]["id"]).faults) == ["parent_id"]
    top = new_task(owner, project)
    below = new_task(owner, project, parent_id=top["id"])
    assert list(update(owner, top, parent_id=chain[18]["id"]).faults) == ["parent_id"]
    assert update(owner, top, parent_id=chain[17]["id"]).status == 200
    assert list(create(owner, project, parent_id=below["id"]).faults) == ["parent_id"]
    assert delete(owner, chain[0]).status == 200
    assert get(owner, below).failure == (404, "not_found")


def test_a_tree_of_tasks_has_a_bounded_size(demo, owner, project):
    """So it can be moved and deleted at once. One from before there was a bound is deleted in parts, and says so."""
    top, other = new_task(owner, project), new_task(owner, project)
    part = new_task(owner, project, parent_id=top["id"])
    run_sql(demo, f"""
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4998)
        INSERT INTO tasks (workspace_id, id, project_id, parent_id, creator_id, title, status, created_at, updated_at)
        SELECT 1, 700000 + n.i, {project}, {part["id"]}, 10, 'T', 0, 0, 0 FROM n""")
    assert list(create(owner, project, parent_id=top["id"]).faults) == ["parent_id"]
    assert list(update(owner, other, parent_id=part["id"]).faults) == ["parent_id"]
    assert update(owner, {"id": 700001, "project_id": project}, parent_id=top["id"]).status == 200, "within the tree"
    run_sql(demo, f"UPDATE tasks SET parent_id = {part['id']} WHERE id = {other['id']}")
    assert delete(owner, top).failure == (400, "tree_too_large")
    assert delete(owner, part).status == 200
    assert delete(owner, top).status == 200
    assert get(owner, {"id": 704998, "project_id": project}).failure == (404, "not_found")


# ---- assignees ----

def test_assign_and_unassign(owner, project):
    task = new_task(owner, project)
    for _ in range(2):
        reply = change(owner, "POST", "assign", task, 123)
        assert (reply.status, reply.message) == (200, "Task assigned successfully")
        assert reply.data == {"id": task["id"], "task_id": str(task["id"]), "user_id": "123"}
    change(owner, "POST", "assign", task, 100)
    listed = owner.get(f"/tasks/{task['id']}/assignees", workspace_id=1, project_id=project)
    assert listed.data == get(owner, task).data["assignees"]
    assert listed.ids == [100, 123]
    reply = change(owner, "DELETE", "unassign", task, 123)
    assert (reply.message, reply.data) == ("Task unassigned successfully", None)
    assert change(owner, "DELETE", "unassign", task, 123).failure == (404, "not_found")
    assert [each["id"] for each in get(owner, task).data["assignees"]] == [100]


def test_who_can_be_assigned(owner, project):
    task, left, invited = new_task(owner, project), new_member(owner), invite(owner)[0]
    owner.delete(f"/members/{left}", workspace_id=1)
    for user_id in (20, left, 99999):
        reply = change(owner, "POST", "assign", task, user_id)
        assert (reply.failure, reply.message) == ((404, "not_found"), "The member was not found.")
    faults = change(owner, "POST", "assign", task, 14).faults
    assert faults == {"user_id": ["A Project viewer cannot be assigned to a task."]}
    assert change(owner, "POST", "assign", task, invited).status == 200
    assert get(owner, task).data["assignees"][0]["id"] == invited


def test_managers_assign_whom_they_see(owner, as_role):
    """Else an assignment would show the name and address of a member whom the list hides."""
    stranger = new_member(owner)
    for role in ("Project manager", "Team manager"):
        task = new_task(as_role[role], 100)
        assert as_role[role].get(f"/members/{stranger}", workspace_id=1).failure == (404, "not_found")
        assert change(as_role[role], "POST", "assign", task, stranger).failure == (404, "not_found")
        assert create(as_role[role], 100, assignees=[100, stranger]).failure == (404, "not_found")
        assert create(as_role[role], 100, assignees=[100]).status == 201
        assert get(owner, task).data["assignees"] == []


# ---- places ----

def test_project_id_in_the_query(owner, project):
    task = owner.post("/tasks", json={"title": "x"}, workspace_id=1, project_id=project).data
    path, query = f"/tasks/{task['id']}", {"workspace_id": 1, "project_id": project}
    assert owner.put(path, json={"title": "y"}, **query).data["title"] == "y"
    assert owner.put(path, form={"title": "z", "project_id": project, "workspace_id": 1}).data["title"] == "z"
    assert owner.post(f"{path}/assign/100", **query).status == 200
    assert owner.delete(f"{path}/unassign/100", **query).status == 200
    assert owner.delete(path, **query).status == 200
    assert list(owner.get(path, workspace_id=1).faults) == ["project_id"]
