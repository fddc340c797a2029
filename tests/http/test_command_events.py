"""What commands leave for those who follow the workspace, held against what their help says of it: kinds of events, or
a reason why there are none."""

import functools
import re

from scenario import new_project
from test_events import Feed

NOW = "2024-03-01T12:00:00Z"
JOHN = "john.doe@example.com"
OF_ACCOUNTS = {"user second-factor-reset", "user password", "user confirm"}  # need more than arguments
READING = {"list", "show", "assignments"}


@functools.cache
def help_of(stint, command):
    return stint.run(*command.split(), "--help").stdout


def told(stint, command):
    """Kinds of events, or none and why."""
    said = re.search(r"^Events: (.*)$", help_of(stint, command), re.MULTILINE)
    return (said[1].split(", "), None) if said and re.fullmatch(r"[a-z_., ]+", said[1]) else ([], said and said[1])


def commands(client, number):
    """{command: arguments}, in an order in which each changes something."""
    project, tag = str(new_project(client)["id"]), f"Tag {number}"
    return {
        "workspace create": ["Other", "--owner-email", "other@example.com"],
        "workspace rename": ["Another"],
        "workspace set": ["working_minutes_per_day", "420"],
        "user create": ["new@example.com"],
        "user rate": [JOHN, "31"],
        "user block": [JOHN],
        "user unblock": [JOHN],
        "token create": ["--user", JOHN, "--name", "Script"],
        "token revoke": ["6"],
        "app create": ["App", JOHN, "--redirect-uris", "https://app.example/"],
        "app revoke": None,
        "team create": ["Night"],
        "team add": ["Night", JOHN],
        "team remove": ["Night", JOHN],
        "title create": ["Guard"],
        "title assign": ["Guard", JOHN],
        "tag create": [tag],
        "tag attach": [tag, project],
        "tag detach": [tag, project],
        "project grant": [project, "peter@example.com"],
        "project revoke": [project, "peter@example.com"],
        "project set": [project, "--rate", "70"],
        "project restore": [project],
        "contract rate": ["20", "40"],
        "expense-category create": ["Ships"],
        "expense-category remove": ["Ships"],
        "timesheet assign": [JOHN, "monthly"],
        "leave-policy create": ["Sabbatical", "days", "5"],
        "leave-policy set": ["Sabbatical", "accrual", "monthly"],
        "leave-allowance set": [JOHN, "Sabbatical", "2024", "4"],
        "leave-policy remove": ["Sabbatical"],
        "holiday set": ["2024-12-24", "Eve"],
        "holiday remove": ["2024-12-24"],
        "shift create": ["Night", "Monday", "18:00", "23:00"],
        "shift set": ["Night", "name", "Evening"],
        "shift hours": ["Evening", "Monday=17:00-22:00"],
        "shift assign": ["Evening", JOHN],
        "shift unassign": ["Evening", JOHN],
        "shift remove": ["Evening"],
        "break-policy create": ["Tea", "15"],
        "break-policy set": ["Tea", "minutes_per_day", "20"],
        "break-policy assign": ["Tea", JOHN],
        "break-policy unassign": ["Tea", JOHN],
        "break-policy remove": ["Tea"],
        "task-status add": ["15", "Review"],
        "task-status remove": ["15"]}


def before(client, command, arguments):
    """What has to be there for the command to change it."""
    if command == "project restore":
        client.delete(f"/projects/{arguments[0]}", workspace_id=1)
    elif command == "task-status remove":
        client.put("/tasks/5", json={"status": 15}, workspace_id=1, project_id=100)


def test_each_command_says_what_it_leaves(stint, fresh):
    feed, run_of, made = Feed(fresh), {}, {}
    wanted = set(re.findall(r"^  ([a-z-]+ [a-z-]+)\b", stint.run("--help").stdout, re.MULTILINE))
    for command, arguments in commands(fresh, 1).items():
        arguments = arguments or [made["app create"].split()[0]]
        before(fresh, command, arguments)
        feed.read()
        options = ["--database", fresh.server.database]
        if "--workspace" in help_of(stint, command) and command.split()[0] != "token":
            options += ["--workspace", "1"]
        done = stint.run(*command.split(), *arguments, *options)
        assert done.returncode == 0, (command, done.stderr)
        made[command], run_of[command] = done.stdout, feed.kinds()
    assert {command for command in wanted if command.split()[1] not in READING} == set(run_of) | OF_ACCOUNTS
    for command, kinds in run_of.items():
        said, why_not = told(stint, command)
        assert kinds == said and bool(kinds) != bool(why_not), command
    assert {command for command in wanted if told(stint, command) == ([], None)} <= {
        command for command in wanted if command.split()[1] in READING} | {"user password"}
