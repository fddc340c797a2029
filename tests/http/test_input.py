"""What is understood, in all the spellings that clients use; and what is not understood is never a success."""

import gzip

import pytest
from scenario import advance_clock, invite, new_contract, new_member, new_project, unique

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STRICT = {"Prefer": "handling=strict"}


def get(client, path):
    return client.get(path, workspace_id=1).data


@pytest.fixture(scope="module")
def project(owner):
    return new_project(owner)


@pytest.fixture
def path(project):
    return f"/projects/{project['id']}"


# ---- content codings ----

@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "x-gzip", "identity, gzip", "nonsense"])
def test_a_body_in_another_coding_is_refused(owner, path, coding):
    before = get(owner, path)
    for body, content_type in ((b"notes=CHANGED", FORM["Content-Type"]), (b'{"notes":"CHANGED"}', "application/json")):
        for sent in (body, gzip.compress(body)):
            reply = owner.put(path, body=sent, workspace_id=1,
                              headers={"Content-Type": content_type, "Content-Encoding": coding})
            assert reply.failure == (415, "unsupported_media_type")
            assert reply.headers["Accept-Encoding"] == "identity"
    assert get(owner, path) == before


def test_identity_is_no_coding(owner, path):
    for coding in ("identity", "Identity", ""):
        assert owner.put(path, json={"notes": coding}, headers={"Content-Encoding": coding},
                         workspace_id=1).data["notes"] == coding


# ---- bodies ----

@pytest.mark.parametrize("body", [b"", b"[]", b"null", b" [ ] ", b"\n null\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf[]"])
def test_bodies_that_say_nothing(owner, project, path, body):
    name = get(owner, path)["name"]
    assert owner.put(path, body=body, workspace_id=1).data["name"] == name
    reply = owner.post("/project-viewers/14/assign-project", body=body, workspace_id=1, project_id=project["id"])
    assert reply.status == 200


@pytest.mark.parametrize("content_type", ["text/json", "application/vnd.api+json", "application/JSON", "Text/Json",
                                          "application/hal+json; charset=utf-8", "application/problem+JSON"])
def test_json_by_other_names(owner, path, content_type):
    reply = owner.put(path, body=b'{"notes": "In JSON"}', headers={"Content-Type": content_type}, workspace_id=1)
    assert reply.data["notes"] == "In JSON"


def test_a_byte_order_mark(owner, path):
    assert owner.put(path, body='\ufeff{"notes": "Marked"}'.encode(), workspace_id=1).data["notes"] == "Marked"
    assert owner.put(path, body="\ufeffnotes=Marked+too".encode(), headers=FORM,
                     workspace_id=1).data["notes"] == "Marked too"


@pytest.mark.parametrize("body", [b'{"name": "x"}', b' {"name":"x"}', b"[]", b'[{"name":"x"}]'])
def test_json_that_calls_itself_a_form(owner, body):
    reply = owner.post("/projects", body=body, headers=FORM, workspace_id=1)
    assert reply.failure == (415, "unsupported_media_type")
    assert "Content-Type: application/json" in reply.message


# ---- numbers ----

@pytest.mark.parametrize("number", ["30", "30.0", "3e1", "3.0E+1", "300e-1", '"30"', '"30.0"', '" 3e1 "'])
def test_whole_numbers(owner, number):
    body = '{"title": "Whole", "project_id": 100.0, "workspace_id": 1e0, "priority": %s}' % number
    assert owner.post("/tasks", body=body.encode()).data["priority"] == 30


@pytest.mark.parametrize("number", ["30.5", "3e-1", "30.0001", "1e300", "9007199254740993.0", '"30.5"', "1" + "0" * 30,
                                    "-1" + "0" * 30, "9223372036854775808", "-9223372036854775808"])
def test_numbers_that_are_not_whole_or_too_large(owner, number):
    body = '{"title": "Not whole", "project_id": 100, "workspace_id": 1, "priority": %s}' % number
    assert list(owner.post("/tasks", body=body.encode()).faults) == ["priority"]


