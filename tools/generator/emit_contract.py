"""Writes contract.h and contract.c: enumerations, the structs of inputs and outputs, the tables that http/bind and
http/reply interpret, the operation table and the route tree."""

import hashlib
import json

from . import formats
from .emit_exports import HEADER as EXPORTS
from .emit_statements import BANNER, row_struct
from .events import payloads
from .merges import merge_function, merge_prototype
from .names import literal, snake, text_literal
from .operations import METHODS

_C_TYPES = {"TEXT": "struct text ", "JSON": "struct text ", "BOOLEAN": "bool ", "INTEGER_LIST": "struct integer_list ",
            "TEXT_LIST": "struct text_list ",
            "ZONED_INSTANT": "struct zoned_instant "}


def header(api):
    parts = [BANNER, "#ifndef STINT_GENERATED_CONTRACT_H\n#define STINT_GENERATED_CONTRACT_H\n\n"
             '#include "contract/operation.h"\n#include "statements.h"\n']
    parts += [_enum(each) for each in api.enumerations.values() if each.own]
    parts.append("".join(f"extern const struct enumeration enumeration_{snake(each.name)};\n"
                         for each in api.enumerations.values()))
    parts += [row_struct(each.row, [_member(api, prop) for prop in each.properties])
              for each in api.objects.values() if not each.in_sql]
    parts.append("".join(f"extern const struct output {_output_name(each)};\n" for each in api.objects.values()))
    parts += [_element_structs(each) for each in api.elements.values()]
    for operation in api.operations:
        parts.append(_input_struct(operation) + _output_struct(api, operation) + _prototypes(api, operation))
    parts.append("/* What the data of an event is written by (enum event_kind). */\n"
                 "extern const struct event_shape event_shapes[];\nextern const size_t event_shape_count;\n"
                 "const struct event_shape *event_shape_of(int64_t kind);\n")
    parts.append("extern const struct operation operations[];\nextern const size_t operation_count;\n"
                 "extern const struct route routes[]; /* the root first */\n" + EXPORTS)
    return "\n".join(parts) + "\n#endif\n"


def source(api):
    parts = [BANNER, '#include "contract.h"\n\n#include <stdlib.h>\n']
    parts += [_enumeration(each) for each in api.enumerations.values()]
    parts += _value_tables(api)
    parts += [_output_table(api, each) for each in api.objects.values()]
    parts.append(_event_shapes(api))
    parts += [_element_table(each) for each in api.elements.values()]
    for operation in api.operations:
        parts.append(_field_table(operation) + _wrappers(operation))
        if operation.merged_row:
            parts.append(merge_function(operation))
    rows = "".join(_operation_row(api, number, each) for number, each in enumerate(api.operations))
    parts.append(f"const struct operation operations[] = {{\n{rows}}};\n"
                 f"const size_t operation_count = {len(api.operations)};\n")
    parts.append(_routes(api.operations))
    return "\n".join(parts)


# enumerations


def _enum(enumeration):
    name = snake(enumeration.name)
    rows = "".join(f"\t{name.upper()}_{snake(value).upper()} = {code},\n" for value, code in enumeration.values)
    return f"enum {name} {{\n{rows}}};\n"


def _enumeration(enumeration):
    name = snake(enumeration.name)
    rows = [(value, code, "false") for value, code in enumeration.values]
    rows += [(value, code, "true") for value, code in enumeration.aliases]
    values = "".join(f"\t{{{text_literal(value)}, {code}, {alias}}},\n" for value, code, alias in rows)
    return (f"static const struct enumeration_value {name}_values[] = {{\n{values}}};\n"
            f"const struct enumeration enumeration_{name} = {{{literal(enumeration.name)}, {name}_values, "
            f"{len(rows)}}};\n")


def _enumeration_address(kind):
    return f"&enumeration_{snake(kind.enumeration.name)}" if kind.enumeration else "NULL"


# structs


def _member(api, prop):
    kind = prop.kind
    if kind.object:
        row = api.objects[kind.object].row
        return f"const struct {row}_row *{prop.member}" if kind.type == "OBJECT" else f"struct {row}_rows {prop.member}"
    if kind.row:
        return f"struct {kind.row}_rows {prop.member}"
    return f"{_C_TYPES.get(kind.type, 'int64_t ')}{prop.member}"


def _input_members(fields):
    members = "".join(f"\t{_input_type(each)}{each.member};\n" for each in fields)
    given = "".join(f"\t\tbool {each.member};\n" for each in fields)
    return f"{members}\tstruct {{\n{given}\t}} given;\n"


