"""Each allocation and each step of the database that a request needs fails once, one after the other.

Whatever fails: the client is told "not now", or what it asked for was done after all; a request that was refused has
changed nothing, and one that was done has done all. The next request works."""

import collections
import itertools
import random
import urllib.parse

import pytest
from client import Client
from ledger import growth, ledger_of
from requests_of_api import Requests, is_read
from scenario import check_books
from sender import NO_RELAY, NOT_NOW, TOO_LARGE, Gone, Sender
from shim import KINDS, LOST_AFTER, LOST_BEFORE, SQLITE

# May not be tried too often on one account, nor from one address.
LIMITED = {"accept_invitation", "sign_in", "give_password", "sign_in_by_code", "change_password"}

MEMORY = 196_608  # of a request; what fill_memory sends takes nearly all of it


def form_of(body):
    lists = {name: ",".join(map(str, value)) for name, value in body.items() if isinstance(value, list)}
    return urllib.parse.urlencode(body | lists).encode()


class Bench:
    """A server with its shim and its ledger."""

    def __init__(self, server, shim):
        self.server, self.shim = server, shim
        self.owner = Client(server, server.token)
        self.requests = Requests(self.owner)
        self.sender = Sender(server)
        self.ledger = ledger_of(server.database)
        self.told = collections.Counter()
        self._addresses = (f"10.0.{number // 250}.{number % 250 + 1}" for number in itertools.count())

    def usual(self, operation):
        """Of the second such request, and how many calls of each kind it made: the first one may make what later ones
        find."""
        for _ in range(2):
            request = self.requests.make(operation)
            before, calls = self.ledger.state(), {kind: self.shim.calls(kind) for kind in KINDS}
            status, body = self.sender.send(*request)
            assert status < 300, (operation, body)
        return growth(before, self.ledger.state()), {kind: self.shim.calls(kind) - calls[kind] for kind in KINDS}

    def _reconnect(self):
        """What a lost connection is made again with shall not fail: a request that changes nothing comes first."""
        self.sender.send("GET", "/projects/999999?workspace_id=1")
        self.sender.send("DELETE", "/projects/999999?workspace_id=1")

    def ask(self, request):
        """The status; None where the connection ended instead."""
        try:
            method, path, body, headers = request
            return self.sender.send(method, path, body, {"X-Forwarded-For": next(self._addresses), **headers})[0]
        except Gone:
            return None

    def fail_each(self, operation, kind, how=0, *, stride=1, may_hang_up=False, may_be_unheard=False):
        """Returns how many calls it takes; with a stride, each so-manieth of them fails, others in each run, and the
        last three.
        `may_hang_up`: the connection may end without an answer; `may_be_unheard`: a refusal may have been done."""
        usual, calls = self.usual(operation)
        nothing = growth(*[self.ledger.state()] * 2)
        request = self.requests.make(operation)
        before, begin = self.ledger.state(), random.randrange(stride)
        for number in itertools.count(1):
            if (number + begin) % stride and number < calls[kind] - 2:
                continue
            with self.shim.failing(kind, number, how) as fired:
                status = self.ask(request)
            after = self.ledger.state()
            grown = growth(before, after)
            said = f"{operation}: {kind} {number} how {how}: answered {status}, changed " \
                   f"{ {table: grown[table] for table in grown if grown[table] != nothing[table]} }"
            self.told[status] += 1
            assert status in (200, 201, NOT_NOW) or (status is None and may_hang_up), said
            done = grown == usual
            assert done if status in (200, 201) else \
                grown == nothing or (done and (may_be_unheard or status is None)), said
            if not fired():
                return number - 1
            if status not in (200, 201) or how in (LOST_BEFORE, LOST_AFTER):  # or a job has lost its own
                self._reconnect()
            if (done and not is_read(operation)) or operation in LIMITED:
                request = self.requests.make(operation)
                before = self.ledger.state()

    def do_again(self, operation):
        """All of it, as its transaction meets a conflict at its end: the client is not told."""
        usual, _ = self.usual(operation)
        request = self.requests.make(operation)
        before = self.ledger.state()
        with self.shim.failing("commit", 1) as fired:
            status = self.ask(request)
        assert fired() and status in (200, 201), status
        assert growth(before, self.ledger.state()) == usual

    def run_out(self, operation, stride):
        """Memory is out from one allocation on, until the request has ended."""
        usual, calls = self.usual(operation)
        nothing = growth(*[self.ledger.state()] * 2)
        for number in range(1 + random.randrange(stride), calls["memory"], stride):
            request = self.requests.make(operation)
            before = self.ledger.state()
            with self.shim.failing("memory", number, lasting=True):
                status = self.ask(request)
            said = operation, number, status
            assert self.sender.send("GET", "/projects/100?workspace_id=1")[0] == 200, said
            assert self.sender.send("PUT", "/projects/999999?workspace_id=1")[0] == 404, said
            grown = growth(before, self.ledger.state())
            assert status in (200, 201, NOT_NOW, None), said
            assert grown == usual if status in (200, 201) else grown in (nothing, usual), (said, grown)

    def fill_memory(self, operation, sizes):
        """The request's memory ends wherever it may: a form with empty pairs, each of which takes some, and spaces."""
        usual, _ = self.usual(operation)
        nothing = growth(*[self.ledger.state()] * 2)
        method, path, body, headers = self.requests.make(operation)
        before = self.ledger.state()
        for size in sizes:
            status = self.ask((method, path, form_of(body) + b"&" * 5000 + b" " * size, headers))
            after = self.ledger.state()
            refusals = (NOT_NOW, TOO_LARGE) if is_read(operation) else (NOT_NOW,)
            assert status in (200, 201, *refusals), (operation, size, status)
            assert growth(before, after) == (nothing if status in refusals else usual), (operation, size, status)
            if after != before or operation in LIMITED:
                method, path, body, headers = self.requests.make(operation)
                before = self.ledger.state()

    def finish(self, stint):
        """All is as it was, for everybody."""
        for operation in self.requests.operations():
            status, body = self.sender.send(*self.requests.make(operation))
            assert status < 300, (operation, body)
        self.ledger.close()
        check_books(stint, self.server)
        print(dict(self.told), f"{self.shim.fired('memory')} allocations and {self.shim.fired('step')} steps failed")


