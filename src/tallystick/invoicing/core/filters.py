"""Which accounts a bill run takes, and which of their subscriptions (ZUO-4, ZUO-5)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tallystick.errors import InvalidInput
from tallystick.subscriptions.core.due_service import ServiceScope


class RunFilters(NamedTuple):
    """Empty means all. Several values of one filter widen it, several filters narrow each other.

    Accounts are chosen by the first four, what of them is billed by plans and subscriptions.
    """

    account_external_ids: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    anchor_days: tuple[int, ...] = ()
    billing_modes: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, list[Any]]:
        """The filters that are set, as a run keeps them."""
        return {name: list(values) for name, values in self._asdict().items() if values}

    @classmethod
    def from_json(cls, stored: Mapping[str, Sequence[Any]]) -> "RunFilters":
        """Read back what `as_json` wrote."""
        return cls(**{name: tuple(values) for name, values in stored.items()})

    def in_words(self) -> str:
        """One line for people, such as "segment retail, anchor day 15"."""
        parts = [
            f"{noun} {', '.join(str(value) for value in values)}"
            for noun, values in (
                ("account", self.account_external_ids),
                ("segment", self.segments),
                ("anchor day", self.anchor_days),
                ("billing mode", self.billing_modes),
                ("plan", self.plans),
                ("subscription", self.subscriptions),
            )
            if values
        ]
        return "; ".join(parts) or "all accounts"


EVERY_SEGMENT = "all"
BILLING_MODES: tuple[str, ...] = ("self_serve", "managed")


def settle_filters(filters: RunFilters) -> RunFilters:
    """The filters as a run keeps them: all segments are no filter. Refuses what can't be chosen.

    "all" can't be mixed with single segments (ZUO-4).
    """
    require_valid_filters(filters)
    if EVERY_SEGMENT not in filters.segments:
        return filters
    if len(set(filters.segments)) > 1:
        raise InvalidInput("All segments can't be mixed with single ones.", field="segments")
    return filters._replace(segments=())


def scope_of(filters: RunFilters, *, excluded_kinds: Sequence[str]) -> ServiceScope:
    """What of its accounts a run looks at."""
    return ServiceScope(filters.plans, filters.subscriptions, tuple(excluded_kinds))


def require_valid_filters(filters: RunFilters) -> None:
    """Refuse anchor days that no month has, and billing modes that there are not."""
    for day in filters.anchor_days:
        if not 1 <= day <= 31:
            raise InvalidInput(f"Anchor day {day} does not exist; give a day from 1 to 31.", field="anchor_days")
    for mode in filters.billing_modes:
        if mode not in BILLING_MODES:
            told = f"There is no billing mode {mode!r}; there are {', '.join(BILLING_MODES)}."
            raise InvalidInput(told, field="billing_modes")
