"""Expenses (contract 3.10): exact amounts, who sees and changes them, categories, and what their history tells."""

import itertools
import random

import pytest
from client import Client
from scenario import (advance_clock, check_books, new_colleague, new_contract, new_project, run_sql, set_clock,
                      unique)
from test_concurrency import together

NOW = "2024-02-01T09:00:00Z"


@pytest.fixture
def people(stint, fresh):
    """{role: (client, user_id)} of people who were here before: John is in Tanya's team, Peter has project 100."""
    names = {"owner": 10, "executive-manager": 11, "project-manager": 12, "team-manager": 13, "regular-user": 100}
    return {name: (Client(fresh.server, f"demo-{name}"), user_id) for name, user_id in names.items()}


def create(client, **fields):
    return client.post("/expenses", json={"workspace_id": 1, "expense_name": "Train", "date": "2024-01-20",
                                          "amount": 19.99, **fields})


def update(client, expense, **fields):
    return client.put(f"/expenses/{expense}", json={"workspace_id": 1, **fields})


def delete(client, id):
    return client.delete(f"/expenses/{id}", workspace_id=1)


def ids(client, **query):
    return [row["id"] for row in client.pages("/expenses", workspace_id=1, **query)]


def history(client, id, **query):
    return client.pages("/history", workspace_id=1, expense_id=id, **query)


def category(client, name="Hotels"):
    return client.post("/expenses/categories", json={"workspace_id": 1, "name": name})


# ---- what is sent and shown ----

def test_all_keys_of_all_generations(fresh):
    made = create(fresh, category_id=category(fresh).data["id"], project_id=100, note="Both ways", is_billable=True)
    assert (made.status, made.message) == (201, "Expense created successfully")
    assert made.data == {
        "id": made.data["id"], "user_id": 10, "member": "Olivia Owner", "expense_date": "Jan 20, 2024",
        "date": "2024-01-20", "expense_name": "Train", "project": "Marketing Campaign Q1", "project_id": 100,
        "category": "Hotels", "category_id": made.data["category_id"], "amount": 19.99, "currency": "USD",
        "note": "Both ways", "description": "Both ways", "type": "billable", "is_billable": True,
        "added_dte": NOW, "added_date": NOW, "updated_at": NOW}
    assert fresh.get("/expenses", workspace_id=1, id=made.data["id"]).data == [made.data]
    least = create(fresh, description="Old name").data
    assert (least["project"], least["category"], least["note"], least["type"]) == (None, None, "Old name",
                                                                                   "non-billable")


def test_what_was_read_is_written_back(fresh):
    before = create(fresh, category_id=category(fresh).data["id"], project_id=100, note="n").data
    advance_clock(fresh, 60)
    assert fresh.delete("/projects/100", workspace_id=1).status == 200
    fresh.delete(f"/expenses/categories/{before['category_id']}", workspace_id=1)
    assert update(fresh, before["id"], **before).data == before
    assert [row["action"] for row in history(fresh, before["id"])] == ["create"]


def test_note_and_description_are_one_text(fresh):
    """Each generation of clients knows one of them, and reads both."""
    before = create(fresh, note="old").data
    for name, text in (("note", "a"), ("description", "b"), ("note", None), ("description", "c"),
                       ("description", None)):
        after = update(fresh, before["id"], **before | {name: text}).data
        assert (after["note"], after["description"]) == (text, text)
        before = after
    assert update(fresh, before["id"], note="d", description="d").data["note"] == "d"
    assert update(fresh, before["id"], note="e").data["description"] == "e"
    assert list(update(fresh, before["id"], note="f", description="g").faults) == ["description"]
    assert list(create(fresh, note="f", description="g").faults) == ["description"]
    assert create(fresh, note="f", description="f").data["note"] == "f"


