"""An app asks for access: what the person sees and decides, and what comes of it."""

import base64
import hashlib
import http.server
import threading
import urllib.parse

import pytest
import requests
from browser import SIZES
from client import API
from scenario import signed_in, unique
from signing_in import give_password, sign_in

VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


class Callback(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<link rel=icon href='data:,'><title>Back</title>")

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def callback():
    """Where the app waits for its answer."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Callback) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/callback"
        server.shutdown()


@pytest.fixture
def app(demo, callback):
    """A public app of somebody else's, as test_settings.py registers one on the page."""
    return signed_in(demo, "emma@example.com").post("/apps", json={
        "name": unique("Timesheet Sync"), "redirect_uris": [callback], "is_public": True,
        "grant_types": ["authorization_code"]}, workspace_id=1).data


def ask(browser, demo, app, callback, scope="read write"):
    """As the app does, of somebody who is not signed in."""
    query = urllib.parse.urlencode({
        "client_id": app["client_id"], "redirect_uri": callback, "response_type": "code", "scope": scope,
        "state": "abc def", "code_challenge": CHALLENGE, "code_challenge_method": "S256"})
    browser.get(f"{demo.url}/oauth/authorize?{query}")
    browser.until(lambda: browser.all("#by-password"))
    give_password(browser)
    browser.until(lambda: browser.all("#form") and browser.one("#form").is_displayed())


def answer(browser, callback):
    browser.until(lambda: browser.current_url.startswith(callback))
    return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(browser.current_url).query))


def test_whoever_consents_gives_access_until_they_take_it_back(browser, demo, app, callback):
    ask(browser, demo, app, callback)
    assert browser.one("#app").text == app["name"] and browser.one("#owner").text == "emma@example.com"
    assert len(browser.all("#scopes li")) == 2 and browser.one("#leads-to").text in callback
    browser.button("Allow").click()
    told = answer(browser, callback)
    assert told["state"] == "abc def" and told["iss"]

    tokens = requests.post(f"{demo.url}/oauth/token", timeout=10, data={
        "grant_type": "authorization_code", "code": told["code"], "redirect_uri": callback,
        "client_id": app["client_id"], "code_verifier": VERIFIER}).json()
    workspaces = requests.get(f"{demo.url}{API}/workspaces", timeout=10,
                              headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert workspaces.status_code == 200 and len(workspaces.json()["data"]) == 1

    browser.get(demo.url + "/settings/api")
    [grant] = browser.until(lambda: [each for each in browser.all("#grants li") if app["name"] in each.text])
    assert "read, write" in grant.text
    grant.find_element("css selector", "button").click()
    browser.button("Take back", "dialog").click()
    browser.until(lambda: app["name"] not in browser.one("#grants").text)
    again = requests.get(workspaces.url, headers=workspaces.request.headers, timeout=10)
    assert again.status_code == 401


def test_whoever_denies_gives_nothing(browser, demo, app, callback):
    ask(browser, demo, app, callback)
    browser.button("Deny").click()
    told = answer(browser, callback)
    assert told["error"] == "access_denied" and "code" not in told and told["state"] == "abc def"


def test_an_unknown_app_gets_no_question(browser, demo):
    sign_in(browser, demo, "/consent?client_id=stint_app_none&redirect_uri=https://evil.example/&response_type=code")
    browser.until(lambda: browser.one("h1").text == "This cannot be allowed")
    assert not browser.one("#form").is_displayed() and browser.one("#told").text
    assert browser.one("#told").get_attribute("role") == "alert" and browser.faults_of_state() == []


def test_axe_finds_nothing(browser, demo, app, callback):
    ask(browser, demo, app, callback)
    assert browser.faults_of_state(sizes=SIZES) == []
