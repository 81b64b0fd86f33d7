"""A payment link whose payment itself fails, at once or at the bank days later, changes no row of what was granted."""

from datetime import timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.models import Document
from tallystick.journeys.issue_link import issue_link
from tallystick.journeys.pay_on_page import follow_page
from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.gateways.sandbox.pages import pay_page
from tallystick.payments.models import GatewayAccount, Payment, PaymentAttempt
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer
from tests.scenarios import test_links_of_managed_accounts as golden
from tests.scenarios.test_payment_links import GOOD, open_it
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """Managed; owes 1001.00 by one invoice, 827.27 and VAT of 173.73: an amount that fails on the sandbox's page."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1", price="827.27")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return account


@pytest.mark.rule("DEM-16")
def test_a_link_whose_payment_fails_changes_no_row_then_or_when_the_janitor_has_been(account: Account) -> None:
    link = issue_link(account.pk, document_ids=[Document.objects.get().pk], at=AT, actor=ACTOR)
    before = golden.read_rows()
    page = open_it(link)
    assert pay_page(page.attempt.gateway_ref, number=GOOD, at=AT) == ""
    assert follow_page(page.attempt_id, at=AT, actor=ACTOR) == "failed"
    assert golden.read_rows() == before
    later = AT + timedelta(hours=2)
    clock.set_clock(later)
    work_off_due(at=later, actor=ACTOR)
    link.refresh_from_db()
    assert (golden.read_rows(), link.state) == (before, "open")
    assert (PaymentAttempt.objects.get().status, Payment.objects.count()) == ("failed", 0)
    # it may be tried again: the same link opens another page
    assert open_it(link).attempt_id != page.attempt_id
