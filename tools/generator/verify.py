"""Runs the migrations in an SQLite database in memory and prepares every statement there: what passes here is SQL that
SQLite understands, with the columns that its row declares. PostgreSQL's turn comes in the test run."""

import re
import sqlite3

from .problems import Refusal
from .statements import engine_text


def open_database(schema, problems):
    """The database after all migrations, or None."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.create_function("strpos", 2, lambda text, part: text.find(part) + 1)  # src/db/sqlite.c brings it along
    for migration in schema.migrations:
        try:
            database.executescript(migration.sqlite)
        except sqlite3.Error as error:
            problems.add(migration.place, f"SQLite refuses {migration.name}: {error}")
            return None
    return database


def check_statements(database, statements, problems):
    for statement in statements:
        with problems.collecting():
            for text in statement.texts:
                columns = _columns(database, statement, text)
                if statement.row and not text.is_count:
                    _compare(statement, columns)
                elif statement.result == "value" and len(columns) != 1:
                    raise Refusal(statement.place, f"{statement.name} returns {len(columns)} columns, not one value")


def _columns(database, statement, text):
    """The names of the result's columns. Every argument is 1; a list is empty. Nothing is kept."""
    arguments = ["[]" if typed.type.endswith("[]") else 1 for typed in text.parameters]
    text = engine_text(statement, text, "sqlite")
    arguments = arguments[:max(map(int, re.findall(r"\?(\d+)", text)), default=0)]  # the last ones may not be asked for
    database.execute("BEGIN")
    try:
        database.execute("EXPLAIN " + text, arguments)
        if statement.result in ("nothing", "changed"):
            return []
        return [column[0] for column in database.execute(text, arguments).description]
    except sqlite3.Error as error:
        raise Refusal(statement.place, f"SQLite refuses {statement.name}: {error}") from error
    finally:
        database.execute("ROLLBACK")


def _compare(statement, columns):
    declared = [column.name for column in statement.row.columns]
    if columns == declared:
        return
    for number, (got, wanted) in enumerate(zip(columns, declared), 1):
        if got != wanted:
            raise Refusal(statement.place, f"{statement.name}: column {number} is {got}, row {statement.row.name} "
                                           f"says {wanted}")
    raise Refusal(statement.place, f"{statement.name} returns {len(columns)} columns, row {statement.row.name} has "
                                   f"{len(declared)}")


def check_script(database, text, place):
    """The script must run, and leave no foreign key without its parent. Nothing is kept."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    database.backup(copy)
    try:
        copy.executescript("PRAGMA foreign_keys = ON; BEGIN;" + text)
        copy.execute("COMMIT")
    except sqlite3.Error as error:
        raise Refusal(place, f"SQLite refuses the script: {error}") from error
    finally:
        copy.close()
