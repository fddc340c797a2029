"""Rates and the days on which they hold (GET /contracts/{contractId}/rates): an extension."""

import datetime
import random
import zoneinfo

import pytest
from client import Client
from scenario import new_colleague, new_contract, new_member, new_project, set_clock, unique

CUSTOM, MEMBER, PROJECT = 1, 2, 3  # rate_type


@pytest.fixture
def fresh(start_server):
    return Client(start_server(), "demo-owner")


@pytest.fixture
def contract(fresh):
    set_clock(fresh, "2024-01-15T09:00:00Z")
    return new_contract(fresh, new_project(fresh)["id"], new_member(fresh), rate=25.5)["id"]


@pytest.fixture
def run(stint, fresh):
    """A command; its today is the machine's, whatever the sandbox's clock says."""
    def run(*arguments, returncode=0):
        done = stint.run(*map(str, arguments), "--workspace", "1", "--database", fresh.server.database)
        assert done.returncode == returncode, done
        return done.stderr

    return run


def history(client, contract_id, **query):
    """[(from_date, rate, rate_type), …]"""
    rows = client.pages(f"/contracts/{contract_id}/rates", workspace_id=1, **query)
    return [(row["from_date"], row["rate"], row["rate_type"]) for row in rows]


def put(client, contract_id, rate, at=None):
    if at:
        set_clock(client, at)
    assert client.put(f"/contracts/{contract_id}", json={"rate": rate}, workspace_id=1).status == 200


def today(zone="UTC"):
    return str(datetime.datetime.now(zoneinfo.ZoneInfo(zone)).date())


# ---- a contract's own ----

def test_the_first_rate_holds_from_the_beginning(fresh, contract):
    assert history(fresh, contract) == [(None, 25.5, CUSTOM)]
    reply = fresh.get("/contracts/20/rates", workspace_id=1)
    assert reply.message == "Rates retrieved successfully"
    assert reply.data == [{"from_date": None, "rate": 25.5, "rate_type": CUSTOM}]


def test_a_rate_changed_today_does_not_change_yesterday(fresh, contract):
    put(fresh, contract, 30, at="2024-02-01T12:00:00Z")
    put(fresh, contract, 28.0001, at="2024-03-01T12:00:00Z")
    assert history(fresh, contract) == [(None, 25.5, CUSTOM), ("2024-02-01", 30, CUSTOM),
                                        ("2024-03-01", 28.0001, CUSTOM)]
    assert fresh.get(f"/contracts/{contract}", workspace_id=1).data["rate"] == 28.0001
    assert history(fresh, contract, per_page=2) == history(fresh, contract, per_page=1) == history(fresh, contract)


def test_of_two_changes_on_a_day_the_last_one_holds(fresh, contract):
    put(fresh, contract, 30, at="2024-02-01T00:00:00Z")
    put(fresh, contract, 40, at="2024-02-01T23:59:59Z")
    assert history(fresh, contract) == [(None, 25.5, CUSTOM), ("2024-02-01", 40, CUSTOM)]
    put(fresh, contract, 25.5)
    assert history(fresh, contract) == [(None, 25.5, CUSTOM)], "as if nothing had been"


def test_what_is_given_as_it_is_changes_nothing(fresh, contract):
    put(fresh, contract, 25.5, at="2024-02-01T12:00:00Z")
    assert history(fresh, contract) == [(None, 25.5, CUSTOM)]


def test_it_gives_the_projects_rate_back(fresh, contract):
    put(fresh, contract, None, at="2024-02-01T12:00:00Z")
    put(fresh, contract, 0, at="2024-02-02T12:00:00Z")  # what is shown, 0, is no change
    put(fresh, contract, 9, at="2024-02-03T12:00:00Z")
    assert history(fresh, contract) == [(None, 25.5, CUSTOM), ("2024-02-01", 0, PROJECT), ("2024-02-03", 9, CUSTOM)]


@pytest.mark.parametrize("zone, day", [("Pacific/Auckland", "2024-02-02"), ("Pacific/Honolulu", "2024-02-01"),
                                       ("UTC", "2024-02-01"), (None, "2024-02-01")])
