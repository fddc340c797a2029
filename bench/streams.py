#!/usr/bin/python3
"""Measures streams of events: the memory that each takes, and how long after a change its clients are told.

usage: bench/streams.py --stint build-bench/stint [--streams 1000] [--tokens 1] [--postgresql]

All clients are one process beside the server, so the last one's delay has all their work in it. Those with one token
share what the database is asked; --tokens as many as --streams is the dearest case, a token each."""

import argparse
import concurrent.futures
import contextlib
import http.client
import re
import selectors
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse

from postgres import MeasuredCluster
from servers import running

EVENTS = 20
PAUSE_SECONDS = 0.5  # between two events: each is told alone
WAIT_SECONDS = 20
PLACE = re.compile(rb"id: (\d+)\ndata: ")


def make_tokens(options, database, count):
    """The sandbox's own, and more of the same user."""
    owner = ["--user", "owner@example.com", "--database", database]

    def make(number):
        made = subprocess.run([options.stint, "token", "create", "--name", f"stream {number}", *owner],
                              capture_output=True, text=True, check=True)
        return re.search(r"stint_pat_[\w-]{43}", made.stdout)[0]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return ["demo-owner", *pool.map(make, range(count - 1))]


class Clients:
    """Connections that read streams, all by this thread."""

    def __init__(self, address, tokens, count):
        self.selector, self.sockets = selectors.DefaultSelector(), []
        for number in range(count):
            each = socket.create_connection(address)
            each.sendall(f"GET /api/v2/events?workspace_id=1&format=sse HTTP/1.1\r\nHost: localhost\r\n"
                         f"Authorization: Bearer {tokens[number % len(tokens)]}\r\n\r\n".encode())
            self.selector.register(each, selectors.EVENT_READ)
            self.sockets.append(each)
        greeted = set()
        self._read(lambda each, data: greeted.add(each) if b"id: " in data else None, lambda: len(greeted) == count)

    def _read(self, take, is_enough):
        end = time.monotonic() + WAIT_SECONDS
        while not is_enough():
            if time.monotonic() > end:
                raise SystemExit("bench: not all clients were told")
            for key, _ in self.selector.select(1):
                data = key.fileobj.recv(65536)
                if not data:
                    raise SystemExit("bench: a stream has ended")
                take(key.fileobj, data)

    def delays(self, began):
        """Seconds until each was told of one event."""
        told = {}

        def take(each, data):
            if PLACE.search(data):
                told[each] = time.monotonic() - began

        self._read(take, lambda: len(told) == len(self.sockets))
        return list(told.values())


def measure(options, server, database):
    address = urllib.parse.urlsplit(server.url)
    writer = http.client.HTTPConnection(address.hostname, address.port)

    def change():
        writer.request("POST", "/api/v2/projects?workspace_id=1", '{"name": "A project"}',
                       {"Authorization": "Bearer demo-owner", "Content-Type": "application/json"})
        assert writer.getresponse().read()

    tokens = make_tokens(options, database, options.tokens)
    change()
    before = server.memory()
    clients = Clients((address.hostname, address.port), tokens, options.streams)
    memory = (server.memory() - before) / options.streams
    cpu, delays, first, last = server.cpu_seconds(), [], [], []
    for _ in range(EVENTS):
        time.sleep(PAUSE_SECONDS)
        began = time.monotonic()
        change()
        each = clients.delays(began)
        delays += each
        first.append(min(each))
        last.append(max(each))
    busy = (server.cpu_seconds() - cpu) / EVENTS
    after = (server.memory() - before) / options.streams
    engine = "SQLite" if database.startswith("sqlite:") else "PostgreSQL"
    return [f"{options.streams} streams, tokens: {options.tokens}, {engine}: {memory / 1024:.1f} KiB a stream, "
            f"{after / 1024:.1f} after {EVENTS} events",
            f"{engine}, an event is told after (ms): " + ", ".join(
                f"{name} {1000 * statistics.median(values):.1f}" for name, values in (
                    ("first", first), ("half", delays), ("last", last))) + f", latest of all {1000 * max(last):.1f}",
            f"{engine}, CPU of the server for an event and {PAUSE_SECONDS} s: {1000 * busy:.1f} ms"]


def measure_streams(options, cluster=None):
    """On SQLite, or the cluster. Returns what was found, in lines."""
    with tempfile.TemporaryDirectory() as folder, running() as start:
        database = cluster.new_database() if cluster else f"sqlite:{folder}/streams.db"
        server = start("Stint", [options.stint, "serve", "--demo", "--listen", "127.0.0.1:0", "--database", database,
                                 "--streams-per-user", "1000000"])
        if cluster:
            server.cpu_beside = cluster.cpu_seconds
        return measure(options, server, database)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stint", required=True)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--tokens", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="on a cluster of its own; else on SQLite")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        cluster = MeasuredCluster() if options.postgresql else None
        if cluster:
            stack.callback(cluster.stop)
        print("\n".join(measure_streams(options, cluster)))


if __name__ == "__main__":
    main()
