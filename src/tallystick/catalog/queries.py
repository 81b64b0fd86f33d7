"""Reads about the catalog."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from django.db.models import Prefetch

from tallystick.catalog.core.catalog_check import CatalogItem, KnownCatalog, find_catalog_problems
from tallystick.catalog.core.fees import FeeRuleFacts, NewFeeDefinition, NewFeeRule
from tallystick.catalog.core.items import NewPrice
from tallystick.catalog.core.list_price import ListPriceRule as RuleValues
from tallystick.catalog.core.plan_tiers import Move, list_moves
from tallystick.catalog.core.price_list import (
    PlanFacts,
    PlanServiceFacts,
    PriceFacts,
    PriceKey,
    PriceList,
    ServiceFacts,
)
from tallystick.catalog.core.references import SoldService
from tallystick.catalog.core.tiers import load_tiers
from tallystick.catalog.errors import FeeDefinitionUnknown, PlanUnknown, ServiceUnknown
from tallystick.catalog.models import (
    BundleComponent,
    FeeDefinition,
    FeeRule,
    ListPriceRule,
    Plan,
    PlanService,
    Price,
    Service,
)
from tallystick.plumbing.upsert import RowProblem

_PRICE_COLUMNS = (
    "service_id",
    "plan_id",
    "currency",
    "interval_months",
    "interval_days",
    "unit_price",
    "valid_from",
    "valid_until",
    "tiers",
    "package_size",
    "percent_of",
    "minimum_price",
    "trial_unit_price",
)


def load_price_list(seller_id: int) -> PriceList:
    """Everything a seller sells, in four queries. Read it once a job, not once an account."""
    services = Service.objects.filter(seller_id=seller_id)
    plans = Plan.objects.filter(seller_id=seller_id)
    places = PlanService.objects.filter(plan__seller_id=seller_id)
    prices: dict[PriceKey, list[PriceFacts]] = defaultdict(list)
    dated = Price.objects.filter(service__seller_id=seller_id).order_by("valid_from").values_list(*_PRICE_COLUMNS)
    for service_id, plan_id, currency, months, days, unit_price, valid_from, valid_until, tiers, *others in dated:
        size, percent_of, minimum, trial = others
        prices[service_id, plan_id, currency, months, days].append(
            PriceFacts(
                unit_price,
                currency,
                valid_from,
                valid_until,
                load_tiers(tiers),
                size,
                tuple(percent_of),
                minimum,
                trial,
            )
        )
    return PriceList(
        services={row[0]: ServiceFacts(*row) for row in services.values_list("pk", *ServiceFacts._fields[1:])},
        plans={row[0]: PlanFacts(*row) for row in plans.values_list("pk", *PlanFacts._fields[1:])},
        plan_services={
            (row[0], row[1]): PlanServiceFacts(*row) for row in places.values_list(*PlanServiceFacts._fields)
        },
        prices={key: tuple(found) for key, found in prices.items()},
    )


def get_service(seller_id: int, *, code: str) -> Service:
    """The service of that code. Raises ServiceUnknown."""
    service = Service.objects.filter(seller_id=seller_id, code=code).first()
    if service is None:
        raise ServiceUnknown(service=code)
    return service


def get_plan(seller_id: int, *, code: str) -> Plan:
    """The plan of that code. Raises PlanUnknown."""
    plan = Plan.objects.filter(seller_id=seller_id, code=code).first()
    if plan is None:
        raise PlanUnknown(plan=code)
    return plan


def get_list_price_rule(seller_id: int) -> RuleValues:
    """How a seller makes monthly list prices of yearly ones; the rule of DEM-36 where none was set."""
    found = ListPriceRule.objects.filter(seller_id=seller_id).values_list(*RuleValues._fields).first()
    return RuleValues(*found) if found else RuleValues()


def list_plan_moves(plan: Plan) -> list[tuple[Move, PlanFacts]]:
    """The plans of a plan's family that it can be swapped for, each with what the swap is."""
    family = Plan.objects.filter(seller_id=plan.seller_id, family=plan.family).exclude(family="")
    facts = [PlanFacts(*row) for row in family.values_list("pk", *PlanFacts._fields[1:])]
    own = [each for each in facts if each.plan_id == plan.pk]
    return list_moves(own[0], plans=facts) if own else []


def list_services(seller_id: int, *, after_id: int = 0, limit: int = 100) -> list[Service]:
    """Services of a seller in the order of their creation, from the one after `after_id`."""
    return list(Service.objects.filter(seller_id=seller_id, pk__gt=after_id).order_by("pk")[:limit])


def list_plans(seller_id: int, *, after_id: int = 0, limit: int = 100) -> list[Plan]:
    """Plans of a seller in the order of their creation, from the one after `after_id`."""
    return list(Plan.objects.filter(seller_id=seller_id, pk__gt=after_id).order_by("pk")[:limit])


def list_self_serve_plans(seller_id: int) -> list[Plan]:
    """Plans of a seller that customers may subscribe to by themselves, in the order of their rank.

    Without those that are billed in arrears: there is no first payment that could begin them (DEM-49).
    """
    plans = Plan.objects.filter(seller_id=seller_id, is_self_serve=True).exclude(billing_model="postbill_pay_after")
    return list(plans.order_by("ranking_level", "pk"))


