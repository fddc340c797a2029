"""A real company, loaded through the public API and read back (load_sip.py)."""

import pathlib
import subprocess
import sys

import pytest

LOAD = pathlib.Path(__file__).with_name("load_sip.py")
DATA = LOAD.parents[3] / "shared" / "data" / "sip"


def load(server):
    return subprocess.run([sys.executable, LOAD, "--url", server.url, "--token", server.token, "--data", DATA],
                          capture_output=True, text=True, timeout=300)


def test_the_company_comes_back_as_it_was_sent(start_server):
    if not DATA.is_dir():
        pytest.skip(f"the data set is not beside the repository: {DATA}")
    server = start_server()
    for _ in range(2):  # the second time, idempotency keys make it the same company
        run = load(server)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "read back: 22 members, 20 projects, 156 contracts" in run.stdout
