"""Timesheets (contract 3.7): when there is one, what stands on it, and who decides."""

import itertools

import pytest
from client import Client
from scenario import (add_time, check_books, entries, new_colleague, new_contract, new_member, new_project, run_sql,
                      set_clock)
from test_concurrency import together

NOW = "2024-03-15T20:00:00Z"
MONDAY, WEDNESDAY, SUNDAY = "2024-02-05", "2024-02-07", "2024-02-11"
FRIDAY = "2024-03-15"  # of NOW
ROLES = ["owner", "executive-manager", "project-manager", "team-manager", "regular-user", "project-viewer"]


def work(client, day=WEDNESDAY, start="09:00", end="10:00", user_id=100, **fields):
    assert add_time(client, user_id, day, start, end, **fields).status == 201


def sheets(client, **query):
    return client.pages("/timesheets", workspace_id=1, order_by="asc", **query)


def sheet_of(client, day=WEDNESDAY, user_id=100):
    [sheet] = sheets(client, user_id=user_id, date_from=day, date_to=day)
    return sheet


def do(client, action, sheet, **fields):
    fields = {"reason": "No."} if action in ("reject", "reopen") and not fields else fields
    return client.put(f"/timesheets/{sheet['id']}/{action}", json={"workspace_id": 1, **fields})


def ranges(client, user_id=100):
    return [(sheet["date_from"], sheet["date_to"]) for sheet in sheets(client, user_id=user_id, date_from="2024-02-01")]


def assign(client, period, date_from=None, user_id=100):
    return client.put("/timesheets/assignments", json={"period": period, "date_from": date_from, "user_id": user_id},
                      workspace_id=1)


def history(client, sheet):
    return [(row["action"], row["to_status"], row["by_id"], row["reason"])
            for row in client.pages("/history", workspace_id=1, timesheet_id=sheet["id"])]


def settings(client, **fields):
    assert client.put("/settings", json=fields, workspace_id=1).status == 200


# ---- what stands on a sheet ----

def test_a_sheet_is_there_with_the_first_time_of_its_week(fresh):
    assert sheets(fresh, user_id=100, date_from=MONDAY, date_to=SUNDAY) == []
    work(fresh, MONDAY, contract_id=20)
    work(fresh, SUNDAY, "22:00", "23:30")
    work(fresh, SUNDAY, "09:00", "09:30", contract_id=20)
    sheet = sheet_of(fresh)
    line = {"project_id": 100, "project_name": "Marketing Campaign Q1", "contract_id": 20, "currency": "USD"}
    assert sheet == {
        "id": sheet["id"], "user_id": 100, "date_from": MONDAY, "date_to": SUNDAY, "status": "pending",
        "member": {"user_id": 100, "name": "John Doe", "firstname": "John", "lastname": "Doe",
                   "email": "john.doe@example.com"},
        "total_minutes": 180, "total_hours": 3, "total_amount": 38.25, "currency": "USD", "submitted_on": None,
        "reject_reason": None, "created_at": NOW, "updated_at": NOW,
        "daily_breakdown": {
            MONDAY: [{**line, "total_minutes": 60, "total_amount": 25.5}],
            SUNDAY: [{"project_id": None, "project_name": None, "contract_id": None, "total_minutes": 90},
                     {**line, "total_minutes": 30, "total_amount": 12.75}]}}
    assert history(fresh, sheet) == [("create", "pending", None, None)]


def test_a_week_of_two_years_is_one_sheet(fresh):
    work(fresh, "2020-12-31")
    work(fresh, "2021-01-02", "09:00", "09:20")
    sheet = sheet_of(fresh, "2021-01-01")
    assert (sheet["date_from"], sheet["date_to"], sheet["total_minutes"]) == ("2020-12-28", "2021-01-03", 80)
    assert {day: [line["total_minutes"] for line in lines] for day, lines in sheet["daily_breakdown"].items()} == {
        "2020-12-31": [60], "2021-01-02": [20]}


def test_time_over_the_end_of_a_period_is_on_both_sheets(fresh):
    request = {"workspace_id": 1, "user_id": 100, "contract_id": 20, "start": f"{SUNDAY}T23:50:00+00:00",
               "end": "2024-02-12T00:10:00+00:00"}
    assert fresh.post("/time-requests", json=request).data["saved_minutes"] == 20
    assert [sheet["total_minutes"] for sheet in sheets(fresh, user_id=100, date_from=SUNDAY, date_to="2024-02-12")] == [
        10, 10]


