"""Kinds of events and what their `data` is, which follows from their names: `project.created` has a Project,
`tracker.started` a StartedTracker, `webhook.ping` a WebhookPing. So neither the document nor a rule says it again."""

from .names import pascal


def payloads(api):
    """{kind: the schema of its data}, without those that check_payloads has refused."""
    return {kind: _first(api, kind) for kind in _kinds(api) if _first(api, kind)}


def check_payloads(api):
    for kind in _kinds(api):
        if not _first(api, kind):
            api.problems.add(api.enumerations["EventKind"].place,
                             f"none of {', '.join(_names(kind))} is an object: what would {kind} say?")
    for name in set(payloads(api).values()):
        if any(prop.spread for prop in api.objects[name].properties):
            api.problems.add(api.objects[name].place, f"an event has a {name}, so each of its members needs a name")


def _kinds(api):
    return [value for value, _ in api.enumerations["EventKind"].values] if "EventKind" in api.enumerations else []


def _names(kind):
    """Of the schemas that it can be, the one that counts first."""
    what, _, happened = kind.partition(".")
    return [pascal(f"{what} {happened}"), pascal(what), pascal(f"{happened} {what}")]


def _first(api, kind):
    return next((name for name in _names(kind) if name in api.objects), None)
