"""Which part of a payment is for which invoice, as people write it: INV-000001=10.00."""

from collections.abc import Sequence

from tallystick.errors import InvalidInput
from tallystick.invoicing.queries.documents import get_document
from tallystick.journeys.record_transfer import Share
from tallystick.money.amount import parse_minor


def read_shares(written: Sequence[str], *, currency: str, seller_code: str) -> list[Share]:
    """The shares of a payment; refuses what is no number and amount, and an invoice that there is not."""
    shares = []
    for each in written:
        number, is_there, amount = each.partition("=")
        if not is_there:
            raise InvalidInput(f"Write {each!r} as a number and an amount, such as INV-000001=10.00.", field="shares")
        document = get_document(number=number.strip(), seller_code=seller_code)
        shares.append(Share(document.pk, parse_minor(amount.strip(), currency)))
    return shares
