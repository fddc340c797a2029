"""Servers for the scenarios, and the check that no operation of the document was forgotten by them.

`server` is one sandbox for the whole run, for tests that do not care what else is in it; `demo` is fresh for each
module; `start_server` makes as many as a test wants. All of them must end in order (stint.py)."""

import pathlib

import pytest
from client import ROLES, Client, Document, visited
from postgresql import Cluster
from stint import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pytest_addoption(parser):
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="the engine under test")
    parser.addoption("--stint", default=str(ROOT / "build" / "stint"), help="the program under test")


# ---- servers ----

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


# ---- people of the sandbox ----

@pytest.fixture(scope="module")
def as_role(demo):
    """Clients by role."""
    return {role: Client(demo, token) for role, token in ROLES.items()}


@pytest.fixture(scope="module")
def owner(as_role):
    return as_role["Owner"]


@pytest.fixture(scope="module")
def executive_manager(as_role):
    return as_role["Executive manager"]


@pytest.fixture(scope="module")
def project_manager(as_role):
    return as_role["Project manager"]


@pytest.fixture(scope="module")
def regular_user(as_role):
    return as_role["Regular User"]


@pytest.fixture(scope="module")
def other_owner(demo):
    """Of workspace 2."""
    return Client(demo, "demo-other-owner")


@pytest.fixture(scope="module")
def anonymous(demo):
    return Client(demo)


# ---- no operation is forgotten ----

def _is_whole_suite(session):
    collected = {item.path for item in session.items}
    missing = set(pathlib.Path(__file__).parent.glob("test_*.py")) - collected
    return not missing and not session.config.stash.get(_deselected, False)


_deselected = pytest.StashKey()


def pytest_deselected(items):
    if items:
        items[0].config.stash[_deselected] = True


def pytest_sessionfinish(session, exitstatus):
    if exitstatus != 0 or session.config.option.collectonly or not _is_whole_suite(session):
        return
    forgotten = {operation.id for operation in Document._served.operations} - visited
    if forgotten:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\nnever visited with success: {', '.join(sorted(forgotten))}")
