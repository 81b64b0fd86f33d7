"""What is said where posting and mailing by itself are switched on (ZUO-51)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tallystick.invoicing.core.run_options import list_auto_post_warnings
from tallystick.invoicing.queries.schedules import find_first_posting_day
from tallystick.sellers.models import Seller


def list_warnings(seller: Seller, *, auto_posts: bool, auto_emails: bool, at: datetime) -> Sequence[str]:
    """The advice for this seller, with how long it has billed; none where nothing happens by itself."""
    return list_auto_post_warnings(
        auto_posts=auto_posts,
        auto_emails=auto_emails,
        first_posted_on=find_first_posting_day(seller.pk),
        today=at.astimezone(ZoneInfo(seller.time_zone)).date(),
    )
