"""Lends the tests of this folder the servers of the HTTP scenarios."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

from servers import *  # noqa: E402, F403, F405 - fixtures


def pytest_addoption(parser):
    add_options(parser)
