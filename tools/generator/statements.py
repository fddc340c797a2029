"""Reads the statements of sql/: rows, fragments, typed named statements, and scripts; makes the engines' texts.

The source says `:name`; SQLite is given `?1, ?2` and PostgreSQL `$1, $2`. Whether a statement keeps the rules of scale
is judged by scale.py, whether it runs by verify.py.
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
RESULTS = ("nothing", "changed", "value", "one", "maybe", "many", "page")
_RESERVED = {"context", "ret", "ret_found", "ret_changed", "ret_value", "page", "row", "rows", "arguments", "limit",
             "offset", *CONTEXT}


@dataclass
class Typed:
    """A column, member or parameter."""
    name: str
    type: str           # of SCALARS or LISTS; of a member also `ROW` and `ROW[]`
    nullable: bool
    place: Place


@dataclass
class Row:
    name: str
    place: Place
    columns: list
    extra: list         # members that C fills

    @property
    def members(self):
        return self.columns + self.extra


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
    all_workspaces: str = None
    bodies: dict = field(default_factory=dict)      # engine -> tokens, fragments included
    counts: dict = field(default_factory=dict)      # of a page
    parameters: list = field(default_factory=list)  # Typed, in the order of their numbers
    count_parameters: int = 0
    has_second_body: bool = False

    @property
    def writes(self):
        """True when a connection that only reads could not run it."""
        return any(not token_list[0].is_word("SELECT", "WITH") or any(token.is_word("FOR") for token in token_list)
                   or any(token.is_word("INSERT", "UPDATE", "DELETE") for token in token_list)
                   for token_list in self.bodies.values())


@dataclass
class _Section:
    """What stands between two headings of a file."""
    kind: str
    name: str
    place: Place
    lines: list         # (line number, text) behind the heading
    used: bool = False

    def bodies(self):
        """The texts of the two engines, as (first line, text)."""
        split_at = [index for index, (_, text) in enumerate(self.lines) if re.fullmatch(r"--\s*@postgres\s*", text)]
        first, second = (self.lines[:split_at[0]], self.lines[split_at[0] + 1:]) if split_at else (self.lines, None)
        if len(split_at) > 1:
            raise Refusal(self.place, f"{self.name} has more than one @postgres body")
        return {"sqlite": first, "postgres": first if second is None else second}

    @property
    def has_second_body(self):
        return any(re.fullmatch(r"--\s*@postgres\s*", text) for _, text in self.lines)

    def tokens(self, engine):
        lines = self.bodies()[engine]
        text = "\n".join(text for _, text in lines)
        return tokenize(text, self.place.file, lines[0][0] if lines else self.place.line)


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
        with self.problems.collecting():
            self.sorted_rows()

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
        for engine in ("sqlite", "postgres"):
            statement.bodies[engine] = _single(self.expand(section.tokens(engine), engine), section)
            root = tree(statement.bodies[engine], section.place)
            scale.check(root, self.schema.tables, section.place, statement.all_workspaces)
        _check_form(statement)
        if statement.result == "page":
            statement.counts = {engine: _count(tokens, section.place) for engine, tokens in statement.bodies.items()}
        _number(statement)
        return statement

    def _annotations(self, statement, section):
        given = {}
        for number, text in section.lines:
            match = re.match(r"--\s*(takes|returns|all_workspaces)\s*:\s*(.*?)\s*$", text)
            if match and match[1] in given:
                raise Refusal(Place(section.place.file, number), f"'{match[1]}' is given twice")
            if match:
                given[match[1]] = (match[2], Place(section.place.file, number))
        if "takes" in given:
            self._takes(statement, *given["takes"])
        if "returns" not in given:
            raise Refusal(section.place, f"{section.name} has no 'returns'")
        self._returns(statement, *given["returns"])
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

    def _returns(self, statement, text, place):
        words = text.split()
        if len(words) == 3 and words[0] == "many" and words[2] == "later":
            statement.later = bool(words.pop())
        if not words or words[0] not in RESULTS or len(words) != (1 if words[0] in ("nothing", "changed") else 2):
            raise Refusal(place, "returns: nothing | changed | value bigint | one, maybe, many or page ROW | "
                                 "many ROW later")
        statement.result = words[0]
        if words[0] == "value" and words[1] != "bigint":
            raise Refusal(place, "a value is a bigint")
        if statement.takes_many and words[0] not in ("nothing", "changed"):
            raise Refusal(place, f"{statement.name} takes many rows, and returns nothing or changed")
        if words[0] in ("one", "maybe", "many", "page"):
            statement.row = self._row(words[1], place)

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
        if match[3] and (match[2] == "boolean" or match[2].endswith("[]")):
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
            typed = _typed_list(part.lstrip("+ "), place, None if own else SCALARS)[0]
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


def _words(text, model):
    """Tokens made here, placed like `model`."""
    return [Token(kind, part, model.place, model.start, spaced) for kind, part, spaced in {
        "count(*)": [("word", "count", True), ("symbol", "(", False), ("symbol", "*", False), ("symbol", ")", False)],
        "limit": [("word", "LIMIT", True), ("parameter", ":limit", True),
                  ("word", "OFFSET", True), ("parameter", ":offset", True)]}[text]]


def _used(tokens):
    """Parameter names in the order of their first use."""
    return list(dict.fromkeys(token.text[1:] for token in tokens if token.kind == "parameter"))


def _number(statement):
    """Orders the parameters. A count takes the first ones of the same arguments, so what it uses comes first."""
    used = _used(statement.bodies["sqlite"])
    if sorted(used) != sorted(_used(statement.bodies["postgres"])):
        raise Refusal(statement.place, f"the two bodies of {statement.name} do not use the same parameters")
    declared = statement.takes_row.members if statement.takes_row else statement.takes
    known = {typed.name: typed for typed in declared}
    for name in used:
        if name not in known and name not in CONTEXT:
            raise Refusal(statement.place, f"{statement.name}: parameter :{name} is not in 'takes'")
    for typed in statement.takes:
        if typed.name not in used:
            raise Refusal(statement.place, f"{statement.name}: parameter {typed.name} is not used")
    if statement.counts:
        counted = _used(statement.counts["sqlite"])
        if sorted(counted) != sorted(_used(statement.counts["postgres"])):
            raise Refusal(statement.place, f"the two counts of {statement.name} do not use the same parameters")
        used = counted + [name for name in used if name not in counted] + ["limit", "offset"]
        statement.count_parameters = len(counted)
        for tokens in statement.bodies.values():
            tokens += _words("limit", tokens[-1])
    statement.parameters = [_parameter(name, known, statement.place) for name in used]
    for typed in statement.parameters:
        if typed.type not in SCALARS + LISTS:
            raise Refusal(statement.place, f"{typed.name} is a member that cannot be a parameter")


def _parameter(name, known, place):
    # Context comes first: a row's own workspace_id or now must not replace the caller's.
    if name in CONTEXT:
        return Typed(name, CONTEXT[name], False, place)
    return Typed(name, "bigint", False, place) if name in ("limit", "offset") else known[name]


def render(tokens, parameters, engine, place):
    """The text that one engine prepares."""
    numbers = {typed.name: (number, typed.type) for number, typed in enumerate(parameters, 1)}
    result = []
    for index, token in enumerate(tokens):
        if token.kind != "parameter":
            result.append(token)
            continue
        number, kind = numbers[token.text[1:]]
        listed = index > 0 and tokens[index - 1].is_word("IN")
        if listed != (kind in LISTS):
            raise Refusal(place, f"{token.text}: a list, and only a list, is used as 'x IN {token.text}'")
        if listed and engine == "postgres":
            negated = result[-2].is_word("NOT")
            operator = result[-2 if negated else -1]
            result[-2 if negated else -1:] = [replace(operator, text="<>" if negated else "=")]
            text = f"{'ALL' if negated else 'ANY'}(${number}::{kind})"
        elif listed:
            text = f"(SELECT value FROM json_each(?{number}))"
        else:
            text = f"{'?' if engine == 'sqlite' else '$'}{number}"
        result.append(replace(token, text=text))
    return join(result)


def texts(statement):
    """{engine: (statement, count or None)}"""
    return {engine: (render(tokens, statement.parameters, engine, statement.place),
                     render(statement.counts[engine], statement.parameters, engine, statement.place)
                     if statement.counts else None)
            for engine, tokens in statement.bodies.items()}
