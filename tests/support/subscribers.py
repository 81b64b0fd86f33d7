"""A customer who subscribes by themselves, for stories: plans without tax, a card, and charges as the gateway says."""

from datetime import UTC, datetime
from decimal import Decimal

from tallystick.accounts.models import Account
from tallystick.collection.queries.standing import find_standing
from tallystick.invoicing.models import Document
from tallystick.invoicing.queries.open_credit import list_open_documents
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.journeys.start_subscribing import FirstPayment, start_subscribing
from tallystick.payments.models import PaymentAttempt, PaymentMethod
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, build_account, build_plan, build_seller, build_service
from tests.support.catalogs import fill_plan

SLOW_DEBIT = "NL77SAND0000000001"
GOOD_CARD, EMPTY_CARD, DECLINED_CARD = "4242424242424242", "4000000000009995", "4000000000000002"
BEGINNING = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


def build_customer(**terms: str) -> Account:
    """A self-serve account without anything; Basic costs 31.00 a month and is the plan tv's, Movies 62.00 is film's."""
    clock.set_clock(BEGINNING)
    seller = build_seller(country="US", supports_auto_post=True, auto_posts_by_default=True)
    for code, price, plan in (("basic", "31.00", "tv"), ("movies", "62.00", "film")):
        build_service(seller, code=code, unit_price=price, price_model="per_unit")
        build_plan(seller, code=plan)
        fill_plan(seller, plan, mandatory=[code], optional=[])
    return build_account(seller, party={"country": "US"}, **{"billing_mode": "self_serve", **terms})


def subscribe(account: Account, plan: str = "tv", **quantities: int) -> FirstPayment:
    """Choose a plan; nothing is paid yet."""
    wanted = {code: Decimal(many) for code, many in quantities.items()}
    return start_subscribing(account.pk, plan=plan, quantities=wanted, at=clock.now(), actor=ACTOR)


def save(account: Account, card: str) -> PaymentMethod:
    """Save a card, or make one that is saved the default again."""
    methods = [NewMethod(account.pk, card)]
    store_methods(account.seller, methods=methods, gateway_kind="sandbox", at=clock.now(), actor=ACTOR)
    PaymentMethod.objects.filter(account=account).update(is_default=False)
    PaymentMethod.objects.filter(account=account, label__endswith=card[-4:]).update(is_default=True)
    return PaymentMethod.objects.get(account=account, is_default=True)


def pay(account: Account, first: FirstPayment, *, card: str = GOOD_CARD) -> PaymentAttempt:
    """Pay for what was chosen."""
    return charge(account, list(first.shares), card=card)


def pay_open(account: Account, *, card: str = GOOD_CARD) -> PaymentAttempt:
    """Charge whatever is open."""
    rows = list_open_documents([account.pk])
    shares = [(f"document:{row.document.document_id}", row.document.open_minor) for row in rows]
    return charge(account, shares, card=card)


def charge(account: Account, shares: list[tuple[str, int]], *, card: str) -> PaymentAttempt:
    """Charge a card for several purposes at once; what its gateway answers is recorded as ever."""
    method, amount = save(account, card), sum(minor for _, minor in shares)
    new = NewAttempt(
        account.pk, method.pk, method.gateway_account_id, shares[0][0], amount, account.currency, "tv", tuple(shares)
    )
    (attempt_id,) = create_attempts([new], at=clock.now(), actor=ACTOR)
    collect_attempts([attempt_id], at=clock.now(), actor=ACTOR)
    return PaymentAttempt.objects.get(pk=attempt_id)


def tell(account: Account) -> str:
    """Where the account stands, in one word."""
    account.refresh_from_db()
    return find_standing(account)


def tell_invoices() -> list[tuple[int, int]]:
    """Gross and open of every posted document, in minor units."""
    return [(each.gross_minor, each.open_minor) for each in Document.objects.filter(status="posted").order_by("pk")]
