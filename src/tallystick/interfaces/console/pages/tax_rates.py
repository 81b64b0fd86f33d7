"""Tax rates: what each country charges, and a seller's own rates, which go before them."""

from __future__ import annotations

from datetime import date

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_day, write_quantity
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.setting_moments import list_rate_moments
from tallystick.plumbing.permissions import RECORDS_READ, TAXES_WRITE
from tallystick.sellers.models import Seller, VatRegistration
from tallystick.taxes.core.rates import DatedRate
from tallystick.taxes.models import TaxRate
from tallystick.taxes.operations.set_rate import CATEGORIES, set_rate


def _list_countries() -> list[tuple[str, str]]:
    countries = TaxRate.objects.order_by("country").values_list("country", flat=True).distinct()
    return [(country, country) for country in countries]


def _in_force(rows: QuerySet[TaxRate]) -> QuerySet[TaxRate]:
    on = today()
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), valid_from__lte=on)


def _where_registered(rows: QuerySet[TaxRate]) -> QuerySet[TaxRate]:
    return rows.filter(country__in=VatRegistration.objects.values("country"))


def _draw_owner(rate: TaxRate) -> cells.Cell:
    if rate.seller is None:
        return cells.Text("Everyone")
    return cells.Text(rate.seller.code, "goes before the general rate", reverse("admin:seller", args=[rate.seller.pk]))


TAX_RATES = Listing(
    title="Tax rates",
    question="Which VAT rate counts where, from when until when, and for whom?",
    noun="tax rate",
    rows=lambda: TaxRate.objects.select_related("seller"),
    sort="country",
    columns=(
        Column[TaxRate]("Country", lambda row: cells.Text(row.country), sort="country"),
        Column[TaxRate]("Category", lambda row: cells.Text(row.category.capitalize()), sort="category"),
        Column[TaxRate]("Rate", lambda row: cells.Text(f"{write_quantity(row.rate)} %"), sort="rate", is_right=True),
        Column[TaxRate]("For", _draw_owner),
        Column[TaxRate]("From", lambda row: cells.Day(row.valid_from), sort="valid_from"),
        Column[TaxRate]("Until (exclusive)", lambda row: cells.Day(row.valid_until)),
    ),
    filters=(
        States(
            (
                ("now", "In force today", _in_force),
                ("registered", "Where a seller is registered", _where_registered),
                ("own", "Sellers' own", lambda rows: rows.filter(seller__isnull=False)),
            )
        ),
        Choice("country", "Country", _list_countries, lambda rows, chosen: rows.filter(country=chosen)),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty("The general rates come in when the database is made."),
)


class OwnRateForm(PlainForm):
    """A rate of the seller's own."""

    seller = forms.ModelChoiceField(label="Seller", queryset=Seller.objects.none(), empty_label=None)
    country = forms.CharField(label="Country", max_length=2, help_text="Two letters, such as NL.")
    category = forms.ChoiceField(label="Category", choices=[(name, name.capitalize()) for name in CATEGORIES])
    rate = forms.DecimalField(label="Rate in percent", help_text="Such as 21 or 5.5.")
    valid_from = forms.DateField(label="From", help_text="First day of supplies that it counts for.")
    valid_until = forms.DateField(label="Until", required=False, help_text="First day without it. Empty: for good.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        sellers = Seller.objects.order_by("code")
        self.fields["seller"].queryset = sellers  # type: ignore[attr-defined]
        self.fields["seller"].initial = sellers.first()

    def make_rate(self) -> DatedRate:
        """As the operation takes it."""
        given = self.cleaned_data
        days = (given["valid_from"], given["valid_until"])
        return DatedRate(given["country"].upper(), given["category"], given["rate"], *days, True)


@needs(RECORDS_READ)
def list_tax_rates(request: HttpRequest) -> HttpResponseBase:
    """All rates, and who changed sellers' own."""
    return show_listing(
        request, listing=TAX_RATES, template="console/tax_rates.html", context={"moments": list_rate_moments()}
    )


@needs(TAXES_WRITE)
def set_own_rate(request: HttpRequest) -> HttpResponseBase:
    """Set a rate of a seller's own, after a question that says what it does."""
    form = OwnRateForm(request.POST or None, initial={"seller": request.GET.get("seller")})

    def act(filled: OwnRateForm) -> TaxRate:
        seller = filled.cleaned_data["seller"]
        return set_rate(seller, rate=filled.make_rate(), at=now(), actor=get_actor(request))

    filling = Filling(
        title="Set a seller's own tax rate",
        intro="It goes before the country's rate while it counts. Posted invoices keep theirs.",
        button="Set the rate",
        crumbs=[crumb("Tax rates", name="tax_rates")],
        act=act,
        done=lambda rate: f"The {_write(rate.country, rate.category)} is {write_quantity(rate.rate)} % {_since(rate)}.",
        go=lambda _: f"{reverse('admin:tax_rates')}?state=own",
        ask=_ask,
    )
    return fill(request, form=form, filling=filling)


def _ask(form: OwnRateForm) -> str:
    rate, seller = form.make_rate(), form.cleaned_data["seller"]
    rows = TaxRate.objects.filter(country=rate.country, category=rate.category, valid_from__lte=rate.valid_from)
    rows = rows.filter(Q(seller=seller) | Q(seller__isnull=True))
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=rate.valid_from))
    before = rows.order_by(F("seller").asc(nulls_last=True), "-valid_from").first()
    instead = f" instead of {write_quantity(before.rate)} %" if before else ", where no rate is known"
    words = f"{write_quantity(rate.rate)} % {_write(rate.country, rate.category)}"
    return f"Shall {seller.code} charge {words} {_tell_days(rate.valid_from, rate.valid_until)}{instead}?"


def _write(country: str, category: str) -> str:
    return f"{category} VAT of {country}"


def _since(rate: TaxRate) -> str:
    return _tell_days(rate.valid_from, rate.valid_until)


def _tell_days(valid_from: date, valid_until: date | None) -> str:
    until = f" until {write_day(valid_until)} (exclusive)" if valid_until else " on"
    return f"from {write_day(valid_from)}{until}"
