"""Accounts with all that their drafts need, read with one query a table. A run and a preview read the same."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from tallystick.accounts.queries import BillingFacts, list_account_discounts, list_billing_facts
from tallystick.invoicing.core.assembly import AccountToBill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.fee_terms import FeePayer
from tallystick.invoicing.core.funded_bill import assemble_bill_with_fees
from tallystick.invoicing.core.terms import AgreedDiscounts, BillingContext, collection_method_of, service_to_bill
from tallystick.invoicing.queries.account_funds import list_account_funds
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.due_service import EVERY_SERVICE, DiscountFacts, DueService, ServiceScope
from tallystick.subscriptions.queries import list_discounts, list_due_services, list_subscription_discounts
from tallystick.taxes.core.supply import Party


class BillableAccount(NamedTuple):
    """An account with something due, ready for assembly, and the facts that its documents freeze."""

    facts: BillingFacts
    to_bill: AccountToBill


def list_accounts_to_bill(
    context: BillingContext, *, account_ids: Sequence[int], target_on: date, scope: ServiceScope = EVERY_SERVICE
) -> Iterator[BillableAccount]:
    """Those of the accounts that have something due up to the target date, by account id."""
    facts = {fact.account_id: fact for fact in list_billing_facts(account_ids)}
    services = list_due_services(account_ids, target_on=target_on, scope=scope)
    discounts = list_agreed_discounts(services)
    funds = list_account_funds(facts, services=services)
    for account_id, due in groupby(services, key=attrgetter("account_id")):
        fact = facts[account_id]
        yield BillableAccount(
            fact,
            AccountToBill(
                account_id=account_id,
                collection_method=collection_method_of(fact.billing_mode),
                net_terms_days=context.net_terms(fact.net_terms_days),
                services=[
                    service_to_bill(
                        context,
                        agreed=service,
                        currency=fact.currency,
                        discounts=discounts(service),
                    )
                    for service in due
                ],
                taxes=context.taxes.for_buyer(Party(fact.country, fact.is_business, bool(fact.vat_number))),
                credit_rule=context.credit_rule,
                funds=funds.get(account_id),
                granularity=context.funds_granularity,
                fee_terms=context.fee_terms(FeePayer(fact.currency, fact.is_emailed, fact.is_printed, fact.segment)),
            ),
        )


def list_agreed_discounts(services: Sequence[DueService]) -> Callable[[DueService], AgreedDiscounts]:
    """The discounts of services, their subscriptions and accounts, read with one query a level."""
    of_services = list_discounts([service.subscription_service_id for service in services])
    of_subscriptions = list_subscription_discounts({service.subscription_id for service in services})
    of_accounts = {
        account_id: tuple(DiscountFacts("percent", *each) for each in found)
        for account_id, found in list_account_discounts({service.account_id for service in services}).items()
    }
    return lambda service: AgreedDiscounts(
        of_services.get(service.subscription_service_id, ()),
        of_subscriptions.get(service.subscription_id, ()),
        of_accounts.get(service.account_id, ()),
    )


def preview_bill(seller: Seller, *, account_id: int, target_on: date, invoice_on: date | None = None) -> DraftBill:
    """What a run up to `target_on` would draft for one account: the real assembly, nothing saved; may look ahead.

    Raises what assembly refuses. A bill without documents means that nothing is due.
    """
    context, _ = load_billing_context(seller)
    for account in list_accounts_to_bill(context, account_ids=[account_id], target_on=target_on):
        invoice_on = invoice_on or target_on
        return assemble_bill_with_fees(account.to_bill, target_on=target_on, invoice_on=invoice_on)
    return DraftBill(account_id, (), ())
