"""Reports (contract 3.13): which days, whose, and that all adds up."""

import pytest
from report_links import behind, earned, lines_of, without_links
from scenario import (add_time, advance_clock, new_colleague, new_contract, new_member, new_project, run_sql, set_clock,
                      unique)

NOW = "2024-03-15T20:00:00Z"  # a Friday
MONDAY, WEDNESDAY, SUNDAY = "2024-03-11", "2024-03-13", "2024-03-17"
AGREED = {"report_type", "start_date", "end_date", "total"}


@pytest.fixture(autouse=True)
def now(owner):
    set_clock(owner, NOW)


def work(client, user_id, day=WEDNESDAY, start="09:00", end="10:00", **fields):
    assert add_time(client, user_id, day, start, end, **fields).status == 201


def hours(client, start=MONDAY, end=SUNDAY, **query):
    """The report of some days."""
    return without_links(client.get("/reports/tracked-hours", workspace_id=1, start_date=start, end_date=end,
                                    **query).data)


def days_of(report):
    return {day: rows for day, rows in report.items() if day not in AGREED}


def minutes(report):
    """{(day, user, contract): minutes}; that they add up is looked at, too."""
    rows = {(day, row["user_id"], row["contract_id"]): row["total_minutes"]
            for day, rows in days_of(report).items() for row in rows}
    assert sum(rows.values()) == report["total"]["total_minutes"]
    return rows


class Team:
    """Members who have a project, with a contract each, and nothing else."""

    def __init__(self, owner, count=2, rate=30, **project):
        self.project = new_project(owner, **project)
        self.ids = [new_member(owner) for _ in range(count)]
        self.contracts = [new_contract(owner, self.project["id"], id, rate=rate)["id"] for id in self.ids]


# ---- tracked hours ----

def test_tracked_hours_by_day_member_and_contract(owner):
    team = Team(owner)
    one, two = team.ids
    work(owner, one, MONDAY, contract_id=team.contracts[0])
    work(owner, one, MONDAY, "10:00", "10:20")
    work(owner, two, MONDAY, "09:00", "09:50", contract_id=team.contracts[1])
    work(owner, two, SUNDAY.replace("17", "14"), "09:00", "09:10", contract_id=team.contracts[1])
    report = hours(owner, users=f"{one},{two}")
    line = {"project_id": team.project["id"], "project_name": team.project["name"], "user_name": "Ada Byron"}
    nothing = {"project_id": None, "project_name": None, "contract_id": None, "user_name": "Ada Byron"}
    assert report == {
        "report_type": "tracked_hours", "start_date": MONDAY, "end_date": SUNDAY,
        "total": {"total_minutes": 140, "total_amount": {"USD": 60}},
        MONDAY: [{"user_id": one, **nothing, "total_minutes": 20, "total_amount": {}},
                 {"user_id": one, **line, "contract_id": team.contracts[0], "total_minutes": 60,
                  "total_amount": {"USD": 30}},
                 {"user_id": two, **line, "contract_id": team.contracts[1], "total_minutes": 50,
                  "total_amount": {"USD": 25}}],
        "2024-03-14": [{"user_id": two, **line, "contract_id": team.contracts[1], "total_minutes": 10,
                        "total_amount": {"USD": 5}}]}
    assert list(report) == ["report_type", "start_date", "end_date", "total", MONDAY, "2024-03-14"]


def test_the_days_are_those_of_the_current_week_of_the_workspace(owner):
    def range_of(**query):
        report = owner.get("/reports/tracked-hours", workspace_id=1, **query).data
        return report["start_date"], report["end_date"]

    assert range_of() == (MONDAY, SUNDAY)
    assert range_of(start_date="2024-03-01") == ("2024-03-01", SUNDAY)
    assert range_of(end_date="2024-03-12") == (MONDAY, "2024-03-12")
    before = owner.get("/settings", workspace_id=1).data
    owner.put("/settings", json={"week_start": "Sunday", "timezone": "Pacific/Kiritimati"}, workspace_id=1)
    set_clock(owner, "2024-03-16T09:59:59Z")
    assert range_of() == ("2024-03-10", "2024-03-16")
    set_clock(owner, "2024-03-16T10:00:00Z")  # a Sunday there
    assert range_of() == ("2024-03-17", "2024-03-23")
    owner.put("/settings", json={"week_start": before["week_start"], "timezone": before["timezone"]}, workspace_id=1)


