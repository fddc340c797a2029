"""Starts and stops what is measured, and tells how much CPU time it has used. It sends no requests."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import threading

READY = re.compile(rb"listening on (http://127\.0\.0\.1:[0-9]+)")
START_SECONDS = 20
STOP_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A process (and its children) that has said on standard output where it listens."""

    def __init__(self, name, command):
        self.name, self.command = name, [str(word) for word in command]
        self.cpu_beside = lambda: 0  # seconds of what works for it and is no child of its
        environment = {key: value for key, value in os.environ.items() if not key.startswith("STINT_")}
        # What is logged goes nowhere: the cost of writing a line stays in the measurement, that of keeping it not.
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment)
        try:
            self.url = self._wait_until_ready()
        except BaseException:
            self.process.kill()
            raise

    def _wait_until_ready(self):
        impatience = threading.Timer(START_SECONDS, self.process.kill)
        impatience.start()
        try:
            for line in self.process.stdout:
                if ready := READY.search(line):
                    return ready[1].decode()
        finally:
            impatience.cancel()
        raise SystemExit(f"bench: {self.name} did not start: {' '.join(self.command)}")

    def cpu_seconds(self):
        """User and system time of all its processes so far."""
        return sum(_cpu_ticks(pid) for pid in _family(self.process.pid)) / TICKS + self.cpu_beside()

    def writer_state(self):
        """What the one writer's thread does (proc(5): R runs or could, D waits for the disk, S for work). Of those that
        are more polite than the I/O threads it is the one that has worked most, while only writes are sent."""
        threads = [file.read_text().rpartition(")")[2].split()
                   for file in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/stat")]
        return max((fields for fields in threads if int(fields[16]) > 0),
                   key=lambda fields: int(fields[11]) + int(fields[12]))[0]

    def memory(self):
        """Resident bytes of its own, which no file stands behind (proc(5))."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(re.search(r"^RssAnon:\s+(\d+)", status, re.MULTILINE)[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def _cpu_ticks(pid):
    # The second field, the name, may hold anything; the rest is counted from behind it (proc(5)).
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _family(pid):
    yield pid
    for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


@contextlib.contextmanager
def running():
    """start(name, command) -> Server; all are stopped at the end, whatever happens."""
    servers = []

    def start(name, command):
        servers.append(Server(name, command))
        return servers[-1]

    try:
        yield start
    finally:
        for server in reversed(servers):
            server.stop()
