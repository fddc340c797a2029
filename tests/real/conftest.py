"""Lends the tests of this folder the servers of the HTTP scenarios."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

from servers import add_options, engine, new_database, start_server, stint  # noqa: E402, F401 - fixtures


def pytest_addoption(parser):
    add_options(parser)
