"""The documentation's own page on projects: its curl lines work as written, only with our address and token, and are
answered with exactly its keys, types and values."""

import json
import re
import subprocess

import pytest
from client import Client

ADDRESS = "https://api.webwork-tracker.com/api/v2"
TOKEN = "<YOUR_TOKEN_HERE>"

LIST = """
curl -i -X GET \\
  'https://api.webwork-tracker.com/api/v2/projects?workspace_id=1' \\
  -H 'Authorization: Bearer <YOUR_TOKEN_HERE>'
"""
CREATE = """
curl -i -X POST \\
  'https://api.webwork-tracker.com/api/v2/projects?workspace_id=1' \\
  -H 'Authorization: Bearer <YOUR_TOKEN_HERE>' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "name": "Marketing Campaign Q1",
    "start_date": "2024-01-15",
    "deadline": "2024-03-31",
    "estimation": 120,
    "budget": 5000,
    "notes": "Focus on social media channels",
    "icon": "project-icon-1"
  }'
"""
GET = """
curl -i -X GET \\
  'https://api.webwork-tracker.com/api/v2/projects/100?workspace_id=1' \\
  -H 'Authorization: Bearer <YOUR_TOKEN_HERE>'
"""
UPDATE = """
curl -i -X PUT \\
  'https://api.webwork-tracker.com/api/v2/projects/100?workspace_id=1' \\
  -H 'Authorization: Bearer <YOUR_TOKEN_HERE>' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "name": "Marketing Campaign Q1 Updated",
    "start_date": "2024-01-15",
    "deadline": "2024-04-30",
    "estimation": 150,
    "budget": 6000,
    "notes": "Updated focus areas",
    "icon": "project-icon-2"
  }'
"""
DELETE = """
curl -i -X DELETE \\
  'https://api.webwork-tracker.com/api/v2/projects/100?workspace_id=1' \\
  -H 'Authorization: Bearer <YOUR_TOKEN_HERE>'
"""

PROJECT = {
    "id": 100, "name": "Marketing Campaign Q1", "owner_id": 10, "start_date": "2024-01-15", "deadline": "2024-03-31",
    "estimation": 120, "budget_estimation": 5000, "notes": "Focus on social media channels", "icon": "project-icon-1",
    "is_billable": True, "rate": 0, "weekly_hours_limit": 168, "screenshots": "blur", "tags": [], "contracts_count": 3,
    "status": 1, "created_at": "2024-01-15T09:00:00Z", "updated_at": "2024-01-15T09:00:00Z", "deleted_at": None,
}
NEW = {"name": "Marketing Campaign Q1", "start_date": "2024-01-15", "deadline": "2024-03-31", "estimation": 120,
       "budget": 5000, "notes": "Focus on social media channels", "icon": "project-icon-1"}
UPDATED = {"name": "Marketing Campaign Q1 Updated", "start_date": "2024-01-15", "deadline": "2024-04-30",
           "estimation": 150, "budget": 6000, "notes": "Updated focus areas", "icon": "project-icon-2"}

NULLABLE = {key: {type(None), str} for key in ("start_date", "deadline", "notes", "icon", "deleted_at")}
NULLABLE |= {key: {type(None), float} for key in ("estimation", "budget_estimation", "rate")}
META = {"api_version", "timestamp", "request_id"}  # the last is ours
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def owner(start_server):
    """Alone in a fresh sandbox."""
    return Client(start_server(), "demo-owner")


def paste(line, server):
    """What a reader of the page does."""
    line = line.replace(ADDRESS, server.url + "/api/v2").replace(TOKEN, server.token)
    shown = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30, check=True).stdout
    head, _, body = shown.replace("\r\n", "\n").partition("\n\n")
    return int(head.split()[1]), json.loads(body)


def outputs(fields):
    """`budget` in, `budget_estimation` out."""
    return {"budget_estimation" if name == "budget" else name: value for name, value in fields.items()}


def assert_is_project(project, **values):
    """Exactly the documented keys, with values of the documented types."""
    assert list(project) == list(PROJECT)
    for key, example in PROJECT.items():
        assert type(project[key]) in {type(example)} | NULLABLE.get(key, set()), (key, project[key])
    for key in ("created_at", "updated_at"):
        assert INSTANT.fullmatch(project[key])
    assert {key: project[key] for key in values} == values


def assert_envelope(body, message=None):
    assert set(body) == {"success", "data", "meta"} | ({"message"} if message else set())
    assert body["success"] is True
    assert body.get("message") == message
    assert set(body["meta"]) - {"pagination"} == META
    assert body["meta"]["api_version"] == "2.0.0"
    assert INSTANT.fullmatch(body["meta"]["timestamp"])


def test_the_lines_as_written(start_server):
    server = start_server()

    status, body = paste(LIST, server)
    assert status == 200
    assert_envelope(body)
    assert PROJECT in body["data"]

    status, body = paste(GET, server)
    assert status == 200
    assert_envelope(body, "Project retrieved successfully")
    assert body["data"] == PROJECT

    status, body = paste(CREATE, server)
    assert status == 201
    assert_envelope(body, "Project created successfully")
    assert_is_project(body["data"], owner_id=10, contracts_count=0, deleted_at=None, **outputs(NEW))

    status, body = paste(UPDATE, server)
    assert status == 200
    assert_envelope(body, "Project updated successfully")
    assert_is_project(body["data"], id=100, contracts_count=3, **outputs(UPDATED))

    status, body = paste(DELETE, server)
    assert status == 200
    assert_envelope(body, "Project deleted successfully")
    assert body["data"] is None


def test_get_all_workspace_projects(owner):
    reply = owner.get("/projects", workspace_id=1)
    assert_envelope(reply.body)
    assert PROJECT in reply.data
    for project in reply.data:
        assert_is_project(project, deleted_at=None)


def test_create_new_project(owner):
    reply = owner.post("/projects", json=NEW, workspace_id=1)
    assert reply.status == 201
    assert_envelope(reply.body, "Project created successfully")
    assert_is_project(reply.data, owner_id=10, is_billable=True, rate=0, weekly_hours_limit=168, screenshots="blur",
                      tags=[], contracts_count=0, status=1, deleted_at=None, **outputs(NEW))


def test_get_single_project(owner):
    reply = owner.get("/projects/100", workspace_id=1)
    assert_envelope(reply.body, "Project retrieved successfully")
    assert reply.data == PROJECT


def test_update_project(owner):
    reply = owner.put("/projects/100", json=UPDATED, workspace_id=1)
    assert reply.status == 200
    assert_envelope(reply.body, "Project updated successfully")
    assert_is_project(reply.data, **outputs(UPDATED))
    assert owner.get("/projects/100", workspace_id=1).data == reply.data


def test_delete_project(owner):
    reply = owner.delete("/projects/100", workspace_id=1)
    assert reply.status == 200
    assert_envelope(reply.body, "Project deleted successfully")
    assert reply.data is None
    assert owner.get("/projects/100", workspace_id=1).failure == (404, "not_found")
    assert 100 not in owner.get("/projects", workspace_id=1).ids
