"""What can be filled in about a seller: its legal texts, settings, bank accounts, VAT registrations, billing rule."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.errors import NotFound
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, Sections, fill
from tallystick.interfaces.console.formats import write_day
from tallystick.interfaces.console.reads.calendar import now
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.billing_fields import CHOICE, FIELDS, SECTIONS, YES_NO, BillingField
from tallystick.sellers.core.new_seller import ONE_STOP_SHOP, BankDetails, BillingTerms, ProfileText, Registration
from tallystick.sellers.models import BankAccount, BillingRule, Seller, SellerProfile, VatRegistration
from tallystick.sellers.operations.add_bank_account import add_bank_account
from tallystick.sellers.operations.add_vat_registration import add_vat_registration
from tallystick.sellers.operations.change_seller_profile import change_seller_profile
from tallystick.sellers.operations.change_seller_settings import SellerSettings, change_seller_settings
from tallystick.sellers.operations.set_billing_rule import set_billing_rule
from tallystick.sellers.queries import get_billing_rule, get_current_profile


class ProfileForm(PlainForm):
    """The legal texts."""

    legal_name = forms.CharField(label="Legal name")
    registration_number = forms.CharField(label="Registration number", required=False)
    street = forms.CharField(label="Street and number", required=False)
    postcode = forms.CharField(label="Postcode", required=False)
    city = forms.CharField(label="City", required=False)
    country = forms.CharField(label="Country", max_length=2, help_text="Two letters, such as NL.")
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(label="Phone", required=False)
    website = forms.CharField(label="Website", required=False)
    brand_color = forms.CharField(label="Color", widget=forms.TextInput(attrs={"type": "color"}))
    footer_text = forms.CharField(label="Foot of each page", required=False)
    sections: Sections = (
        ("Who it is", ("legal_name", "registration_number")),
        ("Address", ("street", "postcode", "city", "country")),
        ("How to reach it", ("email", "phone", "website")),
        ("Look of documents", ("brand_color", "footer_text")),
    )


class SettingsForm(PlainForm):
    """What is neither a legal text nor fixed."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        help_text="Decides which day it is for invoices and due dates.",
    )
    email_domain = forms.CharField(
        label="E-mail domain",
        required=False,
        help_text="Account managers have an address there, such as example.com. Empty: any address.",
    )


class BankAccountForm(PlainForm):
    """Where customers transfer money to."""

    iban = forms.CharField(label="IBAN")
    bic = forms.CharField(label="BIC", required=False)
    holder = forms.CharField(label="Holder")
    currency = forms.CharField(label="Currency", max_length=3)
    is_default = forms.BooleanField(
        label="Print it on invoices in this currency", required=False, initial=True, help_text="Instead of the present."
    )

    def clean_iban(self) -> str:
        """As it is kept: without the spaces that people write."""
        return str(self.cleaned_data["iban"]).replace(" ", "").upper()


class RegistrationForm(PlainForm):
    """A VAT number."""

    country = forms.CharField(label="Country", max_length=2, help_text="Two letters, such as NL.")
    number = forms.CharField(label="VAT number")
    starts_on = forms.DateField(label="From", help_text="First day on which VAT is charged under it.")
    ends_until = forms.DateField(label="Until", required=False, help_text="First day without it. Empty: for good.")
    scheme = forms.ChoiceField(
        label="For",
        choices=[
            ("local", "What is taxed in that country"),
            (ONE_STOP_SHOP, "Consumers in all of the EU (one-stop shop)"),
        ],
        initial="local",
    )


class BillingRuleForm(PlainForm):
    """How it bills: every setting there is, as `sellers.core.billing_fields` tells them."""

    sections: Sections = [(title, [each.name for each in those]) for title, those in SECTIONS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _make_field(told) for name, told in FIELDS.items()})


def _make_field(told: BillingField) -> forms.Field:
    if told.kind == YES_NO:
        return forms.BooleanField(label=told.label, help_text=told.help, required=False)
    if told.kind == CHOICE:
        return forms.ChoiceField(label=told.label, help_text=told.help, choices=list(told.choices.items()))
    return forms.IntegerField(label=told.label, help_text=told.help, required=not told.is_optional)


