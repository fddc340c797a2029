"""Many clients write at once and remember what they were told; afterwards the database is held against that.

What a client sends has a label of its own and an Idempotency-Key. A request that was not answered, or answered "not
now", is sent again under its key until it is answered: then its label must be there once, whole."""

import collections
import dataclasses
import datetime
import json
import random
import threading
import time

from people import Person
from scenario import place_of_event, until
from sender import NOT_NOW, Gone, Sender

_FIRST_DAY = datetime.datetime(2024, 2, 1, 8)
_SLOTS = 3  # a batch
_ASSIGNEES = 2  # a task

# Where labels are found.
_LABELS = ("SELECT name FROM projects WHERE name LIKE 'load %'", "SELECT title FROM tasks WHERE title LIKE 'load %'",
           "SELECT description FROM time_entries WHERE description LIKE 'load %'",
           "SELECT slot_id FROM tracked_slots WHERE slot_id LIKE 'load %'",
           "SELECT name FROM tokens WHERE name LIKE 'load %'",
           "SELECT email FROM members WHERE email LIKE 'load-%'")
_ASSIGNED = ("SELECT t.title, count(*) FROM tasks t, task_assignees a WHERE t.workspace_id = a.workspace_id"
             " AND t.id = a.task_id AND t.title LIKE 'load %' GROUP BY t.title")
# What belongs to one request as a whole: the mail to whoever was invited, and for each link that sets another password
# the mail that it went by.
_MAILS_OF_MEMBERS = ("SELECT m.email, count(o.id) FROM members m LEFT JOIN mails o ON o.recipient = m.email"
                     " AND o.subject NOT LIKE 'Set another%' WHERE m.email LIKE 'load-%' GROUP BY m.email")
_RESETS = ("SELECT u.email, (SELECT count(*) FROM mailed_links l WHERE l.user_id = u.id AND l.kind = 1),"
           " (SELECT count(*) FROM mails o WHERE o.recipient = u.email AND o.subject LIKE 'Set another%')"
           " FROM users u WHERE u.email LIKE 'writer-%'")
# Of what was made, one event tells, by one of these.
_CREATED = {21: "email", 31: "name", 41: "title", 61: "activity_description"}
_EVENTS = ("SELECT v.kind, s.names, v.data FROM events v JOIN event_shapes s ON s.shape = v.shape"
           f" WHERE v.workspace_id = 1 AND v.kind IN ({str(list(_CREATED))[1:-1]})")
_UNNUMBERED = "SELECT count(*) FROM noted_events"
# The sandbox's own event, the first, happened long ago, and is forgotten once another one follows it.
_POSITIONS = ("SELECT count(*), max(place) - min(place) + 1, count(DISTINCT place) FROM events"
              " WHERE workspace_id = 1")
_OLDEST = f"SELECT min(place) - {place_of_event(0)} FROM events WHERE workspace_id = 1"


@dataclasses.dataclass
class Request:
    method: str
    path: str
    body: dict
    labels: list  # what is there when it is done
    kind: str
    key: str  # or None
    headers: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Verdict:
    lost: list
    doubled: list
    half: list
    unasked: list
    untold: list  # or told more than once

    def __bool__(self):
        """True when all is well."""
        return not (self.lost or self.doubled or self.half or self.unasked or self.untold)


