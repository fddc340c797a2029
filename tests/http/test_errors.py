"""Bad input: a clear error each, never a 5xx, never a change. (That replies are documented is the client's check.)"""

import json
import re

import hypothesis
import pytest
from client import Client
from hypothesis import strategies

STRICT = {"Prefer": "handling=strict"}


def post(client, body=None, **more):
    return client.post("/projects", body=body, workspace_id=1, **more)


def create(client, **fields):
    return client.post("/projects", json={"name": "Fine", **fields}, workspace_id=1)


@pytest.fixture(autouse=True)
def nothing_is_kept(request, owner):
    """A refused request leaves no project behind; tests that mean to make some say so."""
    def count():
        return owner.get("/projects", workspace_id=1).pagination["total"]

    before = count()
    yield
    if "makes_projects" not in request.fixturenames:
        assert count() == before


@pytest.fixture
def makes_projects():
    pass


# ---- the body as JSON ----

@pytest.mark.parametrize("body", [
    b"{", b"}", b"{]", b'{"name"}', b'{"name":}', b'{"name":"x",}', b"{'name':'x'}", b"{name:1}", b'{"name":"x"} x',
    b'{"name":"x"}{"name":"y"}', b'{"name":"x"', b'{"name":"x', b'{"name":"\\x"}', b'{"name":"\\u12"}',
    b'{"name":"a\nb"}', b'{"estimation":01,"name":"x"}', b'{"estimation":+1,"name":"x"}',
    b'{"estimation":.5,"name":"x"}', b'{"estimation":NaN,"name":"x"}', b'{"estimation":Infinity,"name":"x"}',
    b'{"name":"x"/*y*/}', b"nonsense", b"\x00", b"true", b"1", b'"name"', b'[{"name":"x"}]', b"[[]]",
    b'{"name":"x","name":"y"}', b'{"other":1,"other":1,"name":"x"}', b'{"a":{"b":1,"b":2},"name":"x"}',
    b'{"name":"\\ud800"}', b'{"name":"\\udc00\\ud800"}', b'{"name":"\xff"}', b'{"name":"\xc0\xaf"}',
    b'{"name":"\xed\xa0\x80"}', b'{"name":"\xf4\x90\x80\x80"}', b'{"name":"\xe2\x82"}', b'\xff\xfe{\x00}\x00',
    b'{"\xff":1,"name":"x"}', b'{"name":"x"}\xff', '{"name":"x"}'.encode("utf-16"),
])
def test_malformed_json(owner, body):
    assert post(owner, body).failure == (400, "malformed_json")


@pytest.mark.parametrize("body", [b'{"name":"a\\u0000b"}', b'{"notes":"\\u0000","name":"x"}',
                                  b'{"\\u0000":1,"name":"x"}', b'{"name":"a\x00b"}'])
def test_nul_characters(owner, body):
    assert post(owner, body).failure[0] in (400, 422)


@pytest.mark.parametrize("body", [
    b"[" * 1000 + b"]" * 1000, b'{"a":' * 1000 + b"1" + b"}" * 1000,
    b'{"name":"x","a":' + b"[" * 1000 + b"]" * 1000 + b"}",
    b"[" * 1000, b"[" * 500_000, b'{"a":' * 100_000,
])
def test_deep_json(owner, body):
    assert post(owner, body).failure == (400, "malformed_json")


def test_wide_json(owner, makes_projects):
    body = {"name": "Wide"} | {f"key {i}": i for i in range(10_000)}
    assert create(owner, **body).status == 201


def test_the_message_says_where(owner):
    assert re.search(r"line 2\b", post(owner, b'{"name": "x",\n"deadline": }').message)


def test_a_body_too_large(start_server):
    owner = Client(start_server("--body-limit", "2000"), "demo-owner")
    reply = post(owner, b'{"name":"x","notes":"' + b"y" * 3000 + b'"}')
    assert reply.failure == (413, "body_too_large")
    assert owner.get("/projects", workspace_id=1).pagination["total"] == 1


def test_white_space_around_json(owner, makes_projects):
    assert post(owner, b' \r\n\t{"name":"x"}\n\n').status == 201


# ---- media types ----

@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "json",
                                          "application/octet-stream", "+json",
                                          "application/json+x", "application/jsonx", "*/*"])
def test_other_media_types(owner, content_type):
    reply = post(owner, b'{"name":"x"}', headers={"Content-Type": content_type})
    assert reply.failure == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON",
                                          "application/json;charset=UTF-8"])
def test_json_in_all_spellings(owner, makes_projects, content_type):
    assert post(owner, b'{"name":"x"}', headers={"Content-Type": content_type}).status == 201