@needs(SELLERS_WRITE)
def change_profile(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Change the legal texts: a new version."""
    seller = get_seller_by_id(seller_id)
    form = ProfileForm(request.POST or None, initial=_read(get_current_profile(seller_id), ProfileText))

    def act(filled: ProfileForm) -> SellerProfile:
        profile = ProfileText(**filled.cleaned_data)
        return change_seller_profile(seller, profile=profile, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Change the legal texts of {seller.code}",
        intro="It becomes the next version. Posted documents keep the wording of their day.",
        button="Save as a new version",
        crumbs=_crumbs(seller),
        act=act,
        done=lambda profile: f"Version {profile.version} counts from now on.",
        go=lambda _: _address(seller),
    )
    return fill(request, form=form, filling=filling)


@needs(SELLERS_WRITE)
def change_settings(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Change time zone and e-mail domain; another time zone only after a question."""
    seller = get_seller_by_id(seller_id)
    present = SellerSettings(seller.time_zone, seller.email_domain)

    def act(filled: SettingsForm) -> Seller:
        settings = SellerSettings(**filled.cleaned_data)
        return change_seller_settings(seller, settings=settings, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Change the settings of {seller.code}",
        intro="They count from now on; what is posted keeps its dates.",
        button="Save the settings",
        crumbs=_crumbs(seller),
        act=act,
        done=lambda changed: f"{changed.code} has these settings from now on.",
        go=lambda _: _address(seller),
        ask=lambda filled: _ask_about_days(filled, seller),
    )
    return fill(request, form=SettingsForm(request.POST or None, initial=present._asdict()), filling=filling)


@needs(SELLERS_WRITE)
def add_account(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Add a bank account."""
    seller = get_seller_by_id(seller_id)
    initial = {"currency": seller.currency, "holder": get_current_profile(seller_id).legal_name}
    form = BankAccountForm(request.POST or None, initial=initial)

    def act(filled: BankAccountForm) -> BankAccount:
        return add_bank_account(seller, details=BankDetails(**filled.cleaned_data), at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Add a bank account of {seller.code}",
        intro="Customers who pay by transfer read it on their invoices.",
        button="Add the bank account",
        crumbs=_crumbs(seller),
        act=act,
        done=lambda account: f"{account.iban} is added.",
        go=lambda _: _address(seller),
        aliases={"bank_accounts": "iban"},
        ask=_ask_about_default,
    )
    return fill(request, form=form, filling=filling)


@needs(SELLERS_WRITE)
def add_registration(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Add a VAT registration."""
    seller = get_seller_by_id(seller_id)

    def act(filled: RegistrationForm) -> VatRegistration:
        registration = Registration(**filled.cleaned_data)
        return add_vat_registration(seller, registration=registration, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Add a VAT registration of {seller.code}",
        intro="From its first day on, invoices charge the VAT of this country where it is due there.",
        button="Add the registration",
        crumbs=_crumbs(seller),
        act=act,
        done=lambda registration: f"{registration.number} counts from {write_day(registration.starts_on)} on.",
        go=lambda _: _address(seller),
        aliases={"vat_registrations": "number"},
        ask=lambda filled: (
            f"Charge VAT of {filled.cleaned_data['country']} under {filled.cleaned_data['number']} "
            f"from {write_day(filled.cleaned_data['starts_on'])} on? A registration can't be taken back."
        ),
    )
    return fill(request, form=RegistrationForm(request.POST or None), filling=filling)


@needs(SELLERS_WRITE)
def change_billing_rule(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Change how it bills."""
    seller = get_seller_by_id(seller_id)
    form = BillingRuleForm(request.POST or None, initial=_read(get_billing_rule(seller_id), BillingTerms))

    def act(filled: BillingRuleForm) -> BillingRule:
        return set_billing_rule(seller, terms=BillingTerms(**filled.cleaned_data), at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Change the billing rule of {seller.code}",
        intro="It counts for what is drafted from now on; what is posted keeps its due date.",
        button="Save the rule",
        crumbs=_crumbs(seller),
        act=act,
        done=lambda _: "The rule counts for what is drafted from now on.",
        go=lambda _: _address(seller),
    )
    return fill(request, form=form, filling=filling)


def get_seller_by_id(seller_id: int) -> Seller:
    """The seller; raises NotFound."""
    seller = Seller.objects.filter(pk=seller_id).first()
    if seller is None:
        raise NotFound(f"There is no seller {seller_id}.")
    return seller


def _ask_about_default(form: BankAccountForm) -> str:
    given = form.cleaned_data
    if not given["is_default"]:
        return ""
    return f"Print {given['iban']} on all {given['currency']} invoices from now on? Customers transfer to it."


def _ask_about_days(form: SettingsForm, seller: Seller) -> str:
    zone = form.cleaned_data["time_zone"]
    if zone == seller.time_zone:
        return ""
    return f"Shall the days of {seller.code} be those of {zone} instead of {seller.time_zone} from now on?"


def _read(row: SellerProfile | BillingRule, kind: type[ProfileText] | type[BillingTerms]) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(kind)}


def _crumbs(seller: Seller) -> list[Crumb]:
    return [crumb("Sellers", name="sellers"), Crumb(seller.code, _address(seller))]


def _address(seller: Seller) -> str:
    return reverse("admin:seller", args=[seller.pk])
