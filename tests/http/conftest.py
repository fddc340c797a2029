"""The people of the sandbox, and the check that the scenarios forgot nothing of the document: no operation, and no
failure of its own."""

import pathlib

import pytest
from client import ROLES, Client, Document, refused, visited
from scenario import set_clock, signed_in
from servers import *  # noqa: E402, F403, F405 - fixtures


def pytest_addoption(parser):
    add_options(parser)


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


@pytest.fixture
def emma(demo):
    """In a browser."""
    return signed_in(demo, "emma@example.com")


@pytest.fixture(scope="module")
def anonymous(demo):
    return Client(demo)


@pytest.fixture(scope="module")
def at_now(request, owner):
    """The module's sandbox is at its NOW: for tests that leave it as it was, or add what the others do not look at."""
    set_clock(owner, request.module.NOW)


# ---- a sandbox of a test's own, at the NOW of its module ----

@pytest.fixture
def fresh(request, start_server):
    client = Client(start_server(), "demo-owner")
    set_clock(client, request.module.NOW)
    return client


@pytest.fixture
def people(fresh):
    """{role: client}. John, the regular user, is in Tanya's team, and works on project 100, which is given to Peter."""
    return {token.removeprefix("demo-"): Client(fresh.server, token) for token in ROLES.values()}


@pytest.fixture
def john(people):
    return people["regular-user"]


@pytest.fixture
def nodes(request, engine, start_server, new_sandbox):
    """On PostgreSQL two servers of one database; on SQLite one, twice: the database belongs to one process."""
    database = new_sandbox()
    servers = [start_server("--workers", "8", database=database) for _ in range(2 if engine == "postgresql" else 1)]
    for server in servers:
        set_clock(Client(server, "demo-owner"), request.module.NOW)
    return [servers[0], servers[-1]]


# ---- nothing is forgotten ----

_OF_EVERY_OPERATION = {"bad_request", "workspace_required", "malformed_json"}


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
    operations = Document._served.operations
    forgotten = sorted({each.id for each in operations} - visited)
    forgotten += sorted(f"{each.id} {code}" for each in operations
                        for code in (each.codes("400") | each.codes("404")) - _OF_EVERY_OPERATION
                        if (each.id, code) not in refused)
    if forgotten:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\nnever seen, with success or with this failure: {', '.join(forgotten)}")
