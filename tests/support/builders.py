"""Small companies for tests: a seller, what it sells, accounts and subscriptions, all made through operations.

Subscriptions are written as rows here: what their operations do is proven in their own tests.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tallystick.accounts.core.new_account import AccountTerms, NewAccount, Party
from tallystick.accounts.models import Account
from tallystick.accounts.operations.create_account import create_account
from tallystick.catalog.core.items import NewPlan, NewPrice, NewService
from tallystick.catalog.models import Plan, Service
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.operations.create_service import create_service
from tallystick.periods.anchor import first_cycle
from tallystick.plumbing.actor import Actor, system_actor
from tallystick.sellers.core.new_seller import BankDetails, BillingTerms, NewSeller, ProfileText, Registration, Series
from tallystick.sellers.models import Seller
from tallystick.sellers.operations.create_seller import create_seller
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionService
from tallystick.taxes.operations.load_rates import load_rates

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MARCH = date(2026, 3, 1)
ACTOR: Actor = system_actor("a test")


def build_seller(*, code: str = "acme", currency: str = "EUR", country: str = "NL", **rule: Any) -> Seller:
    """A seller in the Netherlands with VAT and its three number series, or in another country without VAT."""
    load_rates(actor=ACTOR)
    registrations = (Registration("NL", "NL123456782B90", date(2020, 1, 1)),) if country == "NL" else ()
    prefix = code.upper()[:8]
    return create_seller(
        NewSeller(
            code=code,
            currency=currency,
            time_zone="Europe/Amsterdam" if country == "NL" else "UTC",
            email_domain=f"{code}.example",
            profile=ProfileText(legal_name=f"{code.title()} B.V.", country=country, email=f"billing@{code}.example"),
            vat_registrations=registrations,
            bank_accounts=(BankDetails(currency, f"{code.title()} B.V.", "NL91ABNA0417164300"),)
            if country == "NL"
            else (),
            series=(
                Series("invoice", f"{prefix}-INV-"),
                Series("credit_note", f"{prefix}-CN-"),
                Series("debit_note", f"{prefix}-DN-"),
            ),
            billing_terms=BillingTerms(**rule),
        ),
        at=AT,
        actor=ACTOR,
    )


def build_service(seller: Seller, *, code: str = "seat", unit_price: str = "100.00", **options: Any) -> Service:
    """A service at one price for a month (or once), in the seller's currency, from 2020 on."""
    plan = options.pop("plan", "")
    valid_from = options.pop("valid_from", date(2020, 1, 1))
    service = NewService(code=code, name=code.replace("-", " ").title(), **options)
    created = create_service(seller, service=service, actor=ACTOR)
    months = 0 if created.kind == "one_off" else 1
    price = NewPrice(code, seller.currency, Decimal(unit_price), valid_from, plan=plan, interval_months=months)
    create_price(seller, price=price, actor=ACTOR)
    return created


def build_plan(seller: Seller, *, code: str = "basic", interval_months: int = 1) -> Plan:
    """A plan without any service of its own."""
    plan = NewPlan(code=code, name=code.title(), interval_months=interval_months)
    return create_plan(seller, plan=plan, actor=ACTOR)


def build_account(
    seller: Seller, *, external_id: str = "A-1", party: dict[str, Any] | None = None, **terms: Any
) -> Account:
    """An account in the seller's country, managed unless the terms say otherwise."""
    terms = {"currency": seller.currency, "billing_mode": "managed", **terms}
    details = {"name": f"Customer {external_id}", "country": "NL", "email": f"{external_id.lower()}@customer.example"}
    new = NewAccount(external_id, Party(**{**details, **(party or {})}), AccountTerms(**terms))
    return create_account(seller, account=new, at=AT, actor=ACTOR)


def build_subscription(
    account: Account,
    plan: Plan,
    *services: Service,
    external_id: str = "S-1",
    starts_on: date = MARCH,
    ends_on: date | None = None,
    anchor_day: int = 1,
    quantity: str = "1",
    **options: Any,
) -> list[SubscriptionService]:
    """A subscription with these services, active from `starts_on`; returns its services."""
    cycle = first_cycle(starts_on, anchor_day, plan.interval_months)
    subscription = Subscription.objects.create(
        account=account,
        plan=plan,
        external_id=external_id,
        interval_months=plan.interval_months,
        anchor_day=anchor_day,
        cycle_origin_on=cycle.origin_on,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=AT,
        **options,
    )
    return [
        SubscriptionService.objects.create(
            account=account,
            subscription=subscription,
            service=service,
            quantity=Decimal(quantity),
            starts_on=starts_on,
            ends_on=ends_on,
            billed_through=starts_on,
            created_at=AT,
        )
        for service in services
    ]


def build_discount(service: SubscriptionService, *, kind: str = "percent", value: str = "10", **options: Any) -> None:
    """A discount on a subscription service."""
    ServiceDiscount.objects.create(subscription_service=service, kind=kind, value=Decimal(value), **options)