def test_a_range_is_in_order_and_not_too_long(owner):
    def faults(**query):
        return list(owner.get("/reports/tracked-hours", workspace_id=1, **query).faults)

    assert faults(start_date=SUNDAY, end_date=MONDAY) == ["end_date"]
    assert faults(start_date="2024-04-01") == ["end_date"], "the week has ended by then"
    assert faults(end_date="2024-03-01") == ["end_date"]
    assert faults(start_date="2024-03-01", end_date="2024-04-01", user_id=100) == ["end_date"]
    assert faults(start_date="2023-03-01", end_date="2024-03-01") == ["end_date"]
    assert hours(owner, "2024-03-01", "2024-03-31", user_id=100)["end_date"] == "2024-03-31"
    assert hours(owner, "2023-03-02", "2024-03-01")["start_date"] == "2023-03-02"


@pytest.mark.parametrize("date", ["2024-03-13T00:00:00Z", "2024-03-13 10:00", "2024-02-30", "13.03.2024"])
def test_a_date_is_a_date_alone(owner, date):
    assert list(owner.get("/reports/tracked-hours", workspace_id=1, start_date=date).faults) == ["start_date"]


def test_one_day_is_all_of_it(owner):
    """By each member's local day, wherever the workspace is: 23:30 of it is in, once."""
    report = {}
    for zone in ("Pacific/Honolulu", "UTC", "Pacific/Kiritimati"):
        id = new_member(owner)
        owner.put(f"/members/{id}", json={"timezone": zone}, workspace_id=1)
        work(owner, id, WEDNESDAY, "00:00", "00:30")
        work(owner, id, WEDNESDAY, "23:30", "24:00")
        report = {day: minutes(hours(owner, day, day, user_id=id)) for day in ("2024-03-12", WEDNESDAY, "2024-03-14")}
        assert report == {"2024-03-12": {}, WEDNESDAY: {(WEDNESDAY, id, None): 60}, "2024-03-14": {}}, zone


def test_time_over_midnight_is_on_both_days_and_runs_until_it_ends(stint, owner):
    """Also that of a tracker, which counts when it is saved, and not further than it ran."""
    id, _, _ = new_colleague(stint, owner)
    set_clock(owner, f"{WEDNESDAY}T22:00:00Z")
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": id})
    advance_clock(owner, 4 * 3600)
    assert minutes(hours(owner, user_id=id)) == {}
    owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": id})
    assert minutes(hours(owner, user_id=id)) == {(WEDNESDAY, id, None): 120, ("2024-03-14", id, None): 120}
    assert hours(owner, "2024-03-14", "2024-03-14", user_id=id)["total"]["total_minutes"] == 120


def test_short_entries_add_up_by_their_seconds(owner):
    """Nothing is rounded by entry: what is left of a minute goes with the rest of the day."""
    team = Team(owner, 1)
    for start, end in (("09:00:00", "09:00:40"), ("09:10:00", "09:10:40"), ("09:20:00", "09:20:40")):
        owner.post("/time-requests", json={"workspace_id": 1, "user_id": team.ids[0], "contract_id": team.contracts[0],
                                           "start": f"{WEDNESDAY}T{start}Z", "end": f"{WEDNESDAY}T{end}Z"})
    assert minutes(hours(owner, user_id=team.ids[0])) == {(WEDNESDAY, team.ids[0], team.contracts[0]): 2}


def test_breaks_are_no_work(owner):
    id = new_member(owner)
    owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": id, "slots": [
        {"id": f"{id} {method}", "start": f"{WEDNESDAY}T{start}:00Z", "end": f"{WEDNESDAY}T{start[:-1]}9:00Z",
         "method": method} for method, start in (("desktop", "09:00"), ("break", "09:10"))]})
    assert minutes(hours(owner, user_id=id)) == {(WEDNESDAY, id, None): 9}


# ---- who and what is chosen ----

def test_lists_in_every_spelling(owner):
    one, two = Team(owner).ids
    for id in (one, two):
        work(owner, id)
    expected = {(WEDNESDAY, one, None): 60, (WEDNESDAY, two, None): 60}
    for spelling in ([("users", f"{one},{two}")], [("users", one), ("users", two)],
                     [("users[]", one), ("users[]", two)], [("users[0]", one), ("users[1]", two)],
                     [("user_ids", f"{two},{one},{one}")]):
        reply = owner.request("GET", "/reports/tracked-hours", query=[
            ("workspace_id", 1), ("start_date", MONDAY), ("end_date", SUNDAY), *spelling])
        assert minutes(reply.data) == expected, spelling