def test_odd_seconds_agree_with_the_entries(fresh):
    """To the minute, on every day, by contract."""
    other = new_contract(fresh, new_project(fresh)["id"], 100)["id"]
    for number in range(40):
        day = f"2024-02-{5 + number % 4:02}"
        fresh.post("/time-requests", json={
            "workspace_id": 1, "user_id": 100, "contract_id": [20, other][number % 2],
            "start": f"{day}T{6 + number // 4:02}:00:{number % 60:02}+00:00",
            "end": f"{day}T{6 + number // 4:02}:{7 + number % 5:02}:{(number * 37) % 60:02}+00:00"})
    sheet = sheet_of(fresh)
    for day, lines in sheet["daily_breakdown"].items():
        saved = entries(fresh, 100, day)
        for line in lines:
            assert line["total_minutes"] == sum(entry["total_minutes"] for entry in saved
                                                if entry["project_id"] == line["project_id"])
    assert sheet["total_minutes"] == sum(line["total_minutes"] for lines in sheet["daily_breakdown"].values()
                                         for line in lines) > 300
    assert len(sheet["daily_breakdown"]) == 4


def test_a_sheet_follows_its_time(stint, fresh):
    work(fresh)
    [entry] = entries(fresh, 100, WEDNESDAY)
    fresh.put(f"/time-entries/{entry['id']}", json={"workspace_id": 1, "end_time": "09:30"})
    assert sheet_of(fresh)["total_minutes"] == 30
    fresh.delete(f"/time-entries/{entry['id']}", json={"workspace_id": 1})
    sheet = sheet_of(fresh)
    assert (sheet["total_minutes"], sheet["daily_breakdown"]) == (0, {})
    check_books(stint, fresh.server)


def test_amounts_are_by_the_rate_of_the_day(fresh):
    set_clock(fresh, f"{WEDNESDAY}T20:00:00Z")
    work(fresh, MONDAY, contract_id=20)
    work(fresh, WEDNESDAY, contract_id=20)
    fresh.put("/contracts/20", json={"rate": 30}, workspace_id=1)
    sheet = sheet_of(fresh)
    assert [line["total_amount"] for lines in sheet["daily_breakdown"].values() for line in lines] == [25.5, 30]
    assert sheet["total_amount"] == 55.5


def test_amounts_are_for_those_who_may_see_rates(fresh, people):
    work(fresh, contract_id=20)
    settings(fresh, timesheet_approvers=["Team manager"])
    for user_id in (11, 13, 100):
        fresh.put(f"/members/{user_id}", json={"rate_status": 0}, workspace_id=1)
    for role in ("executive-manager", "team-manager", "regular-user"):
        sheet = sheet_of(people[role])
        assert "amount" not in str(sheet) and "USD" not in str(sheet), role
        assert sheet["total_minutes"] == 60


# ---- pay periods ----

@pytest.mark.parametrize("period, date_from, expected", [
    ("daily", "2024-02-01", [("2024-02-07", "2024-02-07"), ("2024-02-15", "2024-02-15"), ("2024-02-16", "2024-02-16")]),
    ("weekly", "2024-02-01", [("2024-02-01", "2024-02-07"), ("2024-02-15", "2024-02-21")]),
    ("bi-weekly", "2024-02-05", [("2024-02-05", "2024-02-18")]),
    ("twice a month", "2024-02-05", [("2024-02-05", "2024-02-15"), ("2024-02-16", "2024-02-29")]),
    ("monthly", "2024-02-01", [("2024-02-01", "2024-02-29")]),
    ("off", "2024-02-01", []), ("custom", "2024-02-01", [])])
def test_periods(fresh, period, date_from, expected):
    """Of a member: others have their weeks."""
    assert assign(fresh, period, date_from).data == {
        "user_id": 100, "period": period, "date_from": date_from, "updated_at": NOW}
    for day in ("2024-02-07", "2024-02-15", "2024-02-16"):
        work(fresh, day)
        work(fresh, day, user_id=123)
    assert ranges(fresh) == expected
    assert ranges(fresh, 123) == [("2024-02-05", "2024-02-11"), ("2024-02-12", "2024-02-18")]


