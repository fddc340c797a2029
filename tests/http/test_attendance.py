"""The report of attendance (contract 3.13): whether people were there when they were to be."""

import pytest
from report_links import behind, lines_of, without_links
from scenario import add_time, invite, new_member, set_clock, unique

SUNDAY, MONDAY, TUESDAY, WEDNESDAY, SATURDAY = "2024-03-10", "2024-03-11", "2024-03-12", "2024-03-13", "2024-03-16"
JOINED, AFTER = "2024-03-01T12:00:00Z", "2024-03-15T20:00:00Z"
SCHEDULE = {"timezone": "UTC", "working_days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
            "working_day_start": "09:00", "working_minutes_per_day": 480, "working_day_end": None,
            "attendance_by": "schedule", "late_minutes_allowed": 0, "early_minutes_allowed": 0}
NOTHING = {"late_minutes": 0, "left_early_minutes": 0}


def settings(owner, **changes):
    assert owner.put("/settings", json={**SCHEDULE, **changes}, workspace_id=1).status == 200


@pytest.fixture(autouse=True)
def schedule(owner):
    settings(owner)
    set_clock(owner, AFTER)


@pytest.fixture
def person(owner):
    """Was there all the time, in UTC."""
    return joined(owner)


def joined(owner, **fields):
    set_clock(owner, JOINED)
    id = new_member(owner)
    if fields:
        owner.put(f"/members/{id}", json=fields, workspace_id=1)
    set_clock(owner, AFTER)
    return id


def work(owner, user_id, start, end, day=MONDAY):
    assert add_time(owner, user_id, day, start, end).status == 201


def track(owner, user_id, method, hour, minutes, day=MONDAY, level=40):
    """Slots of five minutes."""
    slots = [{"id": unique("slot"), "method": method, "activity_level": level,
              "start": f"{day}T{hour:02}:{minute:02}:00Z", "end": f"{day}T{hour:02}:{minute + 4:02}:59.5Z"}
             for minute in range(0, minutes, 5)]
    reply = owner.post("/tracked-slots", json={"user_id": user_id, "slots": slots}, workspace_id=1)
    assert {each["status"] for each in reply.data["results"]} == {"accepted"}, reply


def report(owner, date=MONDAY, **query):
    return owner.get("/reports/daily-attendance", workspace_id=1, date=date, **query)


def attendance(owner, user_id, date=MONDAY, now=None):
    if now:
        set_clock(owner, now)
    [row] = report(owner, date, users=user_id).data["users"]
    return row


def statuses(owner, user_id, date=MONDAY, now=None):
    return attendance(owner, user_id, date, now)["statuses"]


def shift(owner, user_id, **fields):
    fields = {"weekdays": ["Monday"], "date_from": "2024-01-01", **fields}
    reply = owner.post("/shifts", json={"name": unique("Shift"), "user_ids": [user_id], **fields}, workspace_id=1)
    assert reply.status == 201, reply
    return reply.data


# ---- the schedule ----

def test_a_day(owner, person):
    work(owner, person, "08:55", "12:00")
    work(owner, person, "12:30", "17:30")
    assert without_links(report(owner, users=person).data) == {
        "report_type": "daily_attendance", "date": MONDAY, "timezone": "UTC", "users": [{
            "user_id": person, "user_name": "Ada Byron", "statuses": ["Present"],
            "shifts": [{"shift_id": None, "name": None, "start_time": f"{MONDAY}T09:00:00+00:00",
                        "end_time": f"{MONDAY}T17:00:00+00:00", "total_minutes": 450, **NOTHING}],
            "start_time": f"{MONDAY}T08:55:00+00:00", "end_time": f"{MONDAY}T17:30:00+00:00", "is_tracking": False,
            "required_minutes": 480, "total_minutes": 485, **NOTHING, "break_minutes": 0, "paid_break_minutes": 0,
            "allowed_break_minutes": None, "breaks": [], "leave": None, "holiday": None, "activity_level": None}]}


