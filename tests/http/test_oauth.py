"""OAuth2, as an app sees it: where things are, how a person is asked, and what becomes of tokens. What attackers try is
in test_oauth_attacks.py."""

import concurrent.futures
import re

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from client import API, Client
from oauth_app import CALLBACK, TIMEOUT, App, answer_of, code_for, consent, failure, register, tokens_for
from scenario import run_sql, set_clock, signed_in

DAY = 86400
THE_GRANT = "grant_id = (SELECT max(grant_id) FROM tokens)"  # that tokens were given by at last


def get(server, path, **query):
    return requests.get(server.url + path, params=query, timeout=TIMEOUT, allow_redirects=False)


# ---- where things are ----

def test_metadata_names_this_server(start_server):
    server = start_server("--public-url", "https://time.example.com/stint/")
    issuer = "https://time.example.com/stint"
    said = get(server, "/.well-known/oauth-authorization-server").json()
    assert said["issuer"] == issuer and said["token_endpoint"] == f"{issuer}/oauth/token"
    assert said["code_challenge_methods_supported"] == ["S256"] and said["response_types_supported"] == ["code"]
    assert said["authorization_response_iss_parameter_supported"] is True
    for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource" + API):
        said = get(server, path).json()
        assert (said["resource"], said["authorization_servers"]) == (issuer + API, [issuer])
        assert said["scopes_supported"] == ["read", "write", "admin"]


def test_below_a_path_metadata_are_where_the_specifications_look_for_them(start_server):
    """As clients ask for them: the well-known name between the host and the path (RFC 8414 3.1, RFC 9728 3.1)."""
    server = start_server("--public-url", "https://time.example.com/a/stint")
    issuer = "https://time.example.com/a/stint"
    found = get(server, "/.well-known/oauth-protected-resource/a/stint" + API)
    assert found.json() == get(server, "/.well-known/oauth-protected-resource").json()
    metadata = AuthorizationServerMetadata(get(server, "/.well-known/oauth-authorization-server/a/stint").json())
    metadata.validate()
    assert found.json()["authorization_servers"] == [metadata["issuer"]] == [issuer]
    where = "https://time.example.com/.well-known/oauth-protected-resource/a/stint" + API
    assert f'resource_metadata="{where}"' in get(server, API + "/projects").headers["WWW-Authenticate"]
    flows = get(server, API + "/openapi.json").json()["components"]["securitySchemes"]["oauth2"]["flows"]
    assert flows["authorizationCode"]["authorizationUrl"] == metadata["authorization_endpoint"]
    for flow in flows.values():
        assert {flow["tokenUrl"], flow.get("refreshUrl", flow["tokenUrl"])} == {metadata["token_endpoint"]}
    for other in ("/a", "/a/stint/x", "/stint", "/a/stint" + API):
        assert get(server, "/.well-known/oauth-authorization-server" + other).status_code == 404, other
    assert get(server, "/healthz/a/stint").status_code == 404


@pytest.mark.parametrize("end", ["?a=b", "/x#y"])
def test_an_address_with_something_behind_its_path_is_no_servers(stint, new_database, end):
    """RFC 8414 2: all others are made of it."""
    refused = stint.run("serve", "--listen", "127.0.0.1:0", "--database", new_database(), "--public-url",
                        "https://time.example.com" + end, timeout=10)
    assert refused.returncode == 2 and "--public-url" in refused.stderr


def test_without_a_path_only_what_is_there_has_metadata(server):
    for path in ("oauth-authorization-server/stint", "oauth-authorization-server" + API, "oauth-protected-resource/x"):
        assert get(server, "/.well-known/" + path).status_code == 404


def test_who_comes_without_a_token_is_told_where_they_are_given(server):
    said = get(server, API + "/projects")
    where = f'resource_metadata="{server.url}/.well-known/oauth-protected-resource{API}"'
    assert (said.status_code, said.headers["WWW-Authenticate"]) == (401, f"Bearer {where}")
    said = requests.get(server.url + API + "/projects", headers={"Authorization": "Bearer nobody"}, timeout=TIMEOUT)
    assert said.headers["WWW-Authenticate"] == f'Bearer error="invalid_token", {where}'


# ---- asking for a consent ----

def test_who_is_no_app_gets_no_further_than_the_page(server):
    said = get(server, "/oauth/authorize", client_id="nobody", redirect_uri="https://evil.example/?a=b", state="&x")
    assert (said.status_code, said.content) == (302, b"")
    assert said.headers["Location"] == \
        "../consent?client_id=nobody&redirect_uri=https%3A%2F%2Fevil.example%2F%3Fa%3Db&state=%26x"
    assert said.headers["Cache-Control"] == "no-store"


