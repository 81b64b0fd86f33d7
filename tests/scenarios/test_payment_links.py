"""Payment links (DEM-14..17): issued by staff, paid by the normal rails, and no harm done by one that is not paid."""

from datetime import timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.errors import NothingToPay
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.issue_link import issue_link, list_asked
from tallystick.journeys.pay_on_page import Asked, follow_page, open_pay_page
from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.errors import LinkNotOpen, LinkRefused
from tallystick.payments.gateways.sandbox.pages import expire_page, pay_page
from tallystick.payments.models import AttemptPage, GatewayAccount, MethodSetup, Payment, PaymentLink, PaymentMethod
from tallystick.payments.operations.close_link import cancel_link, expire_links
from tallystick.payments.queries.pages import list_links_to_expire
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.subscriptions.models import Subscription
from tests.interfaces.portal.test_portal import build_payer
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

GOOD = "4242424242424242"


@pytest.fixture
def account() -> Account:
    """Managed, without a saved method; owes 121.00 by one invoice."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return account


def open_it(link: PaymentLink) -> AttemptPage:
    asked = Asked(link.account_id, list_asked(link), link.description, link.pk)
    return open_pay_page(
        asked, asked_minor=link.amount_minor, return_url="https://x/{attempt}", at=clock.now(), actor=ACTOR
    )


def pay(link: PaymentLink) -> str:
    page = open_it(link)
    assert pay_page(page.attempt.gateway_ref, number=GOOD, at=clock.now()) == ""
    status = follow_page(page.attempt_id, at=clock.now(), actor=ACTOR)
    link.refresh_from_db()
    return status


@pytest.mark.rule("DEM-14", "DEM-17")
def test_a_paid_link_settles_the_invoice_it_was_issued_for(account: Account) -> None:
    document = Document.objects.get()
    link = issue_link(account.pk, document_ids=[document.pk], at=AT, actor=ACTOR)
    assert (link.state, link.amount_minor, Payment.objects.count()) == ("open", 121_00, 0)
    assert pay(link) == "succeeded"
    document.refresh_from_db()
    assert (link.state, link.paid_at, document.open_minor) == ("paid", AT, 0)
    # whose money it is follows from our own row, whatever the gateway keeps beside it
    assert AttemptPage.objects.get().link == link
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("DEM-15")
def test_issuing_begins_and_keeps_nothing_and_needs_an_amount(account: Account) -> None:
    before = list(Subscription.objects.values())
    link = issue_link(account.pk, amount_minor=250_00, description="Onboarding", at=AT, actor=ACTOR)
    assert (link.amount_minor, link.expires_at) == (250_00, AT + timedelta(days=30))
    assert pay(link) == "succeeded"
    assert (PaymentMethod.objects.count(), MethodSetup.objects.count()) == (0, 0)
    assert list(Subscription.objects.values()) == before
    for minor in (0, -1):
        with pytest.raises(LinkRefused):
            issue_link(account.pk, amount_minor=minor, description="Onboarding", at=AT, actor=ACTOR)
    with pytest.raises(PermissionMissing):
        issue_link(account.pk, amount_minor=1, description="x", at=AT, actor=Actor("staff", "1", "Viewer"))


@pytest.mark.rule("DEM-16")
def test_a_paid_link_brings_a_managed_account_in_force_and_leaves_it_managed(account: Account) -> None:
    Subscription.objects.update(status="trialing")
    assert pay(issue_link(account.pk, at=AT, actor=ACTOR)) == "succeeded"
    account.refresh_from_db()
    assert (Subscription.objects.get().status, account.billing_mode) == ("active", "managed")


@pytest.mark.rule("DEM-16")
@pytest.mark.parametrize("how", ["expired page", "canceled link", "expired link"])
def test_one_that_is_not_paid_changes_nothing(account: Account, how: str) -> None:
    Subscription.objects.update(status="trialing")
    link = issue_link(account.pk, at=AT, actor=ACTOR)
    page = open_it(link)
    expire_page(page.attempt.gateway_ref, at=AT)
    if how == "canceled link":
        cancel_link(link.pk, at=AT, actor=ACTOR)
    later = AT + timedelta(days=31 if how == "expired link" else 0)
    clock.set_clock(later)
    expire_links(list_links_to_expire(later), at=later, actor=ACTOR)
    assert follow_page(page.attempt_id, at=later, actor=ACTOR) == "expired"
    link.refresh_from_db()
    account.refresh_from_db()
    assert link.state == {"expired page": "open", "canceled link": "canceled", "expired link": "expired"}[how]
    assert (Subscription.objects.get().status, account.billing_mode) == ("trialing", "managed")
    assert (Document.objects.get().open_minor, Payment.objects.count()) == (121_00, 0)


@pytest.mark.rule("DEM-14")
def test_only_an_open_link_is_canceled_or_expires_and_only_what_is_owed_is_asked_for(account: Account) -> None:
    link = issue_link(account.pk, at=AT, actor=ACTOR)
    pay(link)
    with pytest.raises(LinkNotOpen):
        cancel_link(link.pk, at=AT, actor=ACTOR)
    for document_ids in ([Document.objects.get().pk], [4711]):
        with pytest.raises(NothingToPay):
            issue_link(account.pk, document_ids=document_ids, at=AT, actor=ACTOR)
    ahead = issue_link(account.pk, amount_minor=1, description="Onboarding", at=AT, actor=ACTOR)
    later = AT + timedelta(days=31)
    clock.set_clock(later)
    work_off_due(at=later, actor=ACTOR)
    assert list(PaymentLink.objects.order_by("pk").values_list("state", flat=True)) == ["paid", "expired"]
    with pytest.raises(LinkNotOpen):
        cancel_link(ahead.pk, at=later, actor=ACTOR)