@pytest.mark.parametrize("spans, changes, expected, late, early", [
    ([], {}, ["Absent"], 0, 0),
    ([("09:10", "16:30")], {}, ["Present", "Late", "Left early", "Tracked less"], 10, 30),
    ([("09:10", "16:30")], {"late_minutes_allowed": 10, "early_minutes_allowed": 30}, ["Present", "Tracked less"],
     0, 0),
    ([("09:11", "16:29")], {"late_minutes_allowed": 10, "early_minutes_allowed": 30},
     ["Present", "Late", "Left early", "Tracked less"], 11, 31),
    ([("09:30", "17:30")], {"working_day_end": "18:00"}, ["Present", "Late", "Left early"], 30, 30),
    ([("09:00", "18:00")], {"working_day_end": "18:00", "working_minutes_per_day": 540}, ["Present"], 0, 0),
    ([("09:00", "10:00")], {"working_days": ["Sunday"]}, ["Present"], 0, 0),
    ([], {"working_days": ["Sunday"]}, [], 0, 0),
    ([("06:00", "08:00")], {}, ["Present", "Left early", "Tracked less"], 0, 480),
])
def test_what_is_said_of_a_day(owner, person, spans, changes, expected, late, early):
    settings(owner, **changes)
    for start, end in spans:
        work(owner, person, start, end)
    day = attendance(owner, person)
    assert (day["statuses"], day["late_minutes"], day["left_early_minutes"]) == (expected, late, early)


def test_nobody_is_absent_before_the_day_is_over(owner, person):
    assert statuses(owner, person, now=f"{MONDAY}T08:59:00Z") == []
    assert statuses(owner, person, now=f"{MONDAY}T09:05:00Z") == ["Late"]
    assert statuses(owner, person, TUESDAY) == []
    assert statuses(owner, person, now=f"{MONDAY}T16:59:59Z") == ["Late"]
    assert statuses(owner, person, now=f"{MONDAY}T17:00:00Z") == ["Absent"]


def test_who_is_still_tracking_has_not_left(owner, person):
    work(owner, person, "09:00", "10:00")
    set_clock(owner, f"{MONDAY}T12:00:00Z")
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": person})
    day = attendance(owner, person, now=f"{MONDAY}T12:30:30Z")
    assert (day["statuses"], day["is_tracking"], day["end_time"], day["total_minutes"]) == (["Present"], True, None, 90)
    assert statuses(owner, person, now=f"{MONDAY}T17:30:00Z") == ["Present"]
    owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": person})
    day = attendance(owner, person)
    assert (day["statuses"], day["end_time"], day["total_minutes"]) == (
        ["Present", "Tracked less"], f"{MONDAY}T17:30:00+00:00", 390)
    set_clock(owner, f"{MONDAY}T18:00:00Z")
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": person})
    assert statuses(owner, person, now=f"{MONDAY}T18:10:00Z") == ["Present"]  # may still reach what is required
    owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": person})


def test_what_runs_may_be_before_what_was_written_down(owner, person):
    set_clock(owner, f"{MONDAY}T09:10:00Z")
    work(owner, person, "14:00", "15:00")
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": person})
    day = attendance(owner, person, now=f"{MONDAY}T10:00:00Z")
    assert (day["start_time"], day["late_minutes"], day["total_minutes"]) == (f"{MONDAY}T09:10:00+00:00", 10, 110)
    owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": person})


def test_what_runs_counts_as_far_as_a_stop_would_save_it(owner, person):
    """The timesheet is submitted while they track."""
    work(owner, person, "07:00", "08:00")
    set_clock(owner, f"{MONDAY}T09:00:00Z")
    owner.post("/time-tracking/start", json={"workspace_id": 1, "user_id": person})
    set_clock(owner, f"{MONDAY}T10:00:00Z")
    [sheet] = owner.get("/timesheets", workspace_id=1, user_id=person, date_from=MONDAY, date_to=MONDAY).data
    assert owner.put(f"/timesheets/{sheet['id']}/submit", workspace_id=1).status == 200
    day = attendance(owner, person, now=f"{MONDAY}T11:00:00Z")
    assert (day["statuses"], day["is_tracking"], day["total_minutes"]) == (["Present"], True, 120)
    [row] = owner.get("/reports/daily-timeline", workspace_id=1, date=MONDAY, user_ids=person).data["users"]
    assert row["total_minutes"] == 120
    owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": person})


# ---- leave and holidays ----

