"""Give money of a payment back, and say what became of a transfer that was sent back."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, fill
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.pages.payment_forms import AmountForm
from tallystick.interfaces.console.reads.calendar import now
from tallystick.journeys.give_back import cancel_refund, confirm_refund, refund_payment
from tallystick.money.amount import format_minor
from tallystick.payments.queries import get_payment
from tallystick.payments.queries.refunds import find_refundable, get_refund
from tallystick.plumbing.permissions import PAYMENTS_REFUND


class RefundForm(AmountForm):
    """How much, why, and to where."""

    reason = forms.CharField(label="Why", max_length=300, help_text="It stays in the history.")


class TransferBackForm(RefundForm):
    """The same for what came by transfer."""

    iban = forms.CharField(label="To which IBAN", max_length=40, help_text="A person sends it and confirms that.")


@needs(PAYMENTS_REFUND)
def refund(request: HttpRequest, *, payment_id: int) -> HttpResponseBase:
    """Give back a part of a payment or all that is left, after a question that says what follows."""
    payment = get_payment(payment_id)
    left = find_refundable(payment)
    address = reverse("admin:payment", args=[payment_id])
    kind = RefundForm if payment.attempt_id else TransferBackForm
    form = kind(
        request.POST or None, currency=payment.currency, initial={"amount": format_minor(left, payment.currency)}
    )

    def act(filled: RefundForm) -> int:
        given = filled.cleaned_data
        return refund_payment(
            payment_id,
            amount_minor=given["amount"],
            reason=given["reason"],
            iban=given.get("iban", ""),
            at=now(),
            actor=get_actor(request),
        )

    def ask(filled: RefundForm) -> str:
        amount = write_money(filled.cleaned_data["amount"], currency=payment.currency)
        opens = (
            "What it had paid is open again, as far as its credit does not suffice, and is collected or asked for "
            "again: credit the invoice first if it is not owed any more."
        )
        return f"Give {amount} back to {payment.account.name}? {opens}"

    filling = Filling[RefundForm, int](
        title="Give money back",
        intro=f"{write_money(left, currency=payment.currency)} of this payment can go back to {payment.account.name}.",
        button="Give it back",
        crumbs=[
            crumb("Payments", name="payments"),
            Crumb(write_money(payment.amount_minor, currency=payment.currency), address),
        ],
        act=act,
        done=_tell,
        go=lambda _: address,
        aliases={"amount_minor": "amount"},
        ask=ask,
    )
    return fill(request, form=form, filling=filling)


def _tell(refund_id: int) -> str:
    made = get_refund(refund_id)
    amount = write_money(made.amount_minor, currency=made.currency)
    return {
        "succeeded": f"{amount} went back.",
        "pending": f"Send {amount} to {made.iban}, then confirm." if made.iban else f"{amount} is on its way.",
        "failed": f"The gateway refused it: {made.failure_code}. Nothing went back.",
    }.get(made.status, f"{amount} is to go back; what the gateway did is being looked up.")


@require_POST
@needs(PAYMENTS_REFUND)
def confirm(request: HttpRequest, *, refund_id: int) -> HttpResponse:
    """A transfer was sent back."""
    perform(
        request,
        act=lambda: confirm_refund(refund_id, at=now(), actor=get_actor(request)),
        done=lambda _: "It has left the bank account.",
    )
    return redirect("admin:payment", get_refund(refund_id).payment_id)


@require_POST
@needs(PAYMENTS_REFUND)
def cancel(request: HttpRequest, *, refund_id: int) -> HttpResponse:
    """A transfer does not go back after all, or came back."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: cancel_refund(refund_id, reason=reason, at=now(), actor=get_actor(request)),
        done=lambda _: "It is customer credit again.",
    )
    return redirect("admin:payment", get_refund(refund_id).payment_id)
