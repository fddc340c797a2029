"""The generator: each rule that it enforces is broken once, in a small source tree of its own, and must be reported
with file and line; and what it makes of a sound tree is C that compiles and a document that holds together.

In the sources below `@@` stands on the line that the report must name; it is taken out before the file is written."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import generate  # noqa: E402

ERRORS = """\
ERROR(BAD_REQUEST, 400, "bad_request", "Bad.")
ERROR(UNAUTHENTICATED, 401, "unauthenticated", "Who?")
ERROR(FORBIDDEN, 403, "forbidden", "No.")
ERROR(METHOD_NOT_ALLOWED, 405, "method_not_allowed", "Not so.")
ERROR(INVALID, 422, "validation_failed", "Invalid.")
ERROR(NAME_TAKEN, 400, "name_taken", "Taken.")
"""

MIGRATION = """\
-- table: reference
CREATE TABLE users (
	id BIGINT NOT NULL,
	CONSTRAINT users_pkey PRIMARY KEY (id)
);
-- table: tenant
CREATE TABLE workspaces (
	id   BIGINT NOT NULL,
	name TEXT   NOT NULL,
	CONSTRAINT workspaces_pkey PRIMARY KEY (id)
);
-- table: tenant
CREATE TABLE things (
	workspace_id BIGINT  NOT NULL,
	id           BIGINT  NOT NULL,
	name         TEXT    NOT NULL,
	rate         BIGINT,
	is_red       BOOLEAN NOT NULL,
	CONSTRAINT things_pkey PRIMARY KEY (workspace_id, id),
	CONSTRAINT things_name_unique UNIQUE (workspace_id, name), -- error: NAME_TAKEN
	CONSTRAINT things_workspace_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
-- table: by_user
CREATE TABLE user_workspaces (
	user_id      BIGINT NOT NULL,
	workspace_id BIGINT NOT NULL,
	CONSTRAINT user_workspaces_pkey PRIMARY KEY (user_id, workspace_id)
);
-- table: by_hash
CREATE TABLE tokens (
	hash    TEXT   NOT NULL,
	user_id BIGINT NOT NULL,
	CONSTRAINT tokens_pkey PRIMARY KEY (hash)
);
"""

STATEMENTS = """\
-- row: part
-- id bigint, name text

-- row: wheel
-- thing_id bigint, id bigint

-- row: thing
-- id bigint, name text, rate bigint?, is_red boolean, + parts part[], + wheels wheel[] by thing_id

-- fragment: red_or_owner
(t.is_red OR :caller_role = {Role.owner})

-- name: list_things
-- takes: pattern text?
-- returns: page thing
SELECT t.id, t.name, CASE WHEN :sees_rates THEN t.rate END AS rate, t.is_red
FROM things t WHERE t.workspace_id = :workspace_id AND {red_or_owner}
  AND (:pattern IS NULL OR t.name LIKE :pattern) ORDER BY t.id;

-- name: insert_thing
-- takes: row thing
-- returns: nothing
INSERT INTO things (workspace_id, id, name, is_red) VALUES (:workspace_id, :id, :name, :is_red);

-- name: insert_things
-- takes: many thing
-- returns: changed
INSERT INTO things (workspace_id, id, name, is_red) VALUES (:workspace_id, :id, :name, :is_red)
ON CONFLICT (workspace_id, id) DO NOTHING;

-- name: list_parts
-- returns: many part later
SELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id ORDER BY t.id;

-- name: list_wheels
-- takes: name text
-- returns: children thing.wheels
SELECT t.rate AS thing_id, t.id FROM things t
WHERE t.workspace_id = :workspace_id AND t.rate IN :parents AND t.name = :name ORDER BY t.rate, t.id;

-- name: delete_things
-- takes: ids bigint[], names text[]
-- returns: changed
DELETE FROM things WHERE workspace_id = :workspace_id AND id IN :ids AND name NOT IN :names;
"""

BASE = """\
openapi: 3.1.0
info: {title: Test, version: 1.0.0}
servers: [{url: /api/v2}]
x-callers: {bearerAuth: [apiKey, app, cookie], client: [app]}
components:
  securitySchemes:
    apiKey: {type: http, scheme: bearer}
    app: {type: oauth2, flows: {}}
    cookie: {type: apiKey, in: cookie, name: id}
  parameters:
    workspace_id: {name: workspace_id, in: query, required: true, schema: {type: integer, minimum: 1}}
    page: {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
    per_page: {name: per_page, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}
  schemas:
    Role:
      type: string
      enum: [Owner, Regular User]
      x-codes: [1, 2]
    EventKind:
      type: string
      enum: [thing.made, thing.changed]
      x-codes: [1, 2]
    Member:
      x-like: Role
      x-rename: {Regular User: regular}
    Meta: {type: object, properties: {request_id: {type: string}}}
    Failure: {type: object, properties: {success: {type: boolean}}}
    Pagination: {type: object, properties: {total: {type: integer}}}
"""

GROUP = """\
tags: [{name: Things}]
paths:
  /things:
    get:
      operationId: getThings
      tags: [Things]
      security: [{bearerAuth: [read]}]
      x-roles: all
      parameters:
        - {$ref: '#/components/parameters/workspace_id'}
        - {name: role, in: query, schema: {$ref: '#/components/schemas/Member'}}
        - {name: part_id, in: query, schema: {type: string, format: sealed-id, x-sealed: part}}
        - {$ref: '#/components/parameters/page'}
        - {$ref: '#/components/parameters/per_page'}
      responses:
        '200':
          description: Things
          x-data: {type: array, items: {$ref: '#/components/schemas/Thing'}}
  /things/{thingId}:
    parameters:
      - {name: thingId, in: path, required: true, schema: {type: integer}}
      - {$ref: '#/components/parameters/workspace_id'}
    put:
      operationId: updateThing
      security: [{bearerAuth: [write]}]
      x-roles: [Owner]
      x-writes: [things]
      x-events: [thing.changed]
      x-merges: {row: thing, by_hand: [from, to, at, rate, is_red, default, roles, legs]}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {type: string, minLength: 1, maxLength: 255, example: Chair}
                from: {type: [string, 'null'], format: date}
                to: {type: string, format: date, x-not-before: from, x-alias: until}
                at: {type: string, format: time}
                rate: {type: number, minimum: 0.5, x-alias: price}
                is_red: {type: integer, enum: [0, 1], default: 0}
                default: {type: array, items: {type: integer}, maxItems: 10}
                roles: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Role'}}
                legs: {type: array, minItems: 1, maxItems: 50, items: {$ref: '#/components/schemas/Leg'}}
      responses:
        '200':
          description: Changed
          x-message: Thing changed
          x-data: {$ref: '#/components/schemas/Report'}
          x-beside: {$ref: '#/components/schemas/Saved'}
  /ping:
    x-also-at: /ping
    post:
      operationId: ping
      security: []
      x-public: It tells nothing.
      x-guesses: [address]
      x-writes: []
      x-events: Nothing happens.
      responses: {'200': {description: Alive}}
components:
  schemas:
    Part:
      x-row: part
      type: object
      properties:
        id: {type: string, format: sealed-id, x-sealed: part}
        name: {type: string, example: Leg}
    Thing:
      x-row: thing
      type: object
      properties:
        id: {type: integer}
        name: {type: string}
        rate: {type: [number, 'null'], x-omit-null: true}
        is_red: {type: boolean}
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
    Leg:
      type: object
      required: [id, start]
      properties:
        id: {type: string, minLength: 1, maxLength: 64}
        part_id: {type: string, format: sealed-id, x-sealed: part}
        start: {type: string, format: date-time}
        end: {type: string, format: date-time, x-not-before: start, x-alias: until}
        is_short: {type: boolean, default: true}
        length: {type: integer, minimum: 0, multipleOf: 5}
    Result:
      type: object
      properties: {index: {type: integer}, parts: {type: array, items: {$ref: '#/components/schemas/Part'}}}
    Saved:
      type: object
      properties:
        saved_minutes: {type: integer}
        since: {type: [string, 'null'], format: date-time, x-offset: true, x-omit-null: true}
    Report:
      type: object
      properties:
        at: {type: string, format: time}
        role: {$ref: '#/components/schemas/Role', type: [string, 'null']}
        best: {$ref: '#/components/schemas/Thing', type: [object, 'null']}
        results: {type: array, items: {$ref: '#/components/schemas/Result'}}
        days: {type: object, additionalProperties: {type: array, items: {$ref: '#/components/schemas/Part'}}, x-key: id}
"""

SOUND = {"src/base/errors.def": ERRORS, "sql/migrations/0001_start.sql": MIGRATION, "sql/things.sql": STATEMENTS,
         "api/openapi.yaml": BASE, "api/things.yaml": GROUP, "web/app.js": 'let a = "\\\\ü";\n'}


def run(folder, changes=None):
    """Generates from the sound tree with changes. Returns the files, the reports and the places marked by `@@`."""
    marked = []
    for name, text in (SOUND | (changes or {})).items():
        marked += [f"{name}:{number}" for number, line in enumerate(text.split("\n"), 1) if "@@" in line]
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("@@", ""))
    problems = generate.Problems()
    files = None
    with problems.collecting():
        files, _ = generate.generate(generate.Source(folder), problems)
    return files, problems.lines(), marked


def check_refused(folder, changes, message):
    files, reports, marked = run(folder, changes)
    assert files is None and marked, "the change must be refused, and say where"
    assert any(report.startswith(f"{marked[0]}: ") and message in report for report in reports), reports


def case_ids(cases):
    return [re.sub(r"[^a-z0-9]+", "-", case[-1].lower()).strip("-") for case in cases]


# migrations: appended to the first one

NUMBERED = """\
-- table: tenant
-- numbered
CREATE TABLE notes (workspace_id BIGINT NOT NULL, place BIGINT NOT NULL,
CONSTRAINT notes_pkey PRIMARY KEY (workspace_id, place)"""
MIGRATIONS = [
    ("CREATE TABLE @@a (id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id));", "'-- table: tenant|by_hash"),
    ("-- table: big\nCREATE TABLE @@a (id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id));", "'-- table: tenant"),
    ("-- table: tenant\nCREATE TABLE a @@(id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id));",
     "first column of every key"),
    ("-- table: tenant\nCREATE TABLE a (@@\nworkspace_id BIGINT, id BIGINT,\n"
     "CONSTRAINT a_pkey PRIMARY KEY (workspace_id, id));", "needs workspace_id BIGINT NOT NULL"),
    ("-- table: tenant\nCREATE TABLE a (workspace_id BIGINT NOT NULL, id BIGINT NOT NULL,\n"
     "CONSTRAINT a_pkey PRIMARY KEY (workspace_id, id),\n@@CONSTRAINT a_id UNIQUE (id));",
     "must be workspace_id"),
    ("@@CREATE UNIQUE INDEX things_by_name ON things (name);", "every key of tenant table things"),
    ("-- table: tenant\nCREATE TABLE a (workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, thing_id BIGINT,\n"
     "CONSTRAINT a_pkey PRIMARY KEY (workspace_id, id),\n"
     "@@CONSTRAINT a_fkey FOREIGN KEY (thing_id, workspace_id) REFERENCES things (workspace_id, id));",
     "starts with workspace_id on both sides"),
    ("-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id),\n"
     "@@CONSTRAINT a_fkey FOREIGN KEY (id) REFERENCES workspaces (id));", "no foreign key may lead from a by_hash"),
    ("-- table: reference\nCREATE TABLE a (id TEXT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id),\n"
     "@@CONSTRAINT a_fkey FOREIGN KEY (id) REFERENCES tokens (hash));", "cannot lead to a by_hash table"),
    ("-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id),\n"
     "@@CONSTRAINT a_fkey FOREIGN KEY (id) REFERENCES later (id));", "table later is not created before this"),
    ("-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id),\n"
     "CONSTRAINT a_fkey FOREIGN KEY (id) REFERENCES users (id) ON DELETE @@SET NULL);", "SET NULL is not allowed"),
    ("-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id),\n"
     "CONSTRAINT a_fkey FOREIGN KEY (id) REFERENCES users (id) @@ON UPDATE CASCADE);", "ON UPDATE is not allowed"),
    ("CREATE @@TRIGGER t AFTER INSERT ON things BEGIN SELECT 1;", "triggers are not allowed"),
    ("CREATE @@TEMP TABLE a (id BIGINT);", "temporary tables are not allowed"),
    ("-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL,\n@@b BIGINT GENERATED ALWAYS AS (id) STORED,\n"
     "CONSTRAINT a_pkey PRIMARY KEY (id));", "generated columns are not allowed"),
    ("-- table: by_hash\nCREATE TABLE a (\n@@id BIGINT PRIMARY KEY);", "named constraint of the table"),
    ("-- table: by_hash\n@@CREATE TABLE a (id BIGINT NOT NULL);", "no named PRIMARY KEY"),
    (f"-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL,\n@@CONSTRAINT {'a' * 51} PRIMARY KEY (id));",
     "longer than 50 bytes"),
    ("-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL,\n@@CONSTRAINT a_1 PRIMARY KEY (id));", "ends in '_' and"),
    ("-- table: by_hash\nCREATE TABLE a (id BIGINT NOT NULL,\n@@CONSTRAINT things_pkey PRIMARY KEY (id));",
     "is taken at"),
    ("-- table: by_hash\nCREATE TABLE a (id @@VARCHAR NOT NULL, CONSTRAINT a_pkey PRIMARY KEY (id));", "BIGINT|TEXT"),
    ("CREATE UNIQUE INDEX a ON things (workspace_id, rate); @@-- error: NO_SUCH", "errors.def has no row NO_SUCH"),
    ("CREATE INDEX a ON things (workspace_id, rate); @@-- error: NAME_TAKEN", "stands behind no constraint"),
    ("@@CREATE UNIQUE INDEX a ON things (workspace_id, name); -- error: NAME_TAKEN", "same columns"),
    ("@@ALTER TABLE things RENAME COLUMN id TO number;", "only ADD COLUMN"),
    ("@@ALTER TABLE things RENAME TO tokens;", "only ADD COLUMN"),
    ("-- table: tenant\n-- numbered\nCREATE TABLE notes (workspace_id BIGINT NOT NULL, name TEXT NOT NULL,\n"
     "@@CONSTRAINT notes_pkey PRIMARY KEY (workspace_id, name));", "name is no number"),
    (f"{NUMBERED} -- @@error: NAME_TAKEN\n);", "SQLite knows no such key"),
    (f"{NUMBERED});\n-- table: tenant\nCREATE TABLE marks (workspace_id BIGINT NOT NULL, place BIGINT NOT NULL,\n"
     "CONSTRAINT marks_pkey PRIMARY KEY (workspace_id, place),\n"
     "@@CONSTRAINT a_fkey FOREIGN KEY (workspace_id, place) REFERENCES notes (workspace_id, place));", "is no key of"),
    ("@@ALTER TABLE things DROP COLUMN nothing;", "only ADD COLUMN"),
    ("@@VACUUM full;", "not understood in a migration"),
    ("@@CREATE INDEX a ON things (workspace_id, rate)", "does not end with ';'"),
]


@pytest.mark.parametrize("text, message", MIGRATIONS, ids=case_ids(MIGRATIONS))
def test_migration_is_refused(tmp_path, text, message):
    check_refused(tmp_path, {"sql/migrations/0001_start.sql": MIGRATION + text}, message)


def test_each_kind_of_event_has_an_object(tmp_path):
    check_refused(tmp_path, {"api/openapi.yaml": BASE.replace(
        "    EventKind:\n      type: string\n      enum: [thing.made, thing.changed]",
        "    EventKind:\n      @@type: string\n      enum: [thing.changed, nothing.new]")},
        "none of NothingNew, Nothing, NewNothing is an object")


def test_members_of_an_event_have_names(tmp_path):
    """They are kept apart from what the event says of each: docs/decisions/0058."""
    check_refused(tmp_path, {
        "api/openapi.yaml": BASE.replace("enum: [thing.made, thing.changed]", "enum: [report.made, thing.changed]"),
        "api/things.yaml": GROUP.replace("x-key: id}", "x-key: id, x-spread: true}").replace(
            "    Report:", "    @@Report:")},
        "an event has a Report, so each of its members needs a name")


def test_migration_numbers_have_no_gap(tmp_path):
    check_refused(tmp_path, {"sql/migrations/0003_more.sql": "@@"}, "migration number 0002")


def test_migration_must_run(tmp_path):
    check_refused(tmp_path, {"sql/migrations/0002_more.sql": "@@INSERT INTO nowhere VALUES (1);"}, "no such table")


# statements: in a file of their own

STATEMENT_CASES = [
    # the form of the file
    ("@@SELECT 1;", "SQL stands before the first"),
    ("@@-- name: a\nSELECT 1;", "has no 'returns'"),
    ("-- name: a\n@@-- returns: some thing\nSELECT 1;", "returns: nothing"),
    ("-- name: a\n@@-- returns: one nobody\nSELECT 1;", "no row nobody"),
    ("-- row: a\n-- id bigint\n\n@@-- row: a\n-- id bigint", "exists at"),
    ("-- name: a\n@@-- takes: id integer\n-- returns: nothing\nSELECT 1;", "'name type' is expected"),
    ("-- name: a\n@@-- takes: b boolean?\n-- returns: nothing\nSELECT 1;", "never null"),
    ("-- name: a\n@@-- takes: caller_id bigint\n-- returns: nothing\nSELECT 1;", "cannot be called caller_id"),
    ("-- name: a\n@@-- takes: int bigint\n-- returns: nothing\nSELECT 1;", "cannot be a name in C"),
    ("@@-- name: a\n-- takes: id bigint\n-- returns: changed\n"
     "DELETE FROM things WHERE workspace_id = :workspace_id;", "parameter id is not used"),
    ("@@-- name: a\n-- returns: changed\n"
     "DELETE FROM things WHERE workspace_id = :workspace_id AND id = :id;", ":id is not in 'takes'"),
    ("@@-- name: a\n-- takes: id bigint\n-- returns: changed\nDELETE FROM things WHERE workspace_id = :workspace_id "
     "AND id IN :id;", "a list, and only a list"),
    ("@@-- name: a\n-- takes: id bigint[]\n-- returns: changed\nDELETE FROM things WHERE workspace_id = :workspace_id "
     "AND id = :id;", "a list, and only a list"),
    # exports
    ("-- name: a\n@@-- exports: a.txt\n-- returns: each part\nSELECT 1;", "exports: FILE.csv"),
    ("-- name: a\n@@-- exports: a.csv\n-- returns: many part\nSELECT 1;", "returns each row"),
    ("@@-- name: a\n-- exports: a.csv\n-- returns: each part\nSELECT t.id, t.name FROM things t "
     "WHERE t.workspace_id = :workspace_id AND t.rate < :now;", "knows nothing but that"),
    ("-- row: a\n@@-- id bigint as money\n-- name: b\n-- exports: b.csv\n-- returns: each a\nSELECT t.id FROM things t "
     "WHERE t.workspace_id = :workspace_id;", "a bigint has no form 'money'"),
    # optional lists
    ("-- name: a\n-- takes: id bigint[]?\n-- returns: many part\nSELECT t.id, t.name FROM things t\n"
     "WHERE t.workspace_id = :workspace_id AND @@t.id IN :id;", "an optional list, and only that"),
    ("-- name: a\n-- takes: id bigint[]\n-- returns: many part\nSELECT t.id, t.name FROM things t\n"
     "WHERE t.workspace_id = :workspace_id AND @@t.id IN :id?;", "an optional list, and only that"),
    ("-- name: a\n-- takes: id bigint[]?\n-- returns: many part\nSELECT t.id, t.name FROM things t\n"
     "WHERE t.workspace_id = :workspace_id AND @@t.id NOT IN :id?;", "is used as 'column IN :id?'"),
    ("-- name: a\n-- takes: id bigint[]?\n-- returns: many part\nSELECT t.id, t.name FROM things t\n"
     "WHERE t.workspace_id = :workspace_id AND 1 + @@t.id IN :id?;", "is used as 'column IN :id?'"),
    ("-- name: a\n@@-- takes: b bigint[]?, c text[]?, d bigint[]?, e bigint[]?\n-- returns: many part\nSELECT 1;",
     "at most 3 optional lists"),
    ("-- name: a\n-- takes: id bigint[]?\n@@-- returns: children thing.wheels\nSELECT 1;", "optional list is taken"),
    ("@@-- name: a\n-- returns: changed\nDELETE FROM tokens WHERE user_id = :caller_id", "one statement that ends"),
    ("-- name: a\n-- takes: many thing\n@@-- returns: many part\nSELECT :id, :name;", "takes many rows, and returns"),
    ("-- name: a\n@@-- returns: one part later\nSELECT 1, 'a';", "many ROW later"),
    ("-- name: a\n-- takes: row thing\n@@-- returns: each part\nSELECT :id, :name;", "takes a row, and returns each"),
    ("@@-- name: a\n-- returns: value bigint\nDELETE FROM tokens WHERE user_id = :caller_id;", "does not fit its SQL"),
    ("@@-- name: a\n-- returns: nothing\nVACUUM;", "a statement is a SELECT"),
    ("@@-- name: a\n-- returns: nothing\nDELETE FROM tokens WHERE user_id = :caller_id;\n-- @postgres\n"
     "DELETE FROM tokens WHERE user_id = :now;", "do not use the same parameters"),
    ("@@-- fragment: unused\n1", "used nowhere"),
    ("-- name: a\n-- returns: nothing\nDELETE FROM tokens WHERE @@{nothing_such};", "no fragment or enumeration value"),
    ("-- name: a\n-- returns: nothing\nDELETE FROM tokens WHERE user_id = @@{Role.king};", "Role.king"),
    ("-- fragment: b\n@@{c}\n-- fragment: c\n{b}\n-- name: a\n-- returns: nothing\nDELETE FROM tokens WHERE {c};",
     "includes itself"),
    ("@@-- row: a\n\n", "row a is empty"),
    ("-- row: a\n@@-- id bigint, + more nothing[]", "there is no row nothing"),
    ("@@-- row: a\n-- id bigint, + more a[]", "holds itself"),
    # children
    ("-- row: a\n@@-- id bigint, + wheels wheel[] by thing_id", "one statement returns children a.wheels"),
    ("-- row: a\n@@-- id bigint, + wheels wheel[] by other", "row wheel has no column other"),
    ("-- row: a\n@@-- number bigint, + wheels wheel[] by thing_id", "row a has no column id"),
    ("-- name: a\n@@-- returns: children thing.parts\nSELECT 1;", "'+ parts ROW[] by COLUMN'"),
    ("@@-- name: a\n-- returns: children thing.wheels\nSELECT t.rate AS thing_id, t.id FROM things t "
     "WHERE t.workspace_id = :workspace_id ORDER BY t.rate;", "a does not use :parents"),
    ("@@-- name: a\n-- returns: children thing.wheels\nSELECT t.rate AS thing_id, t.id FROM things t "
     "WHERE t.workspace_id = :workspace_id AND t.rate IN :parents;", "children need an ORDER BY"),
    # orders
    ("@@-- name: a\n-- returns: many part\nSELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id\n"
     "-- order: Role.owner\nORDER BY t.id;", "a page is ordered by a value of an enumeration"),
    ("@@-- name: a\n-- returns: page part\nSELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id\n"
     "-- order: Role.king\nORDER BY t.id;", "of an enumeration, not Role.king"),
    ("@@-- name: a\n-- takes: id bigint\n-- returns: page part\nSELECT t.id, t.name FROM things t\n"
     "WHERE t.workspace_id = :workspace_id\n-- order: Role.owner\nAND t.id > :id ORDER BY t.id;\n"
     "-- order: Role.regular_user\nORDER BY t.name;", "each order uses the same parameters"),
    ("@@-- name: a\n-- returns: page part\nSELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id\n"
     "-- order: Role.owner\nORDER BY t.id;\n-- @postgres\nSELECT 1;", "has orders and other bodies"),
    # what SQLite says
    ("@@-- name: a\n-- returns: one part\nSELECT t.id, t.nam FROM things t WHERE t.workspace_id = :workspace_id;",
     "no such column"),
    ("@@-- name: a\n-- returns: one part\nSELECT t.name, t.id FROM things t WHERE t.workspace_id = :workspace_id;",
     "column 1 is name"),
    ("@@-- name: a\n-- returns: one part\nSELECT t.id FROM things t WHERE t.workspace_id = :workspace_id;",
     "returns 1 columns"),
    # pages
    ("@@-- name: a\n-- returns: page part\nSELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id "
     "GROUP BY t.id ORDER BY t.id;", "cannot be counted with GROUP"),
    ("@@-- name: a\n-- returns: page part\nSELECT DISTINCT t.id, t.name FROM things t "
     "WHERE t.workspace_id = :workspace_id ORDER BY t.id;", "cannot be counted with DISTINCT"),
    ("@@-- name: a\n-- returns: page part\nSELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id;",
     "a page needs an ORDER BY"),
]

BLOCK = "-- name: a\n-- returns: many part\nSELECT t.id, t.name FROM things t "
SCALE_CASES = [
    # 9
    ("@@-- name: a\n-- returns: many part\nSELECT t.id, t.name FROM things t JOIN tokens k ON k.user_id = t.id "
     "WHERE t.workspace_id = :workspace_id;", "tables that may lie on different nodes"),
    # 10
    ("-- name: a\n-- returns: many part\n@@SELECT t.id, t.name FROM things t;", "needs 't.workspace_id"),
    ("-- name: a\n-- takes: id bigint\n-- returns: many part\n@@SELECT t.id, t.name FROM things t "
     "WHERE t.workspace_id = :workspace_id OR t.id = :id;", "not under OR"),
    ("-- name: a\n-- takes: id bigint\n-- returns: many part\n@@SELECT t.id, t.name FROM things t "
     "WHERE (t.workspace_id = :workspace_id OR t.id = :id) AND t.is_red;", "not under OR"),
    ("-- name: a\n-- returns: many part\n@@SELECT t.id, t.name FROM things t "
     "WHERE t.id BETWEEN 1 AND t.workspace_id = :workspace_id;", "needs 't.workspace_id"),
    (BLOCK + "\nWHERE t.workspace_id = :workspace_id AND t.id IN (\n@@SELECT u.id FROM things u WHERE u.is_red);",
     "'u.workspace_id"),
    (BLOCK + "\nWHERE t.workspace_id = :workspace_id AND EXISTS (\n@@SELECT 1 FROM things u "
     "WHERE u.workspace_id = t.workspace_id);", "'u.workspace_id"),
    ("-- name: a\n-- returns: many part\nWITH x AS (\n@@SELECT id, name FROM things) SELECT x.id, x.name FROM x;",
     "'things.workspace_id"),
    ("@@-- name: a\n-- returns: many part\nWITH things AS (SELECT id, name FROM things) SELECT id, name FROM things;",
     "a CTE must not be called like a table"),
    ("-- name: a\n-- returns: many part\nSELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id UNION\n"
     "@@SELECT u.id, u.name FROM things u;", "'u.workspace_id"),
    ("-- name: a\n-- returns: many part\n@@SELECT t.id, t.name FROM things t JOIN things u ON u.id = t.id "
     "WHERE t.workspace_id = :workspace_id;", "'u.workspace_id"),
    ("-- name: a\n-- returns: many part\n@@SELECT t.id, t.name FROM things t "
     "LEFT JOIN things u ON u.workspace_id = :workspace_id AND u.workspace_id = t.workspace_id;", "'t.workspace_id"),
    ("-- name: a\n-- returns: many part\n@@SELECT w.id, w.name FROM workspaces w;", "'w.id = :workspace_id'"),
    ("-- name: a\n-- returns: many part\nSELECT id, name FROM @@(things t JOIN things u ON u.id = t.id);",
     "joins in parentheses"),
    ("-- name: a\n-- returns: changed\n@@UPDATE things SET name = '' WHERE is_red;", "this things needs"),
    ("-- name: a\n-- returns: changed\n@@DELETE FROM things;", "this things needs"),
    ("-- name: a\n-- takes: id bigint\n-- returns: nothing\n@@INSERT INTO things (id, name) VALUES (:id, '');",
     "must name workspace_id"),
    ("-- name: a\n-- takes: id bigint\n-- returns: nothing\n@@INSERT INTO things (workspace_id, id) VALUES (:id, :id);",
     "inserted as :workspace_id"),
    ("-- name: a\n-- takes: id bigint\n-- returns: nothing\nINSERT INTO @@things VALUES (:workspace_id, :id);",
     "INSERT must list its columns"),
    ("-- name: a\n-- returns: one thing\n@@-- locks: TABLE\nSELECT t.id FROM things t;", "locks: KEY SHARE or"),
    ("-- name: a\n-- returns: one thing\n@@-- kept: why\nSELECT t.id FROM things t;", "that returns maybe a row"),
    ("-- name: a\n-- returns: maybe thing\n@@-- kept:\nSELECT t.id FROM things t;", "kept: the reason"),
    ("@@-- name: a\n-- returns: maybe part\n-- kept: why\n-- locks: KEY SHARE\nSELECT t.id, t.name FROM things t "
     "WHERE t.workspace_id = :workspace_id;", "a writes: its row cannot be kept"),
    ("-- name: a\n-- returns: nothing\nDELETE FROM @@nowhere;", "no table of the migrations"),
    # 11
    (BLOCK + "\nWHERE t.workspace_id = :workspace_id AND t.id = @@:workspace_id::text;", "must not be cast"),
    (BLOCK + "\nWHERE t.workspace_id = :workspace_id AND t.id = CAST(@@:workspace_id AS TEXT);", "must not be cast"),
    (BLOCK + "\nWHERE t.@@workspace_id IN (1, 2);", "only way to choose a workspace"),
    # 12
    ("-- name: a\n-- takes: hash text\n-- returns: value bigint\n"
     "@@SELECT k.user_id FROM tokens k WHERE k.hash = :hash FOR UPDATE;", "rows may be locked only"),
    # 3, 13
    ("-- name: a\n-- returns: changed\nUPDATE things SET @@workspace_id = 1 WHERE workspace_id = :workspace_id;",
     "no statement sets workspace_id"),
    ("-- name: a\n-- returns: changed\nUPDATE things SET rate = @@random() WHERE workspace_id = :workspace_id;",
     "random is volatile"),
    ("-- name: a\n-- returns: changed\nUPDATE things SET name = @@CURRENT_TIMESTAMP "
     "WHERE workspace_id = :workspace_id;", "is volatile"),
    ("-- name: a\n-- returns: nothing\n@@MERGE INTO things USING tokens ON 1;", "MERGE is not allowed"),
    ("-- name: a\n-- returns: many part\nWITH x AS (@@DELETE FROM things WHERE workspace_id = :workspace_id "
     "RETURNING id, name) SELECT x.id, x.name FROM x;", "DELETE inside another statement"),
    ("-- name: a\n-- takes: row thing\n-- returns: nothing\nINSERT INTO things (workspace_id, id, name, is_red) "
     "VALUES (:workspace_id, :id, :name, :is_red) ON @@CONFLICT DO NOTHING;", "needs its list of columns"),
    ("-- name: a\n-- returns: nothing\n@@INSERT OR REPLACE INTO things (id) VALUES (1);", "without OR"),
    # 14
    ("-- name: a\n@@-- all_workspaces:\n-- returns: changed\nDELETE FROM things;", "needs its reason"),
    ("@@-- name: a\n-- all_workspaces: why\n-- returns: changed\nDELETE FROM things "
     "WHERE workspace_id = :workspace_id;", "all_workspaces is not needed"),
]


@pytest.mark.parametrize("text, message", STATEMENT_CASES, ids=case_ids(STATEMENT_CASES))
def test_statement_is_refused(tmp_path, text, message):
    check_refused(tmp_path, {"sql/more.sql": text}, message)


@pytest.mark.parametrize("text, message", SCALE_CASES, ids=case_ids(SCALE_CASES))
def test_statement_that_does_not_scale_is_refused(tmp_path, text, message):
    check_refused(tmp_path, {"sql/more.sql": text}, message)


ACCEPTED = [
    "-- name: a\n-- all_workspaces: retention\n-- returns: changed\nDELETE FROM things;",
    BLOCK + "JOIN workspaces w ON w.id = t.workspace_id WHERE w.id = :workspace_id;",
    BLOCK + "LEFT JOIN things u ON u.workspace_id = t.workspace_id AND u.id = t.id "
            "WHERE t.workspace_id = :workspace_id;",
    BLOCK + "JOIN users u ON u.id = t.id WHERE t.workspace_id = :workspace_id;",
    BLOCK + "WHERE t.workspace_id = :workspace_id;\n-- @postgres\nSELECT t.id, t.name FROM things t "
            "WHERE t.workspace_id = :workspace_id FOR UPDATE SKIP LOCKED;",
    "-- name: a\n-- returns: many part\nWITH x AS (SELECT id, name FROM things WHERE workspace_id = :workspace_id) "
    "SELECT x.id, x.name FROM x;",
    "-- name: a\n-- takes: row thing\n-- returns: nothing\nINSERT INTO things (workspace_id, id, name, is_red) "
    "VALUES (:workspace_id, :id, :name, :is_red) ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name;",
    "-- name: a\n-- returns: many part\nDELETE FROM things WHERE workspace_id = :workspace_id RETURNING id, name;",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_statement_is_accepted(tmp_path, text):
    assert run(tmp_path, {"sql/more.sql": text})[1] == []


# scripts

SCRIPTS = [
    ("INSERT INTO users (id) VALUES (@@{Role.king});", "is no enumeration value"),
    ("INSERT INTO users (id) VALUES (@@{day 2024-02-30});", "day is out of range"),
    ("@@INSERT INTO nowhere VALUES (1);", "no such table"),
    ("@@INSERT INTO things (workspace_id, id, name, is_red) VALUES (9, 1, '', TRUE);", "FOREIGN KEY"),
]


@pytest.mark.parametrize("text, message", SCRIPTS, ids=case_ids(SCRIPTS))
def test_script_is_refused(tmp_path, text, message):
    check_refused(tmp_path, {"sql/scripts/demo.sql": text}, message)


def test_script_values_are_filled_in(tmp_path):
    files, reports, _ = run(tmp_path, {"sql/scripts/demo.sql": "INSERT INTO users (id) VALUES ({Role.owner}), "
                                                              "({instant 1970-01-02T00:00:01Z}), ({day 2024-01-15});"})
    assert reports == []
    assert "VALUES (1), (86401), (19737);" in files["statements.c"]


# the contract: one line of the group's file is replaced

AT = "                at: {type: string, format: time}"
MERGES = "      x-merges: {row: thing, by_hand: [from, to, at, rate, is_red, default, roles, legs]}"
PART_ID = "        - {name: part_id, in: query, schema: {type: string, format: sealed-id, x-sealed: part}}"
DAYS = ("        days: {type: object, additionalProperties: {type: array, items: {$ref: '#/components/schemas/Part'}}, "
        "x-key: id}")
LEGS = "                legs: {type: array, minItems: 1, maxItems: 50, items: {$ref: '#/components/schemas/Leg'}}"
LEG_ID = "        id: {type: string, minLength: 1, maxLength: 64}"
BESIDE = "          x-beside: {$ref: '#/components/schemas/Saved'}"
REPORT = "    Report:"
REPORTED = "          x-data: {$ref: '#/components/schemas/Report'}"
THINGS = "          x-data: {type: array, items: {$ref: '#/components/schemas/Thing'}}"
API_CASES = [
    ("      tags: [Things]", "      @@tags: [Others]", "tag Others is not declared"),
    ("      operationId: getThings", "      @@operationId: get_things", "is not in camel case"),
    ("      operationId: updateThing", "      operationId: getThings", "exists at", "    put:"),
    ("      security: [{bearerAuth: [read]}]", "", "or x-public, is needed", "    get:"),
    ("      security: [{bearerAuth: [read]}]", "      @@security: [{bearerAuth: []}]", "bearerAuth has one scope of"),
    ("      security: [{bearerAuth: [read]}]", "      @@security: [{bearerAuth: [read, write]}]",
     "has one scope of"),
    ("      security: [{bearerAuth: [read]}]", "      @@security: [{other: [read]}]",
     "with one of bearerAuth, session"),
    ("      security: [{bearerAuth: [read]}]", "      @@security: [{signIn: [read]}]", "x-callers names no security"),
    ("      security: [{bearerAuth: [write]}]", "      @@security: [{client: [write]}]", "client has no scope"),
    ("      security: [{bearerAuth: [write]}]", "      @@security: [{client: []}]",
     "x-root, x-body-limit and x-guesses"),
    ("      security: [{bearerAuth: [read]}]", "      security: [{bearerAuth: [read]}]\n      @@x-fresh: true",
     "x-fresh is for a session"),
    ("      x-public: It tells nothing.", "      @@x-public: ''", "a public operation has"),
    ("    x-also-at: /ping", "    @@x-also-by: post", "beside one other method"),
    ("    x-also-at: /ping", "    @@x-also-at: /ping/{a}", "the other address has the same parameters"),
    ("      x-public: It tells nothing.", "      x-public: It tells nothing.\n      @@x-errors: [wrong]",
     "no failure wrong of a rule"),
    ("      x-public: It tells nothing.", "      x-public: It tells nothing.\n      @@x-errors: [bad_request]",
     "said of every such operation already"),
    ("      x-writes: [things]", "      @@x-writes: [thing]", "no table thing"),
    ("        length: {type: integer, minimum: 0, multipleOf: 5}", "        @@length: {type: integer, multipleOf: 5}",
     "needs its minimum"),
    ("      x-writes: [things]", "", "x-writes is needed", "    put:"),
    ("      x-events: [thing.changed]", "      @@x-events: [thing.gone]", "EventKind has no thing.gone"),
    ("      x-events: [thing.changed]", "", "x-events is needed", "    put:"),
    ("      x-events: Nothing happens.", "      @@x-events: []", "or says why there are none"),
    (THINGS, "          @@x-formats: [csv]\n" + THINGS, "x-formats begins with json"),
    (THINGS, "          @@x-formats: [json, ndjson]\n" + THINGS, "ndjson is for what is streamed"),
    (THINGS, "          x-formats: [json, csv, ics]\n" + THINGS, "ics is for a table with end_time, id, start_time",
     "    get:"),
    (THINGS, "          x-formats: [json, sse]\n" + THINGS, "sse is for a list of what happens in a workspace",
     "    get:"),
    (THINGS, "          @@x-streamed: true\n" + THINGS, "what is streamed is an array, without pages"),
    (THINGS, "          @@x-table: things\n" + THINGS, "x-table is for x-formats"),
    (REPORTED, "          @@x-formats: [json, csv]\n" + REPORTED, "what changes something answers in JSON"),
    ("      x-roles: all", "      x-roles: all\n      x-writes: []", "needed of whatever writes", "    get:"),
    (PART_ID, "@@" + PART_ID.replace("format: sealed-id, x-sealed: part", "minLength: 1"), "needs maxLength"),
    ("      x-guesses: [address]", "", "a public operation has x-guesses",
     "      x-public: It tells nothing."),
    ("      x-guesses: [address]", "      @@x-guesses: [path]", "a list of address, account and each"),
    ("      x-guesses: [address]", "      @@x-guesses: [address, account]", "account needs x-prepare"),
    ("      x-roles: all", "", "x-roles is needed with workspace_id", "    get:"),
    ("      x-roles: [Owner]", "      @@x-roles: [King]", "Role has no value 'King'"),
    ("      x-roles: all", "      x-roles: all\n      @@x-unknown: 1", "'x-unknown' is not supported"),
    ("      x-roles: [Owner]", "      x-roles: [Owner]\n      x-top-level-pagination: true", "needs page and per_page",
     "    put:"),
    ("        - {$ref: '#/components/parameters/per_page'}", "", "page and per_page come together", "    get:"),
    ("        - {$ref: '#/components/parameters/page'}", "        - @@{$ref: '#/components/parameters/pages'}",
     "does not exist"),
    ("  /things/{thingId}:", "  /things/{id}:", "the path has ['id']", "    put:"),
    ("  /ping:", "  @@/things/{a}b:", "neither a literal nor one parameter"),
    ("      - {name: thingId, in: path, required: true, schema: {type: integer}}",
     "      - @@{name: thingId, in: path, schema: {type: integer}}", "a path parameter is a required"),
    ("                name: {type: string, minLength: 1, maxLength: 255, example: Chair}",
     "                name: {type: string, @@pattern: a}", "'pattern' is not supported"),
    (AT, "                at: {type: string, @@format: ipv4}",
     "format 'ipv4' is not supported"),
    (AT, "                at: {type: string, @@enum: [a]}",
     "make the enumeration a component"),
    (AT, "                @@name: {type: string}", "'name' is given twice"),
    (AT, "                @@given: {type: string}", "would be called given"),
    (AT, "                @@thing_id: {type: string}",
     "would be called thing_id in C"),
    (AT, "                at: {type: object, @@properties: {}}",
     "'properties' is not supported"),
    (AT, "                at: {type: array, @@items: {type: string, format: email}}",
     "plain integers"),
    (AT, "                at: @@{type: array, items: {type: string}}", "needs maxItems"),
    (AT, "                at: @@{type: array, minItems: 2, items: {$ref: '#/components/schemas/Role'}}",
     "minItems is 0 or 1"),
    (MERGES, "      @@x-merges: {row: chair}", "sql/ has no row chair"),
    (MERGES, "      @@x-merges: {row: thing, by_hand: [size]}", "the body has no size"),
    (MERGES, "      @@x-merges: {row: thing, by_hand: [from, to, rate, is_red, default, roles, legs]}",
     "row thing has no at of its type"),
    (MERGES, "      @@x-merges: {row: thing, by_hand: [from, to, at, rate, default, roles, legs]}",
     "row thing has no is_red of its type"),
    (AT, "                @@at: {$ref: '#/components/schemas/Report'}", "an input is flat"),
    ("                is_red: {type: integer, enum: [0, 1], default: 0}",
     "                is_red: {type: integer, @@enum: [0, 1, 3]}", "without gaps"),
    ("                is_red: {type: integer, enum: [0, 1], default: 0}",
     "                is_red: {type: integer, @@enum: [1, 3]}", "or of their multiples"),
    ("                is_red: {type: integer, enum: [0, 1], default: 0}",
     "                is_red: {type: integer, enum: [0, 1], @@default: 2}", "out of bounds"),
    ("                to: {type: string, format: date, x-not-before: from, x-alias: until}",
     "                @@to: {type: string, format: date, x-not-before: name}", "no input of the same type"),
    ("                to: {type: string, format: date, x-not-before: from, x-alias: until}",
     "                @@to: {type: string, format: date, x-alias: name}", "two inputs called name"),
    ("              required: [name]", "              @@required: [title]", "is no property"),
    (DAYS, f"        @@{DAYS.strip()}".replace("x-key: id", "x-key: name"),
     "the rows of days have no column name that is never null"),
    (DAYS, f"        @@{DAYS.strip()}".replace("Part", "Result").replace("x-key: id", "x-key: index"),
     "the rows of days have no column index that is never null"),
    (DAYS, f"        @@{DAYS.strip()}".replace(", x-key: id", ""), "x-key names the column of their date"),
    ("          x-data: {$ref: '#/components/schemas/Report'}",
     "          x-data: @@{$ref: '#/components/schemas/Role'}", "x-data is a component that is an object"),
    ("          x-data: {type: array, items: {$ref: '#/components/schemas/Thing'}}", "",
     "a paginated operation replies with an array", "    get:"),
    ("          x-data: {type: array, items: {$ref: '#/components/schemas/Thing'}}",
     "          x-data: {$ref: '#/components/schemas/Saved'}", "or an object that has one", "    get:"),
    ("      x-row: thing", "      @@x-row: nothing", "sql/ has no row nothing"),
    ("        name: {type: string}", "        @@title: {type: string}", "row thing has no member title"),
    ("        name: {type: string}", "        @@name: {type: integer}", "name needs bigint, the row has text"),
    ("        rate: {type: [number, 'null'], x-omit-null: true}", "        @@rate: {type: number}",
     "may be null in the row"),
    ("        is_red: {type: boolean}", "        is_red: {type: boolean, @@default: true}", "no meaning in a reply"),
    (REPORT, "    @@Part:", "'Part' is given twice"),
    # sealed ids
    (PART_ID, "        - {name: part_id, in: query, schema: @@{type: string, format: sealed-id}}", "names the kind"),
    (PART_ID, "        - {name: part_id, in: query, schema: {type: string, format: sealed-id, @@x-sealed: My part}}",
     "by a short word"),
    (PART_ID, "        - @@{name: part_id, in: query, schema: {type: string, format: sealed-id, x-sealed: leg}}",
     "no reply has a sealed-id of the kind leg"),
    (PART_ID, "        - {name: part_id, in: query, schema: {type: integer, @@x-sealed: part}}", "not supported"),
    (AT, "                at: {type: string, format: date, @@x-sealed: part}", "not supported"),
    ("        name: {type: string}", "        @@name: {type: string, format: sealed-id, x-sealed: thing}",
     "name needs bigint"),
    # lists in requests
    ("                default: {type: array, items: {type: integer}, maxItems: 10}",
     "                @@default: {type: array, items: {type: integer}}", "needs maxItems"),
    (LEGS, "                @@legs: {type: array, items: {$ref: '#/components/schemas/Leg'}}", "needs maxItems"),
    (LEGS, "                @@legs: {type: array, maxItems: 1001, items: {$ref: '#/components/schemas/Leg'}}",
     "at most 1000"),
    (LEGS, "                @@legs: {$ref: '#/components/schemas/Leg'}", "an input is flat"),
    (PART_ID, "        - {name: a, in: query, schema: @@{type: array, items: {$ref: '#/components/schemas/Leg'}}}",
     "an input is flat"),
    (LEG_ID, "        @@id: {type: array, maxItems: 1, items: {type: integer}}", "no lists of its own"),
    (LEG_ID, "        @@id: {$ref: '#/components/schemas/Result'}", "an input is flat"),
    (LEG_ID, "        id: {type: string, @@x-omit-null: true}", "x-omit-null is for replies"),
    (LEG_ID, "        id: {type: string}\n        @@faults: {type: string}", "would be called faults in C"),
    (LEG_ID, "        id: {type: string}\n        @@ID: {type: string}", "would be called id in C"),
    (LEG_ID, "        id: {type: string}\n        @@other: {type: string, x-alias: [b, c, d]}",
     "at most 2 other names"),
    (LEG_ID, "        id: {type: string}\n        @@other: {type: string, x-alias: id}",
     "Leg has two inputs called id"),
    (PART_ID, PART_ID.replace("{name:", "@@{x-today: true, name:"), "x-today is of a date that has an example"),
    (LEG_ID, "        @@id: {type: string, x-not-before: start}", "no input of the same type"),
    (LEG_ID, "        @@id: {type: string, format: sealed-id, x-sealed: leg}", "no reply has a sealed-id"),
    ("      required: [id, start]", "      @@required: [id, begin]", "'begin' is required, but is no property"),
    ("      required: [id, start]", "      @@x-row: part", "'x-row' is not supported in an object in a request"),
    # beside data
    (BESIDE, "          x-beside: @@{$ref: '#/components/schemas/Role'}", "x-beside is a component that is an object"),
    (BESIDE, "          x-beside: @@{type: array, items: {$ref: '#/components/schemas/Saved'}}", "x-beside is a"),
    (BESIDE, "          @@x-beside: Saved", "wrong kind of value"),
    (BESIDE, "          x-beside: {@@$ref: '#/components/schemas/Absent'}", "does not exist"),
    ("        saved_minutes: {type: integer}", "        @@message: {type: string}", "message stands in every envelope"),
    ("        saved_minutes: {type: integer}", "        @@saved_minutes: {type: [integer, 'null'], x-omit-null: true}",
     "first member of a reply"),
    # the form of an instant
    (AT, "                at: {type: string, format: date-time, @@x-offset: true}", "x-offset is for replies"),
    (AT, "                at: {type: string, format: time, @@x-offset: true}", "not supported"),
    (PART_ID, "        - {name: at, in: query, schema: {type: string, format: date-time, @@x-offset: true}}",
     "x-offset is for replies"),
    ("        name: {type: string}", "        name: {type: string, format: date-time, @@x-offset: 1}", "wrong kind of"),
    (AT, "                at: {type: string, format: time, @@x-omit-null: true}", "x-omit-null is for replies"),
    (REPORT, "    @@Role: {type: string, enum: [a], x-codes: [1]}\n" + REPORT, "Role exists at"),
    (REPORT, "    @@Loose: {type: string}\n" + REPORT, "must be an enumeration or an object"),
    (REPORT, "    Odd:\n      type: string\n      enum: [a, b]\n      @@x-codes: [1]\n" + REPORT,
     "one integer a value"),
    (REPORT, "    Odd:\n      type: string\n      enum: [a, b]\n      @@x-codes: [1, 1]\n" + REPORT, "twice"),
    (REPORT, "    Odd: {type: string, enum: [a], x-codes: [1], x-aliases: {@@b: c}}\n" + REPORT, "no value 'c'"),
    (REPORT, "    Odd: {@@x-like: Thing}\n" + REPORT, "no enumeration with codes"),
    (REPORT, "    Odd: {x-like: Role, x-rename: {@@King: k}}\n" + REPORT, "no value 'King'"),
    # multiples
    (AT, "                at: {type: number, @@multipleOf: 10}", "'multipleOf' is not supported"),
    (AT, "                at: {type: number, @@format: lines}", "format 'lines' is not one of a number"),
    (AT, "                at: {type: integer, @@multipleOf: 0}", "must be positive"),
    ("        name: {type: string}", "        name: {type: string, @@multipleOf: 2}", "'multipleOf' is not supported"),
]


@pytest.mark.parametrize("case", API_CASES, ids=case_ids([case[2:3] for case in API_CASES]))
def test_contract_is_refused(tmp_path, case):
    """(line, what replaces it, message[, the line that is reported])"""
    old, new, message, *reported = case
    assert GROUP.count(old + "\n") == 1
    text = GROUP.replace(old + "\n", new + "\n" if new else "")
    for line in reported:
        text = text.replace(line, line + "@@")
    check_refused(tmp_path, {"api/things.yaml": text}, message)


def test_response_of_failure_is_refused(tmp_path):
    text = GROUP.replace("    post:", "    @@post:").replace("{'200': {description: Alive}}",
                                                            "{'200': {description: Alive}, '404': {description: No}}")
    check_refused(tmp_path, {"api/things.yaml": text}, "one response, of success")


def test_nothing_stands_beside_no_data(tmp_path):
    text = GROUP.replace("          x-data: {$ref: '#/components/schemas/Report'}\n", "")
    check_refused(tmp_path, {"api/things.yaml": text.replace("x-beside: ", "x-beside: @@")}, "beside x-data")


def test_first_member_cannot_be_left_out(tmp_path):
    text = GROUP.replace("        at: {type: string, format: time}\n        role",
                         "        @@at: {type: string, format: time, x-omit-null: true}\n        role")
    check_refused(tmp_path, {"api/things.yaml": text}, "first member of a reply")


def test_object_for_both_directions_is_refused(tmp_path):
    text = re.sub(r"schema:\n              type: object.*?(?=      responses)",
                  "schema: {@@$ref: '#/components/schemas/Report'}\n", GROUP.replace(MERGES, ""), flags=re.DOTALL)
    text = text[:text.index("        role: {$ref: '#/components/schemas/Role', type")]
    check_refused(tmp_path, {"api/things.yaml": text}, "is used in replies")


def test_element_that_is_replied_is_refused(tmp_path):
    text = re.sub(r"    Leg:.*?(?=    Result:)", "    @@Leg: {type: object, properties: {id: {type: string}}}\n", GROUP,
                  flags=re.DOTALL)
    text = text.replace("{type: integer}\n        since", "{$ref: '#/components/schemas/Leg'}\n        since")
    check_refused(tmp_path, {"api/things.yaml": text}, "Leg is used in replies")


def test_element_like_an_operation_is_refused(tmp_path):
    text = GROUP.replace("    Leg:", "    @@Ping:").replace("schemas/Leg", "schemas/Ping")
    check_refused(tmp_path, {"api/things.yaml": text}, "Ping and an operation would be one struct in C")


def test_broken_yaml_is_refused(tmp_path):
    check_refused(tmp_path, {"api/things.yaml": "tags: []\n@@paths: {a: ]\n"}, "not YAML")


def test_all_problems_are_reported_at_once(tmp_path):
    _, reports, _ = run(tmp_path, {"sql/more.sql": "-- name: a\nSELECT 1;\n-- name: b\nSELECT 1;",
                                   "sql/migrations/0002_more.sql": "VACUUM full;"})
    assert [report.split(": ")[0] for report in reports][:3] == ["sql/migrations/0002_more.sql:1", "sql/more.sql:1",
                                                                 "sql/more.sql:3"]


# what is made of a sound tree


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    files, reports, _ = run(folder)
    assert reports == []
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder, files


def test_output_compiles(made):
    folder, files = made
    warnings = "-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Werror".split()
    for name in files:
        if name.endswith(".c"):
            result = subprocess.run(["gcc", "-std=gnu11", "-fsyntax-only", *warnings, "-I", str(ROOT / "src"), "-I",
                                     str(folder), str(folder / name)], capture_output=True, text=True)
            assert result.returncode == 0, result.stderr


def test_output_is_the_same_every_time(made, tmp_path):
    assert run(tmp_path)[0] == made[1]


def test_texts_of_both_engines(made):
    text = made[1]["statements.c"]
    assert "workspace_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND name NOT IN (SELECT value FROM " \
           "json_each(?3))" in text
    assert "workspace_id = $1 AND id = ANY($2::bigint[]) AND name <> ALL($3::text[])" in text


def test_count_takes_the_first_parameters(made):
    text = made[1]["statements.c"]
    assert '"SELECT count(*) FROM things t WHERE t.workspace_id = ?1 AND (t.is_red OR ?2 = 1) AND (?3 IS NULL OR ' \
           't.name LIKE ?3)"' in text
    assert "CASE WHEN ?4 THEN t.rate END AS rate" in text and "LIMIT ?5 OFFSET ?6" in text


def test_sqlite_tables_have_no_rowid(made):
    text = made[1]["statements.c"]
    assert text.count(") WITHOUT ROWID;") == MIGRATION.count("CREATE TABLE")
    assert '{"things_name_unique", "things.workspace_id, things.name", ERROR_NAME_TAKEN}' in text


def test_sqlite_keeps_rows_by_a_number_of_their_own(tmp_path):
    files, reports, _ = run(tmp_path, {"sql/migrations/0002_more.sql": NUMBERED + ");\n"})
    assert reports == []
    sqlite, postgres = files["statements.c"].split('"0002_more.sql"')[1].split("/* postgres */")[:2]
    assert "place INTEGER NOT NULL" in sqlite and "PRIMARY KEY (place))" in sqlite and "ROWID" not in sqlite
    assert "place BIGINT NOT NULL" in postgres and "PRIMARY KEY (workspace_id, place))" in postgres


def test_what_is_said_of_a_column_is_no_mark(tmp_path):
    said = NUMBERED.replace("-- numbered\n", "").replace("NOT NULL,\n", "NOT NULL, -- numbered\n")
    files, reports, _ = run(tmp_path, {"sql/migrations/0002_more.sql": said + ");\n"})
    sqlite = files["statements.c"].split('"0002_more.sql"')[1].split("/* postgres */")[0]
    assert reports == [] and "PRIMARY KEY (workspace_id, place)) WITHOUT ROWID" in sqlite


def test_a_table_of_another_shape_takes_the_place_of_one_that_is_renamed(tmp_path):
    renamed = ("ALTER TABLE things RENAME TO former_things;\n-- table: tenant\nCREATE TABLE things (workspace_id "
               "BIGINT NOT NULL,\nid BIGINT NOT NULL, name TEXT NOT NULL, rate BIGINT, is_red BOOLEAN NOT NULL,\n"
               "CONSTRAINT things_by_id PRIMARY KEY (workspace_id, id));\n")
    assert run(tmp_path, {"sql/migrations/0002_more.sql": renamed})[1] == []


def test_a_statement_of_a_migration_for_sqlite_alone(tmp_path):
    files, reports, _ = run(tmp_path, {
        "sql/migrations/0002_more.sql": "-- @sqlite\nDELETE FROM things;\n\nDELETE FROM tokens;\n"})
    assert reports == []
    sqlite, postgres = files["statements.c"].split('"0002_more.sql"')[1].split("/* postgres */")[:2]
    assert "DELETE FROM things" in sqlite and "DELETE FROM tokens" in sqlite
    assert "DELETE FROM things" not in postgres and "DELETE FROM tokens" in postgres


def test_typed_functions(made):
    header = made[1]["statements.h"]
    assert "enum error sql_delete_things(struct db_context *context, struct integer_list ids, " \
           "const struct text *names, size_t names_count, int64_t *ret_changed);" in header
    assert header.index("struct part_row {") < header.index("struct thing_row {")
    assert "SEQUENCE_THINGS," in header and "SEQUENCE_TOKENS" not in header


def test_statements_that_nobody_waits_for(made):
    header, text = made[1]["statements.h"], made[1]["statements.c"]
    assert "enum error sql_insert_things(struct db_context *context, const struct thing_row *rows, size_t count, " \
           "int64_t *ret_changed);" in header
    assert re.search(r"for \(size_t i = 0; i < count; i\+\+\) \{\n\t\tconst struct thing_row \*row = &rows\[i\];.*"
                     r"TRY\(db_run_later\([^;]*&statements\[STATEMENT_INSERT_THINGS\][^;]*, NULL, "
                     r"&ret_changed\[i\]\)\);"
                     r"\n\t\}\n\treturn db_wait\(context->connection\);", text, re.DOTALL)
    assert re.search(r"return db_run_later\([^;]*&statements\[STATEMENT_INSERT_THING\][^;]*, NULL, NULL\);", text)
    assert re.search(r"return db_run_later\([^;]*&statements\[STATEMENT_LIST_PARTS\][^;]*, ret, NULL\);", text)


def test_children_are_found_by_range_or_list_and_hung_on_their_parents(made):
    header, text = made[1]["statements.h"], made[1]["statements.c"]
    assert "enum error sql_attach_to_thing(struct db_context *context, struct text name, struct thing_row *rows, " \
           "size_t count);" in header
    assert "t.rate IN (SELECT value FROM json_each(?3)) AND t.name = ?2 ORDER BY t.rate, t.id\"" in text
    assert "t.rate BETWEEN ?3 AND ?4 AND t.name = ?2 ORDER BY t.rate, t.id LIMIT ?5\"" in text
    assert "{&statements[STATEMENT_LIST_WHEELS], &statements[STATEMENT_LIST_WHEELS_RANGE], wheels,\n" \
           "\t\t offsetof(struct thing_row, id), offsetof(struct wheel_row, thing_id),\n" \
           "\t\t offsetof(struct thing_row, wheels)" in text
    assert "sql_list_wheels" not in header


def test_an_order_is_chosen_by_a_value(tmp_path):
    text = run(tmp_path, {"sql/more.sql": """
-- name: list_parts_by
-- takes: after bigint
-- returns: page part
SELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id
-- order: Role.owner
AND t.id > :after ORDER BY t.id;
-- order: Role.regular_user
AND t.id < :after ORDER BY t.id DESC;
"""})[0]["statements.c"]
    beginning = "FROM things t WHERE t.workspace_id = ?1 AND t.id"
    for name, end in (("", "> ?2 ORDER BY t.id"), ("_regular_user", "< ?2 ORDER BY t.id DESC")):
        assert f'.name = "list_parts_by{name}",\n\t\t.sqlite = "SELECT t.id, t.name {beginning} {end} LIMIT ?3' in text
        assert f'.name = "list_parts_by{name}_count",\n\t\t.sqlite = "SELECT count(*) {beginning} {end[:4]}"' in text
    assert "chosen = &statements[order == 2 ? STATEMENT_LIST_PARTS_BY_REGULAR_USER : STATEMENT_LIST_PARTS_BY];" in text
    assert "db_run_page(context, chosen, chosen + 1, arguments, page, &rows)" in text


def test_rows_are_visited_one_by_one(tmp_path):
    made = run(tmp_path, {"sql/more.sql": """
-- name: sum_parts
-- takes: ids bigint[]?
-- returns: each part
SELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id AND t.id IN :ids?;
"""})[0]
    assert "enum error sql_sum_parts(struct db_context *context, struct integer_list ids, enum error (*visit)(void " \
           "*data, const struct part_row *row), void *data);" in made["statements.h"]
    assert "db_each_begin(&each, context, chosen, arguments, &row);" in made["statements.c"]


def test_what_is_kept_is_spoilt_by_whatever_writes_one_of_its_tables(tmp_path):
    text = run(tmp_path, {"sql/more.sql": """
-- name: find_part
-- kept: it is asked for often
-- takes: id bigint
-- returns: maybe part
SELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id AND t.id = :id;
-- name: forget_parts
-- returns: nothing
DELETE FROM things WHERE workspace_id = :workspace_id;
-- name: forget_places
-- returns: nothing
DELETE FROM user_workspaces WHERE workspace_id = :workspace_id AND user_id = 1;
"""})[0]["statements.c"]
    marks = dict(re.findall(r"\[STATEMENT_(\w+)\] = \{.*?\.kept = (\w+, \.spoils_kept = \w+)", text, re.S))
    assert marks["FIND_PART"] == "true, .spoils_kept = false"
    assert marks["FORGET_PARTS"] == "false, .spoils_kept = true"
    assert marks["FORGET_PLACES"] == "false, .spoils_kept = false"


def test_columns_of_exports_have_forms(tmp_path):
    text = run(tmp_path, {"sql/more.sql": """
-- row: seen
-- id bigint as sealed:part, rate bigint? as decimal, roles bigint as Role[], name text, day bigint as date
-- name: list_seen
-- exports: seen.csv
-- returns: each seen
SELECT t.id, t.rate, t.id AS roles, t.name, t.id AS day FROM things t WHERE t.workspace_id = :workspace_id;
"""})[0]["contract.c"]
    assert '{"seen.csv", "list_seen", &output_seen},' in text
    for field in ('.type = FIELD_SEALED_ID, .sealed = "part", .offset = offsetof(struct seen_row, id)',
                  ".type = FIELD_DECIMAL, .offset = offsetof(struct seen_row, rate)",
                  ".type = FIELD_ENUM_SET, .enumeration = &enumeration_role, ", ".type = FIELD_TEXT, ",
                  ".type = FIELD_DATE, "):
        assert field in text


def test_each_choice_of_optional_lists_is_a_text_of_its_own(tmp_path):
    text = run(tmp_path, {"sql/more.sql": """
-- name: list_parts_by
-- takes: names text[]?,
-- ids bigint[]?, red boolean
-- returns: page part
SELECT t.id, t.name FROM things t
WHERE t.workspace_id = :workspace_id AND (name IN :names? OR t.is_red = :red) AND t.id IN :ids?
ORDER BY t.id;

-- name: list_parts_of
-- takes: ids bigint[]?
-- returns: many part
SELECT t.id, t.name FROM things t WHERE t.workspace_id = :workspace_id AND t.id IN :ids?;
"""})[0]["statements.c"]
    names, ids = ("TRUE", "name = ANY($2::text[])"), ("TRUE", "t.id = ANY($4::bigint[])")
    for choice, suffix in enumerate(("", "_1", "_2", "_3")):
        assert (f"SELECT count(*) FROM things t WHERE t.workspace_id = $1 AND ({names[choice & 1]} OR t.is_red = $3) "
                f'AND {ids[choice >> 1]}",\n\t\t.parameters = list_parts_by_count{suffix}_parameters') in text
        assert f"list_parts_by{suffix}_parameters[] = {{DB_BIGINT, DB_TEXT_LIST, DB_BOOLEAN, DB_BIGINT_LIST," in text
    assert "(STATEMENT_LIST_PARTS_BY) + (names ? 2 : 0) + (ids.items ? 4 : 0)];" in text
    assert "(STATEMENT_LIST_PARTS_OF) + (ids.items ? 1 : 0)];" in text
    assert "db_run(context->connection, chosen, arguments, context->arena, &rows, NULL)" in text


GROUPED = "-- row: a\n-- id bigint, + wheels wheel[] by thing_id\n\n" \
          "-- name: count_wheels\n-- returns: children a.wheels\n" \
          "SELECT t.rate AS thing_id, count(*) AS id FROM things t " \
          "WHERE t.workspace_id = :workspace_id AND t.rate IN :parents GROUP BY t.rate ORDER BY t.rate;"


def test_groups_are_found_by_range_only_as_the_source_says(tmp_path):
    assert "count_wheels_range" not in run(tmp_path, {"sql/more.sql": GROUPED})[0]["statements.c"]
    ranged = GROUPED + "\n-- @range\nSELECT t.rate AS thing_id, 1 AS id FROM things t WHERE t.workspace_id = " \
        ":workspace_id AND t.rate BETWEEN :first_parent AND :last_parent ORDER BY t.rate;"
    text = run(tmp_path, {"sql/more.sql": ranged})[0]["statements.c"]
    assert "t.rate BETWEEN ?2 AND ?3 ORDER BY t.rate LIMIT ?4" in text


def test_routes_put_literals_before_parameters(made):
    text = made[1]["contract.c"]
    prefixed, root = text.index('{"ping"'), text.rindex('{"ping"')
    assert prefixed < text.index('{"things"') < root, "below the server's prefix, and at the root"
    assert re.search(r'/\* 0 \*/ \{"", 1, -1, ', text)


def test_names_of_inputs(made):
    text = made[1]["contract.h"]
    assert "int64_t thing_id;" in text and "struct integer_list default_;" in text
    assert "enum error op_ping(struct call *call);" in text


def test_sealed_ids_carry_their_kind_both_ways(made):
    text = made[1]["contract.c"]
    field = text[text.index('.name = {"part_id", 7}'):]
    assert field.index(".type = FIELD_SEALED_ID") < field.index('.sealed = "part"') < field.index(".offset")
    assert re.search(r'\{"\\"id\\":", NULL, NULL, "part", FIELD_SEALED_ID, offsetof\(struct part_row, id\)', text)
    assert "int64_t part_id;" in made[1]["contract.h"]
    document = json.loads(made[1]["openapi.json"])
    assert document["components"]["schemas"]["Part"]["properties"]["id"] == {"type": "string"}


def test_sets_are_the_bits_of_one_integer(made):
    text = made[1]["contract.c"]
    field = text[text.index('.name = {"roles", 5}'):]
    assert field.index(".type = FIELD_ENUM_SET") < field.index(".enumeration = &enumeration_role") \
        < field.index(".minimum = INT64_C(1)") < field.index(".offset")
    assert "int64_t roles;" in made[1]["contract.h"]


def test_what_is_given_is_merged(made):
    assert "void merge_update_thing(struct thing_row *row, const struct update_thing_input *input);" \
        in made[1]["contract.h"]
    assert "{\n\tif (input->given.name)\n\t\trow->name = input->name;\n}" in made[1]["contract.c"]


def test_list_of_objects_in_a_request(made):
    header, text = made[1]["contract.h"], made[1]["contract.c"]
    assert re.search(r"struct leg_input \{\n\tstruct text id;\n\tint64_t part_id;\n\tint64_t start;\n\tint64_t end;\n"
                     r"\tbool is_short;\n\tint64_t length;\n\tstruct \{\n(\t\tbool \w+;\n){6}\t\} given;\n"
                     r"\tstruct fault \*faults;", header)
    assert "struct leg_list {\n\tstruct leg_input *items;\n\tsize_t count;\n};" in header
    assert "\tstruct leg_list legs;\n" in header
    assert "leg_element = {leg_fields, 6, sizeof(struct leg_input), true, offsetof(struct leg_input, faults)}" in text
    legs, end = text[text.index('.name = {"legs", 4}'):], text[text.index('.name = {"end", 3}'):]
    assert legs.index(".type = FIELD_INPUT_LIST") < legs.index(".element = &leg_element") < legs.index("INT64_C(50)")
    assert end.index('.aliases = {"until"}') < end.index(".not_before = 2")
    assert text.count(".multiple_of = 5,") == 1
    schemas = json.loads(made[1]["openapi.json"])["components"]["schemas"]
    assert schemas["Leg"]["required"] == ["id", "start"]


def test_reply_holds_lists_of_objects_with_lists(made):
    assert "struct result_row {\n\tint64_t index;\n\tstruct part_rows parts;\n};" in made[1]["contract.h"]
    assert "struct result_rows results;" in made[1]["contract.h"]
    assert re.search(r'"results\\":", NULL, &output_result, NULL, FIELD_LIST', made[1]["contract.c"])


def test_map_knows_where_its_rows_have_their_date(made):
    header, source = made[1]["contract.h"], made[1]["contract.c"]
    assert "\tstruct part_rows days;\n" in header
    assert re.search(r'"days\\":", NULL, &output_part, NULL, FIELD_MAP, .*offsetof\(struct part_row, id\)}', source)


MAPS = {"sql/things.sql": STATEMENTS + "\n-- row: paid\n-- + currency text, + amount bigint\n",
        "api/things.yaml": GROUP + """        paid:
          {type: object, additionalProperties: {type: number}, x-row: paid, x-key: currency, x-omit-null: true}
        more:
          type: object
          additionalProperties: {type: array, items: {$ref: '#/components/schemas/Part'}}
          x-key: id
          x-spread: true
"""}


def test_map_of_numbers_and_spread_map(tmp_path):
    """Of rows that have a text and a number; what is spread is what else an object may have."""
    files, reports, _ = run(tmp_path, MAPS)
    assert not reports
    assert "\tstruct paid_rows paid;\n\tstruct part_rows more;\n" in files["contract.h"]
    assert ".type = FIELD_DECIMAL, .offset = offsetof(struct paid_row, amount)" in files["contract.c"]
    report = json.loads(files["openapi.json"])["components"]["schemas"]["Report"]
    assert "more" not in report["properties"] and report["additionalProperties"]["type"] == "array"
    assert not {"paid", "more"} & set(report["required"])


def test_list_of_texts(tmp_path):
    """Of rows that have one."""
    files, reports, _ = run(tmp_path, {
        "sql/things.sql": STATEMENTS + "\n-- row: word\n-- + text text\n",
        "api/things.yaml": GROUP + "        words: {type: array, items: {type: string}, x-row: word}\n"})
    assert not reports
    assert "\tstruct word_rows words;\n" in files["contract.h"]
    assert "FIELD_VALUE_LIST" in files["contract.c"]
    assert json.loads(files["openapi.json"])["components"]["schemas"]["Report"]["properties"]["words"] == {
        "type": "array", "items": {"type": "string"}}


def test_object_that_is_kept_as_text(tmp_path):
    files, reports, _ = run(tmp_path, {"api/things.yaml": GROUP + "        kept: {type: object, x-json: true}\n"})
    assert not reports
    assert "\tstruct text kept;\n" in files["contract.h"] and "FIELD_JSON" in files["contract.c"]
    assert json.loads(files["openapi.json"])["components"]["schemas"]["Report"]["properties"]["kept"] == {
        "type": "object"}


@pytest.mark.parametrize("line, message", [
    ("@@m: {type: array, items: {type: string}, x-row: part}", "a row of one text"),
    ("@@m: {type: array, items: {type: integer}, x-row: part}", "a list of texts"),
    ("@@m: {type: array, items: {type: string}}", "texts of an x-row"),
    ("@@m: {type: object, additionalProperties: {type: number}, x-row: part, x-key: id}", "a row of the text"),
    ("@@m: {type: object, additionalProperties: {type: number}, x-key: id}", "a map holds arrays of objects"),
    ("m: {type: array, items: @@{type: string, format: email}}", "integers or currencies"),
    ("@@m: {type: object, additionalProperties: {type: number}, x-row: part, x-key: id, x-spread: true}",
     "a map holds arrays of objects")])
def test_map_or_list_is_refused(tmp_path, line, message):
    check_refused(tmp_path, {"api/things.yaml": GROUP + f"        {line}\n"}, message)


def test_instant_with_offset_says_its_form(made):
    assert re.search(r',\\"since\\":", NULL, NULL, NULL, FIELD_INSTANT_OFFSET, ', made[1]["contract.c"])
    assert "int64_t since;" in made[1]["contract.h"]
    since = json.loads(made[1]["openapi.json"])["components"]["schemas"]["UpdateThingReply"]["properties"]["since"]
    assert since == {"type": ["string", "null"], "format": "date-time", "description": "Ends in +00:00."}


def test_members_beside_data(made):
    assert re.search(r"struct update_thing_output \{\n\tstruct report_row data;\n\tstruct saved_row beside;\n\}",
                     made[1]["contract.h"])
    assert ".beside = &output_saved, .beside_offset = offsetof(struct update_thing_output, beside)" \
        in made[1]["contract.c"]
    envelope = json.loads(made[1]["openapi.json"])["components"]["schemas"]["UpdateThingReply"]
    assert list(envelope["properties"]) == ["success", "message", "data", "saved_minutes", "since", "meta"]
    assert envelope["required"] == ["success", "message", "data", "saved_minutes", "meta"]


def test_a_page_may_stand_in_an_object(tmp_path):
    data = "x-data: {type: array, items: {$ref: '#/components/schemas/Thing'}}"
    text = GROUP.replace(data, "x-data: {$ref: '#/components/schemas/Report'}")
    files, reports, _ = run(tmp_path, {"api/things.yaml": text})
    assert not reports, reports
    envelopes = json.loads(dict(files)["openapi.json"])["components"]["schemas"]
    assert [name for name, each in envelopes.items()
            if each.get("properties", {}).get("meta", {}).get("$ref", "").endswith("ListMeta")]


def test_document_holds_together(made):
    check_document(json.loads(made[1]["openapi.json"]))


def test_document_says_what_http_adds(made):
    document = json.loads(made[1]["openapi.json"])
    listing, ping = document["paths"]["/things"]["get"], document["paths"]["/ping"]["post"]
    schemas = document["components"]["schemas"]
    assert set(listing["responses"]) == {"200", "304", "400", "401", "422", "default"}
    assert set(ping["responses"]) == {"200", "400", "default"}
    assert schemas["ThingListReply"]["required"] == ["success", "data", "meta"]
    assert schemas["ThingListReply"]["properties"]["meta"] == {"$ref": "#/components/schemas/ListMeta"}
    assert schemas["ListMeta"]["required"] == ["pagination"]
    assert schemas["UpdateThingBody"]["required"] == ["name"]
    assert list(document["paths"]["/things/{thingId}"]["put"]["requestBody"]["content"]) == ["application/json"]
    assert schemas["Member"] == {"type": "string", "enum": ["Owner", "regular"],
                                 "x-enum-varnames": ["MemberOwner", "MemberRegular"]}
    assert schemas["Thing"]["required"] == ["id", "name", "is_red", "parts"]
    assert schemas["Report"]["properties"]["best"] == {"anyOf": [{"$ref": "#/components/schemas/Thing"},
                                                                {"type": "null"}]}
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in ping["parameters"]


def check_document(document):
    """References lead somewhere, schemas are schemas, and nothing internal is left."""
    text = json.dumps(document)
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        target = document
        for part in reference.split("/"):
            target = target[part]
    assert set(re.findall(r'"x-[^"]*"', text)) - {'"x-today"'} == {'"x-enum-varnames"'}
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_command_line(tmp_path):
    command = [sys.executable, str(ROOT / "tools" / "generate.py"), "--source-dir", str(tmp_path), "--output-dir",
               str(tmp_path / "out")]
    run(tmp_path)
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 statements, 0 with a second body, 0 over all workspaces" in done.stdout
    run(tmp_path, {"sql/more.sql": "-- name: a\nSELECT 1;"})
    failed = subprocess.run(command, capture_output=True, text=True)
    assert failed.returncode == 1
    assert failed.stderr == "sql/more.sql:1: a has no 'returns'\n"


def test_the_project_itself(tmp_path):
    problems = generate.Problems()
    files, _ = generate.generate(generate.Source(ROOT), problems)
    assert problems.lines() == []
    check_document(json.loads(files["openapi.json"]))
