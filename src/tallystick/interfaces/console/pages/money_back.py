"""Money that went back, over all payments: refunds with what became of them, disputes and bounced debits."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.payments.core.failures import explain_failure
from tallystick.payments.core.refund_lifecycle import UNSETTLED
from tallystick.payments.models import Dispute, Payment, Refund
from tallystick.plumbing.permissions import RECORDS_READ

#: Sent back by a person who has not said yet that it is done.
WAITS_FOR_TRANSFER = Q(status="pending", payment__attempt__isnull=True)
_WAY = Q(status__in=UNSETTLED) & ~WAITS_FOR_TRANSFER
_DISPUTED = {"open": chips.Status("Disputed", "bad"), "lost": chips.Status("Lost", "bad"), "won": chips.describe("won")}


def _list_refunds() -> QuerySet[Refund]:
    return Refund.objects.select_related("payment__account", "payment__attempt")


def _list_disputes() -> QuerySet[Dispute]:
    return Dispute.objects.select_related("payment__account", "payment__attempt")


def _search_refunds(rows: QuerySet[Refund], words: str) -> QuerySet[Refund]:
    return rows.filter(_names(words) | Q(gateway_ref=words))


def _search_disputes(rows: QuerySet[Dispute], words: str) -> QuerySet[Dispute]:
    return rows.filter(_names(words) | Q(gateway_ref=words))


def _names(words: str) -> Q:
    account = Q(payment__account__name__icontains=words) | Q(payment__account__external_id__iexact=words)
    return account | Q(payment__reference=words)


def _draw_payment(payment: Payment, amount_minor: int) -> cells.Cell:
    amount = write_money(amount_minor, currency=payment.currency)
    whole = write_money(payment.amount_minor, currency=payment.currency)
    return cells.Text(f"{amount} of {whole}", payment.reference, reverse("admin:payment", args=[payment.pk]))


def _draw_account(payment: Payment) -> cells.Cell:
    account = payment.account
    return cells.Text(account.name, account.external_id, reverse("admin:account", args=[account.pk]))


def _draw_gateway(payment: Payment) -> cells.Cell:
    address = payment.attempt.dashboard_url if payment.attempt else ""
    return cells.Links([("At the gateway", address)]) if address else cells.Text("By transfer")


def _describe_refund(refund: Refund) -> chips.Status:
    waits = refund.status == "pending" and refund.payment.attempt_id is None
    return chips.Status("To be transferred", "wait") if waits else chips.describe(refund.status)


def _explain_refund(refund: Refund) -> str:
    if refund.status == "failed":
        return explain_failure(refund.failure_code) if refund.failure_code else refund.failure_detail or "It came back."
    return refund.reason


def _add_up_refunds(rows: QuerySet[Refund]) -> Totals:
    per_currency = list(rows.order_by("currency").values_list("currency").annotate(Count("pk"), Sum("amount_minor")))
    figures = [("Given back", cells.Money(amount or 0, currency)) for currency, _, amount in per_currency]
    return Totals(sum(row[1] for row in per_currency), figures)


def _add_up_disputes(rows: QuerySet[Dispute]) -> Totals:
    per_currency = list(rows.order_by("currency").values_list("currency").annotate(Count("pk"), Sum("amount_minor")))
    figures = [("Taken back", cells.Money(amount or 0, currency)) for currency, _, amount in per_currency]
    return Totals(sum(row[1] for row in per_currency), figures)


REFUNDS = Listing(
    title="Refunds",
    question="What goes back to customers, what became of it, and which refund needs someone?",
    noun="refund",
    rows=_list_refunds,
    sort="-id",
    columns=(
        Column[Refund]("Refund", lambda row: _draw_payment(row.payment, row.amount_minor)),
        Column[Refund]("State", lambda row: cells.Chip(_describe_refund(row)), sort="status"),
        Column[Refund]("Account", lambda row: _draw_account(row.payment), sort="payment__account__name"),
        Column[Refund]("Why", lambda row: cells.Text(_explain_refund(row))),
        Column[Refund]("Where", lambda row: _draw_gateway(row.payment)),
        Column[Refund]("Made", lambda row: cells.Instant(row.created_at), sort="created_at"),
        Column[Refund]("Over", lambda row: cells.Instant(row.final_at)),
    ),
    filters=(
        States(
            (
                ("to_transfer", "To be transferred", lambda rows: rows.filter(WAITS_FOR_TRANSFER)),
                ("under_way", "Under way", lambda rows: rows.filter(_WAY)),
                ("failed", "Failed", lambda rows: rows.filter(status="failed")),
                ("succeeded", "Succeeded", lambda rows: rows.filter(status="succeeded")),
            )
        ),
        Search("Account, or the gateway's reference", _search_refunds),
    ),
    totals=_add_up_refunds,
    empty=Empty("Money is given back from a payment's page.", "Payments", "admin:payments"),
)

DISPUTES = Listing(
    title="Disputes",
    question="What did payers' banks take back, for which reason, and what of it came to us again?",
    noun="dispute",
    rows=_list_disputes,
    sort="-id",
    columns=(
        Column[Dispute]("Dispute", lambda row: _draw_payment(row.payment, row.amount_minor)),
        Column[Dispute]("State", lambda row: cells.Chip(_DISPUTED[row.status]), sort="status"),
        Column[Dispute]("Account", lambda row: _draw_account(row.payment), sort="payment__account__name"),
        Column[Dispute]("Why", lambda row: cells.Text(explain_failure(row.code), row.reason)),
        Column[Dispute]("Where", lambda row: _draw_gateway(row.payment)),
        Column[Dispute]("Opened", lambda row: cells.Instant(row.opened_at), sort="opened_at"),
        Column[Dispute]("Reversed", lambda row: cells.Instant(row.reversed_at)),
    ),
    filters=(
        States(
            (
                ("open", "Disputed", lambda rows: rows.filter(status="open")),
                ("lost", "Lost", lambda rows: rows.filter(status="lost")),
                ("won", "Won", lambda rows: rows.filter(status="won")),
            )
        ),
        Search("Account, or the gateway's reference", _search_disputes),
    ),
    totals=_add_up_disputes,
    empty=Empty(
        "Chargebacks and debits that bounced after they were paid are listed here.", "Payments", "admin:payments"
    ),
)


@needs(RECORDS_READ)
def list_refunds(request: HttpRequest) -> HttpResponseBase:
    """All refunds."""
    return show_listing(request, listing=REFUNDS)


@needs(RECORDS_READ)
def list_disputes(request: HttpRequest) -> HttpResponseBase:
    """All disputes."""
    return show_listing(request, listing=DISPUTES)