@pytest.mark.parametrize("number", ["9007199254740993.0", "9007199254740992.0", "-9007199254740993.0", "1e16"])
def test_a_real_that_may_have_been_another_integer_names_no_object(owner, number):
    body = '{"title": "Which", "project_id": %s, "workspace_id": 1}' % number
    assert list(owner.post("/tasks", body=body.encode()).faults) == ["project_id"]


def test_whole_numbers_in_forms_and_queries(owner):
    reply = owner.post("/tasks", form={"title": "Whole", "priority": "30.0"}, project_id="100.0", workspace_id="1.0")
    assert (reply.data["priority"], reply.data["project_id"]) == (30, 100)
    assert owner.get("/projects/1e2", workspace_id=1).failure[0] in (404, 422), "one project, one address"


def test_a_number_of_a_field_that_nobody_takes_may_be_any(owner):
    body = '{"name": "Fine", "budget": 12345678901.1234, "foo": %s}' % ("9" * 40)
    reply = owner.post("/projects", body=body.encode(), workspace_id=1)
    assert reply.data["budget_estimation"] == 12345678901.1234
    assert reply.meta["ignored"] == ["foo"]


@pytest.mark.parametrize("sent, kept", [(100 / 3, 33.3333), ("66.66666666666666666666", 66.6667), (0.00005, 0.0001),
                                        (0.000049, 0), ("0.00005", 0.0001), (99999999998.99995, 99999999999)])
def test_estimates_are_rounded(owner, sent, kept):
    project = new_project(owner, estimation=sent, budget=sent)
    assert (project["estimation"], project["budget_estimation"]) == (kept, kept)
    form = owner.post("/projects", form={"name": "x", "budget": sent}, workspace_id=1)
    assert form.data["budget_estimation"] == kept


@pytest.mark.parametrize("rate", [100 / 3, "33.33333", 0.00001])
def test_what_is_paid_is_not_rounded(owner, project, rate):
    contract = new_contract(owner, project["id"], new_member(owner), rate=12.3456)
    path = f"/contracts/{contract['id']}"
    assert list(owner.put(path, json={"rate": rate}, workspace_id=1).faults) == ["rate"]
    assert get(owner, path)["rate"] == 12.3456


# ---- texts ----

def test_nul_is_a_fault_of_its_field(owner):
    assert list(owner.post("/projects", body=b'{"name":"a\\u0000b"}', workspace_id=1).faults) == ["name"]
    assert list(owner.post("/projects", body=b'{"name":"a","start_date":"2024-01-15\\u0000"}',
                           workspace_id=1).faults) == ["start_date"]
    assert list(owner.put("/members/100", body=b'{"role":"Regular User\\u0000"}', workspace_id=1).faults) == ["role"]
    assert owner.post("/projects", body=b'{"name":"a","foo":"\\u0000"}', workspace_id=1).meta["ignored"] == ["foo"]
    assert "NUL" in owner.post("/projects", body=b'{"name":"a","\\u0000":1}', workspace_id=1).message


INVISIBLE = ["", " ", "\u00a0", "\u200b", "\u3000", "\ufeff", "\u200b \u2060", "\t\r\n", "\u202e", "\u3164", "\u2800",
             "\u00ad", "\ufe0f", "\u0001"]


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_has_nothing_to_see_is_empty(owner, path, text):
    assert list(owner.post("/projects", json={"name": text}, workspace_id=1).faults) == ["name"]
    assert list(owner.put(path, json={"name": text}, workspace_id=1).faults) == ["name"]
    assert list(owner.post("/tasks", json={"title": text, "project_id": 100}, workspace_id=1).faults) == ["title"]
    assert list(owner.put("/members/100", json={"firstname": text, "lastname": text}, workspace_id=1).faults) == [
        "firstname", "lastname"]
    assert owner.put(path, json={"notes": text}, workspace_id=1).data["notes"] == ""


@pytest.mark.parametrize("text", ["Name", "नि\u200dश", "می\u200cخواهم", "👩\u200d💻", "❤\ufe0f",
                                  "Ünïcödé 項目 😀", "e\u0301"])
