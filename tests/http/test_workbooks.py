"""Workbooks as people open them: LibreOffice shows what the JSON of the same request says, and its sums are its own."""

import csv
import decimal
import os
import re
import subprocess
import zipfile

import pytest
from client import Document
from scenario import add_time, new_contract, new_member, new_project, set_clock
from test_activity import counted, send, slot
from test_exports import flat, lines_of

DAY = "2024-02-14"
RANGE = {"workspace_id": 1, "start_date": "2024-02-05", "end_date": "2024-03-03"}
TABLES = {"task-report": "daily_breakdown", "activity-level": "daily_breakdown", "daily-timeline": "entries",
          "activity-descriptions": "descriptions", "tracked-hours": None}
NOTES = ["=1+1", "+1", "@SUM(A1)", "'quoted", "=\"x\",1", "plain, \"quoted\"\nsecond line", " ü ", "0012", "1/2",
         "_x0041_ & <b>]]>", "_________", None]
STALE = "0.987654321"  # instead of a sum that the file brings with it

ALWAYS_CALCULATES = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@pytest.fixture(scope="module")
def busy(owner):
    """Weeks of people who are paid in two currencies, with minutes that no fraction of a day is exact for, days of more
    than a few hours, a tracker that runs, and one of them gone."""
    set_clock(owner, "2024-02-29T23:30:00Z")
    people = [100, new_member(owner), new_member(owner)]
    for number, (person, currency) in enumerate(zip(people, ("EUR", "USD", "USD"))):
        project = new_project(owner)["id"]
        contract = new_contract(owner, project, person, rate=19.99 + number, currency=currency)["id"]
        for day in range(5, 29):
            for part, hour in enumerate((6, 9, 13, 18)):
                date, end = f"2024-02-{day:02}", f"{hour + part % 3:02}:{17 * day * (part + 1) % 43 + 11}"
                add_time(owner, person, date, f"{hour:02}:07", end, contract_id=contract if part else None,
                         notes=NOTES[(day + part) % len(NOTES)])
        send(owner, person, counted("22:00", 731, 40, 1213, 77, day=DAY, contract_id=contract),
             slot("22:10", 431, day=DAY, activity_level=67))
    set_clock(owner, f"{DAY}T23:50:00Z")
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": 100})
    set_clock(owner, f"{DAY}T23:57:00Z")
    owner.delete(f"/members/{people[2]}", workspace_id=1)


def lines_of_any(name, data):
    """What stands in the table of a report or export."""
    if name == "time-entries":
        return data
    if name == "daily-attendance":
        return [flat(user) | {"statuses": "; ".join(user["statuses"])} for user in data["users"]]
    return lines_of(data, TABLES[name])


def make_stale(path, copy):
    """The same workbook, but that what its formulas are said to amount to is wrong."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(copy, "w") as other:
        for part in book.namelist():
            content = book.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content, count = re.subn(rb"(</f><v>)[^<]*", rb"\g<1>" + STALE.encode(), content)
                assert count
            other.writestr(part, content)


def open_in_office(folder, books):
    """Each as rows of what its cells show. One call for all: it is the beginning that takes time. It would believe the
    sums of other programs."""
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALWAYS_CALCULATES)
    done = subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "--outdir", folder / "shown", *books],
        env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    shown = {}
    for book in books:
        with open(folder / "shown" / f"{book.stem}.csv", newline="", encoding="utf-8") as file:
            shown[book.stem] = list(csv.reader(file))
    return shown


@pytest.fixture(scope="module")
def opened(demo, owner, busy, tmp_path_factory):
    """{report: (the data of its JSON, rows of its workbook, rows of the same with stale sums)}"""
    folder = tmp_path_factory.mktemp("office")
    data, books = {}, []
    for operation in Document.of(demo).operations:
        if "xlsx" not in str(operation.parameters):
            continue
        name = operation.template.rpartition("/")[2]
        query = {"workspace_id": 1, "date": DAY} if name.startswith("daily") else RANGE
        data[name] = owner.get(operation.template, **query).data
        books += [folder / f"{name}.xlsx", folder / f"{name}-stale.xlsx"]
        books[-2].write_bytes(owner.get(operation.template, format="xlsx", **query).content)
        make_stale(*books[-2:])
    shown = open_in_office(folder, books)
    return {name: (data[name], shown[name], shown[f"{name}-stale"]) for name in data}


def duration(minutes):
    return f"{minutes // 60}:{minutes % 60:02}"


def says(cell, name, value):
    """Whether what a cell shows is the value."""
    if value is None:
        return cell == ""
    if isinstance(value, bool):
        return cell == str(value).upper()
    if name.endswith("minutes"):
        return cell == duration(value)
    if isinstance(value, (int, float)):
        exact = decimal.Decimal(str(value))
        return decimal.Decimal(cell.replace(",", "")) == exact.quantize(decimal.Decimal("0.01"), "ROUND_HALF_UP")
    return cell in (value, value.removesuffix("+00:00").replace("T", " "))


def test_all_that_can_be_a_workbook_is_opened(opened):
    assert set(opened) == {*TABLES, "daily-attendance", "time-entries"}


@pytest.mark.parametrize("name", [*TABLES, "daily-attendance", "time-entries"])
def test_libreoffice_shows_what_the_json_says(opened, name):
    data, (header, *rows, sums), stale = opened[name]
    lines = lines_of_any(name, data)
    assert len(rows) == len(lines) > 2
    for row, line in zip(rows, lines):
        wrong = {column: (cell, line.get(column)) for column, cell in zip(header, row)
                 if not says(cell, column, line.get(column))}
        assert not wrong and set(line) <= set(header)
    minutes = {column: [line[column] for line in lines if line[column] is not None] for column in header
               if column.endswith("minutes")}
    assert sums == [duration(sum(minutes[column])) if minutes.get(column) else "" for column in header]
    assert stale == [header, *rows, sums], "it calculates them itself"


@pytest.mark.parametrize("name", ["tracked-hours", "activity-level", "task-report", "activity-descriptions"])
def test_its_sum_is_the_total_of_the_report(opened, name):
    data, (header, *_, sums), _ = opened[name]
    total = data["total"]["total_minutes"] if "total" in data else sum(user["total_minutes"] for user in data["users"])
    assert total > (1000 if name != "activity-level" else 30)
    assert sums[header.index("total_minutes")] == duration(total)
