"""Actions on subscriptions by command: shown before, asked about, done, scheduled, taken back; and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.actions import read_placements, read_services, read_terms
from tallystick.invoicing.models import Document
from tallystick.plumbing import clock
from tallystick.subscriptions.core.actions import AmendedTerms, Placement
from tallystick.subscriptions.models import SubscriptionService
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.command_line import CommandLine

ACT = ("subscription", "act", "S-A-1", "change_quantity", "--service", "seat:1:200", "--reason", "dearer")


@pytest.fixture
def company(tallystick: CommandLine) -> BilledCompany:
    """Seat at 100.00 a month is billed for March; the clock stands at the eleventh."""
    company = build_billed_company()
    clock.set_clock(datetime(2026, 3, 11, 9, tzinfo=UTC))
    return company


def find_service(company: BilledCompany) -> str:
    return str(SubscriptionService.objects.filter(subscription=company.subscription).latest("pk").pk)


@pytest.mark.rule("CRM-26")
def test_an_action_is_shown_asked_about_and_done(
    tallystick: CommandLine, company: BilledCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = (*ACT, "--service-id", find_service(company))
    shown = tallystick.do(*act, "--preview").out
    assert "Change a quantity on 2026-03-11 would be done." in shown
    assert "Credit note for ACME-INV-000001: 81.97 EUR, 14.23 EUR of it tax" in shown
    assert "21/31" in shown
    assert "It would come to 81.96 EUR with tax." in shown
    assert Document.objects.filter(status="posted").count() == 1

    asked: list[str] = []
    monkeypatch.setattr("typer.confirm", lambda question, **_: asked.append(question))
    done = tallystick.do(*act).out
    assert asked == ["Change a quantity and post 2 documents, 81.96 EUR? They can't be changed."]
    assert "Credit note ACME-CN-000001 for ACME-INV-000001: 81.97 EUR" in done
    assert "In all 81.96 EUR with tax." in done
    listed = tallystick.do("subscription", "show", "S-A-1", "--json").json
    assert [each["state"] for each in listed["services"]] == ["ended", "effective"]
    assert "Basic, active" in tallystick.do("subscription", "show", str(company.subscription.pk)).out


def test_a_day_to_come_schedules_it_and_it_can_be_taken_back(tallystick: CommandLine, company: BilledCompany) -> None:
    act = (*ACT, "--service-id", find_service(company), "--on", "2026-03-16")
    assert "would wait for 2026-03-16; it is billed then" in tallystick.do(*act, "--preview").out
    kept = tallystick.do(*act, "--yes", "--json").json
    assert (kept["status"], kept["on"], kept["documents"]) == ("scheduled", "2026-03-16", [])
    (listed,) = tallystick.do("subscription", "actions", "S-A-1", "--json").json
    assert (listed["id"], listed["kind"], listed["status"]) == (kept["scheduled_id"], "change_quantity", "scheduled")
    cancel = ("subscription", "cancel-action", "S-A-1", str(kept["scheduled_id"]), "--reason", "not any more")
    assert tallystick.do(*cancel).out == "Change a quantity on 2026-03-16 is canceled.\n"
    assert "[scheduled_action_over]" in tallystick(*cancel).err
    assert "not any more" in tallystick.do("subscription", "actions", "S-A-1").out


def test_what_is_typed_wrongly_is_refused_and_nothing_done(tallystick: CommandLine, company: BilledCompany) -> None:
    assert "[action_invalid]" in tallystick(*ACT, "--yes").err
    assert "Say why, with --reason" in tallystick(*ACT[:4], "--yes").err
    assert "There is no subscription 'S-9'" in tallystick("subscription", "show", "S-9").err
    assert "[subscription_unknown]" in tallystick("subscription", "show", "987654321").err
    assert "must be one of" in tallystick("subscription", "act", "S-A-1", "dance", "--reason", "a try", "--yes").err
    assert Document.objects.filter(status="posted").count() == 1


@pytest.mark.rule("CRM-24")
def test_a_service_pauses_and_goes_on(tallystick: CommandLine, company: BilledCompany) -> None:
    service = find_service(company)
    pause = ("subscription", "pause", service, "--until", "2026-03-20", "--reason", "on holiday")
    assert tallystick.do(*pause).out == "Seat pauses from today on.\n"
    assert tallystick(*pause).status == 1
    answer = tallystick.do("subscription", "resume", service, "--reason", "back", "--json").json
    assert answer == {"id": int(service), "goes_on": True}


def test_services_terms_and_placements_are_read_as_they_are_typed() -> None:
    on = date(2026, 3, 11)
    plain, priced = read_services(["seat", "desk:2.5:9.50"], on=on)
    assert (plain.service, plain.quantity, plain.unit_price_override) == ("seat", Decimal(1), None)
    assert (priced.quantity, priced.unit_price_override) == (Decimal("2.5"), Decimal("9.50"))
    assert read_terms(None) is None
    assert read_terms(["plan=gold", "interval_months=12"]) == AmendedTerms(plan="gold", interval_months=12)
    assert read_placements(["17:SN:4:1"]) == (Placement(17, "SN:4", Decimal(1)),)
    for read, wrong in (
        (lambda: read_services(["a:1:2:3"], on=on), "is not CODE"),
        (lambda: read_services(["a:many"], on=on), "is no number"),
        (lambda: read_terms(["color=red"]), "is not NAME=VALUE"),
        (lambda: read_terms(["anchor_day=last"]), "is no whole number"),
        (lambda: read_placements(["SN-4"]), "is not SERVICE ID:ITEM:QUANTITY"),
    ):
        with pytest.raises(InvalidInput, match=wrong):
            read()


@pytest.mark.rule("CRM-53")
def test_what_is_on_an_installed_item_is_shown(tallystick: CommandLine, company: BilledCompany) -> None:
    service = find_service(company)
    act = ("subscription", "act", "S-A-1", "change_distribution", "--placement", f"{service}:SN-4:1")
    tallystick.do(*act, "--reason", "installed", "--yes")
    (placed,) = tallystick.do("subscription", "show", "S-A-1", "--json").json["installed_items"]
    assert (placed["item"], placed["service"], placed["quantity"], placed["from"], placed["until"]) == (
        "SN-4",
        "seat",
        "1",
        "2026-03-11",
        None,
    )
    shown = tallystick.do("subscription", "show", "S-A-1").out
    assert "On installed items" in shown and "SN-4" in shown
