"""Reads the statements of sql/: rows, fragments, typed named statements, and scripts; makes the engines' texts.

The source says `:name`; SQLite is given `?1, ?2` and PostgreSQL `$1, $2`. A statement with optional lists is prepared
once for each choice of those that are given, as one with `OR` would never be led by an index. Whether a statement
keeps the rules of scale is judged by scale.py, whether it runs by verify.py.
"""

import datetime
import itertools
import re
from dataclasses import dataclass, field, replace

from . import scale
from .names import check_identifier
from .problems import Place, Refusal
from .sql_text import Token, join, respace, tokenize, tree

SCALARS = ("bigint", "text", "boolean")
LISTS = ("bigint[]", "text[]")
CONTEXT = {"workspace_id": "bigint", "caller_id": "bigint", "caller_role": "bigint", "sees_rates": "boolean",
           "now": "bigint"}
RESULTS = ("nothing", "changed", "value", "one", "maybe", "many", "each", "page", "children")
_FILLED = {"limit": "bigint", "offset": "bigint", "parents": "bigint[]", "first_parent": "bigint",
           "last_parent": "bigint"}
FILLED_IN = {"page": [("limit", "offset"), ()],     # by src/db/, the last parameters of each text
             "children": [("parents",), ("first_parent", "last_parent", "limit")]}
_OPTIONAL_MAX = 3     # lists of a statement, which has 8 texts then
_RESERVED = {"context", "ret", "ret_found", "ret_changed", "ret_value", "page", "row", "rows", "arguments", "count",
             "children", "visit", "data", "each", "error", "chosen", *_FILLED, *CONTEXT}


@dataclass
class Typed:
    """A column, member or parameter."""
    name: str
    type: str           # of SCALARS or LISTS; of a member also `ROW` and `ROW[]`
    nullable: bool
    place: Place
    form: str = None    # of an exported column: what it is in a file
    by: str = None      # of a member `ROW[]` that a statement fills: the children's column that says whose they are


@dataclass
class Row:
    name: str
    place: Place
    columns: list
    extra: list         # members that C fills

    @property
    def members(self):
        return self.columns + self.extra

    def key_of(self, member):
        """The column that `by` means here: of the same name, or else `id`."""
        return member.by if member.by in (column.name for column in self.columns) else "id"


@dataclass
class Text:
    """What is prepared: a statement, or another form of it, which takes the same arguments and perhaps more."""
    name: str
    bodies: dict        # engine -> tokens, fragments included
    parameters: list = None     # Typed, in the order of their numbers
    absent: frozenset = frozenset()     # optional lists that it does not ask for
    is_count: bool = False


def _changes(body):
    return not body[0].is_word("SELECT", "WITH") or any(token.is_word("INSERT", "UPDATE", "DELETE") for token in body)


@dataclass
class Statement:
    name: str
    place: Place
    takes: list = field(default_factory=list)
    takes_row: Row = None
    takes_many: bool = False        # an array of rows
    result: str = None
    later: bool = False             # nobody waits for its rows
    row: Row = None
    parent: Row = None              # of children, and the member of it where they go
    member: Typed = None
    orders: dict = field(default_factory=dict)      # of a page: name of its first text by code
    all_workspaces: str = None
    exports: str = None             # the file that it fills
    kept: str = None                # why its row is kept while a transaction lasts
    spoils_kept: bool = False
    locks: str = None               # how PostgreSQL locks what it returns; SQLite's one writer has locked everything
    texts: list = field(default_factory=list)       # Text: itself, and what is derived from it
    has_second_body: bool = False

    @property
    def bodies(self):
        return self.texts[0].bodies

    @property
    def parameters(self):
        return self.texts[0].parameters

    @property
    def optional(self):
        return [each for each in self.takes if each.type in LISTS and each.nullable]

    @property
    def writes(self):
        """True when a connection that only reads could not run it."""
        return (any(token.is_word("FOR") for token in self.bodies["postgres"])
                or any(map(_changes, self.bodies.values())))