def _input_type(field):
    if field.element:
        return f"struct {snake(field.element.name)}_list "
    return _C_TYPES.get(field.kind.type, "int64_t ")


def _input_struct(operation):
    if not operation.fields:
        return ""
    return f"struct {operation.name}_input {{\n{_input_members(operation.fields)}}};\n\n"


def _element_structs(element):
    name = snake(element.name)
    return (f"struct {name}_input {{\n{_input_members(element.fields)}"
            f"\tstruct fault *faults; /* what is wrong with this one */\n}};\n\n"
            f"struct {name}_list {{\n\tstruct {name}_input *items;\n\tsize_t count;\n}};\n")


def _output_struct(api, operation):
    if not operation.data or operation.streamed:
        return ""
    suffix = "rows" if operation.data_list else "row"
    beside = f"\tstruct {api.objects[operation.beside].row}_row beside;\n" if operation.beside else ""
    return (f"struct {operation.name}_output {{\n\tstruct {api.objects[operation.data].row}_{suffix} data;\n{beside}"
            f"}};\n\n")


def _prototypes(api, operation):
    arguments = ["struct call *call"]
    if operation.fields:
        arguments.append(f"const struct {operation.name}_input *input")
    if operation.data and not operation.streamed:
        arguments.append(f"struct {operation.name}_output *output")
    result = f"enum error op_{operation.name}({', '.join(arguments)});\n"
    if operation.streamed:
        row = api.objects[operation.data].row
        result += (f"static inline enum error put_{operation.name}(struct call *call, const struct {row}_row *row)\n"
                   f"{{\n\treturn row_file_put(call->rows, row);\n}}\n")
    if operation.prepare:
        result += f"enum error prepare_{operation.name}(struct call *call, struct {operation.name}_input *input);\n"
    if operation.merged_row:
        result += f"/* What was given, and nothing else. */\n{merge_prototype(operation)};\n"
    return result


# tables


def _output_table(api, item):
    """Keys are written out with what stands before the value, the comma too."""
    rows = ""
    for index, prop in enumerate(item.properties):
        key = "" if prop.spread else ("," if index else "") + f'"{prop.name}":'
        nested, row = "NULL", prop.kind.row
        if prop.kind.object:
            nested, row = f"&{_output_name(api.objects[prop.kind.object])}", api.objects[prop.kind.object].row
        elif row:
            nested = f"&{_value_name(prop.kind)}"
        by = f"offsetof(struct {row}_row, {prop.kind.key})" if prop.kind.key else "0"
        rows += (f"\t{{{literal(key)}, {_enumeration_address(prop.kind)}, {nested}, "
                 f"{_sealed(prop.kind)}, FIELD_{prop.kind.type}, "
                 f"offsetof(struct {item.row}_row, {prop.member}), {len(key)}, {str(prop.omit_null).lower()}, "
                 f"{str(prop.spread).lower()}, {by}}},\n")
    name = _output_name(item)
    return (f"static const struct output_field {name}_fields[] = {{\n{rows}}};\n"
            f"const struct output {name} = {{{name}_fields, {len(item.properties)}, "
            f"sizeof(struct {item.row}_row)}};\n")


def _event_shapes(api):
    kinds = payloads(api)
    shapes = sorted(set(kinds.values()))
    rows = "".join(_event_shape(api.objects[name]) for name in shapes)
    cases = "".join(f"\tcase EVENT_KIND_{snake(kind).upper()}:\n\t\treturn &event_shapes[{shapes.index(name)}];\n"
                    for kind, name in kinds.items())
    return (f"const struct event_shape event_shapes[] = {{\n{rows}}};\n"
            f"const size_t event_shape_count = {len(shapes)};\n"
            f"const struct event_shape *event_shape_of(int64_t kind)\n{{\n\tswitch (kind) {{\n{cases}\t}}\n"
            f"\tabort();\n}}\n")


def _event_shape(item):
    names = json.dumps([prop.name for prop in item.properties], separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(names.encode()).digest()[:6], "big")
    return f"\t{{&{_output_name(item)}, {number}, {text_literal(names)}}},\n"


