"""Leaves (contract 3.9): what a leave charges, what is left, who decides, and the time of those that are paid."""

import calendar
import datetime
import itertools
import pathlib
import random

import pytest
from client import Client
from scenario import (add_time, check_books, entries, new_colleague, new_member, run_sql, set_clock, unique)
from test_concurrency import together

NOW = "2022-12-01T09:00:00Z"
[MIGRATION] = (pathlib.Path(__file__).resolve().parents[2] / "sql" / "migrations").glob("*_leave_totals.sql")
ROLES = ["owner", "executive-manager", "project-manager", "team-manager", "regular-user", "project-viewer"]


def policy(owner, time_unit="days", duration=20, **fields):
    return owner.post("/leaves/policies", json={"workspace_id": 1, "name": unique("Leave"), "time_unit": time_unit,
                                                "duration": duration, "notice_required": False, **fields}).data["id"]


def ask(client, start, end=None, user_id=100, policy_id=1, **fields):
    return client.post("/leaves", json={"workspace_id": 1, "policy_id": policy_id, "user_id": user_id, "start": start,
                                        "end": end or start, **fields})


def put(client, id, action, **fields):
    return client.put(f"/leaves/{id}/{action}", json={"workspace_id": 1, **fields})


def approve(client, id):
    return put(client, id, "approve")


def reject(client, id, reason="No."):
    return put(client, id, "reject", reason=reason)


def cancel(client, id):
    return put(client, id, "cancel")


def show(client, id):
    [row] = client.get("/leaves", workspace_id=1, id=id).data
    return row


def listed(client, **query):
    return [row["id"] for row in client.pages("/leaves", workspace_id=1, **query)]


def history(client, id):
    return [(row["action"], row["to_status"], row["by_id"], row["reason"])
            for row in client.pages("/history", workspace_id=1, leave_id=id)]


def balance(client, year=2022, user_id=100, policy_id=1, to_year=None, by="12-31"):
    [row] = client.get("/leaves/balances", workspace_id=1, user_id=user_id, date_from=f"{year}-01-01",
                       date_to=f"{to_year or year}-{by}").data
    return next(each["balance"] for each in row["leave_information"] if each["policy_id"] == policy_id)


def settings(client, **fields):
    assert client.put("/settings", json=fields, workspace_id=1).status == 200


def holiday(client, date, name="Holiday", **fields):
    assert client.put("/holidays", json={"date": date, "name": name, **fields}, workspace_id=1).status == 200


def paid(client, date, user_id=100):
    return [(row["start_local"], row["end_local"]) for row in entries(client, user_id, date)
            if row["method"] == "Paid leave"]


# ---- asking ----

def test_the_two_documented_samples(fresh, john):
    reply = ask(john, "2026-02-10", "2026-02-12", leave_period=1, reason="Family")
    assert (reply.status, reply.message) == (201, "Leave requested successfully")
    assert reply.data == {
        "id": reply.data["id"], "user_id": 100, "user_name": "John Doe", "policy_id": 1, "policy": "Vacation",
        "status": "pending", "note": "Family", "is_paid": "yes", "created_by": 100, "approved_by": None,
        "rejected_by": None, "reject_reason": None, "start_date": "2026-02-10", "end_date": "2026-02-12",
        "leave_period": 1, "start_time": None, "end_time": None, "hours_per_day": None,
        "total": {"days": 2.5, "hours": 20, "minutes": 1200}, "created_on": NOW, "updated_at": NOW}
    hours = policy(fresh, "hours", 40)
    reply = ask(john, "2026-02-16", "2026-02-17", policy_id=hours, start_time="09:00", end_time="13:00",
                hours_per_day=3.5)
    assert {name: reply.data[name] for name in ("start_time", "end_time", "hours_per_day", "total")} == {
        "start_time": "09:00", "end_time": "13:00", "hours_per_day": 3.5,
        "total": {"days": None, "hours": 7, "minutes": 420}}
    assert balance(john, 2026, policy_id=hours) == "33 hours" and balance(john, 2026) == "17.5 days"
    assert history(john, reply.data["id"]) == [("create", "pending", 100, None)]


@pytest.mark.parametrize("start, end, fields, days", [
    ("2022-12-23", "2022-12-27", {}, 2), ("2022-12-24", "2022-12-27", {"leave_period": 1}, 1),
    ("2022-12-23", "2022-12-27", {"leave_period": 2}, 1.5), ("2022-12-23", "2022-12-26", {}, 1),
    ("2022-12-30", "2022-12-30", {}, 0.5), ("2022-12-30", "2022-12-30", {"leave_period": 1}, 0.25),
])
def test_what_is_not_worked_is_not_charged(fresh, john, start, end, fields, days):
    """The 26th is a holiday, the 30th is half of one, and so is the 24th, which is a Saturday."""
    holiday(fresh, "2022-12-24", half_day=True)
    holiday(fresh, "2022-12-26")
    holiday(fresh, "2022-12-30", half_day=True)
    assert ask(john, start, end, **fields).data["total"]["days"] == days
    assert balance(john) == f"{20 - days:g} days"


def test_working_days_are_the_workspaces(fresh, john):
    settings(fresh, working_days=["Saturday", "Sunday"])
    assert ask(john, "2022-12-02", "2022-12-11").data["total"]["days"] == 4
    assert list(ask(john, "2022-12-12", "2022-12-16").faults) == ["end"]


def test_what_was_asked_for_stays_charged(fresh, john):
    id = ask(john, "2022-12-19", "2022-12-23").data["id"]
    holiday(fresh, "2022-12-20")
    settings(fresh, working_days=["Monday"])
    fresh.put("/leaves/policies/1", json={"working_hours_per_day": 4}, workspace_id=1)
    assert show(john, id)["total"] == {"days": 5, "hours": 40, "minutes": 2400}
    assert balance(john) == "15 days"


