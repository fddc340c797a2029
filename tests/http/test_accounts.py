"""Whose an address is (docs/decisions/0049): two workspaces invite the same one, and who may do what before and after
it is confirmed. The link that whoever invites has proves nothing; the one that went by mail does."""

import concurrent.futures
import contextlib
import pathlib
import re
import subprocess
import time

import pytest
from authenticator import Passkey, code_of
from client import Browser, Client
from relay import WAIT_SECONDS
from scenario import PASSWORD, accept, advance_clock, invite, run_sql, unique, until, waiting_for_locks
from test_concurrency import together
from test_turns import held

WORKERS = 2
THEIRS = "the password of whoever invites"


class Address:
    """An address that workspaces invite, and what becomes of its accounts."""

    def __init__(self, stint, servers, relay):
        self.stint, self.relay = stint, relay
        self.email = f"{unique('somebody').replace(' ', '-')}@example.com"
        self.serve(servers)

    def serve(self, servers):
        self.servers, self.server = servers, servers[0]
        self.owners = {1: Client(self.server, "demo-owner"), 2: Client(servers[-1], "demo-other-owner")}
        self.anonymous = Client(self.server)

    def invite(self, workspace_id, **fields):
        """Account, the secret of whoever invites, and that of the mail."""
        user_id, copy = invite(self.owners[workspace_id], workspace_id, email=self.email, **fields)
        return user_id, copy, self.relay.mailed_secret(self.email)

    def archive(self, workspace_id, user_id):
        assert self.owners[workspace_id].delete(f"/members/{user_id}", workspace_id=workspace_id).status == 200

    def run(self, *words, returncode=0, input=""):
        done = self.stint.run(*words, "--database", self.server.database, input=input)
        assert done.returncode == returncode, done
        return done.stdout if returncode == 0 else done.stderr

    def accounts(self):
        """{id: [whose it is, whether it has a password]}"""
        rows = [line.split("\t") for line in self.run("user", "list").splitlines()]
        return {int(id): rest for id, email, *rest in rows if email == self.email}

    def token(self, *options):
        made = self.run("token", "create", "--user", self.email, "--name", "x", *options)
        return Client(self.server, re.search(r"stint_pat_[\w-]{43}", made)[0])

    def reaches(self, *options):
        """The workspaces that a token of the account reaches."""
        return self.token(*options).get("/workspaces").ids

    def browser(self, password=PASSWORD, **where):
        """One in which the account is signed in to."""
        browser = Browser(self.server)
        assert browser.sign_in(self.email, password, **where).status == 201
        return browser

    def request_confirmation(self, browser):
        """The secret of the mail."""
        assert browser.post("/me/confirmation").message == "A link is on its way to your address."
        return self.relay.mailed_secret(self.email)

    def request_reset(self):
        """The secret of the mail."""
        assert self.anonymous.post("/password-resets", json={"email": self.email}).status == 200
        return self.relay.mailed_secret(self.email)

    def reset(self, password):
        """What is left to do to be signed in."""
        path = f"/password-resets/{self.request_reset()}"
        return Browser(self.server).post(path, json={"password": password}).data["state"]

    def accept(self, secret, password=PASSWORD):
        return accept(self.anonymous, secret, password)


@pytest.fixture
def address(stint, engine, start_server, new_sandbox, relay):
    """On PostgreSQL two servers serve the workspaces from one database."""
    database = new_sandbox()
    servers = [start_server("--smtp-url", relay.url, database=database)
               for _ in range(2 if engine == "postgresql" else 1)]
    return Address(stint, servers, relay)


# ---- before the address is confirmed ----

def test_two_workspaces_have_two_accounts_of_it(address):
    first, _, _ = address.invite(1)
    second, _, _ = address.invite(2)
    assert address.accounts() == {first: ["workspace 1 alone", "no password"],
                                  second: ["workspace 2 alone", "no password"]}
    assert address.invite(1)[0] == first and address.invite(2)[0] == second, "invited again"


