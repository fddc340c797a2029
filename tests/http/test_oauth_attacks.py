"""What attackers try with OAuth2 (RFC 9700), each with the answer that stops it."""

import concurrent.futures
import itertools
import pathlib
import re
import subprocess
import urllib.parse

import pytest
import requests
from client import API, Client, Document
from oauth_app import (CALLBACK, TIMEOUT, answer_of, challenge_of, code_for, consent, failure, register,
                       tokens_for)
from scenario import run_sql, set_clock, signed_in

INVALID = (400, "invalid_grant")


@pytest.fixture
def app(stint, demo):
    return register(stint, demo)


@pytest.fixture
def public(stint, demo):
    return register(stint, demo, public=True, redirects=f"{CALLBACK},http://127.0.0.1/back,org.example.app:/back")


def everything(server):
    """That is stored, as a text."""
    if server.database.startswith("sqlite:"):
        path = server.database.removeprefix("sqlite:")
        return "".join(pathlib.Path(path + end).read_bytes().decode("latin-1") for end in ("", "-wal"))
    return subprocess.run(["pg_dump", "--inserts", server.database], check=True, capture_output=True, text=True).stdout


def is_dead(server, given):
    return Client(server, given["access_token"]).get("/projects", workspace_id=1).failure == (401, "unauthenticated")


# ---- codes ----

def test_a_code_that_comes_twice_ends_what_came_of_it(demo, app, emma):
    code = code_for(emma, app)
    given = app.change(code).json()
    assert failure(app.change(code)) == INVALID
    assert is_dead(demo, given)
    assert failure(app.refresh(given["refresh_token"])) == INVALID


def test_of_two_at_once_none_keeps_a_token(demo, app, emma):
    """The thief and the app: nobody knows which is which."""
    code = code_for(emma, app)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = [*pool.map(lambda _: app.change(code), range(8))]
    given = [each.json() for each in replies if each.status_code == 200]
    assert len(given) == 1 and is_dead(demo, given[0])


def test_a_code_is_of_the_app_that_asked(stint, demo, app, emma):
    other = register(stint, demo)
    other.verifier = app.verifier
    code = code_for(emma, app)
    assert failure(other.change(code)) == INVALID
    assert app.change(code).status_code == 200, "and nobody else can spoil it"


def test_a_code_is_of_the_browser_that_asked(demo, app, emma):
    """Injection: a stolen code in a session of another browser, which has a verifier of its own."""
    code = code_for(emma, app)
    assert failure(app.change(code, code_verifier="b" * 43)) == INVALID
    assert failure(app.change(code, code_verifier=None)) == INVALID
    assert failure(app.change(code, code_verifier=challenge_of(app.verifier))) == INVALID
    assert failure(app.change(code, redirect_uri="https://app.example/other")) == INVALID
    assert failure(app.change(code, redirect_uri=None)) == INVALID
    assert app.change(code).status_code == 200


def test_a_challenge_that_was_taken_away_is_missed(app, emma):
    """Downgrade: the app sends a verifier, but the request came without a challenge."""
    code = code_for(emma, app, code_challenge=None, code_challenge_method=None)
    assert failure(app.change(code)) == INVALID
    assert app.change(code, code_verifier=None).status_code == 200


def test_a_public_app_needs_a_challenge(public, emma):
    back = public.authorize(code_challenge=None, code_challenge_method=None)
    assert answer_of(back)["error"] == "invalid_request"
    assert tokens_for(emma, public)["refresh_token"]


# ---- where browsers are sent ----

