"""Shifts and break policies (api/shifts.yaml): an extension."""

import pytest
from client import Client
from scenario import invite, new_member, set_clock, unique
from test_concurrency import together

JOHN = "john.doe@example.com"
STANDARD = {"weekdays": ["Monday", "Friday"], "start": "09:00", "end": "17:00"}
NIGHTS = {"days": [{"weekday": "Monday", "start": "18:00", "end": "07:00"},
                   {"weekday": "Friday", "start": "22:00", "end": "00:00"}]}


def create(owner, **fields):
    return owner.post("/shifts", json={"name": unique("Shift"), **fields}, workspace_id=1)


def put(owner, id, **fields):
    return owner.put(f"/shifts/{id}", json=fields, workspace_id=1)


def show(owner, id, of="/shifts"):
    return next(row for row in owner.pages(of, workspace_id=1, per_page=100) if row["id"] == id)


def hours(shift):
    return [(day["weekday"], day["start"], day["end"]) for day in shift["days"]]


def people(row):
    return [member["user_id"] for member in row["members"]]


@pytest.fixture
def person(owner):
    return new_member(owner)


def test_faults_of_hours_come_before_a_name_that_is_taken(owner):
    name = create(owner, **STANDARD).data["name"]
    other = create(owner, **STANDARD).data["id"]
    assert [*create(owner, name=name).faults] == ["weekdays"]
    assert [*put(owner, other, name=name, days=[]).faults] == ["days"]
    assert put(owner, other, name=name, **STANDARD).failure == (400, "name_taken")


def test_the_same_hours_on_some_weekdays(owner, person):
    set_clock(owner, "2026-01-01T23:30:00Z")
    reply = create(owner, name="Early", **STANDARD, user_ids=[person])
    assert (reply.status, reply.message) == (201, "Shift created successfully")
    assert reply.data == {
        "id": reply.data["id"], "name": "Early", "type": "standard",
        "days": [{"weekday": "Monday", "start": "09:00", "end": "17:00"},
                 {"weekday": "Friday", "start": "09:00", "end": "17:00"}],
        "minimum_minutes": None, "date_from": "2026-01-01", "date_until": None, "repeat": "weekly",
        "members": [{"user_id": person, "name": "Ada Byron"}], "future_members": False}
    assert show(owner, reply.data["id"]) == reply.data
    assert owner.get("/shifts", workspace_id=1, user_id=person).data == [reply.data]


def test_hours_of_its_own_on_each_also_over_midnight(owner):
    shift = create(owner, **NIGHTS).data
    assert shift["type"] == "adjustable"
    assert hours(shift) == [("Monday", "18:00", "07:00"), ("Friday", "22:00", "00:00")]
    written_back = owner.put(f"/shifts/{shift['id']}", json=shift, workspace_id=1)
    assert written_back.data == shift


def test_what_is_not_given_stays(owner, person):
    id = create(owner, **NIGHTS, user_ids=[person], minimum_minutes=300, repeat="bi-weekly").data["id"]
    assert hours(put(owner, id, end="06:00").data) == [("Monday", "18:00", "06:00"), ("Friday", "22:00", "06:00")]
    assert hours(put(owner, id, weekdays="Friday,Sunday").data) == [("Friday", "22:00", "06:00"),
                                                                    ("Sunday", "18:00", "06:00")]
    shift = put(owner, id, start="20:00", name="Other nights", minimum_minutes=None).data
    assert hours(shift) == [("Friday", "20:00", "06:00"), ("Sunday", "20:00", "06:00")]
    assert (shift["name"], shift["type"], shift["minimum_minutes"], shift["repeat"], people(shift)) == \
        ("Other nights", "standard", None, "bi-weekly", [person])
    assert people(put(owner, id, user_ids=[]).data) == [] == people(show(owner, id))


@pytest.mark.parametrize("fields, field", [
    ({}, "weekdays"), ({"weekdays": ["Monday"], "start": "09:00"}, "weekdays"),
    ({**STANDARD, "weekdays": []}, "weekdays"),
    ({**STANDARD, "start": "24:00"}, "start"), ({**STANDARD, "end": "2026-01-05T17:00:00Z"}, "end"),
    ({"days": []}, "days"), ({"days": [{"weekday": "Monday", "start": "09:00"}]}, "days"),
    ({"days": [NIGHTS["days"][0]] * 2}, "days"),
    ({"days": [NIGHTS["days"][0], {"weekday": "Tuesday", "start": "06:59", "end": "12:00"}]}, "days"),
    ({**STANDARD, "date_from": "2026-01-05", "date_until": "2026-01-04"}, "date_until"),
    ({**STANDARD, "date_until": "2023-01-04"}, "date_until"),
    ({**STANDARD, "minimum_minutes": 1441}, "minimum_minutes"),
    ({**STANDARD, "repeat": "yearly"}, "repeat"),
])
def test_faults_name_the_field(owner, fields, field):
    reply = create(owner, **fields)
    assert (reply.status, list(reply.faults)) == (422, [field])


