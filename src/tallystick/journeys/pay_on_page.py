"""A customer pays on the gateway's own page: the attempt is written, its page opened, shown again, or taken back."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.accounts.operations.set_billing_mode import lock_account
from tallystick.collection.errors import AmountHasChanged
from tallystick.invoicing.errors import NothingToPay
from tallystick.invoicing.queries.open_credit import list_open_documents
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.journeys.record_money import DOCUMENT, record_answers
from tallystick.payments.core.failures import explain_failure
from tallystick.payments.core.link_rules import is_page_reusable
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.errors import AlreadyBeingPaid, PageNotOpened
from tallystick.payments.operations.cancel_checkout import cancel_checkouts
from tallystick.payments.operations.create_checkout import NewCheckout, create_checkout
from tallystick.payments.operations.ensure_customer import ensure_customer
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.queries import list_live_purposes
from tallystick.payments.queries.pages import AttemptPage, list_pages
from tallystick.payments.queries.setups import find_gateway_for
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT

WAITS_FOR_CUSTOMER = ("created", "action_required")
Shares = tuple[tuple[str, int], ...]


class Asked(NamedTuple):
    """What a page asks an account for: purposes with the most that is asked for each, in minor units."""

    account_id: int
    shares: Shares
    description: str
    link_id: int | None = None


class DueNow(NamedTuple):
    """What of it is still to be paid, and whether a payment that nobody can take back is under way for it."""

    shares: Shares
    amount_minor: int
    is_under_way: bool


def ask_for_open(account_id: int, *, description: str) -> Asked:
    """All that an account owes and that no charge is under way for; a page that waits for its customer is no charge."""
    open_minor = {
        f"{DOCUMENT}{row.document.document_id}": row.document.open_minor for row in list_open_documents([account_id])
    }
    live = list_live_purposes(list(open_minor))
    pages = list_pages(set(live.values()))
    waiting = [each for each, page in pages.items() if page.attempt.status in WAITS_FOR_CUSTOMER]
    shares = tuple((each, minor) for each, minor in open_minor.items() if each not in live or live[each] in waiting)
    return Asked(account_id, shares, description)


def find_due_now(asked: Asked) -> DueNow:
    """What can be paid now of what is asked for: of a document never more than is open by now."""
    open_minor = {
        f"{DOCUMENT}{row.document.document_id}": row.document.open_minor
        for row in list_open_documents([asked.account_id])
    }
    due = [
        (purpose, min(minor, open_minor.get(purpose, 0)) if purpose.startswith(DOCUMENT) else minor)
        for purpose, minor in asked.shares
    ]
    shares = tuple((purpose, minor) for purpose, minor in due if minor > 0)
    live = list_live_purposes([purpose for purpose, _ in shares])
    pages = list_pages(set(live.values()))
    is_waiting = [pages[each].attempt.status in WAITS_FOR_CUSTOMER for each in pages]
    is_under_way = len(pages) < len(set(live.values())) or not all(is_waiting)
    return DueNow(shares, sum(minor for _, minor in shares), is_under_way)


def open_pay_page(asked: Asked, *, asked_minor: int, return_url: str, at: datetime, actor: Actor) -> AttemptPage:
    """The gateway's page for what is due now, which must be what was shown (`asked_minor`); "{attempt}" in `return_url`
    becomes the attempt's id.

    An open page over the same amount that lives long enough is shown again, another is taken back first. Not inside a
    transaction. Refuses NothingToPay, AmountHasChanged, AlreadyBeingPaid, SetupNotOpened and PageNotOpened.
    """
    actor.require(PAYMENTS_COLLECT)
    due = _require_shown(asked, asked_minor)
    waiting = _find_waiting(due)
    if waiting is not None and _fits(waiting, due, at):
        return waiting
    if waiting is not None:
        _take_back(waiting, at, actor)
    attempt_id = _write(asked, asked_minor, return_url, at, actor)
    collect_attempts([attempt_id], at=at, actor=actor)
    page = list_pages([attempt_id])[attempt_id]
    if page.attempt.status != "action_required" or not page.action_url:
        raise PageNotOpened(reason=explain_failure(page.attempt.failure_code) or "the gateway did not answer")
    return page


def follow_page(attempt_id: int, *, at: datetime, actor: Actor) -> str:
    """Ask the gateway what became of an attempt and record it; return its status. Coming back proves nothing."""
    record_answers(look_up_attempts([attempt_id], at=at, actor=actor), at=at, actor=actor)
    return list_pages([attempt_id])[attempt_id].attempt.status


def _require_shown(asked: Asked, asked_minor: int) -> DueNow:
    due = find_due_now(asked)
    if not due.amount_minor:
        raise NothingToPay(document=asked.description)
    if due.amount_minor != asked_minor:
        raise AmountHasChanged()
    return due


def _find_waiting(due: DueNow) -> AttemptPage | None:
    """The page that has one of the purposes; a charge of a saved method, or one that is being paid, is waited for."""
    live = list_live_purposes([purpose for purpose, _ in due.shares])
    if not live:
        return None
    if due.is_under_way or len(set(live.values())) > 1:
        raise AlreadyBeingPaid(purpose=next(iter(live)))
    return next(iter(list_pages(set(live.values())).values()))


def _fits(page: AttemptPage, due: DueNow, at: datetime) -> bool:
    shares = tuple(page.attempt.purposes.order_by("pk").values_list("purpose", "amount_minor"))
    is_open = page.attempt.status == "action_required" and bool(page.action_url)
    return is_open and shares == due.shares and is_page_reusable(expires_at=page.expires_at, at=at)


def _take_back(page: AttemptPage, at: datetime, actor: Actor) -> None:
    """What the gateway can't take back may be paid on this very moment: then it is waited for."""
    record_answers(cancel_checkouts([page.attempt_id], at=at, actor=actor), at=at, actor=actor)
    if follow_page(page.attempt_id, at=at, actor=actor) in ("action_required", "created", "unknown", "processing"):
        raise AlreadyBeingPaid(purpose=f"attempt {page.attempt_id}")


def _write(asked: Asked, asked_minor: int, return_url: str, at: datetime, actor: Actor) -> int:
    with transaction.atomic(durable=True):
        account = lock_account(asked.account_id)
        gateway_account = find_gateway_for(account)
    gateway = get_gateway(gateway_account.kind, holder=Holder(gateway_account.seller.code, gateway_account.mode))
    customer_ref = ensure_customer(asked.account_id, gateway_account=gateway_account, gateway=gateway)
    with transaction.atomic(durable=True):
        lock_account(asked.account_id)
        new = NewCheckout(
            asked.account_id,
            gateway_account.pk,
            customer_ref,
            account.currency,
            _require_shown(asked, asked_minor).shares,
            asked.description,
            return_url,
            account.language,
            asked.link_id,
        )
        return create_checkout(new, at=at, actor=actor)