def _value_tables(api):
    """Of the numbers in maps of numbers, and the texts in lists of texts."""
    kinds = {_value_name(prop.kind): prop.kind for item in api.objects.values() for prop in item.properties
             if prop.kind.value}
    return [f"static const struct output_field {name}_fields[] = {{{{.type = FIELD_{kind.value}, "
            f".offset = offsetof(struct {kind.row}_row, {kind.value_member})}}}};\n"
            f"static const struct output {name} = {{{name}_fields, 1, sizeof(struct {kind.row}_row)}};\n"
            for name, kind in kinds.items()]


def _value_name(kind):
    return f"values_{kind.row}_{kind.value.lower()}"


def _output_name(item):
    return f"output_{snake(item.name)}"


def _field_table(operation):
    if not operation.fields:
        return ""
    rows = _field_rows(operation.name, operation.fields)
    return f"static const struct field {operation.name}_fields[] = {{\n{rows}}};\n\n"


def _element_table(element):
    name = snake(element.name)
    return (f"static const struct field {name}_fields[] = {{\n{_field_rows(name, element.fields)}}};\n"
            f"static const struct input {name}_element = {{{name}_fields, {len(element.fields)}, "
            f"sizeof(struct {name}_input), true, offsetof(struct {name}_input, faults)}};\n")


def _field_rows(name, fields):
    positions = {word: index for index, each in enumerate(fields) for word in (each.name, *each.aliases)}
    return "".join(_field_row(f"struct {name}_input", each, positions) for each in fields)


def _field_row(struct, field, positions):
    kind = field.kind
    type_name = "INPUT_LIST" if field.element else kind.type
    element = f"&{snake(field.element.name)}_element" if field.element else "NULL"
    not_before = positions[field.not_before] if field.not_before else -1
    aliases = ", ".join(map(literal, field.aliases)) or "NULL"
    return (f"\t{{\n\t\t.name = {text_literal(field.name)}, .aliases = {{{aliases}}},\n"
            f"\t\t.type = FIELD_{type_name}, .format = {kind.format}, .enumeration = {_enumeration_address(kind)},\n"
            f"\t\t.element = {element}, .sealed = {_sealed(kind)},\n"
            f"\t\t.minimum = {_integer(kind.minimum)}, .maximum = {_integer(kind.maximum)}, "
            f".multiple_of = {kind.multiple or 1}, .default_value = {_integer(kind.default)},\n"
            f"\t\t.offset = offsetof({struct}, {field.member}), "
            f".given_offset = offsetof({struct}, given.{field.member}),\n"
            f"\t\t.not_before = {not_before}, .places = {' | '.join(field.places)}, "
            f".required = {str(field.required).lower()}, .nullable = {str(kind.nullable).lower()},\n\t}},\n")


def _sealed(kind):
    return literal(kind.sealed) if kind.sealed else "NULL"


def _integer(value):
    return "NONE" if value is None else f"INT64_C({value})"


def _wrappers(operation):
    """The table's functions take void pointers; the rules take their own structs."""
    has_output = operation.data and not operation.streamed
    arguments = ", ".join(["call"] + ["input"] * bool(operation.fields) + ["output"] * bool(has_output))
    unused = "".join(f"\t(void){name};\n" for name, used in (("input", operation.fields), ("output", has_output))
                     if not used)
    result = (f"static enum error run_{operation.name}(struct call *call, const void *input, void *output)\n{{\n"
              f"{unused}\treturn op_{operation.name}({arguments});\n}}\n")
    if operation.prepare:
        result += (f"\nstatic enum error run_prepare_{operation.name}(struct call *call, void *input)\n{{\n"
                   f"\treturn prepare_{operation.name}(call, input);\n}}\n")
    return result


