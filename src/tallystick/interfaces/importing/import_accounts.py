"""Import accounts, with contacts, managers and payment methods at the sandbox gateway."""

from tallystick.accounts.core.new_account import normalize_account
from tallystick.accounts.queries import list_account_problems
from tallystick.interfaces.importing.accounts_file import COLUMNS, AccountRow, make_account
from tallystick.interfaces.importing.columns import parse_cells
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.report import Findings, ImportReport
from tallystick.interfaces.importing.rows import Layout
from tallystick.journeys.bring_in_accounts import bring_in_accounts
from tallystick.sellers.queries import get_seller

LAYOUT = Layout([column.name for column in COLUMNS], [column.name for column in COLUMNS if column.is_required])


def import_accounts(job: ImportJob) -> ImportReport:
    """Make the accounts be as the file says; what it leaves empty is empty, save for payment methods, which stay."""
    seller = get_seller(job.seller_code)
    findings = Findings(job.file)
    rows = _read(job, findings, currency=seller.currency)
    report = ImportReport("accounts", job.file, seller.code)
    if findings.lines:
        judged = [normalize_account(row.account) for row in rows]
        findings.add_judged(list_account_problems(seller, accounts=judged), lambda row, _: rows[row].line)
        if not job.skips_invalid:
            return report._replace(errors=findings.list_errors())
    sound = [row for row in rows if row.line not in findings.lines]
    job.tell_writing(len(sound))
    outcome = bring_in_accounts(
        seller.code,
        accounts=[row.account for row in sound],
        sandbox_numbers={row.account.external_id: row.sandbox_method for row in sound if row.sandbox_method},
        at=job.at,
        actor=job.actor,
        skips_invalid=job.skips_invalid,
    )
    findings.add_judged(outcome.problems, lambda row, _: sound[row].line)
    job.tell_written(len(sound))
    skipped = len(findings.lines) if job.skips_invalid else 0
    return report.add_outcome(outcome)._replace(skipped=skipped, errors=findings.list_errors())


def _read(job: ImportJob, findings: Findings, *, currency: str) -> list[AccountRow]:
    """The accounts of all rows that have an id and a name, whatever else is wrong with them."""
    rows: list[AccountRow] = []
    for line, cells, faults in job.read(LAYOUT):
        findings.add(line, faults)
        if not cells:
            continue
        values, problems = parse_cells(COLUMNS, cells)
        row, more = make_account(line, values, currency=currency)
        findings.add(line, [*problems, *more])
        rows.append(row)
    return rows
