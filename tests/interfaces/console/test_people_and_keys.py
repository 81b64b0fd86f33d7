"""An admin gives roles and API keys: a key is shown once, a role counts at once, and the last admin stays."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from playwright.sync_api import expect

from tallystick.access.models import ApiKey, StaffMember
from tests.support.api import ApiCaller
from tests.support.billed_company import BilledCompany
from tests.support.staff import build_staff_user
from tests.support.visitors import Visitor

SignIn = Callable[[str], Visitor]


def test_a_key_is_shown_once_and_works_until_it_is_revoked(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("admin")
    visitor.open("api-keys/")
    visitor.page.get_by_role("button", name="Issue a key").first.click()
    dialog = visitor.page.locator("dialog#issue")
    dialog.get_by_label("Name").fill("Data warehouse")
    dialog.get_by_label("Look at accounts, subscriptions", exact=False).check()
    dialog.get_by_role("button", name="Issue the key").click()
    text = visitor.page.locator("#key-text").inner_text()
    assert ApiCaller(text).get("/accounts").status_code == 200

    visitor.open("api-keys/")
    assert text not in visitor.page.content()
    expect(visitor.page.locator("tbody")).to_contain_text("Data warehouse")
    visitor.press("Revoke")
    visitor.page.locator("dialog[open]").get_by_role("button", name="Revoke the key").click()
    expect(visitor.page.locator("tbody")).to_contain_text("Revoked")
    assert ApiCaller(text).get("/accounts").status_code == 401
    assert ApiKey.objects.get().revoked_by == "Admin Jones"


def test_a_role_counts_from_the_next_page_on(company: BilledCompany, sign_in: SignIn) -> None:
    clerk = build_staff_user("clerk")
    page = Client()
    page.force_login(clerk)
    assert 'data-opens="post"' not in page.get(f"/console/bill-runs/{company.run.pk}/").content.decode()
    visitor = sign_in("admin")
    visitor.open("people/")
    visitor.page.locator("tr", has_text="clerk@acme.example").get_by_role("button", name="Change role").click()
    dialog = visitor.page.locator("dialog[open]")
    dialog.get_by_label("Finance").check()
    dialog.get_by_role("button", name="Change the role").click()
    expect(visitor.page.get_by_text("Clerk Jones is now finance.")).to_be_visible()
    assert 'data-opens="post"' in page.get(f"/console/bill-runs/{company.run.pk}/").content.decode()


def test_the_last_admin_keeps_the_role(sign_in: SignIn) -> None:
    visitor = sign_in("admin")
    visitor.open("people/")
    visitor.press("Change role")
    dialog = visitor.page.locator("dialog[open]")
    dialog.get_by_label("Viewer").check()
    dialog.get_by_role("button", name="Change the role").click()
    expect(visitor.page.get_by_text("is the last admin", exact=False)).to_be_visible()
    assert StaffMember.objects.get().role == "admin"


def test_someone_new_is_added_with_a_role(sign_in: SignIn) -> None:
    visitor = sign_in("admin")
    visitor.open("people/")
    visitor.press("Add someone")
    dialog = visitor.page.locator("dialog#add")
    dialog.get_by_label("Name").fill("Vera Novak")
    dialog.get_by_label("E-mail address").fill("vera@acme.example")
    dialog.get_by_label("Clerk").check()
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(visitor.page.locator("tbody").first).to_contain_text("Vera Novak")
    assert StaffMember.objects.get(user__email="vera@acme.example").role == "clerk"


def test_a_role_is_taken_and_can_be_given_again(sign_in: SignIn) -> None:
    clerk = build_staff_user("clerk")
    page = Client()
    page.force_login(clerk)
    assert page.get("/console/accounts/").status_code == 200
    visitor = sign_in("admin")
    visitor.open("people/")
    visitor.page.locator("tr", has_text="clerk@acme.example").get_by_role("button", name="Take role").click()
    dialog = visitor.page.locator("dialog[open]")
    expect(dialog).to_contain_text("Take the role of Clerk Jones?")
    dialog.get_by_role("button", name="Take the role").click()
    expect(visitor.page.get_by_text("Clerk Jones has no role any more.", exact=False)).to_be_visible()
    assert not StaffMember.objects.filter(user=clerk).exists()
    assert page.get("/console/accounts/").status_code != 200

    visitor.page.locator("tr", has_text="clerk@acme.example").get_by_role("button", name="Give a role").click()
    dialog = visitor.page.locator("dialog[open]")
    dialog.get_by_label("Finance").check()
    dialog.get_by_role("button", name="Give the role").click()
    expect(visitor.page.get_by_text("Clerk Jones is now finance.")).to_be_visible()
    assert StaffMember.objects.get(user=clerk).role == "finance"


def test_the_last_admin_can_not_take_the_role_away(sign_in: SignIn) -> None:
    visitor = sign_in("admin")
    visitor.open("people/")
    visitor.press("Take role")
    visitor.page.locator("dialog[open]").get_by_role("button", name="Take the role").click()
    expect(visitor.page.get_by_text("is the last admin", exact=False)).to_be_visible()
    assert StaffMember.objects.get().role == "admin"
