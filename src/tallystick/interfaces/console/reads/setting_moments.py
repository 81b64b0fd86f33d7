"""What was changed about sellers and their tax rates, for a timeline."""

from __future__ import annotations

from django.urls import reverse

from tallystick.interfaces.console.formats import write_day
from tallystick.interfaces.console.reads.moments import MOST, Moment
from tallystick.payments.queries.gateways import list_gateway_events
from tallystick.sellers.queries import list_seller_events
from tallystick.taxes.queries import list_rate_events

_SELLER_WORDS = {
    "create": "Made",
    "change_profile": "Legal texts changed",
    "change_settings": "Settings changed",
    "set_billing_rule": "Billing rule changed",
    "add_bank_account": "Bank account added",
    "add_vat_registration": "VAT registration added",
}
_GATEWAY_WORDS = {"connect": "connected", "switch_off": "switched off", "switch_on": "switched on"}
#: Of these the detail names fields, which people read without underscores.
_NAMES_FIELDS = ("change_profile", "change_settings", "set_billing_rule")


def list_seller_moments(seller_id: int) -> list[Moment]:
    """What was changed about a seller."""
    moments = []
    for event in list_seller_events(seller_id, limit=MOST):
        what = _SELLER_WORDS.get(event.event, event.event.replace("_", " ").capitalize())
        detail = event.detail.replace("_", " ") if event.event in _NAMES_FIELDS else event.detail
        moments.append(Moment(event.at, f"{what}: {detail}" if detail else what, event.actor_label))
    return moments


def list_gateway_moments(seller_id: int) -> list[Moment]:
    """What was done about a seller's accounts at gateways."""
    moments = []
    for event in list_gateway_events(seller_id, limit=MOST):
        name = f"{event.gateway_account.kind.capitalize()} ({event.gateway_account.mode})"
        moments.append(Moment(event.at, f"{name} {_GATEWAY_WORDS[event.event]}", event.actor_label, event.reason))
    return moments


def list_rate_moments(*, seller_id: int | None = None) -> list[Moment]:
    """What was changed about the own rates of a seller, or of all of them, who are then named."""
    moments = []
    for event in list_rate_events(seller_id=seller_id, limit=MOST):
        rate = event.rate
        what = f"{rate.category.capitalize()} VAT of {rate.country} from {write_day(rate.valid_from)}: {event.detail}"
        whose = f"{rate.seller.code}: " if rate.seller and seller_id is None else ""
        href = reverse("admin:seller", args=[rate.seller_id]) if whose else ""
        before = f"before: {event.before}" if event.before else ""
        moments.append(Moment(event.at, f"{whose}{what}", event.actor_label, before, href=href))
    return moments
