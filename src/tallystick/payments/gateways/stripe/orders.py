"""Our orders as Stripe wants them."""

from datetime import datetime

from stripe.params import PaymentIntentCreateParams, RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from tallystick.payments.core.answers import Checkout, Collect, RefundOrder
from tallystick.payments.gateways.stripe.amounts import write_amount
from tallystick.payments.gateways.stripe.snapshots import THEIR_METHODS

#: Languages of Stripe's page that are named by two letters; in any other it chooses by the browser.
LOCALES = {
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms",
    "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi",
}  # fmt: skip
#: Marks an intent that was made by a page: its attempt knows the page's reference.
BY_PAGE = "our_page"
MAX_DESCRIPTION = 500


def compose_charge(order: Collect) -> PaymentIntentCreateParams:
    """A charge without the customer; whatever would need them makes it fail."""
    return {
        "amount": write_amount(order.amount),
        "currency": order.amount.currency.lower(),
        "customer": order.customer_ref,
        "payment_method": order.mandate_ref,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "off_session": True,
        "confirm": True,
        "error_on_requires_action": True,
        "description": order.description[:MAX_DESCRIPTION],
        "metadata": {"our_id": order.our_id},
        "expand": ["latest_charge"],
    }


def compose_checkout(order: Checkout) -> SessionCreateParams:
    """A hosted page: to pay, or only to leave a method behind."""
    params: SessionCreateParams = {
        "mode": "payment" if order.amount else "setup",
        "success_url": order.return_url,
        "cancel_url": order.return_url,
        "client_reference_id": order.our_id,
        "metadata": {"our_id": order.our_id},
    }
    if order.customer_ref:
        params["customer"] = order.customer_ref
    if order.methods:
        params["allowed_payment_method_types"] = [THEIR_METHODS.get(method, method) for method in order.methods]
    if order.language[:2] in LOCALES:
        params["locale"] = order.language[:2]
    if order.expires_at is not None:
        params["expires_at"] = _count_seconds(order.expires_at)
    if order.amount:
        _ask_for_money(params, order)
    else:
        params["currency"] = order.amount.currency.lower()
        params["setup_intent_data"] = {"metadata": {"our_id": order.our_id, BY_PAGE: "1"}}
    return params


def compose_refund_params(order: RefundOrder, *, intent_ref: str) -> RefundCreateParams:
    """Money back on a payment."""
    return {
        "payment_intent": intent_ref,
        "amount": write_amount(order.amount),
        "metadata": {"our_id": order.our_id, "description": order.description[:MAX_DESCRIPTION]},
    }


def _ask_for_money(params: SessionCreateParams, order: Checkout) -> None:
    params["line_items"] = [
        {
            "quantity": 1,
            "price_data": {
                "currency": order.amount.currency.lower(),
                "unit_amount": write_amount(order.amount),
                "product_data": {"name": order.description[:MAX_DESCRIPTION]},
            },
        }
    ]
    params["payment_intent_data"] = {
        "description": order.description[:MAX_DESCRIPTION],
        "metadata": {"our_id": order.our_id, BY_PAGE: "1"},
    }
    if order.keeps_mandate:
        params["payment_intent_data"]["setup_future_usage"] = "off_session"


def _count_seconds(at: datetime) -> int:
    return int(at.timestamp())
