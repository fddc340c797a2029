"""Sign-in and sessions: who is let in by a cookie, from where, for how long; and personal tokens."""

import concurrent.futures
import threading

import pytest
from client import API, DEMO_SESSION, Browser, Client
from scenario import PASSWORD, advance_clock, new_member, run_sql, set_clock, unique

NOW = "2024-01-15T09:00:00Z"
OWNER, JOHN = "owner@example.com", "john.doe@example.com"
DAY = 24 * 3600


@pytest.fixture
def browser(demo):
    browser = Browser(demo)
    assert browser.sign_in(OWNER).status == 201
    return browser


@pytest.fixture
def other(demo):
    """The same person, elsewhere."""
    browser = Browser(demo)
    assert browser.sign_in(OWNER).status == 201
    return browser


@pytest.fixture(autouse=True, scope="module")
def now(owner):
    set_clock(owner, NOW)


def who(client):
    reply = client.get("/me")
    return reply.data["email"] if reply.status == 200 else reply.failure


REFUSED = (401, "unauthenticated")


# ---- signing in ----

def test_who_signs_in_is_known_by_a_cookie(demo):
    browser = Browser(demo)
    assert who(browser) == REFUSED
    reply = browser.sign_in(OWNER)
    assert (reply.status, reply.data["state"]) == (201, "signed_in")
    assert reply.headers["Cache-Control"] == "no-store"
    [session] = [each for each in reply.cookies if each.startswith("stint=")]
    assert session.split("; ")[1:] == ["Path=/", f"Max-Age={30 * DAY}", "HttpOnly", "SameSite=Lax"]
    assert who(browser) == OWNER
    me = browser.get("/me")
    assert me.data["workspaces"] == [{"id": 1, "name": "WebWork Workspace", "role": "Owner"}]
    assert me.data["fresh"] and me.data["confirmed"] and not me.data["second_factor"]
    assert me.data["csrf_token"] == reply.data["csrf_token"] and me.headers["Cache-Control"] == "no-store"
    assert browser.get("/projects/100", workspace_id=1).headers["Cache-Control"] == "no-store"
    assert browser.post("/projects", json={"name": unique("By session")}, workspace_id=1).status == 201


def test_behind_tls_the_cookie_is_for_this_host_and_tls_alone(start_server):
    server = start_server("--public-url", "https://time.example.com")
    browser = Browser(server)
    cookies = browser.sign_in(OWNER).cookies
    assert all(each.startswith("__Host-stint") and each.endswith("; Secure") for each in cookies)
    assert all("; Path=/;" in each and "Domain" not in each for each in cookies)
    assert len(cookies) == 2 and who(browser) == OWNER
    browser.cookies = {"stint": browser.cookies["__Host-stint"]}
    assert who(browser) == REFUSED, "another name is another cookie"


def test_nobody_signs_in_without_tls_but_on_this_machine(start_server):
    """The browser would not keep the cookie, and the password would have been readable on its way."""
    wrong, without_tls = (400, "wrong_password"), (403, "tls_needed")
    for flags, host, expected in [([], "192.0.2.1:8080", without_tls), ([], "time.example.com", without_tls),
                                  ([], "localhost:8080", wrong), ([], "127.0.0.1", wrong),
                                  (["--public-url", "https://time.example.com"], "time.example.com", wrong),
                                  (["--public-url", "http://time.example.com"], "time.example.com", without_tls)]:
        client = Client(start_server(*flags, demo=False))
        assert client.post("/session", json={"email": OWNER, "password": "x"},
                           headers={"Host": host}).failure == expected, host


def test_a_wrong_password_and_no_account_are_answered_alike(demo):
    replies = [Browser(demo).sign_in(*each) for each in
               ((OWNER, "wrong"), ("nobody@example.com", "demo"), (OWNER, "x" * 200), ("ivan@example.com", "demo"))]
    assert {each.failure for each in replies} == {(400, "wrong_password")}
    assert len({each.message for each in replies}) == 1 and not any(each.cookies for each in replies)


