"""Replies that are files: exports, and other formats than JSON."""

import csv
import datetime
import io
import json
import os
import resource

import openpyxl
import pytest
from client import API, Client, Document
from scenario import new_member, run_sql, set_clock, until

PATH = "/export/time-entries"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOW = "2024-03-01T12:00:00Z"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=\"x\",1", "plain, \"quoted\"\nsecond line", "a=b"]
LONG = "ü" * 60_000
ROWS = 60  # with such a text each


@pytest.fixture(scope="module")
def office(demo, owner):
    """Entries of several members, days and texts, also of one who left; all that the exports have to give."""
    set_clock(owner, NOW)
    gone = new_member(owner)
    for day, notes in enumerate(FORMULAS, 10):
        for user_id in (100, 12, gone):
            owner.post("/time-entries", workspace_id=1, json={
                "user_id": user_id, "date": f"2024-02-{day}", "start_time": "09:00", "end_time": "10:30",
                "notes": notes})
    owner.delete(f"/members/{gone}", workspace_id=1)
    return gone


def export(client, **query):
    return client.get(PATH, workspace_id=1, **query)


def rows_of_csv(reply):
    text = reply.content.decode()
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_cell(value):
    """What a value of JSON is in CSV."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return "'" + text if isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


# ---- what is in it ----

def test_everything_is_exported_once_in_the_order_of_members_and_time(owner, office):
    rows = export(owner).data
    assert rows == sorted(rows, key=lambda row: (row["user_id"], row["start_time"]))
    assert {row["user_id"] for row in rows} >= {100, 12, office}
    for user_id, day in {(row["user_id"], row["date"]) for row in rows}:
        listed = owner.pages("/time-entries", workspace_id=1, user_id=user_id, date=day)
        assert listed == [row for row in rows if (row["user_id"], row["date"]) == (user_id, day)]


def test_of_many_entries_of_a_member_none_is_left_out(owner, office):
    days = [f"2023-0{month}-{day:02}" for month in (1, 2, 3) for day in range(1, 26)]
    for day in days:
        owner.post("/time-entries", workspace_id=1, json={
            "user_id": 11, "date": day, "start_time": "09:00", "end_time": "10:00"})
    rows = export(owner, start_date="2023-01-01", end_date="2023-12-31").data
    assert [row["date"] for row in rows] == days
    assert len({row["id"] for row in rows}) == len(days)


def test_a_range_is_of_whole_days_and_may_be_open(owner, office):
    everything = export(owner).data
    for first, last in (("2024-02-11", "2024-02-12"), ("2024-02-15", None), (None, "2024-02-10")):
        query = {name: day for name, day in (("start_date", first), ("end_date", last)) if day}
        assert export(owner, **query).data == \
            [row for row in everything if (first or "") <= row["date"] <= (last or "9999")]
    assert export(owner, start_date="2031-01-01").data == []
    assert list(export(owner, start_date="2024-02-11", end_date="2024-02-10").faults) == ["end_date"]


def test_a_workspace_exports_only_its_own(owner, other_owner, office):
    assert not {row["id"] for row in export(owner).data} & \
        {row["id"] for row in other_owner.get(PATH, workspace_id=2).data}
    assert export(other_owner).failure == (403, "not_a_member")


# ---- formats ----

def test_all_formats_hold_the_same(owner, office):
    rows = export(owner).data
    lines = export(owner, format="ndjson").content.decode().split("\n")
    assert lines.pop() == "" and [json.loads(line) for line in lines] == rows
    cells = rows_of_csv(export(owner, format="csv"))
    assert list(cells[0]) == [*rows[0], "deleted_at"] and {each.pop("deleted_at") for each in cells} == {""}
    assert cells == [{name: as_cell(value) for name, value in row.items()} for row in rows]


def sheet_of(reply):
    """The values of its rows: as a program that does not calculate sees them."""
    book = openpyxl.load_workbook(io.BytesIO(reply.content), data_only=True)
    assert book.active.freeze_panes == "A2"
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def minutes_of(cell):
    """Of a duration, which is a time where it is less than a day."""
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds() / 60
    return cell.hour * 60 + cell.minute


def test_a_workbook_has_typed_cells_and_sums(owner, office):
    rows = export(owner).data
    header, *cells, sums = sheet_of(export(owner, format="xlsx"))
    assert header == [*rows[0], "deleted_at"] and len(cells) == len(rows)
    for cell, row in zip((dict(zip(header, each)) for each in cells), rows):
        assert str(cell["date"].date()) == row["date"]
        assert cell["start_time"].isoformat() + "+00:00" == row["start_time"]
        assert cell["end_local"].isoformat("minutes") == row["end_local"]
        assert minutes_of(cell["total_minutes"]) == row["total_minutes"]
        for name in ("id", "user_id", "project_id", "project_name", "activity_description", "method"):
            assert cell[name] == row[name]
    assert minutes_of(sums[header.index("total_minutes")]) == sum(row["total_minutes"] for row in rows)


# ---- reports ----

LISTS = ("daily_breakdown",)  # that are written as maps
RANGE = {"workspace_id": 1, "start_date": "2024-02-10", "end_date": "2024-02-16"}


def flat(row):
    """What of a row has columns: no lists, and amounts by currency as one text."""
    return {name: "; ".join(f"{key} {each}" for key, each in value.items()) if isinstance(value, dict) else value
            for name, value in row.items() if not isinstance(value, list) and name not in LISTS}


def lines_of(report, list_name):
    """The rows of the table, each with what stands above it and is not said by the row itself."""
    if list_name is None:
        return [{"date": date} | flat(line) for date, lines in report.items() if date[:2] == "20" for line in lines]
    result = []
    for user in report["users"]:
        rows = user[list_name]
        result += [(user, {"date": date}, row) for date in rows for row in rows[date]] if isinstance(rows, dict) else \
            [(user, {}, row) for row in rows]
    own = {name for _, _, row in result for name in row}  # one that leaves it out has nothing, not the sum of all
    return [{name: value for name, value in flat(user).items() if name not in own} | date | flat(row)
            for user, date, row in result]


@pytest.mark.parametrize("path, list_name, query, count", [
    ("tracked-hours", None, RANGE, 21), ("task-report", "daily_breakdown", RANGE, 21),
    ("activity-descriptions", "descriptions", RANGE, 21),
    ("daily-timeline", "entries", {"workspace_id": 1, "date": "2024-02-12"}, 3),
])
def test_reports_are_tables_too(owner, office, path, list_name, query, count):
    path = "/reports/" + path
    lines = lines_of(owner.get(path, **query).data, list_name)
    cells = rows_of_csv(owner.get(path, format="csv", **query))
    assert len(lines) == count
    omitted = {name: "" for name in cells[0]}  # what JSON leaves out
    assert cells == [omitted | {name: as_cell(value) for name, value in line.items()} for line in lines]
    header, *cells, sums = sheet_of(owner.get(path, headers={"Accept": XLSX}, **query))
    assert [name for name in header if name in lines[0]] == list(lines[0]) and len(cells) == count
    at = next(header.index(name) for name in ("total_minutes", "duration_minutes") if name in header)
    minutes = [line[header[at]] for line in lines]
    assert [minutes_of(row[at]) for row in cells] == minutes and minutes_of(sums[at]) == sum(minutes)


def test_all_reports_are_tables(demo, owner, office):
    """Whether there is anything in them or not."""
    for operation in Document.of(demo).operations:
        if "text/csv" not in operation.response("200").get("content", {}) or operation.template == PATH:
            continue
        query = {"date": "2024-02-12"} if operation.template.startswith("/reports/daily") else RANGE
        query = {"workspace_id": 1} | query
        rows = rows_of_csv(owner.get(operation.template, format="csv", **query))
        header = sheet_of(owner.get(operation.template, format="xlsx", **query))[0]
        assert "user_id" in header and all(list(row) == header for row in rows), operation.template


def test_a_table_is_the_page_that_was_asked_for(owner, office):
    page = owner.get("/reports/task-report", format="csv", per_page=1, page=2, **RANGE)
    assert {row["user_id"] for row in rows_of_csv(page)} == {"100"}
    assert "page=3" in page.links["next"]["url"] and "format=csv" in page.links["next"]["url"]


def test_nobody_is_given_in_a_file_what_they_may_not_see(owner, project_manager, regular_user, office):
    for path in (PATH, "/reports/tracked-hours"):
        for client in (project_manager, regular_user):
            assert client.get(path, format="csv", workspace_id=1).failure == (403, "forbidden")


def test_a_text_is_no_formula_and_stays_in_its_cell(owner, office):
    cells = rows_of_csv(export(owner, format="csv", start_date="2024-02-10"))
    found = [row["activity_description"] for row in cells if row["user_id"] == "12"]
    assert found == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'=\"x\",1", "plain, \"quoted\"\nsecond line", "a=b"]


def test_a_file_says_what_it_is(owner, office):
    reply = export(owner, format="csv")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="time-entries.csv"'
    assert reply.headers["Content-Length"] == str(len(reply.content))
    assert reply.headers["Cache-Control"] == "no-store" and "Accept" in reply.headers["Vary"]
    head = owner.head(PATH, workspace_id=1, format="csv")
    assert head.status == 200 and head.headers["Content-Length"] == str(len(reply.content))


@pytest.mark.parametrize("accept, media_type", [
    ("text/csv", "text/csv"), ("application/x-ndjson", "application/x-ndjson"), ("*/*", "application/json"),
    ("text/*", "text/csv"), ("text/html, */*;q=0.5", "application/json"), ("image/png", "application/json"),
    ("application/json;q=0.5, text/csv;q=0.6", "text/csv"), ("TEXT/CSV; charset=utf-8", "text/csv"),
    ("text/csv;q=0, */*;q=0.1", "application/json"), ("*/*, application/json;q=0.1", "text/csv"),
    ("", "application/json"),
    ("text/csv;q=x, application/x-ndjson;q=0.001", "application/x-ndjson"),
])
def test_accept_chooses_the_format(owner, office, accept, media_type):
    reply = owner.get(PATH, headers={"Accept": accept}, workspace_id=1)
    assert reply.headers["Content-Type"].partition(";")[0] == media_type


def test_what_is_asked_for_in_the_address_comes_before_accept(owner, office):
    reply = owner.get(PATH, headers={"Accept": "text/csv"}, workspace_id=1, format="json")
    assert reply.is_json
    assert list(export(owner, format="xml").faults) == ["format"]
    assert export(owner, format="").is_json


# ---- limits ----

@pytest.fixture
def heavy(start_server, tmp_path):
    """heavy(*flags): a client of a server whose export is larger than what a connection holds on its way, and its
    folder for temporary files."""
    def start(*flags):
        server = start_server("--temporary-directory", str(tmp_path), *flags)
        client = Client(server, "demo-owner")
        set_clock(client, NOW)
        client.post("/time-entries", workspace_id=1, json={
            "user_id": 100, "date": "2022-01-01", "start_time": "09:00", "end_time": "10:00", "notes": LONG})
        columns = "user_id, contract_id, task_id, method, minutes, from_slots, description, created_at, updated_at"
        run_sql(server, f"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
            INSERT INTO time_entries (workspace_id, id, day, start_at, end_at, {columns})
            SELECT 1, 1000000 + n.i, e.day + n.i, e.start_at + n.i * 86400, e.end_at + n.i * 86400, {columns}
            FROM time_entries e, n WHERE e.workspace_id = 1 AND e.day = 18993""")
        return client
    return start


