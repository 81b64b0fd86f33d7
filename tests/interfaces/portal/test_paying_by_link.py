"""A customer pays an invoice by its link, in a real browser on a small telephone, on the sandbox's own page."""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings

from tallystick.interfaces.portal.page_tokens import LINK, Subject, make_address
from tallystick.invoicing.models import Document
from tallystick.journeys.issue_link import issue_link
from tallystick.payments.models import GatewayAccount
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post
from tests.support.visitors import Visitor

pytestmark = [pytest.mark.rule("DEM-14")]

SHOTS = os.environ.get("TALLYSTICK_SHOTS", "")


def look(visitor: Visitor, name: str) -> str:
    """What is to be read, after making sure that it fits; a picture of it where somebody wants to look."""
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 360
    if SHOTS:
        visitor.page.screenshot(path=Path(SHOTS) / f"link-{name}.png", full_page=True)
    return visitor.page.locator("main").inner_text()


def test_an_invoice_is_paid_by_its_link(visitor: Visitor, settings: LazySettings) -> None:
    settings.SITE_ADDRESS = visitor.site
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    link = issue_link(account.pk, at=AT, actor=ACTOR)
    page = visitor.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(make_address(Subject(LINK, link.pk)))
    assert "121.00" in look(visitor, "1-open")
    page.get_by_role("button", name="Pay 121.00").click()
    assert "Choose what the customer or the bank does." in look(visitor, "2-sandbox")
    page.get_by_role("button", name="Card declined").click()
    assert "The bank declined the card" in look(visitor, "3-declined")
    page.get_by_role("button", name="Pay by card").click()
    assert "Thank you, your payment has arrived." in look(visitor, "4-paid")
    assert Document.objects.get().open_minor == 0
