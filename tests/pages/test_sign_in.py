"""Signing in and out, as a person does it."""

import pytest
from browser import SIZES
from signing_in import OWNER, give_password, sign_in


@pytest.fixture
def door(browser, demo):
    browser.get(demo.url + "/")
    browser.until(lambda: browser.all("#by-password"))
    return browser


def test_the_root_leads_to_signing_in_and_then_to_what_can_be_done(door, demo):
    assert door.current_url == demo.url + "/sign-in" and door.focused() == door.labelled("Email")
    give_password(door)
    door.until(lambda: door.current_url == demo.url + "/settings/api")
    door.until(lambda: door.one("#who").text == OWNER)
    door.get(demo.url + "/")
    door.until(lambda: door.current_url == demo.url + "/settings/api")


def test_what_is_missing_or_wrong_is_said(door):
    door.button("Sign in").click()
    assert door.one("#email-fault").text == "Email is missing." and door.one("#password-fault").is_displayed()
    assert door.focused() == door.labelled("Email") and door.focused().get_attribute("aria-invalid") == "true"
    assert "email-fault" in door.focused().get_attribute("aria-describedby")
    assert door.faults_of_access() == []
    give_password(door, password="not this one")
    assert door.until(lambda: door.one("#by-password .wrong").text)
    assert not door.all(".fault") and "/sign-in" in door.current_url
    assert door.faults_of_access() == []


@pytest.mark.parametrize("path", ["/settings/security", "/settings/api?a=b"])
def test_whoever_must_sign_in_first_comes_back(browser, demo, path):
    sign_in(browser, demo, path)
    assert browser.current_url == demo.url + path


@pytest.mark.parametrize("next", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_a_link_leads_nobody_elsewhere(browser, demo, next):
    browser.get(f"{demo.url}/sign-in?next={next}")
    give_password(browser)
    browser.until(lambda: "/sign-in" not in browser.current_url)
    assert browser.current_url == demo.url + "/settings/api"


def test_signing_out_ends_it(browser, demo):
    sign_in(browser, demo)
    browser.button("Sign out").click()
    browser.until(lambda: browser.current_url == demo.url + "/sign-in")
    browser.get(demo.url + "/settings/api")
    browser.until(lambda: browser.all("#by-password"))


def test_the_keyboard_is_enough(door, demo):
    door.focused().send_keys(f"{OWNER}\tdemo\n")
    door.until(lambda: door.current_url == demo.url + "/settings/api")


@pytest.mark.parametrize("path", ["/sign-in", "/reset-password", "/reset-password/stint_none"])
def test_axe_finds_nothing(browser, demo, path):
    browser.get(demo.url + path)
    browser.until(lambda: browser.one("#told").text != "One moment…")
    assert browser.faults_of_state(sizes=SIZES) == []
