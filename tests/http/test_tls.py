"""TLS of our own: who is served, a new certificate while people are connected, and handshakes that are none.

What holds for HTTP holds over it, too: test_protocol.py also runs with --tls."""

import contextlib
import socket
import ssl
import threading
import time

import pytest
from client import API, Browser, Client
from live import Stream
from probes import Closed, Connection, request, send_and_read
from scenario import set_clock, until
from stint import make_certificate

HEALTH = request("GET", "/healthz")
LONG = "ü" * 60_000


@pytest.fixture
def flags(tmp_path):
    return make_certificate(tmp_path)


@pytest.fixture
def secured(start_server, flags):
    return start_server(*flags)


def serial_of(server):
    """Of the certificate that is shown to whoever connects."""
    with Connection(server) as connection:
        assert connection.exchange(HEALTH).status == 200
        return connection.socket.getpeercert()["serialNumber"]


def reload(server, says):
    """As an operator does it, who then looks into the log for what it says."""
    before = server.log.read_text().count(f"event={says} ")
    server.hang_up()
    until(lambda: server.log.read_text().count(f"event={says} ") > before)


# ---- who is served ----

def test_whatever_is_said_is_said_over_tls(secured):
    assert secured.url.startswith("https://")
    owner = Client(secured, "demo-owner")
    set_clock(owner, "2024-03-01T12:00:00Z")
    with Stream(secured) as stream:
        entries = [owner.post("/time-entries", workspace_id=1, json={
            "user_id": 100, "date": f"2024-02-{day}", "start_time": "09:00", "end_time": "10:30", "notes": LONG})
            for day in range(10, 20)]
        assert "time_entry.created" in {stream.event()["type"] for _ in entries}
    assert owner.exchange("GET", API + "/openapi.json").body["servers"][0]["url"] == secured.url + API
    exported = owner.get("/export/time-entries", workspace_id=1)  # in a file, of more than a megabyte
    assert [row["activity_description"] for row in exported.data].count(LONG) == len(entries)


def test_people_sign_in_over_it(secured):
    browser = Browser(secured)
    cookies = browser.sign_in("owner@example.com").cookies
    assert cookies and all(each.startswith("__Host-") and "; Secure" in each for each in cookies)
    assert browser.get("/me").data["email"] == "owner@example.com"
    assert browser.delete("/session").status == 200


def test_browsers_are_told_to_come_back_over_tls(start_server, flags):
    """Not by the sandbox: they would hold it against all of "localhost"."""
    for server, told in [(start_server(*flags, demo=False), "max-age=31536000"), (start_server(*flags), None),
                         (start_server("--public-url", "https://time.example.com", demo=False), "max-age=31536000")]:
        assert send_and_read(server, HEALTH).header("strict-transport-security") == told


