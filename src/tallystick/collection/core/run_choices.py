"""What a payment run takes (ZUO-36) and what it does with it (ZUO-38, ZUO-39). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tallystick.errors import Problem


class CollectionFilters(NamedTuple):
    """Empty means all. Several values of one filter widen it, several filters narrow each other.

    `gateways` are kinds, such as sandbox, of the account's default method: an account without one is left out then.
    """

    account_external_ids: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    anchor_days: tuple[int, ...] = ()
    currencies: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()

    def as_json(self) -> dict[str, list[Any]]:
        """The filters that are set, as a run keeps them."""
        return {name: list(values) for name, values in self._asdict().items() if values}

    @classmethod
    def from_json(cls, stored: Mapping[str, Sequence[Any]]) -> "CollectionFilters":
        """Read back what `as_json` wrote."""
        return cls(**{name: tuple(values) for name, values in stored.items()})

    def in_words(self) -> str:
        """One line for people, such as "segment retail; currency EUR"."""
        nouns = ("account", "segment", "anchor day", "currency", "gateway")
        parts = [
            f"{noun} {', '.join(str(value) for value in values)}"
            for noun, values in zip(nouns, self, strict=True)
            if values
        ]
        return "; ".join(parts) or "all accounts"


class CollectOptions(NamedTuple):
    """What a run does: use customer credit, then charge, one payment an invoice or one an account for all that is due.

    With `charges_methods` off it applies credits only. `only_bill_run`: of one that waits for a posting, that bill
    run's invoices alone, not what runs before left open.
    """

    applies_credits: bool = True
    charges_methods: bool = True
    joins_payments: bool = False
    only_bill_run: bool = False

    def in_words(self) -> str:
        """One line for people, "" for what is usual."""
        if not self.charges_methods:
            return "applies credits only"
        parts = ["one payment an account"] if self.joins_payments else []
        return "; ".join([*parts, *(() if self.applies_credits else ("uses no credit",))])


def settle_only_bill_run(options: CollectOptions, *, names_bill_run: bool, waits: bool) -> CollectOptions:
    """The options as they are kept: one that waits for a posting has the choice, one that only names a bill run takes
    its invoices alone, and to any other it means nothing."""
    return options._replace(only_bill_run=options.only_bill_run if waits else names_bill_run)


def find_choice_problems(filters: CollectionFilters, *, options: CollectOptions) -> Iterator[Problem]:
    """What is wrong with what a run is asked for."""
    for day in filters.anchor_days:
        if not 1 <= day <= 31:
            yield Problem("anchor_days", f"{day} does not exist; give days from 1 to 31")
    if not options.applies_credits and not options.charges_methods:
        yield Problem("charges_methods", "a run that neither applies credits nor charges does nothing")
    if options.joins_payments and not options.charges_methods:
        yield Problem("joins_payments", "nothing is charged that could be joined")
