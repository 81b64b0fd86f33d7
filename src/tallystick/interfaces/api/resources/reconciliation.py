"""Reconciliation: both sides of gateways compared, and what nothing explains."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Reason, Row
from tallystick.journeys import reconcile_gateways as journey
from tallystick.payments.core.reconciling import FINDINGS
from tallystick.payments.operations.record_findings import settle_finding
from tallystick.payments.queries.reconciliation import list_findings
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, PAYMENTS_RECORD, RECORDS_READ

router = Router(tags=["Payments"])
LIST = "reconciliation-findings"


class Reconciliation(Row):
    """One comparison with one gateway."""

    id: int
    seller: str = Field(validation_alias="gateway_account.seller.code")
    gateway: str = Field(validation_alias="gateway_account.kind")
    since: datetime = Field(description="payments made since then were compared")
    at: datetime
    is_complete: bool = Field(description="false: the gateway did not answer, and nothing was compared")
    listed: int = Field(description="payments that the gateway told of")
    found_again: int = Field(description="charges that were booked only because of it")
    differences: int
    reason: str = Field(description="why it is not complete")


class ReconciliationFinding(Row):
    """A difference between a gateway and us."""

    id: int
    seller: str = Field(validation_alias="gateway_account.seller.code")
    gateway: str = Field(validation_alias="gateway_account.kind")
    kind: str = Field(description="; ".join(f"`{kind}`: {words}" for kind, words in FINDINGS.items()))
    gateway_ref: str = Field(description="the payment's name at the gateway")
    attempt_id: int | None = Field(description="the attempt that it is about, where there is one")
    their_status: str = Field(description="what the gateway says; empty: nothing")
    their_minor: int
    their_currency: str
    our_status: str = Field(description="what we say; empty: nothing")
    our_minor: int
    our_currency: str
    found_at: datetime
    seen_at: datetime = Field(description="when it was found last")
    settled_at: datetime | None = Field(description="when it was explained; null: it is open")
    settled_as: str = Field(description="what explains it")


class Explanation(Body):
    """What explains a difference."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"explanation": "paid in the web shop, not for us"}]})

    explanation: Reason


@router.get("/reconciliation-findings", response=Page[ReconciliationFinding], auth=Needs(RECORDS_READ))
def list_reconciliation_findings(
    request: HttpRequest, paging: Query[Paging], is_open: bool | None = None
) -> dict[str, Any]:
    """Differences between gateways and us, the oldest first; with `is_open`, only those without or with explanation."""
    after_id = read_cursor(paging, of=LIST)
    rows = list(list_findings(is_open=is_open).filter(pk__gt=after_id)[: paging.limit + 1])
    return make_page(rows, paging=paging, of=LIST, get_id=lambda finding: finding.pk)


@router.post("/reconciliations", response=list[Reconciliation], auth=Needs(PAYMENTS_COLLECT))
def reconcile_gateways(request: HttpRequest) -> object:
    """Compare the payments of the last seven days with every gateway now, as it is done every night."""
    return journey.reconcile_gateways(at=clock.now(), actor=get_actor(request))


@router.post(
    "/reconciliation-findings/{finding_id}/settle",
    response=ReconciliationFinding,
    auth=Needs(PAYMENTS_RECORD),
)
def settle_reconciliation_finding(request: HttpRequest, finding_id: Path[Id], body: Explanation) -> object:
    """Say what explains a difference. Nothing is booked by this, and it is not asked about again."""
    return settle_finding(finding_id, explanation=body.explanation, at=clock.now(), actor=get_actor(request))