def test_an_assignment_makes_the_sheets_of_time_that_is_there(stint, fresh):
    assign(fresh, "off", "2024-02-01")
    for day in ("2024-02-07", "2024-02-15"):
        work(fresh, day)
    assert ranges(fresh) == []
    assign(fresh, "monthly", "2024-02-10")
    assert ranges(fresh) == [("2024-02-10", "2024-02-29")]
    check_books(stint, fresh.server)


def test_sheets_that_are_there_stay(fresh):
    """New ones begin after them, and end where another period begins."""
    work(fresh, WEDNESDAY)
    assign(fresh, "monthly", MONDAY)
    assign(fresh, "weekly", "2024-02-26")
    work(fresh, "2024-02-13")
    work(fresh, "2024-02-28")
    assert ranges(fresh) == [(MONDAY, SUNDAY), ("2024-02-12", "2024-02-25"), ("2024-02-26", "2024-03-03")]


def test_everybody_who_has_none_of_their_own(fresh):
    assign(fresh, "off", "2024-02-01", None)
    assign(fresh, "weekly", "2024-02-01")
    for user_id in (100, 123):
        work(fresh, WEDNESDAY, user_id=user_id)
    assert (len(ranges(fresh)), len(ranges(fresh, 123))) == (1, 0)
    assign(fresh, "monthly", "2024-02-01", None)
    assert ranges(fresh, 123) == [("2024-02-01", "2024-02-29")] and ranges(fresh) == [("2024-02-01", "2024-02-07")]
    assert [(row["user_id"], row["period"], row["date_from"])
            for row in fresh.pages("/timesheets/assignments", workspace_id=1)] == [
        (None, "weekly", "1969-12-29"), (None, "monthly", "2024-02-01"), (11, "custom", "2024-06-01"),
        (100, "weekly", "2024-02-01")]
    assert assign(fresh, "daily", "2024-02-01", 999999).failure == (404, "not_found")
    assert assign(fresh, "sometimes").status == 422
    assert assign(fresh, "daily").data["date_from"] == NOW[:10]


def test_assigning_from_the_command_line(stint, fresh):
    where = ["--workspace", "1", "--database", fresh.server.database]
    work(fresh, MONDAY)
    done = stint.run("timesheet", "assign", "jane@example.com", "twice a month", "--from", "2024-02-16", *where)
    assert (done.returncode, done.stdout) == (0, "")
    assert stint.run("timesheet", "assign", "everybody", "off", "--from", "2024-02-01", *where).returncode == 0
    assert stint.run("timesheet", "assignments", *where).stdout.splitlines() == [
        "everybody\t1969-12-29\tweekly", "everybody\t2024-02-01\toff", "11\t2024-06-01\tcustom",
        "123\t2024-02-16\ttwice a month"]
    for wrong in (["jane@example.com", "never"], ["nobody@example.com", "off"],
                  ["everybody", "off", "--from", "yesterday"]):
        assert stint.run("timesheet", "assign", *wrong, *where).returncode == 1
    work(fresh, "2024-02-20", user_id=123)
    assert ranges(fresh, 123) == [("2024-02-16", "2024-02-29")]


def test_a_new_workspace_has_weeks(stint, new_database):
    database = new_database()
    for words in (["migrate"], ["workspace", "create", "New", "--owner-email", "new@example.com"]):
        assert stint.run(*words, "--database", database).returncode == 0
    assert stint.run("timesheet", "assignments", "--database", database).stdout == "everybody\t1969-12-29\tweekly\n"


# ---- ranges that members choose ----

def choose(client, first, last, **fields):
    return client.post("/timesheets", json={"workspace_id": 1, "date_from": first, "date_to": last, **fields})


def test_a_member_submits_a_range_of_their_own(stint, fresh, john):
    assign(fresh, "custom", MONDAY)
    work(fresh, WEDNESDAY, contract_id=20)
    assert sheets(john, date_from=MONDAY) == [], "nothing but the member makes sheets"
    made = choose(john, MONDAY, WEDNESDAY)
    assert (made.status, made.message) == (201, "Timesheet submitted successfully")
    assert made.data == {"id": sheet_of(john)["id"], "user_id": 100, "date_from": MONDAY, "date_to": WEDNESDAY,
                         "total_minutes": 60, "status": "submitted"}
    assert history(john, made.data) == [("create", "pending", 100, None), ("submit", "submitted", 100, None)]
    assert add_time(fresh, 100, WEDNESDAY, "12:00", "13:00").failure == (400, "period_closed")
    work(fresh, "2024-02-08")
    assert choose(john, WEDNESDAY, SUNDAY).failure == (400, "period_taken")
    assert made.data["id"] in choose(john, WEDNESDAY, SUNDAY).message
    assert choose(fresh, "2024-02-08", "2024-02-08", user_id=100).status == 201
    assert ranges(john) == [(MONDAY, WEDNESDAY), ("2024-02-08", "2024-02-08")]
    check_books(stint, fresh.server)


