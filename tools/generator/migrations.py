"""Reads sql/migrations/: the tables, what their constraints mean, and the two engines' scripts.

Refuses what a distributed engine could not carry (SCALE.md 1-4 and 6) and whatever it does not understand: a migration
that the generator cannot read is one that nobody has checked.
"""

import re
from dataclasses import dataclass, field

from .problems import Place, Refusal
from .sql_text import Group, groups, split, tokenize, tree

KINDS = ("tenant", "by_hash", "by_user", "reference", "local")
TYPES = ("BIGINT", "TEXT", "BOOLEAN")
_FORBIDDEN = {"TRIGGER": "triggers are not allowed", "GENERATED": "generated columns are not allowed",
              "TEMP": "temporary tables are not allowed", "TEMPORARY": "temporary tables are not allowed",
              "EXCLUDE": "EXCLUDE is not portable", "AUTOINCREMENT": "ids come from C"}


@dataclass
class Table:
    name: str
    kind: str
    place: Place
    is_numbered: bool = False  # SQLite keeps its rows by the last column of its key
    columns: dict = field(default_factory=dict)    # name -> (type, not null)
    primary_key: list = None
    unique_keys: list = field(default_factory=list)  # lists of columns, the primary key among them
    names: list = field(default_factory=list)        # its own, and those of its constraints and indexes

    @property
    def workspace_column(self):
        """The column that says whose row it is."""
        return "id" if self.name == "workspaces" else "workspace_id"


@dataclass
class Constraint:
    name: str
    place: Place
    last_line: int
    table: str
    kind: str            # UNIQUE (primary keys and unique indexes too), NUMBER (the key of a table so marked), CHECK or
    #                      FOREIGN KEY
    columns: list
    error: str = None    # symbol in errors.def


@dataclass
class Migration:
    version: int
    name: str
    place: Place
    sqlite: str
    postgres: str


@dataclass
class Schema:
    tables: dict = field(default_factory=dict)
    constraints: list = field(default_factory=list)
    migrations: list = field(default_factory=list)
    names: dict = field(default_factory=dict)  # of constraints and indexes, to their places

    def sequences(self):
        """The tables whose ids are made in C."""
        return [table.name for table in self.tables.values() if table.columns.get("id", ("",))[0] == "BIGINT"]


def read_migrations(files, error_symbols, problems):
    """`files`: (name shown, text) in order of their names."""
    schema = Schema()
    for number, (file, text) in enumerate(files, 1):
        with problems.collecting():
            match = re.search(r"(?:^|/)(\d{4})_\w+\.sql$", file)
            if not match or int(match[1]) != number:
                raise Refusal(Place(file, 1), f"a migration number {number:04} is expected: NNNN_name.sql without gaps")
            _read_file(schema, number, file, text, error_symbols, problems)
    _check_error_columns(schema, problems)
    return schema


def _read_file(schema, number, file, text, error_symbols, problems):
    of_sqlite, of_postgres = [], []
    for tokens, comments in _script(text, file):
        with problems.collecting():
            of_sqlite += _read_statement(schema, tokens, comments, error_symbols)
            if _is_marked(tokens, comments, "@sqlite"):
                of_postgres.append((tokens[0].start, _end(tokens[-1]), ""))
    schema.migrations.append(Migration(number, file.rsplit("/", 1)[-1], Place(file, 1), _edited(text, of_sqlite),
                                       _edited(text, of_postgres)))


def _edited(text, edits):
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _end(token):
    return token.start + len(token.text)


def _storage_edits(tokens, comments):
    """(start, end, new text) of a CREATE TABLE: how SQLite lays its rows down."""
    if _is_marked(tokens, comments, "numbered"):
        return _numbering_edits(tokens)
    # A quarter of a page is all that a tree of keys holds of a row; of a wide one it holds the number alone.
    if _is_marked(tokens, comments, "wide"):
        return []
    return [(_end(tokens[-1]), _end(tokens[-1]), " WITHOUT ROWID")]


