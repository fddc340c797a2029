"""Reads the operations of api/: what a request may hold, who may send it, and what a reply holds."""

import re
from dataclasses import dataclass, field

from . import formats
from .api import COMMENTS, SCHEMA_KEYS, Kind
from .names import check_camel_case, is_id, member, snake
from .problems import Place, Refusal
from .shape import check_keys
from .yaml_source import List, Map

METHODS = ("get", "post", "put", "patch", "delete")
SCOPES = ("read", "write", "admin")
ID_MIN = 1
ALIASES_MAX = 2         # as in contract/field.h
LOCATION_QUERY_MAX = 3  # as in contract/operation.h
LEVELS_MAX = 4          # as in contract/columns.h
_ITEMS_MAX = 1000  # of an array in a request, whose memory is bounded
_ORDERED = ("INTEGER", "DECIMAL", "DATE", "TIME", "INSTANT")
_OPERATION_KEYS = {"operationId", "tags", "summary", "description", "deprecated", "security", "parameters",
                   "requestBody", "responses", "x-roles", "x-public", "x-guesses", "x-prepare", "x-takes-turns",
                   "x-top-level-pagination", "x-body-limit", "x-errors", "x-writes", "x-events", "x-merges",
                   "x-fresh", "x-sets-cookies"}
GUESSES = ("address", "account", "each")
CALLERS = ("bearerAuth", "session", "signIn", "client")  # whom `security` names; nobody where it is empty
_ENVELOPE_MEMBERS = ("success", "message", "data", "pagination", "meta")
REPLIES = ("envelope", "plain", "redirect")
_RESPONSE_KEYS = {"description", "content", "x-data", "x-message", "x-top-level-pagination", "x-beside", "x-example",
                  "x-formats", "x-table", "x-streamed"}


@dataclass
class Field:
    """An input of an operation."""
    name: str
    member: str
    kind: Kind
    place: Place
    places: list               # IN_PATH, IN_QUERY, IN_BODY
    required: bool = False
    aliases: list = ()         # other names
    not_before: str = None
    element: object = None     # of a list of objects


@dataclass
class Element:
    """What a list of objects in a body holds."""
    name: str                  # of the component
    fields: list


@dataclass
class Operation:
    id: str                    # operationId: getProjects
    place: Place
    method: str
    path: str
    routes: list               # addresses from the root, each as its segments; None is a parameter
    source: Map
    also_by: str = None        # another method that does the same
    fields: list = field(default_factory=list)
    roles: list = None         # codes; None outside of workspaces
    caller: str = None         # of CALLERS; None: nobody
    scope: str = None
    fresh: bool = False        # only soon after the password was given
    sets_cookies: bool = False
    guesses: list = ()         # of GUESSES: what is counted where a secret can be guessed
    prepare: str = None  # where prepare_… runs first: "slow" or "write"
    takes_turns: bool = False
    body_limit: int = 0        # bytes; 0: the server's
    status: int = 200
    reply: str = "envelope"    # of REPLIES
    message: str = None
    data: str = None           # component
    data_list: bool = False
    beside: str = None         # component whose members stand beside data
    top_level_pagination: bool = False
    formats: list = ()         # of formats.FORMATS; empty: JSON
    table: str = None          # path of lists, from the data on
    streamed: bool = False     # the rule puts the rows of data one by one
    location: str = None       # address up to the id of what it makes; None: that has none
    location_query: list = ()  # its fields that follow there
    merged_row: str = None     # of sql/: where what is given goes
    merged: list = ()          # its members

    @property
    def name(self):
        """In C: get_projects."""
        return snake(self.id)

    def has(self, name):
        return any(each.name == name for each in self.fields)

    @property
    def from_root(self):
        """Outside of the document: whoever calls it knows it from a specification of its own."""
        return self.reply != "envelope"

    @property
    def public(self):
        return self.caller is None

    @property
    def takes_cookie(self):
        """The session that calls is known by one."""
        return self.caller in ("bearerAuth", "session", "signIn")

    @property
    def is_repeatable(self):
        """Takes an Idempotency-Key. A cookie is given once: it is not kept with an answer."""
        return self.method == "post" and not self.sets_cookies

    @property
    def in_workspace(self):
        return self.has("workspace_id") and not self.public

    @property
    def paginated(self):
        return self.has("page") and self.has("per_page")

    @property
    def events(self):
        """Kinds; none where a sentence says why there are none."""
        given = self.source.get("x-events", [])
        return given if isinstance(given, list) else []

    @property
    def takes_body(self):
        return any("IN_BODY" in each.places for each in self.fields)