def test_a_day_is_the_members(fresh, zone, day):
    """Whatever day it is where the workspace or the owner is."""
    assert fresh.put("/settings", json={"timezone": "Pacific/Kiritimati"}, workspace_id=1).status == 200
    person = new_member(fresh)
    if zone:
        fresh.put(f"/members/{person}", json={"timezone": zone}, workspace_id=1)
    contract = new_contract(fresh, new_project(fresh)["id"], person, rate=1)["id"]
    put(fresh, contract, 2, at="2024-02-01T13:00:00Z")
    assert history(fresh, contract) == [(None, 1, CUSTOM), (day, 2, CUSTOM)]


def test_who_moves_west_on_the_day_of_a_change(fresh):
    """It was the 2nd in Auckland; now it is the 1st again, and the new rate holds from now on."""
    person = new_member(fresh)
    fresh.put(f"/members/{person}", json={"timezone": "Pacific/Auckland"}, workspace_id=1)
    contract = new_contract(fresh, new_project(fresh)["id"], person, rate=1)["id"]
    put(fresh, contract, 2, at="2024-02-01T12:00:00Z")
    fresh.put(f"/members/{person}", json={"timezone": "Pacific/Honolulu"}, workspace_id=1)
    assert history(fresh, contract)[1:] == [("2024-02-02", 2, CUSTOM)], "moving alone changes nothing"
    put(fresh, contract, 3, at="2024-02-01T13:00:00Z")
    assert history(fresh, contract) == [(None, 1, CUSTOM), ("2024-02-01", 3, CUSTOM)]


def test_a_clock_that_was_ahead(fresh, contract):
    put(fresh, contract, 30, at="2024-02-01T12:00:00Z")
    put(fresh, contract, 40, at="2034-02-01T12:00:00Z")
    put(fresh, contract, 50, at="2024-03-01T12:00:00Z")
    assert history(fresh, contract) == [(None, 25.5, CUSTOM), ("2024-02-01", 30, CUSTOM), ("2024-03-01", 50, CUSTOM)]


def test_as_a_plain_model_says(fresh, contract):
    """Changes at random moments, also earlier than the one before: the model has a rate a day."""
    chance, first = random.Random(7), datetime.date(2024, 1, 15)
    days, rate = [25.5] * 40, 25.5
    for _ in range(40):
        day = chance.randrange(1, 40)
        rate = chance.choice([each for each in (1, 2, 3, 25.5) if each != rate])
        put(fresh, contract, rate, at=f"{first + datetime.timedelta(day)}T{chance.randrange(24):02}:00:00Z")
        days[day:] = [rate] * (40 - day)
        expected = [(None if day == 0 else str(first + datetime.timedelta(day)), days[day], CUSTOM)
                    for day in range(40) if day == 0 or days[day] != days[day - 1]]
        assert history(fresh, contract) == expected


# ---- a member's and a project's ----

def test_a_members_rate(fresh, run):
    set_clock(fresh, "2024-01-15T09:00:00Z")
    person = new_member(fresh, email=f"{unique('rated').replace(' ', '-')}@example.com")
    email = fresh.get(f"/members/{person}", workspace_id=1).data["email"]
    contracts = [new_contract(fresh, new_project(fresh)["id"], person)["id"] for _ in range(2)]
    fresh.put(f"/members/{person}", json={"timezone": "Pacific/Kiritimati"}, workspace_id=1)
    run("contract", "rate", contracts[0], "member")
    run("user", "rate", email, "31.25")
    day = today("Pacific/Kiritimati")
    assert history(fresh, contracts[0]) == [(None, 0, PROJECT), (day, 31.25, MEMBER)]
    assert history(fresh, contracts[1]) == [(None, 0, PROJECT)]
    assert fresh.get(f"/contracts/{contracts[0]}", workspace_id=1).data["rate"] == 31.25


def test_a_projects_rate(fresh, run):
    """Of all its contracts that have none of their own, also those that are made afterwards."""
    set_clock(fresh, "2024-01-15T09:00:00Z")
    assert fresh.put("/settings", json={"timezone": "Pacific/Kiritimati"}, workspace_id=1).status == 200
    project = new_project(fresh)["id"]
    by_project, own = [new_contract(fresh, project, person, **rate)["id"]
                       for person, rate in ((new_member(fresh), {}), (new_member(fresh), {"rate": 7}))]
    run("project", "set", project, "--rate", "40")
    day = today("Pacific/Kiritimati")
    later = new_contract(fresh, project, new_member(fresh))["id"]
    for contract in (by_project, later):
        assert history(fresh, contract) == [(None, 0, PROJECT), (day, 40, PROJECT)]
    assert history(fresh, own) == [(None, 7, CUSTOM)]


