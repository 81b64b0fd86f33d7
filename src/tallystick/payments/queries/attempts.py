"""Attempts: by purpose, those that the janitor must take up, those that a person must look at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from tallystick.payments.core.attempt_lifecycle import LIVE
from tallystick.payments.models import AttemptPurpose, PaymentAttempt


def list_live_purposes(purposes: Collection[str]) -> dict[str, int]:
    """Which purposes have a live attempt, and which attempt it is."""
    rows = AttemptPurpose.objects.filter(purpose__in=list(purposes), is_live=True)
    return dict(rows.values_list("purpose", "attempt_id"))


class PurposeOutcome(NamedTuple):
    """The latest attempt for a purpose; `failure_code` says why it failed, if it did."""

    attempt_id: int
    status: str
    failure_code: str

    @property
    def is_final(self) -> bool:
        """Whether nothing will come of it any more, money or not."""
        return self.status not in LIVE


def list_purpose_outcomes(purposes: Collection[str]) -> dict[str, PurposeOutcome]:
    """Where the latest attempt for each purpose stands; those that were never tried are left out."""
    rows = AttemptPurpose.objects.filter(purpose__in=list(purposes)).order_by("attempt_id")
    columns = rows.values_list("purpose", "attempt_id", "attempt__status", "attempt__failure_code")
    return {purpose: PurposeOutcome(attempt_id, status, why) for purpose, attempt_id, status, why in columns}


def list_attempts(attempt_ids: Collection[int]) -> dict[int, PaymentAttempt]:
    """Attempts by id."""
    return PaymentAttempt.objects.in_bulk(list(attempt_ids))


def list_purpose_attempts(purpose: str) -> Sequence[PaymentAttempt]:
    """All attempts for a purpose, newest first."""
    return list(PaymentAttempt.objects.filter(purposes__purpose=purpose).order_by("-pk"))


class WaitingPurpose(NamedTuple):
    """A purpose of an attempt that waits to be sent, and how much of it is asked for, in minor units."""

    attempt_id: int
    account_id: int
    purpose: str
    amount_minor: int


def list_waiting_purposes(attempt_ids: Collection[int]) -> Sequence[WaitingPurpose]:
    """What those of the attempts are for that wait to be sent."""
    rows = AttemptPurpose.objects.filter(attempt_id__in=list(attempt_ids), attempt__status="created")
    columns = ("attempt_id", "attempt__account_id", "purpose", "amount_minor")
    return [WaitingPurpose(*row) for row in rows.order_by("pk").values_list(*columns)]


def list_attempts_to_send(at: datetime, *, limit: int = 500) -> list[int]:
    """Attempts that were written down but not sent, or not taken by the gateway, and whose time has come."""
    return _list_due(at, limit, Q(status="created", gateway_account__is_active=True))


def list_attempts_to_look_up(at: datetime, *, limit: int = 500) -> list[int]:
    """Attempts in flight too long, unknown, with a bank, or refused lately, whose time to look again has come."""
    return _list_due(at, limit, ~Q(status="created"))


def _list_due(at: datetime, limit: int, condition: Q) -> list[int]:
    """The longest due first. A gateway that is switched off gets no order, but is asked about those it has."""
    rows = PaymentAttempt.objects.filter(condition, look_again_at__lte=at)
    return list(rows.order_by("look_again_at", "pk").values_list("pk", flat=True)[:limit])


def find_next_look() -> datetime | None:
    """When the next attempt is to be looked at again; None when none is waited for."""
    rows = PaymentAttempt.objects.filter(~Q(status="created") | Q(gateway_account__is_active=True))
    rows = rows.filter(look_again_at__isnull=False)
    return rows.order_by("look_again_at").values_list("look_again_at", flat=True).first()


def count_unresolved() -> int:
    """Attempts whose outcome is not final, leaving out those that a person must look at."""
    return PaymentAttempt.objects.filter(status__in=LIVE, quarantine_reason="").count()


def list_held_attempts() -> QuerySet[PaymentAttempt]:
    """Attempts for which the gateway reports something else than we asked for, oldest first: a person compares both."""
    held = PaymentAttempt.objects.exclude(quarantine_reason="")
    return held.select_related("account", "gateway_account").order_by("pk")


def list_overdue_attempts(*, created_before: datetime) -> QuerySet[PaymentAttempt]:
    """Attempts created before then whose outcome is still open, oldest first. A bank takes days, never two weeks."""
    open_ones = PaymentAttempt.objects.filter(status__in=LIVE, created_at__lt=created_before)
    return open_ones.select_related("account", "gateway_account").order_by("created_at", "pk")


def list_attempts_by_id(attempt_ids: Collection[int]) -> Sequence[PaymentAttempt]:
    """These attempts, as far as they are there, with their accounts, sellers and gateways."""
    found = PaymentAttempt.objects.select_related("account__seller", "gateway_account").filter(pk__in=attempt_ids)
    return list(found.order_by("pk"))