@pytest.mark.parametrize("field, value", [
    ("expense_name", ""), ("expense_name", None), ("expense_name", "x" * 256), ("expense_name", "a\nb"),
    ("date", None), ("date", "2024-02-30"), ("date", "Jan 15, 2024"), ("date", "2024-01-15T00:00:00Z"),
    ("amount", None), ("amount", -1), ("amount", "1.234,56"), ("amount", "1,5"), ("amount", 1.005), ("amount", "1e12"),
    ("amount", True), ("note", "a\x00b"), ("is_billable", "perhaps"),
])
@pytest.mark.usefixtures("at_now")
def test_faults_name_the_field_and_lose_nothing(owner, field, value):
    before = ids(owner)
    reply = create(owner, **{field: value})
    assert (reply.status, list(reply.faults)) == (422, [field])
    id = create(owner).data["id"]
    kept = owner.get("/expenses", workspace_id=1, id=id).data
    reply = update(owner, id, **{field: value})
    assert (reply.status, list(reply.faults)) == (422, [field])
    assert owner.get("/expenses", workspace_id=1, id=id).data == kept
    assert set(ids(owner)) == {*before, id}


@pytest.mark.parametrize("field, value", [("project_id", 999999), ("project_id", 200),
                                          ("category_id", "00000000-0000-0000-0000-000000000000")])
@pytest.mark.usefixtures("at_now")
def test_what_does_not_exist(owner, field, value):
    assert create(owner, **{field: value}).failure == (404, "not_found")
    assert update(owner, create(owner).data["id"], **{field: value}).failure == (404, "not_found")


# ---- money ----

@pytest.mark.parametrize("amount", [0, 0.1, 0.2, 0.01, 302.00, 19.99, "19.90", 99999999999, 12345678901.23])
@pytest.mark.usefixtures("at_now")
def test_amounts_come_back_exact(owner, amount):
    assert create(owner, amount=amount).data["amount"] == float(amount)


@pytest.mark.parametrize("currency, taken, refused", [
    ("USD", 1.05, 1.005), ("JPY", 302, 302.5), ("KWD", 1.005, 1.0005), ("CLF", 1.0005, 1.00005)])
def test_no_more_decimals_than_the_currency_has(fresh, currency, taken, refused):
    assert fresh.put("/settings", json={"currency": currency}, workspace_id=1).status == 200
    assert create(fresh, amount=taken).data["amount"] == taken
    reply = create(fresh, amount=refused)
    assert (reply.status, list(reply.faults)) == (422, ["amount"])


def test_an_expense_keeps_its_currency(fresh):
    made = create(fresh).data
    fresh.put("/settings", json={"currency": "JPY"}, workspace_id=1)
    assert update(fresh, made["id"], amount=20.01).data["currency"] == "USD"
    assert create(fresh, amount=20).data["currency"] == "JPY"


# ---- lists ----

def test_filters(fresh):
    first = create(fresh, date="2024-03-01").data["id"]
    second = create(fresh, date="2024-03-31", project_id=100).data["id"]
    third = create(fresh, date="2024-04-01").data["id"]
    assert ids(fresh, date_from="2024-03-01", date_to="2024-03-31") == [first, second]
    assert ids(fresh, date_from="2024-03-31") == [second, third]
    assert ids(fresh, project_id=100, date_from="2024-03-01") == [second]
    assert ids(fresh, user_id=10, per_page=1) == [first, second, third]
    assert ids(fresh, user_id=11) == ids(fresh, user_id=999999) == []
    assert ids(fresh, id="no such id") == []
    assert fresh.get("/expenses", workspace_id=1, date_from="2024-02-02", date_to="2024-02-01").status == 422


# ---- who sees and changes them ----

