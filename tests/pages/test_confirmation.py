"""Confirming an address: asked for on one page, and done on the one that the mail leads to."""

import pytest
from client import Client
from scenario import PASSWORD, accept, invite
from signing_in import give_password, signed_in

EMAIL = "ada@example.com"


@pytest.fixture
def server(start_server, relay):
    server = start_server("--smtp-url", relay.url)
    owner = Client(server, "demo-owner")
    accept(owner, invite(owner, email=EMAIL)[1])
    relay.mailed_secret(EMAIL)  # another than whoever invites has
    return server


def test_an_address_is_confirmed_by_whoever_is_signed_in(browser, server, relay):
    page = signed_in(browser, server, "/settings/security", EMAIL, PASSWORD)
    page.until(lambda: page.one("#is-confirmed").text == "not confirmed yet.")
    page.button("Send me the link that confirms it").click()
    page.until(lambda: page.one("#told").text == f"A link is on its way to {EMAIL}.")
    link = f"{server.url}/confirm/{relay.mailed_secret(EMAIL)}"

    page.execute_cdp_cmd("Network.clearBrowserCookies", {})
    page.get(link)
    page.until(lambda: "/sign-in" in page.current_url)
    give_password(page, EMAIL, PASSWORD)
    page.until(lambda: page.current_url == link and EMAIL in page.one("#told").text)
    page.button("Confirm").click()
    page.until(lambda: page.one("#told").text == "Your address is confirmed.")
    page.get(server.url + "/settings/security")
    page.until(lambda: page.one("#is-confirmed").text == "confirmed.")
    assert not page.one("#confirm-address").is_displayed()

    page.get(link)
    page.until(lambda: EMAIL in page.one("#told").text)
    page.button("Confirm").click()
    page.until(lambda: page.one("#told").text == f"{EMAIL} is confirmed already.")
    assert page.one("#onwards").is_displayed() and not page.one("#form").is_displayed()


def test_a_dead_link_leads_to_another_one(browser, server):
    page = signed_in(browser, server, "/confirm/x", EMAIL, PASSWORD)
    page.button("Confirm").click()
    page.until(lambda: page.one("#told").text.startswith("This link has expired or was already used"))
    assert page.one("#told").get_attribute("role") == "alert" and not page.one("#form").is_displayed()
    assert page.focused().tag_name == "h1" and page.faults_of_state() == []
    page.one("#another a").click()
    page.until(lambda: page.current_url == server.url + "/settings/security")
    page.until(lambda: page.button("Send me the link that confirms it").is_displayed())


def test_axe_finds_nothing(browser, server):
    page = signed_in(browser, server, "/settings/security", EMAIL, PASSWORD)
    for path in ("/settings/security", "/confirm/x"):
        page.get(server.url + path)
        page.until(lambda: page.one("main").is_displayed())
        assert page.faults_of_state() == []
