"""The servers of all scenarios, as pytest fixtures: each folder's conftest takes what it needs.

`server` is one sandbox for the whole run, for tests that do not care what else is in it; `demo` is fresh for each
module; `start_server` makes as many as a test wants. All of them must end in order (stint.py)."""

import contextlib
import pathlib

import pytest
from postgresql import Cluster
from stint import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]


def add_options(parser):
    with contextlib.suppress(ValueError):  # another folder of the same run has added them
        parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="the engine under test")
        parser.addoption("--stint", default=str(ROOT / "build" / "stint"), help="the program under test")


@pytest.fixture(scope="session")
def stint(request, tmp_path_factory):
    """The program, to run commands of."""
    path = pathlib.Path(request.config.getoption("--stint")).resolve()
    assert path.exists(), f"{path} is missing: build it, or name another with --stint"
    return Program(path, tmp_path_factory.mktemp("stint"))


@pytest.fixture(scope="session")
def engine(request):
    return request.config.getoption("--database")


@pytest.fixture(scope="session")
def new_database(engine, tmp_path_factory):
    """Makes empty databases; returns their URL."""
    if engine == "sqlite":
        folder = tmp_path_factory.mktemp("databases")
        numbers = iter(range(1, 1_000_000))
        yield lambda: f"sqlite:{folder}/{next(numbers)}.db"
    else:
        cluster = Cluster()
        yield cluster.new_database
        cluster.stop()


def _serving(stint, new_database):
    server = stint.serve(new_database())
    yield server
    server.stop()


@pytest.fixture(scope="session")
def server(stint, new_database):
    yield from _serving(stint, new_database)


@pytest.fixture(scope="module")
def demo(stint, new_database):
    yield from _serving(stint, new_database)


@pytest.fixture
def start_server(stint, new_database):
    """start_server(*flags, demo=True, database=URL): stopped after the test, unless it was killed by then."""
    servers = []

    def start(*flags, demo=True, database=None):
        servers.append(stint.serve(database or new_database(), *flags, demo=demo))
        return servers[-1]

    yield start
    for each in servers:
        if each.running():
            each.stop()
