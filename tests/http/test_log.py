"""The log: no secret that a client sends gets into it, and nothing in it steers the terminal that it is read on."""

import base64
import itertools
import json
import unicodedata

import pytest
from client import API, METHODS, Client, Document
from probes import Closed, Connection
from scenario import PASSWORD, accept, invite

SECRETS = {kind: f"stint_{kind}_{letter * 43}" for kind, letter in
           (("inv", "I"), ("pat", "P"), ("key", "K"), ("form", "F"), ("query", "Q"), ("path", "A"), ("ses", "S"),
            ("csrf", "C"), ("app", "B"), ("json", "J"), ("oac", "O"))}
BASIC = base64.b64encode(f"{SECRETS['app']}:{SECRETS['app']}".encode()).decode()
SYSTEM = ("/", "/healthz", "/readyz", "/metrics", API + "/openapi.json", "/demo/clock", "/nowhere")
PAGES = ("/docs", "/accept-invitation", "/sign-in", "/reset-password", "/confirm", "/consent", "/settings/api",
         "/settings/security")
OAUTH = ("/oauth/authorize", "/oauth/token", "/oauth/revoke", "/oauth/introspect",
         "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource")
CALLERS = ((f"Authorization: Bearer {SECRETS['pat']}",), (f"Authorization: Basic {BASIC}",),
           (f"Authorization: {SECRETS['pat']}",),
           (f"Cookie: __Host-stint={SECRETS['ses']}; stint={SECRETS['ses']}; stint-device={SECRETS['ses']}",
            "Sec-Fetch-Site: same-origin", f"X-CSRF-Token: {SECRETS['csrf']}"))
WORDS = ("token", "password", "new_password", "current_password", "code", "client_secret", "refresh_token",
         "code_verifier", "email", "secret", "state")
FORM = "Content-Type: application/x-www-form-urlencoded"
BODIES = ((FORM, "&".join(["grant_type=refresh_token", *(f"{word}={SECRETS['form']}" for word in WORDS)])),
          (FORM, f"grant_type=authorization_code&code={SECRETS['oac']}&client_id={SECRETS['app']}"),
          ("Content-Type: application/json", json.dumps({word: SECRETS["json"] for word in WORDS})))
QUERY = "&".join(f"{word}={SECRETS['query']}" for word in (*WORDS, "redirect_uri", "client_id", "code_challenge"))
ESCAPES = ("\033[31m", "\x9b31m", "\u202e", "\u2028", "\x07", "\u200b", "\r")


@pytest.fixture(scope="module")
def logging(stint, new_database):
    server = stint.serve(new_database(), "--log-level", "debug", "--trusted-proxies", "127.0.0.1")
    yield server
    server.stop()


def send(server, method, target, headers=(), body=b""):
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers]
    with Connection(server) as connection:
        connection.send("\r\n".join(lines + ["", ""]).encode() + body)
        try:
            return connection.read(head=method == "HEAD").status
        except Closed:
            return None


def addresses(server):
    """All that the document and the system have, with the secret in the place of each parameter, behind them, and under
    a wrong prefix."""
    secret = SECRETS["inv"]
    for operation in Document.of(server).operations:
        path = "/".join(secret if part.startswith("{") else part for part in operation.template.split("/"))
        yield API + path
        yield "/wrong" + path
        yield f"{API}{path}/{secret}"
    for path in (*SYSTEM, *PAGES, *OAUTH):
        yield path
        yield f"{path.rstrip('/')}/{secret}"
    yield f"{API}/accept-invitation/{secret}"
    yield f"/accept-invitation//{secret}"


def test_no_secret_gets_into_the_log(logging):
    others = (f"Idempotency-Key: {SECRETS['key']}", f"Referer: {SECRETS['path']}", f"X-{SECRETS['path']}: 1")
    bodies = itertools.cycle(BODIES)
    for number, (target, method, caller) in enumerate(itertools.product(
            sorted(set(addresses(logging))), (*METHODS, "head", "options", "trace"), CALLERS)):
        kind, body = next(bodies)
        somebody = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"  # or they would be too many guesses
        headers = (*caller, *others, kind, f"X-Forwarded-For: {SECRETS['path']}, {somebody}")
        status = send(logging, method.upper(), f"{target}?{QUERY}", headers, body.encode())
        assert status is None or status < 500 or status == 501, (method, target, status)
    said = logging.said()
    assert said.count("event=request ") > 5000
    assert not [kind for kind, secret in SECRETS.items() if secret in said] and BASIC not in said
    assert "path=/accept-invitation/{token} status=200" in said and "path=- status=404" in said


def test_what_was_read_from_an_invitation_does_not_get_into_the_log(logging):
    owner, anonymous = Client(logging, "demo-owner"), Client(logging)
    _, secret = invite(owner)
    assert logging.said().count(secret) == 1, "without a relay the operator passes the link on"
    assert send(logging, "GET", f"/accept-invitation/{secret}") == 200
    assert send(logging, "PUT", f"/accept-invitation/{secret}") == 405
    assert accept(anonymous, secret).status == 200
    said = logging.log.read_text()
    assert said.count(secret) == 1 and PASSWORD not in said


@pytest.mark.parametrize("escape", ESCAPES, ids=ascii)
def test_nothing_a_client_sends_steers_a_terminal(logging, escape):
    owner = Client(logging, "demo-owner")
    for request in (f"{escape}X / HTTP/1.1", f"GET /{escape} HTTP/1.1", f"GET / {escape}",
                    f"GET / HTTP/1.1\r\nX-Forwarded-For: {escape}", f"GET / HTTP/1.1\r\n{escape}: a",
                    f"GET / HTTP/1.1\r\nOrigin: {escape}",
                    f"POST {API}/members HTTP/1.1\r\nAuthorization: Bearer {escape}"):
        with Connection(logging) as connection:
            connection.send(f"{request}\r\nHost: {escape}\r\nConnection: close\r\n\r\n".encode())
            try:
                connection.read()
            except Closed:
                pass
    owner.post("/members", json={"email": f"a{escape}b@example.com", "firstname": escape, "lastname": escape,
                                 "role": "Regular User"}, workspace_id=1)
    said = logging.log.read_bytes().decode()
    assert not [c for c in said if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
