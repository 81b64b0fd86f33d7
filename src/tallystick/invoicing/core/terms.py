"""From rows of agreement and catalog to the terms that rating takes. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tallystick.catalog.core.fees import FeeRuleFacts
from tallystick.invoicing.core.assembly import ServiceToBill
from tallystick.invoicing.core.fee_terms import EVERY_PLAN, FeePayer, FeeTerms, PricedFee
from tallystick.invoicing.core.price_book import PriceBook
from tallystick.invoicing.core.taxing import SellerTaxes
from tallystick.periods import alignment
from tallystick.periods.anchor import Cycle
from tallystick.periods.convention import Convention
from tallystick.rating.discount import Discount
from tallystick.rating.price_models import percentage
from tallystick.rating.terms import ServiceTerms
from tallystick.rating.trial import Trial
from tallystick.sellers.core.credit_rules import WHOLE
from tallystick.subscriptions.core.due_service import DiscountFacts, DueService

AUTOMATIC, REMITTANCE = "automatic", "remittance"


class BillingContext(NamedTuple):
    """What a seller's drafts share: price list, taxes and billing rule."""

    price_book: PriceBook
    taxes: SellerTaxes
    proration_method: str
    bills_partial_first: bool
    net_terms_automatic_days: int
    net_terms_remittance_days: int
    credit_rule: str = WHOLE
    funds_granularity: str = "service"
    collects_shortfalls: bool = True
    convention: Convention = Convention()
    fee_rules: tuple[FeeRuleFacts, ...] = ()
    fees_in_credit_check: bool = True

    def convention_of(self, plan_id: int) -> Convention:
        """How changes in the middle of a period are prorated in a plan: as it says, else as the seller's rule."""
        plan = self.price_book.plan(plan_id)
        own = self.convention
        bills_day = plan.cancellation_day == "billed" if plan.cancellation_day else own.bills_cancellation_day
        return Convention(
            plan.proration_method or own.method,
            plan.change_day or own.change_day,
            bills_day,
            plan.proration_unit or own.unit,
        )

    def net_terms(self, own_days: int | None) -> Mapping[str, int]:
        """Days until due by collection method: the account's own, else the seller's (MAX-1)."""
        if own_days is not None:
            return {AUTOMATIC: own_days, REMITTANCE: own_days}
        return {AUTOMATIC: self.net_terms_automatic_days, REMITTANCE: self.net_terms_remittance_days}

    def fee_terms(self, payer: FeePayer) -> FeeTerms | None:
        """The fees that an account could be charged; None where the seller has none."""
        if not self.fee_rules:
            return None
        book = self.price_book
        return FeeTerms(
            [
                PricedFee(
                    rule,
                    book.service(rule.service_id),
                    book.prices(rule.service_id, plan_id=EVERY_PLAN, currency=payer.currency, interval_months=0),
                )
                for rule in self.fee_rules
            ],
            payer,
            is_tested=self.fees_in_credit_check,
        )


def collection_method_of(billing_mode: str) -> str:
    """The default of an account's documents: payment runs collect from self-serve accounts, managed ones remit."""
    return AUTOMATIC if billing_mode == "self_serve" else REMITTANCE


class AgreedDiscounts(NamedTuple):
    """The discounts of a service, of its subscription and of its account, each in the order in which they apply."""

    service: Sequence[DiscountFacts] = ()
    subscription: Sequence[DiscountFacts] = ()
    account: Sequence[DiscountFacts] = ()


def service_to_bill(
    context: BillingContext, *, agreed: DueService, currency: str, discounts: AgreedDiscounts
) -> ServiceToBill:
    """Join an agreed service with its prices, discounts and the seller's conventions."""
    sold = context.price_book.service(agreed.service_id)
    return ServiceToBill(
        terms=service_terms(context, agreed=agreed, currency=currency, discounts=discounts),
        subscription_id=agreed.subscription_id,
        collection_method=agreed.collection_method,
        is_invoiced_separately=agreed.is_invoiced_separately,
        description=agreed.description or sold.name,
        revenue_code=sold.revenue_code,
        tax_category=sold.tax_category,
        supply_kind=sold.supply_kind,
        service_id=agreed.service_id,
        billing_model=agreed.billing_model,
        is_mandatory=agreed.is_mandatory,
        requires_id=agreed.requires_id,
        plan_id=agreed.plan_id,
        plan_name=context.price_book.plan(agreed.plan_id).name,
        waits_for_run=agreed.alignment == alignment.DELAYED and not sold.is_one_off,
    )


def service_terms(
    context: BillingContext, *, agreed: DueService, currency: str, discounts: AgreedDiscounts
) -> ServiceTerms:
    """The terms of one service as rating takes them."""
    book = context.price_book
    sold = book.service(agreed.service_id)
    prices = book.prices(
        agreed.service_id,
        plan_id=agreed.plan_id,
        currency=currency,
        interval_months=agreed.interval_months,
        interval_days=agreed.interval_days,
    )
    override = None
    if agreed.unit_price_override is not None:
        override = book.own_price(agreed.service_id, agreed.unit_price_override, currency=currency, listed=prices)
    return ServiceTerms(
        subscription_service_id=agreed.subscription_service_id,
        quantity=agreed.quantity,
        cycle=Cycle(agreed.cycle_origin_on, agreed.anchor_day, agreed.interval_months, agreed.interval_days),
        prices=prices,
        override_price=override,
        discounts=_as_discounts(discounts.service),
        starts_on=agreed.starts_on,
        ends_on=agreed.ends_on,
        billed_through=agreed.billed_through,
        bills_in_advance=agreed.billing_model != "postbill_pay_after",
        is_one_off=sold.is_one_off,
        proration_method=agreed.proration_method or context.proration_method,
        bills_partial_first=context.bills_partial_first,
        is_first_whole=agreed.alignment == alignment.WHOLE,
        service=sold.name,
        trial=_trial_of(agreed, is_one_off=sold.is_one_off),
        service_id=agreed.service_id,
        subscription_id=agreed.subscription_id,
        subscription_starts_on=agreed.subscription_starts_on,
        subscription_discounts=_as_discounts(discounts.subscription),
        account_discounts=_as_discounts(discounts.account),
        is_percentage=sold.price_model == percentage.NAME,
    )


def _as_discounts(facts: Sequence[DiscountFacts]) -> tuple[Discount, ...]:
    return tuple(Discount(*each) for each in facts) if facts else ()


def _trial_of(agreed: DueService, *, is_one_off: bool) -> Trial | None:
    """What is sold once is paid, trial or not."""
    if agreed.trial_until_on is None or is_one_off:
        return None
    return Trial(agreed.trial_until_on, agreed.trial_converts)
