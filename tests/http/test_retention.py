"""What is kept for a time only is gone afterwards: it holds secrets, and nobody else would ever delete it."""

import pytest
from client import Client
from oauth_app import register, tokens_for
from scenario import accept, advance_clock, count_rows, invite, run_sql, set_clock, signed_in, unique

DAY = 86400


@pytest.fixture
def sandbox(start_server):
    client = Client(start_server(), "demo-owner")
    set_clock(client, "2024-01-15T09:00:00Z")
    return client


def keep(client, workspace_id=1):
    return client.post("/projects", json={"name": unique("Kept")}, headers={"Idempotency-Key": unique("key")},
                       workspace_id=workspace_id)


def test_kept_answers_are_deleted_after_a_day(sandbox):
    keep(sandbox)
    advance_clock(sandbox, DAY // 2)
    keep(sandbox)
    assert count_rows(sandbox.server, "idempotency_keys") == 2
    advance_clock(sandbox, DAY // 2 + 1)
    assert count_rows(sandbox.server, "idempotency_keys") == 1, "the second is not a day old"
    advance_clock(sandbox, DAY // 2)
    assert count_rows(sandbox.server, "idempotency_keys") == 0
    advance_clock(sandbox, 10 * DAY)
    keep(sandbox)
    advance_clock(sandbox, 2 * DAY)
    assert count_rows(sandbox.server, "idempotency_keys") == 0, "a workspace that kept nothing for a while"


def test_each_workspaces_and_nobodys_answers_are_deleted(sandbox):
    _, secret = invite(sandbox)
    keep(Client(sandbox.server, "demo-other-owner"), workspace_id=2)
    anonymous = Client(sandbox.server)
    assert anonymous.post(f"/accept-invitation/{secret}", json={"password": "correct horse"},
                          headers={"Idempotency-Key": "1"}).status == 200
    assert count_rows(sandbox.server, "idempotency_keys") == 2
    advance_clock(sandbox, DAY + 1)
    assert count_rows(sandbox.server, "idempotency_keys") == 0


def test_more_than_a_batch(sandbox):
    keep(sandbox)
    run_sql(sandbox.server, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1004) "
            "INSERT INTO idempotency_keys SELECT workspace_id, caller_id, key || i, fingerprint, status, body, "
            "created_at FROM idempotency_keys, n")
    assert count_rows(sandbox.server, "idempotency_keys") == 1005
    advance_clock(sandbox, 2 * DAY)
    assert count_rows(sandbox.server, "idempotency_keys") == 0


def test_more_than_a_batch_of_links(sandbox):
    lasting = count_rows(sandbox.server, "invitation_links")
    user_id, _ = invite(sandbox)
    run_sql(sandbox.server, "INSERT INTO invitation_links (hash, workspace_id, user_id, invitation_hash, expires_at) "
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
            "SELECT hash || i, workspace_id, user_id, hash || i, expires_at FROM n, invitation_links "
            f"WHERE user_id = {user_id}")
    advance_clock(sandbox, 16 * DAY)
    assert count_rows(sandbox.server, "invitation_links") == lasting


def test_more_than_a_batch_of_what_apps_had(sandbox, stint):
    """However much it is, nobody waits until all of it is gone."""
    server = sandbox.server
    app = register(stint, server)
    tokens_for(signed_in(server, "emma@example.com"), app)
    for table, columns, which in (
            ("authorization_codes", "hash, user_id, grant_id, workspace_id", "grant_id > 0"),
            ("refresh_tokens", "hash, user_id, grant_id, workspace_id, created_at", "grant_id > 0"),
            ("tokens", "hash, id, user_id, name, scopes, kind, only_workspace_id, grant_id, created_at", "kind = 3"),
            ("app_grants", "id, user_id, app_id, workspace_id, grant_type, scopes, created_at", "user_id = 11")):
        key, rest = columns.split(", ", 1)
        run_sql(server, f"INSERT INTO {table} ({columns}, expires_at) "
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
                        f"SELECT {key} {'||' if key == 'hash' else '+'} i, {rest}, expires_at FROM n, {table} "
                        f"WHERE {which}")
    advance_clock(sandbox, 32 * DAY)
    assert [count_rows(server, rows) for rows in ("authorization_codes", "refresh_tokens", "tokens WHERE kind = 3",
                                                  "app_grants WHERE user_id = 11")] == [0] * 4


def test_what_was_kept_while_the_clock_was_ahead_is_kept_for_no_longer(sandbox):
    """Neither its own date nor that of the job makes it wait for a time that is years away."""
    set_clock(sandbox, "2034-01-15T09:00:00Z")
    answer = sandbox.post("/projects", json={"name": "Once"}, headers={"Idempotency-Key": "once"}, workspace_id=1)
    set_clock(sandbox, "2024-01-15T10:00:00Z")
    again = sandbox.post("/projects", json={"name": "Once"}, headers={"Idempotency-Key": "once"}, workspace_id=1)
    assert again.data["id"] == answer.data["id"], "not carried out twice"
    advance_clock(sandbox, DAY)
    assert count_rows(sandbox.server, "idempotency_keys") == 1
    advance_clock(sandbox, 2)
    assert count_rows(sandbox.server, "idempotency_keys") == 0


def test_links_are_deleted_when_they_have_expired(sandbox):
    secrets = [invite(sandbox)[1] for _ in range(2)]
    lasting = count_rows(sandbox.server, "invitation_links") - 2  # the sandbox's own
    assert accept(Client(sandbox.server), secrets[0]).status == 200
    advance_clock(sandbox, 7 * DAY)
    invite(sandbox)
    assert count_rows(sandbox.server, "invitation_links") == lasting + 3
    advance_clock(sandbox, 8 * DAY)
    assert count_rows(sandbox.server, "invitation_links") == lasting + 1
    advance_clock(sandbox, 8 * DAY)
    assert count_rows(sandbox.server, "invitation_links") == lasting