def test_leave_is_not_to_be_worked(owner, person):
    set_clock(owner, JOINED)
    policy = owner.post("/leaves/policies", json={"name": unique("Leave"), "time_unit": "days", "duration": 20,
                                                  "notice_required": False}, workspace_id=1).data["id"]
    for day, period, approves in ((MONDAY, 2, True), (TUESDAY, 0, True), ("2024-03-13", 1, True),
                                  ("2024-03-14", 0, False)):
        made = owner.post("/leaves", json={"policy_id": policy, "user_id": person, "start": day, "end": day,
                                           "leave_period": period}, workspace_id=1).data
        if approves:
            assert owner.put(f"/leaves/{made['id']}/approve", workspace_id=1).status == 200
    set_clock(owner, AFTER)
    work(owner, person, "09:00", "13:00")
    work(owner, person, "14:00", "17:00", "2024-03-13")
    second = attendance(owner, person)
    assert (second["statuses"], second["required_minutes"], second["total_minutes"]) == (
        ["Present", "On leave"], 240, 240)
    whole = attendance(owner, person, TUESDAY)
    assert (whole["statuses"], whole["required_minutes"], whole["total_minutes"]) == (["On leave"], 0, 0)
    assert whole["leave"] == owner.get("/leaves", workspace_id=1, user_id=person).data[0]["policy"]
    first = attendance(owner, person, "2024-03-13")
    assert (first["statuses"], first["late_minutes"]) == (["Present", "Late", "Tracked less", "On leave"], 60)
    asked = attendance(owner, person, "2024-03-14")
    assert (asked["statuses"], asked["leave"]) == (["Absent"], None)


def test_leave_in_hours_takes_those_of_the_night_before(owner, person):
    """Of a night that begins on Monday; with what is asked for first at its end, and up to midnight on Monday."""
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="20:00", end="06:00")
    set_clock(owner, JOINED)
    policy = owner.post("/leaves/policies", json={"name": unique("Leave"), "time_unit": "hours", "duration": 20,
                                                  "notice_required": False}, workspace_id=1).data["id"]
    for day, start, end in ((TUESDAY, "05:00", "07:00"), (TUESDAY, "04:00", "05:00"), (MONDAY, "23:00", "24:00")):
        made = owner.post("/leaves", workspace_id=1, json={
            "policy_id": policy, "user_id": person, "start": day, "end": day, "start_time": start, "end_time": end,
            "hours_per_day": 1}).data
        assert made["end_time"] == end
        assert owner.put(f"/leaves/{made['id']}/approve", workspace_id=1).status == 200
    set_clock(owner, AFTER)
    work(owner, person, "20:00", "23:00")
    work(owner, person, "00:00", "04:00", TUESDAY)
    day = attendance(owner, person)
    assert (day["statuses"], day["required_minutes"], day["total_minutes"]) == (["Present", "On leave"], 420, 420)
    assert statuses(owner, person, TUESDAY) == ["On leave"]


def test_a_holiday(owner, person):
    for half, expected, required in ((False, ["Holiday"], 0), (True, ["Absent", "Holiday"], 240)):
        owner.put("/holidays", json={"date": TUESDAY, "name": "Fête", "half_day": half}, workspace_id=1)
        day = attendance(owner, person, TUESDAY)
        assert (day["statuses"], day["holiday"], day["required_minutes"]) == (expected, "Fête", required)
    owner.delete("/holidays", workspace_id=1, date=TUESDAY)
    assert statuses(owner, person, TUESDAY) == ["Absent"]


# ---- breaks, activity ----

def test_breaks(owner, person):
    work(owner, person, "09:00", "12:00")
    work(owner, person, "12:55", "17:00")
    track(owner, person, "break", 12, 55)
    day = attendance(owner, person)
    assert day["statuses"] == ["Present", "Tracked less"] and day["breaks"] == ["12:00 - 12:55"]
    assert (day["total_minutes"], day["break_minutes"], day["paid_break_minutes"]) == (425, 55, 0)
    policies = [owner.post("/break-policies", json={"name": unique("Break"), "minutes_per_day": minutes,
                                                    "is_paid": True, "user_ids": [person]}, workspace_id=1).data["id"]
                for minutes in (30, 25)]
    day = attendance(owner, person)
    assert (day["statuses"], day["paid_break_minutes"], day["allowed_break_minutes"]) == (["Present"], 55, 55)
    owner.put(f"/break-policies/{policies[0]}", json={"is_paid": False}, workspace_id=1)
    day = attendance(owner, person)
    assert day["statuses"] == ["Present", "Tracked less"]
    assert (day["paid_break_minutes"], day["allowed_break_minutes"]) == (25, 55)
    owner.delete(f"/break-policies/{policies[0]}", workspace_id=1)
    for day in (MONDAY, AFTER[:10]):  # what was deleted holds for the days before, and for that one
        assert attendance(owner, person, day)["allowed_break_minutes"] == 55
    assert attendance(owner, person, SATURDAY)["allowed_break_minutes"] == 25