@pytest.mark.parametrize("workspace_id, other_id", [(1, 2), (2, 1)])
def test_the_inviters_link_makes_an_account_of_that_workspace_alone(address, workspace_id, other_id):
    """Whoever invites may accept as well, and has taken nothing from anybody."""
    user_id, copy, mailed = address.invite(workspace_id)
    assert address.accept(copy, THEIRS).data == {"user_id": user_id, "workspace_id": workspace_id}
    assert address.accept(mailed).failure == (400, "invitation_invalid"), "to one invitation"
    assert address.accounts() == {user_id: [f"workspace {workspace_id} alone", "password"]}
    assert address.reaches() == [workspace_id]

    victim, _, mailed = address.invite(other_id)
    assert victim != user_id
    assert not address.anonymous.get(f"/accept-invitation/{mailed}").data["has_password"]
    assert address.accept(mailed).data == {"user_id": victim, "workspace_id": other_id}
    assert address.reaches("--workspace", str(workspace_id)) == [workspace_id]
    assert address.reaches("--workspace", str(other_id)) == [other_id]


def test_what_one_workspace_does_with_its_account_is_nothing_to_the_other(address):
    first, copy, _ = address.invite(1)
    second, other_copy, _ = address.invite(2)
    assert address.accept(copy, THEIRS).status == address.accept(other_copy).status == 200
    address.archive(1, first)
    assert address.reaches("--workspace", "2") == [2]
    blocked = address.run("user", "block", address.email, "--workspace", "2")
    assert blocked == "" and address.reaches("--workspace", "2") == []
    address.run("user", "unblock", address.email, "--workspace", "2")
    assert address.reaches("--workspace", "2") == [2] and address.reaches("--workspace", "1") == []


def test_nobody_else_is_found_by_an_address_that_is_not_confirmed(address):
    """The operator's commands ask which of the accounts is meant."""
    first, _, _ = address.invite(1)
    address.run("user", "password", address.email, input=PASSWORD)
    second, _, _ = address.invite(2)
    for words in ("user confirm", "user password", "token list --user", "token create --name x --user"):
        said = address.run(*words.split(), address.email, returncode=1, input=PASSWORD)
        assert "several accounts" in said and "--workspace" in said, words
    address.run("user", "password", address.email, "--workspace", "2", input=PASSWORD)
    assert address.accounts() == {first: ["workspace 1 alone", "password"], second: ["workspace 2 alone", "password"]}
    assert "no account" in address.run("user", "confirm", address.email, "--workspace", "3", returncode=1)


# ---- what confirms ----

def test_the_link_that_went_by_mail_confirms(address):
    user_id, copy, mailed = address.invite(1)
    assert address.accept(mailed).data == {"user_id": user_id, "workspace_id": 1}
    assert address.accept(copy).failure == (400, "invitation_invalid"), "to one invitation"
    assert address.accounts() == {user_id: ["confirmed", "password"]}


def test_without_a_relay_no_link_confirms(stint, start_server, relay):
    """All of them are in the log and in answers."""
    without = Address(stint, [start_server()], relay)
    user_id, copy = invite(without.owners[1], email=without.email)
    assert without.accept(copy).status == 200
    assert without.accounts() == {user_id: ["workspace 1 alone", "password"]}


def test_the_operator_confirms(address):
    user_id, copy, _ = address.invite(1)
    address.accept(copy)
    for _ in range(2):
        assert address.run("user", "confirm", address.email) == "", "again does no harm"
        assert address.accounts() == {user_id: ["confirmed", "password"]}
    assert address.invite(2)[0] == user_id


def test_an_account_that_the_operator_made_is_invited_when_it_is_confirmed(address):
    made = int(address.run("user", "create", address.email))
    assert address.accounts() == {made: ["unconfirmed", "no password"]}
    first, copy, _ = address.invite(1)
    assert first != made and address.accept(copy, THEIRS).status == 200
    assert "has an account" in address.run("user", "create", address.email, returncode=1)

    address.run("user", "confirm", address.email)
    assert address.accounts() == {first: ["workspace 1 alone", "password"], made: ["confirmed", "no password"]}
    second, copy, mailed = address.invite(2)
    assert second == made
    assert address.accept(copy, THEIRS).failure == (400, "account_without_password"), "its holder chooses it"
    assert address.accept(mailed).status == 200 and address.reaches() == [2]