def test_a_range_is_corrected(stint, fresh, john):
    assign(fresh, "custom", MONDAY)
    first = choose(john, MONDAY, WEDNESDAY).data
    later = choose(john, SUNDAY, "2024-02-12").data
    do(fresh, "reject", first)
    assert choose(john, MONDAY, SUNDAY).failure == (400, "period_taken"), "it would be on two"
    do(john, "unsubmit", later)
    assert choose(john, MONDAY, SUNDAY).failure == (400, "period_taken"), "which of both?"
    again = choose(john, "2024-02-06", "2024-02-08").data
    assert (again["id"], again["status"], sheet_of(john)["reject_reason"]) == (first["id"], "submitted", None)
    assert ranges(john) == [("2024-02-06", "2024-02-08"), (SUNDAY, "2024-02-12")]
    last = john.pages("/history", workspace_id=1, timesheet_id=first["id"])[-1]
    assert last["values"] == [{"name": "days", "before": "2024-02-05 to 2024-02-07",
                               "after": "2024-02-06 to 2024-02-08"}]
    work(fresh, MONDAY)
    check_books(stint, fresh.server)


def test_where_the_period_is_not_custom(fresh, john):
    assert choose(john, MONDAY, WEDNESDAY).faults.keys() == {"date_from"}
    assign(fresh, "custom", WEDNESDAY)
    assign(fresh, "custom", "2024-02-09")
    assign(fresh, "weekly", SUNDAY)
    assert choose(john, MONDAY, WEDNESDAY).faults.keys() == {"date_from"}
    assert choose(john, WEDNESDAY, SUNDAY).faults.keys() == {"date_to"}
    assert choose(john, WEDNESDAY, "2024-02-10").status == 201
    assert choose(john, "2024-02-10", WEDNESDAY).faults.keys() == {"date_to"}


def test_ranges_have_an_end_and_an_owner(fresh, people):
    assign(fresh, "custom", "2023-01-01")
    assert choose(people["regular-user"], "2023-01-01", "2024-01-02").faults == {
        "date_to": ["A timesheet has 366 days at most."]}
    assert choose(people["regular-user"], "2023-01-01", "2024-01-01").status == 201
    assert choose(people["team-manager"], MONDAY, MONDAY, user_id=100).failure == (403, "forbidden")
    assert choose(fresh, MONDAY, MONDAY, user_id=4711).failure == (404, "not_found")
    assert add_time(fresh, 100, "2023-01-01", "12:00", "13:00").failure == (400, "period_closed")
    assert add_time(fresh, 100, "2024-01-01", "12:00", "13:00").failure == (400, "period_closed")


def test_two_ranges_at_the_same_moment(nodes):
    """Of those that share days one is made."""
    owner = Client(nodes[0], "demo-owner")
    assign(owner, "custom", MONDAY)
    for day in range(10, 26, 3):
        replies = together(nodes, 2, lambda client, number, day=day: choose(
            client, f"2024-02-{day + number}", f"2024-02-{day + 1 + number}", user_id=100))
        assert sorted(reply.status for reply in replies) == [201, 400]
        assert [reply.failure for reply in replies if reply.status == 400] == [(400, "period_taken")]
    assert len(ranges(owner)) == 6


# ---- deciding ----

def test_submitted_and_approved(fresh, john):
    work(fresh)
    set_clock(fresh, "2024-03-16T08:00:00Z")
    reply = do(john, "submit", sheet_of(john))
    assert (reply.status, reply.message, reply.data) == (200, "Timesheet submitted successfully", None)
    sheet = sheet_of(john)
    assert (sheet["status"], sheet["submitted_on"]) == ("submitted", "2024-03-16T08:00:00Z")
    assert do(john, "unsubmit", sheet).message == "Timesheet unsubmitted successfully"
    assert (sheet_of(john)["status"], sheet_of(john)["submitted_on"]) == ("pending", None)
    do(john, "submit", sheet)
    assert do(fresh, "approve", sheet).message == "Timesheet approved successfully"
    assert (sheet_of(john)["status"], sheet_of(john)["submitted_on"]) == ("approved", "2024-03-16T08:00:00Z")
    assert history(john, sheet) == [
        ("create", "pending", None, None), ("submit", "submitted", 100, None), ("unsubmit", "pending", 100, None),
        ("submit", "submitted", 100, None), ("approve", "approved", 10, None)]
    assert do(fresh, "approve", sheet).message == 'The timesheet is approved: the action "approve" is not possible.'


