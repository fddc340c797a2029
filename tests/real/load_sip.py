#!/usr/bin/python3
"""Loads a real company into a running server, reads everything back page by page, and compares.

The company is the SiP data set: 12,299 rows of work by 22 developers on 20 projects, 2004 to 2014. Its developers
become members who accept their invitations, its project codes projects with their estimates and dates, each developer
gets a contract on each project they worked on, and each task becomes a task. The hours that a developer spent on a
task become tracked slots: each working day (Monday to Friday) from the task's start to its completion takes an equal
share, between 08:00 and 18:00 UTC; what a day has no room for goes to the next working days that have, even after the
completion. A task that was never started begins when it was estimated, and one that was never completed lasts a day.
Hours are rounded to whole minutes, row by row.

Only the public API is used, as an integrator would; the expectation is computed from the files alone. A second run
within 24 hours repeats the same requests and, because they carry idempotency keys and slots their ids, finds the same
company.

usage: load_sip.py --url http://127.0.0.1:8080 --token TOKEN [--workspace 1] [--data ../shared/data/sip]
       [--load-only]"""

import argparse
import collections
import csv
import datetime
import decimal
import itertools
import json
import math
import pathlib
import random
import sys
import time
import urllib.parse

import urllib3

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "sip"
ENCODING = "cp1252"
PASSWORD = "a long password for the sandbox"
DOMAIN = "@sip.example"
PER_PAGE = 7  # small, so that every list has several pages and a last one that is not full
TIMEOUT = 30
LISTS = ("/members", "/projects", "/contracts")
BATCH, WEEKS = 1000, 5  # slots a request, and the weeks that they may touch
SLOT = 10  # minutes
MORNING, EVENING = 8 * 60, 18 * 60
STATUSES = {"FINISHED": 30, "COMPLETED": 20, "RELEASED": 20, "CANCELLED": 30, "ESTIMATED": 0, "TEMPLATE": 0,
            "AUTHORISE": 0, "CHRONICLE": 10}

Company = collections.namedtuple("Company", "developers projects pairs rows tasks work")
Task = collections.namedtuple("Task", "title project status start developers")
Work = collections.namedtuple("Work", "task developer minutes start end")  # a row of the file


# ---- the files ----

def read_company(folder):
    """Developers by id, what each project's tasks add up to, and who worked on what."""
    dates = {row["TaskNumber"]: row for row in read_rows(folder / "est-act-dates.csv")}
    rows = read_rows(folder / "Sip-task-info.csv")
    tasks = collections.defaultdict(dict)  # a task of two developers has two rows, and one estimate
    for row in rows:
        tasks[row["ProjectCode"]][row["TaskNumber"]] = decimal.Decimal(row["HoursEstimate"])
    work = [work_of(row, dates[row["TaskNumber"]]) for row in rows]
    return Company(developers=sorted({int(row["DeveloperID"]) for row in rows}),
                   projects={code: project_of(estimates, dates) for code, estimates in sorted(tasks.items())},
                   pairs=sorted({(row["ProjectCode"], int(row["DeveloperID"])) for row in rows}), rows=len(rows),
                   tasks=tasks_of(rows, work), work=work)


def work_of(row, dates):
    minutes = decimal.Decimal(row["DeveloperHoursActual"]) * 60
    start = day_of(dates["StartedOn"] or dates["EstimateOn"])
    end = day_of(dates["CompletedOn"]) if dates["CompletedOn"] else start
    return Work(int(row["TaskNumber"]), int(row["DeveloperID"]),
                int(minutes.to_integral_value(decimal.ROUND_HALF_UP)), start, max(start, end))


def tasks_of(rows, work):
    """By number. A task of two developers has two rows."""
    developers = collections.defaultdict(set)
    for each in sorted(work, key=lambda each: each[0]):
        developers[each.task].add(each.developer)
    starts = {each.task: each.start for each in work}
    return {int(row["TaskNumber"]): Task(row["Summary"].strip() or "-", row["ProjectCode"],
                                         STATUSES[row["StatusCode"]], starts[int(row["TaskNumber"])],
                                         sorted(developers[int(row["TaskNumber"])])) for row in rows}


def read_rows(file):
    with open(file, encoding=ENCODING, newline="") as stream:
        return list(csv.DictReader(stream))


def project_of(estimates, dates):
    started = [day_of(dates[task]["EstimateOn"]) for task in estimates]
    completed = [day_of(dates[task]["CompletedOn"]) for task in estimates if dates[task]["CompletedOn"]]
    return {"start_date": str(min(started)), "deadline": str(max(completed)) if completed else None,
            "estimation": sum(estimates.values()), "notes": f"{len(estimates)} tasks"}


