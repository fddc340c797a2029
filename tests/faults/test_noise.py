"""Now and then something fails while many clients write. They ask again, and in the end all is there, once and
whole."""

import errno

import pytest
from shim import LOST_AFTER, LOST_BEFORE, SQLITE
from test_crashes import begin, judge, seed  # noqa: F401 - fixtures

ON_SQLITE = {
    "full disk": ("write", errno.ENOSPC), "bad disk": ("write", errno.EIO), "torn writes": ("write", errno.EIO),
    "failing syncs": ("sync", errno.EIO), "failing reads": ("read", errno.EIO),
    "locked": ("step", SQLITE["BUSY"]),
    "failing steps": ("step", SQLITE["IOERR"]), "no memory for a step": ("step", SQLITE["NOMEM"]),
    "no memory": ("memory", 0)}
ON_POSTGRESQL = {
    "conflicts": ("step", "40001"), "deadlocks": ("step", "40P01"), "full disk": ("step", "53100"),
    "time-outs": ("step", "57014"), "lost connections": ("step", LOST_BEFORE), "lost answers": ("step", LOST_AFTER),
    "no memory": ("memory", 0)}
IN_A_MILLION = {"memory": 2_000, "step": 5_000, "read": 20_000, "write": 20_000, "sync": 100_000}
ANSWERS = 150  # to each kind of noise


def test_noise(stint, begin, engine, seed, rounds):
    server, shim, load = begin(seed)
    load.start(server, ends_with_server=False)
    failed = {}
    for name, (kind, how) in (ON_SQLITE if engine == "sqlite" else ON_POSTGRESQL).items():
        before = shim.fired(kind)
        shim.tear(name == "torn writes")
        shim.chance(kind, IN_A_MILLION[kind], how)
        load.wait(ANSWERS * rounds)
        shim.clear()
        failed[name] = shim.fired(kind) - before
        load.wait(20)
        assert server.running(), name
    load.stop()
    print(f"failed {failed}: {dict(load.told)}")
    judge(stint, server, load)