def test_what_was_approved_stays(stint, fresh, john):
    """Whatever is renamed, priced anew or moved later, until the sheet is opened again."""
    set_clock(fresh, f"{SUNDAY}T22:00:00Z")
    for day in (MONDAY, SUNDAY):
        work(fresh, day, contract_id=20)
    work(fresh, SUNDAY, "11:00", "12:30")
    do(john, "submit", sheet_of(fresh))
    do(fresh, "approve", sheet_of(fresh))
    approved, seen = sheet_of(fresh), sheet_of(john)
    assert approved["total_amount"] == 51 and "total_amount" not in seen
    fresh.put("/projects/100", json={"name": "Campaign"}, workspace_id=1)
    fresh.put("/contracts/20", json={"rate_type": "custom", "rate": 99}, workspace_id=1)
    fresh.put("/members/100", json={"timezone": "Pacific/Auckland"}, workspace_id=1)
    set_clock(fresh, NOW)
    fresh.delete("/contracts/20", workspace_id=1)
    fresh.delete("/projects/100", workspace_id=1)
    assert sheet_of(fresh) == approved and sheet_of(john) == seen
    check_books(stint, fresh.server)
    do(fresh, "reopen", approved)
    line = sheet_of(fresh)["daily_breakdown"]
    assert [line[day][-1]["project_name"] for day in (MONDAY, SUNDAY)] == ["Campaign", "Campaign"]
    assert [line[day][-1]["total_amount"] for day in (MONDAY, SUNDAY)] == [25.5, 99]


def test_the_highest_rate_earns_what_it_says(fresh):
    """Also where what was approved is dealt out to its parts."""
    fresh.put("/contracts/20", json={"rate_type": "custom", "rate": 99999999999}, workspace_id=1)
    set_clock(fresh, "2024-03-16T08:00:00Z")
    for start, end in (("00:00", "20:00"), ("20:00", "23:59")):
        work(fresh, FRIDAY, start, end, contract_id=20)
    that_day = {"workspace_id": 1, "user_id": 100, "start_date": FRIDAY, "end_date": FRIDAY}
    for action in ("submit", "approve"):
        assert do(fresh, action, sheet_of(fresh, FRIDAY)).status == 200
        earned = [sheet_of(fresh, FRIDAY)["total_amount"],
                  fresh.get("/reports/tracked-hours", **that_day).data["total"]["total_amount"]["USD"],
                  sum(row["total_amount"] for row in fresh.pages("/reports/entries", **that_day))]
        assert earned == pytest.approx([99999999999 * 1439 / 60] * 3)


def test_amounts_are_kept_whoever_approves(fresh, people):
    """A manager who may not see rates approves what the owner then sees."""
    settings(fresh, timesheet_approvers=["Team manager"])
    work(fresh, contract_id=20)
    do(people["regular-user"], "submit", sheet_of(fresh))
    assert do(people["team-manager"], "approve", sheet_of(fresh)).status == 200
    assert "total_amount" not in sheet_of(people["team-manager"])
    assert sheet_of(fresh)["total_amount"] == 25.5 and sheet_of(fresh)["daily_breakdown"][WEDNESDAY][0]["currency"]


@pytest.mark.parametrize("damage", ["amount = amount + 1", "minutes = 59", "contract_id = 0"])
def test_check_finds_what_was_approved_and_is_not_so(stint, fresh, john, damage):
    work(fresh, contract_id=20)
    do(john, "submit", sheet_of(fresh))
    do(fresh, "approve", sheet_of(fresh))
    check_books(stint, fresh.server)
    run_sql(fresh.server, f"UPDATE timesheet_lines SET {damage}")
    checked = stint.run("check", "--database", fresh.server.database)
    assert checked.returncode == 1
    assert "was approved with other than 60 minutes and 25.5 on 2024-02-07" in checked.stdout


