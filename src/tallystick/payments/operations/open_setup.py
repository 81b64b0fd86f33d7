"""Lead a customer to the gateway's page where they leave a payment method (a checkout of nothing)."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from tallystick.access.queries import require_own_account
from tallystick.accounts.models import Account
from tallystick.accounts.queries import get_account_by_id
from tallystick.money.amount import Money
from tallystick.payments.core.answers import Checkout, Done, Refused, Snapshot
from tallystick.payments.core.failures import explain_failure
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.core.setup_rules import LONGEST_LIFE, OPEN, REUSABLE_FOR, compute_next_look
from tallystick.payments.errors import MethodUnknown, SetupNotOpened
from tallystick.payments.models import GatewayAccount, MethodSetup, PaymentMethod
from tallystick.payments.operations.ensure_customer import ensure_customer
from tallystick.payments.queries.setups import find_gateway_for
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE


def open_setup(
    account_id: int, *, return_url: str, at: datetime, actor: Actor, replaces_id: int | None = None
) -> MethodSetup:
    """A set-up whose `action_url` is where the customer goes, and comes back from to `return_url` with our id put in
    for "{setup}". It becomes the default method; one that it replaces is revoked then.

    An unfinished one that waits for the same is reused. No money moves. Refuses AccountUnknown (also for another
    customer's), MethodUnknown, and SetupNotOpened where the gateway did not give a page; trying again may help. Refuses
    to run inside a transaction.
    """
    require_own_account(actor, account_id=account_id, permission=PAYMENT_METHODS_WRITE)
    account = get_account_by_id(account_id)
    gateway_account = find_gateway_for(account)
    holder = Holder(gateway_account.seller.code, gateway_account.mode)
    gateway = get_gateway(gateway_account.kind, holder=holder)
    if not gateway.abilities.takes_zero_amount:
        raise SetupNotOpened(reason=f"{gateway.name} saves a method with a payment only")
    customer_ref = ensure_customer(account_id, gateway_account=gateway_account, gateway=gateway)
    with transaction.atomic(durable=True):
        setup = _write(account, gateway_account, customer_ref, return_url, replaces_id, at, actor)
    if setup.action_url:
        return setup
    answer = gateway.checkout(_compose_order(setup, account))
    with transaction.atomic(durable=True):
        if isinstance(answer, Done):
            return _note(setup, answer.value, at)
        code = answer.failure.code if isinstance(answer, Refused) else ""
        _give_up(setup, code, at)
    raise SetupNotOpened(reason=explain_failure(code) or "the gateway did not answer", can_retry=not code)


def _write(
    account: Account,
    gateway_account: GatewayAccount,
    customer_ref: str,
    return_url: str,
    replaces_id: int | None,
    at: datetime,
    actor: Actor,
) -> MethodSetup:
    """The account's lock is what keeps two at once from opening two pages."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if replaces_id is not None and not PaymentMethod.objects.filter(pk=replaces_id, account=account).exists():
        raise MethodUnknown(method=replaces_id)
    for waiting in MethodSetup.objects.filter(account=account, state__in=OPEN):
        lives_on = waiting.expires_at is not None and waiting.expires_at >= at + REUSABLE_FOR
        if lives_on and waiting.replaces_id == replaces_id and waiting.gateway_account_id == gateway_account.pk:
            return waiting
        MethodSetup.objects.filter(pk=waiting.pk).update(state="canceled", final_at=at, look_again_at=at)
    our_id = uuid4()
    return MethodSetup.objects.create(
        account=account,
        gateway_account=gateway_account,
        our_id=our_id,
        customer_ref=customer_ref,
        return_url=return_url.replace("{setup}", str(our_id)),
        replaces_id=replaces_id,
        created_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )


def _compose_order(setup: MethodSetup, account: Account) -> Checkout:
    return Checkout(
        our_id=str(setup.our_id),
        key=f"setup-{setup.our_id}",
        amount=Money(0, account.currency),
        description=f"Payment method of {account.name}"[:200],
        return_url=setup.return_url,
        customer_ref=setup.customer_ref,
        keeps_mandate=True,
        language=account.language,
    )


def _note(setup: MethodSetup, page: Snapshot, at: datetime) -> MethodSetup:
    setup.state, setup.gateway_ref, setup.action_url = "open", page.ref, page.action_url
    setup.expires_at = page.expires_at or at + LONGEST_LIFE
    setup.look_again_at = compute_next_look(setup.created_at, at=at)
    setup.save(update_fields=["state", "gateway_ref", "action_url", "expires_at", "look_again_at"])
    return setup


def _give_up(setup: MethodSetup, code: str, at: datetime) -> None:
    """A page that was opened all the same leads nowhere: nobody was given its address, and no money waits there."""
    setup.state, setup.final_at, setup.failure_code = "failed", at, code
    setup.save(update_fields=["state", "final_at", "failure_code"])
