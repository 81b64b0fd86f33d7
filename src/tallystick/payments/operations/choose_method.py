"""Choose which saved method pays by itself, and remove one."""

from datetime import datetime

from django.db import transaction

from tallystick.access.queries import require_own_account
from tallystick.payments.core.answers import Done
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.errors import MethodGone, MethodUnknown, RevocationNotTaken
from tallystick.payments.models import PaymentMethod
from tallystick.payments.operations.keep_method import record_method_event
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE


def make_default(account_id: int, *, method_id: int, at: datetime, actor: Actor) -> PaymentMethod:
    """Charge this method from now on. Repeatable. Refuses MethodUnknown (also for another account's), MethodGone."""
    require_own_account(actor, account_id=account_id, permission=PAYMENT_METHODS_WRITE)
    with transaction.atomic():
        method = _lock(account_id, method_id)
        if method.state not in ("valid", "pending"):
            raise MethodGone(label=method.label, state=method.state)
        if not method.is_default:
            PaymentMethod.objects.filter(account_id=account_id, is_default=True).update(is_default=False)
            method.is_default = True
            method.save(update_fields=["is_default"])
            record_method_event(method, event="make_default", reason="chosen", at=at, actor=actor)
    return method


def remove_method(account_id: int, *, method_id: int, at: datetime, actor: Actor) -> PaymentMethod:
    """End a method, here and at its gateway: it is never charged again. What is owed stays owed. Repeatable.

    No other method takes its place by itself: nobody asked to charge that one. Refuses MethodUnknown, and
    RevocationNotTaken where the gateway does not answer; nothing was changed then. Refuses to run inside a transaction.
    """
    require_own_account(actor, account_id=account_id, permission=PAYMENT_METHODS_WRITE)
    with transaction.atomic(durable=True):
        method = _lock(account_id, method_id)
    if method.state == "revoked":
        return method
    holder = Holder(method.gateway_account.seller.code, method.gateway_account.mode)
    gateway = get_gateway(method.gateway_account.kind, holder=holder)
    if not isinstance(gateway.revoke(method.gateway_ref, customer_ref=method.customer_ref), Done):
        raise RevocationNotTaken(label=method.label)
    with transaction.atomic(durable=True):
        method = _lock(account_id, method_id)
        method.state, method.is_default = "revoked", False
        method.save(update_fields=["state", "is_default"])
        record_method_event(method, event="remove", reason="removed", at=at, actor=actor)
    return method


def _lock(account_id: int, method_id: int) -> PaymentMethod:
    methods = PaymentMethod.objects.select_related("gateway_account__seller").select_for_update(
        no_key=True, of=("self",)
    )
    method = methods.filter(pk=method_id, account_id=account_id).first()
    if method is None:
        raise MethodUnknown(method=method_id)
    return method
