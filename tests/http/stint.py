"""Runs the program under test, as a server or as one command. All it judges is how a server ends."""

import http.client
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import time

READY = re.compile(r"^listening on (https?://(127\.0\.0\.1):([0-9]+))$", re.MULTILINE)
TROUBLE = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|level=error|Assertion")
START_SECONDS = 60  # a build with sanitizers on a busy machine
STOP_SECONDS = 20


def _environment(folder, more=None):
    """Without the settings of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STINT_")}
    return kept | {"HOME": str(folder), "XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)} | (more or {})


def make_certificate(folder, *kind):
    """The flags of a server that shows it: a pair that is its own authority, made in the folder in place of the last.
    `kind`: what key openssl makes."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", *(kind or ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")),
                    "-nodes", "-keyout", f"{key}.new", "-out", f"{certificate}.new", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    for each in certificate, key:
        os.replace(f"{each}.new", each)
    return ["--tls-cert", str(certificate), "--tls-key", str(key)]


class Program:
    """The executable, with a folder for what it writes. `tls`: all servers speak it."""

    def __init__(self, path, folder, tls=False):
        self.path = str(path)
        self.folder = pathlib.Path(folder)
        self._tls = make_certificate(self.folder) if tls else []
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
        if "--tls-cert" not in flags:
            arguments += self._tls
        return Server(arguments, self.folder, self.folder / f"server-{self._servers}", database, environment, trouble)


class Server:
    """A running server. `log` is the file of its standard error, `output` that of its standard output."""

    def __init__(self, arguments, folder, name, database, environment, trouble):
        self.database = database
        self._authority = arguments[arguments.index("--tls-cert") + 1] if "--tls-cert" in arguments else None
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

    def trust(self):
        """What to check its certificate with; None when it speaks plain HTTP."""
        return self._authority and ssl.create_default_context(cafile=self._authority)

    def connect(self, timeout, buffer=None):
        """A socket, with so many bytes of a buffer for what is received. Hands are shaken with the first word."""
        plain = socket.socket()
        plain.settimeout(timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if buffer:  # before it connects, or the window is larger
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        plain.connect((self.host, self.port))
        trust = self.trust()
        if not trust:
            return plain
        return trust.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)

    def http_connection(self, timeout):
        trust = self.trust()
        if trust:
            return http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=trust)
        return http.client.HTTPConnection(self.host, self.port, timeout)

    def said(self):
        """All that it has printed so far."""
        return self.output.read_text() + self.log.read_text(errors="replace")

    def running(self):
        return self._process.poll() is None

    def hang_up(self):
        """As an operator who has changed what it reads."""
        self._process.send_signal(signal.SIGHUP)

    def stop(self):
        """As an operator does it. Whatever the tests did to the server, it must end in order."""
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop within {STOP_SECONDS} s of SIGTERM")
        self.check_log()
        assert status == 0, f"the server ended with {status}:\n{self.said()[-4000:]}"

    def kill(self):
        """As a power cut does it."""
        self._process.kill()
        self._process.wait()
        self.check_log()

    def check_log(self):
        trouble = [line for line in self.log.read_text(errors="replace").splitlines() if self._trouble.search(line)]
        assert not trouble, "\n".join([f"{self.log}:", *trouble[:20]])
