"""Subscriptions from a file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tallystick.interfaces.importing.report import ImportReport
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.replace_service import replace_service
from tests.support.builders import ACTOR, AT
from tests.support.imports import counts, told

pytestmark = pytest.mark.django_db

Import = Callable[..., ImportReport]
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)

FULL = """\
subscription,account,plan,status,interval_months,anchor_day,commitment_months,collection_method,is_invoiced_separately,\
service,line,description,quantity,unit_price,discount_percent,discount_amount,discount_label,discount_from,\
discount_until,starts_on,ends_on,billed_elsewhere_until
S-1,A-1,team,,3,31,12,remittance,yes,base,,Desk,2.5,9.99,10,,Launch,2026-03-01,2026-06-01,2026-03-01,,2026-04-01
S-1,A-1,team,,3,31,12,remittance,yes,seat,window,,,,,-4.8,Agreed,,,2026-03-10,2026-09-01,
S-1,A-1,team,,3,31,12,remittance,yes,seat,door,,0,,,,,,,2026-03-10,,
S-1,A-1,team,,3,31,12,remittance,yes,setup,,,,,,,,,,2026-03-10,,
"""


def test_every_column_reaches_the_subscription(seller: Seller, import_text: Import) -> None:
    report = import_text("subscriptions", FULL)
    assert (counts(report), told(report)) == ((4, 0, 0, 0), [])
    subscription = Subscription.objects.get()
    assert (subscription.interval_months, subscription.anchor_day, subscription.commitment_months) == (3, 31, 12)
    assert (subscription.collection_method, subscription.is_invoiced_separately) == ("remittance", True)
    assert (subscription.starts_on, subscription.ends_on) == (MARCH, None)
    assert subscription.cycle_origin_on == date(2026, 3, 31)
    services = SubscriptionService.objects.order_by("pk")
    assert list(services.values_list("external_id", "description", "quantity", "unit_price_override")) == [
        ("base", "Desk", Decimal("2.5"), Decimal("9.99")),
        ("window", "", Decimal(1), None),
        ("door", "", Decimal(0), None),
        ("setup", "", Decimal(1), None),
    ]
    assert list(services.values_list("starts_on", "ends_on", "billed_through")) == [
        (MARCH, None, APRIL),
        (date(2026, 3, 10), date(2026, 9, 1), date(2026, 3, 10)),
        (date(2026, 3, 10), None, date(2026, 3, 10)),
        (date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 10)),
    ]
    discounts = ServiceDiscount.objects.order_by("pk").values_list("kind", "value", "label", "from_on", "until_on")
    assert list(discounts) == [
        ("percent", Decimal(10), "Launch", MARCH, date(2026, 6, 1)),
        ("amount", Decimal("-4.8"), "Agreed", None, None),
    ]
    event = SubscriptionEvent.objects.get()
    assert (event.event, event.reason) == ("create", "imported from subscriptions.csv")


def test_again_it_changes_nothing_and_a_changed_row_changes_its_service(seller: Seller, import_text: Import) -> None:
    import_text("subscriptions", FULL)
    assert counts(import_text("subscriptions", FULL)) == (0, 0, 4, 0)
    assert counts(import_text("subscriptions", FULL.replace("2.5,9.99", "3,9.99"))) == (0, 1, 3, 0)
    assert SubscriptionService.objects.get(external_id="base").quantity == 3


def test_the_rows_of_a_subscription_need_not_stand_together(seller: Seller, import_text: Import) -> None:
    text = "subscription,account,plan,service,starts_on\n"
    text += "S-1,A-1,team,seat,2026-03-01\nS-1,A-2,team,base,2026-03-01\nS-1,A-1,team,base,2026-03-01\n"
    assert counts(import_text("subscriptions", text)) == (3, 0, 0, 0)
    assert sorted(Subscription.objects.values_list("account__external_id", "external_id")) == [
        ("A-1", "S-1"),
        ("A-2", "S-1"),
    ]


def test_a_subscription_whose_services_all_end_ends_with_the_last(seller: Seller, import_text: Import) -> None:
    text = "subscription,account,plan,service,starts_on,ends_on\n"
    text += "S-1,A-1,team,base,2026-03-01,2026-09-01\nS-1,A-1,team,seat,2026-03-10,2026-06-01\n"
    import_text("subscriptions", text)
    assert Subscription.objects.values_list("starts_on", "ends_on").get() == (MARCH, date(2026, 9, 1))


def test_a_canceled_one_is_not_billed_beyond_its_end(seller: Seller, import_text: Import) -> None:
    text = "subscription,account,plan,service,starts_on,ends_on,status,billed_elsewhere_until\n"
    text += "S-1,A-1,team,base,2025-03-01,2026-03-01,canceled,2026-03-01\n"
    import_text("subscriptions", text)
    assert Subscription.objects.get().status == "canceled"
    assert SubscriptionService.objects.values_list("status", "billed_through").get() == ("ended", MARCH)
    assert counts(import_text("subscriptions", text)) == (0, 0, 1, 0)


WRONG = """\
subscription,account,plan,service,starts_on,ends_on,quantity,unit_price,discount_percent,discount_amount,\
discount_until,status,anchor_day
S-1,A-1,team,base,2026-03-01,,,,,,,,
S-2,A-1,gold,base,2026-03-01,,,,,,,,
S-3,A-1,team,base,2026-03-01,,-1,,,,,,
S-4,A-1,team,base,2026-03-01,2026-02-01,,,,,,,
S-5,A-3,team,base,2026-03-01,,,,,,,,
S-6,A-9,team,base,2026-03-01,,,,,,,,
S-7,A-1,team,phone,2026-03-01,,,,,,,,
S-8,A-1,team,base,2026-03-01,,,,,,,,15
S-8,A-1,team,seat,2026-03-01,,,,,,,,31
S-9,A-1,team,base,2026-03-01,,,,10,5,,,
S-10,A-1,team,base,2026-03-01,,,,,,2026-05-01,,
S-11,A-1,team,base,2026-03-01,,,,,,,canceled,
S-12,A-1,team,base,2026-03-01,,,,,,,,
S-12,A-1,team,base,2026-03-01,,,,,,,,
S-13,A-1,team,base,1 March,,many,1e5,,,,paused,
S-14,A-1,team,seat,2026-03-01,,,,,,,,
"""
WRONG_TOLD = [
    "subscriptions.csv:3: plan: there is no plan 'gold'",
    "subscriptions.csv:4: quantity: must not be negative, but is -1",
    "subscriptions.csv:5: ends_on: must not be before the start on 2026-03-01, but is 2026-02-01",
    "subscriptions.csv:5: ends_on: must not be before the start on 2026-03-01, but is 2026-02-01",
    "subscriptions.csv:6: service: base has no price in USD, the account's currency; it is priced in EUR",
    "subscriptions.csv:7: account: there is no account 'A-9'",
    "subscriptions.csv:8: service: there is no service 'phone'",
    "subscriptions.csv:8: service: the plan team needs base, which is missing",
    "subscriptions.csv:10: anchor_day: differs from line 9 of the same subscription",
    "subscriptions.csv:11: discount_amount: can't stand beside discount_percent: one row has one discount",
    "subscriptions.csv:12: discount_percent: or discount_amount is missing, but the discount has dates",
    "subscriptions.csv:13: ends_on: is needed where the subscription is canceled",
    "subscriptions.csv:15: line: 'base' is given twice in S-12",
    "subscriptions.csv:16: status: must be active, canceled or draft, but is 'paused'",
    "subscriptions.csv:16: quantity: must be a number like 1240.50, but is 'many'",
    "subscriptions.csv:16: unit_price: must be a number like 1240.50, but is '1e5'",
    "subscriptions.csv:16: starts_on: must be a date like 2026-03-31, but is '1 March'",
    "subscriptions.csv:17: service: the plan team needs base, which is missing",
]


def test_every_mistake_is_told_and_nothing_is_written(seller: Seller, import_text: Import) -> None:
    report = import_text("subscriptions", WRONG)
    assert told(report) == list(dict.fromkeys(WRONG_TOLD))
    assert not Subscription.objects.exists()


def test_a_subscription_with_a_mistake_is_left_out_whole(seller: Seller, import_text: Import) -> None:
    report = import_text("subscriptions", WRONG, skip_invalid=True)
    assert counts(report) == (1, 0, 0, 15)
    assert told(report) == list(dict.fromkeys(WRONG_TOLD))
    assert Subscription.objects.get().external_id == "S-1"


def test_whether_a_term_renews_itself_is_said_by_its_column_and_stays_where_that_is_empty(
    seller: Seller, import_text: Import
) -> None:
    header = "subscription,account,plan,service,starts_on,ends_on,commitment_months,is_auto_renewed\n"
    for word, is_auto_renewed in (("yes", True), ("", True), ("no", False), ("", False)):
        report = import_text("subscriptions", f"{header}S-1,A-1,team,base,2026-03-01,2026-09-01,6,{word}\n")
        assert told(report) == []
        assert Subscription.objects.get().is_auto_renewed is is_auto_renewed


def test_a_row_with_unreadable_cells_is_judged_by_the_others(seller: Seller, import_text: Import) -> None:
    text = """\
