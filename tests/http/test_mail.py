"""Invitations by mail: a relay of the test's own takes what `--smtp-url` sends."""

import queue
import socketserver
import threading
import time

import pytest
from client import Client
from scenario import accept, advance_clock, metric, new_project, set_clock, unique
from test_concurrency import together

WAIT_SECONDS = 30


class Relay(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP (RFC 5321) to take a message. The first `refusals` of them are deferred; while `open` is not
    set, none is answered."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, refusals=0):
        super().__init__(("127.0.0.1", 0), Session)
        self.refusals, self.messages, self.lines = refusals, queue.Queue(), []
        self.reached, self.open = threading.Event(), threading.Event()
        self.open.set()
        self.url = f"smtp://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def handle(self):
        recipient = None
        self.say(b"220 relay")
        for line in self.rfile:
            self.server.lines.append(line)
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
        self.server.reached.set()
        self.server.open.wait(WAIT_SECONDS)
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


def owner_with_relay(start_server, relay, *flags):
    server = start_server("--smtp-url", relay.url, "--smtp-from", "stint@example.com", *flags)
    return Client(server, "demo-owner")


def invite_by_mail(owner):
    """Address and link."""
    email = unique("guest").replace(" ", "-") + "@example.com"
    person = {"email": email, "firstname": "Ada", "lastname": "Byron", "role": "Regular User"}
    return email, owner.post("/members", json=person, workspace_id=1).data["invitation_link"]


def test_the_link_comes_by_mail_and_works(start_server, relay):
    owner = owner_with_relay(start_server, relay)
    email, link = invite_by_mail(owner)
    recipient, text = relay.messages.get(timeout=WAIT_SECONDS)
    assert recipient == email
    assert link in text and "From:" in text and "Date:" in text
    assert accept(owner, link.rpartition("/")[2]).status == 200


def test_a_mail_goes_out_when_it_is_queued(start_server, relay):
    """Not when somebody looks for it next: that would be after two seconds, for each of these."""
    owner = owner_with_relay(start_server, relay)
    begun = time.monotonic()
    for _ in range(6):
        advance_clock(owner, 0)  # all that was due is done, and the job rests
        email, _ = invite_by_mail(owner)
        assert relay.messages.get(timeout=WAIT_SECONDS)[0] == email
    assert time.monotonic() - begun < 8


def test_a_relay_that_defers_is_asked_again(start_server, relay):
    relay.refusals = 1
    owner = owner_with_relay(start_server, relay)
    email, _ = invite_by_mail(owner)
    advance_clock(owner, 0)  # from here on it stands; and the answer comes when what is due was tried
    assert relay.refusals == 0 and relay.messages.empty()
    advance_clock(owner, 30)
    assert relay.messages.empty()
    advance_clock(owner, 30)
    assert relay.messages.get_nowait()[0] == email


def test_no_password_goes_to_a_relay_in_the_clear(start_server, relay):
    """Whoever stands between can take STARTTLS out of what a relay offers."""
    server = start_server("--smtp-url", relay.url.replace("//", "//stint:secret@"), "--smtp-from", "stint@example.com")
    invite_by_mail(Client(server, "demo-owner"))
    advance_clock(Client(server, "demo-owner"), 0)
    assert relay.messages.empty() and "event=mail_delayed" in server.said()
    assert not [line for line in relay.lines if line.startswith(b"AUTH") or b"MAIL FROM" in line]


def test_a_moved_clock_sends_all_that_is_due_at_once(start_server, relay):
    owner = owner_with_relay(start_server, relay)
    invited = {invite_by_mail(owner)[0] for _ in range(25)}
    advance_clock(owner, 0)
    assert {relay.messages.get_nowait()[0] for _ in invited} == invited
    assert relay.messages.empty()


def test_many_mails_of_one_workspace_are_in_nobodys_way(start_server, relay):
    """Each writes that the workspace is due, and none makes another begin again: once it stands there, they only rely
    on it. And none is forgotten by the job that forgets it meanwhile."""
    owner = owner_with_relay(start_server, relay)
    invited = together(owner.server, 16, lambda client, _: [invite_by_mail(client)[0] for _ in range(8)])
    emails = {email for each in invited for email in each}
    assert metric(owner.server, "stint_retries_total") < len(emails) / 2
    assert {relay.messages.get(timeout=WAIT_SECONDS)[0] for _ in emails} == emails


def test_nobody_else_waits_for_a_slow_relay(start_server, relay):
    relay.open.clear()
    owner = owner_with_relay(start_server, relay, "--threads", "1", "--workers", "2")
    other = Client(owner.server, "demo-owner")
    set_clock(owner, "2024-01-15T09:00:00Z")
    email, _ = invite_by_mail(owner)
    mover = threading.Thread(target=advance_clock, args=(owner, 3600))
    mover.start()
    assert relay.reached.wait(WAIT_SECONDS)
    deadline = time.monotonic() + WAIT_SECONDS
    while other.get("/workspaces").meta["timestamp"] != "2024-01-15T10:00:00Z":
        assert time.monotonic() < deadline
    new_project(other)
    assert mover.is_alive() and relay.messages.empty()
    relay.open.set()
    mover.join(WAIT_SECONDS)
    assert relay.messages.get_nowait()[0] == email
