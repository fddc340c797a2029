"""What attackers try with OAuth2 (RFC 9700), each with the answer that stops it."""

import urllib.parse

import pytest
import requests
from oauth_app import CALLBACK, TIMEOUT, answer_of, failure, register


@pytest.fixture
def app(stint, demo):
    return register(stint, demo)


# ---- where browsers are sent ----

def test_of_two_addresses_in_a_request_all_see_the_same(app):
    address = f"{app.server.url}/oauth/authorize?redirect_uri={CALLBACK}&" + urllib.parse.urlencode(
        app.request(redirect_uri="https://evil.example/"))
    where = requests.get(address, timeout=TIMEOUT, allow_redirects=False).headers["Location"]
    assert where.startswith("../consent?") and where.count("redirect_uri") == 1
    assert answer_of(where)["redirect_uri"] == "https://evil.example/"


@pytest.mark.parametrize("redirects", ["http://app.example/", "https://user@app.example/", "javascript:alert(1)",
                                       "data:text/html,x", "https://app.example/#x", "app.example/cb", "https://",
                                       "org.example.app:/back", "ftp://app.example/", "https://a\\b/"])
def test_no_app_names_an_address_that_is_unsafe(stint, demo, redirects):
    done = stint.run("app", "create", "Bad", "emma@example.com", "--workspace", "1", "--redirect-uris", redirects,
                     "--database", demo.database)
    assert done.returncode == 1 and "redirect_uris" in done.stderr


# ---- guessing ----

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
