"""Measures Stint against a constant reply, against itself without group commit, and against a peer; prints ratios.

All of one table is measured in one run, in alternating rounds on the same cores, so that the ratios hold although the
absolute numbers are those of this machine. See README.md beside this file."""

import argparse
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

import seed
import synthetic
from servers import running

HERE = pathlib.Path(__file__).resolve().parent
PEER = HERE / "peer"
CONNECTIONS = 64
WARM_SECONDS = 1
SYNC_SECONDS = 1
QUIET_LOAD = 0.5
TRACKERS = 8 * CONNECTIONS
CLOCK_SECONDS, CLOCK_STEP = 0.002, 120  # how often the sandbox's clock moves, and how far


@dataclasses.dataclass
class Sample:
    rate: float    # requests answered a second
    p50: float     # milliseconds
    p99: float
    cpu: float     # microseconds of user and system time a request
    failed: int    # connections, time-outs and replies that are not 2xx


# ---- measuring ----

@dataclasses.dataclass
class Traffic:
    """What wrk sends: a script with its variables. By default one request over and over."""
    target: str
    script: str = "wrk.lua"
    variables: dict = dataclasses.field(default_factory=dict)
    beside: callable = contextlib.nullcontext  # what else goes on with the server meanwhile

    @classmethod
    def of(cls, method, target, body=None):
        return cls(target, variables={"METHOD": method, "BODY": json.dumps(body) if body else ""})


def load(server, traffic, seconds):
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--timeout", "10",
               "-s", str(HERE / traffic.script), "-H", f"Authorization: Bearer {seed.TOKEN}",
               "-H", "Content-Type: application/json", server.url + traffic.target]
    own = getattr(server, "variables", {})  # of the data that this server has
    environment = os.environ | {"OUTCOME": str(HERE / "outcome.lua")} | traffic.variables | own
    with traffic.beside(server):
        before = server.cpu_seconds()
        run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=seconds + 60)
        used = server.cpu_seconds() - before
    outcome = json.loads(run.stdout.splitlines()[-1])
    answered = max(1, outcome["requests"] - outcome["failed"])
    return Sample(rate=answered / outcome["microseconds"] * 1e6, p50=outcome["p50"] / 1000, p99=outcome["p99"] / 1000,
                  cpu=used / answered * 1e6, failed=outcome["failed"])


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


def start_stint(start, name, options, folder, *flags):
    """A sandbox with its own database, filled."""
    database = folder / (re.sub(r"\W+", "-", name) + ".db")
    server = start(name, [options.stint, "serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0",
                          "--database", f"sqlite:{database}", *flags])
    seed.fill(options.stint, server.url, database)
    return server, database


def start_constant(start, folder, stint):
    """It repeats Stint's own reply, header by header; those left out are the library's."""
    headers, body = seed.exchange(stint.url, "GET", seed.LIST)
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


# ---- the two measurements ----

def measure_list(options, folder, has_peer):
    with running() as start:
        stint, database = start_stint(start, "Stint", options, folder)
        servers, sizes = [start_constant(start, folder, stint), stint], ()
        if has_peer:
            servers.append(start_peer(start, "peer", database, folder))
            sizes = check_alike(stint, servers[-1], "GET", seed.LIST)
        rows = json.loads(seed.exchange(stint.url, "GET", seed.LIST)[1])["data"]
        if len(rows) != 20 or not all(row["tags"] and row["notes"] and row["contracts_count"] for row in rows):
            raise SystemExit("bench: the list is not one of 20 filled projects")
        return compare(servers, Traffic.of("GET", seed.LIST), options), sizes


def measure_create(options, folder, has_peer):
    with running() as start:
        stint, database = start_stint(start, "Stint", options, folder)
        single, _ = start_stint(start, "Stint --commit-group 1", options, folder, "--commit-group", "1")
        servers, sizes = [stint, single], ()
        if has_peer:
            servers.append(start_peer(start, "peer", database, folder))
            sizes = check_alike(stint, servers[-1], "POST", seed.CREATE, seed.NEW_PROJECT)
        return compare(servers, Traffic.of("POST", seed.CREATE, seed.NEW_PROJECT), options), sizes


def start_synthetic(start, name, options, folder, members, years, *flags):
    """A sandbox with many members and their entries, written while no server runs."""
    database = f"sqlite:{folder / (re.sub(r'[^a-z0-9]+', '-', name.lower()) + '.db')}"
    command = [options.stint, "serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--database", database]
    with running() as once:
        once("the sandbox's data", command)
    user, first_day, last_day, entries = synthetic.fill(argparse.Namespace(
        database=database, workspace=1, members=members, years=years))
    server = start(name, [*command, *flags])
    server.database, server.entries = database.removeprefix("sqlite:"), entries
    server.variables = {"FIRST_USER": str(user), "USERS": str(members), "FIRST_DAY": str(first_day),
                        "DAYS": str(last_day - first_day + 1)}
    print(f"bench: {name}: {entries} entries", flush=True)
    return server