@pytest.mark.parametrize("body", [b"name=%", b"name=%f", b"name=%zz", b"name=%ff", b"name=%00", b"name=a%00b"])
def test_malformed_forms(owner, body):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert post(owner, body, headers=headers).status in (400, 422)


@pytest.mark.parametrize("body", [b"", b"&", b"=", b"name", b"name=", b"name=+", b"other=1"])
def test_forms_without_a_name(owner, body):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert list(post(owner, body, headers=headers).faults) == ["name"]


# ---- fields ----

@pytest.mark.parametrize("body", [None, b"", b"{}", b'{"name":null}', b'{"name":""}', b'{"name":"   "}',
                                  b'{"NAME":"x"}'])
def test_a_missing_name(owner, body):
    reply = post(owner, body)
    assert list(reply.faults) == ["name"]
    assert reply.message == reply.faults["name"][0]


TEXT = [5, 1.5, True, [], {}, ["x"], {"x": 1}]
DAY = ["2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-1-5", "24-01-15", "15.01.2024",
       "2024/01/15", "20240115", "2024-01-15x", "tomorrow", "0000-00-00", "2024-W03-1", 5, 20240115, True, [], {}]
AMOUNT = ["many", "1,5", "1.5.5", "0x10", "1e", True, [], {}, [1], -1, -0.0001, "-1", 1e300, 100000000000,
          99999999999.0001, 10**18]


@pytest.mark.parametrize("field, value", [
    *[("name", value) for value in TEXT], *[("notes", value) for value in TEXT], *[("icon", value) for value in TEXT],
    *[("start_date", value) for value in DAY], *[("deadline", value) for value in DAY],
    *[("estimation", value) for value in AMOUNT], *[("budget", value) for value in AMOUNT],
])
def test_wrong_values(owner, field, value):
    assert list(create(owner, **{field: value}).faults) == [field]
    path = "/projects/100"
    before = owner.get(path, workspace_id=1).data
    assert list(owner.put(path, json={"name": "Changed", field: value}, workspace_id=1).faults) == [field]
    assert owner.get(path, workspace_id=1).data == before


def test_all_faults_are_told_at_once(owner):
    wrong = {"name": "", "start_date": "x", "deadline": "y", "estimation": -1, "budget": "z", "notes": 1, "icon": []}
    reply = owner.post("/projects", json=wrong, workspace_id=1)
    assert set(reply.faults) == set(wrong)
    assert all(isinstance(text, str) and text for texts in reply.faults.values() for text in texts)


@pytest.mark.parametrize("text", ["x", "é", "項", "😀", "e\u0301"])
@pytest.mark.parametrize("field, limit", [("name", 255), ("icon", 255), ("notes", 65535)])
def test_lengths_are_counted_in_characters(owner, makes_projects, text, field, limit):
    if limit > 255 and text == "😀":
        return  # the same code at four times the size
    longest = (text * limit)[:limit]
    assert create(owner, **{field: longest}).data[field] == longest
    assert list(create(owner, **{field: longest + "x"}).faults) == [field]


@pytest.mark.parametrize("value, expected", [("12.5", 12.5), ("0", 0), (" 7 ", 7), ("1e3", 1000), (1e3, 1000),
                                             (5.0, 5), ("99999999999", 99999999999), (1.23450, 1.2345)])
def test_amounts_in_other_spellings(owner, makes_projects, value, expected):
    assert create(owner, estimation=value).data["estimation"] == expected


@pytest.mark.parametrize("text", ["99999999998.9999", "10000000000.0001", "99999999999.9999", "0.0001"])
def test_an_amount_is_kept_to_the_last_digit_or_refused(owner, makes_projects, text):
    reply = post(owner, b'{"name":"x","budget":%s}' % text.encode())
    if reply.status != 422:
        kept = json.loads(reply.content, parse_float=str)["data"]["budget_estimation"]
        assert kept == text


@pytest.mark.parametrize("number", [b"1" + b"0" * 30, b"-1" + b"0" * 30, b"1e400"])
def test_numbers_that_no_machine_holds(owner, number):
    """Valid JSON all the same: the message must not say otherwise."""
    reply = post(owner, b'{"name":"x","budget":%s}' % number)
    assert reply.failure[0] in (400, 422)
    assert "not valid JSON" not in reply.message


def test_a_deadline_before_the_start(owner):
    assert list(create(owner, start_date="2024-02-01", deadline="2024-01-31").faults) == ["deadline"]
    reply = owner.put("/projects/100", json={"start_date": "2024-02-01", "deadline": "2024-01-31"}, workspace_id=1)
    assert list(reply.faults) == ["deadline"]
    assert list(owner.put("/projects/100", json={"deadline": "2024-01-14"}, workspace_id=1).faults) == ["deadline"], (
        "the stored start is 2024-01-15")


