"""What surrounds every operation: entity tags, HEAD, compression, idempotency, CORS, the rate limit, the addresses of
operations staff, and the sandbox's clock."""

import gzip
import json
import re
import time
import urllib.parse
import urllib.request

import pytest
import requests
from client import API, Client
from scenario import advance_clock, move_clock, new_project, run_sql, set_clock, unique, until


@pytest.fixture
def sandbox(start_server):
    """The owner of a fresh sandbox whose clock the test may move."""
    return Client(start_server(), "demo-owner")


def system(server, path):
    return requests.get(server.url + path, timeout=10)


# ---- ETag ----

@pytest.mark.parametrize("path", ["/projects", "/projects/100", "/members", "/members/100", "/contracts",
                                  "/contracts/20", "/workspaces"])
def test_a_read_that_brings_nothing_new(owner, path):
    first, second = owner.get(path, workspace_id=1), owner.get(path, workspace_id=1)
    tag = first.headers["ETag"]
    assert re.fullmatch(r'(W/)?"[^"]+"', tag)
    assert second.headers["ETag"] == tag, "request ids and times do not count"
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        unchanged = owner.get(path, workspace_id=1, headers={"If-None-Match": sent})
        assert (unchanged.status, unchanged.content) == (304, b"")
        assert unchanged.headers["ETag"] == tag
    for sent in ('"other"', tag.strip('W/"'), ""):
        assert owner.get(path, workspace_id=1, headers={"If-None-Match": sent}).status == 200


def test_a_write_changes_the_tag(owner):
    project = new_project(owner)
    paths = [f"/projects/{project['id']}", "/projects"]

    def tags():
        return [owner.get(path, workspace_id=1, per_page=100).headers["ETag"] for path in paths]

    before = tags()
    owner.put(paths[0], json={"notes": "New"}, workspace_id=1)
    after = tags()
    assert before[0] != after[0] and before[1] != after[1]
    owner.put(paths[0], json={"notes": "New"}, workspace_id=1)
    assert owner.get(paths[0], workspace_id=1, headers={"If-None-Match": before[0]}).status == 200


def test_pages_have_tags_of_their_own(owner):
    new_project(owner)
    assert (owner.get("/projects", workspace_id=1, per_page=1).headers["ETag"] !=
            owner.get("/projects", workspace_id=1, per_page=1, page=2).headers["ETag"])


def test_writes_have_no_tag_and_ignore_it(owner):
    reply = owner.post("/projects", json={"name": "x"}, headers={"If-None-Match": "*"}, workspace_id=1)
    assert reply.status == 201 and "ETag" not in reply.headers


# ---- HEAD ----

@pytest.mark.parametrize("path", ["/projects", "/projects/100", "/members", "/contracts", "/workspaces"])
def test_head(owner, path):
    """`identity`, because the length is known only of what is sent as it is."""
    headers = {"Accept-Encoding": "identity"}
    get, head = owner.get(path, workspace_id=1, headers=headers), owner.head(path, workspace_id=1, headers=headers)
    assert (head.status, head.content) == (200, b"")
    for name in ("Content-Type", "ETag", "Content-Length"):
        assert head.headers[name] == get.headers[name]


def test_head_is_refused_like_get(owner, anonymous):
    assert owner.head("/projects/999999", workspace_id=1).status == 404
    assert anonymous.head("/projects", workspace_id=1).status == 401


# ---- compression ----

def fetch(server, path, **headers):
    """Without a client that decodes by itself."""
    request = urllib.request.Request(server.url + API + path, headers={"Authorization": "Bearer demo-owner", **headers})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return reply.headers, reply.read()


