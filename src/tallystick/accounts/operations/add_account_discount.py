"""Give an account a discount on everything that it is billed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tallystick.accounts.core.new_discount import NewAccountDiscount, find_discount_problems
from tallystick.accounts.errors import AccountDiscountInvalid, AccountUnknown
from tallystick.accounts.models import Account, AccountDiscount
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE


def add_account_discount(
    account_id: int, *, discount: NewAccountDiscount, at: datetime, actor: Actor, reason: str = ""
) -> AccountDiscount:
    """Add a discount behind those that there are. It counts for periods that begin while it is in force.

    What is billed stays as it is. Refuses AccountUnknown, AccountDiscountInvalid.
    """
    actor.require(ACCOUNTS_WRITE)
    refuse_problems(AccountDiscountInvalid, find_discount_problems(discount))
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None:
            raise AccountUnknown(account=account_id)
        last = AccountDiscount.objects.filter(account=account).aggregate(Max("position"))["position__max"]
        return AccountDiscount.objects.create(
            account=account,
            position=(last or 0) + 1,
            added_at=at,
            actor_label=actor.label,
            reason=reason,
            **discount._asdict(),
        )
