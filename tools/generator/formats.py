"""What a reply may be besides JSON. The order is that of enum reply_format in contract/row_file.h."""

from .api import Enumeration, Kind
from .names import pascal
from .problems import Refusal

FORMATS = {"json": "application/json", "csv": "text/csv", "ndjson": "application/x-ndjson",
           "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
           "ics": "text/calendar", "sse": "text/event-stream"}
_EVENT = {"id", "start_time", "end_time"}  # what contract/icalendar makes an event of
_CODES = {name: code for code, name in enumerate(FORMATS, 1)}
DESCRIPTION = "What the reply is; else what `Accept` asks for, else the first."


def code(name):
    return _CODES[name]


def kind_of(api, names, place):
    """Of the parameter `format`; operations with the same formats share an enumeration."""
    if names[:1] != ["json"] or len(set(names)) != len(names) or not set(names) <= set(FORMATS):
        raise Refusal(place, f"x-formats begins with json and has others of {', '.join(FORMATS)}")
    name = "Formats" + "".join(map(pascal, names))
    values = [(each, code(each)) for each in names]
    api.enumerations.setdefault(name, Enumeration(name, place, values, [], own=False))
    return Kind("ENUM", place, enumeration=api.enumerations[name])


def read_table(api, operation):
    """The properties of the lists or maps that x-table names, down from the data; [(component, property)]."""
    found, item = [], api.objects[operation.data]
    for name in operation.table.split(".") if operation.table else ():
        prop = next((each for each in item.properties if each.name == name), None)
        if prop is None or prop.kind.type not in ("LIST", "MAP"):
            raise Refusal(operation.place, f"x-table: {item.name} has no list or map called {name}")
        found.append((item, prop))
        item = api.objects[prop.kind.object]
    if "sse" in operation.formats and not (operation.data_list and operation.in_workspace and operation.has("after")):
        raise Refusal(operation.place, "sse is for a list of what happens in a workspace, with a parameter after")
    if "ics" in operation.formats and not _EVENT <= {each.name for each in item.properties}:
        raise Refusal(operation.place, f"ics is for a table with {', '.join(sorted(_EVENT))}")
    return found
