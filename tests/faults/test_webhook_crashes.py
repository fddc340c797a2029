"""The server is killed while it delivers thousands of messages to webhooks (--rounds 5: ten thousand), or one of two
nodes is. Each event reaches each webhook that asked for it, under one id, and none is told that did not happen."""

import time

import pytest
from client import Client
from receiver import Receiver
from scenario import advance_clock, new_project, set_clock

WEBHOOKS, PROJECTS = 20, 100  # in a round
LEASE_SECONDS = 60


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
    told.wait(len(told.projects) * WEBHOOKS)
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


def test_one_of_two_nodes_dies(node, new_sandbox, receiver, engine, rounds):
    if engine == "sqlite":
        pytest.skip("the database belongs to one process")
    database = new_sandbox()
    first, second = node(database), node(database)
    told = prepare(first, receiver, rounds)
    told.wait(len(told.projects) * WEBHOOKS // 3)
    first.server.kill()
    told.wait(len(told.projects) * WEBHOOKS // 2)
    advance_clock(second, LEASE_SECONDS)
    finish(second, told)
