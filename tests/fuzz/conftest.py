"""Lends the tests of this folder the servers of the HTTP scenarios."""

import pathlib
import sys

for folder in ("http", "faults"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

from servers import *  # noqa: E402, F403, F405 - fixtures


def pytest_addoption(parser):
    add_options(parser)
    parser.addoption("--seconds", type=float, default=8, help="how long requests are made up")
    parser.addoption("--seed", type=int, help="the same requests as then, one after the other")
