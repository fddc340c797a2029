"""What an update is given over what is there: `x-merges` names the row into which the given fields of the body go. A
field that has no member of its name and type stands in `by_hand`, so that none is forgotten."""

from .api import row_type
from .problems import Refusal
from .shape import check_keys


def read_merges(api, rows):
    """Fills in which fields an operation merges. `rows`: of sql/, by name."""
    for operation in api.operations:
        source = operation.source.get("x-merges")
        if source is not None:
            with api.problems.collecting():
                operation.merged_row, operation.merged = _merged(operation, source, rows)


def _merged(operation, source, rows):
    place = operation.source.at("x-merges")
    check_keys(source, {"row", "by_hand"}, "x-merges", place)
    if source.get("row") not in rows:
        raise Refusal(place, f"sql/ has no row {source.get('row')}")
    members = {each.name: each.type for each in rows[source["row"]].members}
    sent = {each.name: each for each in operation.fields if each.places == ["IN_BODY"]}
    by_hand = source.get("by_hand", [])
    for name in by_hand:
        if name not in sent:
            raise Refusal(place, f"the body has no {name}")
    fields = [each for each in sent.values() if each.name not in by_hand]
    for each in fields:
        if each.element or each.member not in members or members[each.member] != row_type(each.kind):
            raise Refusal(place, f"row {source['row']} has no {each.member} of its type: say it in by_hand")
    return source["row"], [each.member for each in fields]


def merge_prototype(operation):
    return (f"void merge_{operation.name}(struct {operation.merged_row}_row *row, "
            f"const struct {operation.name}_input *input)")


def merge_function(operation):
    body = "".join(f"\tif (input->given.{name})\n\t\trow->{name} = input->{name};\n" for name in operation.merged)
    return f"{merge_prototype(operation)}\n{{\n{body}}}\n\n"
