"""What can be filled in: accounts, contacts, methods, subscriptions, catalog, files; what is wrong is told in place."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.catalog.models import Plan, PlanService, Price, Service
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.models import Delivery
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.payments.models import PaymentMethod
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import ACTOR, AT
from tests.support.jobs import run_jobs
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db

ACCOUNT = {
    "external_id": "N-1",
    "currency": "EUR",
    "name": "New Customer",
    "country": "NL",
    "email": "ap@new.example",
    "billing_mode": "managed",
    "anchor_day": "15",
    "is_emailed": "on",
    "language": "en",
}


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(build_staff_user("admin"))
    return client


def send(client: Client, address: str, **form: Any) -> str:
    """Fill a form in; what is then to be read, in one line."""
    response = client.post(f"/console/{address}", form, follow=True)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_an_account_is_opened(client: Client, company: BilledCompany) -> None:
    page = send(client, "accounts/new/", seller=company.seller.pk, receivable_limit="1,000.00", **ACCOUNT)
    assert "New Customer can be billed." in page
    account = Account.objects.get(external_id="N-1")
    assert (account.billing_mode, account.anchor_day, account.receivable_limit_minor) == ("managed", 15, 100_000)
    assert AccountProfile.objects.get(account=account).email == "ap@new.example"


def test_everything_wrong_with_an_account_is_told_in_its_place(client: Client, company: BilledCompany) -> None:
    wrong = {**ACCOUNT, "country": "Holland", "anchor_day": "32", "email": "nobody"}
    page = send(client, "accounts/new/", seller=company.seller.pk, **wrong)
    for reason in ("but is 'Holland'", "but is 32", "E-mail for invoices"):
        assert reason in page
    assert (
        'value="nobody"'
        in client.post("/console/accounts/new/", {"seller": company.seller.pk, **wrong}).content.decode()
    )
    assert not Account.objects.filter(external_id="N-1").exists()


def test_a_change_keeps_what_was_not_touched(client: Client, company: BilledCompany) -> None:
    before = Account.objects.get(pk=company.account.pk)
    page = client.get(f"/console/accounts/{before.pk}/change/")
    present = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    send(client, f"accounts/{before.pk}/change/", **{**present, "city": "Delft", "segment": "smb"})
    after = Account.objects.get(pk=before.pk)
    assert after.segment == "smb"
    assert AccountProfile.objects.get(account=after, is_current=True).city == "Delft"
    for name in ("billing_mode", "currency", "anchor_day", "is_emailed", "is_printed", "language"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_contact_is_named_and_forgotten(client: Client, company: BilledCompany) -> None:
    address = f"accounts/{company.account.pk}/contacts/admin/"
    assert "Jo Park is the admin contact." in send(client, address, name="Jo Park", email="jo@customer.example")
    assert Contact.objects.get(account=company.account, role="admin").email == "jo@customer.example"
    assert "The admin contact is forgotten." in send(client, address, forget="1")
    assert not Contact.objects.filter(account=company.account).exists()


def test_a_test_card_becomes_the_saved_method(client: Client, company: BilledCompany) -> None:
    page = send(client, f"accounts/{company.account.pk}/methods/", number="4242 4242 4242 4242")
    assert "It is charged from the next payment run on." in page
    assert "Visa •••• 4242" in page
    assert PaymentMethod.objects.get(account=company.account).is_default


def test_a_subscription_is_agreed_with_what_is_taken_of_the_plan(client: Client, company: BilledCompany) -> None:
    account = company.new_account
    assert "Basic" in client.get(f"/console/accounts/{account.pk}/agree/").content.decode()
    form = {
        "external_id": "S-9",
        "starts_on": "2026-03-01",
        "commitment_months": "12",
        "seat-taken": "on",
        "seat-quantity": "3",
        "seat-price": "90",
    }
    page = send(client, f"accounts/{account.pk}/agree/?plan=basic", **form)
    assert "S-9 is agreed." in page
    service = SubscriptionService.objects.get(subscription__external_id="S-9")
    assert (service.quantity, service.unit_price_override) == (Decimal(3), Decimal(90))


def test_a_subscription_without_a_mandatory_service_is_refused_in_words(client: Client, company: BilledCompany) -> None:
    form = {"external_id": "S-9", "starts_on": "2026-03-01", "commitment_months": "0"}
    page = send(client, f"accounts/{company.new_account.pk}/agree/?plan=basic", **form)
    assert "seat" in page
    assert not Subscription.objects.filter(external_id="S-9").exists()


def test_a_subscription_ends_for_a_reason_that_stays(client: Client, company: BilledCompany) -> None:
    address = f"subscriptions/{company.subscription.pk}/cancel/"
    page = send(client, address, canceled_on="2026-12-31", reason="moved abroad")
    assert "moved abroad" in page
    assert Subscription.objects.get(pk=company.subscription.pk).ends_on == date(2026, 12, 31)


def test_the_catalog_grows_by_a_service_with_its_price_in_a_plan(client: Client, company: BilledCompany) -> None:
    seller = company.seller.pk
    service = {"seller": seller, "code": "desk", "name": "Desk", "kind": "recurring", "price_model": "per_unit"}
    send(
        client,
        "services/new/",
        **service,
        unit_name="desk",
        revenue_code="desks",
        tax_category="standard",
        supply_kind="digital",
    )
    desk = Service.objects.get(code="desk")
    price = {"currency": "EUR", "unit_price": "19.50", "frequency": "monthly", "valid_from": "2026-01-01"}
    send(client, f"services/{desk.pk}/prices/new/", **price)
    assert Price.objects.get(service=desk).unit_price == Decimal("19.5")
    plan = {"seller": seller, "code": "gold", "name": "Gold", "billing_model": "prebill_pay_after"}
    send(client, "plans/new/", **plan, frequency="monthly", ranking_level="1")
    gold = Plan.objects.get(code="gold")
    page = send(client, f"plans/{gold.pk}/services/new/", service=desk.pk, is_mandatory="on")
    assert "Desk is in Gold." in page
    assert PlanService.objects.get(plan=gold).service == desk


def test_a_price_that_runs_into_another_is_refused(client: Client, company: BilledCompany) -> None:
    price = {"currency": "EUR", "unit_price": "90", "frequency": "monthly", "valid_from": "2026-06-01"}
    page = send(client, f"services/{company.price.service_id}/prices/new/", **price)
    assert "Nothing was changed." in page
    assert Price.objects.count() == 1


def test_a_price_ends_and_makes_room_for_the_next(client: Client, company: BilledCompany) -> None:
    send(client, f"prices/{company.price.pk}/end/", valid_until="2026-06-01")
    assert Price.objects.get().valid_until == date(2026, 6, 1)


def test_a_file_is_imported(client: Client, company: BilledCompany) -> None:
    file = SimpleUploadedFile("accounts.csv", b"external_id,name,email,country\nN-1,New,n@n.example,NL\n")
    page = send(client, "imports/", kind="accounts", file=file)
    assert "accounts.csv: 1 created, 0 updated, 0 as they were." in page


def test_every_error_of_a_file_is_told_with_its_line_and_nothing_is_written(
    client: Client, company: BilledCompany
) -> None:
    rows = b"external_id,name,email,country\nN-1,New,n@n.example,NL\nN-2,,n@n.example,Holland\n"
    page = send(client, "imports/", kind="accounts", file=SimpleUploadedFile("accounts.csv", rows))
    assert "Nothing was written: 2 errors in accounts.csv." in page
    assert "3 country" in page
    assert not Account.objects.filter(external_id="N-1").exists()


def test_an_e_mail_that_came_back_is_noted_and_sent_again(client: Client, company: BilledCompany) -> None:
    queue_deliveries(Selection(run_id=company.posted_run.pk), channels=("email",), at=AT, actor=ACTOR)
    run_jobs()
    delivery = Delivery.objects.get(channel="email")
    page = send(client, f"deliveries/{delivery.pk}/bounce/", reason="550 no such user")
    assert "550 no such user" in page
    page = send(client, f"deliveries/{delivery.pk}/retry/", recipient="new@customer.example")
    assert "It goes out again to new@customer.example." in page