def test_long_lists_are_compressed_for_those_who_ask(demo, owner):
    for _ in range(30):
        new_project(owner, notes="All work and no play. " * 20)
    path = "/projects?workspace_id=1&per_page=100"
    headers, plain = fetch(demo, path)
    assert "Content-Encoding" not in headers
    for accepted in ("gzip", "deflate, gzip", "gzip;q=0.5", "GZIP"):
        headers, packed = fetch(demo, path, **{"Accept-Encoding": accepted})
        assert headers["Content-Encoding"] == "gzip"
        assert "accept-encoding" in headers["Vary"].lower()
        assert len(packed) < len(plain) / 2
        assert json.loads(gzip.decompress(packed))["data"] == json.loads(plain)["data"]
    for accepted in ("identity", "gzip;q=0", "gzip; q=0", "br", "xgzip", "gzip;q=0.000"):
        assert "Content-Encoding" not in fetch(demo, path, **{"Accept-Encoding": accepted})[0]


def test_short_replies_are_not_worth_it(demo):
    headers, _ = fetch(demo, "/workspaces", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in headers


# ---- request ids ----

def test_request_ids(owner):
    """Also in meta.request_id, as the client checks of every reply."""
    ids = [owner.get("/projects", workspace_id=1).headers["X-Request-Id"] for _ in range(20)]
    assert len(set(ids)) == 20
    assert owner.get("/nothing").headers["X-Request-Id"]


def test_request_ids_are_in_the_log(demo, owner):
    request_id = owner.get("/projects", workspace_id=1).headers["X-Request-Id"]
    until(lambda: request_id in demo.log.read_text())  # the line is written after the reply
    line, = [line for line in demo.log.read_text().splitlines() if request_id in line]
    assert "200" in line and "GET" in line and "demo-owner" not in line


def test_secrets_are_not_logged(demo, owner):
    owner.post("/accept-invitation/stint_inv_secret", json={"password": "hidden password"})
    owner.get("/projects", workspace_id=1, name="x")
    log = "".join(line for line in demo.log.read_text().splitlines() if line.startswith("time="))
    assert "stint_inv_secret" not in log and "hidden password" not in log and "demo-owner" not in log


# ---- Idempotency-Key ----

def post(client, key, name="Once", **fields):
    return client.post("/projects", json={"name": name, **fields}, headers={"Idempotency-Key": key}, workspace_id=1)


def test_a_repeated_post_is_done_once(owner):
    name, key = unique("Once"), unique("key")
    first, second = post(owner, key, name), post(owner, key, name)
    assert (first.status, first.content) == (second.status, second.content) == (201, first.content)
    assert second.headers["Location"] == first.headers["Location"]
    assert owner.get("/projects", workspace_id=1, name=name).ids == [first.data["id"]]


def test_a_key_is_for_one_request(owner):
    name, key = unique("Once"), unique("key")
    project = post(owner, key, name).data
    for reply in (post(owner, key, name + "!"), post(owner, key, name, notes="More"),
                  owner.post("/contracts", json={"project_id": project["id"], "user_id": 100}, workspace_id=1,
                             headers={"Idempotency-Key": key})):
        assert reply.failure == (422, "idempotency_key_reused")
    assert owner.get("/projects", workspace_id=1, name=name).pagination["total"] == 1
    assert owner.get("/contracts", workspace_id=1, project_id=project["id"]).data == []


def test_other_keys_and_none_are_other_requests(owner):
    name = unique("Twice")
    ids = {post(owner, unique("key"), name).data["id"] for _ in range(2)}
    ids |= {owner.post("/projects", json={"name": name}, workspace_id=1).data["id"] for _ in range(2)}
    assert len(ids) == 4


def test_a_refused_request_does_not_use_the_key_up(owner):
    key = unique("key")
    assert list(post(owner, key, "").faults) == ["name"]
    assert post(owner, key, "Right this time").status == 201


def test_a_key_belongs_to_one_caller(owner, executive_manager):
    key = unique("key")
    assert post(owner, key, "Mine").data["id"] != post(executive_manager, key, "Mine").data["id"]


def test_keys_are_kept_for_a_day(sandbox):
    set_clock(sandbox, "2024-01-15T09:00:00Z")
    first = post(sandbox, "key").data["id"]
    advance_clock(sandbox, 86400 - 1)
    assert post(sandbox, "key").data["id"] == first
    advance_clock(sandbox, 2)
    second = post(sandbox, "key").data["id"]
    assert second != first
    assert post(sandbox, "key", "Other").failure == (422, "idempotency_key_reused")


def test_an_invitation_is_sent_once(owner):
    person = {"email": "idempotent@example.com", "firstname": "A", "lastname": "B", "role": "Regular User"}
    replies = [owner.post("/members", json=person, headers={"Idempotency-Key": "invite"}, workspace_id=1)
               for _ in range(2)]
    assert replies[0].data == replies[1].data
    assert replies[0].status == replies[1].status == 201


def test_a_slash_or_two_do_not_make_another_request(owner):
    name, key = unique("Once"), unique("key")
    replies = [owner.request("POST", path, json={"name": name}, headers={"Idempotency-Key": key},
                             query={"workspace_id": 1}) for path in ("/projects", "/projects/")]
    assert replies[1].headers["Idempotency-Replayed"] == "true" and replies[0].content == replies[1].content


def test_the_database_holds_neither_the_key_nor_the_answer(owner, anonymous):
    key, password = "key-in-the-clear", "password-in-the-clear"
    person = {"email": "sealed@example.com", "firstname": "A", "lastname": "B", "role": "Regular User"}
    link = owner.post("/members", json=person, headers={"Idempotency-Key": key}, workspace_id=1).data["invitation_link"]
    secret = link.rpartition("/")[2]
    accepted = anonymous.post(f"/accept-invitation/{secret}", json={"password": password},
                              headers={"Idempotency-Key": key})
    assert accepted.status == 200
    question = "SELECT count(*) FROM idempotency_keys WHERE key || ' ' || fingerprint || ' ' || body LIKE '%{}%'"
    assert int(run_sql(owner.server, question.format(""))) >= 2
    assert [run_sql(owner.server, question.format(word)) for word in (key, secret, password, "success")] == ["0"] * 4


def test_an_answer_is_not_repeated_to_whoever_sees_less_or_more_than_before(owner, executive_manager):
    project_id, key = new_project(owner)["id"], unique("key")

    def hire(rate_status):
        owner.put("/members/11", json={"rate_status": rate_status}, workspace_id=1)
        return executive_manager.post("/contracts", json={"project_id": project_id, "user_id": 100, "rate": 12.5},
                                      headers={"Idempotency-Key": key}, workspace_id=1)
    assert hire(1).data["rate"] == 12.5
    assert hire(0).failure == (409, "carried_out_before")
    assert hire(1).headers["Idempotency-Replayed"] == "true"
    assert owner.get("/contracts", workspace_id=1, project_id=project_id).pagination["total"] == 1


def test_answers_are_kept_up_to_a_size_and_nothing_is_done_twice(sandbox):
    """A caller's answers of a day may not fill the disk."""
    slots = [{"id": f"{number}", "start": "2024-01-15T09:00:00Z", "end": "later"} for number in range(1000)]
    body = json.dumps({"workspace_id": 1, "user_id": 100, "slots": slots})

    def send(key):  # without a look at the schema: there are many
        return sandbox.exchange("POST", f"{API}/tracked-slots", body=body, headers={"Idempotency-Key": key})
    sent = 0
    while sent < 16 * 1024 * 1024:
        reply = send(f"{sent}")
        assert reply.status == 200
        sent += len(reply.content)
    assert send("0").headers["Idempotency-Replayed"] == "true"
    assert send("last").status == 200
    assert send("last").body["error"] == "carried_out_before"
    assert sandbox.post("/projects", json={"name": "Any"}, workspace_id=1).status == 201


def test_keys_that_are_too_long(owner):
    assert post(owner, "k" * 255).status == 201
    assert post(owner, "k" * 256).failure[0] in (400, 422)


# ---- answers that are too large ----

def test_who_asks_for_too_much_is_told_to_ask_for_less(start_server):
    """It would be too much again: "try again" would be no help."""
    owner = Client(start_server("--request-memory", "131072"), "demo-owner")
    for _ in range(30):
        new_project(owner, notes="n" * 3000)
    assert owner.get("/projects", workspace_id=1, per_page=50).failure == (400, "answer_too_large")
    assert len(owner.get("/projects", workspace_id=1, per_page=10).data) == 10


# ---- CORS ----

PREFLIGHT = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization, content-type"}


def preflight(server, **headers):
    return requests.options(server.url + API + "/projects", headers={**PREFLIGHT, **headers}, timeout=10)


def test_cors_is_off_by_default(demo, owner):
    local = {"Origin": "http://localhost:3000"}
    for reply in (preflight(demo, **local), owner.get("/projects", workspace_id=1, headers=local)):
        assert not [name for name in reply.headers if name.lower().startswith("access-control-")]


def test_cors(start_server):
    server = start_server("--cors-origin", "https://app.example")
    reply = preflight(server)
    assert reply.status_code in (200, 204)
    assert reply.headers["Access-Control-Allow-Origin"] == "https://app.example"
    methods = re.split(r",\s*", reply.headers["Access-Control-Allow-Methods"])
    assert {"GET", "POST", "PUT", "DELETE"} <= set(methods)
    names = re.split(r",\s*", reply.headers["Access-Control-Allow-Headers"].lower())
    assert {"authorization", "content-type", "idempotency-key", "if-none-match", "prefer"} <= set(names)

    client = Client(server, "demo-owner")
    for reply in (client.get("/projects", workspace_id=1, headers={"Origin": "https://app.example"}),
                  client.get("/projects", headers={"Origin": "https://app.example", "Authorization": "Bearer x"})):
        assert reply.headers["Access-Control-Allow-Origin"] == "https://app.example", "of errors too"
        assert "origin" in reply.headers["Vary"].lower()
        exposed = re.split(r",\s*", reply.headers["Access-Control-Expose-Headers"].lower())
        assert {"etag", "idempotency-replayed", "link", "x-request-id", "retry-after"} <= set(exposed)


def test_refusals_are_for_the_named_origin_too(start_server):
    """A browser tells its page nothing of a reply without these headers: not even that the body was too large."""
    server = start_server("--cors-origin", "https://app.example", "--body-limit", "1000")
    client = Client(server, "demo-owner")
    origin = {"Origin": "https://app.example"}
    replies = [client.post("/projects", json={"notes": "x" * 2000}, headers=origin, workspace_id=1),
               client.get("/projects?name=%ff", headers=origin), client.get("/nothing", headers=origin),
               client.post("/projects", body=b"{", headers=origin, workspace_id=1)]
    assert [reply.status for reply in replies] == [413, 400, 404, 400]
    assert "1000 bytes" in replies[0].message
    assert {reply.headers.get("Access-Control-Allow-Origin") for reply in replies} == {"https://app.example"}


def test_cors_is_for_the_named_origin(start_server):
    server = start_server("--cors-origin", "https://app.example")
    client = Client(server, "demo-owner")
    for origin in ("https://evil.example", "http://app.example", "https://app.example.evil.example", "null",
                   "http://localhost:3000"):
        assert "Access-Control-Allow-Origin" not in preflight(server, Origin=origin).headers
        reply = client.get("/projects", workspace_id=1, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in reply.headers
    assert "Access-Control-Allow-Origin" not in client.get("/projects", workspace_id=1).headers


# ---- what the sandbox keeps out ----

@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"},
                                     {"Host": "127.0.0.1.evil.example:80"}, {"Origin": "http://localhost.evil.example"},
                                     {"Host": "evil.example", "Origin": "http://evil.example"}], ids=str)