def test_texts_lose_what_shows_nothing_at_their_ends(owner, path, text):
    for before, after in (("", ""), ("\ufeff", "\u200b"), (" \u00a0\t", "\u3000\n"), ("\u200e", "\u202c\u0007")):
        changed = owner.put(path, json={"name": before + text + after, "notes": before + text + after}, workspace_id=1)
        assert (changed.data["name"], changed.data["notes"]) == (text, text)


@pytest.mark.parametrize("text", ["two\nlines", "tab\tinside", "bell\u0007", "\u202edetrevni", "zero\u200bwidth",
                                  "a\u2028b", "soft\u00adhyphen", "word \u200djoiner", "esc\u001b[31m",
                                  "del\u007fete", "c1\u0085x"])
def test_a_name_is_one_line_that_hides_nothing(owner, path, text):
    text = f"a{text}z"
    for name in ("name", "icon"):
        assert list(owner.put(path, json={name: text}, workspace_id=1).faults) == [name]
    assert list(owner.put("/members/100", json={"lastname": text}, workspace_id=1).faults) == ["lastname"]
    assert list(owner.post("/tasks", json={"title": text, "project_id": 100}, workspace_id=1).faults) == ["title"]


def test_notes_have_lines(owner, path):
    text = "One\n\ttwo\r\nthree \u200fשלום\u200f a\u2028b"
    assert owner.put(path, json={"notes": text}, workspace_id=1).data["notes"] == text
    for control in ("\u0007", "\u001b", "\u0085", "\u007f"):
        assert list(owner.put(path, json={"notes": f"a{control}z"}, workspace_id=1).faults) == ["notes"]
    task = owner.post("/tasks", json={"title": "Lines", "description": text, "project_id": 100}, workspace_id=1).data
    assert task["description"] == text


# ---- lists ----

LISTS = ["assignees[0]=100&assignees[1]=12", "assignees[]=100&assignees[]=12", "assignees=100&assignees=12",
         "assignees=100,12", "assignees%5B7%5D=100&assignees%5B2%5D=12", "assignees[]=100,12", "assignees[0]=100,12",
         "assignees[]=100&assignees=12", "assignees[0]=100&assignees[0]=12"]


@pytest.mark.parametrize("form", LISTS)
def test_lists_in_forms(owner, form):
    body = f"title=Two+people&project_id=100&{form}"
    task = owner.post("/tasks", body=body.encode(), headers=FORM, workspace_id=1).data
    assert {each["id"] for each in task["assignees"]} == {12, 100}


@pytest.mark.parametrize("name", ["assignees[x]", "assignees[-1]", "assignees[0][id]", "assignees[", "assignees[0",
                                  "[]"])
def test_names_that_are_almost_lists(owner, name):
    reply = owner.post("/tasks", form={"title": "Nobody", "project_id": 100, name: 100}, workspace_id=1)
    assert reply.data["assignees"] == [] and reply.meta["ignored"] == [name]


def test_only_lists_have_items(owner):
    assert list(owner.post("/projects", form={"name[]": "x"}, workspace_id=1).faults) == ["name"]


# ---- what is ignored ----

def test_names_that_are_ignored_are_named(owner):
    reply = owner.post("/projects", json={"name": "x", "nmae": 1, "id": 5, "owner_id": None}, workspace_id=1, foo=1)
    assert reply.meta["ignored"] == ["foo", "nmae", "id", "owner_id"]
    assert owner.get("/projects", workspace_id=1, pagesize=5).meta["ignored"] == ["pagesize"]
    assert owner.post("/projects", form={"name": "x", "nmae": 1}, workspace_id=1).meta["ignored"] == ["nmae"]
    assert "ignored" not in owner.post("/projects", json={"name": "x", "budget": 1}, workspace_id=1).meta
    assert "ignored" not in owner.get("/projects", workspace_id=1, page=1).meta


def test_a_refusal_names_them_too(owner):
    reply = owner.post("/projects", json={"nmae": "x"}, workspace_id=1)
    assert list(reply.faults) == ["name"] and reply.meta["ignored"] == ["nmae"]


