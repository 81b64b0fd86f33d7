"""Staff sign in with e-mail address and password, and with a second step if they set one up; nobody else gets in."""

from __future__ import annotations

import base64
import hmac
import struct
import time

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.support.billed_company import BilledCompany
from tests.support.staff import PASSWORD, build_staff_user
from tests.support.visitors import Visitor


def enter(visitor: Visitor, *, login: str, password: str = PASSWORD) -> None:
    visitor.page.get_by_label("E-mail address or user name").fill(login)
    visitor.page.get_by_label("Password", exact=True).fill(password)
    visitor.press("Sign in")


def compute_code(secret: str) -> str:
    """RFC 6238, six digits, as an authenticator app shows them."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_a_page_asks_for_the_sign_in_and_is_shown_after_it(visitor: Visitor, company: BilledCompany) -> None:
    build_staff_user("viewer")
    visitor.open("invoices/")
    assert "/accounts/login/?next=%2Fconsole%2Finvoices%2F" in visitor.page.url
    enter(visitor, login="viewer@acme.example")
    expect(visitor.page.locator("h1")).to_have_text("Invoices")
    expect(visitor.page.get_by_role("link", name=company.invoice.number or "")).to_be_visible()


def test_a_wrong_password_is_told_and_lets_nobody_in(visitor: Visitor) -> None:
    build_staff_user("viewer")
    visitor.open("")
    enter(visitor, login="viewer@acme.example", password="not this one")
    expect(visitor.page.get_by_role("alert")).to_contain_text("not correct")
    visitor.open("")
    assert "/accounts/login/" in visitor.page.url


def test_nobody_signs_up_by_themselves(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.site}/accounts/signup/")
    assert "closed" in visitor.text.lower()
    assert not visitor.page.locator("input[type=password]").count()


def test_a_user_who_is_not_staff_stays_outside(live_site: str) -> None:
    client = Client()
    client.force_login(User.objects.create_user("customer@example.org", password=PASSWORD))
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_staff_without_a_role_read_whom_to_ask(live_site: str) -> None:
    client = Client()
    client.force_login(User.objects.create_user("new@acme.example", password=PASSWORD, is_staff=True))
    assert "Ask an admin to give you a role" in client.get(reverse("admin:index")).content.decode()
    refused = client.get(reverse("admin:invoices"))
    assert refused.status_code == 403
    assert "An admin can grant the permission records.read." in refused.content.decode()


def test_a_second_step_is_set_up_from_the_menu_and_asked_for_from_then_on(visitor: Visitor) -> None:
    build_staff_user("finance", name="Fin Fischer")
    visitor.open("")
    enter(visitor, login="finance@acme.example")
    visitor.page.get_by_text("Fin Fischer").click()
    visitor.press("Two-step sign-in")
    visitor.press("Activate")
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.press("Confirm")
    secret = visitor.page.locator("#authenticator_secret").input_value()
    expect(visitor.page.locator("img.code")).to_be_visible()
    visitor.page.locator("input[name=code]").fill(compute_code(secret))
    visitor.press("Activate")
    expect(visitor.page.get_by_text("recovery codes", exact=False).first).to_be_visible()

    visitor.page.context.clear_cookies()
    visitor.open("")
    enter(visitor, login="finance@acme.example")
    assert "/accounts/2fa/authenticate/" in visitor.page.url
