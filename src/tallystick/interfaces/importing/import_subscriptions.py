"""Import subscriptions, one row a service."""

from collections.abc import Callable, Sequence

from tallystick.interfaces.importing.columns import parse_cells
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.report import Findings, ImportReport
from tallystick.interfaces.importing.rows import Layout
from tallystick.interfaces.importing.subscriptions_file import (
    COLUMNS,
    ServiceRow,
    SubscriptionRows,
    find_contradictions,
    make_service_row,
    make_subscription,
)
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.operations.upsert_subscriptions import upsert_subscriptions
from tallystick.subscriptions.queries import list_subscription_problems, load_agreement_context

LAYOUT = Layout([column.name for column in COLUMNS], [column.name for column in COLUMNS if column.is_required])


def import_subscriptions(job: ImportJob) -> ImportReport:
    """Make subscriptions and their services be as the file says. Services that it does not name stay as they are."""
    seller = get_seller(job.seller_code)
    findings = Findings(job.file)
    groups, count = _read(job, findings)
    report = ImportReport("subscriptions", job.file, seller.code)
    if findings.lines:
        judged = [group.subscription for group in groups]
        context = load_agreement_context(seller.pk, subscriptions=judged)
        found = list_subscription_problems(judged, context=context)
        sure = (each for each in found if each.problem.field not in groups[each.row].unsure)
        findings.add_judged(sure, _line_in(groups))
        if not job.skips_invalid:
            return report._replace(errors=findings.list_errors())
    sound = [group for group in groups if not findings.lines.intersection(group.lines)]
    job.tell_writing(sum(len(group.lines) for group in sound))
    outcome = upsert_subscriptions(
        seller,
        subscriptions=[group.subscription for group in sound],
        at=job.at,
        actor=job.actor,
        reason=f"imported from {job.file}"[:300],
        skips_invalid=job.skips_invalid,
    )
    findings.add_judged(outcome.problems, _line_in(sound))
    written = outcome.created + outcome.updated + outcome.unchanged
    job.tell_written(written)
    skipped = count - written if job.skips_invalid else 0
    return report.add_outcome(outcome)._replace(skipped=skipped, errors=findings.list_errors())


def _read(job: ImportJob, findings: Findings) -> tuple[list[SubscriptionRows], int]:
    """The subscriptions, whatever is wrong with their rows, and how many rows there are."""
    rows: dict[tuple[str, str, int], list[ServiceRow]] = {}
    count = 0
    for line, cells, faults in job.read(LAYOUT):
        count += 1
        findings.add(line, faults)
        if not cells:
            continue
        values, problems = parse_cells(COLUMNS, cells)
        row, more = make_service_row(line, values, unread=frozenset(each.field for each in problems))
        findings.add(line, [*problems, *more])
        known = rows.setdefault(row.key, [])
        known.append(row)
        findings.add(line, find_contradictions(known[0], row))
    return [make_subscription(services) for services in rows.values()], count


def _line_in(groups: Sequence[SubscriptionRows]) -> Callable[[int, int | None], int]:
    """Where a room's answer stands in the file: at the service at fault, else at the subscription's first row."""
    return lambda row, part: groups[row].lines[part or 0]
