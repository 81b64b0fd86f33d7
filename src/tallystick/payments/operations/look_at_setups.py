"""Look at the gateway what became of set-ups, and save the methods that customers left there."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tallystick.payments.core.answers import Done, Gateway, Mandate, Snapshot
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.core.setup_rules import compute_next_look, settle_state
from tallystick.payments.models import MethodSetup
from tallystick.payments.operations.keep_method import keep_method
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE


def look_at_setups(setup_ids: Sequence[int], *, at: datetime, actor: Actor) -> list[MethodSetup]:
    """Ask about each and apply what the gateway says, once however often it is asked; return them as they are then.

    Coming back to us proves nothing, and neither does staying away: only the gateway's word counts. Refuses to run
    inside a transaction.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    found = MethodSetup.objects.select_related("gateway_account__seller").in_bulk(list(setup_ids))
    return [_look(found[each], at, actor) for each in setup_ids if each in found]


def _look(setup: MethodSetup, at: datetime, actor: Actor) -> MethodSetup:
    if not setup.gateway_ref or setup.state == "done":
        return setup
    holder = Holder(setup.gateway_account.seller.code, setup.gateway_account.mode)
    gateway = get_gateway(setup.gateway_account.kind, holder=holder)
    answer = gateway.payment(setup.gateway_ref)
    page = answer.value if isinstance(answer, Done) else None
    mandate = _find_mandate(gateway, setup, page)
    with transaction.atomic(durable=True):
        settled = _apply(setup.pk, page, mandate, at, actor)
    if settled.state == "done":
        _revoke_replaced(gateway, settled)
    return settled


def _revoke_replaced(gateway: Gateway, setup: MethodSetup) -> None:
    """Tell the gateway too. Where it does not hear, the mandate is of no use all the same: we charge it no more."""
    old = setup.replaces
    is_here = old is not None and old.gateway_account_id == setup.gateway_account_id and old.pk != setup.method_id
    if old is not None and is_here:
        gateway.revoke(old.gateway_ref, customer_ref=old.customer_ref)


def _find_mandate(gateway: Gateway, setup: MethodSetup, page: Snapshot | None) -> Mandate | None:
    """The mandate that was left on the page, as the gateway lists it for this very customer."""
    if page is None or not page.mandate_ref or page.our_id != str(setup.our_id):
        return None
    answer = gateway.mandates(setup.customer_ref)
    listed = answer.value if isinstance(answer, Done) else ()
    return next((each for each in listed if each.ref == page.mandate_ref), None)


def _apply(setup_id: int, page: Snapshot | None, mandate: Mandate | None, at: datetime, actor: Actor) -> MethodSetup:
    setup = MethodSetup.objects.select_for_update(no_key=True).get(pk=setup_id)
    if setup.state == "done":
        return setup
    state = settle_state(page.status) if page is not None else setup.state
    was_given_up = setup.final_at is not None
    if state == "done" and mandate is not None:
        method = keep_method(setup, mandate=mandate, at=at, actor=actor)
        setup.method, setup.state, setup.final_at, setup.look_again_at = method, "done", at, None
    elif state in ("failed", "canceled", "expired"):
        setup.state, setup.final_at, setup.look_again_at = state, at, None
        setup.failure_code = page.failure.code if page is not None and page.failure is not None else ""
    else:
        is_over = setup.expires_at is not None and at > setup.expires_at and was_given_up
        setup.look_again_at = None if is_over else compute_next_look(setup.created_at, at=at)
    setup.save()
    return setup
