"""Import a seller, so that a company can begin from files alone."""

from collections.abc import Sequence

from tallystick.errors import Problem
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.json_file import read_object
from tallystick.interfaces.importing.report import Findings, ImportReport
from tallystick.interfaces.importing.seller_file import make_seller
from tallystick.interfaces.importing.text_file import get_size, read_start
from tallystick.sellers.core.new_seller import NewSeller
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.operations.create_seller import find_new_seller_problems
from tallystick.sellers.operations.upsert_seller import upsert_seller


def import_seller(job: ImportJob) -> ImportReport:
    """Make a seller be as the file says. Its code stands in the file; one that was named beside it must be the same."""
    get_size(job.path, max_bytes=job.max_bytes)
    read_start(job.path)
    new, problems = make_seller(read_object(job.path))
    if new is not None and job.seller_code not in ("", new.code):
        problems.append(Problem("code", f"is {new.code}, but the seller {job.seller_code} was asked for"))
    findings = Findings(job.file)
    findings.add(1, problems)
    report = ImportReport("seller", job.file, new.code if new else "")
    if new is None or problems:
        findings.add(1, _judge_the_rest(new, problems))
        return report._replace(errors=findings.list_errors())
    try:
        outcome = upsert_seller(new, at=job.at, actor=job.actor)
    except SellerInvalid as refusal:
        findings.add(1, refusal.problems or [Problem(refusal.field or "seller", refusal.message)])
        return report._replace(errors=findings.list_errors())
    return report._replace(created=outcome.created, updated=outcome.updated, unchanged=outcome.unchanged)


def _judge_the_rest(new: NewSeller | None, problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong with the values of what could be read, so that all mistakes are told at once."""
    unread = {part for each in problems for part in each.field.split(".")}
    return [each for each in find_new_seller_problems(new) if each.field not in unread] if new is not None else []
