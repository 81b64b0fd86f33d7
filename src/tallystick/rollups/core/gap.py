"""The gap between what was asked for and what arrived, explained to the last cent (DEM-58).

    expected − arrived by gateway − arrived by transfer − credit from before = difference = sum of its reasons

Worked table: docs/rules/rollups.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tallystick.collection.core.reasons import Reason
from tallystick.rollups.core.billing import RollupAccount
from tallystick.rollups.core.gap_reasons import (
    CREDIT_LEFT,
    GAP_REASONS,
    TOLERATED,
    WRITTEN_OFF,
    Circumstances,
    Part,
    split_open,
)
from tallystick.rollups.core.payments import InvoiceRef

GAP_QUESTION = "Why is what arrived not what was asked for?"


_CREDIT_WORDS = Reason(
    "This much of a credit note of the month was not needed for the month's invoices: it settled others, or waits.",
    "Nothing to do: what waits is used for the next invoice.",
)


class MonthState(NamedTuple):
    """Whether a month has posted documents, and whether it has drafts. Without the first nothing was asked for."""

    has_posted: bool
    has_drafts: bool


class GapFilters(NamedTuple):
    """Which accounts, as in BillingFilters; `reason` is one of GAP_REASONS."""

    search: str = ""
    billing_mode: str = ""
    segment: str = ""
    plan: str = ""
    manager_email: str = ""
    reason: str = ""


class Settled(NamedTuple):
    """What an invoice was settled by, in minor units.

    `from_before_minor` is credit that was there when the invoice was posted: money that came earlier, or a credit
    note dated in another month. `by_credit_note_minor` is by credit notes dated in the month itself.
    """

    gateway_minor: int = 0
    transfer_minor: int = 0
    from_before_minor: int = 0
    by_credit_note_minor: int = 0


class MonthInvoice(NamedTuple):
    """An issued invoice or debit note dated in the month, in minor units."""

    invoice: InvoiceRef
    gross_minor: int
    written_off_minor: int
    difference_minor: int
    settled: Settled
    circumstances: Circumstances

    @property
    def open_minor(self) -> int:
        """What is left of its gross, in minor units."""
        return self.gross_minor - self.written_off_minor - self.difference_minor - sum(self.settled)


class MonthCredit(NamedTuple):
    """A credit note dated in the month, and what of it settled invoices dated in the month, in minor units."""

    document: InvoiceRef
    gross_minor: int
    used_minor: int


class GapReason(NamedTuple):
    """Some of a difference, for one reason: why, what to do next, of which invoices, and the charge at the gateway."""

    reason: str
    amount_minor: int
    why: str
    next_step: str
    invoices: tuple[InvoiceRef, ...]
    dashboard_url: str = ""


class GapRow(NamedTuple):
    """One account, in minor units of its currency. The difference is the sum of its reasons."""

    account: RollupAccount
    expected_minor: int
    gateway_minor: int
    transfer_minor: int
    from_before_minor: int
    difference_minor: int
    reasons: tuple[GapReason, ...]

    @property
    def key(self) -> int:
        """What the next page is asked for by (`after_id`)."""
        return self.account.account_id

    @property
    def amounts_minor(self) -> tuple[int, ...]:
        """Expected, arrived by gateway, by transfer, credit from before, difference."""
        return self[1:6]


class SettledSum(NamedTuple):
    """Accounts of one currency without a gap: how many, and what their invoices were settled by."""

    currency: str
    accounts: int
    settled: Settled


class ReasonTotal(NamedTuple):
    """How many accounts have a reason, and what it comes to, in minor units."""

    reason: str
    accounts: int
    amount_minor: int


class GapTotal(NamedTuple):
    """The sums of one currency over all accounts that were asked for something, also those without any gap."""

    currency: str
    accounts: int
    accounts_with_gap: int
    expected_minor: int
    gateway_minor: int
    transfer_minor: int
    from_before_minor: int
    difference_minor: int
    reasons: tuple[ReasonTotal, ...]


def compute_gap(
    account: RollupAccount, *, invoices: Sequence[MonthInvoice], credit_notes: Sequence[MonthCredit], as_of: date
) -> GapRow:
    """What an account was asked for in a month, what arrived for it, and every reason for the difference."""
    expected = sum(each.gross_minor for each in invoices) - sum(each.gross_minor for each in credit_notes)
    gateway = sum(each.settled.gateway_minor for each in invoices)
    transfer = sum(each.settled.transfer_minor for each in invoices)
    from_before = sum(each.settled.from_before_minor for each in invoices)
    return GapRow(
        account=account,
        expected_minor=expected,
        gateway_minor=gateway,
        transfer_minor=transfer,
        from_before_minor=from_before,
        difference_minor=expected - gateway - transfer - from_before,
        reasons=_group(_list_parts(invoices, credit_notes, as_of)),
    )


def _list_parts(
    invoices: Sequence[MonthInvoice], credit_notes: Sequence[MonthCredit], as_of: date
) -> Iterator[tuple[Part, InvoiceRef]]:
    for each in invoices:
        for part in split_open(each.open_minor, circumstances=each.circumstances, as_of=as_of):
            yield part, each.invoice
        for reason, amount, words in (
            (WRITTEN_OFF, each.written_off_minor, Reason("It was given up.", "Nothing to do.")),
            (TOLERATED, each.difference_minor, Reason("The rest was too small to ask for.", "Nothing to do.")),
        ):
            if amount:
                yield Part(reason, amount, words), each.invoice
    for credit in credit_notes:
        if credit.used_minor != credit.gross_minor:
            yield Part(CREDIT_LEFT, credit.used_minor - credit.gross_minor, _CREDIT_WORDS), credit.document


def _group(parts: Iterable[tuple[Part, InvoiceRef]]) -> tuple[GapReason, ...]:
    """Parts that say the same become one, the most urgent reason first."""
    amounts: dict[tuple[str, Reason, str], int] = {}
    invoices: dict[tuple[str, Reason, str], dict[InvoiceRef, None]] = {}
    for part, invoice in parts:
        key = (part.reason, part.words, part.dashboard_url)
        amounts[key] = amounts.get(key, 0) + part.amount_minor
        invoices.setdefault(key, {})[invoice] = None
    urgency = list(GAP_REASONS)
    return tuple(
        GapReason(reason, amounts[key], words.words, words.next_step, tuple(invoices[key]), url)
        for key in sorted(amounts, key=lambda key: urgency.index(key[0]))
        for reason, words, url in (key,)
    )


def compute_totals(rows: Iterable[GapRow], *, settled: Iterable[SettledSum] = ()) -> list[GapTotal]:
    """Totals by currency, by its code, with every reason that occurs, the most urgent first.

    Accounts without a gap may come as sums: what was expected of them is what settled it.
    """
    sums: dict[str, list[int]] = {}
    reasons: dict[str, dict[str, list[int]]] = {}
    for whole in settled:
        gateway, transfer, from_before, _ = whole.settled
        _add(sums, whole.currency, (whole.accounts, 0, sum(whole.settled), gateway, transfer, from_before, 0))
    for row in rows:
        currency = row.account.currency
        _add(sums, currency, (1, int(bool(row.reasons)), *row.amounts_minor))
        found = reasons.setdefault(currency, {reason: [0, 0] for reason in GAP_REASONS})
        for reason in {each.reason for each in row.reasons}:
            found[reason][0] += 1
            found[reason][1] += sum(each.amount_minor for each in row.reasons if each.reason == reason)
    return [
        GapTotal._make((currency, *so_far, _list_reasons(reasons.get(currency, {}))))
        for currency, so_far in sorted(sums.items())
    ]


def _add(sums: dict[str, list[int]], currency: str, amounts: Sequence[int]) -> None:
    so_far = sums.setdefault(currency, [0] * len(amounts))
    for place, amount in enumerate(amounts):
        so_far[place] += amount


def _list_reasons(found: Mapping[str, Sequence[int]]) -> tuple[ReasonTotal, ...]:
    return tuple(ReasonTotal(reason, accounts, amount) for reason, (accounts, amount) in found.items() if accounts)