def count_entries(client):
    return int(run_sql(client.server, "SELECT count(*) FROM time_entries WHERE workspace_id = 1"))


def raw_get(client, path):
    """A reply that may be a refusal of the server's, which no document lists for the operation."""
    return client.exchange("GET", API + path)


def slow_reader(client, token="demo-owner"):
    """A client that asks for the export and reads nothing of it."""
    stream = client.server.connect(30, 4096)
    stream.sendall(f"GET {API}{PATH}?workspace_id=1 HTTP/1.1\r\nHost: localhost\r\n"
                   f"Authorization: Bearer {token}\r\n\r\n".encode())
    assert stream.recv(12) == b"HTTP/1.1 200"
    return stream


def test_files_are_bounded_in_number_and_whoever_leaves_makes_room(heavy, tmp_path):
    client = heavy("--exports", "1", "--request-memory", "8388608")
    stream = slow_reader(client)
    refused = raw_get(client, PATH + "?workspace_id=1")
    assert refused.status == 503 and refused.body["error"] == "unavailable"
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get("/projects", workspace_id=1).status == 200  # others notice nothing
    assert os.listdir(tmp_path) == []  # it has no name
    stream.close()
    until(lambda: raw_get(client, PATH + "?workspace_id=1").status == 200)
    assert len(export(client).data) == count_entries(client)


