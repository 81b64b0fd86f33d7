"""What a program can hear of: each kind of event by its public name, with what it means."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tallystick.delivery.errors import WebhookTypeUnknown

TEST: Final = "webhook.test"

EVENT_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "invoice.posted": "an invoice got its number and is owed",
        "invoice.paid": "nothing is left to pay of an invoice",
        "invoice.reopened": "an invoice that was paid is open again",
        "invoice.voided": "an invoice was taken back as a whole",
        "credit_note.posted": "a credit note got its number",
        "debit_note.posted": "a debit note got its number and is owed",
        "payment.received": "money arrived, through a gateway or by transfer",
        "payment.failed": "a charge of a saved method did not go through",
        "payment_method.needed": "a customer was asked for a new payment method",
        "refund.succeeded": "money of a payment went back",
        "refund.failed": "money that was to go back is with us again",
        "bill_run.completed": "the drafts of a bill run are ready to be reviewed",
        "bill_run.posted": "the invoices of a bill run are posted",
        "bill_run.failed": "a bill run failed for every account",
        "bill_run.canceled": "a bill run was canceled, its drafts with it",
        "payment_run.completed": "a payment run has asked for everything",
        "payment_run.failed": "a payment run could not be carried out",
        "payment_run.canceled": "a payment run was canceled before it began",
        "subscription.created": "a subscription was agreed",
        "subscription.activated": "a subscription is active: begun, converted, paid after all, or let go on",
        "subscription.past_due": "a renewal that was to be charged was not paid",
        "subscription.paused": "a subscription rests, is on hold or suspended",
        "subscription.canceled": "a subscription is canceled, or has run out",
        "subscription.changed": "something else in what is agreed changed: services, prices, quantities, terms",
    }
)

#: What rooms announce, by topic and event, in public words; what is missing here is not told.
PUBLIC: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("document", "post"): "posted",
        ("document", "settle"): "paid",
        ("document", "reopen"): "reopened",
        ("document", "void"): "voided",
        ("payment", "receive"): "received",
        ("payment_attempt", "fail"): "failed",
        ("method_request", "send"): "needed",
        ("refund", "succeed"): "succeeded",
        ("refund", "fail"): "failed",
        ("bill_run", "complete"): "completed",
        ("bill_run", "finish_post"): "posted",
        ("bill_run", "fail"): "failed",
        ("bill_run", "finish_cancel"): "canceled",
        ("payment_run", "complete"): "completed",
        ("payment_run", "fail"): "failed",
        ("payment_run", "cancel"): "canceled",
        ("subscription", "create"): "created",
        ("subscription", "change"): "changed",
        ("subscription", "become_active"): "activated",
        ("subscription", "become_trialing"): "activated",
        ("subscription", "become_past_due"): "past_due",
        ("subscription", "become_unpaid"): "past_due",
        ("subscription", "become_resting"): "paused",
        ("subscription", "become_on_hold"): "paused",
        ("subscription", "become_suspended"): "paused",
        ("subscription", "become_canceled"): "canceled",
        ("subscription", "become_expired"): "canceled",
    }
)


def find_event_type(topic: str, *, event: str, kind: str) -> str | None:
    """The public name of what happened to an object of `kind`; None where programs are not told."""
    happened = PUBLIC.get((topic, event))
    name = f"{kind}.{happened}"
    return name if happened and name in EVENT_TYPES else None


def read_event_types(given: Collection[str]) -> Sequence[str]:
    """The names as they are kept: sorted, each once. Refuses one that there is not (WebhookTypeUnknown)."""
    unknown = sorted(set(given) - set(EVENT_TYPES))
    if unknown:
        raise WebhookTypeUnknown(event_type=unknown[0], known=", ".join(EVENT_TYPES), field="event_types")
    return sorted(set(given))


def hears(event_types: Collection[str], *, event_type: str) -> bool:
    """Whether an endpoint with these types hears of it; none named means everything."""
    return not event_types or event_type in event_types


def name_object(event_type: str, *, values: Mapping[str, Any]) -> str:
    """What a message is about, for people: "INV-000017 of C-4", "payment 12 of C-4"; "" for a test."""
    if event_type == TEST:
        return ""
    kind = event_type.partition(".")[0].replace("_", " ")
    known = (values.get(field) for field in ("number", "external_id", "method_label", "description"))
    name = next((each for each in known if each), f"{kind} {values.get('id', '')}".strip())
    account = values.get("account")
    return f"{name} of {account}" if account else str(name)
