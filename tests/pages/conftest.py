"""Lends the tests of this folder the servers of the HTTP scenarios, and a browser to see pages with."""

import pathlib
import sys

import pytest
from browser import Browser

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

from servers import *  # noqa: E402, F403, F405 - fixtures


def pytest_addoption(parser):
    add_options(parser)


@pytest.fixture(scope="session")
def _browser():
    browser = Browser()
    yield browser
    browser.quit()


@pytest.fixture
def browser(_browser):
    """A desktop's, in the light theme, that knows nothing of other tests. What a page complains of fails the test."""
    _browser.begin_anew()
    yield _browser
    assert not _browser.complaints()