@pytest.mark.parametrize("fields, named", [
    ({"start": "2022-12-30"}, "end"), ({"start": "2022-02-30"}, "start"), ({"end": "2023-12-13"}, "end"),
    ({"leave_period": 3}, "leave_period"), ({"start": "1970-01-05", "end": "1970-01-06"}, "start"),
    ({"start": "2022-12-10", "end": "2022-12-11"}, "end"), ({"reason": "a\x00"}, "reason"),
])
@pytest.mark.usefixtures("at_now")
def test_faults_name_the_field(regular_user, fields, named):
    before = listed(regular_user)
    reply = ask(regular_user, **{"start": "2022-12-12", "end": "2022-12-13", **fields})
    assert (reply.status, list(reply.faults)) == (422, [named])
    assert listed(regular_user) == before and balance(regular_user) == "20 days"


@pytest.mark.parametrize("fields, named", [
    ({"start_time": None}, "start_time"), ({"end_time": None}, "end_time"), ({"hours_per_day": None}, "hours_per_day"),
    ({"end_time": "09:00"}, "end_time"), ({"hours_per_day": 0}, "hours_per_day"), ({"leave_period": 1}, "leave_period"),
    ({"hours_per_day": 3.01}, "hours_per_day"), ({"hours_per_day": 3.333}, "hours_per_day"),
    ({"start_time": "2022-12-12T09:00:00Z"}, "start_time"),
    ({"start_time": "24:00", "end_time": "24:00"}, "start_time"),
])
@pytest.mark.usefixtures("at_now")
def test_faults_of_hours(owner, regular_user, fields, named):
    hours = policy(owner, "hours", 40)
    said = {"start_time": "09:00", "end_time": "12:00", "hours_per_day": 3, **fields}
    reply = ask(regular_user, "2022-12-12", policy_id=hours, **said)
    assert (reply.status, list(reply.faults)) == (422, [named])


def test_a_policy_in_days_says_which_hours_it_has_ignored(fresh):
    said = {"start_time": "09:00", "end_time": "13:00", "hours_per_day": 4}
    asked = ask(fresh, "2022-12-12", **said)
    assert asked.meta["ignored"] == [*said] and asked.data["total"]["days"] == 1
    assert "ignored" not in ask(fresh, "2022-12-13", **dict.fromkeys(said)).meta
    strictly = fresh.post("/leaves", headers={"Prefer": "handling=strict"}, json={
        "workspace_id": 1, "policy_id": 1, "user_id": 100, "start": "2022-12-14", "end": "2022-12-14", **said})
    assert [*strictly.faults] == [*said]


def test_what_is_missing(john):
    assert set(john.post("/leaves", json={"workspace_id": 1}).faults) == {"policy_id", "user_id", "start", "end"}
    assert set(john.get("/leaves/balances", workspace_id=1).faults) == {"date_from", "date_to"}
    assert ask(john, "2022-12-12", policy_id=999).message == "The policy was not found."


def test_for_others(fresh, people):
    assert ask(people["executive-manager"], "2022-12-12").data["created_by"] == 11
    for role in ("project-manager", "team-manager"):
        assert ask(people[role], "2022-12-13").failure == (403, "forbidden")
    assert ask(people["regular-user"], "2022-12-13", user_id=123).failure == (403, "forbidden")
    assert ask(people["project-viewer"], "2022-12-13", user_id=14).failure == (403, "forbidden")


def test_reason_and_notice(fresh, john):
    asked_why = policy(fresh, reason_required=True)
    for fields in ({}, {"reason": ""}, {"reason": None}):
        assert list(ask(john, "2022-12-12", policy_id=asked_why, **fields).faults) == ["reason"]
    assert ask(john, "2022-12-12", policy_id=asked_why, reason="Moving").status == 201
    assert ask(john, "2022-11-28", policy_id=policy(fresh, notice_required=True)).status == 201, "none is asked for"
    settings(fresh, leave_notice_days=14)
    early = policy(fresh, notice_required=True)
    assert list(ask(john, "2022-12-14", policy_id=early).faults) == ["start"]
    assert ask(john, "2022-12-15", policy_id=early).status == 201
    assert ask(john, "2022-12-13").status == 201, "this policy is excluded"


# ---- overlaps ----

@pytest.mark.parametrize("first, second, overlap", [
    (("2022-12-12", "2022-12-14", {}), ("2022-12-14", "2022-12-16", {}), True),
    (("2022-12-12", "2022-12-14", {}), ("2022-12-15", "2022-12-16", {}), False),
    (("2022-12-12", None, {"leave_period": 1}), ("2022-12-12", None, {"leave_period": 2}), False),
    (("2022-12-12", None, {"leave_period": 1}), ("2022-12-12", None, {"leave_period": 1}), True),
    (("2022-12-12", None, {"leave_period": 1}), ("2022-12-12", None, {}), True),
    (("2022-12-12", None, {"leave_period": 1}), ("2022-12-12", "2022-12-13", {"leave_period": 2}), False),
    (("2022-12-12", "2022-12-13", {"leave_period": 1}), ("2022-12-13", None, {"leave_period": 2}), True),
])
def test_overlaps(fresh, john, first, second, overlap):
    other = policy(fresh)
    assert ask(john, *first[:2], **first[2]).status == 201
    reply = ask(john, *second[:2], policy_id=other, **second[2])
    assert reply.failure == (400, "leave_overlaps") if overlap else reply.status == 201
    assert ask(fresh, *second[:2], user_id=123, **second[2]).status == 201, "others' days are free"


def test_hours_of_a_day_side_by_side(fresh, john):
    hours = policy(fresh, "hours", 40)

    def at(start, end):
        return ask(john, "2022-12-12", policy_id=hours, start_time=start, end_time=end, hours_per_day=1).status

    assert [at("09:00", "11:00"), at("11:00", "12:00"), at("10:30", "11:30"), at("08:00", "09:00")] == [
        201, 201, 400, 201]


@pytest.mark.parametrize("end", [reject, cancel])
def test_what_was_refused_or_cancelled_is_free_again(fresh, john, end):
    id = ask(john, "2022-12-12", "2022-12-14").data["id"]
    assert ask(john, "2022-12-13").failure == (400, "leave_overlaps")
    assert end(fresh, id).status == 200
    assert balance(john) == "20 days"
    assert ask(john, "2022-12-13").status == 201