def body_schema(operation):
    """The schema of an operation's body, or None."""
    body = operation.get("requestBody")
    if body is None:
        return None
    check_keys(body, {"required", "content", "description"}, "a requestBody", operation.at("requestBody"))
    media = body.get("content", {}).get("application/json", {})
    if "schema" not in media or len(body["content"]) != 1:
        raise Refusal(body.place, "the content of a requestBody is application/json with its schema")
    check_keys(media, {"schema"}, "application/json", body.place)
    return media["schema"]


def read_operations(api):
    """Fills api.operations."""
    seen_ids, seen_shapes = {}, {}
    for path, item in api.paths.items():
        with api.problems.collecting():
            place = api.component_places["paths", path]
            check_keys(item, {"parameters", "summary", "description", "x-also-at", "x-also-by", "x-root", *METHODS},
                       "a path", place)
            routes = _routes(api, path, item, place)
            for shape in map(tuple, routes):
                if shape in seen_shapes:
                    raise Refusal(place, f"{path} and {seen_shapes[shape]} are the same address")
                seen_shapes[shape] = path
            for method in METHODS:
                if method in item:
                    with api.problems.collecting():
                        operation = _operation(api, path, item, method, routes)
                        if operation.name in seen_ids:
                            raise Refusal(operation.place, f"{operation.id} exists at {seen_ids[operation.name]}")
                        seen_ids[operation.name] = operation.place
                        api.operations.append(operation)


def _routes(api, path, item, place):
    """The server's prefix and the path, and where else it is answered."""
    servers = (api.base or {}).get("servers")
    if not isinstance(servers, List) or len(servers) != 1 or not str(servers[0].get("url", "")).startswith("/"):
        raise Refusal(place, "one server with a url that begins with '/' is expected")
    result = [_segments(path if item.get("x-root") else servers[0]["url"] + path, place)]
    if "x-also-at" in item:
        result.append(_segments(item["x-also-at"], item.at("x-also-at")))
        if result[0].count(None) != result[1].count(None):
            raise Refusal(item.at("x-also-at"), "the other address has the same parameters")
    return result


def _also_by(item):
    methods = [method for method in METHODS if method in item]
    if "x-also-by" in item and (len(methods) != 1 or "get" in methods or item["x-also-by"] not in ("post", "put")
                                or item["x-also-by"] in methods):
        raise Refusal(item.at("x-also-by"), "x-also-by is post or put, beside one other method, which is not get")
    return item.get("x-also-by")


def _segments(address, place):
    result = []
    for segment in address.split("/"):
        if re.fullmatch(r"\{\w+\}", segment):
            result.append(None)
        elif re.fullmatch(r"[\w.~-]+", segment):
            result.append(segment)
        elif segment:
            raise Refusal(place, f"'{segment}' is neither a literal nor one parameter")
    return result


def _reply(operation, item):
    """How a reply looks is said by its status and its content."""
    responses = operation.source.get("responses")
    if not isinstance(responses, Map) or len(responses) != 1:
        raise Refusal(operation.place, "one response, of success, is expected; those of failure are added")
    status, response = next(iter(responses.items()))
    if not re.fullmatch(r"(2\d|30)\d", str(status)):
        raise Refusal(operation.place, "the response is one of success; those of failure are added")
    check_keys(response, _RESPONSE_KEYS, "a response", responses.at(status))
    operation.status = int(status)
    operation.reply = "redirect" if operation.status >= 300 else "plain" if "content" in response else "envelope"
    if operation.from_root != bool(item.get("x-root")):
        raise Refusal(operation.place, "x-root goes with plain replies (content) and redirects, and with nothing else")
    if operation.from_root and {"x-data", "x-beside", "x-message", "x-formats"} & set(response):
        raise Refusal(responses.at(status), "x-data, x-beside, x-message and x-formats are for envelopes")


