"""Subscribe without a saved method: paying the first period on the gateway's page begins what was chosen (DEM-49)."""

from datetime import datetime

from django.db import transaction

from tallystick.access.queries import require_own_account
from tallystick.journeys.pay_on_page import Asked, open_pay_page
from tallystick.journeys.start_subscribing import FirstPayment, start_subscribing
from tallystick.payments.queries.pages import AttemptPage
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, SUBSCRIPTIONS_WRITE


class _Shown(Exception):
    """Carries the first payment out of the transaction that is given up."""

    def __init__(self, first: FirstPayment) -> None:
        self.first = first


def price_subscribing(account_id: int, *, plan: str, at: datetime, actor: Actor) -> FirstPayment:
    """What `start_subscribing` would ask for: it is really begun, and given up. Refuses what that refuses."""
    try:
        with transaction.atomic():
            raise _Shown(start_subscribing(account_id, plan=plan, at=at, actor=actor))
    except _Shown as shown:
        return shown.first


def subscribe_on_page(
    account_id: int, *, plan: str, asked_minor: int, return_url: str, at: datetime, actor: Actor
) -> AttemptPage:
    """The gateway's page for the first payment of a plan, and for what is owed before it; "{attempt}" in `return_url`
    becomes the attempt's id. It begins once the gateway says that it is paid; until then, nothing is charged.

    Not inside a transaction. Refuses what `start_subscribing` and `open_pay_page` refuse, such as AmountHasChanged
    where it is no more what was shown.
    """
    require_own_account(actor, account_id=account_id, permission=PAYMENTS_COLLECT)
    able = actor.also_allowed(PAYMENTS_COLLECT, SUBSCRIPTIONS_WRITE)
    first = start_subscribing(account_id, plan=plan, at=at, actor=able)
    asked = Asked(account_id, tuple(first.shares), plan)
    return open_pay_page(asked, asked_minor=asked_minor, return_url=return_url, at=at, actor=able)