def test_of_several_members_and_projects(fresh, people):
    """In each spelling of a list. An empty one is none."""
    made = {(user, project): create(people[role][0], project_id=project).data["id"]
            for role, user in (("owner", 10), ("executive-manager", 11), ("project-manager", 12))
            for project in (100, None)}
    all_of_us = [10, 11, 12]
    others = ids(fresh, user_id=100)
    for spelled in ({"user_id": "10,12"}, {"user_id": [10, 12]}, {"user_id[]": [10, 12]}, {"user_ids": [10, 12]},
                    {"users[0]": 10, "users[1]": 12}, {"users[]": [10, 12, 999999]}):
        assert ids(fresh, **spelled) == [made[user, project] for user in (10, 12) for project in (100, None)]
        assert ids(fresh, projects="100,200", **spelled) == [made[10, 100], made[12, 100]]
    assert set(ids(fresh, **{"project_id[]": 100})) - set(others) == {made[user, 100] for user in all_of_us}
    assert ids(fresh, user_id="", **{"projects[]": ""}) == others + list(made.values())
    assert ids(people["regular-user"][0], user_id=all_of_us) == []
    assert list(fresh.get("/expenses", workspace_id=1, user_id="10,eleven").faults) == ["user_id"]


def test_who_sees_what(fresh, people):
    """John is in Tanya's team; Peter has been given project 100."""
    own = {role: create(client).data["id"] for role, (client, _) in people.items()}
    on_project = create(people["executive-manager"][0], project_id=100).data["id"]
    demo = ids(people["owner"][0])[0]
    everything = {demo, on_project, *own.values()}
    seen = {"owner": everything, "executive-manager": everything,
            "project-manager": {own["project-manager"], demo, on_project},
            "team-manager": {own["team-manager"], own["regular-user"], demo},
            "regular-user": {own["regular-user"], demo}}
    for role, (client, _) in people.items():
        assert set(ids(client)) == seen[role], role
        for id in everything:
            assert bool(ids(client, id=id)) == (id in seen[role])
            reply = client.get("/history", workspace_id=1, expense_id=id)
            assert reply.status == (200 if id in seen[role] else 404), (role, id)
            if id not in seen[role]:
                assert update(client, id, amount=1).failure == (404, "not_found")
                assert delete(client, id).failure == (404, "not_found")


def test_every_state_action_and_role(fresh, people):
    """What the table allows is done; all else is refused, and leaves the expense and its history as they were."""
    actions = {"update": lambda client, id: update(client, id, amount=1), "delete": delete,
               "update without a change": update}
    for role, action, state, is_own in itertools.product(people, actions, ["recorded", "deleted"], [True, False]):
        client = people[role][0]
        author = client if is_own else people["regular-user"][0]
        id = create(author, project_id=100).data["id"]
        if state == "deleted":
            assert delete(fresh, id).status == 200
        before, told = fresh.get("/expenses", workspace_id=1, id=id).data, history(fresh, id)
        allowed = is_own or role in ("owner", "executive-manager", "regular-user")
        expected = 404 if state == "deleted" else 200 if allowed else 403
        assert actions[action](client, id).status == expected, (role, action, state, is_own)
        added = [row["action"] for row in history(fresh, id)[len(told):]]
        if expected == 200:
            assert added == ([] if action == "update without a change" else [action])
        else:
            assert (fresh.get("/expenses", workspace_id=1, id=id).data, added) == (before, [])


def test_viewers_have_none(fresh):
    viewer = Client(fresh.server, "demo-project-viewer")
    assert viewer.get("/expenses", workspace_id=1).failure == (403, "forbidden")
    assert create(viewer).failure == (403, "forbidden")
    assert viewer.get("/expenses/categories", workspace_id=1).failure == (403, "forbidden")


def test_a_project_that_the_caller_does_not_see(fresh, people):
    hidden = new_project(fresh)["id"]
    john, user_id = people["regular-user"]
    assert create(john, project_id=hidden).failure == (404, "not_found")
    new_contract(fresh, hidden, user_id)
    assert create(john, project_id=hidden).status == 201


