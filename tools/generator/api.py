"""Joins api/*.yaml and reads its schemas: enumerations, and the objects of replies. Operations are in operations.py.

What is not understood is refused, because a keyword that is silently dropped would be a promise that the server does
not keep. Writing the document (document.py) and the C tables (emit_contract.py) is done elsewhere.
"""

import re
from dataclasses import dataclass

from .names import member, snake, value_name
from .problems import Place, Refusal
from .shape import check_keys
from .yaml_source import List, Map

ENVELOPE = ("Pagination", "ShortPagination", "Meta", "Failure")  # written by http/reply, and known to no other part
FORMATS = {"date": "DATE", "date-time": "INSTANT", "time": "TIME", "email": "TEXT", "password": "TEXT",
           "timezone": "TEXT", "currency": "TEXT", "lines": "TEXT", "uri": "TEXT", "sealed-id": "SEALED_ID"}
TEXT_FORMATS = {"email": "FORMAT_EMAIL", "password": "FORMAT_PASSWORD", "timezone": "FORMAT_ZONE",
                "currency": "FORMAT_CURRENCY", "lines": "FORMAT_LINES"}
DECIMAL_ONE = 10000
CODE_BITS = 63  # of an int64_t, but for its sign
_LENGTHS = {"minLength", "maxLength"}
COMMENTS = ("description", "example", "examples", "title", "deprecated")
SCHEMA_KEYS = {"type", "format", "enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
                "multipleOf", "default", "items", "$ref", *COMMENTS}
_EXTENSIONS = {"x-not-before", "x-alias", "x-omit-null"}  # of any type
_FORMAT_KEYS = {"sealed-id": {"x-sealed"}, "date-time": {"x-offset", "x-zoned"},
                **dict.fromkeys(TEXT_FORMATS, _LENGTHS)}
_PROPERTY_KEYS = SCHEMA_KEYS | _EXTENSIONS | {"x-sealed", "x-offset", "x-zoned", "additionalProperties", "x-key",
                                              "x-row", "x-spread", "x-json"}
_OBJECT_KEYS = {"type", "properties", "required", "x-row", "description", "example", "title"}
_ENUM_KEYS = {"type", "enum", "x-codes", "x-aliases", "description", "title"}
_LIKE_KEYS = {"x-like", "x-rename", "x-without", "description", "title"}


@dataclass
class Enumeration:
    name: str             # of the component
    place: Place
    values: list          # (name, code)
    aliases: list         # (old name, code)
    own: bool             # not derived by x-like

    def code(self, name, place):
        for known, code in self.values:
            if known == name:
                return code
        raise Refusal(place, f"{self.name} has no value '{name}'")


@dataclass
class Kind:
    """How a value looks, whichever way it goes."""
    type: str                  # of enum field_type, without FIELD_
    place: Place
    nullable: bool = False
    format: str = "FORMAT_NONE"
    enumeration: Enumeration = None
    object: str = None         # component of OBJECT, LIST and MAP
    key: str = None            # of maps: the column of their rows
    row: str = None            # of VALUE_MAP: its rows, of a text and a number; of VALUE_LIST: of a text
    value: str = None          # and the number's or text's type, and its member
    value_member: str = None
    sealed: str = None         # kind of SEALED_ID
    minimum: int = None
    maximum: int = None
    multiple: int = None
    default: int = None


@dataclass
class Property:
    """A member of an object in replies."""
    name: str
    member: str
    kind: Kind
    place: Place
    omit_null: bool
    spread: bool               # of MAP: its members stand beside the object's


@dataclass
class Object:
    name: str                  # of the component
    row: str                   # struct ROW_row
    in_sql: bool               # the struct comes from sql/
    place: Place
    properties: list


