"""Measures Stint against a constant reply, itself without group commit, a peer and pgbench; prints ratios.

All of one table is measured in one run, in alternating rounds on the same cores, so that the ratios hold although the
absolute numbers are those of this machine. See README.md beside this file."""

import argparse
import contextlib
import dataclasses
import datetime
import itertools
import json
import os
import pathlib
import platform
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time

import seed
import synthetic
from measure import (CONNECTIONS, HERE, Ratio, Traffic, compare, medians, start_on_postgresql, start_stint,
                     start_synthetic, watched_writer)
from postgres import MeasuredCluster, Pgbench, psql
from reports import READERS, SHEETS, measure_reports, report_ratios
from servers import running
from streams import measure_streams

PEER = HERE / "peer"
SYNC_SECONDS = 1
STREAMS = 1000
QUIET_LOAD = 0.5
TRACKERS = 8 * CONNECTIONS
DAY = "/api/v2/time-entries?workspace_id=1&per_page=50"
SLOTS = "/api/v2/tracked-slots"
WRITERS = 32  # of one member's slots, while others read
CLOCK_SECONDS, CLOCK_STEP = 0.002, 120  # how often the sandbox's clock moves, and how far


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


def measure_day(options, folder):
    """A member's day, in a small workspace and in a large one."""
    with running() as start:
        servers = [start_synthetic(start, "100 thousand entries", options.stint, folder, 10, 9.6),
                   start_synthetic(start, "10 million entries", options.stint, folder, 960, 10)]
        return compare(servers, Traffic(DAY, "day.lua"), options)


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
            "id": "random(1000000000, 9000000000000000)", "owner_id": CALLER["caller_id"],
            "name": seed.NEW_PROJECT["name"],
            "name_folded": seed.NEW_PROJECT["name"].lower(), "start_date": 19737, "deadline": 19813,
            "estimation": 1200000, "budget_estimation": 50000000, "notes": seed.NEW_PROJECT["notes"],
            "icon": seed.NEW_PROJECT["icon"], "is_billable": True, "rate": 0, "weekly_hours_limit": 168,
            "screenshots": 2, "status": 1, "now": int(time.time())})
        return compare([stint, own], Traffic.of("POST", seed.CREATE, seed.NEW_PROJECT), options)


def measure_events(options, folder, cluster):
    """A POST with its event, and by the same program built to leave none, on each engine."""
    (folder / "events").mkdir()
    groups, traffic = {}, Traffic.of("POST", seed.CREATE, seed.NEW_PROJECT)
    programs = {"with its event": options.stint, "without": options.silent}
    with running() as start:
        servers = [start_stint(start, name, program, folder / "events")[0] for name, program in programs.items()]
        groups["POST, its event, SQLite"] = compare(servers, traffic, options)
    with running() as start:
        servers = [start_on_postgresql(start, name, argparse.Namespace(stint=program), cluster)[0]
                   for name, program in programs.items()]
        groups["POST, its event, PostgreSQL"] = compare(servers, traffic, options)
    return groups


def measure_postgresql_day(options, cluster):
    with running() as start:
        stint, url = start_on_postgresql(start, "Stint", options, cluster)
        user, first_day, last_day, _ = synthetic.fill(argparse.Namespace(
            database=url, workspace=1, members=10, years=9.6, parts=4))
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
    yield from report_ratios(groups)
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
    yield from event_ratios(groups)


def event_ratios(groups):
    for engine in ("SQLite", "PostgreSQL"):
        group = groups[f"POST, its event, {engine}"]
        yield Ratio(f"{engine}, POST: CPU with its event / without", group["with its event"], group["without"], 1.15,
                    "cpu", at_least=False)


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
    for part in ("list", "create", "day", "tracking", "reports", "approving", "pages", "beside"):
        (folder / part).mkdir()
    listed, list_sizes = measure_list(options, folder / "list", has_peer)
    created, create_sizes = measure_create(options, folder / "create", has_peer)
    groups = {"GET list": listed, "POST": created, "GET day": measure_day(options, folder / "day"),
              "start, stop": measure_tracking(options, folder / "tracking"),
              **measure_reports(options, folder / "reports", cluster),
              "approving": measure_approving(options, folder / "approving", cluster),
              "GET list, PostgreSQL": measure_postgresql_list(options, cluster),
              "POST, PostgreSQL": measure_postgresql_create(options, cluster),
              "GET day, PostgreSQL": measure_postgresql_day(options, cluster),
              "first page": measure_pages(options, folder / "pages", cluster),
              "readers": measure_beside(options, folder / "beside", cluster)} | measure_events(options, folder, cluster)
    return groups, {"GET list": list_sizes, "POST": create_sizes}


def check_requests(groups):
    failures = [name for group in groups.values() for name, samples in group.items()
                if name != "peer" and medians(samples).failed]
    if failures:
        raise SystemExit(f"bench: requests failed: {', '.join(failures)}")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stint", required=True, help="the program, built with optimisation")
    parser.add_argument("--silent", required=True, help="the same, built to note no events")
    parser.add_argument("--against", help="another program in its own tree, built alike: only these two are measured")
    parser.add_argument("--folder", help="where the databases go; on a disk (default: beside the program)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="of one round of one server")
    parser.add_argument("--record", help="the file that keeps the tables (default: results.md; none with --against)")
    options = parser.parse_args()
    options.stint = pathlib.Path(options.stint).resolve()
    options.silent = pathlib.Path(options.silent).resolve()
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
        for each in (None, cluster):
            facts += measure_streams(argparse.Namespace(stint=options.stint, streams=STREAMS, tokens=1), each)
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
