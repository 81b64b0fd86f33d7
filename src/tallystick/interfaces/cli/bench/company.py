"""The company that is billed in benchmarks: any number of accounts, the same ones every time, in a realistic mix.

Of every 20 accounts 17 are consumers and businesses at home (21 % VAT), 3 businesses abroad (reverse charge). They have
one to three services (1.95 on average): a flat plan, seats by the piece, a handbook at the reduced rate. Every seventh
began in the middle of a month and is billed a partial period first; every fifth has a percentage off its plan, every
eleventh an amount off its seats. One in ten has a receivable limit, and so a hold while its invoice is a draft.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

from tallystick.accounts.core.new_account import AccountTerms, NewAccount, Party
from tallystick.accounts.operations.upsert_accounts import upsert_accounts
from tallystick.catalog.core.items import NewPlan, NewPlanService, NewPrice
from tallystick.catalog.core.items import NewService as CatalogService
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.plumbing.actor import Actor
from tallystick.sellers.core.new_seller import BankDetails, NewSeller, ProfileText, Registration
from tallystick.sellers.operations.create_seller import create_seller
from tallystick.subscriptions.core.new_subscription import NewDiscount, NewService, NewSubscription
from tallystick.subscriptions.operations.upsert_subscriptions import upsert_subscriptions
from tallystick.taxes.operations.load_rates import load_rates

TARGET_ON = date(2026, 3, 1)
AT = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)

SLICE = 20_000
"""Accounts written at a time, so that memory stays flat."""

_CATALOG = (
    CatalogService("base", "Base plan"),
    CatalogService("seat", "Seat", price_model="per_unit", unit_name="seat"),
    CatalogService("handbook", "Handbook", tax_category="reduced", revenue_code="books"),
    NewPlan("team", "Team"),
    NewPlanService("team", "base"),
    NewPlanService("team", "seat", is_mandatory=False),
    NewPlanService("team", "handbook", is_mandatory=False),
    NewPrice("base", "EUR", Decimal("24.90"), date(2020, 1, 1)),
    NewPrice("seat", "EUR", Decimal("9.90"), date(2020, 1, 1)),
    NewPrice("handbook", "EUR", Decimal("4.50"), date(2020, 1, 1)),
)


def make_company(accounts: int, *, actor: Actor, report: Callable[[int], None]) -> None:
    """Make a seller with that many accounts, all due on TARGET_ON; `report` is told how many there are so far."""
    load_rates(actor=actor)
    seller = create_seller(
        NewSeller(
            code="bench",
            currency="EUR",
            time_zone="Europe/Amsterdam",
            profile=ProfileText(legal_name="Bench B.V.", country="NL", email="billing@bench.example"),
            vat_registrations=(Registration("NL", "NL123456782B90", date(2020, 1, 1)),),
            bank_accounts=(BankDetails("EUR", "Bench B.V.", "NL91ABNA0417164300"),),
        ),
        at=AT,
        actor=actor,
    )
    upsert_catalog(seller, items=_CATALOG, actor=actor)
    numbers = iter(range(1, accounts + 1))
    done = 0
    while batch := list(islice(numbers, SLICE)):
        upsert_accounts(seller, accounts=[_account(number) for number in batch], at=AT, actor=actor)
        upsert_subscriptions(seller, subscriptions=[_subscription(number) for number in batch], at=AT, actor=actor)
        done += len(batch)
        report(done)


def _account(number: int) -> NewAccount:
    is_abroad = number % 20 in (3, 9, 15)
    is_business = is_abroad or number % 4 == 0
    party = Party(
        name=f"Customer {number}",
        is_business=is_business,
        street=f"Long Street {number % 900 + 1}",
        postcode="1000" if is_abroad else "1012 AB",
        city="Brussels" if is_abroad else "Amsterdam",
        country="BE" if is_abroad else "NL",
        vat_number=_belgian_vat_number(number) if is_abroad else "",
        email=f"customer-{number}@customers.example",
    )
    terms = AccountTerms(
        currency="EUR",
        billing_mode="self_serve" if number % 3 else "managed",
        receivable_limit_minor=1_000_000 if number % 10 == 0 else None,
        segment=f"batch-{number % 10}",
        is_emailed=number % 2 == 0,
        is_printed=number % 2 == 1,
    )
    return NewAccount(f"A-{number:07d}", party, terms)


def _belgian_vat_number(number: int) -> str:
    body = 10_000_000 + number % 80_000_000
    return f"BE{body:08d}{97 - body % 97:02d}"


def _subscription(number: int) -> NewSubscription:
    starts_on = date(2026, 2, 10 + number % 15) if number % 7 == 0 else TARGET_ON
    return NewSubscription(
        external_id=f"S-{number:07d}",
        account=f"A-{number:07d}",
        plan="team",
        services=tuple(_services(number, starts_on)),
        starts_on=starts_on,
        anchor_day=1,
    )


def _services(number: int, starts_on: date) -> Iterator[NewService]:
    percent_off = (NewDiscount("percent", Decimal(10), "Loyalty"),) if number % 5 == 0 else ()
    yield NewService("base", starts_on, discounts=percent_off)
    if number % 20 < 13:
        amount_off = (NewDiscount("amount", Decimal("2.50"), "Agreed"),) if number % 11 == 0 else ()
        yield NewService("seat", starts_on, quantity=Decimal(1 + number % 5), discounts=amount_off)
    if number % 10 < 3:
        yield NewService("handbook", starts_on)