class Api:
    """The joined source: `schemas`, `parameters`, `paths` (path, item), `tags`, `base` (api/openapi.yaml)."""

    def __init__(self, problems):
        self.problems = problems
        self.base = None
        self.schemas, self.parameters, self.paths, self.tags = {}, {}, {}, []
        self.component_places = {}
        self.enumerations, self.objects, self.operations = {}, {}, []
        self.elements = {}  # of lists in bodies, by component

    def join(self, documents):
        """`documents`: maps of all files; the base, openapi.yaml, is the one that has `info`."""
        for document in sorted(documents, key=lambda each: "info" not in each):
            with self.problems.collecting():
                self._join_one(document)
        if not any("info" in document for document in documents):
            self.problems.add(Place("api/openapi.yaml", 1), "no file has 'info'")

    def _join_one(self, document):
        allowed = {"tags", "paths", "components"}
        if "info" in document:
            if self.base is not None:
                raise Refusal(document.at("info"), "two files have 'info'")
            allowed |= {"openapi", "info", "servers", "x-callers", "x-groups"}
        check_keys(document, allowed, "this file", document.place)
        if "info" in document:
            self.base = document
        for tag in document.get("tags", []):
            check_keys(tag, {"name", "description"}, "a tag", document.at("tags"))
            self.tags.append(tag)
        components = document.get("components", Map(document.place))
        shared = {"securitySchemes"} if document is self.base else set()
        check_keys(components, {"schemas", "parameters"} | shared, "components", components.place)
        if isinstance(components.get("parameters"), List):
            raise Refusal(components.at("parameters"), "the parameters of components have names")
        for kind, target in (("schemas", self.schemas), ("parameters", self.parameters)):
            self._merge(components.get(kind, Map(document.place)), target, kind)
        self._merge(document.get("paths", Map(document.place)), self.paths, "paths")

    def _merge(self, source, target, kind):
        for name, value in source.items():
            if name in target:
                self.problems.add(source.at(name), f"{name} exists at {self.component_places[kind, name]}")
            else:
                target[name] = value
                self.component_places[kind, name] = source.at(name)

    @property
    def security_schemes(self):
        return (self.base or {}).get("components", {}).get("securitySchemes", {})

    def schemes_of(self, caller):
        """By which security schemes the document shows a caller: names, or None where the base does not say."""
        return (self.base or {}).get("x-callers", {}).get(caller)

    # enumerations

    def read_enumerations(self):
        plain = {name: schema for name, schema in self.schemas.items() if "enum" in schema}
        derived = {name: schema for name, schema in self.schemas.items() if "x-like" in schema}
        for name, schema in plain.items():
            with self.problems.collecting():
                self.enumerations[name] = _read_enumeration(name, schema)
        for name, schema in derived.items():
            with self.problems.collecting():
                self.enumerations[name] = self._derive(name, schema)

    def _derive(self, name, schema):
        check_keys(schema, _LIKE_KEYS, f"enumeration {name}", schema.place)
        origin = self.enumerations.get(schema["x-like"])
        if origin is None or not origin.own:
            raise Refusal(schema.at("x-like"), f"{schema['x-like']} is no enumeration with codes of its own")
        renames = schema.get("x-rename", Map(schema.place))
        without = schema.get("x-without", [])
        for old in renames:
            origin.code(old, renames.at(old))
        left_out = {origin.code(old, schema.at("x-without")) for old in without}
        values = [(renames.get(value, value), code) for value, code in origin.values if code not in left_out]
        names = {value for value, _ in values}
        aliases = [(old, code) for old, code in origin.values + origin.aliases
                   if old not in names and code not in left_out]
        if len(names) != len(values):
            raise Refusal(schema.place, f"{name} has a value twice")
        return Enumeration(name, self.component_places["schemas", name], values, aliases, own=False)

    def enumeration_codes(self):
        """For SQL: {enumeration: {value in small letters: code}}."""
        return {name: {value_name(value): code for value, code in enumeration.values}
                for name, enumeration in self.enumerations.items()}

    # schemas

    def reference(self, mapping, kind):
        """The name behind `$ref`."""
        match = re.fullmatch(rf"#/components/{kind}/(\w+)", str(mapping["$ref"]))
        if not match or match[1] not in getattr(self, kind):
            raise Refusal(mapping.at("$ref"), f"{mapping['$ref']} does not exist")
        return match[1]

    def kind(self, schema, place, keys=_PROPERTY_KEYS):
        """What a schema means; the same for inputs and outputs."""
        check_keys(schema, keys, "a schema", place)
        types = schema.get("type")
        types = list(types) if isinstance(types, list) else [types]
        nullable = "null" in types
        types = [each for each in types if each != "null"]
        if len(types) != 1:
            raise Refusal(place, "one type, or one and 'null', is expected")
        if "$ref" in schema:
            return self._referred(schema, types[0], nullable, place)
        if types[0] == "array":
            kind = self._array(schema, place)
        elif types[0] == "object" and "additionalProperties" in schema:
            kind = self._map(schema, place)
        elif types[0] == "object" and schema.get("x-json") is True:
            _only(schema, {"type", "x-json"}, "an object whose text is kept")
            kind = Kind("JSON", place)
        elif types[0] == "string":
            kind = _string(schema, place)
        elif types[0] in ("integer", "number", "boolean"):
            allowed = {"type", "enum", "minimum", "maximum", "default"}
            own = {"integer": {"multipleOf"}, "number": {"format"}}.get(types[0], set())
            _only(schema, allowed | own, types[0])
            kind = Kind({"integer": "INTEGER", "number": "DECIMAL", "boolean": "BOOLEAN"}[types[0]], place)
            if "format" in schema:
                kind.format = _rounded(schema)
        else:
            raise Refusal(place, f"type {types[0]} is not supported here")
        kind.nullable = nullable
        if nullable and kind.type in ("BOOLEAN", "LIST", "INTEGER_LIST", "TEXT_LIST", "ENUM_SET", "MAP", "VALUE_MAP",
                                      "VALUE_LIST"):
            raise Refusal(place, "a boolean, an array or a map is never null")
        _limits(schema, kind)
        return kind

    def _referred(self, schema, type_name, nullable, place):
        name = self.reference(schema, "schemas")
        _only(schema, {"$ref", "type", "default"}, "a reference")
        if name in self.enumerations:
            if type_name not in (None, "string"):
                raise Refusal(place, f"{name} is a string")
            kind = Kind("ENUM", place, nullable, enumeration=self.enumerations[name])
            if "default" in schema:
                kind.default = kind.enumeration.code(schema["default"], schema.at("default"))
            return kind
        if "properties" not in self.schemas[name] or type_name not in (None, "object"):
            raise Refusal(schema.at("$ref"), f"{name} is neither an enumeration nor an object")
        if "default" in schema:
            raise Refusal(schema.at("default"), "an object has no default")
        return Kind("OBJECT", place, nullable, object=name)

    def _array(self, schema, place):
        _only(schema, {"type", "items", "minItems", "maxItems", "x-row"}, "an array")
        items = schema.get("items")
        if not isinstance(items, Map):
            raise Refusal(place, "an array needs its items")
        kind = self.kind(items, schema.at("items"), SCHEMA_KEYS)
        if "x-row" in schema:
            if kind.type != "TEXT" or kind.nullable:
                raise Refusal(place, "x-row names the rows of a list of texts")
            return Kind("VALUE_LIST", place, row=schema["x-row"], value=kind.type)
        if kind.type == "OBJECT" and not kind.nullable:
            return Kind("LIST", place, object=kind.object)
        if kind.type == "INTEGER" and not (set(items) - {"type", *COMMENTS}) and not kind.nullable:
            return Kind("INTEGER_LIST", place)
        if kind.format in ("FORMAT_NONE", "FORMAT_CURRENCY") and kind.type == "TEXT" and not kind.nullable:
            return Kind("TEXT_LIST", place, format=kind.format)
        if kind.type == "ENUM" and not kind.nullable:
            return self._enum_set(kind.enumeration, schema, place)
        raise Refusal(schema.at("items"), "items are objects or values of enumerations (by $ref), plain integers or "
                                           "currencies, or plain texts")

    def _map(self, schema, place):
        """Rows in the order of their key, a date, by which they stand together; or a text and a number each."""
        _only(schema, {"type", "additionalProperties", "x-key", "x-row", "x-spread"}, "a map")
        kind = self.kind(schema["additionalProperties"], schema.at("additionalProperties"), SCHEMA_KEYS)
        if kind.type == "LIST" and "x-key" in schema and "x-row" not in schema:
            return Kind("MAP", place, object=kind.object, key=schema["x-key"])
        if kind.type in ("INTEGER", "DECIMAL") and not kind.nullable and {"x-key", "x-row"} <= schema.keys() \
                and "x-spread" not in schema:
            return Kind("VALUE_MAP", place, row=schema["x-row"], key=schema["x-key"], value=kind.type)
        raise Refusal(place, "a map holds arrays of objects (by $ref), and x-key names the column of their date; or "
                             "numbers, and x-row names its rows, x-key their text")

    def _enum_set(self, enumeration, schema, place):
        """Their codes are bits of one integer."""
        if not all(0 <= code < CODE_BITS for _, code in enumeration.values):
            raise Refusal(schema.at("items"), f"the codes of {enumeration.name} do not fit in {CODE_BITS} bits")
        if "maxItems" in schema or schema.get("minItems", 0) not in (0, 1):
            raise Refusal(place, "a set of values may be empty or not: minItems is 0 or 1, and there is no maxItems")
        return Kind("ENUM_SET", place, enumeration=enumeration)

    # replies

    def read_objects(self, rows):
        """`rows`: of sql/, by name."""
        before = len(self.problems.found)
        for name, schema in self.schemas.items():
            with self.problems.collecting():
                if name in self.enumerations or name in ENVELOPE or "enum" in schema or "x-like" in schema:
                    continue
                self._check_object(name, schema)
        for name in self._replied() if len(self.problems.found) == before else ():
            with self.problems.collecting():
                self.objects[name] = self._object(name, rows)

    def _check_object(self, name, schema):
        place = self.component_places["schemas", name]
        check_keys(schema, _OBJECT_KEYS, f"schema {name}", place)
        if schema.get("type") != "object" or not isinstance(schema.get("properties"), Map):
            raise Refusal(place, f"{name} must be an enumeration or an object with properties")
        for key, value in schema["properties"].items():
            with self.problems.collecting():
                self.kind(value, schema["properties"].at(key))

    def _replied(self):
        """Components that replies hold, nested ones before those that hold them."""
        found, open_names = [], []

        def visit(name, place):
            if name in open_names:
                raise Refusal(place, f"schema {name} holds itself")
            if name in found or not isinstance(self.schemas[name].get("properties"), Map):
                return
            open_names.append(name)
            properties = self.schemas[name]["properties"]
            for key, value in properties.items():
                inner = value.get("additionalProperties", value) if isinstance(value, Map) else {}
                inner = inner.get("items", inner) if isinstance(inner, Map) else {}
                if isinstance(inner, Map) and "$ref" in inner:
                    nested = self.reference(inner, "schemas")
                    if nested not in self.enumerations:
                        visit(nested, properties.at(key))
            open_names.pop()
            found.append(name)

        for operation in self.operations:
            for name in filter(None, (operation.data, operation.beside)):
                with self.problems.collecting():
                    visit(name, operation.place)
        return found

    def _object(self, name, rows):
        schema = self.schemas[name]
        if "required" in schema:
            raise Refusal(schema.at("required"), "a reply holds all its members: 'required' is for inputs")
        place, row = self.component_places["schemas", name], schema.get("x-row")
        if row is not None and row not in rows:
            raise Refusal(schema.at("x-row"), f"sql/ has no row {row}")
        if row is None and snake(name) in rows:
            raise Refusal(place, f"sql/ has a row {snake(name)} already: use x-row or another name")
        members = {each.name: each for each in rows[row].members} if row else None
        properties = []
        for key, value in schema["properties"].items():
            with self.problems.collecting():
                properties.append(self._property(key, value, schema["properties"].at(key), row, members))
        for each in properties:
            if each.kind.type == "MAP" and not _has_date(rows.get(self.schemas[each.kind.object].get("x-row")),
                                                         each.kind.key):
                raise Refusal(each.place, f"the rows of {each.name} have no column {each.kind.key} that is never null")
            if each.kind.type == "VALUE_LIST":
                each.kind.value_member = _only_text(rows.get(each.kind.row), each.place)
            if each.kind.type == "VALUE_MAP":
                each.kind.value_member = _number_beside(rows.get(each.kind.row), each.kind.key, each.place)
            if each.kind.type == "TEXT_LIST":
                raise Refusal(each.place, "a list of texts in a reply has the texts of an x-row")
        if properties and properties[0].omit_null:
            raise Refusal(properties[0].place, "the first member of a reply is never left out: its comma would be")
        if any(each.spread for each in properties[:1]) or sum(each.spread for each in properties) > 1:
            raise Refusal(place, "one map, and not the first member, may be spread among the others")
        return Object(name, row or snake(name), row is not None, place, properties)

    def _property(self, name, schema, place, row, members):
        for key in ("minimum", "maximum", "multipleOf", "default", "x-not-before", "x-alias"):
            if key in schema:
                raise Refusal(schema.at(key), f"'{key}' has no meaning in a reply")
        result = Property(name, member(name, place), self.kind(schema, place), place, bool(schema.get("x-omit-null")),
                          bool(schema.get("x-spread")))
        if row:
            result.member = name
            if name not in members:
                raise Refusal(place, f"row {row} has no member {name}")
            if result.kind.type in ("INSTANT", "ZONED_INSTANT") and members[name].type == "text":
                result.kind.type = "TEXT"  # written out by the rule, in a form of its own
            self._check_member(result, members[name], place)
        return result

    def _check_member(self, prop, column, place):
        kind = prop.kind
        wanted = row_type(kind)
        if kind.object:
            nested = self.schemas[kind.object].get("x-row")
            wanted = nested if kind.type == "OBJECT" else f"{nested}[]"
        if kind.row:
            wanted = f"{kind.row}[]"
        if column.type != wanted:
            raise Refusal(place, f"{prop.name} needs {wanted}, the row has {column.type}")
        if column.nullable and not kind.nullable and not prop.omit_null:
            raise Refusal(place, f"{prop.name} may be null in the row, but not here")


