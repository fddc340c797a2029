"""Made-up requests (generate.py), one after the other: whatever comes, the answer is a documented one, what is refused
changes nothing, nobody sees or touches another workspace, and the server lives on with a clean log."""

import collections
import gzip
import json
import random
import time

from client import Document, Reply
from generate import Generator
from ledger import ledger_of
from probes import Closed, Connection
from scenario import check_books

SECRETS = (b"Secret Project", b"Of another workspace", b"other@example.com")  # of workspace 2
BATCH = 25  # refused requests between two looks at the database
ODD = (408, 501, 505)  # refusals of what is hardly HTTP


class Answer(Reply):
    def __init__(self, request, raw):
        self.method, self.status = request.method, raw.status
        self.content = gzip.decompress(raw.body) if raw.body and raw.header("Content-Encoding") == "gzip" else raw.body
        self.headers = {"-".join(part.capitalize() for part in name.split("-")): value for name, value in raw.headers}
        self.is_json = raw.header("Content-Type") == "application/json"
        self.body = json.loads(self.content) if raw.body and self.is_json else None


class Fuzz:
    def __init__(self, server, seed):
        self.server, self.document = server, Document.of(server)
        self.generator = Generator(self.document, seed)
        self.ledger = ledger_of(server.database)
        self.told = collections.Counter()
        self.connection = Connection(server, timeout=30)
        self.refused = []  # since the last look at the database
        self.state, self.others = self.ledger.state(), self._others()

    def _others(self):
        """The rows of workspace 2."""
        return {table: sorted(map(repr, self.ledger.rows(f"SELECT * FROM {table} WHERE workspace_id = 2")))
                for table in ("projects", "members", "contracts", "time_entries", "tasks", "project_grants")}

    def _reconnect(self):
        self.connection.close()
        self.connection = Connection(self.server, timeout=30)

    def _exchange(self, request):
        """None: the connection was closed, which only what is hardly HTTP may bring about."""
        try:
            if request.mutated:
                self._reconnect()
                self.connection.socket.settimeout(0.3)  # it may wait for more
            raw = self.connection.exchange(request.bytes, head=request.method == "HEAD")
            while 100 <= raw.status < 200:
                raw = self.connection.read(head=request.method == "HEAD")
        except (Closed, TimeoutError):
            assert request.mutated, "no answer"
            self._reconnect()
            return None
        if request.mutated or raw.header("Connection") == "close":
            self._reconnect()
        return raw

    def _judge(self, request, answer):
        assert answer.status != 500, answer
        assert not any(secret in answer.content and secret not in request.bytes for secret in SECRETS), answer
        if request.mutated or answer.status in ODD or request.method in ("OPTIONS", "HEAD"):
            return
        answer.check()
        self.document.judge(request.operation if answer.status < 300 else None, answer)

    def step(self, number):
        request = self.generator.request(number)
        try:
            raw = self._exchange(request)
            if raw:
                answer = Answer(request, raw)
                self.told[raw.status] += 1
                self._judge(request, answer)
                self.generator.learn(answer.body)
        except Exception as error:
            raise AssertionError(f"seed {self.generator.seed}, request {number}:\n{request.bytes[:3000]!r}") from error
        done = raw is None or raw.status < 400 or request.mutated
        if done and request.method not in ("GET", "HEAD"):
            self.look(before_done=True)
        else:
            self.refused.append(request)
            if len(self.refused) >= BATCH:
                self.look()

    def look(self, before_done=False):
        """What was refused or only read has changed nothing. With `before_done` the last one may have, which is not
        among them: then nothing can be said but of the workspace that is not theirs."""
        state = self.ledger.state()
        if not before_done:
            assert state == self.state, [request.bytes[:500] for request in self.refused]
        self.state, self.refused = state, []
        assert self._others() == self.others, "rows of workspace 2 are others now"


def test_made_up_requests(stint, start_server, request):
    seed = request.config.getoption("--seed")
    seed = random.randrange(10**6) if seed is None else seed
    server = start_server("--log-level", "warning")
    fuzz = Fuzz(server, seed)
    deadline, number = time.monotonic() + request.config.getoption("--seconds"), 0
    try:
        while time.monotonic() < deadline:
            number += 1
            fuzz.step(number)
        fuzz.look(before_done=True)
    finally:
        print(f"seed {seed}: {number} requests, {dict(sorted(fuzz.told.items()))}")
        fuzz.connection.close()
        fuzz.ledger.close()
    assert fuzz.told[200] and fuzz.told[422], "requests are not varied enough"
    check_books(stint, server)
