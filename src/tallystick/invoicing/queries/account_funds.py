"""What accounts have and may owe, for their funds tests; read only of those that something bounds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tallystick.accounts.core.funding import INVOICED, POSTPAID
from tallystick.accounts.queries import BillingFacts
from tallystick.credit.core.model_tests import PAY_BEFORE, AccountFunds
from tallystick.credit.queries import list_account_holds, list_restrictions
from tallystick.ledger.models import AccountBalance
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.subscriptions.core.due_service import DueService
from tallystick.subscriptions.queries.deactivation import list_services_off

BALANCES = AccountBalance._meta.db_table


def list_account_funds(facts: Mapping[int, BillingFacts], *, services: Sequence[DueService]) -> dict[int, AccountFunds]:
    """The funds of accounts with a limit, on a policy of their own, or with something due that is paid before.

    All others have nothing to test, and nothing is read of them. Reads under the locks that the caller holds.
    """
    tested = {service.account_id for service in services if service.billing_model == PAY_BEFORE}
    for fact in facts.values():
        if fact.receivable_limit_minor is not None or fact.funding_policy != INVOICED:
            tested.add(fact.account_id)
    return _read_funds(facts, sorted(tested)) if tested else {}


def _read_funds(facts: Mapping[int, BillingFacts], account_ids: Sequence[int]) -> dict[int, AccountFunds]:
    balances = fetch_rows(
        "SELECT account_id, customer_credit_minor - receivable_minor - unbilled_minor, customer_credit_minor"
        f" FROM {BALANCES} WHERE account_id = ANY(%s::bigint[])",
        [as_array(account_ids)],
    )
    known = {account_id: (balance_minor, credit_minor) for account_id, balance_minor, credit_minor in balances}
    held: dict[int, int] = defaultdict(int)
    credit_held: dict[int, int] = defaultdict(int)
    for hold in list_account_holds(account_ids):
        held[hold.account_id] += hold.amount_minor
        if hold.kind == "credit":
            credit_held[hold.account_id] += hold.amount_minor
    off = list_services_off(account_ids)
    stopped = _list_stopped(facts, account_ids)
    funds = {}
    for account_id in account_ids:
        fact = facts[account_id]
        balance_minor, credit_minor = known.get(account_id, (0, 0))
        funds[account_id] = AccountFunds(
            policy=fact.funding_policy,
            balance_minor=balance_minor,
            held_minor=held[account_id],
            free_credit_minor=credit_minor - credit_held[account_id],
            receivable_limit_minor=fact.receivable_limit_minor,
            credit_limit_minor=fact.credit_limit_minor,
            is_restricted=account_id in stopped,
            off=off.get(account_id, frozenset()),
        )
    return funds


def _list_stopped(facts: Mapping[int, BillingFacts], account_ids: Sequence[int]) -> set[int]:
    """Whose renewals staff stopped (BIL-35): only postpaid accounts are restricted by hand."""
    postpaid = [account_id for account_id in account_ids if facts[account_id].funding_policy == POSTPAID]
    return {account_id for account_id, each in list_restrictions(postpaid).items() if each.stops_renewals}
