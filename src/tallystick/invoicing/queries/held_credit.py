"""How much of an account's credit drafts hold, and which holds what is left does not cover."""

from django.db.models import Sum

from tallystick.credit.models import Hold
from tallystick.credit.queries import list_account_holds, sum_live_holds
from tallystick.invoicing.models import CreditSource


def sum_credit(account_id: int) -> int:
    """The account's customer credit in minor units, held or not."""
    sources = CreditSource.objects.filter(account_id=account_id)
    return int(sources.aggregate(sum=Sum("remaining_minor"))["sum"] or 0)


def sum_free_credit(account_id: int) -> int:
    """What of the credit no draft holds, in minor units; below zero where holds are not covered."""
    return sum_credit(account_id) - sum_live_holds([account_id], kind=Hold.CREDIT).get(account_id, 0)


def list_uncovered_holds(account_id: int) -> list[str]:
    """The purposes of the newest credit holds, as many as have to go until the credit covers the others."""
    missing = -sum_free_credit(account_id)
    uncovered = []
    for hold in reversed([hold for hold in list_account_holds([account_id]) if hold.kind == Hold.CREDIT]):
        if missing <= 0:
            break
        uncovered.append(hold.purpose)
        missing -= hold.amount_minor
    return uncovered
