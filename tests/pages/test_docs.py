"""The reference page: what an integrator finds on it, and that it is true."""

import contextlib
import datetime
import html.parser
import http.server
import io
import json
import shlex
import subprocess
import threading

import pytest
import requests
from browser import DESKTOP, PHONE, SIZES, SMALL
from client import API, DEMO_SESSION, Document
from selenium.webdriver.common.keys import Keys
from signing_in import signed_in

SAY_WHEN_THEY_WERE_USED = ("getTokens", "getSessions")


class Sections(html.parser.HTMLParser):
    """What the page says without a script: {id of an operation: its names and words}."""

    def __init__(self, text):
        super().__init__()
        self.names, self.texts, self.samples = {}, {}, {}
        self._section = self._name = self._sample = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "section":
            self._section = attributes["id"]
            self.names[self._section], self.texts[self._section] = set(), ""
            self.samples[self._section] = {}
        if tag == "div" and attributes.get("class") == "sample":
            self._sample = attributes["data-language"]
        if tag == "code" and self._sample:
            self.samples[self._section][self._sample] = ""
        self._name = tag == "code" and attributes.get("class") == "name"

    def handle_endtag(self, tag):
        if tag == "pre":
            self._sample = None

    def handle_data(self, data):
        if not self._section:
            return
        if self._name:
            self.names[self._section].add(data)
            self._name = False
        self.texts[self._section] += data
        if self._sample in self.samples[self._section]:
            self.samples[self._section][self._sample] += data


@pytest.fixture(scope="module")
def page(demo):
    reply = requests.get(demo.url + "/docs", timeout=10)
    assert reply.status_code == 200
    return Sections(reply.text)


@pytest.fixture(scope="module")
def document(demo):
    return Document(requests.get(demo.url + API + "/openapi.json", timeout=10).json())


@pytest.fixture
def docs(browser, demo):
    browser.get(demo.url + "/docs")
    return browser


def fields(document, schema):
    """The names of all fields of a schema, those within fields, too."""
    schema = document.resolve(schema)
    for each in schema.get("anyOf", []):
        yield from fields(document, each)
    if "items" in schema:
        yield from fields(document, schema["items"])
    for name, each in schema.get("properties", {}).items():
        yield name
        yield from fields(document, each)


# ---- what it says, with or without a script ----

def test_every_operation_is_there_with_its_fields_values_and_failures(page, document):
    for operation in document.operations:
        text, names = page.texts[operation.id], page.names[operation.id]
        source = operation.source
        assert source["summary"] in text and operation.template in text
        wanted = {each["name"] for each in operation.parameters}
        if "requestBody" in source:
            wanted |= set(fields(document, source["requestBody"]["content"]["application/json"]["schema"]))
        for status, response in source["responses"].items():
            response = document.resolve(response)
            wanted |= set(response["headers"]) if status.startswith("2") else set()
            for media in response.get("content", {}).values():
                wanted |= set(fields(document, media["schema"])) if status.startswith("2") else set()
                assert all(code in text for code in media.get("examples", {})), operation
        assert wanted <= names, (operation, wanted - names)


def test_what_webhooks_are_sent_is_said(page, document):
    text, names = page.texts["messages"], page.names["messages"]
    for kind, item in document.source["webhooks"].items():
        [media] = item["post"]["requestBody"]["content"].values()
        assert kind in text and set(fields(document, media["schema"])) <= names, kind


def test_limits_values_and_meanings_are_said(page):
    project, contract = page.texts["createProject"], page.texts["getContract"]
    assert "1 to 255 characters" in project and "string or null" in project and "required" in project
    assert "One of" in contract and "video_blurred_silent" in contract
    assert "Null for those who may not see rates." in contract
    assert "Allowed for: Owner, Executive manager" in project and "write" in project
    assert "Allowed for every role" in contract and "Needs no token" in page.texts["getInvitation"]
    assert "1 to 1,000 items" in page.texts["ingestTrackedSlots"]


def test_chapters_say_what_all_operations_share(page, document):
    for chapter in ("authentication", "workspaces-and-roles", "answers-and-errors", "limits", "pages",
                    "repeating-a-request", "time-zones-and-minutes"):
        assert len(page.texts[chapter]) > 100
    assert "`" not in "".join(page.texts.values()), "raw Markdown"
    order = [tag["name"] for tag in document.source["tags"]]
    places = [list(page.texts).index(name.lower().replace(" ", "-")) for name in order]
    assert places == sorted(places)


