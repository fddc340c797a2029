"""A server that a proxy has put below a path of a host that serves other things, too: pages and apps find all of it."""

import http.client
import http.server
import threading

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from client import API
from oauth_app import TIMEOUT, register
from signing_in import give_password

PLACE = "/a/stint"
VERIFIER = "a" * 43
FOR_ONE_JOURNEY = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Proxied(http.server.BaseHTTPRequestHandler):
    """As docs/operations.md says: the path is taken away, and metadata of OAuth2 are passed on as they are."""

    def answer(self):
        if self.path.startswith("/callback"):  # something else on this host: an app
            return self.say(200, [("Content-Type", "text/html")], b"<link rel=icon href='data:,'><title>Back</title>")
        if not self.path.startswith((PLACE + "/", "/.well-known/oauth-")):
            return self.send_error(404)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=TIMEOUT)
        connection.request(self.command, self.path.removeprefix(PLACE), body or None, dict(self.headers))
        reply = connection.getresponse()
        self.say(reply.status, reply.getheaders(), reply.read())
        return connection.close()

    def say(self, status, headers, content):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in FOR_ONE_JOURNEY:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(start_server):
    """Its `url` is the address below which it all is."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxied) as proxy:
        url = f"http://127.0.0.1:{proxy.server_port}{PLACE}"
        server = start_server("--public-url", url)
        server.url, proxy.host, proxy.port = url, server.host, server.port
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield server
        proxy.shutdown()


def test_a_person_works_there(browser, server):
    place = server.url
    browser.get(place + "/")
    browser.until(lambda: browser.all("#by-password"))
    assert browser.current_url == place + "/sign-in"
    give_password(browser)
    browser.until(lambda: browser.all("#tokens li"))
    assert browser.current_url == place + "/settings/api"
    for path in ("/settings/security", "/docs", "/confirm/x", "/reset-password", "/accept-invitation/x"):
        browser.get(place + path)
        browser.until(lambda: browser.one("h1").is_displayed())
        outside = browser.execute_script(
            "return [...document.querySelectorAll('a[href^=\"http\"], link[href], script[src]')]"
            ".map((each) => each.href || each.src)"
            ".filter((url) => url.startsWith(location.origin) && !url.startsWith(arguments[0]))", place + "/")
        assert outside == [], path
    browser.get(place + "/settings/security")
    browser.until(lambda: browser.button("Sign out", "#top").is_displayed())
    browser.button("Sign out", "#top").click()
    browser.until(lambda: browser.current_url == place + "/sign-in")


def test_an_app_finds_its_way_by_the_addresses_that_it_is_told(browser, stint, server, monkeypatch):
    """From the 401 of the API on, as a client that knows nothing else of the server."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "true")  # on this machine
    refused = requests.get(server.url + API + "/projects", timeout=TIMEOUT)
    resource = requests.get(refused.headers["WWW-Authenticate"].split('"')[1], timeout=TIMEOUT).json()
    issuer = resource["authorization_servers"][0]
    host, path = issuer[:-len(PLACE)], issuer[-len(PLACE):]
    metadata = requests.get(f"{host}/.well-known/oauth-authorization-server{path}", timeout=TIMEOUT).json()
    assert metadata["issuer"] == issuer == server.url and resource["resource"] == server.url + API

    registered = register(stint, server, redirects=host + "/callback")
    app = OAuth2Session(registered.client_id, registered.secret, redirect_uri=host + "/callback", scope="read",
                        code_challenge_method="S256")
    address, _ = app.create_authorization_url(metadata["authorization_endpoint"], code_verifier=VERIFIER)
    browser.get(address)
    browser.until(lambda: browser.all("#by-password"))
    give_password(browser)
    browser.until(lambda: browser.all("#form") and browser.one("#form").is_displayed())
    assert browser.current_url.startswith(server.url + "/consent?")
    browser.button("Allow").click()
    browser.until(lambda: browser.current_url.startswith(host + "/callback"))
    app.fetch_token(metadata["token_endpoint"], authorization_response=browser.current_url, code_verifier=VERIFIER)
    assert app.get(resource["resource"] + "/projects", params={"workspace_id": 1}).status_code == 200
