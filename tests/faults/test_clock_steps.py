"""Somebody sets the machine's clock, back or ahead, while the server runs: nobody loses time that was worked, and
nobody is paid for time that was not."""

import datetime
import re
import time

import pytest
from client import Client
from scenario import check_books, new_member, run_sql, until

HOUR, YEAR = 3600, 365 * 86400
SEEN_SECONDS = 20  # a server looks every two; a busy machine takes longer


@pytest.fixture(scope="module")
def faulty(start_faulty):
    return start_faulty()


@pytest.fixture
def begin(faulty):
    """The clock is right, and somebody's tracker has just been started."""
    server, shim = faulty
    owner = Client(server, "demo-owner")
    person = new_member(owner)
    owner.put(f"/members/{person}", json={"weekly_hours_limit": 40}, workspace_id=1)
    assert ask(owner, "start", person).status == 200
    yield owner, shim, person
    shim.set_clock(0)


def ask(owner, what, person):
    return owner.post(f"/time-tracking/{what}", json={"workspace_id": 1, "user_id": person})


def let_run(owner, person, seconds):
    """As if the tracker had been started so much earlier, by both clocks."""
    columns = ", ".join(f"{name} = {name} - {seconds}" for name in ("start_at", "ends_at", "due_at", "uptime"))
    run_sql(owner.server, f"UPDATE running_trackers SET {columns} WHERE user_id = {person}")


def instant(text):
    return datetime.datetime.fromisoformat(text)


def wait_for(server, line):
    """In the log."""
    until(lambda: re.search(line, server.log.read_text()), SEEN_SECONDS)


@pytest.mark.parametrize("back", [HOUR, 3 * HOUR, YEAR])
def test_a_clock_that_is_set_back_takes_no_time_away(stint, begin, back):
    """Two hours were worked, whatever the clock says: until now."""
    owner, shim, person = begin
    let_run(owner, person, 2 * HOUR)
    shim.set_clock(-back)
    assert owner.get("/time-tracking/current-data", workspace_id=1, user_id=person).data["total_minutes"] <= 120
    reply = ask(owner, "stop", person)
    start, end = (instant(reply.data[name]).timestamp() for name in ("start_time", "end_time"))
    assert reply.status == 200
    assert abs(end - start - 2 * HOUR) < 30 and abs(end - time.time() + back) < 30
    assert reply.data["total_minutes"] in (119, 120), "a minute less over midnight"
    check_books(stint, owner.server)


def test_after_the_machine_was_started_anew_a_stop_before_the_start_is_refused(begin):
    """Then nobody knows how long it ran. It goes on, and the operator is told."""
    owner, shim, person = begin
    run_sql(owner.server, f"UPDATE running_trackers SET boot = boot + 1 WHERE user_id = {person}")
    shim.set_clock(-HOUR)
    assert ask(owner, "stop", person).failure == (400, "clock_wrong")
    wait_for(owner.server, "level=warning event=request_failed .*operation=stopTimeTracking error=clock_wrong")
    shim.set_clock(0)
    assert ask(owner, "stop", person).status == 200


def test_what_is_lost_with_who_leaves_is_told(begin):
    owner, shim, person = begin
    run_sql(owner.server, f"UPDATE running_trackers SET boot = boot + 1 WHERE user_id = {person}")
    shim.set_clock(-HOUR)
    assert owner.delete(f"/members/{person}", workspace_id=1).status == 200
    wait_for(owner.server, f"level=warning event=tracker_lost workspace=1 user={person} ")


def test_a_clock_that_is_a_year_ahead_for_a_moment_stops_nobody(begin):
    """The job that watches the limits rests for a while, until the clock has shown that it is meant."""
    owner, shim, person = begin
    shim.set_clock(YEAR)
    wait_for(owner.server, r"level=warning event=clock_step seconds=\d{8} jobs_rest_seconds=600")
    time.sleep(2.5)  # a job looks every two seconds
    shim.set_clock(0)
    assert owner.get("/time-tracking/current-data", workspace_id=1, user_id=person).status == 200
    let_run(owner, person, HOUR)
    assert ask(owner, "stop", person).data["total_minutes"] in (59, 60), "a minute less over midnight"

