"""Every amount that decides what becomes of the sandbox's page, and one that is paid when its link is long over."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.models import CreditSource, Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.issue_link import issue_link
from tallystick.journeys.pay_on_page import follow_page
from tallystick.journeys.record_transfer import record_transfer
from tallystick.journeys.work_off_due import work_off_due
from tallystick.money.amount import Money
from tallystick.payments.core.answers import Checkout, Done
from tallystick.payments.core.ports import post_local_notices
from tallystick.payments.core.sandbox_outcomes import AMOUNT_ENDS, AMOUNT_LATE, AMOUNTS, LATE_BY
from tallystick.payments.gateways.sandbox.pages import get_payment, open_page, pay_page
from tallystick.payments.gateways.sandbox.snapshots import look_at_payment
from tallystick.payments.models import GatewayAccount, Payment, PaymentAttempt, SandboxPayment
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer
from tests.scenarios.test_payment_links import GOOD, open_it
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

#: What each amount comes to: at once, after two bank days (AT is a Sunday), and when it is late.
COMES_TO: dict[int, Sequence[str]] = {
    **dict.fromkeys(range(100100, 101200, 100), ("failed",) * 3),
    1000_99: ("succeeded",) * 3,
    1012_00: ("expired",) * 3,
    1013_00: ("canceled",) * 3,
    1014_00: ("action_required", "expired", "expired"),
    1015_00: ("processing", "succeeded", "succeeded"),
    1016_00: ("expired", "expired", "succeeded"),
}
CODES = {
    1001_00: "invalid_card",
    1002_00: "incorrect_cvc",
    1004_00: "expired_card",
    1007_00: "insufficient_funds",
    1009_00: "suspected_fraud",
    1011_00: "card_declined",
}


@pytest.mark.parametrize(("minor", "comes_to"), COMES_TO.items())
def test_an_amount_decides_what_becomes_of_its_page(minor: int, comes_to: Sequence[str]) -> None:
    order = Checkout("our-1", "key-1", Money(minor, "EUR"), "Invoice 1", return_url="https://x/")
    opened = open_page(order, at=AT)
    assert isinstance(opened, Done)
    assert pay_page(opened.value.ref, number=GOOD, at=AT) == ""
    payment = get_payment(SandboxPayment.objects.get().pk)
    later = (AT, AT + timedelta(days=3), AT + LATE_BY)
    assert tuple(str(look_at_payment(payment, at=at).status) for at in later) == tuple(comes_to)
    failure = look_at_payment(payment, at=AT).failure
    assert (failure is not None) == (comes_to[0] == "failed")
    if minor in CODES:
        assert failure is not None and failure.code == CODES[minor]


def test_all_of_them_are_tried() -> None:
    assert {*AMOUNTS, *AMOUNT_ENDS, AMOUNT_LATE, 1000_99} == set(COMES_TO)


@pytest.fixture
def account() -> Account:
    """Owes 1016.00 by one invoice: 839.67 and VAT of 176.33."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1", price="839.67")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return account


@pytest.mark.rule("DEM-16", "DEM-14")
@pytest.mark.parametrize("is_paid_otherwise", [False, True])
def test_money_that_arrives_after_its_link_expired_is_kept_and_pays_the_invoice_or_is_credit(
    account: Account, is_paid_otherwise: bool
) -> None:
    link = issue_link(account.pk, at=AT, actor=ACTOR)
    page = open_it(link)
    pay_page(page.attempt.gateway_ref, number=GOOD, at=AT)
    assert follow_page(page.attempt_id, at=AT, actor=ACTOR) == "expired"
    late = AT + LATE_BY
    clock.set_clock(late - timedelta(hours=1))
    work_off_due(at=clock.now(), actor=ACTOR)
    link.refresh_from_db()
    document = Document.objects.get()
    assert (link.state, document.open_minor, Payment.objects.count()) == ("expired", 1016_00, 0)
    if is_paid_otherwise:
        record_transfer(document.pk, reference="bank", at=clock.now(), actor=ACTOR)
    clock.set_clock(late + timedelta(minutes=1))
    for _ in range(2):
        post_local_notices(at=clock.now())
        work_off_due(at=clock.now(), actor=ACTOR)
    link.refresh_from_db()
    document.refresh_from_db()
    assert (PaymentAttempt.objects.get().status, link.state, document.open_minor) == ("succeeded", "paid", 0)
    payment = Payment.objects.get(gateway="sandbox")
    assert (payment.amount_minor, link.paid_at is not None) == (1016_00, True)
    kept = sum(source.remaining_minor for source in CreditSource.objects.all())
    assert kept == (1016_00 if is_paid_otherwise else 0)
    assert list(check_books(actor=ACTOR)) == []