def row_type(kind):
    """Of the column or member that holds such a value; None: none does."""
    return {"TEXT": "text", "JSON": "text", "BOOLEAN": "boolean", "INTEGER_LIST": "bigint[]", "TEXT_LIST": None,
            "ZONED_INSTANT": None}.get(kind.type, "bigint")


def _has_date(row, name):
    members = row.members if row else ()
    return any(each.name == name and each.type == "bigint" and not each.nullable for each in members)


def _only_text(row, place):
    """But for the ids of whom such rows belong to."""
    texts = [each for each in row.members if not each.name.endswith("_id")] if row else []
    if [(each.type, each.nullable) for each in texts] != [("text", False)]:
        raise Refusal(place, "x-row names a row of one text that is never null")
    return texts[0].name


def _number_beside(row, key, place):
    """The other member of a row that has a text and a number."""
    members = {each.name: each for each in row.members} if row else {}
    other = next((name for name in members if name != key), None)
    if len(members) != 2 or key not in members or [(members[each].type, members[each].nullable) for each in
                                                   (key, other)] != [("text", False), ("bigint", False)]:
        raise Refusal(place, f"x-row names a row of the text {key} and a bigint, neither of them null")
    return other


def _read_enumeration(name, schema):
    check_keys(schema, _ENUM_KEYS, f"enumeration {name}", schema.place)
    values, codes = schema["enum"], schema.get("x-codes")
    if schema.get("type") != "string" or not all(isinstance(value, str) for value in values):
        raise Refusal(schema.at("type"), f"{name}: the values of an enumeration are strings")
    if codes is None or len(codes) != len(values) or min(codes, default=-1) < 0:
        raise Refusal(schema.at("x-codes"), f"{name} needs x-codes: one integer a value, none negative")
    if len(set(codes)) != len(codes) or len(set(map(value_name, values))) != len(values):
        raise Refusal(schema.at("x-codes"), f"{name} has a value or a code twice")
    result = Enumeration(name, schema.place, list(zip(values, codes)), [], own=True)
    aliases = schema.get("x-aliases", Map(schema.place))
    for old, canonical in aliases.items():
        if old in values:
            raise Refusal(aliases.at(old), f"'{old}' is a value already")
        result.aliases.append((old, result.code(canonical, aliases.at(old))))
    return result


