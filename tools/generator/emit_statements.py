"""Writes statements.h and statements.c: row structs, a typed function a statement, migrations and constraints."""

from .names import literal, long_literal, member
from .statements import FILLED_IN, engine_text

BANNER = "/* Made by tools/generate.py from api/ and sql/. Not to be edited. */\n"
_C_TYPES = {"bigint": "int64_t ", "text": "struct text ", "boolean": "bool ", "bigint[]": "struct integer_list "}
_DB_TYPES = {"bigint": "DB_BIGINT", "text": "DB_TEXT", "boolean": "DB_BOOLEAN", "bigint[]": "DB_BIGINT_LIST",
             "text[]": "DB_TEXT_LIST"}
_VALUES = {"bigint": ".integer = {}", "text": ".text = {}", "boolean": ".boolean = {}",
           "bigint[]": ".list = {{{0}.items, {0}.count}}", "text[]": ".list = {{{0}, {0}_count}}"}


def header(library, schema, scripts):
    parts = [BANNER, "#ifndef STINT_GENERATED_STATEMENTS_H\n#define STINT_GENERATED_STATEMENTS_H\n\n"
             '#include "contract/field.h"\n#include "db/context.h"\n']
    parts += [row_struct(row.name, [_row_member(each) for each in row.members]) for row in library.sorted_rows()]
    prototypes = [_prototype(statement) for statement in _called(library)]
    prototypes += [_attach_prototype(row, statements) for row, statements in library.children().items()]
    parts.append("".join(f"{each};\n" for each in prototypes))
    names = [f"\tSEQUENCE_{name.upper()},\n" for name in schema.sequences()]
    parts.append("/* Tables whose ids are made by db/ids. */\n"
                 f"enum sequence {{\n{''.join(names)}\tSEQUENCE_COUNT\n}};\n"
                 "extern const char *const sequence_names[]; /* SEQUENCE_COUNT of them */\n")
    parts.append("extern const struct db_catalogue catalogue;\n"
                 + "".join(f"extern const char script_{name}[];\n" for name in scripts))
    return "\n".join(parts) + "\n#endif\n"


def source(library, schema, scripts):
    parts = [BANNER, '#include "statements.h"\n',
             "enum {\n" + "".join(f"\t{_number(name)},\n" for name in _numbered(library)) + "\tSTATEMENT_COUNT\n};\n"]
    parts += [_columns(row) for row in _fetched_rows(library)]
    parts.append("static const struct db_column value_columns[] = {{DB_BIGINT, true, 0}};\n")
    parts += [_parameter_types(text) for statement in library.statements for text in statement.texts if text.parameters]
    parts.append("static const struct db_statement statements[] = {\n"
                 + "".join(map(_statement_rows, library.statements)) + "};\n")
    parts += [_function(statement) for statement in _called(library)]
    parts += [_attach_function(row, statements) for row, statements in library.children().items()]
    parts += [_migrations(schema), _constraints(schema), _sequences(schema), _CATALOGUE]
    parts += [f"const char script_{name}[] =\n{long_literal(text)};\n" for name, text in scripts.items()]
    return "\n".join(parts)


def row_struct(name, members):
    """struct NAME_row and its list. `members` are declarations."""
    body = "".join(f"\t{declaration};\n" for declaration in members)
    return (f"struct {name}_row {{\n{body}}};\n\nstruct {name}_rows {{\n\tstruct {name}_row *items;\n"
            f"\tsize_t count;\n}};\n")


def _row_member(typed):
    name = member(typed.name, typed.place)
    if typed.type in _C_TYPES:
        return f"{_C_TYPES[typed.type]}{name}"
    row = typed.type.removesuffix("[]")
    return f"struct {row}_rows {name}" if typed.type.endswith("[]") else f"const struct {row}_row *{name}"


def _number(name):
    return f"STATEMENT_{name.upper()}"


def _numbered(library):
    """Names in the order of the table."""
    return [text.name for statement in library.statements for text in statement.texts]


def _called(library):
    """Statements with a function of their own."""
    return [statement for statement in library.statements if statement.result != "children"]


def _fetched_rows(library):
    used = {statement.row.name for statement in library.statements if statement.row}
    return [row for row in library.rows.values() if row.name in used]


def _columns(row):
    lines = [f"\t{{{_DB_TYPES[each.type]}, {str(each.nullable).lower()}, "
             f"offsetof(struct {row.name}_row, {member(each.name, each.place)})}},\n" for each in row.columns]
    return f"static const struct db_column {row.name}_columns[] = {{\n{''.join(lines)}}};\n"


def _parameter_types(text):
    types = ", ".join(_DB_TYPES[each.type] for each in text.parameters)
    return f"static const enum db_type {text.name}_parameters[] = {{{types}}};\n"


