"""Whom mail is given to: a relay of the test's own takes what `--smtp-url` sends."""

import queue
import re
import socketserver
import threading

WAIT_SECONDS = 30


class Relay(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP (RFC 5321) to take a message. The first `refusals` of them are deferred; while `open` is not
    set, none is answered."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, refusals=0):
        super().__init__(("127.0.0.1", 0), Session)
        self.refusals, self.messages, self.lines = refusals, queue.Queue(), []
        self.reached, self.open = threading.Event(), threading.Event()
        self.open.set()
        self.url = f"smtp://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def mailed_secret(self, recipient):
        """That of the link in the next mail that has one, which is to them."""
        while True:
            to, text = self.messages.get(timeout=WAIT_SECONDS)
            assert to == recipient and "From:" in text and "Date:" in text
            if secrets := re.findall(r"/([\w-]+)\r?$", text, re.M):
                return secrets[0]



class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def handle(self):
        recipient = None
        self.say(b"220 relay")
        for line in self.rfile:
            self.server.lines.append(line)
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.partition(b"<")[2].partition(b">")[0].decode()
            if verb == b"DATA":
                self.say(b"354 go on")
                self.take(recipient)
            elif verb == b"QUIT":
                return self.say(b"221 bye")
            else:
                self.say(b"250 ok")

    def take(self, recipient):
        text = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            text += line
        self.server.reached.set()
        self.server.open.wait(WAIT_SECONDS)
        if self.server.refusals:
            self.server.refusals -= 1
            self.say(b"451 later")
        else:
            self.server.messages.put((recipient, text.decode()))
            self.say(b"250 taken")
