"""stint export: everything of a workspace as files, whole or not at all, and as docs/export.md says."""

import csv
import json
import os
import pathlib
import re
import resource
import sqlite3
import stat
import subprocess

import pytest
from scenario import add_time, check_books, new_colleague, new_contract, new_project, run_sql, set_clock

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOW = "2024-02-01T09:00:00Z"
NOTE = '=1+1, "quoted"\n and=another line'

# Follow from the rest, are secret, or are the server's own business.
LEFT_OUT = {"daily_minutes", "timelines", "redealt_minutes", "due_work", "idempotency_keys", "mails", "user_workspaces",
            "invitation_links", "entry_changes", "events", "noted_events", "webhook_deliveries", "webhook_attempts",
            "export_positions", "apps", "app_grants", "authorization_codes", "refresh_tokens"}
LEFT_OUT_COLUMNS = {"workspace_id", "name_folded", "mailbox", "invitation_hash", "sheets_told_at", "reminded_at",
                    "due_at", "ends_at", "boot", "uptime", "secret_number", "old_secret_until", "leased_until"}


@pytest.fixture(scope="module")
def run(stint, demo):
    def run(directory, workspace="1"):
        return stint.run("export", str(directory), "--workspace", workspace, "--database", demo.database)

    return run


@pytest.fixture(scope="module")
def exported(stint, owner, run, tmp_path_factory):
    """{file: rows} after a day's work, and the directory."""
    set_clock(owner, NOW)
    user_id, _, colleague = new_colleague(stint, owner, firstname="Lena", lastname="Left", role="Regular User")
    owner.put(f"/members/{user_id}", json={"timezone": "Asia/Tokyo"}, workspace_id=1)
    new_contract(owner, new_project(owner)["id"], user_id)
    add_time(owner, user_id, "2024-01-30", "23:00", "24:00", notes="=SUM(A1)")
    colleague.post("/expenses", json={"workspace_id": 1, "expense_name": "Train", "date": "2024-01-20",
                                      "amount": 19.99, "note": NOTE})
    assert owner.delete(f"/members/{user_id}", workspace_id=1).status == 200
    directory = tmp_path_factory.mktemp("export") / "acme"
    done = run(f"{directory}/")
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700 and list(directory.parent.iterdir()) == [directory]
    return directory, {path.name: rows_of(path) for path in directory.glob("*.csv")}, user_id, done.stdout


def rows_of(path):
    """Also says whether its form is RFC 4180's."""
    raw = path.read_bytes()
    assert raw.endswith(b"\r\n") and not raw.startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_manifest_counts_what_is_there(exported):
    directory, files, _, said = exported
    manifest = json.loads((directory / "manifest.json").read_text())
    assert {each["file"]: each["rows"] for each in manifest.pop("files")} == {
        name: len(rows) for name, rows in files.items()}
    assert re.fullmatch(r"stint [\d.]+", manifest.pop("made_by"))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", manifest.pop("exported_at"))
    assert manifest == {"format": "stint-export", "format_version": 1, "workspace_id": 1}
    assert said == f"exported {sum(map(len, files.values()))} rows in {len(files)} files\n"


def test_rows_are_what_the_api_shows(exported, owner):
    _, files, user_id, _ = exported
    [entry] = owner.get("/time-entries", workspace_id=1, user_id=user_id, date="2024-01-30").data
    [row] = [row for row in files["time_entries.csv"] if row["user_id"] == str(user_id)]
    assert row | {"id": entry["id"], "day": "2024-01-30", "start_at": "2024-01-30T14:00:00Z",
                  "end_at": "2024-01-30T15:00:00Z", "minutes": "60", "method": "Manually added time",
                  "description": "=SUM(A1)"} == row
    expenses = {row["id"]: row for row in files["expenses.csv"]}
    shown = owner.pages("/expenses", workspace_id=1)
    assert {id: float(row["amount"]) for id, row in expenses.items()} == {each["id"]: each["amount"] for each in shown}
    [expense] = owner.get("/expenses", workspace_id=1, user_id=user_id).data
    assert (expenses[expense["id"]]["note"], expense["note"]) == (NOTE, NOTE)
    members = {row["user_id"]: row for row in files["members.csv"]}
    assert (members[str(user_id)]["status"], members[str(user_id)]["timezone"]) == ("left", "Asia/Tokyo")
    assert members[str(user_id)]["deleted_at"] == NOW and members["10"]["deleted_at"] == ""
    assert members["10"]["role"] == "Owner"
    [workspace] = files["workspace.csv"]
    assert (workspace["id"], workspace["week_start"], workspace["working_days"]) == (
        "1", "Monday", "Monday; Tuesday; Wednesday; Thursday; Friday")
    told = [row for row in files["history.csv"] if row["expense_id"] == expense["id"]]
    assert [(row["number"], row["action"], row["from_status"], row["to_status"]) for row in told] == [
        ("1", "create", "", "recorded")]


