"""Settings, to read: who bills, under which numbers, by which rule."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.collection.core.retry_texts import LABELS, write_terms
from tallystick.collection.queries.retries import get_retry_terms
from tallystick.errors import NotFound
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.listing import Empty, Listing, show_listing
from tallystick.interfaces.console.pages.seller_forms import get_seller_by_id
from tallystick.interfaces.console.reads.moments import merge
from tallystick.interfaces.console.reads.setting_moments import (
    list_gateway_moments,
    list_rate_moments,
    list_seller_moments,
)
from tallystick.interfaces.unused_keys import list_unused_keys
from tallystick.payments.queries.gateways import list_connected_gateways
from tallystick.plumbing.permissions import RECORDS_READ, SELLERS_WRITE
from tallystick.sellers.core.billing_fields import CREDIT, PRORATION
from tallystick.sellers.models import BankAccount, BillingRule, NumberSeries, Seller, SellerProfile, VatRegistration
from tallystick.sellers.operations.set_reason_code import set_reason_code
from tallystick.sellers.queries import get_billing_rule, list_reason_codes
from tallystick.taxes.models import TaxRate

_EMPTY = Empty("An admin makes a seller here, or imports a catalog with `tallystick import catalog FILE`.")


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
            "Due",
            lambda row: cells.Text(
                f"{write_count(row.net_terms_remittance_days, noun='day')} by remittance",
                f"{write_count(row.net_terms_automatic_days, noun='day')} where collected automatically",
            ),
        ),
        Column[BillingRule](
            "Part periods",
            lambda row: cells.Text(
                PRORATION.get(row.proration_method, row.proration_method),
                f"the first is {'billed' if row.bills_partial_first else 'free'};"
                f" day {row.period_day} where one day holds for all",
            ),
        ),
        Column[BillingRule](
            "Changes",
            lambda row: cells.Text(
                f"Their day is billed by what is {row.change_day}",
                f"the day of a cancellation is {'billed' if row.bills_cancellation_day else 'free'};"
                f" counted in {row.proration_unit}s",
            ),
        ),
        Column[BillingRule](
            "Below zero",
            lambda row: cells.Text(
                CREDIT[row.credit_rule],
                f"invoices over nothing are {'mailed' if row.mails_zero_invoices else 'not mailed'}",
            ),
        ),
        Column[BillingRule](
            "Funds tested by",
            lambda row: cells.Text(
                row.funds_granularity.capitalize(),
                "shortfalls are collected" if row.collects_shortfalls else "shortfalls are not collected",
            ),
        ),
        Column[BillingRule](
            "Collecting",
            lambda row: cells.Text(
                f"Again after {write_count(row.attempt_wait_hours, noun='hour')},"
                f" at most {write_count(row.max_consecutive_failures, noun='failure')} in a row",
                f"comes back by paying within {write_count(row.reactivation_days, noun='day')}"
                if row.reactivates_on_payment
                else "does not come back by paying",
            ),
        ),
        Column[BillingRule](
            "Runs that post themselves",
            lambda row: cells.Text(
                "By default" if row.auto_posts_by_default else "Where asked for" if row.supports_auto_post else "None"
            ),
        ),
    ),
    empty=_EMPTY,
)


@needs(RECORDS_READ)
def list_sellers(request: HttpRequest) -> HttpResponseBase:
    """All sellers."""
    return show_listing(request, listing=SELLERS, template="console/sellers.html")


@needs(RECORDS_READ)
def list_number_series(request: HttpRequest) -> HttpResponseBase:
    """All number series."""
    return show_listing(request, listing=NUMBER_SERIES)


@needs(RECORDS_READ)
def list_billing_rules(request: HttpRequest) -> HttpResponseBase:
    """The billing rule of each seller."""
    return show_listing(
        request,
        listing=BILLING_RULES,
        template="console/billing_rules.html",
        context={"sellers": Seller.objects.order_by("code")},
    )


@needs(RECORDS_READ)
def show_seller(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """One seller: its texts, registrations, bank accounts and tax rates, and who changed them."""
    seller = get_seller_by_id(seller_id)
    profiles = SellerProfile.objects.filter(seller=seller).order_by("-version")
    countries = set(VatRegistration.objects.filter(seller=seller).values_list("country", flat=True))
    rule = get_billing_rule(seller_id)
    gateways = list_connected_gateways(seller_id)
    context = {
        "seller": seller,
        "profile": profiles.first(),
        "versions": profiles,
        "rule": rule,
        "retry_rule": [(LABELS[name], text) for name, text in write_terms(get_retry_terms(seller_id)).items()],
        "part_periods": PRORATION.get(rule.proration_method, rule.proration_method),
        "registrations": VatRegistration.objects.filter(seller=seller).order_by("country", "starts_on"),
        "bank_accounts": BankAccount.objects.filter(seller=seller).order_by("currency", "-is_default"),
        "series": NumberSeries.objects.filter(seller=seller).order_by("prefix"),
        "reasons": list_reason_codes(seller.pk),
        "rates": TaxRate.objects.filter(Q(seller=seller) | Q(seller__isnull=True), country__in=countries).order_by(
            "country", "category", "-valid_from"
        ),
        "gateways": gateways,
        "waiting_keys": [key for key in list_unused_keys({seller.code: gateways}) if key.seller == seller.code],
        "moments": merge(
            list_seller_moments(seller_id), list_gateway_moments(seller_id), list_rate_moments(seller_id=seller_id)
        ),
    }
    crumbs = [crumb("Sellers", name="sellers")]
    return draw_page(request, template="console/seller.html", title=seller.code, crumbs=crumbs, context=context)


@require_POST
@needs(SELLERS_WRITE)
def save_reason_code(request: HttpRequest, *, seller_id: int) -> HttpResponse:
    """Add a reason for corrections, rename it, or retire it."""
    seller = Seller.objects.filter(pk=seller_id).first()
    if seller is None:
        raise NotFound(f"There is no seller {seller_id}.")
    given = request.POST
    perform(
        request,
        act=lambda: set_reason_code(
            seller,
            code=given.get("code", "").strip(),
            name=given.get("name", ""),
            is_active=given.get("retire") != "1",
            actor=get_actor(request),
        ),
        done=lambda reason: f"{reason.name} {'may be given as a reason' if reason.is_active else 'is retired'}.",
    )
    return redirect("admin:seller", seller_id)


def _get_legal_name(seller: Seller) -> str:
    newest = max(seller.profiles.all(), key=lambda profile: profile.version, default=None)
    return newest.legal_name if newest else ""
