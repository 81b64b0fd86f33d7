"""Issue a payment link for what an account owes, or for an agreed amount in advance, and what a paid one does."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.core.new_account import MANAGED
from tallystick.accounts.operations.set_billing_mode import lock_account
from tallystick.accounts.queries import get_account_by_id
from tallystick.invoicing.errors import NothingToPay
from tallystick.invoicing.queries.customer_documents import find_issued_document
from tallystick.invoicing.queries.open_credit import list_open_documents
from tallystick.invoicing.queries.period_price import compute_period_price
from tallystick.payments.core.link_rules import compute_link_state
from tallystick.payments.errors import LinkRefused
from tallystick.payments.operations.apply_answers import ArrivedMoney
from tallystick.payments.operations.create_link import NewLink, create_link
from tallystick.payments.queries.pages import AttemptPage, PaymentLink, list_pages
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, SUBSCRIPTIONS_WRITE
from tallystick.rating.errors import NoPrice
from tallystick.subscriptions.operations.keep_without_card import keep_without_card
from tallystick.subscriptions.queries.paying import list_running

DOCUMENT = "document:"
LINK = "link:"
WHY = "a payment link was paid"


def issue_link(
    account_id: int,
    *,
    at: datetime,
    actor: Actor,
    document_ids: Collection[int] = (),
    amount_minor: int | None = None,
    description: str = "",
    expires_at: datetime | None = None,
) -> PaymentLink:
    """A link over the open amounts of these invoices, or of all; over `amount_minor` in advance where that is given.

    Where neither is named and nothing is open: over the coming period in advance, seats times price for the cadence
    (DEM-15). Nothing is charged, begun or granted by it. Refuses AccountUnknown, NothingToPay (also for an invoice of
    another account), LinkRefused (also where there is no price, or nothing above zero).
    """
    actor.require(PAYMENTS_COLLECT)
    get_account_by_id(account_id)
    with transaction.atomic():
        account = lock_account(account_id)
        if amount_minor is not None:
            return create_link(NewLink(account_id, amount_minor, description, (), expires_at), at=at, actor=actor)
        if not document_ids and not list_open_documents([account_id]):
            ahead_minor, plans = _price_period(account_id, at)
            return create_link(
                NewLink(account_id, ahead_minor, description or plans, (), expires_at), at=at, actor=actor
            )
        shares = _find_owed(account_id, account.name, document_ids)
        total = sum(minor for _, minor in shares)
        told = description or ", ".join(_find_number(purpose) for purpose, _ in shares)
        return create_link(NewLink(account_id, total, told, shares, expires_at), at=at, actor=actor)


def list_asked(link: PaymentLink) -> tuple[tuple[str, int], ...]:
    """What it asks for: the parts of documents, or all of it in advance."""
    return tuple((str(purpose), int(minor)) for purpose, minor in link.purposes) or (
        (f"{LINK}{link.pk}", link.amount_minor),
    )


def read_state(link: PaymentLink, *, at: datetime) -> str:
    """Its state at that instant."""
    return compute_link_state(link.state, expires_at=link.expires_at, at=at)


def follow_paid_links(arrived: Sequence[ArrivedMoney], *, at: datetime, actor: Actor) -> None:
    """What a paid link does to a managed account (DEM-16): in force, no end, and managed as before; in the transaction
    that books the money. A link that fails or expires does nothing."""
    pages = list_pages([money.attempt_id for money in arrived])
    paid = {money.account_id for money in arrived if _is_of_link(pages.get(money.attempt_id))}
    for account_id in sorted(each for each in paid if get_account_by_id(each).billing_mode == MANAGED):
        keep_without_card(account_id, reason=WHY, at=at, actor=actor.also_allowed(SUBSCRIPTIONS_WRITE))


def _is_of_link(page: AttemptPage | None) -> bool:
    return page is not None and page.link_id is not None


def _find_number(purpose: str) -> str:
    """How a document is called, in every language alike."""
    found = find_issued_document(int(purpose.removeprefix(DOCUMENT)))
    return found.shown.number if found is not None else purpose


def _price_period(account_id: int, at: datetime) -> tuple[int, str]:
    """A whole period of all that runs, before tax, and the names of its plans."""
    account = get_account_by_id(account_id)
    running = list_running(account_id)
    if not running:
        raise NothingToPay(document=account.name)
    today = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
    try:
        minor = compute_period_price(account, subscription_ids=[each.pk for each in running], on=today)
    except NoPrice as missing:
        raise LinkRefused(reason=str(missing).rstrip("."), field="amount_minor") from missing
    if minor < 1:
        raise LinkRefused(reason="nothing is open and its plans cost nothing; name an amount", field="amount_minor")
    return minor, ", ".join(dict.fromkeys(each.plan.name for each in running))


def _find_owed(account_id: int, name: str, document_ids: Collection[int]) -> list[tuple[str, int]]:
    owed = {row.document.document_id: row.document.open_minor for row in list_open_documents([account_id])}
    wanted = list(document_ids) or sorted(owed)
    if not wanted or any(each not in owed for each in wanted):
        raise NothingToPay(document=name)
    return [(f"{DOCUMENT}{each}", owed[each]) for each in wanted]
