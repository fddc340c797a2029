"""Random sequences of all that changes timesheets, against a plain model that is computed from the raw rows of time:
breakdowns, totals and amounts must be the same, after each step."""

import datetime
import random
import zoneinfo

import pytest
from client import Client
from database import Session
from scenario import add_time, check_books, new_colleague, new_contract, new_project, set_clock
from sheet_model import CUSTOM, DAY, EVERYBODY, MEMBER, PROJECT, Contract, Entry, History, Sheets, local_day, \
    without_rates

STEPS = 50
DAYS = 33
PERIODS = ["daily", "weekly", "bi-weekly", "twice a month", "monthly"]
# zone, where its clocks change, where somebody moves
ZONES = [("Europe/Berlin", "2024-03-31", "Asia/Kathmandu"), ("America/St_Johns", "2024-03-10", "Europe/Berlin"),
         ("Australia/Lord_Howe", "2024-04-07", "Pacific/Honolulu"), ("Asia/Kathmandu", "2024-01-01", "Pacific/Apia"),
         ("America/Havana", "2024-03-10", "UTC"), ("Pacific/Apia", "2011-12-30", "America/New_York"),
         ("America/New_York", "2024-11-03", "Australia/Lord_Howe")]
DOINGS = {"submit": "submitted", "unsubmit": "pending", "approve": "approved", "reject": "rejected",
          "reopen": "pending"}


@pytest.fixture(scope="module")
def database(demo):
    with Session(demo.database) as session:
        yield session


@pytest.fixture(scope="module", autouse=True)
def books(stint, demo):
    yield
    check_books(stint, demo)


def day_number(day):
    return (day - datetime.date(1970, 1, 1)).days


def null(number):
    return "NULL" if number is None else number