@dataclass
class _Section:
    """What stands between two headings of a file."""
    kind: str
    name: str
    place: Place
    lines: list         # (line number, text) behind the heading
    used: bool = False

    def parts(self):
        """Lines by the mark that they stand behind; the first ones, behind the heading, by None."""
        parts, mark = {None: []}, None
        for number, text in self.lines:
            match = re.fullmatch(r"--\s*(@postgres|@range|order:\s*\S+)\s*", text)
            if match and match[1] in parts:
                raise Refusal(self.place, f"{self.name} has more than one {match[1]} body")
            if match:
                mark = match[1]
                parts[mark] = []
            else:
                parts[mark].append((number, text))
        return parts

    @property
    def has_second_body(self):
        return "@postgres" in self.parts()

    def tokens(self, engine):
        parts = self.parts()
        return self.tokens_of(parts.get("@postgres") if engine == "postgres" and "@postgres" in parts else parts[None])

    def orders(self):
        """{enumeration value: the lines that end the statement for it}"""
        marked = {mark: lines for mark, lines in self.parts().items() if mark}
        orders = {mark.removeprefix("order:").strip(): lines for mark, lines in marked.items() if ":" in mark}
        if orders and len(orders) < len(marked):
            raise Refusal(self.place, f"{self.name} has orders and other bodies")
        return orders

    def tokens_of(self, lines):
        text = "\n".join(text for _, text in lines)
        return tokenize(text, self.place.file, lines[0][0] if lines else self.place.line)


_LOCKS = ("KEY SHARE", "NO KEY UPDATE", "UPDATE SKIP LOCKED")
_HEADING = re.compile(r"--\s*(fragment|row|name):\s*(\S+)\s*$")