def test_the_page_of_another_machine_does_not_reach_the_sandbox(demo, owner, headers):
    """A form of any site can send text/plain, and a site's name can lead to 127.0.0.1."""
    before = owner.get("/workspaces").meta["timestamp"]
    for method, path in (("POST", "/demo/clock"), ("GET", "/api/v2/workspaces"), ("GET", "/docs")):
        reply = requests.request(method, demo.url + path, data='{"now": "2031-01-01T00:00:00Z"}', timeout=10,
                                 headers={"Authorization": "Bearer demo-owner", **headers})
        assert (reply.status_code, reply.json()["error"]) == (403, "foreign_request")
    assert owner.get("/workspaces").meta["timestamp"][:4] == before[:4]


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost:3000"}, {"Origin": "http://127.0.0.1"},
                                     {"Host": "localhost:8080"}, {"Host": "[::1]:8080", "Origin": "http://[::1]:8080"}],
                         ids=str)
def test_pages_of_this_machine_reach_the_sandbox(owner, headers):
    assert owner.get("/workspaces", headers=headers).status == 200


def test_any_page_may_call_where_the_operator_says_so(start_server):
    client = Client(start_server("--cors-origin", "*"), "demo-owner")
    assert client.get("/workspaces", headers={"Origin": "https://app.example"}).status == 200