@pytest.mark.parametrize("redirect", [
    "https://app.example/callback/", "https://app.example/callback?a=b", "https://app.example/Callback",
    "https://app.example/callback/../x", "https://app.example/callback%2F..", "https://app.example:443/callback",
    "http://app.example/callback", "https://evil.example/callback", "https://app.example.evil.example/callback",
    "https://app.example@evil.example/callback", "https://evil.example\\@app.example/callback",
    "//app.example/callback", "https://app.example/callback#x", "javascript:alert(1)", "http://127.0.0.1/back",
])
def test_nobody_is_sent_where_no_app_has_said(app, emma, redirect):
    where = app.authorize(redirect_uri=redirect)
    assert where.startswith("../consent?"), "to our page, which tells the person"
    asked = app.request(redirect_uri=redirect)
    assert emma.get("/oauth/consent", **asked).failure == (400, "unknown_app")
    assert emma.post("/oauth/consent", json={**asked, "workspace_id": 1, "decision": "allow"}).failure \
        == (400, "unknown_app")


def test_of_two_addresses_in_a_request_all_see_the_same(app):
    address = f"{app.server.url}/oauth/authorize?redirect_uri={CALLBACK}&" + urllib.parse.urlencode(
        app.request(redirect_uri="https://evil.example/"))
    where = requests.get(address, timeout=TIMEOUT, allow_redirects=False).headers["Location"]
    assert where.startswith("../consent?") and where.count("redirect_uri") == 1
    assert answer_of(where)["redirect_uri"] == "https://evil.example/"


def test_only_the_port_of_this_machine_is_free(public, app, emma):
    for redirect in ("http://127.0.0.1:51004/back", "org.example.app:/back"):
        where = consent(emma, public, redirect_uri=redirect)
        assert where.startswith(f"{redirect}?code=")
        assert public.change(answer_of(where)["code"], redirect_uri=redirect).status_code == 200
    for redirect in ("http://127.0.0.1:51004/other", "http://127.0.0.1.evil.example/back", "http://localhost:1/back",
                     "http://127.0.0.1:80@evil.example/back", "http://127.0.0.2/back", "https://127.0.0.1/back"):
        assert public.authorize(redirect_uri=redirect).startswith("../consent?")
        assert emma.get("/oauth/consent", **public.request(redirect_uri=redirect)).failure == (400, "unknown_app")


@pytest.mark.parametrize("redirects", ["http://app.example/", "https://user@app.example/", "javascript:alert(1)",
                                       "data:text/html,x", "https://app.example/#x", "app.example/cb", "https://",
                                       "org.example.app:/back", "ftp://app.example/", "https://a\\b/"])
def test_no_app_names_an_address_that_is_unsafe(stint, demo, redirects):
    done = stint.run("app", "create", "Bad", "emma@example.com", "--workspace", "1", "--redirect-uris", redirects,
                     "--database", demo.database)
    assert done.returncode == 1 and "redirect_uris" in done.stderr


def test_the_answer_names_the_server(demo, app, emma):
    """Mix-up: of several servers, which has answered (RFC 9207)."""
    for decision in ("allow", "deny"):
        assert answer_of(consent(emma, app, decision=decision))["iss"] == demo.url


def test_an_address_with_a_query_keeps_it(stint, demo, emma):
    app = register(stint, demo, redirects="https://app.example/cb?tenant=1")
    where = consent(emma, app, redirect_uri="https://app.example/cb?tenant=1", state="a&b=c#d")
    assert where.startswith("https://app.example/cb?tenant=1&code=") and answer_of(where)["state"] == "a&b=c#d"


# ---- whose decision it is ----

def test_nobody_decides_but_the_person_on_our_page(demo, app, emma):
    asked = {**app.request(), "workspace_id": 1, "decision": "allow"}
    assert Client(demo, "demo-executive-manager").post("/oauth/consent", json=asked).status == 403
    assert Client(demo).post("/oauth/consent", json=asked).status == 401
    for forged in ({"Sec-Fetch-Site": "cross-site"}, {"X-CSRF-Token": "wrong"}):
        assert emma.post("/oauth/consent", json=asked, headers=forged).status in (401, 403)


