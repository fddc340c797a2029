"""What the tests of several pages do first."""

OWNER, PASSWORD = "owner@example.com", "demo"


def sign_in(browser, demo, path="/settings/api", email=OWNER, password=PASSWORD):
    """Asks for a page, is asked who they are, and gets there."""
    browser.get(demo.url + path)
    browser.until(lambda: browser.all("#by-password"))
    give_password(browser, email, password)
    browser.until(lambda: "/sign-in" not in browser.current_url)
    browser.until(lambda: browser.one("main").is_displayed())
    return browser


def give_password(browser, email=OWNER, password=PASSWORD):
    browser.fill(browser.labelled("Email"), email)
    browser.fill(browser.labelled("Password"), password)
    browser.button("Sign in").click()
