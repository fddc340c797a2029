"""The command line: what an operator types, what comes back on which stream, and with which exit code."""

import contextlib
import datetime
import fcntl
import json
import os
import re
import resource
import select
import socket
import socketserver
import sqlite3
import stat
import subprocess
import threading
import urllib.parse

import pytest
import requests
from client import API, Client, Document
from scenario import run_sql, set_clock, token_of

TOKEN = re.compile(r"stint_pat_[\w-]{43}")
GROUPS = {"workspace": ["create", "list", "rename", "show", "set"],
          "user": ["create", "list", "password", "second-factor-reset", "block", "unblock", "rate"],
          "token": ["create", "list", "revoke"],
          "app": ["create", "list", "revoke"],
          "team": ["create", "list", "add", "remove"], "title": ["create", "list", "assign"],
          "tag": ["create", "list", "attach", "detach"], "project": ["grant", "revoke", "restore", "set"],
          "expense-category": ["create", "list", "remove"], "contract": ["rate"],
          "timesheet": ["assign", "assignments"], "leave-policy": ["create", "list", "show", "set", "remove"],
          "leave-allowance": ["set", "list"], "holiday": ["set", "list", "remove"],
          "shift": ["create", "list", "show", "set", "hours", "assign", "unassign", "remove"],
          "break-policy": ["create", "list", "show", "set", "assign", "unassign", "remove"],
          "task-status": ["add", "list", "remove"]}
COMMANDS = [["serve"], ["migrate"], ["openapi"], ["backup"], ["export"], ["check"], ["routes"], ["version"],
            *[[group, name] for group, names in GROUPS.items() for name in names]]

OUTSIDE_OF_THE_DOCUMENT = {"authorize": "/oauth/authorize", "issueTokens": "/oauth/token",
                           "giveTokenBack": "/oauth/revoke", "introspectToken": "/oauth/introspect"}


@pytest.fixture(scope="module")
def database(stint, new_database):
    """With the tables and nothing in them but what these tests put there."""
    url = new_database()
    assert stint.run("migrate", "--database", url).returncode == 0
    return url


@pytest.fixture(scope="module")
def run(stint, database):
    """A command on that database."""
    def run(*arguments, input="", returncode=0):
        done = stint.run(*arguments, "--database", database, input=input)
        assert done.returncode == returncode, done
        return done.stdout if returncode == 0 else done.stderr

    return run


@pytest.fixture(scope="module")
def workspace(run):
    """The id of a workspace, owned by owner@example.com."""
    return run("workspace", "create", "Acme & Söhne", "--owner-email", "owner@example.com", "--owner-name",
               "Olga Owner").strip()


# ---- help and mistakes ----

def test_version(stint):
    done = stint.run("version")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\d+\.\d+", done.stdout)


@pytest.mark.parametrize("words", [[], *[[group] for group in GROUPS], *COMMANDS],
                         ids=lambda words: " ".join(["stint", *words]))
