"""The file of a catalog: a row is a service, a plan, a place in a plan, a price or a component; `type` says which."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.core.items import (
    BILLING_MODELS,
    CYCLE_METHODS,
    DIGITAL,
    PRICE_MODELS,
    SERVICE_KINDS,
    SUPPLY_KINDS,
    TAX_CATEGORIES,
    TRIAL_ENDINGS,
    NewComponent,
    NewPlan,
    NewPlanService,
    NewPrice,
    NewService,
)
from tallystick.catalog.core.tiers import parse_tiers
from tallystick.errors import Problem
from tallystick.interfaces.importing.columns import Column, parse_cells
from tallystick.interfaces.importing.values import (
    parse_choice,
    parse_codes,
    parse_day,
    parse_decimal,
    parse_text,
    parse_whole,
    parse_yes_no,
)
from tallystick.periods.proration import ProrationMethod

_CODE = Column(
    "code", parse_text, "letters, digits, hyphens and underscores; the row's key", is_required=True, default=""
)
_NAME = Column("name", parse_text, "as customers read it", is_required=True, default="")
_SERVICE = Column("service", parse_text, "code of the service", is_required=True, default="")
_PLAN = Column("plan", parse_text, "code of the plan", is_required=True, default="")

#: The columns of each type of row. Those of other types must stay empty.
COLUMNS_BY_TYPE: dict[str, tuple[Column, ...]] = {
    "service": (
        _CODE,
        _NAME,
        Column(
            "kind", parse_choice(*SERVICE_KINDS), "`recurring` or `one_off`; empty: `recurring`", default="recurring"
        ),
        Column(
            "price_model",
            parse_choice(*PRICE_MODELS),
            "`flat`, `per_unit`, `graduated`, `volume`, `package` or `percentage`; empty: `flat`",
            default="flat",
        ),
        Column("unit_name", parse_text, "what one of them is called: seat, line", default=""),
        Column(
            "revenue_code", parse_text, "where its revenue is booked; empty: `subscriptions`", default="subscriptions"
        ),
        Column(
            "tax_category",
            parse_choice(*TAX_CATEGORIES),
            "`standard`, `reduced`, `zero` or `exempt`; empty: `standard`",
            default="standard",
        ),
        Column(
            "supply_kind",
            parse_choice(*SUPPLY_KINDS),
            "`digital`: consumers are taxed where they are; `general`: where the seller is; empty: `digital`",
            default=DIGITAL,
        ),
    ),
    "plan": (
        _CODE,
        _NAME,
        Column(
            "billing_model",
            parse_choice(*BILLING_MODELS),
            "`prebill_pay_after`, `prebill_pay_before` or `postbill_pay_after`; empty: the first",
            default="prebill_pay_after",
        ),
        Column("interval_months", parse_whole, "1 monthly, 3 quarterly, 12 yearly; empty: 1, or 0 beside days"),
        Column("interval_days", parse_whole, "instead of months: 1 daily, 7 weekly; empty: 0", default=0),
        Column(
            "cycle_method",
            parse_choice(*CYCLE_METHODS),
            "`anniversary` (a day of its own) or `period` (the seller's day for all); empty: `anniversary`",
            default="anniversary",
        ),
        Column("ranking_level", parse_whole, "lower is billed earlier; empty: 1", default=1),
        Column(
            "proration_method",
            parse_choice(*ProrationMethod),
            "`actual`, `actual_30`, `strict_30_360` or `own_period`; empty: as the seller's rule says",
            default="",
        ),
        Column(
            "change_day",
            parse_choice("new", "old"),
            "whose the day of a change is, `new` or `old`; empty: as the seller's rule says",
            default="",
        ),
        Column(
            "cancellation_day",
            parse_choice("billed", "free"),
            "the day of a cancellation, `billed` or `free`; empty: as the seller's rule says",
            default="",
        ),
        Column(
            "proration_unit",
            parse_choice("day", "second"),
            "what changes count, `day` or `second`; empty: as the seller's rule says",
            default="",
        ),
        Column("family", parse_text, "plans of one family can be swapped for each other", default=""),
        Column("tier_level", parse_whole, "rank within its group or family"),
        Column("trial_days", parse_whole, "days of trial; empty: none", default=0),
        Column("trial_periods", parse_whole, "billing periods of trial, instead of days; empty: none", default=0),
        Column(
            "trial_ending",
            parse_choice(*TRIAL_ENDINGS),
            "what follows the trial, `converts` or `expires`; empty: `converts`",
            default="converts",
        ),
        Column(
            "is_self_serve",
            parse_yes_no,
            "`yes`: customers may subscribe to it by themselves, in the portal; empty: `no`",
            default=False,
        ),
    ),
    "plan_service": (
        _PLAN,
        _SERVICE,
        Column("is_mandatory", parse_yes_no, "`no` for an add-on; empty: `yes`", default=True),
        Column("requires", parse_text, "code of another service of the plan without which it can't be had", default=""),
        Column("tier_level", parse_whole, "rank within its group: lower comes first"),
    ),
    "price": (
        _SERVICE,
        _PLAN._replace(meaning="code of the plan that it is for; empty: every plan", is_required=False, default=""),
        Column("currency", parse_text, "three-letter code; empty: the seller's", default=""),
        Column("unit_price", parse_decimal, "price before tax of one unit for the whole interval; or the percentage"),
        Column("tiers", parse_tiers, "instead of it: `10=9.00 100=8.00+5.00 more=7.00`", default=()),
        Column("package_size", parse_decimal, "how many units are in a package"),
        Column(
            "percent_of", parse_codes, "services that it is a percentage of, by code; empty: all others", default=()
        ),
        Column("minimum_price", parse_decimal, "the least that the whole interval costs; empty: none"),
        Column("trial_unit_price", parse_decimal, "price of one unit during a trial; empty: none"),
        Column("interval_months", parse_whole, "months that the price is for; `0`: once; empty: 1, or 0 beside days"),
        Column("interval_days", parse_whole, "days that the price is for, instead of months; empty: 0", default=0),
        Column("valid_from", parse_day, "first day that it counts", is_required=True, default=date.min),
        Column("valid_until", parse_day, "first day that it does not; empty: until further notice"),
    ),
    "component": (
        Column("bundle", parse_text, "code of the service that is the bundle", is_required=True, default=""),
        _SERVICE._replace(meaning="code of the service that the bundle may have"),
        Column("currency", parse_text, "three-letter code; empty: the seller's", default=""),
        Column(
            "unit_price",
            parse_decimal,
            "price of one unit inside the bundle for the whole interval; may be 0",
            is_required=True,
            default=Decimal(0),
        ),
        Column("interval_months", parse_whole, "months that the price is for; empty: 1", default=1),
    ),
}

TYPE = Column(
    "type",
    parse_choice(*COLUMNS_BY_TYPE),
    "`service`, `plan`, `plan_service`, `price` or `component`",
    is_required=True,
)

#: Every name once, in the order of the types.
NAMES = tuple(dict.fromkeys(["type", *(column.name for columns in COLUMNS_BY_TYPE.values() for column in columns)]))


def make_item(cells: Mapping[str, str], *, currency: str) -> tuple[CatalogItem | None, list[Problem]]:
    """The item of a row, and everything that is wrong with its cells; `currency` is what an empty one means.

    What can't be read has its column's default, so that the rest can be judged; without a type there is no item.
    """
    own, problems = parse_cells((TYPE,), cells)
    if problems:
        return None, problems
    columns = COLUMNS_BY_TYPE[own["type"]]
    values, problems = parse_cells(columns, cells)
    expected = {"type", *(column.name for column in columns)}
    for name, text in cells.items():
        if text and name not in expected:
            problems.append(Problem(name, f"has no meaning for a {own['type']}"))
    if own["type"] == "price" and not cells.get("unit_price") and not cells.get("tiers"):
        problems.append(Problem("unit_price", "must not be empty"))
    return _make(own["type"], values, currency), problems


def _make(kind: str, values: dict[str, Any], currency: str) -> CatalogItem:
    if kind == "service":
        return NewService(**values)
    if kind == "plan_service":
        return NewPlanService(**values)
    if kind == "component":
        return NewComponent(**{**values, "currency": values["currency"] or currency})
    if values["interval_months"] is None:
        values["interval_months"] = 0 if values["interval_days"] else 1
    if kind == "plan":
        return NewPlan(**values)
    unit_price = values["unit_price"] or Decimal(0)
    return NewPrice(**{**values, "unit_price": unit_price, "currency": values["currency"] or currency})