def test_how_active_somebody_was(owner, person):
    assert attendance(owner, person)["activity_level"] is None
    track(owner, person, "break", 12, 10)
    assert attendance(owner, person)["activity_level"] is None, "of work, as in other reports"
    track(owner, person, "desktop", 10, 10, level=75)
    assert attendance(owner, person)["activity_level"] == 75


def test_of_work_at_the_end_of_a_day_a_part_counts(owner, person):
    """Two slots, one entry, whose middle is the end of Monday."""
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="20:00", end="06:00")
    track(owner, person, "desktop", 20, 10, level=100)
    owner.post("/tracked-slots", workspace_id=1, json={"user_id": person, "slots": [
        {"id": unique("slot"), "start": f"{TUESDAY}T{start}:00Z", "end": f"{TUESDAY}T{end}:00Z", "activity_level": 40}
        for start, end in (("14:50", "15:00"), ("15:00", "15:10"))]})
    assert [attendance(owner, person, day)["activity_level"] for day in (MONDAY, TUESDAY)] == [70, 40]


def test_a_break_while_clocks_change(owner, person):
    settings(owner, timezone="Europe/Berlin")
    set_clock(owner, "2024-04-02T12:00:00Z")
    track(owner, person, "break", 0, 60, day="2024-03-31")
    track(owner, person, "break", 1, 5, day="2024-03-31")
    assert attendance(owner, person, "2024-03-31")["breaks"] == ["01:00 - 03:05"]


def test_a_break_over_midnight_is_one(owner, person):
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="20:00", end="04:00")
    track(owner, person, "break", 23, 60)
    assert attendance(owner, person)["breaks"] == ["23:00 - 00:00"]
    track(owner, person, "break", 0, 20, day=TUESDAY)
    day = attendance(owner, person)
    assert (day["breaks"], day["break_minutes"]) == (["23:00 - 00:20"], 80)


# ---- shifts ----

def test_a_night_belongs_to_the_day_on_which_it_begins(owner, person):
    """In at 18:30, out at 07:10; a shift at 14:00 that was not attended is no absence."""
    settings(owner, attendance_by="shifts")
    night = shift(owner, person, start="18:00", end="07:00", weekdays=["Monday", "Tuesday"])
    afternoon = shift(owner, person, start="14:00", end="16:00", minimum_minutes=0)
    work(owner, person, "18:30", "24:00")
    work(owner, person, "00:00", "07:10", TUESDAY)
    day = attendance(owner, person)
    assert (day["statuses"], day["late_minutes"], day["total_minutes"], day["required_minutes"]) == (
        ["Present", "Late", "Tracked less"], 30, 760, 780)
    assert (day["start_time"], day["end_time"]) == (f"{MONDAY}T18:30:00+00:00", f"{TUESDAY}T07:10:00+00:00")
    assert [(each["shift_id"], each["name"], each["total_minutes"]) for each in day["shifts"]] == [
        (afternoon["id"], afternoon["name"], 0), (night["id"], night["name"], 750)]
    assert statuses(owner, person, TUESDAY) == ["Absent"]
    assert statuses(owner, person, "2024-03-13") == []


