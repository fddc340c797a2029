"""Fields of the document as lists for people: their types and limits in words, their values, and what lies within."""

import json

from .markup import blocks, code, element, escaped
from .samples import in_address

_FORMATS = {"date": "date, YYYY-MM-DD", "date-time": "instant, RFC 3339", "email": "email address", "uri": "address",
            "timezone": "name of a time zone", "uuid": "UUID", "int64": "", "double": ""}


class Fields:
    def __init__(self, document):
        self.document = document

    def resolved(self, value):
        """Follows $ref."""
        while "$ref" in value:
            kind, name = value["$ref"].removeprefix("#/components/").split("/")
            value = self.document["components"][kind][name]
        return value

    def parameters(self, parameters):
        return _list(self._parameter(each) for each in parameters)

    def headers(self, headers):
        resolved = {name: self.resolved(each) for name, each in headers.items()}
        return _list(self._field(name, each["schema"], each.get("description", ""))
                     for name, each in resolved.items())

    def properties(self, schema, replied):
        """Of an object. What is sent says what is required; in an answer all is there that does not say otherwise."""
        schema = self.resolved(schema)
        listed = schema.get("required", [])
        return _list(self._property(name, each, replied, ("may be absent" if replied else "required")
                                    if (name in listed) != replied else None)
                     for name, each in schema["properties"].items())

    def _parameter(self, parameter):
        schema = self.resolved(parameter["schema"])
        return self._field(parameter["name"], schema, parameter.get("description", schema.get("description", "")),
                           mark="required" if parameter.get("required") else None, example=parameter.get("example"),
                           data_in=parameter["in"], data_name=parameter["name"], data_value=_sampled(parameter),
                           data_today=parameter.get("x-today"))

    def _property(self, name, source, replied, mark):
        schema = self._without_null(source)
        return self._field(name, schema, schema.get("description", ""), nullable=_is_nullable(source), mark=mark,
                           example=next(iter(schema.get("examples", [])), None),
                           inside=self._inside(name, schema, replied))

    def _without_null(self, schema):
        if "anyOf" in schema:
            schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        return self.resolved(schema)

    def _field(self, name, schema, meaning, nullable=False, mark=None, example=None, inside="", **data):
        title = [code(name, class_="name"), element("span", escaped(self._type(schema, nullable)), class_="type")]
        if mark:
            title.append(element("span", mark, class_="mark"))
        said = [blocks(meaning), self._values(schema), _facts(schema, example), inside]
        return element("div", element("dt", " ".join(title)), element("dd", *said), **data)

    def _type(self, schema, nullable):
        types = [each for each in _types(schema) if each != "null"]
        if "array" in types:
            words = "list of " + _plural(self._type(self.resolved(schema["items"]), False))
        else:
            words = " or ".join(types) or "any value"
        return words + (" or null" if nullable or "null" in _types(schema) else "")

    def _values(self, schema):
        values = schema.get("enum") or self.resolved(schema.get("items", {})).get("enum")
        if not values:
            return ""
        return element("p", "One of ", " ".join(code(_written(value)) for value in values), class_="values")

    def _inside(self, name, schema, replied):
        """The fields of an object, also in a list or map; those of the envelope's data are what people look for."""
        inner = self.resolved(schema["items"]) if "items" in schema else schema
        result = ""
        if "properties" in inner:
            result += element("details", element("summary", "Fields of ", code(name)), self.properties(inner, replied),
                              open=replied and name == "data")
        if isinstance(inner.get("additionalProperties"), dict):
            named = self.resolved(inner["additionalProperties"])
            result += (blocks(named.get("description", ""))
                       + element("p", "By name: ", escaped(self._type(named, False)), class_="facts")
                       + self._inside(name, named, replied))
        return result


def _list(items):
    return element("dl", *items, class_="fields")


def _types(schema):
    types = schema.get("type", [])
    return types if isinstance(types, list) else [types]


def _is_nullable(schema):
    return any(each.get("type") == "null" for each in schema.get("anyOf", []))


def _plural(words):
    return words if words == "any value" or words.startswith("list") else words + "s"


def _sampled(parameter):
    """What a request to try begins with."""
    if "default" in parameter["schema"] or "example" not in parameter:
        return None
    return in_address(parameter["example"])


def _facts(schema, example):
    """Limits, default and example, in one line."""
    inner = schema.get("items", {}) if "array" in _types(schema) else schema
    facts = [_FORMATS.get(schema.get("format"), schema.get("format", "")),
             _range(schema, "minLength", "maxLength", "characters"), _range(schema, "minItems", "maxItems", "items"),
             _range(inner, "minimum", "maximum", "")]
    if "multipleOf" in schema:
        facts.append(f"in steps of {_number(schema['multipleOf'])}")
    said = [escaped(fact) for fact in facts if fact]
    if "default" in schema:
        said.append(f"default {code(_written(schema['default']))}")
    if example is not None and not isinstance(example, (dict, list)):
        said.append(f"example {code(_written(example))}")
    return element("p", " · ".join(said), class_="facts") if said else ""


def _range(schema, least_key, most_key, unit):
    least, most = schema.get(least_key), schema.get(most_key)
    if least == 0 and unit:
        least = None
    if least is None and most is None:
        return ""
    if least is None:
        words = f"at most {_number(most)}"
    elif most is None:
        words = f"at least {_number(least)}"
    else:
        words = f"{_number(least)} to {_number(most)}"
    return f"{words} {unit}".strip()


def _number(value):
    return f"{value:,}"


def _written(value):
    return value if isinstance(value, str) else json.dumps(value)