def test_nobody_takes_all_places(heavy):
    """Half of three is two: whoever has them waits, and others are given theirs."""
    client = heavy("--exports", "3")
    executive = Client(client.server, "demo-executive-manager")
    streams = [slow_reader(client) for _ in range(2)]
    refused = raw_get(client, PATH + "?workspace_id=1")
    assert refused.failure == (503, "unavailable") and int(refused.headers["Retry-After"]) > 0
    for _ in range(2):
        assert len(export(executive).data) == count_entries(client)
    streams.pop().close()
    until(lambda: raw_get(client, PATH + "?workspace_id=1").status == 200)
    streams.pop().close()


def test_two_do_not_take_all_places_either(heavy):
    """Whoever has as many as are left leaves them to others."""
    client = heavy("--exports", "4")
    executive, third = (Client(client.server, f"demo-{role}") for role in ("executive-manager", "other-owner"))
    streams = [slow_reader(client, token) for token in ("demo-owner", "demo-owner", "demo-executive-manager")]
    assert raw_get(client, PATH + "?workspace_id=1").status == 503
    assert raw_get(executive, PATH + "?workspace_id=1").status == 503
    assert raw_get(third, PATH + "?workspace_id=2").status == 200
    for stream in streams:
        stream.close()


def test_a_file_that_would_be_too_large_is_refused(heavy):
    client = heavy("--export-limit", "1000000")
    refused = raw_get(client, PATH + "?workspace_id=1")
    assert refused.status == 400 and refused.body["error"] == "file_too_large"
    assert len(export(client, start_date="2022-01-02", end_date="2022-01-05").data) == 4