def test_a_password_of_an_account_confirmed_meanwhile_is_its_holders_to_choose(address):
    """Its invitation was open when the operator confirmed it."""
    user_id, copy, mailed = address.invite(1)
    address.run("user", "confirm", address.email)
    assert address.accept(copy, THEIRS).failure == (400, "account_without_password")
    assert address.accept(mailed).data == {"user_id": user_id, "workspace_id": 1}


def test_an_owner_is_confirmed_by_the_operator_alone(address):
    made = address.run("workspace", "create", "Ours", "--owner-email", address.email).strip()
    user_id, = address.accounts()
    assert address.accounts() == {user_id: [f"workspace {made} alone", "no password"]}
    assert address.invite(1)[0] != user_id
    address.run("user", "confirm", address.email, "--workspace", made)
    other = address.run("workspace", "create", "Theirs", "--owner-email", address.email).strip()
    assert address.reaches() == [int(made), int(other)], "one account owns both"


# ---- what was there before ----

def test_a_token_of_before_reaches_no_more_than_it_did(address):
    """Whoever made it may not be who has proven to read the mail."""
    user_id, copy, _ = address.invite(1)
    address.accept(copy)
    token = address.token()
    address.archive(1, user_id)
    _, _, mailed = address.invite(1)
    assert address.accept(mailed).data["user_id"] == user_id
    assert address.accounts() == {user_id: ["confirmed", "password"]}
    _, copy, _ = address.invite(2)
    assert address.accept(copy).data["user_id"] == user_id
    assert address.reaches() == [1, 2], "a new one"
    assert token.get("/workspaces").ids == [1]
    assert token.get("/projects", workspace_id=1).status == 200
    assert token.get("/projects", workspace_id=2).failure == (403, "not_a_member")


def test_the_operator_vouches_for_what_was_there_before(address):
    made = address.run("user", "create", address.email)
    token = address.token()
    address.run("user", "confirm", address.email)
    for workspace_id in (1, 2):
        user_id, _, mailed = address.invite(workspace_id)
        assert user_id == int(made) and address.accept(mailed).status == 200
    assert token.get("/workspaces").ids == [1, 2]


# ---- after the address is confirmed ----

@pytest.fixture
def confirmed(address):
    """In workspace 1, by the mail; and workspace 2 had invited it before that."""
    address.other, address.other_copy, address.other_mailed = address.invite(2, role="Project viewer")
    address.user_id, _, mailed = address.invite(1)
    assert address.accept(mailed).status == 200
    return address


def test_an_invitation_of_before_joins_as_that_workspaces_own(confirmed):
    assert confirmed.accept(confirmed.other_copy, THEIRS).data == {"user_id": confirmed.other, "workspace_id": 2}
    assert confirmed.accounts() == {confirmed.user_id: ["confirmed", "password"],
                                    confirmed.other: ["workspace 2 alone", "password"]}
    assert confirmed.reaches() == [1] and confirmed.reaches("--workspace", "2") == [2]


def test_a_mail_of_before_joins_and_confirms_no_second_account(confirmed):
    assert confirmed.accept(confirmed.other_mailed).data == {"user_id": confirmed.other, "workspace_id": 2}
    assert confirmed.accounts()[confirmed.other] == ["workspace 2 alone", "password"]
    said = confirmed.run("user", "confirm", confirmed.email, "--workspace", "2", returncode=1)
    assert "another account" in said
    assert confirmed.reaches() == [1] and confirmed.reaches("--workspace", "2") == [2]


def test_a_new_invitation_means_the_confirmed_account_and_asks_for_its_password(confirmed):
    confirmed.archive(2, confirmed.other)
    again, copy, mailed = confirmed.invite(2)
    assert again == confirmed.user_id
    for secret in (copy, mailed):
        assert confirmed.anonymous.get(f"/accept-invitation/{secret}").data["has_password"]
        assert confirmed.accept(secret, THEIRS).failure == (400, "wrong_password")
    assert confirmed.reaches() == [1]
    assert confirmed.accept(copy).data == {"user_id": confirmed.user_id, "workspace_id": 2}
    assert confirmed.reaches() == [1, 2]