class Member:
    """A member of the server, and the model of their sheets."""

    def __init__(self, stint, owner, database, number):
        self.owner, self.database, self.chance = owner, database, random.Random(number)
        self.zones = ZONES[number % len(ZONES)]
        self.first = datetime.date.fromisoformat(self.zones[1]) - 16 * DAY
        self.executive = Client(owner.server, "demo-executive-manager")
        self.model = Sheets(self.zones[0])
        self.pending, self.leaves, self.ended, self.number, self.log = [], [], set(), number, []
        self.running_since = None
        self.at(self.first - DAY)
        self.id, _, self.self = new_colleague(stint, owner)
        self.put_member(timezone=self.zones[0], rate_status=1)
        for row in owner.pages("/timesheets/assignments", workspace_id=1):
            if row["user_id"] is None:
                self.model.assigned[datetime.date.fromisoformat(row["date_from"]), EVERYBODY] = row["period"]
        if number % 6 < 5:
            self.assign_period(PERIODS[number % 6], self.first - 10 * DAY, self.id)
        self.make_contracts()
        self.at_end()

    # ---- the clock and chance ----

    def at(self, day, hour=12):
        set_clock(self.owner, f"{day}T{hour:02}:00:00Z")
        return datetime.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").timestamp()

    def at_end(self):
        return self.at(self.first + (DAYS + 2) * DAY)

    def day(self):
        return self.first + self.chance.randrange(DAYS) * DAY

    def instant(self):
        """A second, often near the midnight of the member."""
        start = datetime.datetime.combine(self.day(), datetime.time(), zoneinfo.ZoneInfo(self.model.zone)).timestamp()
        return int(start) + (self.chance.randrange(-3600, 3600) if self.chance.random() < 0.4
                             else self.chance.randrange(86400))

    def length(self):
        return self.chance.choice([self.chance.randrange(1, 900), 60 * self.chance.randrange(1, 200),
                                   self.chance.randrange(1, 100000)])

    @staticmethod
    def said(second):
        return f"{datetime.datetime.fromtimestamp(second, datetime.timezone.utc):%Y-%m-%dT%H:%M:%S}+00:00"

    def contract(self):
        return self.chance.choice([None, *self.live()])

    def live(self):
        return [id for id in self.model.contracts if id not in self.ended]

    # ---- contracts, and what hours earned before ----

    def rate(self):
        return self.chance.choice([0, 1, 99999, 105000, 255000, 333333, 1234567, self.chance.randrange(1, 2000000)])

    def history(self, kind, owner_id, value, now):
        """`now` stands in the owner's row; on some days before was what `value` makes. Both are (rate type, rate)."""
        days = sorted({self.day() for _ in range(self.chance.randrange(4))})
        told = [*(value() for _ in days), now]
        history = History(told[0])
        for last, (rate_type, rate), following in zip(days, told, told[1:]):
            self.database.rows("INSERT INTO past_rates (workspace_id, kind, owner_id, last_day, rate, rate_type) "
                               f"VALUES (1, {kind}, {owner_id}, {day_number(last)}, {null(rate)}, {rate_type})")
            history.say(last + DAY, following)
        return history

    def of_contract(self, kind=None):
        kind = kind or self.chance.choice([CUSTOM, MEMBER, PROJECT])
        return kind, self.rate() if kind == CUSTOM else None

    def of_member(self):
        return MEMBER, self.rate()

    def of_project(self):
        return PROJECT, self.chance.choice([self.rate(), self.rate(), None])

    def make_contracts(self):
        """One that earns by each kind of rate, and one that may be in another currency."""
        now = self.of_member()
        self.database.rows(f"UPDATE members SET rate = {now[1]} WHERE workspace_id = 1 AND user_id = {self.id}")
        member = self.history(MEMBER, self.id, self.of_member, now)
        for number, kind in enumerate((CUSTOM, MEMBER, PROJECT, CUSTOM)):
            project, now, own = new_project(self.owner), self.of_project(), self.of_contract(kind)
            currency = "JPY" if number == 3 and self.number % 2 else "USD"
            self.owner.put("/settings", json={"currency": currency}, workspace_id=1)
            id = new_contract(self.owner, project["id"], self.id)["id"]
            self.database.rows(f"UPDATE projects SET rate = {now[1] or 0}, is_billable = {now[1] is not None} "
                               f"WHERE workspace_id = 1 AND id = {project['id']}")
            self.database.rows(f"UPDATE contracts SET rate_type = {kind}, rate = {null(own[1])} "
                               f"WHERE workspace_id = 1 AND id = {id}")
            self.model.names[project["id"]] = project["name"]
            self.model.contracts[id] = Contract(
                id, project["id"], currency, self.history(CUSTOM, id, self.of_contract, own), member,
                self.history(PROJECT, project["id"], self.of_project, now))
        self.owner.put("/settings", json={"currency": "USD"}, workspace_id=1)

    # ---- time ----

    def by_hand(self):
        start = self.chance.randrange(1440)
        end = min(1440, start + self.chance.randrange(1, 400))
        add_time(self.owner, self.id, str(self.day()), f"{start // 60:02}:{start % 60:02}",
                 f"{end // 60:02}:{end % 60:02}", contract_id=self.contract())

    def ask(self):
        start = self.instant()
        by = self.chance.choice([self.owner, self.self])
        reply = by.post("/time-requests", json={
            "workspace_id": 1, "user_id": self.id, "contract_id": self.contract(), "start": self.said(start),
            "end": self.said(start + self.length())})
        if reply.status == 201 and reply.data["status"] == "pending":
            self.pending.append((reply.data["id"], self.model.zone))

    def decide(self):
        """Its days are those of the zone in which it was asked for."""
        if not self.pending:
            return None
        id, zone = self.pending.pop(self.chance.randrange(len(self.pending)))
        self.owner.post(f"/time-requests/{id}/approve", json={"workspace_id": 1})
        return {"zone": zone}

    def track(self):
        """Some trackers go on while other things happen."""
        start = self.instant()
        set_clock(self.owner, self.said(start))
        if self.owner.post("/time-tracking/start", json={
                "workspace_id": 1, "user_id": self.id, "contract_id": self.contract()}).status == 200:
            self.running_since = start
            if self.chance.random() < 0.7:
                self.stop()
        self.at_end()

    def stop(self):
        if self.running_since is not None:
            set_clock(self.owner, self.said(self.running_since + self.length()))
            self.owner.post("/time-tracking/stop", json={"workspace_id": 1, "user_id": self.id})
            self.running_since = None
            self.at_end()

    def slots(self):
        start, step = self.instant(), self.chance.choice([600, 599, 601, 61])
        length, contract = min(step, self.chance.choice([600, 599, 60])), self.contract()
        self.owner.post("/tracked-slots", json={"workspace_id": 1, "user_id": self.id, "slots": [
            {"id": f"{self.id} {len(self.log)} {index}", "start": self.said(start + index * step),
             "end": self.said(start + index * step + length), "contract_id": contract,
             "method": self.chance.choice(["desktop", "desktop", "idle", "break"])}
            for index in range(self.chance.randrange(1, 20))]})

    def some_entry(self):
        """As the API shows it."""
        if not self.model.entries:
            return None, None
        entry = self.chance.choice(self.model.entries)
        shown = self.owner.pages("/time-entries", workspace_id=1, user_id=self.id,
                                 date=str(self.model.days[entry.id]))
        return next(row for row in shown if row["start_time"] == self.said(entry.start)), entry

    def change(self):
        row, entry = self.some_entry()
        if not row:
            return None
        contract = self.model.contracts.get(self.contract())
        by_hand = self.chance.choice([{"project_id": contract and contract.project_id}, {
            "start_time": self.said(entry.start + self.chance.randrange(-900, 900)),
            "end_time": self.said(entry.end + self.chance.randrange(-900, 900))}])
        self.owner.put(f"/time-entries/{row['id']}", json={"workspace_id": 1, **by_hand})
        return {"changed": entry.id}

    def delete(self):
        row, _ = self.some_entry()
        if row:
            self.owner.delete(f"/time-entries/{row['id']}", json={"workspace_id": 1})

    def leave(self):
        first = self.day()
        reply = self.owner.post("/leaves", json={
            "workspace_id": 1, "policy_id": 1, "user_id": self.id, "start": str(first),
            "end": str(first + self.chance.randrange(2) * DAY), "leave_period": self.chance.randrange(3)})
        if reply.status == 201:
            self.owner.put(f"/leaves/{reply.data['id']}/approve", json={"workspace_id": 1})
            self.leaves.append(reply.data["id"])

    def cancel(self):
        if self.leaves:
            self.owner.put(f"/leaves/{self.chance.choice(self.leaves)}/cancel", json={"workspace_id": 1})

    # ---- what time is worth, and where it was ----

    def move(self):
        self.model.zone = self.chance.choice([self.zones[0], self.zones[2]])
        self.put_member(timezone=self.model.zone)

    def put_member(self, **fields):
        assert self.owner.put(f"/members/{self.id}", json=fields, workspace_id=1).status == 200

    def earn(self):
        """From today on, which is any day."""
        contract = self.model.contracts[self.chance.choice(self.live())]
        now = self.at(self.day(), self.chance.randrange(24))
        rate = 100000 + 137 * len(self.log)
        reply = self.owner.put(f"/contracts/{contract.id}", json={"rate": rate / 10000}, workspace_id=1)
        assert reply.status == 200
        contract.own.say(local_day(now, self.model.zone), (CUSTOM, rate))
        self.at_end()

    def renew(self):
        """The contract ends, and another one begins: what the first one earned it keeps."""
        old = self.model.contracts[self.chance.choice(self.live())]
        assert self.owner.delete(f"/contracts/{old.id}", workspace_id=1).status == 200
        self.ended.add(old.id)
        rate = self.rate()
        id = new_contract(self.owner, old.project_id, self.id, rate=rate / 10000)["id"]
        self.model.contracts[id] = Contract(id, old.project_id, "USD", History((CUSTOM, rate)), old.member, old.project)

    def rename(self):
        project = self.chance.choice(list(self.model.names))
        self.model.names[project] += "."
        assert self.owner.put(f"/projects/{project}", json={"name": self.model.names[project]},
                              workspace_id=1).status == 200

    # ---- the sheets ----

    def assign_period(self, period, first, user_id):
        assert self.owner.put("/timesheets/assignments", workspace_id=1, json={
            "period": period, "date_from": str(first), "user_id": user_id}).status == 200
        self.model.assigned[first, user_id] = period

    def assign(self):
        self.assign_period(self.chance.choice([*PERIODS, "off", "custom"]), self.day(),
                           self.chance.choice([self.id, self.id, EVERYBODY]))

    def act(self):
        """Whatever the state does not know is refused, which the next look at the sheets shows."""
        if not self.model.sheets:
            return
        sheet = self.chance.choice(self.model.sheets)
        possible = {"pending": ["submit"], "rejected": ["submit"], "approved": ["reopen"],
                    "submitted": ["unsubmit", "approve", "approve", "reject"]}[sheet.status]
        action = self.chance.choice([*possible, *possible, self.chance.choice(list(DOINGS))])
        [shown] = self.shown_to(self.owner, date_from=str(sheet.first), date_to=str(sheet.last))
        reply = self.owner.put(f"/timesheets/{shown['id']}/{action}", json={"workspace_id": 1, "reason": "So."})
        assert reply.status == (200 if action in possible else 400), reply
        if action in possible:
            self.model.move(sheet, DOINGS[action])

    def reopen_all(self):
        """`earn` goes back in time, where no clock but the sandbox's does: what approved sheets keep is then not what
        stint check counts."""
        for sheet in self.shown_to(self.owner, status="approved"):
            self.owner.put(f"/timesheets/{sheet['id']}/reopen", json={"workspace_id": 1, "reason": "So."})

    # ---- comparing ----

    def shown_to(self, client, **query):
        return sorted(client.pages("/timesheets", workspace_id=1, user_id=self.id, per_page=100, **query),
                      key=lambda sheet: sheet["date_from"])

    def step(self):
        name = self.chance.choice(["by_hand", "by_hand", "ask", "ask", "decide", "track", "track", "stop", "slots",
                                   "slots", "change", "change", "delete", "leave", "cancel", "move", "earn", "rename",
                                   "renew", "assign", "act", "act", "act", "act"])
        self.log.append(name)
        closed = self.closed()
        extra = getattr(self, name)() or {}
        self.model.observe(self.raw(), **extra)
        days = self.database.rows(f"SELECT id, day FROM time_entries WHERE workspace_id = 1 AND user_id = {self.id}")
        for id, day in days:
            assert day_number(self.model.days[id]) == day, (id, self.model.zone, self.log)
        if name != "act":
            assert self.closed() == closed, "what is submitted or approved does not change"
        self.compare(self.owner, self.model.picture())

    def compare(self, client, picture):
        """Sheet by sheet, that a difference can be read."""
        shown = of_model(self.shown_to(client))
        assert [each["date_from"] for each in shown] == [each["date_from"] for each in picture], self.log
        for one, other in zip(shown, picture):
            for day in one["daily_breakdown"] | other["daily_breakdown"]:
                assert one["daily_breakdown"].get(day) == other["daily_breakdown"].get(day), (day, self.log)
            assert one == other, self.log

    def raw(self):
        return [Entry(*row) for row in self.database.rows(
            "SELECT id, start_at, end_at, contract_id, method, CASE WHEN from_slots THEN 1 ELSE 0 END "
            f"FROM time_entries WHERE workspace_id = 1 AND user_id = {self.id} ORDER BY start_at")]

    def closed(self):
        return [(entry, day) for entry in self.model.entries for day in [self.model.days[entry.id]]
                if (sheet := self.model.sheet_of(day)) and sheet.is_closed]

    def compare_sums(self):
        """No minute is lost between two sheets, and none is on both."""
        days = set(self.model.days.values())
        sheets = self.shown_to(self.owner)
        assert all(one["date_to"] < other["date_from"] for one, other in zip(sheets, sheets[1:]))
        for entry in self.model.entries:
            assert 0 < entry.end - entry.start <= 25 * 3600
        on_sheets = {day for day in days if self.model.sheet_of(day)}
        assert sum(sheet["total_minutes"] for sheet in sheets) == sum(self.model.seconds(day) // 60
                                                                      for day in on_sheets)
        assert all(self.model.period(day) is None for day in days - on_sheets)

    def compare_roles(self):
        picture = self.model.picture()
        for allowed in (0, 1):
            self.put_member(rate_status=allowed)
            self.owner.put("/members/11", json={"rate_status": allowed}, workspace_id=1)
            for client in (self.self, self.executive):
                self.compare(client, picture if allowed else without_rates(picture))


def of_model(sheets):
    """What the model knows."""
    return [{key: value for key, value in sheet.items()
             if key in ("date_from", "date_to", "status", "total_minutes", "total_hours", "total_amount", "currency",
                        "daily_breakdown")} for sheet in sheets]


@pytest.mark.parametrize("number", range(8))
def test_any_sequence(stint, owner, database, number):
    member = Member(stint, owner, database, number)
    for _ in range(STEPS):
        member.step()
    member.compare_sums()
    member.compare_roles()
    member.reopen_all()