def test_filters_choose_what_is_all_of_them(stint, owner, demo):
    team, other = Team(owner), Team(owner)
    one, two = team.ids
    second = new_contract(owner, other.project["id"], one)["id"]
    work(owner, one, contract_id=team.contracts[0])
    work(owner, one, start="10:00", end="10:30", contract_id=second)
    work(owner, two, contract_id=team.contracts[1])
    work(owner, other.ids[0], contract_id=other.contracts[0])
    run_sql(demo, "INSERT INTO teams (workspace_id, id, name) VALUES (1, 70, 'A'), (1, 71, 'B')")
    run_sql(demo, "INSERT INTO team_members (workspace_id, team_id, user_id, is_manager) VALUES "
                  f"(1, 70, {one}, FALSE), (1, 71, {one}, FALSE), (1, 71, {two}, FALSE)")
    run_sql(demo, f"UPDATE members SET title_id = 2 WHERE workspace_id = 1 AND user_id = {two}")

    def chosen(**query):
        return sorted((user, contract) for _, user, contract in minutes(hours(owner, **query)))

    all_of_one, of_two = [(one, team.contracts[0]), (one, second)], [(two, team.contracts[1])]
    assert chosen(projects=team.project["id"]) == [(one, team.contracts[0]), *of_two]
    assert chosen(project_id=other.project["id"], users=f"{one},{two}") == [(one, second)]
    assert chosen(teams="70") == all_of_one and chosen(teams="70,71") == all_of_one + of_two
    assert chosen(titles="2", teams="71") == of_two and chosen(teams="70", titles="2") == []
    assert chosen(user_id=one, users=two) == [] and chosen(user_id=one, users=f"{one},{two}") == all_of_one


@pytest.mark.parametrize("query", [{"users": 20}, {"user_id": 20}, {"user_id": 999999}, {"projects": 200},
                                   {"teams": 999999}, {"titles": 999999}])
def test_what_is_nobodys_here_chooses_nothing(owner, query):
    assert hours(owner, "2024-01-01", "2024-01-31", **query) == {
        "report_type": "tracked_hours", "start_date": "2024-01-01", "end_date": "2024-01-31",
        "total": {"total_minutes": 0, "total_amount": {}}}


def test_who_left_and_what_was_archived_keep_their_names(owner):
    team = Team(owner, 1)
    work(owner, team.ids[0], contract_id=team.contracts[0])
    before = hours(owner, user_id=team.ids[0])
    owner.delete(f"/contracts/{team.contracts[0]}", workspace_id=1)
    owner.delete(f"/projects/{team.project['id']}", workspace_id=1)
    owner.delete(f"/members/{team.ids[0]}", workspace_id=1)
    assert hours(owner, user_id=team.ids[0]) == before and before["total"]["total_amount"] == {"USD": 30}
    assert minutes(hours(owner, users=team.ids[0], projects=team.project["id"])) == minutes(before)


# ---- amounts ----

def test_amounts_are_for_those_who_may_see_rates(owner, executive_manager):
    team = Team(owner, 1)
    work(owner, team.ids[0], contract_id=team.contracts[0])
    for allowed in (0, 1):
        owner.put("/members/11", json={"rate_status": allowed}, workspace_id=1)
        shown = hours(executive_manager, user_id=team.ids[0])
        if allowed:
            assert shown == hours(owner, user_id=team.ids[0])
        else:
            assert not any(word in str(shown) for word in ("amount", "USD", "currency", "budget"))
            assert minutes(shown) == minutes(hours(owner, user_id=team.ids[0]))


def test_each_currency_has_its_amount(owner):
    team = Team(owner, 1)
    owner.put("/settings", json={"currency": "EUR"}, workspace_id=1)
    euros = new_contract(owner, new_project(owner)["id"], team.ids[0], rate=10)["id"]
    owner.put("/settings", json={"currency": "USD"}, workspace_id=1)
    work(owner, team.ids[0], contract_id=team.contracts[0])
    work(owner, team.ids[0], start="10:00", end="10:30", contract_id=euros)
    report = hours(owner, user_id=team.ids[0])
    assert [row["total_amount"] for row in report[WEDNESDAY]] == [{"USD": 30}, {"EUR": 5}]
    assert report["total"] == {"total_minutes": 90, "total_amount": {"EUR": 5, "USD": 30}}