def test_who_left_comes_back_only_while_nobody_has_the_address(confirmed):
    confirmed.archive(2, confirmed.other)
    _, copy, _ = confirmed.invite(2)
    assert confirmed.accept(copy).status == 200
    restored = confirmed.owners[2].post(f"/project-viewers/{confirmed.other}/restore", workspace_id=2)
    assert restored.failure == (400, "member_exists")
    confirmed.archive(2, confirmed.user_id)
    again, copy, _ = confirmed.invite(2)
    assert again == confirmed.user_id and confirmed.accept(copy).status == 200
    assert confirmed.reaches() == [1, 2]


def test_an_address_that_a_workspace_has_changed_confirms_nothing(confirmed):
    """It is the workspace's own note, not the account's address."""
    owner = confirmed.owners[1]
    elsewhere = f"{unique('elsewhere').replace(' ', '-')}@example.com"
    changed = owner.put(f"/members/{confirmed.user_id}", json={"email": elsewhere}, workspace_id=1)
    assert changed.status == 200
    there, _ = invite(confirmed.owners[2], 2, email=elsewhere)
    assert there != confirmed.user_id
    confirmed.relay.mailed_secret(elsewhere)
    person = {"email": confirmed.email, "firstname": "A", "lastname": "B", "role": "Regular User"}
    assert owner.post("/members", json=person, workspace_id=1).failure == (400, "member_exists"), "by another address"
    assert confirmed.accounts()[confirmed.user_id] == ["confirmed", "password"]


# ---- signed in ----

def test_a_password_says_which_account(address):
    for workspace_id, password in ((1, THEIRS), (2, PASSWORD)):
        user_id, copy, _ = address.invite(workspace_id)
        address.accept(copy, password)
        for where in ({}, {"workspace_id": workspace_id}):
            me = address.browser(password, **where).get("/me").data
            assert (me["id"], me["confirmed"]) == (user_id, False)
            assert [each["id"] for each in me["workspaces"]] == [workspace_id]
    said = Browser(address.server).sign_in(address.email, PASSWORD, workspace_id=1)
    assert said.failure[1] == "wrong_password"


@pytest.fixture
def joined(address):
    """A member of workspace 1, by the inviter's link: not confirmed."""
    address.user_id, copy, _ = address.invite(1)
    assert address.accept(copy).status == 200
    return address


def test_a_mailed_link_confirms_for_whoever_is_signed_in(joined):
    here, elsewhere, token = joined.browser(), joined.browser(), joined.token()
    secret = joined.request_confirmation(here)
    assert joined.accounts() == {joined.user_id: ["workspace 1 alone", "password"]}
    assert here.post(f"/confirmations/{secret}").status == 200
    assert joined.accounts() == {joined.user_id: ["confirmed", "password"]}
    assert here.get("/me").data["confirmed"] and elsewhere.get("/me").failure == (401, "unauthenticated")
    assert here.post(f"/confirmations/{secret}").failure == (400, "confirmation_invalid"), "it was used"
    assert here.post("/me/confirmation").message == "The address is confirmed already."

    user_id, copy, _ = joined.invite(2)
    assert user_id == joined.user_id and here.post(f"/me/invitations/{copy}").status == 200
    assert joined.reaches() == [1, 2] and token.get("/workspaces").ids == [1]


def test_the_mail_alone_confirms_nobody_elses_account(joined):
    """Whoever made the account asks, and hopes that whose the address is opens the link."""
    secret = joined.request_confirmation(joined.browser())
    john = Browser(joined.server)
    assert john.sign_in("john.doe@example.com").status == 201
    assert john.post(f"/confirmations/{secret}").failure == (400, "other_account")
    assert joined.anonymous.post(f"/confirmations/{secret}").failure == (401, "unauthenticated")
    assert joined.accounts() == {joined.user_id: ["workspace 1 alone", "password"]}