def test_a_person_gives_away_only_what_is_theirs(app, emma):
    asked = {**app.request(), "decision": "allow"}
    assert emma.post("/oauth/consent", json=asked, workspace_id=2).failure == (403, "not_a_member")


# ---- refresh tokens ----

def test_a_lost_answer_comes_again(demo, app, emma):
    given = tokens_for(emma, app)
    first, second = (app.refresh(given["refresh_token"]).json() for _ in range(2))
    left = [each.pop("expires_in") for each in (first, second)]
    assert first == second and left[0] - 60 <= left[1] <= left[0]  # seconds that go by meanwhile
    assert Client(demo, first["access_token"]).get("/projects").status == 200


def test_at_once_there_is_one_pair(demo, app, emma):
    given = tokens_for(emma, app)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = [*pool.map(lambda _: app.refresh(given["refresh_token"]), range(8))]
    assert {each.status_code for each in replies} == {200}
    assert len({(each.json()["access_token"], each.json()["refresh_token"]) for each in replies}) == 1


def test_an_old_refresh_token_ends_all(stint, start_server):
    server = start_server()
    owner = Client(server, "demo-owner")
    set_clock(owner, "2030-01-01T00:00:00Z")
    emma, app = signed_in(server, "emma@example.com"), register(stint, server)
    given = tokens_for(emma, app)
    next_pair = app.refresh(given["refresh_token"]).json()
    other = tokens_for(emma, app)
    set_clock(owner, "2030-01-01T00:00:30Z")
    assert app.refresh(given["refresh_token"]).json()["access_token"] == next_pair["access_token"]
    set_clock(owner, "2030-01-01T00:00:31Z")
    assert failure(app.refresh(given["refresh_token"])) == INVALID
    assert is_dead(server, given) and is_dead(server, next_pair)
    assert failure(app.refresh(next_pair["refresh_token"])) == INVALID
    assert Client(server, other["access_token"]).get("/projects").status == 200, "another consent stays"
    assert "event=grant_revoked" in server.log.read_text()


def test_a_forgotten_refresh_token_ends_all_too(stint, start_server):
    """A thief who goes on for long enough, or fast enough, does not get away with it."""
    server = start_server()
    owner = Client(server, "demo-owner")
    set_clock(owner, "2030-01-01T00:00:00Z")
    emma, app, other = signed_in(server, "emma@example.com"), register(stint, server), register(stint, server)
    given = last = tokens_for(emma, app)
    for day in ("2030-01-20", "2030-02-08"):
        set_clock(owner, f"{day}T00:00:00Z")
        last = app.refresh(last["refresh_token"]).json()
    assert int(run_sql(server, "SELECT count(*) FROM refresh_tokens")) == 2
    made_up = given["refresh_token"][:-1] + ("1" if given["refresh_token"][-1] == "0" else "0")
    for nobody in (made_up, "stint_ort_" + "A" * 43, "x"):
        assert failure(app.refresh(nobody)) == INVALID
    assert failure(other.refresh(given["refresh_token"])) == INVALID
    assert Client(server, last["access_token"]).get("/projects").status == 200
    assert failure(app.refresh(given["refresh_token"])) == INVALID
    assert is_dead(server, last) and failure(app.refresh(last["refresh_token"])) == INVALID
    assert "event=grant_revoked" in server.log.read_text()


def test_an_answer_that_is_in_use_was_not_lost(demo, app, emma):
    given = tokens_for(emma, app)
    second = app.refresh(given["refresh_token"]).json()
    third = app.refresh(second["refresh_token"]).json()
    assert failure(app.refresh(given["refresh_token"])) == INVALID
    assert is_dead(demo, third)


def test_a_refresh_token_is_of_its_app(stint, demo, app, emma):
    given, other = tokens_for(emma, app), register(stint, demo)
    assert failure(other.refresh(given["refresh_token"])) == INVALID
    assert other.state_of(given["access_token"]) == {"active": False}
    assert other.post("revoke", token=given["refresh_token"]).status_code == 200
    assert app.refresh(given["refresh_token"]).status_code == 200


