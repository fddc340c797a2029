"""Invitations by mail: a relay of the test's own takes what `--smtp-url` sends."""

import queue
import socketserver
import threading

import pytest
from client import Client
from scenario import accept, advance_clock, unique

WAIT_SECONDS = 30


class Relay(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP (RFC 5321) to take a message. The first `refusals` of them are deferred."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, refusals=0):
        super().__init__(("127.0.0.1", 0), Session)
        self.refusals, self.messages = refusals, queue.Queue()
        self.url = f"smtp://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def handle(self):
        recipient = None
        self.say(b"220 relay")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.partition(b"<")[2].partition(b">")[0].decode()
            if verb == b"DATA":
                self.say(b"354 go on")
                self.take(recipient)
            elif verb == b"QUIT":
                return self.say(b"221 bye")
            else:
                self.say(b"250 ok")

    def take(self, recipient):
        text = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            text += line
        if self.server.refusals:
            self.server.refusals -= 1
            self.say(b"451 later")
        else:
            self.server.messages.put((recipient, text.decode()))
            self.say(b"250 taken")


@pytest.fixture
def relay():
    with Relay() as server:
        yield server
        server.shutdown()


def invite_by_mail(start_server, relay):
    server = start_server("--smtp-url", relay.url, "--smtp-from", "stint@example.com")
    owner = Client(server, "demo-owner")
    email = unique("guest").replace(" ", "-") + "@example.com"
    person = {"email": email, "firstname": "Ada", "lastname": "Byron", "role": "Regular User"}
    return owner, email, owner.post("/members", json=person, workspace_id=1).data["invitation_link"]


def test_the_link_comes_by_mail_and_works(start_server, relay):
    owner, email, link = invite_by_mail(start_server, relay)
    recipient, text = relay.messages.get(timeout=WAIT_SECONDS)
    assert recipient == email
    assert link in text and "From:" in text and "Date:" in text
    assert accept(owner, link.rpartition("/")[2]).status == 200


def test_a_relay_that_defers_is_asked_again(start_server, relay):
    relay.refusals = 1
    owner, email, _ = invite_by_mail(start_server, relay)
    for _ in range(WAIT_SECONDS):
        try:
            assert relay.messages.get(timeout=1)[0] == email
            break
        except queue.Empty:
            advance_clock(owner, 3600)
    else:
        pytest.fail("the mail was not sent again")
    assert relay.refusals == 0