def test_an_account_without_a_password_lets_nobody_in(demo, owner):
    email = f"{unique('invited').replace(' ', '-')}@example.com"
    owner.post("/members", json={"email": email, "firstname": "A", "lastname": "B", "role": "Regular User"},
               workspace_id=1)
    for password in ("demo", PASSWORD, "$argon2id$"):
        assert Browser(demo).sign_in(email, password).failure == (400, "wrong_password")


def test_the_workspace_says_which_account_is_meant(demo, owner, other_owner):
    """Two accounts of one address that nobody has confirmed."""
    email = f"{unique('shared').replace(' ', '-')}@example.com"
    first, second = new_member(owner, email=email), new_member(other_owner, 2, email=email)
    assert first != second
    found = {}
    for workspace_id in (1, 2):
        browser = Browser(demo)
        assert browser.sign_in(email, PASSWORD, workspace_id=workspace_id).status == 201
        found[browser.get("/me").data["id"]] = [each["id"] for each in browser.get("/me").data["workspaces"]]
    assert found == {first: [1], second: [2]}
    assert Browser(demo).sign_in(email, PASSWORD, workspace_id=3).failure == (400, "wrong_password")


def test_of_very_many_accounts_the_workspace_must_be_said(demo, owner, stint):
    email = f"{unique('many').replace(' ', '-')}@example.com"
    user_id = new_member(owner, email=email)
    for number in range(9):
        run_sql(demo, "INSERT INTO users (id, email, mailbox, password_hash, only_workspace_id, created_at) SELECT "
                      f"{user_id} + 1000000 + {number}, email, mailbox, password_hash, 900 + {number}, 0 "
                      f"FROM users WHERE id = {user_id}")
    assert Browser(demo).sign_in(email, PASSWORD).failure == (400, "workspace_required")
    assert Browser(demo).sign_in(email, PASSWORD, workspace_id=1).status == 201


def test_no_answer_with_a_cookie_is_kept(demo):
    """Who has the key of a request would be signed in by it."""
    first, second = Browser(demo), Browser(demo)
    for browser in (first, second):
        reply = browser.post("/session", json={"email": OWNER, "password": "demo"},
                             headers={"Idempotency-Key": "the same"})
        assert reply.status == 201 and "Idempotency-Replayed" not in reply.headers
    assert first.cookies["stint"] != second.cookies["stint"]
    assert (who(first), who(second)) == (OWNER, OWNER)
    for _ in range(2):
        made = first.post("/me/tokens", json={"name": "Once", "scopes": ["read"]}, headers={"Idempotency-Key": "one"})
    assert made.headers["Idempotency-Replayed"] == "true"
    assert [each["name"] for each in first.get("/me/tokens").data].count("Once") == 1


# ---- only our own pages ----

def test_a_session_that_is_planted_is_not_taken_over(demo, browser):
    """Fixation: what the browser came with is not what it is known by afterwards."""
    planted = browser.cookies["stint"]
    victim = Browser(demo, planted)
    victim.sign_in(JOHN)
    assert victim.cookies["stint"] != planted
    assert (who(browser), who(victim)) == (OWNER, JOHN)
    made_up = Browser(demo, "stint_ses_" + "A" * 43)
    assert who(made_up) == REFUSED
    made_up.sign_in(JOHN)
    assert made_up.cookies["stint"] != "stint_ses_" + "A" * 43


SITES = {"same-origin": True, "none": True, "same-site": False, "cross-site": False, "": False, "anything": False}
ORIGINS = {"own": True, "http://evil.example": False, "null": False, "http://{host}.evil.example": False,
           "http://evil.example/{host}": False, "http://{host}:1": False, "{host}": False, "http://": False, "": False}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