def test_help(stint, words):
    done = stint.run(*words, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert " ".join(words or ["stint"]) in done.stdout and len(done.stdout.splitlines()) > 1
    if not words:
        assert all(" ".join(each) in done.stdout for each in COMMANDS)


@pytest.mark.parametrize("arguments", [
    [], ["nonsense"], ["--nonsense"], ["serve", "--nonsense"], ["serve", "extra"], ["token", "nonsense"],
    ["token", "create"], ["token"], ["user", "password"], ["workspace", "create"], ["backup"], ["version", "extra"],
    ["serve", "--listen"], ["serve", "--listen", "nonsense"], ["serve", "--listen", "127.0.0.1:99999"],
    ["serve", "--rate-limit", "many"],
], ids=" ".join)
def test_mistakes(stint, arguments):
    done = stint.run(*arguments)
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr


def test_a_database_that_cannot_be_had(stint, tmp_path):
    serve = ["serve", "--listen", "127.0.0.1:0"]
    for url, commands in {"mysql://localhost/x": [["migrate"], serve],
                          "sqlite:/nonexistent/folder/x.db": [["migrate"], serve],
                          f"sqlite:{tmp_path}": [["migrate"], serve], "sqlite::memory:": [["migrate"], serve],
                          "postgresql://stint@127.0.0.1:1/none": [["migrate"], ["check"]]}.items():
        for command in commands:
            done = stint.run(*command, "--database", url)
            assert done.returncode in (1, 2), (url, done)
            assert done.stderr and "listening" not in done.stdout


# ---- the configuration file ----

@pytest.fixture
def config(tmp_path):
    """Writes the file's lines; returns its path."""
    def write(*lines):
        path = tmp_path / "stint.conf"
        path.write_text("".join(f"{line}\n" for line in lines))
        return str(path)

    return write


def test_the_file_names_the_database_for_every_command(stint, database, workspace, config):
    file = config("# where it is", "", f"database = {database}", "public-url=https://stint.example.com")
    assert workspace in stint.run("workspace", "list", "--config", file).stdout
    overruled = stint.run("workspace", "list", "--config", file, "--database", "sqlite:/nonexistent.db")
    assert overruled.returncode == 1 and "/nonexistent.db" in overruled.stderr


def test_what_cannot_be_read_is_no_empty_configuration(stint, tmp_path):
    for file in (tmp_path, tmp_path / "none", "/dev/null/none", "/proc/self/mem"):
        done = stint.run("workspace", "list", "--config", str(file))
        assert done.returncode == 2 and str(file) in done.stderr and not done.stdout


@pytest.mark.parametrize("lines, said", [
    (["workers = 4", "database = sqlite:a", "workers = 5"], ":3: workers is given twice"),
    (["nonsense = 1"], ":1: there is no setting"), (["", "database"], ":2:"), (["workers = many"], "not a number"),
])
def test_mistakes_in_the_file_are_told_with_their_line(stint, config, lines, said):
    done = stint.run("serve", "--config", config(*lines))
    assert done.returncode == 2 and said in done.stderr


def test_a_command_that_makes_a_database_says_which(stint, tmp_path):
    for command in (["workspace", "list"], ["check"], ["backup", "copy.db"], ["user", "list"]):
        done = stint.run(*command, "--database", f"sqlite:{tmp_path}/new.db")
        assert done.returncode == 1 and f"{tmp_path}/new.db" in done.stderr
    assert not list(tmp_path.iterdir())
    assert f"Made the database {tmp_path}/new.db." in stint.run("migrate", "--database",
                                                                f"sqlite:{tmp_path}/new.db").stderr
    assert "Made" not in stint.run("migrate", "--database", f"sqlite:{tmp_path}/new.db").stderr


def test_files_that_others_can_read_are_warned_of(start_server, engine, new_database, config):
    database = new_database()
    file = config("smtp-url = smtp://stint:secret@127.0.0.1:1")
    os.chmod(file, 0o644)
    assert f'event=open_to_others file="{file}"' in start_server("--config", file, database=database).said()
    os.chmod(file, 0o640)
    assert "open_to_others" not in start_server("--config", file, database=new_database()).said()
    if engine == "sqlite":
        os.chmod(database.removeprefix("sqlite:"), 0o644)
        assert "event=open_to_others" in start_server(database=database).said()


def test_the_sandbox_is_for_this_machine_only(stint, new_database):
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
        done = stint.run("serve", "--demo", "--listen", address, "--database", new_database())
        assert done.returncode in (1, 2)
        assert "loopback" in done.stderr.lower()


# ---- serve ----

def test_serve_on_an_empty_database_prints_a_line_that_works(start_server):
    server = start_server(demo=False)
    said = server.said()
    token = TOKEN.search(said)[0]
    line = next(line for line in said.splitlines() if line.strip().startswith("curl "))
    assert token in line
    body = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30, check=True).stdout
    assert json.loads(body[body.index("{"):])["success"] is True
    owner = Client(server, token)
    workspace, = owner.get("/workspaces").data
    assert workspace["role"] == "Owner"
    assert owner.post("/projects", json={"name": "First"}).status == 201


def test_the_ready_line_stands_alone(demo):
    assert demo.output.read_text().splitlines() == [f"listening on {demo.url}"]


def test_serve_prints_the_token_only_once(start_server, new_database):
    database = new_database()
    first = start_server(demo=False, database=database)
    token = TOKEN.search(first.said())[0]
    first.stop()
    second = start_server(demo=False, database=database)
    assert not TOKEN.search(second.said())
    assert Client(second, token).get("/workspaces").status == 200


def test_serve_is_no_sandbox_by_itself(start_server):
    server = start_server(demo=False)
    assert requests.post(server.url + "/demo/clock", json={"advance_seconds": 1}, timeout=10).status_code in (401, 404)
    assert Client(server, "demo-owner").get("/workspaces").failure == (401, "unauthenticated")
    reply = Client(server, TOKEN.search(server.said())[0]).get("/workspaces")
    assert reply.headers["X-RateLimit-Limit"] == "60"


@pytest.mark.parametrize("demo", [True, False])
def test_a_sandbox_and_real_data_are_kept_apart(stint, start_server, new_database, demo):
    """Whose tokens everyone knows must not become a real server's, nor the other way round."""
    database = new_database()
    start_server(demo=demo, database=database).stop()
    flags = [] if demo else ["--demo"]
    done = stint.run("serve", "--listen", "127.0.0.1:0", "--database", database, *flags)
    assert done.returncode in (1, 2) and done.stderr
    assert "listening" not in done.stdout


