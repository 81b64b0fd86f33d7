"""Import a catalog."""

from typing import NamedTuple

from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.catalog.queries import list_catalog_problems
from tallystick.interfaces.importing.catalog_file import NAMES, make_item
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.report import Findings, ImportReport
from tallystick.interfaces.importing.rows import Layout
from tallystick.sellers.queries import get_seller

LAYOUT = Layout(NAMES, ["type"])


class _ItemRow(NamedTuple):
    line: int
    item: CatalogItem


def import_catalog(job: ImportJob) -> ImportReport:
    """Make services, plans, their parts and prices be as the file says. What it does not name stays."""
    seller = get_seller(job.seller_code)
    findings = Findings(job.file)
    rows = _read(job, findings, currency=seller.currency)
    report = ImportReport("catalog", job.file, seller.code)
    if findings.lines:
        unsure = {place for place, row in enumerate(rows) if row.line in findings.lines}
        found = list_catalog_problems(seller.pk, items=[row.item for row in rows], unsure=unsure)
        findings.add_judged(found, lambda row, _: rows[row].line)
        if not job.skips_invalid:
            return report._replace(errors=findings.list_errors())
    sound = [row for row in rows if row.line not in findings.lines]
    job.tell_writing(len(sound))
    items = [row.item for row in sound]
    outcome = upsert_catalog(seller, items=items, actor=job.actor, skips_invalid=job.skips_invalid)
    findings.add_judged(outcome.problems, lambda row, _: sound[row].line)
    job.tell_written(len(sound))
    skipped = len(findings.lines) if job.skips_invalid else 0
    return report.add_outcome(outcome)._replace(skipped=skipped, errors=findings.list_errors())


def _read(job: ImportJob, findings: Findings, *, currency: str) -> list[_ItemRow]:
    """The items of all rows whose type is known, whatever else is wrong with them."""
    rows: list[_ItemRow] = []
    for line, cells, faults in job.read(LAYOUT):
        findings.add(line, faults)
        if not cells:
            continue
        item, problems = make_item(cells, currency=currency)
        findings.add(line, problems)
        if item is not None:
            rows.append(_ItemRow(line, item))
    return rows