# ---- balances ----

def test_balances(fresh, john):
    fresh.put("/leaves/allowances", json={"user_id": 100, "policy_id": 1, "year": 2022, "duration": 28.5},
              workspace_id=1)
    assert balance(john) == "28.5 days" and balance(john, 2023) == "20 days"
    approve(fresh, ask(john, "2022-12-05", "2022-12-07", leave_period=2).data["id"])
    ask(john, "2022-12-12")
    [row] = john.get("/leaves/balances", workspace_id=1, date_from="2022-01-01", date_to="2022-12-31").data
    assert row == {"user_id": 100, "user_name": "John Doe", "total_balance": None, "leave_information": [
        {"policy_id": 1, "leave_type": "Vacation", "balance": "25 days", "allowance": "28.5 days",
         "carried_over": "0 days", "approved": "2.5 days", "pending": "1 days"}]}
    assert balance(john, 2022, to_year=2023) == "45 days"
    assert john.get("/leaves/balances", workspace_id=1, date_from="2012-12-31", date_to="2022-01-01").status == 422


def test_over_new_year_each_year_is_charged_its_own_days(fresh, john):
    assert ask(john, "2022-12-29", "2023-01-04").data["total"]["days"] == 5
    assert (balance(john, 2022), balance(john, 2023)) == ("18 days", "17 days")


def test_no_more_than_there_is(fresh, john):
    small, loose = policy(fresh, duration=2.25), policy(fresh, duration=2, allow_negative_balance=True)
    assert ask(john, "2022-12-12", "2022-12-13", policy_id=small).status == 201
    reply = ask(john, "2022-12-14", policy_id=small, leave_period=1)
    assert (reply.failure, reply.message[-24:]) == ((400, "balance_too_low"), "in 2022: 0.25 days too few."[-24:])
    assert balance(john, policy_id=small) == "0.25 days"
    assert ask(john, "2022-12-29", "2023-01-03", policy_id=small).failure == (400, "balance_too_low")
    assert ask(john, "2022-12-19", "2022-12-21", policy_id=loose).status == 201
    assert balance(john, policy_id=loose) == "-1 days"


def test_an_allowance_that_was_lowered_meanwhile(fresh, john):
    id = ask(john, "2022-12-12", "2022-12-14").data["id"]
    allowance = {"user_id": 100, "policy_id": 1, "year": 2022, "duration": 2}
    assert fresh.put("/leaves/allowances", json=allowance, workspace_id=1).status == 200
    assert approve(fresh, id).failure == (400, "balance_too_low")
    assert show(john, id)["status"] == "pending" and paid(fresh, "2022-12-12") == []


def test_one_duration_for_all_and_back(fresh, john):
    other, hours = policy(fresh, duration=5), policy(fresh, "hours", 8)
    ask(john, "2022-12-12", "2022-12-14")
    ask(john, "2022-12-15", policy_id=other)
    settings(fresh, leave_duration=10)
    [row] = john.get("/leaves/balances", workspace_id=1, date_from="2022-01-01", date_to="2022-12-31").data
    assert [each["balance"] for each in row["leave_information"]] == ["6 days", "6 days", "8 hours"]
    assert row["total_balance"] == "6 days"
    assert ask(john, "2022-12-19", "2022-12-27", policy_id=other).failure == (400, "balance_too_low")
    settings(fresh, leave_duration=None)
    assert (balance(john), balance(john, policy_id=other), balance(john, policy_id=hours)) == (
        "17 days", "4 days", "8 hours")


def test_balances_equal_a_plain_model(fresh):
    """Requests, decisions and holidays by chance; the model counts days by itself."""
    person = new_member(fresh)
    chance, quarters, model = random.Random(5), {}, {}
    free = {datetime.date(2023, 4, 7), datetime.date(2023, 12, 25), datetime.date(2024, 1, 1)}
    for day in free:
        holiday(fresh, str(day))
    day = datetime.date(2023, 1, 2)
    while day < datetime.date(2024, 3, 1):
        end, half = day + datetime.timedelta(chance.randrange(4)), chance.choice([0, 0, 1, 2])
        charged = {}
        for each in (day + datetime.timedelta(n) for n in range((end - day).days + 1)):
            if each.weekday() < 5 and each not in free:
                charged[each] = 2 if half and each == day else 4
        reply = ask(fresh, str(day), str(end), user_id=person, leave_period=half)
        for year in (2023, 2024):
            quarters[year] = 80 - sum(amount for dates in model.values() for date, amount in dates.items()
                                      if date.year == year)
        enough = all(quarters[year] >= sum(amount for date, amount in charged.items() if date.year == year)
                     for year in (2023, 2024))
        assert reply.status == (422 if not charged else 201 if enough else 400), (day, end, half)
        if reply.status == 201:
            assert reply.data["total"]["days"] == sum(charged.values()) / 4
            model[reply.data["id"]] = charged
            act = chance.choice([None, approve, reject, cancel])
            if act:
                assert act(fresh, reply.data["id"]).status == 200
            if act in (reject, cancel):
                del model[reply.data["id"]]
        day = end + datetime.timedelta(chance.randrange(1, 9))
    for year in (2023, 2024):
        left = 80 - sum(amount for dates in model.values() for date, amount in dates.items() if date.year == year)
        assert balance(fresh, year, user_id=person) == f"{left / 4:g} days"


# ---- earning and carrying over ----

def test_a_twelfth_each_month(fresh):
    person, monthly = new_member(fresh), policy(fresh, duration=28.5, accrual="monthly")
    assert [balance(fresh, 2022, person, monthly, by=day) for day in ("01-01", "01-31", "02-01", "11-30", "12-01")] == [
        "2.25 days", "2.25 days", "4.75 days", "26 days", "28.5 days"]
    assert ask(fresh, "2023-01-02", "2023-01-04", person, monthly).failure == (400, "balance_too_low")
    assert ask(fresh, "2023-02-01", "2023-02-03", person, monthly).status == 201, "earned by then"
    assert ask(fresh, "2022-12-27", "2023-01-03", person, monthly).failure == (400, "balance_too_low")
    assert balance(fresh, 2022, person, monthly, to_year=2023) == "54 days"


