#!/usr/bin/python3
"""Fills a workspace with members and years of time entries, straight into a database of either engine.

For scale tests: ten million entries in minutes. The rows are those that the server would have written (entries, the
minutes of days, a pending timesheet for each week, the sequences of ids raised above them), so that `stint check` finds
nothing. The database must have the schema (stint migrate, or a sandbox's) and the workspace an owner; no server should
write to it meanwhile.

usage: synthetic.py --database sqlite:FILE|postgresql://… [--workspace 1] --members 200 --years 10"""

import argparse
import datetime
import sqlite3
import subprocess
import time

PROJECTS = 20
LAST_DAY = "2024-12-31"
EPOCH = datetime.date(1970, 1, 1)

MORNING, AFTERNOON, HALF_DAY = 9 * 60, 13 * 60 + 30, 3 * 60 + 30


def hours(parts):
    """A working day in so many entries: begin and end in minutes, and which of the member's two contracts."""
    length = 2 * HALF_DAY // parts
    return [(start + length * part, start + length * (part + 1), contract)
            for contract, start in enumerate((MORNING, AFTERNOON)) for part in range(parts // 2)]


# One text for both engines, but for the series of numbers. Each member has two contracts, on projects by turns.
STATEMENTS = """
INSERT INTO users (id, email, mailbox, created_at)
SELECT {user} + n, 'synthetic-' || ({user} + n) || '@example.com', 'synthetic-' || ({user} + n) || '@example.com', {now}
FROM {members_series};
INSERT INTO members (workspace_id, user_id, email, mailbox, firstname, lastname, timezone, role, status, is_blocked,
                     rate_type, rate_status, weekly_hours_limit, screenshots, created_at, updated_at)
SELECT {workspace}, {user} + n, 'synthetic-' || ({user} + n) || '@example.com',
       'synthetic-' || ({user} + n) || '@example.com', 'Synthetic', 'Member ' || n, 'UTC', 5, 1, FALSE,
       'hourly', 0, 168, 2, {now}, {now} FROM {members_series};
INSERT INTO user_workspaces (user_id, workspace_id) SELECT {user} + n, {workspace} FROM {members_series};
INSERT INTO projects (workspace_id, id, owner_id, name, name_folded, is_billable, rate, weekly_hours_limit, screenshots,
                      status, created_at, updated_at)
SELECT {workspace}, {project} + n, w.owner_id, 'Synthetic ' || n, 'synthetic ' || n, TRUE, 0, 168, 2, 1, {now}, {now}
FROM {projects_series}, workspaces w WHERE w.id = {workspace};
INSERT INTO contracts (workspace_id, id, project_id, user_id, weekly_hours_limit, screenshots, rate_type, currency,
                       status, created_at, updated_at)
SELECT {workspace}, {contract} + 2 * n + k, {project} + (n + k) % {projects}, {user} + n, 168, 2, 3, 'USD', 1, {now},
       {now}
FROM {members_series}, {contracts_series};
INSERT INTO time_entries (workspace_id, id, user_id, day, start_at, end_at, contract_id, method, minutes, from_slots,
                          created_at, updated_at)
SELECT {workspace}, {entry} + (n * {days} + d.i) * {parts} + h.part, {user} + n, d.day, d.day * 86400 + h.begin * 60,
       d.day * 86400 + h.finish * 60, {contract} + 2 * n + h.contract, 3, h.finish - h.begin, FALSE,
       {now}, {now}
FROM {members_series} CROSS JOIN synthetic_days d CROSS JOIN synthetic_hours h
ORDER BY n, d.i, h.part;
INSERT INTO daily_minutes (workspace_id, day, user_id, contract_id, method, task_id, minutes, seconds)
SELECT {workspace}, d.day, {user} + n, {contract} + 2 * n + h.contract, 3, 0, sum(h.finish - h.begin),
       60 * sum(h.finish - h.begin)
FROM synthetic_days d CROSS JOIN {members_series} CROSS JOIN synthetic_hours h
GROUP BY d.day, n, h.contract ORDER BY d.day, n, h.contract;
INSERT INTO timesheets (workspace_id, id, user_id, first_day, last_day, status, created_at, updated_at)
SELECT {workspace}, {sheet} + n * {weeks} + w.i, {user} + n, w.monday, w.monday + 6, 1, {now}, {now}
FROM {members_series} CROSS JOIN synthetic_weeks w;
INSERT INTO transitions (workspace_id, kind, object_id, number, action, to_status, at)
SELECT {workspace}, 1, {sheet} + s, 1, 1, 1, {now} FROM {sheets_series};
"""


def working_days(years):
    last = datetime.date.fromisoformat(LAST_DAY)
    days = [last - datetime.timedelta(days=back) for back in range(int(years * 365.25))]
    return [(day - EPOCH).days for day in reversed(days) if day.weekday() < 5]


def mondays(days):
    """Of the weeks that have some of the days."""
    return sorted({day - (day + 3) % 7 for day in days})


def helpers(days, parts):
    """What the statements are multiplied with, as tables of their own for the while."""
    yield "CREATE TABLE synthetic_days (i BIGINT NOT NULL, day BIGINT NOT NULL)"
    yield "CREATE TABLE synthetic_weeks (i BIGINT NOT NULL, monday BIGINT NOT NULL)"
    yield "CREATE TABLE synthetic_hours (part BIGINT NOT NULL, begin BIGINT, finish BIGINT, contract BIGINT)"
    yield "INSERT INTO synthetic_days VALUES " + ", ".join(f"({i}, {day})" for i, day in enumerate(days))
    yield "INSERT INTO synthetic_weeks VALUES " + ", ".join(f"({i}, {day})" for i, day in enumerate(mondays(days)))
    yield "INSERT INTO synthetic_hours VALUES " + ", ".join(f"({part}, {begin}, {end}, {contract})" for
                                                            part, (begin, end, contract) in enumerate(hours(parts)))


def statements(options, first, days, series):
    values = first | {
        "workspace": options.workspace, "projects": PROJECTS, "parts": options.parts, "days": len(days),
        "weeks": len(mondays(days)), "sheets_series": series("s", options.members * len(mondays(days))),
        "now": int(time.time()), "members_series": series("n", options.members),
        "projects_series": series("n", PROJECTS), "contracts_series": series("k", 2)}
    return [text.strip() for text in STATEMENTS.format(**values).split(";\n") if text.strip()]


def taken(options, days):
    """How many ids of each sequence, by table."""
    return {"user": ("users", options.members), "project": ("projects", PROJECTS),
            "contract": ("contracts", 2 * options.members),
            "entry": ("time_entries", options.members * len(days) * options.parts),
            "sheet": ("timesheets", options.members * len(mondays(days)))}


RAISE = ("INSERT INTO id_blocks (sequence, next_id) VALUES ('{name}', {next}) "
         "ON CONFLICT (sequence) DO UPDATE SET next_id = {next}")


# ---- SQLite ----

def sqlite_series(name, count):
    return (f"(WITH RECURSIVE s(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM s WHERE x < {count - 1}) "
            f"SELECT x AS {name} FROM s)")


def fill_sqlite(file, options, days):
    connection = sqlite3.connect(f"file:{file}?mode=rw", uri=True, isolation_level=None)
    for setting in ("synchronous = OFF", "cache_size = -500000", "temp_store = MEMORY", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN IMMEDIATE")
    first = {}
    for key, (name, count) in taken(options, days).items():
        row = connection.execute("SELECT next_id FROM id_blocks WHERE sequence = ?", (name,)).fetchone()
        first[key] = row[0] if row else 1
        connection.execute(RAISE.format(name=name, next=first[key] + count))
    for statement in [*helpers(days, options.parts), *statements(options, first, days, sqlite_series)]:
        connection.execute(statement)
    connection.execute("DROP TABLE synthetic_days")
    connection.execute("DROP TABLE synthetic_weeks")
    connection.execute("DROP TABLE synthetic_hours")
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return first


# ---- PostgreSQL ----

def postgresql_series(name, count):
    return f"generate_series(0, {count - 1}) AS {name}_series({name})"


def psql(url, script):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url], input=script, text=True,
                          capture_output=True)
    if done.returncode:
        raise SystemExit(f"synthetic: {done.stderr}")
    return done.stdout


def fill_postgresql(url, options, days):
    found = dict(line.split("|") for line in psql(url, "SELECT sequence, next_id FROM id_blocks;").splitlines())
    first = {key: int(found.get(name, 1)) for key, (name, _) in taken(options, days).items()}
    raised = [RAISE.format(name=name, next=first[key] + count) for key, (name, count) in taken(options, days).items()]
    script = [*raised, *helpers(days, options.parts), *statements(options, first, days, postgresql_series),
              "DROP TABLE synthetic_days", "DROP TABLE synthetic_weeks", "DROP TABLE synthetic_hours"]
    psql(url, "BEGIN;\n" + ";\n".join(script) + ";\nCOMMIT;\nANALYZE;\n")
    return first


def fill(options):
    """Returns (first user id, first day, last day, entries)."""
    days = working_days(options.years)
    if options.database.startswith("sqlite:"):
        first = fill_sqlite(options.database.removeprefix("sqlite:"), options, days)
    else:
        first = fill_postgresql(options.database, options, days)
    return first["user"], days[0], days[-1], options.members * len(days) * options.parts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", required=True)
    parser.add_argument("--workspace", type=int, default=1)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--years", type=float, default=10)
    parser.add_argument("--parts", type=int, default=4, help="entries of a member's working day; an even number")
    begun = time.monotonic()
    user, first_day, last_day, entries = fill(parser.parse_args())
    print(f"users from {user}, days {first_day} to {last_day}, {entries} entries, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