def day_of(text):
    return datetime.datetime.strptime(text, "%d-%b-%y").date()


# ---- spreading hours over days ----

def working_days(start):
    while True:
        if start.weekday() < 5:
            yield start
        start += datetime.timedelta(days=1)


class Diary:
    """A developer's days: what is spent on what, and when the next minute is free."""

    def __init__(self):
        self.free = collections.defaultdict(lambda: MORNING)

    def spread(self, work):
        """(day, first minute, minutes) of a row."""
        days = [day for day in itertools.takewhile(lambda day: day <= work.end, working_days(work.start))]
        share = -(-work.minutes // max(1, len(days)))
        rest = work.minutes
        for day in working_days(work.start):
            if rest == 0:
                break
            room = EVENING - self.free[day]
            now = min(rest, room, share if day <= work.end else room)
            if now > 0:
                yield day, self.free[day], now
                self.free[day] += now
                rest -= now


def slots_of(company, users, contracts, tasks):
    """By developer: [(day, task number, slot)] in the order of the file."""
    diaries, result = collections.defaultdict(Diary), collections.defaultdict(list)
    for work in company.work:
        task, number = company.tasks[work.task], 0
        for day, first, minutes in diaries[work.developer].spread(work):
            for minute in range(first, first + minutes, SLOT):
                length = min(SLOT, first + minutes - minute)
                result[work.developer].append((day, work.task, length, {
                    "id": f"{work.task}-{number}", "start": clock(day, minute), "end": clock(day, minute + length),
                    "contract_id": contracts[task.project, work.developer], "task_id": tasks[work.task],
                    "activity_level": 50}))
                number += 1
    return result


def clock(day, minute):
    return f"{day}T{minute // 60:02}:{minute % 60:02}:00Z"


# ---- the server ----

class Api:
    """One workspace of a server, by its public API. Any refusal ends the program."""

    def __init__(self, url, token, workspace):
        # Not `requests`: its time for each of them would be most of what this program takes.
        self.server = urllib3.connection_from_url(url, timeout=TIMEOUT, retries=False)
        self.token = {"Authorization": f"Bearer {token}"}
        self.workspace = workspace

    def get(self, path, **query):
        return self._send("GET", self._target(path, **query), self.token)

    def post(self, path, key, body):
        """`key` makes it safe to repeat; None: the body is so by itself."""
        return self._post(self._target(path), self.token, key, body)

    def follow(self, link, key, body):
        """An invitation link, as the person does who got it: without a token."""
        return self._post(urllib.parse.urlsplit(link).path, {}, key, body)

    def _target(self, path, **query):
        return f"/api/v2{path}?{urllib.parse.urlencode({'workspace_id': self.workspace, **query})}"

    def _post(self, target, headers, key, body):
        kept = {"Idempotency-Key": f"sip-{self.workspace}-{key}"} if key else {}
        return self._send("POST", target, headers | kept | {"Content-Type": "application/json"},
                          json.dumps(body, default=float))["data"]

    def _send(self, method, target, headers, body=None):
        while True:
            reply = self.server.urlopen(method, target, body, headers)
            if reply.status != 429:
                break
            time.sleep(int(reply.headers["Retry-After"]))
        if reply.status >= 300:
            raise SystemExit(f"{method} {target}: {reply.status} {reply.data.decode()}")
        return json.loads(reply.data, parse_float=decimal.Decimal)

    def rows(self, path, per_page=PER_PAGE, in_order=True, beyond=1, **query):
        """A whole list, by ascending ids if it is `in_order`. What each page says of itself must be true, and those
        `beyond` the last must be empty."""
        rows, page, last = [], 1, 1
        while page <= last + beyond:
            reply = self.get(path, page=page, per_page=per_page, **query)
            said = reply["meta"]["pagination"]
            last = said["last_page"]
            rows += reply["data"]
            first = (page - 1) * per_page + 1
            here = min(per_page, max(0, said["total"] - first + 1))
            true = {"total": said["total"], "per_page": per_page, "current_page": page,
                    "last_page": max(1, math.ceil(said["total"] / per_page)),
                    "from": first if here else None, "to": first + here - 1 if here else None}
            if said != true or len(reply["data"]) != here:
                raise SystemExit(f"{path}: page {page} has {len(reply['data'])} rows and says {said}, not {true}")
            page += 1
        ids = [row["id"] for row in rows]
        if len(rows) != said["total"] or len(set(ids)) != len(ids) or (in_order and ids != sorted(ids)):
            raise SystemExit(f"{path}: {said['total']} rows were announced, and these came: {ids}")
        return rows


# ---- loading ----

def invite(api, developer):
    person = {"email": f"developer-{developer}{DOMAIN}", "firstname": "Developer", "lastname": str(developer),
              "role": "Regular User"}
    invitation = api.post("/members", f"member-{developer}", person)
    accepted = api.follow(invitation["invitation_link"], f"accept-{developer}", {"password": PASSWORD})
    if accepted["user_id"] != invitation["user_id"]:
        raise SystemExit(f"{person['email']} was invited as {invitation['user_id']}, not {accepted['user_id']}")
    return invitation["user_id"]


def load(api, company):
    """Ids by developer, by project code and by pair of both."""
    users = {developer: invite(api, developer) for developer in company.developers}
    projects = {code: api.post("/projects", f"project-{code}", {"name": code, **fields})["id"]
                for code, fields in company.projects.items()}
    contracts = {(code, developer): api.post("/contracts", f"contract-{code}-{developer}",
                                             {"project_id": projects[code], "user_id": users[developer]})["id"]
                 for code, developer in company.pairs}
    return users, projects, contracts


def load_tasks(api, company, users, projects):
    """Ids by number."""
    return {number: api.post("/tasks", f"task-{number}", {
        "project_id": projects[task.project], "title": task.title, "status": task.status,
        "start_date": str(task.start), "assignees": [users[each] for each in task.developers]})["id"]
        for number, task in company.tasks.items()}


def batches_of(work):
    """As many slots as a request may bring something new of."""
    batch, weeks = [], set()
    for each in sorted(work, key=lambda each: each[0]):
        week = each[0].isocalendar()[:2]
        if len(batch) == BATCH or len(weeks | {week}) > WEEKS:
            yield batch
            batch, weeks = [], set()
        batch.append(each)
        weeks.add(week)
    yield batch


def load_hours(api, users, slots):
    """Each batch in an order of its own: late and early ones must give the same."""
    for developer, work in slots.items():
        chance = random.Random(developer)
        batches = list(batches_of(work))
        chance.shuffle(batches)
        for batch in batches:
            slots = [each[-1] for each in batch]
            reply = api.post("/tracked-slots", None, {"user_id": users[developer], "slots": slots})
            if reply["rejected"]:
                raise SystemExit(f"slots were rejected: {[each for each in reply['results'] if each['field']][:3]}")


# ---- comparing ----

def expected(company, users, projects, contracts):
    """What must be read back, by list and id."""
    sizes = collections.Counter(code for code, _ in company.pairs)
    return {
        "/members": {users[developer]: {
            "email": f"developer-{developer}{DOMAIN}", "firstname": "Developer", "lastname": str(developer),
            "current_role": "Regular User", "status": "active", "deleted_at": None,
        } for developer in company.developers},
        "/projects": {projects[code]: {
            "name": code, **fields, "contracts_count": sizes[code], "deleted_at": None,
        } for code, fields in company.projects.items()},
        "/contracts": {contracts[code, developer]: {
            "project_id": projects[code], "project_name": code, "user_id": users[developer],
            "user_email": f"developer-{developer}{DOMAIN}", "contract_name": f"{code} - Developer {developer}",
            "status": "active",
        } for code, developer in company.pairs},
    }


def differences(path, wanted, rows):
    """Between the expected objects by id and those of the rows that have these ids."""
    found = {row["id"]: row for row in rows}
    for id, fields in wanted.items():
        if id not in found:
            yield f"{path}: {id} is missing: {fields}"
            continue
        for name, value in fields.items():
            if found[id].get(name) != value:
                yield f"{path}: {id}: {name} is {found[id].get(name)!r}, not {value!r}"


def compare_lists(wanted, before, after):
    """All rows; those that were there before, and are not of this company, must be as they were."""
    for path, objects in wanted.items():
        yield from differences(path, objects, after[path])
        others, earlier = ([row for row in rows[path] if row["id"] not in objects] for rows in (after, before))
        if others != earlier:
            yield f"{path}: rows of others were changed: {earlier} became {others}"


def compare_filters(api, wanted):
    """The contracts of each project and of each person, and each person by address."""
    for name, path in (("project_id", "/projects"), ("user_id", "/members")):
        for id in wanted[path]:
            ids = {row["id"] for row in api.rows("/contracts", **{name: id})}
            true = {contract for contract, fields in wanted["/contracts"].items() if fields[name] == id}
            if ids != true:
                yield f"/contracts?{name}={id}: {sorted(ids)}, not {sorted(true)}"
    for id, fields in wanted["/members"].items():
        ids = [row["id"] for row in api.rows("/members", email=fields["email"])]
        if ids != [id]:
            yield f"/members?email={fields['email']}: {ids}, not [{id}]"


def compare_tasks(api, company, users, projects, tasks):
    wanted = {tasks[number]: {
        "title": task.title, "project_id": projects[task.project], "status": task.status,
        "start_date": str(task.start), "priority": None,
        "assignees": sorted(users[each] for each in task.developers)} for number, task in company.tasks.items()}
    rows = [row | {"assignees": [each["id"] for each in row["assignees"]]}
            for project in projects.values() for row in api.rows("/tasks", per_page=100, project_id=project)]
    yield from differences("/tasks", wanted, rows)
    if len(rows) != len(wanted):
        yield f"/tasks: {len(rows)} tasks, not {len(wanted)}"


def compare_hours(api, company, users, tasks, slots):
    """Each developer's each day, then the sums of projects and developers against the file."""
    by_project, by_developer, entries = collections.Counter(), collections.Counter(), 0
    for developer, work in slots.items():
        days = collections.defaultdict(collections.Counter)
        for day, number, minutes, _ in work:
            days[day][tasks[number]] += minutes
        for day, wanted in days.items():
            rows = api.rows("/time-entries", per_page=50, in_order=False, beyond=day == min(days),
                            user_id=users[developer], date=str(day))
            entries += len(rows)
            found = collections.Counter()
            for row in rows:
                found[row["task_id"]] += row["duration_minutes"]
                by_project[row["project_name"]] += row["duration_minutes"]
                by_developer[developer] += row["duration_minutes"]
            if found != wanted:
                yield f"/time-entries: developer {developer} on {day}: {dict(found)}, not {dict(wanted)}"
    projects, developers = collections.Counter(), collections.Counter()
    for each in company.work:
        projects[company.tasks[each.task].project] += each.minutes
        developers[each.developer] += each.minutes
    for what, found, wanted in (("project", by_project, projects), ("developer", by_developer, developers)):
        for name in wanted | found:
            if found[name] != wanted[name]:
                yield f"/time-entries: {what} {name} has {found[name]} minutes, the file {wanted[name]}"
    print(f"read back: {len(tasks)} tasks, {entries} time entries, {sum(by_project.values())} minutes")


def compare_reports(api, company, projects, slots):
    """What the report of tracked hours says of each project and year, against the file; both are printed as a table."""
    wanted, spent = collections.Counter(), collections.Counter()
    for day, number, minutes, _ in itertools.chain.from_iterable(slots.values()):
        wanted[company.tasks[number].project, day.year] += minutes
    for each in company.work:
        spent[company.tasks[each.task].project] += each.minutes
    years = sorted({year for _, year in wanted})
    print("hours   " + "".join(f"{year:>9}" for year in years) + "      all  in the file")
    for code, id in projects.items():
        found = [api.get("/reports/tracked-hours", projects=id, start_date=f"{year}-01-01", end_date=f"{year}-12-31")
                 ["data"]["total"]["total_minutes"] for year in years]
        print(f"{code:8}" + "".join(f"{minutes / 60:>9.2f}" for minutes in [*found, sum(found)])
              + f"{spent[code] / 60:>13.2f}")
        if found != [wanted[code, year] for year in years] or sum(found) != spent[code]:
            yield f"/reports/tracked-hours: project {code} has {found} minutes, the file {spent[code]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True, help="of an owner or an executive manager")
    parser.add_argument("--workspace", type=int, default=1)
    parser.add_argument("--data", type=pathlib.Path, default=DATA, help="the folder of the CSV files")
    parser.add_argument("--load-only", action="store_true", help="read nothing back")
    options = parser.parse_args()

    company = read_company(options.data)
    print(f"read: {company.rows} rows, {len(company.developers)} developers, {len(company.projects)} projects, "
          f"{len(company.pairs)} pairs that worked together")
    api = Api(options.url, options.token, options.workspace)
    before = {path: api.rows(path) for path in LISTS}
    users, projects, contracts = load(api, company)
    tasks = load_tasks(api, company, users, projects)
    slots = slots_of(company, users, contracts, tasks)
    load_hours(api, users, slots)
    if options.load_only:
        return 0
    wanted = expected(company, users, projects, contracts)
    after = {path: api.rows(path) for path in LISTS}
    faults = [*compare_lists(wanted, before, after), *compare_filters(api, wanted),
              *compare_tasks(api, company, users, projects, tasks), *compare_hours(api, company, users, tasks, slots),
              *compare_reports(api, company, projects, slots)]
    counts = [sum(row["id"] in wanted[path] for row in after[path]) for path in LISTS]
    print("read back: {} members, {} projects, {} contracts".format(*counts))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(faults)} differences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