def test_what_is_left_goes_over(fresh):
    """Five days at most, until the end of March; what is used by then comes from them first."""
    person, carrying = new_member(fresh), policy(fresh, duration=10, carry_over=5, carry_over_months=3)
    assert balance(fresh, 2022, person, carrying) == "10 days"
    assert [balance(fresh, 2023, person, carrying, by=day) for day in ("01-01", "03-31", "04-01")] == [
        "15 days", "15 days", "10 days"]
    assert ask(fresh, "2023-03-27", "2023-03-29", person, carrying).status == 201
    assert [balance(fresh, 2023, person, carrying, by=day) for day in ("03-31", "04-01", "12-31")] == [
        "12 days", "10 days", "10 days"]
    assert balance(fresh, 2024, person, carrying, by="01-15") == "15 days"
    [row] = fresh.get("/leaves/balances", workspace_id=1, user_id=person, date_from="2022-01-01",
                      date_to="2023-04-01").data
    assert {each["leave_type"]: each["carried_over"] for each in row["leave_information"]}["Vacation"] == "0 days"
    assert row["leave_information"][-1] | {"leave_type": None} == {
        "policy_id": carrying, "leave_type": None, "balance": "10 days", "allowance": "10 days",
        "carried_over": "3 days", "approved": "0 days", "pending": "3 days"}


def test_nothing_is_carried_from_before_somebody_was_there(fresh):
    old = policy(fresh, duration=10, carry_over=5)
    set_clock(fresh, "2024-06-01T09:00:00Z")
    person = new_member(fresh)
    assert balance(fresh, 2024, person, old) == "10 days" and balance(fresh, 2025, person, old) == "15 days"
    assert balance(fresh, 2026, person, old) == "15 days", "no more than the policy lets over"


def test_what_was_carried_can_be_taken(fresh):
    person, carrying = new_member(fresh), policy(fresh, duration=2, carry_over=1)
    assert ask(fresh, "2023-01-02", "2023-01-04", person, carrying).status == 201
    assert ask(fresh, "2022-12-12", user_id=person, policy_id=carrying).status == 201
    reply = ask(fresh, "2022-12-13", user_id=person, policy_id=carrying)
    assert reply.failure == (400, "balance_too_low") and reply.message.endswith("in 2023: 1 days too few."), "promised"
    assert [balance(fresh, year, person, carrying) for year in (2022, 2023)] == ["1 days", "0 days"]


def test_earlier_leave_may_be_asked_for_later(fresh):
    """What is earned by then is enough for it, and for what was promised before."""
    person, monthly = new_member(fresh), policy(fresh, duration=12, accrual="monthly")
    assert ask(fresh, "2023-12-18", "2023-12-22", person, monthly).status == 201
    assert ask(fresh, "2023-03-06", "2023-03-09", person, monthly).failure == (400, "balance_too_low")
    assert ask(fresh, "2023-03-06", user_id=person, policy_id=monthly).status == 201
    assert ask(fresh, "2023-07-03", "2023-07-07", person, monthly).status == 201
    assert ask(fresh, "2023-11-06", "2023-11-07", person, monthly).failure == (400, "balance_too_low"), "promised"
    assert ask(fresh, "2023-11-06", user_id=person, policy_id=monthly).status == 201


def test_what_was_promised_two_years_later(fresh):
    person, carrying = new_member(fresh), policy(fresh, duration=1, carry_over=1)
    assert ask(fresh, "2023-06-01", user_id=person, policy_id=carrying).status == 201, "of what was carried"
    assert ask(fresh, "2024-01-02", "2024-01-03", person, carrying).status == 201
    reply = ask(fresh, "2022-12-12", user_id=person, policy_id=carrying)
    assert reply.failure == (400, "balance_too_low") and reply.message.endswith("in 2024: 1 days too few.")
    assert balance(fresh, 2024, person, carrying) == "0 days"


def test_a_leave_is_not_to_blame_for_what_others_take(fresh):
    person, carrying = new_member(fresh), policy(fresh, duration=2, carry_over=1)
    assert ask(fresh, "2023-01-02", "2023-01-03", person, carrying).status == 201
    fresh.put("/leaves/allowances", workspace_id=1,
              json={"user_id": person, "policy_id": carrying, "year": 2023, "duration": 0})
    assert balance(fresh, 2023, person, carrying) == "-1 days"
    assert ask(fresh, "2022-12-12", user_id=person, policy_id=carrying).status == 201, "a day still goes over"
    assert ask(fresh, "2022-12-13", user_id=person, policy_id=carrying).failure == (400, "balance_too_low")
    settings(fresh, leave_duration=1.25)
    assert ask(fresh, "2022-12-14", user_id=person, policy_id=carrying, leave_period=1).failure == (
        400, "balance_too_low")
    settings(fresh, leave_duration=1.5)
    assert ask(fresh, "2022-12-14", user_id=person, policy_id=carrying, leave_period=1).status == 201, "of one year"


# ---- deciding ----

def test_approve_reject_cancel(fresh, john):
    ids = [ask(john, f"2022-12-{day}").data["id"] for day in (12, 13, 14)]
    set_clock(fresh, "2022-12-02T09:00:00Z")
    approved = approve(fresh, ids[0])
    assert (approved.message, approved.data["status"], approved.data["approved_by"]) == (
        "Leave approved successfully", "approved", 10)
    refused = reject(fresh, ids[1], "The release")
    assert (refused.message, refused.data["rejected_by"], refused.data["reject_reason"]) == (
        "Leave rejected successfully", 10, "The release")
    assert list(put(fresh, ids[2], "reject").faults) == ["reason"]
    assert cancel(john, ids[2]).message == "Leave cancelled successfully"
    assert cancel(john, ids[0]).failure == (403, "forbidden"), "once approved, whoever approves cancels"
    assert cancel(fresh, ids[0]).data["approved_by"] is None
    assert history(john, ids[0]) == [("create", "pending", 100, None), ("approve", "approved", 10, None),
                                     ("cancel", "cancelled", 10, None)]
    for id, act in itertools.product(ids, (approve, reject, cancel)):
        assert act(fresh, id).failure == (400, "illegal_transition")


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("address", ["/leaves/{}/{}", "/leaves/{1}/{0}"])
def test_the_older_addresses_and_the_method_of_time_requests(fresh, john, method, address):
    for day, action, status in (("2022-12-12", "approve", "approved"), ("2022-12-13", "reject", "rejected")):
        path = address.format(action, ask(john, day).data["id"])
        reply = fresh.request(method, path, json={"workspace_id": 1, "reason": "No"})
        assert reply.data["status"] == status
        assert fresh.get(path, workspace_id=1).headers["Allow"] == "POST, PUT"


