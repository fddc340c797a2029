"""The test's side of the preloaded library (shim.c): what is to fail, and what has failed."""

import contextlib
import mmap
import struct

KINDS = ("memory", "step", "read", "write", "sync", "truncate", "commit")
_FAULT = struct.Struct("=qQQQQq8s")  # countdown, chance, how, calls, fired, lasting, state
_TAIL = struct.Struct("=qqq")  # durable, torn, ahead

SQLITE = {"BUSY": 5, "NOMEM": 7, "READONLY": 8, "IOERR": 10, "FULL": 13}
KILL, DROPPED, LOST_BEFORE, LOST_AFTER, RAISED = -1, -2, 1, 2, 3


class Shim:
    def __init__(self, library, page, files=""):
        """`page` is a file of its own; what the server does with files whose name begins with `files` may fail."""
        page.write_bytes(bytes(mmap.PAGESIZE))
        self._file = open(page, "r+b")
        self._map = mmap.mmap(self._file.fileno(), mmap.PAGESIZE)
        self.environment = {"LD_PRELOAD": str(library), "FAULTS_PAGE": str(page), "FAULTS_FILES": files}

    def _set(self, kind, field, value):
        place = KINDS.index(kind) * _FAULT.size + 8 * field
        self._map[place:place + 8] = value if isinstance(value, bytes) else struct.pack("=q", value)

    def _get(self, kind, field):
        return struct.unpack_from("=q", self._map, KINDS.index(kind) * _FAULT.size + 8 * field)[0]

    def _say_how(self, kind, how):
        """A SQLite code, an errno, KILL (the process ends there), DROPPED (it seems done), LOST_…, or a SQLSTATE."""
        self._set(kind, 2, RAISED if isinstance(how, str) else how)
        self._set(kind, 6, how.encode().ljust(8, b"\0") if isinstance(how, str) else bytes(8))

    def nth(self, kind, number, how=0, lasting=False):
        """The number-th call from now fails; lasting: and all that come after it."""
        self._say_how(kind, how)
        self._set(kind, 5, int(lasting))
        self._set(kind, 0, number)

    def chance(self, kind, per_million, how=0):
        self._say_how(kind, how)
        self._set(kind, 1, per_million)

    def clear(self):
        """Nothing fails from now on."""
        for kind in KINDS:
            self._set(kind, 0, 0)
            self._set(kind, 1, 0)

    def calls(self, kind):
        return self._get(kind, 3)

    def fired(self, kind):
        return self._get(kind, 4)

    def _set_tail(self, index, value):
        place = len(KINDS) * _FAULT.size
        tail = list(_TAIL.unpack_from(self._map, place))
        tail[index] = value
        _TAIL.pack_into(self._map, place, *tail)

    def keep_durable(self):
        """From the next start on: FILE.durable holds what would be left of FILE."""
        self._set_tail(0, 1)

    def tear(self, torn=True):
        """A write that fails has written its first half."""
        self._set_tail(1, torn)

    def set_clock(self, ahead):
        """The machine's clock, so many seconds before the right time, or behind it (below 0)."""
        self._set_tail(2, ahead)

    @contextlib.contextmanager
    def failing(self, kind, number, how=0, lasting=False):
        """`with shim.failing(…) as fired:` fired() tells afterwards whether it came to that."""
        before = self.fired(kind)
        self.nth(kind, number, how, lasting)
        try:
            yield lambda: self.fired(kind) > before
        finally:
            self.clear()
