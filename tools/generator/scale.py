"""Checks one statement against SCALE.md 9-14: whose rows it can reach, and whether one node can answer it.

Every SELECT block is judged alone. The forms that are accepted are few and plain; what is merely correct but hard to
check is refused too, because a missing workspace_id is another company's data.
"""

from dataclasses import dataclass, field

from .problems import Refusal
from .sql_text import Group, groups, split

_BANNED_WORDS = {"MERGE": "MERGE is not allowed", "TRUNCATE": "TRUNCATE is not allowed",
                 "TABLE": "'TABLE name' is not allowed: write a SELECT",
                 "LATERAL": "LATERAL is not portable", "NATURAL": "write out the columns of the join",
                 "USING": "write out the columns of the join with ON", "RIGHT": "write a LEFT JOIN",
                 "FULL": "write a LEFT JOIN"}
_VOLATILE = set("""now random randomblob nextval currval setval clock_timestamp statement_timestamp timeofday
    transaction_timestamp gen_random_uuid uuid_generate_v4 datetime date time julianday strftime unixepoch
    date_trunc age last_insert_rowid changes total_changes pg_sleep pg_advisory_lock pg_advisory_xact_lock""".split())
_VOLATILE_WORDS = ("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP")
_CLAUSES = ("FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "RETURNING",
            "UNION", "INTERSECT", "EXCEPT", "SET", "VALUES", "SELECT")
_JOIN_WORDS = ("JOIN", "INNER", "LEFT", "OUTER", "CROSS")


@dataclass
class Source:
    """A table that a block reads, or writes."""
    table: object        # migrations.Table, None for a subquery or a CTE
    alias: str
    left_join: bool = False
    conditions: list = field(default_factory=list)  # of its ON


def check(root, tables, place, all_workspaces):
    """`root`: the statement's tree."""
    _check_words(root)
    ctes = _cte_names(root)
    if hidden := ctes & set(tables):
        raise Refusal(place, f"a CTE must not be called like a table: {min(hidden)}")
    blocks = [block for group in groups(root) for block in _blocks(group, tables, ctes, is_root=group is root)]
    target = _check_writes(root, tables)
    used = {source.table.name: source.table for block in blocks for source in block.sources if source.table}
    if target is not None:
        used[target.name] = target
    _check_mix(list(used.values()), place)
    if any(table.kind == "tenant" for table in used.values()):
        _check_workspace(root, blocks, target, place, all_workspaces)
    for block in blocks:
        block.check_lock()


def _check_workspace(root, blocks, target, place, all_workspaces):
    """SCALE.md 10, 11 and 14: all that is wrong, or the mark that says why it is meant."""
    try:
        _check_workspace_words(root)
        for block in blocks:
            block.check()
        _check_inserted(root, target)
    except Refusal:
        if all_workspaces:
            return
        raise
    if all_workspaces:
        raise Refusal(place, "all_workspaces is not needed: every block has its workspace_id")


def _check_words(root):
    """SCALE.md 13, and what the checks below could not follow."""
    for group in groups(root):
        for index, item in enumerate(group.items):
            following = group.items[index + 1] if index + 1 < len(group.items) else None
            word = item.text.upper() if item.kind == "word" else None
            if word in _BANNED_WORDS:
                raise Refusal(item.place, _BANNED_WORDS[word])
            if word in _VOLATILE_WORDS or (word and word.lower() in _VOLATILE and isinstance(following, Group)):
                raise Refusal(item.place, f"{item.text} is volatile: pass the value as a parameter")
            if group is not root and index == 0 and word in ("INSERT", "UPDATE", "DELETE"):
                raise Refusal(item.place, f"{word} inside another statement is not allowed")


