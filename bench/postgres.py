"""PostgreSQL for the measurements: a cluster of its own, and pgbench with the program's own statements. It compares
nothing."""

import pathlib
import re
import resource
import subprocess
import sys
import tempfile

from servers import TICKS

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "http"))
from postgresql import Cluster  # noqa: E402 - the scenarios' own

_PARAMETER = re.compile(r"\{\.type = DB_(\w+)(?:, \.\w+ = ([\w>-]+))?\}(?: /\* (\w+):)?")
CLIENTS = 8  # of pgbench: what fills the cores


class MeasuredCluster(Cluster):
    def cpu_seconds(self):
        """Of all its processes, those that have ended included."""
        postmaster = self._process.pid
        children = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return (sum(_ticks(postmaster, 4)) + sum(sum(_ticks(child, 2)) for child in children)) / TICKS


def _ticks(pid, fields):
    """User and system time (proc(5)), then those of children that have ended."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it ended before, or while, it was read
        return [0]
    return [int(field) for field in stat[11:11 + fields]]


def psql(url, script):
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=script, text=True,
                          capture_output=True)
    if done.returncode:
        raise SystemExit(f"bench: {done.stderr}")


def _statement(program, name):
    """Its text, and the types and names of its parameters in order, as the build made them."""
    source = (pathlib.Path(program).parent / "statements.c").read_text()
    row = re.search(rf'\.name = "{name}",\n.*?\.postgres = ((?:"(?:[^"\\]|\\.)*"\s*)+),\n', source, re.DOTALL)
    body = re.search(rf"enum error sql_{name}\(.*?\n}}\n", source, re.DOTALL)[0]
    text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', row[1])).encode().decode("unicode_escape")
    parameters = [(kind.lower(), re.sub(r"^(context|row)->", "", given or filled))
                  for kind, given, filled in _PARAMETER.findall(body)]
    return text, parameters


class Pgbench:
    """A statement of the program's, prepared, over and over. `values` by the names of all its parameters: numbers and
    pgbench's own expressions become parameters, and so does None, which is NULL. Other texts stand in the statement,
    and with `for_role` so does the caller's role, as in what the program prepares."""

    def __init__(self, name, program, cluster, url, statement, values, for_role=False):
        self.name, self.cluster, self.url, self.milliseconds = name, cluster, url, 0
        text, parameters = _statement(program, statement)
        lines, places = ["\\set zero 0"], []
        for number, (kind, parameter) in enumerate(parameters):
            value = values[parameter]
            if isinstance(value, str) and kind == "text":
                places.append("'" + value + "'")
                continue
            if for_role and parameter == "caller_role":
                places.append(str(value))
                continue
            if value is None:  # pgbench's own NULL is sent as a text of four letters
                places.append(f"NULLIF(CAST(:zero AS {kind}), '0')")
                continue
            lines.append(f"\\set p{number} {str(value).lower()}")
            places.append(f"CAST(:p{number} AS {kind})")
        self.script = "\n".join([*lines, re.sub(r"\$(\d+)", lambda match: places[int(match[1]) - 1], text) + ";\n"])

    def measure(self, seconds):
        """Statements a second, milliseconds each, microseconds of CPU each (pgbench and server)."""
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(self.script)
            file.flush()
            before = self._cpu_seconds()
            done = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds),
                                   "-f", file.name, self.url], capture_output=True, text=True)
            used = self._cpu_seconds() - before
        rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        if done.returncode or not rate or not float(rate[1]):
            raise SystemExit(f"bench: pgbench: {done.stderr}\n{self.script}")
        count = int(re.search(r"actually processed: (\d+)", done.stdout)[1])
        milliseconds = float(re.search(r"^latency average = ([\d.]+)", done.stdout, re.MULTILINE)[1])
        return float(rate[1]), milliseconds, used / count * 1e6

    def _cpu_seconds(self):
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        return self.cluster.cpu_seconds() + own.ru_utime + own.ru_stime
