"""What `stint routes` says of what an operation leaves behind, held against the database before and after the
document's examples."""

import contextlib
import datetime
import sqlite3

import pytest
from client import Client, Document
from scenario import set_clock
from test_examples import PUBLIC_URL, documented, in_order, send

# By what the server works, whatever the operation is.
WORKINGS = {"due_work", "entry_changes", "events", "id_blocks", "idempotency_keys", "timelines"}

# A job comes when it comes. (Whoever moves a webhook back says when, too.)
BY_JOBS = {("members", "sheets_told_at"), ("timesheets", "reminded_at"), ("webhooks", "leased_until"),
           ("webhooks", "position")}

# What no example changes, and when it does.
SHEETS = {"timesheets", "transitions"}
TRACKED = {"running_trackers", "time_entries", "daily_minutes", *SHEETS}
SELDOM = {
    "the tracker of whoever it concerns runs": {
        **dict.fromkeys(("updateMember", "deleteMember", "deleteProject", "updateContract", "deleteContract"), TRACKED),
        **dict.fromkeys(("createTimeEntry", "updateTimeEntry", "deleteTimeEntry", "ingestTrackedSlots",
                         "createTimeRequest", "approveTimeRequest", "approveLeave"), {"running_trackers"}),
        **dict.fromkeys(("submitTimesheet", "createTimesheet"), {"time_entries", "daily_minutes", "running_trackers"})},
    "something is given to whoever will join": {"inviteMember": {"attendance_members"}},
    "the password changes at the same time": dict.fromkeys(
        ("signIn", "signInByCode", "signInByPasskey", "createToken", "createPasskey"), {"users"}),
    "a second factor is set up": {"signInByCode": {"second_factors", "backup_codes"}},
    "a link was asked for before": {"changePassword": {"mailed_links"}},
    "whoever has the account did not confirm its address": {
        "resetPassword": {"passkeys", "second_factors", "backup_codes"}},
    "somebody is signed in elsewhere, too": {"endOtherSessions": {"tokens"}},
    "the leave was approved": {"cancelLeave": {"leave_entries", "running_trackers", *TRACKED}},
    "slots came while the period was closed": dict.fromkeys(("unsubmitTimesheet", "rejectTimesheet", "reopenTimesheet"),
                                                            TRACKED),
    "the period has no sheet yet": dict.fromkeys(
        ("createTimeEntry", "updateTimeEntry", "deleteTimeEntry", "ingestTrackedSlots", "stopTimeTracking",
         "createTimeRequest", "approveTimeRequest", "approveLeave", "assignTimesheets"), SHEETS),
    "the workspace approves at once": dict.fromkeys(("submitTimesheet", "createTimesheet"), {"timesheet_lines"}),
    "the sheet had other days": {"createTimesheet": {"transition_values"}},
    "a mail relay is set up": dict.fromkeys(
        ("inviteMember", "createProjectViewer", "approveTimesheet", "rejectTimesheet", "reopenTimesheet",
         "changePassword", "resetPassword", "confirmSecondFactor", "deleteSecondFactor", "createPasskey",
         "deletePasskey"), {"mails"}),
    "a mail relay is set up, too": {"requestPasswordReset": {"mails", "mailed_links"}},
    "the link went by mail": {"acceptInvitation": {"tokens", "passkeys", "second_factors", "backup_codes"},
                              "acceptInvitationSignedIn": {"users", "tokens", "passkeys"}},
    "the address is not confirmed yet": {"requestConfirmation": {"mailed_links", "mails"},
                                         "confirmAddress": {"users", "tokens", "passkeys"}},
    "whoever has contracts becomes a viewer": dict.fromkeys(("inviteMember", "createProjectViewer", "updateMember"),
                                                            {"contracts"}),
    "the entry is time of a leave": {"updateTimeEntry": {"leave_entries"}},
    "the entry was made of slots": dict.fromkeys(("updateTimeEntry", "deleteTimeEntry"), {"removed_spans"}),
    "it was told something by then": {"redeliverEvents": {"webhooks"}},
    "the app was given tokens": dict.fromkeys(("deleteApp", "revokeGrant"), {"tokens"}),
    "it differs from what is there": {"updateApp": {"app_redirects"},
                                      "updateWebhook": {"webhook_patterns"},
                                      "updateTimeEntry": {"time_entries", "daily_minutes"},
                                      "updateProject": {"projects"},
                                      "updateExpense": {"expenses", "transitions", "transition_values"},
                                      "updateContract": {"contracts", "past_rates"},
                                      "assignProjectToViewer": {"project_grants"}}}


