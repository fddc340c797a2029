"""OAuth2, as an app sees it: where things are, how a person is asked, and what becomes of tokens. What attackers try is
in test_oauth_attacks.py."""

import requests
from client import API

TIMEOUT = 10


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