def test_who_shows_no_secret_is_told_nothing_of_tokens(public, emma):
    given = tokens_for(emma, public)
    assert failure(public.post("introspect", token=given["access_token"])) == (401, "invalid_client")


def test_a_refresh_token_opens_nothing_by_itself(demo, app, emma):
    given = tokens_for(emma, app)
    for secret in (given["refresh_token"], app.secret, code_for(emma, app)):
        assert Client(demo, secret).get("/projects").failure == (401, "unauthenticated")


# ---- more than was granted ----

def test_nothing_becomes_more_than_was_granted(demo, app, emma):
    given = tokens_for(emma, app, scope="read")
    assert failure(app.refresh(given["refresh_token"], scope="read write")) == (400, "invalid_scope")
    assert app.change(code_for(emma, app, scope="read"), scope="read write admin").json()["scope"] == "read"
    wide = tokens_for(emma, app, scope="read write")
    narrow = app.refresh(wide["refresh_token"], scope="read").json()
    assert narrow["scope"] == "read"
    assert Client(demo, narrow["access_token"]).post("/projects", json={"name": "x"}).status == 403
    assert app.refresh(narrow["refresh_token"]).json()["scope"] == "read write"


def test_no_token_makes_tokens(demo, app, emma):
    """Nor apps: those need the person."""
    token = Client(demo, tokens_for(emma, app, scope="read write admin")["access_token"])
    found = [each for each in Document.of(demo).operations if each.source["security"] == [{"session": []}]]
    assert len(found) > 5
    for operation in found:
        path = re.sub(r"\{\w+\}", "1", operation.template)
        assert token.request(operation.method.upper(), path).status in (401, 403), operation.id


# ---- where secrets must not be ----

