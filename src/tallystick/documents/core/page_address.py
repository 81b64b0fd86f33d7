"""Where the page of a document is, on which its reader sees, downloads and pays it. Plugged in by the wiring."""

from typing import Protocol


class ComposePageUrl(Protocol):
    """From the seller's code and the document's number to its page; "" where no page can be reached from outside.

    Made of what is printed, so that the same document has the same address in every database.
    """

    def __call__(self, seller_code: str, *, number: str) -> str:
        """The address."""


_composers: list[ComposePageUrl] = []


def register_page_address(compose: ComposePageUrl) -> None:
    """Plug in what knows the addresses; the last one counts."""
    _composers[:] = [compose]


def compose_page_url(seller_code: str, *, number: str) -> str:
    """The page of an issued document; "" where there is none to be reached."""
    return _composers[0](seller_code, number=number) if _composers and number else ""