def test_who_left_is_still_named(fresh, stint):
    user_id, _, client = new_colleague(stint, fresh, firstname="Lena", lastname="Left", role="Regular User")
    id = create(client).data["id"]
    assert fresh.delete(f"/members/{user_id}", workspace_id=1).status == 200
    assert fresh.get("/expenses", workspace_id=1, id=id).data[0]["member"] == "Lena Left"
    assert update(fresh, id, amount=3).data["amount"] == 3


# ---- what is done to them ----

def test_history(fresh):
    id = create(fresh, note="first").data["id"]
    set_clock(fresh, "2024-02-02T10:00:00Z")
    manager = Client(fresh.server, "demo-executive-manager")
    rail = category(fresh, "Rail").data["id"]
    assert update(manager, id, amount=20, date="2024-01-21", note=None, category_id=rail).status == 200
    assert update(manager, id, amount=20).status == 200, "no change, and no line"
    assert update(manager, id, is_billable=True, project_id=100, expense_name="Bus").status == 200
    assert delete(fresh, id).message == "Expense deleted successfully"
    rows = history(fresh, id)
    assert rows == history(fresh, id, per_page=1) == history(manager, id)
    told = [(row["action"], row.get("from_status", "absent"), row["to_status"], row["by_id"], row["at"])
            for row in rows]
    assert told == [
        ("create", "absent", "recorded", 10, NOW), ("update", "recorded", "recorded", 11, "2024-02-02T10:00:00Z"),
        ("update", "recorded", "recorded", 11, "2024-02-02T10:00:00Z"),
        ("delete", "recorded", "deleted", 10, "2024-02-02T10:00:00Z")]
    assert rows[1]["by_name"] == "Emma Executive" and rows[0]["values"] == []
    assert [(each["name"], each["before"], each["after"]) for each in rows[1]["values"]] == [
        ("date", "2024-01-20", "2024-01-21"), ("amount", "19.99", "20"), ("category", None, "Rail"),
        ("note", "first", None)]
    assert [(each["name"], each["before"], each["after"]) for each in rows[2]["values"]] == [
        ("expense_name", "Train", "Bus"), ("project", None, "Marketing Campaign Q1"),
        ("is_billable", "false", "true")]


def test_two_projects_of_one_name_are_two(fresh):
    """And so are two categories, of which the first was removed."""
    twins = [new_project(fresh, name="Twin")["id"] for _ in range(2)]
    first = category(fresh, "Rail").data["id"]
    id = create(fresh, project_id=twins[0], category_id=first).data["id"]
    fresh.delete(f"/expenses/categories/{first}", workspace_id=1)
    second = category(fresh, "Rail").data["id"]
    for fields in ({"project_id": twins[1]}, {"category_id": second}):
        assert update(fresh, id, **fields).status == 200
    told = [[(each["name"], each["before"], each["after"]) for each in row["values"]] for row in history(fresh, id)]
    assert told == [[], [("project", "Twin", "Twin")], [("category", "Rail", "Rail")]]


def test_what_was_deleted_is_gone_but_for_its_history(fresh):
    id = create(fresh).data["id"]
    assert delete(fresh, id).status == 200
    assert ids(fresh, id=id) == []
    assert update(fresh, id, amount=1).failure == delete(fresh, id).failure == (404, "not_found")
    assert [row["action"] for row in history(fresh, id)] == ["create", "delete"]


def test_history_of_nothing(fresh):
    assert fresh.get("/history", workspace_id=1).status == 422
    assert fresh.get("/history", workspace_id=1, expense_id="x").failure == (404, "not_found")


