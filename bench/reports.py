"""Measures sheets, reports and exports: what years of entries cost them, and what others notice, on both engines."""

import contextlib
import copy
import dataclasses
import datetime
import re
import sqlite3
import statistics
import subprocess
import threading
import time

import seed
import synthetic
from measure import NO_SAMPLE, Ratio, Sample, Traffic, compare, looked_at, start_synthetic
from servers import running

SHEETS = "/api/v2/timesheets?workspace_id=1&per_page="
READERS = 4  # of long reports, or while an export is made
MEMBERS = 200
# Years, and entries of a working day.
HISTORY = {"100 thousand": (0.48, 4), "1 million": (4.8, 4), "10 million": (48, 4), "10 million in 12 years": (12, 16)}
HOURS = "/api/v2/reports/tracked-hours?workspace_id=1&start_date={first}&end_date={last}"
HOURS_DAYS = 31
QUESTIONS = 15  # how often a statement is timed
# Minutes by day, member and contract, from the rollup and from the entries, of all members of the workspace; counted,
# as what reads the rows would cost both the same.
HOURS_STATEMENTS = {
    "of the rollup": "SELECT d.day, d.user_id, d.contract_id, sum(d.minutes) AS minutes FROM daily_minutes d "
                     "WHERE d.workspace_id = 1 AND d.day BETWEEN {first} AND {last} AND d.method <> 8 "
                     "GROUP BY d.day, d.user_id, d.contract_id ORDER BY d.day, d.user_id, d.contract_id",
    "of the entries": "SELECT e.day, e.user_id, e.contract_id, sum(e.minutes) AS minutes FROM time_entries e "
                      "WHERE e.workspace_id = 1 AND e.day BETWEEN {first} AND {last} AND e.method <> 8 "
                      "AND e.user_id IN (SELECT m.user_id FROM members m WHERE m.workspace_id = 1) "
                      "GROUP BY e.day, e.user_id, e.contract_id ORDER BY e.day, e.user_id, e.contract_id"}
EXPORT = "/api/v2/export/time-entries?workspace_id=1&format=csv"
# The rows of an export, as the engines' own shells print them.
EXPORT_STATEMENT = """
SELECT e.id, e.user_id, e.contract_id, c.project_id, p.name, e.task_id, t.title, e.description, e.method,
       {day}, {start}, {end}, e.minutes, e.minutes
FROM time_entries e
LEFT JOIN contracts c ON c.workspace_id = 1 AND c.id = e.contract_id
LEFT JOIN projects p ON p.workspace_id = 1 AND p.id = c.project_id
LEFT JOIN tasks t ON t.workspace_id = 1 AND t.id = e.task_id
WHERE e.workspace_id = 1 ORDER BY e.user_id, e.day, e.start_at"""
SQLITE_INSTANT = "strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch')"
POSTGRESQL_INSTANT = "to_char(to_timestamp({column}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


class Engine:
    """Where the databases are, and how its own shell asks them."""

    def __init__(self, name, cluster=None):
        self.name, self.cluster = name, cluster

    def start(self, start, options, folder, entries):
        url = self.cluster.new_database() if self.cluster else None
        years, parts = HISTORY[entries]
        server = start_synthetic(start, f"{self.name}, {entries}", options.stint, folder, MEMBERS, years, database=url,
                                 parts=parts)
        server.engine = self
        if self.cluster:
            server.cpu_beside = self.cluster.cpu_seconds
        return server

    def printing(self, server):
        """The command that prints the rows of an export as CSV."""
        if not self.cluster:
            statement = _export_statement("date(e.day * 86400, 'unixepoch')", SQLITE_INSTANT)
            return ["sqlite3", "-csv", f"file:{server.database}?mode=ro", statement]
        statement = _export_statement("to_char(DATE '1970-01-01' + e.day::int, 'YYYY-MM-DD')", POSTGRESQL_INSTANT)
        return ["psql", "-X", "-q", server.database, "-c", f"COPY ({statement}) TO STDOUT (FORMAT csv)"]

    def seconds(self, server, statement):
        """How long a statement takes, and what it answers."""
        if not self.cluster:
            with contextlib.closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as connection:
                begun = time.perf_counter()
                row = connection.execute(statement).fetchone()
                return time.perf_counter() - begun, row
        said = subprocess.run(["psql", "-X", "-A", "-t", server.database, "-c", "\\timing on", "-c", statement],
                              capture_output=True, text=True, check=True).stdout
        return float(re.search(r"^Time: ([\d.]+) ms", said, re.MULTILINE)[1]) / 1000, said.splitlines()[1]


def _export_statement(day, instant):
    return EXPORT_STATEMENT.format(day=day, start=instant.format(column="e.start_at"),
                                   end=instant.format(column="e.end_at"))


def _report_days():
    last = datetime.date.fromisoformat(synthetic.LAST_DAY)
    return last - datetime.timedelta(days=HOURS_DAYS - 1), last


