"""HTTP itself: what the server does with requests that are ambiguous, endless, slow, many or no HTTP at all."""

import contextlib
import itertools
import json
import re
import resource
import threading
import time

import pytest
from probes import (Closed, Connection, all_replies, chunked, open_many, request, resident_kib, send_and_read)

PROJECTS = "/api/v2/projects?workspace_id=1"
HEALTH = request("GET", "/healthz")


numbers = itertools.count(1)


def project():
    """The body of a new project, each with its own name."""
    return json.dumps({"name": f"Probe {next(numbers)}", "workspace_id": 1}).encode()


def post(server, *headers, body=b""):
    return request("POST", PROJECTS, "Content-Type: application/json", *headers, body=body, token=server.token)


def is_well(server):
    return send_and_read(server, HEALTH).status == 200


def becomes_well(server, seconds=5):
    """Within the time; a connection that is not admitted counts as not yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, Closed):
            return is_well(server)
    return False


def becomes(server, name, condition, seconds=5):
    """Whether the number that /metrics shows under the name is so within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        metrics = send_and_read(server, request("GET", "/metrics")).body.decode()
        if condition(float(re.search(rf"^{name} (\S+)$", metrics, re.MULTILINE)[1])):
            return True
    return False


def check_envelope(reply, code):
    """Also of those refusals that no request stands behind."""
    answer = json.loads(reply.body)
    assert reply.header("content-type") == "application/json"
    assert (answer["success"], answer["error"], bool(answer["message"])) == (False, code, True)
    assert answer["meta"]["request_id"] == reply.header("x-request-id")


def assert_refused(server, data, *statuses):
    """One reply with one of the statuses, then the connection is closed: nothing after it is taken for a request."""
    with Connection(server) as connection:
        reply = connection.exchange(data + HEALTH)
        assert reply.status in statuses, reply
        assert reply.header("connection") == "close"
        assert connection.closed_by_server()
        assert connection.received == b"", "a second reply"
    assert is_well(server)


# ---- where a request ends: smuggling ----

@pytest.mark.parametrize("headers", [
    ["Content-Length: 5", "Transfer-Encoding: chunked"],
    ["Transfer-Encoding: chunked", "Content-Length: 5"],
    ["Content-Length: 5", "Content-Length: 5"],
    ["Content-Length: 5", "Content-Length: 6"],
    ["Content-Length : 5"],
    ["Content-Length\t: 5"],
    [" Content-Length: 5"],
    ["Content-Length:", " 5"],
    ["Content-Length: 5", " 0"],
    ["Transfer-Encoding : chunked"],
    ["X-Folded: a", " b"],
    ["X-Folded: a", "\tTransfer-Encoding: chunked"],
    ["X-Nul: a\0b"],
    ["X-Nul: a\0", "Content-Length: 5"],
    ["\0X: a", "Content-Length: 5"],
    ["X\0Y: a"],
    ["X-Return: a\rTransfer-Encoding: chunked"],
    ["X-Feed: a\nTransfer-Encoding: chunked"],
    ["X-Control: a\x01b"],
    ["X (comment): a"],
    [": a"],
    ["no colon"],
])
def test_ambiguous_framing_is_refused(server, headers):
    assert_refused(server, post(server, *headers, body=b"0\r\n\r\n"), 400)


@pytest.mark.parametrize("value", ["5, 5", "+5", "-5", "0x5", "five", "5 5", "", "9" * 30])
def test_a_malformed_content_length_is_refused(server, value):
    with Connection(server) as connection:
        reply = connection.exchange(post(server, f"Content-Length: {value}", body=b"0\r\n\r\n") + HEALTH)
        assert reply.status == (413 if value.isdigit() else 400)
        check_envelope(reply, "body_too_large" if value.isdigit() else "bad_request")
        assert f"event=request_refused id={reply.header('x-request-id')} " in server.log.read_text()
        assert connection.closed_by_server()
        assert connection.received == b""


