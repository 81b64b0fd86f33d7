"""Let what is known of seats follow their money: whether billing is in line with them (DEM-45)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tallystick.collection.models import SeatCharge
from tallystick.invoicing.core.posting import document_subject
from tallystick.payments.models import AttemptPurpose
from tallystick.payments.queries import list_live_purposes


def record_seat_charge(
    subscription_id: int, *, document_id: int, seats_before: int, seats: int, at: datetime
) -> SeatCharge:
    """Note which invoice is for which seats; a step of the journey that makes it."""
    return SeatCharge.objects.create(
        subscription_id=subscription_id, document_id=document_id, seats_before=seats_before, seats=seats, made_at=at
    )


def follow_seat_charges(
    *, at: datetime, account_ids: Collection[int] | None = None, refused: Collection[int] = ()
) -> list[int]:
    """Stamp those whose charge failed, once for each, and end what was paid since, however; return the documents of
    those stamped now.

    `refused` are documents that could not even be charged. The seats stand either way; what is under way is waited for.
    """
    with transaction.atomic():
        charges = SeatCharge.objects.select_for_update(of=("self",), no_key=True).filter(settled_at=None)
        if account_ids is not None:
            charges = charges.filter(subscription__account_id__in=list(account_ids))
        waiting = list(charges.select_related("document").order_by("pk"))
        subjects = {each.pk: document_subject(each.document_id) for each in waiting}
        live = list_live_purposes(list(subjects.values()))
        failed = set(
            AttemptPurpose.objects.filter(
                purpose__in=list(subjects.values()), attempt__status__in=["failed", "canceled", "expired"]
            ).values_list("purpose", flat=True)
        )
        changed = []
        for each in waiting:
            if each.document.open_minor <= 0 or each.document.status != "posted":
                each.settled_at = at
            elif (
                each.failed_at is None
                and subjects[each.pk] not in live
                and (subjects[each.pk] in failed or each.document_id in refused)
            ):
                each.failed_at = at
            else:
                continue
            changed.append(each)
        SeatCharge.objects.bulk_update(changed, ["failed_at", "settled_at"])
    return [each.document_id for each in changed if each.settled_at is None]
