"""Many at once: what must happen once happens once, nothing is lost, and nobody sees a 5xx (the client's check)."""

import collections
import re
import threading

import pytest
from client import ROLES, Client
from scenario import new_contract, new_member, new_project, unique

WORKERS = 8


def together(servers, count, act, token="demo-owner"):
    """The results of act(client, number), each called by a thread of its own at the same moment. `servers`: one, or
    several that take turns."""
    servers = servers if isinstance(servers, list) else [servers]
    results = [None] * count
    barrier = threading.Barrier(count)

    def run(number):
        client = Client(servers[number % len(servers)], token)
        client.get("/workspaces")  # connects
        barrier.wait(30)
        try:
            results[number] = act(client, number)
        except Exception as failure:
            results[number] = failure

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


def test_one_contract_of_sixteen(demo, owner):
    for _ in range(5):
        project = new_project(owner)
        body = {"project_id": project["id"], "user_id": 100}
        replies = together(demo, 16, lambda client, _: client.post("/contracts", json=body, workspace_id=1))
        outcomes = collections.Counter(reply.status for reply in replies)
        assert outcomes == {201: 1, 400: 15}
        assert {reply.failure for reply in replies if reply.status == 400} == {(400, "contract_exists")}
        assert owner.get("/contracts", workspace_id=1, project_id=project["id"]).pagination["total"] == 1


def test_one_project_under_one_key(demo, owner):
    for _ in range(3):
        name, headers = unique("Once"), {"Idempotency-Key": unique("key")}
        replies = together(demo, 32, lambda client, _: client.post("/projects", json={"name": name}, headers=headers,
                                                                   workspace_id=1))
        assert {reply.status for reply in replies} == {201}
        ids = {reply.data["id"] for reply in replies}
        assert len(ids) == 1
        assert owner.get("/projects", workspace_id=1, name=name).ids == list(ids)


def test_a_key_comes_before_the_rule(demo, owner):
    """A request that is sent again while the first one runs is not told that what it asks for is there already."""
    for _ in range(3):
        user_id = new_member(owner)
        bodies = {"/contracts": {"project_id": new_project(owner)["id"], "user_id": user_id, "workspace_id": 1},
                  "/time-tracking/start": {"user_id": user_id, "workspace_id": 1}}
        for path, body in bodies.items():
            headers = {"Idempotency-Key": unique("key")}
            replies = together(demo, 16, lambda client, _: client.post(path, json=body, headers=headers))
            assert {(reply.status, reply.content) for reply in replies} == {(replies[0].status, replies[0].content)}
            assert replies[0].status < 300


def test_one_invitation_of_one_address(demo, owner):
    person = {"email": "wanted@example.com", "firstname": "A", "lastname": "B", "role": "Regular User"}
    replies = together(demo, 8, lambda client, _: client.post("/members", json=person, workspace_id=1))
    assert {reply.status for reply in replies} == {201}, "an invitation may be repeated"
    assert len({reply.data["user_id"] for reply in replies}) == 1
    logged = re.findall(r"event=invitation .*link=(\S+)", demo.log.read_text())
    links = [reply.data["invitation_link"] for reply in replies]
    assert sorted(logged[-8:]) == sorted(links), "each link once, however often its request began again"
    assert owner.get("/members", workspace_id=1, email=person["email"]).pagination["total"] == 1
    accepted = together(demo, 8, lambda client, number: client.post(
        "/accept-invitation/" + replies[number].data["invitation_link"].rpartition("/")[2],
        json={"password": "correct horse"}))
    outcomes = collections.Counter(reply.status for reply in accepted)
    assert outcomes == {200: 1, 400: 7}, "only the newest link works"


def test_one_link_is_accepted_once(demo, owner):
    person = {"email": "racing@example.com", "firstname": "A", "lastname": "B", "role": "Regular User"}
    secret = owner.post("/members", json=person, workspace_id=1).data["invitation_link"].rpartition("/")[2]
    passwords = [f"password of {number}" for number in range(8)]
    replies = together(demo, 8, lambda client, number: client.post(f"/accept-invitation/{secret}",
                                                                   json={"password": passwords[number]}))
    assert collections.Counter(reply.status for reply in replies)[200] == 1
    assert {reply.failure[1] for reply in replies if reply.status != 200} <= {"invitation_invalid", "wrong_password"}