def _check_workspace_words(root):
    """SCALE.md 11."""
    for group in groups(root):
        for item, one, two in zip(group.items, group.items[1:], group.items[2:] + [root]):
            if item.text == ":workspace_id" and (one.is_symbol("::") or one.is_word("AS") and _is_cast(group, root)):
                raise Refusal(item.place, ":workspace_id must not be cast")
            if item.is_word("WORKSPACE_ID") and (one.is_word("IN") or one.is_symbol("=") and two.is_word("ANY")):
                raise Refusal(item.place, "workspace_id = :workspace_id is the only way to choose a workspace")


def _is_cast(group, root):
    """True when the group stands behind CAST."""
    return any(item is group and before.is_word("CAST")
               for outer in groups(root) for before, item in zip(outer.items, outer.items[1:]))


def _check_mix(used, place):
    """SCALE.md 9."""
    kinds = {table.kind for table in used} - {"reference"}
    others = [table.name for table in used if table.kind not in ("tenant", "reference")]
    if len(kinds) > 1 or len(others) > 1 or ("local" in kinds and len(used) > 1):
        names = ", ".join(sorted(f"{table.name} ({table.kind})" for table in used))
        raise Refusal(place, f"tables that may lie on different nodes in one statement: {names}")


def _cte_names(root):
    """Names that stand for a SELECT of the statement itself: `name [(columns)] AS [NOT] [MATERIALIZED] (…)`."""
    names = set()
    for group in groups(root):
        if not any(item.is_word("WITH") for item in group.items):
            continue
        for index, item in enumerate(group.items):
            if not item.is_word("AS") or index == 0:
                continue
            rest = [after for after in group.items[index + 1:index + 4] if not after.is_word("NOT", "MATERIALIZED")]
            before = group.items[index - 2 if isinstance(group.items[index - 1], Group) and index > 1 else index - 1]
            if rest and isinstance(rest[0], Group) and before.kind == "word":
                names.add(before.text)
    return names


@dataclass
class Block:
    """One SELECT, UPDATE or DELETE with what restricts it."""
    place: object
    sources: list
    conditions: list   # of WHERE
    locks: bool = False

    def check(self):
        """SCALE.md 10: `workspace_id = :workspace_id` on this level, and every table tied to it."""
        tenants = [source for source in self.sources if source.table and source.table.kind == "tenant"]
        if not tenants:
            return
        tied = self._tied(tenants)
        for source in tenants:
            if source.alias not in tied:
                raise Refusal(self.place, f"this {source.table.name} needs '{source.alias}."
                                          f"{source.table.workspace_column} = :workspace_id' of its own, not under OR")

    def check_lock(self):
        """SCALE.md 12."""
        spread = [source for source in self.sources if source.table and source.table.kind != "local"]
        keys = [source for source in spread if source.table.workspace_column in source.table.columns]
        if self.locks and spread and not self._tied(keys, links=False):
            raise Refusal(self.place, "rows may be locked only with workspace_id = :workspace_id")

    def _tied(self, keys, links=True):
        """Aliases whose workspace is the caller's: by a condition of their own, or through another table's."""
        places = {(source.alias, source.table.workspace_column): source.alias for source in keys}
        if len(keys) == 1:
            places[("", keys[0].table.workspace_column)] = keys[0].alias
        tied, edges = set(), []
        scoped = [(condition, None) for condition in self.conditions]
        scoped += [(condition, source) for source in self.sources for condition in source.conditions]
        for condition, joined in scoped:
            left, right = (places.get(side, side) for side in _equality(condition))
            for one, other in ((left, right), (right, left)):
                allowed = joined is None or not joined.left_join or one == joined.alias
                if isinstance(one, str) and allowed:
                    if other == ":workspace_id":
                        tied.add(one)
                    elif isinstance(other, str) and links:
                        edges.append((other, one))
        tied.discard(":workspace_id")
        for _ in edges:
            tied |= {to for origin, to in edges if origin in tied}
        return tied


def _equality(condition):
    """`a.x = b.y` as ((a, x), (b, y)); a parameter is its own text; anything else is two Nones."""
    sides = split(condition, "=")
    return [_operand(side) for side in sides] if len(sides) == 2 else [None, None]


