"""Import a catalog."""

from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.catalog.queries import list_catalog_problems
from tallystick.interfaces.importing.catalog_file import NAMES, make_item
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.report import Findings, ImportReport
from tallystick.interfaces.importing.row_problems import add_row_problems
from tallystick.interfaces.importing.rows import Layout
from tallystick.sellers.queries import get_seller

LAYOUT = Layout(NAMES, ["type"])


def import_catalog(job: ImportJob) -> ImportReport:
    """Make services, plans, their parts and prices be as the file says. What it does not name stays."""
    seller = get_seller(job.seller_code)
    findings = Findings(job.file)
    items, lines = _read(job, findings, currency=seller.currency)
    blank = ImportReport("catalog", job.file, seller.code)
    if findings.lines and not job.skips_invalid:
        add_row_problems(findings, list_catalog_problems(seller.pk, items=items), lines)
        return blank._replace(errors=findings.list_errors())
    job.tell_writing(len(items))
    outcome = upsert_catalog(seller, items=items, actor=job.actor, skips_invalid=job.skips_invalid)
    add_row_problems(findings, outcome.problems, lines)
    job.tell_written(len(items))
    return blank._replace(
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        skipped=len(findings.lines) if job.skips_invalid else 0,
        errors=findings.list_errors(),
    )


def _read(job: ImportJob, findings: Findings, *, currency: str) -> tuple[list[CatalogItem], list[int]]:
    items: list[CatalogItem] = []
    lines: list[int] = []
    for line, cells, faults in job.read(LAYOUT):
        item, problems = (None, list(faults)) if faults else make_item(cells, currency=currency)
        findings.add(line, problems)
        if item is not None:
            items.append(item)
            lines.append(line)
    return items, lines
