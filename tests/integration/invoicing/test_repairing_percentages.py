"""A percentage of other services whose price changed back in time: it is repaired with them. Worked by hand."""

from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.core.items import NewPlan, NewPlanService, NewPrice, NewService
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.invoicing.models import Document, Draw
from tallystick.invoicing.operations.bill_change import bill_change
from tallystick.plumbing import clock
from tallystick.subscriptions.models import SubscriptionService
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_seller
from tests.support.drawn import fund, require_books, tell_balance
from tests.support.priced_company import SINCE, agree
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """Two seats at 50.00, storage at 20.00, and care at 10 % of the seats: 100.00 + 20.00 + 10.00 a month."""
    clock.set_clock(AT)
    seller = build_seller(country="US", currency="USD")
    items: tuple[CatalogItem, ...] = (
        NewService("seat", "Seat", price_model="per_unit"),
        NewService("disk", "Disk"),
        NewService("care", "Care", price_model="percentage"),
        NewPlan("team", "Team"),
        *(NewPlanService("team", code, is_mandatory=False) for code in ("seat", "disk", "care")),
        NewPrice("seat", "USD", Decimal(50), SINCE),
        NewPrice("disk", "USD", Decimal(20), SINCE),
        NewPrice("care", "USD", Decimal(10), SINCE, percent_of=("seat",)),
    )
    assert not upsert_catalog(seller, items=items, actor=ACTOR).problems
    account = build_account(seller)
    agree(seller, {"seat": "2", "disk": "1", "care": "1"})
    return account


def change_quantity(code: str, quantity: int) -> list[tuple[str, int]]:
    """Of a service, from 1 March on; the notes that come of it."""
    service = SubscriptionService.objects.get(service__code=code)
    SubscriptionService.objects.filter(pk=service.pk).update(quantity=quantity)
    notes = bill_change(
        service.subscription_id,
        as_of=MARCH,
        reason="counted wrong",
        at=AT,
        actor=ACTOR,
        changed_from={service.pk: MARCH},
    ).documents
    return [(note.kind, note.net_minor) for note in notes]


def test_fewer_seats_lower_the_care_that_is_a_percentage_of_them(account: Account) -> None:
    bill_and_post(account.seller)
    assert Document.objects.get().net_minor == 130_00
    assert change_quantity("seat", 1) == [("credit_note", 55_00)]
    require_books()


def test_more_seats_raise_it(account: Account) -> None:
    bill_and_post(account.seller)
    assert change_quantity("seat", 4) == [("debit_note", 110_00)]
    require_books()


def test_a_change_of_what_it_is_no_percentage_of_leaves_it(account: Account) -> None:
    bill_and_post(account.seller)
    assert change_quantity("disk", 2) == []  # flat: its price has no quantity
    SubscriptionService.objects.filter(service__code="disk").update(unit_price_override=Decimal(15))
    assert change_quantity("disk", 1) == [("credit_note", 5_00)]


def test_drawn_it_is_drawn_anew_with_what_it_is_a_percentage_of(account: Account) -> None:
    fund(account, "postpaid")
    bill_and_post(account.seller)
    assert tell_balance(account) == "-130.00 = 0.00 - 0.00 - 130.00"
    assert change_quantity("seat", 1) == []
    assert tell_balance(account) == "-75.00 = 0.00 - 0.00 - 75.00"
    standing = Draw.objects.filter(reverses=None, reversals=None).order_by("description")
    assert list(standing.values_list("description", "net_minor")) == [("Care", 5_00), ("Disk", 20_00), ("Seat", 50_00)]
    require_books()
