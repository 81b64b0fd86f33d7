"""Saved payment methods: which can be charged, which stand still and why, and what a person does about it."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.delivery.models import MethodRequest
from tallystick.delivery.operations.ask_for_methods import ask_for_methods
from tallystick.errors import InvalidInput, NotFound
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may, perform
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column, Table
from tallystick.interfaces.console.lists.filters import Choice, Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.pages.attempts import ATTEMPTS
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.moments import list_method_moments, list_request_moments, merge
from tallystick.interfaces.console.reads.sellers import list_seller_options
from tallystick.interfaces.record_links import get_portal_address
from tallystick.payments.core.method_rules import RESUMABLE, tell_expiry
from tallystick.payments.models import PaymentAttempt, PaymentMethod, PaymentMethodEvent
from tallystick.payments.operations.refresh_methods import refresh_methods
from tallystick.payments.operations.resume_method import resume_method
from tallystick.payments.operations.set_failure_limit import set_failure_limit
from tallystick.payments.queries import list_expiring_methods
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE, RECORDS_READ

_MOST = 100
_FAILING = Q(state="valid", consecutive_failures__gt=0)
_MEANING = {
    "valid": "A payment run may charge it.",
    "pending": "The bank has not confirmed it yet; it is not charged before.",
    "stopped": "It is not charged until a person has looked and resumes it.",
    "invalid": "The bank refused it for good; the customer has to save another.",
    "revoked": "It was withdrawn; the customer has to save another.",
}


def _list_rows() -> QuerySet[PaymentMethod]:
    return PaymentMethod.objects.select_related("account", "gateway_account")


def _search(rows: QuerySet[PaymentMethod], words: str) -> QuerySet[PaymentMethod]:
    account = Q(account__name__icontains=words) | Q(account__external_id__iexact=words)
    return rows.filter(account | Q(label__icontains=words))


def _draw_failures(method: PaymentMethod) -> cells.Cell:
    return cells.Text(f"{method.consecutive_failures} in a row") if method.consecutive_failures else cells.Text("")


def _describe_use(method: PaymentMethod) -> str:
    gateway = method.gateway_account.kind.capitalize()
    return f"{gateway}, default" if method.is_default else gateway


def _keep_expiring(rows: QuerySet[PaymentMethod]) -> QuerySet[PaymentMethod]:
    return rows.filter(pk__in=list_expiring_methods(today()).values("pk"))


PAYMENT_METHODS = Listing(
    title="Payment methods",
    question="What may payment runs charge, and which saved methods stand still?",
    noun="payment method",
    rows=_list_rows,
    sort="-id",
    columns=(
        Column[PaymentMethod](
            "Method",
            lambda row: cells.Text(row.label, _describe_use(row), reverse("admin:payment_method", args=[row.pk])),
        ),
        Column[PaymentMethod]("State", lambda row: cells.Chip(chips.describe(row.state)), sort="state"),
        Column[PaymentMethod](
            "Account",
            lambda row: cells.Text(
                row.account.name, row.account.external_id, reverse("admin:account", args=[row.account_id])
            ),
            sort="account__name",
        ),
        Column[PaymentMethod]("Expires", lambda row: cells.Day(row.expires_on), sort="expires_on"),
        Column[PaymentMethod]("Failures", _draw_failures),
        Column[PaymentMethod]("Last failed", lambda row: cells.Instant(row.last_failed_at)),
        Column[PaymentMethod]("Saved", lambda row: cells.Instant(row.created_at), sort="created_at"),
    ),
    filters=(
        States(
            (
                ("stopped", "Stopped", lambda rows: rows.filter(state="stopped")),
                ("failing", "Failing", lambda rows: rows.filter(_FAILING)),
                ("expiring", "Expiring", _keep_expiring),
                ("pending", "Pending", lambda rows: rows.filter(state="pending")),
                ("gone", "Gone", lambda rows: rows.filter(state__in=("invalid", "revoked"))),
            )
        ),
        Search("Account or method", _search),
        Choice(
            "seller", "Seller", list_seller_options, lambda rows, chosen: rows.filter(account__seller_id=int(chosen))
        ),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty("Customers save cards and mandates at a gateway; for tests, save one on an account's page."),
)


@needs(RECORDS_READ)
def list_payment_methods(request: HttpRequest) -> HttpResponseBase:
    """All saved methods."""
    return show_listing(request, listing=PAYMENT_METHODS, template="console/payment_methods.html")


@require_POST
@needs(RECORDS_READ)
def ask(request: HttpRequest) -> HttpResponse:
    """Send the requests for new methods that are due today; nobody is asked twice a day."""
    perform(
        request,
        act=lambda: ask_for_methods(
            at=now(),
            actor=get_actor(request),
            portal_address=get_portal_address(request),
            waits_for_morning=False,
        ),
        done=lambda sent: f"{write_count(len(sent), noun='request')} for a new payment method sent.",
    )
    return redirect("admin:payment_methods")


@needs(RECORDS_READ)
def show_payment_method(request: HttpRequest, *, method_id: int) -> HttpResponseBase:
    """One method: how it stands, what was charged by it, and what people did about it."""
    method = _get_method(method_id)
    attempts = PaymentAttempt.objects.filter(method=method).select_related("account", "method").order_by("-pk")
    may_write = may(request, permission=PAYMENT_METHODS_WRITE)
    stands_still = method.state == "stopped" or bool(method.consecutive_failures)
    columns = [column for column in ATTEMPTS.columns if column.title != "Account"]
    context = {
        "method": method,
        "meaning": _MEANING[method.state],
        "expiry": tell_expiry(method.expires_on, on=today()),
        "can_limit": may_write,
        "can_resume": may_write and stands_still and method.state in RESUMABLE,
        "can_refresh": may_write and method.state in ("pending", "valid"),
        "table": Table(columns, list(attempts[:_MOST]), "It was never charged."),
        "moments": merge(
            list_method_moments(PaymentMethodEvent.objects.filter(method=method)),
            list_request_moments(MethodRequest.objects.filter(method=method)),
        ),
    }
    crumbs = [crumb("Payment methods", name="payment_methods")]
    return draw_page(
        request, template="console/payment_method.html", title=method.label, crumbs=crumbs, context=context
    )


@require_POST
@needs(RECORDS_READ)
def resume(request: HttpRequest, *, method_id: int) -> HttpResponse:
    """Let a method be charged again."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: resume_method(method_id, reason=reason, at=now(), actor=get_actor(request)),
        done=lambda method: f"{method.label} is charged again from the next payment run on.",
    )
    return redirect("admin:payment_method", method_id)


