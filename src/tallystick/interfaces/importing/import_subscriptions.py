"""Import subscriptions, one row a service."""

from collections.abc import Iterable, Sequence

from tallystick.interfaces.importing.columns import parse_cells
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.report import Findings, ImportReport
from tallystick.interfaces.importing.rows import Layout
from tallystick.interfaces.importing.subscriptions_file import (
    COLUMNS,
    ServiceRow,
    SubscriptionRows,
    find_contradiction,
    make_service_row,
    make_subscription,
)
from tallystick.plumbing.upsert import RowProblem
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.operations.upsert_subscriptions import upsert_subscriptions
from tallystick.subscriptions.queries import list_subscription_problems, load_agreement_context

LAYOUT = Layout([column.name for column in COLUMNS], [column.name for column in COLUMNS if column.is_required])


def import_subscriptions(job: ImportJob) -> ImportReport:
    """Make subscriptions and their services be as the file says. Services that it does not name stay as they are."""
    seller = get_seller(job.seller_code)
    findings = Findings(job.file)
    groups, left_out = _read(job, findings)
    subscriptions = [group.subscription for group in groups]
    blank = ImportReport("subscriptions", job.file, seller.code)
    if findings.lines and not job.skips_invalid:
        context = load_agreement_context(seller.pk, subscriptions=subscriptions)
        _add_problems(findings, list_subscription_problems(subscriptions, context=context), groups)
        return blank._replace(errors=findings.list_errors())
    count = sum(len(group.lines) for group in groups)
    job.tell_writing(count)
    outcome = upsert_subscriptions(
        seller,
        subscriptions=subscriptions,
        at=job.at,
        actor=job.actor,
        reason=f"imported from {job.file}"[:300],
        skips_invalid=job.skips_invalid,
    )
    _add_problems(findings, outcome.problems, groups)
    job.tell_written(count)
    faulty = {problem.row for problem in outcome.problems}
    skipped = left_out + sum(len(groups[row].lines) for row in faulty)
    return blank._replace(
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        skipped=skipped if job.skips_invalid else 0,
        errors=findings.list_errors(),
    )


def _read(job: ImportJob, findings: Findings) -> tuple[list[SubscriptionRows], int]:
    """The subscriptions whose rows are all sound, and how many rows belong to the others."""
    rows: dict[tuple[str, str], list[ServiceRow]] = {}
    faulty: set[tuple[str, str]] = set()
    count = 0
    for line, cells, faults in job.read(LAYOUT):
        count += 1
        row, problems = None, list(faults)
        if not faults:
            values, problems = parse_cells(COLUMNS, cells)
            if not problems:
                row, problems = make_service_row(line, values)
        if row is not None:
            known = rows.setdefault(row.key, [])
            known.append(row)
            contradiction = find_contradiction(known[0], row)
            problems = [contradiction] if contradiction else []
        if problems:
            faulty.add((cells.get("account", ""), cells.get("subscription", "")))
            findings.add(line, problems)
    groups = [make_subscription(services) for key, services in rows.items() if key not in faulty]
    return groups, count - sum(len(group.lines) for group in groups)


def _add_problems(findings: Findings, problems: Iterable[RowProblem], groups: Sequence[SubscriptionRows]) -> None:
    """Note what the room says about subscriptions at the line of the service at fault, else at the first one."""
    for row, problem, _, part in problems:
        findings.add(groups[row].lines[part or 0], [problem])
