"""End a discount of an account."""

from datetime import date

from django.db import transaction

from tallystick.accounts.core.new_discount import find_end_problems
from tallystick.accounts.errors import AccountDiscountInvalid, AccountDiscountUnknown
from tallystick.accounts.models import AccountDiscount
from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE


def end_account_discount(discount_id: int, *, until_on: date, actor: Actor) -> AccountDiscount:
    """Let a discount count no longer for periods that begin on `until_on` or later. Only shortens it.

    Refuses AccountDiscountUnknown, AccountDiscountInvalid.
    """
    actor.require(ACCOUNTS_WRITE)
    with transaction.atomic():
        discount = AccountDiscount.objects.select_for_update().filter(pk=discount_id).first()
        if discount is None:
            raise AccountDiscountUnknown
        problems = find_end_problems(discount.from_on, until_on=until_on)
        if discount.until_on is not None and until_on > discount.until_on:
            problems.append(Problem("until_on", f"can't be after its present end {discount.until_on}"))
        refuse_problems(AccountDiscountInvalid, problems)
        discount.until_on = until_on
        discount.save(update_fields=["until_on"])
    return discount
