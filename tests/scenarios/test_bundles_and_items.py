"""Bundles, their components, and services spread over installed items (CRM-49, CRM-50, CRM-51, CRM-53)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tallystick.accounts.models import Account
from tallystick.catalog.core.bundles import NewBundleComponent
from tallystick.catalog.errors import CatalogInvalid
from tallystick.catalog.operations.set_bundle import set_bundle
from tallystick.invoicing.models import Document
from tallystick.subscriptions.core.action_kinds import (
    AMEND_BUNDLE,
    AMEND_SERVICES,
    AMEND_TERMS,
    CHANGE_DISTRIBUTION,
    CHANGE_QUANTITY,
    END_SERVICE,
)
from tallystick.subscriptions.core.actions import AmendedTerms, Placement
from tallystick.subscriptions.errors import ActionInvalid, ActionNotPossible
from tallystick.subscriptions.models import InstalledItem, ServicePlacement, SubscriptionService
from tests.support.action_company import (
    APRIL,
    CREDIT_NOTE,
    IN_ARREARS,
    INVOICE,
    PAY_AFTER,
    THE_ELEVENTH,
    act,
    assert_books_are_sound,
    build_story,
    get_service,
    tell,
    tell_lines,
)
from tests.support.builders import ACTOR
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

THE_21ST = datetime(2026, 3, 21, 9, tzinfo=UTC)


def build_bundle(billing_model: str = PAY_AFTER, *services: str) -> Account:
    """Movies may be in the bundle Basic for 6.20, Sports for nothing."""
    account = build_story(billing_model, *services)
    inside = [NewBundleComponent("movies", "EUR", Decimal("6.20")), NewBundleComponent("sports", "EUR", Decimal(0))]
    set_bundle(account.seller, bundle="basic", components=inside, actor=ACTOR)
    if billing_model == PAY_AFTER:
        bill_and_post(account.seller)
    return account


def place(account: Account, code: str, **quantities: int) -> tuple[Placement, ...]:
    service = get_service(account, code).pk
    return tuple(Placement(service, item, Decimal(quantity)) for item, quantity in quantities.items())


def list_live(account: Account) -> list[tuple[str, str, Decimal]]:
    live = ServicePlacement.objects.filter(item__account=account, until_on=None, item__removed_on=None)
    names = "item__name", "subscription_service__service__code", "quantity"
    return sorted(live.values_list(*names))


@pytest.mark.rule("CRM-49")
@pytest.mark.rule("CRM-53")
def test_components_are_billed_at_their_price_in_the_bundle_and_their_difference_for_the_days_left() -> None:
    account = build_bundle()

    assert tell_lines(act(account, AMEND_BUNDLE, about=("basic",), components=("movies", "sports"))) == [
        ("Movies", THE_ELEVENTH, APRIL, 420),  # 6.20 x 21/31
        ("Sports", THE_ELEVENTH, APRIL, 0),
    ]
    # 11 of 31 days of Movies are taken back
    assert tell(act(account, AMEND_BUNDLE, about=("basic",), components=("sports",), at=THE_21ST)) == [
        (CREDIT_NOTE, 220)
    ]
    assert (get_service(account, "movies").status, get_service(account, "sports").status) == ("ended", "effective")
    assert_books_are_sound()


@pytest.mark.rule("CRM-49")
def test_in_arrears_components_are_billed_by_the_run() -> None:
    account = build_bundle(IN_ARREARS)

    assert tell(act(account, AMEND_BUNDLE, about=("basic",), components=("movies",))) == []

    bill_and_post(account.seller, target_on=date(2026, 3, 31), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert Document.objects.get().net_minor == 3100 + 420


@pytest.mark.rule("CRM-53")
def test_components_follow_their_bundle_in_its_quantity_to_its_end_and_through_other_terms() -> None:
    account = build_bundle(PAY_AFTER, "basic", "sports")
    set_bundle(
        account.seller, bundle="sports", components=[NewBundleComponent("movies", "EUR", Decimal("6.20"))], actor=ACTOR
    )
    act(account, AMEND_BUNDLE, about=("sports",), components=("movies",))

    billed = act(account, CHANGE_QUANTITY, "sports", about=("sports",), quantity=2, at=THE_21ST)
    assert sum(each.net_minor for each in billed.documents if each.kind == INVOICE) == 2 * (3300 + 220)
    assert get_service(account, "movies").quantity == 2

    act(account, AMEND_TERMS, terms=AmendedTerms(anchor_day=15), at=THE_21ST)
    assert get_service(account, "movies").bundle == get_service(account, "sports")
    act(account, END_SERVICE, about=("sports",), at=THE_21ST)
    assert get_service(account, "movies").status == "ended"
    assert_books_are_sound()


@pytest.mark.rule("CRM-27")
def test_what_is_no_bundle_and_what_it_can_not_have_are_refused() -> None:
    account = build_bundle(PAY_AFTER, "basic", "movies")
    with pytest.raises(ActionInvalid, match="can't have 'dish'"):
        act(account, AMEND_BUNDLE, about=("basic",), components=("dish",))
    with pytest.raises(ActionNotPossible, match="is no bundle"):
        act(account, AMEND_BUNDLE, about=("movies",), components=("sports",))
    own = [NewBundleComponent("basic", "EUR", Decimal(1))]
    with pytest.raises(CatalogInvalid, match="can't contain itself"):
        set_bundle(account.seller, bundle="basic", components=own, actor=ACTOR)


@pytest.mark.rule("CRM-50")
@pytest.mark.rule("CRM-53")
def test_services_are_spread_over_items_and_the_difference_is_billed_from_the_day() -> None:
    account = build_story()
    bill_and_post(account.seller)

    spread = act(account, CHANGE_DISTRIBUTION, placements=place(account, "basic", D1=1, D2=2))
    assert tell(spread) == [(CREDIT_NOTE, 2100), (INVOICE, 6300)]
    assert list_live(account) == [("D1", "basic", Decimal(1)), ("D2", "basic", Decimal(2))]

    # As many as before elsewhere: nothing to bill; D1 is free again.
    assert tell(act(account, CHANGE_DISTRIBUTION, placements=place(account, "basic", D2=3), at=THE_21ST)) == []
    assert list_live(account) == [("D2", "basic", Decimal(3))]
    assert InstalledItem.objects.get(name="D1").removed_on == THE_21ST.date()

    # One less for 11 of 31 days: 33.00 are taken back and 22.00 billed.
    fewer = act(account, CHANGE_DISTRIBUTION, placements=place(account, "basic", D2=2), at=THE_21ST)
    assert tell(fewer) == [(CREDIT_NOTE, 3300), (INVOICE, 2200)]
    assert_books_are_sound()


@pytest.mark.rule("CRM-51")
def test_amending_services_places_what_it_adds_and_takes_what_ends_off_its_items() -> None:
    account = build_story(PAY_AFTER, "basic", "movies")
    bill_and_post(account.seller)
    act(account, CHANGE_DISTRIBUTION, placements=place(account, "movies", D1=1))

    new = (Placement(0, "D2", Decimal(1)),)
    billed = act(account, AMEND_SERVICES, "sports", about=("movies",), placements=new, at=THE_21ST)

    assert tell(billed) == [(CREDIT_NOTE, 2200), (INVOICE, 3300)]
    assert list_live(account) == [("D2", "sports", Decimal(1))]
    assert_books_are_sound()


@pytest.mark.rule("CRM-53")
def test_what_is_spread_changes_by_its_distribution_only_and_goes_on_with_it_under_other_terms() -> None:
    account = build_story(PAY_AFTER, "basic", "movies")
    bill_and_post(account.seller)
    act(account, CHANGE_DISTRIBUTION, placements=place(account, "movies", D1=1))

    with pytest.raises(ActionNotPossible, match="spread over installed items"):
        act(account, CHANGE_QUANTITY, "movies", about=("movies",), quantity=2)
    act(account, AMEND_TERMS, terms=AmendedTerms(anchor_day=15))

    assert list_live(account) == [("D1", "movies", Decimal(1))]
    assert ServicePlacement.objects.get(until_on=None).subscription_service == get_service(account, "movies")


@pytest.mark.rule("CRM-53")
def test_an_item_is_installed_once_and_never_with_nothing_on_it() -> None:
    account = build_story()
    act(account, CHANGE_DISTRIBUTION, placements=place(account, "basic", D1=1))
    item = InstalledItem.objects.get()
    service = get_service(account, "basic")

    with pytest.raises(IntegrityError, match="installed_once_an_account"), transaction.atomic():
        InstalledItem.objects.create(
            account=account, subscription=item.subscription, name="D1", installed_on=THE_ELEVENTH
        )
    with pytest.raises(IntegrityError, match="placement_quantity_is_positive"), transaction.atomic():
        ServicePlacement.objects.create(item=item, subscription_service=service, quantity=0, from_on=THE_ELEVENTH)
    with pytest.raises(ActionNotPossible, match="is not of this subscription"):
        act(account, CHANGE_DISTRIBUTION, placements=(Placement(service.pk + 1000, "D1", Decimal(1)),))


@pytest.mark.rule("CRM-53")
def test_the_database_refuses_that_more_or_less_of_a_service_is_placed_than_there_is() -> None:
    account = build_story()
    act(account, CHANGE_DISTRIBUTION, placements=place(account, "basic", D1=1, D2=2))
    check_constraints_at_once()

    with pytest.raises(IntegrityError, match=r"is 3\.\d+ in quantity, but 6\.\d+ of it"), transaction.atomic():
        ServicePlacement.objects.filter(until_on=None, item__name="D1").update(quantity=4)
    with pytest.raises(IntegrityError, match=r"is 2\.\d+ in quantity, but 3\.\d+ of it"), transaction.atomic():
        SubscriptionService.objects.filter(pk=get_service(account, "basic").pk).update(quantity=2)


def check_constraints_at_once() -> None:
    """What the database else does when a transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
