"""After money or credit of an account became free: ask for the job that renews what is queued or off (CRM-23)."""

from collections.abc import Sequence

from tallystick.accounts.queries import list_accounts_by_id
from tallystick.plumbing.jobs import enqueue
from tallystick.sellers.queries import get_billing_rule
from tallystick.subscriptions.queries.deactivation import list_candidates


def ask_way_back(account_ids: Sequence[int]) -> None:
    """In the transaction in which funds became free: ask for the job of each account with something to get back."""
    waiting = sorted({candidate.account_id for candidate in list_candidates(account_ids=account_ids)})
    for account in list_accounts_by_id(waiting):
        if get_billing_rule(account.seller_id).reactivates_on_payment:
            enqueue("services.bring_back", queue="billing", account_id=account.pk)