def _statement_rows(statement):
    return "".join(_statement_row(statement, text) for text in statement.texts)


def _statement_row(statement, text):
    parameters = f"{text.name}_parameters" if text.parameters else "NULL"
    columns, size, count = "NULL", "0", 0
    if text.is_count or statement.result == "value":
        columns, size, count = "value_columns", "sizeof(int64_t)", 1
    elif statement.row:
        columns, size = f"{statement.row.name}_columns", f"sizeof(struct {statement.row.name}_row)"
        count = len(statement.row.columns)
    return (f"\t[{_number(text.name)}] = {{\n"
            f"\t\t.name = {literal(text.name)},\n"
            f"\t\t.sqlite = {literal(engine_text(statement, text, 'sqlite'))},\n"
            f"\t\t.postgres = {literal(engine_text(statement, text, 'postgres'))},\n"
            f"\t\t.parameters = {parameters}, .parameter_count = {len(text.parameters)},\n"
            f"\t\t.role_parameter = {_role_parameter(text)},\n"
            f"\t\t.columns = {columns}, .column_count = {count}, .row_size = {size},\n"
            f"\t\t.number = {_number(text.name)}, .writes = {str(statement.writes).lower()},\n"
            f"\t\t.kept = {str(bool(statement.kept)).lower()}, "
            f".spoils_kept = {str(statement.spoils_kept).lower()},\n\t}},\n")


def _role_parameter(text):
    names = [each.name for each in text.parameters]
    return names.index("caller_role") + 1 if "caller_role" in names else 0


def _prototype(statement):
    arguments = ["struct db_context *context"] + ["int64_t order"] * bool(statement.orders)
    if statement.takes_row:
        arguments.append(f"const struct {statement.takes_row.name}_row *row{'s' if statement.takes_many else ''}")
    if statement.takes_many:
        arguments.append("size_t count")
    arguments += map(_taken, statement.takes)
    row = statement.row.name if statement.row else None
    arguments += {"nothing": [], "changed": ["int64_t *ret_changed"], "value": ["int64_t *ret_value"],
                  "one": [f"struct {row}_row *ret"], "maybe": [f"struct {row}_row *ret", "bool *ret_found"],
                  "many": [f"struct {row}_rows *ret"],
                  "each": [f"enum error (*visit)(void *data, const struct {row}_row *row)", "void *data"],
                  "page": ["struct page *page", f"struct {row}_rows *ret"]}[statement.result]
    return f"enum error sql_{statement.name}({', '.join(arguments)})"


def _taken(typed):
    return (f"const struct text *{typed.name}, size_t {typed.name}_count" if typed.type == "text[]"
            else f"{_C_TYPES[typed.type]}{typed.name}")


def _function(statement):
    body = _body_of_many(statement) if statement.takes_many else _body(statement)
    return _prototype(statement) + "\n{\n" + "".join(f"\t{line}\n" for line in body) + "}\n"


def _arguments(statement, indent):
    const = "" if statement.result == "page" else "const "
    values = "".join(f"{indent}\t{_argument(statement, each)},\n" for each in statement.parameters)
    return f"{const}struct db_value arguments[] = {{\n{values}{indent}}};"


def _body(statement):
    given = "arguments" if statement.parameters else "NULL"
    number = f"&statements[{_number(statement.name)}]"
    lines = [_arguments(statement, "\t")] if statement.parameters else []
    if statement.orders or statement.optional:
        lines.append(f"const struct db_statement *chosen = &statements[{_chosen(statement)}];")
        number = "chosen"
    run = f"(context->connection, {number}, {given}, context->arena"
    if statement.later:
        return [*lines, f"return db_run_later{run}, ret, NULL);"]
    if statement.result == "each":
        return lines + [each.format(row=statement.row.name, number=number, given=given) for each in _EACH]
    if statement.result in ("many", "page"):
        lines.append("struct db_rows rows;")
    lines += {
        "nothing": [f"return db_run_later{run}, NULL, NULL);"],
        "changed": [f"return db_run{run}, NULL, ret_changed);"],
        "value": [f"return db_run_one(context, {number}, {given}, ret_value);"],
        "one": [f"return db_run_one(context, {number}, {given}, ret);"],
        "maybe": [f"return db_run_maybe(context, {number}, {given}, ret, ret_found);"],
        "many": [f"TRY(db_run{run}, &rows, NULL));"],
        "page": [f"TRY(db_run_page(context, {number}, {number} + 1, {given}, page, &rows));"]}[statement.result]
    if statement.result in ("many", "page"):
        lines += [f"*ret = (struct {statement.row.name}_rows){{rows.items, rows.count}};", "return ERROR_NONE;"]
    return lines