def _operation_row(api, number, operation):
    security = f"SECURITY_{snake(operation.caller).upper()}" if operation.caller else "SECURITY_NOBODY"
    scope = f"SCOPE_{operation.scope.upper()}" if operation.scope else "0"
    guesses = " | ".join(f"GUESSES_{each.upper()}" for each in operation.guesses) or "0"
    message = literal(operation.message) if operation.message is not None else "NULL"
    prepare = f"run_prepare_{operation.name}" if operation.prepare else "NULL"
    writes = " .prepare_writes = true," if operation.prepare == "write" else ""
    data, kind, size = "NULL", "DATA_NULL", "0"
    if operation.data:
        data = f"&{_output_name(api.objects[operation.data])}"
        kind = "DATA_LIST" if operation.data_list else "DATA_OBJECT"
        size = "0" if operation.streamed else f"sizeof(struct {operation.name}_output)"
    flags = {name: getattr(operation, name)
             for name in ("takes_turns", "fresh", "sets_cookies", "streamed", "in_workspace", "paginated",
                          "top_level_pagination")}
    positions = {each.name: index for index, each in enumerate(operation.fields)}
    indexes = {f"{name}_field": positions.get(name, -1) for name in ("workspace_id", "page", "per_page", "client_id",
                                                                     "client_secret")}
    query = ", ".join(str(positions[each.name]) for each in operation.location_query)
    return (f"\t{{\n\t\t.id = {literal(operation.id)}, .path = {literal(operation.path)}, .message = {message},\n"
            f"\t\t.writes = {literal(', '.join(operation.source.get('x-writes', [])))},\n"
            f"\t\t.events = {literal(', '.join(operation.events))},\n"
            f"\t\t.input = {_input(operation)},\n"
            f"\t\t.prepare = {prepare}, .run = run_{operation.name},{writes}\n"
            f"\t\t.data = {data}, .data_kind = {kind}, .output_size = {size},\n"
            f"\t\t{_beside(api, operation)},\n"
            f"\t\t{_formats(api, operation)},\n"
            f"\t\t.status = {operation.status}, .reply = REPLY_{operation.reply.upper()}, .number = {number}, "
            f".method = METHOD_{operation.method.upper()},\n"
            f"\t\t.roles = {_role_bits(operation)}, .security = {security}, .scope = {scope},\n"
            f"\t\t.guesses = {guesses},\n"
            f"\t\t.body_limit = {operation.body_limit},\n"
            f"\t\t{_initializers({name: str(value).lower() for name, value in flags.items()})},\n"
            f"\t\t{_initializers(indexes)},\n"
            f"\t\t.location = {text_literal(operation.location or '')}, .location_query = {{{query}}}, "
            f".location_query_count = {len(operation.location_query)},\n\t}},\n")


def _formats(api, operation):
    bits = sum(1 << formats.code(name) for name in operation.formats)
    path = [f"&{_output_name(item)}_fields[{item.properties.index(prop)}]"
            for item, prop in (formats.read_table(api, operation) if operation.table else ())]
    return f".formats = 0x{bits:02x}, .table = {{{', '.join(path) or 'NULL'}}}"


def _beside(api, operation):
    if not operation.beside:
        return ".beside = NULL"
    return (f".beside = &{_output_name(api.objects[operation.beside])}, "
            f".beside_offset = offsetof(struct {operation.name}_output, beside)")


def _initializers(values):
    return ", ".join(f".{name} = {value}" for name, value in values.items())


def _input(operation):
    takes_body = str(operation.takes_body).lower()
    if not operation.fields:
        return f"{{NULL, 0, 0, {takes_body}, 0}}"
    name, count = operation.name, len(operation.fields)
    return f"{{{name}_fields, {count}, sizeof(struct {name}_input), {takes_body}, 0}}"


def _role_bits(operation):
    return f"0x{sum(1 << code for code in set(operation.roles or [])):02x}"


# routes


class _Node:
    def __init__(self, segment):
        self.segment, self.children, self.operations = segment, {}, {}


def _routes(operations):
    """The tree in depth-first order; literals in the order of their bytes, then the parameter."""
    root = _Node("")
    for number, operation in enumerate(operations):
        for segments in operation.routes:
            node = root
            for segment in segments:
                node = node.children.setdefault(segment, _Node(segment))
            for method in filter(None, (operation.method, operation.also_by)):
                node.operations[method] = number
    rows = []
    _lay_out(root, rows)
    lines = "".join(f"\t/* {index} */ {row},\n" for index, row in enumerate(rows))
    return f"const struct route routes[] = {{\n{lines}}};\n"


def _lay_out(node, rows):
    """Appends the node's row and those below it; returns its index."""
    index = len(rows)
    rows.append(None)
    children = sorted(node.children.values(), key=lambda child: (child.segment is None, child.segment or ""))
    indexes = [_lay_out(child, rows) for child in children]
    for one, following in zip(indexes, indexes[1:] + [-1]):
        rows[one] = rows[one].replace("SIBLING", str(following), 1)
    segment = "NULL" if node.segment is None else literal(node.segment)
    numbers = ", ".join(str(node.operations.get(method, -1)) for method in METHODS)
    sibling = "SIBLING" if index else "-1"
    rows[index] = f"{{{segment}, {indexes[0] if indexes else -1}, {sibling}, {{{numbers}}}}}"
    return index