def _prepare(source):
    if source.get("x-prepare") not in (None, "slow", "write"):
        raise Refusal(source.at("x-prepare"), "x-prepare is slow or write")
    return source.get("x-prepare")


def _operation(api, path, item, method, routes):
    source, place = item[method], item.at(method)
    check_keys(source, _OPERATION_KEYS, "an operation", place)
    if "operationId" not in source:
        raise Refusal(place, "operationId is missing")
    operation = Operation(check_camel_case(source["operationId"], source.at("operationId")), place, method, path,
                          routes, source, _also_by(item), prepare=_prepare(source),
                          takes_turns=bool(source.get("x-takes-turns")),
                          body_limit=source.get("x-body-limit", 0))
    if not isinstance(operation.body_limit, int) or not 0 <= operation.body_limit < 1 << 31:
        raise Refusal(source.at("x-body-limit"), "x-body-limit is a number of bytes")
    tags = [tag.get("name") for tag in api.tags]
    for tag in source.get("tags", []):
        if tag not in tags:
            raise Refusal(source.at("tags"), f"tag {tag} is not declared")
    _reply(operation, item)
    _parameters(api, operation, item)
    _body(api, operation)
    _formats(api, operation)
    _check_fields(operation.id, operation.fields, {"given"})
    if operation.has("page") != operation.has("per_page"):
        raise Refusal(operation.place, "page and per_page come together")
    _security(api, operation)
    _success(api, operation)
    return operation


def _parameters(api, operation, item):
    """Path parameters first, in the order of the path; the operation's own replace the path's."""
    found = {}
    for parameters in (item.get("parameters", []), operation.source.get("parameters", [])):
        own = set()
        for index, each in enumerate(parameters):
            place = parameters.at(index)
            parameter = api.parameters[api.reference(each, "parameters")] if "$ref" in each else each
            check_keys(parameter, {"name", "in", "required", "schema", *COMMENTS, "x-alias", "x-not-before",
                                   "x-today"}, "a parameter", place)
            name = parameter.get("name")
            if parameter.get("in") not in ("path", "query") or name is None or "schema" not in parameter:
                raise Refusal(place, "a parameter is in path or query and has a name and a schema")
            if name in own:
                raise Refusal(place, f"parameter {name} is given twice")
            own.add(name)
            found[name] = _parameter(api, operation, parameter, place)
    in_path = re.findall(r"\{(\w+)\}", operation.path)
    declared = [name for name, each in found.items() if each.places == ["IN_PATH"]]
    if sorted(in_path) != sorted(declared):
        raise Refusal(operation.place, f"the path has {in_path}, the parameters say {declared}")
    operation.fields = [found[name] for name in in_path] + [each for name, each in found.items() if name not in in_path]


def _parameter(api, operation, parameter, place):
    name, schema = parameter["name"], parameter["schema"]
    kind = _input_kind(api, name, schema, parameter.at("schema"))
    if kind.type == "TEXT" and not kind.maximum and kind.format == "FORMAT_NONE":
        raise Refusal(place, "a text in an address, such as what is searched for, needs maxLength")
    if parameter["in"] == "path":
        if kind.type not in ("INTEGER", "TEXT", "SEALED_ID") or parameter.get("required") is not True:
            raise Refusal(place, "a path parameter is a required integer or string")
        places = ["IN_PATH"]
    elif name == "workspace_id" or operation.method != "get":
        places = ["IN_QUERY", "IN_BODY"]
    else:
        places = ["IN_QUERY"]
    if parameter.get("x-today") and (kind.type != "DATE" or "example" not in parameter):
        raise Refusal(place, "x-today is of a date that has an example")
    required = bool(parameter.get("required")) and name != "workspace_id"
    not_before = parameter.get("x-not-before", schema.get("x-not-before"))
    return Field(name, member(name, place), kind, place, places, required,
                 _aliases(parameter) or _aliases(schema), not_before)


