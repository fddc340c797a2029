"""Mails, of invitations and of timesheets: a relay of the test's own takes what `--smtp-url` sends."""

import email
import itertools
import threading
import time

from client import Client
from relay import WAIT_SECONDS
from scenario import accept, advance_clock, metric, new_colleague, new_project, set_clock, unique, until
from test_concurrency import together
from test_timesheets import do, settings, sheet_of, work

def owner_with_relay(start_server, relay, *flags):
    server = start_server("--smtp-url", relay.url, "--smtp-from", "stint@example.com", *flags)
    return Client(server, "demo-owner")


def invite_by_mail(owner):
    """Address and link."""
    email = unique("guest").replace(" ", "-") + "@example.com"
    person = {"email": email, "firstname": "Ada", "lastname": "Byron", "role": "Regular User"}
    return email, owner.post("/members", json=person, workspace_id=1).data["invitation_link"]


def test_the_link_comes_by_mail_and_works(start_server, relay):
    owner = owner_with_relay(start_server, relay)
    email, link = invite_by_mail(owner)
    secret = relay.mailed_secret(email)
    assert secret not in link, "who invites has another"
    assert accept(owner, secret).status == 200
    assert accept(owner, link.rpartition("/")[2]).failure == (400, "invitation_invalid"), "to one invitation"


def test_a_mail_goes_out_when_it_is_queued(start_server, relay):
    """Not when somebody looks for it next: that would be after two seconds, for each of these."""
    owner = owner_with_relay(start_server, relay)
    begun = time.monotonic()
    for _ in range(6):
        advance_clock(owner, 0)  # all that was due is done, and the job rests
        email, _ = invite_by_mail(owner)
        assert relay.messages.get(timeout=WAIT_SECONDS)[0] == email
    assert time.monotonic() - begun < 8


def test_a_relay_that_defers_is_asked_again(start_server, relay):
    relay.refusals = 1
    owner = owner_with_relay(start_server, relay)
    email, _ = invite_by_mail(owner)
    advance_clock(owner, 0)  # from here on it stands; and the answer comes when what is due was tried
    assert relay.refusals == 0 and relay.messages.empty()
    advance_clock(owner, 30)
    assert relay.messages.empty()
    advance_clock(owner, 30)
    assert relay.messages.get_nowait()[0] == email


def test_no_password_goes_to_a_relay_in_the_clear(start_server, relay):
    """Whoever stands between can take STARTTLS out of what a relay offers."""
    server = start_server("--smtp-url", relay.url.replace("//", "//stint:secret@"), "--smtp-from", "stint@example.com")
    invite_by_mail(Client(server, "demo-owner"))
    advance_clock(Client(server, "demo-owner"), 0)
    assert relay.messages.empty() and "event=mail_delayed" in server.said()
    assert not [line for line in relay.lines if line.startswith(b"AUTH") or b"MAIL FROM" in line]


def test_a_moved_clock_sends_all_that_is_due_at_once(start_server, relay):
    owner = owner_with_relay(start_server, relay)
    invited = {invite_by_mail(owner)[0] for _ in range(25)}
    advance_clock(owner, 0)
    assert {relay.messages.get_nowait()[0] for _ in invited} == invited
    assert relay.messages.empty()


def test_many_mails_of_one_workspace_are_in_nobodys_way(start_server, relay):
    """Each writes that the workspace is due, and none makes another begin again: once it stands there, they only rely
    on it. And none is forgotten by the job that forgets it meanwhile."""
    owner = owner_with_relay(start_server, relay)
    invited = together(owner.server, 16, lambda client, _: [invite_by_mail(client)[0] for _ in range(8)])
    emails = {email for each in invited for email in each}
    assert metric(owner.server, "stint_retries_total") < len(emails) / 2
    assert {relay.messages.get(timeout=WAIT_SECONDS)[0] for _ in emails} == emails


def test_nobody_else_waits_for_a_slow_relay(start_server, relay):
    relay.open.clear()
    owner = owner_with_relay(start_server, relay, "--threads", "1")
    other = Client(owner.server, "demo-owner")
    set_clock(owner, "2024-01-15T09:00:00Z")
    email, _ = invite_by_mail(owner)
    mover = threading.Thread(target=advance_clock, args=(owner, 3600))
    mover.start()
    assert relay.reached.wait(WAIT_SECONDS)
    until(lambda: other.get("/workspaces").meta["timestamp"] == "2024-01-15T10:00:00Z")
    new_project(other)
    assert mover.is_alive() and relay.messages.empty()
    relay.open.set()
    mover.join(WAIT_SECONDS)
    assert relay.messages.get_nowait()[0] == email