@pytest.mark.parametrize("day", ["1970-01-01", "2024-02-29", "2000-02-29", "1969-12-31", "9999-12-31"])
def test_days_that_exist(owner, makes_projects, day):
    assert create(owner, start_date=day, deadline=day).data["start_date"] == day


# ---- parameters ----

@pytest.mark.parametrize("name, value", [
    ("page", 0), ("page", -1), ("page", "x"), ("page", "1.5"), ("page", 10**10), ("page", 10**30), ("page", "1 OR 1=1"),
    ("per_page", 0), ("per_page", 101), ("per_page", -5), ("per_page", "x"), ("per_page", "0x10"),
    ("workspace_id", 0), ("workspace_id", -1), ("workspace_id", "x"), ("workspace_id", "1.5"), ("workspace_id", 10**30),
])
def test_parameters_out_of_range(owner, name, value):
    for path in ("/projects", "/members", "/contracts"):
        reply = owner.get(path, **{"workspace_id": 1, name: value})
        assert list(reply.faults) == [name]


@pytest.mark.parametrize("query", [{"per_page": 1}, {"per_page": 100}, {"page": 1}, {"page": ""}, {"per_page": ""},
                                   {"page": 10**9, "per_page": 100}])
def test_parameters_in_range(owner, query):
    assert owner.get("/projects", workspace_id=1, **query).status == 200


@pytest.mark.parametrize("id", ["x", "1.5", "-1", "0", "99999999999999999999", "100x", "0x64", "%20", "null", "'",
                                "1e2"])
def test_ids_that_name_nothing(owner, id):
    for kind in ("projects", "members", "contracts"):
        reply = owner.get(f"/{kind}/{id}", workspace_id=1)
        assert reply.status in (404, 422)
        assert owner.delete(f"/{kind}/{id}", workspace_id=1).status == reply.status


@pytest.mark.parametrize("query", ["name=%ff", "name=%00", "%ff=1", "name=%c0%80"])
def test_malformed_queries(owner, query):
    reply = owner.request("GET", "/projects", query=f"workspace_id=1&{query}")
    assert reply.status in (400, 422)


@pytest.mark.parametrize("query", ["name", "name=", "=x", "&&", "a=1&a=2", "page=1&page=1", "name=" + "x" * 255])
def test_odd_queries(owner, query):
    assert owner.request("GET", "/projects", query=f"workspace_id=1&{query}").status == 200


# ---- strict handling ----

def test_unknown_names_are_ignored(owner, makes_projects):
    reply = owner.post("/projects", json={"name": "x", "nmae": 1, "id": 5, "owner_id": 99, "created_at": "never"},
                       workspace_id=1, foo=1)
    assert reply.status == 201
    assert reply.data["id"] != 5 and reply.data["owner_id"] == 10


def test_unknown_names_are_errors_in_strict_handling(owner):
    fields = {"name": "x", "nmae": 1, "Deadline": None}
    reply = owner.post("/projects", json=fields, headers=STRICT, workspace_id=1, foo=1)
    assert set(reply.faults) == {"nmae", "Deadline", "foo"}
    form = owner.post("/projects", form={"name": "x", "nmae": 1}, headers=STRICT, workspace_id=1)
    assert list(form.faults) == ["nmae"]
    assert list(owner.get("/projects", headers=STRICT, workspace_id=1, pagesize=5).faults) == ["pagesize"]
    assert list(owner.put("/projects/100", json={"x": 1}, headers=STRICT, workspace_id=1).faults) == ["x"]


def test_strict_handling_takes_what_is_documented(owner, makes_projects):
    fields = {"name": "x", "start_date": None, "deadline": None, "estimation": 1, "budget": 1, "notes": "", "icon": ""}
    for prefer in ("handling=strict", "respond-async, handling=strict", "handling=strict; wait=10"):
        headers = {"Prefer": prefer}
        assert owner.post("/projects", json=fields, headers=headers, workspace_id=1).status == 201
        assert owner.get("/projects", headers=headers, workspace_id=1, name="", page=1, per_page=1).status == 200


def test_lenient_handling_is_the_default(owner, makes_projects):
    for prefer in ("handling=lenient", "return=minimal", "nonsense", ""):
        reply = owner.post("/projects", json={"name": "x", "y": 1}, headers={"Prefer": prefer}, workspace_id=1)
        assert reply.status == 201