class Library:
    """Everything that sql/ says, apart from migrations."""

    def __init__(self, enumerations, schema, problems):
        self.problems, self.schema = problems, schema
        self.values = {f"{name}.{value}": code for name, values in enumerations.items()
                       for value, code in values.items()}
        self.rows, self.statements = {}, []
        self.second_bodies = 0
        self._fragments, self._statements = {}, {}

    def read(self, files):
        """`files`: (name shown, text)."""
        for file, text in files:
            for section in _sections(file, text):
                with self.problems.collecting():
                    self._add(section)
        self._check_row_members()
        for section in self._statements.values():
            with self.problems.collecting():
                self.statements.append(self._statement(section))
        self._check_children()
        self._find_spoilers()
        for section in self._fragments.values():
            self.second_bodies += section.has_second_body
            if not section.used:
                self.problems.add(section.place, f"fragment {section.name} is used nowhere")

    def _add(self, section):
        check_identifier(section.name, section.place)
        known = {"fragment": self._fragments, "row": self.rows, "name": self._statements}[section.kind]
        if section.name in known:
            raise Refusal(section.place, f"{section.kind} {section.name} exists at {known[section.name].place}")
        known[section.name] = _row(section) if section.kind == "row" else section

    def _check_row_members(self):
        """Members made of rows must name them, and no row may hold itself."""
        for row in self.rows.values():
            for member in row.extra:
                base = member.type.removesuffix("[]")
                if member.type not in SCALARS + LISTS and base not in self.rows:
                    self.problems.add(member.place, f"there is no row {base}")
                elif member.by:
                    self._check_key(self.rows[base], member.by, member.place)
                    self._check_key(row, row.key_of(member), member.place)
        with self.problems.collecting():
            self.sorted_rows()

    def _check_key(self, row, name, place):
        if not any(each.name == name and each.type == "bigint" and not each.nullable for each in row.columns):
            self.problems.add(place, f"row {row.name} has no column {name} bigint")

    def children(self):
        """The statements that fill members of rows: {row name: statements}."""
        result = {}
        for statement in self.statements:
            if statement.result == "children":
                result.setdefault(statement.parent.name, []).append(statement)
        return result

    def _check_children(self):
        filled = [(statement.parent.name, statement.member.name) for statement in self.statements if statement.member]
        for row in self.rows.values():
            for member in row.extra:
                if member.by and filled.count((row.name, member.name)) != 1:
                    self.problems.add(member.place, f"one statement returns children {row.name}.{member.name}")

    def _find_spoilers(self):
        """Rows are kept, on SQLite alone, until something is written that so much as names one of their tables."""
        tables = {name for statement in self.statements if statement.kept for name in self._tables_of(statement)}
        for statement in self.statements:
            statement.spoils_kept = (_changes(statement.bodies["sqlite"])
                                     and not tables.isdisjoint(self._tables_of(statement)))
            if statement.kept and statement.writes:
                self.problems.add(statement.place, f"{statement.name} writes: its row cannot be kept")

    def _tables_of(self, statement):
        return {token.text for token in statement.bodies["sqlite"] if token.text in self.schema.tables}

    def sorted_rows(self):
        """Rows after those that they hold."""
        result, open_rows = [], []

        def visit(row):
            if row in result:
                return
            if row in open_rows:
                raise Refusal(row.place, f"row {row.name} holds itself")
            open_rows.append(row)
            for member in row.extra:
                held = self.rows.get(member.type.removesuffix("[]"))
                if held and member.type not in SCALARS + LISTS:
                    visit(held)
            open_rows.pop()
            result.append(row)

        for row in self.rows.values():
            visit(row)
        return result

    def expand(self, tokens, engine, inside=()):
        """The tokens with `{…}` filled in."""
        result = []
        for token in tokens:
            result.extend([token] if token.kind != "brace" else self._filled(token, engine, inside))
        return result

    def _filled(self, token, engine, inside):
        name = token.text[1:-1].strip()
        if name in self.values:
            return [replace(token, kind="number", text=str(self.values[name]))]
        if name in inside:
            raise Refusal(token.place, f"fragment {name} includes itself: {' -> '.join((*inside, name))}")
        if name not in self._fragments:
            raise Refusal(token.place, f"there is no fragment or enumeration value '{name}'")
        section = self._fragments[name]
        section.used = True
        filled = self.expand(section.tokens(engine), engine, (*inside, name))
        if any(inner.is_symbol(";") for inner in filled):
            raise Refusal(section.place, f"fragment {name} must not hold ';'")
        return [respace(inner, token.spaced if index == 0 else inner.spaced) for index, inner in enumerate(filled)]

    def _statement(self, section):
        statement = Statement(section.name, section.place, has_second_body=section.has_second_body)
        self.second_bodies += statement.has_second_body
        self._annotations(statement, section)
        for value, lines in section.orders().items():
            self._add_order(statement, section, value, lines)
        if not statement.orders:
            self._add_text(statement, section, section.name, section.tokens)
        if statement.locks:
            tokens = statement.bodies["postgres"]
            tokens += [Token("word", word, tokens[-1].place, tokens[-1].start, True)
                       for word in ("FOR", *statement.locks.split())]
        _check_form(statement)
        if statement.result == "children":
            self._add_range(statement, section)
        _number(statement)
        statement.texts = _choices(statement)
        if statement.exports and [each.name for each in statement.parameters] != ["workspace_id"]:
            raise Refusal(section.place, f"{section.name} exports all of a workspace, and knows nothing but that")
        return statement

    def _add_text(self, statement, section, name, tokens_of_engine):
        bodies = {engine: self._body(statement, section, tokens_of_engine(engine), engine)
                  for engine in ("sqlite", "postgres")}
        statement.texts.append(Text(name, bodies))
        if statement.result == "page":
            counts = {engine: _count(tokens, section.place) for engine, tokens in bodies.items()}
            statement.texts.append(Text(f"{name}_count", counts, is_count=True))
            for tokens in bodies.values():
                tokens += _words("limit", tokens[-1])

    def _add_order(self, statement, section, value, lines):
        """The statement with one of its endings. The first one has its name."""
        if statement.result != "page" or value not in self.values:
            raise Refusal(section.place, f"a page is ordered by a value of an enumeration, not {value}")
        name = f"{section.name}_{value.partition('.')[2]}" if statement.orders else section.name
        statement.orders[self.values[value]] = name
        first, *others = section.tokens_of(lines)
        self._add_text(statement, section, name,
                       lambda engine: [*section.tokens(engine), respace(first, True), *others])

    def _body(self, statement, section, tokens, engine):
        tokens = _single(self.expand(tokens, engine), section)
        scale.check(tree(tokens, section.place), self.schema.tables, section.place, statement.all_workspaces)
        return tokens

    def _add_range(self, statement, section):
        """How children are found whose parents lie close together: by the range of their keys, if not too many."""
        if not any(token.is_word("ORDER") for token in statement.bodies["sqlite"]):
            raise Refusal(section.place, "children need an ORDER BY, which begins with whose they are")
        given = section.parts().get("@range")
        if given:
            ranges = {engine: self._body(statement, section, section.tokens_of(given), engine)
                      for engine in ("sqlite", "postgres")}
        elif any(token.is_word("GROUP") for token in statement.bodies["sqlite"]):
            return  # the parents between would be summed up for nothing
        else:
            ranges = {engine: _ranged(tokens) for engine, tokens in statement.bodies.items()}
        for tokens in ranges.values():
            tokens += _words("most", tokens[-1])
        statement.texts.append(Text(f"{section.name}_range", ranges))

    def _annotations(self, statement, section):
        given, lines = {}, iter(section.lines)
        for number, text in lines:
            while text.startswith("-- takes:") and text.endswith(","):
                text += next(lines, (0, ""))[1].removeprefix("--")
            match = re.match(r"--\s*(takes|returns|all_workspaces|exports|kept|locks)\s*:\s*(.*?)\s*$", text)
            if match and match[1] in given:
                raise Refusal(Place(section.place.file, number), f"'{match[1]}' is given twice")
            if match:
                given[match[1]] = (match[2], Place(section.place.file, number))
        if "takes" in given:
            self._takes(statement, *given["takes"])
        if "returns" not in given:
            raise Refusal(section.place, f"{section.name} has no 'returns'")
        self._returns(statement, *given["returns"])
        if "exports" in given:
            statement.exports, place = given["exports"]
            if not re.fullmatch(r"[a-z_]+\.csv", statement.exports) or statement.result != "each" or statement.takes:
                raise Refusal(place, "exports: FILE.csv, of a statement that takes nothing and returns each row")
        if "locks" in given:
            statement.locks, place = given["locks"]
            if statement.locks not in _LOCKS or statement.result not in ("many", "maybe", "value"):
                raise Refusal(place, f"locks: {' or '.join(_LOCKS)}, of the rows that a statement returns")
        if "kept" in given:
            statement.kept, place = given["kept"]
            if not statement.kept or statement.result != "maybe":
                raise Refusal(place, "kept: the reason, of a statement that returns maybe a row")
        if "all_workspaces" in given:
            statement.all_workspaces, place = given["all_workspaces"]
            if not statement.all_workspaces:
                raise Refusal(place, "all_workspaces needs its reason")

    def _takes(self, statement, text, place):
        if match := re.fullmatch(r"(row|many)\s+(\w+)", text):
            statement.takes_row, statement.takes_many = self._row(match[2], place), match[1] == "many"
            return
        statement.takes = _typed_list(text, place, SCALARS + LISTS)
        for parameter in statement.takes:
            if parameter.name in _RESERVED:
                raise Refusal(place, f"a parameter cannot be called {parameter.name}")
        if len(statement.optional) > _OPTIONAL_MAX:
            raise Refusal(place, f"a statement has at most {_OPTIONAL_MAX} optional lists")

    def _returns(self, statement, text, place):
        if match := re.fullmatch(r"children (\w+)\.(\w+)", text):
            self._returns_children(statement, match[1], match[2], place)
            return
        words = text.split()
        if len(words) == 3 and words[0] == "many" and words[2] == "later":
            statement.later = bool(words.pop())
        if not words or words[0] not in RESULTS or len(words) != (1 if words[0] in ("nothing", "changed") else 2):
            raise Refusal(place, "returns: nothing | changed | value bigint | one, maybe, many, each or page ROW | "
                                 "many ROW later | children ROW.MEMBER")
        statement.result = words[0]
        if words[0] == "value" and words[1] != "bigint":
            raise Refusal(place, "a value is a bigint")
        if statement.takes_row and words[0] == "each":
            raise Refusal(place, f"{statement.name} takes a row, and returns each")
        if statement.takes_many and words[0] not in ("nothing", "changed"):
            raise Refusal(place, f"{statement.name} takes many rows, and returns nothing or changed")
        if words[0] in ("one", "maybe", "many", "each", "page"):
            statement.row = self._row(words[1], place)

    def _returns_children(self, statement, parent, name, place):
        statement.result, statement.parent = "children", self._row(parent, place)
        statement.member = next((each for each in statement.parent.extra if each.name == name and each.by), None)
        if not statement.member or statement.takes_row or statement.optional:
            raise Refusal(place, f"row {parent} says of no member '+ {name} ROW[] by COLUMN', or a row or an optional "
                                 "list is taken")
        statement.row = self._row(statement.member.type.removesuffix("[]"), place)

    def _row(self, name, place):
        if name not in self.rows:
            raise Refusal(place, f"there is no row {name}")
        return self.rows[name]

    def read_script(self, file, text):
        """A script's text for both engines."""
        def fill(match):
            line = Place(file, text.count("\n", 0, match.start()) + 1)
            return str(self._script_value(match[1].strip(), line))

        return re.sub(r"\{([^{}\n]*)\}", fill, text)

    def _script_value(self, name, place):
        if name in self.values:
            return self.values[name]
        kind, _, when = name.partition(" ")
        try:
            if kind == "day":
                return datetime.date.fromisoformat(when).toordinal() - datetime.date(1970, 1, 1).toordinal()
            if kind == "instant" and when.endswith("Z"):
                moment = datetime.datetime.fromisoformat(when[:-1]).replace(tzinfo=datetime.timezone.utc)
                return int(moment.timestamp())
        except ValueError as error:
            raise Refusal(place, f"'{when}': {error}") from error
        raise Refusal(place, f"'{{{name}}}' is no enumeration value, {{day …}} or {{instant …Z}}")


