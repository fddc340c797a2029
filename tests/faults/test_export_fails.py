"""stint export when what is below it fails: it says so and leaves nothing, or all of it is there."""

import itertools
import json
import os
import pathlib
import shutil
import subprocess

import pytest
from shim import SQLITE, Shim

# Of each kind, how it fails and how many of them do.
CASES = {"sqlite": [("step", SQLITE["IOERR"], 17), ("memory", 0, 151)],
         "postgresql": [("step", "53100", 17), ("memory", 0, 311)]}


@pytest.mark.parametrize("case", range(2))
def test_an_export_is_whole_or_not_there(stint, engine, new_sandbox, tmp_path, case):
    kind, how, stride = CASES[engine][case]
    database, out = new_sandbox(), tmp_path / "out" / "acme"
    library = pathlib.Path(stint.path).parent / "tests" / "faults" / "libshim.so"
    shim = Shim(library, tmp_path / "page", database.removeprefix("sqlite:"))
    out.parent.mkdir()
    for number in itertools.count(1, stride):
        with shim.failing(kind, number, how) as fired:
            done = subprocess.run([stint.path, "export", out, "--workspace", "1", "--database", database],
                                  env=os.environ | shim.environment, capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            counted = json.loads((out / "manifest.json").read_text())["files"]
            assert {each["file"] for each in counted} | {"manifest.json"} == {path.name for path in out.iterdir()}
            shutil.rmtree(out)
        else:
            assert done.stdout == "" and done.stderr.startswith("stint: "), (number, done)
        assert list(out.parent.iterdir()) == [], (number, done)
        if not fired():
            assert number > 1
            return
