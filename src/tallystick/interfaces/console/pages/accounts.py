"""Accounts: whom we bill, and where each of them stands."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.accounts.models import Account
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.models import Seller


def _list_rows() -> QuerySet[Account]:
    rows = Account.objects.select_related("manager", "ledger_balance").prefetch_related("contacts")
    # The index of names begins with the seller: naming the only one lets it put a million accounts in order.
    sellers = list(Seller.objects.values_list("pk", flat=True)[:2])
    return rows.filter(seller_id=sellers[0]) if len(sellers) == 1 else rows


def _search(rows: QuerySet[Account], words: str) -> QuerySet[Account]:
    manager = Q(manager__email__iexact=words) | Q(manager__last_name__iexact=words)
    return rows.filter(Q(name__icontains=words) | Q(external_id__iexact=words) | manager)


def _list_segments() -> Sequence[tuple[str, str]]:
    names = Account.objects.exclude(segment="").order_by("segment").values_list("segment", flat=True).distinct()
    return [(name, name) for name in names]


def _list_managers() -> Sequence[tuple[str, str]]:
    users = User.objects.filter(managed_accounts__isnull=False).order_by("last_name", "username").distinct()
    return [("none", "Nobody"), *((str(user.pk), user.get_full_name() or user.username) for user in users)]


def _of_manager(rows: QuerySet[Account], chosen: str) -> QuerySet[Account]:
    return rows.filter(manager__isnull=True) if chosen == "none" else rows.filter(manager_id=int(chosen))


def _add_up(rows: QuerySet[Account]) -> Totals:
    per_currency = (
        rows.order_by()
        .values("currency")
        .annotate(many=Count("pk"), owed=Sum("ledger_balance__receivable_minor"))
        .order_by("currency")
    )
    figures = [("Owed", cells.Money(each["owed"] or 0, each["currency"])) for each in per_currency]
    return Totals(sum(each["many"] for each in per_currency), figures)


def _draw_owed(account: Account) -> cells.Cell:
    balance = getattr(account, "ledger_balance", None)
    return cells.Money(balance.receivable_minor if balance else 0, account.currency)


def _draw_manager(account: Account) -> cells.Cell:
    manager = account.manager
    return cells.Person(manager.get_full_name() or manager.username, manager.email) if manager else cells.Text("")


def _draw_admin_contact(account: Account) -> cells.Cell:
    contact = next((each for each in account.contacts.all() if each.role == "admin"), None)
    return cells.Person(contact.name, contact.email) if contact else cells.Text("")


ACCOUNTS = Listing(
    title="Accounts",
    question="Whom do we bill, and what do they owe?",
    noun="account",
    rows=_list_rows,
    sort="name",
    columns=(
        Column[Account](
            "Account",
            lambda row: cells.Text(row.name, row.external_id, reverse("admin:account", args=[row.pk])),
            sort="name",
        ),
        Column[Account]("Id", lambda row: cells.Text(row.external_id), is_in_csv_only=True),
        Column[Account]("Mode", lambda row: cells.Chip(chips.describe(row.billing_mode)), sort="billing_mode"),
        Column[Account]("Segment", lambda row: cells.Text(row.segment), sort="segment"),
        Column[Account]("Account manager", _draw_manager),
        Column[Account]("Admin contact", _draw_admin_contact),
        Column[Account]("Owed", _draw_owed, is_right=True),
        Column[Account]("Currency", lambda row: cells.Text(row.currency), is_in_csv_only=True),
    ),
    filters=(
        States(
            (
                ("owing", "Owing", lambda rows: rows.filter(ledger_balance__receivable_minor__gt=0)),
                ("managed", "Managed", lambda rows: rows.filter(billing_mode=Account.MANAGED)),
                ("self_serve", "Self-serve", lambda rows: rows.filter(billing_mode=Account.SELF_SERVE)),
            )
        ),
        Search("Name, id or account manager", _search),
        Choice("segment", "Segment", _list_segments, lambda rows, chosen: rows.filter(segment=chosen)),
        Choice("manager", "Account manager", _list_managers, _of_manager),
    ),
    totals=_add_up,
    empty=Empty("Accounts come in by `tallystick import accounts FILE` or through the API."),
)


@needs(RECORDS_READ)
def list_accounts(request: HttpRequest) -> HttpResponseBase:
    """All accounts."""
    return show_listing(request, listing=ACCOUNTS, template="console/accounts.html")
