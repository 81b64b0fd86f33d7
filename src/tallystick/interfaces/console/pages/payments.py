"""Payments: money that arrived, and what it was used for."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Days, Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.moments import Moment, list_attempt_moments, merge
from tallystick.interfaces.console.reads.money_words import describe_payment
from tallystick.interfaces.console.reads.sellers import list_seller_options
from tallystick.invoicing.models import Allocation, CreditSource
from tallystick.payments.models import AttemptEvent, Payment, RefundEvent
from tallystick.payments.queries import get_payment
from tallystick.payments.queries.refunds import find_refundable, list_refund_events
from tallystick.plumbing.permissions import RECORDS_READ


def _list_rows() -> QuerySet[Payment]:
    return Payment.objects.select_related("account", "attempt__method", "credit_source")


def _search(rows: QuerySet[Payment], words: str) -> QuerySet[Payment]:
    account = Q(account__name__icontains=words) | Q(account__external_id__iexact=words)
    return rows.filter(account | Q(reference__icontains=words) | Q(attempt__gateway_ref=words))


def _draw_payment(payment: Payment) -> cells.Cell:
    amount = write_money(payment.amount_minor, currency=payment.currency)
    by = payment.attempt.paid_with if payment.attempt else "bank transfer"
    where = payment.gateway if payment.attempt else payment.reference
    return cells.Text(f"{amount} by {by}", where, reverse("admin:payment", args=[payment.pk]))


def _describe_state(payment: Payment) -> chips.Status:
    return chips.describe(payment.attempt.status) if payment.attempt else chips.RECEIVED


def _draw_left(payment: Payment) -> cells.Cell:
    source = getattr(payment, "credit_source", None)
    return cells.Money(source.remaining_minor if source else 0, payment.currency)


def _add_up(rows: QuerySet[Payment]) -> Totals:
    left = Sum("credit_source__remaining_minor")
    per_currency = list(
        rows.order_by("currency").values_list("currency").annotate(Count("pk"), Sum("amount_minor"), left)
    )
    figures = []
    for currency, _, arrived, unused in per_currency:
        figures += [
            ("Arrived", cells.Money(arrived or 0, currency)),
            ("Not yet used", cells.Money(unused or 0, currency)),
        ]
    return Totals(sum(row[1] for row in per_currency), figures)


PAYMENTS = Listing(
    title="Payments",
    question="What money arrived, and by which way?",
    noun="payment",
    rows=_list_rows,
    sort="-received_on",
    columns=(
        Column[Payment]("Received", lambda row: cells.Day(row.received_on), sort="received_on"),
        Column[Payment](
            "Account",
            lambda row: cells.Text(
                row.account.name, row.account.external_id, reverse("admin:account", args=[row.account_id])
            ),
            sort="account__name",
        ),
        Column[Payment]("Payment", _draw_payment),
        Column[Payment]("Recorded by", lambda row: cells.Text(row.actor_label)),
        Column[Payment]("State", lambda row: cells.Chip(_describe_state(row))),
        Column[Payment]("Not yet used", _draw_left, is_right=True),
        Column[Payment](
            "Amount", lambda row: cells.Money(row.amount_minor, row.currency), sort="amount_minor", is_right=True
        ),
        Column[Payment]("Currency", lambda row: cells.Text(row.currency), is_in_csv_only=True),
    ),
    filters=(
        States(
            (
                ("gateway", "By gateway", lambda rows: rows.filter(kind=Payment.GATEWAY)),
                ("transfer", "By transfer", lambda rows: rows.filter(kind=Payment.TRANSFER)),
                ("unused", "Not yet used", lambda rows: rows.filter(credit_source__remaining_minor__gt=0)),
            )
        ),
        Search("Account or reference", _search),
        Days("received", "Received", "received_on"),
        Choice(
            "seller", "Seller", list_seller_options, lambda rows, chosen: rows.filter(account__seller_id=int(chosen))
        ),
    ),
    totals=_add_up,
    empty=Empty(
        "Money arrives by payment runs. Failures are listed on the run that met them.",
        "Payment runs",
        "admin:payment_runs",
    ),
)


_REFUND_WORDS = {
    "create": "Refund asked for",
    "send": "Refund sent",
    "await_transfer": "Refund waits for a person to send it",
    "is_pending": "Refund on its way",
    "is_succeeded": "Refund gone back",
    "is_failed": "Refund failed; it is credit again",
    "is_canceled": "Refund canceled; it is credit again",
    "refused": "Refund refused by the gateway; it is credit again",
    "not_sent": "Refund not sent; it is tried again",
    "no_answer": "Refund without an answer; it is looked up",
    "find": "Refund found at the gateway",
}


def _tell_refund(event: RefundEvent) -> Moment:
    amount = write_money(event.refund.amount_minor, currency=event.refund.currency)
    told = _REFUND_WORDS.get(event.event, event.event)
    return Moment(event.at, f"{told}: {amount}", event.actor_label, event.reason)


@needs(RECORDS_READ)
def list_payments(request: HttpRequest) -> HttpResponseBase:
    """All payments."""
    return show_listing(request, listing=PAYMENTS)


@needs(RECORDS_READ)
def show_payment(request: HttpRequest, *, payment_id: int) -> HttpResponseBase:
    """One payment: how it came, and which documents it settled."""
    payment = get_payment(payment_id)
    source = CreditSource.objects.filter(payment=payment).first()
    allocations = Allocation.objects.filter(source=source).select_related("document").order_by("pk")
    context = {
        "payment": payment,
        "remaining_minor": source.remaining_minor if source else 0,
        "allocations": allocations if source else (),
        "refunds": payment.refunds.order_by("-pk"),
        "disputes": payment.disputes.order_by("-pk"),
        "refundable_minor": find_refundable(payment),
        "moments": merge(
            list_attempt_moments(AttemptEvent.objects.filter(attempt=payment.attempt), tells_steps=True),
            (_tell_refund(event) for event in list_refund_events(payment.pk)),
        ),
    }
    title = describe_payment(payment)
    crumbs = [crumb("Payments", name="payments")]
    context["sentence"] = write_money(payment.amount_minor, currency=payment.currency)
    return draw_page(request, template="console/payment.html", title=title, crumbs=crumbs, context=context)