ACTIONS = {"approve": approve, "reject": reject, "cancel": cancel}
MACHINE = {("pending", "approve"): "approved", ("pending", "reject"): "rejected", ("pending", "cancel"): "cancelled",
           ("approved", "cancel"): "cancelled"}


@pytest.mark.parametrize("approvers", [[], ["Executive manager", "Team manager", "Project manager"]], ids=len)
def test_every_state_action_and_role(fresh, people, approvers):
    settings(fresh, leave_approvers=approvers)
    fresh.put("/leaves/policies/1", json={"duration": 366}, workspace_id=1)
    days = (day for day in (datetime.date(2023, 1, 2) + datetime.timedelta(n) for n in range(300)) if day.weekday() < 5)
    for state, action, role in itertools.product(["pending", "approved", "rejected", "cancelled"], ACTIONS, ROLES):
        id = ask(people["regular-user"], str(next(days))).data["id"]
        if state != "pending":
            into = {"approved": approve, "rejected": reject, "cancelled": cancel}[state]
            assert into(fresh, id).status == 200
        before, told = show(fresh, id), history(fresh, id)
        reply = ACTIONS[action](people[role], id)
        decides = role == "owner" or role.replace("-", " ").capitalize() in approvers
        if state == "pending" and action == "cancel":
            decides = role in ("owner", "executive-manager", "regular-user")
        if role == "project-viewer" or (role == "regular-user" and action != "cancel"):
            expected = 403
        elif (state, action) not in MACHINE:
            expected = 400
        else:
            expected = 200 if decides else 403
        assert reply.status == expected, (state, action, role)
        if expected == 200:
            assert reply.data["status"] == MACHINE[state, action] and len(history(fresh, id)) == len(told) + 1
        else:
            assert (show(fresh, id), history(fresh, id)) == (before, told)


def test_nobody_but_the_owner_decides_on_their_own(fresh, people):
    id = ask(people["executive-manager"], "2022-12-12", user_id=11).data["id"]
    assert approve(people["executive-manager"], id).failure == (403, "forbidden")
    assert approve(fresh, id).status == 200
    own = ask(fresh, "2022-12-12", user_id=10).data["id"]
    assert approve(fresh, own).status == 200


def test_who_sees_what(fresh, people):
    asked = {"owner": 10, "executive-manager": 11, "project-manager": 12, "team-manager": 13, "regular-user": 100}
    own = {role: ask(people[role], "2022-12-12", user_id=user).data["id"] for role, user in asked.items()}
    johns = {*listed(people["regular-user"])}
    every = {*own.values(), *johns}
    seen = {"owner": every, "executive-manager": every, "regular-user": johns,
            "team-manager": {own["team-manager"], *johns},
            "project-manager": {own["project-manager"], own["team-manager"], *johns}}  # Tanya works on his project
    for role, expected in seen.items():
        assert {*listed(people[role])} == expected, role
        for id in every:
            status = people[role].get("/history", workspace_id=1, leave_id=id).status
            assert status == (200 if id in expected else 404)
    names = [row["user_id"] for row in people["regular-user"].get(
        "/leaves/balances", workspace_id=1, date_from=NOW[:10], date_to=NOW[:10]).data]
    assert names == [100]
    assert people["project-viewer"].get("/leaves", workspace_id=1).failure == (403, "forbidden")


def test_filters(fresh, john):
    known = listed(john)
    unpaid = policy(fresh, is_paid="no")
    first = ask(john, "2022-12-12", "2022-12-14").data["id"]
    second = ask(john, "2022-12-20", policy_id=unpaid).data["id"]
    assert listed(john, date_from="2022-12-14", date_to="2022-12-19") == [first]
    assert listed(john, is_paid="no") == listed(john, policy_id=unpaid) == [second]
    assert listed(fresh, user_id=100, status="pending", per_page=2) == [*known, first, second]
    assert listed(fresh, id="x") == listed(fresh, user_id=11) == []


def test_another_workspace_learns_nothing(fresh, john):
    other, id = Client(fresh.server, "demo-other-owner"), ask(john, "2022-12-12").data["id"]
    assert other.pages("/leaves", workspace_id=2) == other.pages("/leaves/policies", workspace_id=2) == []
    assert other.pages("/holidays", workspace_id=2) == []
    for action in ACTIONS:
        reply = other.put(f"/leaves/{id}/{action}", json={"workspace_id": 2, "reason": "x"})
        assert reply.failure == (404, "not_found")
    assert other.delete("/leaves/policies/1", workspace_id=2).failure == (404, "not_found")


# ---- paid leave on the timeline ----

def test_paid_leave_is_time_of_the_members_days(stint, fresh, john):
    fresh.put("/members/100", json={"timezone": "Australia/Brisbane"}, workspace_id=1)
    id = ask(john, "2022-12-14", "2022-12-15", leave_period=2).data["id"]
    assert paid(fresh, "2022-12-14") == []
    approve(fresh, id)
    assert [paid(fresh, f"2022-12-{day}") for day in (13, 14, 15, 16)] == [
        [], [("13:00", "17:00")], [("09:00", "17:00")], []]
    [entry] = entries(fresh, 100, "2022-12-15")
    assert (entry["activity_description"], entry["contract_id"], entry["total_minutes"]) == ("Vacation", None, 480)
    check_books(stint, fresh.server)
    cancel(fresh, id)
    assert [entries(fresh, 100, f"2022-12-{day}") for day in (14, 15)] == [[], []]
    check_books(stint, fresh.server)