_EACH = ["struct {row}_row row;",
         "struct db_each each;",
         "enum error error = db_each_begin(&each, context, {number}, {given}, &row);",
         "while (!error && each.found && !(error = visit(data, &row)))",
         "\terror = db_each_next(&each);",
         "return db_each_end(&each, error);"]


def _chosen(statement):
    """Which text: by its order, and then by the optional lists that are given (statements.py)."""
    (_, first), *others = statement.orders.items() or [(None, statement.name)]
    order = "".join(f"order == {code} ? {_number(name)} : " for code, name in others) + _number(first)
    step = 2 if statement.result == "page" else 1
    given = [f"({each.name}{'.items' if each.type == 'bigint[]' else ''} ? {step << bit} : 0)"
             for bit, each in enumerate(statement.optional)]
    return " + ".join([f"({order})", *given]) if given else order


def _body_of_many(statement):
    """One run a row, without waiting in between. `ret_changed` has one element a row."""
    row, changed = statement.takes_row.name, statement.result == "changed"
    return ["for (size_t i = 0; i < count; i++) {",
            f"\tconst struct {row}_row *row = &rows[i];",
            "\t" + _arguments(statement, "\t\t"),
            f"\tTRY(db_run_later(context->connection, &statements[{_number(statement.name)}], arguments, "
            f"context->arena, NULL, {'&ret_changed[i]' if changed else 'NULL'}));",
            "}",
            "return db_wait(context->connection);" if changed else "return ERROR_NONE;"]


def _argument(statement, typed):
    name = typed.name
    if typed in statement.takes:
        value = name
    elif statement.takes_row and typed in statement.takes_row.members:
        value = f"row->{member(name, typed.place)}"
    elif name in FILLED_IN.get(statement.result, [()])[0]:
        return f"{{.type = {_DB_TYPES[typed.type]}}} /* {name}: to be filled */"
    else:
        value = f"context->{name}"
    return f"{{.type = {_DB_TYPES[typed.type]}, {_VALUES[typed.type].format(value)}}}"


def _attach_prototype(row, statements):
    """Of all the children of a row at once, so that they are asked for in one journey."""
    taken = dict.fromkeys(_taken(each) for statement in statements for each in statement.takes)
    return (f"enum error sql_attach_to_{row}(" + ", ".join(
        ["struct db_context *context", *taken, f"struct {row}_row *rows", "size_t count"]) + ")")


def _attach_function(row, statements):
    parts = [_attach_prototype(row, statements), "\n{\n"]
    for statement in statements:
        given = len(statement.parameters) - 1
        values = "".join(f"\t\t{_argument(statement, each)},\n" for each in statement.parameters[:given])
        parts.append(f"\tstruct db_value {statement.member.name}[{given + 3}] = {{\n{values}\t}};\n")
    parts.append("\tstruct db_children children[] = {\n" + "".join(map(_children, statements)) + "\t};\n\n"
                 f"\treturn db_attach(context, rows, count, sizeof(*rows), children, {len(statements)});\n}}\n")
    return "".join(parts)


def _children(statement):
    numbers = [f"&statements[{_number(text.name)}]" for text in statement.texts] + ["NULL"]
    parent, child, to = statement.parent, statement.row, statement.member
    return (f"\t\t{{{numbers[0]}, {numbers[1]}, {to.name},\n"
            f"\t\t offsetof(struct {parent.name}_row, {parent.key_of(to)}), "
            f"offsetof(struct {child.name}_row, {to.by}),\n"
            f"\t\t offsetof(struct {parent.name}_row, {member(to.name, to.place)}), 0, {{NULL, 0}}}},\n")


def _migrations(schema):
    rows = "".join(f"\t{{{each.version}, {literal(each.name)},\n\t /* sqlite */\n{long_literal(each.sqlite)},\n"
                   f"\t /* postgres */\n{long_literal(each.postgres)}}},\n" for each in schema.migrations)
    return f"static const struct db_migration migrations[] = {{\n{rows}}};\n"


def _constraints(schema):
    rows = ""
    for each in schema.constraints:
        if each.error:
            columns = ", ".join(f"{each.table}.{column}" for column in each.columns)
            rows += f"\t{{{literal(each.name)}, {literal(columns) if columns else 'NULL'}, ERROR_{each.error}}},\n"
    return f"static const struct db_constraint constraints[] = {{\n{rows}}};\n"


def _sequences(schema):
    rows = "".join(f"\t{literal(name)},\n" for name in schema.sequences())
    return f"const char *const sequence_names[] = {{\n{rows}}};\n"


_CATALOGUE = """const struct db_catalogue catalogue = {
	.statements = statements,
	.migrations = migrations,
	.constraints = constraints,
	.statement_count = STATEMENT_COUNT,
	.migration_count = sizeof(migrations) / sizeof(migrations[0]),
	.constraint_count = sizeof(constraints) / sizeof(constraints[0]),
};
"""