def _numbering_edits(tokens):
    """The key's last column becomes the number by which SQLite keeps a row: no tree of keys stands beside the rows."""
    at = next(i for i, token in enumerate(tokens) if token.is_word("PRIMARY") and tokens[i + 1].is_word("KEY"))
    close = next(i for i, token in enumerate(tokens) if i > at and token.is_symbol(")"))
    first, last = tokens[at + 3], tokens[close - 1]
    of_type = tokens[next(i for i, token in enumerate(tokens) if token.text == last.text) + 1]
    if not of_type.is_word("BIGINT"):
        raise Refusal(last.place, f"{last.text} is no number")
    return [(of_type.start, _end(of_type), "INTEGER"), (first.start, last.start, "")]


def _script(text, file):
    """(tokens, comments) of each statement. A comment on the line of a ';' belongs to the statement that it ends."""
    result, tokens, comments = [], [], []
    for token in tokenize(text, file, comments=True):
        if token.kind == "comment":
            ended = not tokens and result and token.place.line == result[-1][0][-1].place.line
            (result[-1][1] if ended else comments).append(token)
        elif token.is_symbol(";"):
            result.append((tokens + [token], comments))
            tokens, comments = [], []
        else:
            tokens.append(token)
    if tokens:
        raise Refusal(tokens[0].place, "the last statement does not end with ';'")
    return [(tokens[:-1], comments) for tokens, comments in result if len(tokens) > 1]


def _read_statement(schema, tokens, comments, error_symbols):
    """Returns what SQLite's text differs by."""
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text.upper() in _FORBIDDEN:
            raise Refusal(token.place, _FORBIDDEN[token.text.upper()])
        if token.is_word("ON") and index + 1 < len(tokens) and tokens[index + 1].is_word("UPDATE"):
            raise Refusal(token.place, "ON UPDATE is not allowed")
        if token.is_word("SET") and index + 1 < len(tokens) and tokens[index + 1].is_word("NULL", "DEFAULT"):
            raise Refusal(token.place, f"SET {tokens[index + 1].text} is not allowed")
    first = [token.text.upper() for token in tokens[:3]]
    known = len(schema.constraints)
    if first[:2] == ["CREATE", "TABLE"]:
        _create_table(schema, tokens, comments)
    elif first[:2] == ["CREATE", "INDEX"] or first == ["CREATE", "UNIQUE", "INDEX"]:
        _create_index(schema, tokens, unique=first[1] == "UNIQUE")
    elif first[:2] == ["ALTER", "TABLE"]:
        _alter_table(schema, tokens)
    elif first[:2] == ["DROP", "TABLE"] and len(tokens) == 3:
        _drop_table(schema, _table(schema, tokens[2]))
    elif first[:2] != ["DROP", "INDEX"] and first[0] not in ("INSERT", "UPDATE", "DELETE"):
        raise Refusal(tokens[0].place, f"{' '.join(first[:2])} is not understood in a migration")
    _attach_errors(schema.constraints[known:], comments, error_symbols)
    return _storage_edits(tokens, comments) if first[:2] == ["CREATE", "TABLE"] else []


def _create_table(schema, tokens, comments):
    if len(tokens) < 5 or tokens[2].kind != "word" or not tokens[3].is_symbol("(") or not tokens[-1].is_symbol(")"):
        raise Refusal(tokens[0].place, "CREATE TABLE name ( … ) is expected, with nothing behind it")
    name, place = tokens[2].text, tokens[0].place
    if name in schema.tables:
        raise Refusal(place, f"table {name} exists already")
    table = Table(name, _kind_of(comments, place), place, _is_marked(tokens, comments, "numbered"))
    _take_name(schema, table, name, tokens[2].place, "table")
    for part in split(tree(tokens[4:-1], place).items, ","):
        if not part:
            raise Refusal(place, "an empty definition between commas")
        if part[0].is_word("CONSTRAINT"):
            _table_constraint(schema, table, part)
        else:
            _column(table, part)
    if table.primary_key is None:
        raise Refusal(place, f"table {name} has no named PRIMARY KEY")
    _check_tenant_columns(table)
    schema.tables[name] = table


