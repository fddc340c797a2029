"""Runs the program under test, as a server or as one command. All it judges is how a server ends."""

import os
import pathlib
import re
import signal
import subprocess
import time

READY = re.compile(r"^listening on (http://(127\.0\.0\.1):([0-9]+))$", re.MULTILINE)
TROUBLE = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|level=error|Assertion")
START_SECONDS = 60  # a build with sanitizers on a busy machine
STOP_SECONDS = 20


def _environment(folder, more=None):
    """Without the settings of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STINT_")}
    return kept | {"HOME": str(folder), "XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)} | (more or {})


class Program:
    """The executable, with a folder for what it writes."""

    def __init__(self, path, folder):
        self.path = str(path)
        self.folder = pathlib.Path(folder)
        self._servers = 0

    def run(self, *arguments, input="", timeout=60):
        """A command that ends by itself: returncode, stdout, stderr."""
        return subprocess.run([self.path, *arguments], input=input, capture_output=True, text=True, timeout=timeout,
                              cwd=self.folder, env=_environment(self.folder))

    def start(self, *arguments):
        """A command that is told to end: the process, its output in pipes."""
        return subprocess.Popen([self.path, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.folder, env=_environment(self.folder))

    def serve(self, database, *flags, demo=True, environment=None, trouble=TROUBLE):
        """A server that is ready. `database` None: its own choice. `trouble`: what its log must not have."""
        self._servers += 1
        arguments = [self.path, "serve", *(["--demo"] if demo else []), "--listen", "127.0.0.1:0",
                     *(["--database", database] if database else []), *flags]
        return Server(arguments, self.folder, self.folder / f"server-{self._servers}", database, environment, trouble)


class Server:
    """A running server. `log` is the file of its standard error, `output` that of its standard output."""

    def __init__(self, arguments, folder, name, database, environment, trouble):
        self.database = database
        self._trouble = re.compile(trouble)
        self.log = name.with_suffix(".log")
        self.output = name.with_suffix(".out")
        with open(self.log, "wb") as log, open(self.output, "wb") as output:
            self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=log,
                                             cwd=folder, env=_environment(folder, environment))
        self.pid = self._process.pid
        self.token = "demo-owner"
        self.url, self.host, port = self._wait_until_ready().groups()
        self.port = int(port)

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while not (ready := READY.search(self.output.read_text())):
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended with {self._process.returncode}:\n{self.said()}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server is not ready after {START_SECONDS} s:\n{self.said()}")
            time.sleep(0.01)
        return ready

    def said(self):
        """All that it has printed so far."""
        return self.output.read_text() + self.log.read_text(errors="replace")

    def running(self):
        return self._process.poll() is None

    def stop(self):
        """As an operator does it. Whatever the tests did to the server, it must end in order."""
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop within {STOP_SECONDS} s of SIGTERM")
        self._check_log()
        assert status == 0, f"the server ended with {status}:\n{self.said()[-4000:]}"

    def kill(self):
        """As a power cut does it."""
        self._process.kill()
        self._process.wait()
        self._check_log()

    def _check_log(self):
        trouble = [line for line in self.log.read_text(errors="replace").splitlines() if self._trouble.search(line)]
        assert not trouble, "\n".join([f"{self.log}:", *trouble[:20]])