def test_a_change_is_checked_against_what_is_there(owner):
    shift = create(owner, **NIGHTS, date_from="2026-01-05").data
    assert list(put(owner, shift["id"], date_until="2026-01-04").faults) == ["date_until"]
    before = put(owner, shift["id"], weekdays=["Monday", "Tuesday"], start="08:00", end="08:00").data  # without a break
    assert list(put(owner, shift["id"], days=[{"weekday": "Monday", "start": "08:00", "end": "08:00"},
                                              {"weekday": "Tuesday", "start": "07:00", "end": "09:00"}]).faults) \
        == ["days"]
    assert show(owner, shift["id"]) == before


def test_shifts_of_a_member_do_not_overlap(owner, person):
    taken = create(owner, name="Taken", **NIGHTS, user_ids=[person, 123]).data
    early = {"weekdays": ["Tuesday"], "start": "06:00", "end": "08:00", "user_ids": [person]}
    refused = create(owner, **early)
    assert refused.failure == (400, "shifts_overlap")
    assert refused.message == 'A member would have the shift "Taken" at the same time.'
    assert owner.get("/shifts", workspace_id=1, user_id=person).ids == [taken["id"]]
    fitting = create(owner, **{**early, "start": "07:00"}).data
    for change in ({"start": "06:59"}, {"weekdays": ["Monday"], "start": "17:00", "end": "19:00"}):
        assert put(owner, fitting["id"], **change).failure == (400, "shifts_overlap")
    assert show(owner, fitting["id"]) == fitting
    others = create(owner, **{**early, "user_ids": []}).data  # of nobody it may
    assert put(owner, others["id"], user_ids=[person]).failure == (400, "shifts_overlap")
    put(owner, taken["id"], date_until=taken["date_from"])
    assert put(owner, fitting["id"], date_from="2030-01-01", start="06:00").status == 200


def test_only_members_get_one_and_who_has_left_keeps_it(owner, person):
    shift = create(owner, **STANDARD, user_ids=[person]).data
    refused = put(owner, shift["id"], user_ids=[person, 20])
    assert (refused.failure, refused.message) == ((404, "not_found"), "Member 20 was not found.")
    assert create(owner, **STANDARD, user_ids=[999999]).failure == (404, "not_found")
    owner.delete(f"/members/{person}", workspace_id=1)
    assert create(owner, **STANDARD, user_ids=[person]).failure == (404, "not_found")
    assert people(put(owner, shift["id"], user_ids=[person, 100]).data) == [100, person]


def test_who_joins_gets_what_is_for_future_members(start_server):
    owner = Client(start_server(), "demo-owner")
    shift = create(owner, **STANDARD, user_ids=[100], future_members=True).data
    policy = owner.post("/break-policies", json={"name": "Tea", "minutes_per_day": 15, "future_members": True},
                        workspace_id=1).data
    assert shift["future_members"] and policy["future_members"]
    assert create(owner, **STANDARD, future_members=True).failure == (400, "shifts_overlap")
    joined, _ = invite(owner, email="joins@example.com")
    invite(owner, role="Project viewer")
    assert people(show(owner, shift["id"])) == [100, joined]
    assert people(show(owner, policy["id"], "/break-policies")) == [joined]

    put(owner, shift["id"], user_ids=[100])
    other = create(owner, weekdays=["Monday"], start="10:00", end="11:00", user_ids=[joined]).data
    owner.delete(f"/members/{joined}", workspace_id=1)
    assert invite(owner, email="joins@example.com")[0] == joined  # who comes back keeps what they had
    assert people(show(owner, shift["id"])) == [100] and people(show(owner, other["id"])) == [joined]
    assert not put(owner, shift["id"], future_members=False).data["future_members"]
    invite(owner)
    assert people(show(owner, shift["id"])) == [100]


@pytest.mark.parametrize("path, fields", [("/shifts", STANDARD), ("/break-policies", {"minutes_per_day": 30})])
def test_names_are_unique_until_they_are_deleted(owner, path, fields):
    name = unique("Name")
    made = owner.post(path, json={"name": name, **fields}, workspace_id=1).data
    other = owner.post(path, json={"name": unique("Name"), **fields}, workspace_id=1).data
    assert owner.post(path, json={"name": name.upper(), **fields}, workspace_id=1).failure == (400, "name_taken")
    assert owner.put(f"{path}/{other['id']}", json={"name": name}, workspace_id=1).failure == (400, "name_taken")
    assert owner.delete(f"{path}/{made['id']}", workspace_id=1).status == 200
    assert made["id"] not in [row["id"] for row in owner.pages(path, workspace_id=1)]
    for reply in (owner.delete(f"{path}/{made['id']}", workspace_id=1),
                  owner.put(f"{path}/{made['id']}", json={}, workspace_id=1),
                  owner.put(f"{path}/{made['id']}", json={}, workspace_id=2)):
        assert reply.status in (403, 404)
    assert owner.post(path, json={"name": name, **fields}, workspace_id=1).status == 201


