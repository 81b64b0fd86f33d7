"""Additional fees as the catalog keeps them: definitions with rules, and what can be wrong with them (CRM-31)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from tallystick.catalog.core.field_problems import find_currency_problems
from tallystick.catalog.core.items import ONE_OFF
from tallystick.errors import InvalidInput, Problem
from tallystick.money.amount import format_minor, parse_minor

EMAIL, POST = "email", "post"
PRESENTMENTS: tuple[str, ...] = ("", EMAIL, POST)
"""How bills reach the account: empty does not ask, `email` and `post` ask for that preference."""
MOST_RULES = 50
NAME_LIMIT, CODE_LIMIT, SEGMENT_LIMIT = 120, 60, 40


@dataclass(frozen=True, slots=True)
class NewFeeRule:
    """A one-off service that is charged, and who pays it: every condition that is set must be met.

    The total is the gross of the bill before fees, in minor units of `currency`: from `total_at_least_minor` up to but
    without `total_below_minor`. `plan` asks for a subscription to that plan (a tier of its family) on the bill.
    """

    name: str
    service: str
    presentment: str = ""
    segment: str = ""
    plan: str = ""
    currency: str = ""
    total_at_least_minor: int | None = None
    total_below_minor: int | None = None

    def in_words(self) -> str:
        """Who pays it, such as "sent by post; total below 10.00 EUR"."""
        told = {EMAIL: "sent by e-mail", POST: "sent by post", "": ""}.get(self.presentment, self.presentment)
        parts = [told, self.segment and f"segment {self.segment}", self.plan and f"plan {self.plan}"]
        has_total = self.total_at_least_minor is not None or self.total_below_minor is not None
        if self.currency and not has_total:
            parts.append(f"in {self.currency}")
        if self.total_at_least_minor is not None:
            parts.append(f"total from {format_minor(self.total_at_least_minor, self.currency)} {self.currency}")
        if self.total_below_minor is not None:
            parts.append(f"total below {format_minor(self.total_below_minor, self.currency)} {self.currency}")
        return "; ".join(part for part in parts if part) or "every bill"


@dataclass(frozen=True, slots=True)
class NewFeeDefinition:
    """Rules under one code, in force for bills dated from `valid_from` up to but without `valid_until`; empty: open."""

    code: str
    name: str
    rules: tuple[NewFeeRule, ...]
    valid_from: date | None = None
    valid_until: date | None = None

    def with_rule(self, rule: NewFeeRule) -> "NewFeeDefinition":
        """The definition with one rule more, or with that one in the place of the rule of its name."""
        if rule.name not in {each.name for each in self.rules}:
            return replace(self, rules=(*self.rules, rule))
        return replace(self, rules=tuple(rule if each.name == rule.name else each for each in self.rules))

    def without_rule(self, name: str) -> "NewFeeDefinition":
        """The definition without the rule of that name."""
        return replace(self, rules=tuple(each for each in self.rules if each.name != name))


class FeeRuleFacts(NamedTuple):
    """A rule as billing reads it."""

    name: str
    service_id: int
    presentment: str
    segment: str
    plan_id: int | None
    currency: str
    total_at_least_minor: int | None
    total_below_minor: int | None
    valid_from: date | None
    valid_until: date | None

    def is_in_force(self, on: date) -> bool:
        """Whether its definition counts for bills of that date."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )


def parse_total(text: str, *, currency: str, field: str) -> int | None:
    """A total that a person wrote, in minor units; None where none was asked for.

    Refuses one without a currency, rather than to charge a fee that asks for no total.
    """
    if not text.strip():
        return None
    if not currency:
        raise InvalidInput("Say the currency of the total.", field=field)
    return parse_minor(text, currency)


def find_fee_problems(
    definition: NewFeeDefinition, *, kinds: Mapping[str, str], plans: frozenset[str]
) -> list[Problem]:
    """Everything that is wrong with a definition; `kinds` are those of the seller's services by code."""
    problems = []
    if not definition.name.strip() or len(definition.name) > NAME_LIMIT:
        problems.append(Problem("name", f"takes 1 to {NAME_LIMIT} letters"))
    if not _is_code(definition.code):
        problems.append(Problem("code", f"takes 1 to {CODE_LIMIT} letters, digits, hyphens and underscores"))
    first, until = definition.valid_from, definition.valid_until
    if first is not None and until is not None and until <= first:
        problems.append(Problem("valid_until", f"must be after {first}, but is {until}"))
    if not 1 <= len(definition.rules) <= MOST_RULES:
        problems.append(Problem("rules", f"must be 1 to {MOST_RULES}, but are {len(definition.rules)}"))
    for place, rule in enumerate(definition.rules, 1):
        for field, reason in _find_rule_problems(rule, kinds, plans):
            problems.append(Problem(field, reason if len(definition.rules) == 1 else f"rule {place}: {reason}"))
    return problems


def _find_rule_problems(rule: NewFeeRule, kinds: Mapping[str, str], plans: frozenset[str]) -> Iterator[Problem]:
    if not rule.name.strip() or len(rule.name) > NAME_LIMIT:
        yield Problem("rules", f"its name takes 1 to {NAME_LIMIT} letters")
    if kinds.get(rule.service) != ONE_OFF:
        yield Problem("service", f"{rule.service!r} must be the code of a service that is sold once")
    if rule.plan and rule.plan not in plans:
        yield Problem("plan", f"there is no plan {rule.plan!r}")
    if rule.presentment not in PRESENTMENTS:
        yield Problem("presentment", f"must be email, post or empty, but is {rule.presentment!r}")
    if len(rule.segment) > SEGMENT_LIMIT:
        yield Problem("segment", f"takes at most {SEGMENT_LIMIT} letters")
    yield from _find_total_problems(rule)


def _find_total_problems(rule: NewFeeRule) -> Iterator[Problem]:
    least, below = rule.total_at_least_minor, rule.total_below_minor
    if rule.currency:
        yield from find_currency_problems(rule.currency)
    elif least is not None or below is not None:
        yield Problem("currency", "must be said where the bill's total is asked for")
    if least is not None and below is not None and below <= least:
        yield Problem("total_below", "must be more than the least total")


def _is_code(text: str) -> bool:
    return 0 < len(text) <= CODE_LIMIT and all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in text)
