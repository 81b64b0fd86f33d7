"""What happened to a document, and what a line costs, in words."""

from decimal import Decimal

from tallystick.interfaces.cli.output import money
from tallystick.money.currency import get_currency

EVENTS = {
    "draft": "drafted",
    "change": "changed",
    "post": "posted",
    "credit": "credited",
    "debit": "debited",
    "reject": "rejected",
    "reverse": "reversed",
    "void": "voided",
    "cancel": "canceled",
    "pay": "paid",
}
CHANNELS = {"email": "e-mail", "print": "print"}


def write_what(kind: str, *, status: str) -> str:
    """What a document is, such as "credit note", "draft invoice", "voided invoice"."""
    named = kind.replace("_", " ")
    return named if status == "posted" else f"{status} {named}"


def write_event(event: str) -> str:
    """What happened, such as "drafted"; an event without a word of its own stands as it is called."""
    return EVENTS.get(event, event.replace("_", " "))


def write_delivery(channel: str, *, status: str, recipient: str) -> str:
    """ "e-mail sent to ap@bakery.example", "put in print"."""
    if channel == "print" and status == "sent":
        return "put in a print batch"
    return f"{CHANNELS.get(channel, channel)} {status}{f' to {recipient}' if recipient else ''}"


def write_price(unit_price: Decimal, currency: str) -> str:
    """A unit price with its currency: whole cents as an amount, what is finer with all its decimals."""
    exponent = get_currency(currency).exponent
    exact = unit_price.normalize()
    if -int(exact.as_tuple().exponent) <= exponent:
        return money(int(exact.scaleb(exponent)), currency)
    return f"{exact:f} {currency}"
