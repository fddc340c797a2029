"""The database layer by itself, on the server of these tests: its unit tests know only SQLite."""

import os
import pathlib
import re
import sqlite3
import subprocess

import pytest
from client import Client
from scenario import run_sql


@pytest.mark.only_on("postgresql", "the unit tests have SQLite")
def test_the_database_layer_on_a_server(stint, new_database):
    program = pathlib.Path(stint.path).parent / "tests" / "unit" / "test_db"
    done = subprocess.run([program], capture_output=True, text=True, timeout=300,
                          env=os.environ | {"STINT_TEST_POSTGRESQL": new_database()})
    output = done.stdout + done.stderr
    assert done.returncode == 0 and output.count("test(s) run.") == 2, output


_TYPES = {"DB_BIGINT": "bigint", "DB_TEXT": "text", "DB_BOOLEAN": "boolean", "DB_BIGINT_LIST": "bigint[]",
          "DB_TEXT_LIST": "text[]"}
_LED_BY_MEMBERS = re.compile(r"list_timesheets(_desc)?(_count)?_1")  # three of ten thousand: an optional list


@pytest.mark.only_on("postgresql", "SQLite is asked for its plans, below")
def test_postgresql_understands_each_statement(stint, new_database):
    """Also those that nothing has run yet. SQLite is asked for its plans, below."""
    database = new_database()
    assert stint.run("migrate", "--database", database).returncode == 0
    source = (pathlib.Path(stint.path).parent / "statements.c").read_text()
    types = {name: f" ({', '.join(_TYPES[each.strip()] for each in of.split(','))})"
             for name, of in re.findall(r"enum db_type (\w+)\[\] = \{(.*)\};", source)}
    statements = re.findall(r'\.name = "(\w+)",\s*\.sqlite = .*,\s*\.postgres = "(.*)",\s*\.parameters = (\w+)', source)
    assert len(statements) > 100 and len(types) > 100
    script = "".join(f"PREPARE {name}{types.get(of, '')} AS {text};\n" for name, text, of in statements)
    led = [(name, re.sub(r"\w+", "NULL", types[of].replace("[]", ""))) for name, _, of in statements
           if _LED_BY_MEMBERS.fullmatch(name)]
    script += "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;\n"
    script += "".join(f"EXPLAIN EXECUTE {name}{nulls};\n" for name, nulls in led)
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", database], input=script.replace('\\"', '"'),
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(led) == len(re.findall(r"Index Cond: .*user_id = ANY", done.stdout)) == 4, done.stdout


def test_totals_are_those_of_now(start_server, stint):
    """Of a first page, which does not count its table anew each time."""
    server = start_server()
    owner, viewer = Client(server, "demo-owner"), Client(server, "demo-project-viewer")

    def totals(**filters):
        each = {client.get("/projects", workspace_id=1, per_page=1, **filters).pagination["total"]
                for _ in range(4) for client in (owner,)}
        return each.pop() if len(each) == 1 else each

    seen_by_viewer = viewer.get("/projects", workspace_id=1, per_page=1).pagination["total"]
    before, made = totals(), []
    for number in range(4):
        made.append(owner.post("/projects", json={"name": f"Counted {number}"}, workspace_id=1).data["id"])
        assert totals() == before + number + 1
        assert totals(name="counted") == number + 1
        assert viewer.get("/projects", workspace_id=1, per_page=1).pagination["total"] == seen_by_viewer
    assert owner.put(f"/projects/{made[0]}", json={"name": "Renamed"}, workspace_id=1).status == 200
    assert (totals(), totals(name="counted")) == (before + 4, 3)
    assert owner.delete(f"/projects/{made[1]}", workspace_id=1).status == 200
    assert (totals(), totals(name="counted")) == (before + 3, 2)
    done = stint.run("project", "restore", str(made[1]), "--workspace", "1", "--database", server.database)
    assert done.returncode == 0, done.stderr
    assert (totals(), totals(name="counted")) == (before + 4, 3)


_WAITING = """
SET session_replication_role = replica;
INSERT INTO webhooks (workspace_id, id, owner_id, url, status, position, secret_number, leased_until, created_at,
                      updated_at) VALUES (1, 1, 10, '', 1, 5000, 1, 0, 0, 0);
INSERT INTO webhook_deliveries (workspace_id, webhook_id, position, event_id, kind, status, attempts, due_at,
                                created_at)
SELECT 1, 1, n, n, 1, 1, 1, 2000 + n, 0 FROM generate_series(1, 5000) n;
ANALYZE;
SET plan_cache_mode = force_generic_plan;
"""


