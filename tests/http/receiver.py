"""Whom a webhook leads to: an HTTP server of the test's own, which keeps what it was sent."""

import contextlib
import http.server
import json
import queue
import socket
import threading

WAIT_SECONDS = 30


class Message:
    def __init__(self, path, headers, body):
        self.path, self.body = path, body
        self.headers = {name.lower(): value for name, value in headers.items()}

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.headers} {self.body}"


class Receiver(http.server.ThreadingHTTPServer):
    """Answers what `answers` says, as (status, headers), one after the other, and then 200. While `open` is not set,
    none is answered."""
    daemon_threads, request_queue_size = True, 128

    def __init__(self, *answers, host="127.0.0.1"):
        super().__init__((host, 0), _Exchange)
        self.answers, self._messages = list(answers), queue.Queue()
        self.open, self.url = threading.Event(), f"http://{host}:{self.server_address[1]}/hook"
        self.open.set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def next(self):
        """The next message, as it comes."""
        return self._messages.get(timeout=WAIT_SECONDS)

    def take(self):
        """All that have come."""
        messages = []
        while not self._messages.empty():
            messages.append(self._messages.get())
        return messages

    def keep(self, message):
        self._messages.put(message)

    def close(self):
        self.open.set()
        self.shutdown()
        self.server_close()


class _Exchange(http.server.BaseHTTPRequestHandler):
    protocol_version, wbufsize = "HTTP/1.1", -1  # an answer is one packet
    answer = b"ok"

    def do_POST(self):
        message = Message(self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"])))
        answers = self.server.answers
        status, headers = answers.pop(0) if answers else (200, {})
        self.server.keep(message)
        self.server.open.wait(WAIT_SECONDS)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(self.answer)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.answer)
        self.wfile.flush()

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:  # the server has given up waiting, or was killed
            pass


class RawReceiver:
    """A receiver below HTTP: reads a request, and then does what it is made with."""

    def __init__(self, answer):
        self._answer, self._socket = answer, socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/hook"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection = self._socket.accept()[0]
                with connection, contextlib.suppress(OSError):
                    connection.recv(65536)
                    self._answer(connection)

    def close(self):
        self._socket.close()
