"""A second factor and passkeys: switched on, and signed in with."""

import socket
import time

import pytest
from authenticator import code_of
from client import Client
from scenario import set_clock
from signing_in import give_password, signed_in

NOW = 1_800_000_000


def at(server, second):
    """The next code is another one, for each works once."""
    set_clock(Client(server), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second)))
    return second


def give_code(page, code):
    page.until(lambda: page.one("#by-code").is_displayed())
    page.fill(page.labelled("Code", "#by-code"), code)
    page.button("Go on", "#by-code").click()


def test_a_second_factor_is_switched_on_used_and_switched_off(browser, start_server):
    server = start_server()
    at(server, NOW)
    page = signed_in(browser, server, "/settings/security")
    page.until(lambda: page.all("#factor-actions button"))
    page.button("Switch on").click()
    page.until(lambda: page.one("#confirm-factor").is_displayed())
    assert page.one("#qr-code svg").get_attribute("role") == "img" and page.faults_of_state() == []
    lost = page.one("#factor-secret code").text
    page.refresh()
    page.until(lambda: "begun" in page.one("#factor-state").text)
    assert page.one("#factor-state").text.startswith("Off") and page.faults_of_state() == []
    at(server, NOW + 30)
    page.button("Begin anew").click()
    page.until(lambda: page.one("#confirm-factor").is_displayed())
    secret = page.one("#factor-secret code").text
    assert secret != lost, "as the page has said"
    now = at(server, NOW + 60)
    page.fill(page.labelled("Code", "#confirm-factor"), "000000")
    page.button("Switch it on").click()
    assert page.until(lambda: page.one("#confirm-factor .wrong").text or page.all("#code-fault"))
    page.fill(page.labelled("Code", "#confirm-factor"), code_of(secret, now))
    page.button("Switch it on").click()
    page.until(lambda: page.one("#backup-codes").is_displayed())
    backup_codes = page.one("#backup-codes code").text.split()
    lines = page.execute_script("const range = document.createRange();"
                                "range.selectNodeContents(document.querySelector('#backup-codes code'));"
                                "return [...range.getClientRects()].filter(({width}) => width).length")
    assert lines == 10, "none is broken in two"
    assert len(backup_codes) == 10 and page.one("#factor-state").text.startswith("On") and page.faults_of_state() == []

    for code in (lambda: code_of(secret, at(server, now + 60)), lambda: backup_codes[0]):
        page.button("Sign out", "#top").click()
        page.until(lambda: page.all("#by-password"))
        give_password(page)
        page.until(lambda: page.focused().get_attribute("id") == "code")
        assert page.faults_of_state() == []
        give_code(page, "000000")
        assert page.until(lambda: page.one("#by-code .wrong").text)
        give_code(page, code())
        page.until(lambda: page.current_url == server.url + "/settings/api")

    page.get(server.url + "/settings/security")
    page.until(lambda: "9 backup codes" in page.one("#factor-state").text)
    page.button("Switch off", "#factor-actions").click()
    page.button("Switch off", "dialog").click()
    page.until(lambda: page.one("#factor-state").text == "Off: your password alone lets you in.")


@pytest.fixture
def device(browser):
    """A telephone that knows its owner's thumb."""
    browser.execute_cdp_cmd("WebAuthn.enable", {})
    made = browser.execute_cdp_cmd("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})
    yield made
    browser.execute_cdp_cmd("WebAuthn.disable", {})


def test_a_passkey_is_added_and_signs_in(browser, device, start_server):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = start_server("--listen", f"127.0.0.1:{port}", "--public-url", f"http://localhost:{port}")
    server.url = f"http://localhost:{port}"  # a passkey is for a name
    page = signed_in(browser, server, "/settings/security")
    page.until(lambda: page.all("#passkeys li"))
    page.fill(page.labelled("Name", "#make-passkey"), "Thumb")
    page.button("Add it").click()
    page.until(lambda: "Thumb" in page.one("#passkeys").text)
    assert page.faults_of_state() == []
    page.fill(page.labelled("Name", "#make-passkey"), "Again")
    page.button("Add it").click()
    assert page.until(lambda: page.one("#make-passkey .wrong").text) == "This device has one already."

    page.button("Sign out", "#top").click()
    page.until(lambda: page.one("#by-passkey").is_displayed())
    page.button("Sign in with a passkey").click()
    page.until(lambda: page.current_url == server.url + "/settings/api")
    page.get(server.url + "/settings/security")
    page.until(lambda: "Thumb" in page.one("#passkeys").text)
    next(each for each in page.all("#passkeys button") if "Thumb" in each.text).click()
    page.button("Remove", "dialog").click()
    page.until(lambda: "Thumb" not in page.one("#passkeys").text)
