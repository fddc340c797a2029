"""Measures Stint against a constant reply, itself without group commit, a peer and pgbench; prints ratios.

All of one table is measured in one run, in alternating rounds on the same cores, so that the ratios hold although the
absolute numbers are those of this machine. See README.md beside this file."""

import argparse
import contextlib
import copy
import dataclasses
import datetime
import itertools
import json
import math
import os
import pathlib
import platform
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import seed
import synthetic
from postgres import MeasuredCluster, Pgbench, psql
from servers import running

HERE = pathlib.Path(__file__).resolve().parent
PEER = HERE / "peer"
CONNECTIONS = 64
WARM_SECONDS = 1
SYNC_SECONDS = 1
QUIET_LOAD = 0.5
TRACKERS = 8 * CONNECTIONS
DAY = "/api/v2/time-entries?workspace_id=1&per_page=50"
SHEETS = "/api/v2/timesheets?workspace_id=1&per_page="
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
# The rows of an export, as the shell of SQLite prints them.
EXPORT_STATEMENT = """
SELECT e.id, e.user_id, e.contract_id, c.project_id, p.name, e.task_id, t.title, e.description, e.method,
       date(e.day * 86400, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', e.start_at, 'unixepoch'),
       strftime('%Y-%m-%dT%H:%M:%SZ', e.end_at, 'unixepoch'), e.minutes, e.minutes
FROM time_entries e
LEFT JOIN contracts c ON c.workspace_id = 1 AND c.id = e.contract_id
LEFT JOIN projects p ON p.workspace_id = 1 AND p.id = c.project_id
LEFT JOIN tasks t ON t.workspace_id = 1 AND t.id = e.task_id
WHERE e.workspace_id = 1 ORDER BY e.user_id, e.day, e.start_at"""
SLOTS = "/api/v2/tracked-slots"
READERS, WRITERS = 4, 32  # readers while many send one member's slots, or of long reports
LOOK_SECONDS = 0.005  # how often what the writer does is looked at
CLOCK_SECONDS, CLOCK_STEP = 0.002, 120  # how often the sandbox's clock moves, and how far


@dataclasses.dataclass
class Sample:
    rate: float    # requests answered a second
    p50: float     # milliseconds
    p99: float
    cpu: float     # microseconds of user and system time a request
    failed: int    # connections, time-outs and replies that are not 2xx
    busy: float    # of the machine's time, or of the one writer's: at work, or waiting for the disk


NO_SAMPLE = Sample(rate=0, p50=math.nan, p99=math.nan, cpu=math.nan, failed=0, busy=math.nan)


# ---- measuring ----

@dataclasses.dataclass
class Traffic:
    """What wrk sends: a script with its variables. By default one request over and over."""
    target: str
    script: str = "wrk.lua"
    variables: dict = dataclasses.field(default_factory=dict)
    beside: callable = contextlib.nullcontext  # what else goes on with the server meanwhile
    connections: int = CONNECTIONS

    @classmethod
    def of(cls, method, target, body=None):
        return cls(target, variables={"METHOD": method, "BODY": json.dumps(body) if body else ""})


def machine_time():
    """Ticks of all cores so far, and those of them in which there was nothing to do (proc(5))."""
    ticks = [int(word) for word in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return sum(ticks), ticks[3]


@contextlib.contextmanager
def watched_machine(server):
    """A function that tells, at the end, how much of its time the machine was busy."""
    (all_before, idle_before), after = machine_time(), []
    yield lambda: 1 - (after[1] - idle_before) / (after[0] - all_before)
    after.extend(machine_time())


@contextlib.contextmanager
def looked_at(look):
    """The list of what was seen, again and again."""
    seen, over = [look()], threading.Event()

    def go_on():
        while not over.wait(LOOK_SECONDS):
            seen.append(look())

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def watched_writer(server):
    """The same for the thread that writes, where there is one."""
    with looked_at(server.writer_state) as states:
        yield lambda: sum(state in "RD" for state in states) / len(states)


def load(server, traffic, seconds):
    if isinstance(server, Pgbench):
        rate, milliseconds, cpu = server.measure(seconds)
        return Sample(rate=rate, p50=milliseconds, p99=math.nan, cpu=cpu, failed=0, busy=math.nan)
    command = ["wrk", "-t1", f"-c{traffic.connections}", f"-d{seconds}", "--timeout", "10",
               "-s", str(HERE / traffic.script), "-H", f"Authorization: Bearer {seed.TOKEN}",
               "-H", "Content-Type: application/json", server.url + traffic.target]
    own = getattr(server, "variables", {})  # of the data that this server has
    environment = os.environ | {"OUTCOME": str(HERE / "outcome.lua")} | traffic.variables | own
    with traffic.beside(server):
        with getattr(server, "watched", watched_machine)(server) as busy:
            before = server.cpu_seconds()
            run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment,
                                 timeout=seconds + 60)
            used = server.cpu_seconds() - before
    outcome = json.loads(run.stdout.splitlines()[-1])
    answered = max(1, outcome["requests"] - outcome["failed"])
    return Sample(rate=answered / outcome["microseconds"] * 1e6, p50=outcome["p50"] / 1000, p99=outcome["p99"] / 1000,
                  cpu=used / answered * 1e6, failed=outcome["failed"], busy=busy())


