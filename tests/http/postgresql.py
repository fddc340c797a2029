"""A PostgreSQL of the tests' own: started, used and removed by them, with the durability a real one has."""

import atexit
import contextlib
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import psycopg2
from database import Session


def _binaries():
    """Of the newest server here, where Debian puts them or where pg_config says."""
    debian = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    config = shutil.which("pg_config")
    own = [pathlib.Path(subprocess.check_output([config, "--bindir"], text=True).strip())] if config else []
    return next(folder for folder in [*debian, *own] if (folder / "initdb").exists())


def _account():
    """PostgreSQL refuses to be root: then it is somebody who owns nothing else."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _free_port():
    """None of those that the system gives to whoever connects: it might until PostgreSQL has it."""
    while True:
        port = random.randrange(10_000, 30_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Cluster:
    def __init__(self):
        # What Debian has on the path is a script in Perl, which takes longer than what it starts.
        os.environ["PATH"] = f"{_binaries()}:{os.environ['PATH']}"
        self._folder = tempfile.mkdtemp(prefix="stint-postgresql-")
        account = _account()
        self._identity = {}
        if account:
            os.chown(self._folder, account.pw_uid, account.pw_gid)
            self._identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._databases = 0
        self._port = _free_port()
        data = f"{self._folder}/data"
        subprocess.run(["initdb", "--pgdata", data, "--username", "stint", "--auth", "trust", "--encoding",
                        "UTF8", "--locale", "C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL,
                       cwd=self._folder, **self._identity)
        with open(f"{self._folder}/log", "wb") as log:
            self._process = subprocess.Popen(
                ["postgres", "-D", data, "-p", str(self._port), "-k", self._folder,
                 "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=400", "-c", "shared_buffers=64MB"],
                stdout=log, stderr=log, cwd=self._folder, **self._identity)
        self._session = None
        atexit.register(self.stop)  # even when a script forgets it, or fails
        self._wait_until_ready()

    def _wait_until_ready(self):
        deadline = time.monotonic() + 30
        while subprocess.run(["pg_isready", "--quiet", "--dbname", self._url("postgres")]).returncode != 0:
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = pathlib.Path(self._folder, "log").read_text()
                self.stop()
                raise AssertionError(f"PostgreSQL did not start:\n{log}")
            time.sleep(0.05)

    def _run(self, statement):
        """In one session that stays: most tests want a database, and a connection for each takes longer than what is
        asked of it."""
        with contextlib.suppress(AttributeError, psycopg2.OperationalError, psycopg2.InterfaceError):
            return self._session.rows(statement)
        self._session = Session(self._url("postgres"))  # the first, or tests have ended the server's processes
        return self._session.rows(statement)

    def _url(self, database):
        return f"postgresql://stint@127.0.0.1:{self._port}/{database}"

    def new_database(self, template="template1"):
        """The URL of an empty database, or of a copy of one that nobody uses now."""
        self._databases += 1
        name = f"stint_{self._databases}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._url(name)

    def copy(self, url):
        return self.new_database(url.rpartition("/")[2])

    def remove(self, url):
        self._run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)  # at once: what it holds is thrown away
            self._process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)