# ---- its examples ----

class Recorder(http.server.BaseHTTPRequestHandler):
    """Notes what it is sent."""

    def _note(self):
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        self.server.noted.append((self.command, self.path, kept if body is not None else
                                  {key: value for key, value in kept.items() if key != "Content-Type"}, body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_DELETE = _note

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def recorder():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        server.noted = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def run_curl(text):
    """Pasted into a shell; returns what it printed."""
    done = subprocess.run(["sh", "-c", text.replace("curl ", "curl -sS ", 1)], capture_output=True, text=True,
                          timeout=20)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def run_python(text):
    """Returns status and body."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(text, "example.py", "exec"), {})
    status, body = printed.getvalue().split(" ", 1)
    return int(status), eval(body)


def test_the_examples_of_each_operation_say_the_same_request(page, document, recorder, browser):
    """In each language, pasted: the documented one."""
    base = f"http://127.0.0.1:{recorder.server_port}"
    browser.get(base)
    recorder.noted.clear()
    for operation in document.operations:
        samples = {language: text.replace("http://127.0.0.1:8080", base)
                   for language, text in page.samples[operation.id].items()}
        assert list(samples) == ["curl", "python", "javascript"]
        run_curl(samples["curl"])
        run_python(samples["python"])
        browser.run(samples["javascript"])
        curl, python, javascript = (each for each in recorder.noted if each[1] != "/favicon.ico")
        assert curl == python == javascript, operation
        method, address, headers, body = curl
        assert method == operation.method.upper()
        assert operation.pattern.fullmatch(address.removeprefix(API).split("?")[0])
        assert ("Authorization" in headers) == any("apiKey" in each for each in operation.source["security"])
        content = operation.source.get("requestBody", {}).get("content", {})
        assert body == content.get("application/json", {}).get("example")
        recorder.noted.clear()


def reads(document):
    """But for the one that needs a tracker which runs."""
    return [each for each in document.operations if each.method == "get" and each.id != "getCurrentTrackerData"]


def is_of_today(operation):
    """Whatever the sandbox's clock says; tests/http/test_examples.py sends what is printed."""
    return any(each.get("x-today") for each in operation.parameters)


def test_an_example_answers_in_the_sandbox_as_printed(page, document, demo, docs):
    shown = [each for each in reads(document) if not is_of_today(each) and each.id not in SAY_WHEN_THEY_WERE_USED]
    assert len(shown) >= 12
    docs.add_cookie({"name": "stint", "value": DEMO_SESSION})  # which no script can send by itself
    for operation in shown:
        samples = {language: text.replace("http://127.0.0.1:8080", demo.url)
                   for language, text in page.samples[operation.id].items()}
        example = operation.source["responses"]["200"]["content"]["application/json"]["example"]
        printed = example["data"]
        requests.post(f"{demo.url}/demo/clock", json={"now": example["meta"]["timestamp"]}, timeout=10)
        told = run_curl(samples["curl"])
        assert told.get("data") == printed, (operation, told)
        status, body = run_python(samples["python"])
        assert (status, body["data"]) == (200, printed), operation
        assert [[line[0], line[1]["data"]] for line in docs.run(samples["javascript"])] == [[200, printed]], operation


def test_an_example_is_answered_on_any_day(page, document, demo, docs):
    """Also where the answer is not as printed, for the sandbox's clock is that of the reader."""
    now = datetime.datetime.now(datetime.timezone.utc)
    requests.post(f"{demo.url}/demo/clock", json={"now": now.isoformat()}, timeout=10)
    for operation in reads(document):
        answer = run_curl(page.samples[operation.id]["curl"].replace("http://127.0.0.1:8080", demo.url))
        assert answer.get("success", True), (operation, answer)
    [dated] = [each.id for each in reads(document) if is_of_today(each)]
    docs.button("Try it", f"#{dated}").click()
    docs.button("Send", f"#{dated}").click()
    docs.until(lambda: "200 OK" in docs.one(f"#{dated} .result").text)
    assert json.loads(docs.one(f"#{dated} .result pre").text)["data"]["date"] == str(now.date())


def test_examples_name_the_server_that_shows_them_and_are_copied_whole(docs, demo):
    docs.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    for language, word in (("curl", "curl"), ("Python", "import requests"), ("JavaScript", "await fetch")):
        docs.button(language, "#createTask").click()
        shown = docs.one("#createTask .sample.chosen pre").text
        assert word in shown and demo.url + API + "/tasks" in shown
        docs.button("Copy", "#createTask").click()
        docs.until(lambda: docs.button("Copied", "#createTask"))
        copied = docs.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
        assert shlex.split(copied)[0] in ("curl", "import", "const") and copied.split() == shown.split()
        docs.execute_script("document.querySelector('#createTask .copy').textContent = 'Copy'")
    docs.refresh()
    assert docs.one("#createTask .sample.chosen").get_attribute("data-language") == "javascript", "it is remembered"


# ---- finding ----

def hits(docs, text):
    docs.fill(docs.one("#search"), text)
    return docs.execute_script("return [...document.querySelectorAll('#hits a')].map((each) => each.hash.slice(1))")


def test_search_finds_by_title_path_and_field(docs):
    assert hits(docs, "stop")[0] == "stopTimeTracking"
    assert hits(docs, "/assign/")[0] == "assignTask"
    assert hits(docs, "createProject")[0] == "createProject"
    assert set(hits(docs, "saved_minutes")) >= {"createTimeEntry", "ingestTrackedSlots"}
    assert "repeating-a-request" in hits(docs, "idempotency")
    assert hits(docs, "xylophone") == [] and docs.one("#found").text == "Nothing found"
    docs.one("#search").send_keys(Keys.ESCAPE)
    assert not docs.all("#hits a") and docs.one("#contents > ul").is_displayed()


def test_search_by_keyboard(docs):
    docs.one("body").send_keys("/")
    docs.focused().send_keys("start time")
    assert docs.one("#hits").is_displayed()
    docs.focused().send_keys(Keys.ARROW_DOWN)
    docs.focused().send_keys(Keys.ENTER)
    assert docs.current_url.endswith("#startTimeTracking")


def top_of(docs, name):
    return docs.execute_script("return document.getElementById(arguments[0]).getBoundingClientRect().top", name)


def test_a_link_to_an_operation_shows_it(docs, demo):
    docs.get("about:blank")
    docs.get(demo.url + "/docs#updateTask")
    docs.until(lambda: 0 <= top_of(docs, "updateTask") < 200)
    docs.execute_script("location.hash = 'getMember'")
    docs.until(lambda: 0 <= top_of(docs, "getMember") < 200)
    assert docs.one("#getMember .permalink").get_attribute("hash") == "#getMember"
    docs.until(lambda: docs.one("#contents a[aria-current]").get_attribute("hash") == "#getMember")


# ---- trying out ----

def test_a_request_is_tried_out_and_its_answer_shown(docs, demo):
    docs.button("Try it", "#createProject").click()
    body = docs.labelled("Body", "#createProject")
    assert json.loads(body.get_attribute("value"))["name"] == "Marketing Campaign Q1"
    docs.fill(body, '{"name": "Tried out"}')
    docs.button("Send", "#createProject").click()
    docs.until(lambda: "201 Created" in docs.one("#createProject .result").text)
    assert " ms" in docs.one("#createProject .result").text
    made = json.loads(docs.one("#createProject .result pre").text)["data"]
    assert made["name"] == "Tried out"
    docs.one("#createProject .result summary").click()
    assert "x-request-id" in docs.one("#createProject .result details").text

    docs.button("Try it", "#getProject").click()
    docs.fill(docs.labelled("projectId", "#getProject"), str(made["id"]))
    docs.button("Send", "#getProject").click()
    docs.until(lambda: "Tried out" in docs.one("#getProject .result").text)


def test_a_token_is_kept_for_the_tab_alone_and_refusals_are_shown(docs):
    docs.button("Try it", "#createProject").click()
    docs.fill(docs.labelled("Token", "#createProject"), "demo-regular-user")
    docs.button("Send", "#createProject").click()
    docs.until(lambda: "403" in docs.one("#createProject .result").text)
    assert "Your role does not allow this action." in docs.one("#createProject .result").text
    assert docs.execute_script("return JSON.stringify([localStorage, document.cookie])").count("demo-regular") == 0
    docs.refresh()
    docs.button("Try it", "#createTask").click()
    assert docs.labelled("Token", "#createTask").get_attribute("value") == "demo-regular-user"


def try_out(docs, name):
    docs.execute_script("location.hash = arguments[0]", name)
    docs.until(lambda: 0 <= top_of(docs, name) < 200)
    docs.button("Try it", f"#{name}").click()


def test_whoever_is_signed_in_tries_out_as_who_they_are(browser, demo):
    docs = signed_in(browser, demo, email="emma@example.com")
    docs.get(demo.url + "/docs")
    try_out(docs, "getMe")
    assert docs.labelled("Token", "#getMe").get_attribute("value") == ""
    docs.button("Send", "#getMe").click()
    docs.until(lambda: "emma@example.com" in docs.one("#getMe .result").text)
    try_out(docs, "createProject")
    docs.fill(docs.labelled("Body", "#createProject"), '{"name": "By session"}')
    docs.button("Send", "#createProject").click()
    docs.until(lambda: "201 Created" in docs.one("#createProject .result").text)


def test_what_needs_no_token_is_sent_without_one(docs):
    docs.button("Try it", "#acceptInvitation").click()
    assert not [each for each in docs.all("#acceptInvitation label") if each.text.startswith("Token")]


# ---- for everybody ----

def test_axe_finds_nothing(docs):
    """With an operation open and tried out, alone: all are made alike, and axe takes its time."""
    sizes = DESKTOP, PHONE, SMALL
    docs.execute_script("document.querySelector('#updateTask .try').click();"
                        "for (const each of document.querySelectorAll('#updateTask details')) each.open = true;"
                        "document.querySelector('#updateTask .trial .primary').click();")
    docs.until(lambda: docs.all("#updateTask .result pre"))
    docs.execute_script("for (const each of document.querySelectorAll("
                        "'.group:not(#guide, #tasks), .operation:not(#updateTask)')) each.remove();"
                        "for (const each of document.querySelectorAll('#contents a'))"
                        "if (!document.querySelector(each.hash)) each.parentNode.remove();")
    assert docs.faults_of_state(sizes=sizes) == []
    docs.show_as(PHONE, "light")
    docs.button("Contents").click()
    assert hits(docs, "update")
    assert docs.faults_of_state("#contents", sizes=sizes) == []


def test_nothing_is_wider_than_the_screen(docs):
    docs.execute_script("for (const each of document.querySelectorAll('.operation'))"
                        "each.style.contentVisibility = 'visible';"
                        "for (const each of document.querySelectorAll('details')) each.open = true;"
                        "for (const each of document.querySelectorAll('.sample')) each.classList.add('chosen')")
    for size in SIZES:
        docs.show_as(size, "light")
        assert docs.sideways() <= 0, size


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone", "small", "narrow"])
def test_the_settings_are_one_step_away(docs, demo, size):
    docs.show_as(size, "light")
    docs.one("#top").find_element("link text", "Settings").click()
    docs.until(lambda: docs.current_url.startswith(f"{demo.url}/sign-in?next="))


def test_on_a_phone_the_contents_open_and_lead_on(docs):
    docs.show_as(PHONE, "light")
    assert not docs.one("#contents").is_displayed()
    docs.button("Contents").click()
    hits(docs, "delete task")
    docs.one("#hits a").click()
    assert not docs.one("#contents").is_displayed()
    docs.until(lambda: 0 <= top_of(docs, "deleteTask") < 200)


def test_the_first_stop_of_the_keyboard_skips_to_the_content(docs):
    docs.one("body").send_keys(Keys.TAB)
    assert docs.focused().text == "Skip to the content"
    docs.focused().send_keys(Keys.ENTER)
    docs.until(lambda: docs.focused().get_attribute("id") == "content")


def test_a_chosen_theme_stays(docs):
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = docs.execute_script(ground)
    docs.one("#theme option[value=dark]").click()
    dark = docs.execute_script(ground)
    assert dark != light
    docs.refresh()
    assert docs.execute_script(ground) == dark