class Writer:
    """One client, with a member of its own."""

    def __init__(self, load, number):
        self._load = load
        self._random = random.Random(f"{load.seed} {number}")
        self._name = f"load {load.seed} {number}"
        self._person = Person(load.owner, f"writer-{load.seed}-{number}@example.com")
        self._user = self._person.id
        load.owner.put(f"/members/{self._user}", json={"workspace_id": 1, "weekly_hours_limit": 168})
        self._count = 0
        self._entries = []  # (id, label)
        self._tracking = False
        self.pending = None

    # ---- what it asks for ----

    def _label(self):
        self._count += 1
        return f"{self._name} {self._count}"

    def _moment(self):
        """Each 20 minutes of the days belong to one request."""
        return _FIRST_DAY + datetime.timedelta(days=self._count // 40, minutes=self._count % 40 * 20)

    def _next(self):
        label, at = self._label(), self._moment()
        choice = self._random.random()
        if choice < 0.3:
            return self._next_of_person(label)
        choice = (choice - 0.3) / 0.7
        if choice < 0.25:
            return Request("POST", "/projects", {"name": label}, [label], "project", label)
        if choice < 0.4:
            return Request("POST", "/tasks", {"project_id": 100, "title": label, "assignees": [100, 123]}, [label],
                           "task", label)
        if choice < 0.6:
            return Request("POST", "/time-entries",
                           {"user_id": self._user, "date": f"{at:%Y-%m-%d}", "start_time": f"{at:%H:%M}",
                            "end_time": f"{at + datetime.timedelta(minutes=7):%H:%M}", "notes": label},
                           [label], "entry", label)
        if choice < 0.75:
            slots = [{"id": f"{label}/{number}", "start": f"{at + datetime.timedelta(minutes=2 * number):%FT%TZ}",
                      "end": f"{at + datetime.timedelta(minutes=2 * number + 1):%FT%TZ}"} for number in range(_SLOTS)]
            return Request("POST", "/tracked-slots", {"user_id": self._user, "slots": slots},
                           [slot["id"] for slot in slots], "slots", label)
        if choice < 0.85 and self._entries:
            id, gone = self._entries.pop(self._random.randrange(len(self._entries)))
            return Request("DELETE", f"/time-entries/{id}", {}, [gone], "deletion", label)
        action = "stop" if self._tracking else "start"
        return Request("POST", f"/time-tracking/{action}", {"user_id": self._user}, [], action, label)

    def _next_of_person(self, label):
        kind = self._random.choice(["session", "token", "reset", "refresh", "app", "invitation"])
        if kind == "invitation":
            email = label.replace(" ", "-") + "@example.com"
            return Request("POST", "/members", {"email": email, "firstname": "Ada", "lastname": "Byron",
                                                "role": "Regular User"}, [email], kind, label)
        person = self._person
        ask = {"session": person.sign_in, "token": lambda: person.make_token(label), "reset": person.ask_for_reset,
               "refresh": person.renew_tokens, "app": person.ask_through_app}[kind]
        method, path, body, headers = ask()
        is_kept = kind == "token"  # the others may be done twice
        return Request(method, path, body, [label] if is_kept else [], kind, label if is_kept else None, headers)

    # ---- asking ----

    def _note(self, request, status, body, headers):
        if request.kind == "deletion" and status == 404:
            status = 200  # the try before did it
        elif status == 409 and body["error"] == "carried_out_before":
            status = 200  # the try before did it, when a long run had used up the room for kept answers
        assert status in (200, 201), (request, status, body)
        if request.kind == "deletion":
            self._load.done.difference_update(request.labels)
        else:
            self._load.done.update(request.labels)
        if request.kind == "session":
            self._person.take_session(body, headers)
        if request.kind == "refresh":
            self._person.take_tokens(body)
        if request.kind == "entry" and body["success"]:
            self._entries.append((body["data"]["id"], request.labels[0]))
        if request.kind in ("start", "stop"):
            self._tracking = request.kind == "start"

    def ask(self, sender):
        """One request, or the one that is still open. False: no answer."""
        request = self.pending or self._next()
        self.pending = request
        headers = {"Idempotency-Key": request.key} if request.method == "POST" and request.key else {}
        body = {"workspace_id": 1, **request.body} if request.method != "GET" else None
        try:
            status, body = sender.send(request.method, request.path, body, {**headers, **request.headers})
        except Gone:
            return False
        with self._load.lock:
            self._load.told[status] += 1
            if status != NOT_NOW:
                self._note(request, status, body, sender.headers)
                self.pending = None
        if status == NOT_NOW:
            time.sleep(0.02 * self._random.random())
        return True

    def run(self):
        sender = Sender(self._load.server)
        try:
            while not self._load.stopping.is_set():
                if not self.ask(sender):
                    if self._load.ends_with_server:
                        return
                    time.sleep(0.02)
        except Exception as error:  # told by Load.stop
            self._load.wrong.append(error)
        finally:
            sender.close()


class Load:
    """Over several lives of a server on one database."""

    def __init__(self, server, owner, ledger, writers=8, seed=None):
        self.seed = seed if seed is not None else random.randrange(10**6)
        self.server, self.owner, self.ledger = server, owner, ledger
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.done, self.told, self.wrong = set(), collections.Counter(), []
        self.ends_with_server = True
        self._writers = [Writer(self, number) for number in range(writers)]
        self._threads = []

    def start(self, server, *, ends_with_server=True):
        """With False, writers go on when a connection breaks: the server lives."""
        self.server, self.ends_with_server = server, ends_with_server
        self.stopping.clear()
        self._threads = [threading.Thread(target=writer.run, daemon=True) for writer in self._writers]
        for thread in self._threads:
            thread.start()

    def wait(self, answers, seconds=30):
        """Until so many more were answered, or all writers have ended."""
        wanted, deadline = self.told.total() + answers, time.monotonic() + seconds
        while self.told.total() < wanted and any(thread.is_alive() for thread in self._threads):
            if time.monotonic() > deadline:
                return
            time.sleep(0.002)

    def stop(self):
        self.stopping.set()
        for thread in self._threads:
            thread.join()
        assert not self.wrong, (self.seed, self.wrong)

    def settle(self, server):
        """All that is open is asked for again, until it is answered."""
        self.server = server
        sender = Sender(server)
        for writer in self._writers:
            deadline = time.monotonic() + 20
            while writer.pending and time.monotonic() < deadline:
                writer.ask(sender)
            assert not writer.pending, (self.seed, writer.pending)
        sender.close()

    def _half(self, titles):
        assigned = {title: int(count) for title, count in self.ledger.rows(_ASSIGNED)}
        return sorted([title for title in titles if assigned.get(title) != _ASSIGNEES] +
                      [email for email, mails in self.ledger.rows(_MAILS_OF_MEMBERS) if int(mails) != 1] +
                      [email for email, links, mails in self.ledger.rows(_RESETS) if int(links) != int(mails)])

    def _untold(self, labels):
        """Each of what there is has one event, and all events have positions, without a gap."""
        until(lambda: not int(self.ledger.rows(_UNNUMBERED)[0][0]), seconds=20)
        told = collections.Counter(json.loads(data)[json.loads(names).index(_CREATED[int(kind)])]
                                   for kind, names, data in self.ledger.rows(_EVENTS))
        positions = self.ledger.rows(_POSITIONS)[0]
        assert len({int(value) for value in positions}) == 1, (self.seed, positions)
        assert int(self.ledger.rows(_OLDEST)[0][0]) <= 2, self.seed
        return sorted(label for label in labels if told[label] != 1)

    def judge(self):
        found = [[label for (label,) in self.ledger.rows(question)] for question in _LABELS]
        projects, titles, entries, _, _, members = found
        count = collections.Counter(sum(found, []))
        return Verdict(lost=sorted(self.done - set(count)),
                       doubled=sorted(label for label in count if count[label] > 1),
                       half=self._half(titles), unasked=sorted(set(count) - self.done),
                       untold=self._untold(projects + titles + entries + members))
