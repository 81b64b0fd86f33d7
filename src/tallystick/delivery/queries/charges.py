"""How far the collection of documents has come, by their last payment attempts."""

from collections.abc import Collection

from tallystick.delivery.core.charging import Charge, decide_charge
from tallystick.invoicing.core.posting import document_subject
from tallystick.payments.models import AttemptPurpose


def list_charges(document_ids: Collection[int]) -> dict[int, Charge]:
    """By document: whether its collection is planned, under way, to be confirmed or has failed; one query for all."""
    subjects = {document_subject(document_id): document_id for document_id in document_ids}
    rows = AttemptPurpose.objects.filter(purpose__in=list(subjects)).order_by("pk")
    last = dict(rows.values_list("purpose", "attempt__status"))
    return {document_id: decide_charge(last.get(subject, "")) for subject, document_id in subjects.items()}