def compare(servers, traffic, options):
    """Samples by server name. Each round asks every server, in turn and from another first one."""
    for server in servers:
        load(server, traffic, WARM_SECONDS)
    samples = {server.name: [] for server in servers}
    for turn in range(options.rounds):
        for i in range(len(servers)):
            server = servers[(turn + i) % len(servers)]
            samples[server.name].append(load(server, traffic, options.seconds))
    return samples


def medians(samples):
    middle = {field.name: statistics.median(getattr(sample, field.name) for sample in samples)
              for field in dataclasses.fields(Sample)}
    return Sample(**middle | {"failed": sum(sample.failed for sample in samples)})


def syncs_per_second(folder):
    """What the disk gives: a page written and synced, over and over. The ceiling of a transaction per request."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(8192))
        file.flush()
        done, end = 0, time.monotonic() + SYNC_SECONDS
        while time.monotonic() < end:
            os.pwrite(file.fileno(), os.urandom(4096), done % 2 * 4096)
            os.fdatasync(file.fileno())
            done += 1
    return done / SYNC_SECONDS


# ---- preparing ----

def check_disk(folder):
    kind = subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", str(folder)], capture_output=True, text=True,
                          check=True).stdout.strip()
    if kind in ("tmpfs", "ramfs"):
        raise SystemExit(f"bench: {folder} is in memory ({kind}), where a sync costs nothing: name another, --folder")
    return kind


def build_constant(folder):
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libmicrohttpd"], capture_output=True, text=True,
                           check=True).stdout.split()
    subprocess.run(["cc", "-std=gnu11", "-O2", "-o", folder / "constant", HERE / "constant.c", *flags], check=True)
    return folder / "constant"


def install_peer():
    """True when the peer can be run. Its one native module is compiled here, against the headers beside node."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        print("bench: without node and npm there is no peer to measure")
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version[1:].split(".")[0]) < 20:
        print(f"bench: the peer needs Node.js 20 or newer, this is {version}: not measured")
        return False
    installed = PEER / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= (PEER / "package-lock.json").stat().st_mtime:
        return True
    environment = os.environ | {"npm_config_build_from_source": "true"}
    prefix = pathlib.Path(node).resolve().parents[1]
    if (prefix / "include" / "node" / "node.h").exists():
        environment["npm_config_nodedir"] = str(prefix)
    print("bench: installing the peer, once: about two minutes", flush=True)
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=PEER, env=environment, check=True)
    return True


def start_stint(start, name, program, folder, *flags):
    """A sandbox with its own database, filled."""
    database = folder / (re.sub(r"\W+", "-", name) + ".db")
    server = start(name, [program, "serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0",
                          "--database", f"sqlite:{database}", *flags])
    seed.fill(program, server.url, f"sqlite:{database}")
    return server, database


def start_on_postgresql(start, name, options, cluster):
    """The same on a server that more than one program may use."""
    url = cluster.new_database()
    server = start(name, [options.stint, "serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0",
                          "--database", url])
    server.cpu_beside = cluster.cpu_seconds
    seed.fill(options.stint, server.url, url)
    psql(url, "VACUUM ANALYZE;")
    return server, url


def start_constant(start, folder, stint, method, target, body=None):
    """It repeats Stint's own reply, header by header; the library adds those left out."""
    headers, body = seed.exchange(stint.url, method, target, body)
    kept = [f"{name}: {value}\n" for name, value in headers if name not in ("Date", "Content-Length", "Connection")]
    (folder / "reply").write_bytes("".join(kept).encode("latin-1") + b"\n" + body)
    return start("constant reply", [build_constant(folder), os.cpu_count(), folder / "reply"])