# ---- addresses and methods ----

@pytest.mark.parametrize("path", ["/project", "/projects/100/tasks/1", "/", "", "/Projects", "/..%2f",
                                  "/projects%2f100", "/projects%2F100",
                                  "/projects/100/100"])
def test_unknown_addresses(owner, anonymous, path):
    for client in (owner, anonymous):
        assert client.get(path, workspace_id=1).failure == (404, "not_found")


def test_unknown_addresses_outside_of_the_api(owner):
    for path in ("/nothing", "/api", "/api/v1/projects", "/api/v2x/projects"):
        assert owner.exchange("GET", path).failure == (404, "not_found")


@pytest.mark.parametrize("method, path, allowed", [
    ("DELETE", "/projects", {"GET", "HEAD", "POST"}), ("PUT", "/members", {"GET", "HEAD", "POST"}),
    ("PATCH", "/projects/100", {"GET", "HEAD", "PUT", "DELETE"}),
    ("POST", "/contracts/20", {"GET", "HEAD", "PUT", "DELETE"}),
    ("POST", "/workspaces", {"GET", "HEAD"}), ("BREW", "/projects", {"GET", "HEAD", "POST"}),
])
def test_other_methods(owner, method, path, allowed):
    reply = owner.request(method, path, query={"workspace_id": 1})
    assert reply.failure == (405, "method_not_allowed")
    assert set(re.split(r",\s*", reply.headers["Allow"])) == allowed


@pytest.mark.parametrize("path", ["/projects/", "/projects/100/", "/members/", "/workspaces/", "//projects",
                                  "/projects//100", "///members//100//"])
def test_slashes_that_separate_nothing(owner, path):
    assert owner.get(path, workspace_id=1).status == 200


def test_ids_may_be_written_in_full(owner):
    assert owner.get("/%70rojects/%31%30%30", workspace_id=1).data["id"] == 100


# ---- anything ----

SCALARS = (strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=300) |
           strategies.floats(allow_nan=False, allow_infinity=False) | strategies.sampled_from(DAY + AMOUNT) |
           strategies.dates().map(str))
VALUES = strategies.recursive(SCALARS, lambda inner: strategies.lists(inner, max_size=3) |
                              strategies.dictionaries(strategies.text(max_size=5), inner, max_size=3), max_leaves=5)
NAMES = strategies.sampled_from(["name", "start_date", "deadline", "estimation", "budget", "notes", "icon",
                                 "workspace_id", "budget_estimation"]) | strategies.text(max_size=10)
PARAMETERS = strategies.dictionaries(strategies.sampled_from(["page", "per_page", "name", "foo"]),
                                     strategies.text(strategies.characters(blacklist_categories=["Cs"]), max_size=20),
                                     max_size=2)
anything = hypothesis.settings(max_examples=150, deadline=None, database=None, derandomize=True,
                               suppress_health_check=list(hypothesis.HealthCheck))


@anything
@hypothesis.given(fields=strategies.dictionaries(NAMES, VALUES, max_size=6), query=PARAMETERS)
def test_any_fields(demo, owner, makes_projects, fields, query):
    for reply in (owner.post("/projects", body=json.dumps(fields).encode(), workspace_id=1, **query),
                  owner.put("/projects/100", body=json.dumps(fields).encode(), workspace_id=1, **query)):
        assert reply.status in (200, 201, 400, 403, 422), reply
        if reply.status == 403:
            assert "workspace_id" in fields
    assert demo.running()


@anything
@hypothesis.given(body=strategies.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()),
                  content_type=strategies.sampled_from(["application/json", "application/x-www-form-urlencoded",
                                                        "text/x"]))
def test_any_body(demo, owner, makes_projects, body, content_type):
    headers = {"Content-Type": content_type}
    for reply in (post(owner, body, headers=headers),
                  owner.put("/projects/100", body=body, headers=headers, workspace_id=1)):
        assert reply.status in (200, 201, 400, 413, 415, 422), reply
    assert demo.running()


@anything
@hypothesis.given(query=strategies.dictionaries(
    strategies.sampled_from(["workspace_id", "page", "per_page", "name", "status", "role", "email", "user_id"]),
    strategies.text(strategies.characters(blacklist_categories=["Cs"]), max_size=30), max_size=4),
    path=strategies.sampled_from(["/projects", "/members", "/contracts", "/workspaces"]))
def test_any_parameters(demo, owner, path, query):
    reply = owner.get(path, **query)
    assert reply.status in (200, 400, 403, 422), reply
    assert demo.running()


def test_the_server_is_still_well(owner):
    assert owner.get("/projects", workspace_id=1).status == 200