def test_a_project_that_is_not_billed_earns_nothing_from_today_on(fresh, run):
    set_clock(fresh, "2024-01-15T09:00:00Z")
    project = new_project(fresh)["id"]
    own = new_contract(fresh, project, new_member(fresh), rate=7)["id"]
    run("project", "set", project, "--billable", "no")
    assert history(fresh, own) == [(None, 7, CUSTOM), (today(), None, CUSTOM)]
    run("project", "set", project, "--billable", "yes")
    assert history(fresh, own) == [(None, 7, CUSTOM)]


def test_all_three_changed_on_one_day(fresh, run):
    set_clock(fresh, "2024-01-15T09:00:00Z")
    project = new_project(fresh)["id"]
    contract = new_contract(fresh, project, 100, rate=7)["id"]
    run("contract", "rate", contract, "12.5")
    run("project", "set", project, "--rate", "40")
    run("contract", "rate", contract, "member")
    run("user", "rate", "john.doe@example.com", "31")
    assert history(fresh, contract) == [(None, 7, CUSTOM), (today(), 31, MEMBER)]
    assert history(fresh, 20) == [(None, 25.5, CUSTOM)]


@pytest.mark.parametrize("arguments, said", [
    (("20", "much"), '"much" is not a rate'), (("20", "-1"), '"-1" is not a rate'),
    (("20", "1.00001"), '"1.00001" is not a rate'), (("20", "Member"), '"Member" is not a rate'),
    (("30", "5"), "the workspace has no contract 30"), (("x", "5"), '"x" is not an id')])
def test_what_the_command_refuses(fresh, run, arguments, said):
    assert said in run("contract", "rate", *arguments, returncode=1)
    assert history(fresh, 20) == [(None, 25.5, CUSTOM)]


# ---- contracts that end and begin ----

def test_a_contract_made_anew_has_a_history_of_its_own(fresh, contract):
    put(fresh, contract, 30, at="2024-02-01T12:00:00Z")
    before = fresh.get(f"/contracts/{contract}", workspace_id=1).data
    fresh.delete(f"/contracts/{contract}", workspace_id=1)
    again = new_contract(fresh, before["project_id"], before["user_id"], rate=5)["id"]
    assert history(fresh, again) == [(None, 5, CUSTOM)]
    assert fresh.get(f"/contracts/{contract}/rates", workspace_id=1).failure == (404, "not_found")


def test_another_currency_of_the_workspace_changes_no_rate(fresh, contract):
    assert fresh.put("/settings", json={"currency": "JPY"}, workspace_id=1).status == 200
    assert history(fresh, contract) == [(None, 25.5, CUSTOM)]
    assert fresh.get(f"/contracts/{contract}", workspace_id=1).data["currency"] == "USD"


# ---- who sees them ----

def test_who_may_not_see_rates_learns_nothing(stint, fresh, contract):
    changed = new_contract(fresh, new_project(fresh)["id"], 100, rate=1)["id"]
    put(fresh, changed, 2, at="2024-02-01T12:00:00Z")
    user_id, _, colleague = new_colleague(stint, fresh, role="Executive manager")

    def allow(user_id, rate_status):
        fresh.put(f"/members/{user_id}", json={"rate_status": rate_status}, workspace_id=1)

    john = Client(fresh.server, "demo-regular-user")
    for client, own in ((colleague, user_id), (john, 100)):
        allow(own, 0)
        assert client.get(f"/contracts/{changed}", workspace_id=1).status == 200
        assert client.get(f"/contracts/{changed}/rates", workspace_id=1).failure == (403, "forbidden")
        allow(own, 1)
        assert history(client, changed) == [(None, 1, CUSTOM), ("2024-02-01", 2, CUSTOM)]
    for path in (f"/contracts/{contract}/rates", "/contracts/30/rates", "/contracts/999999/rates"):
        assert john.get(path, workspace_id=1).failure == (404, "not_found")