def start_peer(start, name, database, folder):
    copied = folder / f"peer-of-{database.name}"
    seed.copy(database, copied)
    return start(name, ["node", PEER / "server.js", 0, copied])


def check_alike(stint, peer, method, target, body=None):
    """The same rows and keys, or the comparison is void. The two sizes."""
    mine, theirs = (seed.exchange(server.url, method, target, body)[1] for server in (stint, peer))
    if seed.shape(json.loads(mine)) != seed.shape(json.loads(theirs)):
        raise SystemExit(f"bench: {method} {target}: the replies differ in their keys:\n{mine!r}\n{theirs!r}")
    if abs(len(mine) - len(theirs)) > len(mine) / 50:
        raise SystemExit(f"bench: {method} {target}: the replies differ in size: {len(mine)} and {len(theirs)}")
    return len(mine), len(theirs)


# ---- the measurements ----

def measure_list(options, folder, has_peer):
    with running() as start:
        stint, database = start_stint(start, "Stint", options.stint, folder)
        servers, sizes = [start_constant(start, folder, stint, "GET", seed.LIST), stint], ()
        if has_peer:
            servers.append(start_peer(start, "peer", database, folder))
            sizes = check_alike(stint, servers[-1], "GET", seed.LIST)
        rows = json.loads(seed.exchange(stint.url, "GET", seed.LIST)[1])["data"]
        if len(rows) != 20 or not all(row["tags"] and row["notes"] and row["contracts_count"] for row in rows):
            raise SystemExit("bench: the list is not one of 20 filled projects")
        return compare(servers, Traffic.of("GET", seed.LIST), options), sizes


def measure_create(options, folder, has_peer):
    with running() as start:
        stint, database = start_stint(start, "Stint", options.stint, folder)
        single, _ = start_stint(start, "Stint --commit-group 1", options.stint, folder, "--commit-group", "1")
        constant = start_constant(start, folder, stint, "POST", seed.CREATE, seed.NEW_PROJECT)
        servers, sizes = [constant, stint, single], ()
        if has_peer:
            servers.append(start_peer(start, "peer", database, folder))
            sizes = check_alike(stint, servers[-1], "POST", seed.CREATE, seed.NEW_PROJECT)
        return compare(servers, Traffic.of("POST", seed.CREATE, seed.NEW_PROJECT), options), sizes


def start_synthetic(start, name, program, folder, members, years, *flags, database=None):
    """A sandbox with many members and their entries, written while no server runs, by the program's own tree."""
    database = database or f"sqlite:{folder / (re.sub(r'[^a-z0-9]+', '-', name.lower()) + '.db')}"
    command = [program, "serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--database", database]
    with running() as once:
        once("the sandbox's data", command)
    filled = subprocess.run([sys.executable, program.parents[1] / "bench" / "synthetic.py", "--database", database,
                             "--members", str(members), "--years", str(years)], capture_output=True, text=True,
                            check=True).stdout
    user, first_day, last_day, entries = (int(number) for number in re.findall(r"\d+", filled)[:4])
    server = start(name, [*command, *flags])
    server.database, server.entries = database.removeprefix("sqlite:"), entries
    server.variables = {"FIRST_USER": str(user), "USERS": str(members), "FIRST_DAY": str(first_day),
                        "DAYS": str(last_day - first_day + 1)}
    print(f"bench: {name}: {entries} entries", flush=True)
    return server


def measure_day(options, folder):
    """A member's day, in a small workspace and in a large one."""
    with running() as start:
        servers = [start_synthetic(start, "100 thousand entries", options.stint, folder, 10, 9.6),
                   start_synthetic(start, "10 million entries", options.stint, folder, 960, 10)]
        return compare(servers, Traffic(DAY, "day.lua"), options)


def measure_sheets(options, folder):
    """Of 200 members, after half a year and after 48: twenty sheets, and a report of 31 days."""
    with running() as start:
        servers = [start_synthetic(start, "100 thousand entries", options.stint, folder, 200, 0.5),
                   start_synthetic(start, "10 million entries", options.stint, folder, 200, 48)]
        last = datetime.date.fromisoformat(synthetic.LAST_DAY)
        first = last - datetime.timedelta(days=HOURS_DAYS - 1)
        report = dataclasses.replace(Traffic.of("GET", HOURS.format(first=first, last=last)), connections=READERS)
        return {"20 sheets": compare(servers, Traffic.of("GET", f"{SHEETS}20"), options),
                "tracked hours": compare(servers, report, options),
                "its statement": time_statements(servers[-1].database, *((day - synthetic.EPOCH).days
                                                                         for day in (first, last)))}


