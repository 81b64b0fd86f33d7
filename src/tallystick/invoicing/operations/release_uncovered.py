"""A chargeback took credit that drafts hold: the newest holds are released, their accounts dropped from their runs."""

from datetime import datetime

from django.db import transaction

from tallystick.credit.operations.release_holds import release_holds
from tallystick.errors import Refusal
from tallystick.invoicing.core.posting import read_document_subject
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.drop_account import drop_account
from tallystick.invoicing.queries.held_credit import list_uncovered_holds
from tallystick.plumbing.actor import Actor

REASON = "a chargeback took the credit that its draft held"


def release_uncovered_holds(account_id: int, *, at: datetime, actor: Actor) -> None:
    """Release the newest credit holds until what is left covers the rest. Under the account's lock, in a transaction.

    A draft under review is canceled, so that nothing is posted without the money that it was renewed with; what its
    run says of it is why. Where a draft can't be taken out any more, its hold goes and it is posted as money owed.
    """
    for purpose in list_uncovered_holds(account_id):
        document_ids = [each for each in [read_document_subject(purpose)] if each is not None]
        drafts = Document.objects.filter(pk__in=document_ids, status="draft")
        draft = drafts.select_related("run", "account").first()
        if draft is not None and draft.run is not None:
            try:
                with transaction.atomic():
                    drop_account(draft.run, account=draft.account, reason=REASON, at=at, actor=actor)
            except Refusal:
                pass  # it is being posted, or later documents bill what follows
        release_holds([purpose], at=at)