def test_a_name_in_a_place_where_it_is_not_taken(owner, path):
    name = get(owner, path)["name"]
    reply = owner.put(path, json={}, workspace_id=1, name="In the query")
    assert reply.data["name"] == name and reply.meta["ignored"] == ["name"]
    assert list(owner.put(path, workspace_id=1, name="x", headers=STRICT).faults) == ["name"]


def test_names_within_lists_of_objects(owner):
    slots = [{"id": unique("slot"), "start": f"2024-01-10T09:{minute}:00Z", "end": f"2024-01-10T09:{minute}:30Z",
              "colour": 1} for minute in (10, 20)]
    reply = owner.post("/tracked-slots", json={"user_id": 100, "slots": slots}, workspace_id=1)
    assert reply.data["accepted"] == 2 and reply.meta["ignored"] == ["slots[].colour"]


def test_many_long_names(owner):
    body = {"name": "x"} | {f"{number:03}" + "ü" * 100: 1 for number in range(300)}
    ignored = owner.post("/projects", json=body, workspace_id=1).meta["ignored"]
    assert len(ignored) == 100 and ignored[0] == "000" + "ü" * 48


# ---- instants and zones ----

def send_slot(client, start, end):
    slot = {"id": unique("slot"), "start": start, "end": end}
    result, = client.post("/tracked-slots", json={"user_id": 100, "slots": [slot]}, workspace_id=1).data["results"]
    return result["status"], result["field"]


@pytest.mark.parametrize("start, end", [
    ("2024-01-11T09:00:00+0000", "2024-01-11T09:01:00-0000"), ("2024-01-11T12:10:00+0300", "2024-01-11T05:11:00-04:00"),
    ("2024-01-11T23:59:00Z", "2024-01-11T23:59:60Z"), ("2024-01-11 10:00:00z", "2024-01-11t10:01:00.999Z"),
])
def test_instants_in_all_spellings(owner, start, end):
    assert send_slot(owner, start, end) == ("accepted", None)


@pytest.mark.parametrize("instant", ["2024-01-11T09:00:00", "2024-01-11 09:00", "2024-01-11T09:00:00.5", "2024-01-11",
                                     "2024-01-11T09:00:61Z", "2024-01-11T09:00:00+1", "09:00Z", 1704963600])
def test_an_instant_needs_its_offset(owner, instant):
    assert send_slot(owner, instant, "2024-01-11T09:10:00Z") == ("rejected", "start")
    assert send_slot(owner, "2024-01-11T09:00:00Z", instant) == ("rejected", "end")


def test_no_zone(owner):
    user_id = new_member(owner)
    for nothing in ("", None):
        assert owner.put(f"/members/{user_id}", json={"timezone": "Europe/Berlin"}, workspace_id=1).status == 200
        assert owner.put(f"/members/{user_id}", json={"timezone": nothing}, workspace_id=1).status == 200
        assert get(owner, f"/members/{user_id}")["timezone"] is None
    owner.put(f"/members/{user_id}", json={"timezone": "Europe/Berlin"}, workspace_id=1)
    assert owner.put(f"/members/{user_id}", form={"timezone": ""}, workspace_id=1).status == 200
    assert get(owner, f"/members/{user_id}")["timezone"] is None
    assert list(owner.put(f"/members/{user_id}", json={"timezone": "Factory"}, workspace_id=1).faults) == ["timezone"]


# ---- the largest requests that the document allows ----

def test_the_largest_batch_is_taken(demo, owner):
    """Each limit for itself must not promise what another refuses."""
    longest = {"end": "2024-01-09T09:10:00.000000+00:00", "contract_id": 2**62, "task_id": 2**62,
               "method": "extension", "activity_level": 100, "activity_description": "😀" * 255}
    slots = [{"id": f"{number:064}".replace("0", "é"), "start": "2024-01-09T09:00:00.000000+00:00", **longest}
             for number in range(1000)]
    reply = owner.post("/tracked-slots", json={"user_id": 100, "slots": slots}, workspace_id=1)
    assert reply.data["rejected"] == 1000, "nobody has such contracts"
    assert {each["field"] for each in reply.data["results"]} == {"contract_id"}


