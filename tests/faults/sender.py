"""Sends requests to a server below which things fail, and judges what every reply must be even then."""

import http.client
import io
import json
import zipfile

from client import API

# What an answer may be: done, or "not now". Anything else would tell the client something that is not so.
NOT_NOW = 503
FROM_ROOT = ("/oauth/token", "/oauth/revoke", "/oauth/introspect")  # and without the envelope
NO_RELAY = "smtp://127.0.0.1:9"  # mails are written, and none leaves
TOO_LARGE = 400  # of a read: the answer needs more memory than a request may have


class Gone(Exception):
    """The connection ended without an answer."""


class Sender:
    def __init__(self, server, token="demo-owner"):
        self._server = server
        self._token = token
        self._connection = None
        self.headers = None  # of the last reply

    def send(self, method, path, body=None, headers=None):
        """(status, body); the connection is kept for the next one. Bytes are sent as a form."""
        if not self._connection:
            self._connection = http.client.HTTPConnection(self._server.host, self._server.port, timeout=30)
        try:
            is_form = isinstance(body, bytes)
            kind = "application/x-www-form-urlencoded" if is_form else "application/json"
            root = "" if path in FROM_ROOT else API
            self._connection.request(method, root + path, body if is_form or not body else json.dumps(body), {
                name: value for name, value in {"Authorization": f"Bearer {self._token}", "Content-Type": kind,
                                                **(headers or {})}.items() if value is not None})
            reply = self._connection.getresponse()
            content = reply.read()
            self.headers = reply.headers
        except (OSError, http.client.HTTPException) as gone:
            self.close()
            raise Gone(f"{method} {path}") from gone
        if reply.will_close:
            self.close()
        is_json = reply.headers["Content-Type"] == "application/json"
        body = json.loads(content) if is_json else {"success": True}
        if path in FROM_ROOT:
            body["success"] = "error" not in body
        assert not content.startswith(b"PK") or zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        assert body["success"] == (reply.status < 400)
        assert reply.status != NOT_NOW or reply.headers["Retry-After"], content
        return reply.status, body

    def close(self):
        if self._connection:
            self._connection.close()
        self._connection = None