# ---- headers of safety ----

def test_no_reply_is_taken_for_something_else(server, owner):
    replies = [requests.get(server.url + path, timeout=10) for path in
               ("/", "/docs", "/healthz", "/metrics", "/nothing", "/accept-invitation/x", API + "/openapi.json")]
    replies += [owner.get("/projects", workspace_id=1), owner.get("/projects/999999", workspace_id=1)]
    assert {reply.headers["X-Content-Type-Options"] for reply in replies} == {"nosniff"}


PAGES = ("/docs", "/accept-invitation/x", "/confirm/x", "/consent", "/reset-password", "/reset-password/x",
         "/settings/api", "/settings/security", "/sign-in")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_only_what_this_server_sends_in_files_of_their_own(server, path):
    reply = requests.get(server.url + path, timeout=10)
    policy = dict(each.split(" ", 1) for each in reply.headers["Content-Security-Policy"].split("; "))
    assert policy == {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'",
                      "img-src": "'self'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
                      "require-trusted-types-for": "'script'", "trusted-types": "'none'"}
    assert reply.headers["Referrer-Policy"] == "no-referrer" and "camera=()" in reply.headers["Permissions-Policy"]
    assert reply.headers["Cross-Origin-Opener-Policy"] == reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not re.search(r"<style|<script>|\son\w+=|\sstyle=|javascript:", reply.text), "which would not work"


