"""Write the file of a preview run: the real assembly, nothing saved; failed accounts in a file of their own (ZUO-8)."""

import csv
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from django.db import transaction

from tallystick.errors import Refusal
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.filters import RunFilters, scope_of
from tallystick.invoicing.core.funded_bill import assemble_bill_with_fees
from tallystick.invoicing.models import PreviewRun
from tallystick.invoicing.operations.preview_rows import COLUMNS, list_rows, make_harmless
from tallystick.invoicing.operations.start_preview import ALL, NONE
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount, list_accounts_to_bill
from tallystick.invoicing.queries.askable_methods import list_askable
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.invoicing.queries.chosen_accounts import accounts_sql
from tallystick.invoicing.queries.previews import get_preview_folder, list_draft_rows
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.session_lock import hold_session_lock
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.subscriptions.operations.renew_terms import renew_terms

ACCOUNTS_AT_ONCE = 2000
FAILURE_COLUMNS = ("account", "name", "reason")


class _Files(NamedTuple):
    lines: Any
    failures: Any


class _Counts(NamedTuple):
    lines: int
    accounts: int
    failed: int


def write_preview(preview_id: int, *, at: datetime, actor: Actor) -> None:
    """Write both files whole beside their final names, put them in place, then mark the preview completed.

    Does nothing when it is completed; waits for another worker that is at it. A killed worker leaves partial files
    that the next try replaces.
    """
    with hold_session_lock(f"preview_run:{preview_id}"):
        preview = PreviewRun.objects.select_related("seller").get(pk=preview_id)
        if preview.status == "completed":
            return
        folder = get_preview_folder()
        paths = [folder / preview.file_name, folder / preview.failures_name]
        partial = [path.with_name(f".{path.name}.partial") for path in paths]
        with _open(partial[0]) as lines, _open(partial[1]) as failures:
            counts = _write(preview, _Files(csv.writer(lines), csv.writer(failures)), at, actor)
            for file in (lines, failures):
                file.flush()
                os.fsync(file.fileno())
        for written, path in zip(partial, paths, strict=True):
            written.replace(path)
        PreviewRun.objects.filter(pk=preview_id).update(
            status="completed",
            lines=counts.lines,
            accounts=counts.accounts,
            failed_accounts=counts.failed,
            finished_at=at,
        )


def give_up_preview(preview_id: int, *, reason: str, at: datetime) -> None:
    """After the last try of its job: the preview is failed with the reason."""
    PreviewRun.objects.filter(pk=preview_id, status="pending").update(
        status="failed", reason=reason[:300], finished_at=at
    )


def _open(path: Path) -> TextIO:
    return path.open("w", newline="", encoding="utf-8")


def _write(preview: PreviewRun, files: _Files, at: datetime, actor: Actor) -> _Counts:
    files.lines.writerow(COLUMNS)
    files.failures.writerow(FAILURE_COLUMNS)
    lines = accounts = failed = 0
    for account_ids in _list_chunks(preview):
        outcomes = _assemble(preview, account_ids, at, actor)
        bills = [(account.facts, outcome) for account, outcome in outcomes if isinstance(outcome, DraftBill)]
        asked = {each.facts.account_id: each for each in list_askable(preview.seller_id, assembled=bills)}
        for account, outcome in outcomes:
            who = (make_harmless(account.facts.external_id), make_harmless(account.facts.name))
            if isinstance(outcome, str):
                files.failures.writerow((*who, make_harmless(outcome)))
                failed += 1
                continue
            rows = list(list_rows(who, account=account, bill=outcome, asked=asked.get(account.facts.account_id)))
            files.lines.writerows(rows)
            lines += len(rows)
            accounts += bool(rows)
        if preview.includes_drafts:
            drafts = list_draft_rows(account_ids)
            files.lines.writerows((make_harmless(row[0]), make_harmless(row[1]), *row[2:]) for row in drafts)
            lines += len(drafts)
    return _Counts(lines, accounts, failed)


def _list_chunks(preview: PreviewRun) -> Iterator[list[int]]:
    chosen, params = accounts_sql(preview.seller_id, filters=RunFilters.from_json(preview.filters))
    ids = [row[0] for row in fetch_rows(f"{chosen} ORDER BY id", params)]
    for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
        yield ids[start : start + ACCOUNTS_AT_ONCE]


def _assemble(
    preview: PreviewRun, account_ids: Sequence[int], at: datetime, actor: Actor
) -> list[tuple[BillableAccount, DraftBill | str]]:
    """Each account with its bill, or why it has none. What is taken to be renewed is so here only, and undone."""
    scope = scope_of(RunFilters.from_json(preview.filters), excluded_kinds=preview.excluded_kinds)
    scope = scope._replace(has_evergreen=preview.includes_evergreen)
    with transaction.atomic():
        if preview.renewal != NONE:
            renew_terms(
                ("SELECT unnest(%s::bigint[])", [as_array(account_ids)]),
                until_on=preview.target_on,
                at=at,
                actor=actor,
                reason=f"preview {preview.number}",
                is_every_term=preview.renewal == ALL,
            )
        context, _ = load_billing_context(preview.seller)
        billable = list_accounts_to_bill(context, account_ids=account_ids, target_on=preview.target_on, scope=scope)
        outcomes = [(account, _draft(account, preview)) for account in billable]
        transaction.set_rollback(True)
    return outcomes


def _draft(account: BillableAccount, preview: PreviewRun) -> DraftBill | str:
    try:
        return assemble_bill_with_fees(account.to_bill, target_on=preview.target_on, invoice_on=preview.target_on)
    except Refusal as refusal:
        return str(refusal)
