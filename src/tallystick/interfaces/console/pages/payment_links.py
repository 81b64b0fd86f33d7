"""Payment links of an account: issue one, hand its address on, cancel it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.portal.page_tokens import LINK, Subject, make_address
from tallystick.interfaces.record_links import get_site_address
from tallystick.journeys.issue_link import issue_link, read_state
from tallystick.money.amount import parse_minor
from tallystick.payments.models import PaymentLink
from tallystick.payments.operations.close_link import cancel_link
from tallystick.payments.queries.pages import list_links
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, RECORDS_READ

_SHOWN = 100


class LinkForm(PlainForm):
    """What the link asks for."""

    amount = forms.CharField(
        label="Amount in advance",
        required=False,
        max_length=20,
        help_text="Empty: all open invoices; where none is, the coming period: seats times price, before VAT.",
    )
    description = forms.CharField(
        label="What for", required=False, max_length=200, help_text="The customer reads it; needed with an amount."
    )


@needs(RECORDS_READ)
def list_account_links(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """The latest links with their addresses."""
    account = get_account(account_id)
    links = [
        (link, read_state(link, at=now()), make_address(Subject(LINK, link.pk), site_address=get_site_address(request)))
        for link in list_links(account_id)[:_SHOWN]
    ]
    return draw_page(
        request,
        template="console/payment_links.html",
        title=f"Payment links of {account.name}",
        context={"account": account, "links": links},
        crumbs=_crumbs(account_id, account.name),
    )


@needs(PAYMENTS_COLLECT)
def issue(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Issue a link; nothing is charged by that."""
    account = get_account(account_id)
    invoice = request.GET.get("invoice", "")
    document_ids = [int(invoice)] if invoice.isascii() and invoice.isdecimal() and len(invoice) < 18 else []

    def act(filled: LinkForm) -> PaymentLink:
        amount = filled.cleaned_data["amount"]
        return issue_link(
            account_id,
            document_ids=document_ids,
            amount_minor=parse_minor(amount, account.currency) if amount else None,
            description=filled.cleaned_data["description"],
            at=now(),
            actor=get_actor(request),
        )

    filling = Filling(
        title=f"Issue a payment link to {account.name}",
        intro="One payment on the gateway's own page. No payment method is saved and nothing is charged by itself."
        + (" Without an amount the link asks for what is open of the invoice that you came from." if invoice else ""),
        button="Issue the link",
        crumbs=_crumbs(account_id, account.name),
        act=act,
        done=lambda link: f"Payment link {link.pk} is issued. Its address is below; hand it to the customer.",
        go=lambda _: reverse("admin:account_links", args=[account_id]),
    )
    return fill(request, form=LinkForm(request.POST or None), filling=filling)


@require_POST
@needs(RECORDS_READ)
def cancel(request: HttpRequest, *, link_id: int) -> HttpResponse:
    """Let a link be paid no more."""
    canceled = perform(
        request,
        act=lambda: cancel_link(link_id, at=now(), actor=get_actor(request)),
        done=lambda link: f"Payment link {link.pk} is canceled; it can't be paid any more.",
    )
    return redirect("admin:account_links", canceled.account_id) if canceled is not None else redirect("admin:index")


def _crumbs(account_id: int, name: str) -> list[Crumb]:
    return [crumb("Accounts", name="accounts"), Crumb(name, reverse("admin:account", args=[account_id]))]