def _aliases(source):
    """One name, or a list of them."""
    given = source.get("x-alias", [])
    names = [given] if isinstance(given, str) else given
    if len(names) > ALIASES_MAX:
        raise Refusal(source.at("x-alias"), f"an input has at most {ALIASES_MAX} other names")
    return names


def _formats(api, operation):
    """What a reply may be is said of the response; the parameter that chooses follows from it."""
    for response in operation.source.get("responses", {}).values():
        if not isinstance(response, Map) or "x-formats" not in response:
            continue
        place = response.at("x-formats")
        if operation.method != "get":
            raise Refusal(place, "what changes something answers in JSON")
        kind = formats.kind_of(api, list(response["x-formats"]), place)
        operation.formats = list(response["x-formats"])
        operation.fields.append(Field("format", "format", kind, place, ["IN_QUERY"]))


def _body(api, operation):
    schema = body_schema(operation.source)
    if schema is None:
        return
    if operation.method == "get":
        raise Refusal(operation.source.at("requestBody"), "the body of a GET is ignored")
    if "$ref" in schema:
        check_keys(schema, {"$ref", "required"}, "the schema of a body", schema.place)
        target = api.schemas[api.reference(schema, "schemas")]
    else:
        check_keys(schema, {"type", "properties", "required", "description"}, "the schema of a body", schema.place)
        target = schema
    if target.get("type") != "object" or "properties" not in target:
        raise Refusal(operation.source.at("requestBody"), "a body is an object with properties")
    properties = target["properties"]
    required = _required(schema, properties) | _required(target, properties)
    for name, each in properties.items():
        _body_field(api, operation, name, each, properties.at(name), name in required)


def _required(schema, properties):
    names = schema.get("required", [])
    for name in names if isinstance(names, list) else [str(names)]:
        if name not in properties:
            raise Refusal(schema.at("required"), f"'{name}' is required, but is no property")
    return set(names)


def _body_field(api, operation, name, schema, place, required):
    kind = _input_kind(api, name, schema, place, may_be_list=True)
    element = _element(api, kind) if kind.type == "LIST" else None
    if name == "workspace_id":
        if not operation.has(name):
            operation.fields.append(Field(name, name, kind, place, ["IN_QUERY", "IN_BODY"]))
        return
    operation.fields.append(Field(name, member(name, place), kind, place, ["IN_BODY"], required,
                                  _aliases(schema), schema.get("x-not-before"), element))


def _element(api, kind):
    """The elements are flat. What is wrong with one of them is told to the rule, with the element."""
    if kind.object not in api.elements:
        schema = api.schemas[kind.object]
        check_keys(schema, {"type", "properties", "required", "description", "title"},
                   "an object in a request", schema.place)
        properties, fields = schema["properties"], []
        required = _required(schema, properties)
        for name, each in properties.items():
            place = properties.at(name)
            inner = _input_kind(api, name, each, place)
            if inner.type in ("INTEGER_LIST", "TEXT_LIST"):
                raise Refusal(place, "an element of a list has no lists of its own")
            fields.append(Field(name, member(name, place), inner, place, ["IN_BODY"], name in required,
                                _aliases(each), each.get("x-not-before")))
        _check_fields(kind.object, fields, {"given", "faults"})
        api.elements[kind.object] = Element(kind.object, fields)
    return api.elements[kind.object]


def _input_kind(api, name, schema, place, may_be_list=False):
    kind = api.kind(schema, place)
    if is_id(name) and kind.type == "INTEGER" and kind.minimum is None:
        kind.minimum = ID_MIN
    if kind.type == "INTEGER" and kind.minimum is None:
        raise Refusal(place, "an integer in a request needs its minimum")
    if kind.type in ("OBJECT", "JSON", "MAP", "VALUE_MAP", "VALUE_LIST") or kind.type == "LIST" and not may_be_list:
        raise Refusal(place, "an input is flat: no objects, and arrays of integers, or in a body of objects")
    if kind.type in ("LIST", "INTEGER_LIST", "TEXT_LIST") and not 0 < (kind.maximum or 0) <= _ITEMS_MAX:
        raise Refusal(place, f"an array in a request needs maxItems, at most {_ITEMS_MAX}")
    for key in ("x-omit-null", "x-offset"):
        if key in schema:
            raise Refusal(schema.at(key), f"{key} is for replies")
    return kind


