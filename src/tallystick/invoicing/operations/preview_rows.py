"""The rows of a preview's file: what would be billed, drawn, collected first, or not renewed (ZUO-8)."""

from collections.abc import Iterator
from decimal import Decimal

from tallystick.accounts.core.funding import POSTPAID_MODES
from tallystick.invoicing.core.draft import DraftBill, DraftLine
from tallystick.invoicing.core.preview_line import PreviewLine, write_line_cells, write_plain
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount
from tallystick.invoicing.queries.askable_methods import Askable
from tallystick.subscriptions.core.candidacy import REASONS_IN_WORDS

COLUMNS = (
    "account", "name", "source", "invoice", "collection_method", "due_on", "kind", "description", "period_start_on",
    "period_end_on", "quantity", "unit_price", "net", "invoice_net", "invoice_tax", "invoice_gross", "currency",
    "explanation",
)  # fmt: skip
# Spreadsheets run text that starts like this as a formula; amounts are no text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: What `source` says of charges that a run would draw on the account instead of drafting them.
DRAWN = "drawn from balance"
#: What `source` says of what a run would not bill: services that fail their funds test, and a shortfall that a saved
#: method would be asked for first; its amount stands as the row's net.
NOT_RENEWED = "not renewed"
COLLECTED = "would be collected"
MISSING = "what the account lacks for its renewal"


def list_rows(
    who: tuple[str, str], *, account: BillableAccount, bill: DraftBill, asked: Askable | None
) -> Iterator[tuple[object, ...]]:
    """What a run would make of an account: the lines that it would bill and the services that it would not renew.

    Where a saved method would be asked for what is missing, the run bills nothing until that has paid: then only this.
    """
    if asked is not None:
        amount = write_plain(bill.shortfall_minor, currency=account.facts.currency)
        yield _list_remark(who, account, COLLECTED, asked.in_words(), amount, MISSING)
        return
    yield from _list_lines(who, account, bill)
    names = {each.terms.subscription_service_id: each.description for each in account.to_bill.services}
    for left in bill.not_renewed:
        told = f"{names[left.subscription_service_id]}: {REASONS_IN_WORDS[left.reason]}"
        yield _list_remark(who, account, NOT_RENEWED, told, "", "")


def _list_remark(
    who: tuple[str, str], account: BillableAccount, source: str, told: str, amount: str, why: str
) -> tuple[object, ...]:
    head = (*who, source, "", account.to_bill.collection_method, "", "", make_harmless(told))
    return (*head, "", "", "", "", amount, "", "", "", account.facts.currency, why)


def _list_lines(who: tuple[str, str], account: BillableAccount, bill: DraftBill) -> Iterator[tuple[object, ...]]:
    """A row a line. What is drawn stands on no document: it has no due date, and the statement of its month asks for
    it."""
    currency, is_drawn = account.facts.currency, account.facts.funding_policy in POSTPAID_MODES
    for place, document in enumerate(bill.documents, 1):
        totals = (document.net_minor, document.tax_minor, document.gross_minor)
        sums = ("", "", "") if is_drawn else tuple(write_plain(minor, currency=currency) for minor in totals)
        for line in document.lines:
            is_given_back = is_drawn and document.kind == "credit_note"
            cells = write_line_cells(_read(line), currency=currency, is_given_back=is_given_back)
            yield (
                *who,
                DRAWN if is_drawn else "preview",
                "" if is_drawn else place,
                document.collection_method,
                "" if is_drawn else document.due_on,
                line.kind,
                make_harmless(line.description),
                line.period_start_on,
                line.period_end_on,
                cells.quantity,
                cells.unit_price,
                cells.net,
                *sums,
                currency,
                make_harmless(cells.explanation),
            )


def _read(line: DraftLine) -> PreviewLine:
    return PreviewLine(
        line.kind,
        Decimal(line.quantity),
        line.unit_price,
        line.part_days,
        line.full_days,
        line.percent,
        line.percent_of_minor,
        line.net_minor,
    )


def make_harmless(text: str) -> str:
    """A text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
