"""Import a file: read it, check all of it, write it in one transaction, and report."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tallystick.interfaces.importing.errors import KindUnknown
from tallystick.interfaces.importing.import_accounts import import_accounts
from tallystick.interfaces.importing.import_catalog import import_catalog
from tallystick.interfaces.importing.import_seller import import_seller
from tallystick.interfaces.importing.import_subscriptions import import_subscriptions
from tallystick.interfaces.importing.job import ImportJob
from tallystick.interfaces.importing.report import ImportReport, Progress
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.collector import paused_collector
from tallystick.plumbing.permissions import IMPORTS_RUN

IMPORTERS: dict[str, Callable[[ImportJob], ImportReport]] = {
    "seller": import_seller,
    "catalog": import_catalog,
    "accounts": import_accounts,
    "subscriptions": import_subscriptions,
}
"""In the order in which a new company's files are imported."""


def import_file(
    kind: str,
    *,
    path: Path,
    at: datetime,
    actor: Actor,
    seller_code: str = "",
    skip_invalid: bool = False,
    progress: Progress | None = None,
    max_bytes: int | None = None,
) -> ImportReport:
    """Make the database say what a file of `kind` says, for the seller of that code or the only one.

    All rows are checked before any is written. Where one is wrong nothing is written, unless `skip_invalid`: then the
    others are (of a subscription all services or none). What is there already is updated by its external id or code, so
    that importing twice changes nothing. Refuses KindUnknown, SellerUnknown, SellerNotNamed, and a file that is none:
    FileMissing, FileTooLarge (over `max_bytes`, default the setting IMPORT_MAX_BYTES), FileUnreadable, HeaderWrong.
    """
    actor.require(IMPORTS_RUN)
    importer = IMPORTERS.get(kind)
    if importer is None:
        raise KindUnknown(kind=kind, known=", ".join(IMPORTERS))
    job = ImportJob(
        path=path,
        seller_code=seller_code,
        skips_invalid=skip_invalid,
        at=at,
        actor=actor,
        progress=progress or _tell_nobody,
        max_bytes=settings.IMPORT_MAX_BYTES if max_bytes is None else max_bytes,
    )
    with paused_collector():
        return importer(job)


def _tell_nobody(doing: str, done: int, total: int) -> None:
    pass