def test_a_sandbox_on_a_named_database_keeps_its_data(start_server, new_database):
    database = new_database()
    server = start_server(database=database)
    project = Client(server, "demo-owner").post("/projects", json={"name": "Kept"}, workspace_id=1).data
    server.stop()
    owner = Client(start_server(database=database), "demo-owner")
    assert owner.get(f"/projects/{project['id']}", workspace_id=1).data == project


def test_a_sandbox_needs_no_database(stint, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    server = stint.serve(None)
    assert Client(server, "demo-owner").get("/projects", workspace_id=1).ids == [100]
    server.stop()
    assert list(tmp_path.iterdir()) == [], "it is thrown away"


class Relay(socketserver.BaseRequestHandler):
    """Passes a connection on to its server's `target`."""

    def handle(self):
        with socket.create_connection(self.server.target) as other:
            pairs = {self.request: other, other: self.request}
            while ready := select.select(list(pairs), [], [])[0]:
                for side in ready:
                    data = side.recv(65536)
                    if not data:
                        return
                    pairs[side].sendall(data)


@contextlib.contextmanager
def waiting(stint, url):
    """A server that was started when there was no database, and what it says of that."""
    process = stint.start("serve", "--listen", "127.0.0.1:0", "--database", url)
    try:
        yield process, process.stderr.readline()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.only_on("postgresql", "a file is not waited for")
def test_serve_waits_for_a_database_server(stint, new_database):
    """As after a reboot, when PostgreSQL comes up later."""
    url = urllib.parse.urlsplit(new_database())
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Relay, bind_and_activate=False) as relay:
        relay.daemon_threads, relay.target = True, (url.hostname, url.port)
        relay.server_bind()  # nobody listens yet
        with waiting(stint, f"postgresql://stint@127.0.0.1:{relay.server_address[1]}{url.path}") as (process, said):
            assert "event=waiting_for_database" in said and "refused" in said
            relay.server_activate()
            threading.Thread(target=relay.serve_forever, daemon=True).start()
            assert any(line.startswith("listening on") for line in process.stdout)
            process.terminate()
            assert process.wait(20) == 0
        relay.shutdown()


def test_a_signal_ends_the_waiting(stint):
    with waiting(stint, "postgresql://stint@127.0.0.1:1/none") as (process, said):
        assert "event=waiting_for_database" in said
        process.terminate()
        assert process.wait(10) == 0


# ---- migrate, openapi, backup ----

def test_migrate_again_does_nothing(stint, database):
    assert stint.run("migrate", "--database", database).returncode == 0


def test_routes_are_those_of_the_document(stint, demo):
    """A line each: method, path, scope, roles, name, tables that it changes (test_writes.py). Those of OAuth2 are told
    by its specifications."""
    rows = [line.split("\t") for line in stint.run("routes").stdout.splitlines()]
    from_root = [row for row in rows if row[4] in OUTSIDE_OF_THE_DOCUMENT]
    assert {row[4]: row[1] for row in from_root} == OUTSIDE_OF_THE_DOCUMENT
    rows = [row for row in rows if row not in from_root]
    assert sorted((row[0].lower(), row[1], row[4]) for row in rows) \
        == sorted((each.method, each.template, each.id) for each in Document.of(demo).operations)
    by_name = {row[4]: row[2:4] for row in rows}
    assert by_name["getProjects"] == ["read", "all"]
    assert by_name["createProject"] == ["write", "Owner, Executive manager"]
    assert by_name["getWorkspaces"] == ["read", "-"] and by_name["acceptInvitation"] == ["-", "-"]


def test_openapi_is_what_is_served(stint, demo):
    for option, name in (((), "openapi"), (("--edition", "3.1"), "openapi"), (("--edition", "3.0"), "openapi-3.0")):
        printed = stint.run("openapi", "--public-url", demo.url, *option)
        assert printed.returncode == 0
        assert json.loads(printed.stdout) == requests.get(f"{demo.url}{API}/{name}.json", timeout=10).json()
    wrong = stint.run("openapi", "--edition", "2.0")
    assert wrong.returncode != 0 and "--edition is 3.1 or 3.0" in wrong.stderr


def test_backup(stint, engine, start_server, tmp_path):
    server = start_server()
    owner = Client(server, "demo-owner")
    owner.post("/projects", json={"name": "Saved"}, workspace_id=1)
    file = tmp_path / "copy.db"
    done = stint.run("backup", str(file), "--database", server.database)
    if engine == "postgresql":
        assert done.returncode != 0 and "pg_dump" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"{re.escape(str(file))}: {file.stat().st_size} bytes, [1-9]\d* rows, verified\n", done.stdout)
    assert not file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH), "it holds what only the operator may read"
    owner.post("/projects", json={"name": "Not saved"}, workspace_id=1)
    copy = Client(start_server(database=f"sqlite:{file}"), "demo-owner")
    assert {"Saved"} == {row["name"] for row in copy.get("/projects", workspace_id=1).data} & {"Saved", "Not saved"}
    assert stint.run("backup", str(file), "--database", server.database).returncode == 1, "nothing is overwritten"


