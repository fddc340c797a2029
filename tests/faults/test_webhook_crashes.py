"""The server is killed while it delivers thousands of messages to webhooks (--rounds 5: ten thousand), or one of two
nodes is. Each event reaches each webhook that asked for it, under one id, and none is told that did not happen."""

import concurrent.futures
import http.client
import threading
import time

import pytest
from client import Client
from receiver import Receiver
from scenario import advance_clock, new_project, set_clock, unique

WEBHOOKS, PROJECTS = 20, 100  # in a round
LEASE_SECONDS = 60
WRITERS, WRITTEN = 8, 100  # the latter: messages until one dies


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def node(start_server):
    """Makes clients of nodes, whose clock stands where the last one's stood, and later."""
    begun = time.time()

    def make(database, later=0):
        server = start_server("--webhook-allow-private", "--log-level", "error", database=database)
        client = Client(server, "demo-owner")
        set_clock(client, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begun + later)))
        return client
    return make


class Told:
    """What has come: {webhook: {project: ids}}."""

    def __init__(self, receiver, projects, webhooks):
        self.receiver, self.projects = receiver, projects
        self.ids = {webhook: {} for webhook in webhooks}

    def count(self):
        return sum(map(len, self.ids.values()))

    def wait(self, count):
        """For so many different ones."""
        while self.count() < count:
            message = self.receiver.next()
            assert message.json["event"] == "project.created" and message.json["id"] == message.id
            webhook = message.path.rsplit("/", 1)[1]
            self.ids[webhook].setdefault(message.json["data"]["id"], set()).add(message.id)

    def judge(self):
        for told in self.ids.values():
            assert set(told) == self.projects and {len(each) for each in told.values()} == {1}
        assert len({next(iter(ids)) for told in self.ids.values() for ids in told.values()}) == len(self.projects)


def prepare(client, receiver, rounds):
    """Thousands of messages that wait. Between the projects are some that are refused."""
    webhooks = [client.post("/webhooks", json={"url": f"{receiver.url}/{number}", "events": ["project.*"]},
                            workspace_id=1).data["id"] for number in range(WEBHOOKS)]
    for each in webhooks:
        client.put(f"/webhooks/{each}", json={"status": "paused"}, workspace_id=1)
    projects = set()
    for number in range(PROJECTS * rounds):
        projects.add(new_project(client)["id"])
        if number % 10 == 0:
            assert client.post("/projects", json={"name": ""}, workspace_id=1).status == 422
    for each in webhooks:
        client.put(f"/webhooks/{each}", json={"status": "active"}, workspace_id=1)
    return Told(receiver, projects, [str(number) for number in range(WEBHOOKS)])


def finish(client, told):
    told.wait(len(told.projects) * len(told.ids))
    told.judge()
    advance_clock(client, 0)
    for webhook in client.get("/webhooks", workspace_id=1).data[1:]:  # the first is the sandbox's own
        delivered = client.get(f"/webhooks/{webhook['id']}/deliveries", workspace_id=1, status="delivered", per_page=1)
        assert delivered.pagination["total"] == len(told.projects)


def test_killed_while_it_delivers(node, new_sandbox, receiver, rounds):
    database = new_sandbox()
    client = node(database)
    told = prepare(client, receiver, rounds)
    for part in (1, 2, 3):
        told.wait(len(told.projects) * WEBHOOKS * part // 4)
        client.server.kill()
        client = node(database, later=part * LEASE_SECONDS)
    finish(client, told)


@pytest.mark.only_on("postgresql", "the database belongs to one process")
def test_one_of_two_nodes_dies(node, new_sandbox, receiver, rounds):
    database = new_sandbox()
    first, second = node(database), node(database)
    told = prepare(first, receiver, rounds)
    told.wait(len(told.projects) * WEBHOOKS // 3)
    first.server.kill()
    told.wait(len(told.projects) * WEBHOOKS // 2)
    advance_clock(second, LEASE_SECONDS)
    finish(second, told)


def write(server, answered, over):
    client = Client(server, "demo-owner")
    while not over.is_set():
        try:
            answered.add(client.post("/projects", json={"name": unique("Written")}, workspace_id=1).data["id"])
        except (OSError, http.client.HTTPException):
            return


def test_killed_while_others_write(node, new_sandbox, receiver, engine, rounds):
    """Events are numbered and told while they are written. What nobody was told of by an answer may be there, but then
    webhooks are."""
    database, answered = new_sandbox(), set()
    nodes = [node(database) for _ in range(1 if engine == "sqlite" else 2)]
    for number in range(3):
        nodes[0].post("/webhooks", json={"url": f"{receiver.url}/{number}", "events": ["project.created"]},
                      workspace_id=1)
    told = Told(receiver, set(), ["0", "1", "2"])
    for part in range(1, 3 * rounds + 1):
        over = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(write, nodes[number % len(nodes)].server, answered, over)
                       for number in range(WRITERS)]
            told.wait(told.count() + WRITTEN)
            nodes[0].server.kill()
            over.set()
        assert [writer.result() for writer in writers]
        nodes[0] = node(database, later=part * LEASE_SECONDS)
        for other in nodes[1:]:
            advance_clock(other, LEASE_SECONDS)
    told.projects = {each["id"] for each in nodes[0].pages("/projects", workspace_id=1, name="Written", per_page=100)}
    assert answered <= told.projects
    finish(nodes[0], told)
    positions = []
    while len(page := nodes[0].get("/events", workspace_id=1, after=len(positions), limit=100).rows):
        positions += [each["position"] for each in page]
    assert positions == list(range(1, len(positions) + 1))
