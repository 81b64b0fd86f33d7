"""What accounts have agreed to pay month by month: their plans, and the value of each running recurring service.

Rated by the terms that billing takes (`invoicing.core.terms`), so that MRR and invoices never part (DEM-42). There are
few different terms among many services: each is rated once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import connection

from tallystick.accounts.models import Account, AccountDiscount
from tallystick.catalog.models import Plan
from tallystick.errors import Refusal
from tallystick.invoicing.core.terms import AgreedDiscounts, BillingContext, service_terms
from tallystick.invoicing.queries.accounts_to_bill import list_agreed_discounts
from tallystick.rating.price_models import percentage
from tallystick.rating.recurring_value import list_monthly_minor
from tallystick.rating.terms import ServiceTerms
from tallystick.rollups.core.revenue_class import ServiceValue
from tallystick.subscriptions.core.due_service import DueService
from tallystick.subscriptions.models import (
    FormerTerms,
    ServiceDiscount,
    Subscription,
    SubscriptionDiscount,
    SubscriptionService,
)

SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table
FORMER_TERMS = FormerTerms._meta.db_table
DISCOUNTS = ServiceDiscount._meta.db_table
SHARED_DISCOUNTS = SubscriptionDiscount._meta.db_table
ACCOUNT_DISCOUNTS = AccountDiscount._meta.db_table
PLANS = Plan._meta.db_table
ACCOUNTS = Account._meta.db_table

#: Subscriptions that are there. A canceled or expired one is, until the day on which it ends.
LIVING: tuple[str, ...] = ("trialing", "active", "past_due", "unpaid", "resting", "on_hold", "suspended")
ENDED: tuple[str, ...] = ("canceled", "expired")
#: Of those, the ones whose services cost something now.
CHARGED: tuple[str, ...] = ("trialing", "active", "past_due", "unpaid", *ENDED)
CHARGED_SERVICES: tuple[str, ...] = ("effective", "short_term_effective", "ended")


#: A subscription `b` that is there on the day %(on)s, with each service `s` of it that runs then, and the terms `f` of
#: before where that keeps to them; or alone without any.
RUNNING = (
    f"{SUBSCRIPTIONS} b LEFT JOIN {SERVICES} s ON s.subscription_id = b.id AND s.status = ANY(%(charged_services)s)"
    " AND s.starts_on <= %(on)s AND (s.ends_on IS NULL OR s.ends_on > %(on)s)"
    f" LEFT JOIN {FORMER_TERMS} f ON f.id = s.former_terms_id"
)
WHEN_RUNNING = (
    "b.starts_on <= %(on)s AND (b.ends_on IS NULL OR b.ends_on > %(on)s)"
    " AND (b.status = ANY(%(living)s) OR (b.status = ANY(%(ended)s) AND b.ends_on IS NOT NULL))"
)
#: What a service's value depends on besides currency, plan and discounts, in the order of `_Terms`.
SERVICE_TERMS = (
    "coalesce(f.interval_months, b.interval_months), coalesce(f.anchor_day, b.anchor_day),"
    " coalesce(f.cycle_origin_on, b.cycle_origin_on), s.service_id, s.quantity, s.unit_price_override, s.starts_on,"
    " least(s.ends_on, b.ends_on), coalesce(f.interval_days, b.interval_days), b.trial_until_on, b.trial_converts"
)


def running_params(on: date) -> dict[str, Any]:
    """The parameters of RUNNING and WHEN_RUNNING."""
    return {"on": on, "living": list(LIVING), "ended": list(ENDED), "charged_services": list(CHARGED_SERVICES)}


class AgreedPart(NamedTuple):
    """What an account has: plan names, the value of its running recurring services, and what could not be told."""

    plans: tuple[str, ...] = ()
    services: tuple[ServiceValue, ...] = ()
    note: str = ""


class _Terms(NamedTuple):
    """What a service's monthly value depends on, and nothing else."""

    currency: str
    plan_id: int
    interval_months: int
    anchor_day: int
    cycle_origin_on: date
    service_id: int
    quantity: Any
    unit_price_override: Any
    starts_on: date
    ends_on: date | None
    interval_days: int
    trial_until_on: date | None
    trial_converts: bool


class _Agreed(NamedTuple):
    account_id: int
    subscription_id: int
    plan: str
    status: str
    subscription_service_id: int | None
    terms: _Terms


