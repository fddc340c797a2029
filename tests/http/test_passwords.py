"""Changing a password, and setting another one by a link that goes by mail."""

import re
import statistics
import time

import pytest
from authenticator import Passkey, code_of
from client import Client
from relay import WAIT_SECONDS
from scenario import advance_clock, count_rows, invite, run_sql, set_clock, sign_in

NOW = "2024-01-15T09:00:00Z"
SECOND = 1705309200
EMAIL = "peter@example.com"
NEW = "another long password"


@pytest.fixture
def fresh(start_server, relay):
    client = Client(start_server("--smtp-url", relay.url, "--smtp-from", "stint@example.com"),
                    "demo-owner")
    set_clock(client, NOW)
    return client


def link_of(fresh, relay, email=EMAIL):
    reply = Client(fresh.server).post("/password-resets", json={"email": email})
    assert reply.data is None
    return relay.mailed_secret(email)


def refused(server, password="demo", email=EMAIL):
    return Client(server).post("/session", json={"email": email, "password": password}).failure


# ---- by whoever knows it ----

def test_a_password_is_changed_by_whoever_knows_it(fresh):
    person, elsewhere = sign_in(fresh.server, EMAIL), sign_in(fresh.server, EMAIL)
    wrong = {"current_password": "demo!", "new_password": NEW}
    assert person.put("/me/password", json=wrong).failure[1] == "wrong_password"
    assert list(person.put("/me/password", json={"current_password": "demo", "new_password": "seven77"}).faults) == [
        "new_password"]
    assert person.put("/me/password", json={"current_password": "demo", "new_password": NEW}).status == 200
    assert person.get("/me/second-factor").status == 200
    assert elsewhere.get("/me/second-factor").status == 401
    assert refused(fresh.server) [1] == "wrong_password"
    assert sign_in(fresh.server, EMAIL, NEW).get("/me").data["email"] == EMAIL


def test_people_are_told_by_mail_of_what_lets_them_in(fresh, relay):
    person = sign_in(fresh.server, EMAIL)

    def told():
        recipient, text = relay.messages.get(timeout=WAIT_SECONDS)
        subject, = re.findall(r"^Subject: (.*?)\r?$", text, re.M)
        assert recipient == EMAIL and f"{subject}. This is about the account of {EMAIL} at" in text
        return subject

    run_sql(fresh.server, f"UPDATE users SET confirmed_at = NULL WHERE email = '{EMAIL}'")
    assert person.put("/me/password", json={"current_password": "demo", "new_password": "demo demo"}).status == 200
    run_sql(fresh.server, f"UPDATE users SET confirmed_at = 0 WHERE email = '{EMAIL}'")
    secret = person.post("/me/second-factor").data["secret"]
    assert person.post("/me/second-factor/confirm", json={"code": code_of(secret, SECOND)}).status == 200
    assert told() == "A second factor was switched on"
    assert person.delete("/me/second-factor").status == 200
    assert told() == "The second factor was switched off"
    passkey = Passkey(fresh.server.url).create(person.post("/me/passkeys/options").data)
    made = person.post("/me/passkeys", json=passkey).data["id"]
    assert told() == "A passkey was added"
    assert person.delete(f"/me/passkeys/{made}").status == 200
    assert told() == "A passkey was removed"
    assert person.put("/me/password", json={"current_password": "demo demo", "new_password": NEW}).status == 200
    assert told() == "Your password was changed"
    link = link_of(fresh, relay)
    assert Client(fresh.server).post(f"/password-resets/{link}", json={"password": NEW + "!"}).status == 200
    assert told() == "Your password was changed"


def test_no_token_changes_a_password(fresh):
    change = {"current_password": "demo", "new_password": NEW}
    assert fresh.put("/me/password", json=change).failure == (403, "session_required")


def test_guesses_at_the_present_password_are_counted(fresh):
    person = sign_in(fresh.server, EMAIL)
    answers = [person.put("/me/password", json={"current_password": f"guess {number}", "new_password": NEW}).failure
               for number in range(25)]
    assert answers[-1] == (429, "rate_limited")


# ---- by mail ----

def test_a_link_sets_a_password_once(fresh, relay):
    elsewhere = sign_in(fresh.server, EMAIL)
    secret = link_of(fresh, relay)
    person = Client(fresh.server)
    assert person.get(f"/password-resets/{secret}").data == {"email": EMAIL}
    assert list(person.post(f"/password-resets/{secret}", json={"password": "seven77"}).faults) == ["password"]
    assert elsewhere.get("/me/second-factor").status == 200
    assert person.post(f"/password-resets/{secret}", json={"password": NEW}).data["state"] == "signed_in"
    assert elsewhere.get("/me/second-factor").status == 401
    for used in (person.get(f"/password-resets/{secret}"),
                 person.post(f"/password-resets/{secret}", json={"password": NEW + "!"})):
        assert used.failure == (400, "reset_invalid")
    assert refused(fresh.server) [1] == "wrong_password"
    assert sign_in(fresh.server, EMAIL, NEW).get("/me/second-factor").status == 200


def test_a_link_lasts_an_hour_and_the_last_ends_all(fresh, relay):
    first, second = link_of(fresh, relay), link_of(fresh, relay)
    client = Client(fresh.server)
    assert client.post(f"/password-resets/{first}", json={"password": NEW}).status == 200
    assert Client(fresh.server).get(f"/password-resets/{second}").failure == (400, "reset_invalid")
    late = link_of(fresh, relay)
    advance_clock(fresh, 3600)
    assert Client(fresh.server).get(f"/password-resets/{late}").failure == (400, "reset_invalid")
    assert Client(fresh.server).get("/password-resets/nonsense").failure == (400, "reset_invalid")


