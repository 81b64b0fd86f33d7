"""What all drafts of a seller share, read once a chunk."""

from tallystick.catalog.queries import list_fee_rules, load_price_list
from tallystick.invoicing.core.price_book import PriceBook
from tallystick.invoicing.core.taxing import SellerTaxes
from tallystick.invoicing.core.terms import BillingContext
from tallystick.periods.convention import Convention
from tallystick.sellers.models import Seller
from tallystick.sellers.queries import get_seller_facts
from tallystick.taxes.core.supply import Registration, Scheme
from tallystick.taxes.queries import list_rates


def load_billing_context(seller: Seller) -> tuple[BillingContext, int]:
    """Price list, taxes and billing rule of a seller, and the id of its current profile."""
    facts = get_seller_facts(seller.pk)
    registrations = [Registration(*each[:-1], Scheme(each.scheme)) for each in facts.vat_registrations]
    context = BillingContext(
        price_book=PriceBook(load_price_list(seller.pk)),
        taxes=SellerTaxes(country=facts.country, registrations=registrations, rates=list_rates(seller.pk)),
        proration_method=facts.proration_method,
        bills_partial_first=facts.bills_partial_first,
        net_terms_automatic_days=facts.net_terms_automatic_days,
        net_terms_remittance_days=facts.net_terms_remittance_days,
        credit_rule=facts.credit_rule,
        funds_granularity=facts.funds_granularity,
        collects_shortfalls=facts.collects_shortfalls,
        convention=Convention(
            facts.proration_method, facts.change_day, facts.bills_cancellation_day, facts.proration_unit
        ),
        fee_rules=list_fee_rules(seller.pk),
        fees_in_credit_check=facts.fees_in_credit_check,
    )
    return context, facts.profile_id
