"""Set how much an account may owe: its funding policy with limit, term and grace (BIL-1, BIL-2, BIL-34)."""

from datetime import datetime

from django.db import transaction

from tallystick.accounts.core.funding import FundingTerms, find_clash, find_funding_problems
from tallystick.accounts.errors import AccountInvalid, AccountUnknown, FundingPolicyClash
from tallystick.accounts.models import Account, AccountEvent
from tallystick.accounts.queries import get_funding_terms
from tallystick.errors import InvalidInput, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CREDIT_WRITE


def set_funding_policy(account_id: int, *, terms: FundingTerms, reason: str, at: datetime, actor: Actor) -> Account:
    """Replace the account's funding policy, at once; what was before and after stays in its history (UNI-11).

    A limit below what is owed already is fine: nothing is taken back, there is just nothing left to spend (BIL-33).
    Refuses AccountUnknown, AccountInvalid, and FundingPolicyClash where the other postpaid mode or a receivable limit
    is still set. A reason is mandatory. Setting what is set already changes nothing.
    """
    actor.require(CREDIT_WRITE)
    if not reason.strip():
        raise InvalidInput("Say why the funding policy changes; the reason stays in its history.", field="reason")
    refuse_problems(AccountInvalid, list(find_funding_problems(terms)))
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None:
            raise AccountUnknown(account=account_id)
        before = get_funding_terms(account)
        if before == terms:
            return account
        clash = find_clash(before, after=terms)
        if clash is not None:
            raise FundingPolicyClash(wanted=terms.policy, reason=clash)
        account.funding_policy = terms.policy
        for name, value in terms._asdict().items():
            if name != "policy":
                setattr(account, name, value)
        account.save(update_fields=["funding_policy", *FundingTerms._fields[1:]])
        AccountEvent.objects.create(
            account=account,
            event="set_funding_policy",
            before=before._asdict(),
            after=terms._asdict(),
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
            reason=reason[:300],
        )
    return account