@pytest.mark.parametrize("headers", [
    ["Transfer-Encoding: identity"],
    ["Transfer-Encoding: gzip"],
    ["Transfer-Encoding: gzip, chunked"],
    ["Transfer-Encoding: chunked, chunked"],
    ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
    ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding: chunked;q=1"],
    ["Transfer-Encoding: \x0bchunked"],
    ["Transfer-Encoding:", " chunked"],
    ["Transfer-Encoding: chunked", " , gzip"],
    ["Transfer-Encoding:"],
])
def test_unknown_transfer_codings_are_refused(server, headers):
    assert_refused(server, post(server, *headers, body=b"0\r\n\r\n"), 400, 501)


def test_an_unknown_transfer_coding_is_501(server):
    reply = send_and_read(server, post(server, "Transfer-Encoding: gzip"))
    assert (reply.status, reply.json()["error"]) == (501, "unsupported_transfer_coding")


@pytest.mark.parametrize("header", ["Content-Length: 5 ", "Transfer-Encoding: chunked "])
def test_white_space_behind_a_value_hides_nothing(server, header):
    """It is legal (RFC 9110 5.5). libmicrohttpd 0.9.75 does not know that, and the connection is closed."""
    first, *others = all_replies(server, post(server, header, body=b"0\r\n\r\n"))
    assert first.status in (400, 422, 501)
    assert [reply.status for reply in others] in ([], [200])
    assert is_well(server)


def test_transfer_encoding_is_not_for_http_1_0(server):
    data = request("POST", PROJECTS, "Transfer-Encoding: chunked", version="HTTP/1.0", body=b"0\r\n\r\n")
    assert_refused(server, data, 400)


@pytest.mark.parametrize("body", [
    b"5;\r\nhello\r\n", b"zz\r\n", b"-1\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"5 \r\nhello\r\n0\r\n\r\n",
    b"5\r\nhelloX\r\n0\r\n\r\n", b"\r\n\r\n", b"fffffffffffffffff\r\n", b"5" * 20000,
])
def test_malformed_chunks_never_reach_the_handler(server, body):
    for reply in all_replies(server, post(server, "Transfer-Encoding: chunked", body=body)):
        assert reply.status in (400, 413), reply
    assert is_well(server)


@pytest.mark.parametrize("line, end", [(b"%x\n", b"\r\n"), (b"%x;a\n", b"\r\n"), (b"%x\r\n", b"\r\n1;\n \r\n")])
def test_a_chunk_whose_line_ends_in_a_bare_line_feed_is_refused(server, line, end):
    """A proxy in front may see another body."""
    body = project()
    assert_refused(server, post(server, "Transfer-Encoding: chunked",
                                body=line % len(body) + body + end + b"0\r\n\r\n"), 400)


@pytest.mark.parametrize("host", [[], ["Host: a", "Host: b"], ["Host: a", "Host: a"]])
def test_host_is_needed_once(server, host):
    assert_refused(server, request("GET", "/healthz", *host, host=None), 400)


def test_http_1_0_needs_no_host(server):
    with Connection(server) as connection:
        assert connection.exchange(request("GET", "/healthz", version="HTTP/1.0", host=None)).status == 200
        assert connection.closed_by_server()


def test_http_1_0_can_stay_open(server):
    with Connection(server) as connection:
        for _ in range(3):
            reply = connection.exchange(
                request("GET", "/healthz", "Connection: keep-alive", version="HTTP/1.0", host=None))
            assert reply.status == 200
            assert reply.header("connection").lower() == "keep-alive"


@pytest.mark.parametrize("header", ["Authorization: Bearer other", "Idempotency-Key: a", "Content-Type: text/plain"])
def test_headers_with_one_value_are_not_repeated(server, header):
    assert_refused(server, post(server, "Idempotency-Key: b", header), 400)


