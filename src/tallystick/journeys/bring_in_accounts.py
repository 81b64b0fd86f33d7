"""Bring accounts in with the payment methods that they have at the sandbox gateway."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tallystick.accounts.core.new_account import NewAccount
from tallystick.accounts.operations.upsert_accounts import upsert_accounts
from tallystick.accounts.queries import list_account_keys
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE
from tallystick.plumbing.upsert import UpsertOutcome
from tallystick.sellers.queries import get_seller

GATEWAY = "sandbox"


def bring_in_accounts(
    seller_code: str,
    *,
    accounts: Sequence[NewAccount],
    sandbox_numbers: Mapping[str, str],
    at: datetime,
    actor: Actor,
    skips_invalid: bool = False,
) -> UpsertOutcome:
    """Make accounts of a seller be as given, then save the methods of those that were written.

    `sandbox_numbers` maps external ids to numbers that the sandbox knows. A gateway is never called while locks are
    held: accounts are committed first, and doing all of it again saves what a crash in between left out.
    """
    seller = get_seller(seller_code)
    if sandbox_numbers:
        actor.require(PAYMENT_METHODS_WRITE)
    outcome = upsert_accounts(seller, accounts=accounts, at=at, actor=actor, skips_invalid=skips_invalid)
    faulty = {problem.row for problem in outcome.problems}
    if faulty and not skips_invalid:
        return outcome
    written = {account.external_id for row, account in enumerate(accounts) if row not in faulty}
    numbers = {external_id: number for external_id, number in sandbox_numbers.items() if external_id in written}
    if numbers:
        keys = list_account_keys(seller.pk, external_ids=numbers)
        methods = [NewMethod(keys[external_id].account_id, number) for external_id, number in numbers.items()]
        store_methods(seller, methods=methods, gateway_kind=GATEWAY, at=at, actor=actor)
    return outcome