def _only(schema, allowed, what):
    check_keys(schema, allowed | set(COMMENTS) | _EXTENSIONS, what, schema.place)


def _string(schema, place):
    if "enum" in schema:
        raise Refusal(schema.at("enum"), "make the enumeration a component with x-codes")
    if "format" not in schema:
        _only(schema, {"type", *_LENGTHS}, "a string")
        return Kind("TEXT", place)
    name = schema["format"]
    if name not in FORMATS:
        raise Refusal(schema.at("format"), f"format '{name}' is not supported")
    _only(schema, {"type", "format", *_FORMAT_KEYS.get(name, ())}, f"a {name}")
    kind = "INSTANT_OFFSET" if schema.get("x-offset") else "ZONED_INSTANT" if schema.get("x-zoned") else FORMATS[name]
    return Kind(kind, place, format=TEXT_FORMATS.get(name, "FORMAT_NONE"), sealed=_sealed(schema, place))


def _rounded(schema):
    if schema["format"] != "rounded":
        raise Refusal(schema.at("format"), f"format '{schema['format']}' is not one of a number")
    return "FORMAT_ROUNDED"


def _sealed(schema, place):
    """The kind that is sealed with the id, so that one of another kind cannot be used."""
    if schema["format"] != "sealed-id":
        return None
    if not re.fullmatch(r"[a-z][a-z_]{0,30}", schema.get("x-sealed", "")):
        raise Refusal(schema.at("x-sealed") if "x-sealed" in schema else place,
                      "x-sealed names the kind of a sealed-id by a short word in small letters")
    return schema["x-sealed"]


