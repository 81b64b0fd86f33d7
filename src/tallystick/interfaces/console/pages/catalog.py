"""The catalog: what we sell, in which bundles, and at which dated prices."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.catalog.core.tiers import load_tiers, write_tiers
from tallystick.catalog.models import Plan, PlanService, Price, Service
from tallystick.catalog.queries import list_components, list_plan_moves
from tallystick.errors import NotFound
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_count, write_rate
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column, Table
from tallystick.interfaces.console.lists.filters import Choice, Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.calendar import today
from tallystick.interfaces.console.reads.subscription_page import write_interval
from tallystick.plumbing.permissions import RECORDS_READ

PRICE_MODELS = {
    "flat": "Flat",
    "per_unit": "Per unit",
    "graduated": "By graduated tiers",
    "volume": "By volume tiers",
    "package": "By the package",
    "percentage": "Percentage of other services",
}
_EMPTY = Empty("The catalog comes in by `tallystick import catalog FILE` or through the API.")
KINDS = {"recurring": "Recurring", "one_off": "One-off"}
BILLING_MODELS = {
    "prebill_pay_before": "In advance, paid before",
    "prebill_pay_after": "In advance, paid after",
    "postbill_pay_after": "In arrears",
}


def _count(rows: QuerySet[Service] | QuerySet[Plan] | QuerySet[Price]) -> Totals:
    return Totals(rows.count())


def _list_service_options() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Service.objects.order_by("name").values_list("pk", "name")]


def _is_current() -> Q:
    on = today()
    return Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))


def _draw_interval(price: Price) -> cells.Cell:
    is_once = price.interval_months == price.interval_days == 0
    return cells.Text("Once" if is_once else write_interval(price.interval_months, price.interval_days))


def write_price_model(service: Service) -> str:
    """How a service is priced, in words."""
    if service.price_model == "per_unit":
        return f"Per {service.unit_name or 'unit'}"
    return PRICE_MODELS[service.price_model]


def _draw_unit_price(price: Price) -> cells.Cell:
    """The price of a unit; of tiers what they are, of a percentage that."""
    if price.tiers:
        return cells.Text(write_tiers(load_tiers(price.tiers)), _write_extras(price))
    if price.service.price_model == "percentage":
        return cells.Text(f"{price.unit_price.normalize():f} %", f"of {', '.join(price.percent_of) or 'all others'}")
    extras = _write_extras(price)
    if extras:
        return cells.Text(f"{write_rate(price.unit_price, currency=price.currency)} {price.currency}", extras)
    return cells.Rate(price.unit_price, price.currency)


def _write_extras(price: Price) -> str:
    """What else belongs to a price: packages, the least, the price of a trial."""
    words = [f"per {price.package_size.normalize():f}"] if price.package_size else []
    amounts = {"at least": price.minimum_price, "in a trial": price.trial_unit_price}
    words += [f"{say} {write_rate(each, currency=price.currency)}" for say, each in amounts.items() if each is not None]
    return ", ".join(words)


def _draw_service_link(service: Service) -> cells.Cell:
    return cells.Text(service.name, service.code, reverse("admin:service", args=[service.pk]))


def _draw_plan_link(plan: Plan | None) -> cells.Cell:
    return cells.Text(plan.name, plan.code, reverse("admin:plan", args=[plan.pk])) if plan else cells.Text("Every plan")


SERVICES = Listing(
    title="Services",
    question="What do we sell?",
    noun="service",
    rows=lambda: Service.objects.annotate(plans=Count("plan_services")),
    sort="name",
    columns=(
        Column[Service]("Service", _draw_service_link, sort="name"),
        Column[Service]("Kind", lambda row: cells.Text(KINDS.get(row.kind, row.kind)), sort="kind"),
        Column[Service](
            "Priced",
            lambda row: cells.Text(write_price_model(row)),
        ),
        Column[Service]("Revenue code", lambda row: cells.Text(row.revenue_code), sort="revenue_code"),
        Column[Service]("Tax category", lambda row: cells.Text(row.tax_category.capitalize())),
        Column[Service]("In plans", lambda row: cells.Count(row.plans), is_right=True),  # type: ignore[attr-defined]
    ),
    filters=(Search("Name or code", lambda rows, words: rows.filter(Q(name__icontains=words) | Q(code=words))),),
    totals=_count,
    empty=_EMPTY,
)

PLANS = Listing(
    title="Plans",
    question="In which bundles do we sell it, and how are they billed?",
    noun="plan",
    rows=lambda: Plan.objects.annotate(contains=Count("plan_services")),
    sort="name",
    columns=(
        Column[Plan]("Plan", _draw_plan_link, sort="name"),
        Column[Plan](
            "Billed",
            lambda row: cells.Text(
                write_interval(row.interval_months, row.interval_days), BILLING_MODELS[row.billing_model]
            ),
        ),
        Column[Plan]("Rank", lambda row: cells.Count(row.ranking_level), sort="ranking_level", is_right=True),
        Column[Plan]("Services", lambda row: cells.Count(row.contains), is_right=True),  # type: ignore[attr-defined]
    ),
    filters=(Search("Name or code", lambda rows, words: rows.filter(Q(name__icontains=words) | Q(code=words))),),
    totals=_count,
    empty=_EMPTY,
)

PRICE_COLUMNS = (
    Column[Price]("Service", lambda row: _draw_service_link(row.service), sort="service__name"),
    Column[Price]("Plan", lambda row: _draw_plan_link(row.plan)),
    Column[Price](
        "Unit price",
        _draw_unit_price,
        sort="unit_price",
        is_right=True,
    ),
    Column[Price]("Currency", lambda row: cells.Text(row.currency), is_in_csv_only=True),
    Column[Price]("For", _draw_interval),
    Column[Price]("From", lambda row: cells.Day(row.valid_from), sort="valid_from"),
    Column[Price]("Until (exclusive)", lambda row: cells.Day(row.valid_until)),
)

PRICES = Listing(
    title="Prices",
    question="What does each service cost, in which currency, from when?",
    noun="price",
    rows=lambda: Price.objects.select_related("service", "plan"),
    sort="service__name",
    columns=PRICE_COLUMNS,
    filters=(
        States(
            (
                ("current", "Current", lambda rows: rows.filter(_is_current())),
                ("coming", "Coming", lambda rows: rows.filter(valid_from__gt=today())),
                ("past", "Past", lambda rows: rows.filter(valid_until__lte=today())),
            )
        ),
        Search("Service", lambda rows, words: rows.filter(service__name__icontains=words)),
        Choice("service", "Service", _list_service_options, lambda rows, chosen: rows.filter(service_id=int(chosen))),
    ),
    totals=_count,
    empty=_EMPTY,
)


@needs(RECORDS_READ)
def list_services(request: HttpRequest) -> HttpResponseBase:
    """All services."""
    return show_listing(request, listing=SERVICES, template="console/services.html")


@needs(RECORDS_READ)
def list_plans(request: HttpRequest) -> HttpResponseBase:
    """All plans."""
    return show_listing(request, listing=PLANS, template="console/plans.html")


@needs(RECORDS_READ)
def list_prices(request: HttpRequest) -> HttpResponseBase:
    """All prices."""
    return show_listing(request, listing=PRICES)


@needs(RECORDS_READ)
def show_service(request: HttpRequest, *, service_id: int) -> HttpResponseBase:
    """One service: its prices, what it may have as a bundle, and the plans and bundles that contain it."""
    service = Service.objects.filter(pk=service_id).first()
    if service is None:
        raise NotFound(f"There is no service {service_id}.")
    places = PlanService.objects.filter(service=service).select_related("plan", "requires").order_by("plan__name")
    prices = Price.objects.filter(service=service).select_related("service", "plan")
    context = {
        "service": service,
        "kind": KINDS.get(service.kind, service.kind),
        "priced": write_price_model(service),
        "yearly": prices.filter(interval_months=12) if service.price_model in ("flat", "per_unit") else (),
        "places": places,
        "components": [(each, write_interval(each.interval_months)) for each in list_components(service.pk)],
        "bundles": Service.objects.filter(bundle_components__component=service).distinct().order_by("name"),
        "prices": _draw_prices(prices, without="Service"),
        "running": prices.filter(valid_until__isnull=True).order_by("currency", "valid_from"),
    }
    crumbs = [crumb("Services", name="services")]
    return draw_page(request, template="console/service.html", title=service.name, crumbs=crumbs, context=context)


@needs(RECORDS_READ)
def show_plan(request: HttpRequest, *, plan_id: int) -> HttpResponseBase:
    """One plan: what it contains, and the prices that hold in it alone."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(f"There is no plan {plan_id}.")
    places = PlanService.objects.filter(plan=plan).select_related("service", "requires")
    prices = Price.objects.filter(plan=plan).select_related("service", "plan")
    context = {
        "plan": plan,
        "interval": write_interval(plan.interval_months, plan.interval_days),
        "billing_model": BILLING_MODELS[plan.billing_model],
        "trial": _write_trial(plan),
        "moves": list_plan_moves(plan),
        "places": places.order_by("-is_mandatory", "service__name"),
        "prices": _draw_prices(prices, without="Plan"),
        "subscriptions": plan.subscriptions.count(),
    }
    crumbs = [crumb("Plans", name="plans")]
    return draw_page(request, template="console/plan.html", title=plan.name, crumbs=crumbs, context=context)


def _write_trial(plan: Plan) -> str:
    """ "30 days, then it converts", or nothing."""
    if plan.trial_days:
        length = write_count(plan.trial_days, noun="day")
    elif plan.trial_periods:
        length = write_count(plan.trial_periods, noun="period")
    else:
        return ""
    return f"{length}, then it {plan.trial_ending}"


def _draw_prices(prices: QuerySet[Price], *, without: str) -> Table[Price]:
    columns = [column for column in PRICE_COLUMNS if column.title != without]
    return Table(columns, list(prices.order_by("service__name", "currency", "-valid_from")), "No price of its own.")
