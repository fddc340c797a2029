"""What strangers make of the document: a Python client that does a day's work, and requests made up by a fuzzer that
believes every word of it."""

import pathlib

from client import API, Client
from scenario import set_clock

DAY = pathlib.Path(__file__).with_name("day.py")


def test_a_generated_client_does_a_days_work(start_server, tool, tmp_path):
    server = start_server()
    said = tool("-m", "openapi_python_client", "generate", "--url", server.url + API + "/openapi.json", "--meta",
                "none", "--output-path", "stint_client")
    assert "WARNING" not in said.upper(), said
    (tmp_path / "day.py").write_text(DAY.read_text())
    set_clock(Client(server, "demo-owner"), "2024-01-17T09:00:00Z")
    assert tool("day.py", server.url + API) == "done\n"


def test_made_up_requests_are_answered_as_documented(start_server, tool, request):
    """By all of the fuzzer's checks; two of them let pass what opinions.py explains, and are for long runs: each finds
    something new to have an opinion on."""
    examples = request.config.getoption("--examples")
    is_long = examples > 5
    phases = "examples,coverage,fuzzing,stateful" if is_long else "examples,fuzzing"
    for token in ("demo-owner", "demo-regular-user"):
        server = start_server("--log-level", "warning")
        tool("-m", "schemathesis.cli", "run", server.url + API + "/openapi.json",
             "--header", f"Authorization: Bearer {token}", "--max-examples", str(examples), "--phases", phases,
             "--suppress-health-check", "all", "--continue-on-failure",
             "--exclude-checks", "positive_data_acceptance,negative_data_rejection",
             SCHEMATHESIS_HOOKS="opinions" if is_long else "quicker")
