"""The business clock's page; what the console says where a form or an address can't be used."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tallystick.access.operations.set_role import set_role
from tallystick.interfaces.console.not_allowed import find_page_above
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


def sign_in(role: str, *, checks_forms: bool = False) -> Client:
    user = User.objects.create_user(role, f"{role}@example.com", "a long enough secret", is_staff=True)
    set_role(user, role=role, at=AT, actor=ACTOR)
    client = Client(enforce_csrf_checks=checks_forms)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def admin() -> Client:
    build_seller()
    clock.set_clock(AT)
    return sign_in("admin")


def give(client: Client, way: str, at: str = "") -> str:
    """Fill in the form, and answer the question that it asks."""
    page = client.post(reverse("admin:clock"), {"way": way, "at": at})
    assert page.status_code == 200
    question = page.context["question"]
    assert question, page.context["form"].errors
    done = client.post(reverse("admin:clock"), {"way": way, "at": at, "asked": question}, follow=True)
    return " ".join(str(each) for each in done.context["messages"])


def test_the_clock_is_set_moved_on_and_let_run_after_a_question(admin: Client) -> None:
    assert "stands at" in give(admin, "set", "2026-04-01T09:00")
    # Amsterdam is two hours ahead in April
    assert clock.now() == datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
    assert "moves on" in give(admin, "advance", "2026-04-03T09:00")
    run_jobs()
    assert clock.now() == datetime(2026, 4, 3, 7, 0, tzinfo=UTC)
    assert "real time" in give(admin, "real")
    assert not clock.is_set()


def test_it_is_not_moved_back_and_needs_an_instant(admin: Client) -> None:
    give(admin, "set", "2026-04-01T09:00")
    page = admin.post(reverse("admin:clock"), {"way": "set"})
    assert "Say to which date" in page.content.decode()
    before = clock.now()
    question = admin.post(reverse("admin:clock"), {"way": "advance", "at": "2026-03-01T09:00"}).context["question"]
    refused = admin.post(reverse("admin:clock"), {"way": "advance", "at": "2026-03-01T09:00", "asked": question})
    assert "can only be advanced" in refused.content.decode()
    assert clock.now() == before


def test_a_form_from_elsewhere_is_refused_in_our_own_words() -> None:
    build_seller()
    refused = sign_in("admin", checks_forms=True).post(reverse("admin:clock"), {"way": "real"})
    assert refused.status_code == 403
    assert "This form was too old" in refused.content.decode()


def test_an_address_of_a_button_leads_back_to_its_page(admin: Client) -> None:
    page = admin.get("/console/accounts/7/manager/", follow=False)
    assert page.status_code == 405 and page["Allow"] == "POST"
    assert 'href="/console/accounts/7/"' in page.content.decode()


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/console/bill-runs/7/post/", "/console/bill-runs/7/"),
        ("/console/accounts/7/contacts/admin/", "/console/accounts/7/"),
        ("/console/nowhere/at/all/", "/console/"),
    ],
)
def test_the_page_above_an_address_is_one_that_there_is(path: str, page: str) -> None:
    assert find_page_above(path) == page
