"""Which accounts a bill run takes: by account, segment and anchor day (ZUO-4, ZUO-5)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tallystick.errors import InvalidInput


class RunFilters(NamedTuple):
    """Empty means all. Several values of one filter widen it, several filters narrow each other."""

    account_external_ids: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    anchor_days: tuple[int, ...] = ()

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
            )
            if values
        ]
        return "; ".join(parts) or "all accounts"


def require_valid_filters(filters: RunFilters) -> None:
    """Refuse anchor days that no month has."""
    for day in filters.anchor_days:
        if not 1 <= day <= 31:
            raise InvalidInput(f"Anchor day {day} does not exist; give a day from 1 to 31.", field="anchor_days")
