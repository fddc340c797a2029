"""What reports must say, from the raw rows of time, in the plainest words: each entry is looked at for itself, and what
stands in a report is what is left when all else is taken away.

Written to be read, not to be fast, and on purpose in another way than the server does it: no rollups, no groups."""

import dataclasses
from fractions import Fraction

from sheet_model import BREAK, decimal, half_up, local_day


@dataclasses.dataclass(frozen=True)
class Part:
    """An entry's share of its day."""
    user: int
    day: object
    contract: int | None
    task: int | None
    minutes: int


class Reports:
    """`people`: {id: (name, zone, teams, title)}, `contracts`: {id: sheet_model.Contract}, `projects` and `tasks`:
    {id: name}."""

    def __init__(self, people, contracts, projects, tasks):
        self.people, self.contracts, self.projects, self.tasks = people, contracts, projects, tasks
        self.parts = []

    def observe(self, rows):
        """Entries: (user, start, end, contract, task, method). A day's work is laid end to end in the order of
        contract, method, task and start; a minute belongs to the entry in which its sixtieth second lies."""
        days = {}
        for user, start, end, contract, task, method in rows:
            if method != BREAK:
                day = local_day(start, self.people[user][1])
                days.setdefault((user, day), []).append((contract or 0, method, task or 0, start, end - start))
        self.parts = []
        for (user, day), entries in days.items():
            passed = 0
            for contract, _, task, _, seconds in sorted(entries):
                minutes = sum(1 for second in range(passed + 1, passed + seconds + 1) if second % 60 == 0)
                self.parts.append(Part(user, day, contract or None, task or None, minutes))
                passed += seconds

    def project(self, part):
        return part.contract and self.contracts[part.contract].project_id

    def chosen(self, first, last, users=None, projects=None, teams=None, titles=None):
        return [part for part in self.parts
                if first <= part.day <= last and (users is None or part.user in users)
                and (projects is None or self.project(part) in projects)
                and (teams is None or self.people[part.user][2] & set(teams))
                and (titles is None or self.people[part.user][3] in titles)]

    # ---- tracked hours ----

    def tracked_hours(self, first, last, **filters):
        parts = self.chosen(first, last, **filters)
        report = {"report_type": "tracked_hours", "start_date": str(first), "end_date": str(last)}
        paid = {}
        for day in sorted({part.day for part in parts}):
            report[str(day)] = [self.line(day, user, contract, parts, paid) for user, contract in sorted(
                {(part.user, part.contract or 0) for part in parts if part.day == day})]
        report["total"] = {"total_minutes": sum(part.minutes for part in parts),
                           "total_amount": {currency: decimal(amount) for currency, amount in paid.items()}}
        return report

    def line(self, day, user, contract, parts, paid):
        minutes = sum(part.minutes for part in parts
                      if (part.day, part.user, part.contract or 0) == (day, user, contract))
        signed = self.contracts.get(contract)
        amounts, rate = {}, signed and signed.hourly(day)
        if rate is not None:
            amount = half_up(Fraction(minutes * rate, 60))
            amounts = {signed.currency: decimal(amount)}
            paid[signed.currency] = paid.get(signed.currency, 0) + amount
        return {"user_id": user, "user_name": self.people[user][0], "project_id": signed and signed.project_id,
                "project_name": signed and self.projects[signed.project_id], "contract_id": contract or None,
                "total_minutes": minutes, "total_amount": amounts}

    # ---- tasks ----

    def task_report(self, first, last, tasks=None, no_task=True, **filters):
        """The users."""
        parts = [part for part in self.chosen(first, last, **filters)
                 if (no_task if part.task is None else tasks is None or part.task in tasks)]
        return [self.user(user, [part for part in parts if part.user == user])
                for user in sorted({part.user for part in parts})]

    def user(self, user, parts):
        return {"user_id": user, "user_name": self.people[user][0],
                "total_minutes": sum(part.minutes for part in parts), "tasks_breakdown": self.breakdown(parts),
                "daily_breakdown": {str(day): self.breakdown([part for part in parts if part.day == day])
                                    for day in sorted({part.day for part in parts})}}

    def breakdown(self, parts):
        return [{"task_id": task or None, "task_title": self.tasks.get(task), "project_id": project or None,
                 "project_name": self.projects.get(project),
                 "total_minutes": sum(part.minutes for part in parts
                                      if (self.project(part) or 0, part.task or 0) == (project, task))}
                for project, task in sorted({(self.project(part) or 0, part.task or 0) for part in parts})]
