"""A catalog from a file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.models import Plan, PlanService, Price, Service
from tallystick.catalog.queries import list_components
from tallystick.interfaces.importing.report import ImportReport
from tallystick.sellers.models import Seller
from tests.support.builders import build_seller
from tests.support.imports import counts, told

pytestmark = pytest.mark.django_db

Import = Callable[..., ImportReport]

CATALOG = """\
type,code,name,kind,price_model,unit_name,revenue_code,tax_category,billing_model,interval_months,ranking_level,\
proration_method,plan,service,is_mandatory,requires,tier_level,currency,unit_price,valid_from,valid_until
service,line,Line,recurring,per_unit,line,telephone,reduced,,,,,,,,,,,,,
service,dsl,DSL,,,,,,,,,,,,,,,,,,
service,visit,Visit,one_off,,,,,,,,,,,,,,,,,
plan,home,At home,,,,,,postbill_pay_after,3,2,actual_30,,,,,,,,,
plan_service,,,,,,,,,,,,home,dsl,,,,,,,
plan_service,,,,,,,,,,,,home,line,no,dsl,4,,,,
price,,,,,,,,,,,,,dsl,,,,,25,2026-01-01,2026-07-01
price,,,,,,,,,,,,,dsl,,,,,27.5,2026-07-01,
price,,,,,,,,,12,,,home,line,,,,USD,0.000001,2026-01-01,
price,,,,,,,,,0,,,,visit,,,,,80,2026-01-01,
"""


@pytest.fixture
def acme() -> Seller:
    return build_seller()


def test_every_column_reaches_the_catalog(acme: Seller, import_text: Import) -> None:
    report = import_text("catalog", CATALOG)
    assert (counts(report), told(report)) == ((10, 0, 0, 0), [])
    line = Service.objects.get(code="line")
    assert (line.kind, line.price_model, line.unit_name) == ("recurring", "per_unit", "line")
    assert (line.revenue_code, line.tax_category) == ("telephone", "reduced")
    plan = Plan.objects.get(code="home")
    assert (plan.billing_model, plan.interval_months, plan.ranking_level) == ("postbill_pay_after", 3, 2)
    assert plan.proration_method == "actual_30"
    place = PlanService.objects.get(service=line)
    assert (place.is_mandatory, place.requires, place.tier_level) == (False, Service.objects.get(code="dsl"), 4)
    prices = Price.objects.order_by("service__code", "valid_from")
    assert list(prices.values_list("service__code", "plan__code", "currency", "interval_months", "unit_price")) == [
        ("dsl", None, "EUR", 1, Decimal(25)),
        ("dsl", None, "EUR", 1, Decimal("27.5")),
        ("line", "home", "USD", 12, Decimal("0.000001")),
        ("visit", None, "EUR", 0, Decimal(80)),
    ]
    assert prices[0].valid_until == date(2026, 7, 1)


def test_again_it_changes_nothing_and_a_price_is_changed_by_its_first_day(acme: Seller, import_text: Import) -> None:
    import_text("catalog", CATALOG)
    assert counts(import_text("catalog", CATALOG)) == (0, 0, 10, 0)
    assert counts(import_text("catalog", CATALOG.replace("27.5", "28"))) == (0, 1, 9, 0)


def test_rows_may_come_in_any_order(acme: Seller, import_text: Import) -> None:
    header, *rows = CATALOG.splitlines()
    assert counts(import_text("catalog", "\n".join([header, *reversed(rows)]))) == (10, 0, 0, 0)


def test_every_mistake_is_told_and_nothing_is_written(acme: Seller, import_text: Import) -> None:
    text = """\
type,code,name,kind,plan,service,unit_price,valid_from,currency,requires
service,seat,Seat,weekly,,,,,,
service,se at,Seat,,,,,,,
service,desk,Desk,,,,5,,,
plan,team,,,,,,,,
price,,,,,desk,-5,2026-01-01,,
price,,,,,desk,5,2026-01-01,EURO,
price,,,,,,ten,soon,,
bundle,all,All,,,,,,,
,all,All,,,,,,,
service,lamp,Lamp,,,,,,,
price,,,,,lamp,5,2026-01-01,,
price,,,,,lamp,6,2026-01-01,,
price,,,,,lamp,6,2027-01-01,,
plan_service,,,,team,lamp,,,,
"""
    report = import_text("catalog", text)
    assert told(report) == [
        "catalog.csv:2: kind: must be recurring or one_off, but is 'weekly'",
        "catalog.csv:3: code: takes letters, digits, hyphens and underscores, but is 'se at'",
        "catalog.csv:4: unit_price: has no meaning for a service",
        "catalog.csv:5: name: must not be empty",
        "catalog.csv:6: unit_price: must not be negative, but is -5",
        "catalog.csv:7: currency: EURO is not a currency in circulation (ISO 4217, three capital letters).",
        "catalog.csv:8: service: must not be empty",
        "catalog.csv:8: unit_price: must be a number like 1240.50, but is 'ten'",
        "catalog.csv:8: valid_from: must be a date like 2026-03-31, but is 'soon'",
        "catalog.csv:9: type: must be service, plan, plan_service, price or component, but is 'bundle'",
        "catalog.csv:10: type: must not be empty",
        "catalog.csv:13: service: is given twice, first in line 12",
        "catalog.csv:14: valid_from: shares days with the price of lamp from 2026-01-01, first in line 12",
    ]
    assert not Service.objects.exists()
    skipped = import_text("catalog", text, skip_invalid=True)
    hangs_on_what_was_left_out = ["catalog.csv:15: plan: there is no plan 'team'"]
    assert (counts(skipped), told(skipped)) == ((2, 0, 0, 12), told(report) + hangs_on_what_was_left_out)


def test_a_price_that_overlaps_one_that_is_there_is_refused(acme: Seller, import_text: Import) -> None:
    import_text("catalog", CATALOG)
    text = "type,service,unit_price,valid_from\nprice,dsl,30,2026-12-01\n"
    assert told(import_text("catalog", text)) == [
        "catalog.csv:2: valid_from: shares days with the price of dsl from 2026-07-01"
    ]


def test_a_row_with_one_unreadable_cell_is_judged_by_the_others(acme: Seller, import_text: Import) -> None:
    text = """\