def origin_of(origin, server):
    return server.url if origin == "own" else origin.format(host=f"{server.host}:{server.port}")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("site", [None, *SITES])
@pytest.mark.parametrize("origin", [None, "own", "http://localhost:1", "http://127.0.0.1"])
def test_a_cookie_counts_for_pages_of_the_server_alone(demo, method, site, origin):
    """Whatever a browser says; other sites of this machine, too, in the sandbox the only ones that get this far."""
    client = Browser(demo, DEMO_SESSION)
    del client._headers["Sec-Fetch-Site"]
    headers = {"Origin": origin and origin_of(origin, demo), "Sec-Fetch-Site": site}
    headers = {name: value for name, value in headers.items() if value is not None}
    counts = SITES[site] if site is not None else origin == "own" if origin else method in ("GET", "HEAD")
    path = {"PUT": "/projects/999999", "DELETE": "/projects/999999", "POST": "/projects"}.get(method, "/me")
    reply = client.exchange(method, f"{API}{path}?workspace_id=1", json={} if method in ("PUT", "POST") else None,
                            headers=headers)
    assert (reply.status != 401) == counts, reply


@pytest.mark.parametrize("origin", ORIGINS)
def test_an_origin_is_compared_as_a_whole(stint, new_database, origin):
    server = stint.serve(new_database(), "--public-url", "https://time.example.com", "--cors-origin", "*")
    try:
        client = Client(server)
        path = f"{API}/session"
        reply = client.exchange("POST", path, json={"email": OWNER, "password": "x"},
                                headers={"Origin": origin_of(origin, server)})
        assert (reply.failure == (403, "cross_site")) != ORIGINS[origin], reply
        own = client.exchange("POST", path, json={"email": OWNER, "password": "x"},
                              headers={"Origin": "https://time.example.com"})
        assert own.failure == (400, "wrong_password")
    finally:
        server.stop()


@pytest.mark.parametrize("method,path", [("POST", "/projects"), ("PUT", "/projects/100"), ("DELETE", "/session"),
                                         ("POST", "/me/tokens")])
@pytest.mark.parametrize("token", [None, "", "0" * 64, "of another"])
def test_a_session_changes_nothing_without_its_token(demo, browser, other, method, path, token):
    browser.csrf_token = other.csrf_token if token == "of another" else token
    reply = browser.request(method, path, json={"name": "Forged"} if method != "DELETE" else None,
                            query={"workspace_id": 1} if "projects" in path else None)
    assert reply.failure == (403, "csrf_token_needed")
    assert who(browser) == OWNER


def test_nobody_is_signed_in_by_the_page_of_another_site(demo):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        reply = Browser(demo).post("/session", json={"email": JOHN, "password": "demo"}, headers=headers)
        assert reply.failure == (403, "cross_site") and not reply.cookies
    reply = Client(demo).post("/session", json={"email": JOHN, "password": "demo"})
    assert reply.status == 201, "what is no browser has nothing that another site could use"


def test_with_a_token_cookies_do_not_count(demo, browser):
    headers = {"Authorization": "Bearer demo-regular-user", "Sec-Fetch-Site": "cross-site"}
    assert browser.get("/me", headers=headers).data["email"] == JOHN
    assert browser.get("/me", headers={"Authorization": "Bearer wrong"}).failure == REFUSED
    assert browser.get("/me", headers={"Authorization": ""}).failure == REFUSED


def test_a_session_is_no_token_and_a_token_no_session(demo, browser):
    assert who(Client(demo, browser.cookies["stint"])) == REFUSED
    assert who(Browser(demo, "demo-owner")) == REFUSED
    owner = Client(demo, "demo-owner")
    for method, path in (("GET", "/me/sessions"), ("GET", "/me/tokens"), ("DELETE", "/me/sessions")):
        assert owner.request(method, path).failure == (403, "session_required")
    assert owner.post("/me/tokens", json={"name": "A", "scopes": ["read"]}).failure == (403, "session_required")