PUNCTUAL = {"beginSecondFactor", "confirmSecondFactor"}  # a code is of its time

# Events that no example leaves.
STOPS = {"tracker.stopped"}
TIME = {"time_entry.created", "time_entry.updated", "time_entry.deleted", "timesheet.created", *STOPS}
EVENTS_SELDOM = {
    "the tracker of whoever it concerns runs, or is at its limit then": dict.fromkeys(
        ("updateMember", "deleteMember", "deleteProject", "updateContract", "deleteContract", "createTimeEntry",
         "updateTimeEntry", "deleteTimeEntry", "ingestTrackedSlots", "createTimeRequest", "approveTimeRequest",
         "approveLeave", "cancelLeave", "submitTimesheet", "createTimesheet"), TIME),
    "other entries of the day are dealt out anew, or have room then": dict.fromkeys(
        ("createTimeEntry", "updateTimeEntry", "deleteTimeEntry", "ingestTrackedSlots", "createTimeRequest",
         "approveTimeRequest", "approveLeave", "cancelLeave", "stopTimeTracking"), TIME),
    "slots came while the period was closed": dict.fromkeys(
        ("unsubmitTimesheet", "rejectTimesheet", "reopenTimesheet"), TIME),
    "the period has no sheet yet": {"assignTimesheets": {"timesheet.created"}},
    "the workspace approves at once": dict.fromkeys(("submitTimesheet", "createTimesheet"), {"timesheet.approved"}),
    "the invitation is to the other workspace": {"acceptInvitationSignedIn": {"member.activated"}},
    "it differs from what is there": {
        "updateProject": {"project.updated"}, "updateExpense": {"expense.updated"}, "updateTimeEntry": TIME,
        "updateContract": {"contract.updated"}, "updateMember": {"member.updated"}, "updateTask": {"task.updated"},
        "assignTask": {"task.updated"}}}


def contents(server):
    """{table: its rows}"""
    with contextlib.closing(sqlite3.connect(server.database.removeprefix("sqlite:"))) as database:
        columns = {}
        for table, column in database.execute("SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c "
                                              "WHERE t.type = 'table'"):
            columns.setdefault(table, [])
            if (table, column) not in BY_JOBS:
                columns[table].append(column)
        return {table: database.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
                for table, names in columns.items()}


def a_minute_after(instant):
    return (datetime.datetime.fromisoformat(instant[:-1]) + datetime.timedelta(minutes=1)).isoformat() + "Z"


def newest_event(client):
    return client.get("/events", workspace_id=1, limit=1).body["newest_position"]


def changed_by_examples(demo, start_server):
    """{operationId: tables}, {operationId: kinds of events}"""
    groups, tables, events = {}, {}, {}
    for each in Document.of(demo).operations:
        groups.setdefault(each.source["tags"][0], []).append(each)
    for operations in groups.values():
        server = start_server("--public-url", PUBLIC_URL)
        client = Client(server, "demo-owner")
        for operation in in_order(operations):
            printed_at = documented(operation)["meta"]["timestamp"]
            set_clock(client, printed_at if operation.id in PUNCTUAL else a_minute_after(printed_at))
            before, position = contents(server), newest_event(client)
            assert send(client, operation, form=False).status < 300
            after = contents(server)
            tables[operation.id] = {name for name in after if after[name] != before[name]} - WORKINGS
            events[operation.id] = {each["event"] for each in
                                    client.get("/events", workspace_id=1, after=position, limit=1000).data}
    return tables, events


def told(stint, column):
    """{operationId: what `stint routes` says}"""
    rows = [line.split("\t") for line in stint.run("routes").stdout.splitlines()]
    return {row[4]: set(row[column].split(", ")) - {"-"} for row in rows}


def seldom_of(seldom, name):
    return set().union(*(each.get(name, set()) for each in seldom.values()))


@pytest.mark.only_on("sqlite", "the rules are the same")
def test_operations_leave_behind_what_is_said(stint, demo, start_server):
    tables, events = changed_by_examples(demo, start_server)
    said = {name: those for name, those in told(stint, 5).items() if name in tables}
    assert {name: tables[name] | seldom_of(SELDOM, name) for name in said} == said
    said = {name: those for name, those in told(stint, 6).items() if name in events}
    assert {name: events[name] | said[name] & seldom_of(EVENTS_SELDOM, name) for name in said} == said
