"""The log: no secret that a client sends gets into it, and nothing in it steers the terminal that it is read on."""

import unicodedata

import pytest
from client import API, METHODS, Client, Document
from probes import Closed, Connection
from scenario import PASSWORD, accept, invite

SECRETS = {kind: f"stint_{kind}_{letter * 43}" for kind, letter in
           (("inv", "I"), ("pat", "P"), ("key", "K"), ("form", "F"), ("query", "Q"), ("path", "A"))}
SYSTEM = ("/", "/healthz", "/readyz", "/metrics", "/docs", API + "/openapi.json", "/demo/clock", "/nowhere")
ESCAPES = ("\033[31m", "\x9b31m", "\u202e", "\u2028", "\x07", "\u200b", "\r")


@pytest.fixture(scope="module")
def logging(stint, new_database):
    server = stint.serve(new_database(), "--log-level", "debug")
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
    for path in SYSTEM:
        yield path
        yield f"{path.rstrip('/')}/{secret}"
    yield f"{API}/accept-invitation/{secret}"
    yield f"/accept-invitation//{secret}"


def test_no_secret_gets_into_the_log(logging):
    headers = (f"Authorization: Bearer {SECRETS['pat']}", f"Idempotency-Key: {SECRETS['key']}",
               f"X-Forwarded-For: {SECRETS['path']}", "Content-Type: application/x-www-form-urlencoded")
    body = f"password={SECRETS['form']}&token={SECRETS['form']}".encode()
    for target in set(addresses(logging)):
        for method in (*METHODS, "head", "options", "trace"):
            status = send(logging, method.upper(), f"{target}?token={SECRETS['query']}", headers, body)
            assert status is None or status < 500 or status == 501, (method, target, status)
    said = logging.said()
    assert said.count("event=request ") > 500
    assert not [kind for kind, secret in SECRETS.items() if secret in said]
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