def _sections(file, text):
    sections = []
    for number, line in enumerate(text.split("\n"), 1):
        if match := _HEADING.match(line):
            sections.append(_Section(match[1], match[2], Place(file, number), []))
        elif sections:
            sections[-1].lines.append((number, line))
        elif line.strip() and not line.startswith("--"):
            raise Refusal(Place(file, number), "SQL stands before the first '-- name:' or '-- fragment:'")
    return sections


def _typed_list(text, place, types):
    """`name type[?], …`"""
    result = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"(\w+)\s+(\w+(?:\[\])?)(\??)", part)
        if not match or (types and match[2] not in types):
            raise Refusal(place, f"'name type' is expected, not '{part}' (types: {', '.join(types or SCALARS)})")
        if match[3] and (match[2] == "boolean" or match[2].endswith("[]") and types != SCALARS + LISTS):
            raise Refusal(place, f"{match[1]}: a {match[2]} is never null")
        if match[1] in (typed.name for typed in result):
            raise Refusal(place, f"{match[1]} is given twice")
        result.append(Typed(check_identifier(match[1], place), match[2], bool(match[3]), place))
    return result


def _row(section):
    """`-- row: NAME`, then comment lines up to the first other line."""
    columns, extra = [], []
    for number, line in section.lines:
        if line.strip() and not line.startswith("--"):
            raise Refusal(Place(section.place.file, number), "SQL stands outside of any statement")
    for number, line in itertools.takewhile(lambda numbered: numbered[1].startswith("--"), section.lines):
        place = Place(section.place.file, number)
        for part in filter(None, (part.strip() for part in line.removeprefix("--").split(","))):
            own = part.startswith("+")
            more = re.search(r" as (\S+)$" + r"|(?<=\[\]) by (\w+)$" * own, part)
            typed = _typed_list((part[:more.start()] if more else part).lstrip("+ "), place,
                                None if own else SCALARS)[0]
            typed.form, typed.by = (*more.groups(), None)[:2] if more else (None, None)
            if typed.name in (other.name for other in columns + extra):
                raise Refusal(place, f"{typed.name} is given twice")
            if not own and extra:
                raise Refusal(place, "columns stand before the members marked '+'")
            (extra if own else columns).append(typed)
    if not columns and not extra:
        raise Refusal(section.place, f"row {section.name} is empty")
    return Row(section.name, section.place, columns, extra)