def test_no_other_origin_may_send_cookies(start_server):
    server = start_server("--cors-origin", "https://console.example.com")
    reply = Client(server).exchange("OPTIONS", f"{API}/me", headers={
        "Origin": "https://console.example.com", "Access-Control-Request-Method": "GET"})
    assert reply.status == 204 and "Access-Control-Allow-Credentials" not in reply.headers
    assert "csrf" not in reply.headers["Access-Control-Allow-Headers"].lower()


@pytest.mark.parametrize("cookie", ["", ";", "=", "stint", "stint=", "xstint={0}", "stint ={0}", "stint=\"{0}\"",
                                    "stint={0}x", "stint= {0}", "a=stint={0}", "STINT={0}", "stint-device={0}"])
def test_other_cookies_are_nobodys(browser, cookie):
    secret = browser.cookies["stint"]
    browser.cookies = {}
    assert browser.get("/me", headers={"Cookie": cookie.format(secret)}).failure == REFUSED
    assert browser.get("/me", headers={"Cookie": f"a=b; stint={secret};c"}).data["email"] == OWNER


# ---- its end ----

def test_who_signs_out_is_nobody(browser):
    secret = browser.cookies["stint"]
    reply = browser.delete("/session")
    assert reply.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert list(browser.cookies) == ["stint-device"]
    browser.cookies["stint"] = secret
    assert who(browser) == REFUSED


def test_sign_out_holds_on_every_node_at_once(nodes):
    here, there = (Browser(node) for node in nodes)
    assert here.sign_in(OWNER).status == 201
    there.cookies, there.csrf_token = here.cookies, here.csrf_token
    for _ in range(3):
        assert (who(here), who(there)) == (OWNER, OWNER)
        assert there.post("/projects", json={"name": unique("Known")}, workspace_id=1).status == 201
    there.cookies = dict(here.cookies)
    here.delete("/session")
    assert there.post("/projects", json={"name": unique("Gone")}, workspace_id=1).failure == REFUSED
    assert who(there) == REFUSED


def test_a_session_ends_when_nobody_uses_it(fresh):
    browser = Browser(fresh.server)
    browser.sign_in(OWNER)
    for _ in range(4):
        advance_clock(fresh, 8 * 3600)
        assert who(browser) == OWNER
    advance_clock(fresh, 12 * 3600)
    assert who(browser) == (401, "token_expired")


def test_a_session_ends_after_thirty_days(fresh):
    browser = Browser(fresh.server)
    browser.sign_in(OWNER)
    for _ in range(3 * 30 - 1):
        advance_clock(fresh, 8 * 3600)
        assert who(browser) == OWNER
    advance_clock(fresh, 8 * 3600)
    assert who(browser) == (401, "token_expired")


def test_use_is_written_down(fresh):
    browser = Browser(fresh.server)
    browser.sign_in(OWNER)
    assert browser.get("/me/sessions").data[0]["last_used_at"] is None
    advance_clock(fresh, 600)
    assert browser.get("/me/sessions").data[0]["last_used_at"] == NOW
    advance_clock(fresh, 600)
    assert browser.get("/me/sessions").data[0]["last_used_at"] == "2024-01-15T09:10:00Z"
    fresh.get("/projects", workspace_id=1)
    advance_clock(fresh, 60)
    token = browser.get("/me/tokens").data[0]
    assert token["name"] == "demo-owner" and token["last_used_at"] >= NOW


def test_a_server_that_stops_writes_down_what_it_has_noted(start_server, new_database):
    database = new_database()
    server = start_server(database=database)
    set_clock(Client(server, server.token), NOW)
    browser = Browser(server)
    browser.sign_in(OWNER)
    advance_clock(browser, 600)
    assert browser.get("/me").status == 200
    server.stop()
    again = Browser(start_server(database=database))
    again.cookies, again.csrf_token = browser.cookies, browser.csrf_token
    set_clock(again, "2024-01-15T09:10:00Z")
    assert again.get("/me/sessions").data[0]["last_used_at"] == "2024-01-15T09:10:00Z"