@pytest.mark.only_on("sqlite", "PostgreSQL has tools of its own")
def test_a_killed_backup_does_not_stand_in_the_way(stint, new_database, tmp_path):
    database, file = new_database(), tmp_path / "copy.db"
    assert stint.run("migrate", "--database", database).returncode == 0
    (tmp_path / "copy.db.partial").write_bytes(b"what a killed run has left " * 10000)
    (tmp_path / "copy.db.partial-wal").write_bytes(b"and this " * 1000)
    with open(tmp_path / "copy.db.partial") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = stint.run("backup", str(file), "--database", database)
        assert done.returncode == 1 and "another backup" in done.stderr
    assert stint.run("backup", str(file), "--database", database).returncode == 0
    assert os.listdir(tmp_path) == ["copy.db"]
    assert stint.run("check", "--database", f"sqlite:{file}").returncode == 0


@pytest.mark.parametrize("table", ["members", "workspaces", "users"])
@pytest.mark.only_on("sqlite", "PostgreSQL has tools of its own")
def test_a_damaged_database_is_told_and_not_backed_up(stint, start_server, tmp_path, table):
    server = start_server()
    server.stop()
    file, backup = server.database.removeprefix("sqlite:"), tmp_path / "copy.db"
    assert stint.run("check", "--database", server.database).returncode == 0
    with contextlib.closing(sqlite3.connect(file)) as database:
        page, = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]).fetchone()
        size, = database.execute("PRAGMA page_size").fetchone()
    with open(file, "r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(os.urandom(size))
    done = stint.run("check", "--database", server.database)
    assert done.returncode == 1 and re.search(r"malformed|Tree|page", done.stdout + done.stderr)
    done = stint.run("backup", str(backup), "--database", server.database)
    assert done.returncode == 1 and "damaged" in done.stderr
    assert not list(tmp_path.iterdir())
    assert stint.run("backup", str(backup), "--no-verify", "--database", server.database).returncode == 0


@pytest.mark.only_on("sqlite", "PostgreSQL has tools of its own")
def test_check_finds_rows_that_refer_to_nothing(stint, start_server):
    server = start_server()
    server.stop()
    with contextlib.closing(sqlite3.connect(server.database.removeprefix("sqlite:"))) as database:
        database.execute("DELETE FROM projects")
        database.commit()
    done = stint.run("check", "--database", server.database)
    assert done.returncode == 1 and "contracts: a row refers" in done.stdout


# ---- workspace, user, token, team ----

def test_check_counts_all_differences_and_shows_a_hundred(stint, start_server):
    server = start_server()
    run_sql(server, "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000) "
                    "INSERT INTO daily_minutes (workspace_id, day, user_id, contract_id, method, task_id, minutes, "
                    "seconds) SELECT 1, n, 100, 0, 1, 0, 1, 60 FROM numbers")
    checked = stint.run("check", "--database", server.database)
    told = checked.stdout.splitlines()
    assert (checked.returncode, told[-1], len(told)) == (1, "checked: 20000 differences", 101)
    assert told[0] == "workspace 1 user 100 day 1 contract 0 method 1 task 0: 1 minutes and 60 seconds are kept, the " \
                      "entries have 0 and 0"


def test_a_workspace_from_nothing(run, start_server, database, workspace):
    assert workspace.isdigit()
    token = TOKEN.search(run("token", "create", "--user", "owner@example.com", "--name", "laptop"))[0]
    owner = Client(start_server(demo=False, database=database), token)
    row, = owner.get("/workspaces").data
    assert (row["id"], row["workspace_name"], row["role"]) == (int(workspace), "Acme & Söhne", "Owner")
    member, = owner.get("/members").data
    assert (member["email"], member["firstname"], member["lastname"]) == ("owner@example.com", "Olga", "Owner")


def test_workspaces_apart(run, workspace):
    other = run("workspace", "create", "Other", "--owner-email", "other@example.com", "--owner-name", "Otto Other")
    assert other.strip() != workspace
    third = run("workspace", "create", "Third", "--owner-email", "other@example.com", "--owner-name", "Otto Other")
    assert third.strip() not in (other.strip(), workspace), "one may own several"


@pytest.mark.parametrize("arguments", [
    ["workspace", "create", "X", "--owner-email", "nobody", "--owner-name", "A B"],
    ["workspace", "create", "", "--owner-email", "a@example.com", "--owner-name", "A B"],
    ["user", "password", "nobody@example.com"],
    ["token", "create", "--user", "nobody@example.com", "--name", "x"],
    ["token", "create", "--user", "owner@example.com", "--name", "x", "--scopes", "everything"],
    ["token", "create", "--user", "owner@example.com", "--name", "x", "--days", "-1"],
    ["token", "create", "--user", "owner@example.com", "--name", "x", "--days", "soon"],
    ["token", "revoke", "999999"], ["token", "revoke", "x"],
], ids=" ".join)
def test_what_cannot_be_done_is_said(stint, database, workspace, arguments):
    done = stint.run(*arguments, "--database", database, input="a good password\n")
    assert done.returncode in (1, 2)
    assert done.stdout == "" and done.stderr


def test_users(run, workspace):
    assert f"\towner@example.com\tworkspace {workspace} alone\t" in run("user", "list")
    id = run("user", "create", "new@example.com").strip()
    assert f"{id}\tnew@example.com\tunconfirmed\tno password\n" in run("user", "list")
    run("user", "confirm", "new@example.com")
    assert f"{id}\tnew@example.com\tconfirmed\tno password\n" in run("user", "list")


def test_a_password_comes_from_standard_input(stint, run, database, workspace):
    run("user", "password", "owner@example.com", input="correct horse battery staple\n")
    for wrong in ("", "\n", "short\n", "x" * 201 + "\n"):
        done = stint.run("user", "password", "owner@example.com", "--database", database, input=wrong)
        assert done.returncode in (1, 2) and "password" in done.stderr


def test_a_password_is_what_an_invitation_asks_for(stint, start_server):
    server = start_server()
    owner, other = Client(server, "demo-owner"), Client(server, "demo-other-owner")
    email = owner.get("/members/123", workspace_id=1).data["email"]
    done = stint.run("user", "password", email, "--database", server.database, input="a new password\n")
    assert done.returncode == 0, done.stderr
    person = {"email": email, "firstname": "A", "lastname": "B", "role": "Regular User"}
    link = other.post("/members", json=person, workspace_id=2).data["invitation_link"]
    path = "/accept-invitation/" + link.rpartition("/")[2]
    assert other.post(path, json={"password": "an old password"}).failure == (400, "wrong_password")
    assert other.post(path, json={"password": "a new password"}).status == 200


def test_tokens(stint, start_server):
    """On the database of a running server, with effect at once."""
    server = start_server()
    email = Client(server, "demo-owner").get("/members/10", workspace_id=1).data["email"]

    def run(*arguments):
        done = stint.run("token", *arguments, "--database", server.database)
        assert done.returncode == 0, done.stderr
        return done.stdout

    secret = TOKEN.search(run("create", "--user", email, "--name", "my laptop"))[0]
    client = Client(server, secret)
    assert client.get("/workspaces").ids == [1]
    listed = run("list", "--user", email)
    assert secret not in listed
    line, = [line for line in listed.splitlines() if "my laptop" in line]
    run("revoke", re.search(r"\d+", line)[0])
    assert client.get("/workspaces").failure == (401, "unauthenticated")
    assert Client(server, "demo-owner").get("/workspaces").status == 200


def test_scopes(stint, start_server):
    """What a token may do at most (DESIGN 7); the role still counts."""
    server = start_server()
    email = Client(server, "demo-owner").get("/members/10", workspace_id=1).data["email"]

    def client(scopes):
        done = stint.run("token", "create", "--database", server.database, "--user", email, "--name", scopes,
                         "--scopes", scopes)
        assert done.returncode == 0, done.stderr
        return Client(server, TOKEN.search(done.stdout)[0])

    person = {"email": "scoped@example.com", "firstname": "A", "lastname": "B", "role": "Regular User"}
    attempts = {"read": lambda client: client.get("/projects", workspace_id=1),
                "write": lambda client: client.post("/projects", json={"name": "x"}, workspace_id=1),
                "admin": lambda client: client.post("/members", json=person, workspace_id=1)}
    for scopes in ("read", "write", "admin", "read,write"):
        for needed, attempt in attempts.items():
            reply = attempt(client(scopes))
            if needed in scopes.split(","):
                assert reply.status in (200, 201)
            else:
                assert reply.failure == (403, "insufficient_scope")


def test_tokens_expire(stint, start_server):
    server = start_server()
    owner = Client(server, "demo-owner")
    email = owner.get("/members/10", workspace_id=1).data["email"]
    short = stint.run("token", "create", "--database", server.database, "--user", email, "--name", "x", "--days", "2")
    short = Client(server, TOKEN.search(short.stdout)[0])
    usual = Client(server, token_of(stint, server, email))

    def advance(days):
        requests.post(server.url + "/demo/clock", json={"advance_seconds": days * 86400}, timeout=10).raise_for_status()

    advance(1)
    assert short.get("/workspaces").status == usual.get("/workspaces").status == 200
    advance(2)
    assert short.get("/workspaces").failure == (401, "token_expired")
    assert "WWW-Authenticate" in short.get("/workspaces").headers
    advance(170)
    assert usual.get("/workspaces").status == 200
    advance(20)
    assert usual.get("/workspaces").failure == (401, "token_expired"), "after six months"


# ---- what the API has no endpoint for ----

class Sandbox:
    """A server of its own, and commands on its database while it runs."""

    def __init__(self, stint, server):
        self.stint, self.server = stint, server
        self.owner = self.client("demo-owner")

    def client(self, token):
        return Client(self.server, token)

    def email(self, user_id):
        return self.owner.get(f"/members/{user_id}", workspace_id=1).data["email"]

    def run(self, *arguments):
        done = self.stint.run(*arguments, "--workspace", "1", "--database", self.server.database)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def project(self, client=None):
        return (client or self.owner).get("/projects/100", workspace_id=1).data


@pytest.fixture
def sandbox(stint, start_server):
    return Sandbox(stint, start_server())


def test_a_team_managers_view_follows_the_teams(sandbox):
    manager = sandbox.client("demo-team-manager")
    assert manager.get("/members/12", workspace_id=1).failure == (404, "not_found")
    sandbox.run("team", "create", "Night shift")
    sandbox.run("team", "add", "Night shift", sandbox.email(12))
    assert manager.get("/members/12", workspace_id=1).failure == (404, "not_found"), "not their team"
    sandbox.run("team", "add", "Night shift", sandbox.email(13), "--manager")
    assert manager.get("/members/12", workspace_id=1).data["team_name"] == "Night shift"
    listed = sandbox.run("team", "list")
    assert "Night shift" in listed and sandbox.email(12) in listed
    sandbox.run("team", "remove", "Night shift", sandbox.email(12))
    assert manager.get("/members/12", workspace_id=1).failure == (404, "not_found")


def test_a_name_may_be_a_number(sandbox):
    made = sandbox.run("team", "create", "2024")
    for team in ("2024", made.strip()):
        sandbox.run("team", "add", team, sandbox.email(12))
        sandbox.run("team", "remove", team, sandbox.email(12))


@pytest.mark.parametrize("token", ["demo-project-manager", "demo-project-viewer"])
def test_grants_of_projects(sandbox, token):
    client = sandbox.client(token)
    email = sandbox.email(client.get("/workspaces").data[0]["user_id"])
    project = sandbox.owner.post("/projects", json={"name": "Granted"}, workspace_id=1).data
    path = f"/projects/{project['id']}"
    assert client.get(path, workspace_id=1).failure == (404, "not_found")
    sandbox.run("project", "grant", str(project["id"]), email)
    assert client.get(path, workspace_id=1).data["name"] == "Granted"
    sandbox.run("project", "revoke", str(project["id"]), email)
    assert client.get(path, workspace_id=1).failure == (404, "not_found")


def test_a_deleted_project_comes_back(sandbox):
    before = sandbox.project()
    sandbox.owner.delete("/projects/100", workspace_id=1)
    sandbox.run("project", "restore", "100")
    assert sandbox.project() | {"updated_at": None} == before | {"updated_at": None}
    assert sandbox.owner.get("/contracts/20", workspace_id=1).status == 200


def test_rates_are_shown_only_of_billable_projects(sandbox):
    sandbox.owner.put("/contracts/20", json={"rate": 25.5}, workspace_id=1)
    sandbox.run("project", "set", "100", "--billable", "no")
    assert sandbox.project()["is_billable"] is False
    assert sandbox.owner.get("/contracts/20", workspace_id=1).data["rate"] is None
    sandbox.run("project", "set", "100", "--billable", "yes", "--rate", "80.25")
    assert (sandbox.project()["is_billable"], sandbox.project()["rate"]) == (True, 80.25)
    assert sandbox.owner.get("/contracts/20", workspace_id=1).data["rate"] == 25.5


def test_rates_of_members(sandbox):
    sandbox.run("user", "rate", sandbox.email(100), "33.3333")
    assert sandbox.owner.get("/members/100", workspace_id=1).data["rate"] == 33.3333
    regular = sandbox.client("demo-regular-user")
    for rate_status, rate in ((0, None), (1, 33.3333)):
        sandbox.owner.put("/members/100", json={"rate_status": rate_status}, workspace_id=1)
        assert regular.get("/members/100", workspace_id=1).data["rate"] == rate


def test_tags(sandbox):
    sandbox.run("tag", "create", "Quarterly", "--color", "#00FF00")
    sandbox.run("tag", "create", "Urgent")
    assert "Quarterly" in sandbox.run("tag", "list")
    for name in ("Urgent", "Quarterly"):
        sandbox.run("tag", "attach", name, "100")
    tags = sandbox.project()["tags"]
    assert [list(tag) for tag in tags] == [["id", "name", "color"]] * 2
    assert [(tag["name"], tag["color"]) for tag in tags] == [("Quarterly", "#00FF00"), ("Urgent", "#808080")]
    untagged = sandbox.owner.post("/projects", json={"name": "Untagged"}, workspace_id=1).data
    listed = {row["id"]: row["tags"] for row in sandbox.owner.get("/projects", workspace_id=1).data}
    assert listed == {100: tags, untagged["id"]: []}
    sandbox.run("tag", "detach", "Quarterly", "100")
    assert [tag["name"] for tag in sandbox.project()["tags"]] == ["Urgent"]


def test_titles(sandbox):
    sandbox.run("title", "create", "Astronaut")
    assert "Astronaut" in sandbox.run("title", "list")
    sandbox.run("title", "assign", "Astronaut", sandbox.email(100))
    assert sandbox.owner.get("/members/100", workspace_id=1).data["title"] == "Astronaut"


def test_a_blocked_member_is_out_at_once(sandbox):
    email, regular = sandbox.email(100), sandbox.client("demo-regular-user")
    sandbox.run("user", "block", email)
    assert regular.get("/projects", workspace_id=1).failure == (403, "not_a_member")
    assert regular.get("/projects").failure == (403, "not_a_member")
    assert regular.get("/workspaces").data == []
    assert sandbox.owner.get("/members/100", workspace_id=1).data["is_blocked"] is True
    sandbox.run("user", "unblock", email)
    assert regular.get("/projects").status == 200
    assert regular.get("/workspaces").ids == [1]


def test_a_blocked_member_tracks_no_more_time(sandbox):
    person = {"user_id": 100, "workspace_id": 1}
    today = sandbox.owner.get("/workspaces").meta["timestamp"][:10]
    sandbox.owner.post("/time-tracking/start", json=person)
    sandbox.run("user", "block", sandbox.email(100))
    assert sandbox.owner.get("/time-tracking/current-data", **person).failure == (400, "not_tracking")
    entry = {"date": today, "start_time": "00:00", "end_time": "00:01"}
    slot = {"id": "a", "start": f"{today}T00:00:00Z", "end": f"{today}T00:01:00Z"}
    for path, more in (("/time-entries", entry), ("/time-tracking/start", {}), ("/tracked-slots", {"slots": [slot]})):
        assert list(sandbox.owner.post(path, json=person | more).faults) == ["user_id"]
    sandbox.run("user", "unblock", sandbox.email(100))
    assert sandbox.owner.post("/time-tracking/start", json=person).status in (200, 201)


def test_blocking_ends_a_tracker_that_was_forgotten_for_weeks(sandbox):
    """More days than a command has ids at first."""
    now = datetime.datetime.now(datetime.timezone.utc)
    set_clock(sandbox.owner, f"{now - datetime.timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}")
    sandbox.owner.put("/members/100", json={"weekly_hours_limit": 168}, workspace_id=1)
    sandbox.owner.post("/time-tracking/start", json={"user_id": 100, "workspace_id": 1})
    sandbox.run("user", "block", sandbox.email(100))
    set_clock(sandbox.owner, f"{now:%Y-%m-%dT%H:%M:%SZ}")
    day = f"{now - datetime.timedelta(days=5):%Y-%m-%d}"
    entries = sandbox.owner.get("/time-entries", workspace_id=1, user_id=100, date=day).data
    assert [entry["duration_minutes"] for entry in entries] == [24 * 60]


def test_another_name_for_a_workspace(sandbox):
    sandbox.run("workspace", "rename", "New name")
    assert sandbox.owner.get("/workspaces").data[0]["workspace_name"] == "New name"
    done = sandbox.stint.run("workspace", "list", "--database", sandbox.server.database)
    assert "New name" in done.stdout


def test_a_file_that_may_not_grow_is_a_failure_with_a_reason(stint, tmp_path):
    database = f"sqlite:{tmp_path}/full.db"
    assert stint.run("migrate", "--database", database).returncode == 0
    done = subprocess.run([stint.path, "backup", str(tmp_path / "copy.db"), "--database", database],
                          capture_output=True, text=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)))
    assert done.returncode == 1 and done.stderr.startswith("stint: "), done