def time_statements(file, first, last):
    """Of the report, by turns. The fastest, as each reads the same."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        seconds = {name: [] for name in HOURS_STATEMENTS}
        answers = set()
        for _ in range(QUESTIONS):
            for name, statement in HOURS_STATEMENTS.items():
                begun = time.perf_counter()
                answers.add(connection.execute("SELECT count(*), sum(minutes) FROM "
                                               f"({statement.format(first=first, last=last)})").fetchone())
                seconds[name].append(time.perf_counter() - begun)
    assert len(answers) == 1, answers
    return {name: [Sample(1 / min(each), 1000 * min(each), 1000 * max(each), 1e6 * min(each), 0, 0)]
            for name, each in seconds.items()}


def list_sheets(server):
    """Ids and states, one sheet of each member."""
    sheets = {}
    for page in itertools.count(1):
        rows = json.loads(seed.exchange(server.url, "GET", f"{SHEETS}100&order_by=asc&page={page}")[1])["data"]
        for row in rows:
            sheets.setdefault(row["user_id"], (row["id"], row["status"]))
        if len(rows) < 100:
            return list(sheets.values())


@contextlib.contextmanager
def pending_sheets(server):
    """What an earlier round has left in another state, or changes with its last requests, is pending again."""
    while others := [(id, status) for id, status in list_sheets(server) if status != "pending"]:
        for id, status in others:
            action = {"submitted": "approve", "approved": "reopen"}[status]
            seed.exchange(server.url, "PUT", f"/api/v2/timesheets/{id}/{action}",
                          {"workspace_id": 1, "reason": "again"}, accepted=(200, 400))
    yield


def measure_approving(options, folder, cluster):
    """Sheets of many members submitted, approved and opened again, each step on the disk before its answer."""
    with running() as start:
        servers = [start_synthetic(start, "SQLite", options.stint, folder, TRACKERS, 0.02),
                   start_synthetic(start, "PostgreSQL", options.stint, folder, TRACKERS, 0.02,
                                   database=cluster.new_database())]
        servers[0].watched = watched_writer
        servers[1].cpu_beside = cluster.cpu_seconds
        for server in servers:
            file = folder / f"{server.name}-sheets"
            file.write_text("".join(f"{id}\n" for id, status in list_sheets(server)))
            server.variables["SHEETS"] = str(file)
        return compare(servers, Traffic("/", "approving.lua", beside=pending_sheets), options)


@contextlib.contextmanager
def exports_beside(server):
    """One export after the other, while others read; who takes them is in no hurry."""
    over = threading.Event()

    def go_on():
        while not over.is_set():
            subprocess.run(["nice", "-n", "19", *fetch_export(server)], stdout=subprocess.DEVNULL, check=True)

    thread = threading.Thread(target=go_on)
    if "beside" in server.name:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


def take_export(server):
    """Seconds, and how many lines came."""
    begun = time.perf_counter()
    run = subprocess.run(fetch_export(server), stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - begun, run.stdout.count(b"\n")


def fetch_export(server):
    return ["curl", "-sf", "-H", f"Authorization: Bearer {seed.TOKEN}", server.url + EXPORT]


def time_shell(server):
    begun = time.perf_counter()
    run = subprocess.run(["sqlite3", "-csv", f"file:{server.database}?mode=ro", EXPORT_STATEMENT],
                         stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - begun, run.stdout.count(b"\n")


def measure_exports(options, folder):
    """All entries as CSV: against the shell of SQLite, in memory, and what others' reads notice of it."""
    groups = {"export": {}, "memory of an export": {}, "beside an export": {}}
    with running() as start:
        small = start_synthetic(start, "100 thousand entries", options.stint, folder, 200, 0.48)
        large = start_synthetic(start, "1 million entries", options.stint, folder, 200, 4.8)
        for server in (small, large):
            with looked_at(server.memory) as held:
                take_export(server)
            groups["memory of an export"][server.name] = [dataclasses.replace(NO_SAMPLE, rate=max(held))]
        for name, take in (("Stint", take_export), ("sqlite3", time_shell)):
            taken = [take(large) for _ in range(options.rounds)]
            seconds = statistics.median(each[0] for each in taken)
            groups["export"][name] = [dataclasses.replace(NO_SAMPLE, rate=taken[0][1] / seconds)]
        alone, beside = copy.copy(large), copy.copy(large)
        alone.name, beside.name = "alone", "beside an export"
        groups["beside an export"] = compare([alone, beside], dataclasses.replace(
            Traffic.of("GET", seed.LIST), connections=READERS, beside=exports_beside), options)
    return groups