def test_updates_of_one_project(demo, owner):
    path = f"/projects/{new_project(owner)['id']}"

    def update(client, number):
        return [client.put(path, json={"notes": f"{number} {i}", "budget": number}, workspace_id=1) for i in range(10)]

    replies = [reply for each in together(demo, 8, update) for reply in each]
    assert {reply.status for reply in replies} == {200}
    last = owner.get(path, workspace_id=1).data
    assert last in [reply.data for reply in replies]
    assert last["notes"].startswith(f"{last['budget_estimation']} "), "of one update, not of two"


def test_updates_of_different_fields_are_all_kept(demo, owner):
    fields = {"name": "Changed", "start_date": "2024-01-01", "deadline": "2025-01-01", "estimation": 1, "budget": 2,
              "notes": "Changed", "icon": "changed"}
    for _ in range(5):
        path = f"/projects/{new_project(owner)['id']}"
        replies = together(demo, len(fields), lambda client, number: client.put(
            path, json=dict([list(fields.items())[number]]), workspace_id=1))
        assert {reply.status for reply in replies} == {200}
        project = owner.get(path, workspace_id=1).data
        assert {name: project["budget_estimation" if name == "budget" else name] for name in fields} == fields


def test_a_date_and_its_limit_cannot_pass_each_other(demo, owner):
    """Each of the two is fine alone."""
    for _ in range(5):
        project = new_project(owner, start_date="2024-01-01", deadline="2024-12-31")
        changes = [{"start_date": "2024-09-01"}, {"deadline": "2024-03-01"}]
        together(demo, 2, lambda client, number: client.put(f"/projects/{project['id']}", json=changes[number],
                                                            workspace_id=1))
        after = owner.get(f"/projects/{project['id']}", workspace_id=1).data
        assert after["start_date"] <= after["deadline"]


def new_task(client, project_id, **fields):
    return client.post("/tasks", json={"project_id": project_id, "title": "Task", **fields}, workspace_id=1)


def test_tasks_moved_below_each_other_close_no_circle(demo, owner):
    """Each move is fine alone."""
    project_id = new_project(owner)["id"]
    for count in [2, 3] * 5:
        ids = [new_task(owner, project_id).data["id"] for _ in range(count)]
        moves = together(demo, count, lambda client, number: client.put(
            f"/tasks/{ids[number]}", json={"project_id": project_id, "parent_id": ids[(number + 1) % count]},
            workspace_id=1))
        assert sorted(reply.status for reply in moves) == [200] * (count - 1) + [422]


def test_no_task_is_left_below_one_that_is_gone(demo, owner):
    project_id = new_project(owner)["id"]
    for _ in range(5):
        top = new_task(owner, project_id).data["id"]
        replies = together(demo, 8, lambda client, number: new_task(client, project_id, parent_id=top) if number else
                           client.delete(f"/tasks/{top}", json={"project_id": project_id, "workspace_id": 1}))
        assert {reply.status for reply in replies[1:]} <= {201, 404} and replies[0].status == 200
        assert owner.get("/tasks", workspace_id=1, project_id=project_id).data == []


def test_tasks_below_one_task(demo, owner):
    project_id = new_project(owner)["id"]
    top = new_task(owner, project_id).data["id"]
    replies = together(demo, 16, lambda client, _: [new_task(client, project_id, parent_id=top) for _ in range(3)])
    assert {reply.status for each in replies for reply in each} == {201}
    assert owner.get("/tasks", workspace_id=1, project_id=project_id, parent_id=top).pagination["total"] == 48


def test_deleting_and_assigning(demo, owner):
    """No live contract is left on a project that is gone."""
    for _ in range(5):
        project = new_project(owner)
        path = f"/projects/{project['id']}"

        def act(client, number):
            if number == 0:
                return client.delete(path, workspace_id=1)
            return client.post("/contracts", json={"project_id": project["id"], "user_id": 100}, workspace_id=1)

        replies = together(demo, 4, act)
        assert replies[0].status == 200
        assert {reply.status for reply in replies[1:]} <= {201, 400, 404}
        assert owner.get("/contracts", workspace_id=1, project_id=project["id"]).data == []


def test_a_member_joins_many_projects_at_once(demo, owner):
    projects = [new_project(owner)["id"] for _ in range(96)]
    user_id = new_member(owner)
    together(demo, 32, lambda client, number: [new_contract(client, project_id, user_id)
                                               for project_id in projects[number::32]])
    assert owner.get("/contracts", workspace_id=1, user_id=user_id).pagination["total"] == len(projects)


