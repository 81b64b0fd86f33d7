"""A change billed at once: what was billed is repaired, what is due is billed, claims fit again. Worked by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.models import BillingClaim, Document
from tallystick.invoicing.operations.bill_change import bill_change
from tallystick.journeys.check_books import check_books
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.end_service import end_service
from tallystick.subscriptions.operations.replace_service import replace_service
from tests.support.builders import ACTOR, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.catalogs import fill_plan
from tests.support.stories import bill, bill_and_post

pytestmark = pytest.mark.django_db

MARCH, THE_ELEVENTH, APRIL, MAY = date(2026, 3, 1), date(2026, 3, 11), date(2026, 4, 1), date(2026, 5, 1)
AT_THE_ELEVENTH = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
CLERK = Actor(kind="staff", id="1", label="Clerk", permissions=frozenset({"subscriptions.write"}))


@pytest.fixture
def account() -> Account:
    """One seat at 100.00 a month and an option at 31.00, billed and posted for March."""
    seller = build_seller()
    seat, option = (
        build_service(seller, price_model="per_unit"),
        build_service(seller, code="option", unit_price="31.00"),
    )
    plan = build_plan(seller)
    fill_plan(seller, "basic", mandatory=["seat"], optional=["option"])
    account = build_account(seller)
    build_subscription(account, plan, seat, option)
    SubscriptionService.objects.filter(service=option).update(is_mandatory=False)
    bill_and_post(seller)
    return account


def get_service(code: str) -> SubscriptionService:
    return SubscriptionService.objects.get(service__code=code)


def bill_now(account: Account, changed_from: dict[int, date]) -> list[Document]:
    return bill_change(
        Subscription.objects.get(account=account).pk,
        as_of=THE_ELEVENTH,
        reason="asked by phone",
        at=AT_THE_ELEVENTH,
        actor=ACTOR,
        changed_from=changed_from,
    ).documents


def list_claims(service: SubscriptionService) -> list[tuple[date, date]]:
    claims = BillingClaim.objects.filter(subscription_service=service, released_at__isnull=True).order_by("start_on")
    return [(claim.start_on, claim.end_on) for claim in claims]


def test_a_service_that_ends_inside_a_billed_month_is_credited_for_the_days_left(account: Account) -> None:
    option = get_service("option")
    end_service(option.pk, ends_on=THE_ELEVENTH, reason="asked", at=AT_THE_ELEVENTH, actor=ACTOR)

    (note,) = bill_now(account, {option.pk: THE_ELEVENTH})

    # 31.00 less 10 of 31 days, which are 10.00; VAT 21 %
    assert (note.kind, note.status, note.net_minor, note.tax_minor) == ("credit_note", "posted", 2100, 441)
    (line,) = note.lines.all()
    assert (line.corrects_document_id, line.description) == (note.corrects_id, "Option")
    option.refresh_from_db()
    assert (option.billed_through, list_claims(option)) == (THE_ELEVENTH, [(MARCH, THE_ELEVENTH)])
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("CRM-42")
def test_two_more_seats_inside_a_month_are_a_credit_note_and_an_invoice_on_one_bill(account: Account) -> None:
    seat = get_service("seat")
    by = NewService("seat", THE_ELEVENTH, quantity=Decimal(3))
    more = replace_service(seat.pk, by=by, reason="asked", at=AT_THE_ELEVENTH, actor=ACTOR)

    note, invoice = bill_now(account, {seat.pk: THE_ELEVENTH})

    assert (note.kind, note.net_minor) == ("credit_note", 6774)  # 100.00 less 10/31, which are 32.26
    assert (invoice.kind, invoice.net_minor) == ("invoice", 20323)  # 3 x 100.00 x 21/31
    assert note.bill_id == invoice.bill_id
    assert invoice.invoice_on == THE_ELEVENTH
    assert (list_claims(seat), list_claims(more)) == ([(MARCH, THE_ELEVENTH)], [(THE_ELEVENTH, APRIL)])
    assert list(check_books(actor=ACTOR)) == []


def test_the_next_run_bills_on_from_the_change_as_if_nothing_had_happened(account: Account) -> None:
    seat = get_service("seat")
    by = NewService("seat", THE_ELEVENTH, quantity=Decimal(3))
    replace_service(seat.pk, by=by, reason="asked", at=AT_THE_ELEVENTH, actor=ACTOR)
    bill_now(account, {seat.pk: THE_ELEVENTH})

    run = bill(account.seller, target_on=APRIL)

    (draft,) = Document.objects.filter(run=run)
    assert sorted((line.net_minor, line.period_start_on, line.period_end_on) for line in draft.lines.all()) == [
        (3100, APRIL, MAY),
        (30000, APRIL, MAY),
    ]


def test_a_change_where_nothing_was_billed_needs_no_document(account: Account) -> None:
    option = get_service("option")
    end_service(option.pk, ends_on=MAY, reason="asked", at=AT_THE_ELEVENTH, actor=ACTOR)

    assert bill_now(account, {option.pk: MAY}) == []


def test_who_may_not_post_may_not_bill_a_change(account: Account) -> None:
    with pytest.raises(PermissionMissing):
        bill_change(
            Subscription.objects.get(account=account).pk,
            as_of=THE_ELEVENTH,
            reason="",
            at=AT_THE_ELEVENTH,
            actor=CLERK,
        )
