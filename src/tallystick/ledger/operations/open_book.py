"""Open the book of a seller in a currency."""

from tallystick.ledger.models import LedgerBook
from tallystick.sellers.models import Seller


def open_book(seller: Seller, *, currency: str) -> LedgerBook:
    """Return the seller's book in `currency`, opening it on first use."""
    book, _ = LedgerBook.objects.get_or_create(seller=seller, currency=currency)
    return book
