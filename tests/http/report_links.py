"""Where the numbers of reports lead, and that they are the sums of what is there."""

import decimal
import urllib.parse


def without_links(value):
    """What a report says but for where it leads."""
    if isinstance(value, dict):
        return {key: without_links(each) for key, each in value.items() if key != "entries_url"}
    return [without_links(each) for each in value] if isinstance(value, list) else value


def lines_of(value):
    """All lines of a report, also those that stand in others."""
    if isinstance(value, list):
        return [line for each in value for line in lines_of(each)]
    if not isinstance(value, dict):
        return []
    below = [line for each in value.values() for line in lines_of(each)]
    return [value, *below] if "entries_url" in value else below


def behind(client, path, line):
    """The entries that a line of the report at `path` leads to, of all pages: it is their sum."""
    address = urllib.parse.urlsplit(urllib.parse.urljoin(path, line["entries_url"]))
    query = dict(urllib.parse.parse_qsl(address.query))
    entries = client.pages(address.path, per_page=2, **query)
    total = client.get(address.path, **query).data["total_minutes"]
    assert total == line["total_minutes"] == sum(entry["duration_minutes"] for entry in entries)
    if "total_amount" in line:
        amounts = line["total_amount"]
        amounts = amounts if isinstance(amounts, dict) else {line["currency"]: amounts}
        assert earned(entries) == {currency: decimal.Decimal(str(amount)) for currency, amount in amounts.items()}
    return entries


def earned(entries):
    """By currency."""
    amounts = {}
    for entry in entries:
        if "total_amount" in entry:
            amounts.setdefault(entry["currency"], []).append(decimal.Decimal(str(entry["total_amount"])))
    return {currency: sum(each) for currency, each in amounts.items()}
