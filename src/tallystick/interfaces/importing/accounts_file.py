"""The file of accounts: one row is one account as it shall be."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tallystick.accounts.core.new_account import AccountTerms, ContactDetails, NewAccount, Party
from tallystick.errors import Problem
from tallystick.interfaces.importing.columns import Column
from tallystick.interfaces.importing.values import (
    parse_choice,
    parse_decimal,
    parse_text,
    parse_whole,
    parse_yes_no,
)
from tallystick.money.amount import parse_minor
from tallystick.money.errors import InvalidAmount, UnknownCurrency
from tallystick.payments.core.sandbox_outcomes import is_magic_number, normalize_number

#: By word: is e-mailed, is printed.
DELIVERY = {"email": (True, False), "print": (False, True), "email+print": (True, True), "none": (False, False)}

COLUMNS = (
    Column("external_id", parse_text, "its id where it comes from; the row's key", is_required=True, default=""),
    Column("name", parse_text, "whom the invoice is made out to", is_required=True, default=""),
    Column("is_business", parse_yes_no, "`yes` for an organization", default=False),
    Column("street", parse_text, "street and number", default=""),
    Column("postcode", parse_text, "postal code", default=""),
    Column("city", parse_text, "city; needed where invoices are printed", default=""),
    Column("country", parse_text, "two-letter code; decides the VAT", default=""),
    Column("vat_number", parse_text, "VAT number of a business, with the country in front", default=""),
    Column("email", parse_text, "where invoices are e-mailed to", default=""),
    Column("currency", parse_text, "three-letter code; empty: the seller's. Never changes afterward", default=""),
    Column(
        "billing_mode",
        parse_choice("self_serve", "managed"),
        "`self_serve` (collected) or `managed` (invoiced, paid by transfer); empty: `self_serve`",
        default="self_serve",
    ),
    Column("anchor_day", parse_whole, "day of the month that new cycles start from, 1 to 31; empty: 1", default=1),
    Column("net_terms_days", parse_whole, "days from invoice to due; empty: as the seller's rule says"),
    Column("receivable_limit", parse_decimal, "the most they may owe, in the account's currency; empty: no limit"),
    Column(
        "delivery",
        parse_choice(*DELIVERY),
        "`email`, `print`, `email+print` or `none`; empty: `email`",
        default="email",
    ),
    Column("language", parse_text, "language of invoices, such as `en` or `de-AT`; empty: `en`", default="en"),
    Column("segment", parse_text, "batch: bill runs can be limited to it", default=""),
    Column("customer_reference", parse_text, "joins the accounts of one customer", default=""),
    Column("buyer_reference", parse_text, "purchase order or routing id that invoices must carry", default=""),
    Column("manager_email", parse_text, "staff user in the seller's own domain who looks after it", default=""),
    Column("admin_name", parse_text, "whom to talk to at the customer", default=""),
    Column("admin_email", parse_text, "the admin contact's address", default=""),
    Column("admin_phone", parse_text, "the admin contact's telephone", default=""),
    Column("billing_name", parse_text, "who handles their invoices", default=""),
    Column("billing_email", parse_text, "the billing contact's address", default=""),
    Column("billing_phone", parse_text, "the billing contact's telephone", default=""),
    Column(
        "sandbox_method",
        parse_text,
        "magic card number or IBAN of the sandbox gateway, saved as the payment method; an empty one removes nothing",
        default="",
    ),
)


class AccountRow(NamedTuple):
    """An account with its line, and the number to be saved for it at the sandbox gateway, if any."""

    line: int
    account: NewAccount
    sandbox_method: str


def make_account(line: int, values: Mapping[str, Any], *, currency: str) -> tuple[AccountRow, list[Problem]]:
    """The account of a row, and what is wrong with what only a file says; an empty currency means `currency`."""
    problems: list[Problem] = []
    own_currency = values["currency"] or currency
    limit_minor = _parse_limit(values["receivable_limit"], own_currency, problems)
    is_emailed, is_printed = DELIVERY[values["delivery"]]
    number = normalize_number(values["sandbox_method"])
    if number and not is_magic_number(number):
        problems.append(Problem("sandbox_method", "is none of the sandbox gateway's numbers"))
    terms = AccountTerms(
        currency=own_currency,
        customer_reference=values["customer_reference"],
        billing_mode=values["billing_mode"],
        receivable_limit_minor=limit_minor,
        anchor_day=values["anchor_day"],
        segment=values["segment"],
        net_terms_days=values["net_terms_days"],
        is_emailed=is_emailed,
        is_printed=is_printed,
        language=values["language"],
        buyer_reference=values["buyer_reference"],
    )
    account = NewAccount(
        external_id=values["external_id"],
        party=Party(**{name: values[name] for name in Party._fields}),
        terms=terms,
        admin_contact=_make_contact(values, "admin"),
        billing_contact=_make_contact(values, "billing"),
        manager_email=values["manager_email"],
    )
    return AccountRow(line, account, number), problems


def _parse_limit(limit: Any, currency: str, problems: list[Problem]) -> int | None:
    if limit is None:
        return None
    try:
        return parse_minor(format(limit, "f"), currency)
    except (InvalidAmount, UnknownCurrency) as wrong:
        # An unknown currency is told once, by the room, which looks at every row.
        if isinstance(wrong, InvalidAmount):
            problems.append(Problem("receivable_limit", wrong.message))
        return None


def _make_contact(values: Mapping[str, Any], role: str) -> ContactDetails | None:
    details = ContactDetails(*(values[f"{role}_{name}"] for name in ContactDetails._fields))
    return details if any(details) else None
