"""Making a seller: what it is called, its currency, its days and its legal texts."""

from __future__ import annotations

from dataclasses import fields

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import crumb, needs
from tallystick.interfaces.console.filling import Filling, Sections, fill
from tallystick.interfaces.console.pages.seller_forms import ProfileForm, SettingsForm
from tallystick.interfaces.console.reads.calendar import now
from tallystick.money.currency import list_currencies
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.new_seller import NewSeller, ProfileText
from tallystick.sellers.models import Seller
from tallystick.sellers.operations.create_seller import create_seller


class NewSellerForm(ProfileForm, SettingsForm):
    """A seller to be made."""

    code = forms.CharField(label="Code", help_text="Lower-case letters, digits and hyphens; stays for ever.")
    currency = forms.ChoiceField(
        label="Currency",
        choices=lambda: [(each.code, f"{each.code} {each.name}") for each in list_currencies()],
        help_text="Of its price list; stays for ever.",
    )
    sections: Sections = (
        ("Seller", ("code", "currency", "time_zone", "email_domain")),
        *ProfileForm.sections,
    )

    def make_seller(self) -> NewSeller:
        """As the operation takes it; numbers read INV-, CN- and DN-."""
        given = self.cleaned_data
        texts = {each.name: given[each.name] for each in fields(ProfileText)}
        return NewSeller(
            code=given["code"],
            currency=given["currency"],
            time_zone=given["time_zone"],
            email_domain=given["email_domain"],
            profile=ProfileText(**{**texts, "country": given["country"].upper()}),
        )


@needs(SELLERS_WRITE)
def make_seller(request: HttpRequest) -> HttpResponseBase:
    """Make a seller, after a question: it can't be removed."""
    initial = {"currency": "EUR", "time_zone": "UTC", "brand_color": ProfileText("", "").brand_color}

    def act(filled: NewSellerForm) -> Seller:
        return create_seller(filled.make_seller(), at=now(), actor=get_actor(request))

    filling = Filling(
        title="New seller",
        intro="A legal entity that invoices. Bank accounts, VAT registrations and its billing rule follow on its page.",
        button="Make the seller",
        crumbs=[crumb("Sellers", name="sellers")],
        act=act,
        done=lambda seller: f"{seller.code} is made: next are its VAT registration and its bank account.",
        go=lambda seller: reverse("admin:seller", args=[seller.pk]),
        aliases={"seller": "code"},
        ask=lambda filled: (
            f"Make {filled.cleaned_data['legal_name']}, which bills in {filled.cleaned_data['currency']}? "
            "A seller can't be removed, and its code and currency stay."
        ),
    )
    return fill(request, form=NewSellerForm(request.POST or None, initial=initial), filling=filling)
