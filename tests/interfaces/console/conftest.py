"""The console in a real browser, on the site of a company in the middle of its month.

What needs Django's models is imported when it is used: this file is read before Django is set up.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.visitors import ARGUMENTS, CHROMIUM, Visitor, open_tab

if TYPE_CHECKING:
    from tests.support.billed_company import BilledCompany


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of a file. Playwright's loop must not outlive them: others run loops of their own."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the loop is Playwright's; our reads in this thread are plain ones
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visitor(browser: Browser, live_site: str) -> Iterator[Visitor]:
    """Somebody who has not signed in. Errors in the browser or of the server fail the test."""
    with open_tab(browser, site=live_site) as visitor:
        yield visitor
    assert visitor.complaints == []


@pytest.fixture
def company(live_site: str) -> BilledCompany:
    """A-1 owes an invoice; A-2 has a draft in a run to review; A-3 is new."""
    from tests.support.billed_company import build_billed_company

    return build_billed_company()


@pytest.fixture
def sign_in(visitor: Visitor) -> Callable[[str], Visitor]:
    """Make the visitor a signed-in staff user of a role, without the detour by the form."""
    from django.test import Client

    from tests.support.staff import build_staff_user

    def as_role(role: str) -> Visitor:
        client = Client()
        client.force_login(build_staff_user(role))
        cookie = client.cookies["sessionid"].value
        visitor.page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.site}])
        return visitor

    return as_role
