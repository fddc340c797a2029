"""The servers of all scenarios, as pytest fixtures: each folder's conftest takes what it needs.

`server` is one sandbox for the whole run, for tests that do not care what else is in it; `demo` is fresh for each
module; `start_server` makes as many as a test wants. All of them must end in order (stint.py)."""

import contextlib
import itertools
import pathlib
import shutil

import pytest
from postgresql import Cluster
from relay import Relay
from scenario import run_sql, until
from stint import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]


def add_options(parser):
    with contextlib.suppress(ValueError):  # another folder of the same run has added them
        parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="the engine under test")
        parser.addoption("--stint", default=str(ROOT / "build" / "stint"), help="the program under test")
        parser.addoption("--tls", action="store_true", help="all servers speak TLS")


def pytest_configure(config):
    config.addinivalue_line("markers", "only_on(engine, why): the other one has nothing of the kind")


def pytest_runtest_setup(item):
    """Before any of its fixtures is made."""
    only = item.get_closest_marker("only_on")
    if only and only.args[0] != item.config.getoption("--database"):
        pytest.skip(only.args[1])


@pytest.fixture(scope="session")
def stint(request, tmp_path_factory):
    """The program, to run commands of."""
    path = pathlib.Path(request.config.getoption("--stint")).resolve()
    assert path.exists(), f"{path} is missing: build it, or name another with --stint"
    return Program(path, tmp_path_factory.mktemp("stint"), request.config.getoption("--tls"))


@pytest.fixture(scope="session")
def engine(request):
    return request.config.getoption("--database")


class Files:
    """The databases of SQLite."""

    def __init__(self, folder):
        self._folder, self._numbers = folder, itertools.count(1)

    def new_database(self):
        return f"sqlite:{self._folder}/{next(self._numbers)}.db"

    def copy(self, url):
        copy = self.new_database()
        shutil.copyfile(url.removeprefix("sqlite:"), copy.removeprefix("sqlite:"))
        return copy

    def remove(self, url):
        for ending in "", "-wal", "-shm":
            pathlib.Path(url.removeprefix("sqlite:") + ending).unlink(missing_ok=True)

    def stop(self):
        pass


@pytest.fixture(scope="session")
def databases(engine, tmp_path_factory):
    databases = Files(tmp_path_factory.mktemp("databases")) if engine == "sqlite" else Cluster()
    yield databases
    databases.stop()


@pytest.fixture(scope="session")
def new_database(databases):
    """Makes empty databases; returns their URL."""
    return databases.new_database


@pytest.fixture(scope="session")
def new_sandbox(stint, databases):
    """Makes databases with what a sandbox begins with: copies of the first, which the program has filled. Ids go on
    from there as they do in the first, and what was due at once has been done."""
    filled = stint.serve(databases.new_database())
    until(lambda: run_sql(filled, "SELECT count(*) FROM due_work WHERE due_at = 0") == "0")
    filled.stop()
    run_sql(filled, "DELETE FROM id_blocks")  # the program has taken some, and used none
    return lambda: databases.copy(filled.database)


def _flags(module, given=()):
    """Nearly all scenarios ask for one thing at a time, and a connection to PostgreSQL is dear. A file that is about
    many at once says how many WORKERS it wants, and FLAGS what else all of its servers are given."""
    workers = () if "--workers" in given else ("--workers", str(getattr(module, "WORKERS", 1)))
    return *workers, *getattr(module, "FLAGS", ()), *given


def _serving(stint, databases, new_sandbox, module=None):
    server = stint.serve(new_sandbox(), *_flags(module))
    yield server
    server.stop()
    databases.remove(server.database)  # those of a whole run are more than there is memory for


@pytest.fixture(scope="session")
def server(stint, databases, new_sandbox):
    yield from _serving(stint, databases, new_sandbox)


@pytest.fixture(scope="module")
def demo(request, stint, databases, new_sandbox):
    yield from _serving(stint, databases, new_sandbox, request.module)


@pytest.fixture
def relay():
    with Relay() as server:
        yield server
        server.shutdown()


@pytest.fixture
def start_server(request, stint, databases, new_database, new_sandbox):
    """start_server(*flags, demo=True, database=URL): stopped after the test, unless it was killed by then."""
    servers, made = [], []

    def start(*flags, demo=True, database=None):
        if not database:
            database = new_sandbox() if demo else new_database()
            made.append(database)
        servers.append(stint.serve(database, *_flags(request.module, flags), demo=demo))
        return servers[-1]

    yield start
    for each in servers:
        if each.running():
            each.stop()
        else:
            each.check_log()  # killed by the test, or by a mistake of its own
    for each in made:
        databases.remove(each)