def test_a_link_confirms_for_a_day(joined):
    secret = joined.request_confirmation(joined.browser())
    advance_clock(joined.owners[1], 24 * 3600)
    browser = joined.browser()
    for invented in (secret, secret[:-1], "x"):
        assert browser.post(f"/confirmations/{invented}").failure == (400, "confirmation_invalid")
    assert joined.accounts() == {joined.user_id: ["workspace 1 alone", "password"]}


def test_ten_mails_a_day_ask_for_it(joined):
    browser = joined.browser()
    for _ in range(10):
        joined.request_confirmation(browser)
    assert browser.post("/me/confirmation").failure == (400, "mailed_too_often")
    advance_clock(joined.owners[1], 24 * 3600)
    joined.request_confirmation(joined.browser())


def test_who_reads_the_mail_takes_over_what_somebody_else_has_begun(address):
    """By another password: nothing that the other has reaches anything new."""
    user_id, copy, _ = address.invite(2)
    address.accept(copy, THEIRS)
    theirs, token = address.browser(THEIRS), address.token()
    assert address.reset(PASSWORD) == "signed_in"
    assert address.accounts() == {user_id: ["confirmed", "password"]}
    assert theirs.get("/me").failure == (401, "unauthenticated")
    assert Browser(address.server).sign_in(address.email, THEIRS).failure[1] == "wrong_password"
    invited, copy, _ = address.invite(1)
    assert invited == user_id
    assert address.accept(copy, THEIRS).failure == (400, "wrong_password") and address.accept(copy).status == 200
    assert address.reaches() == [1, 2] and token.get("/workspaces").ids == [2]


def set_up_second_factor(browser):
    secret = browser.post("/me/second-factor").data["secret"]
    code = {"code": code_of(secret, int(time.time()))}
    assert browser.post("/me/second-factor/confirm", json=code).status == 200


def test_a_second_factor_of_somebody_else_keeps_nobody_out(address):
    """Unlike one that was set up since the address is proven."""
    _, copy, _ = address.invite(2)
    address.accept(copy, THEIRS)
    set_up_second_factor(address.browser(THEIRS))
    assert address.reset(PASSWORD) == "signed_in"
    person = address.browser()
    assert person.get("/me/second-factor").data["begun_at"] is None
    set_up_second_factor(person)
    assert address.reset(PASSWORD) == "second_factor"


def test_nothing_that_is_made_meanwhile_outlasts_the_proof(address):
    """Until it ends their session, who has begun makes tokens and passkeys as fast as they can."""
    def token(number):
        return theirs[number].post("/me/tokens", json={"name": "Meanwhile", "scopes": ["read"]})

    def passkey(number):
        made = Passkey(address.server.url, id=b"credential %d" % number).create(options)
        reply = theirs[number].post("/me/passkeys", json=made)
        if reply.status == 201:
            theirs[number].delete(f"/me/passkeys/{reply.data['id']}")
        return reply

    def act(client, number):
        if number == 8:
            return client.post(f"/password-resets/{secret}", json={"password": PASSWORD}).status
        while (reply := (token, passkey)[number % 2](number)).status == 201:
            pass
        return reply.failure

    for _ in range(6):
        address.email = f"{unique('somebody').replace(' ', '-')}@example.com"
        user_id, copy, _ = address.invite(2)
        address.accept(copy, THEIRS)
        theirs = [address.browser(THEIRS) for _ in range(8)]
        options = theirs[0].post("/me/passkeys/options").data
        secret = address.request_reset()
        *ends, status = together(address.servers, 9, act)
        assert status == 200 and set(ends) <= {(401, "unauthenticated"), (400, "too_many")}
        left = [run_sql(address.server, f"SELECT count(*) FROM {table} AND user_id = {user_id}") for table in
                ("passkeys WHERE 1 = 1", "tokens WHERE kind = 1 AND revoked_at IS NULL AND only_workspace_id IS NULL")]
        assert left == ["0", "0"]
        address.relay.messages.get(timeout=WAIT_SECONDS)  # that the password has changed