@pytest.mark.parametrize("path", PAGES)
def test_the_parts_of_a_page_are_kept_for_good(server, path):
    page = requests.get(server.url + path, timeout=10)
    named = re.findall(r'(?:href|src)="([^"]*assets/[^"]+)"', page.text)
    parts = {urllib.parse.urljoin(page.url, each) for each in named}
    assert len(parts) >= 4
    for part in parts:
        reply = requests.get(part, timeout=10)
        assert reply.status_code == 200 and "immutable" in reply.headers["Cache-Control"]
        media_type = "text/css" if part.endswith(".css") else "text/javascript"
        assert reply.headers["Content-Type"] == f"{media_type}; charset=utf-8"
        assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert requests.head(part, timeout=10).headers["ETag"] == reply.headers["ETag"]
        assert requests.get(part.replace("-", "-0"), timeout=10).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_at_one_address_since_its_links_are_relative_to_it(server, path):
    reply = requests.get(f"{server.url}{path}/?a=b/c", allow_redirects=False, timeout=10)
    assert reply.status_code == 308
    assert urllib.parse.urljoin(reply.url, reply.headers["Location"]) == f"{server.url}{path}?a=b/c"


@pytest.mark.parametrize("method, path, allowed", [
    ("POST", "/healthz", "GET, HEAD"), ("DELETE", "/docs", "GET, HEAD"), ("PUT", "/demo/clock", "GET, HEAD, POST"),
    ("PUT", "/accept-invitation/x", "GET, HEAD, POST"), ("POST", API + "/openapi.json", "GET, HEAD")])
def test_a_system_address_says_its_methods(server, method, path, allowed):
    reply = requests.request(method, server.url + path, timeout=10)
    assert (reply.status_code, reply.headers["Allow"]) == (405, allowed)


def test_a_token_without_the_scope_is_told_which(stint, demo):
    made = stint.run("token", "create", "--database", demo.database, "--user", "owner@example.com", "--name", "reader",
                     "--scopes", "read")
    reply = Client(demo, re.search(r"stint_pat_[\w-]+", made.stdout)[0]).post("/projects", json={}, workspace_id=1)
    assert reply.failure == (403, "insufficient_scope")
    assert reply.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="write"'