def test_a_body_that_is_too_large_learns_the_limit(owner):
    reply = owner.post("/tracked-slots", body=b'{"slots":[' + b" " * 4194304 + b"]}", workspace_id=1)
    assert reply.failure == (413, "body_too_large") and "4194304 bytes" in reply.message


# ---- whole objects ----

def objects(owner):
    """One of each kind that can be changed, with all that may be set."""
    project = new_project(owner, start_date="2024-01-01", deadline="2024-12-31", estimation=1.5, budget=100,
                          notes="Two\nlines", icon="icon")
    contract = new_contract(owner, project["id"], new_member(owner), rate=12.5, weekly_hours_limit=20)
    parent = owner.post("/tasks", json={"title": "Parent", "project_id": project["id"]}, workspace_id=1).data
    task = owner.post("/tasks", json={"title": "Child", "description": "Deep", "status": 20, "priority": 10,
                                      "parent_id": parent["id"], "start_date": "2024-02-01", "end_date": "2024-02-02",
                                      "project_id": project["id"], "assignees": [100]}, workspace_id=1).data
    return [f"/projects/{project['id']}", "/projects/100", f"/contracts/{contract['id']}", "/contracts/20",
            "/members/10", "/members/100", f"/members/{invite(owner)[0]}",
            f"/members/{new_member(owner, role='Project manager')}",
            f"/tasks/{task['id']}?project_id={project['id']}", f"/tasks/{parent['id']}?project_id={project['id']}"]


def test_what_was_read_is_written_back_and_changes_nothing(owner):
    paths = objects(owner)
    owner.put(paths[2], json={"status": "paused"}, workspace_id=1)
    before = [get(owner, path) for path in paths]
    advance_clock(owner, 60)
    for path, row in zip(paths, before):
        reply = owner.put(path, json=row, workspace_id=1)
        assert reply.status == 200, (path, reply)
        assert {"id", "created_at", "updated_at"} <= set(reply.meta["ignored"])
        assert owner.put(path, json=row, workspace_id=1, headers=STRICT).failure == (422, "validation_failed")
    assert [get(owner, path) for path in paths] == before


def test_one_change_in_a_whole_object_changes_that_alone(owner):
    changes = {"projects": {"notes": "Other"}, "contracts": {"weekly_hours_limit": 30},
               "members": {"lastname": "Other"}, "tasks": {"title": "Other"}}
    for path in objects(owner):
        change = changes[path.split("/")[1]]
        before = get(owner, path)
        advance_clock(owner, 60)
        assert owner.put(path, json=before | change, workspace_id=1).status == 200, path
        after = get(owner, path)
        assert after == before | change | {"updated_at": after["updated_at"]}
        assert after["updated_at"] > before["updated_at"]


def test_a_contract_keeps_the_rate_of_its_project(owner):
    contract = new_contract(owner, new_project(owner)["id"], new_member(owner))
    path = f"/contracts/{contract['id']}"
    assert (contract["rate"], contract["rate_type"]) == (0, 3)
    assert owner.put(path, json=contract, workspace_id=1).data["rate_type"] == 3
    assert owner.put(path, json={"rate": 5}, workspace_id=1).data["rate_type"] == 1


# ---- If-Match ----

def test_nobody_overwrites_what_they_have_not_seen(owner):
    for path in objects(owner):
        tag = owner.get(path, workspace_id=1).headers["ETag"]
        unchanged = get(owner, path)
        change = {"firstname": "Seen"} if "members" in path else {"weekly_hours_limit": 7} if "contracts" in path else {
            "name": "Seen"} if "projects" in path else {"title": "Seen"}
        for wrong in ('"other"', 'W/"other"', '"a", "b"', ""):
            reply = owner.put(path, json=change, headers={"If-Match": wrong}, workspace_id=1)
            assert reply.failure == (412, "precondition_failed"), (path, wrong)
        assert get(owner, path) == unchanged
        for right in (tag, f'"other", {tag}', tag.removeprefix("W/")):
            assert owner.put(path, json=unchanged, headers={"If-Match": right}, workspace_id=1).status == 200, path
        assert owner.put(path, json=change, headers={"If-Match": tag}, workspace_id=1).status == 200
        assert owner.put(path, json=change, headers={"If-Match": tag}, workspace_id=1).failure[0] == 412
        assert owner.put(path, json=change, headers={"If-Match": "*"}, workspace_id=1).status == 200


