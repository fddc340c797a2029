"""Every example of the document is sent to a fresh sandbox, and answered as printed: with the sandbox's data, on the
documented day. Only what is random may differ."""

import re
from urllib.parse import quote

import pytest
from client import API, Client, Document, person_for
from scenario import set_clock

JSON = "application/json"
PUBLIC_URL = "https://time.example.com"


RANDOM = ("request_id", "next_since", "last_used_at", "challenge", "backup_codes")  # members
SECRETS = r"^[0-9a-f]{64}$|stint_inv_[\w-]+|(?<=stint_pat_)[\w-]+|stint_(app|sec|oac)_[\w-]+"


def masked(body):
    """Without what is random."""
    if isinstance(body, dict):
        return {key: "…" if key in RANDOM else masked(each) for key, each in body.items()}
    if isinstance(body, list):
        return [masked(each) for each in body]
    return re.sub(SECRETS, "…", body) if isinstance(body, str) else body


def in_order(operations):
    """As documented, but what is deleted comes last, from the end: a reader tries the others first."""
    return [each for each in operations if each.method != "delete"] + \
        [each for each in reversed(operations) if each.method == "delete"]


def differences(answer, printed, place=""):
    """Lines, for a person."""
    if type(answer) is type(printed) and isinstance(answer, (dict, list)) and len(answer) == len(printed):
        keys = answer if isinstance(answer, dict) else range(len(answer))
        if not isinstance(answer, dict) or answer.keys() == printed.keys():
            return [line for key in keys for line in differences(answer[key], printed[key], f"{place}.{key}")]
    return [] if answer == printed else [f"{place}: {answer!r}, not {printed!r}"]


def send(client, operation, form):
    if operation.by_session:
        client = person_for(client.server, operation)
    path, query = operation.template, {}
    for parameter in operation.parameters:
        if "example" in parameter and parameter["in"] == "query":
            query[parameter["name"]] = parameter["example"]
        elif parameter["in"] == "path":
            path = path.replace("{%s}" % parameter["name"], quote(str(parameter["example"]), safe=""))
    if "requestBody" not in operation.source:
        return client.request(operation.method.upper(), path, query=query)
    body = operation.source["requestBody"]["content"][JSON]["example"]
    body = {"form": {name: "" if value is None else value for name, value in body.items()}} if form else {"json": body}
    return client.request(operation.method.upper(), path, query=query, **body)


def has_form(operation):
    """None can hold a list of objects."""
    fields = (operation.body or {}).get("properties", {})
    return all(each.get("items", {}).get("type") != "object" for each in fields.values())


def documented(operation):
    [response] = [each for status, each in operation.source["responses"].items() if status.startswith("2")]
    return response["content"][JSON]["example"]


def test_what_was_made_is_at_its_location(start_server):
    """Asked for as it stands, on the server that made it: an address of its own is one that GET reads."""
    client = Client(start_server("--public-url", PUBLIC_URL), "demo-owner")
    operations = Document.of(client.server).operations
    readable = {each.template.rpartition("/{")[0] for each in operations
                if each.method == "get" and each.template.endswith("}")}
    made = set()
    for operation in operations:
        if "201" not in operation.source["responses"] or operation.template not in readable:
            continue
        reply = send(client, operation, False)
        location = reply.headers.get("Location", "")
        assert re.fullmatch(API + operation.template + r"/[\w-]+(\?workspace_id=1(&project_id=100)?)?", location)
        asking = person_for(client.server, operation) if operation.by_session else client
        assert asking.get(location.removeprefix(API)).data["id"] == next(iter(reply.data.values()))
        made.add(operation.id)
    assert {"createProject", "createTask", "inviteMember"} <= made, made


@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_each_example_is_answered_as_printed(demo, start_server, form):
    groups = {}
    for each in Document.of(demo).operations:
        if not form or has_form(each):
            groups.setdefault(each.source["tags"][0], []).append(each)
    wrong = []
    for operations in groups.values():
        client = Client(start_server("--public-url", PUBLIC_URL), "demo-owner")
        for operation in in_order(operations):
            expected = documented(operation)
            set_clock(client, expected["meta"]["timestamp"])
            answer = send(client, operation, form).body
            wrong += differences(masked(answer), masked(expected), operation.id)
        client.server.stop()  # they are many, and with sanitizers each takes much memory
    assert not wrong, "\n".join(wrong)
