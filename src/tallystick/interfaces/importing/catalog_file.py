"""The file of a catalog: a row is a service, a plan, a service's place in a plan, or a price; `type` says which."""

from collections.abc import Mapping
from typing import Any

from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.core.items import (
    BILLING_MODELS,
    PRICE_MODELS,
    SERVICE_KINDS,
    TAX_CATEGORIES,
    NewPlan,
    NewPlanService,
    NewPrice,
    NewService,
)
from tallystick.errors import Problem
from tallystick.interfaces.importing.columns import Column, parse_cells
from tallystick.interfaces.importing.values import (
    parse_choice,
    parse_day,
    parse_decimal,
    parse_text,
    parse_whole,
    parse_yes_no,
)

_CODE = Column("code", parse_text, "letters, digits, hyphens and underscores; the row's key", is_required=True)
_NAME = Column("name", parse_text, "as customers read it", is_required=True)
_SERVICE = Column("service", parse_text, "code of the service", is_required=True)
_PLAN = Column("plan", parse_text, "code of the plan", is_required=True)

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
            "`flat` (whatever the quantity) or `per_unit`; empty: `flat`",
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
        Column("interval_months", parse_whole, "1 monthly, 3 quarterly, 12 yearly; empty: 1", default=1),
        Column("ranking_level", parse_whole, "lower is billed earlier; empty: 1", default=1),
        Column(
            "proration_method",
            parse_choice("actual", "actual_30", "strict_30_360"),
            "`actual`, `actual_30` or `strict_30_360`; empty: as the seller's rule says",
            default="",
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
        Column("unit_price", parse_decimal, "price before tax of one unit for the whole interval", is_required=True),
        Column(
            "interval_months",
            parse_whole,
            "months that the price is for; `0` where it is paid once; empty: 1",
            default=1,
        ),
        Column("valid_from", parse_day, "first day that it counts", is_required=True),
        Column("valid_until", parse_day, "first day that it does not; empty: until further notice"),
    ),
}

TYPE = Column("type", parse_choice(*COLUMNS_BY_TYPE), "`service`, `plan`, `plan_service` or `price`", is_required=True)

#: Every name once, in the order of the types.
NAMES = tuple(dict.fromkeys(["type", *(column.name for columns in COLUMNS_BY_TYPE.values() for column in columns)]))


def make_item(cells: Mapping[str, str], *, currency: str) -> tuple[CatalogItem | None, list[Problem]]:
    """The item of a row, or everything that is wrong with its cells; `currency` is what an empty one means."""
    own, problems = parse_cells((TYPE,), cells)
    if problems:
        return None, problems
    columns = COLUMNS_BY_TYPE[own["type"]]
    values, problems = parse_cells(columns, cells)
    expected = {"type", *(column.name for column in columns)}
    for name, text in cells.items():
        if text and name not in expected:
            problems.append(Problem(name, f"has no meaning for a {own['type']}"))
    if problems:
        return None, problems
    return _make(own["type"], values, currency), []


def _make(kind: str, values: dict[str, Any], currency: str) -> CatalogItem:
    if kind == "service":
        return NewService(**values)
    if kind == "plan":
        return NewPlan(**values)
    if kind == "plan_service":
        return NewPlanService(**values)
    return NewPrice(**{**values, "currency": values["currency"] or currency})