def test_lists_may_be_repeated(server):
    data = request("GET", PROJECTS, "Accept: application/json", "Accept: */*", "If-None-Match: \"a\"",
                   "If-None-Match: \"b\"", token=server.token)
    assert send_and_read(server, data).status == 200


# ---- the request line ----

@pytest.mark.parametrize("target", [
    "/healthz\0", "/health\0z", "/healthz%00", "/healthz?a=%00", "/healthz\x01", "/healthz\x7f", "/health\tz",
    "/health z", "/healthz?a=b c", "/healthz%", "/healthz%2", "/healthz%zz", "/healthz?a=%", "/healthz?a=%g0",
    "/%ff", "/healthz?a=%ff", "/healthz?a=%c0%80", "healthz", "?a=1", "",
])
def test_malformed_targets_are_refused(server, target):
    for reply in all_replies(server, request("GET", target)):
        assert reply.status == 400, reply
    assert is_well(server)


def test_a_nul_in_the_path_is_400(server):
    reply = send_and_read(server, request("GET", "/healthz%00"))
    assert (reply.status, reply.json()["error"]) == (400, "bad_request")


def test_escapes_are_decoded_once(server):
    assert send_and_read(server, request("GET", "/%68ealthz")).status == 200
    assert send_and_read(server, request("GET", "/%2568ealthz")).status == 404


def test_links_hold_nothing_that_would_end_them(server):
    target = "/api/v2/members?workspace_id=1&per_page=1&x=<a>%3E\"é&page=2".encode().decode("latin-1")
    reply = send_and_read(server, request("GET", target, token=server.token))
    assert reply.header("link").startswith(
        "</api/v2/members?workspace_id=1&per_page=1&x=%3Ca%3E%3E%22%C3%A9&page=1>; rel=\"first\", ")


def test_targets_in_absolute_form(server):
    for target in ["http://localhost/healthz", "HTTP://localhost:8080/healthz?a=1"]:
        assert send_and_read(server, request("GET", target)).status == 200
    assert send_and_read(server, request("GET", "http://localhost")).status in (200, 302, 404)


@pytest.mark.parametrize("data", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2,
    bytes(range(256)) * 8 + b"\r\n\r\n",
    b"\0" * 4000,
    b"\xff" * 4000 + b"\r\n\r\n",
    b"GET\r\n\r\n", b"GET \r\n\r\n", b"GET /healthz\r\n\r\n", b"GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /healthz HTTP/1.1 \r\nHost: a\r\n\r\n", b"GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n",
    b"GET /healthz HTTP/1.1x\r\nHost: a\r\n\r\n", b"GET /healthz http/1.1\r\nHost: a\r\n\r\n",
    b" GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", b"G(T /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /healthz HTTP/1.1\nHost: a\n\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
], ids=lambda data: repr(data[:40])[2:-1])
def test_garbage_is_refused(server, data):
    with Connection(server, timeout=2) as connection:
        connection.send(data)
        try:
            assert connection.read().status in (400, 505)
        except (Closed, TimeoutError):
            pass
    assert is_well(server)


def test_empty_lines_before_a_request_are_skipped(server):
    """At least one (RFC 9112 2.2): old clients send it behind a body."""
    assert send_and_read(server, b"\r\n" + HEALTH).status == 200


# ---- bodies ----

def test_one_request_after_the_other(server):
    with Connection(server) as connection:
        for _ in range(20):
            assert connection.exchange(HEALTH).status == 200
            body = project()
            assert connection.exchange(post(server, f"Content-Length: {len(body)}", body=body)).status == 201


def test_pipelining(server):
    with Connection(server) as connection:
        for i in range(50):
            body = project()
            connection.send(post(server, f"Content-Length: {len(body)}", body=body) if i % 5 == 0 else
                            request("GET", PROJECTS if i % 2 else "/healthz", token=server.token))
        for i in range(50):
            assert connection.read().status == (201 if i % 5 == 0 else 200)