def _operand(items):
    if len(items) == 1 and items[0].kind == "parameter":
        return items[0].text
    if len(items) == 1 and items[0].kind == "word":
        return ("", items[0].text)
    if len(items) == 3 and items[1].is_symbol(".") and items[0].kind == items[2].kind == "word":
        return (items[0].text, items[2].text)
    return None


def _conditions(items):
    """What must all hold. A level with OR guarantees nothing; what follows a BETWEEN's AND may belong to it."""
    if any(item.is_word("OR") for item in items):
        return []
    parts = split(items, "AND")
    return [part for before, part in zip([[], *parts], parts) if not any(item.is_word("BETWEEN") for item in before)]


def _clauses(items):
    """[(keyword, items)] of one level; the first keyword is '' or the first word."""
    result = [("", [], None)]
    for index, item in enumerate(items):
        keyword = item.text.upper() if item.kind == "word" else ""
        if keyword == "ON" and index + 1 < len(items) and items[index + 1].is_word("CONFLICT"):
            break
        if keyword in _CLAUSES and not (keyword == "FROM" and index > 0 and items[index - 1].is_word("DISTINCT")):
            result.append((keyword, [], item.place))
        else:
            result[-1][1].append(item)
    return result


def _blocks(group, tables, ctes, is_root):
    """The blocks of one level: each SELECT, and an UPDATE or DELETE at the top."""
    blocks, clauses = [], _clauses(group.items)
    verb = _verb(group) if is_root else None
    if verb is not None and verb.text.upper() in ("UPDATE", "DELETE"):
        blocks.append(_write_block(verb, group.items, tables, ctes))
        clauses = []
    for keyword, items, place in clauses:
        if keyword == "SELECT":
            blocks.append(Block(place, [], []))
        elif keyword == "FROM" and blocks:
            blocks[-1].sources = _sources(items, tables, ctes)
        elif keyword == "WHERE" and blocks:
            blocks[-1].conditions = _conditions(items)
        elif keyword == "FOR" and blocks:
            blocks[-1].locks = True
    return blocks


def _verb(root):
    return next((item for item in root.items if item.is_word("SELECT", "INSERT", "UPDATE", "DELETE")), None)


def _write_block(verb, items, tables, ctes):
    """UPDATE table [AS a] SET … [FROM …] [WHERE …], DELETE FROM table [AS a] [WHERE …]."""
    own = items[next(index for index, item in enumerate(items) if item is verb) + 1:]
    clauses = _clauses(own)
    parts = {keyword: part for keyword, part, _ in reversed(clauses)}
    if verb.is_word("UPDATE"):
        sources = _sources(parts[""], tables, ctes) + _sources(parts.get("FROM", []), tables, ctes)
    else:
        sources = _sources(parts.get("FROM", []), tables, ctes)
    return Block(verb.place, sources, _conditions(parts.get("WHERE", [])))


def _sources(items, tables, ctes):
    """The tables of a FROM clause."""
    sources, index, left = [], 0, False
    while index < len(items):
        item = items[index]
        if item.is_symbol(",") or item.is_word(*_JOIN_WORDS):
            left = item.is_word("LEFT", "OUTER") or (left and item.is_word("JOIN"))
            index += 1
        elif item.is_word("ON"):
            end = index + 1
            while end < len(items) and not items[end].is_symbol(",") and not items[end].is_word(*_JOIN_WORDS):
                end += 1
            sources[-1].conditions = _conditions(items[index + 1:end])
            index = end
        else:
            source, index = _source(items, index, tables, ctes)
            source.left_join, left = left, False
            sources.append(source)
    return sources


