"""Places in source files and the problems found there.

Readers raise Refusal at the first thing they cannot honour in an item; Problems collects one a item, so that a run
reports everything that is wrong and not just the first. Nothing here knows what is being read.
"""

from contextlib import contextmanager
from typing import NamedTuple


class Place(NamedTuple):
    file: str
    line: int

    def __str__(self):
        return f"{self.file}:{self.line}"


class Refusal(Exception):
    """Something the generator cannot honour."""

    def __init__(self, place, message):
        super().__init__(f"{place}: {message}")
        self.place = place


class Problems:
    def __init__(self):
        self.found = []

    def add(self, place, message):
        self.found.append(Refusal(place, message))

    @contextmanager
    def collecting(self):
        """One item (a statement, an operation, a table): its first refusal is kept and the run goes on."""
        try:
            yield
        except Refusal as refusal:
            self.found.append(refusal)

    def lines(self):
        """Sorted, each once: the same fault may be met on several ways."""
        return [text for _, text in sorted({(refusal.place, str(refusal)) for refusal in self.found})]
