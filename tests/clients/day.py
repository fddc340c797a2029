"""A day's work by a generated client: what an integration does first. Run by the tools' Python, beside the client.

usage: day.py URL"""

import datetime
import sys

import stint_client
from stint_client.api.contracts import create_contract, get_contracts
from stint_client.api.projects import create_project, delete_project, get_project, get_projects, update_project
from stint_client.api.tasks import create_task
from stint_client.api.time_entries import create_time_entry, delete_time_entry, get_time_entries, update_time_entry
from stint_client.api.time_tracking import get_current_tracker_data, start_time_tracking, stop_time_tracking
from stint_client.api.tracked_slots import ingest_tracked_slots
from stint_client.models import (CreateContractBody, CreateProjectBody, CreateTaskBody, CreateTimeEntryBody, Failure,
                                 IngestTrackedSlotsBody, Slot, StartTimeTrackingBody, StopTimeTrackingBody,
                                 UpdateProjectBody, UpdateTimeEntryBody)

DAY = datetime.date(2024, 1, 16)


def projects(client, workspace):
    names = [f"Outing {number}" for number in range(5)]
    made = [create_project.sync(client=client, body=CreateProjectBody(name=name, budget=1234567.89, notes="first"),
                                **workspace).data for name in names]
    assert {project.budget_estimation for project in made} == {1234567.89}, "with all its decimals"
    first = get_projects.sync(client=client, name="outing", page=1, per_page=2, **workspace)
    assert first.success is True and first.meta.pagination.last_page == 3
    pages = [get_projects.sync(client=client, name="outing", page=page, per_page=2, **workspace).data
             for page in range(1, 4)]
    assert [project.name for page in pages for project in page] == names
    project = made[0]
    cleared = update_project.sync(project.id, client=client, body=UpdateProjectBody(notes=None, deadline=DAY),
                                  **workspace).data
    assert (cleared.notes, cleared.deadline, cleared.name) == (None, DAY, "Outing 0")
    return project


def failures(client, workspace, project):
    missing = get_project.sync(999999, client=client, **workspace)
    assert isinstance(missing, Failure) and (missing.success, missing.error) == (False, "not_found")
    nameless = create_project.sync(client=client, body=CreateProjectBody(name=""), **workspace)
    assert nameless.error == "validation_failed" and list(nameless.errors.additional_properties) == ["name"]
    idle = get_current_tracker_data.sync_detailed(client=client, **workspace)
    assert (idle.status_code, idle.parsed.error) == (400, "not_tracking")
    kept = {"client": client, "idempotency_key": f"project {project.id}", **workspace}
    first, again = (create_project.sync_detailed(body=CreateProjectBody(name="Once"), **kept) for _ in range(2))
    assert first.parsed.data.id == again.parsed.data.id and again.headers["idempotency-replayed"] == "true"


def time(client, workspace, project):
    body = CreateContractBody(project_id=project.id, user_id=100, rate=25.3)
    contract = create_contract.sync(client=client, body=body, **workspace).data
    assert contract.rate == 25.3
    [listed] = get_contracts.sync(client=client, project_id=project.id, **workspace).data
    assert listed.id == contract.id
    task = create_task.sync(client=client, project_id=project.id, **workspace,
                            body=CreateTaskBody(title="Draft", assignees=[100], priority=20)).data
    assert (task.priority, task.parent_id, task.assignees[0].id) == (20, None, 100)
    added = create_time_entry.sync(client=client, **workspace, body=CreateTimeEntryBody(
        user_id=100, date=DAY, start_time="09:00", end_time="10:30", contract_id=contract.id, task_id=task.id))
    assert added.saved_minutes == 90 and added.data.start_time.utcoffset() == datetime.timedelta(0)
    [entry] = get_time_entries.sync(client=client, user_id=100, date=DAY, **workspace).data
    body = UpdateTimeEntryBody(end_time="10:00")
    assert update_time_entry.sync(entry.id, client=client, body=body, **workspace).success
    assert delete_time_entry.sync(entry.id, client=client, **workspace).data is None
    start = datetime.datetime(2024, 1, 16, 11, tzinfo=datetime.timezone.utc)
    slot = Slot(id="one", start=start, end=start + datetime.timedelta(minutes=10), contract_id=contract.id)
    sent = ingest_tracked_slots.sync(client=client, body=IngestTrackedSlotsBody(slots=[slot], user_id=100), **workspace)
    assert (sent.data.accepted, sent.data.saved_minutes) == (1, 10)
    started = start_time_tracking.sync(client=client, body=StartTimeTrackingBody(contract_id=contract.id, user_id=100),
                                       **workspace)
    assert started.data.project_id == project.id
    current = get_current_tracker_data.sync(client=client, user_id=100, **workspace).data
    assert current.contract_id == contract.id
    assert stop_time_tracking.sync(client=client, body=StopTimeTrackingBody(user_id=100), **workspace).success


def main():
    client = stint_client.AuthenticatedClient(base_url=sys.argv[1], token="demo-owner")
    workspace = {"workspace_id": 1}
    project = projects(client, workspace)
    failures(client, workspace, project)
    time(client, workspace, project)
    assert delete_project.sync(project.id, client=client, **workspace).data is None
    assert get_project.sync(project.id, client=client, **workspace).error == "not_found"
    print("done")


main()
