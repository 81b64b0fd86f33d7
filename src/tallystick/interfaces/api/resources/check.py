"""The check of the books."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.journeys.check_books import INVARIANTS, check_books
from tallystick.plumbing.permissions import LEDGER_CHECK

router = Router(tags=["Books"])
MOST_BREACHES = 1000


class Invariant(Schema):
    """A promise that is proven."""

    number: int
    promise: str


class Breach(Schema):
    """A row that breaks one."""

    invariant: int
    subject: str = Field(examples=["document 17"])
    problem: str


class Check(Schema):
    """What the check found."""

    is_ok: bool
    invariants: list[Invariant]
    breaches: list[Breach] = Field(description=f"at most {MOST_BREACHES}")


@router.get("/check", response=Check, auth=Needs(LEDGER_CHECK))
def check_ledger(request: HttpRequest) -> dict[str, Any]:
    """Prove on the whole database that every cent ties out. It reads everything: not for every minute."""
    breaches = list(islice(check_books(actor=get_actor(request)), MOST_BREACHES))
    return {
        "is_ok": not breaches,
        "invariants": [{"number": number, "promise": promise} for number, promise in INVARIANTS.items()],
        "breaches": [breach._asdict() for breach in breaches],
    }