def test_nobody_deletes_what_they_have_not_seen(owner):
    paths = objects(owner)
    for path in (paths[8], paths[2], paths[0], f"/members/{new_member(owner)}"):
        tag = owner.get(path, workspace_id=1).headers["ETag"]
        assert owner.delete(path, headers={"If-Match": '"other"'}, workspace_id=1).failure[0] == 412
        assert owner.delete(path, headers={"If-Match": tag}, workspace_id=1).status == 200, path


def test_what_is_not_there_does_not_match(owner):
    for tag in ('"other"', "*"):
        assert owner.put("/projects/999999", json={"name": "x"}, headers={"If-Match": tag},
                         workspace_id=1).failure == (404, "not_found")


def test_what_has_no_tag_matches_none(owner):
    """A viewer's project cannot be read by itself: nobody can have seen it."""
    reply = owner.delete("/project-viewers/14/unassign-project", headers={"If-Match": '"other"'}, workspace_id=1,
                         project_id=100)
    assert reply.failure == (412, "precondition_failed")
    assert 100 in [each["id"] for each in owner.get("/project-viewers/14", workspace_id=1).data["projects"]]


# ---- lists that skip nothing ----

def test_lists_after_an_id(owner):
    project = new_project(owner)
    for _ in range(3):
        new_contract(owner, project["id"], new_member(owner))
        owner.post("/project-viewers", json={"email": f"{unique('v').replace(' ', '-')}@example.com", "firstname": "V",
                                             "lastname": "W"}, workspace_id=1)
    task = [owner.post("/tasks", json={"title": "x", "project_id": project["id"], "assignees": [12, 100]},
                       workspace_id=1).data["id"] for _ in range(3)][-1]
    for path, query in (("/projects", {}), ("/members", {}), ("/contracts", {}), ("/project-viewers", {}),
                        ("/tasks", {"project_id": project["id"]}), ("/workspaces", {}),
                        ("/tasks", {"project_id": project["id"], "order_by": "desc"}),
                        (f"/tasks/{task}/assignees", {"project_id": project["id"]})):
        query = query if path == "/workspaces" else {"workspace_id": 1, **query}
        everything, found, last = [row["id"] for row in owner.pages(path, per_page=100, **query)], [], 0
        while rows := owner.get(path, per_page=2, after_id=last, **query).data:
            found += [row["id"] for row in rows]
            last = found[-1]
        assert found == everything, path
    assert list(owner.get("/projects", workspace_id=1, after_id=-1).faults) == ["after_id"]


def test_what_is_deleted_meanwhile_moves_nothing_out_of_sight(owner):
    ids = [new_project(owner)["id"] for _ in range(4)]
    first = owner.get("/projects", workspace_id=1, per_page=2, after_id=ids[0] - 1)
    assert first.ids == ids[:2] and first.pagination["total"] == 4
    owner.delete(f"/projects/{ids[0]}", workspace_id=1)
    assert owner.get("/projects", workspace_id=1, per_page=2, after_id=ids[1]).ids == ids[2:]


def test_an_entry_is_written_back_whole(owner):
    body = {"user_id": 100, "contract_id": 20, "task_id": 5, "date": "2024-01-05", "start_time": "09:00",
            "end_time": "10:30", "notes": "Two\nlines"}
    assert owner.post("/time-entries", json=body, workspace_id=1).status == 201
    query = {"workspace_id": 1, "user_id": 100, "date": "2024-01-05"}
    before = owner.get("/time-entries", **query).data
    owner.put("/contracts/20", json={"status": "paused"}, workspace_id=1)
    advance_clock(owner, 60)
    reply = owner.put(f"/time-entries/{before[0]['id']}", json=before[0], workspace_id=1)
    owner.put("/contracts/20", json={"status": "active"}, workspace_id=1)
    assert reply.status == 200 and "duration_minutes" in reply.meta["ignored"], reply
    assert owner.get("/time-entries", **query).data == before
