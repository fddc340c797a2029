"""The server is killed, the power is cut, or the database crashes, while many clients write. Whatever was acknowledged
is there afterwards, once and whole; what was not is there once when it has been asked for again."""

import os
import random
import signal

import pytest
from client import Client
from ledger import ledger_of
from load import Load
from scenario import check_books
from sender import NO_RELAY
from shim import DROPPED, KILL

SECTOR = 512


@pytest.fixture
def seed():
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    return seed


@pytest.fixture
def begin(start_faulty):
    """A server with its shim, a load and its random numbers."""
    loads = []

    def start(seed, **options):
        server, shim = start_faulty(*FLAGS, **options)
        ledger = ledger_of(server.database)
        loads.append(Load(server, Client(server, server.token), ledger, seed=seed))
        return server, shim, loads[-1]

    yield start
    for load in loads:
        load.stopping.set()
        load.ledger.close()


FLAGS = ("--log-level", "warning", "--trusted-proxies", "127.0.0.1", "--smtp-url", NO_RELAY)


def judge(stint, server, load):
    load.settle(server)
    verdict = load.judge()
    assert verdict, (load.seed, verdict)
    check_books(stint, server)


def test_killed(stint, start_faulty, begin, seed, rounds):
    server, _, load = begin(seed)
    chance = random.Random(seed)
    for _ in range(3 * rounds):
        load.start(server)
        load.wait(chance.randrange(20, 300))
        server.kill()
        load.stop()
        server, _ = start_faulty(*FLAGS, database=server.database)
        judge(stint, server, load)
    print(f"{3 * rounds} kills: {dict(load.told)}")


# ---- power cuts ----

FATES = ("nothing more", "everything", "some sectors")


def after_the_cut(chance, kept, written, fates):
    """What a disk may hold of a file: all that was synced, and of what was written since, any sectors."""
    fate = chance.choice(fates)
    if fate != "some sectors":
        return kept if fate == "nothing more" else written
    size = chance.choice([len(kept), len(written), chance.randint(*sorted([len(kept), len(written)]))])
    either = [kept.ljust(size, b"\0"), written.ljust(size, b"\0")]
    return b"".join(chance.choice(either)[at:at + SECTOR] for at in range(0, size, SECTOR))[:size]


def cut_power(chance, load, fates=FATES):
    file = load.server.database.removeprefix("sqlite:")
    load.ledger.close()
    for name in (file, f"{file}-wal"):
        durable = f"{name}.durable"
        left = after_the_cut(chance, read(durable), read(name), fates)
        for each in (name, durable):
            with open(each, "wb") as out:
                out.write(left)
    if os.path.exists(f"{file}-shm"):
        os.unlink(f"{file}-shm")
    load.ledger = ledger_of(load.server.database)


def read(name):
    if not os.path.exists(name):
        return b""
    with open(name, "rb") as file:
        return file.read()


@pytest.mark.only_on("sqlite", "PostgreSQL's files are its own matter")
def test_power_cut(stint, start_faulty, begin, seed, rounds):
    """The process ends in the midst of a write or a sync, which may be done, begun or not even that."""
    server, shim, load = begin(seed, durable=True)
    chance = random.Random(seed)
    for _ in range(4 * rounds):
        shim.tear(chance.random() < 0.5)
        load.start(server)
        load.wait(chance.randrange(10, 150))
        shim.nth(chance.choice(["write", "write", "sync"]), chance.randrange(1, 200), KILL)
        load.wait(10**6)
        server.kill()
        load.stop()
        cut_power(chance, load)
        server, shim = start_faulty(*FLAGS, database=server.database, durable=True)
        judge(stint, server, load)
    print(f"{4 * rounds} power cuts: {dict(load.told)}")


@pytest.mark.only_on("sqlite", "PostgreSQL's files are its own matter")
def test_a_disk_that_lies_is_noticed(begin, seed):
    """So that nobody need take the judge's word: what seems to be synced and is not is lost, and that is seen."""
    server, shim, load = begin(seed, durable=True)
    shim.chance("sync", 1_000_000, DROPPED)
    load.start(server)
    load.wait(50)
    server.kill()
    load.stop()
    cut_power(random.Random(seed), load, ["nothing more"])
    assert load.judge().lost


@pytest.mark.only_on("postgresql", "SQLite is in the server's process")
def test_database_crashes(stint, begin, seed, rounds):
    """A killed process of PostgreSQL makes it recover from its log; the server goes on by itself."""
    server, _, load = begin(seed)
    chance = random.Random(seed)
    for _ in range(2 * rounds):
        load.start(server, ends_with_server=False)
        load.wait(chance.randrange(20, 300))
        victim = ledger_of(server.database)
        [(pid,)] = victim.rows("SELECT pg_backend_pid()")
        os.kill(int(pid), signal.SIGKILL)
        load.ledger.close()
        load.wait(chance.randrange(50, 300))
        load.stop()
        load.ledger = ledger_of(server.database)
        judge(stint, server, load)
    print(f"{2 * rounds} crashes of the database: {dict(load.told)}")