class AgreedValues:
    """What accounts have agreed on a day, by kind; reads one account of every kind that it has not met."""

    def __init__(self, context: BillingContext, *, on: date) -> None:
        self._context = context
        self._on = on
        self._rated: dict[tuple[_Terms, AgreedDiscounts], tuple[Fraction, Fraction] | str] = {}
        self._known: dict[str, AgreedPart] = {"": AgreedPart()}

    def read(self, examples: Mapping[str, int]) -> Mapping[str, AgreedPart]:
        """All kinds that are known, among them those of which an account is named here; four queries or none."""
        new = {account_id: kind for kind, account_id in examples.items() if kind not in self._known}
        if new:
            rows = _list_agreed(list(new), self._on)
            discounts = list_agreed_discounts([_due_service(row) for row in rows])
            by_account: dict[int, list[_Agreed]] = {account_id: [] for account_id in new}
            for row in rows:
                by_account[row.account_id].append(row)
            for account_id, agreed in by_account.items():
                self._known[new[account_id]] = self._sum_up(agreed, discounts)
        return self._known

    def _sum_up(self, agreed: list[_Agreed], discounts: Callable[[DueService], AgreedDiscounts]) -> AgreedPart:
        services: list[ServiceValue] = []
        notes: list[str] = []
        valued = [
            (row, discounts(_due_service(row)))
            for row in agreed
            if row.subscription_service_id is not None and row.status in CHARGED and not self._is_one_off(row.terms)
        ]
        for (row, _), rated in zip(valued, self._rate_all(valued), strict=True):
            if isinstance(rated, str):
                notes.append(rated)
            else:
                services.append(ServiceValue(*rated, is_trial=self._is_on_trial(row)))
        return AgreedPart(
            plans=tuple(sorted({row.plan for row in agreed})),
            services=tuple(services),
            note="; ".join(dict.fromkeys(notes)),
        )

    def _is_on_trial(self, row: _Agreed) -> bool:
        # Asked of a day to come, a trial that is over by then is none.
        until_on = row.terms.trial_until_on
        return row.status == "trialing" and (until_on is None or self._on < until_on)

    def _is_one_off(self, terms: _Terms) -> bool:
        return self._context.price_book.service(terms.service_id).is_one_off

    def _rate_all(self, valued: list[tuple[_Agreed, AgreedDiscounts]]) -> list[tuple[Fraction, Fraction] | str]:
        """List value and agreed value a month of each, or why it can't be told. Most services are rated alone."""
        price_model = self._context.price_book.price_model
        if any(
            each.subscription or each.account or price_model(row.terms.service_id) == percentage.NAME
            for row, each in valued
        ):
            try:
                return self._rate_together(valued)
            except Refusal as refusal:
                return [refusal.message for _ in valued]
        return [self._rate(row, each) for row, each in valued]

    def _rate(self, row: _Agreed, discounts: AgreedDiscounts) -> tuple[Fraction, Fraction] | str:
        key = (row.terms, discounts)
        found = self._rated.get(key)
        if found is None:
            try:
                (found,) = self._rate_together([(row, discounts)])
            except Refusal as refusal:
                found = refusal.message
            self._rated[key] = found
        return found

    def _rate_together(self, valued: list[tuple[_Agreed, AgreedDiscounts]]) -> list[tuple[Fraction, Fraction] | str]:
        full = [
            service_terms(self._context, agreed=_due_service(row), currency=row.terms.currency, discounts=discounts)
            for row, discounts in valued
        ]
        agreed = list_monthly_minor(full, self._on)
        try:
            listed = list_monthly_minor([_without_agreements(terms) for terms in full], self._on)
        except Refusal:  # no list price in force: what was agreed is all there is
            listed = agreed
        return list(zip(listed, agreed, strict=True))


def _without_agreements(terms: ServiceTerms) -> ServiceTerms:
    return terms._replace(
        discounts=(),
        subscription_discounts=(),
        account_discounts=(),
        override_price=None if terms.prices else terms.override_price,
    )


def _due_service(row: _Agreed) -> DueService:
    """The terms as billing takes them; of what a month's worth does not depend on, anything will do."""
    terms = row.terms
    return DueService(
        account_id=row.account_id,
        subscription_id=row.subscription_id,
        subscription_external_id="",
        plan_id=terms.plan_id,
        billing_model="",
        proration_method="",
        interval_months=terms.interval_months,
        anchor_day=terms.anchor_day,
        cycle_origin_on=terms.cycle_origin_on,
        collection_method="",
        is_invoiced_separately=False,
        service_id=terms.service_id,
        subscription_service_id=row.subscription_service_id or 0,
        description="",
        quantity=terms.quantity,
        unit_price_override=terms.unit_price_override,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        billed_through=terms.starts_on,
        is_mandatory=True,
        interval_days=terms.interval_days,
        trial_until_on=terms.trial_until_on,
        trial_converts=terms.trial_converts,
    )


def _list_agreed(account_ids: Sequence[int], on: date) -> list[_Agreed]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT b.account_id, b.id, p.name, b.status, s.id, a.currency, coalesce(f.plan_id, b.plan_id),
                   {SERVICE_TERMS}
              FROM {ACCOUNTS} a JOIN {RUNNING} ON b.account_id = a.id JOIN {PLANS} p ON p.id = b.plan_id
             WHERE a.id = ANY(%(account_ids)s) AND {WHEN_RUNNING} ORDER BY b.account_id, b.id, s.id
            """,
            {"account_ids": list(account_ids), **running_params(on)},
        )
        return [_Agreed._make((*row[:5], _Terms._make(row[5:]))) for row in cursor.fetchall()]
