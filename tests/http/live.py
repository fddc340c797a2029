"""Reads a stream of events over a connection of its own, as browsers do (WHATWG HTML, server-sent events). It judges
nothing."""

import json
import urllib.parse

from client import API


class Stream:
    """`last` is what a client sends to go on. A refusal has `failure`, as other replies have."""

    def __init__(self, server, token="demo-owner", *, last=None, timeout=10, buffer=None, headers=None, **query):
        self._connection = server.http_connection(timeout)
        self._connection.sock = server.connect(timeout, buffer)
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"} | (headers or {})
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self._connection.request("GET", f"{API}/events?{urllib.parse.urlencode({'workspace_id': 1} | query)}",
                                 headers=headers)
        self._reply = self._connection.getresponse()
        self.status, self.headers, self.last = self._reply.status, self._reply.headers, last
        self.failure = None
        if self.status != 200:
            self.failure = self.status, json.loads(self._reply.read())["error"]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self._reply.close()
        self._connection.close()

    def next(self):
        """What comes next, {field: value}: an event, or a sign that it is there. {} at the end."""
        fields = {}
        while line := self._reply.readline():
            if line == b"\n":
                self.last = fields.get("id", self.last)
                return fields
            name, _, value = line[:-1].decode().partition(": ")
            fields[name] = value
        return {}

    def taste(self, count):
        """Takes bytes as they are, and gives up understanding them."""
        return self._connection.sock.recv(count)

    def event(self):
        """The next event, as the feed has it; None at the end."""
        while fields := self.next():
            if "data" in fields:
                event = json.loads(fields["data"])
                assert fields["id"] == str(event["position"])
                return event
        return None

    def events(self, count):
        return [self.event() for _ in range(count)]