@pytest.mark.parametrize("end", ["archived", "a viewer"])
def test_who_works_no_more_has_no_active_contract(demo, owner, end):
    """Whoever comes first: the new contract is paused with the others, or it is refused."""
    projects = [new_project(owner)["id"] for _ in range(6)]
    for _ in range(5):
        user_id = new_member(owner)
        path = f"/members/{user_id}"

        def act(client, number):
            if number:
                return client.post("/contracts", json={"project_id": projects[number], "user_id": user_id},
                                   workspace_id=1)
            if end == "archived":
                return client.delete(path, workspace_id=1)
            return client.put(path, json={"role": "Project viewer"}, workspace_id=1)

        replies = together(demo, 6, act)
        assert replies[0].status == 200
        assert {reply.status for reply in replies[1:]} <= {201, 404, 422}
        assert owner.get("/contracts", workspace_id=1, user_id=user_id, status="active").data == []


@pytest.mark.parametrize("end", ["deleted", "paused", "of an archived member", "of an archived project"])
def test_no_tracker_runs_on_a_contract_that_ends(demo, owner, end):
    for _ in range(8):
        user_id, project_id = new_member(owner), new_project(owner)["id"]
        contract_id = new_contract(owner, project_id, user_id)["id"]
        paths = {"deleted": f"/contracts/{contract_id}", "of an archived member": f"/members/{user_id}",
                 "of an archived project": f"/projects/{project_id}"}

        def act(client, number):
            if number:
                return client.post("/time-tracking/start", json={"workspace_id": 1, "user_id": user_id,
                                                                 "contract_id": contract_id})
            if end == "paused":
                return client.put(f"/contracts/{contract_id}", json={"status": "paused"}, workspace_id=1)
            return client.delete(paths[end], workspace_id=1)

        replies = together(demo, 4, act)
        assert replies[0].status == 200
        assert {reply.status for reply in replies[1:]} <= {200, 400, 422, 404}
        running = owner.get("/time-tracking/current-data", workspace_id=1, user_id=user_id)
        assert running.failure == (400, "not_tracking")


def test_ids_are_unique(demo):
    def create(client, number):
        return [client.post("/projects", json={"name": "Many"}, workspace_id=1).data["id"] for _ in range(20)]

    ids = [id for each in together(demo, 16, create) for id in each]
    assert len(set(ids)) == len(ids) == 320


def test_counts_are_right_while_contracts_come_and_go(demo, owner):
    projects = [new_project(owner) for _ in range(3)]

    def act(client, number):
        for _ in range(5):
            contract = client.post("/contracts", json={"project_id": projects[number % 3]["id"], "user_id": 123},
                                   workspace_id=1)
            if contract.status == 201:
                client.delete(f"/contracts/{contract.data['id']}", workspace_id=1)
            count = client.get(f"/projects/{projects[number % 3]['id']}", workspace_id=1).data["contracts_count"]
            assert count in (0, 1)

    together(demo, 9, act)
    for project in projects:
        assert owner.get(f"/projects/{project['id']}", workspace_id=1).data["contracts_count"] == 0


def test_readers_see_whole_states(demo, owner):
    """A page and its total come from one moment."""
    marker = unique("Reader")

    def act(client, number):
        if number < 2:
            for _ in range(15):
                project = client.post("/projects", json={"name": marker}, workspace_id=1).data
                client.delete(f"/projects/{project['id']}", workspace_id=1)
        else:
            for _ in range(30):
                reply = client.get("/projects", workspace_id=1, name=marker, per_page=100)
                assert reply.pagination["total"] == len(reply.data)

    together(demo, 6, act)


@pytest.mark.parametrize("role", ["Regular User", "Project viewer"])
def test_those_who_may_not_may_not_in_a_crowd_either(demo, role):
    replies = together(demo, 16, lambda client, _: client.post("/projects", json={"name": "No"}, workspace_id=1),
                       token=ROLES[role])
    assert {reply.failure for reply in replies} == {(403, "forbidden")}


def test_an_archived_member_is_out_at_once(demo, owner):
    """Whatever was running when the member was archived, afterwards nothing is possible."""
    owner.delete("/members/11", workspace_id=1)
    replies = together(demo, 8, lambda client, _: client.post("/projects", json={"name": "Late"}, workspace_id=1),
                       token="demo-executive-manager")
    assert {reply.failure for reply in replies} == {(403, "not_a_member")}