def test_another_workspace_learns_nothing(fresh):
    other = Client(fresh.server, "demo-other-owner")
    id, kind = create(fresh).data["id"], category(fresh).data["id"]
    assert [row["id"] for row in other.pages("/expenses", workspace_id=2)] == []
    assert other.pages("/expenses/categories", workspace_id=2) == []
    assert other.get("/history", workspace_id=2, expense_id=id).failure == (404, "not_found")
    for reply in (other.put(f"/expenses/{id}", json={"workspace_id": 2, "amount": 1}),
                  other.delete(f"/expenses/{id}", workspace_id=2),
                  other.delete(f"/expenses/categories/{kind}", workspace_id=2),
                  other.post("/expenses", json={"workspace_id": 2, "expense_name": "a", "date": "2024-01-01",
                                                "amount": 1, "category_id": kind})):
        assert reply.failure == (404, "not_found")


# ---- categories ----

def test_categories(fresh):
    hotels = category(fresh, "Hotels").data
    id = create(fresh, category_id=hotels["id"]).data["id"]
    assert category(fresh, "hotels").failure == (400, "name_taken")
    path = f"/expenses/categories/{hotels['id']}"
    assert fresh.put(path, json={"name": "Nights"}, workspace_id=1).data == {"id": hotels["id"], "name": "Nights"}
    assert fresh.get("/expenses", workspace_id=1, id=id).data[0]["category"] == "Nights"
    assert [row["name"] for row in fresh.pages("/expenses/categories", workspace_id=1, per_page=1)] == ["Nights",
                                                                                                        "Travel"]
    assert fresh.put(path, json={"name": "TRAVEL"}, workspace_id=1).failure == (400, "name_taken")
    assert fresh.delete(path, workspace_id=1).status == 200
    assert fresh.delete(path, workspace_id=1).failure == (404, "not_found")
    assert fresh.put(path, json={"name": "x"}, workspace_id=1).failure == (404, "not_found")
    assert fresh.get("/expenses", workspace_id=1, id=id).data[0]["category"] == "Nights"
    assert create(fresh, category_id=hotels["id"]).failure == (404, "not_found")
    assert category(fresh, "Nights").status == 201


@pytest.mark.parametrize("role", ["Project manager", "Team manager", "Regular User"])
@pytest.mark.usefixtures("at_now")
def test_only_managers_make_categories(as_role, role):
    client = as_role[role]
    known = client.pages("/expenses/categories", workspace_id=1)
    path = f"/expenses/categories/{known[0]['id']}"
    for reply in (category(client), client.put(path, json={"name": "x"}, workspace_id=1),
                  client.delete(path, workspace_id=1)):
        assert reply.failure == (403, "forbidden")
    assert client.pages("/expenses/categories", workspace_id=1) == known


def test_a_new_workspace_has_some_categories(stint, new_database):
    database = new_database()
    on = ["--database", database]
    assert stint.run("migrate", *on).returncode == 0
    made = stint.run("workspace", "create", "Ours", "--owner-email", "ada@example.com", "--owner-name", "Ada Byron",
                     *on)
    listed = stint.run("expense-category", "list", "--workspace", made.stdout.strip(), *on).stdout
    assert [line.split("\t")[1] for line in listed.splitlines()] == ["Travel", "Accommodation", "Meals", "Equipment",
                                                                     "Other"]


def test_categories_on_the_command_line(stint, fresh):
    def run(*arguments):
        return stint.run("expense-category", *arguments, "--workspace", "1", "--database", fresh.server.database)

    id = run("create", "Hotels").stdout.strip()
    assert run("list").stdout == f"1\tTravel\n{id}\tHotels\n"
    assert run("create", "Hotels").returncode == 1
    assert run("remove", "Hotels").returncode == 0
    assert run("list").stdout == "1\tTravel\n"
    assert 'the workspace has no expense category "Hotels"' in run("remove", "Hotels").stderr


# ---- as a whole ----