def test_secrets_stand_in_no_address_and_no_log(demo, app, emma):
    code = code_for(emma, app)
    given = app.change(code).json()
    app.refresh(given["refresh_token"])
    for place in ("token", "revoke", "introspect"):
        query = {"client_id": app.client_id, "client_secret": app.secret, "token": given["access_token"],
                 "grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
        reply = requests.post(f"{demo.url}/oauth/{place}", params=query, timeout=TIMEOUT)
        assert failure(reply) == (401, "invalid_client"), "what stands in the address does not count"
    assert requests.get(f"{demo.url}{API}/projects", params={"access_token": given["access_token"]},
                        timeout=TIMEOUT).status_code == 401
    said = demo.said()
    for secret in (code, given["access_token"], given["refresh_token"], app.secret, app.verifier):
        assert secret not in said


def test_the_database_has_no_secret(demo, app, emma):
    code = code_for(emma, app)
    given = app.change(code).json()
    next_pair = app.refresh(given["refresh_token"]).json()
    stored = everything(demo)
    for secret in (code, app.secret, *(pair[name] for pair in (given, next_pair)
                                      for name in ("access_token", "refresh_token"))):
        assert secret.removeprefix("stint_")[4:] not in stored


# ---- guessing ----

def test_an_app_has_a_limit_of_its_own(stint, start_server):
    """Ten times a user's, and none of its owner's."""
    server = start_server("--rate-limit", "1")
    app, other = (register(stint, server, redirects=None, credentials=True, owner="owner@example.com") for _ in "ab")
    replies = [app.own_tokens() for _ in range(11)]
    assert [each.status_code for each in replies] == [200] * 10 + [429]
    assert failure(replies[10]) == (429, "rate_limited") and int(replies[10].headers["Retry-After"]) > 0
    assert other.own_tokens().status_code == 200
    assert Client(server, "demo-owner").get("/projects", workspace_id=1).status == 200


def test_guessing_has_an_end(stint, start_server):
    """Through any door; the address is counted, and one that is right is not."""
    server = start_server()
    app = register(stint, server, redirects=None, credentials=True)
    for _ in range(120):
        assert app.own_tokens().status_code == 200
    doors = {"token": {"grant_type": "refresh_token", "refresh_token": "x"}, "revoke": {"token": "x"},
             "introspect": {"token": "x"}}
    wrong = [requests.post(f"{server.url}/oauth/{[*doors][i % 3]}", auth=(app.client_id, f"guess{i}"),
                           data=doors[[*doors][i % 3]], timeout=TIMEOUT) for i in range(110)]
    assert [failure(each)[0] for each in wrong[:100]] == [401] * 100
    assert all(failure(each) == (429, "rate_limited") and int(each.headers["Retry-After"]) > 0 for each in wrong[101:])


def test_what_others_hand_to_an_app_locks_nobody_out(stint, start_server):
    """Whoever opens its callback with made-up codes makes it ask; all its people come from its one address."""
    server = start_server("--rate-limit", "1000")
    app, public = register(stint, server), register(stint, server, public=True)
    emma = signed_in(server, "emma@example.com")
    code = code_for(emma, app)
    for number in range(110):
        assert failure(app.change(f"made-up-{number}")) == INVALID
    assert app.change(code).status_code == 200
    for _ in range(110):
        assert failure(app.change(code)) == INVALID, "replays neither"
    assert tokens_for(emma, app)
    wrong = [public.refresh(f"guess{number}").status_code for number in range(110)]
    assert wrong[:100] == [400] * 100 and wrong[101:] == [429] * 9, "who shows no secret is counted"


# ---- what is read in two ways ----

@pytest.mark.parametrize("name", ["grant_type", "refresh_token", "client_id", "client_secret", "scope"])
def test_nothing_is_said_twice(app, emma, name):
    given = tokens_for(emma, app)
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"], "client_id": app.client_id,
            "client_secret": app.secret, "scope": "read"}
    reply = requests.post(f"{app.server.url}/oauth/token", data=[(name, form[name]), *form.items()], timeout=TIMEOUT)
    assert failure(reply) == (400, "invalid_request")
    assert app.refresh(given["refresh_token"]).status_code == 200


def test_what_is_too_long_for_an_address_is_the_callers_fault(app, emma):
    asked = app.request(state="\N{GRINNING FACE}" * 1000)
    reply = requests.get(f"{app.server.url}/oauth/authorize", params=asked, timeout=TIMEOUT, allow_redirects=False)
    assert failure(reply) == (400, "invalid_request")
    assert emma.post("/oauth/consent", json={**asked, "workspace_id": 1, "decision": "allow"}).failure \
        == (400, "invalid_request")


def test_an_address_is_sent_beside_any_request(app):
    """Header fields of the browser's take of the same memory."""
    said = set()
    states = ("<" * 880, "\N{LATIN SMALL LETTER E WITH ACUTE}" * 1000)
    for state, size in itertools.product(states, range(0, 12000, 500)):
        reply = requests.get(f"{app.server.url}/oauth/authorize", params=app.request(state=state), timeout=TIMEOUT,
                             allow_redirects=False, headers={"X-Padding": "x" * size})
        said.add(reply.status_code)
    assert said == {302, 400, 431}


def test_an_apps_keys_are_its_own(stint, demo, app, emma):
    """Else it would get the answer to what the person, or another app, has sent under the same key."""
    other = register(stint, demo)
    tokens = [tokens_for(emma, each)["access_token"] for each in (app, other)]
    headers, body = {"Idempotency-Key": "1"}, {"name": "Of three", "workspace_id": 1}
    callers = [emma, *(Client(demo, token) for token in tokens)]
    made = [caller.post("/projects", json=body, headers=headers).data["id"] for caller in callers]
    assert len(set(made)) == 3
    assert [caller.post("/projects", json=body, headers=headers).data["id"] for caller in callers] == made