def count_entries(database):
    connection = sqlite3.connect(database)
    [[count]] = connection.execute("SELECT count(*) FROM time_entries")
    connection.close()
    return count


@contextlib.contextmanager
def running_clock(server):
    """Nobody is tracking at the beginning. Then the sandbox's clock runs so fast that a tracker which has just been
    started has minutes to save when it is stopped."""
    for user in range(int(server.variables["USERS"])):
        seed.exchange(server.url, "POST", "/api/v2/time-tracking/stop",
                      {"workspace_id": 1, "user_id": int(server.variables["FIRST_USER"]) + user}, accepted=(200, 400))
    over = threading.Event()

    def run():
        while not over.wait(CLOCK_SECONDS):
            seed.exchange(server.url, "POST", "/demo/clock", {"advance_seconds": CLOCK_STEP})

    clock = threading.Thread(target=run)
    clock.start()
    try:
        yield
    finally:
        over.set()
        clock.join()


def measure_tracking(options, folder):
    """Start and stop of a tracker in turn, each on the disk before its answer."""
    with running() as start:
        servers = [start_synthetic(start, name, options.stint, folder, TRACKERS, 0.02, *flags)
                   for name, flags in (("Stint", ()), ("Stint --commit-group 1", ("--commit-group", "1")))]
        traffic = Traffic("/", "tracking.lua", beside=running_clock)
        samples = compare(servers, traffic, options)
        for server in servers:
            saved = count_entries(server.database) - server.entries
            print(f"bench: {server.name}: {saved} entries saved by trackers", flush=True)
        return samples


CALLER = {"workspace_id": 1, "caller_role": 1, "caller_id": 10, "sees_rates": True}  # of seed.TOKEN


def measure_postgresql_list(options, cluster):
    with running() as start:
        stint, url = start_on_postgresql(start, "Stint", options, cluster)
        values = CALLER | {"after_id": 0, "part_folded": None, "limit": 21, "offset": 0}
        own = [Pgbench(name, options.stint, cluster, url, "list_projects", values, for_role)
               for name, for_role in (("pgbench", False), ("pgbench, for the role", True))]
        return compare([stint, *own], Traffic.of("GET", seed.LIST), options)


def measure_postgresql_create(options, cluster):
    with running() as start:
        stint, url = start_on_postgresql(start, "Stint", options, cluster)
        own = Pgbench("pgbench", options.stint, cluster, url, "insert_project", CALLER | {
            "id": "random(1000000000, 9000000000000000)", "name": seed.NEW_PROJECT["name"],
            "name_folded": seed.NEW_PROJECT["name"].lower(), "start_date": 19737, "deadline": 19813,
            "estimation": 1200000, "budget_estimation": 50000000, "notes": seed.NEW_PROJECT["notes"],
            "icon": seed.NEW_PROJECT["icon"], "is_billable": True, "rate": 0, "weekly_hours_limit": 168,
            "screenshots": 2, "status": 1, "now": int(time.time())})
        return compare([stint, own], Traffic.of("POST", seed.CREATE, seed.NEW_PROJECT), options)


def measure_postgresql_day(options, cluster):
    with running() as start:
        stint, url = start_on_postgresql(start, "Stint", options, cluster)
        user, first_day, last_day, _ = synthetic.fill(argparse.Namespace(
            database=url, workspace=1, members=10, years=9.6))
        stint.variables = {"FIRST_USER": str(user), "USERS": "10", "FIRST_DAY": str(first_day),
                           "DAYS": str(last_day - first_day + 1)}
        own = Pgbench("pgbench", options.stint, cluster, url, "list_time_entries", CALLER | {
            "user_id": f"random({user}, {user + 9})", "day": f"random({first_day}, {last_day})",
            "project_id": None, "task_id": None, "limit": 51, "offset": 0})
        return compare([stint, own], Traffic(DAY, "day.lua"), options)


