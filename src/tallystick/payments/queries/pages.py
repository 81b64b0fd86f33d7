"""Pages on which customers pay, and the links that lead there."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from tallystick.payments.errors import LinkMissing
from tallystick.payments.models import AttemptPage, PaymentLink

__all__ = [
    "AttemptPage",
    "PaymentLink",
    "find_page",
    "get_link",
    "list_links",
    "list_links_to_expire",
    "list_pages",
]


def find_page(our_id: str) -> AttemptPage | None:
    """The page of the attempt with that id of ours; None where there is none."""
    return AttemptPage.objects.select_related("attempt").filter(attempt__our_id=our_id).first()


def list_pages(attempt_ids: Collection[int]) -> dict[int, AttemptPage]:
    """Pages by attempt; attempts that charge a saved method have none."""
    rows = AttemptPage.objects.select_related("attempt").filter(attempt_id__in=list(attempt_ids))
    return {row.attempt_id: row for row in rows}


def get_link(link_id: int) -> PaymentLink:
    """A payment link; raises LinkMissing."""
    found = PaymentLink.objects.select_related("account__seller").filter(pk=link_id).first()
    if found is None:
        raise LinkMissing(link=link_id)
    return found


def list_links(account_id: int) -> QuerySet[PaymentLink]:
    """The links of an account, the latest first."""
    return PaymentLink.objects.select_related("account").filter(account_id=account_id).order_by("-pk")


def list_links_to_expire(at: datetime, *, limit: int = 500) -> list[int]:
    """Open links whose time is over."""
    due = PaymentLink.objects.filter(state="open", expires_at__lte=at).order_by("expires_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])
