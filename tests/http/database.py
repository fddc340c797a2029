"""Sessions with the databases of servers, for what no address of the API shows or does."""

import sqlite3

import psycopg2


class Session:
    """Each statement is a transaction of its own, unless there was a BEGIN."""

    def __init__(self, url, read_only=False):
        if url.startswith("sqlite:"):
            mode = "?mode=ro" if read_only else ""
            self._connection = sqlite3.connect(f"file:{url.removeprefix('sqlite:')}{mode}", 10, isolation_level=None,
                                               uri=True)
        else:
            self._connection = psycopg2.connect(url)
            self._connection.set_session(readonly=read_only, autocommit=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def close(self):
        self._connection.close()

    def rows(self, statement):
        """What it returns; none of what returns nothing."""
        cursor = self._connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
