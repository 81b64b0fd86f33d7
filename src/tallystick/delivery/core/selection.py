"""Which documents are to be delivered, and what came of asking. Pure."""

from typing import NamedTuple


class Selection(NamedTuple):
    """The documents of a posted bill run, or some documents by id; with both, these documents of that run."""

    run_id: int | None = None
    document_ids: tuple[int, ...] = ()


class Queued(NamedTuple):
    """What came of asking for deliveries. `already` were asked for before and are left as they are."""

    emails: int
    prints: int
    skipped: int
    failed: int
    already: int
    delivery_ids: tuple[int, ...] = ()

    @property
    def queued(self) -> int:
        """How many will go out."""
        return self.emails + self.prints


ZERO_TOTAL = "Nothing to pay: the billing rule leaves out documents of zero."
NO_ADDRESS = "No e-mail address: neither the account's profile nor its billing contact has one."
