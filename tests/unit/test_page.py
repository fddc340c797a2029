"""tools/generator/page.py and what it is made with: requests that run as pasted whatever is in them, and text that is
never taken for markup."""

import json
import pathlib
import shlex
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

from generator.fields import Fields  # noqa: E402
from generator.markup import blocks, chapters, element, slug  # noqa: E402
from generator.pages import served_files  # noqa: E402
from generator.problems import Refusal  # noqa: E402
from generator.samples import Request, request_of, sample  # noqa: E402

BODY = {"name": "It's \"true\", null\nand <b>", "none": None, "yes": True, "list": [1.5, "né"]}


def posted(body):
    return Request("POST", "http://127.0.0.1:8080/a?b=%27", "token", body)


# ---- requests ----

def test_curl_passes_any_text_through_a_shell():
    words = shlex.split(sample("curl", posted(BODY)).replace("\\\n", ""))
    assert words[:2] == ["curl", "http://127.0.0.1:8080/a?b=%27"]
    assert "Authorization: Bearer demo-owner" in words and "Content-Type: application/json" in words
    assert json.loads(words[words.index("-d") + 1]) == BODY


@pytest.mark.parametrize("method, body, named", [("GET", None, False), ("POST", {}, False), ("POST", None, True),
                                                 ("PUT", {}, True), ("DELETE", None, True)])
def test_curl_names_the_method_where_it_would_take_another(method, body, named):
    assert (f"-X {method}" in sample("curl", Request(method, "http://x", "", body))) == named


def test_python_sends_the_same(monkeypatch):
    sent = {}

    class Requests:
        @staticmethod
        def post(address, headers, json):
            sent.update(address=address, headers=headers, json=json)
            return type("Response", (), {"status_code": 200, "json": lambda self: {}})()

    monkeypatch.setitem(sys.modules, "requests", Requests)
    exec(sample("python", posted(BODY)), {})
    assert sent == {"address": "http://127.0.0.1:8080/a?b=%27", "headers": {"Authorization": "Bearer demo-owner"},
                    "json": BODY}


def test_a_request_has_the_parameters_that_have_an_example():
    parameters = [{"name": "id", "in": "path", "schema": {}, "example": "a/b"},
                  {"name": "q", "in": "query", "schema": {}, "example": "c d"},
                  {"name": "page", "in": "query", "schema": {"default": 1}, "example": 1},
                  {"name": "other", "in": "query", "schema": {}}]
    request = request_of("/api", "/x/{id}", "get", {"security": []}, parameters)
    assert request == ("GET", "http://127.0.0.1:8080/api/x/a%2Fb?q=c+d", "", None)


# ---- text ----

def test_text_is_never_markup():
    assert blocks('<script> & "x"') == "<p>&lt;script&gt; &amp; &quot;x&quot;</p>"
    assert blocks("a `<b>` [c](d)") == '<p>a <code>&lt;b&gt;</code> <a href="d">c</a></p>'
    assert element("a", "x", href='"><b>', class_="c", data_in=None) == '<a href="&quot;&gt;&lt;b&gt;" class="c">x</a>'


def test_markdown():
    assert blocks("one\ntwo\n\n- a\n- b\n  c") == "<p>one\ntwo</p><ul><li>a</li><li>b\n  c</li></ul>"
    table = blocks("| a | b |\n|---|---|\n| `1` | 2 |")
    assert "<th scope=\"col\">a</th>" in table and "<td><code>1</code></td><td>2</td>" in table and "-" not in table
    assert chapters("about\n\n## One\n\ntext\n\n## Two & more\n\nx") == [
        (None, "about"), ("One", "text"), ("Two & more", "x")]
    assert slug("Two & more") == "two-more"


@pytest.mark.parametrize("schema, words", [
    ({"type": "integer", "minimum": 1, "maximum": 1000}, ["integer", "1 to 1,000"]),
    ({"type": ["string", "null"], "maxLength": 255}, ["string or null", "at most 255 characters"]),
    ({"type": "string", "minLength": 1}, ["string", "at least 1 characters"]),
    ({"type": "string", "enum": ["a", "b"]}, ["One of", "a", "b"]),
    ({"type": "array", "items": {"type": "integer"}, "maxItems": 5}, ["list of integers", "at most 5 items"]),
    ({"type": "string", "format": "date"}, ["YYYY-MM-DD"]),
    ({"type": "object", "additionalProperties": {"type": "string"}}, ["By name", "string"]),
    ({"type": "object", "additionalProperties": {"type": "array", "items": {"properties": {"y": {"type": "integer"}}}}},
     ["By name", "list of", "Fields of", "y", "integer"]),
    ({"type": "integer", "default": 0}, ["default", "0"])])
def test_a_field_says_its_type_and_limits(schema, words):
    said = Fields({}).properties({"properties": {"x": schema}}, replied=False)
    assert all(word in said for word in words), said


# ---- pages ----

PAGE = """<!doctype html>
<!-- address: /settings/{token} -->
<!-- include: parts/head.html -->
<link rel="stylesheet" href="a.css"><script type="module" src="a.js"></script><a href="{{root}}docs">x</a>"""
FILES = {"web/pages/a.html": PAGE, "web/pages/parts/head.html": '<link rel="icon" href="{{root}}i.svg">\n',
         "web/pages/a.css": "b {}\n", "web/pages/a.js": 'import {c} from "./c.js";\n', "web/pages/c.js": "c();\n",
         "web/pages/unnamed.js": "", "web/pages/i.svg": "<!-- address: /i.svg -->\n<svg/>"}


def served(**changed):
    files = {**FILES, **{f"web/pages/{name.replace('_', '.')}": text for name, text in changed.items()}}
    made = served_files({name: text for name, text in files.items() if text is not None}, None)
    assert made == sorted(made)
    return sorted(made, key=lambda each: (each.path.split("-")[0], each.ending))


def test_a_page_names_its_parts_by_their_content_relative_to_itself():
    a_css, a_js, c_js, icon, page = served()
    assert [(each.lasting, each.ending) for each in (a_css, a_js, c_js, icon, page)] == [
        (True, "css"), (True, "js"), (True, "js"), (False, "svg"), (False, "html")]
    assert (icon.path, icon.content, page.path) == ("/i.svg", b"<svg/>", "/settings/{token}")
    assert page.content.decode() == f"""<!doctype html>
<link rel="icon" href="../i.svg">
<link rel="stylesheet" href="..{a_css.path}"><link rel="modulepreload" href="..{c_js.path}">
<script type="module" src="..{a_js.path}"></script><a href="../docs">x</a>"""
    assert a_js.content.decode() == f'import {{c}} from ".{c_js.path.removeprefix("/assets")}";\n'


def test_what_changes_gets_another_path_as_does_what_imports_it():
    before, after = served(), served(c_js="d();\n")
    assert [one.path == other.path for one, other in zip(before, after)] == [True, False, False, True, True]


@pytest.mark.parametrize("changed", [
    {"a_css": None}, {"c_js": 'import "./a.js";'}, {"a_html": PAGE + "<style>b {}</style>"},
    {"a_html": PAGE + "<script>c();</script>"}, {"a_html": PAGE + '<p style="color: red">'},
    {"a_html": PAGE + '<p onclick="c()">'}, {"a_html": PAGE.replace("parts/head", "nothing")}], ids=str)
def test_a_page_that_its_policy_would_break_is_refused(changed):
    with pytest.raises(Refusal):
        served(**changed)
