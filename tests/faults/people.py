"""A person of the load (load.py): signs in anew now and then, makes tokens, and lets an app act for them, whose tokens
are renewed. What they were given must be good ever after: the next request that takes it is refused otherwise."""

import itertools

from oauth_app import App, tokens_for
from scenario import PASSWORD, accept, invite, signed_in

_CLIENT = {"client_id": "demo-app", "client_secret": "demo-app-secret"}
_addresses = itertools.count(1)


class Person:
    def __init__(self, owner, email):
        self.email = email
        self.id, secret = invite(owner, email=email)  # nobody but the server writes: a cut leaves what that has synced
        assert accept(owner, secret).status == 200
        browser = signed_in(owner.server, email, PASSWORD)
        self._cookie, self._csrf_token = browser.cookies["stint"], browser.csrf_token
        self._tokens = tokens_for(browser, App(owner.server, *_CLIENT.values()))

    # ---- what they send: method, path, body, headers ----

    @staticmethod
    def _stranger():
        """From an address that nobody has guessed from."""
        number = next(_addresses)
        return {"Authorization": None, "X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}

    def sign_in(self):
        return "POST", "/session", {"email": self.email, "password": PASSWORD}, self._stranger()

    def make_token(self, name):
        return "POST", "/me/tokens", {"name": name, "scopes": ["read"]}, {
            "Authorization": None, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": self._csrf_token,
            "Cookie": f"stint={self._cookie}"}

    def ask_for_reset(self):
        return "POST", "/password-resets", {"email": self.email}, self._stranger()

    def renew_tokens(self):
        return "POST", "/oauth/token", {**_CLIENT, "grant_type": "refresh_token",
                                        "refresh_token": self._tokens["refresh_token"]}, self._stranger()

    def ask_through_app(self):
        return "GET", "/workspaces", {}, {"Authorization": f"Bearer {self._tokens['access_token']}"}

    # ---- what they are given ----

    def take_session(self, body, headers):
        [cookie] = [each for each in headers.get_all("Set-Cookie") if each.startswith("stint=")]
        self._cookie, self._csrf_token = cookie.partition(";")[0].partition("=")[2], body["data"]["csrf_token"]

    def take_tokens(self, body):
        self._tokens = body
