"""All fourteen actions: what each bills in advance and in arrears, and what happens without money (golden scenario 30).

Basic costs 31.00 a month, Movies 62.00, Sports 93.00, a dish 50.00 once. The family bundle costs 31.00 and may have
Movies in it for 6.20. March is billed, nothing is left of it, and it is the eleventh: 21 of 31 days are left.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.core.bundles import NewBundleComponent
from tallystick.catalog.operations.set_bundle import set_bundle
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.ledger.models import LedgerEntry
from tallystick.subscriptions.core import action_kinds as kinds
from tallystick.subscriptions.core.actions import AmendedTerms, Placement
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.pause_service import pause_service
from tallystick.subscriptions.operations.queue_candidates import NewCandidate, queue_candidates
from tallystick.subscriptions.operations.switch_services import switch_off
from tests.support.action_company import (
    CREDIT_NOTE,
    IN_ARREARS,
    INVOICE,
    NOON,
    PAY_BEFORE,
    act,
    assert_books_are_sound,
    build_story,
    get_service,
    tell,
)
from tests.support.builders import ACTOR
from tests.support.corrections import pay
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

MARCH_1 = datetime(2026, 3, 1, 9, tzinfo=UTC)
Bill = list[tuple[str, int]]


class Row(NamedTuple):
    """A row of the table: what it takes to do the action, and its bills in advance and in arrears."""

    rule: str
    kind: str
    in_advance: Bill
    in_arrears: Bill
    adds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    how: Callable[[Account], dict[str, Any]] = lambda account: {}
    before: Callable[[Account], None] = lambda account: None
    has: tuple[str, ...] = ("basic",)
    is_draft: bool = False
    stays_off: bool = False


def turn_off_movies(account: Account) -> None:
    """Movies was not renewed for March, and is off from the first day on."""
    service = get_service(account, "movies")
    queue_candidates([NewCandidate(service.pk, "no_funds")], queued_by="a run", at=MARCH_1, actor=ACTOR)
    switch_off([service.pk], on=MARCH_1.date(), reason="a run", at=MARCH_1, actor=ACTOR)


def rest_movies(account: Account, kind: str = "resting") -> None:
    service = get_service(account, "movies").pk
    pause_service(service, kind=kind, until_on=None, reason="holiday", at=MARCH_1, actor=ACTOR)


def stop_movies(account: Account) -> None:
    rest_movies(account, "short_term")


def make_prepaid(account: Account) -> None:
    Subscription.objects.filter(account=account).update(scheme="prepaid")


def make_bundle(account: Account) -> None:
    inside = [NewBundleComponent("movies", "EUR", Decimal("6.20"))]
    set_bundle(account.seller, bundle="basic", components=inside, actor=ACTOR)


def spread_over_three(account: Account) -> dict[str, Any]:
    basic = get_service(account, "basic").pk
    return {"placements": (Placement(basic, "DECODER-1", Decimal(1)), Placement(basic, "DECODER-2", Decimal(2)))}


SWAPPED = [(CREDIT_NOTE, 4200), (INVOICE, 6300)]
TABLE = [
    Row("CRM-38", kinds.BECOME_EFFECTIVE, [(INVOICE, 7100)], [(INVOICE, 5000)], has=("basic", "dish"), is_draft=True),
    Row(
        "CRM-39",
        kinds.AMEND_TERMS,
        [(CREDIT_NOTE, 2100), (INVOICE, 6300)],
        [(CREDIT_NOTE, 2100)],  # nothing is charged; what was prepaid for the days left is not kept
        adds=("movies",),
        how=lambda account: {"terms": AmendedTerms(scheme="normal")},
        before=make_prepaid,
    ),
    Row("CRM-40", kinds.ACTIVATE, [(INVOICE, 4200)], [], before=turn_off_movies, has=("basic", "movies")),
    Row("CRM-41", kinds.START_SERVICE, [(INVOICE, 4200)], [], adds=("movies",)),
    Row("CRM-42", kinds.SWAP_SERVICE, SWAPPED, [], adds=("sports",), about=("movies",), has=("basic", "movies")),
    Row(
        "CRM-43",
        kinds.END_RESTING,
        [(INVOICE, 4200)],
        [],
        about=("movies",),
        before=rest_movies,
        has=("basic", "movies"),
        stays_off=True,
    ),
    Row(
        "CRM-44",
        kinds.END_SHORT_TERM,
        [(INVOICE, 4200)],
        [],
        about=("movies",),
        before=stop_movies,
        has=("basic", "movies"),
        stays_off=True,
    ),
    Row("CRM-45", kinds.ADD_USAGE_SERVICE, [(INVOICE, 4200)], [], adds=("movies",)),
    Row(
        "CRM-46",
        kinds.ACTIVATE_SHORT_TERM,
        [(INVOICE, 1000)],
        [],
        about=("movies",),
        how=lambda account: {"until_on": date(2026, 3, 16)},
        before=turn_off_movies,
        has=("basic", "movies"),
    ),
    Row("CRM-47", kinds.ADD_SERVICES, [(INVOICE, 10500)], [], adds=("movies", "sports")),
    Row("CRM-48", kinds.ADD_EXPENSE, [(INVOICE, 5000)], [(INVOICE, 5000)], adds=("dish",)),
    Row(
        "CRM-49",
        kinds.AMEND_BUNDLE,
        [(INVOICE, 420)],
        [],
        about=("basic",),
        how=lambda account: {"components": ("movies",)},
        before=make_bundle,
    ),
    Row(
        "CRM-50",
        kinds.CHANGE_DISTRIBUTION,
        [(CREDIT_NOTE, 2100), (INVOICE, 6300)],
        [],
        how=spread_over_three,
    ),
    Row(
        "CRM-51",
        kinds.AMEND_SERVICES,
        [(CREDIT_NOTE, 4200), (INVOICE, 11300)],
        [(INVOICE, 5000)],
        adds=("sports", "dish"),
        about=("movies",),
        has=("basic", "movies"),
    ),
]
MARKED = [pytest.param(row, marks=pytest.mark.rule(row.rule), id=f"{row.rule} {row.kind}") for row in TABLE]


def build(row: Row, billing_model: str) -> Account:
    """The subscription with what the action needs, and in advance March billed and paid, as far as it was up."""
    account = build_story(billing_model, *row.has, is_draft=row.is_draft)
    row.before(account)
    is_paid_before = billing_model == PAY_BEFORE or row.before is make_prepaid
    if is_paid_before and not row.is_draft:
        is_off = row.before in (turn_off_movies, rest_movies, stop_movies)
        pay(account, 3100 if is_off or row.has == ("basic",) else 9300)
        bill_and_post(account.seller)
    return account


def do(account: Account, row: Row) -> Bill:
    return tell(act(account, row.kind, *row.adds, about=row.about, **row.how(account)))


def remember(account: Account) -> object:
    """All that an action could change: what is posted and what is agreed."""
    names = "service__code", "status", "quantity", "starts_on", "ends_on", "billed_through", "billable_until_on"
    services = SubscriptionService.objects.filter(account=account).order_by("pk").values_list(*names)
    subscription = Subscription.objects.filter(account=account).values_list("status", "scheme", "starts_on")
    return list(services), list(subscription), LedgerEntry.objects.count()


def test_the_table_has_all_fourteen() -> None:
    assert [row.rule for row in TABLE] == [f"CRM-{number}" for number in range(38, 52)]
    assert {row.kind for row in TABLE} | {kinds.CHANGE_QUANTITY, kinds.END_SERVICE} == kinds.KINDS.keys()


@pytest.mark.parametrize("row", MARKED)
def test_in_advance_with_money_the_bill_is_settled(row: Row) -> None:
    account = build(row, PAY_BEFORE)
    pay(account, 50000)

    billed = act(account, row.kind, *row.adds, about=row.about, **row.how(account))

    assert tell(billed) == row.in_advance
    assert [each.open_minor for each in billed.documents] == [0] * len(row.in_advance)
    assert_books_are_sound()


@pytest.mark.rule("CRM-25")
@pytest.mark.parametrize("row", MARKED)
def test_without_money_it_is_refused_and_leaves_an_audit_line_only(row: Row) -> None:
    account = build(row, PAY_BEFORE)
    before = remember(account)
    if row.stays_off:
        assert do(account, row) == []
        assert get_service(account, "movies").status == "not_effective"
        return

    with pytest.raises(ActionNotFunded):
        do(account, row)

    assert remember(account) == before
    assert SubscriptionEvent.objects.latest("pk").event == "refuse_action"
    assert_books_are_sound()


@pytest.mark.parametrize("row", MARKED)
def test_in_arrears_only_what_is_paid_once_is_billed(row: Row) -> None:
    account = build(row, IN_ARREARS)

    assert do(account, row) == row.in_arrears
    assert_books_are_sound()


@pytest.mark.parametrize(
    ("row", "cheaper"),
    [
        pytest.param(
            Row("CRM-42", kinds.SWAP_SERVICE, [(CREDIT_NOTE, 6300), (INVOICE, 4200)], [], ("movies",), ("sports",)),
            "sports",
            id="CRM-42",
        ),
        pytest.param(
            Row("CRM-51", kinds.AMEND_SERVICES, [(CREDIT_NOTE, 6300), (INVOICE, 4200)], [], ("movies",), ("sports",)),
            "sports",
            id="CRM-51",
        ),
    ],
)
def test_what_comes_to_nothing_or_less_needs_no_money(row: Row, cheaper: str) -> None:
    account = build_story(PAY_BEFORE, "basic", cheaper)
    pay(account, 12400)
    bill_and_post(account.seller)

    assert do(account, row) == row.in_advance
    assert NOON.date() == get_service(account, "movies").starts_on
    assert_books_are_sound()
