"""Follow up an account of a run that waited for funds: renew what there is money for, queue the rest (CRM-16)."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.credit.operations.place_holds import NewHold, place_holds
from tallystick.credit.operations.release_holds import release_holds
from tallystick.errors import Refusal
from tallystick.invoicing.core.shortfall import read_shortfall_subject, shortfall_subject
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunChunk
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.draft_accounts import draft_accounts
from tallystick.invoicing.operations.note_accounts import note_accounts
from tallystick.invoicing.operations.post_documents import post_documents
from tallystick.invoicing.operations.record_events import follow_up
from tallystick.invoicing.operations.review_accounts import review_accounts
from tallystick.invoicing.queries.run_documents import list_chunk_drafts
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.sellers.operations.take_numbers import DateOrderBroken, require_date_order

FOLLOWED_UP = ("completed", "posted")


def follow_up_account(run_id: int, *, account_id: int, at: datetime, actor: Actor, charge: str = "") -> bool:
    """Draft the account for its run anew, as of the run's own dates, once its money is final or waited for too long.

    One transaction. In a run that is under review the drafts join the others; in one that is posted they are posted at
    once. Where the run was reviewed, so is what came of the account. `charge` says why the money did not come, and is
    noted beside what was not renewed. Returns False, having done nothing, when the account does not wait, or its run is
    not that far.
    """
    with transaction.atomic():
        run = BillRun.objects.select_for_update(of=("self",)).select_related("seller").get(pk=run_id)
        row = BillRunAccount.objects.filter(run=run, account_id=account_id, status="awaiting_funds").first()
        if row is None or run.status not in FOLLOWED_UP:
            return False
        chunk = BillRunChunk.objects.select_for_update().get(run=run, position=row.chunk_position)
        lock_balances([account_id])
        release_holds([shortfall_subject(run_id, account_id=account_id)], at=at)
        on = at.astimezone(ZoneInfo(run.seller.time_zone)).date()
        if run.status == "posted":
            _settle_date(run, on)
        draft_accounts(run, account_ids=[account_id], at=at, actor=actor)
        if charge:
            _note_charge(run_id, account_id, charge)
        if run.status == "posted":
            _post(run, account_id, on=on, at=at, actor=actor)
        count_chunk(chunk, status=chunk.status, at=at)
        if run.is_reviewed:
            review_accounts(run, account_ids=[account_id])
    return True


def reserve_shortfalls(arrived: Sequence[tuple[str, int, int]], *, at: datetime) -> None:
    """Hold money (purpose, account, minor units) that arrived for a renewal, so that no older debt takes it.

    A step of recording money, under the accounts' locks. Of accounts that wait no longer it stays customer credit.
    """
    holds = []
    for purpose, account_id, amount_minor in arrived:
        named = read_shortfall_subject(purpose)
        if named is None:
            continue
        if BillRunAccount.objects.filter(run_id=named[0], account_id=named[1], status="awaiting_funds").exists():
            holds.append(NewHold(account_id, purpose, "credit", amount_minor))
    place_holds(holds, at=at)


def _note_charge(run_id: int, account_id: int, charge: str) -> None:
    row = BillRunAccount.objects.get(run_id=run_id, account_id=account_id)
    if row.reason:  # something was not renewed
        BillRunAccount.objects.filter(run_id=run_id, account_id=account_id).update(
            reason=f"{row.reason}; {charge}"[:300]
        )


def _settle_date(run: BillRun, on: date) -> None:
    """The run's own date, unless its series is in date order and has gone on since: then today's."""
    try:
        require_date_order(run.seller_id, kind="invoice", dated_on=run.invoice_on)
    except DateOrderBroken:
        run.invoice_on = max(on, run.invoice_on)


def _post(run: BillRun, account_id: int, *, on: date, at: datetime, actor: Actor) -> None:
    drafts = list_chunk_drafts(run.pk, account_ids=[account_id])
    if not drafts:
        return
    try:
        with transaction.atomic():
            post_documents(run.seller, drafts=drafts, on=on, at=at, actor=actor)
    except Refusal as refusal:
        note_accounts(run.pk, account_ids=[account_id], status="failed", reason=f"Not posted: {refusal}")
    else:
        note_accounts(run.pk, account_ids=[account_id], status="posted")
        follow_up(run.pk)  # a run that mails itself mails this one too (ZUO-19)
