"""One account, the heart of the console: where it stands, what it has, and everything that happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.access.queries import list_customer_users
from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.accounts.operations.assign_manager import assign_manager
from tallystick.accounts.queries import list_discounts
from tallystick.credit.queries import get_funds
from tallystick.delivery.models import Delivery, DeliveryEvent, MethodRequest
from tallystick.delivery.queries.deliveries import list_account_deliveries
from tallystick.errors import NotFound
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.lists.columns import Column, Table
from tallystick.interfaces.console.pages.deliveries import DELIVERIES
from tallystick.interfaces.console.pages.draws import DRAWS
from tallystick.interfaces.console.pages.invoices import INVOICES
from tallystick.interfaces.console.pages.payments import PAYMENTS
from tallystick.interfaces.console.pages.subscriptions import SUBSCRIPTIONS
from tallystick.interfaces.console.reads.calendar import today
from tallystick.interfaces.console.reads.cycles import describe_cycle_days
from tallystick.interfaces.console.reads.moments import (
    Moment,
    list_account_moments,
    list_attempt_moments,
    list_delivery_moments,
    list_document_moments,
    list_request_moments,
    list_settlement_moments,
    list_subscription_moments,
    merge,
)
from tallystick.interfaces.console.reads.next_bill import find_next_bill
from tallystick.interfaces.console.reads.staff import list_staff_addresses
from tallystick.interfaces.console.reads.standing import get_standing
from tallystick.invoicing.models import Allocation, Document, DocumentEvent, Draw
from tallystick.payments.models import AttemptEvent, Payment
from tallystick.payments.queries import list_methods
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.subscriptions.models import Subscription, SubscriptionEvent

_MOST = 100


def _without_account(columns: Any) -> list[Column[Any]]:
    return [column for column in columns if column.title != "Account"]


def _draw_timeline(account: Account) -> dict[str, Any]:
    return {"moments": _list_moments(account)}


def _list_moments(account: Account) -> list[Moment]:
    return merge(
        list_settlement_moments(Allocation.objects.filter(account=account), names_it=True),
        list_attempt_moments(AttemptEvent.objects.filter(attempt__account=account)),
        list_delivery_moments(DeliveryEvent.objects.filter(delivery__account=account).exclude(event="queue")),
        list_document_moments(DocumentEvent.objects.filter(document__account=account)),
        list_subscription_moments(SubscriptionEvent.objects.filter(subscription__account=account)),
        list_request_moments(MethodRequest.objects.filter(account=account)),
        list_account_moments(account.pk),
        [Moment(account.created_at, "Account opened", "Tallystick", tone="busy")],
    )


def _draw_subscriptions(account: Account) -> dict[str, Any]:
    rows = Subscription.objects.filter(account=account).select_related("plan").order_by("-starts_on", "-pk")
    return {"table": Table(_without_account(SUBSCRIPTIONS.columns), list(rows[:_MOST]), "No subscription yet.")}


def _draw_documents(account: Account) -> dict[str, Any]:
    rows = Document.objects.filter(account=account).select_related("run").order_by("-invoice_on", "-pk")
    return {
        "table": Table(
            _without_account(INVOICES.columns), list(rows[:_MOST]), "No document yet; the next bill run makes one."
        )
    }


def _draw_draws(account: Account) -> dict[str, Any]:
    rows = Draw.objects.filter(account=account).select_related("stated__document", "account").order_by("-pk")
    empty = "Nothing was drawn. Postpaid accounts and those with a credit limit are drawn on by bill runs."
    return {"table": Table(DRAWS, list(rows[:_MOST]), empty)}


def _draw_payments(account: Account) -> dict[str, Any]:
    rows = Payment.objects.filter(account=account).select_related("attempt__method", "credit_source")
    newest = list(rows.order_by("-received_on", "-pk")[:_MOST])
    empty = "No money has arrived yet. Failed tries are on the timeline."
    return {
        "methods": list_methods(account.pk),
        "table": Table(_without_account(PAYMENTS.columns), newest, empty),
    }


def _draw_messages(account: Account) -> dict[str, Any]:
    rows = list_account_deliveries(account.pk, limit=_MOST)
    return {"table": Table(_without_account(DELIVERIES.columns), rows, "Nothing was sent to them yet.")}


TABS: Mapping[str, tuple[str, Callable[[Account], dict[str, Any]]]] = {
    "": ("Timeline", _draw_timeline),
    "subscriptions": ("Subscriptions", _draw_subscriptions),
    "documents": ("Documents", _draw_documents),
    "draws": ("Draws", _draw_draws),
    "payments": ("Payments", _draw_payments),
    "messages": ("Messages", _draw_messages),
}


def get_account(account_id: int) -> Account:
    """The account with seller and manager; raises NotFound."""
    account = Account.objects.select_related("seller", "manager").filter(pk=account_id).first()
    if account is None:
        raise NotFound(f"There is no account {account_id}.")
    return account


@needs(RECORDS_READ)
def show_account(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """The page of an account; `tab` in the address says which of its lists is open."""
    account = get_account(account_id)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    contacts = {contact.role: contact for contact in Contact.objects.filter(account=account)}
    context = {
        "account": account,
        "profile": AccountProfile.objects.filter(account=account, is_current=True).first(),
        "contacts": contacts,
        "people": [(role, f"{role} contact", contacts.get(role)) for role in (Contact.ADMIN, Contact.BILLING)],
        "standing": get_standing(account, today=today()),
        "funds": get_funds(account),
        "next_bill": find_next_bill(account, today=today()),
        "cycles": describe_cycle_days(account),
        "plans": sorted(set(_list_plan_names(account))),
        "shared_discounts": list_discounts(account.pk),
        "customer_users": list_customer_users(account.pk),
        "counts": {
            "subscriptions": Subscription.objects.filter(account=account).count(),
            "documents": Document.objects.filter(account=account).count(),
            "draws": Draw.objects.filter(account=account).count(),
            "payments": Payment.objects.filter(account=account).count(),
            "messages": Delivery.objects.filter(account=account).count(),
        },
        "tab": tab,
        "tabs": [(name, words) for name, (words, _) in TABS.items()],
        "staff": list_staff_addresses(account.seller),
        **TABS[tab][1](account),
    }
    return draw_page(
        request,
        template="console/account.html",
        title=account.name,
        crumbs=[crumb("Accounts", name="accounts")],
        context=context,
    )


@require_POST
@needs(RECORDS_READ)
def set_manager(request: HttpRequest, *, account_id: int) -> HttpResponse:
    """Assign or clear the account manager."""
    email = request.POST.get("email", "").strip() or None
    perform(
        request,
        act=lambda: assign_manager(account_id, email=email, actor=get_actor(request)),
        done=lambda account: f"{email} now manages {account.name}." if email else f"Nobody manages {account.name} now.",
    )
    return redirect("admin:account", account_id)


def _list_plan_names(account: Account) -> list[str]:
    running = Subscription.objects.filter(account=account).exclude(status__in=("canceled", "expired"))
    return list(running.values_list("plan__name", flat=True))
