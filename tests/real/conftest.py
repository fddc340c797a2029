"""Lends the tests of this folder the servers of the HTTP scenarios: their fixtures and options, nothing of its own."""

import contextlib
import importlib.util
import pathlib
import sys

SCENARIOS = pathlib.Path(__file__).resolve().parents[1] / "http"
sys.path.insert(0, str(SCENARIOS))

_source = importlib.util.spec_from_file_location("scenario_fixtures", SCENARIOS / "conftest.py")
_fixtures = importlib.util.module_from_spec(_source)
_source.loader.exec_module(_fixtures)

stint = _fixtures.stint
engine = _fixtures.engine
new_database = _fixtures.new_database
start_server = _fixtures.start_server


def pytest_addoption(parser):
    with contextlib.suppress(ValueError):  # when both folders are run, the scenarios' own conftest has added them
        _fixtures.pytest_addoption(parser)
