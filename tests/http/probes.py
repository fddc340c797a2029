"""Raw HTTP over sockets, for what no HTTP client would send. It judges nothing: tests do."""

import json
import socket
import ssl
import struct
import time


ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


class Closed(Exception):
    """The server closed the connection before a whole reply had come."""


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # list of (lower-case name, value), in order
        self.body = body

    def header(self, name):
        values = [value for key, value in self.headers if key == name.lower()]
        return values[0] if values else None

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:80]!r}>"


class Connection:
    """One connection: what is sent is sent as it is; replies are read one after the other."""

    def __init__(self, server, timeout=10):
        self.socket = server.connect(timeout)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """The server hears of it at once (RST), whatever it has to send."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def stop_sending(self):
        """The system tells the server. That of TLS would also forget how to read."""
        socket.socket.shutdown(self.socket, socket.SHUT_WR)

    def send(self, data):
        """False when the server no longer takes it."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError, *ENDED):
            return False

    def drip(self, data, interval, seconds):
        """Sends a byte every `interval` seconds; returns how long the server put up with it, at most `seconds`."""
        began = time.monotonic()
        for byte in data:
            if self.closed_by_server(interval) or not self.send(bytes([byte])):
                break
            if time.monotonic() - began > seconds:
                break
        return time.monotonic() - began

    def _receive(self):
        try:
            data = self.socket.recv(65536)
        except (ConnectionResetError, *ENDED):
            data = b""
        if not data:
            raise Closed(self.received)
        self.received += data

    def _take(self, length):
        while len(self.received) < length:
            self._receive()
        data, self.received = self.received[:length], self.received[length:]
        return data

    def read(self, head=False):
        """The next reply; `head` when it answers a HEAD request. Raises Closed, or TimeoutError."""
        while b"\r\n\r\n" not in self.received:
            self._receive()
        lines = self._take(self.received.index(b"\r\n\r\n") + 4).decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1", lines[0]
        headers = []
        for line in lines[1:-2]:
            name, value = line.split(":", 1)
            headers.append((name.lower(), value.strip()))
        reply = Reply(int(status), headers, b"")
        if not head and reply.status >= 200 and reply.status not in (204, 304):
            reply.body = self._take(int(reply.header("content-length")))
        return reply

    def exchange(self, data, head=False):
        self.send(data)
        return self.read(head)

    def closed_by_server(self, timeout=5):
        """True when the server closes within the time. What it sends meanwhile is kept for read()."""
        end = time.monotonic() + timeout
        before = self.socket.gettimeout()
        try:
            while (left := end - time.monotonic()) > 0:
                self.socket.settimeout(left)
                self._receive()
            return False
        except TimeoutError:
            return False
        except Closed:
            return True
        finally:
            self.socket.settimeout(before)


def request(method, target, *headers, body=b"", version="HTTP/1.1", host="localhost", token=None):
    """The bytes of a request; nothing is added but Host (unless None) and Authorization (when there is a token)."""
    lines = [f"{method} {target} {version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


def chunked(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def send_and_read(server, data, head=False, timeout=10):
    """One request on a connection of its own."""
    with Connection(server, timeout) as connection:
        return connection.exchange(data, head)


def all_replies(server, data, timeout=5):
    """Everything the server answers to these bytes until it closes, or for a second keeps silent."""
    replies = []
    with Connection(server, timeout) as connection:
        connection.send(data)
        connection.socket.settimeout(1)
        try:
            while True:
                replies.append(connection.read())
        except (Closed, TimeoutError):
            return replies


def open_many(server, count):
    """Connections that have each made one request and stay open."""
    connections = []
    for _ in range(count):
        connection = Connection(server)
        connections.append(connection)
        assert connection.exchange(request("GET", "/healthz")).status == 200
    return connections


def resident_kib(pid):
    """Memory of a process that is in RAM."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
