"""Where a document is seen and paid without signing in. What composes the address is plugged in from outside."""

from collections.abc import Callable

#: From a document's id to the address of its page; "" where nobody outside could open it.
ComposePayUrl = Callable[[int], str]

_composers: list[ComposePayUrl] = [lambda _: ""]


def register_pay_addresses(compose: ComposePayUrl) -> None:
    """Plug in what composes the addresses; a second one takes the place of the first."""
    _composers[0] = compose


def compose_pay_url(document_id: int) -> str:
    """The page of a document, "" while there is none."""
    return _composers[0](document_id)