def test_amounts_of_some_currencies(owner, executive_manager):
    """The time is all there. Who may not see rates learns nothing by asking."""
    team = Team(owner, 1)
    id = team.ids[0]
    work(owner, id, contract_id=team.contracts[0])
    whole = hours(owner, user_id=id)
    for name, value in (("currencies", "EUR,USD"), ("currencies[]", "USD"), ("currencies[1]", "USD")):
        assert hours(owner, user_id=id, **{name: value}) == whole, name
    others = hours(owner, user_id=id, currencies="EUR,GBP")
    assert (minutes(others), others["total"]["total_amount"]) == (minutes(whole), {})
    assert others[WEDNESDAY][0]["total_amount"] == {}
    assert list(owner.get("/reports/tracked-hours", workspace_id=1, currencies="EUR,dollars").faults) == ["currencies"]
    owner.put("/members/11", json={"rate_status": 0}, workspace_id=1)
    assert len({str(hours(executive_manager, user_id=id, **query)) for query in ({}, {"currencies": "EUR"})}) == 1
    owner.put("/members/11", json={"rate_status": 1}, workspace_id=1)


def test_what_was_approved_keeps_its_amount(owner):
    """As the timesheet does, when the rate of its last day changes on that day."""
    team = Team(owner, 1)
    set_clock(owner, f"{WEDNESDAY}T20:00:00Z")
    for day in (MONDAY, WEDNESDAY):
        work(owner, team.ids[0], day, contract_id=team.contracts[0])
    [sheet] = owner.get("/timesheets", workspace_id=1, user_id=team.ids[0]).data
    for action in ("submit", "approve"):
        assert owner.put(f"/timesheets/{sheet['id']}/{action}", json={"workspace_id": 1}).status == 200
    owner.put(f"/contracts/{team.contracts[0]}", json={"rate": 50}, workspace_id=1)
    report = hours(owner, user_id=team.ids[0])
    assert [report[day][0]["total_amount"] for day in (MONDAY, WEDNESDAY)] == [{"USD": 30}, {"USD": 30}]
    owner.put(f"/timesheets/{sheet['id']}/reopen", json={"workspace_id": 1, "reason": "So."})
    assert hours(owner, user_id=team.ids[0])["total"]["total_amount"] == {"USD": 80}


# ---- tasks ----

def new_task(client, project, title=None):
    return client.post("/tasks", json={"title": title or unique("Task"), "project_id": project["id"]},
                       workspace_id=1).data["id"]


def tasks(client, start=MONDAY, end=SUNDAY, **query):
    """The users of a report, of all pages; each adds up."""
    users = without_links(client.pages("/reports/task-report", workspace_id=1, start_date=start, end_date=end, **query))
    for user in users:
        lines = [(day, line) for day, lines in user["daily_breakdown"].items() for line in lines]
        assert user["total_minutes"] == sum(line["total_minutes"] for line in user["tasks_breakdown"])
        for whole in user["tasks_breakdown"]:
            parts = [line for _, line in lines if (line["project_id"], line["task_id"]) == (whole["project_id"],
                                                                                           whole["task_id"])]
            assert whole["total_minutes"] == sum(line["total_minutes"] for line in parts)
        assert user["total_minutes"] == sum(line["total_minutes"] for _, line in lines)
    return users


def by_task(user):
    return {(line["project_id"], line["task_id"]): line["total_minutes"] for line in user["tasks_breakdown"]}


