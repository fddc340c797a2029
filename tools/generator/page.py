"""Makes the reference page of the OpenAPI document: one that can be read without a script; with one it can be searched,
and its requests copied and tried out."""

import html
import json
import re

from .fields import Fields
from .markup import blocks, chapters, code, element, escaped, inline, slug
from .operations import METHODS
from .samples import BASE, LANGUAGES, request_of, sample

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_TOKENS = re.compile(rf"({_STRING})(\s*:)|({_STRING}|'[^']*')|\b(\d+(?:\.\d+)?|true|false|null|True|False|None)\b")


def make_page(document, template):
    """`template` has places {{name}}. What the script needs to send a request stands in the page's elements."""
    page = _Page(document)
    parts = {"title": escaped(document["info"]["title"]), "version": escaped(document["info"]["version"]),
             "contents": page.contents(), "about": blocks(page.chapters[0][1]), "chapters": page.chapter_views(),
             "groups": page.groups()}
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


class _Page:
    def __init__(self, document):
        self.document = document
        self.fields = Fields(document)
        self.server = document["servers"][0]["url"]
        self.chapters = chapters(document["info"].get("description", ""))
        self.operations = [(path, method, item[method], item.get("parameters", []) + item[method].get("parameters", []))
                           for path, item in document["paths"].items() for method in METHODS if method in item]

    def _of_group(self, name):
        return [each for each in self.operations if name in each[2]["tags"]]

    # the list of contents

    def contents(self):
        said = element("li", element("a", "Guide", href="#guide"), element("ul", *(
            element("li", element("a", escaped(name), href=f"#{slug(name)}")) for name, _ in self.chapters[1:])))
        return element("ul", said, *(self._group_contents(tag["name"]) for tag in self.document["tags"]))

    def _group_contents(self, name):
        links = (element("li", element("a", _method(method), " ", element("span", escaped(operation["summary"])),
                                       href=f"#{operation['operationId']}"))
                 for _, method, operation, _ in self._of_group(name))
        return element("li", element("a", escaped(name), href=f"#{slug(name)}"), element("ul", *links))

    # chapters and groups

    def chapter_views(self):
        return "".join(
            element("section", _heading("h2", slug(name), name), blocks(text), id=slug(name), class_="chapter")
            for name, text in self.chapters[1:])

    def groups(self):
        return "".join(
            element("section", _heading("h2", slug(tag["name"]), tag["name"]), blocks(tag.get("description", "")),
                    *(self._operation(*each) for each in self._of_group(tag["name"])), self._messages(tag["name"]),
                    id=slug(tag["name"]), class_="group")
            for tag in self.document["tags"])

    def _messages(self, group):
        """What is sent to others: several kinds of events may say the same."""
        kinds = {}
        for kind, item in self.document.get("webhooks", {}).items():
            if group in item["post"]["tags"]:
                kinds.setdefault(_json_of(item["post"]["requestBody"])["schema"]["$ref"], []).append(kind)
        parts = [element("details", element("summary", ", ".join(map(code, those))),
                         self.fields.properties({"$ref": schema}, replied=True)) for schema, those in kinds.items()]
        return element("section", _heading("h3", "messages", "What is sent"), *parts, id="messages") if parts else ""

    # operations

    def _operation(self, path, method, operation, parameters):
        parameters = [self.fields.resolved(each) for each in parameters]
        name = operation["operationId"]
        said = element("div", _heading("h3", name, operation["summary"]),
                       element("p", _method(method), " ", code(self.server + path), class_="address"),
                       blocks(operation.get("description", "")), *self._inputs(operation, parameters),
                       *self._answers(operation), class_="said")
        request = request_of(self.server, path, method, operation, parameters)
        return element("section", said, element("div", *self._examples(operation, request), class_="examples"), id=name,
                       class_="operation", data_method=method.upper(), data_path=self.server + path,
                       data_caller=request.caller or None)

    def _inputs(self, operation, parameters):
        headers = [each for each in parameters if each["in"] == "header"]
        others = [each for each in parameters if each["in"] != "header"]
        if others:
            yield element("h4", "Parameters") + self.fields.parameters(others)
        if "requestBody" in operation:
            optional = "" if operation["requestBody"].get("required") else element("span", "optional", class_="type")
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            yield element("h4", "Body ", optional) + self.fields.properties(schema, replied=False)
        if headers:
            yield element("details", element("summary", "Headers that it takes"), self.fields.parameters(headers))

    def _answers(self, operation):
        failures = []
        for status, response in operation["responses"].items():
            response = self.fields.resolved(response)
            if status.startswith("2"):
                yield element("h4", "Answer ", code(status)) + element("p", inline(response["description"]))
                yield self.fields.properties(_json_of(response)["schema"], replied=True)
                yield element("details", element("summary", "Headers of the answer"),
                              self.fields.headers(response["headers"]))
            elif "content" not in response:
                failures.append(_failure(status, None, response["description"]))
            elif status != "default":
                failures += [_failure(status, name, self.fields.resolved(each)["summary"])
                             for name, each in _json_of(response)["examples"].items()]
            else:
                others = response
        yield element("h4", "Other answers") + element("dl", *failures, class_="fields failures")
        yield element("details", element("summary", "Failures of any operation"), blocks(others["description"]))

    def _examples(self, operation, request):
        buttons = (element("button", name, type="button", data_language=language, aria_pressed="false")
                   for language, name in LANGUAGES.items())
        copy = element("button", "Copy", type="button", class_="copy")
        yield element("div", *buttons, copy, class_="bar needs-script", role="group", aria_label="Example")
        for language, name in LANGUAGES.items():
            yield element("div", element("p", name, class_="caption"), _pre(sample(language, request)), class_="sample",
                          data_language=language)
        if request.body is not None:
            yield element("template", escaped(json.dumps(request.body, ensure_ascii=False, indent=2)))
        yield element("button", "Try it", type="button", class_="try needs-script")
        status, response = next(each for each in operation["responses"].items() if each[0].startswith("2"))
        yield element("p", "Answer ", code(status), class_="caption") + _pre(
            json.dumps(_json_of(response)["example"], ensure_ascii=False, indent=2))


def _json_of(response):
    return response["content"]["application/json"]


def _failure(status, name, text):
    title = [code(status, class_="name")] + ([code(name)] if name else [])
    return element("div", element("dt", " ".join(title)), element("dd", element("p", inline(text))))


def _heading(level, anchor, text):
    link = element("a", "#", class_="permalink", href=f"#{anchor}", aria_label=f"Link to {text}")
    return element(level, escaped(text), " ", link)


def _method(method):
    return element("span", method.upper(), class_=f"method {method}")


def _pre(text):
    """With its strings, numbers and words marked, and the server's address in an element of its own."""
    result, end = [], 0
    for match in _TOKENS.finditer(text):
        result.append(escaped(text[end:match.start()]))
        key, colon, string, word = match.groups()
        result.append(element("span", escaped(key), class_="k") + colon if key else
                      element("span", escaped(string), class_="s") if string else
                      element("span", escaped(word), class_="n"))
        end = match.end()
    marked = "".join(result) + escaped(text[end:])
    return element("pre", element("code", marked.replace(html.escape(BASE), element("span", BASE, class_="base"))))
