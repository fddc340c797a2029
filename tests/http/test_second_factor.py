"""The second step of signing in: an authenticator app, and backup codes for the day without it."""

import pytest
from authenticator import code_of
from client import Client
from scenario import advance_clock, run_sql, set_clock, sign_in

NOW = "2024-01-15T09:00:00Z"
SECOND = 1705309200  # the same
EMAIL = "owner@example.com"
NOTHING = {"enabled": False, "begun_at": None, "confirmed_at": None, "backup_codes_left": 0}


@pytest.fixture
def person(fresh):
    """Signed in, with the password given just now."""
    return sign_in(fresh.server, EMAIL)


def enrol(person, at=SECOND):
    """The secret, and the backup codes."""
    secret = person.post("/me/second-factor").data["secret"]
    return secret, person.post("/me/second-factor/confirm", json={"code": code_of(secret, at)}).data["backup_codes"]


def waiting(server):
    """A sign-in whose password was right."""
    client = sign_in(server, EMAIL, state="second_factor")
    assert client.get("/me").failure == (401, "unauthenticated")
    return client


def give(client, code):
    return client.post("/session/second-factor", json={"code": code})


def test_a_code_is_asked_for_once_the_app_has_shown_one(fresh, person):
    assert person.get("/me/second-factor").data == NOTHING
    begun = person.post("/me/second-factor").data
    assert f"secret={begun['secret']}&issuer=Stint" in begun["uri"] and "owner%40example.com" in begun["uri"]
    assert len(begun["qr"]) >= 21 and {len(row) for row in begun["qr"]} == {len(begun["qr"])}
    assert sign_in(fresh.server, EMAIL).get("/me/second-factor").status == 200  # nothing is confirmed
    assert person.post("/me/second-factor/confirm", json={"code": "000000"}).failure == (400, "wrong_code")
    right = {"code": code_of(begun["secret"], SECOND)}
    assert len(set(person.post("/me/second-factor/confirm", json=right).data["backup_codes"])) == 10
    assert person.get("/me/second-factor").data == {
        "enabled": True, "begun_at": NOW, "confirmed_at": NOW, "backup_codes_left": 10}
    assert person.get("/me").data["second_factor"] is True
    client = waiting(fresh.server)
    advance_clock(fresh, 30)
    assert give(client, code_of(begun["secret"], SECOND + 30)).data["state"] == "signed_in"


def test_the_password_alone_opens_nothing(fresh, person):
    enrol(person)
    client = waiting(fresh.server)
    for path in ("/workspaces", "/me/second-factor", "/me/passkeys"):
        assert client.get(path).status == 401
    assert client.put("/me/password", json={"current_password": "demo", "new_password": "another one"}).status == 401
    assert client.post("/me/second-factor").status == 401


def test_a_code_works_once(fresh, person):
    secret, _ = enrol(person)
    assert give(waiting(fresh.server), code_of(secret, SECOND)).failure == (400, "wrong_code")  # it confirmed the app
    advance_clock(fresh, 60)
    client, other = waiting(fresh.server), waiting(fresh.server)
    assert give(client, code_of(secret, SECOND + 60)).status == 200
    assert give(other, code_of(secret, SECOND + 60)).failure == (400, "wrong_code")
    assert give(other, code_of(secret, SECOND + 30)).failure == (400, "wrong_code")  # the step before it
    assert give(other, code_of(secret, SECOND + 90)).status == 200  # a clock that is ahead


def test_old_and_future_codes_are_none(fresh, person):
    secret, _ = enrol(person)
    advance_clock(fresh, 300)
    client = waiting(fresh.server)
    for seconds in (-60, 60):
        assert give(client, code_of(secret, SECOND + 300 + seconds)).failure == (400, "wrong_code")
    assert give(client, code_of(secret, SECOND + 270)).status == 200


def test_a_clock_that_was_ahead_keeps_nobody_out(fresh, person):
    """Else the code that was used then would be the last one until that time comes."""
    secret, _ = enrol(person)
    year = 365 * 86400
    advance_clock(fresh, year)
    assert give(waiting(fresh.server), code_of(secret, SECOND + year)).status == 200
    set_clock(fresh, NOW)
    advance_clock(fresh, 60)
    assert give(waiting(fresh.server), code_of(secret, SECOND + 60)).status == 200
    assert give(waiting(fresh.server), code_of(secret, SECOND + 60)).failure == (400, "wrong_code")


