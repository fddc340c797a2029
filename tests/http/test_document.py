"""The document that clients are made from: what generators, linters and importers ask of it, and where it is served.
That replies are as it says is client.py's to judge; that its examples are, test_examples.py's."""

import gzip
import json
import re

import jsonschema
import pytest
import requests
from client import API, METHODS, Client, Document, person_for

OLDER = API + "/openapi-3.0.json"


@pytest.fixture(scope="module")
def document(demo):
    return requests.get(demo.url + API + "/openapi.json", timeout=10).json()


@pytest.fixture(scope="module")
def older(demo):
    return requests.get(demo.url + OLDER, timeout=10).json()


def walk(value, *path):
    """All maps of the document, with the keys that lead there. What examples hold is no part of it."""
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            if key not in ("example", "value") and not (key == "examples" and isinstance(inner, list)):
                yield from walk(inner, *path, key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, *path, number)


def schemas(document):
    """All maps that are schemas, those in schemas too."""
    for path, each in walk(document):
        if path and path[-1] in ("schema", "items", "additionalProperties") or len(path) > 1 \
                and path[-2] in ("schemas", "properties", "anyOf", "allOf"):
            yield path, each


def operations(document):
    return [item[method] for item in document["paths"].values() for method in METHODS if method in item]


def types(schema):
    given = schema.get("type", [])
    return given if isinstance(given, list) else [given]


# ---- for those who read it ----

def test_it_says_what_it_is(document):
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["version"] == "2.0.0"
    assert document["info"]["license"]["url"]
    chapters = re.findall(r"^## (.+)$", document["info"]["description"], re.MULTILINE)
    assert {"Authentication", "Workspaces and roles", "Answers and errors", "Limits", "Pages"} <= set(chapters)
    assert "| 404 | `not_found` |" in document["info"]["description"]
    assert [tag["name"] for tag in document["tags"]][0] == "Workspaces" and all(
        tag["description"] for tag in document["tags"])


def test_every_operation_is_described(document):
    tags = {tag["name"] for tag in document["tags"]}
    resolve, seen = Document(document).resolve, set()
    for path, item in document["paths"].items():
        for method in set(METHODS) & set(item):
            operation = item[method]
            parameters = [resolve(each) for each in item.get("parameters", []) + operation.get("parameters", [])]
            assert re.fullmatch(r"[a-z]+([A-Z0-9][a-z0-9]*)*", operation["operationId"])
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            assert operation["summary"] and operation["description"] and set(operation["tags"]) <= tags
            assert all(each["description"] for each in parameters), operation["operationId"]
            assert set(re.findall(r"\{(\w+)\}", path)) == {each["name"] for each in parameters if each["in"] == "path"}
            assert isinstance(operation["security"], list), "who may call is said of each; [] is public"
            assert ("401" in operation["responses"]) == bool(operation["security"])
            assert {"400", "429", "default"} <= set(operation["responses"])
    assert len(seen) >= 40


def test_nothing_internal_is_left(document):
    assert {key for _, each in walk(document) for key in each if key.startswith("x-")} == {"x-enum-varnames", "x-today"}


def test_each_operation_names_its_own_failures(demo):
    found = {each.id: each for each in Document.of(demo).operations}
    assert "already_tracking" in found["startTimeTracking"].codes("400")
    assert "already_tracking" not in found["getProjects"].codes("400")
    assert not found["getProjects"].codes("404") and found["getProject"].codes("404") == {"not_found"}
    assert not found["acceptInvitation"].codes("401") and not found["acceptInvitation"].codes("403")
    assert "unavailable" in found["getProjects"].codes("default")