def handshake(server, minimum, maximum, ciphers="ALL:@SECLEVEL=0"):
    context = server.trust()
    context.set_ciphers(ciphers)
    context.minimum_version, context.maximum_version = minimum, maximum
    with socket.create_connection((server.host, server.port), 10) as plain, \
            context.wrap_socket(plain, server_hostname=server.host) as secured:
        return secured.version(), secured.cipher()[0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_only_what_is_safe_is_spoken(start_server, tmp_path):
    server = start_server(*make_certificate(tmp_path, "rsa:2048"))
    new, old, oldest = ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1
    assert handshake(server, new, new)[0] == "TLSv1.3"
    assert handshake(server, old, old) == ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384")
    for minimum, maximum, ciphers in [(oldest, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
                                      (old, old, "AES128-GCM-SHA256"),  # whoever has the key can read it later
                                      (old, old, "ECDHE-RSA-AES128-SHA"),
                                      (old, old, "DHE-RSA-AES128-GCM-SHA256")]:
        with pytest.raises(ssl.SSLError):
            handshake(server, minimum, maximum, ciphers)


# ---- another certificate ----

def test_a_new_certificate_is_shown_while_people_are_connected(secured, tmp_path):
    stop, refused = threading.Event(), []

    def come_again():
        while not stop.is_set():
            try:
                assert send_and_read(secured, HEALTH).status == 200
            except ssl.SSLCertVerificationError:  # half of the pair was made anew, and our side had read that half
                pass
            except (OSError, Closed) as error:
                refused.append(error)

    before = serial_of(secured)
    with Connection(secured) as connection:
        assert connection.exchange(HEALTH).status == 200
        comers = [threading.Thread(target=come_again) for _ in range(4)]
        for comer in comers:
            comer.start()
        for kind in [(), ("rsa:2048",), ()]:
            make_certificate(tmp_path, *kind)
            reload(secured, "certificate_shown")
            assert connection.exchange(HEALTH).status == 200
            assert serial_of(secured) != before
            before = serial_of(secured)
        stop.set()
        for comer in comers:
            comer.join()
    assert not refused


@pytest.mark.parametrize("spoil", [
    lambda certificate, key: certificate.write_text("none"),
    lambda certificate, key: key.write_text("none"),
    lambda certificate, key: key.unlink(),
    lambda certificate, key: certificate.unlink(),
    lambda certificate, key: key.write_bytes(b""),
    lambda certificate, key: certificate.write_bytes(key.read_bytes()),
    lambda certificate, key: make_certificate(key.parent) and certificate.write_bytes(old_certificate),
], ids=["no certificate in it", "no key in it", "no key", "no certificate", "empty", "a key in its place",
        "the key of another"])
def test_a_pair_that_is_of_no_use_changes_nothing(stint, start_server, tmp_path, spoil):
    global old_certificate
    flags = make_certificate(tmp_path)
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    old_certificate = certificate.read_bytes()
    server = start_server(*flags)
    before = serial_of(server)
    spoil(certificate, key)
    reload(server, "certificate_refused")
    refused = stint.run("serve", "--listen", "127.0.0.1:0", *flags)
    assert refused.returncode == 1 and "stint: the certificate: " in refused.stderr
    certificate.write_bytes(old_certificate)  # our side trusts it again
    assert serial_of(server) == before


def test_one_file_does_not_go_without_the_other(stint, flags):
    for some in (flags[:2], flags[2:]):
        refused = stint.run("serve", *some)
        assert refused.returncode == 2 and "--tls-cert and --tls-key" in refused.stderr
    refused = stint.run("serve", *flags, "--public-url", "http://time.example.com")
    assert refused.returncode == 2 and "--public-url" in refused.stderr


def test_a_key_that_others_can_read_is_told(start_server, tmp_path):
    flags = make_certificate(tmp_path)
    (tmp_path / "key.pem").chmod(0o644)
    assert f"event=open_to_others file=\"{tmp_path / 'key.pem'}\"" in start_server(*flags).log.read_text()


# ---- what is no handshake ----

def hello():
    """The first words of a client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def plain_connection(server):
    return socket.create_connection((server.host, server.port), 10)


def what_is_left(stream):
    """All that comes until the server closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := stream.recv(65536):
            received += part
    return received


@pytest.mark.parametrize("said", [HEALTH, b"\0" * 2000, b"\x16\x03\x01\xff\xff" + b"a" * 20_000,
                                  hello()[:40] + b"\0" * 500], ids=["plain", "nothing", "too long", "damaged"])
def test_what_is_no_tls_is_not_answered_in_the_clear(secured, said):
    with plain_connection(secured) as stream:
        with contextlib.suppress(OSError):  # it may have closed by now
            stream.sendall(said)
            stream.shutdown(socket.SHUT_WR)
        assert b"HTTP" not in what_is_left(stream)
    assert send_and_read(secured, HEALTH).status == 200


@pytest.mark.parametrize("part", [0, 1, 100, None], ids=["silent", "one byte", "half", "no second step"])
def test_a_handshake_that_does_not_end_is_cut_off(start_server, flags, part):
    server = start_server(*flags, "--request-timeout", "1")
    began = time.monotonic()
    with plain_connection(server) as stream:
        stream.sendall(hello()[:part])
        assert send_and_read(server, HEALTH).status == 200
        what_is_left(stream)
    assert 0.5 < time.monotonic() - began < 3


def test_a_handshake_that_drips_is_cut_off(start_server, flags):
    server = start_server(*flags, "--request-timeout", "1")
    began = time.monotonic()
    with plain_connection(server) as stream, contextlib.suppress(ConnectionError):
        for byte in hello():
            stream.sendall(bytes([byte]))
            time.sleep(0.05)
    assert time.monotonic() - began < 4
    assert send_and_read(server, HEALTH).status == 200


def test_handshakes_that_have_not_ended_count_as_connections(start_server, flags):
    server = start_server(*flags, "--connections", "3", "--request-timeout", "1")
    with contextlib.ExitStack() as waiting:
        for _ in range(3):
            waiting.enter_context(plain_connection(server)).sendall(hello()[:50])
        with plain_connection(server) as one_more:
            assert what_is_left(one_more) == b""


# ---- its end ----

def test_a_refusal_outside_of_the_library_goes_over_tls_too(start_server, flags):
    """A request that does not come to its end, and a header that is too large."""
    server = start_server(*flags, "--request-timeout", "1", "--header-limit", "2048")
    with Connection(server) as connection:
        connection.send(HEALTH[:-2])
        assert connection.read().json()["error"] == "request_timeout"
        assert connection.closed_by_server()
    reply = send_and_read(server, request("GET", "/healthz", "X-Long: " + "a" * 3000))
    assert reply.json()["error"] == "headers_too_large"


def test_the_server_stops_whoever_is_connected(start_server, flags):
    server = start_server(*flags)
    with Connection(server) as idle, plain_connection(server) as silent, plain_connection(server) as half, \
            Stream(server) as stream:
        assert idle.exchange(HEALTH).status == 200
        half.sendall(hello()[:100])
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 10
        assert idle.closed_by_server() and stream.event() is None
        assert what_is_left(silent) == what_is_left(half) == b""
