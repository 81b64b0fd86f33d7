"""Settings, to read: who bills, under which numbers, by which rule."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.errors import NotFound
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.listing import Empty, Listing, show_listing
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.models import BankAccount, BillingRule, NumberSeries, Seller, SellerProfile, VatRegistration
from tallystick.taxes.models import TaxRate

_EMPTY = Empty("Sellers come in by `tallystick import catalog FILE` or through the API.")
_PRORATION = {
    "actual": "by the days of the period",
    "actual_30": "by days, 30 a month",
    "strict_30_360": "by months of 30 days",
}


def _link_seller(seller: Seller) -> cells.Cell:
    return cells.Text(seller.code, href=reverse("admin:seller", args=[seller.pk]))


SELLERS = Listing(
    title="Sellers",
    question="Which legal entities invoice?",
    noun="seller",
    rows=lambda: Seller.objects.prefetch_related("profiles"),
    sort="code",
    columns=(
        Column[Seller]("Seller", _link_seller, sort="code"),
        Column[Seller]("Legal name", lambda row: cells.Text(_get_legal_name(row))),
        Column[Seller]("Currency", lambda row: cells.Text(row.currency), sort="currency"),
        Column[Seller]("Time zone", lambda row: cells.Text(row.time_zone)),
    ),
    empty=_EMPTY,
)

NUMBER_SERIES = Listing(
    title="Number series",
    question="Which number does the next document get?",
    noun="series",
    nouns="series",
    rows=lambda: NumberSeries.objects.select_related("seller"),
    sort="prefix",
    columns=(
        Column[NumberSeries]("Prefix", lambda row: cells.Text(row.prefix), sort="prefix"),
        Column[NumberSeries]("For", lambda row: cells.Text(row.kind.replace("_", " ").capitalize() + "s")),
        Column[NumberSeries]("Seller", lambda row: _link_seller(row.seller)),
        Column[NumberSeries](
            "Next number", lambda row: cells.Text(f"{row.prefix}{row.next_number:0{row.digits}d}"), is_right=True
        ),
        Column[NumberSeries](
            "In date order", lambda row: cells.Text("Demanded" if row.is_in_date_order else "Not demanded")
        ),
        Column[NumberSeries]("Last document of", lambda row: cells.Day(row.last_document_on)),
    ),
    empty=_EMPTY,
)

BILLING_RULES = Listing(
    title="Billing rules",
    question="How does each seller bill, and when is it due?",
    noun="billing rule",
    rows=lambda: BillingRule.objects.select_related("seller"),
    sort="seller__code",
    columns=(
        Column[BillingRule]("Seller", lambda row: _link_seller(row.seller), sort="seller__code"),
        Column[BillingRule](
            "Net terms, automatic", lambda row: cells.Text(write_count(row.net_terms_automatic_days, noun="day"))
        ),
        Column[BillingRule](
            "Net terms, remittance", lambda row: cells.Text(write_count(row.net_terms_remittance_days, noun="day"))
        ),
        Column[BillingRule](
            "Part periods", lambda row: cells.Text(_PRORATION.get(row.proration_method, row.proration_method))
        ),
        Column[BillingRule](
            "First part period", lambda row: cells.Text("Billed" if row.bills_partial_first else "Free")
        ),
        Column[BillingRule](
            "Invoices over nothing", lambda row: cells.Text("Mailed" if row.mails_zero_invoices else "Not mailed")
        ),
        Column[BillingRule](
            "Funds tested by",
            lambda row: cells.Text(
                row.funds_granularity.capitalize(),
                "shortfalls are collected" if row.collects_shortfalls else "shortfalls are not collected",
            ),
        ),
        Column[BillingRule](
            "Comes back by paying",
            lambda row: cells.Text(
                f"Within {write_count(row.reactivation_days, noun='day')}" if row.reactivates_on_payment else "No"
            ),
        ),
        Column[BillingRule](
            "Retries",
            lambda row: cells.Text(
                f"After {write_count(row.attempt_wait_hours, noun='hour')}",
                f"at most {write_count(row.max_consecutive_failures, noun='failure')} in a row",
            ),
        ),
    ),
    empty=_EMPTY,
)


@needs(RECORDS_READ)
def list_sellers(request: HttpRequest) -> HttpResponseBase:
    """All sellers."""
    return show_listing(request, listing=SELLERS)


@needs(RECORDS_READ)
def list_number_series(request: HttpRequest) -> HttpResponseBase:
    """All number series."""
    return show_listing(request, listing=NUMBER_SERIES)


@needs(RECORDS_READ)
def list_billing_rules(request: HttpRequest) -> HttpResponseBase:
    """The billing rule of each seller."""
    return show_listing(request, listing=BILLING_RULES)


@needs(RECORDS_READ)
def show_seller(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """One seller: its texts, registrations, bank accounts and tax rates."""
    seller = Seller.objects.filter(pk=seller_id).first()
    if seller is None:
        raise NotFound(f"There is no seller {seller_id}.")
    profiles = SellerProfile.objects.filter(seller=seller).order_by("-version")
    countries = set(VatRegistration.objects.filter(seller=seller).values_list("country", flat=True))
    context = {
        "seller": seller,
        "profile": profiles.first(),
        "versions": profiles.count(),
        "registrations": VatRegistration.objects.filter(seller=seller).order_by("country", "starts_on"),
        "bank_accounts": BankAccount.objects.filter(seller=seller).order_by("currency", "-is_default"),
        "series": NumberSeries.objects.filter(seller=seller).order_by("prefix"),
        "rates": TaxRate.objects.filter(country__in=countries).order_by("country", "category", "-valid_from"),
    }
    crumbs = [crumb("Sellers", name="sellers")]
    return draw_page(request, template="console/seller.html", title=seller.code, crumbs=crumbs, context=context)


def _get_legal_name(seller: Seller) -> str:
    newest = max(seller.profiles.all(), key=lambda profile: profile.version, default=None)
    return newest.legal_name if newest else ""
