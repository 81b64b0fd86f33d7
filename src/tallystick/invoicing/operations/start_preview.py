"""Ask for a preview run: what a run would draft, in a file (ZUO-8)."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.filters import RunFilters, settle_filters
from tallystick.invoicing.core.run_options import RunOptions, settle_options
from tallystick.invoicing.errors import PreviewRunning
from tallystick.invoicing.models import PreviewRun
from tallystick.invoicing.operations.insert_run import RunDates, require_near
from tallystick.invoicing.operations.run_numbers import take_preview_number
from tallystick.invoicing.queries.known_filters import require_known_filters
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import BILL_RUNS_CREATE
from tallystick.sellers.models import Seller

NONE, ALL, AUTOMATIC = "none", "all", "automatic"
RENEWALS = (NONE, ALL, AUTOMATIC)


class NewPreview(NamedTuple):
    """What a preview is to show. `renewal`: none, all terms, or those that renew themselves are taken to be renewed.

    Drafts that wait for their posting and subscriptions without an end may be shown or left out.
    """

    target_on: date
    filters: RunFilters = RunFilters()
    excluded_kinds: tuple[str, ...] = ()
    renewal: str = NONE
    includes_drafts: bool = False
    includes_evergreen: bool = True


def start_preview(seller: Seller, *, new: NewPreview, at: datetime, actor: Actor) -> PreviewRun:
    """Write a preview down and enqueue its job. It writes no document and moves nothing.

    One at a time for a segment: refuses PreviewRunning while one runs for any of these accounts' segments.
    """
    actor.require(BILL_RUNS_CREATE)
    filters = settle_filters(new.filters)
    require_known_filters(seller.pk, filters=filters)
    today = at.astimezone(ZoneInfo(seller.time_zone)).date()
    require_near(RunDates(new.target_on, new.target_on), of=today)
    if new.renewal not in RENEWALS:
        raise InvalidInput(f"The renewal assumption must be one of {', '.join(RENEWALS)}.", field="renewal")
    options = RunOptions(excluded_kinds=new.excluded_kinds)
    excluded = settle_options(options, supports_auto_post=False, auto_posts_by_default=False, seller="").excluded_kinds
    with transaction.atomic():
        number = take_preview_number(seller)
        _require_alone(seller, filters)
        preview = PreviewRun.objects.create(
            seller=seller,
            number=number,
            target_on=new.target_on,
            filters=filters.as_json(),
            excluded_kinds=list(excluded),
            renewal=new.renewal,
            includes_drafts=new.includes_drafts,
            includes_evergreen=new.includes_evergreen,
            file_name=f"{seller.code}-{number}.csv",
            failures_name=f"{seller.code}-{number}-failed.csv",
            created_at=at,
            created_by=actor.label,
        )
        enqueue("bill_run.preview", queue="billing", preview_id=preview.pk)
    return preview


def _require_alone(seller: Seller, filters: RunFilters) -> None:
    wanted = set(filters.segments)
    for running in PreviewRun.objects.filter(seller=seller, status="pending"):
        segments = set(RunFilters.from_json(running.filters).segments)
        if not wanted or not segments or wanted & segments:
            raise PreviewRunning(number=running.number, field="segments")