def test_rejected_and_corrected_much_later(fresh, john):
    work(fresh)
    sheet = sheet_of(john)
    do(john, "submit", sheet)
    reply = do(fresh, "reject", sheet, reason="Thursday is missing.")
    assert (reply.message, reply.data) == ("Timesheet rejected successfully", None)
    sheet = sheet_of(john)
    assert (sheet["status"], sheet["reject_reason"]) == ("rejected", "Thursday is missing.")
    set_clock(fresh, "2024-06-15T08:00:00Z")
    work(fresh, "2024-02-08")
    assert do(john, "submit", sheet).status == 200
    sheet = sheet_of(john)
    assert (sheet["status"], sheet["reject_reason"], sheet["total_minutes"]) == ("submitted", None, 120)


def test_a_reason_is_needed(fresh, john):
    work(fresh)
    sheet = sheet_of(john)
    do(john, "submit", sheet)
    for reason in ("", None):
        assert list(do(fresh, "reject", sheet, reason=reason).faults) == ["reason"]
    assert sheet_of(john)["status"] == "submitted"


STATES = {"pending": [], "submitted": ["submit"], "approved": ["submit", "approve"], "rejected": ["submit", "reject"]}
ACTIONS = {("pending", "submit"): "submitted", ("rejected", "submit"): "submitted",
           ("submitted", "unsubmit"): "pending", ("submitted", "approve"): "approved",
           ("submitted", "reject"): "rejected", ("approved", "reopen"): "pending"}


@pytest.mark.parametrize("approvers", [[], ["Executive manager", "Team manager", "Project manager"]], ids=len)
def test_every_state_action_and_role(fresh, people, approvers):
    """What the table allows is done; all else is refused, and leaves the sheet and its history as they were."""
    settings(fresh, timesheet_approvers=approvers)
    assign(fresh, "daily", "2024-01-22")
    days = itertools.count(1)
    for state, action, role in itertools.product(
            STATES, ("submit", "unsubmit", "approve", "reject", "reopen"), ROLES):
        number = next(days)
        day = f"2023-{1 + number // 28:02}-{1 + number % 28:02}"
        if number == 1:
            assign(fresh, "daily", "2023-01-01")
        work(fresh, day, "09:00", "09:01")
        before = sheet_of(fresh, day)
        for each in STATES[state]:
            assert do(fresh, each, before).status == 200
        before, told = sheet_of(fresh, day), history(fresh, before)
        reply = do(people[role], action, before)
        decides = role == "owner" or role.replace("-", " ").capitalize() in approvers
        manages = role in ("owner", "executive-manager")
        takes = role == "regular-user" if action in ("submit", "unsubmit") else False
        sees = manages or role == "regular-user" or decides
        if (role == "project-viewer" or (role == "regular-user" and action in ("approve", "reject"))
                or (not manages and action == "reopen")):
            expected = 403
        elif not sees:
            expected = 404
        elif (state, action) not in ACTIONS:
            expected = 400
        else:
            allowed = decides if action in ("approve", "reject") else manages or takes
            expected = 200 if allowed else 403
        assert reply.status == expected, (state, action, role)
        after = sheet_of(fresh, day)
        if expected == 200:
            assert after["status"] == ACTIONS[state, action]
            assert [row[:2] for row in history(fresh, before)[len(told):]] == [(action, ACTIONS[state, action])]
        else:
            assert (after, history(fresh, before)) == (before, told)


def test_nobody_but_the_owner_decides_on_their_own(fresh, people):
    for role, user_id, allowed in (("executive-manager", 11, False), ("owner", 10, True)):
        work(fresh, user_id=user_id)
        sheet = sheet_of(fresh, user_id=user_id)
        assert do(people[role], "submit", sheet).status == 200
        assert do(people[role], "approve", sheet).status == (200 if allowed else 403)


def test_two_approvers_at_the_same_moment(nodes):
    """On PostgreSQL each asks a node of their own. One wins, the other is told the state."""
    owner = Client(nodes[0], "demo-owner")
    assign(owner, "daily", MONDAY)
    for number in range(5, 12):
        day = f"2024-02-{number:02}"
        work(owner, day)
        sheet = sheet_of(owner, day)
        do(owner, "submit", sheet)
        acts = ["approve", "reject"]
        replies = together(nodes, 2, lambda client, number, sheet=sheet: do(client, acts[number], sheet))
        assert sorted(reply.status for reply in replies) == [200, 400]
        assert [reply.failure for reply in replies if reply.status == 400] == [(400, "illegal_transition")]
        assert len(history(owner, sheet)) == 3