# ---- timesheets ----

FRIDAY, JOHN = "2024-02-09T12:00:00Z", "john.doe@example.com"


def owner_on_friday(start_server, relay, **flags):
    owner = owner_with_relay(start_server, relay)
    set_clock(owner, FRIDAY)
    return owner


def mails(relay, about="Your timesheet"):
    """[(recipient, subject, text)] of what has come."""
    result = []
    while not relay.messages.empty():
        recipient, text = relay.messages.get_nowait()
        message = email.message_from_string(text)
        if about in message["Subject"]:
            result.append((recipient, message["Subject"], message.get_payload().replace("\r\n", "\n")))
    return result


def test_who_has_not_submitted_is_reminded_once(start_server, relay, stint):
    """At midnight, where they are. Not who has submitted, nor who left; and not of each week of last year."""
    owner = owner_on_friday(start_server, relay)
    east, address, _ = new_colleague(stint, owner)
    owner.put(f"/members/{east}", json={"timezone": "Pacific/Auckland"}, workspace_id=1)
    gone, _, _ = new_colleague(stint, owner)
    for user_id in (100, 123, 10, east, gone):
        work(owner, "2024-02-08", user_id=user_id)
    work(owner, "2024-01-31")
    do(owner, "submit", sheet_of(owner, "2024-02-08", 123))
    do(owner, "submit", sheet_of(owner, "2024-02-08", 10))
    owner.delete(f"/members/{gone}", workspace_id=1)
    advance_clock(owner, 0)
    mails(relay)  # of invitations
    subject = "Your timesheet of 2024-02-05 to 2024-02-11 is not submitted yet"
    told = "Its period has ended. Look whether all your time is on it, and submit it.\n"
    for now, expected in (("2024-02-11T10:59:59Z", []), ("2024-02-11T11:00:00Z", [(address, subject, told)]),
                          ("2024-02-11T23:59:59Z", []), ("2024-02-12T00:00:00Z", [(JOHN, subject, told)]),
                          ("2024-02-13T00:00:00Z", []), ("2024-02-14T12:00:00Z", [])):
        set_clock(owner, now)
        assert mails(relay) == expected, now


def test_nobody_is_reminded_of_what_is_submitted_by_itself_or_where_it_is_not_wanted(start_server, relay):
    owner = owner_on_friday(start_server, relay)
    work(owner, "2024-02-08")
    settings(owner, timesheet_auto_submit_days=0)
    set_clock(owner, "2024-02-12T00:00:00Z")
    settings(owner, timesheet_auto_submit_days=None, timesheet_mails=False)
    work(owner, "2024-02-12")
    sheet = sheet_of(owner, "2024-02-08")
    assert do(owner, "reject", sheet).status == 200
    set_clock(owner, "2024-02-19T00:00:00Z")
    assert mails(relay) == []
    settings(owner, timesheet_mails=True)
    advance_clock(owner, 0)
    assert [subject for _, subject, _ in mails(relay)] == [
        "Your timesheet of 2024-02-12 to 2024-02-18 is not submitted yet"]


def test_two_nodes_remind_once(engine, start_server, relay):
    owner = owner_on_friday(start_server, relay)
    clients = [owner]
    if engine == "postgresql":  # else the database belongs to one process
        clients.append(Client(start_server("--smtp-url", relay.url, "--smtp-from", "stint@example.com",
                                           database=owner.server.database), "demo-owner"))
    for user_id in (100, 123, 10, 11):
        work(owner, "2024-02-08", user_id=user_id)
    do(owner, "submit", sheet_of(owner, "2024-02-08", 11))
    together([client.server for client in clients], len(clients),
             lambda client, _: set_clock(client, "2024-02-12T00:00:00Z"))
    for client in clients:
        advance_clock(client, 0)
    assert sorted(subject.partition(" ")[0] for _, subject, _ in mails(relay, "")) == ["1", "Your", "Your", "Your"]
    for client in clients:
        set_clock(client, "2024-02-13T00:00:00Z")
    assert mails(relay) == []