MORE_PROJECTS = """
INSERT INTO projects (workspace_id, id, owner_id, name, name_folded, is_billable, rate, weekly_hours_limit, screenshots,
                      status, created_at, updated_at)
SELECT 1, 1000000 + n, 10, 'Many ' || n, 'many ' || n, TRUE, 0, 168, 2, 1, 1700000000, 1700000000 FROM {series};
"""


def measure_pages(options, folder, cluster):
    """The first page of a hundred projects, and of a hundred thousand."""
    with running() as start:
        servers = []
        for rows in (100, 100_000):
            server, database = start_stint(start, f"SQLite, {rows:,} rows", options.stint, folder)
            connection = sqlite3.connect(database, timeout=10)
            connection.execute(MORE_PROJECTS.format(series=synthetic.sqlite_series("n", rows)))
            connection.commit()
            connection.close()
            servers.append(server)
            server, url = start_on_postgresql(start, f"PostgreSQL, {rows:,} rows", options, cluster)
            psql(url, MORE_PROJECTS.format(series=synthetic.postgresql_series("n", rows)) + "VACUUM ANALYZE;")
            servers.append(server)
        return compare(servers, Traffic.of("GET", seed.LIST), options)


@contextlib.contextmanager
def slots_of_one_member(server):
    """32 clients that send slots of one member while the readers read."""
    if "alone" in server.name:
        yield
        return
    command = ["wrk", "-t1", f"-c{WRITERS}", "-d600", "--timeout", "30", "-s", str(HERE / "slots.lua"), "-H",
               f"Authorization: Bearer {seed.TOKEN}", "-H", "Content-Type: application/json",
               server.url + SLOTS]
    environment = os.environ | {"OUTCOME": str(HERE / "outcome.lua"), "USER_ID": str(seed.ASSIGNEE)}
    writers = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    try:
        yield
    finally:
        writers.terminate()
        writers.wait()


def measure_beside(options, folder, cluster):
    """Readers alone, and beside those who send one member's slots."""
    with running() as start:
        servers = []
        for name in ("alone", "beside writers"):
            servers.append(start_stint(start, f"SQLite, {name}", options.stint, folder)[0])
            servers.append(start_on_postgresql(start, f"PostgreSQL, {name}", options, cluster)[0])
        return compare(servers, dataclasses.replace(Traffic.of("GET", seed.LIST), connections=READERS,
                                                    beside=slots_of_one_member), options)


def measure_against(options, folder):
    """This program and another one, of an older tree: each request by both in one run."""
    programs = {"Stint": options.stint, "before": options.against}
    groups = {}
    with running() as start:
        servers = [start_stint(start, name, program, folder)[0] for name, program in programs.items()]
        for title, traffic in (("GET list", Traffic.of("GET", seed.LIST)),
                               ("POST", Traffic.of("POST", seed.CREATE, seed.NEW_PROJECT)),
                               ("slots", Traffic(SLOTS, "slots.lua", {"USER_ID": str(seed.ASSIGNEE)}))):
            groups[title] = compare(servers, traffic, options)
    with running() as start:
        (folder / "members").mkdir()
        servers = [start_synthetic(start, name, program, folder / "members", TRACKERS, 0.5)
                   for name, program in programs.items()]
        groups["GET day"] = compare(servers, Traffic(DAY, "day.lua"), options)
        groups["start, stop"] = compare(servers, Traffic("/", "tracking.lua", beside=running_clock), options)
    return {f"{title}, against": group for title, group in groups.items()}


# ---- reporting ----

@dataclasses.dataclass
class Ratio:
    what: str
    above: Sample
    below: Sample
    target: float
    of: str = "rate"
    at_least: bool = True

    def row(self):
        value = getattr(self.above, self.of) / getattr(self.below, self.of)
        met = value >= self.target if self.at_least else value <= self.target
        return [self.what, f"{value:.2f}", f"{'≥' if self.at_least else '≤'} {self.target:.2f}",
                "met" if met else "**missed**", f"{self.above.cpu:.1f} / {self.below.cpu:.1f}"]