# ---- who sees ----

def test_who_sees_what(fresh, people):
    """Managers see what the settings let them decide on: a sheet shows all that its member works on."""
    users = {"owner": 10, "executive-manager": 11, "project-manager": 12, "team-manager": 13, "regular-user": 100}
    for user_id in (*users.values(), 123):
        work(fresh, user_id=user_id)
    every = {10, 11, 12, 13, 100, 123}
    seen = {"owner": every, "executive-manager": every, "project-manager": {12}, "team-manager": {13},
            "regular-user": {100}}
    # Peter's project has contracts with John, Tanya and himself; Tanya's team is John.
    more = {**seen, "project-manager": {12, 13, 100}, "team-manager": {13, 100}}
    ids = {user_id: sheet_of(fresh, user_id=user_id)["id"] for user_id in every}
    for approvers, expected in (([], seen), (["Team manager", "Project manager"], more)):
        settings(fresh, timesheet_approvers=approvers)
        for role in users:
            rows = sheets(people[role], date_from=MONDAY, date_to=SUNDAY)
            assert {row["user_id"] for row in rows} == expected[role], role
            for user_id, id in ids.items():
                status = 200 if user_id in expected[role] else 404
                assert people[role].get("/history", workspace_id=1, timesheet_id=id).status == status
    viewer = people["project-viewer"]
    assert viewer.get("/timesheets", workspace_id=1).failure == (403, "forbidden")


def test_filters_and_order(fresh, john):
    before = len(sheets(fresh))
    for number, day in enumerate((WEDNESDAY, "2024-02-14", "2024-02-21")):
        set_clock(fresh, f"2024-03-15T20:00:0{number}Z")
        work(fresh, day)
    first, second, third = [sheet_of(fresh, day) for day in (WEDNESDAY, "2024-02-14", "2024-02-21")]
    do(fresh, "submit", second)
    second = sheet_of(fresh, "2024-02-14")
    assert sheets(fresh, status="submitted", user_id=100) == sheets(fresh, id=second["id"]) == [second]
    assert third in sheets(fresh, status="open") and third in sheets(fresh, status="pending")
    assert sheets(fresh, date_from=SUNDAY, date_to="2024-02-12", user_id=100) == [first, second]
    newest = fresh.get("/timesheets", workspace_id=1, per_page=2)
    assert newest.data == [third, second] and newest.pagination["total"] == before + 3
    assert fresh.get("/timesheets", workspace_id=1, per_page=2, page=2).data[0] == first
    assert sheets(fresh, id="x") == []


def test_another_workspace_learns_nothing(fresh):
    other = Client(fresh.server, "demo-other-owner")
    work(fresh)
    sheet = sheet_of(fresh)
    assert other.pages("/timesheets", workspace_id=2) == []
    for action in ("submit", "unsubmit", "approve", "reject", "reopen"):
        assert other.put(f"/timesheets/{sheet['id']}/{action}", json={"workspace_id": 2, "reason": "x"}).failure == (
            404, "not_found")
    assert other.get("/history", workspace_id=2, timesheet_id=sheet["id"]).failure == (404, "not_found")


def test_who_left_keeps_their_sheets(stint, fresh):
    user_id, _, _ = new_colleague(stint, fresh)
    work(fresh, user_id=user_id)
    fresh.delete(f"/members/{user_id}", workspace_id=1)
    sheet = sheet_of(fresh, user_id=user_id)
    assert do(fresh, "submit", sheet).status == do(fresh, "approve", sheet).status == 200


def test_check_finds_a_state_without_its_history(stint, fresh):
    work(fresh)
    fresh.server.stop()
    run_sql(fresh.server, "UPDATE timesheets SET status = 3 WHERE workspace_id = 1 AND id = 3")
    done = stint.run("check", "--database", fresh.server.database)
    assert done.returncode == 1
    assert "workspace 1: the timesheet 3 is approved, its history ends in pending" in done.stdout


def test_check_finds_a_day_on_two_sheets(stint, fresh):
    work(fresh, MONDAY)
    work(fresh, "2024-02-12")
    fresh.server.stop()
    run_sql(fresh.server, "UPDATE timesheets SET last_day = last_day + 1 WHERE workspace_id = 1 AND user_id = 100")
    done = stint.run("check", "--database", fresh.server.database)
    assert done.returncode == 1 and done.stdout.count("workspace 1 user 100: timesheets ") == 1