def test_another_workspace_is_not_there(exported):
    _, files, _, _ = exported
    assert "200" not in {row["id"] for row in files["projects.csv"]}
    assert "20" not in {row["user_id"] for row in files["members.csv"]}


def test_the_page_says_each_file_and_column(exported):
    directory, _, _, _ = exported
    page = (ROOT / "docs" / "export.md").read_text()
    told = {file: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
            for file, text in re.findall(r"^## (\w+\.csv)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)}
    assert told == {path.name: path.read_text().splitlines()[0].split(",") for path in directory.glob("*.csv")}


@pytest.mark.only_on("sqlite", "one schema is enough, and easier to ask")
def test_no_table_and_column_of_a_workspace_is_forgotten(demo):
    connection = sqlite3.connect(demo.database.removeprefix("sqlite:"))
    sql = (ROOT / "sql" / "export.sql").read_text()
    read = {table: statement for statement in sql.split("-- name: ")
            for table in re.findall(r"^(?:FROM|JOIN) (\w+) ", statement, re.MULTILINE)}
    for table, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = [column for _, column, *_ in connection.execute(f"PRAGMA table_info({table})")]
        if "workspace_id" not in columns or table in LEFT_OUT:
            continue
        assert table in read
        assert [column for column in columns if not re.search(rf"\bt\.{column}\b", read[table])
                and column not in LEFT_OUT_COLUMNS] == [], table


def test_no_secret_is_in_it(exported, demo):
    directory, _, _, _ = exported
    text = "".join(path.read_text() for path in directory.iterdir())
    for secret in ("SELECT sealing_key FROM installation", "SELECT hash FROM tokens", "SELECT password_hash FROM users "
                   "WHERE password_hash IS NOT NULL"):
        value = run_sql(demo, secret)
        assert len(value) > 20 and value not in text


@pytest.mark.parametrize("make, said", [
    (lambda path: (path.mkdir(), (path / "note.txt").touch()), "is not empty"),
    (lambda path: path.touch(), "Not a directory"),
])
def test_what_is_there_is_left_alone(run, tmp_path, make, said):
    make(tmp_path / "out")
    done = run(tmp_path / "out")
    assert done.returncode == 1 and said in done.stderr and done.stdout == ""
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_an_empty_directory_is_filled(run, tmp_path):
    (tmp_path / "out").mkdir()
    assert run(tmp_path / "out").returncode == 0
    assert (tmp_path / "out" / "manifest.json").exists() and len(list(tmp_path.iterdir())) == 1


def test_what_cannot_be_made_is_said(run, tmp_path):
    done = run(tmp_path / "no" / "such")
    assert (done.returncode, done.stderr) == (1, f"stint: {tmp_path}/no/such: No such file or directory\n")
    done = run(tmp_path / "out", workspace="77")
    assert (done.returncode, done.stderr) == (1, "stint: there is no workspace 77\n")
    assert list(tmp_path.iterdir()) == []


def test_very_many_rows_and_no_room_for_them(stint, engine, start_server, tmp_path):
    """Memory is what it was; a disk that is full leaves nothing behind."""
    server = start_server()

    def export(directory, limit=None):
        process = subprocess.Popen(
            [stint.path, "export", directory, "--workspace", "1", "--database", server.database],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: limit and resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        out, err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, out, err, usage.ru_maxrss

    code, _, err, little = export(tmp_path / "few")
    assert code == 0, err
    run_sql(server, "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000) "
                    "INSERT INTO removed_spans (workspace_id, user_id, start_at, end_at) "
                    "SELECT 1, 100, n, n + 1 FROM numbers")
    code, out, err, much = export(tmp_path / "many")
    assert code == 0 and int(out.split()[1]) > 200000, err
    assert engine == "sqlite" or much < little + 2048, "SQLite's pages are those of the file, mapped"
    code, out, err, _ = export(tmp_path / "full", limit=1 << 20)
    assert (code, out, err) == (1, "", f"stint: {tmp_path}/full/removed_spans.csv: File too large\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["few", "many"]
    check_books(stint, server)
