"""Import accounts, with contacts, managers and payment methods at the sandbox gateway."""

from collections.abc import Sequence

from django.db import transaction

from tallystick.accounts.core.new_account import normalize_account
from tallystick.accounts.operations.upsert_accounts import upsert_accounts
from tallystick.accounts.queries import list_account_keys, list_account_problems
from tallystick.interfaces.importing.accounts_file import COLUMNS, AccountRow, make_account
from tallystick.interfaces.importing.columns import parse_cells
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.report import Findings, ImportReport
from tallystick.interfaces.importing.row_problems import add_row_problems
from tallystick.interfaces.importing.rows import Layout
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.sellers.queries import get_seller

LAYOUT = Layout([column.name for column in COLUMNS], [column.name for column in COLUMNS if column.is_required])
GATEWAY = "sandbox"


def import_accounts(job: ImportJob) -> ImportReport:
    """Make the accounts be as the file says; what it leaves empty is empty, save for payment methods, which stay."""
    seller = get_seller(job.seller_code)
    findings = Findings(job.file)
    rows, lines = _read(job, findings, currency=seller.currency)
    accounts = [row.account for row in rows]
    blank = ImportReport("accounts", job.file, seller.code)
    if findings.lines and not job.skips_invalid:
        normal = [normalize_account(account) for account in accounts]
        add_row_problems(findings, list_account_problems(seller, accounts=normal), lines)
        return blank._replace(errors=findings.list_errors())
    job.tell_writing(len(rows))
    with transaction.atomic():
        outcome = upsert_accounts(
            seller, accounts=accounts, at=job.at, actor=job.actor, skips_invalid=job.skips_invalid
        )
        add_row_problems(findings, outcome.problems, lines)
        if not findings.lines or job.skips_invalid:
            sound = [row for row, line in zip(rows, lines, strict=True) if line not in findings.lines]
            _store_methods(job, seller_id=seller.pk, rows=sound)
    job.tell_written(len(rows))
    return blank._replace(
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        skipped=len(findings.lines) if job.skips_invalid else 0,
        errors=findings.list_errors(),
    )


def _read(job: ImportJob, findings: Findings, *, currency: str) -> tuple[list[AccountRow], list[int]]:
    rows: list[AccountRow] = []
    lines: list[int] = []
    for line, cells, faults in job.read(LAYOUT):
        values, problems = parse_cells(COLUMNS, cells)
        row = None
        if not faults and not problems:
            row, problems = make_account(values, currency=currency)
        findings.add(line, faults or problems)
        if row is not None:
            rows.append(row)
            lines.append(line)
    return rows, lines


def _store_methods(job: ImportJob, *, seller_id: int, rows: Sequence[AccountRow]) -> None:
    numbers = {row.account.external_id: row.sandbox_method for row in rows if row.sandbox_method}
    if not numbers:
        return
    keys = list_account_keys(seller_id, external_ids=numbers)
    methods = [NewMethod(keys[external_id].account_id, number) for external_id, number in numbers.items()]
    store_methods(get_seller(job.seller_code), methods=methods, gateway_kind=GATEWAY, at=job.at, actor=job.actor)
