"""Chromium as a person uses it: things are found by what they are and what they say."""

import pathlib

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

AXE = pathlib.Path(__file__).resolve().parents[2] / "build-packages" / "axe_playwright_python" / "axe.min.js"
SIZES = DESKTOP, PHONE, SMALL, NARROW = (1280, 900), (390, 844), (360, 740), (320, 700)
WAIT_SECONDS = 20


class Browser(webdriver.Chrome):
    def __init__(self):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.binary_location = "/usr/bin/chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        super().__init__(service=Service("/usr/bin/chromedriver"), options=options)
        self.set_script_timeout(120)

    def begin_anew(self):
        if self.current_url.startswith("http"):
            self.execute_script("localStorage.clear(); sessionStorage.clear();")
        self.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.get("about:blank")
        self.show_as(DESKTOP, "light")
        self.complaints()

    def show_as(self, size, theme):
        width, height = size
        self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                             {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size != DESKTOP})
        self.execute_cdp_cmd("Emulation.setEmulatedMedia",
                             {"features": [{"name": "prefers-color-scheme", "value": theme}]})

    def complaints(self):
        """What the console has been told since, policies that were broken among it. Not what it says of refusals, and
        of what is forgotten at signing out."""
        said = [entry["message"] for entry in self.get_log("browser")]
        return [each for each in said if "the server responded with a status of" not in each
                and "Clear-Site-Data header on" not in each]

    def one(self, selector):
        return self.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.find_elements(By.CSS_SELECTOR, selector)

    def mentioning(self, text, selector):
        """Those with this text somewhere in them, seen or not: what is seen of an element takes long to find out."""
        return self.execute_script(
            "return [...document.querySelectorAll(arguments[1])].filter("
            "(each) => each.textContent.replace(/\\s+/g, ' ').includes(arguments[0]))", text, selector)

    def button(self, text, within="body"):
        """By what is seen of it: what follows on another line is for those who hear it."""
        return next(each for each in self.mentioning(text, f"{within} button") if each.text.split("\n")[0] == text)

    def until(self, condition):
        """What `condition` says when that is true. What it looks at may not be there yet, or be replaced meanwhile."""
        wait = WebDriverWait(self, WAIT_SECONDS, poll_frequency=0.02,
                             ignored_exceptions=[StaleElementReferenceException, StopIteration])
        return wait.until(lambda _: condition())

    def labelled(self, text, within="body"):
        """The field that a label belongs to."""
        label = next(each for each in self.mentioning(text, f"{within} label") if each.text.startswith(text))
        return self.find_element(By.ID, label.get_attribute("for"))

    def fill(self, field, text):
        field.clear()
        field.send_keys(text)

    def focused(self):
        return self.switch_to.active_element

    def sideways(self):
        """By how many pixels the page is wider than the screen: `innerWidth` grows with it on a phone."""
        return self.execute_script("const page = document.documentElement; return page.scrollWidth - page.clientWidth")

    def run(self, code):
        """Runs pasted JavaScript as the browser's console does; returns what it logs."""
        return self.execute_async_script(
            "const done = arguments[arguments.length - 1]; const lines = [];"
            "const console = {log: (...values) => lines.push(values)};"
            f"(async () => {{ {code}\n }})().then(() => done(lines), (error) => done([[String(error)]]));")

    def faults_of_access(self, *selectors):
        """What axe finds in these parts of the page, or in all of it: each rule with the elements that break it."""
        if not self.execute_script("return window.axe !== undefined"):
            self.execute_script(AXE.read_text())
        found = self.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(arguments[0].length ? {include: arguments[0].map((each) => [each])} : document,"
            "{resultTypes: ['violations']})"
            ".then((found) => done(found.violations), (error) => done([{id: String(error), nodes: []}]))", selectors)
        return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]

    def faults_of_state(self, *selectors, sizes=(DESKTOP, SMALL)):
        """What axe finds in what is shown now, in each theme and size; and where it is too wide. A page is loaded once
        for all of them: axe is slow at first."""
        found = []
        for size in reversed(sizes):
            for theme in ("dark", "light"):
                self.show_as(size, theme)
                found += [(size, theme, each) for each in self.faults_of_access(*selectors)]
                if self.sideways() > 0:
                    found.append((size, theme, "too wide", self.sideways()))
        return found