def test_break_policies(owner, person):
    reply = owner.post("/break-policies", json={"name": "Rest", "minutes_per_day": 30, "user_ids": [person, 100]},
                       workspace_id=1)
    policy = reply.data
    assert policy == {"id": policy["id"], "name": "Rest", "minutes_per_day": 30, "is_paid": False,
                      "members": [{"user_id": 100, "name": "John Doe"}, {"user_id": person, "name": "Ada Byron"}],
                      "future_members": False}
    path = f"/break-policies/{policy['id']}"
    assert owner.put(path, json={"is_paid": True}, workspace_id=1).data == policy | {"is_paid": True}
    assert owner.put(path, json={"user_ids": [person]}, workspace_id=1).data["members"] == policy["members"][1:]
    assert owner.get("/break-policies", workspace_id=1, user_id=person).ids == [policy["id"]]
    assert owner.put(path, json={"user_ids": [20]}, workspace_id=1).failure == (404, "not_found")
    assert owner.post("/break-policies", json={"name": "x", "minutes_per_day": 5, "user_ids": [20]},
                      workspace_id=1).failure == (404, "not_found")
    assert list(owner.put(path, json={"minutes_per_day": 0}, workspace_id=1).faults) == ["minutes_per_day"]


def test_on_the_command_line(stint, demo, owner):
    def run(*arguments, returncode=0):
        done = stint.run(*arguments, "--workspace", "1", "--database", demo.database)
        assert done.returncode == returncode, done
        return done.stdout if returncode == 0 else done.stderr

    id = int(run("shift", "create", "Late", "Monday,Tuesday", "14:00", "22:00"))
    assert f"{id}\tLate\tstandard\n" in run("shift", "list")
    assert run("shift", "hours", "late", "friday=22:00-06:00,Sunday=09:00-12:30") == ""
    assert run("shift", "set", "LATE", "minimum_minutes", "60") == run("shift", "assign", "Late", JOHN) == ""
    shown = dict(line.split("\t") for line in run("shift", "show", str(id)).splitlines())
    assert (shown["type"], shown["minimum_minutes"]) == ("adjustable", "60")
    assert hours(show(owner, id)) == [("Friday", "22:00", "06:00"), ("Sunday", "09:00", "12:30")]
    assert people(show(owner, id)) == [100]
    other = run("shift", "create", "Other late", "Sunday", "10:00", "11:00").strip()
    assert 'the shift "Late" at the same time' in run("shift", "assign", other, JOHN, returncode=1)
    for said in ("", "Friday", "Someday=09:00-17:00", "Friday=9-17", "Friday=09:00-25:00",
                 ",".join(["Friday=09:00-17:00"] * 8)):
        assert "hours" in run("shift", "hours", "Late", said, returncode=1)
    assert "must not come twice" in run("shift", "hours", "Late", "Friday=01:00-02:00,Friday=03:00-04:00", returncode=1)
    for arguments, reason in ((["assign", "Late", "nobody@example.com"], "no member"),
                              (["show", "None"], 'no shift "None"'),
                              (["set", "Late", "shiftId", "1"], "see stint shift show"),
                              (["create", "Late", "Monday", "1:00", "02:00"], "start must be")):
        assert reason in run("shift", *arguments, returncode=1)
    assert run("shift", "unassign", "Late", JOHN) == run("shift", "remove", other) == ""
    assert people(show(owner, id)) == []

    policy = int(run("break-policy", "create", "Nap", "20"))
    assert run("break-policy", "set", "nap", "is_paid", "true") == ""
    assert run("break-policy", "assign", "Nap", JOHN) == ""
    assert f"{policy}\tNap\t20\ttrue\n" in run("break-policy", "list")
    assert "is_paid\ttrue\n" in run("break-policy", "show", "Nap")
    assert people(show(owner, policy, "/break-policies")) == [100]
    assert run("break-policy", "unassign", "Nap", JOHN) == ""
    assert people(show(owner, policy, "/break-policies")) == []
    assert run("break-policy", "remove", "Nap") == ""
    assert 'no break policy "Nap"' in run("break-policy", "show", "Nap", returncode=1)


def test_of_two_at_once_one_is_refused(demo, owner):
    for _ in range(3):
        person = new_member(owner)
        replies = together(demo, 3, lambda client, _, person=person: create(client, **STANDARD, user_ids=[person]))
        assert sorted(reply.status for reply in replies) == [201, 400, 400]
        assert len(owner.get("/shifts", workspace_id=1, user_id=person).data) == 1
