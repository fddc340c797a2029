"""The page that an invitation's link leads to, as whoever follows it sees it."""

import pytest
from client import Client
from scenario import PASSWORD, accept, invite
from signing_in import signed_in


@pytest.fixture(scope="module")
def owner(demo):
    return Client(demo, "demo-owner")


@pytest.fixture
def follow(browser, demo):
    """follow(secret): the page, when it has looked at the link."""
    def show(secret):
        browser.get(f"{demo.url}/accept-invitation/{secret}")
        browser.until(lambda: browser.one("#told").text != "One moment…")
        return browser
    return show


def is_active(owner, user_id):
    return owner.get(f"/members/{user_id}", workspace_id=1).data["status"] == "active"


def test_a_new_account_chooses_a_password(owner, follow, demo):
    user_id, secret = invite(owner, email="ada.byron@example.com")
    page = follow(secret)
    assert page.one("#told").text == "You are invited to WebWork Workspace."
    assert page.labelled("Email").get_attribute("value") == "ada.byron@example.com"
    assert page.labelled("Email").get_attribute("autocomplete") == "username", "for what keeps passwords"
    assert page.labelled("Password").get_attribute("autocomplete") == "new-password"

    page.labelled("Password").send_keys(PASSWORD)
    page.labelled("The same").send_keys("another password")
    page.button("Accept").click()
    assert page.one("#again-fault").text == "The two are not the same." and page.focused() == page.labelled("The same")
    assert not is_active(owner, user_id)

    page.fill(page.labelled("The same"), PASSWORD)
    page.button("Accept").click()
    page.until(lambda: "Welcome" in page.one("#told").text)
    assert page.one("#told").text == "Welcome. You are a member of WebWork Workspace now."
    assert is_active(owner, user_id)
    page.one("#go-on").click()
    page.until(lambda: page.all("#tokens li"))
    assert page.current_url == demo.url + "/settings/api" and page.one("#who").text == "ada.byron@example.com"


def test_a_refused_password_is_said_at_its_field(owner, follow):
    page = follow(invite(owner)[1])
    for field in (page.labelled("Password"), page.labelled("The same")):
        field.send_keys("short")
    page.button("Accept").click()
    [said] = page.until(lambda: page.all(".fault"))
    assert said.text == "The password must be at least 8 characters."
    assert page.labelled("Password").get_attribute("aria-invalid") == "true"
    assert page.focused() == page.labelled("Password")
    assert page.faults_of_state() == []


def test_a_confirmed_account_gives_its_own_password(stint, owner, follow, demo):
    other, anonymous = Client(demo, "demo-other-owner"), Client(demo)
    _, first = invite(other, workspace_id=2, email="grace@example.com")
    accept(anonymous, first)
    stint.run("user", "confirm", "grace@example.com", "--database", demo.database)
    user_id, secret = invite(owner, email="grace@example.com")
    page = follow(secret)
    assert page.labelled("Email").get_attribute("value") == "grace@example.com"
    assert page.labelled("Password").get_attribute("autocomplete") == "current-password"
    assert not page.one("#again").is_displayed()
    page.labelled("Password").send_keys("another password")
    page.button("Accept").click()
    assert page.until(lambda: page.one(".wrong").text) == "This email already has an account: give its password."
    page.fill(page.labelled("Password"), PASSWORD)
    page.button("Accept").click()
    page.until(lambda: "Welcome" in page.one("#told").text)
    assert is_active(owner, user_id)


def test_whoever_is_signed_in_to_the_account_gives_no_password(stint, owner, follow, demo, browser):
    _, first = invite(Client(demo, "demo-other-owner"), workspace_id=2, email="hedy@example.com")
    accept(Client(demo), first)
    stint.run("user", "confirm", "hedy@example.com", "--database", demo.database)
    signed_in(browser, demo, email="hedy@example.com", password=PASSWORD)
    user_id, secret = invite(owner, email="hedy@example.com")
    page = follow(secret)
    page.until(lambda: page.one("#form").is_displayed())
    assert not page.one("#password").is_displayed() and page.faults_of_state() == []
    page.button("Accept").click()
    page.until(lambda: "Welcome" in page.one("#told").text)
    assert page.faults_of_state() == []
    assert is_active(owner, user_id)


def test_whoever_has_just_accepted_gives_no_password_for_the_next(stint, owner, follow, demo):
    _, first = invite(Client(demo, "demo-other-owner"), workspace_id=2, email="joan@example.com")
    page = follow(first)
    for field in (page.labelled("Password"), page.labelled("The same")):
        field.send_keys(PASSWORD)
    page.button("Accept").click()
    page.until(lambda: "Welcome" in page.one("#told").text)
    stint.run("user", "confirm", "joan@example.com", "--database", demo.database)
    page = follow(invite(owner, email="joan@example.com")[1])
    page.until(lambda: page.one("#form").is_displayed())
    assert not page.one("#password").is_displayed()


def test_a_dead_link_says_so_before_anything_is_typed(owner, follow, demo):
    _, secret = invite(owner)
    accept(Client(demo), secret)
    for dead in (secret, "stint_inv_" + "A" * 43):
        page = follow(dead)
        assert page.one("#told").text.startswith("This invitation has expired or was already used.")
        assert page.one("#told").get_attribute("role") == "alert"
        assert not page.one("#form").is_displayed()
    assert page.faults_of_state() == []
    page.one("#another a").click()
    page.until(lambda: page.all("#by-password"))
    assert page.current_url.startswith(demo.url + "/sign-in")


def test_a_link_that_dies_while_it_is_open_leads_onwards(owner, follow, demo):
    _, secret = invite(owner)
    page = follow(secret)
    accept(Client(demo), secret)
    for field in (page.labelled("Password"), page.labelled("The same")):
        field.send_keys(PASSWORD)
    page.button("Accept").click()
    page.until(lambda: page.one("#another").is_displayed())
    assert page.one("#told").text.startswith("This invitation has expired") and page.focused().tag_name == "h1"
    assert not page.one("#form").is_displayed() and page.faults_of_state() == []


def test_axe_finds_nothing(owner, follow):
    assert follow(invite(owner)[1]).faults_of_state() == []
