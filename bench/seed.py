"""The data that the measurements work on: projects filled like the documentation's example. It measures nothing."""

import http.client
import json
import sqlite3
import subprocess
import urllib.parse

TOKEN = "demo-owner"
PROJECTS = 24  # with the sandbox's own more than one page of 20
ASSIGNEE = 100  # the sandbox's regular user
TAG = "Marketing"  # the sandbox's own

LIST = "/api/v2/projects?workspace_id=1&per_page=20"
CREATE = "/api/v2/projects?workspace_id=1"
NEW_PROJECT = {
    "name": "Marketing Campaign Q1", "start_date": "2024-01-15", "deadline": "2024-03-31", "estimation": 120,
    "budget": 5000, "notes": "Focus on social media channels", "icon": "project-icon-1",
}


def exchange(url, method, target, body=None, accepted=(200, 201)):
    """One request as the owner: status, headers, body."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=30)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, target, body=None if body is None else json.dumps(body), headers=headers)
    reply = connection.getresponse()
    content = reply.read()
    connection.close()
    if reply.status not in accepted:
        raise SystemExit(f"bench: {method} {target} on {url}: {reply.status} {content[:500]!r}")
    return reply.getheaders(), content


def fill(program, url, database):
    """Through the API, and with the program's own commands where the API has none."""
    for number in range(PROJECTS):
        project = NEW_PROJECT | {"name": f"Marketing Campaign Q{number + 2}"}
        id = json.loads(exchange(url, "POST", CREATE, project)[1])["data"]["id"]
        exchange(url, "POST", "/api/v2/contracts?workspace_id=1", {"project_id": id, "user_id": ASSIGNEE})
    for project in json.loads(exchange(url, "GET", LIST)[1])["data"]:
        if not project["tags"]:
            subprocess.run([program, "tag", "attach", TAG, str(project["id"]), "--workspace", "1",
                            "--database", database], check=True, stdout=subprocess.DEVNULL)


def copy(database, target):
    """Of a file in use."""
    source, copied = sqlite3.connect(database, timeout=10), sqlite3.connect(target)
    source.backup(copied)
    copied.close()
    source.close()


def shape(value):
    """A JSON value without its scalars: what must be alike in replies that are compared."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else None