def test_whoever_left_sees_nothing_any_more(demo, owner):
    email = f"{unique('leaves').replace(' ', '-')}@example.com"
    user_id = new_member(owner, email=email)
    browser = Browser(demo)
    browser.sign_in(email, PASSWORD)
    assert browser.get("/projects", workspace_id=1).status == 200
    assert owner.delete(f"/members/{user_id}", workspace_id=1).status == 200
    assert browser.get("/projects", workspace_id=1).failure == (403, "not_a_member")
    assert browser.get("/me").data["workspaces"] == []


def test_sessions_are_listed_and_ended(demo):
    here, there = Browser(demo), Browser(demo)
    for browser, agent in ((here, "Firefox"), (there, "Telephone")):
        browser.post("/session", json={"email": JOHN, "password": "demo"}, headers={"User-Agent": agent})
    listed = here.get("/me/sessions").data
    assert [(each["user_agent"], each["current"]) for each in listed[:2]] == [("Telephone", False), ("Firefox", True)]
    assert all(each["address"] == "127.0.0.1" and each["created_at"] == NOW for each in listed[:2])
    stranger = Browser(demo)
    stranger.sign_in(OWNER)
    assert stranger.delete(f"/me/sessions/{listed[0]['id']}").failure == (404, "not_found")
    assert here.delete(f"/me/sessions/{listed[0]['id']}").status == 200
    assert here.delete(f"/me/sessions/{listed[0]['id']}").failure == (404, "not_found")
    assert (who(here), who(there)) == (JOHN, REFUSED)
    there.sign_in(JOHN)
    assert here.delete("/me/sessions").status == 200
    assert [each["current"] for each in here.get("/me/sessions").data] == [True]
    assert (who(here), who(there), who(stranger)) == (JOHN, REFUSED, OWNER)


