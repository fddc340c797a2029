"""Where the link leads by which a forgotten password is set anew."""

import pytest
import requests
from client import API
from signing_in import give_password

NEW = "correct horse battery staple"


@pytest.fixture
def server(start_server, relay):
    return start_server("--smtp-url", relay.url, "--smtp-from", "stint@example.com")


def test_a_forgotten_password_is_set_anew(browser, server, relay):
    browser.get(server.url + "/sign-in")
    browser.one("#forgotten a").click()
    browser.until(lambda: "/reset-password" in browser.current_url)
    browser.fill(browser.labelled("Email"), "owner@example.com")
    browser.button("Send the link").click()
    browser.until(lambda: "on its way" in browser.one("#told").text)
    assert browser.faults_of_state() == []
    link = f"{server.url}/reset-password/{relay.mailed_secret('owner@example.com')}"

    browser.get(link)
    browser.until(lambda: browser.one("#form").is_displayed())
    assert browser.labelled("Email").get_attribute("value") == "owner@example.com"
    browser.fill(browser.labelled("New password"), NEW)
    browser.fill(browser.labelled("The same"), NEW + "r")
    browser.button("Set the password").click()
    assert browser.one("#again-fault").text == "The two are not the same." and browser.faults_of_state() == []
    browser.fill(browser.labelled("The same"), NEW)
    browser.button("Set the password").click()
    browser.until(lambda: browser.all("#sessions li"))
    assert browser.one("#who").text == "owner@example.com", "signed in at once"

    browser.get(link)
    browser.until(lambda: browser.one("#another").is_displayed())
    assert not browser.one("#form").is_displayed() and browser.one("#told").text, "a link works once"
    assert browser.one("#told").get_attribute("role") == "alert" and browser.faults_of_state() == []
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.get(server.url + "/sign-in")
    give_password(browser, password="demo")
    browser.until(lambda: browser.one("#by-password .wrong").text)
    give_password(browser, password=NEW)
    browser.until(lambda: browser.current_url == server.url + "/settings/api")


def test_a_link_that_dies_while_it_is_open_leads_onwards(browser, server, relay):
    requests.post(f"{server.url}{API}/password-resets", json={"email": "owner@example.com"}, timeout=10)
    secret = relay.mailed_secret("owner@example.com")
    browser.get(f"{server.url}/reset-password/{secret}")
    browser.until(lambda: browser.one("#form").is_displayed())
    requests.post(f"{server.url}{API}/password-resets/{secret}", json={"password": NEW}, timeout=10).raise_for_status()
    for field in ("New password", "The same"):
        browser.fill(browser.labelled(field), "this comes too late")
    browser.button("Set the password").click()
    browser.until(lambda: browser.one("#another").is_displayed())
    assert not browser.one("#form").is_displayed() and browser.focused().tag_name == "h1"
    assert browser.one("#told").text.startswith("This link has expired") and browser.faults_of_state() == []

    ask_again, to_sign_in = browser.all("#another a")
    assert ask_again.get_attribute("href") == server.url + "/reset-password"
    to_sign_in.click()
    browser.until(lambda: browser.all("#by-password"))
    give_password(browser, password=NEW)
    browser.until(lambda: browser.current_url == server.url + "/settings/api")


def test_an_unknown_address_is_told_the_same(browser, server, relay):
    browser.get(server.url + "/reset-password")
    browser.fill(browser.labelled("Email"), "nobody@example.com")
    browser.button("Send the link").click()
    browser.until(lambda: "on its way" in browser.one("#told").text)
    assert relay.messages.empty()