# ---- addresses from before ----

def test_addresses_from_before_mailboxes(stint, start_server):
    """Two spellings of one mailbox stay two accounts, and are told: nobody is merged silently."""
    server = start_server()
    server.stop()
    for table, key in (("users", "id"), ("members", "user_id")):
        run_sql(server, f"UPDATE {table} SET mailbox = NULL")
        run_sql(server, f"UPDATE {table} SET email = 'Éva@MÜLLER.example' WHERE {key} = 11")
        run_sql(server, f"UPDATE {table} SET email = 'éva@müller.example' WHERE {key} = 12")
    checked = stint.run("check", "--database", server.database)
    assert checked.returncode == 1 and "account 11: " in checked.stdout and "run stint migrate" in checked.stdout
    assert stint.run("migrate", "--database", server.database).returncode == 0
    checked = stint.run("check", "--database", server.database)
    assert checked.returncode == 1
    lines = checked.stdout.splitlines()
    assert len(lines) == 3 and lines[-1] == "checked: 2 differences"
    assert lines[0].startswith("account 12: ") and lines[0].endswith("is a mailbox of account 11, too")
    assert lines[1].startswith("workspace 1 member 12: ") and lines[1].endswith("is a mailbox of member 11, too")

    owner = Client(start_server(database=server.database), "demo-owner")
    assert owner.get("/members", workspace_id=1, email="ÉVA@xn--mller-kva.example").ids == [11]
    assert owner.get("/members/12", workspace_id=1).data["email"] == "éva@müller.example"
    assert owner.put("/members/12", json={"email": "other-eva@example.com"}, workspace_id=1).status == 200
    assert owner.get("/members", workspace_id=1, email="other-eva@example.com").ids == [12]


