"""Lends the tests of this folder the servers of the HTTP scenarios, with the faults of shim.c below them."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

from servers import *  # noqa: E402, F403, F405 - fixtures
from shim import Shim  # noqa: E402


def pytest_addoption(parser):
    add_options(parser)
    parser.addoption("--rounds", type=int, default=1, help="how many times as much as a usual run")


@pytest.fixture(scope="session")
def rounds(request):
    return request.config.getoption("--rounds")


@pytest.fixture(scope="module")
def start_faulty(stint, new_database, tmp_path_factory):
    """start_faulty(*flags, database=URL, demo=True): a server and its shim."""
    library = pathlib.Path(stint.path).parent / "tests" / "faults" / "libshim.so"
    folder = tmp_path_factory.mktemp("faults")
    servers = []

    def start(*flags, database=None, demo=True, durable=False):
        database = database or new_database()
        shim = Shim(library, folder / f"page-{len(servers)}", database.removeprefix("sqlite:"))
        if durable:
            shim.keep_durable()
        servers.append(stint.serve(database, *flags, demo=demo, environment=shim.environment, trouble=CRASHES))
        return servers[-1], shim

    yield start
    for each in servers:
        if each.running():
            each.stop()


# What a log may not have even when all below the server fails. A transaction that failed is an error there.
CRASHES = r"Assertion"