subscription,account,plan,service,starts_on,ends_on,quantity,unit_price,anchor_day
S-1,A-9,gold,base,soon,,-1,,40
S-2,A-1,team,phone,1 May,2026-05-01,1.23456,many,
,A-1,team,seat,2026-03-01,2026-02-01,,-1,
S-3,A-1,team,base,2026-03-01,,,,
S-3,A-1,team,,2026-03-01,,-2,,
"""
    assert told(import_text("subscriptions", text)) == [
        "subscriptions.csv:2: starts_on: must be a date like 2026-03-31, but is 'soon'",
        "subscriptions.csv:2: anchor_day: must be from 1 to 31, but is 40",
        "subscriptions.csv:2: quantity: must not be negative, but is -1",
        "subscriptions.csv:2: account: there is no account 'A-9'",
        "subscriptions.csv:2: plan: there is no plan 'gold'",
        "subscriptions.csv:3: unit_price: must be a number like 1240.50, but is 'many'",
        "subscriptions.csv:3: starts_on: must be a date like 2026-03-31, but is '1 May'",
        "subscriptions.csv:3: quantity: must have at most 4 decimals",
        "subscriptions.csv:3: service: there is no service 'phone'",
        "subscriptions.csv:3: service: the plan team needs base, which is missing",
        "subscriptions.csv:4: subscription: must not be empty",
        "subscriptions.csv:4: ends_on: must not be before the start on 2026-03-01, but is 2026-02-01",
        "subscriptions.csv:6: service: must not be empty",
        "subscriptions.csv:6: quantity: must not be negative, but is -2",
    ]
    assert not Subscription.objects.exists()


def test_what_an_action_replaced_does_not_come_back_with_the_same_file(seller: Seller, import_text: Import) -> None:
    text = "subscription,account,plan,service,starts_on\n"
    text += "S-1,A-1,team,base,2026-03-01\nS-1,A-1,team,seat,2026-03-01\n"
    import_text("subscriptions", text)
    replaced = SubscriptionService.objects.get(service__code="seat")
    on = date(2026, 3, 1)
    replace_service(replaced.pk, by=NewService("seat", on, quantity=Decimal(3)), reason="more", at=AT, actor=ACTOR)

    assert counts(import_text("subscriptions", text)) == (0, 0, 2, 0)
    dearer = text.replace("starts_on\n", "starts_on,unit_price\n").replace("2026-03-01\n", "2026-03-01,5\n")
    assert counts(import_text("subscriptions", dearer)) == (0, 1, 1, 0)
    seats = SubscriptionService.objects.filter(service__code="seat").order_by("pk")
    assert list(seats.values_list("status", "ends_on", "quantity", "unit_price_override")) == [
        ("ended", on, Decimal(1), None),
        ("effective", None, Decimal(3), None),
    ]