def test_only_free_time_is_taken(stint, fresh, john):
    add_time(fresh, 100, "2022-11-30", "10:00", "12:00")
    id = ask(john, "2022-11-30").data["id"]
    approve(fresh, id)
    assert paid(fresh, "2022-11-30") == [("09:00", "10:00"), ("12:00", "19:00")]
    cancel(fresh, id)
    assert [row["method"] for row in entries(fresh, 100, "2022-11-30")] == ["Manually added time"]
    check_books(stint, fresh.server)


def test_what_is_charged_is_paid(stint, fresh, john):
    """Where too little of the day is left, from earlier on."""
    long = policy(fresh, working_hours_per_day=16)
    approve(fresh, ask(john, "2022-12-12", policy_id=long).data["id"])
    assert paid(fresh, "2022-12-12") == [("08:00", "00:00")]
    add_time(fresh, 100, "2022-11-29", "05:00", "23:30")
    approve(fresh, ask(john, "2022-11-29", leave_period=1).data["id"])
    assert paid(fresh, "2022-11-29") == [("01:30", "05:00"), ("23:30", "00:00")]
    add_time(fresh, 100, "2022-11-30", "03:30", "23:00")
    reply = approve(fresh, ask(john, "2022-11-30").data["id"])
    assert reply.message == "Leave approved successfully: its days have no room for 210 of its 480 minutes."
    assert paid(fresh, "2022-11-30") == [("00:00", "03:30"), ("23:00", "00:00")]
    check_books(stint, fresh.server)


def test_both_halves_of_an_odd_day_are_the_day(fresh, john):
    fresh.put("/leaves/policies/1", json={"working_hours_per_day": 7.35}, workspace_id=1)
    for half in (1, 2):
        approve(fresh, ask(john, "2022-12-12", leave_period=half).data["id"])
    assert paid(fresh, "2022-12-12") == [("09:00", "12:40"), ("12:40", "16:21")]


def test_what_a_tracker_has_run_is_other_time(stint, fresh, john):
    set_clock(fresh, "2022-12-01T10:00:00Z")
    assert john.post("/time-tracking/start", json={"workspace_id": 1}).status in (200, 201)
    set_clock(fresh, "2022-12-01T12:00:00Z")
    approve(fresh, ask(john, "2022-12-01").data["id"])
    assert paid(fresh, "2022-12-01") == [("09:00", "10:00"), ("12:00", "19:00")]
    john.post("/time-tracking/stop", json={"workspace_id": 1})
    assert [row["total_minutes"] for row in entries(fresh, 100, "2022-12-01")] == [60, 120, 420]
    check_books(stint, fresh.server)


def test_a_forgotten_tracker_takes_no_leave(start_server):
    """A stop saves nothing of what lies behind the tracker's end."""
    owner = Client(start_server("--tracker-hours", "24"), "demo-owner")
    set_clock(owner, "2022-11-25T15:00:00Z")
    assert owner.post("/time-tracking/start", json={"workspace_id": 1}).status in (200, 201)
    set_clock(owner, NOW)
    assert approve(owner, ask(owner, "2022-11-28", "2022-11-29", user_id=10).data["id"]).status == 200
    assert [[entry["total_minutes"] for entry in entries(owner, 10, day)] for day in ("2022-11-28", "2022-11-29")] == [
        [480], [480]]


def test_what_is_lengthened_over_other_time_goes_with_its_leave(stint, fresh, john):
    id = ask(john, "2022-11-30", leave_period=1).data["id"]
    approve(fresh, id)
    add_time(fresh, 100, "2022-11-30", "14:00", "15:00")
    entry = entries(fresh, 100, "2022-11-30")[0]
    assert fresh.put(f"/time-entries/{entry['id']}", json={"workspace_id": 1, "end_time": "18:00"}).status == 200
    assert paid(fresh, "2022-11-30") == [("09:00", "14:00"), ("15:00", "18:00")]
    check_books(stint, fresh.server)
    cancel(fresh, id)
    assert [row["method"] for row in entries(fresh, 100, "2022-11-30")] == ["Manually added time"]


def test_weekly_limits_do_not_cut_it_nor_does_it_use_them(fresh, john):
    fresh.put("/members/100", json={"weekly_hours_limit": 8}, workspace_id=1)
    approve(fresh, ask(john, "2022-11-28", "2022-11-30").data["id"])
    assert [paid(fresh, f"2022-11-{day}") for day in (28, 29, 30)] == [[("09:00", "17:00")]] * 3
    assert add_time(fresh, 100, "2022-11-30", "17:00", "20:00").body["saved_minutes"] == 180


def test_hours_are_where_they_were_asked_for(fresh, john):
    hours = policy(fresh, "hours", 40)
    approve(fresh, ask(john, "2022-12-12", policy_id=hours, start_time="14:00", end_time="18:00",
                       hours_per_day=3).data["id"])
    assert paid(fresh, "2022-12-12") == [("14:00", "17:00")]


def test_unpaid_leave_is_no_time(fresh, john):
    approve(fresh, ask(john, "2022-12-12", policy_id=policy(fresh, is_paid="no")).data["id"])
    assert entries(fresh, 100, "2022-12-12") == []


def test_on_the_days_of_23_and_25_hours(stint, fresh, john):
    fresh.put("/members/100", json={"timezone": "Europe/Berlin"}, workspace_id=1)
    settings(fresh, working_days=["Sunday"], working_day_start="01:00")
    fresh.put("/leaves/policies/1", json={"working_hours_per_day": 8}, workspace_id=1)
    for day in ("2022-03-27", "2022-10-30"):
        approve(fresh, ask(john, day).data["id"])
        [row] = entries(fresh, 100, day)
        assert row["total_minutes"] == 480
    check_books(stint, fresh.server)


