"""What the tests of several pages do first."""

import requests
from client import API

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


def signed_in(browser, demo, path="/settings/api", email=OWNER, password=PASSWORD):
    """Asks for a page with the cookie of who has signed in just now: what it takes to sign in is not in question."""
    reply = requests.post(f"{demo.url}{API}/session", json={"email": email, "password": password}, timeout=10,
                          headers={"User-Agent": browser.execute_script("return navigator.userAgent")})
    for name, value in reply.cookies.items():
        browser.execute_cdp_cmd("Network.setCookie", {"url": demo.url, "name": name, "value": value, "httpOnly": True,
                                                      "sameSite": "Lax"})
    browser.get(demo.url + path)
    browser.until(lambda: browser.one("main").is_displayed())
    return browser
