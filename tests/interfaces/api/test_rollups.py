"""What programs read of the rollups: codes as they are, and null where nobody knows an amount yet."""

from __future__ import annotations

import csv
import io

import pytest

from tallystick.accounts.models import Account
from tallystick.journeys.record_transfer import record_account_transfer
from tests.support.api import make_caller
from tests.support.billed_company import build_billed_company
from tests.support.builders import ACTOR, AT
from tests.support.collected_company import collect_month

pytestmark = pytest.mark.usefixtures("fresh_database")


def test_what_is_not_billed_yet_is_null_and_not_nothing() -> None:
    build_billed_company()
    caller = make_caller()
    rows = caller.get("/rollups/billing", month="2026-03-01").json()["data"]
    told = {row["account"]["account"]: (row["billing_state"], row["should_pay_minor"]) for row in rows}
    assert told == {"A-1": ("billed", 121_00), "A-2": ("not_billed_yet", None), "A-3": ("nothing_due", 0)}
    assert {row["revenue_class"] for row in rows if row["account"]["account"] == "A-1"} == {"managed"}
    (total,) = caller.get("/rollups/billing/totals", month="2026-03-01").json()
    assert (total["should_pay_minor"], total["not_billed_accounts"], total["not_billed_mrr_minor"]) == (
        121_00,
        1,
        100_00,
    )


def test_the_gaps_csv_leads_to_the_console_where_the_call_went_to() -> None:
    company = build_billed_company()
    answer = make_caller().get("/rollups/gap.csv", month="2026-03-01")
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode()))
    assert row["link"] == f"http://testserver/console/invoices/{company.invoice.pk}/"


def test_a_month_that_is_no_day_is_told_in_plain_words() -> None:
    answer = make_caller().get("/rollups/gap/totals", month="2026-03")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["detail"] == "must be a date such as 2026-03-31"


@pytest.mark.rule("DEM-52", "DEM-57")
def test_payments_are_asked_for_by_state_way_account_and_what_they_were_used_for() -> None:
    collect_month(build_billed_company())
    account_id = Account.objects.get(external_id="C-1").pk
    record_account_transfer(account_id, amount_minor=40_00, reference="TOO MUCH", at=AT, actor=ACTOR)
    caller = make_caller()

    def find(**asked: str) -> list[tuple[str, str, int, int]]:
        rows = caller.get("/rollups/payments", **asked).json()["data"]
        return [(row["account"], row["way"], row["amount_minor"], row["unused_minor"]) for row in rows]

    assert find(way="transfer") == [("C-1", "transfer", 40_00, 40_00)]
    assert find(without_invoice="true") == [("C-1", "transfer", 40_00, 40_00)]
    assert find(status="failed") == [("C-2", "saved_method", 121_00, 0)]
    assert find(account="C-1", gateway="sandbox") == [("C-1", "saved_method", 121_00, 0)]
    totals = caller.get("/rollups/payments/totals", account="C-1").json()
    arrived = next(each for each in totals if each["bucket"] == "arrived")
    assert (arrived["amount_minor"], arrived["given_back_minor"], arrived["unused_minor"]) == (161_00, 0, 40_00)
    assert caller.get("/rollups/payments", way="cash").status_code == 422
