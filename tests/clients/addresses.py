"""For every run of schemathesis: an address fits into the header that a server takes (--header-limit). A longer one
never reaches Stint: libmicrohttpd refuses it, rightly (414), but as HTML without a Content-Type, and cannot be told to
be silent. tests/http/test_protocol.py has it. And nothing is asked for as a stream, which has no end."""

import urllib.parse

import schemathesis

ADDRESS_BYTES = 12_000  # of 16,384 that a header may have


@schemathesis.hook
def filter_query(context, query):
    """Of a list each item is a parameter of its own."""
    if query and query.get("format") == "sse":
        return False
    return not query or len(urllib.parse.urlencode(dict(query), doseq=True)) <= ADDRESS_BYTES