def test_the_task_report_by_task_and_by_day(owner):
    team = Team(owner, 1)
    [id], [contract], project = team.ids, team.contracts, team.project
    first, second = new_task(owner, project, "First"), new_task(owner, project, "Second")
    work(owner, id, MONDAY, contract_id=contract, task_id=first)
    work(owner, id, MONDAY, "10:00", "10:30", contract_id=contract, task_id=second)
    work(owner, id, MONDAY, "11:00", "11:05")
    work(owner, id, WEDNESDAY, contract_id=contract, task_id=first)
    work(owner, id, WEDNESDAY, "10:00", "10:15", contract_id=contract)
    named = {"project_id": project["id"], "project_name": project["name"]}
    of_first, of_second = {"task_id": first, "task_title": "First"}, {"task_id": second, "task_title": "Second"}
    none = {"task_id": None, "task_title": None}
    nothing = {"project_id": None, "project_name": None, **none}
    assert tasks(owner, users=id) == [{
        "user_id": id, "user_name": "Ada Byron", "total_minutes": 170,
        "tasks_breakdown": [{**nothing, "total_minutes": 5}, {**named, **none, "total_minutes": 15},
                            {**named, **of_first, "total_minutes": 120}, {**named, **of_second, "total_minutes": 30}],
        "daily_breakdown": {
            MONDAY: [{**nothing, "total_minutes": 5}, {**named, **of_first, "total_minutes": 60},
                     {**named, **of_second, "total_minutes": 30}],
            WEDNESDAY: [{**named, **none, "total_minutes": 15}, {**named, **of_first, "total_minutes": 60}]}}]


def test_the_task_report_of_some_projects_and_tasks(owner):
    team, other = Team(owner, 1), Team(owner, 1)
    [id], project = team.ids, team.project["id"]
    of_other = new_contract(owner, other.project["id"], id)["id"]
    first, second = new_task(owner, team.project), new_task(owner, team.project)
    work(owner, id, start="09:00", end="09:01", contract_id=team.contracts[0], task_id=first)
    work(owner, id, start="10:00", end="10:02", contract_id=team.contracts[0], task_id=second)
    work(owner, id, start="11:00", end="11:04", contract_id=team.contracts[0])
    work(owner, id, start="12:00", end="12:08", contract_id=of_other)
    work(owner, id, start="13:00", end="13:16")

    def chosen(**query):
        return {key: minutes for user in tasks(owner, users=id, **query) for key, minutes in by_task(user).items()}

    on_tasks, without = {(project, first): 1, (project, second): 2}, {
        (project, None): 4, (other.project["id"], None): 8, (None, None): 16}
    assert chosen() == on_tasks | without
    assert chosen(include_no_task="false") == on_tasks
    assert chosen(task_id=first, include_no_task="false") == {(project, first): 1}
    assert chosen(task_id=first) == {(project, first): 1} | without
    assert chosen(project_id=project, include_no_task="true") == on_tasks | {(project, None): 4}
    assert chosen(project_id=other.project["id"]) == {(other.project["id"], None): 8}
    assert chosen(project_id=other.project["id"], include_no_task="0") == {} == chosen(project_id=200)


def test_the_task_report_is_paged_by_those_who_have_time(owner):
    """Full pages, in the order of their ids, also with those who left."""
    ids = Team(owner, 5).ids
    for id in ids[:3] + ids[4:]:
        work(owner, id)
    owner.delete(f"/members/{ids[2]}", workspace_id=1)
    listed = ",".join(map(str, ids))
    assert [user["user_id"] for user in tasks(owner, users=listed, per_page=3)] == ids[:3] + ids[4:]
    reply = owner.get("/reports/task-report", workspace_id=1, start_date=MONDAY, end_date=SUNDAY, users=listed,
                      per_page=3, page=2)
    assert (len(reply.rows), reply.pagination["total"], reply.pagination["last_page"]) == (1, 4, 2)
    assert reply.data | {"users": []} == {"report_type": "task_report", "start_date": MONDAY, "end_date": SUNDAY,
                                          "users": []}
    assert owner.get("/reports/task-report", workspace_id=1).pagination["per_page"] == 30


def test_a_deleted_task_keeps_its_title(owner):
    team = Team(owner, 1)
    task = new_task(owner, team.project, "Gone")
    work(owner, team.ids[0], contract_id=team.contracts[0], task_id=task)
    before = tasks(owner, users=team.ids[0])
    owner.delete(f"/tasks/{task}", json={"workspace_id": 1})
    assert tasks(owner, users=team.ids[0]) == before and before[0]["tasks_breakdown"][0]["task_title"] == "Gone"


def test_the_task_report_has_no_more_than_31_days(owner):
    query = {"workspace_id": 1, "start_date": "2024-02-01"}
    assert owner.get("/reports/task-report", end_date="2024-03-02", **query).status == 200
    assert list(owner.get("/reports/task-report", end_date="2024-03-03", **query).faults) == ["end_date"]


