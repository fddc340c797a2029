"""All that a database holds, for comparison: nothing may be changed by what was refused, and all that a request does
is done, or nothing."""

import subprocess
import time

from database import Session

# Ids are reserved ahead, jobs note when they are to look again, and changes are numbered, apart from any request.
_ASIDE = {"id_blocks", "due_work", "export_positions", "noted_events"}
# When a token was used last is written down later, too, how often a mail was tried, and how far a webhook has come.
_COLUMNS = {"tokens": "hash, id, user_id, name, scopes, kind, only_workspace_id, grant_id, created_at, revoked_at",
            "mails": "workspace_id, id, recipient, subject, body",
            "webhooks": "workspace_id, id, owner_id, url, status, secret_number, created_at, updated_at, deleted_at",
            "entry_changes": "workspace_id, user_id, entry_id, changed_at",
            "events": (_EVENT := "workspace_id, id, kind, happened_at, object_id, data")}
# Those that have no number yet are events, too.
_SOURCES = {"events": f"(SELECT {_EVENT} FROM events UNION ALL SELECT {_EVENT} FROM noted_events) e"}


def _select(table):
    return f"SELECT {_COLUMNS.get(table, '*')} FROM {_SOURCES.get(table, table)}"


class SqliteLedger(Session):
    def __init__(self, url):
        super().__init__(url, read_only=True)
        names = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        self._tables = [name for (name,) in names if name not in _ASIDE]
        self._version, self._state = None, {}

    def state(self):
        """{table: (rows, the sum of their hashes)}"""
        version = self.rows("PRAGMA data_version")
        if version != self._version:  # else nobody has committed anything
            self._version = version
            self._state = {table: self._content(table) for table in self._tables}
        return self._state

    def _content(self, table):
        rows = self.rows(_select(table))
        return len(rows), sum(map(hash, rows))


class PostgresLedger(Session):
    def __init__(self, url):
        while subprocess.run(["pg_isready", "-q", "-d", url], check=False).returncode:
            time.sleep(0.02)  # it recovers from a crash
        super().__init__(url, read_only=True)
        names = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        self._version, self._state = None, {}
        self.rows("PREPARE state AS " + " UNION ALL ".join(  # to plan it takes longer than to carry it out
            f"SELECT '{table}', count(*), sum(hash_record_extended(t, 0)) "
            f"FROM ({_select(table)}) t"
            for (table,) in names if table not in _ASIDE))

    def _wait(self):
        """A session whose client has gone may still be about to commit. Returns what is another whenever somebody has
        written since."""
        while True:
            [(version, busy)] = self.rows(
                "SELECT pg_current_snapshot()::text, count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()")
            if not busy:
                return version
            time.sleep(0.005)

    def state(self):
        version = self._wait()
        if version != self._version:  # else nobody has
            self._version = version
            self._state = {table: (count, hashes) for table, count, hashes in self.rows("EXECUTE state")}
        return self._state


def ledger_of(database):
    return SqliteLedger(database) if database.startswith("sqlite:") else PostgresLedger(database)


def growth(before, after):
    """How many rows more each table has, and whether its content is another: the same for the same request."""
    return {table: (after[table][0] - before[table][0], after[table] != before[table]) for table in before}
