"""Shapes of preview runs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from tallystick.interfaces.api.resources.run_shapes import BillingFilters, ChargeKind, Renewal
from tallystick.interfaces.api.schemas import Day, Row, Text40


class NewPreviewRun(BillingFilters):
    """What a preview is to show."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"target_on": "2026-06-30", "renewal": "automatic"}]})

    seller: Annotated[Text40, Field(description="code; may be left out while there is only one")] = ""
    target_on: Day
    renewal: Renewal = Field("none", description="which terms are taken to be renewed")
    includes_drafts: bool = Field(False, description="show drafts that wait for their posting too")
    includes_evergreen: bool = Field(True, description="show subscriptions without an end too")


class PreviewRun(Row):
    """A preview run: a file, and no document."""

    id: int
    number: str = Field(examples=["PV-000001"])
    seller: str = Field(validation_alias="seller.code")
    status: Literal["pending", "completed", "failed"]
    target_on: date
    filters: dict[str, list[str | int]]
    excluded_kinds: list[ChargeKind]
    renewal: Renewal
    includes_drafts: bool
    includes_evergreen: bool
    lines: int
    accounts: int
    failed_accounts: int
    reason: str
    created_at: datetime
    created_by: str
    finished_at: datetime | None