def list_plan_services(plan_id: int) -> list[PlanService]:
    """What a plan contains, with the services, in the order in which it was put there."""
    places = PlanService.objects.filter(plan_id=plan_id).select_related("service", "requires")
    return list(places.order_by("pk"))


def list_prices(
    seller_id: int, *, service: str = "", plan: str = "", after_id: int = 0, limit: int = 100
) -> list[Price]:
    """Prices with service and plan, of one service or plan (by code) if named, from the one after `after_id`."""
    prices = Price.objects.filter(service__seller_id=seller_id, pk__gt=after_id).select_related("service", "plan")
    if service:
        prices = prices.filter(service__code=service)
    if plan:
        prices = prices.filter(plan__code=plan)
    return list(prices.order_by("pk")[:limit])


def list_bundle_components(bundle_id: int, *, currency: str, interval_months: int) -> dict[str, tuple[int, Decimal]]:
    """What a service may have as components: by code the service's id and its price inside. Empty: it is no bundle."""
    found = BundleComponent.objects.filter(bundle_id=bundle_id, currency=currency, interval_months=interval_months)
    rows = found.order_by("pk").values_list("component__code", "component_id", "unit_price")
    return {code: (service_id, unit_price) for code, service_id, unit_price in rows}


def list_components(bundle_id: int) -> list[BundleComponent]:
    """All that a bundle may have, in every currency and for every interval; none: it is no bundle."""
    components = BundleComponent.objects.filter(bundle_id=bundle_id).select_related("component")
    return list(components.order_by("component__name", "currency", "interval_months"))


def list_sold_services(seller_id: int) -> dict[str, SoldService]:
    """What kind of thing each service of a seller is and how it is priced, by code."""
    services = Service.objects.filter(seller_id=seller_id).values_list("code", "kind", "price_model")
    return {code: SoldService(kind, price_model) for code, kind, price_model in services}


def list_fee_rules(seller_id: int) -> tuple[FeeRuleFacts, ...]:
    """The rules of all fee definitions, in the order of definitions and rules, in one query. Read it once a job."""
    columns = (*FeeRuleFacts._fields[:-2], "definition__valid_from", "definition__valid_until")
    rows = FeeRule.objects.filter(definition__seller_id=seller_id).order_by("definition__code", "position")
    return tuple(FeeRuleFacts(*row) for row in rows.values_list(*columns))


def list_fee_definitions(seller_id: int) -> list[NewFeeDefinition]:
    """The fee definitions of a seller with their rules, by code."""
    definitions = FeeDefinition.objects.filter(seller_id=seller_id).order_by("code")
    rules = FeeRule.objects.select_related("service", "plan").order_by("position")
    return [
        NewFeeDefinition(
            each.code,
            each.name,
            tuple(
                NewFeeRule(
                    rule.name,
                    rule.service.code,
                    rule.presentment,
                    rule.segment,
                    rule.plan.code if rule.plan else "",
                    rule.currency,
                    rule.total_at_least_minor,
                    rule.total_below_minor,
                )
                for rule in each.rules.all()
            ),
            each.valid_from,
            each.valid_until,
        )
        for each in definitions.prefetch_related(Prefetch("rules", queryset=rules))
    ]


def get_fee_definition(seller_id: int, *, code: str) -> NewFeeDefinition:
    """The fee definition of that code, with its rules. Raises FeeDefinitionUnknown."""
    for definition in list_fee_definitions(seller_id):
        if definition.code == code:
            return definition
    raise FeeDefinitionUnknown(code=code)


def list_catalog_problems(
    seller_id: int, *, items: list[CatalogItem], unsure: Collection[int] = ()
) -> list[RowProblem]:
    """Everything that is wrong with items that someone wants to put into a seller's catalog.

    `unsure` are the places of items that could not be read in full.
    """
    found = find_catalog_problems(items, known=_load_known(seller_id), unsure=unsure)
    return [RowProblem(each.place, each.problem, each.earlier_place) for each in found]


def _load_known(seller_id: int) -> KnownCatalog:
    requires: dict[str, dict[str, str]] = defaultdict(dict)
    places = PlanService.objects.filter(plan__seller_id=seller_id)
    for plan, service, required in places.values_list("plan__code", "service__code", "requires__code"):
        requires[plan][service] = required or ""
    columns = (
        "service__code",
        "currency",
        "unit_price",
        "valid_from",
        "plan__code",
        "interval_months",
        "valid_until",
        "interval_days",
    )
    prices = Price.objects.filter(service__seller_id=seller_id).values_list(*columns)
    plans = Plan.objects.filter(seller_id=seller_id).values_list("code", "family", "tier_level")
    return KnownCatalog(
        services=list_sold_services(seller_id),
        plans=frozenset(code for code, _, _ in plans),
        requires=requires,
        prices=[
            NewPrice(service, currency, unit_price, valid_from, plan or "", *interval)
            for service, currency, unit_price, valid_from, plan, *interval in prices
        ],
        tiers={(family, level): code for code, family, level in plans if level is not None},
    )


def list_mandatory_services(seller_id: int, *, plan: str) -> list[str]:
    """Codes of the services that every subscription to a plan has; none where there is no such plan."""
    places = PlanService.objects.filter(plan__seller_id=seller_id, plan__code=plan, is_mandatory=True)
    return list(places.order_by("pk").values_list("service__code", flat=True))