def _kind_of(comments, place):
    marks = [match[1] for comment in comments if (match := re.match(r"--\s*table:\s*(\S*)", comment.text))]
    if len(marks) != 1 or marks[0] not in KINDS:
        raise Refusal(place, f"'-- table: {'|'.join(KINDS)}' is missing before CREATE TABLE")
    return marks[0]


def _is_marked(tokens, comments, word):
    """By a line before it; what stands behind a column may say the word of something else."""
    return any(comment.start < tokens[0].start and re.fullmatch(rf"--\s*{word}\s*", comment.text)
               for comment in comments)


def _column(table, part):
    words = [item.text.upper() for item in part]
    place = part[0].place
    if len(part) < 2 or part[0].kind != "word" or words[1] not in TYPES:
        raise Refusal(place, f"a column 'name {'|'.join(TYPES)} …' or 'CONSTRAINT name …' is expected")
    if any(word in words for word in ("PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "CONSTRAINT")):
        raise Refusal(place, f"write the constraint of {part[0].text} as a named constraint of the table")
    not_null = any(words[i:i + 2] == ["NOT", "NULL"] for i in range(len(words)))
    table.columns[part[0].text] = (words[1], not_null)


def _check_tenant_columns(table):
    if table.kind == "tenant" and table.columns.get(table.workspace_column) != ("BIGINT", True):
        raise Refusal(table.place, f"tenant table {table.name} needs {table.workspace_column} BIGINT NOT NULL")


def _table_constraint(schema, table, part):
    if len(part) < 4 or part[1].kind != "word":
        raise Refusal(part[0].place, "CONSTRAINT name … is expected")
    name, place = part[1].text, part[0].place
    _take_name(schema, table, name, part[1].place, "constraint")
    words = [item.text.upper() for item in part[2:]]
    inside = [item for each in part if isinstance(each, Group) for inner in groups(each) for item in inner.items]
    last_line = max(item.place.line for item in part + inside)
    if words[:2] == ["PRIMARY", "KEY"] or words[0] == "UNIQUE":
        primary = words[0] == "PRIMARY"
        columns = _columns(part[4] if primary else part[3])
        _check_key(table, columns, place)
        table.primary_key = columns if primary else table.primary_key
        # SQLite has a part of the key that a row is numbered by: nothing can lead to it, nor is its violation told.
        kind = "NUMBER" if primary and table.is_numbered else "UNIQUE"
        if kind == "UNIQUE":
            table.unique_keys.append(columns)
    elif words[:2] == ["FOREIGN", "KEY"]:
        columns, kind = _columns(part[4]), "FOREIGN KEY"
        _check_foreign_key(schema, table, part, columns)
    elif words[0] == "CHECK":
        columns, kind = [], "CHECK"
    else:
        raise Refusal(place, f"constraint {name} is of a kind that is not understood")
    schema.constraints.append(Constraint(name, place, last_line, table.name, kind, columns))


def _columns(group):
    if not isinstance(group, Group):
        raise Refusal(group.place, "a list of columns in parentheses is expected")
    parts = split(group.items, ",")
    if any(len(part) != 1 or part[0].kind != "word" for part in parts):
        raise Refusal(group.place, "plain column names are expected")
    return [part[0].text for part in parts]


def _check_key(table, columns, place):
    if table.kind == "tenant" and columns[0] != table.workspace_column:
        raise Refusal(place, f"the first column of every key of tenant table {table.name} must be "
                             f"{table.workspace_column}")


def _check_foreign_key(schema, table, part, columns):
    place = part[0].place
    if len(part) != 8 or not part[5].is_word("REFERENCES"):
        raise Refusal(place, "FOREIGN KEY (…) REFERENCES table (…) is expected, without an action")
    parent = table if part[6].text == table.name else _table(schema, part[6])
    parent_columns = _columns(part[7])
    if parent_columns not in parent.unique_keys:
        raise Refusal(place, f"({', '.join(parent_columns)}) is no key of {parent.name}")
    if parent.kind not in ("tenant", "reference") and parent is not table:
        raise Refusal(place, f"a foreign key cannot lead to a {parent.kind} table")
    if parent.kind == "tenant":
        if table.kind != "tenant":
            raise Refusal(place, f"no foreign key may lead from a {table.kind} table to a tenant table")
        if columns[0] != table.workspace_column or parent_columns[0] != parent.workspace_column:
            raise Refusal(place, "a foreign key between tenant tables starts with workspace_id on both sides")


def _table(schema, token):
    if token.text not in schema.tables:
        raise Refusal(token.place, f"table {token.text} is not created before this")
    return schema.tables[token.text]


def _create_index(schema, tokens, unique):
    skip = 3 if unique else 2
    if len(tokens) < skip + 4 or not tokens[skip + 1].is_word("ON"):
        raise Refusal(tokens[0].place, "CREATE INDEX name ON table (…) is expected")
    name, table = tokens[skip], _table(schema, tokens[skip + 2])
    _take_name(schema, table, name.text, name.place, "index")
    if unique:
        columns = _columns(tree(tokens[skip + 3:], name.place).items[0])
        _check_key(table, columns, name.place)
        partial = any(token.is_word("WHERE") for token in tokens)
        if not partial:
            table.unique_keys.append(columns)
        schema.constraints.append(
            Constraint(name.text, tokens[0].place, tokens[-1].place.line, table.name, "UNIQUE", columns))


def _drop_table(schema, table):
    """Its names are free again, so that one of another shape may take its place."""
    del schema.tables[table.name]
    schema.constraints[:] = [each for each in schema.constraints if each.table != table.name]
    for name in table.names:
        del schema.names[name]


def _alter_table(schema, tokens):
    table, change = _table(schema, tokens[2]), [token.text.upper() for token in tokens[3:5]]
    if change == ["ADD", "COLUMN"]:
        _column(table, tree(tokens[5:], tokens[0].place).items)
    elif change == ["DROP", "COLUMN"] and len(tokens) == 6 and tokens[5].text in table.columns:
        del table.columns[tokens[5].text]
    elif change == ["RENAME", "TO"] and len(tokens) == 6 and tokens[5].text not in schema.tables:
        _rename_table(schema, table, tokens[5])
    else:
        raise Refusal(tokens[0].place, "only ADD COLUMN, DROP COLUMN and RENAME TO are understood in ALTER TABLE")


def _rename_table(schema, table, name):
    for constraint in schema.constraints:
        if constraint.table == table.name:
            constraint.table = name.text
    table.names.remove(table.name)
    del schema.names[table.name]
    _take_name(schema, table, name.text, name.place, "table")
    schema.tables[name.text] = schema.tables.pop(table.name)
    table.name = name.text


def _take_name(schema, table, name, place, what):
    if len(name.encode()) > 50:
        raise Refusal(place, f"the name of {what} {name} is longer than 50 bytes")
    if re.search(r"_\d+$", name):
        raise Refusal(place, f"the name of {what} {name} ends in '_' and digits, as those of shards do")
    if name in schema.names:
        raise Refusal(place, f"the name {name} is taken at {schema.names[name]}")
    schema.names[name] = place
    table.names.append(name)


def _attach_errors(constraints, comments, error_symbols):
    """`-- error: SYMBOL` speaks of the constraint that ends on its line."""
    for comment in comments:
        match = re.match(r"--\s*error:\s*(\S+)", comment.text)
        if not match:
            continue
        on_line = [constraint for constraint in constraints if constraint.last_line == comment.place.line]
        if len(on_line) != 1:
            raise Refusal(comment.place, "'error:' stands behind no constraint or unique index")
        if match[1] not in error_symbols:
            raise Refusal(comment.place, f"errors.def has no row {match[1]}")
        if on_line[0].kind == "NUMBER":
            raise Refusal(comment.place, "SQLite knows no such key of a numbered table")
        if on_line[0].kind == "FOREIGN KEY":
            raise Refusal(comment.place, "SQLite does not tell which foreign key was violated")
        on_line[0].error = match[1]


def _check_error_columns(schema, problems):
    seen = {}
    for constraint in schema.constraints:
        key = (constraint.table, tuple(constraint.columns))
        if constraint.error and constraint.kind == "UNIQUE":
            if key in seen:
                problems.add(constraint.place, f"SQLite cannot tell {constraint.name} from {seen[key]}: same columns")
            seen[key] = constraint.name
