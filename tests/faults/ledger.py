"""All that a database holds, for comparison: nothing may be changed by what was refused, and all that a request does
is done, or nothing."""

import hashlib
import sqlite3
import subprocess
import time

# Ids are reserved ahead, jobs note when they are to look again, and changes are numbered, apart from any request.
_ASIDE = {"id_blocks", "due_work", "export_positions"}
# When a token was used last is written down later, too, and how often a mail was tried.
_COLUMNS = {"tokens": "hash, id, user_id, name, scopes, kind, only_workspace_id, grant_id, created_at, revoked_at",
            "mails": "workspace_id, id, recipient, subject, body",
            "entry_changes": "workspace_id, user_id, entry_id, changed_at",
            "events": "workspace_id, id, kind, noted_at, object_id, data"}


class SqliteLedger:
    def __init__(self, database):
        self._connection = sqlite3.connect(f"file:{database.removeprefix('sqlite:')}?mode=ro", uri=True, timeout=10)
        names = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self.tables = sorted(name for (name,) in names if name not in _ASIDE and not name.startswith("sqlite_"))
        self._version, self._state = None, {}

    def rows(self, question):
        return self._connection.execute(question).fetchall()

    def state(self):
        """{table: (rows, hash of them)}"""
        version = self.rows("PRAGMA data_version")
        if version != self._version:  # else nobody has committed anything
            self._version, self._state = version, {table: self._table(table) for table in self.tables}
        return self._state

    def _table(self, name):
        rows = sorted(map(repr, self.rows(f"SELECT {_COLUMNS.get(name, '*')} FROM {name}")))
        return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def close(self):
        self._connection.close()


class PostgresLedger:
    """One psql that is asked again and again."""

    _END = "-- end --"

    def __init__(self, database):
        while subprocess.run(["pg_isready", "-q", "-d", database], check=False).returncode:
            time.sleep(0.02)  # it recovers from a crash
        self._psql = subprocess.Popen(["psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-qAt", "-F", "\t", database],
                                      text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        names = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        self.tables = sorted(name for (name,) in names if name not in _ASIDE)
        self._version, self._state = None, {}
        self.rows("PREPARE state AS " + " UNION ALL ".join(  # to plan that many tables takes longer than to read them
            f"SELECT '{table}', count(*), md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) "
            f"FROM (SELECT {_COLUMNS.get(table, '*')} FROM {table}) t"
            for table in self.tables))

    def rows(self, question):
        self._psql.stdin.write(f"{question};\n\\echo {self._END}\n")
        self._psql.stdin.flush()
        rows = []
        while (line := self._psql.stdout.readline()) != f"{self._END}\n":
            assert line, "psql has ended"
            rows.append(tuple(line.rstrip("\n").split("\t")))
        return rows

    def _wait(self):
        """A session whose client has gone may still be about to commit. Returns what is another whenever somebody has
        written since."""
        while True:
            [(version, busy)] = self.rows(
                "SELECT pg_current_snapshot(), count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND state <> 'idle' AND pid <> pg_backend_pid()")
            if busy == "0":
                return version
            time.sleep(0.005)

    def state(self):
        version = self._wait()
        if version != self._version:  # else nobody has
            rows = self.rows("EXECUTE state")
            self._version, self._state = version, {table: (int(count), hash) for table, count, hash in rows}
        return self._state

    def close(self):
        self._psql.stdin.close()
        self._psql.wait()


def ledger_of(database):
    return SqliteLedger(database) if database.startswith("sqlite:") else PostgresLedger(database)


def growth(before, after):
    """How many rows more each table has, and whether its content is another: the same for the same request."""
    return {table: (after[table][0] - before[table][0], after[table] != before[table]) for table in before}