def _single(tokens, section):
    """The one statement of a body, without its ';'."""
    ends = [index for index, token in enumerate(tokens) if token.is_symbol(";")]
    if len(ends) != 1 or ends[0] != len(tokens) - 1 or len(tokens) < 2:
        raise Refusal(section.place, f"{section.name}: each body is one statement that ends with ';'")
    return tokens[:-1]


def _check_form(statement):
    """Whether what it says it returns is what its verb gives."""
    for tokens in statement.bodies.values():
        verb = next((token for token in tokens if token.is_word("SELECT", "INSERT", "UPDATE", "DELETE")), None)
        if verb is None or not tokens[0].is_word("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            raise Refusal(statement.place, "a statement is a SELECT, INSERT, UPDATE or DELETE")
        gives_rows = tokens[0].is_word("SELECT", "WITH") or any(token.is_word("RETURNING") for token in tokens)
        if gives_rows != (statement.result not in ("nothing", "changed")):
            raise Refusal(statement.place, f"{statement.name} returns {statement.result}: that does not fit its SQL")


def _count(tokens, place):
    """The same rows counted: the outer select list becomes count(*), the outer ORDER BY goes."""
    depth, outer = 0, []
    for index, token in enumerate(tokens):
        depth -= token.is_symbol(")") or token.is_word("END")
        if depth == 0:
            outer.append(index)
        depth += token.is_symbol("(") or token.is_word("CASE")
    words = [(index, tokens[index].text.upper()) for index in outer if tokens[index].kind == "word"]
    for _, word in words:
        if word in ("GROUP", "DISTINCT", "UNION", "INTERSECT", "EXCEPT", "HAVING", "LIMIT", "OFFSET", "FOR"):
            raise Refusal(place, f"a page cannot be counted with {word} in its outer SELECT")
    positions = {word: index for index, word in reversed(words)}
    if "SELECT" not in positions or "FROM" not in positions:
        raise Refusal(place, "a page is a SELECT … FROM …")
    if "ORDER" not in positions:
        raise Refusal(place, "a page needs an ORDER BY: without one its rows come in any order")
    select, end = positions["SELECT"], positions["ORDER"]
    return tokens[:select + 1] + _words("count(*)", tokens[select]) + tokens[positions["FROM"]:end]


def _ranged(tokens):
    """`IN :parents` as a range."""
    result = list(tokens)
    for index, token in enumerate(tokens):
        if token.kind == "parameter" and token.text == ":parents" and tokens[index - 1].is_word("IN"):
            result[index - 1:index + 1] = _words("range", token)
    return result


def _words(text, model):
    """Tokens made here, placed like `model`."""
    return [Token(kind, part, model.place, model.start, spaced) for kind, part, spaced in {
        "count(*)": [("word", "count", True), ("symbol", "(", False), ("symbol", "*", False), ("symbol", ")", False)],
        "limit": [("word", "LIMIT", True), ("parameter", ":limit", True),
                  ("word", "OFFSET", True), ("parameter", ":offset", True)],
        "range": [("word", "BETWEEN", True), ("parameter", ":first_parent", True), ("word", "AND", True),
                  ("parameter", ":last_parent", True)],
        "most": [("word", "LIMIT", True), ("parameter", ":limit", True)]}[text]]


def _used(tokens):
    """Parameter names in the order of their first use."""
    return list(dict.fromkeys(_named(token) for token in tokens if token.kind == "parameter"))


def _named(token):
    return token.text[1:].removesuffix("?")


def _used_by(statement, text):
    used = _used(text.bodies["sqlite"])
    if sorted(used) != sorted(_used(text.bodies["postgres"])):
        raise Refusal(statement.place, f"the two bodies of {text.name} do not use the same parameters")
    return used


def _number(statement):
    """Orders the parameters, so that all texts can be given the same arguments: what the shortest uses comes first."""
    declared = statement.takes_row.members if statement.takes_row else statement.takes
    known = {typed.name: typed for typed in declared}
    used = [_used_by(statement, text) for text in statement.texts]
    for typed in statement.takes:
        if typed.name not in used[0]:
            raise Refusal(statement.place, f"{statement.name}: parameter {typed.name} is not used")
    if any(set(one) ^ set(other) for one, other in zip(used, used[2:])):
        raise Refusal(statement.place, f"{statement.name}: each order uses the same parameters")
    order = list(dict.fromkeys(name for names in sorted(used, key=len) for name in names))
    for text, names, filled in zip(statement.texts, used, itertools.cycle(FILLED_IN.get(statement.result, [()]))):
        for name in names:
            if name not in known and name not in CONTEXT and name not in filled:
                raise Refusal(statement.place, f"{text.name}: parameter :{name} is not in 'takes'")
        for name in filled:
            if name not in names:
                raise Refusal(statement.place, f"{text.name} does not use :{name}")
        text.parameters = [_parameter(name, known, statement.place)
                           for name in [*(each for each in order if each in names and each not in filled), *filled]]
        for typed in text.parameters:
            if typed.type not in SCALARS + LISTS:
                raise Refusal(statement.place, f"{typed.name} is a member that cannot be a parameter")


def _choices(statement):
    """The texts, each for every choice of optional lists. All of a choice stand together, and the choices of an order:
    behind the one without any, at the sum of 1, 2 and 4 for the first, second and third list that is given."""
    names, together = [each.name for each in statement.optional], 2 if statement.result == "page" else 1
    result = []
    for first in range(0, len(statement.texts), together):
        for choice in range(1 << len(names)):
            absent = frozenset(name for bit, name in enumerate(names) if not choice >> bit & 1)
            result += [replace(text, name=f"{text.name}_{choice}" if choice else text.name, absent=absent)
                       for text in statement.texts[first:first + together]]
    return result


def _parameter(name, known, place):
    # Context comes first: a row's own workspace_id or now must not replace the caller's.
    if name in CONTEXT:
        return Typed(name, CONTEXT[name], False, place)
    return known[name] if name in known else Typed(name, _FILLED[name], False, place)


def _without(tokens, parameters, absent):
    """`x IN :list?` as TRUE where the list is absent. What stands before IN is a column, so that it is clear where it
    begins."""
    optional = [typed.name for typed in parameters if typed.type in LISTS and typed.nullable]
    result = []
    for token in tokens:
        result.append(token)
        if token.kind != "parameter":
            continue
        if token.text.endswith("?") != (_named(token) in optional):
            raise Refusal(token.place, f"{token.text}: an optional list, and only that, is used as 'x IN :list?'")
        if not token.text.endswith("?"):
            continue
        begin = len(result) - (5 if len(result) > 4 and result[-4].is_symbol(".") else 3)
        if not result[-2].is_word("IN") or not (result[begin - 1].is_word("WHERE", "AND", "OR", "ON", "NOT")
                                                or result[begin - 1].is_symbol("(")):
            raise Refusal(token.place, f"{token.text}: an optional list is used as 'column IN {token.text}'")
        if _named(token) in absent:
            result[begin:] = [replace(result[begin], kind="word", text="TRUE")]
    return result


def engine_text(statement, text, engine):
    """What one engine prepares."""
    numbers = {typed.name: (number, typed.type) for number, typed in enumerate(text.parameters, 1)}
    tokens = _without(text.bodies[engine], text.parameters, text.absent)
    result = []
    for index, token in enumerate(tokens):
        if token.kind != "parameter":
            result.append(token)
            continue
        number, kind = numbers[_named(token)]
        listed = index > 0 and tokens[index - 1].is_word("IN")
        if listed != (kind in LISTS):
            raise Refusal(statement.place, f"{token.text}: a list, and only a list, is used as 'x IN {token.text}'")
        if listed and engine == "postgres":
            negated = result[-2].is_word("NOT")
            operator = result[-2 if negated else -1]
            result[-2 if negated else -1:] = [replace(operator, text="<>" if negated else "=")]
            written = f"{'ALL' if negated else 'ANY'}(${number}::{kind})"
        elif listed:
            written = f"(SELECT value FROM json_each(?{number}))"
        else:
            written = f"{'?' if engine == 'sqlite' else '$'}{number}"
        result.append(replace(token, text=written))
    return join(result)
