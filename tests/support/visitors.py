"""A visitor of the site: a tab of a real browser, and everything that went wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Page, Response

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Visitor:
    """A tab in front of the site. Errors in the browser and of the server are kept as complaints."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Go to a page of the console and wait until what it fetches is there."""
        self.page.goto(f"{self.site}/console/{address}", wait_until="networkidle")

    def press(self, words: str) -> None:
        """Press the visible button or link of exactly these words."""
        button = self.page.get_by_role("button", name=words, exact=True)
        link = self.page.get_by_role("link", name=words, exact=True)
        button.or_(link).locator("visible=true").first.click()
        self.page.wait_for_load_state("networkidle")

    @property
    def text(self) -> str:
        """What is to be read on the page."""
        return self.page.locator("#content, main").first.inner_text()


@contextmanager
def open_tab(browser: Browser, *, site: str) -> Iterator[Visitor]:
    """A tab of its own, without anybody's cookies."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", accept_downloads=True)
    visitor = Visitor(context.new_page(), site)

    def note_message(message: ConsoleMessage) -> None:
        # What the server refuses on purpose is logged by the browser too.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            visitor.complaints.append(message.text)

    def note_response(response: Response) -> None:
        if response.status >= 500:
            visitor.complaints.append(f"{response.status} {response.url}")

    visitor.page.on("console", note_message)
    visitor.page.on("response", note_response)
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    yield visitor
    context.close()
