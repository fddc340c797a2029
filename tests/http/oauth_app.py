"""An app and a person's browser, as far as OAuth2 goes: what tests of it drive."""

import base64
import hashlib
import secrets
import urllib.parse

import requests

TIMEOUT = 10
CALLBACK = "https://app.example/callback"


def challenge_of(verifier):
    """S256, as RFC 7636 has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def answer_of(address):
    """The parameters with which a browser is sent back."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))


def register(stint, server, *, owner="emma@example.com", workspace=1, redirects=CALLBACK, credentials=False,
             public=False):
    """By the operator. `redirects` None: none."""
    done = stint.run("app", "create", "Timesheet Sync", owner, "--workspace", str(workspace), "--database",
                     server.database, *(["--redirect-uris", redirects] if redirects else []),
                     *(["--credentials"] if credentials else []), *(["--public"] if public else []))
    assert done.returncode == 0, done.stderr
    return App(server, *done.stdout.split())


class App:
    """`secret` None: a public one."""

    def __init__(self, server, client_id, secret=None):
        self.server, self.client_id, self.secret = server, client_id, secret
        self.verifier = secrets.token_urlsafe(48)

    def request(self, **changed):
        """The parameters of an authorization request; those that are None are left out."""
        asked = {"client_id": self.client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "read write",
                 "state": "abc", "code_challenge": challenge_of(self.verifier), "code_challenge_method": "S256"}
        return {name: value for name, value in (asked | changed).items() if value is not None}

    def authorize(self, **changed):
        """Where the browser is sent."""
        reply = requests.get(self.server.url + "/oauth/authorize", params=self.request(**changed), timeout=TIMEOUT,
                             allow_redirects=False)
        assert reply.status_code == 302, reply.text
        return reply.headers["Location"]

    def post(self, place, basic=True, **form):
        """To `token`, `revoke` or `introspect`, as itself."""
        form = {name: value for name, value in form.items() if value is not None}
        authentication = None
        if self.secret and basic:
            authentication = (self.client_id, self.secret)
        else:
            form = {"client_id": self.client_id, **({"client_secret": self.secret} if self.secret else {}), **form}
        reply = requests.post(f"{self.server.url}/oauth/{place}", data=form, auth=authentication, timeout=TIMEOUT)
        assert reply.headers["Cache-Control"] == "no-store" and reply.status_code < 500, reply.text
        return reply

    def change(self, code, **changed):
        """A code for tokens."""
        return self.post("token", **{"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
                                     "code_verifier": self.verifier} | changed)

    def refresh(self, token, **changed):
        return self.post("token", grant_type="refresh_token", refresh_token=token, **changed)

    def own_tokens(self, **changed):
        return self.post("token", grant_type="client_credentials", **changed)

    def state_of(self, token):
        reply = self.post("introspect", token=token)
        assert reply.status_code == 200, reply.text
        return reply.json()


def consent(person, app, workspace_id=1, decision="allow", **changed):
    """`person`: a client that is signed in. Where their browser goes then."""
    asked = app.request(**changed)
    return person.post("/oauth/consent", json={**asked, "workspace_id": workspace_id, "decision": decision}).data[
        "redirect_to"]


def code_for(person, app, **changed):
    return answer_of(consent(person, app, **changed))["code"]


def tokens_for(person, app, **changed):
    reply = app.change(code_for(person, app, **changed))
    assert reply.status_code == 200, reply.text
    return reply.json()


def failure(reply):
    """(status, code), as RFC 6749 5.2 has it."""
    assert set(reply.json()) == {"error", "error_description"}, reply.text
    return reply.status_code, reply.json()["error"]