def test_the_task_report_says_nothing_of_money(owner):
    team = Team(owner, 1)
    work(owner, team.ids[0], contract_id=team.contracts[0])
    assert not any(word in str(tasks(owner, users=team.ids[0])) for word in ("amount", "USD", "currency", "budget"))


# ---- what stands behind a number ----

def test_each_number_is_the_sum_of_the_entries_that_it_leads_to(owner):
    team = Team(owner)
    one, two = team.ids
    task = new_task(owner, team.project)
    owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": one, "slots": [
        {"id": f"{one} break", "method": "break", "start": f"{MONDAY}T08:00:00Z", "end": f"{MONDAY}T08:10:00Z"}]})
    for minute in range(3):
        owner.post("/time-requests", json={
            "workspace_id": 1, "user_id": one, "contract_id": team.contracts[0], "task_id": task if minute else None,
            "start": f"{MONDAY}T09:0{minute}:00Z", "end": f"{MONDAY}T09:0{minute}:40Z"})
    for day in (MONDAY, WEDNESDAY):
        work(owner, one, day, "10:00", "10:10")
        work(owner, two, day, "10:00", "10:20", contract_id=team.contracts[1], task_id=task)
    seen = []
    for path in ("/reports/tracked-hours", "/reports/task-report"):
        report = owner.get(path, workspace_id=1, start_date=MONDAY, end_date=SUNDAY, users=f"{one},{two}").data
        seen += [(entry, line) for line in lines_of(report) for entry in behind(owner, path, line)]
    assert len({entry["id"] for entry, _ in seen}) == 7 and len(seen) == 21
    for entry, line in seen:
        assert all(entry[key] == value for key, value in line.items() if key in ("user_id", "project_id", "task_id"))
    path = "/reports/daily-timeline"
    lines = lines_of(owner.get(path, workspace_id=1, date=MONDAY, user_ids=f"{one},{two}").data)
    assert [line["user_id"] for line in lines] == [one, two]
    for line in lines:
        assert {entry["id"] for entry in behind(owner, path, line)} == {
            entry["id"] for entry in line["entries"] if entry["method"] != "Break"}


def test_the_entries_say_what_a_number_is_made_of(owner, executive_manager):
    """Zone, day, times, rate."""
    team = Team(owner, 1)
    owner.put(f"/members/{team.ids[0]}", json={"timezone": "Asia/Tokyo"}, workspace_id=1)
    owner.put("/settings", json={"timezone": "Europe/Berlin"}, workspace_id=1)
    work(owner, team.ids[0], MONDAY, "00:30", "01:00", contract_id=team.contracts[0], notes="Early")
    query = {"workspace_id": 1, "user_id": team.ids[0], "start_date": MONDAY, "end_date": MONDAY}
    report = owner.get("/reports/entries", **query).data
    entry = {"user_id": team.ids[0], "user_name": "Ada Byron", "timezone": "Asia/Tokyo",
             "contract_id": team.contracts[0], "project_id": team.project["id"],
             "project_name": team.project["name"], "task_id": None, "task_title": None,
             "activity_description": "Early", "method": "Manually added time", "date": MONDAY,
             "start_time": "2024-03-10T16:30:00+01:00", "end_time": "2024-03-10T17:00:00+01:00",
             "duration_minutes": 30, "duration_seconds": 1800, "rate": 30, "rate_type": 1, "total_amount": 15,
             "currency": "USD"}
    assert report == {"report_type": "entries", "start_date": MONDAY, "end_date": MONDAY, "total_minutes": 30,
                      "entries": [{"id": report["entries"][0]["id"], **entry}]}
    owner.put("/members/11", json={"rate_status": 0}, workspace_id=1)
    [shown] = executive_manager.get("/reports/entries", **query).rows
    assert not {"rate", "rate_type", "total_amount", "currency"} & set(shown)
    owner.put("/members/11", json={"rate_status": 1}, workspace_id=1)
    owner.put("/settings", json={"timezone": "UTC"}, workspace_id=1)


