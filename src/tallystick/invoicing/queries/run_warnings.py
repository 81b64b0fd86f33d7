"""What to tell whoever asks for a bill run, before or after it is made."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tallystick.invoicing.core.run_dates import DateWarning, find_date_warnings
from tallystick.sellers.models import Seller


def list_run_warnings(
    seller: Seller, *, target_on: date, invoice_on: date | None, at: datetime
) -> tuple[DateWarning, ...]:
    """What is unusual about the dates, seen from the day that it is for the seller at `at`. Nothing is refused."""
    return find_date_warnings(target_on, invoice_on=invoice_on, today=at.astimezone(ZoneInfo(seller.time_zone)).date())