def test_each_kind_of_event_has_a_message(document, older):
    """With the schema of what it happened to."""
    assert list(document["webhooks"]) == document["components"]["schemas"]["EventKind"]["enum"]
    for kind, item in document["webhooks"].items():
        name = item["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        message = document["components"]["schemas"][name]
        assert set(message["required"]) == {"id", "event", "type", "timestamp", "position", "workspace_id", "actor",
                                            "data"}
        assert message["properties"]["data"]["$ref"].split("/")[-1] == name.removesuffix("Event"), kind
    of = {kind: item["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
          for kind, item in document["webhooks"].items()}
    assert (of["project.deleted"], of["tracker.started"], of["webhook.ping"]) == (
        "ProjectEvent", "StartedTrackerEvent", "WebhookPingEvent")
    assert "webhooks" not in older


# ---- for generators ----

def test_references_lead_somewhere_and_all_components_are_used(document, older):
    for each in (document, older):
        used = {inner["$ref"] for _, inner in walk(each) if "$ref" in inner}
        known = {f"#/components/{kind}/{name}" for kind, those in each["components"].items() for name in those}
        assert used == {name for name in known if "/securitySchemes/" not in name}


def test_schemas_have_no_parts_that_clients_trip_over(document):
    checked = set()
    for path, schema in schemas(document):
        assert "$ref" not in schema or set(schema) == {"$ref"}, (path, "what stands beside a $ref is lost")
        assert not {"pattern", "format"} <= set(schema), (path, "two rules for one text")
        assert "const" not in schema and types(schema) != ["null"], path
        assert ("integer" in types(schema)) == (schema.get("format") == "int64"), path
        assert ("number" in types(schema)) == (schema.get("format") == "double"), path
        assert None not in schema.get("enum", []), (path, "no enumeration of Go has it")
        assert "default" not in schema or "parameters" in path, (path, "clients ask for it, or send it unasked")
        if schema.get("type") == "object" and "properties" in schema:
            assert set(schema.get("required", [])) <= set(schema["properties"]), path
        if not any(path[:length] in checked for length in range(len(path))):  # with all that is in it
            jsonschema.Draft202012Validator.check_schema(schema)
            checked.add(path)


def test_values_of_enumerations_have_names_of_their_own(document, older):
    """A client in Go has all of them in one package, together with the schemas."""
    for each in (document, older):
        known = each["components"]["schemas"]
        enumerations = [schema for schema in known.values() if "enum" in schema]
        names = [name for schema in enumerations for name in schema["x-enum-varnames"]]
        assert all(re.fullmatch("[A-Z][A-Za-z0-9]*", name) for name in names)
        assert len({*names, *known}) == len(names) + len(known)
        assert all(len(schema["enum"]) == len(schema["x-enum-varnames"]) for schema in enumerations)
    assert known["Role"]["x-enum-varnames"][:2] == ["RoleOwner", "RoleExecutiveManager"]


def test_bodies_and_replies_have_names(document):
    for operation in operations(document):
        media = [each for each in operation.get("requestBody", {}).get("content", {}).values()]
        media += [response["content"]["application/json"] for status, response in operation["responses"].items()
                  if status.startswith("2")]
        assert all(set(each["schema"]) == {"$ref"} for each in media), operation["operationId"]
    known = document["components"]["schemas"]
    assert known["CreateProjectBody"]["required"] == ["name"] and "required" not in known["UpdateProjectBody"]
    assert known["ProjectListReply"]["properties"]["meta"] == {"$ref": "#/components/schemas/ListMeta"}
    nothing = known["Done"]["properties"]["data"]
    assert nothing["type"] == ["object", "null"] and nothing["additionalProperties"] is True, "ogen takes no other null"
    assert set(known["Pagination"]["required"]) == set(known["Pagination"]["properties"])


def test_bodies_are_offered_as_json_alone(document):
    """A form cannot say null, nor a list of objects, and with both on offer clients take the wrong one."""
    assert {tuple(each["requestBody"]["content"]) for each in operations(document) if "requestBody" in each} \
        == {("application/json",)}
    assert "application/x-www-form-urlencoded" in document["info"]["description"]


def test_headers_of_a_request_that_a_person_must_choose_have_no_example(document):
    parameters = document["components"]["parameters"]
    assert parameters["IdempotencyKey"]["schema"]["maxLength"] == 255
    for name in ("IdempotencyKey", "Prefer", "IfMatch", "IfNoneMatch"):
        assert not {"example", "examples"} & set(parameters[name])


def test_examples_are_of_their_schemas(document):
    """With each success, failure and body."""
    judge = Document(document)
    count = 0
    for _, media in walk(document):
        if "schema" not in media or not {"example", "examples"} & set(media) or "in" in media:
            continue
        validator = judge.validator(media["schema"])
        values = [media["example"]] if "example" in media else \
            [judge.resolve(each)["value"] for each in media["examples"].values()]
        for value in values:
            validator.validate(value)
            count += 1
    assert count > 100


# ---- in the older edition ----

def test_the_older_edition_says_the_same(document, older):
    assert older["openapi"] == "3.0.3"
    assert [each["operationId"] for each in operations(older)] == [each["operationId"] for each in operations(document)]
    messages = {name for name in document["components"]["schemas"] if name.endswith("Event") and name != "Event"}
    assert set(older["components"]["schemas"]) == set(document["components"]["schemas"]) - messages
    for path, schema in schemas(older):
        assert isinstance(schema.get("type", ""), str) and schema.get("type") != "null", path
        assert not {"const", "examples", "anyOf"} & set(schema), path
    project = older["components"]["schemas"]["Project"]["properties"]
    assert project["notes"]["nullable"] is True and project["notes"]["type"] == "string"
    assert "nullable" not in project["name"]


# ---- where it is ----

def test_it_names_the_address_that_clients_use(stint, demo, start_server, document, older):
    assert document["servers"] == older["servers"] == [{"url": demo.url + API}]
    public = start_server("--public-url", 'https://time.example.com/"a"/')
    expected = [{"url": 'https://time.example.com/"a"' + API}]
    for path in (API + "/openapi.json", OLDER):
        packed, plain = (requests.get(public.url + path, headers={"Accept-Encoding": coding}, timeout=10, stream=True)
                         for coding in ("gzip", "identity"))
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.raw.read(decode_content=False)) == plain.content
        assert plain.json()["servers"] == expected
    printed = stint.run("openapi", "--public-url", 'https://time.example.com/"a"/')
    assert json.loads(printed.stdout)["servers"] == expected


def test_without_an_address_it_is_relative(stint, start_server):
    server = start_server(demo=False)
    assert requests.get(server.url + API + "/openapi.json", timeout=10).json()["servers"] == [{"url": API}]
    assert json.loads(stint.run("openapi").stdout)["servers"] == [{"url": API}]


@pytest.mark.parametrize("path", [API + "/openapi.json", OLDER, "/docs", "/favicon.ico"])
def test_each_form_has_a_tag_of_its_own(demo, path):
    tags = set()
    for coding in ("gzip", "identity"):
        first = requests.get(demo.url + path, headers={"Accept-Encoding": coding}, timeout=10)
        assert first.headers.get("Content-Encoding", "identity") == coding
        assert first.headers["Vary"] == "Accept-Encoding" and "no-store" not in first.headers["Cache-Control"]
        tag = first.headers["ETag"]
        assert re.fullmatch('"[^"]+"', tag), "strong: byte for byte the same"
        again = requests.get(demo.url + path, headers={"Accept-Encoding": coding, "If-None-Match": tag}, timeout=10)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        tags.add(tag)
    assert len(tags) == 2


# ---- what is asked of a value ----

def out_of_bounds(operation):
    """(field, place, value) of all ids, and of the texts of its body: a value that the schema excludes."""
    for each in operation.parameters:
        if each["schema"].get("minimum") == 1:
            yield each["name"], each["in"], 0
    for name, schema in (operation.body or {}).get("properties", {}).items():
        if schema.get("minimum") == 1:
            yield name, "body", 0
        elif "\\x00" in schema.get("pattern", ""):
            yield name, "body", "a\0b"


def test_ids_begin_at_one_and_texts_have_no_nul(start_server):
    """As the document says, and the answer names the field."""
    client = Client(start_server(), "demo-owner")
    tried = set()
    for operation in Document.of(client.server).operations:
        known = {each["name"]: each.get("example", 1) for each in operation.parameters if each["in"] == "path"}
        assert all(each["schema"]["minimum"] == 1 for each in operation.parameters
                   if each["in"] == "path" and each["schema"]["type"] == "integer"), operation.id
        for name, place, value in out_of_bounds(operation):
            path = operation.template.format(**known | ({name: value} if place == "path" else {}))
            query = {"workspace_id": 1} | ({name: value} if place == "query" else {})
            asking = person_for(client.server, operation) if operation.by_session else client
            answer = asking.request(operation.method.upper(), path, query=query,
                                    json={name: value} if place == "body" else None)
            assert name in answer.faults, (operation.id, name, answer)
            tried.add(value)
    assert tried == {0, "a\0b"}