def test_a_password_that_the_operator_sets_ends_all_sessions(fresh, stint):
    browsers = [Browser(fresh.server) for _ in range(2)]
    assert [each.sign_in(JOHN).status for each in browsers] == [201, 201]
    done = stint.run("user", "password", JOHN, "--database", fresh.server.database, input=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    assert [who(each) for each in browsers] == [REFUSED, REFUSED]
    assert browsers[0].sign_in(JOHN).failure == (400, "wrong_password")
    assert browsers[0].sign_in(JOHN, PASSWORD).status == 201


def test_one_person_signs_in_in_many_places_at_once(start_server):
    server = start_server()
    browsers = [Browser(server) for _ in range(12)]
    with concurrent.futures.ThreadPoolExecutor(len(browsers)) as pool:
        assert {each.status for each in pool.map(lambda browser: browser.sign_in(JOHN), browsers)} == {201}
        assert {each.status for each in pool.map(lambda browser: browser.delete("/session"), browsers[1:])} == {200}
    assert [who(each) for each in browsers] == [JOHN] + [REFUSED] * 11
    assert len(browsers[0].get("/me/sessions").data) == 1


def test_who_signs_in_while_the_password_changes_is_not_signed_in_after_it(start_server, new_sandbox, engine):
    """Whatever comes first. On PostgreSQL at two servers."""
    database = new_sandbox()
    servers = [start_server(database=database) for _ in range(2 if engine == "postgresql" else 1)]
    change = {"current_password": PASSWORD, "new_password": "another password"}
    for _ in range(12):
        email = f"{unique('somebody').replace(' ', '-')}@example.com"
        new_member(Client(servers[0], "demo-owner"), email=email)
        browser, others = Browser(servers[0]), [Browser(servers[number % len(servers)]) for number in range(4)]
        assert browser.sign_in(email, PASSWORD).status == 201
        assert [who(other) for other in others] == [REFUSED] * 4  # they are connected
        start = threading.Barrier(5)

        def sign_in(other):
            start.wait(30)
            return other.sign_in(email, PASSWORD).status

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            signed_in = [pool.submit(sign_in, other) for other in others]
            start.wait(30)
            assert browser.put("/me/password", json=change).status == 200
            assert {each.result() for each in signed_in} <= {201, 400}
        assert [who(other) for other in others] == [REFUSED] * 4


def test_of_very_many_sessions_the_oldest_ends(start_server):
    server = start_server()
    first = Browser(server)
    first.sign_in(JOHN)
    for _ in range(99):
        last = Browser(server)
        assert last.sign_in(JOHN).status == 201
    assert (who(first), who(last)) == (JOHN, JOHN)
    assert Browser(server).sign_in(JOHN).status == 201
    assert (who(first), who(last)) == (REFUSED, JOHN)
    assert len(last.get("/me/sessions").data) == 100
    assert run_sql(server, "SELECT count(*) FROM tokens WHERE user_id = 100 AND kind = 2") == "101"


# ---- the password again ----

def test_tokens_are_made_only_soon_after_the_password(fresh):
    browser = Browser(fresh.server)
    browser.sign_in(OWNER)
    made = browser.post("/me/tokens", json={"name": "Payroll", "scopes": ["read", "write"], "days": 10})
    assert made.status == 201
    advance_clock(fresh, 15 * 60)
    late = {"name": "Late", "scopes": ["read"]}
    assert browser.post("/me/tokens", json=late).failure == (403, "password_needed")
    assert not browser.get("/me").data["fresh"]
    assert browser.post("/session/password", json={"password": "wrong"}).failure == (400, "wrong_password")
    assert browser.post("/me/tokens", json=late).failure == (403, "password_needed")
    assert browser.post("/session/password", json={"password": "demo"}).status == 200
    assert browser.post("/me/tokens", json=late).status == 201
    assert browser.get("/me").data["fresh"]


# ---- personal tokens ----

def test_a_token_is_made_used_and_revoked(demo, browser):
    made = browser.post("/me/tokens", json={"name": "Payroll", "scopes": ["read"], "days": 10}).data
    client = Client(demo, made["token"])
    me = client.get("/me").data
    assert (me["email"], me["csrf_token"], me["fresh"]) == (OWNER, None, False)
    assert client.post("/projects", json={"name": "No"}, workspace_id=1).failure == (403, "insufficient_scope")
    [listed] = [each for each in browser.get("/me/tokens").data if each["id"] == made["id"]]
    assert listed == {"id": made["id"], "name": "Payroll", "scopes": ["read"], "created_at": NOW,
                      "last_used_at": None, "expires_at": "2024-01-25T09:00:00Z"}
    stranger = Browser(demo)
    stranger.sign_in(JOHN)
    assert stranger.delete(f"/me/tokens/{made['id']}").failure == (404, "not_found")
    assert browser.delete(f"/me/tokens/{made['id']}").status == 200
    assert browser.delete(f"/me/tokens/{made['id']}").failure == (404, "not_found")
    assert who(client) == REFUSED
    assert made["id"] not in browser.get("/me/tokens").ids


def test_of_what_a_revoked_token_sent_nothing_is_named(demo, browser):
    """Where its holder is remembered, the request was understood before the database said that it is revoked."""
    made = browser.post("/me/tokens", json={"name": "Typist", "scopes": ["read"]}).data
    client = Client(demo, made["token"])
    misspelt = {"workspace_id": 1, "pagesize": 5, "n" * 100: 1}
    assert client.get("/projects", **misspelt).meta["ignored"] == ["pagesize", "n" * 100]
    assert browser.delete(f"/me/tokens/{made['id']}").status == 200
    refused = client.get("/projects", **misspelt)
    assert refused.failure == REFUSED and "ignored" not in refused.meta


def test_of_a_token_that_was_over_a_month_ago_nothing_is_kept(fresh, stint):
    browser = Browser(fresh.server)
    made = []
    for name in ("Expires", "Revoked"):
        browser.sign_in(OWNER)
        made.append(browser.post("/me/tokens", json={"name": name, "scopes": ["read"], "days": 20}).data)
    browser.delete(f"/me/tokens/{made[1]['id']}")
    for days, known in ((20, {"Expires", "Revoked"}), (9, {"Expires", "Revoked"}), (2, {"Expires"}), (20, set())):
        advance_clock(fresh, days * DAY)
        browser.sign_in(OWNER)
        assert browser.post("/me/tokens", json={"name": "Next", "scopes": ["read"]}).status == 201
        said = stint.run("token", "list", "--database", fresh.server.database, "--user", OWNER).stdout
        assert {name for name in ("Expires", "Revoked") if name in said} == known, days


def test_what_a_token_needs(browser):
    assert list(browser.post("/me/tokens", json={"name": "A"}).faults) == ["scopes"]
    for wrong in ({"scopes": []}, {"scopes": ["all"]}):
        assert list(browser.post("/me/tokens", json={"name": "A", **wrong}).faults)
    assert list(browser.post("/me/tokens", json={"name": "A", "scopes": ["read"], "days": 0}).faults) == ["days"]
    session_id = browser.get("/me/sessions").data[0]["id"]
    assert browser.delete(f"/me/tokens/{session_id}").failure == (404, "not_found"), "a session is no token"


def test_a_person_has_so_many_tokens(demo):
    browser = Browser(demo)
    browser.sign_in("victor@example.com")
    wanted = {"name": "One of many", "scopes": ["read"]}
    while (reply := browser.post("/me/tokens", json=wanted)).status == 201:
        last = reply.data["id"]
    assert reply.failure == (400, "too_many")
    assert len(browser.get("/me/tokens").data) == 200
    browser.delete(f"/me/tokens/{last}")
    assert browser.post("/me/tokens", json=wanted).status == 201


# ---- guessing ----

@pytest.fixture
def guessed(start_server):
    return start_server("--trusted-proxies", "127.0.0.1")


def from_address(number):
    return {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"}


def guess(server, email, number, password="wrong", cookies=None):
    browser = Browser(server)
    browser.cookies = cookies or {}
    return browser.post("/session", json={"email": email, "password": password}, headers=from_address(number))


def guess_until_it_ends(server, email, cookies=None):
    for number in range(20):
        assert guess(server, email, number, cookies=cookies).failure == (400, "wrong_password")
    reply = guess(server, email, 21, cookies=cookies)
    assert reply.failure == (429, "rate_limited") and 0 < int(reply.headers["Retry-After"]) <= 36
    return reply.message


def test_guessing_at_an_account_has_an_end_and_keeps_nobody_out_of_their_own_browser(guessed):
    browser, johns = Browser(guessed), Browser(guessed)
    assert browser.sign_in(OWNER).status == johns.sign_in(JOHN).status == 201
    known = {"stint-device": browser.cookies["stint-device"]}
    guess_until_it_ends(guessed, OWNER)
    assert guess(guessed, OWNER, 30, "demo").failure == (429, "rate_limited"), "not even when it is right"
    assert guess(guessed, JOHN, 31, "demo").status == 201, "an account by itself"
    device = known["stint-device"]
    strangers = {"of another account": johns.cookies["stint-device"], "made up": "0" * 80, "cut": device[:-1],
                 "altered": ("1" if device[0] == "0" else "0") + device[1:], "empty": ""}
    for name, device in strangers.items():
        assert guess(guessed, OWNER, 32, "demo", {"stint-device": device}).failure == (429, "rate_limited"), name
    assert guess(guessed, OWNER, 33, "demo", known).status == 201
    assert who(browser) == OWNER, "a session goes on"
    guess_until_it_ends(guessed, OWNER, known)
    assert guess(guessed, OWNER, 34, "demo", known).failure == (429, "rate_limited")


def test_a_browser_of_one_account_does_not_guess_at_another_of_the_address(guessed):
    """Which a workspace has made for itself, to get browsers that are known."""
    email = f"{unique('shared').replace(' ', '-')}@example.com"
    new_member(Client(guessed, "demo-owner"), email=email)
    new_member(Client(guessed, "demo-other-owner"), 2, email=email)
    known = {}
    for workspace_id in (1, 2):
        browser = Browser(guessed)
        assert browser.sign_in(email, PASSWORD, workspace_id=workspace_id).status == 201
        known[workspace_id] = {"stint-device": browser.cookies["stint-device"]}
    guess_until_it_ends(guessed, email)
    for workspace_id in (1, 2):
        assert guess(guessed, email, 50, cookies=known[workspace_id]).failure == (429, "rate_limited")
        assert guess(guessed, email, 51, PASSWORD, known[workspace_id]).status == 201, "its own password"


def test_what_is_no_account_is_throttled_alike(guessed):
    assert guess_until_it_ends(guessed, OWNER) == guess_until_it_ends(guessed, "nobody@example.com")
    assert guess(guessed, "NOBODY@example.com", 40).failure == (429, "rate_limited"), "however it is spelled"
    assert guess(guessed, "somebody@example.com", 40).failure == (400, "wrong_password")


def test_one_address_does_not_guess_at_many_accounts(guessed):
    answers = [guess(guessed, f"person{number}@example.com", 1).failure for number in range(120)]
    assert answers[:100] == [(400, "wrong_password")] * 100 and (429, "rate_limited") in answers[100:]
    assert guess(guessed, JOHN, 2, "demo").status == 201


def test_the_password_is_not_guessed_from_within(guessed):
    browser = Browser(guessed)
    browser.sign_in(JOHN)
    failures = [browser.post("/session/password", json={"password": "wrong"}, headers=from_address(number)).failure
                for number in range(21)]
    assert failures == [(400, "wrong_password")] * 20 + [(429, "rate_limited")]
    assert guess(guessed, JOHN, 50, "demo").failure == (429, "rate_limited"), "the other door"


def test_who_has_signed_in_keeps_the_device(demo):
    browser = Browser(demo)
    browser.sign_in(OWNER)
    device = browser.cookies["stint-device"]
    browser.delete("/session")
    reply = browser.sign_in(OWNER)
    [cookie] = [each for each in reply.cookies if each.startswith("stint-device=")]
    assert cookie == f"stint-device={device}; Path=/; Max-Age={400 * DAY}; HttpOnly; SameSite=Lax"
    browser.sign_in(JOHN)
    assert browser.cookies["stint-device"] != device


def test_a_session_has_a_limit_of_its_own(start_server):
    server = start_server("--rate-limit", "6")
    browser, client = Browser(server), Client(server, "demo-owner")
    browser.sign_in(OWNER)
    assert [client.get("/me").status for _ in range(7)] == [200] * 6 + [429]
    replies = [browser.get("/me") for _ in range(61)]
    assert [each.status for each in replies] == [200] * 60 + [429]
    assert replies[0].headers["X-RateLimit-Limit"] == "60"
    assert browser.post("/projects", json={"name": "Over"}, workspace_id=1).failure == (429, "rate_limited")


def test_a_body_that_cannot_be_read_does_not_explain_another_refusal(server):
    """On SQLite it is read before, if the caller has called before."""
    owner = Client(server, "demo-owner")
    owner.post("/projects", json={"name": "Before"}, workspace_id=1)
    reply = owner.post("/me/tokens", body="{")
    assert reply.failure == (403, "session_required")
    assert reply.message == "This is for a person who is signed in, not for a token."