type,code,name,kind,service,currency,unit_price,valid_from,valid_until
service,se at,Seat,weekly,,,,,
service,desk,Desk,weekly,,,,,
price,,,,desk,EURO,-5,soon,
price,,,,desk,EUR,5,2026-03-01,2026-02-01
price,,,,lamp,EUR,many,2026-03-01,
"""
    assert told(import_text("catalog", text)) == [
        "catalog.csv:2: kind: must be recurring or one_off, but is 'weekly'",
        "catalog.csv:2: code: takes letters, digits, hyphens and underscores, but is 'se at'",
        "catalog.csv:3: kind: must be recurring or one_off, but is 'weekly'",
        "catalog.csv:4: valid_from: must be a date like 2026-03-31, but is 'soon'",
        "catalog.csv:4: currency: EURO is not a currency in circulation (ISO 4217, three capital letters).",
        "catalog.csv:4: unit_price: must not be negative, but is -5",
        "catalog.csv:5: valid_until: must be after 2026-03-01, but is 2026-02-01",
        "catalog.csv:6: unit_price: must be a number like 1240.50, but is 'many'",
        "catalog.csv:6: service: there is no service 'lamp'",
    ]


BUNDLE = """\
type,code,name,bundle,service,currency,unit_price,interval_months
service,dish,Dish,,,,,
service,movies,Movies,,,,,
service,sports,Sports,,,,,
component,,,dish,movies,,6.20,
component,,,dish,movies,USD,70,12
component,,,dish,sports,EUR,0,1
"""


@pytest.mark.rule("CRM-53")
def test_bundles_come_with_their_components_at_their_prices_inside(acme: Seller, import_text: Import) -> None:
    assert counts(import_text("catalog", BUNDLE)) == (6, 0, 0, 0)
    found = list_components(Service.objects.get(code="dish").pk)
    assert [(each.component.code, each.currency, each.interval_months, each.unit_price) for each in found] == [
        ("movies", "EUR", 1, Decimal("6.20")),
        ("movies", "USD", 12, Decimal(70)),
        ("sports", "EUR", 1, Decimal(0)),
    ]
    assert counts(import_text("catalog", BUNDLE)) == (0, 0, 6, 0)
    dearer = "type,bundle,service,unit_price\ncomponent,dish,movies,7.50\n"
    assert counts(import_text("catalog", dearer)) == (0, 1, 0, 0)
    assert len(list_components(Service.objects.get(code="dish").pk)) == 3


@pytest.mark.rule("CRM-53")
def test_what_is_wrong_with_components_is_told(acme: Seller, import_text: Import) -> None:
    text = """\
type,code,name,kind,bundle,service,currency,unit_price,interval_months
service,dish,Dish,,,,,,
service,fee,Fee,one_off,,,,,
component,,,,dish,dish,,1,
component,,,,dish,fee,,1,
component,,,,fee,dish,,1,
component,,,,mast,dish,EURO,-1,0
component,,,,dish,,,,
"""
    assert told(import_text("catalog", text)) == [
        "catalog.csv:4: service: a bundle can't contain itself",
        "catalog.csv:5: service: there is no recurring service 'fee'",
        "catalog.csv:6: bundle: there is no recurring service 'fee'",
        "catalog.csv:7: bundle: there is no recurring service 'mast'",
        "catalog.csv:7: currency: EURO is not a currency in circulation (ISO 4217, three capital letters).",
        "catalog.csv:7: interval_months: must be from 1 to 120, but is 0",
        "catalog.csv:7: unit_price: must not be negative, but is -1",
        "catalog.csv:8: service: must not be empty",
        "catalog.csv:8: unit_price: must not be empty",
    ]