# ---- what leaves are asked for against ----

def test_leave_policies(run, workspace):
    at = ["--workspace", workspace]
    id = run("leave-policy", "create", "Vacation", "days", "28.5", *at).strip()
    other = run("leave-policy", "create", "Care \"at home\"", "hours", "7.3333", *at).strip()
    assert run("leave-policy", "list", *at) == (
        f'{id}\tVacation\tdays\t28.5\n{other}\tCare \\"at home\\"\thours\t7.3333\n')
    for name, value in (("accrual", "monthly"), ("carry_over", "5"), ("is_paid", "no"), ("name", "Holidays")):
        assert run("leave-policy", "set", id, name, value, *at) == ""
    assert run("leave-policy", "show", "HOLIDAYS", *at) == (
        f"id\t{id}\nname\tHolidays\ntime_unit\tdays\nduration\t28.5\nworking_hours_per_day\t8\nis_paid\tno\n"
        "allow_negative_balance\tfalse\nreason_required\tfalse\nnotice_required\ttrue\naccrual\tmonthly\n"
        "carry_over\t5\ncarry_over_months\t12\n")
    for arguments, reason in (
            (["create", "holidays", "days", "1"], "already in use"),
            (["create", "x", "weeks", "1"], "time_unit"), (["create", "x", "days", "1.3"], "quarters of a day"),
            (["set", "Holidays", "duration", "-1"], "duration"),
            (["set", "Holidays", "duration", ""], "a value is needed"),
            (["set", "Holidays", "policyId", other], "there is no such setting; see stint leave-policy show"),
            (["set", "Holidays", "time_unit", "hours"], "no such setting"), (["show", "999"], 'no leave policy "999"')):
        assert reason in run("leave-policy", *arguments, *at, returncode=1)
    assert run("leave-policy", "remove", other, *at) == ""
    assert run("leave-policy", "list", *at) == f"{id}\tHolidays\tdays\t28.5\n"