def test_a_search_is_bounded(owner):
    assert list(owner.get("/projects", workspace_id=1, name="\ufdfa" * 256).faults) == ["name"]
    assert owner.get("/projects", workspace_id=1, name="\ufdfa" * 255).status == 200


# ---- the rate limit ----

def test_the_rate_limit(start_server):
    server = start_server("--rate-limit", "5")
    owner, manager = Client(server, "demo-owner"), Client(server, "demo-executive-manager")
    set_clock(owner, "2024-01-15T09:00:00Z")
    for remaining in (4, 3, 2, 1, 0):
        reply = owner.get("/projects", workspace_id=1)
        assert reply.status == 200
        assert (reply.headers["X-RateLimit-Limit"], reply.headers["X-RateLimit-Remaining"]) == ("5", str(remaining))
        assert 0 < int(reply.headers["X-RateLimit-Reset"]) - time.time() + 1 <= 61, "by the clock of the client"
    advance_clock(owner, 3600)  # which moves no limit
    reply = owner.get("/projects", workspace_id=1)
    assert reply.failure == (429, "rate_limited")
    assert reply.headers["X-RateLimit-Remaining"] == "0"
    assert 0 < int(reply.headers["Retry-After"]) <= 60
    assert abs(int(reply.headers["X-RateLimit-Reset"]) - time.time() - int(reply.headers["Retry-After"])) < 2
    assert owner.post("/projects", json={"name": "x"}, workspace_id=1).failure == (429, "rate_limited")
    assert manager.get("/projects", workspace_id=1).status == 200, "each user has a limit of their own"
    assert system(server, "/healthz").status_code == 200


def test_the_sandbox_has_no_rate_limit(owner):
    replies = [owner.get("/projects/100", workspace_id=1) for _ in range(100)]
    assert all(reply.status == 200 and "X-RateLimit-Limit" not in reply.headers for reply in replies)


# ---- for operations staff ----

def test_health_and_readiness(demo):
    for path in ("/healthz", "/readyz"):
        reply = system(demo, path)
        assert reply.status_code == 200
        assert reply.headers["X-Request-Id"]
        assert requests.head(demo.url + path, timeout=10).status_code == 200


@pytest.mark.parametrize("path", ["/healthz/", "//readyz", "/docs/", "/api/v2/openapi.json/", "/api//v2/openapi.json"])
def test_slashes_that_separate_nothing(demo, path):
    assert system(demo, path).status_code == 200


@pytest.mark.parametrize("cookie, page", [("", "sign-in"), ("other=1", "sign-in"), ("a=b; stint=x", "settings/api")])
def test_the_root_leads_to_what_a_person_can_do_next(demo, cookie, page):
    reply = requests.get(demo.url + "/", headers={"Cookie": cookie}, timeout=10)
    assert reply.history[0].status_code == 302
    assert reply.url == f"{demo.url}/{page}" and "<html" in reply.text


def test_the_icon_is_where_browsers_look(demo):
    icon = system(demo, "/favicon.ico")
    assert icon.headers["Content-Type"] == "image/svg+xml" and "<svg" in icon.text


@pytest.mark.parametrize("path", ["/docs", "/api/v2/openapi.json", "/favicon.ico"])
def test_what_stays_the_same_is_sent_once(demo, path):
    first = system(demo, path)
    assert "no-store" not in first.headers["Cache-Control"]
    again = requests.get(demo.url + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    assert len(first.content) < 2048 or first.headers["Content-Encoding"] == "gzip"
    assert requests.get(demo.url + path, headers={"If-None-Match": '"other"'}, timeout=10).status_code == 200


SAMPLE = re.compile(r'([a-zA-Z_:][\w:]*(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)*\})?) ([-+0-9.eE]+|NaN|[+-]Inf)')


def metrics(server):
    reply = system(server, "/metrics")
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    samples = {}
    for line in reply.text.splitlines():
        if not line.startswith("#"):
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] not in samples, "twice"
            samples[sample[1]] = float(sample[2])
    return reply.text, samples