def test_hours_on_the_days_of_23_and_25_hours(stint, fresh, john):
    """Four hours are charged and paid, whether there are three or five of them from 01:00 to 05:00."""
    fresh.put("/members/100", json={"timezone": "Europe/Berlin"}, workspace_id=1)
    settings(fresh, working_days=["Sunday"])
    hours = policy(fresh, "hours", 40)
    for day, times in (("2022-03-27", ("01:00", "06:00")), ("2022-10-30", ("01:00", "04:00"))):
        id = ask(john, day, policy_id=hours, start_time="01:00", end_time="05:00", hours_per_day=4).data["id"]
        assert show(john, id)["total"]["minutes"] == 240
        approve(fresh, id)
        assert paid(fresh, day) == [times]
    assert balance(john, policy_id=hours) == "32 hours"
    check_books(stint, fresh.server)


def test_who_left_has_none_approved(stint, fresh):
    user_id, _, client = new_colleague(stint, fresh)
    id = ask(client, "2022-12-12", user_id=user_id).data["id"]
    fresh.delete(f"/members/{user_id}", workspace_id=1)
    assert approve(fresh, id).failure == (404, "not_found")
    assert show(fresh, id)["status"] == "pending"


# ---- policies, allowances, holidays ----

def test_policies(fresh, john):
    made = fresh.post("/leaves/policies", json={"workspace_id": 1, "name": "Care", "time_unit": "hours",
                                                "duration": 12.5})
    assert made.data == {"id": made.data["id"], "name": "Care", "time_unit": "hours", "duration": 12.5,
                         "working_hours_per_day": 8, "is_paid": "yes", "allow_negative_balance": False,
                         "reason_required": False, "notice_required": True, "accrual": "yearly", "carry_over": 0,
                         "carry_over_months": 12}
    assert john.pages("/leaves/policies", workspace_id=1)[-1] == made.data
    path = f"/leaves/policies/{made.data['id']}"
    changed = fresh.put(path, json={"name": "Family", "duration": 8, "is_paid": "no"}, workspace_id=1)
    assert changed.data == made.data | {"name": "Family", "duration": 8, "is_paid": "no"}
    assert fresh.put(path, json=changed.data, workspace_id=1).data == changed.data, "what was read is written back"
    assert fresh.put(path, json={"name": "VACATION"}, workspace_id=1).failure == (400, "name_taken")
    again = {"workspace_id": 1, "name": "family", "time_unit": "days", "duration": 1}
    assert fresh.post("/leaves/policies", json=again).failure == (400, "name_taken")
    id = ask(john, "2022-12-12", policy_id=made.data["id"], start_time="09:00", end_time="10:00",
             hours_per_day=1).data["id"]
    assert fresh.delete(path, workspace_id=1).status == 200
    assert fresh.delete(path, workspace_id=1).failure == (404, "not_found")
    assert show(john, id)["policy"] == "Family" and approve(fresh, id).status == 200
    assert ask(john, "2022-12-13", policy_id=made.data["id"]).failure == (404, "not_found")


def test_hours_that_no_decimals_say_exactly(fresh, john):
    """They are shown to four decimals, by which they are written back."""
    settings(fresh, working_minutes_per_day=440)
    for said, text in ((40.6667, "40 hours 40 minutes"), (7.3333, "7 hours 20 minutes"), (0.0167, "0 hours 1 minutes")):
        id = policy(fresh, "hours", said)
        [row] = [each for each in john.pages("/leaves/policies", workspace_id=1) if each["id"] == id]
        assert (row["duration"], row["working_hours_per_day"]) == (said, 7.3333)
        assert fresh.put(f"/leaves/policies/{id}", json=row, workspace_id=1).data == row
        assert balance(john, policy_id=id) == text
    asked = ask(john, "2022-12-12", policy_id=policy(fresh, "hours", 8), start_time="09:00", end_time="12:00",
                hours_per_day=0.6667)
    assert (asked.data["hours_per_day"], asked.data["total"]["minutes"]) == (0.6667, 40)


def test_as_many_as_there_can_be(fresh):
    """A page of a hundred members shows all of their balances."""
    for _ in range(49):
        last = policy(fresh)
    more = {"workspace_id": 1, "name": "One more", "time_unit": "days", "duration": 1}
    assert fresh.post("/leaves/policies", json=more).failure == (400, "too_many")
    for _ in range(100):
        new_member(fresh)
    page = fresh.get("/leaves/balances", workspace_id=1, date_from="2022-01-01", date_to="2031-12-31", per_page=100)
    assert len(page.data) == 100 and {len(row["leave_information"]) for row in page.data} == {50}
    assert fresh.delete(f"/leaves/policies/{last}", workspace_id=1).status == 200
    assert fresh.post("/leaves/policies", json=more).status == 201


@pytest.mark.parametrize("fields, named", [
    ({"duration": 2.2}, "duration"), ({"duration": -1}, "duration"), ({"time_unit": "weeks"}, "time_unit"),
    ({"time_unit": "hours", "duration": 7.33}, "duration"),
    ({"working_hours_per_day": 7.33}, "working_hours_per_day"),
    ({"name": ""}, "name"), ({"is_paid": True}, "is_paid"),
])
@pytest.mark.usefixtures("at_now")
def test_faults_of_policies(owner, fields, named):
    reply = owner.post("/leaves/policies", json={"workspace_id": 1, "name": "x", "time_unit": "days", "duration": 1,
                                                 **fields})
    assert list(reply.faults) == [named]


def test_allowances(fresh):
    path, said = "/leaves/allowances", {"user_id": 123, "policy_id": 1, "year": 2022, "duration": 28.5}
    assert fresh.put(path, json=said, workspace_id=1).status == 200
    assert fresh.put(path, json=said | {"duration": 28.25}, workspace_id=1).status == 200
    assert fresh.get(path, workspace_id=1, user_id=123).data == [
        said | {"duration": 28.25, "policy": "Vacation", "time_unit": "days"}]
    assert balance(fresh, user_id=123) == "28.25 days"
    assert list(fresh.put(path, json=said | {"duration": 28.3}, workspace_id=1).faults) == ["duration"]
    for wrong in ({"user_id": 999}, {"policy_id": 999}):
        assert fresh.put(path, json=said | wrong, workspace_id=1).failure == (404, "not_found")