def _time_statements(server):
    """Of the report, by turns. The fastest, as each reads the same."""
    first, last = ((day - synthetic.EPOCH).days for day in _report_days())
    seconds, answers = {name: [] for name in HOURS_STATEMENTS}, set()
    for _ in range(QUESTIONS):
        for name, statement in HOURS_STATEMENTS.items():
            took, answer = server.engine.seconds(server, "SELECT count(*), sum(minutes) FROM "
                                                         f"({statement.format(first=first, last=last)}) AS asked")
            seconds[name].append(took)
            answers.add(answer)
    assert len(answers) == 1, answers
    return {f"{server.name}, {name}": [Sample(1 / min(each), 1000 * min(each), 1000 * max(each),
                                                     1e6 * min(each), 0, 0)] for name, each in seconds.items()}


def _fetch_export(server):
    return ["curl", "-sf", "-H", f"Authorization: Bearer {seed.TOKEN}", server.url + EXPORT]


def _lines_a_second(command):
    begun = time.perf_counter()
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return run.stdout.count(b"\n") / (time.perf_counter() - begun)


def _memory_of_export(server):
    """What it held at most while it made an export and sent it."""
    with looked_at(server.memory) as held:
        subprocess.run(_fetch_export(server), stdout=subprocess.DEVNULL, check=True)
    return dataclasses.replace(NO_SAMPLE, rate=max(held))


@contextlib.contextmanager
def exports_beside(server):
    """One export after the other, while others read; who takes them is in no hurry."""
    over = threading.Event()

    def go_on():
        while not over.is_set():
            subprocess.run(["nice", "-n", "19", *_fetch_export(server)], stdout=subprocess.DEVNULL, check=True)

    thread = threading.Thread(target=go_on)
    if "beside" in server.name:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


def _measure_reading(options, middle):
    """Others' reads alone, and beside exports."""
    alone, beside = copy.copy(middle), copy.copy(middle)
    alone.name, beside.name = (f"{middle.engine.name}, {what}" for what in ("alone", "beside an export"))
    return compare([alone, beside], dataclasses.replace(Traffic.of("GET", seed.LIST), connections=READERS,
                                                        beside=exports_beside), options)


def _measure_engine(options, folder, engine, groups):
    with running() as start:
        middle, large = (engine.start(start, options, folder, entries) for entries in ("1 million", "10 million"))
        first, last = _report_days()
        report = dataclasses.replace(Traffic.of("GET", HOURS.format(first=first, last=last)), connections=READERS)
        groups["tracked hours"] |= compare([middle, large], report, options)
        dense = engine.start(start, options, folder, "10 million in 12 years")
        for server in (large, dense):
            groups["its statement"] |= _time_statements(server)
        for server in (middle, large):
            groups["memory of an export"][server.name] = [_memory_of_export(server)]
        for name, command in (("Stint", _fetch_export(middle)), ("its shell", engine.printing(middle))):
            rates = [_lines_a_second(command) for _ in range(options.rounds)]
            groups["export"][f"{engine.name}, {name}"] = [dataclasses.replace(
                NO_SAMPLE, rate=statistics.median(rates))]
        groups["beside an export"] |= _measure_reading(options, middle)
        if not engine.cluster:
            small = engine.start(start, options, folder, "100 thousand")
            groups["20 sheets"] |= compare([small, large], Traffic.of("GET", f"{SHEETS}20"), options)


def measure_reports(options, folder, cluster):
    """Of 200 members, after half a year, five years and 48 years: twenty sheets, a report of 31 days, all entries."""
    groups = {name: {} for name in ("20 sheets", "tracked hours", "its statement", "export", "memory of an export",
                                    "beside an export")}
    for engine in (Engine("SQLite"), Engine("PostgreSQL", cluster)):
        _measure_engine(options, folder, engine, groups)
    return groups


def report_ratios(groups):
    def most(what, above, below, target, of):
        return Ratio(what, above, below, target, of, at_least=False)

    small, large = (groups["20 sheets"][f"SQLite, {entries}"] for entries in ("100 thousand", "10 million"))
    yield most("20 sheets of 200 members: CPU at 10 million / at 100 thousand entries", large, small, 1.3, "cpu")
    yield most("20 sheets of 200 members: rate at 100 thousand / at 10 million", small, large, 1.3, "rate")
    for engine, shell in (("SQLite", "the sqlite3 shell's"), ("PostgreSQL", "psql's")):
        group = {title: {name.removeprefix(f"{engine}, "): sample for name, sample in groups[title].items()
                         if name.startswith(engine)} for title in groups}
        hours, asked, exported = group["tracked hours"], group["its statement"], group["export"]
        yield most(f"{engine}: tracked hours of 200 members, 31 days: CPU at 10 million / at 1 million entries",
                   hours["10 million"], hours["1 million"], 1.3, "cpu")
        for entries, parts in (("10 million", 4), ("10 million in 12 years", 16)):
            yield Ratio(f"{engine}: tracked hours: rate of its statement / of the same of the entries, {parts} a day",
                        asked[f"{entries}, of the rollup"], asked[f"{entries}, of the entries"], 10)
        yield Ratio(f"{engine}: export of 1 million entries as CSV: rows a second / {shell}", exported["Stint"],
                    exported["its shell"], 0.5)
        memory, reads = group["memory of an export"], group["beside an export"]
        yield most(f"{engine}: export: most memory at 10 million / at 1 million entries", memory["10 million"],
                   memory["1 million"], 1.1, "rate")
        yield most(f"{engine}: {READERS} readers beside an export: p99 / alone", reads["beside an export"],
                   reads["alone"], 2, "p99")