def _check_fields(owner, fields, reserved):
    """Names are clear, on the wire and in C, and x-not-before names a field of the same type."""
    names, members = {}, set(reserved)
    for each in fields:
        for name in (each.name, *each.aliases):
            if name in names:
                raise Refusal(each.place, f"{owner} has two inputs called {name}")
            names[name] = each
        if each.member in members:
            raise Refusal(each.place, f"{owner}: two inputs would be called {each.member} in C")
        members.add(each.member)
    for each in fields:
        if each.not_before:
            other = names.get(each.not_before)
            if other is None or other.kind.type != each.kind.type \
                    or each.kind.type not in _ORDERED:
                raise Refusal(each.place, f"x-not-before: {each.not_before} is no input of the same type")


def _security(api, operation):
    source, place = operation.source, operation.place
    operation.guesses = source.get("x-guesses", [])
    if not set(operation.guesses) <= set(GUESSES) or "account" in operation.guesses and not operation.prepare:
        raise Refusal(source.at("x-guesses"), "x-guesses is a list of address, account and each; account needs "
                                              "x-prepare, where the secret is tried")
    security = source.get("security")
    operation.sets_cookies = source.get("x-sets-cookies", False)
    if "x-public" in source:
        _public(operation)
        return
    callers = [*security[0].items()] if isinstance(security, List) and len(security) == 1 else []
    if len(callers) != 1 or callers[0][0] not in CALLERS:
        raise Refusal(source.at("security") if security else place,
                      f"'security' with one of {', '.join(CALLERS)}, or x-public, is needed")
    operation.caller, scopes = callers[0]
    if operation.caller == "client":
        _client(operation, scopes)
        return
    schemes = api.schemes_of(operation.caller)
    if not operation.from_root and (not schemes or not set(schemes) <= set(api.security_schemes)):
        raise Refusal(source.at("security"), f"x-callers names no security schemes for {operation.caller}")
    if operation.caller in ("bearerAuth", "session"):
        if not isinstance(scopes, List) or len(scopes) != 1 or scopes[0] not in SCOPES:
            raise Refusal(source.at("security"), f"{operation.caller} has one scope of {', '.join(SCOPES)}")
        operation.scope = str(scopes[0])
    elif scopes:
        raise Refusal(source.at("security"), f"{operation.caller} has no scope: []")
    operation.fresh = source.get("x-fresh", False)
    if operation.fresh and operation.caller != "session":
        raise Refusal(source.at("x-fresh"), "x-fresh is for a session: nobody else gives a password")
    _roles(api, operation)


def _client(operation, scopes):
    source = operation.source
    if scopes:
        raise Refusal(source.at("security"), "client has no scope: []")
    if not operation.from_root or not operation.body_limit or "address" not in operation.guesses:
        raise Refusal(source.at("security"), "an operation for a client has x-root, x-body-limit and x-guesses: "
                                             "[address]")
    if not all(any(each.name == name and each.kind.type == "TEXT" for each in operation.fields)
               for name in ("client_id", "client_secret")):
        raise Refusal(source.at("security"), "an operation for a client takes client_id and client_secret")


def _public(operation):
    source = operation.source
    if source.get("security") != [] or "x-roles" in source or not source["x-public"]:
        raise Refusal(source.at("x-public"), "a public operation has 'security: []', a reason, and no x-roles")
    if "x-fresh" in source:
        raise Refusal(source.at("x-fresh"), "x-fresh is for a session: nobody else gives a password")
    if "address" not in operation.guesses:
        raise Refusal(source.at("x-public"), "a public operation has x-guesses: [address]")
    if operation.takes_body and not operation.body_limit:
        raise Refusal(source.at("x-public"), "anybody may send its body: say in x-body-limit how large it may be")