def test_those_who_decide_are_told_once_a_day(start_server, relay):
    """How many of those that they see were submitted, by whomever; their own are for others to decide."""
    owner = owner_on_friday(start_server, relay)
    settings(owner, timesheet_approvers=["Executive manager", "Team manager"], timesheet_auto_submit_days=0)
    for seconds in (0, 1):
        advance_clock(owner, seconds)
    mails(relay)  # of what the sandbox begins with
    for day, user_id in itertools.product(("2024-02-01", "2024-02-08"), (100, 123, 13)):
        work(owner, day, user_id=user_id)
    for user_id in (100, 123, 13):
        do(owner, "submit", sheet_of(owner, "2024-02-01", user_id))
    decide = "Look at what was submitted, and approve or reject it.\n"
    addresses = {user_id: owner.get(f"/members/{user_id}", workspace_id=1).data["email"] for user_id in (10, 11, 13)}

    def told(now):
        set_clock(owner, now)
        return sorted((recipient, subject.split()[0], text) for recipient, subject, text in mails(relay, "decision"))

    def of(**counts):
        return sorted((addresses[int(user[1:])], count, decide) for user, count in counts.items())

    assert told("2024-02-09T23:59:59Z") == []
    assert told("2024-02-10T00:00:00Z") == of(_10="3", _11="3", _13="1")  # Tanya's team is John
    assert told("2024-02-11T12:00:00Z") == []
    assert told("2024-02-12T00:00:00Z") == of(_10="3", _11="3", _13="1")
    settings(owner, auto_approve_timesheets=True)
    work(owner, "2024-02-12", user_id=123)
    assert told("2024-02-19T00:00:00Z") == []


def test_zones_with_the_same_midnight_are_told_of_together(start_server, relay, stint):
    owner = owner_on_friday(start_server, relay)
    settings(owner, timesheet_auto_submit_days=0)
    other, _, _ = new_colleague(stint, owner)
    owner.put(f"/members/{other}", json={"timezone": "Europe/London"}, workspace_id=1)
    for seconds in (0, 1):
        advance_clock(owner, seconds)
    mails(relay, "")
    for user_id in (100, other):
        work(owner, "2024-02-08", user_id=user_id)
    set_clock(owner, "2024-02-12T00:00:00Z")
    assert {subject.split()[0] for _, subject, _ in mails(relay, "decision")} == {"2"}


def test_decisions_come_by_mail(start_server, relay):
    """Those of others; by nobody, where the server has decided."""
    owner = owner_on_friday(start_server, relay)
    executive, john = (Client(owner.server, f"demo-{role}") for role in ("executive-manager", "regular-user"))
    name = "{firstname} {lastname}".format(**owner.get("/members/11", workspace_id=1).data)
    for user_id in (100, 10):
        work(owner, "2024-02-08", user_id=user_id)
    sheet, own = sheet_of(owner, "2024-02-08"), sheet_of(owner, "2024-02-08", 10)
    for each in (sheet, own):
        assert do(owner, "submit", each).status == 200
    of = "Your timesheet of 2024-02-05 to 2024-02-11"
    for action, reason, subject, text in (
            ("reject", "Thursday is missing.", f"{of} was rejected",
             f"It was rejected by {name}.\n\nThursday is missing.\n\nCorrect it, and submit it again.\n"),
            ("submit", None, None, None),
            ("approve", None, f"{of} was approved", f"It was approved by {name}.\n"),
            ("reopen", "Once more.", f"{of} was reopened",
             f"It was reopened by {name}.\n\nOnce more.\n\n"
             "It is no longer approved. Submit it again when it is right.\n")):
        assert do(executive, action, sheet, **({"reason": reason} if reason else {})).status == 200
        advance_clock(owner, 0)
        assert mails(relay) == ([(JOHN, subject, text)] if subject else []), action
    settings(owner, auto_approve_timesheets=True)
    assert do(john, "submit", sheet).status == do(owner, "approve", own).status == 200
    advance_clock(owner, 0)
    assert mails(relay) == []


def test_what_people_write_stays_within_the_text(start_server, relay):
    """Neither a header, nor the end of the mail, nor a line that no relay takes."""
    owner = owner_on_friday(start_server, relay)
    work(owner, "2024-02-08")
    sheet = sheet_of(owner, "2024-02-08")
    owner.put("/members/10", json={"firstname": "Subject: Bcc: eve@example.com"}, workspace_id=1)
    do(owner, "submit", sheet)
    assert do(owner, "reject", sheet, reason="Bcc: eve@example.com\r\n\r\n.\r\nQUIT\r\n" + "ü" * 5000).status == 200
    recipient, text = relay.messages.get(timeout=WAIT_SECONDS)
    message = email.message_from_string(text)
    assert recipient == message["To"].strip("<>") == JOHN and not message["Bcc"]
    assert message["Subject"] == "Your timesheet of 2024-02-05 to 2024-02-11 was rejected"
    body = message.get_payload()
    assert "\r\nBcc: eve@example.com\r\n\r\n..\r\nQUIT\r\n" in body and body.count("ü") == 5000
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 998
    advance_clock(owner, 0)
    assert not [line for line in relay.lines if line.startswith(b"RCPT") and b"eve" in line]
