"""Opening and changing accounts: whom the invoice is made out to, on which terms, whom to talk to, how they pay."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.accounts.core.new_account import AccountTerms, ContactDetails, NewAccount, Party
from tallystick.accounts.models import Account
from tallystick.accounts.operations.change_account import change_account
from tallystick.accounts.operations.create_account import create_account
from tallystick.accounts.operations.set_contact import set_contact
from tallystick.accounts.queries import get_current_profile
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, Sections, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.money.amount import format_minor, parse_minor
from tallystick.money.currency import list_currencies
from tallystick.payments.operations.store_methods import store_default_method
from tallystick.plumbing.permissions import ACCOUNTS_WRITE, RECORDS_READ
from tallystick.sellers.models import Seller

_MODES = (("self_serve", "Self-serve: a saved method is charged"), ("managed", "Managed: paid by transfer"))
_ROLES = {"admin": "admin contact", "billing": "billing contact"}
_TERMS = ("billing_mode", "segment", "anchor_day", "net_terms_days", "receivable_limit", "customer_reference")


class ChangeAccountForm(PlainForm):
    """What can be changed of an account; the operation decides what is valid."""

    name = forms.CharField(label="Name")
    is_business = forms.BooleanField(label="It is a business", required=False)
    street = forms.CharField(label="Street", required=False)
    postcode = forms.CharField(label="Postcode", required=False)
    city = forms.CharField(label="City", required=False)
    country = forms.CharField(label="Country", required=False, help_text="Two letters, such as NL.")
    vat_number = forms.CharField(label="VAT number", required=False)
    email = forms.CharField(label="E-mail for invoices", required=False)
    segment = forms.CharField(label="Segment", required=False, help_text="Runs can be filtered by it.")
    anchor_day = forms.IntegerField(label="Cycles start on day", initial=1, help_text="Of new subscriptions.")
    net_terms_days = forms.IntegerField(
        label="Days until due", required=False, help_text="Empty: as the seller's billing rule says."
    )
    receivable_limit = forms.CharField(label="Receivable limit", required=False, help_text="Empty: none.")
    customer_reference = forms.CharField(
        label="Customer reference", required=False, help_text="Joins the accounts of one customer."
    )
    is_emailed = forms.BooleanField(label="Invoices go by e-mail", required=False, initial=True)
    is_printed = forms.BooleanField(label="Invoices are printed", required=False)
    language = forms.CharField(label="Language of invoices", initial="en", help_text="Such as en or nl-BE.")
    buyer_reference = forms.CharField(
        label="Buyer reference", required=False, help_text="A purchase order or routing id printed on invoices."
    )
    sections: Sections = (
        ("Made out to", ("name", "is_business", "street", "postcode", "city", "country", "vat_number", "email")),
        ("Terms", _TERMS),
        ("Delivery", ("is_emailed", "is_printed", "language", "buyer_reference")),
    )

    @property
    def party(self) -> Party:
        """Whom the invoice is made out to."""
        return Party(**{name: self.cleaned_data[name] for name in Party._fields})

    def make_terms(self, currency: str) -> AccountTerms:
        """The terms; the limit is read as an amount of the currency."""
        given = self.cleaned_data
        limit = given["receivable_limit"].strip()
        named = {name: given[name] for name in AccountTerms._fields if name in given and name != "currency"}
        minor = parse_minor(limit, currency) if limit else None
        return AccountTerms(currency=currency, receivable_limit_minor=minor, **named)


class NewAccountForm(ChangeAccountForm):
    """An account to be opened."""

    seller = forms.ModelChoiceField(label="Seller", queryset=Seller.objects.order_by("code"), empty_label=None)
    external_id = forms.CharField(label="Id", help_text="As it is called where it comes from; stays for ever.")
    billing_mode = forms.ChoiceField(label="Billing mode", choices=_MODES)
    currency = forms.ChoiceField(
        label="Currency", choices=lambda: [(each.code, f"{each.code} {each.name}") for each in list_currencies()]
    )
    sections: Sections = (("Account", ("external_id", "seller", "currency")), *ChangeAccountForm.sections)


@needs(ACCOUNTS_WRITE)
def open_account(request: HttpRequest) -> HttpResponseBase:
    """Open an account."""
    first = Seller.objects.order_by("code").first()
    form = NewAccountForm(request.POST or None, initial={"currency": first.currency if first else "EUR"})

    def act(filled: NewAccountForm) -> Account:
        given = filled.cleaned_data
        new = NewAccount(given["external_id"], filled.party, filled.make_terms(given["currency"]))
        return create_account(given["seller"], account=new, at=now(), actor=get_actor(request))

    filling = Filling(
        title="Open an account",
        intro="A party that one seller bills in one currency.",
        button="Open the account",
        crumbs=[crumb("Accounts", name="accounts")],
        act=act,
        done=lambda account: f"{account.name} can be billed.",
        go=_address,
        aliases={"receivable_limit_minor": "receivable_limit", "account": "external_id"},
    )
    return fill(request, form=form, filling=filling)


@needs(ACCOUNTS_WRITE)
def edit_account(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Change an account. Posted invoices keep what was true on their day."""
    account = get_account(account_id)
    form = ChangeAccountForm(request.POST or None, initial=_read_present(account))

    def act(filled: ChangeAccountForm) -> Account:
        terms = filled.make_terms(account.currency)._replace(billing_mode=account.billing_mode)
        return change_account(account_id, party=filled.party, terms=terms, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Change {account.name}",
        intro="Posted invoices keep the name, address and due date of their day.",
        button="Save the changes",
        crumbs=[crumb("Accounts", name="accounts"), Crumb(account.name, _address(account))],
        act=act,
        done=lambda changed: f"{changed.name} is changed.",
        go=_address,
        aliases={"receivable_limit_minor": "receivable_limit"},
    )
    return fill(request, form=form, filling=filling)


@require_POST
@needs(RECORDS_READ)
def save_contact(request: HttpRequest, *, account_id: int, role: str) -> HttpResponse:
    """Set whom to talk to, or forget them."""
    given = request.POST
    is_forgotten = given.get("forget") == "1"
    contact = ContactDetails(given.get("name", ""), given.get("email", ""), given.get("phone", ""))
    perform(
        request,
        act=lambda: set_contact(
            account_id, role=role, contact=None if is_forgotten else contact, actor=get_actor(request)
        ),
        done=lambda saved: f"{saved.name} is the {_ROLES[role]}." if saved else f"The {_ROLES[role]} is forgotten.",
    )
    return redirect("admin:account", account_id)


@require_POST
@needs(RECORDS_READ)
def save_method(request: HttpRequest, *, account_id: int) -> HttpResponse:
    """Save a test card or IBAN as the account's payment method."""
    account = get_account(account_id)
    number = request.POST.get("number", "").replace(" ", "")
    perform(
        request,
        act=lambda: store_default_method(
            account, number=number, gateway_kind="sandbox", at=now(), actor=get_actor(request)
        ),
        done=lambda is_new: (
            "It is charged from the next payment run on."
            if is_new
            else "It was saved before; it is charged from the next payment run on."
        ),
    )
    return redirect(f"{_address(account)}?tab=payments")


def _address(account: Account) -> str:
    return reverse("admin:account", args=[account.pk])


def _read_present(account: Account) -> dict[str, Any]:
    profile = get_current_profile(account.pk)
    limit = account.receivable_limit_minor
    return {
        **{name: getattr(profile, name) for name in Party._fields},
        **{name: getattr(account, name) for name in AccountTerms._fields},
        "receivable_limit": format_minor(limit, account.currency) if limit is not None else "",
    }