@pytest.fixture(scope="module")
def bench_of(start_faulty, stint):
    """By its name; the one before has had its day."""
    made = {}

    def finish():
        for each in made.values():
            each.finish(stint)
        made.clear()

    def find(name):
        if name not in made:
            finish()
            made[name] = Bench(*start_faulty("--log-level", "warning", "--workers", "1", "--request-memory",
                                             str(MEMORY), "--trusted-proxies", "127.0.0.1", "--smtp-url", NO_RELAY,
                                             "--smtp-from", "stint@example.com"))
        return made[name]

    yield find
    finish()


@pytest.fixture
def bench(request, bench_of):
    """One for some of what fails in the same way."""
    return bench_of(getattr(request, "param", "lasting"))


def of_its_own(name):
    return pytest.mark.parametrize("bench", [name], indirect=True)


def each_of(operations, name, most=30):
    """The ledger reads all of the database, and each test leaves more in it: so no bench has them all."""
    pairs = [(f"{name}-{number // most}", each) for number, each in enumerate(operations)]
    return pytest.mark.parametrize("bench, operation", pairs, indirect=["bench"])


@each_of(Requests.operations(), "allocation")
def test_each_allocation(bench, engine, operation, rounds):
    """Where not even the reply can be made, the connection ends."""
    remote = engine == "postgresql"  # may have committed what nobody hears of
    stride = max((8 if remote else 2) // rounds, 1)
    assert bench.fail_each(operation, "memory", stride=stride, may_hang_up=True, may_be_unheard=remote) > 5


# How a step fails, and how many of them in a usual run: a connection to PostgreSQL is slow to make again.
ON_SQLITE = {SQLITE["BUSY"]: 2, SQLITE["IOERR"]: 1, SQLITE["FULL"]: 4, SQLITE["NOMEM"]: 2}
ON_POSTGRESQL = {"40001": 2, "53100": 4, LOST_BEFORE: 8, LOST_AFTER: 4}


# This one asks no database.
STEPS = [name for name in Requests.operations() if name != "begin_passkey_sign_in"]


@each_of(STEPS, "step")
def test_each_step(bench, engine, operation, rounds):
    for how, stride in (ON_SQLITE if engine == "sqlite" else ON_POSTGRESQL).items():
        stride = max((max(stride, 5) if operation in LIMITED else stride) // rounds, 1)
        assert bench.fail_each(operation, "step", how, stride=stride, may_be_unheard=how == LOST_AFTER) > 2
    if engine == "sqlite" and not is_read(operation):
        bench.do_again(operation)


# What reads, what writes, what a stranger asks and what is hashed beside.
LASTING = ("get_members", "get_me", "create_project", "ingest_tracked_slots", "sign_in", "issue_tokens",
           "request_password_reset")


@pytest.mark.parametrize("operation", LASTING)
def test_memory_that_stays_out(bench, engine, operation, rounds):
    """From the n-th allocation on. When there is some again, all is as it was at once: what could not even be undone
    is in nobody's way."""
    stride = max((24 if engine == "postgresql" else 6) // rounds, 1)
    bench.run_out(operation, stride)


@of_its_own("guess")
def test_who_could_not_be_let_in_has_not_guessed(bench, engine):
    """Twenty guesses in a row keep everybody out of an account for a while."""
    step = min(bench.usual("sign_in")[1]["step"] for _ in range(3)) // 2
    request, how = bench.requests.make("sign_in"), SQLITE["FULL"] if engine == "sqlite" else "53100"
    in_a_row = 0
    while in_a_row < 25:
        with bench.shim.failing("step", step, how, lasting=True):
            status = bench.ask(request)
        in_a_row += 1
        if status == 201 and step > 2:  # jobs take steps, too, when they come: these were among the usual ones
            step, in_a_row = step - 1, 0
        else:
            assert status == NOT_NOW
    assert bench.ask(request) == 201


# Slots are no form, and of what anybody may send less is read than fills the memory.
FORMS = [name for name in Requests.operations() if name not in (
    "ingest_tracked_slots", "accept_invitation", "sign_in", "sign_in_by_passkey", "request_password_reset",
    "reset_password", "issue_tokens", "introspect_token", "give_token_back")]


@each_of(FORMS, "memory")
def test_each_end_of_memory(bench, engine, operation, rounds):
    step = max((1600 if engine == "sqlite" else 8000) // rounds, 16)
    bench.fill_memory(operation, range(random.randrange(step), 40_000, step))
