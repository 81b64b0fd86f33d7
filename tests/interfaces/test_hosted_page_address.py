"""The address of an invoice's hosted page is the same in console, API and command line; a draft has none."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings

from tallystick.invoicing.models import Document
from tallystick.payments.models import PaymentLink
from tests.interfaces.portal.test_portal import build_payer
from tests.interfaces.test_paying_a_draft import run_command
from tests.support.api import make_caller
from tests.support.builders import build_seller
from tests.support.staff import build_staff_user
from tests.support.stories import bill, bill_and_post

pytestmark = pytest.mark.django_db


@override_settings(SITE_ADDRESS="https://billing.example")
def test_staff_hand_on_the_page_of_an_invoice_or_a_link_to_it(db: None) -> None:
    seller = build_seller()
    account = build_payer(seller, "A-1")
    bill_and_post(seller)
    document = Document.objects.get()
    caller = make_caller("records.read")
    told = caller.get(f"/invoices/{document.pk}").json()["hosted_url"]
    assert told.startswith("https://billing.example/pay/d") and Client().get(urlsplit(told).path).status_code == 200
    assert json.loads(run_command("invoice", "show", str(document.number), "--json"))["hosted_url"] == told
    assert "hosted page" in run_command("invoice", "show", str(document.number))
    staff = Client()
    staff.force_login(build_staff_user("finance"))
    page = staff.get(f"/console/invoices/{document.pk}/").content.decode()
    form = f"/console/accounts/{account.pk}/payment-links/new/?invoice={document.pk}"
    assert told in page and "Copy link to the hosted page" in page and form in page
    assert staff.post(form, {"amount": "", "description": ""}).status_code == 302
    assert PaymentLink.objects.get().purposes == [[f"document:{document.pk}", 121_00]]
    build_payer(seller, "A-2")
    bill(seller)
    draft = Document.objects.get(status="draft")
    assert caller.get(f"/invoices/{draft.pk}").json()["hosted_url"] is None
    assert "hosted page" not in staff.get(f"/console/invoices/{draft.pk}/").content.decode()
