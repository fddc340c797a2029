"""Writes the tables by which `stint export` writes rows of sql/ into files: their columns have a form of their own."""

from .names import literal, member, snake
from .problems import Refusal

_PLAIN = {"bigint": "INTEGER", "text": "TEXT", "boolean": "BOOLEAN"}
_FORMS = {"date": "DATE", "instant": "INSTANT", "decimal": "DECIMAL", "time": "TIME"}

_MANIFEST = ("export_count", "export_manifest")  # rows, the one within the other first

HEADER = ("extern const struct export exports[];\nextern const size_t export_count;\n"
          "extern const struct output output_export_manifest;\n")


def source(api, library):
    statements = [each for each in library.statements if each.exports]
    files = "".join(f"\t{{{literal(each.exports)}, {literal(each.name)}, &output_{each.row.name}}},\n"
                    for each in statements)
    rows = [each.row for each in statements] + [library.rows[each] for each in _MANIFEST if each in library.rows]
    return "".join(_output(api, each) for each in rows) + (
        f"const struct export exports[] = {{\n{files}\t{{0}}}};\nconst size_t export_count = {len(statements)};\n")


def _output(api, row):
    fields = "".join(_field(api, row, index, column) for index, column in enumerate(row.members))
    scope = "" if row.name == _MANIFEST[-1] else "static "
    return (f"static const struct output_field {row.name}_fields[] = {{\n{fields}}};\n"
            f"{scope}const struct output output_{row.name} = {{{row.name}_fields, {len(row.members)}, "
            f"sizeof(struct {row.name}_row)}};\n\n")


def _field(api, row, index, column):
    key = ("," if index else "") + f'"{column.name}":'
    kind, more = _kind(api, column)
    return (f"\t{{.key = {literal(key)}, .key_length = {len(key)}, .type = FIELD_{kind}, {more}"
            f".offset = offsetof(struct {row.name}_row, {member(column.name, column.place)})}},\n")


def _kind(api, column):
    """The type of a field, and what else its table says."""
    form = column.form
    if column.type.endswith("[]"):
        return "LIST", f".nested = &output_{column.type.removesuffix('[]')}, "
    if form is None:
        return _PLAIN[column.type], ""
    name = form.removesuffix("[]")
    if column.type == "bigint" and form in _FORMS:
        return _FORMS[form], ""
    if column.type == "bigint" and form.startswith("sealed:"):
        return "SEALED_ID", f".sealed = {literal(form.removeprefix('sealed:'))}, "
    if column.type == "bigint" and name in api.enumerations:
        return "ENUM_SET" if form != name else "ENUM", f".enumeration = &enumeration_{snake(name)}, "
    raise Refusal(column.place, f"{column.name}: a {column.type} has no form '{form}'")
