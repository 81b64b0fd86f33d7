"""Our orders as Mollie wants them. What is absent is left out: Mollie takes no null in its place."""

from mollie import models

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Checkout, Collect, RefundOrder
from tallystick.payments.gateways.decimals import write_decimal
from tallystick.payments.gateways.mollie.snapshots import THEIR_METHODS

MAX_DESCRIPTION = 255
LOCALES = frozenset(locale.value for locale in models.Locale2)


def compose_charge(order: Collect) -> models.PaymentRequest:
    """A payment of which the customer sees nothing."""
    request = models.PaymentRequest(
        amount=_write_amount(order.amount),
        description=order.description[:MAX_DESCRIPTION],
        metadata={"our_id": order.our_id},
        sequence_type=models.SequenceType.RECURRING,
        customer_id=order.customer_ref,
        mandate_id=order.mandate_ref,
    )
    if order.notify_url:
        request.webhook_url = order.notify_url
    return request


def compose_checkout(order: Checkout) -> models.PaymentRequest:
    """A payment on Mollie's page; the first of several if it leaves a mandate."""
    request = models.PaymentRequest(
        amount=_write_amount(order.amount),
        description=order.description[:MAX_DESCRIPTION],
        metadata={"our_id": order.our_id},
        sequence_type=models.SequenceType.FIRST if order.keeps_mandate else models.SequenceType.ONEOFF,
        redirect_url=order.return_url,
    )
    if order.notify_url:
        request.webhook_url = order.notify_url
    if order.customer_ref:
        request.customer_id = order.customer_ref
    if order.language in LOCALES:
        request.locale = models.Locale2(order.language)
    if order.methods:
        names = [models.MethodEnum(THEIR_METHODS.get(method, method)) for method in order.methods]
        request.method = names[0] if len(names) == 1 else list(names)
    return request


def compose_refund_request(order: RefundOrder) -> models.RefundRequest:
    """Money back on a payment."""
    return models.RefundRequest(
        amount=_write_amount(order.amount),
        description=order.description[:MAX_DESCRIPTION],
        metadata={"our_id": order.our_id},
    )


def _write_amount(amount: Money) -> models.Amount:
    return models.Amount(currency=amount.currency, value=write_decimal(amount))
