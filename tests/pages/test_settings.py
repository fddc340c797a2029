"""Settings > REST API and Settings > Security, as their owner uses them."""

import re

import pytest
import requests
from browser import SIZES
from client import API, Client
from scenario import advance_clock, unique
from selenium.webdriver.common.keys import Keys
from signing_in import PASSWORD, sign_in, signed_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"


@pytest.fixture
def page(browser, demo):
    signed_in(browser, demo)
    browser.until(lambda: browser.all("#tokens li") and browser.all("#grants li") and browser.all("#apps li"))
    return browser


@pytest.fixture
def security(browser, demo):
    signed_in(browser, demo, "/settings/security")
    browser.until(lambda: browser.all("#factor-actions button") and browser.all("#sessions li"))
    return browser


def row(page, name):
    return next((each for each in page.mentioning(name, ".rows > li") if each.text.startswith(name)), None)


def press(page, name, text):
    next(each for each in row(page, name).find_elements("css selector", "button") if each.text.startswith(text)).click()


def make_token(page, name, *scopes):
    for box in page.all("#make-token [name=scopes]"):
        if box.is_selected() != (box.get_attribute("value") in scopes):
            box.click()
    page.fill(page.labelled("Name", "#make-token"), name)
    page.button("Make the token").click()


def status_of(demo, token, method="GET"):
    return requests.request(method, f"{demo.url}{API}/projects?workspace_id=1", json={"name": unique("By token")},
                            headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code


def test_a_token_is_made_used_and_revoked(page, demo):
    name = unique("Nightly export")
    make_token(page, name, "read")
    page.until(lambda: page.one("#new-token").is_displayed())
    token = page.one("#new-token code").text
    assert re.fullmatch(r"stint_pat_[\w-]{43}", token) and page.focused() == page.one("#new-token")
    assert page.faults_of_access() == []
    assert "read" in row(page, name).text and "never" in row(page, name).text
    assert status_of(demo, token) == 200 and status_of(demo, token, "POST") == 403

    press(page, name, "Revoke")
    page.button("Revoke", "dialog").click()
    page.until(lambda: not row(page, name))
    assert page.one("#told").text == f"{name} is revoked."
    assert status_of(demo, token) == 401
    page.refresh()
    page.until(lambda: page.all("#tokens li"))
    assert token not in page.page_source, "it is shown once"


def test_what_was_asked_before_can_be_left(page, demo):
    name = unique("Kept")
    make_token(page, name, "read", "write")
    page.until(lambda: row(page, name))
    token = page.one("#new-token code").text
    press(page, name, "Revoke")
    page.button("Cancel", "dialog").click()
    assert page.focused().text.startswith("Revoke"), "back to where it was"
    assert row(page, name) and status_of(demo, token, "POST") == 201


def test_the_password_is_asked_for_again_in_place(page, demo):
    """Some time after it was given."""
    advance_clock(Client(demo), 16 * 60)
    name = unique("Later")
    make_token(page, name, "read")
    page.until(lambda: page.all("dialog[open]"))
    assert page.focused() == page.labelled("Password", "dialog") and page.faults_of_state() == []
    page.focused().send_keys("not this one\n")
    assert page.until(lambda: page.one("dialog .wrong").text)
    page.fill(page.labelled("Password", "dialog"), PASSWORD)
    page.button("Go on", "dialog").click()
    page.until(lambda: row(page, name))


def test_a_token_without_a_name_is_not_made(page):
    before = len(page.all("#tokens li"))
    page.button("Make the token").click()
    assert page.one("#token-name-fault").text == "Name is missing."
    assert page.focused() == page.labelled("Name", "#make-token")
    assert len(page.all("#tokens li")) == before


def register_app(page, name, addresses):
    page.fill(page.labelled("Name", "#app-form"), name)
    page.fill(page.labelled("Redirect addresses"), addresses)
    page.button("Register the app").click()


def test_an_app_is_registered_and_removed(page):
    name = unique("Invoices")
    register_app(page, name, "not an address")
    page.until(lambda: page.all("#app-uris-fault"))
    page.fill(page.labelled("Redirect addresses"), "https://app.example/callback\nhttps://app.example/other")
    page.button("Register the app").click()
    page.until(lambda: page.one("#new-app").is_displayed())
    client_id, secret = (each.text for each in page.all("#new-app code"))
    assert client_id in row(page, name).text and "https://app.example/other" in row(page, name).text
    assert page.faults_of_access() == []

    press(page, name, "New secret")
    page.button("Make it", "dialog").click()
    page.until(lambda: page.all("#new-app code")[-1].text != secret)
    press(page, name, "Remove")
    page.button("Remove", "dialog").click()
    page.until(lambda: not row(page, name))


def test_an_app_without_a_secret_is_registered(page):
    name = unique("Timesheet Sync")
    page.one("#app-form [name=is_public][value=true]").click()
    register_app(page, name, "http://127.0.0.1:8000/callback")
    page.until(lambda: page.one("#new-app").is_displayed())
    [client_id] = (each.text for each in page.all("#new-app code"))
    assert client_id in row(page, name).text and "without a secret" in row(page, name).text


@pytest.fixture
def app(page):
    """Of this person, with two addresses."""
    name = unique("Payroll")
    register_app(page, name, "https://app.example/callback\nhttps://app.example/other")
    page.until(lambda: row(page, name))
    return name


def app_form(page):
    """What is seen of it."""
    return page.one("#app-form").text


def test_an_app_is_changed_without_a_mouse(page, app):
    """From its button on, along the fields, to the button that ends it."""
    client_id = page.one("#new-app code").text
    next(each for each in row(page, app).find_elements("css selector", "button")
         if each.text.startswith("Change")).send_keys(Keys.ENTER)
    name, addresses = page.labelled("Name", "#app-form"), page.labelled("Redirect addresses")
    assert page.focused() == name and name.get_attribute("value") == app and f"Change {app}" in app_form(page)
    assert addresses.get_attribute("value") == "https://app.example/callback\nhttps://app.example/other"
    assert "It runs" not in app_form(page), "what it is for good is not asked for"

    renamed = unique("Wages").ljust(100, "x")
    page.fill(name, renamed)
    name.send_keys(Keys.TAB)
    assert page.focused() == addresses
    page.fill(addresses, "not an address")
    addresses.send_keys(Keys.TAB, Keys.TAB, Keys.SPACE, Keys.TAB, Keys.ENTER)
    page.until(lambda: page.all("#app-uris-fault"))
    assert page.faults_of_state() == []
    page.fill(addresses, "https://app.example/new")
    addresses.send_keys(Keys.TAB, Keys.TAB, Keys.TAB, Keys.ENTER)
    page.until(lambda: row(page, renamed))
    assert page.one("#told").text == f"{renamed} is changed." and not row(page, app)
    said = row(page, renamed).text
    assert client_id in said and "https://app.example/new" in said and "https://app.example/other" not in said
    assert "by consent, for itself" in said and page.faults_of_state() == []
    assert "Register an app" in app_form(page) and "It runs" in app_form(page) and not name.get_attribute("value")


def test_an_app_that_is_left_stays_as_it_is(page, app):
    press(page, app, "Change")
    addresses = page.labelled("Redirect addresses")
    page.fill(addresses, "not an address")
    page.button("Change the app").click()
    page.until(lambda: page.all("#app-uris-fault"))
    page.button("Cancel", "#app-form").click()
    assert page.focused().text == f"Change\n{app}", "back to where it was"
    assert not page.all("#app-uris-fault") and not addresses.get_attribute("value")
    assert "https://app.example/other" in row(page, app).text and "Register an app" in app_form(page)

    press(page, app, "Change")
    press(page, app, "Remove")
    page.button("Remove", "dialog").click()
    page.until(lambda: not row(page, app))
    assert "Register an app" in app_form(page), "there is nothing left to change"


def test_other_sessions_are_seen_and_ended(security, demo):
    login = requests.post(f"{demo.url}{API}/session", json={"email": "owner@example.com", "password": PASSWORD},
                          headers={"User-Agent": FIREFOX}, timeout=10)
    security.refresh()
    security.until(lambda: row(security, "Firefox 150 on Linux"))
    assert "this one" in row(security, "Chrome").text
    press(security, "Firefox 150 on Linux", "Sign out")
    security.until(lambda: not row(security, "Firefox 150 on Linux"))
    assert requests.get(f"{demo.url}{API}/me", cookies=login.cookies, timeout=10).status_code == 401


def test_what_could_not_be_done_is_said_as_such(security, demo):
    """Until something is."""
    login = requests.post(f"{demo.url}{API}/session", json={"email": "owner@example.com", "password": PASSWORD},
                          headers={"User-Agent": FIREFOX}, timeout=10)
    security.refresh()
    security.until(lambda: row(security, "Firefox 150 on Linux"))
    requests.delete(f"{demo.url}{API}/session", cookies=login.cookies, timeout=10, headers={
        "X-CSRF-Token": login.json()["data"]["csrf_token"], "Sec-Fetch-Site": "same-origin"}).raise_for_status()
    press(security, "Firefox 150 on Linux", "Sign out")
    security.until(lambda: security.one("#told").text)
    assert security.one("#told").get_attribute("role") == "alert" and security.faults_of_state() == []
    security.button("Sign out everywhere else").click()
    security.until(lambda: security.one("#told").text == "You are signed out everywhere else.")
    assert security.one("#told").get_attribute("role") == "status"


def test_another_password_is_set(browser, start_server):
    server = start_server()
    page = signed_in(browser, server, "/settings/security")
    page.until(lambda: page.all("#sessions li"))
    page.fill(page.labelled("Current password"), "not this one")
    for field in ("New password", "The same"):
        page.fill(page.labelled(field), "correct horse battery staple")
    page.button("Change the password").click()
    assert page.until(lambda: page.one("#change-password .wrong").text)
    page.fill(page.labelled("Current password"), PASSWORD)
    page.button("Change the password").click()
    page.until(lambda: "changed" in page.one("#told").text)
    page.button("Sign out", "#top").click()
    page.until(lambda: page.all("#by-password"))
    sign_in(page, server, password="correct horse battery staple")


def test_axe_finds_nothing_at_the_tokens(page):
    assert page.faults_of_state(sizes=SIZES) == []


def test_axe_finds_nothing_at_the_security(security):
    assert security.faults_of_state(sizes=SIZES) == []