def test_a_request_in_pieces(server):
    body = project()
    data = post(server, f"Content-Length: {len(body)}", body=body)
    with Connection(server) as connection:
        for start in range(0, len(data), 7):
            connection.send(data[start:start + 7])
            time.sleep(0.001)
        assert connection.read().status == 201


def test_chunked_body(server):
    with Connection(server) as connection:
        for _ in range(2):
            body = project()
            parts = chunked(body[:3], body[3:10], body[10:])
            reply = connection.exchange(post(server, "Transfer-Encoding: chunked", body=parts))
            assert reply.status == 201
            assert reply.json()["data"]["name"]
    extended = b"5;a=b\r\nhello\r\n0\r\nX-Trailer: a\r\n\r\n"
    assert send_and_read(server, post(server, "Transfer-Encoding: Chunked", body=extended)).status in (201, 400)


def test_expect_100_continue(server):
    body = project()
    with Connection(server) as connection:
        connection.send(post(server, "Expect: 100-continue", f"Content-Length: {len(body)}"))
        assert connection.read().status == 100
        assert connection.exchange(body).status == 201
        assert connection.exchange(HEALTH).status == 200


def test_expectation_of_a_body_too_large_is_refused_before_it_is_sent(start_server):
    server = start_server("--body-limit", "1000")
    reply = send_and_read(server, post(server, "Expect: 100-continue", "Content-Length: 1001"))
    assert reply.status == 413