def test_what_is_wrong_is_said_as_the_specification_wants(server):
    said = get(server, "/oauth/authorize", client_id="a", state="a" * 1001)
    assert said.status_code == 400
    assert said.json() == {"error": "invalid_request",
                           "error_description": "The state must not be greater than 1000 characters."}


# ---- a client that is not ours ----

def test_a_strict_client_does_all_of_it(stint, demo, emma, monkeypatch):
    """Authlib: discovery, code with PKCE, refresh, introspection, revocation."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "true")  # on this machine
    app = register(stint, demo)
    metadata = AuthorizationServerMetadata(get(demo, "/.well-known/oauth-authorization-server").json())
    metadata.validate()
    client = OAuth2Session(app.client_id, app.secret, scope="read write", redirect_uri=CALLBACK,
                           code_challenge_method="S256", token_endpoint=metadata["token_endpoint"])
    address, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=app.verifier)
    page = requests.get(address, timeout=TIMEOUT, allow_redirects=False).headers["Location"]
    asked = answer_of(page)
    back = emma.post("/oauth/consent", json={**asked, "workspace_id": 1, "decision": "allow"}).data["redirect_to"]
    assert answer_of(back)["iss"] == metadata["issuer"]
    first = client.fetch_token(metadata["token_endpoint"], authorization_response=back, state=state,
                               code_verifier=app.verifier)
    assert first["token_type"] == "Bearer" and first["expires_in"] == 15 * DAY and first["scope"] == "read write"
    assert client.get(f"{demo.url}{API}/projects").status_code == 200
    second = client.refresh_token(metadata["token_endpoint"])
    assert second["access_token"] != first["access_token"]
    said = client.introspect_token(metadata["introspection_endpoint"], token=second["access_token"])
    assert said.json()["active"] is True and said.json()["client_id"] == app.client_id
    assert client.revoke_token(metadata["revocation_endpoint"], token=second["refresh_token"]).status_code == 200
    assert client.introspect_token(metadata["introspection_endpoint"], token=second["access_token"]).json() \
        == {"active": False}
    assert Client(demo, second["access_token"]).get("/projects").failure == (401, "unauthenticated")


# ---- the person is asked ----

def test_the_page_knows_who_asks_and_for_what(stint, demo, emma):
    app = register(stint, demo, owner="john.doe@example.com")
    asked = answer_of(app.authorize(redirect_uri=None))
    assert emma.get("/oauth/consent", **asked).data == {
        "app_name": "Timesheet Sync", "app_owner": "john.doe@example.com", "redirect_uri": CALLBACK,
        "scopes": ["read", "write"]}
    assert emma.get("/oauth/consent", **app.request(scope=None)).data["scopes"] == ["read"]
    assert emma.get("/oauth/consent", **app.request(client_id="nobody")).failure == (400, "unknown_app")
    assert Client(demo).get("/oauth/consent", **asked).failure == (401, "unauthenticated")


def test_a_person_may_say_no(stint, demo, emma):
    app = register(stint, demo)
    assert answer_of(consent(emma, app, decision="deny")) == {"error": "access_denied", "state": "abc", "iss": demo.url}
    assert answer_of(consent(emma, app, decision="deny", state=None)) == {"error": "access_denied", "iss": demo.url}


@pytest.mark.parametrize("changed, error", [
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"scope": "read everything"}, "invalid_scope"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
])
def test_what_an_app_asks_wrongly_it_hears_itself(stint, demo, emma, changed, error):
    app = register(stint, demo)
    back = app.authorize(**changed)
    assert back.startswith(f"{CALLBACK}?error={error}&state=abc&iss=")
    assert answer_of(back)["iss"] == demo.url
    assert emma.get("/oauth/consent", **app.request(**changed)).failure == (400, error)
    decided = {**app.request(**changed), "workspace_id": 1, "decision": "allow"}
    assert emma.post("/oauth/consent", json=decided).failure == (400, error)


def test_an_app_for_its_own_secret_alone_asks_nobody(stint, demo):
    app = register(stint, demo, redirects=CALLBACK, credentials=True)
    other = register(stint, demo, redirects=None, credentials=True)
    assert app.authorize().startswith("../consent?")
    assert other.authorize().startswith("../consent?")  # it has named no address: nobody is sent there


# ---- tokens ----

def test_a_token_reaches_one_workspace_as_far_as_was_said(stint, demo, emma):
    app = register(stint, demo)
    given = tokens_for(emma, app, scope="read")
    assert given["scope"] == "read"
    token = Client(demo, given["access_token"])
    assert [each["id"] for each in token.get("/workspaces").data] == [1]
    assert token.get("/projects").status == 200
    assert token.get("/projects", workspace_id=2).failure == (403, "not_a_member")
    assert token.post("/projects", json={"name": "No"}).failure == (403, "insufficient_scope")


def test_what_a_token_may_ends_with_the_membership(stint, demo, emma):
    app = register(stint, demo)
    given = tokens_for(emma, app)
    block = ("emma@example.com", "--workspace", "1", "--database", demo.database)
    assert stint.run("user", "block", *block).returncode == 0
    assert Client(demo, given["access_token"]).get("/projects", workspace_id=1).failure == (403, "not_a_member")
    assert app.state_of(given["access_token"]) == {"active": False}
    assert stint.run("user", "unblock", *block).returncode == 0
    assert app.state_of(given["access_token"])["active"] is True


def test_lifetimes(stint, start_server):
    server = start_server()
    owner = Client(server, "demo-owner")
    set_clock(owner, "2030-01-01T00:00:00Z")
    emma = signed_in(server, "emma@example.com")
    app = register(stint, server)
    given = tokens_for(emma, app)
    late = code_for(emma, app)
    set_clock(owner, "2030-01-01T00:01:00Z")
    assert failure(app.change(late)) == (400, "invalid_grant")
    set_clock(owner, "2030-01-15T23:59:59Z")
    assert Client(server, given["access_token"]).get("/projects").status == 200
    set_clock(owner, "2030-01-16T00:00:00Z")
    assert Client(server, given["access_token"]).get("/projects").failure == (401, "token_expired")
    set_clock(owner, "2030-01-30T23:59:59Z")
    again = app.refresh(given["refresh_token"]).json()
    assert Client(server, again["access_token"]).get("/projects").status == 200
    set_clock(owner, "2030-03-01T23:59:59Z")
    assert failure(app.refresh(again["refresh_token"])) == (400, "invalid_grant")


def test_what_has_ended_is_forgotten_a_day_later(stint, start_server):
    server = start_server()
    owner = Client(server, "demo-owner")
    set_clock(owner, "2030-01-01T00:00:00Z")
    emma, app = signed_in(server, "emma@example.com"), register(stint, server)
    tokens_for(emma, app)
    code_for(emma, app)

    def kept(now):
        set_clock(owner, now)
        return [int(run_sql(server, f"SELECT count(*) FROM {rows}")) for rows in (
            "authorization_codes", "refresh_tokens", "app_grants WHERE user_id = 11", "tokens WHERE kind = 3")]

    assert kept("2030-01-01T23:00:00Z") == [2, 1, 2, 1]
    assert kept("2030-01-03T12:00:00Z") == [0, 1, 1, 1]
    assert kept("2030-01-18T12:00:00Z") == [0, 1, 1, 0]
    assert kept("2030-02-02T12:00:00Z") == [0, 0, 0, 0]


def test_a_client_may_say_who_it_is_in_either_way(stint, demo):
    app = register(stint, demo, redirects=None, credentials=True)
    assert app.own_tokens().status_code == app.own_tokens(basic=False).status_code == 200
    as_json = requests.post(demo.url + "/oauth/token", timeout=TIMEOUT, json={
        "grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.secret})
    assert as_json.status_code == 200


def test_an_app_acts_for_its_owner_where_it_was_registered(stint, demo):
    app = register(stint, demo, redirects=None, credentials=True, owner="emma@example.com")
    given = app.own_tokens(scope="read write").json()
    assert set(given) == {"token_type", "expires_in", "access_token", "scope"}
    token = Client(demo, given["access_token"])
    assert token.get("/projects").status == 200
    assert app.state_of(given["access_token"]) | {"exp": 0, "iat": 0} == {
        "active": True, "scope": "read write", "client_id": app.client_id, "token_type": "Bearer", "exp": 0, "iat": 0,
        "sub": "11", "iss": demo.url, "workspace_id": 1}
    assert app.own_tokens().json()["scope"] == "read"


def test_an_app_that_asks_at_once_has_one_grant(stint, start_server):
    server = start_server()
    app = register(stint, server, redirects=None, credentials=True)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = [*pool.map(lambda _: app.own_tokens(), range(8))]
    assert {each.status_code for each in replies} == {200}
    assert run_sql(server, "SELECT count(*) FROM app_grants WHERE user_id = 11") == "1"
    assert app.own_tokens().status_code == 200


def test_giving_back_ends_what_was_given(stint, demo, emma):
    app = register(stint, demo)
    given = tokens_for(emma, app)
    assert app.post("revoke", token=given["access_token"]).content == b""
    assert app.state_of(given["access_token"]) == {"active": False}
    assert app.state_of(given["refresh_token"])["active"] is True
    other = app.refresh(given["refresh_token"]).json()
    assert app.post("revoke", token=other["refresh_token"], token_type_hint="access_token").status_code == 200
    assert app.state_of(other["access_token"]) == {"active": False}
    assert failure(app.refresh(other["refresh_token"])) == (400, "invalid_grant")
    assert app.post("revoke", token="nothing").status_code == 200
    assert failure(app.post("revoke")) == (400, "invalid_request")


@pytest.mark.parametrize("form, said", [
    ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ({}, (400, "invalid_request")),
    ({"grant_type": "authorization_code"}, (400, "invalid_request")),
    ({"grant_type": "refresh_token"}, (400, "invalid_request")),
    ({"grant_type": "authorization_code", "code": "nothing"}, (400, "invalid_grant")),
    ({"grant_type": "refresh_token", "refresh_token": "nothing"}, (400, "invalid_grant")),
    ({"grant_type": "client_credentials"}, (400, "unauthorized_client")),
    ({"grant_type": "a" * 101}, (400, "invalid_request")),
])
def test_failures_are_as_the_specification_wants(stint, demo, form, said):
    assert failure(register(stint, demo).post("token", **form)) == said


def test_a_wrong_client_is_asked_for_its_secret(stint, demo):
    app = register(stint, demo)
    for wrong in (App(demo, app.client_id, "wrong"), App(demo, "nobody", app.secret), App(demo, app.client_id)):
        reply = wrong.refresh("nothing")
        assert failure(reply) == (401, "invalid_client")
        assert reply.headers["WWW-Authenticate"].startswith("Basic")
    both = requests.post(demo.url + "/oauth/token", auth=(app.client_id, app.secret), timeout=TIMEOUT,
                         data={"client_secret": app.secret, "grant_type": "refresh_token", "refresh_token": "x"})
    assert failure(both) == (400, "invalid_request")
    assert failure(requests.post(demo.url + "/oauth/token", data="{", timeout=TIMEOUT,
                                 headers={"Content-Type": "application/json"})) == (400, "invalid_request")


def test_of_a_grant_that_is_asked_without_end_the_oldest_tokens_are_forgotten(stint, demo, emma):
    """Whoever revokes it has to end them all at once, and nobody else may write meanwhile."""
    app = register(stint, demo)
    first = tokens_for(emma, app)
    given = app.refresh(first["refresh_token"]).json()
    run_sql(demo, f"UPDATE refresh_tokens SET expires_at = expires_at - 1 WHERE {THE_GRANT} AND used_at > 0")
    for table, columns in (("tokens", "id, name, scopes, kind, only_workspace_id"),
                           ("refresh_tokens", "workspace_id, used_at")):
        run_sql(demo, f"UPDATE {table} SET expires_at = expires_at - 3000 WHERE {THE_GRANT}")
        run_sql(demo, f"INSERT INTO {table} (hash, user_id, grant_id, created_at, expires_at, {columns}) "
                      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                      f"SELECT '{table} ' || i, user_id, grant_id, created_at, expires_at + i, {columns} "
                      f"FROM n, (SELECT * FROM {table} WHERE {THE_GRANT} ORDER BY expires_at LIMIT 1) one")
    last = app.refresh(given["refresh_token"]).json()
    for table in ("tokens", "refresh_tokens"):
        assert int(run_sql(demo, f"SELECT count(*) FROM {table} WHERE {THE_GRANT}")) in (1000, 1001, 1002)
    assert app.state_of(first["access_token"]) == {"active": False}
    assert app.state_of(last["access_token"])["active"] is True
    last = app.refresh(last["refresh_token"]).json()
    assert failure(app.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert app.state_of(last["access_token"]) == {"active": False}, "what is forgotten was used all the same"


# ---- scopes ----

def test_a_read_token_is_refused_by_all_that_writes(stint, demo, emma):
    """By the document, not by a list."""
    app = register(stint, demo)
    token = Client(demo, tokens_for(emma, app, scope="read")["access_token"])
    refused = 0
    for operation in token._document.operations:
        if operation.method == "get" or operation.public:
            continue
        path = re.sub(r"\{\w+\}", "1", operation.template)
        assert token.request(operation.method.upper(), path, json={}).status == 403, operation.id
        refused += 1
    assert refused > 50