def test_holidays(fresh, john):
    holiday(fresh, "2022-12-26", "Boxing Day")
    holiday(fresh, "2022-12-24", "Christmas Eve", half_day=True)
    holiday(fresh, "2022-12-26", "St Stephen")
    assert john.pages("/holidays", workspace_id=1, date_from="2022-12-01", date_to="2022-12-31", per_page=1) == [
        {"date": "2022-12-24", "name": "Christmas Eve", "half_day": True},
        {"date": "2022-12-26", "name": "St Stephen", "half_day": False}]
    assert fresh.delete("/holidays", workspace_id=1, date="2022-12-26").status == 200
    assert fresh.delete("/holidays", workspace_id=1, date="2022-12-26").status == 200, "it is none any more"
    assert [row["name"] for row in john.pages("/holidays", workspace_id=1)] == ["Christmas Eve", "New Year"]


@pytest.mark.parametrize("role", ["Project manager", "Team manager", "Regular User"])
@pytest.mark.usefixtures("at_now")
def test_only_managers_change_them(as_role, role):
    client = as_role[role]
    for reply in (client.post("/leaves/policies", json={"workspace_id": 1, "name": "x", "time_unit": "days",
                                                        "duration": 1}),
                  client.put("/leaves/policies/1", json={"workspace_id": 1, "duration": 1}),
                  client.delete("/leaves/policies/1", workspace_id=1),
                  client.put("/holidays", json={"workspace_id": 1, "date": "2022-12-26", "name": "x"}),
                  client.delete("/holidays", workspace_id=1, date="2024-01-01"),
                  client.get("/leaves/allowances", workspace_id=1)):
        assert reply.failure == (403, "forbidden")


# ---- at once ----

def test_two_requests_and_two_decisions_at_the_same_moment(stint, nodes):
    """On PostgreSQL each asks a node of its own."""
    owner = Client(nodes[0], "demo-owner")
    person = new_member(owner)
    for week in range(6):
        day = str(datetime.date(2023, 2, 6) + datetime.timedelta(7 * week))
        replies = together(nodes, 2, lambda client, number, day=day: ask(client, day, user_id=person))
        assert sorted(reply.status for reply in replies) == [201, 400]
        id = next(reply.data["id"] for reply in replies if reply.status == 201)
        acts = [lambda client, id=id: approve(client, id), lambda client, id=id: reject(client, id)]
        replies = together(nodes, 2, lambda client, number, acts=acts: acts[number](client))
        assert sorted(reply.status for reply in replies) == [200, 400]
        assert bool(entries(owner, person, day)) == (show(owner, id)["status"] == "approved")
        assert len(history(owner, id)) == 2
    check_books(stint, nodes[0])


def test_check_finds_time_of_a_leave_that_is_not_approved(stint, fresh, john):
    approve(fresh, ask(john, "2022-12-12").data["id"])
    fresh.server.stop()
    run_sql(fresh.server, "UPDATE leaves SET status = 1 WHERE workspace_id = 1")
    done = stint.run("check", "--database", fresh.server.database)
    assert done.returncode == 1
    assert "which is pending" in done.stdout and "its history ends in approved" in done.stdout
    run_sql(fresh.server, "DELETE FROM leave_entries WHERE workspace_id = 1")
    assert "is Paid leave, and of no leave" in stint.run("check", "--database", fresh.server.database).stdout


def test_check_finds_what_no_leave_charges(stint, fresh, john):
    """And the migration counts what was charged before."""
    hours = policy(fresh, "hours", 40)
    holiday(fresh, "2022-12-20", half_day=True)
    set_clock(fresh, "2022-12-01T09:01:00Z")
    ask(john, "2022-12-12", "2022-12-14", leave_period=2)
    ask(john, "2022-12-20", leave_period=1)
    ask(john, "2022-12-15", "2022-12-16", policy_id=hours, start_time="09:00", end_time="12:00", hours_per_day=2.5)
    set_clock(fresh, "2022-12-01T09:02:00Z")
    for date in ("2022-12-13", "2022-12-20"):
        holiday(fresh, date)
    settings(fresh, working_days=["Sunday"])
    set_clock(fresh, "2022-12-01T09:03:00Z")
    ask(fresh, "2022-12-18", "2022-12-20", user_id=123)
    fresh.server.stop()
    for column in ("charged", "minutes"):
        run_sql(fresh.server, f"ALTER TABLE leaves DROP COLUMN {column}")
    for statement in MIGRATION.read_text().split(";")[:-1]:
        run_sql(fresh.server, statement)
    check_books(stint, fresh.server)
    day = (datetime.date(2022, 12, 12) - datetime.date(1970, 1, 1)).days
    for damage, date, *found in (
            ("DELETE FROM leave_days", day + 2, "charges 10 and 1200 minutes, its days have 6 and 720"),
            ("UPDATE leave_days SET amount = 4", day, "cannot charge 4 and 240 minutes on 2022-12-12"),
            ("UPDATE leave_days SET minutes = 120", day + 3, "charges 300 and 300 minutes, its days have 300 and 270",
             "cannot charge 150 and 120 minutes on 2022-12-15"),
            ("UPDATE leave_days SET day = day + 2", day + 6, "cannot charge 4 and 480 minutes on 2022-12-20"),
            ("UPDATE leave_days SET day = day - 7", day + 4, "cannot charge 150 and 150 minutes on 2022-12-09")):
        run_sql(fresh.server, f"{damage} WHERE workspace_id = 1 AND day = {date}")
        done = stint.run("check", "--database", fresh.server.database)
        assert done.returncode == 1 and all(each in done.stdout for each in found), done.stdout


def test_every_month_has_its_days(fresh, john):
    """A leave of a whole month charges its working days."""
    fresh.put("/leaves/policies/1", json={"duration": 366}, workspace_id=1)
    for month in range(1, 13):
        last = calendar.monthrange(2023, month)[1]
        working = sum(datetime.date(2023, month, day).weekday() < 5 for day in range(1, last + 1))
        assert ask(john, f"2023-{month:02}-01", f"2023-{month:02}-{last}").data["total"]["days"] == working