def measure_day(options, folder):
    """A member's day, in a small workspace and in a large one."""
    with running() as start:
        servers = [start_synthetic(start, "100 thousand entries", options, folder, 10, 9.6),
                   start_synthetic(start, "10 million entries", options, folder, 960, 10)]
        target = "/api/v2/time-entries?workspace_id=1&per_page=50"
        return compare(servers, Traffic(target, "day.lua"), options)


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
        servers = [start_synthetic(start, name, options, folder, TRACKERS, 0.02, *flags)
                   for name, flags in (("Stint", ()), ("Stint --commit-group 1", ("--commit-group", "1")))]
        traffic = Traffic("/", "tracking.lua", beside=running_clock)
        samples = compare(servers, traffic, options)
        for server in servers:
            saved = count_entries(server.database) - server.entries
            print(f"bench: {server.name}: {saved} entries saved by trackers", flush=True)
        return samples


# ---- reporting ----

def ratios(listed, created, day, tracking):
    """What, its value, its target, whether it is met."""
    def row(what, value, target, at_least=True):
        met = value >= target if at_least else value <= target
        return [what, f"{value:.2f}", f"{'≥' if at_least else '≤'} {target:.2f}", "met" if met else "**missed**"]

    stint, constant, peer = listed["Stint"], listed["constant reply"], listed.get("peer")
    yield row("GET list: rate / constant reply", stint.rate / constant.rate, 0.40)
    if peer:
        yield row("GET list: rate / peer", stint.rate / peer.rate, 4)
        yield row("GET list: peer's CPU a request / Stint's", peer.cpu / stint.cpu, 5)
        yield row("GET list: p99 / peer's", stint.p99 / peer.p99, 0.5, at_least=False)
    stint, single, peer = created["Stint"], created["Stint --commit-group 1"], created.get("peer")
    yield row("POST: rate / transaction per request", stint.rate / single.rate, 8)
    if peer:
        yield row("POST: rate / peer", stint.rate / peer.rate, 6)
        yield row("POST: p99 / peer's", stint.p99 / peer.p99, 0.5, at_least=False)
    small, large = day["100 thousand entries"], day["10 million entries"]
    yield row("A member's day: CPU at 10 million / at 100 thousand entries", large.cpu / small.cpu, 1.3, at_least=False)
    yield row("A member's day: rate at 100 thousand / at 10 million", small.rate / large.rate, 1.3, at_least=False)
    stint, single = tracking["Stint"], tracking["Stint --commit-group 1"]
    yield row("Start and stop: rate / transaction per request", stint.rate / single.rate, 8)


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


def report(facts, groups):
    mid = [{name: medians(samples) for name, samples in group.items()} for group in groups.values()]
    return "\n\n".join([
        "# Recorded ratios",
        "Written by `script/bench`; what the lines mean is in README.md.",
        "\n".join(f"- {fact}" for fact in facts),
        table(["ratio", "measured", "target", ""], ratios(*mid)),
        table(["request", "server", "requests/s", "rounds", "p50 ms", "p99 ms", "CPU µs", "failed"],
              [line for title, group in groups.items() for line in measured(title, group)]),
    ]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stint", required=True, help="the program, built with optimisation")
    parser.add_argument("--folder", help="where the databases go; on a disk (default: beside the program)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="of one round of one server")
    parser.add_argument("--record", default=str(HERE / "results.md"), help="the file that keeps the tables")
    options = parser.parse_args()
    options.stint = pathlib.Path(options.stint).resolve()

    with contextlib.ExitStack() as stack:
        parent = options.folder or options.stint.parent
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=parent)))
        disk, busy = check_disk(folder), os.getloadavg()[0]
        has_peer = install_peer()
        syncs = syncs_per_second(folder)
        for part in ("list", "create", "day", "tracking"):
            (folder / part).mkdir()
        listed, list_sizes = measure_list(options, folder / "list", has_peer)
        created, create_sizes = measure_create(options, folder / "create", has_peer)
        groups = {"GET list": listed, "POST": created, "GET day": measure_day(options, folder / "day"),
                  "start, stop": measure_tracking(options, folder / "tracking")}

    facts = [
        f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, Linux {platform.release()}",
        f"{options.rounds} rounds of {options.seconds} s, {CONNECTIONS} connections; load average before: {busy:.2f}",
        f"disk: {disk}, {syncs:,.0f} synced writes a second",
    ]
    if busy > QUIET_LOAD:
        facts.append("**the machine was busy with something else: do not compare these numbers**")
    if has_peer:
        facts.append("bytes of a reply, Stint's and the peer's: GET list %d and %d, POST %d and %d" %
                     (*list_sizes, *create_sizes))
    text = report(facts, groups)
    print(text)
    pathlib.Path(options.record).write_text(text)
    failures = [name for group in groups.values() for name, samples in group.items()
                if name != "peer" and medians(samples).failed]
    if failures:
        raise SystemExit(f"bench: requests failed: {', '.join(failures)}")


if __name__ == "__main__":
    main()