@require_POST
@needs(RECORDS_READ)
def limit(request: HttpRequest, *, method_id: int) -> HttpResponse:
    """Give it a failure limit of its own; an empty one is the billing rule's."""
    text, reason = request.POST.get("limit", "").strip(), request.POST.get("reason", "")
    perform(
        request,
        act=lambda: set_failure_limit(
            method_id, limit=_read_limit(text), reason=reason, at=now(), actor=get_actor(request)
        ),
        done=lambda method: f"The failure limit of {method.label} is set.",
    )
    return redirect("admin:payment_method", method_id)


@require_POST
@needs(RECORDS_READ)
def refresh(request: HttpRequest, *, method_id: int) -> HttpResponse:
    """Ask the gateway how the account's methods stand."""
    method = _get_method(method_id)
    perform(
        request,
        act=lambda: refresh_methods(method.account_id, at=now(), actor=get_actor(request)),
        done=lambda changed: (
            f"The gateway was asked: {write_count(changed, noun='method')} changed."
            if changed
            else "The gateway was asked: the methods stand as they did."
        ),
    )
    return redirect("admin:payment_method", method_id)


def _read_limit(text: str) -> int | None:
    if text and not text.isdecimal():
        raise InvalidInput("Give a whole number, or nothing.", field="limit")
    return int(text) if text else None


def _get_method(method_id: int) -> PaymentMethod:
    method = _list_rows().filter(pk=method_id).first()
    if method is None:
        raise NotFound(f"There is no payment method {method_id}.")
    return method