def ratios(groups):
    """Rates if nothing else is said; of times and costs, the less the better."""
    def most(what, above, below, target, of):
        return Ratio(what, above, below, target, of, at_least=False)

    listed, created = groups["GET list"], groups["POST"]
    stint, constant, peer = listed["Stint"], listed["constant reply"], listed.get("peer")
    yield Ratio("GET list: rate / constant reply", stint, constant, 0.40)
    if peer:
        yield Ratio("GET list: rate / peer", stint, peer, 4)
        yield Ratio("GET list: peer's CPU a request / Stint's", peer, stint, 5, "cpu")
        yield most("GET list: p99 / peer's", stint, peer, 0.5, "p99")
    stint, single, peer = created["Stint"], created["Stint --commit-group 1"], created.get("peer")
    yield Ratio("POST: rate / constant reply", stint, created["constant reply"], 0.35)
    yield Ratio("POST: rate / transaction per request", stint, single, 8)
    if peer:
        yield Ratio("POST: rate / peer", stint, peer, 6)
        yield most("POST: p99 / peer's", stint, peer, 0.5, "p99")
    small, large = groups["GET day"]["100 thousand entries"], groups["GET day"]["10 million entries"]
    yield most("A member's day: CPU at 10 million / at 100 thousand entries", large, small, 1.3, "cpu")
    yield most("A member's day: rate at 100 thousand / at 10 million", small, large, 1.3, "rate")
    tracking = groups["start, stop"]
    yield Ratio("Start and stop: rate / transaction per request", tracking["Stint"],
                tracking["Stint --commit-group 1"], 8)
    small, large = groups["20 sheets"]["100 thousand entries"], groups["20 sheets"]["10 million entries"]
    yield most("20 sheets of 200 members: CPU at 10 million / at 100 thousand entries", large, small, 1.3, "cpu")
    yield most("20 sheets of 200 members: rate at 100 thousand / at 10 million", small, large, 1.3, "rate")
    small, large = groups["tracked hours"]["100 thousand entries"], groups["tracked hours"]["10 million entries"]
    yield most("Tracked hours of 200 members, 31 days: CPU at 10 million / at 100 thousand entries", large, small, 1.3,
               "cpu")
    asked = groups["its statement"]
    yield Ratio("Tracked hours: rate of its statement / of the same of the entries, at 10 million",
                asked["of the rollup"], asked["of the entries"], 10)
    exported = groups["export"]
    yield Ratio("Export of 1 million entries as CSV: rows a second / the sqlite3 shell's", exported["Stint"],
                exported["sqlite3"], 0.5)
    memory = groups["memory of an export"]
    yield most("Export: most memory at 1 million / at 100 thousand entries", memory["1 million entries"],
               memory["100 thousand entries"], 1.5, "rate")
    reads = groups["beside an export"]
    yield most(f"{READERS} readers beside an export: p99 / alone", reads["beside an export"], reads["alone"], 2, "p99")
    for (engine, sample), worker in zip(groups["approving"].items(), ("its writer", "machine")):
        yield Ratio(f"{engine}: sheets decided at {CONNECTIONS} connections: {worker} at work or waiting for the disk",
                    sample, dataclasses.replace(sample, busy=1), 0.9, "busy")
    for title, target in (("GET list", 0.35), ("POST", 0.25), ("GET day", 0.35)):
        group = groups[f"{title}, PostgreSQL"]
        yield Ratio(f"PostgreSQL, {title}: rate / pgbench, its own statement", group["Stint"], group["pgbench"], target)
    listed = groups["GET list, PostgreSQL"]
    yield Ratio("PostgreSQL, GET list: rate / pgbench, planned for the role", listed["Stint"],
                listed["pgbench, for the role"], 0.35)
    for engine in ("SQLite", "PostgreSQL"):
        pages = groups["first page"]
        yield most(f"{engine}: first page of 100 thousand rows / of 100, CPU", pages[f"{engine}, 100,000 rows"],
                   pages[f"{engine}, 100 rows"], 3, "cpu")
        readers = groups["readers"]
        yield Ratio(f"{engine}: {READERS} readers beside {WRITERS} writers of one member / alone",
                    readers[f"{engine}, beside writers"], readers[f"{engine}, alone"], 0.8)


def ratios_against(groups):
    for title, target in (("GET list", 1.02), ("POST", 1.02), ("start, stop", 1.15), ("slots", 1.15),
                          ("GET day", 1.15)):
        group = groups[f"{title}, against"]
        yield Ratio(f"{title}: CPU a request / that of before", group["Stint"], group["before"], target, "cpu",
                    at_least=False)