def test_as_a_plain_model_says(stint, fresh):
    """Random changes: what there is, and what the history tells, is what a dictionary says."""
    chance, model, told = random.Random(3), {}, {}
    for _ in range(60):
        if model and chance.random() < 0.6:
            id = chance.choice(list(model))
            if chance.random() < 0.2:
                assert delete(fresh, id).status == 200
                del model[id]
                told[id].append("delete")
                continue
            cents = chance.randrange(300)
            assert update(fresh, id, amount=f"{cents / 100:.2f}").status == 200
            if model[id] != cents:
                told[id].append("update")
            model[id] = cents
        else:
            cents = chance.randrange(300)
            id = create(fresh, amount=cents / 100, note=unique("n")).data["id"]
            model[id], told[id] = cents, ["create"]
    found = {row["id"]: round(row["amount"] * 100) for row in fresh.pages("/expenses", workspace_id=1, user_id=10)}
    assert found == model
    assert {id: [row["action"] for row in history(fresh, id)] for id in told} == told
    check_books(stint, fresh.server)


def test_many_at_once_do_one_after_the_other(stint, engine, start_server):
    """Half of them on another node, where there can be one. Each change begins with what the one before it left; one
    of the deletions counts, and what comes after it meets nothing."""
    server = start_server()
    servers = [server, start_server(database=server.database)] if engine == "postgresql" else [server]
    owner = Client(server, "demo-owner")
    id = create(owner, amount=0).data["id"]

    def act(client, number):
        return [update(client, id, amount=number * 10 + i).status for i in range(1, 6)]

    assert {status for each in together(servers, 8, act) for status in each} == {200}
    amounts = [(value["before"], value["after"]) for row in history(owner, id) for value in row["values"]]
    assert len(amounts) == 40 and amounts[0][0] == "0"
    assert all(one[1] == following[0] for one, following in zip(amounts, amounts[1:]))
    assert owner.get("/expenses", workspace_id=1, id=id).data[0]["amount"] == float(amounts[-1][1])

    replies = together(servers, 8, lambda client, number: delete(client, id) if number % 2 else
                       update(client, id, amount=1000 + number))
    assert [reply.status for reply in replies[1::2]].count(200) == 1
    assert {reply.status for reply in replies} <= {200, 404}
    told = [row["action"] for row in history(owner, id)]
    assert told[41:] == ["update"] * (len(told) - 42) + ["delete"]
    assert [reply.status for reply in replies[::2]].count(200) == len(told) - 42
    check_books(stint, server)


def test_check_finds_a_state_without_its_history(stint, fresh):
    create(fresh)
    fresh.server.stop()
    run_sql(fresh.server, "UPDATE expenses SET status = 7 WHERE workspace_id = 1 AND id = 1")
    done = stint.run("check", "--database", fresh.server.database)
    assert done.returncode == 1
    assert "workspace 1: the expense 1 is deleted, its history ends in recorded" in done.stdout


def test_check_finds_a_history_with_a_gap(stint, fresh):
    assert update(fresh, ids(fresh)[0], amount=5).status == update(fresh, ids(fresh)[0], amount=6).status == 200
    check_books(stint, fresh.server)
    fresh.server.stop()
    run_sql(fresh.server, "UPDATE transitions SET from_status = 7 WHERE kind = 4 AND object_id = 1 AND number = 3")
    done = stint.run("check", "--database", fresh.server.database)
    assert done.returncode == 1
    assert "workspace 1: number 3 in the history of the expense 1 does not follow" in done.stdout


def test_check_finds_an_amount_that_cannot_be_paid(stint, fresh):
    create(fresh, amount=1.01)
    fresh.put("/settings", json={"currency": "KWD"}, workspace_id=1)
    create(fresh, amount=1.001)
    check_books(stint, fresh.server)
    fresh.server.stop()
    run_sql(fresh.server, "UPDATE expenses SET amount = 10050 WHERE workspace_id = 1 AND id = 1")
    done = stint.run("check", "--database", fresh.server.database)
    assert (done.returncode, done.stdout.count("cannot be paid")) == (1, 1)
    assert "workspace 1: the expense 1 is about 1.005 USD, which cannot be paid" in done.stdout