def test_a_disk_that_fills_is_said_and_leaves_nothing(heavy, tmp_path):
    client = heavy()
    limits = resource.prlimit(client.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(client.server.pid, resource.RLIMIT_FSIZE, (2_000_000, limits[1]))
    refused = raw_get(client, PATH + "?workspace_id=1&format=csv")
    assert refused.status == 507 and refused.body["error"] == "insufficient_storage"
    assert "File too large" in client.server.log.read_text()
    resource.prlimit(client.server.pid, resource.RLIMIT_FSIZE, (5_000, limits[1]))
    assert raw_get(client, PATH + "?workspace_id=1&format=xlsx").status == 507
    resource.prlimit(client.server.pid, resource.RLIMIT_FSIZE, (2_000_000, limits[1]))
    assert len(export(client, start_date="2024-01-01", end_date="2024-01-16").data) == 1
    resource.prlimit(client.server.pid, resource.RLIMIT_FSIZE, limits)
    assert len(export(client).data) == count_entries(client)
    os.rmdir(tmp_path)
    assert raw_get(client, PATH + "?workspace_id=1").status == 507
    assert "No such file" in client.server.log.read_text()
    os.mkdir(tmp_path)
    assert len(export(client).data) == count_entries(client)


def test_sending_ends_with_its_time(heavy):
    client = heavy("--export-timeout", "2", "--exports", "1")
    stream = slow_reader(client)
    until(lambda: raw_get(client, PATH + "?workspace_id=1&start_date=2024-01-01").status == 200)
    stream.close()


def test_the_server_stops_while_a_file_is_sent(heavy):
    client = heavy("--request-timeout", "1")
    stream = slow_reader(client)
    client.server.stop()
    stream.close()
