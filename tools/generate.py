#!/usr/bin/python3
"""Joins the contract (api/), the questions to the database (sql/) and the pages (web/) into C.

usage: generate.py --source-dir DIR --output-dir OUT [--depfile FILE]

Everything that is wrong is reported as `file:line: message`, and then nothing is written. Nothing is decided here that
the source does not say: the parts in generator/ read, check and write.
"""

import argparse
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

sys.dont_write_bytecode = True  # the source folder stays as it is

from generator import emit_assets, emit_contract, emit_exports, emit_statements, verify  # noqa: E402
from generator.api import Api  # noqa: E402
from generator.document import make_document, written  # noqa: E402
from generator.events import check_payloads  # noqa: E402
from generator.merges import read_merges  # noqa: E402
from generator.migrations import read_migrations  # noqa: E402
from generator.older import older  # noqa: E402
from generator.operations import (check_events, check_replies, check_writes, read_locations,  # noqa: E402
                                  read_operations)
from generator.pages import served_files  # noqa: E402
from generator.problems import Place, Problems, Refusal  # noqa: E402
from generator.statements import Library  # noqa: E402
from generator.yaml_source import load  # noqa: E402


class ErrorRow(NamedTuple):
    """A row of src/base/errors.def."""
    symbol: str
    status: int
    code: str
    text: str


class Source:
    """The files that are read. Names are relative to the source folder, in the order of their bytes."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.read = set()  # files, and folders that were looked into

    def names(self, pattern):
        found = sorted(path for path in self.folder.glob(pattern)
                       if path.is_file() and not path.name.startswith("."))
        top = self.folder / pattern.split("*")[0]
        self.read |= {top, *(path for path in top.rglob("*") if path.is_dir())}
        return [path.relative_to(self.folder).as_posix() for path in found]

    def content(self, name):
        self.read.add(self.folder / name)
        return (self.folder / name).read_bytes()

    def texts(self, names):
        return [(name, self.content(name).decode()) for name in names]


def read_errors(source):
    name = "src/base/errors.def"
    rows = re.findall(r'^ERROR\((\w+), (\d+), "([^"]*)", "([^"]*)"\)', source.content(name).decode(), re.MULTILINE)
    if not rows:
        raise Refusal(Place(name, 1), "no row ERROR(symbol, status, \"code\", \"text\")")
    return [ErrorRow(symbol, int(status), code, text) for symbol, status, code, text in rows]


def read_api(source, problems):
    api, documents = Api(problems), []
    for name, text in source.texts(source.names("api/*.yaml")):
        with problems.collecting():
            documents.append(load(text, name))
    api.join(documents)
    api.read_enumerations()
    read_operations(api)
    return api


def read_sql(source, api, errors, problems):
    """Returns the schema, the statements and the scripts, all tried in SQLite."""
    schema = read_migrations(source.texts(source.names("sql/migrations/*.sql")), {row.symbol for row in errors},
                             problems)
    library = Library(api.enumeration_codes(), schema, problems)
    names = source.names("sql/**/*.sql")
    library.read(source.texts(name for name in names if not name.startswith(("sql/migrations/", "sql/scripts/"))))
    database = None if problems.found else verify.open_database(schema, problems)
    if database:
        verify.check_statements(database, library.statements, problems)
    scripts = {}
    for name, text in source.texts(source.names("sql/scripts/*.sql")):
        with problems.collecting():
            script = library.read_script(name, text)
            if database:
                verify.check_script(database, script, Place(name, 1))
            scripts[Path(name).stem] = script
    return schema, library, scripts


def generate(source, problems):
    """{file name: content}, and what the build prints; None when something is wrong."""
    errors = read_errors(source)
    api = read_api(source, problems)
    schema, library, scripts = read_sql(source, api, errors, problems)
    api.read_objects(library.rows)
    read_merges(api, library.rows)
    if not problems.found:
        check_replies(api)
        check_writes(api, schema.tables)
        check_events(api)
        check_payloads(api)
        read_locations(api)
    if problems.found:
        return None, None
    document = make_document(api, errors)
    if problems.found:
        return None, None
    documents = {"openapi.json": written(document), "openapi-3.0.json": written(older(document))}
    served = served_files(dict(source.texts(source.names("web/pages/**/*"))), document)
    files = {"contract.h": emit_contract.header(api),
             "contract.c": emit_contract.source(api) + emit_exports.source(api, library),
             "statements.h": emit_statements.header(library, schema, scripts),
             "statements.c": emit_statements.source(library, schema, scripts),
             "assets.h": emit_assets.header(documents), "assets.c": emit_assets.source(served, documents), **documents}
    marked = sum(statement.all_workspaces is not None for statement in library.statements)
    return files, (f"{len(api.operations)} operations, {len(library.statements)} statements, "
                   f"{library.second_bodies} with a second body, {marked} over all workspaces")


def depfile(source):
    """For make and Ninja: all that was read, this program among it. A folder is another when a file comes or goes."""
    tools = Path(__file__).resolve().parent
    read = source.read | {Path(__file__).resolve(), *(tools / "generator").glob("*.py")}
    return " ".join(["contract.h:", *sorted(str(path).replace(" ", r"\ ") for path in read)]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source-dir", required=True)
    parser.add_argument("--output-dir", required=True)
    parser.add_argument("--depfile")
    options = parser.parse_args()
    source, problems = Source(options.source_dir), Problems()
    files = summary = None
    with problems.collecting():
        files, summary = generate(source, problems)
    if problems.found:
        print("\n".join(problems.lines()), file=sys.stderr)
        return 1
    output = Path(options.output_dir)
    os.makedirs(output, exist_ok=True)
    for name, content in files.items():
        (output / name).write_text(content, encoding="utf-8")
    if options.depfile:
        Path(options.depfile).write_text(depfile(source), encoding="utf-8")
    print(summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