def by_code(address, browser):
    """What is left to do to sign in: a request."""
    secret = browser.post("/me/second-factor").data["secret"]
    set_up = {"code": code_of(secret, int(time.time()))}
    assert browser.post("/me/second-factor/confirm", json=set_up).status == 200
    stranger = Browser(address.server)
    assert stranger.sign_in(address.email, THEIRS).data["state"] == "second_factor"
    code = {"code": code_of(secret, int(time.time()) + 30)}
    return stranger, lambda: stranger.post("/session/second-factor", json=code)


def by_passkey(address, browser):
    passkey = Passkey(address.server.url)
    assert browser.post("/me/passkeys", json=passkey.create(browser.post("/me/passkeys/options").data)).status == 201
    stranger = Browser(address.server)
    advance_clock(address.owners[1], 1)  # of one second, one challenge counts
    signed = passkey.sign(stranger.post("/session/passkey/options").data)
    return stranger, lambda: stranger.post("/session/passkey", json=signed)


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("way", [by_code, by_passkey])
@pytest.mark.only_on("postgresql", "has one writer: nothing is at the same moment")
def test_who_signs_in_at_that_moment_is_out_again(address, way, confirmed):
    """Whoever had the account before and is just signing in."""
    _, copy, _ = address.invite(2)
    address.accept(copy, THEIRS)
    if confirmed:
        address.run("user", "confirm", address.email)
    stranger, sign_in = way(address, address.browser(THEIRS))
    secret = address.request_reset()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        with held(address.server.database, "LOCK TABLE sessions IN SHARE MODE", end="COMMIT"):
            entered = pool.submit(sign_in)
            until(lambda: waiting_for_locks(address.server) == 1)
            reset = pool.submit(Browser(address.servers[1]).post, f"/password-resets/{secret}",
                                json={"password": PASSWORD})
            until(lambda: waiting_for_locks(address.server) == 2)
        assert entered.result().status < 500 and reset.result().status == 200
    assert stranger.get("/me").status == 401


@pytest.mark.only_on("postgresql", "has one writer, which admits whoever comes after the other")
def test_who_is_out_by_then_changes_no_password(address):
    """However long they have waited for the proof that throws them out."""
    user_id, copy, _ = address.invite(2)
    address.accept(copy, THEIRS)
    person, stranger = address.browser(THEIRS), address.browser(THEIRS)
    confirmation = address.request_confirmation(person)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        with held(address.server.database, f"SELECT 1 FROM users WHERE id = {user_id} FOR UPDATE"):
            proof = pool.submit(person.post, f"/confirmations/{confirmation}")
            until(lambda: waiting_for_locks(address.server) == 1)
            change = pool.submit(by_password, address, stranger, user_id)
            until(lambda: waiting_for_locks(address.server) == 2)
        assert proof.result().status == 200
        assert change.result().failure == (401, "unauthenticated")
    assert address.browser(THEIRS)


