"""A real company, loaded through the public API and read back (load_sip.py)."""

import contextlib
import pathlib
import sqlite3
import subprocess
import sys

import pytest

LOAD = pathlib.Path(__file__).with_name("load_sip.py")
DATA = LOAD.parents[3] / "shared" / "data" / "sip"
COMPANY = ("members", "projects", "contracts", "tasks", "task_assignees", "time_entries", "daily_minutes")


def load(server, *flags):
    return subprocess.run([sys.executable, LOAD, "--url", server.url, "--token", server.token, "--data", DATA, *flags],
                          capture_output=True, text=True, timeout=300)


def company(server):
    with contextlib.closing(sqlite3.connect(server.database.removeprefix("sqlite:"))) as database:
        return [sorted(database.execute(f"SELECT * FROM {table}"), key=repr) for table in COMPANY]


def test_the_company_comes_back_as_it_was_sent(start_server):
    if not DATA.is_dir():
        pytest.skip(f"the data set is not beside the repository: {DATA}")
    server = start_server()
    run = load(server)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "read back: 22 members, 20 projects, 156 contracts" in run.stdout
    print(run.stdout)
    before = company(server)
    run = load(server, "--load-only")
    assert run.returncode == 0, run.stdout + run.stderr
    assert company(server) == before, "idempotency keys make it the same company"
