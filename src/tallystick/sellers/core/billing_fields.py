"""The settings of a billing rule, told once: what each is called, what it may be, and how it is read from a text. Pure.

Forms and the command line are made from these; what is wrong with a value is said by `find_billing_terms_problems`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple

from tallystick.errors import Problem
from tallystick.sellers.core.new_seller import BillingTerms

YES_NO, NUMBER, CHOICE = "yes or no", "a whole number", "a choice"


class BillingField(NamedTuple):
    """A setting: `kind` is one of the above, `choices` are its values with their words. `is_optional`: it may be empty,
    which means no limit."""

    name: str
    label: str
    kind: str
    help: str = ""
    choices: Mapping[str, str] = {}
    is_optional: bool = False


PRORATION: Mapping[str, str] = {
    "actual": "by the days of the period",
    "actual_30": "by days, 30 a month",
    "strict_30_360": "by months of 30 days",
    "own_period": "by the days of a period of their own",
}
CREDIT: Mapping[str, str] = {
    "whole": "Credit note if the whole bill is negative",
    "grouped": "Credit note for each negative document",
    "negative_charges": "Negative charges on credit notes",
    "negative_and_zero": "Negative charges and zero credits on credit notes",
}
GRANULARITY: Mapping[str, str] = {
    "service": "each service by itself",
    "subscription": "a subscription as a whole",
    "account": "the account as a whole",
}
CHANGE_DAY: Mapping[str, str] = {"new": "what holds after the change", "old": "what held before it"}
ALIGNMENT: Mapping[str, str] = {
    "immediate": "at once, for the days until the next billing day",
    "delayed": "by the next run, these days with the period after them",
    "whole": "at once, a whole period for the days until the next billing day",
}
UNIT: Mapping[str, str] = {"day": "whole days", "second": "seconds"}

#: Headings, each with its settings in the order of a form.
SECTIONS: Sequence[tuple[str, Sequence[BillingField]]] = (
    (
        "When it is due",
        (
            BillingField(
                "net_terms_automatic_days",
                "Net terms, automatic",
                NUMBER,
                "Days from invoice date to due date where a payment run collects.",
            ),
            BillingField(
                "net_terms_remittance_days",
                "Net terms, remittance",
                NUMBER,
                "Days from invoice date to due date where the customer transfers.",
            ),
        ),
    ),
    (
        "What is billed",
        (
            BillingField("bills_partial_first", "Bill the first part period", YES_NO),
            BillingField("proration_method", "Part periods", CHOICE, choices=PRORATION),
            BillingField("change_day", "The day of a change is billed by", CHOICE, choices=CHANGE_DAY),
            BillingField("bills_cancellation_day", "Bill the day of a cancellation", YES_NO),
            BillingField("proration_unit", "Changes are counted in", CHOICE, choices=UNIT),
            BillingField(
                "period_day", "Day for all", NUMBER, "Of the month, where a plan bills everybody then; 31 is the last."
            ),
            BillingField("added_alignment", "What is added meanwhile is billed", CHOICE, choices=ALIGNMENT),
            BillingField("credit_rule", "Below zero", CHOICE, choices=CREDIT),
            BillingField("mails_zero_invoices", "Mail invoices on which nothing is to be paid", YES_NO),
        ),
    ),
    (
        "Runs without a review",
        (
            BillingField("supports_auto_post", "Runs may be posted without a review", YES_NO),
            BillingField("auto_posts_by_default", "Runs are, unless they say otherwise", YES_NO),
        ),
    ),
    (
        "Funds",
        (
            BillingField("funds_granularity", "What passes a funds test", CHOICE, choices=GRANULARITY),
            BillingField("fees_in_credit_check", "Funds tests count additional fees", YES_NO),
            BillingField("collects_shortfalls", "Runs charge a saved method for what is short", YES_NO),
        ),
    ),
    (
        "Coming back",
        (
            BillingField("reactivates_on_payment", "Money that arrives brings services back", YES_NO),
            BillingField(
                "reactivation_days",
                "Longest time off, in days",
                NUMBER,
                "Off for longer, it does not come back by itself.",
            ),
            BillingField(
                "reactivation_most_overdue_minor",
                "Most that may be overdue",
                NUMBER,
                "In cents; who has more overdue gets nothing back by itself.",
            ),
        ),
    ),
    (
        "Pauses",
        (
            BillingField("rests_a_year", "Rests of a service in a year", NUMBER, "Empty: any.", is_optional=True),
            BillingField("longest_rest_days", "Longest rest, in days", NUMBER, "Empty: any.", is_optional=True),
            BillingField(
                "short_terms_a_year", "Short-term switch-offs in a year", NUMBER, "Empty: any.", is_optional=True
            ),
            BillingField(
                "longest_short_term_days", "Longest of them, in days", NUMBER, "Empty: any.", is_optional=True
            ),
        ),
    ),
    (
        "Charging again",
        (
            BillingField("attempt_wait_hours", "Hours between two charges of one invoice", NUMBER),
            BillingField("max_consecutive_failures", "Failures in a row after which a method is left alone", NUMBER),
        ),
    ),
)
FIELDS: Mapping[str, BillingField] = {each.name: each for _, those in SECTIONS for each in those}
NAMES = tuple(each.name for each in fields(BillingTerms))

_YES, _NO = ("yes", "true", "on"), ("no", "false", "off")


def read_settings(texts: Sequence[str]) -> tuple[dict[str, object], list[Problem]]:
    """The values of settings written as `name=value`, and everything that is wrong with how they are written."""
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for text in texts:
        name, sign, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not sign:
            problems.append(Problem(name[:40], "write it as name=value"))
        elif name not in FIELDS:
            problems.append(Problem(name[:40], f"is not known; known are {', '.join(sorted(FIELDS))}"))
        else:
            told = _read(FIELDS[name], value.strip(), values)
            problems += [Problem(name, told)] if told else []
    return values, problems


def tell_allowed(field: BillingField) -> str:
    """What a setting may be, in words."""
    words = " | ".join(field.choices) if field.kind == CHOICE else field.kind
    return f"{words}, or empty" if field.is_optional else words


def _read(field: BillingField, text: str, values: dict[str, object]) -> str:
    """Put the value among the others, or say why it is none."""
    if field.kind == YES_NO and text.lower() in (*_YES, *_NO):
        values[field.name] = text.lower() in _YES
    elif field.kind == CHOICE and text in field.choices:
        values[field.name] = text
    elif field.kind == NUMBER and field.is_optional and not text:
        values[field.name] = None
    elif field.kind == NUMBER and text.isascii() and text.removeprefix("-").isdigit():
        values[field.name] = int(text)
    else:
        return f"must be {tell_allowed(field)}, but is {text[:40]!r}"
    return ""