@pytest.mark.parametrize("length", [1001, 100_000, 1_000_000])
def test_the_body_limit(start_server, length):
    server = start_server("--body-limit", "1000")
    for framing, body in [(f"Content-Length: {length}", b"x" * length),
                          ("Transfer-Encoding: chunked", chunked(*[b"x" * 1000] * (length // 1000), b"x"))]:
        with Connection(server) as connection:
            reply = connection.exchange(post(server, framing, body=body))
            assert reply.status == 413
            assert reply.json()["error"] == "body_too_large"
            assert connection.closed_by_server()
    assert is_well(server)


def test_a_body_of_exactly_the_limit_is_taken(start_server):
    server = start_server("--body-limit", "1000")
    assert send_and_read(server, post(server, "Content-Length: 1000", body=project().ljust(1000))).status == 201


@pytest.mark.parametrize("length", ["999999999999", "9223372036854775808", "18446744073709551615"])
def test_a_huge_content_length_is_refused_at_once(server, length):
    assert_refused(server, post(server, f"Content-Length: {length}"), 413)


def test_an_endless_chunked_body_is_cut_off(server):
    before = resident_kib(server.pid)
    with Connection(server) as connection:
        connection.send(post(server, "Transfer-Encoding: chunked"))
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        sent = 0
        while sent < 1000 and connection.send(chunk):
            sent += 1
    assert sent < 1000, "the server read 64 MiB"
    assert resident_kib(server.pid) - before < 32 * 1024
    assert is_well(server)


def test_a_large_header(server):
    """Whatever the size: served, or refused with a clear answer."""
    statuses = []
    for size in [*range(500, 15_000, 500), *range(15_000, 20_000, 50), 100_000]:
        reply = send_and_read(server, request("GET", "/healthz", "X-Large: " + "a" * size))
        assert reply.status in (200, 400, 431), size
        statuses.append(reply.status)
    assert statuses[0] == 200 and statuses[-1] == 431
    check_envelope(send_and_read(server, request("GET", "/healthz", "X-Large: " + "a" * 17_000)), "headers_too_large")


def test_a_long_target(server):
    statuses = []
    for size in [*range(500, 30_000, 500), 100_000]:
        reply = send_and_read(server, request("GET", "/healthz?a=" + "b" * size))
        assert reply.status in (200, 400, 414, 431), size
        statuses.append(reply.status)
    assert statuses[0] == 200 and statuses[-1] in (414, 431)


def statuses_for(server, counts, make):
    return [send_and_read(server, make([f"p{i}" for i in range(count)])).status for count in counts]


def test_many_headers(server):
    statuses = statuses_for(server, [10, *range(100, 400, 3), 1000, 20_000],
                            lambda names: request("GET", "/healthz", *[f"{name}: a" for name in names]))
    assert statuses[0] == 200 and statuses[-2:] == [431, 431] and set(statuses) == {200, 431}


def test_many_parameters(server):
    statuses = statuses_for(server, [10, *range(50, 300, 3), 1000, 20_000],
                            lambda names: request("GET", "/healthz?" + "&".join(f"{name}=a" for name in names)))
    assert statuses[0] == 200 and statuses[-1] in (414, 431) and set(statuses) <= {200, 414, 431}
    check_envelope(send_and_read(server, request("GET", "/healthz?" + "&".join(["p=a"] * 1000))), "uri_too_long")


def test_many_cookies(server):
    statuses = statuses_for(server, [10, *range(100, 400, 3), 1000],
                            lambda names: request("GET", "/healthz", "Cookie: " + "; ".join(f"{n}=a" for n in names)))
    assert statuses[0] == 200 and statuses[-1] == 431 and set(statuses) == {200, 431}
    check_envelope(send_and_read(server, request("GET", "/healthz", "Cookie: " + "; ".join(["n=a"] * 1000))),
                   "headers_too_large")


def test_head_and_keep_alive(server):
    with Connection(server) as connection:
        reply = connection.exchange(request("HEAD", "/healthz"), head=True)
        assert reply.status == 200 and int(reply.header("content-length")) > 0
        assert connection.exchange(HEALTH).status == 200


def test_connection_close_is_obeyed(server):
    with Connection(server) as connection:
        reply = connection.exchange(request("GET", "/healthz", "Connection: close"))
        assert reply.status == 200 and reply.header("connection") == "close"
        assert connection.closed_by_server()


def test_a_client_that_stops_sending_still_gets_its_reply(server):
    with Connection(server) as connection:
        connection.send(HEALTH)
        connection.stop_sending()
        assert connection.read().status == 200
        assert connection.closed_by_server()


def test_a_client_that_stops_sending_while_its_request_runs(server):
    """It may be taken for gone: libmicrohttpd looks for more data before it sends a reply that had to wait."""
    body = project()
    with Connection(server) as connection:
        connection.send(post(server, f"Content-Length: {len(body)}", body=body))
        connection.stop_sending()
        try:
            assert connection.read().status == 201
        except Closed:
            pass
    assert is_well(server)


def test_clients_that_go_away(server):
    body = project()
    whole = post(server, f"Content-Length: {len(body)}", body=body)
    for length in [1, 10, len(whole) // 2, len(whole) - 1, len(whole)]:
        with Connection(server) as connection:
            connection.send(whole[:length])
    assert is_well(server)


# ---- who may send a body ----

EXPECTING = ["Expect: 100-continue", "Content-Length: 1000"]


def test_nobody_is_told_to_send_a_body_that_is_not_wanted(server):
    """Each of these is known from the header."""
    for method, target, token, status in [
            ("POST", PROJECTS, None, 401), ("POST", "/api/v2/nowhere", server.token, 404),
            ("PATCH", PROJECTS, server.token, 405), ("POST", "/healthz/nowhere", None, 404)]:
        reply = send_and_read(server, request(method, target, *EXPECTING, token=token))
        assert (reply.status, reply.header("connection")) == (status, "close")
    reply = send_and_read(server, request("POST", "/accept-invitation/x", EXPECTING[0], "Content-Length: 20000"))
    assert reply.status == 413, "what anybody may send is small"


@pytest.mark.parametrize("token", ["stint_pat_short", "x" * 53, "stint_pat_" + "x" * 60])
def test_what_is_no_token_is_refused_by_its_looks(start_server, token):
    server = start_server(demo=False)
    assert send_and_read(server, request("POST", PROJECTS, *EXPECTING, token=token)).status == 401


def test_the_body_of_an_unknown_token_is_not_looked_at(start_server):
    server = start_server(demo=False)
    data = request("POST", PROJECTS, "Content-Length: 9", body=b"{not JSON", token="stint_pat_" + "x" * 43)
    assert send_and_read(server, data).json()["error"] == "unauthenticated"


def test_a_refused_body_is_read_and_the_connection_lives_on(server):
    for size in (5, 100_000, 1_000_000):
        for framing, body in [(f"Content-Length: {size}", b"x" * size),
                              ("Transfer-Encoding: chunked", chunked(*[b"x" * 50_000] * (size // 50_000), b"x"))]:
            with Connection(server) as connection:
                for method, target, status in [("POST", PROJECTS, 401), ("DELETE", "/api/v2/nowhere", 404)]:
                    assert connection.exchange(request(method, target, framing, body=body)).status == status
                assert connection.exchange(HEALTH).status == 200


def test_a_refused_body_without_end_is_cut_off(server):
    with Connection(server) as connection:
        connection.send(request("POST", PROJECTS, "Transfer-Encoding: chunked"))
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        assert any(not connection.send(chunk) for _ in range(1000)), "the server read 64 MiB"
    assert is_well(server)


# ---- memory ----

def filling(method, target, form, spaces, token=None):
    """A form with empty pairs, each of which takes memory, and spaces: it fills a request's memory to the byte."""
    body = form + b"&" * 5000 + b" " * spaces
    return request(method, target, "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
                   body=body, token=token)


@pytest.mark.parametrize("method, form", [("GET", b""), ("POST", b"name=brim")])
def test_a_request_that_fills_its_memory_to_the_brim_is_answered(start_server, method, form):
    """Wherever the memory ends: in a header of the reply, in a row, in a fault's text."""
    server = start_server("--request-memory", "196608", "--rate-limit", "1000000")
    statuses = set()
    with Connection(server) as connection:
        for spaces in range(0, 40_000, 16):
            statuses.add(connection.exchange(filling(method, PROJECTS, form, spaces, server.token)).status)
    assert statuses == ({200, 400, 503} if method == "GET" else {201, 503}), statuses
    assert is_well(server)


def test_large_bodies_share_their_memory(start_server):
    """What is too much for all of them together is refused; small ones have memory of their own."""
    server = start_server("--body-memory", "1000000")
    body = project().ljust(600_000)
    data = post(server, f"Content-Length: {len(body)}", body=body)
    with Connection(server) as first, Connection(server) as second:
        first.send(data[:-1])
        assert becomes(server, "stint_body_memory_bytes", lambda held: held > 500_000)
        reply = second.exchange(data)
        assert reply.status == 503
        assert reply.header("retry-after") and reply.header("connection") == "close"
        small = project()
        assert send_and_read(server, post(server, f"Content-Length: {len(small)}", body=small)).status == 201
        assert first.exchange(data[-1:]).status == 201
        assert first.exchange(data.replace(b"Probe", b"Later")).status == 201
    assert becomes(server, "stint_body_memory_bytes", lambda held: held == 0)


def test_large_replies_share_the_memory_too(start_server):
    server = start_server("--body-memory", "0")
    with Connection(server) as connection:
        for _ in range(100):
            body = json.dumps({"name": f"Large {next(numbers)}", "notes": "x" * 800}).encode()
            assert connection.exchange(post(server, f"Content-Length: {len(body)}", body=body)).status == 201
        assert connection.exchange(request("GET", PROJECTS + "&per_page=10", token=server.token)).status == 200
        reply = connection.exchange(request("GET", PROJECTS + "&per_page=100", token=server.token))
        assert (reply.status, reply.json()["error"]) == (503, "unavailable")
        assert connection.exchange(request("GET", PROJECTS + "&per_page=10", token=server.token)).status == 200


@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_bodies_of_strangers_take_no_memory(server, framing):
    allow_files(500)
    before = resident_kib(server.pid)
    data = request("POST", PROJECTS, framing, body=b"".join([b"4e20\r\n" + b"x" * 20_000 + b"\r\n"] * 40))
    connections = [Connection(server) for _ in range(100)]
    try:
        for connection in connections:
            connection.send(data)
        assert is_well(server)
        assert resident_kib(server.pid) - before < 10 * 1024
    finally:
        for connection in connections:
            connection.close()


# ---- time ----

def assert_others_are_served(server):
    began = time.monotonic()
    assert is_well(server)
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("head", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_dripping_a_header_ends_at_the_deadline(start_server, head):
    server = start_server("--request-timeout", "1")
    with Connection(server) as connection:
        connection.send(head)
        dripping = threading.Timer(0.5, assert_others_are_served, [server])
        dripping.start()
        assert 0.5 < connection.drip(b"a" * 100, 0.1, 5) < 2.5
        dripping.join()


def test_dripping_a_body_ends_at_the_deadline(start_server):
    server = start_server("--request-timeout", "1")
    with Connection(server) as connection:
        connection.send(post(server, "Content-Length: 1000"))
        assert_others_are_served(server)
        assert 0.5 < connection.drip(b"a" * 100, 0.1, 5) < 2.5
        reply = connection.read()
        assert reply.status == 408
        check_envelope(reply, "request_timeout")


def test_a_client_that_does_not_read_is_cut_off(start_server):
    """Its replies fill the socket's buffers; from then on nothing is sent or read, and the deadline passes."""
    server = start_server("--request-timeout", "1")
    with Connection(server) as connection:
        connection.socket.settimeout(0.5)
        data = request("GET", "/api/v2/openapi.json") * 100
        began = time.monotonic()
        while time.monotonic() - began < 5:
            try:
                connection.socket.sendall(data)
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - began < 5
    assert is_well(server)


def test_an_idle_connection_is_closed(start_server):
    server = start_server("--idle-timeout", "1")
    with Connection(server) as connection:
        assert connection.exchange(HEALTH).status == 200
        assert not connection.closed_by_server(0.5)
        assert connection.exchange(HEALTH).status == 200, "each reply starts the time anew"
        began = time.monotonic()
        assert connection.closed_by_server(5)
        assert time.monotonic() - began > 0.7
        assert connection.received == b""


def test_a_busy_connection_outlives_the_request_timeout(start_server):
    server = start_server("--request-timeout", "1")
    with Connection(server) as connection:
        for _ in range(8):
            assert connection.exchange(HEALTH).status == 200
            time.sleep(0.25)


# ---- numbers ----

def allow_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def test_idle_connections_are_cheap(start_server, capsys):
    count = 2000
    allow_files(count + 200)
    server = start_server("--connections-per-address", "5000")
    before = resident_kib(server.pid)
    connections = open_many(server, count)
    try:
        each = (resident_kib(server.pid) - before) / count
        with capsys.disabled():
            print(f"\n{count} idle connections: {each:.1f} KiB each")
        assert each < 40
        assert_others_are_served(server)
        assert all(c.exchange(HEALTH).status == 200 for c in connections[::100])
    finally:
        for connection in connections:
            connection.close()
    assert is_well(server)


def test_connections_per_address(start_server):
    server = start_server("--connections-per-address", "5")
    connections = open_many(server, 5)
    with Connection(server) as sixth:
        assert sixth.closed_by_server()
    assert all(c.exchange(HEALTH).status == 200 for c in connections)
    connections.pop().close()
    assert becomes_well(server), "the place of the closed connection is free again"
    for connection in connections:
        connection.close()


def test_a_restart_finds_its_port_free(start_server):
    """Connections that the server closed linger in the kernel for a minute; the next start must not trip over them."""
    first = start_server()
    for _ in range(3):
        with Connection(first) as connection:
            connection.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert connection.read().status == 200
    port = first.port
    first.stop()
    again = start_server("--listen", f"127.0.0.1:{port}")
    assert again.port == port
