"""OAuth2, as an app sees it: where things are, how a person is asked, and what becomes of tokens. What attackers try is
in test_oauth_attacks.py."""

import pytest
import requests
from client import API, Client
from oauth_app import CALLBACK, TIMEOUT, App, failure, register


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


# ---- the person is asked ----

def test_an_app_for_its_own_secret_alone_asks_nobody(stint, demo):
    app = register(stint, demo, redirects=CALLBACK, credentials=True)
    other = register(stint, demo, redirects=None, credentials=True)
    assert app.authorize().startswith("../consent?")
    assert other.authorize().startswith("../consent?")  # it has named no address: nobody is sent there


# ---- tokens ----

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