def test_metrics(demo, owner):
    def requests_counted():
        return sum(value for name, value in metrics(demo)[1].items() if re.match(r"\w*requests_total\b", name))

    before = requests_counted()
    for _ in range(10):
        owner.get("/projects", workspace_id=1)
    assert requests_counted() >= before + 10
    text, samples = metrics(demo)
    for name in {re.match(r"[\w:]+", name)[0] for name in samples}:
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        assert f"# TYPE {name} " in text or f"# TYPE {family} " in text, name


def test_metrics_tell_no_names(demo, owner):
    owner.get("/projects", workspace_id=1, name="Confidential")
    owner.get("/projects/4711", workspace_id=1)
    owner.get("/made-up-address")
    text, _ = metrics(demo)
    assert "Confidential" not in text and "4711" not in text and "made-up" not in text


# ---- the sandbox's clock ----

def test_the_clock_is_the_whole_notion_of_now(sandbox):
    assert set_clock(sandbox, "2024-03-10T12:00:00Z")["now"] == "2024-03-10T12:00:00Z"
    reply = sandbox.post("/projects", json={"name": "Timely"}, workspace_id=1)
    assert reply.meta["timestamp"] == "2024-03-10T12:00:00Z"
    assert reply.data["created_at"] == reply.data["updated_at"] == "2024-03-10T12:00:00Z"
    path = f"/projects/{reply.data['id']}"

    assert advance_clock(sandbox, 90)["now"] == "2024-03-10T12:01:30Z"
    changed = sandbox.put(path, json={"notes": "Later"}, workspace_id=1)
    assert changed.meta["timestamp"] == changed.data["updated_at"] == "2024-03-10T12:01:30Z"
    assert changed.data["created_at"] == "2024-03-10T12:00:00Z"

    set_clock(sandbox, "2020-02-29T23:59:59Z")
    assert new_project(sandbox)["created_at"] == "2020-02-29T23:59:59Z", "backwards too"
    advance_clock(sandbox, 1)
    assert new_project(sandbox)["created_at"] == "2020-03-01T00:00:00Z"
    advance_clock(sandbox, -3601)
    assert sandbox.get(path, workspace_id=1).meta["timestamp"] == "2020-02-29T22:59:59Z"


def test_a_set_clock_stands_still(sandbox):
    set_clock(sandbox, "2024-03-10T12:00:00Z")
    deadline = time.monotonic() + 1.1
    while time.monotonic() < deadline:
        assert sandbox.get("/workspaces").meta["timestamp"] == "2024-03-10T12:00:00Z"


@pytest.mark.parametrize("change", [{}, [], {"now": "later"}, {"now": 5}, {"now": "2024-02-30T00:00:00Z"},
                                    {"advance_seconds": "x"}, {"advance_seconds": 10**18},
                                    {"now": "9999-12-30T12:00:00Z"}, {"now": "0001-01-02T12:00:00Z"}])
def test_a_clock_cannot_be_set_to_nonsense(owner, change):
    reply = requests.post(owner.server.url + "/demo/clock", json=change, timeout=10)
    assert 400 <= reply.status_code < 500
    assert reply.json()["success"] is False


@pytest.mark.parametrize("now", ["9999-12-29T23:30:00Z", "0001-01-03T00:30:00Z"])
def test_at_the_ends_of_the_calendar_every_zone_has_a_day(sandbox, now):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        sandbox.put("/members/123", json={"timezone": zone}, workspace_id=1)
        set_clock(sandbox, now)
        person = {"workspace_id": 1, "user_id": 123}
        started = sandbox.post("/time-tracking/start", json=person).status == 200
        assert started == (now > "1971"), "before that the clock is wrong"
        assert sandbox.get("/time-tracking/current-data", **person).status == (200 if started else 400)
        sandbox.post("/time-tracking/stop", json=person)
    assert sandbox.get("/workspaces").meta["timestamp"] == now


def test_tokens_of_the_sandbox_never_expire(sandbox):
    move_clock(sandbox, {"now": "2090-01-01T00:00:00Z"})
    assert sandbox.get("/projects", workspace_id=1).status == 200