@pytest.mark.only_on("postgresql", "SQLite is asked for its plans, below")
def test_deliveries_that_wait_are_not_looked_through(stint, new_database):
    """Of a webhook that fails there are very many."""
    database = new_database()
    assert stint.run("migrate", "--database", database).returncode == 0
    source, script = (pathlib.Path(stint.path).parent / "statements.c").read_text(), _WAITING
    for name in ("list_due_webhook_workspaces", "claim_webhook", "list_due_deliveries", "bring_deliveries_forward"):
        text = re.search(rf'\.name = "{name}",\s*\.sqlite = .*,\s*\.postgres = "(.*)"', source)[1]
        count = max(map(int, re.findall(r"\$(\d+)", text)))
        now = re.findall(r"(?:leased_until <=|due_at <=|due_at =) \$(\d+)", text)
        values = dict.fromkeys(map(int, now), 1000) | dict.fromkeys(map(int, re.findall(r"_id = \$(\d+)", text)), 1)
        given = ", ".join(str(values.get(number, 9000)) for number in range(1, count + 1))
        script += f"PREPARE {name} ({', '.join(['bigint'] * count)}) AS {text};\n"
        script += f"EXPLAIN (ANALYZE, COSTS OFF) EXECUTE {name} ({given});\n"
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", database], input=script.replace('\\"', '"'),
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "webhook_deliveries_due" in done.stdout
    assert not re.search(r"Removed by Filter: \d{4}", done.stdout), done.stdout


@pytest.mark.only_on("postgresql", "SQLite plans as for many rows from the beginning")
def test_a_check_counts_what_has_just_come(stint, start_server):
    """PostgreSQL does so some time later, and until then looks through all entries for each slot."""
    server = start_server()
    counted = "SELECT count(*) FROM pg_class WHERE relname = 'tracked_slots' AND reltuples >= 0"
    run_sql(server, "ALTER TABLE tracked_slots SET (autovacuum_enabled = false)")
    assert run_sql(server, counted) == "0"
    assert stint.run("check", "--database", server.database).returncode == 0
    assert run_sql(server, counted) == "1"


# What is about very many rows by its nature, and says so by its name: lists, sums, and what jobs look for.
_OF_MANY = re.compile(r"list_|export_|sum_|next_|oldest_|claim_|date_|forget_|newest_|number_|replace_|.*_count$")
_BY_AN_END = {"last_event_position", "find_event_ends"}  # of a key: the first or the last row, however many there are
_OF_A_SPAN = {"first_position_since"}  # of a thousand positions at most
_WHOLE_WORKSPACE = re.compile(r"SEARCH (\w+) .*\(workspace_id=\?( AND \w+[<>]\?)*\)")


def _has_a_row_a_workspace(connection, text, alias):
    """Its primary key is the workspace alone; where several tables go by the alias, each one's."""
    return all(connection.execute("SELECT group_concat(name) FROM pragma_table_info(?) WHERE pk",
                                  (table,)).fetchone() == ("workspace_id",)
               for table in re.findall(rf"(?:FROM|JOIN|,) (\w+) {alias}\b", text) or [alias])


@pytest.mark.only_on("sqlite", "PostgreSQL is asked for its plans, above")
def test_no_statement_reads_a_workspace_to_find_a_row(stint, new_database):
    """By the planner's own word: a key leads to what is asked for, however much else the workspace has."""
    database = new_database()
    assert stint.run("migrate", "--database", database).returncode == 0
    connection = sqlite3.connect(database.removeprefix("sqlite:"))
    connection.create_function("strpos", 2, lambda text, part: text.find(part) + 1)
    source = (pathlib.Path(stint.path).parent / "statements.c").read_text()
    statements = re.findall(r'\.name = "(\w+)",\s*\.sqlite = "(.*)",\n', source)
    assert len(statements) > 100
    for name, text in statements:
        text = text.replace('\\"', '"')
        arguments = [1] * max(map(int, re.findall(r"\?(\d+)", text)), default=0)
        plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {text}", arguments)]
        wide = [step for step in plan for found in [_WHOLE_WORKSPACE.fullmatch(step)]
                if found and not _has_a_row_a_workspace(connection, text, found[1])]
        assert not wide or _OF_MANY.match(name) or name in _BY_AN_END | _OF_A_SPAN, (name, wide)
        assert not _LED_BY_MEMBERS.fullmatch(name) or "user_id=?" in plan[0], (name, plan)
