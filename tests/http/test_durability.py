"""A power cut: whatever was acknowledged is there afterwards, exactly once.

Several clients write without pause; the server is killed with SIGKILL in the midst of it and started again on the same
database. What was sent and not acknowledged may be there or not, but not twice and not in part."""

import collections
import http.client
import json
import random
import re
import threading
import time

from client import API, Client
from probes import Connection, request

WORKERS = 8
ROUNDS = 4
WRITERS = 8
WRITES = (100, 400)  # acknowledged, before the server is killed


class Writer(threading.Thread):
    """Creates projects one after the other until the server is gone; `acknowledged` holds their names by id."""

    def __init__(self, server, token, name, on_write):
        super().__init__()
        self.connection = server.http_connection(30)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.prefix = name
        self.on_write = on_write
        self.acknowledged = {}
        self.refused = []

    def run(self):
        number = 0
        try:
            while True:
                number += 1
                name = f"{self.prefix} {number}"
                self.connection.request("POST", API + "/projects", json.dumps({"name": name}), self.headers)
                reply = self.connection.getresponse()
                body = reply.read()
                if reply.status != 201:
                    self.refused.append(body)
                    return
                self.acknowledged[json.loads(body)["data"]["id"]] = name
                self.on_write()
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            pass  # killed in the midst of a reply: not acknowledged
        finally:
            self.connection.close()


def write_until_killed(server, token, round):
    """Returns what was acknowledged."""
    left = [random.Random(round).randint(*WRITES)]
    enough, lock = threading.Event(), threading.Lock()

    def count():
        with lock:
            left[0] -= 1
            if left[0] <= 0:
                enough.set()

    writers = [Writer(server, token, f"round {round} writer {number}", count) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert enough.wait(60), "the server takes no writes"
    server.kill()
    for writer in writers:
        writer.join()
    assert [writer.refused for writer in writers] == [[]] * WRITERS
    return {id: name for writer in writers for id, name in writer.acknowledged.items()}


def test_killed_while_writing(start_server, new_database):
    database = new_database()
    server = start_server("--rate-limit", "0", demo=False, database=database)
    token = re.search(r"stint_pat_[\w-]{43}", server.said())[0]
    acknowledged = {}
    for round in range(ROUNDS):
        acknowledged |= write_until_killed(server, token, round)
        server = start_server("--rate-limit", "0", demo=False, database=database)
        rows = Client(server, token).pages("/projects", per_page=100)
        stored = {row["id"]: row["name"] for row in rows}
        assert acknowledged.items() <= stored.items()
        names = collections.Counter(row["name"] for row in rows)
        assert max(names.values()) == 1
        assert len(stored) - len(acknowledged) <= WRITERS * (round + 1), "at most one unanswered write a writer"


def test_a_key_survives(start_server, new_database):
    """The answer is kept in the transaction of what it answers: a repeat after the crash does nothing twice."""
    database = new_database()
    server = start_server("--rate-limit", "0", demo=False, database=database)
    token = re.search(r"stint_pat_[\w-]{43}", server.said())[0]
    headers = {"Idempotency-Key": "before and after"}
    first = Client(server, token).post("/projects", json={"name": "Once"}, headers=headers)
    server.kill()
    owner = Client(start_server("--rate-limit", "0", demo=False, database=database), token)
    assert owner.post("/projects", json={"name": "Once"}, headers=headers).content == first.content
    assert owner.get("/projects").ids == [first.data["id"]]


def test_stopped_while_writing(start_server, new_database):
    """SIGTERM: running requests are finished, and their clients are told."""
    database = new_database()
    server = start_server("--rate-limit", "0", demo=False, database=database)
    token = re.search(r"stint_pat_[\w-]{43}", server.said())[0]
    enough, count = threading.Event(), iter(range(1, 10**9))
    writers = [Writer(server, token, f"writer {number}", lambda: next(count) >= 200 and enough.set())
               for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    server.stop()
    for writer in writers:
        writer.join()
    acknowledged = {id: name for writer in writers for id, name in writer.acknowledged.items()}
    again = start_server("--rate-limit", "0", demo=False, database=database)
    rows = Client(again, token).pages("/projects", per_page=100)
    assert {row["id"]: row["name"] for row in rows} == acknowledged, "nothing that was done went unanswered"


def test_a_client_that_went_away_does_not_delay_the_end(start_server):
    """In the midst of a header, of a body, or of the reply."""
    server = start_server()
    body = b'{"name":"Gone"}'
    whole = request("POST", API + "/projects", f"Content-Length: {len(body)}", body=body, token=server.token)
    for length in (10, len(whole) - len(body), len(whole) - 1, len(whole)):
        with Connection(server) as connection:
            connection.send(whole[:length])
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5