def test_leave_allowances(run, workspace):
    at = ["--workspace", workspace]
    id = run("leave-policy", "create", "Study", "days", "5", *at).strip()
    for duration in ("6", "6.25"):
        assert run("leave-allowance", "set", "owner@example.com", "study", "2024", duration, *at) == ""
    assert run("leave-allowance", "list", *at).split("\t")[1:] == [id, "Study", "days", "2024", "6.25\n"]
    for arguments, reason in ((["nobody@example.com", id, "2024", "1"], "no member"),
                              (["owner@example.com", id, "24", "1"], "year"),
                              (["owner@example.com", id, "2024", "1.3"], "quarters of a day")):
        assert reason in run("leave-allowance", "set", *arguments, *at, returncode=1)


def test_holidays(run, workspace):
    at = ["--workspace", workspace]
    assert run("holiday", "set", "2024-12-24", "Christmas Eve", "--half-day", *at) == ""
    assert run("holiday", "set", "2024-12-25", "Christmas", *at) == ""
    assert run("holiday", "list", *at) == "2024-12-24\tChristmas Eve\ttrue\n2024-12-25\tChristmas\tfalse\n"
    assert "date" in run("holiday", "set", "24.12.2024", "x", *at, returncode=1)
    assert run("holiday", "remove", "2024-12-24", *at) == ""
    assert run("holiday", "list", *at) == "2024-12-25\tChristmas\tfalse\n"


def test_a_lost_second_factor_is_removed_by_the_operator(stint, demo):
    def reset():
        return stint.run("user", "second-factor-reset", "owner@example.com", "--database", demo.database)

    assert "owner@example.com has no second factor" in reset().stderr
    run_sql(demo, "INSERT INTO second_factors (user_id, begun_at, last_step, confirmed_at) VALUES (10, 1, 0, 1)")
    run_sql(demo, "INSERT INTO backup_codes (user_id, hash) VALUES (10, 'a'), (11, 'b')")
    done = reset()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run_sql(demo, "SELECT count(*) FROM second_factors") == "0"
    assert run_sql(demo, "SELECT user_id FROM backup_codes") == "11"
    assert reset().returncode == 1