def _limits(schema, kind):
    """Bounds and default as they stand in C. An enum of integers has the same step between all."""
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        for key, name in ((low, "minimum"), (high, "maximum")):
            if key in schema:
                setattr(kind, name, _number(schema, key, kind.type))
    if "multipleOf" in schema:
        kind.multiple = _number(schema, "multipleOf", kind.type)
        if kind.multiple < 1:
            raise Refusal(schema.at("multipleOf"), "'multipleOf' must be positive")
    if "enum" in schema:
        values = sorted(schema["enum"]) if all(isinstance(value, int) for value in schema["enum"]) else []
        step = values[1] - values[0] if len(values) > 1 else 1
        if kind.type != "INTEGER" or not values or step < 1 or values[0] % step \
                or values != list(range(values[0], values[-1] + 1, step)):
            raise Refusal(schema.at("enum"), "an enum here is a range of integers without gaps, or of their multiples")
        kind.minimum, kind.maximum, kind.multiple = values[0], values[-1], step
    if kind.minimum is not None and kind.maximum is not None and kind.minimum > kind.maximum:
        raise Refusal(kind.place, "the minimum is above the maximum")
    if "default" in schema:
        kind.default = _default(schema, kind)


def _number(schema, key, kind):
    value = schema[key]
    decimal = kind == "DECIMAL"
    if isinstance(value, bool) or not isinstance(value, (int, float) if decimal else int):
        raise Refusal(schema.at(key), f"'{key}' must be a number")
    return round(value * DECIMAL_ONE) if decimal else value


def _default(schema, kind):
    if kind.type == "BOOLEAN" and isinstance(schema["default"], bool):
        return int(schema["default"])
    value = _number(schema, "default", kind.type)
    low, high = kind.minimum, kind.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise Refusal(schema.at("default"), "the default is out of bounds")
    return value
