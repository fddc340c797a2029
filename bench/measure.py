"""Measures: requests a second, times and costs of several servers in one run, and their ratios. It knows no request."""

import contextlib
import dataclasses
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import threading

import seed
from postgres import Pgbench, psql
from servers import running

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 64
WARM_SECONDS = 1
LOOK_SECONDS = 0.005  # how often what a server does is looked at


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


# ---- preparing ----

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


def start_synthetic(start, name, program, folder, members, years, *flags, database=None, parts=4):
    """A sandbox with many members and their entries, written while no server runs, by the program's own tree."""
    database = database or f"sqlite:{folder / (re.sub(r'[^a-z0-9]+', '-', name.lower()) + '.db')}"
    command = [program, "serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--database", database]
    with running() as once:
        once("the sandbox's data", command)
    filled = subprocess.run([sys.executable, program.parents[1] / "bench" / "synthetic.py", "--database", database,
                             "--members", str(members), "--years", str(years), "--parts", str(parts)],
                            capture_output=True, text=True, check=True).stdout
    user, first_day, last_day, entries = (int(number) for number in re.findall(r"\d+", filled)[:4])
    server = start(name, [*command, *flags])
    server.database, server.entries = database.removeprefix("sqlite:"), entries
    server.variables = {"FIRST_USER": str(user), "USERS": str(members), "FIRST_DAY": str(first_day),
                        "DAYS": str(last_day - first_day + 1)}
    print(f"bench: {name}: {entries} entries", flush=True)
    return server


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
