"""The database layer by itself, on the server of these tests: its unit tests know only SQLite."""

import os
import pathlib
import subprocess


def test_the_database_layer_on_a_server(stint, engine, new_database):
    if engine != "postgresql":
        return
    program = pathlib.Path(stint.path).parent / "tests" / "unit" / "test_db"
    done = subprocess.run([program], capture_output=True, text=True, timeout=300,
                          env=os.environ | {"STINT_TEST_POSTGRESQL": new_database()})
    output = done.stdout + done.stderr
    assert done.returncode == 0 and output.count("test(s) run.") == 2, output