def test_a_number_leads_to_what_was_worked_in_its_span(owner, person):
    """Of a night, also what is of the next day; of what lies across a border, the part on this side."""
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="18:00", end="02:00", weekdays=["Monday"])
    shift(owner, person, start="10:00", end="18:00", weekdays=["Tuesday"])
    work(owner, person, "18:30", "24:00")
    work(owner, person, "00:00", "03:00", TUESDAY)
    work(owner, person, "05:30", "10:30", TUESDAY)
    track(owner, person, "break", 17, 10)
    found = {}
    for day in (MONDAY, TUESDAY):
        row = attendance(owner, person, day)
        found[day] = [[(each["start_time"][8:16], each["end_time"][8:16], each["duration_minutes"]) for each in
                       behind(owner, "/reports/daily-attendance", line)] for line in lines_of(row)]
    monday = ("11T18:30", "12T00:00", 330)
    assert found == {
        MONDAY: [[monday, ("12T00:00", "12T03:00", 180), ("12T05:30", "12T06:00", 30)],
                 [monday, ("12T00:00", "12T02:00", 120)]],
        TUESDAY: [[("12T06:00", "12T10:30", 270)], [("12T10:00", "12T10:30", 30)]]}


def test_before_a_night_has_ended_nobody_is_absent(owner, person):
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="17:30", end="01:30")
    assert statuses(owner, person, now=f"{MONDAY}T23:45:00Z") == ["Late"]
    assert statuses(owner, person, now=f"{TUESDAY}T01:29:00Z") == ["Late"]
    assert statuses(owner, person, now=f"{TUESDAY}T01:30:00Z") == ["Absent"]


@pytest.fixture
def holiday(owner):
    """Makes one."""
    made = []

    def make(date):
        made.append(date)
        owner.put("/holidays", json={"date": date, "name": "Fête"}, workspace_id=1)

    yield make
    for date in made:
        owner.delete("/holidays", workspace_id=1, date=date)


def test_where_a_day_ends(owner, person, holiday):
    """Monday's night ends at 02:00: halfway to the next shift, if it is there on Tuesday, or to midnight."""
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="18:00", end="02:00", weekdays=["Sunday", "Monday"])
    for start, end in (("03:00", "03:30"), ("05:00", "05:30"), ("13:30", "14:00")):
        work(owner, person, start, end, TUESDAY)
    assert attendance(owner, person)["end_time"] == f"{TUESDAY}T05:30:00+00:00"
    shift(owner, person, start="06:00", end="09:00", weekdays=["Monday", "Tuesday"], date_from=TUESDAY)
    assert attendance(owner, person)["end_time"] == f"{TUESDAY}T03:30:00+00:00"
    assert attendance(owner, person, TUESDAY)["start_time"] == f"{TUESDAY}T05:00:00+00:00"
    holiday(TUESDAY)
    assert attendance(owner, person)["end_time"] == f"{TUESDAY}T05:30:00+00:00"


def test_where_a_day_begins(owner, person, holiday):
    """Sunday's night ends at 02:00, and Monday's begins at 18:00."""
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="18:00", end="02:00", weekdays=["Sunday", "Monday"])
    work(owner, person, "09:00", "11:00")
    assert attendance(owner, person)["start_time"] == f"{MONDAY}T10:00:00+00:00"
    assert attendance(owner, person, SUNDAY)["end_time"] == f"{MONDAY}T10:00:00+00:00"
    holiday(SUNDAY)
    assert attendance(owner, person)["start_time"] == f"{MONDAY}T09:00:00+00:00"


def test_who_has_moved(owner):
    """What was written down in one zone is told in the other, in which its day is the one before, or after."""
    settings(owner, attendance_by="shifts")
    west, east = (joined(owner, timezone=zone) for zone in ("America/New_York", "Pacific/Apia"))
    work(owner, west, "20:00", "20:30")  # 13:00 on Tuesday, in Apia
    owner.put(f"/members/{west}", json={"timezone": "Pacific/Apia"}, workspace_id=1)
    assert [attendance(owner, west, day)["total_minutes"] for day in (MONDAY, TUESDAY)] == [0, 30]
    work(owner, east, "05:00", "05:30", WEDNESDAY)  # 12:00 on Tuesday, in New York
    owner.put(f"/members/{east}", json={"timezone": "America/New_York"}, workspace_id=1)
    assert [attendance(owner, east, day)["total_minutes"] for day in (MONDAY, TUESDAY)] == [0, 30]
    shift(owner, east, start="20:00", end="06:00")
    assert [attendance(owner, east, day)["total_minutes"] for day in (MONDAY, TUESDAY)] == [30, 0]


