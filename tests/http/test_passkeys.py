"""Passkeys: registering, signing in, and what an attacker would try. Chromium's own are in tests/pages."""

import pytest
from authenticator import ALGORITHMS, PRESENT, VERIFIED, Passkey
from client import Client
from scenario import advance_clock, set_clock, sign_in

NOW = "2024-01-15T09:00:00Z"
ORIGIN = "https://time.example.com"
FLAGS = ("--public-url", ORIGIN)
REFUSED = (400, "passkey_refused")


@pytest.fixture
def person(fresh):
    return sign_in(fresh.server, "emma@example.com")


def options(client):
    return client.post("/me/passkeys/options").data


def register(person, passkey, **said):
    return person.post("/me/passkeys", json=passkey.create(options(person), **said))


def sign(fresh, passkey, **said):
    """Later than whatever it signed before."""
    advance_clock(fresh, 1)
    client = Client(fresh.server)
    begun = client.post("/session/passkey/options").data
    return client.post("/session/passkey", json=passkey.sign(begun, **said))


@pytest.fixture
def passkey(person):
    passkey = Passkey(ORIGIN)
    register(person, passkey)
    return passkey


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_passkey_signs_in(fresh, person, algorithm):
    passkey = Passkey(ORIGIN, algorithm)
    made = register(person, passkey).data
    assert made == {"id": made["id"], "name": "Telephone", "created_at": NOW, "last_used_at": None}
    assert person.get("/me/passkeys").data == [made]
    assert sign(fresh, passkey).data["state"] == "signed_in"
    assert person.get("/me/passkeys").data == [made | {"last_used_at": "2024-01-15T09:00:01Z"}]


def test_options_name_what_is_there(person, passkey):
    begun = options(person)
    assert begun["rp_id"] == "time.example.com" and begun["user_name"] == "emma@example.com"
    assert begun["known"] == ["YSBjcmVkZW50aWFs"]
    assert register(person, Passkey(ORIGIN)).failure == (400, "passkey_exists")


@pytest.mark.parametrize("said", [
    {"origin": "https://evil.example"}, {"origin": "http://time.example.com"}, {"origin": ORIGIN + ".evil.example"},
    {"type": "webauthn.get"}, {"challenge": "bm9uZQ"}, {"crossOrigin": True}, {"party": "example.com"},
    {"flags": PRESENT}, {"flags": VERIFIED}], ids=str)
def test_what_is_no_registration(emma, said):
    assert register(emma, Passkey(ORIGIN), **said).failure == REFUSED
    assert emma.get("/me/passkeys").data == []


@pytest.mark.parametrize("said", [
    {"origin": "https://evil.example"}, {"type": "webauthn.create"}, {"challenge": "bm9uZQ"}, {"crossOrigin": True},
    {"party": "example.com"}, {"flags": PRESENT}, {"flags": VERIFIED}], ids=str)
def test_what_is_no_signature(fresh, passkey, said):
    assert sign(fresh, passkey, **said).failure == REFUSED
    assert sign(fresh, passkey).status == 201


def test_a_challenge_is_for_one_person_one_purpose_and_five_minutes(fresh, person):
    other = sign_in(fresh.server, "peter@example.com")
    theirs = Passkey(ORIGIN).create(options(other))
    assert person.post("/me/passkeys", json=theirs).failure == REFUSED
    begun = options(person) | {"challenge": Client(fresh.server).post("/session/passkey/options").data["challenge"]}
    assert person.post("/me/passkeys", json=Passkey(ORIGIN).create(begun)).failure == REFUSED
    late = Passkey(ORIGIN).create(options(person))
    advance_clock(fresh, 301)
    assert person.post("/me/passkeys", json=late).failure == REFUSED


def test_an_answer_works_once(fresh, passkey):
    advance_clock(fresh, 1)
    client = Client(fresh.server)
    earlier = passkey.sign(client.post("/session/passkey/options").data)
    advance_clock(fresh, 1)
    answer = passkey.sign(client.post("/session/passkey/options").data)
    assert Client(fresh.server).post("/session/passkey", json=answer).status == 201
    assert Client(fresh.server).post("/session/passkey", json=answer).failure == REFUSED
    assert Client(fresh.server).post("/session/passkey", json=earlier).failure == REFUSED


def test_a_clock_that_was_ahead_keeps_no_passkey_out(fresh, passkey):
    advance_clock(fresh, 365 * 86400)
    assert sign(fresh, passkey).status == 201
    set_clock(fresh, NOW)
    advance_clock(fresh, 60)
    answer = passkey.sign(Client(fresh.server).post("/session/passkey/options").data)
    assert Client(fresh.server).post("/session/passkey", json=answer).status == 201
    assert Client(fresh.server).post("/session/passkey", json=answer).failure == REFUSED


def test_a_counter_that_does_not_grow_tells_of_a_copy(fresh, person):
    passkey = Passkey(ORIGIN, count=5)
    register(person, passkey)
    assert sign(fresh, passkey).failure == REFUSED
    passkey.count = 6
    assert sign(fresh, passkey).status == 201
    assert sign(fresh, passkey).failure == REFUSED


def test_only_the_key_itself_signs(fresh, passkey):
    stranger = Passkey(ORIGIN)
    stranger.user_handle = passkey.user_handle
    assert sign(fresh, stranger).failure == REFUSED
    for fields in ({"user_handle": "MTA"}, {"credential_id": "bm9uZQ"}, {"signature": "bm9uZQ"},
                   {"authenticator_data": "bm9uZQ"}, {"client_data": "e30"}, {"client_data": "!"}):
        advance_clock(fresh, 1)
        client = Client(fresh.server)
        answer = passkey.sign(client.post("/session/passkey/options").data)
        assert client.post("/session/passkey", json=answer | fields).failure == REFUSED


def test_a_removed_passkey_signs_nobody_in(fresh, person, passkey):
    [made] = person.get("/me/passkeys").data
    other = sign_in(fresh.server, "peter@example.com")
    assert other.delete(f"/me/passkeys/{made['id']}").failure == (404, "not_found")
    assert person.delete(f"/me/passkeys/{made['id']}").status == 200
    assert sign(fresh, passkey).failure == REFUSED


def test_registering_asks_for_the_password_again(fresh, person):
    begun = options(person)
    advance_clock(fresh, 901)
    assert person.post("/me/passkeys/options").failure == (403, "password_needed")
    assert person.post("/me/passkeys", json=Passkey(ORIGIN).create(begun)).failure == (403, "password_needed")


def test_there_are_twenty_at_most(person):
    for number in range(20):
        assert register(person, Passkey(ORIGIN, id=bytes([number] * 16))).status == 201
    assert register(person, Passkey(ORIGIN)).failure == (400, "too_many")
