"""Money that is more than what is open: what becomes of the rest is said before it is booked."""

from typing import Any

from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.output import money
from tallystick.invoicing.queries.open_credit import list_open_documents


def ask_about_rest(account: Any, *, amount_minor: int, yes: bool, document: Any = None) -> None:
    """Ask before more is booked than is open, on the document or, without one, in all; name what becomes credit."""
    owed_minor = sum(each.document.open_minor for each in list_open_documents([account.pk]))
    open_minor = owed_minor if document is None else document.open_minor
    rest_minor = amount_minor - open_minor
    if rest_minor <= 0:
        return
    where = "" if document is None else f" on {document.number}"
    told = f"{money(rest_minor, account.currency)} more than the {money(open_minor, account.currency)} open{where}"
    credit_minor = max(amount_minor - owed_minor, 0)
    parts = []
    if rest_minor > credit_minor:
        parts.append(f"{money(rest_minor - credit_minor, account.currency)} settles what else is owed")
    if credit_minor:
        parts.append(f"{money(credit_minor, account.currency)} becomes credit of {account.external_id}")
    ask(f"Book {money(amount_minor, account.currency)}? That is {told}: {', and '.join(parts)}.", yes=yes)