@contextlib.contextmanager
def written_without_a_pause(server, user_id):
    """The account's row, by another process: as by whoever makes one way in after the other."""
    statement = f"DO $$ BEGIN LOOP UPDATE users SET id = id WHERE id = {user_id}; COMMIT; END LOOP; END $$"
    version = f"SELECT xmin FROM users WHERE id = {user_id}"
    before = run_sql(server, version)
    with subprocess.Popen(["psql", "-Xq", "-c", "SET synchronous_commit = off; SET statement_timeout = '30s'",
                           "-c", statement, server.database], stderr=subprocess.DEVNULL):
        try:
            until(lambda: run_sql(server, version) != before)
            yield
        finally:
            run_sql(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE datname = current_database() AND query LIKE 'DO %'")


def by_reset(address, client, _user_id):
    return client.post(f"/password-resets/{address.request_reset()}", json={"password": PASSWORD})


def by_mailed_invitation(address, client, user_id):
    address.archive(2, user_id)
    return accept(client, address.invite(2)[2], THEIRS)


def by_invitation(address, client, user_id):
    address.archive(2, user_id)
    return client.post(f"/me/invitations/{address.invite(2)[2]}")


def by_confirmation(address, client, _user_id):
    return client.post(f"/confirmations/{address.request_confirmation(client)}")


def by_password(_address, client, _user_id):
    return client.put("/me/password", json={"current_password": THEIRS, "new_password": PASSWORD})


@pytest.mark.parametrize("act", [by_reset, by_mailed_invitation, by_invitation, by_confirmation, by_password])
@pytest.mark.only_on("postgresql", "has one writer, which nobody is in the way of")
def test_nobody_is_kept_from_the_proof(address, act):
    """Nor from another password, by whoever writes the account's row all the time."""
    user_id, copy, _ = address.invite(2)
    address.accept(copy, THEIRS)
    browser = address.browser(THEIRS)
    with written_without_a_pause(address.server, user_id):
        assert act(address, browser, user_id).status == 200


def test_a_second_factor_stays_when_its_session_confirms_the_address(joined):
    person = joined.browser()
    set_up_second_factor(person)
    assert person.post(f"/confirmations/{joined.request_confirmation(person)}").status == 200
    assert person.get("/me/second-factor").data["enabled"]


def test_an_address_is_confirmed_by_one_account(joined):
    other, copy, _ = joined.invite(2)
    joined.accept(copy, THEIRS)
    theirs, own = joined.browser(THEIRS), joined.browser()
    asked = joined.request_confirmation(theirs)
    assert own.post(f"/confirmations/{joined.request_confirmation(own)}").status == 200
    assert theirs.post(f"/confirmations/{asked}").failure == (400, "address_taken")
    assert theirs.post("/me/confirmation").failure == (400, "address_taken")
    assert joined.accounts()[other] == ["workspace 2 alone", "password"]


def test_without_a_relay_nothing_can_be_sent(stint, start_server, relay):
    without = Address(stint, [start_server()], relay)
    without.accept(invite(without.owners[1], email=without.email)[1])
    assert without.browser().post("/me/confirmation").failure == (400, "no_mail_relay")


def test_an_invitation_is_accepted_by_the_session_of_the_account(confirmed):
    confirmed.archive(2, confirmed.other)
    _, copy, _ = confirmed.invite(2)
    john, own = Browser(confirmed.server), confirmed.browser()
    assert john.sign_in("john.doe@example.com").status == 201
    assert john.post(f"/me/invitations/{copy}").failure == (400, "other_account")
    assert confirmed.reaches() == [1]
    assert own.post(f"/me/invitations/{copy}").data == {"user_id": confirmed.user_id, "workspace_id": 2}
    assert own.post(f"/me/invitations/{copy}").failure == (400, "invitation_invalid")
    assert confirmed.reaches() == [1, 2]


def test_a_mailed_invitation_that_is_accepted_by_a_session_confirms(joined):
    here, elsewhere = joined.browser(), joined.browser()
    joined.archive(1, joined.user_id)
    _, _, mailed = joined.invite(1)
    assert here.post(f"/me/invitations/{mailed}").data == {"user_id": joined.user_id, "workspace_id": 1}
    assert here.get("/me").data["confirmed"] and elsewhere.get("/me").failure == (401, "unauthenticated")


# ---- at the same moment ----

def test_one_of_two_accounts_is_confirmed(address):
    """Both links were mailed, and both are opened at once."""
    for _ in range(4):
        address.email = f"{unique('somebody').replace(' ', '-')}@example.com"
        invited = {address.invite(workspace_id)[::2] for workspace_id in (1, 2)}
        secrets = [secret for _, secret in invited]
        replies = together(address.servers, 2, lambda client, number: accept(client, secrets[number]))
        assert [reply.status for reply in replies] == [200, 200]
        states = sorted(state for state, _ in address.accounts().values())
        assert states[0] == "confirmed" and re.fullmatch("workspace [12] alone", states[1]), states


def test_an_invitation_is_accepted_once(address):
    for _ in range(4):
        address.email = f"{unique('somebody').replace(' ', '-')}@example.com"
        user_id, copy, mailed = address.invite(1)
        secrets, passwords = [copy, mailed, mailed, copy], [THEIRS, PASSWORD, PASSWORD, THEIRS]
        replies = together(address.servers, 4,
                           lambda client, number: accept(client, secrets[number], passwords[number]))
        assert sorted(reply.status for reply in replies) == [200, 400, 400, 400]
        winner = secrets[[reply.status for reply in replies].index(200)]
        assert address.accounts() == {user_id: ["confirmed" if winner == mailed else "workspace 1 alone", "password"]}


def test_an_address_is_invited_by_two_workspaces_at_once(address):
    def invite_there(client, number):
        owner = Client(client.server, ("demo-owner", "demo-other-owner")[number % 2])
        return invite(owner, number % 2 + 1, email=address.email)[0]
    invited = together(address.servers, 6, invite_there)
    assert len(set(invited[::2])) == len(set(invited[1::2])) == 1 and len(address.accounts()) == 2


# ---- accounts of before ----

BEFORE = """
CREATE TABLE kept AS SELECT id, email, mailbox, password_hash, created_at FROM users;
DROP TABLE users;
CREATE TABLE users (id BIGINT, email TEXT, mailbox TEXT, password_hash TEXT, created_at BIGINT);
INSERT INTO users SELECT * FROM kept;
DROP TABLE kept;
ALTER TABLE invitation_links DROP COLUMN invitation_hash;
ALTER TABLE invitation_links DROP COLUMN is_mailed;
"""
[MIGRATION] = (pathlib.Path(__file__).resolve().parents[2] / "sql" / "migrations").glob("*_confirmed_addresses.sql")


def test_accounts_of_before_keep_their_workspaces(address, start_server):
    user_id, copy, _ = address.invite(1)
    address.accept(copy)
    address.run("user", "confirm", address.email)
    _, copy, _ = address.invite(2)
    address.accept(copy)
    several, in_several, address.email = address.email, user_id, f"{unique('invited').replace(' ', '-')}@example.com"
    user_id, copy, _ = address.invite(2)
    for server in address.servers:
        server.stop()
    for statement in re.sub(" *--.*", "", BEFORE + MIGRATION.read_text()).split(";\n"):
        if statement.strip():
            run_sql(address.server, statement)
    assert address.accounts() == {user_id: ["workspace 2 alone", "no password"]}, "its only one"
    address.serve([start_server(database=address.server.database)])
    assert address.accept(copy).data == {"user_id": user_id, "workspace_id": 2}
    assert address.accounts() == {user_id: ["workspace 2 alone", "password"]}, "whoever invited had the same link"
    address.email = several
    assert address.accounts() == {in_several: ["unconfirmed", "password"]} and address.reaches() == [1, 2]


def test_an_account_of_several_workspaces_is_invited_where_it_was(address):
    """Unconfirmed, and no workspace's alone, as those of before."""
    user_id, copy, _ = address.invite(1)
    address.accept(copy)
    address.run("user", "confirm", address.email)
    _, copy, _ = address.invite(2)
    address.accept(copy)
    run_sql(address.server, f"UPDATE users SET confirmed_at = NULL WHERE id = {user_id}")
    assert address.accounts() == {user_id: ["unconfirmed", "password"]} and address.reaches() == [1, 2]
    token = address.token()
    address.archive(2, user_id)
    again, copy, mailed = address.invite(2)
    assert again == user_id, "it has a place there"
    assert address.accept(copy, THEIRS).failure == (400, "wrong_password")
    assert address.accept(mailed).status == 200
    assert address.accounts() == {user_id: ["confirmed", "password"]} and address.reaches() == [1, 2]
    assert token.get("/workspaces").failure == (401, "unauthenticated"), "it could reach what comes later"


def test_an_account_that_is_where_it_may_not_be_is_told(address):
    user_id, copy, _ = address.invite(1)
    address.accept(copy)
    assert address.run("check") == "checked: no differences\n"
    run_sql(address.server, f"UPDATE users SET only_workspace_id = 2 WHERE id = {user_id}")
    told = address.stint.run("check", "--database", address.server.database)
    assert told.returncode == 1
    assert told.stdout.splitlines()[0] == f"workspace 1: account {user_id} is workspace 2's alone"