def _roles(api, operation):
    source = operation.source
    roles = source.get("x-roles")
    if operation.in_workspace != (roles is not None):
        raise Refusal(operation.place if roles is None else source.at("x-roles"),
                      "x-roles is needed with workspace_id, and only then")
    if roles is None:
        return
    enumeration = api.enumerations.get("Role")
    if enumeration is None:
        raise Refusal(source.at("x-roles"), "there is no enumeration Role")
    if roles == "all":
        operation.roles = [code for _, code in enumeration.values]
    elif isinstance(roles, List) and roles:
        operation.roles = [enumeration.code(role, source.at("x-roles")) for role in roles]
    else:
        raise Refusal(source.at("x-roles"), "x-roles is 'all' or a list of roles")
    if max(operation.roles) > 7:
        raise Refusal(source.at("x-roles"), "role codes above 7 do not fit the bit mask")


def _success(api, operation):
    responses = operation.source["responses"]
    status, response = next(iter(responses.items()))
    if "description" not in response:
        raise Refusal(responses.at(status), "a response needs its description")
    operation.message = response.get("x-message")
    operation.top_level_pagination = bool(operation.source.get("x-top-level-pagination")
                                          or response.get("x-top-level-pagination"))
    if operation.top_level_pagination and not operation.paginated:
        raise Refusal(operation.place, "x-top-level-pagination needs page and per_page")
    if "x-data" in response:
        kind = api.kind(response["x-data"], response.at("x-data"), SCHEMA_KEYS)
        if kind.type not in ("OBJECT", "LIST") or kind.nullable:
            raise Refusal(response.at("x-data"), "x-data is a component that is an object, or an array of one")
        operation.data, operation.data_list = kind.object, kind.type == "LIST"
    if operation.reply == "plain":
        _plain_data(api, operation, response)
    if "x-beside" in response:
        kind = api.kind(response["x-beside"], response.at("x-beside"), SCHEMA_KEYS)
        if kind.type != "OBJECT" or kind.nullable or not operation.data:
            raise Refusal(response.at("x-beside"), "x-beside is a component that is an object, beside x-data")
        operation.beside = kind.object
    _table(operation, response)
    if operation.paginated and not (operation.data_list or _holds_rows(api, operation.data)):
        raise Refusal(operation.place, "a paginated operation replies with an array, or an object that has one")


def _plain_data(api, operation, response):
    media = response["content"].get("application/json")
    if media is None or len(response["content"]) != 1:
        raise Refusal(response.at("content"), "a plain reply is application/json")
    if "schema" in media:
        kind = api.kind(media["schema"], media.at("schema"), SCHEMA_KEYS)
        if kind.type != "OBJECT" or kind.nullable:
            raise Refusal(media.at("schema"), "a plain reply is a component that is an object")
        operation.data = kind.object


def _holds_rows(api, name):
    properties = api.schemas[name].get("properties", {}) if name else {}
    return any(isinstance(each, Map) and each.get("type") == "array" for each in properties.values())


def _table(operation, response):
    operation.table, operation.streamed = response.get("x-table"), bool(response.get("x-streamed"))
    if operation.streamed and (not operation.data_list or operation.paginated or operation.beside or operation.table):
        raise Refusal(response.at("x-streamed"), "what is streamed is an array, without pages and whatever else")
    if operation.table and not operation.formats:
        raise Refusal(response.at("x-table"), "x-table is for x-formats")
    if "ndjson" in operation.formats and not operation.streamed:
        raise Refusal(response.at("x-formats"), "ndjson is for what is streamed")
    if operation.formats and operation.data and not operation.data_list and not operation.table:
        raise Refusal(response.at("x-formats"), "x-table names the list of the object that is the table")
    if len((operation.table or "").split(".")) >= LEVELS_MAX:
        raise Refusal(response.at("x-table"), f"x-table has at most {LEVELS_MAX - 1} names")


def read_locations(api):
    """Whoever makes an object is told its address: where GET reads one of the collection that it was sent to."""
    for operation in api.operations:
        readers = [each for each in api.operations if each.method == "get"
                   and re.fullmatch(re.escape(operation.path) + r"/\{\w+\}", each.path)]
        if operation.status == 201 and readers:
            with api.problems.collecting():
                _read_location(api, operation, readers[0])