def measured(title, samples):
    for name, each in samples.items():
        middle, rates = medians(each), [sample.rate for sample in each]
        yield [title, name, f"{middle.rate:,.0f}", f"{min(rates):,.0f} to {max(rates):,.0f}", f"{middle.p50:.2f}",
               f"{middle.p99:.2f}", f"{middle.cpu:.1f}", str(middle.failed)]


def table(heads, rows):
    """Markdown that is also readable as it is."""
    rows = [list(heads), *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def processor():
    return re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)[1]


def report(facts, groups, judge):
    middle = {title: {name: medians(samples) for name, samples in group.items()} for title, group in groups.items()}
    return "\n\n".join([
        "# Recorded ratios",
        "Written by `script/bench`; what the lines mean is in README.md.",
        "\n".join(f"- {fact}" for fact in facts),
        table([f"ratio, on {processor()}, {os.cpu_count()} cores", "measured", "target", "", "CPU µs a request"],
              [ratio.row() for ratio in judge(middle)]),
        table(["request", "server", "requests/s", "rounds", "p50 ms", "p99 ms", "CPU µs", "failed"],
              [line for title, group in groups.items() for line in measured(title, group)]),
    ]) + "\n"


def measure_all(options, folder, has_peer, cluster):
    """Groups of samples, and the bytes of replies by what they answer, Stint's and the peer's."""
    for part in ("list", "create", "day", "tracking", "sheets", "exports", "approving", "pages", "beside"):
        (folder / part).mkdir()
    listed, list_sizes = measure_list(options, folder / "list", has_peer)
    created, create_sizes = measure_create(options, folder / "create", has_peer)
    groups = {"GET list": listed, "POST": created, "GET day": measure_day(options, folder / "day"),
              "start, stop": measure_tracking(options, folder / "tracking"),
              **measure_sheets(options, folder / "sheets"),
              **measure_exports(options, folder / "exports"),
              "approving": measure_approving(options, folder / "approving", cluster),
              "GET list, PostgreSQL": measure_postgresql_list(options, cluster),
              "POST, PostgreSQL": measure_postgresql_create(options, cluster),
              "GET day, PostgreSQL": measure_postgresql_day(options, cluster),
              "first page": measure_pages(options, folder / "pages", cluster),
              "readers": measure_beside(options, folder / "beside", cluster)}
    return groups, {"GET list": list_sizes, "POST": create_sizes}


def check_requests(groups):
    failures = [name for group in groups.values() for name, samples in group.items()
                if name != "peer" and medians(samples).failed]
    if failures:
        raise SystemExit(f"bench: requests failed: {', '.join(failures)}")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stint", required=True, help="the program, built with optimisation")
    parser.add_argument("--against", help="another program in its own tree, built alike: only these two are measured")
    parser.add_argument("--folder", help="where the databases go; on a disk (default: beside the program)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="of one round of one server")
    parser.add_argument("--record", help="the file that keeps the tables (default: results.md; none with --against)")
    options = parser.parse_args()
    options.stint = pathlib.Path(options.stint).resolve()
    options.against = options.against and pathlib.Path(options.against).resolve()
    options.record = options.record or (None if options.against else HERE / "results.md")
    return options


def measure(options):
    """The report, and the groups that it is made of."""
    with contextlib.ExitStack() as stack:
        parent = options.folder or options.stint.parent
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=parent)))
        disk, busy = check_disk(folder), os.getloadavg()[0]
        facts = [f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, Linux {platform.release()}",
                 f"{options.rounds} rounds of {options.seconds} s, {CONNECTIONS} connections; load average before: "
                 f"{busy:.2f}",
                 f"disk: {disk}, {syncs_per_second(folder):,.0f} synced writes a second"]
        if busy > QUIET_LOAD:
            facts.append("**the machine was busy with something else: do not compare these numbers**")
        if options.against:
            groups = measure_against(options, folder)
            return report(facts, groups, ratios_against), groups
        has_peer = install_peer()
        cluster = MeasuredCluster()
        stack.callback(cluster.stop)
        groups, sizes = measure_all(options, folder, has_peer, cluster)
    if has_peer:
        facts.append("bytes of a reply, Stint's and the peer's: " + ", ".join(
            f"{title} {mine} and {theirs}" for title, (mine, theirs) in sizes.items()))
    return report(facts, groups, ratios), groups


def main():
    options = parse_options()
    text, groups = measure(options)
    print(text)
    if options.record:
        pathlib.Path(options.record).write_text(text)
    check_requests(groups)


if __name__ == "__main__":
    main()
