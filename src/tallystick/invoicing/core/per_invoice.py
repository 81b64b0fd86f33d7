"""One account's invoices each on its own: what fails leaves out its own invoice, not the account (ZUO-13). Pure."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import AccountToBill, ServiceToBill, assemble_bill, document_key
from tallystick.invoicing.core.draft import DraftBill


class PartlyDrafted(NamedTuple):
    """What could be drafted, and why the rest could not."""

    bill: DraftBill
    reasons: tuple[str, ...]


def assemble_invoices(account: AccountToBill, *, target_on: date, invoice_on: date) -> PartlyDrafted:
    """The account's bill, without the invoices that are refused. Invoices come out as in `assemble_bill`."""
    bills: list[DraftBill] = []
    reasons: list[str] = []
    for services in _list_groups(account):
        part = account._replace(services=services)
        try:
            bills.append(assemble_bill(part, target_on=target_on, invoice_on=invoice_on))
        except Refusal as refusal:
            reasons.append(str(refusal))
    return PartlyDrafted(
        DraftBill(
            account.account_id,
            tuple(document for bill in bills for document in bill.documents),
            tuple(move for bill in bills for move in bill.moves),
        ),
        tuple(dict.fromkeys(reasons)),
    )


def _list_groups(account: AccountToBill) -> Sequence[list[ServiceToBill]]:
    in_order = sorted(
        account.services, key=lambda service: document_key(account, service=service)
    )  # stable: keeps the rank
    return [list(group) for _, group in groupby(in_order, key=lambda service: document_key(account, service=service))]