def _read_location(api, operation, reader):
    kind = None if operation.data_list or not operation.data else api.objects[operation.data].properties[0].kind
    if kind is None or kind.type not in ("INTEGER", "SEALED_ID"):
        raise Refusal(operation.place, f"x-data begins with the id of what {reader.id} reads")
    operation.location = "".join(f"/{segment}" for segment in reader.routes[0][:-1]) + "/"
    wanted = [each.name for each in reader.fields
              if "IN_QUERY" in each.places and (each.required or each.name == "workspace_id")]
    operation.location_query = [each for each in operation.fields
                                if each.name in wanted and each.kind.type == "INTEGER"]
    if len(operation.location_query) != len(wanted) or len(wanted) > LOCATION_QUERY_MAX:
        raise Refusal(operation.place, f"{reader.id} needs {', '.join(wanted)}: at most {LOCATION_QUERY_MAX} integers "
                                       f"that {operation.id} takes, too")


def check_writes(api, tables):
    """What an operation leaves behind is said of each; `stint routes` prints it."""
    for operation in api.operations:
        source = operation.source
        if ("x-writes" in source) == (operation.method == "get" and operation.prepare != "write"):
            api.problems.add(operation.place, "x-writes is needed of whatever writes: the tables that change")
        for table in source.get("x-writes", []):
            if table not in tables:
                api.problems.add(source.at("x-writes"), f"sql/migrations has no table {table}")


def check_events(api):
    """What followers of the workspace hear of an operation; where they hear nothing, why."""
    kinds = {value for value, _ in api.enumerations["EventKind"].values} if "EventKind" in api.enumerations else set()
    for operation in api.operations:
        source = operation.source
        if ("x-events" in source) == (operation.method == "get"):
            api.problems.add(operation.place, "x-events is needed, but for GET: kinds of events, or why there are none")
        elif "x-events" in source and not source["x-events"]:
            api.problems.add(source.at("x-events"), "x-events has kinds of events, or says why there are none")
        for kind in operation.events:
            if kind not in kinds:
                api.problems.add(source.at("x-events"), f"EventKind has no {kind}")


def check_replies(api):
    """What can be judged only when both sides, inputs and replies, have been read."""
    _check_directions(api)
    _check_beside(api)
    _check_tables(api)
    _check_sealed_ids(api)


def _check_directions(api):
    """An object is read or written, not both: `required` means different things there."""
    for operation in api.operations:
        schema = body_schema(operation.source)
        if schema is not None and "$ref" in schema and api.reference(schema, "schemas") in api.objects:
            api.problems.add(schema.at("$ref"), f"{schema['$ref']} is used in replies: give inputs their own")
    for name in api.elements:
        if name in api.objects:
            api.problems.add(api.component_places["schemas", name], f"{name} is used in replies: give inputs their own")
        if snake(name) in (operation.name for operation in api.operations):
            api.problems.add(api.component_places["schemas", name], f"{name} and an operation would be one struct in C")


def _check_beside(api):
    for operation in api.operations:
        for each in api.objects[operation.beside].properties if operation.beside else ():
            if each.name in _ENVELOPE_MEMBERS:
                api.problems.add(each.place, f"{each.name} stands in every envelope: give it another name")


def _check_tables(api):
    for operation in api.operations:
        with api.problems.collecting():
            if operation.formats:
                formats.read_table(api, operation)


def _check_sealed_ids(api):
    """What no reply gives out cannot come back: the kind is misspelt on one of the two sides."""
    given_out = {prop.kind.sealed for each in api.objects.values() for prop in each.properties}
    given_out |= {each.get("x-sealed") for each in api.schemas["Meta"]["properties"].values()}
    for holder in (*api.operations, *api.elements.values()):
        for each in holder.fields:
            if each.kind.sealed and each.kind.sealed not in given_out:
                api.problems.add(each.place, f"no reply has a sealed-id of the kind {each.kind.sealed}")