def _source(items, index, tables, ctes):
    """One table, CTE or subquery with its alias; returns it and the index behind it."""
    item = items[index]
    if isinstance(item, Group):
        if not item.items or not item.items[0].is_word("SELECT", "WITH", "VALUES"):
            raise Refusal(item.place, "joins in parentheses are not understood")
        table, alias = None, ""
    elif item.kind == "word" and (item.text in ctes or item.text in tables):
        table, alias = None if item.text in ctes else tables[item.text], item.text
    else:
        raise Refusal(item.place, f"'{item.text}' is no table of the migrations")
    index += 1
    if index < len(items) and items[index].is_word("AS"):
        index += 1
    if index < len(items) and items[index].kind == "word" and not items[index].is_word("ON", *_JOIN_WORDS):
        alias = items[index].text
        index += 1
    if index < len(items) and isinstance(items[index], Group):
        index += 1  # names of a subquery's columns
    return Source(table, alias), index


def _check_writes(root, tables):
    """INSERT's column list, ON CONFLICT's target, and nobody moves a row elsewhere. Returns the table written to."""
    verb, items = _verb(root), _behind_verb(root)
    target = None
    if verb is not None and verb.is_word("INSERT"):
        target = _check_insert(verb, items, tables)
    elif verb is not None and verb.is_word("UPDATE") and items:
        target = tables.get(items[0].text)
    for index, item in enumerate(items):
        if item.is_word("CONFLICT") and not (index + 1 < len(items) and isinstance(items[index + 1], Group)):
            raise Refusal(item.place, "ON CONFLICT needs its list of columns")
        if item.is_word("SET") and target:
            _check_assignments(items[index + 1:], target)
    return target


def _behind_verb(root):
    verb = _verb(root)
    return root.items[next(index for index, item in enumerate(root.items) if item is verb) + 1:] if verb else []


def _check_assignments(items, target):
    forbidden = {"workspace_id", target.workspace_column} if target.kind == "tenant" else {"workspace_id"}
    end = next((index for index, item in enumerate(items) if item.is_word("FROM", "WHERE", "RETURNING", "ON")),
               len(items))
    for part in split(items[:end], ","):
        name = part[0] if part else None
        if isinstance(name, Group):
            raise Refusal(name.place, "assign columns one by one")
        if name is not None and name.text in forbidden:
            raise Refusal(name.place, f"no statement sets {name.text}: rows stay in their workspace")


def _check_insert(verb, items, tables):
    """INSERT INTO table [AS alias] (columns) …; returns the table."""
    if len(items) < 3 or not items[0].is_word("INTO"):
        raise Refusal(verb.place, "INSERT INTO table (columns) is expected, without OR")
    if items[1].text not in tables:
        raise Refusal(items[1].place, f"'{items[1].text}' is no table of the migrations")
    if _insert_columns(items) is None:
        raise Refusal(items[1].place, "INSERT must list its columns")
    return tables[items[1].text]


def _insert_columns(items):
    """The Group of columns behind INSERT, or None."""
    index = 4 if items[2].is_word("AS") else 2
    return items[index] if index < len(items) and isinstance(items[index], Group) else None


def _check_inserted(root, target):
    """Rows of a tenant table are inserted with :workspace_id, as it is."""
    verb, items = _verb(root), _behind_verb(root)
    if target is None or target.kind != "tenant" or not verb.is_word("INSERT"):
        return
    key, group = target.workspace_column, _insert_columns(items)
    columns = [part[0].text for part in split(group.items, ",") if part]
    if key not in columns:
        raise Refusal(verb.place, f"INSERT into {target.name} must name {key}")
    rows = [row for keyword, part, _ in _clauses(items) for row in _rows(keyword, part)]
    values = [split(row, ",")[columns.index(key):][:1] for row in rows]
    if not rows or any([item.text for item in value[0]] != [":workspace_id"] if value else True for value in values):
        raise Refusal(verb.place, f"{key} of {target.name} must be inserted as :workspace_id")


def _rows(keyword, items):
    if keyword == "VALUES":
        return [item.items for item in items if isinstance(item, Group)]
    return [items] if keyword == "SELECT" else []