def test_the_entries_of_what_was_approved_are_paid_as_it_was(owner):
    """When the rate changes on its last day: no rate of that day makes the amount. Each entry has its part of it."""
    team = Team(owner, 1, rate=10.01)
    set_clock(owner, f"{WEDNESDAY}T20:00:00Z")
    for day, hour in ((MONDAY, 8), (WEDNESDAY, 8), (WEDNESDAY, 10), (WEDNESDAY, 13)):
        work(owner, team.ids[0], day, f"{hour:02}:00", f"{hour:02}:{hour + 4}", contract_id=team.contracts[0])
    [sheet] = owner.get("/timesheets", workspace_id=1, user_id=team.ids[0]).data
    for action in ("submit", "approve"):
        assert owner.put(f"/timesheets/{sheet['id']}/{action}", json={"workspace_id": 1}).status == 200
    day = {"workspace_id": 1, "start_date": WEDNESDAY, "end_date": WEDNESDAY, "user_id": team.ids[0]}
    before = owner.get("/reports/entries", **day).rows
    assert [(row["rate"], row["rate_type"]) for row in before] == [(10.01, 1)] * 3

    owner.put(f"/contracts/{team.contracts[0]}", json={"rate": 50}, workspace_id=1)
    after = owner.get("/reports/entries", **day).rows
    assert [set(one) - set(two) for one, two in zip(before, after)] == [{"rate", "rate_type"}] * 3
    assert [row["total_amount"] for row in after] == [row["total_amount"] for row in before]
    one_of_them = owner.get("/reports/entries", per_page=1, page=2, **day).rows
    assert one_of_them == after[1:2]
    week, timeline = {"start_date": MONDAY, "end_date": SUNDAY}, "/reports/daily-timeline"
    asked = [("/reports/tracked-hours", week), *((timeline, {"date": day}) for day in (MONDAY, WEDNESDAY))]
    for path, query in asked:
        report = owner.get(path, workspace_id=1, user_ids=team.ids[0], **query).data
        assert all(earned(behind(owner, path, line)) for line in lines_of(report))
    [shown] = owner.get(timeline, workspace_id=1, date=WEDNESDAY, user_ids=team.ids[0]).data["users"]
    assert [entry["total_amount"] for entry in shown["entries"]] == [row["total_amount"] for row in after]


def test_the_entries_of_nobody_are_not_asked_for(owner):
    assert list(owner.get("/reports/entries", workspace_id=1).faults) == ["users"]
    assert owner.get("/reports/entries", workspace_id=1, users=20).data["entries"] == []


def test_the_entries_of_a_span_are_cut_and_share_its_minutes(owner):
    """Which are those of all its seconds; without amounts, which are of whole days."""
    team = Team(owner, 1)
    for hour in ("09", "10", "11"):
        owner.post("/time-requests", json={"workspace_id": 1, "user_id": team.ids[0], "contract_id": team.contracts[0],
                                           "start": f"{MONDAY}T{hour}:00:00Z", "end": f"{MONDAY}T{hour}:00:50Z"})
    query = {"workspace_id": 1, "users": team.ids[0], "start_date": MONDAY, "end_date": SUNDAY}

    def shown(start=None, end=None, **more):
        times = {name: f"{MONDAY}T{time}Z" for name, time in (("start_time", start), ("end_time", end)) if time}
        data = owner.get("/reports/entries", **query, **times, **more).data
        assert not any("total_amount" in row or "rate" in row for row in data["entries"])
        return data["total_minutes"], [(row["start_time"][11:19], row["duration_minutes"], row["duration_seconds"])
                                       for row in data["entries"]]

    first, second, third = (f"{hour}:00:00" for hour in ("09", "10", "11"))
    assert shown(start="08:00:00") == (2, [(first, 0, 50), (second, 1, 50), (third, 1, 50)])
    assert shown(start="08:00:00", per_page=1, page=2) == (2, [(second, 1, 50)])
    assert shown(start="09:00:45") == (1, [("09:00:45", 0, 5), (second, 0, 50), (third, 1, 50)])
    assert shown(start="09:00:50", end="11:00:10") == (1, [(second, 0, 50), (third, 1, 10)])
    assert shown(end="09:00:00") == shown(start="12:00:00") == (0, [])
    assert shown(end="10:00:20", without_task="true", contract_id=team.contracts[0]) == (
        1, [(first, 0, 50), (second, 1, 20)])
    for wrong, field in (({"tracked_only": "true", "start_time": f"{MONDAY}T00:00:00Z"}, "tracked_only"),
                         ({"start_time": f"{MONDAY}T09:00:00"}, "start_time"),
                         ({"start_time": f"{SUNDAY}T00:00:00Z", "end_time": f"{MONDAY}T00:00:00Z"}, "end_time")):
        assert list(owner.get("/reports/entries", **query, **wrong).faults) == [field]