def test_a_window_of_the_night(owner, person):
    """From 01:00 to 09:00, of which 00:00 to 06:00 has 5 hours."""
    settings(owner, attendance_by="shifts")
    shift(owner, person, start="00:00", end="06:00")
    work(owner, person, "01:00", "09:00")
    day = attendance(owner, person)
    assert ([each["total_minutes"] for each in day["shifts"]], day["total_minutes"]) == ([300], 480)


def test_shifts_are_in_the_members_zone_with_its_changes(owner):
    """In the night of 2024-03-31 the clocks of Berlin go forward; times are shown as the workspace's."""
    person = joined(owner, timezone="Europe/Berlin")
    settings(owner, attendance_by="shifts", timezone="America/New_York")
    shift(owner, person, start="22:00", end="06:00", weekdays=["Saturday"])
    day = attendance(owner, person, "2024-03-30")
    assert (day["required_minutes"], day["shifts"][0]["start_time"], day["shifts"][0]["end_time"]) == (
        420, "2024-03-30T17:00:00-04:00", "2024-03-31T00:00:00-04:00")


def test_what_shifts_ask_for(owner, person):
    settings(owner, attendance_by="shifts")
    first = shift(owner, person, start="09:00", end="17:00", minimum_minutes=60, date_until=MONDAY)
    shift(owner, person, start="09:00", end="12:00", weekdays=["Tuesday"], date_from=TUESDAY)
    work(owner, person, "09:00", "10:00")
    assert statuses(owner, person) == ["Present", "Left early"]
    assert attendance(owner, person, TUESDAY)["required_minutes"] == 180
    assert attendance(owner, person, "2024-03-05")["shifts"] == []
    assert attendance(owner, person, "2024-03-18")["shifts"] == []
    owner.delete(f"/shifts/{first['id']}", workspace_id=1)  # days before that keep it
    assert statuses(owner, person) == ["Present", "Left early"]
    settings(owner)
    assert attendance(owner, person)["required_minutes"] == 480


# ---- who ----

def test_who_had_joined_and_not_left(owner):
    there, left, back = joined(owner), joined(owner), joined(owner)
    set_clock(owner, f"{TUESDAY}T12:00:00Z")
    late = new_member(owner)
    invited, _ = invite(owner)
    viewer = new_member(owner, role="Project viewer")
    owner.delete(f"/members/{left}", workspace_id=1)
    set_clock(owner, AFTER)
    work(owner, back, "09:00", "10:00", "2024-02-05")  # written down later than it was
    everybody = {there, left, back, late, invited, viewer}

    def listed(date):
        rows = report(owner, date, per_page=100).data["users"]
        return {row["user_id"] for row in rows} & everybody

    assert listed("2024-02-05") == {back}
    assert listed(MONDAY) == {there, left, back}
    assert listed(TUESDAY) == {there, left, back, late}
    assert listed("2024-03-13") == {there, back, late}
    assert report(owner, users=[20]).data["users"] == []  # of another workspace


def test_only_some_and_page_by_page(owner):
    late, absent, other = (joined(owner) for _ in range(3))
    work(owner, late, "10:00", "18:00")
    work(owner, other, "09:00", "17:00")
    users = f"{late},{absent},{other}"

    def found(**query):
        reply = report(owner, users=users, **query)
        return [row["user_id"] for row in reply.data["users"]], reply.body["meta"]["pagination"]["total"]

    assert found() == ([late, absent, other], 3)
    assert found(per_page=1, page=2) == ([absent], 3)
    assert found(status="late") == ([late], 1)
    assert found(status="late,absent") == ([late, absent], 2)
    assert found(**{"status[]": ["absent", "late"]}, per_page=1, page=2) == ([absent], 2)
    assert found(**{"status[0]": "on_leave"}) == ([], 0)
    assert found(status="tracked_less,left_early") == ([], 0)


@pytest.mark.parametrize("query, field", [
    ({"date": None}, "date"), ({"date": "2024-03-11T00:00:00Z"}, "date"), ({"date": "2024-02-30"}, "date"),
    ({"status": "present"}, "status"), ({"per_page": 101}, "per_page"), ({"users": "me"}, "users")])
def test_faults_name_the_field(owner, query, field):
    assert list(report(owner, **{"date": MONDAY, **query}).faults) == [field]
