"""Clients that others make from the document. Their tools lie in build-packages, where script/bootstrap --test puts
them."""

import os
import pathlib
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
TOOLS = TESTS.parent / "build-packages"
sys.path.insert(0, str(TESTS / "http"))

from servers import *  # noqa: E402, F403, F405 - fixtures


def pytest_addoption(parser):
    add_options(parser)
    parser.addoption("--examples", type=int, default=5, help="requests that are made up for each operation")


@pytest.fixture
def tool(tmp_path):
    """Runs one, or a script beside them, in a folder of its own, with more in its environment; what it says."""
    assert TOOLS.exists(), "script/bootstrap --test installs the tools"
    here = pathlib.Path(__file__).resolve().parent
    inherited = {**os.environ, "PYTHONPATH": f"{TOOLS}:{here}", "PATH": f"{TOOLS}/bin:{os.environ['PATH']}",
                 "NO_COLOR": "1"}

    def run(*arguments, timeout=3600, **environment):
        done = subprocess.run(["/usr/bin/python3", *arguments], cwd=tmp_path, capture_output=True, text=True,
                              timeout=timeout, env={**inherited, **environment})
        assert done.returncode == 0, (done.stdout + done.stderr)[-20000:]
        return done.stdout + done.stderr

    return run