def test_a_changed_password_ends_links(fresh, relay):
    secret = link_of(fresh, relay)
    sign_in(fresh.server, EMAIL).put("/me/password", json={"current_password": "demo", "new_password": NEW})
    assert Client(fresh.server).get(f"/password-resets/{secret}").failure == (400, "reset_invalid")


def test_the_answer_tells_nothing(fresh, relay):
    before = count_rows(fresh.server, "mailed_links")
    answers = [Client(fresh.server).post("/password-resets", json={"email": email})
               for email in (EMAIL, "nobody@example.com")]
    assert answers[0].message == answers[1].message and answers[0].data == answers[1].data
    assert relay.mailed_secret(EMAIL)
    assert count_rows(fresh.server, "mailed_links") == before + 2  # as much is written for an address that nobody has


def test_an_address_gets_ten_links_a_day(fresh, relay):
    secrets = {link_of(fresh, relay) for _ in range(10)}
    assert len(secrets) == 10
    for _ in range(3):
        assert Client(fresh.server).post("/password-resets", json={"email": EMAIL}).status == 200
    assert run_sql(fresh.server, "SELECT count(*) FROM mailed_links WHERE user_id = 12") == "10"
    advance_clock(fresh, 86400)
    assert link_of(fresh, relay)
    assert run_sql(fresh.server, "SELECT count(*) FROM mailed_links WHERE user_id = 12") == "11"
    advance_clock(fresh, 3601)
    assert link_of(fresh, relay)
    assert run_sql(fresh.server, "SELECT count(*) FROM mailed_links WHERE user_id = 12") == "2"  # the old are gone


def test_asking_is_counted_though_it_succeeds(fresh):
    answers = [Client(fresh.server).post("/password-resets", json={"email": f"nobody{number}@example.com"}).status
               for number in range(101)]
    assert answers[:100] == [200] * 100 and answers[-1] == 429


def test_without_a_relay_there_is_no_link(start_server):
    server = start_server()
    assert Client(server).post("/password-resets", json={"email": EMAIL}).status == 200
    assert run_sql(server, "SELECT count(*) FROM mailed_links WHERE user_id = 12") == "0"


def test_a_second_factor_is_asked_for_all_the_same(fresh, relay):
    person = sign_in(fresh.server, EMAIL)
    secret = person.post("/me/second-factor").data["secret"]
    person.post("/me/second-factor/confirm", json={"code": code_of(secret, SECOND)})
    client = Client(fresh.server)
    reset = client.post(f"/password-resets/{link_of(fresh, relay)}", json={"password": NEW})
    assert reset.data["state"] == "second_factor"
    assert client.get("/me/second-factor").status == 401


def test_tokens_of_a_confirmed_account_stay(fresh, relay):
    owner = Client(fresh.server, "demo-owner")
    secret = link_of(fresh, relay, "owner@example.com")
    assert Client(fresh.server).post(f"/password-resets/{secret}", json={"password": NEW}).status == 200
    assert owner.get("/workspaces").status == 200


def test_a_link_confirms_the_address(fresh, relay):
    """Whoever invites can accept for somebody else: the reader of the mail has the account from here on."""
    user_id, inviters = invite(fresh, email="kim@example.com")
    relay.mailed_secret("kim@example.com")
    assert Client(fresh.server).post(f"/accept-invitation/{inviters}", json={"password": NEW}).status == 200
    session = sign_in(fresh.server, "kim@example.com", NEW)
    secret = link_of(fresh, relay, "kim@example.com")
    assert not run_sql(fresh.server, f"SELECT confirmed_at FROM users WHERE id = {user_id}").isdigit()
    reset = Client(fresh.server).post(f"/password-resets/{secret}", json={"password": NEW + "!"})
    assert reset.data["state"] == "signed_in"
    assert session.get("/me/second-factor").status == 401
    assert refused(fresh.server, NEW, "kim@example.com")[1] == "wrong_password"
    assert run_sql(fresh.server, f"SELECT confirmed_at FROM users WHERE id = {user_id}") == str(SECOND)


def test_what_strangers_ask_for_costs_no_more_when_they_have_asked_often(fresh, relay):
    """A link of nobody's is written for each, so that the time does not tell: neither do those that are there."""
    def fill(name, count, expires_at):
        run_sql(fresh.server, "INSERT INTO mailed_links (hash, kind, user_id, expires_at) "
                              f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
                              f"SELECT '{name} ' || i, 1, 0, {expires_at} FROM n")

    def seconds(email):
        begun = time.perf_counter()
        assert Client(fresh.server).post("/password-resets", json={"email": email}).status == 200
        return time.perf_counter() - begun

    fill("new", 300_000, SECOND + 3600)
    fill("old", 1000, SECOND - 2 * 86400)
    run_sql(fresh.server, "ANALYZE mailed_links")  # as PostgreSQL does by itself when a table has grown
    times = [(seconds("nobody@example.com"), seconds(EMAIL)) for _ in range(9)]
    assert count_rows(fresh.server, "mailed_links") > 300_500, "a few of the old ones at a time"
    nobodys, somebodys = (statistics.median(column) for column in zip(*times))
    assert nobodys < 3 * somebodys, (nobodys, somebodys)
