"""What came of an import, briefly."""

from tallystick.interfaces.importing.report import ImportReport


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, skipped."""
    return report.created, report.updated, report.unchanged, report.skipped


def told(report: ImportReport) -> list[str]:
    """The errors as a person reads them."""
    return [str(error) for error in report.errors]