def test_each_backup_code_works_once_however_it_is_typed(fresh, person):
    _, codes = enrol(person)
    assert give(waiting(fresh.server), codes[0].upper().replace("-", " ")).status == 200
    assert give(waiting(fresh.server), codes[0]).failure == (400, "wrong_code")
    assert give(waiting(fresh.server), codes[1]).status == 200
    assert person.get("/me/second-factor").data["backup_codes_left"] == 8


def test_new_backup_codes_end_the_old_ones(fresh, person):
    assert person.post("/me/second-factor/backup-codes").failure == (400, "second_factor_missing")
    _, old = enrol(person)
    new = person.post("/me/second-factor/backup-codes").data["backup_codes"]
    assert not set(new) & set(old)
    assert give(waiting(fresh.server), old[0]).failure == (400, "wrong_code")
    assert give(waiting(fresh.server), new[0]).status == 200


def test_what_changes_it_asks_for_the_password_again(fresh, person):
    enrol(person)
    advance_clock(fresh, 901)
    for method, path in (("POST", "/me/second-factor"), ("DELETE", "/me/second-factor"),
                         ("POST", "/me/second-factor/backup-codes")):
        assert person.request(method, path).failure == (403, "password_needed")
    assert person.post("/session/password", json={"password": "demo"}).status == 200
    assert person.post("/me/second-factor").failure == (400, "second_factor_exists")
    assert person.delete("/me/second-factor").status == 200
    assert person.delete("/me/second-factor").failure == (400, "second_factor_missing")
    assert person.get("/me/second-factor").data == NOTHING
    assert sign_in(fresh.server, EMAIL).get("/me").data["second_factor"] is False


def test_whoever_begins_again_gets_another_secret(fresh, person):
    first = person.post("/me/second-factor").data["secret"]
    assert person.get("/me/second-factor").data == NOTHING | {"begun_at": NOW}, "what is not confirmed is not asked for"
    advance_clock(fresh, 1)
    second = person.post("/me/second-factor").data["secret"]
    assert first != second
    confirm = {"code": code_of(first, SECOND)}
    assert person.post("/me/second-factor/confirm", json=confirm).failure == (400, "wrong_code")
    assert person.post("/me/second-factor/confirm", json={"code": code_of(second, SECOND)}).status == 200
    assert person.post("/me/second-factor/confirm", json=confirm).failure == (400, "second_factor_exists")


def test_nothing_to_confirm(person):
    assert person.post("/me/second-factor/confirm", json={"code": "123456"}).failure == (400, "second_factor_missing")


def test_no_token_and_no_other_session_can_do_any_of_it(fresh, person):
    secret, _ = enrol(person)
    for method, path in (("GET", "/me/second-factor"), ("POST", "/me/second-factor"), ("DELETE", "/me/second-factor")):
        assert fresh.request(method, path).failure == (403, "session_required")
    assert person.post("/session/second-factor", json={"code": code_of(secret, SECOND + 30)}).status in (401, 403)
    assert Client(fresh.server).post("/session/second-factor", json={"code": "123456"}).status == 401


def test_guesses_of_codes_are_counted_for_the_account(fresh, person):
    secret, _ = enrol(person)
    client = waiting(fresh.server)
    answers = [give(client, f"{number:06}").failure for number in range(25)]
    assert answers[0] == (400, "wrong_code") and answers[-1] == (429, "rate_limited")
    advance_clock(fresh, 30)
    assert give(client, code_of(secret, SECOND + 30)).failure == (429, "rate_limited")


def test_neither_secrets_nor_codes_are_in_the_database(fresh, person):
    secret, codes = enrol(person)
    kept = run_sql(fresh.server, "SELECT count(*) FROM backup_codes WHERE length(hash) = 64")
    assert kept == "10"
    for value in (secret, codes[0], codes[0].replace("-", "")):
        assert run_sql(fresh.server, f"SELECT count(*) FROM backup_codes WHERE hash LIKE '%{value}%'") == "0"


def test_the_operator_lets_in_who_has_lost_it_all(stint, fresh, person):
    enrol(person)
    set_clock(fresh, NOW)
    done = stint.run("user", "second-factor-reset", EMAIL, "--database", fresh.server.database)
    assert done.returncode == 0, done.stderr
    assert sign_in(fresh.server, EMAIL).get("/me").data["second_factor"] is False
