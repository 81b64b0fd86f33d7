"""What an account's running subscriptions cost for one whole period of theirs: seats times price for the cadence."""

from collections.abc import Collection
from datetime import date
from fractions import Fraction

from tallystick.accounts.models import Account
from tallystick.invoicing.core.terms import service_terms
from tallystick.invoicing.queries.accounts_to_bill import list_agreed_discounts
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.money.rounding import round_half_away
from tallystick.rating.recurring_value import list_period_minor
from tallystick.subscriptions.models import SubscriptionService
from tallystick.subscriptions.queries import list_agreed_services


def compute_period_price(account: Account, *, subscription_ids: Collection[int], on: date) -> int:
    """The recurring services of these subscriptions in minor units before tax, for the period that the day lies in.

    A trial costs what it will cost once it is over. 0 where nothing recurs; raises NoPrice where a price is missing.
    """
    live = SubscriptionService.objects.filter(subscription_id__in=subscription_ids).exclude(status="ended")
    agreed = list_agreed_services(list(live.exclude(service__kind="one_off").values_list("pk", flat=True)))
    discounts_of = list_agreed_discounts(agreed)
    context, _ = load_billing_context(account.seller)
    terms = [
        service_terms(context, agreed=each, currency=account.currency, discounts=discounts_of(each))._replace(
            trial=None
        )
        for each in agreed
    ]
    begun = max([on, *(each.starts_on for each in terms)])
    return round_half_away(sum(list_period_minor(terms, begun), Fraction()))
