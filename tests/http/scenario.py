"""What many scenarios begin with: a project, a colleague, a contract of their own in workspace 1 of the sandbox."""

import itertools
import re
import time
import urllib.request

from client import TIMEOUT, Browser, Client
from database import Session

PASSWORD = "correct horse battery staple"

# Of PASSWORD, and made to be checked in no time, as those of the sandbox's people.
_CHEAP_HASH = "$argon2id$v=19$m=8,t=1,p=1$60kPxm2OdPXzOUdf72AlpA$MsP8H6PMwldVJfPTC9ApoDuV1FEsr3r2Xaxh3Ze1AQg"

_numbers = itertools.count(1)


def signed_in(server, email, password="demo"):
    """A person in a browser of their own."""
    browser = Browser(server)
    assert browser.sign_in(email, password).data["state"] == "signed_in"
    return browser


def unique(prefix):
    return f"{prefix} {next(_numbers)}"


def until(what, seconds=10):
    """For what other processes do: no clock that can be set brings it about."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it has not come to that in time"
        time.sleep(0.01)


def waiting_for_locks(server):
    """How many wait for rows that others hold, on PostgreSQL."""
    return int(run_sql(server, "SELECT count(*) FROM pg_stat_activity "
                               "WHERE datname = current_database() AND wait_event_type = 'Lock'"))


def run_sql(server, statement):
    """In the server's database: what no address of the API shows or does. Returns the first value, as a text."""
    with Session(server.database) as session:
        rows = session.rows(statement)
    return str(rows[0][0]) if rows else ""


def until_numbered(server):
    """All events have their positions, which they are given a moment after the answer."""
    with Session(server.database) as session:
        until(lambda: session.rows("SELECT count(*) FROM noted_events") == [(0,)], seconds=30)


def place_of_event(position):
    """What its row is kept by in the sandbox's workspace (docs/decisions/0060)."""
    return 2**36 + position


def enlarge_events(server, text, size):
    """In what events say, the text, which is there once and before what has to do with rates, is of so many zeros."""
    large, more = f"repeat('0', {size})", size - len(text)
    if server.database.startswith("sqlite:"):
        large = f"hex(zeroblob({size // 2}))"
    run_sql(server, f"UPDATE events SET data = replace(data, '{text}', {large}), rated_from = rated_from + {more},"
                    f" rated_to = rated_to + {more} WHERE data LIKE '%{text}%'")


def count_rows(server, table):
    return int(run_sql(server, f"SELECT count(*) FROM {table}"))


def set_clock(client, now):
    return move_clock(client, {"now": now})


def advance_clock(client, seconds):
    return move_clock(client, {"advance_seconds": seconds})


def move_clock(client, change):
    """The sandbox's own address: no part of the API, so not in its document."""
    reply = client.exchange("POST", "/demo/clock", json=change)
    assert reply.status == 200, reply
    return reply.body


def new_project(client, workspace_id=1, **fields):
    return client.post("/projects", json={"name": unique("Project"), **fields}, workspace_id=workspace_id).data


def invite(client, workspace_id=1, **fields):
    """The id and the secret of the link."""
    person = {"email": f"{unique('person').replace(' ', '-')}@example.com", "firstname": "Ada", "lastname": "Byron",
              "role": "Regular User", **fields}
    invitation = client.post("/members", json=person, workspace_id=workspace_id).data
    return invitation["user_id"], invitation["invitation_link"].rpartition("/")[2]


def accept(client, secret, password=PASSWORD):
    return client.post(f"/accept-invitation/{secret}", json={"password": password})


def new_member(client, workspace_id=1, **fields):
    """The id of a member who has accepted with the PASSWORD that the account has been given in the database already: to
    hash one for each of them would take a tenth of the time of all scenarios."""
    user_id, secret = invite(client, workspace_id, **fields)
    run_sql(client.server, f"UPDATE users SET password_hash = '{_CHEAP_HASH}' "
                           f"WHERE id = {user_id} AND password_hash IS NULL")
    assert accept(client, secret).status == 200
    return user_id


def new_contract(client, project_id, user_id, workspace_id=1, **fields):
    return client.post("/contracts", json={"project_id": project_id, "user_id": user_id, **fields},
                       workspace_id=workspace_id).data


def token_of(stint, server, email):
    """A personal access token, made as an operator makes it."""
    made = stint.run("token", "create", "--database", server.database, "--user", email, "--name", "scenario")
    assert made.returncode == 0, made.stderr
    return re.search(r"stint_pat_[\w-]{43}", made.stdout)[0]


def confirm(stint, server, email):
    """The operator vouches that the address is whose the account is: any workspace may invite it."""
    confirmed = stint.run("user", "confirm", email, "--database", server.database)
    assert confirmed.returncode == 0, confirmed.stderr


def new_colleague(stint, client, **fields):
    """A member with a token and a password: id, address, client."""
    email = f"{unique('colleague').replace(' ', '-')}@example.com"
    user_id = new_member(client, email=email, **fields)
    return user_id, email, Client(client.server, token_of(stint, client.server, email))


def start_at(client, now):
    """Sets the clock and gives it back as an ISO instant with an offset, as trackers show it."""
    return set_clock(client, now)["now"].replace("Z", "+00:00")


def add_time(client, user_id, date, start, end, workspace_id=1, **fields):
    return client.post("/time-entries", json={"workspace_id": workspace_id, "user_id": user_id, "date": date,
                                              "start_time": start, "end_time": end, **fields})


def entries(client, user_id, date, workspace_id=1, **query):
    return client.pages("/time-entries", workspace_id=workspace_id, user_id=user_id, date=date, **query)


def clock_times(rows):
    """[("09:00", "17:00"), …] in UTC."""
    return [(row["start_time"][11:16], row["end_time"][11:16]) for row in rows]


def check_books(stint, server):
    """The minutes of days are those of the entries, and no two entries of a member overlap."""
    checked = stint.run("check", "--database", server.database)
    assert (checked.returncode, checked.stdout) == (0, "checked: no differences\n"), checked.stdout + checked.stderr


def metric(server, name):
    """A counter or gauge of /metrics, as it is now."""
    text = urllib.request.urlopen(server.url + "/metrics", timeout=TIMEOUT).read().decode()
    return int(re.search(rf"^{name} (\d+)$", text, re.MULTILINE)[1])


def sign_in(server, email, password="demo", state="signed_in"):
    """As a person does, in a browser of their own."""
    browser = Browser(server)
    assert browser.sign_in(email, password).data["state"] == state
    return browser
