"""Set by which schedule a seller's failed charges are tried again."""

from datetime import datetime

from tallystick.collection.core.retry_terms import RetryTerms, find_terms_problems
from tallystick.collection.errors import RetryRuleInvalid
from tallystick.collection.models import RetryRule
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.models import Seller


def set_retry_rule(seller: Seller, *, terms: RetryTerms, at: datetime, actor: Actor) -> RetryRule:
    """Append new settings; they hold for failures from now on. What failed before keeps the time that it was given.

    Refuses RetryRuleInvalid with all that is wrong: nothing may exceed what the card networks allow.
    """
    actor.require(SELLERS_WRITE)
    refuse_problems(RetryRuleInvalid, list(find_terms_problems(terms)))
    return RetryRule.objects.create(
        seller=seller,
        terms=terms.as_json(),
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
