"""A bundle's components on the page of its service, and installed items on the page of a subscription."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tallystick.catalog.models import Service
from tallystick.catalog.queries import list_components
from tallystick.subscriptions.core.action_kinds import AMEND_BUNDLE, CHANGE_DISTRIBUTION
from tallystick.subscriptions.core.actions import Placement
from tests.support.action_company import act, build_story, get_service, get_subscription
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(build_staff_user("admin"))
    return client


def read(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def fill_in(client: Client, code: str, components: str) -> str:
    service = Service.objects.get(code=code)
    return read(client.post(f"/console/services/{service.pk}/components/", {"components": components}, follow=True))


@pytest.mark.rule("CRM-53")
def test_a_service_becomes_a_bundle_and_is_none_again(client: Client) -> None:
    build_story()
    basic = Service.objects.get(code="basic")
    page = fill_in(client, "basic", "movies 6.20\nsports 0 EUR 12\n")
    assert "Basic may have 2 components." in page
    assert "Movies movies 6.20 EUR Monthly Sports sports 0.00 EUR Yearly" in page
    assert "May be in Basic" in read(client.get(f"/console/services/{Service.objects.get(code='movies').pk}/"))
    form = client.get(f"/console/services/{basic.pk}/components/").context["form"]
    assert form.initial["components"] == "movies 6.2 EUR 1\nsports 0 EUR 12"
    assert "Basic is no bundle." in fill_in(client, "basic", "")
    assert list_components(basic.pk) == []


def test_lines_that_are_none_and_components_that_can_not_be_are_told(client: Client) -> None:
    build_story()
    page = fill_in(client, "basic", "movies for free")
    assert "Must have lines like movies 6.20 EUR 1, but has 'movies for free'." in page
    assert "Component 2: a bundle can't contain itself." in fill_in(client, "basic", "movies 1\nbasic 1")
    assert list_components(Service.objects.get(code="basic").pk) == []


@pytest.mark.rule("CRM-53")
def test_a_subscription_shows_components_and_installed_items(client: Client) -> None:
    account = build_story()
    fill_in(client, "basic", "movies 6.20")
    act(account, AMEND_BUNDLE, about=("basic",), components=("movies",))
    basic = get_service(account, "basic")
    act(account, CHANGE_DISTRIBUTION, placements=(Placement(basic.pk, "SN-4", Decimal(1)),))
    page = read(client.get(f"/console/subscriptions/{get_subscription(account).pk}/"))
    assert "in Basic" in page
    assert "Installed items" in page and "SN-4 Basic 1 Mar 11, 2026" in page
