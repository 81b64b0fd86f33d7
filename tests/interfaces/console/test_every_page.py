"""Every page that there is: reached by links, drawn whole for every role, in light and dark, at 1,280 pixels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tallystick.access.core.roles import ROLES
from tallystick.delivery.operations.keep_webhook_endpoint import EndpointTerms, create_webhook_endpoint
from tallystick.delivery.operations.write_webhooks import send_test_event
from tallystick.interfaces.console.addresses import site
from tallystick.interfaces.console.navigation import MAP
from tallystick.invoicing.operations.start_preview import NewPreview, start_preview
from tallystick.journeys.reconcile_gateways import reconcile_gateways
from tallystick.payments.models import PaymentMethod
from tallystick.plumbing import clock
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import ACTOR, AT, MARCH
from tests.support.collected_company import collect_month
from tests.support.differences import charge_behind_our_back
from tests.support.jobs import run_jobs
from tests.support.schedules import make_payment_schedule, make_schedule
from tests.support.staff import build_staff_user
from tests.support.visitors import Visitor

#: Answers to a button, parts of pages and downloads: not pages that one goes to.
NOT_PAGES = re.compile(
    r"_(post|cancel|drop|regenerate|deliver|print|selected|line|email|retry|make|close|add|role|issue|revoke|manager|save)$"
    r"|_(rotate|switch|replay|remove|test|delete|pause|resume|refresh|release|take|compare|settle|choose|open|confirm|ask)$"
    r"|_(progress|receivables|collected|count|pdf|file)$|^search$"
)

#: Whether something is drawn beyond the right edge of the window where nothing can be scrolled to it.
STICKS_OUT = """() => [...document.querySelectorAll('.ts *')].some(each => {
    const box = each.getBoundingClientRect();
    if (!box.width || box.right <= window.innerWidth + 1) return false;
    for (let above = each.parentElement; above; above = above.parentElement)
        if (getComputedStyle(above).overflowX !== 'visible') return false;
    return true;
})"""


def walk(client: Client) -> Iterator[tuple[str, str, int]]:
    """Follow links from Today, one of each kind of page: (name of the page, address, status)."""
    waiting, seen = [reverse("admin:index")], set()
    while waiting:
        address = waiting.pop()
        name = resolve(address.partition("?")[0]).url_name or ""
        if name in seen:
            continue
        seen.add(name)
        response = client.get(address)
        yield name, address, response.status_code
        if "html" not in response["Content-Type"]:
            continue
        for link in re.findall(r'(?:href|hx-get)="(/console/[^"#]*)"', response.content.decode()):
            path = link.replace("&amp;", "&")
            assert is_known(path), f"{address} leads to {path}, which is nowhere"
            waiting.append(path)


def is_known(address: str) -> bool:
    try:
        resolve(address.partition("?")[0])
    except Resolver404:
        return False
    return True


def build_everything() -> None:
    """A company in the middle of its month, with a schedule, a preview, and a difference with its gateway."""
    company = build_billed_company()
    collect_month(company)
    make_schedule(company.seller)
    make_payment_schedule(company.seller)
    start_preview(company.seller, new=NewPreview(MARCH), at=AT, actor=ACTOR)
    charge_behind_our_back(PaymentMethod.objects.order_by("pk")[0])
    reconcile_gateways(at=clock.now(), actor=ACTOR)
    run_jobs()
    endpoint = create_webhook_endpoint(EndpointTerms("https://a.example"), at=AT, actor=ACTOR).endpoint
    send_test_event(endpoint.pk, at=AT, actor=ACTOR)


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_every_page_leads_to_a_page_that_the_role_may_open(role: str) -> None:
    build_everything()
    client = Client()
    client.force_login(build_staff_user(role))
    assert [(name, address) for name, address, status in walk(client) if status != 200] == []


#: Reached from Today when a job is stuck, and from accounts that are postpaid, restricted, closed, managed, or seen by
#: somebody.
SELDOM = (
    "stuck_jobs",
    "account_restrict",
    "account_lift",
    "account_reopen",
    "account_end_access",
    "account_set_self_serve",
)


@pytest.mark.usefixtures("fresh_database")
def test_no_page_is_reached_only_by_typing_its_address() -> None:
    build_everything()
    client = Client()
    client.force_login(build_staff_user("admin"))
    reached = {name for name, _, _ in walk(client)}
    pages = {name for _, name, _ in site.pages if not NOT_PAGES.search(name)}
    assert pages - reached == set(SELDOM)


@pytest.mark.usefixtures("fresh_database")
def test_the_sidebar_has_the_pages_of_the_map_in_its_order() -> None:
    client = Client()
    client.force_login(build_staff_user("admin"))
    page = client.get(reverse("admin:index")).content.decode()
    places = [page.index(f'href="{reverse(f"admin:{entry.name}")}"') for _, entries in MAP for entry in entries[:1]]
    assert places == sorted(places)


@pytest.mark.usefixtures("fresh_database")
def test_a_viewer_is_shown_neither_people_nor_keys() -> None:
    client = Client()
    client.force_login(build_staff_user("viewer"))
    page = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:people") not in page
    assert reverse("admin:api_keys") not in page
    assert reverse("admin:bill_run_new") not in page


def test_every_page_is_drawn_whole_in_the_browser(company: BilledCompany, sign_in: Callable[[str], Visitor]) -> None:
    collect_month(company)
    client, visitor = Client(), sign_in("admin")
    client.cookies["sessionid"] = visitor.page.context.cookies()[0]["value"]
    too_wide, nameless, wide_on_telephones = [], [], []
    for name, address, _ in walk(client):
        if NOT_PAGES.search(name):
            continue
        visitor.page.goto(visitor.site + address)
        if visitor.page.evaluate("document.documentElement.scrollWidth") > 1280:
            too_wide.append(address)
        if visitor.page.locator("h1:visible").count() != 1:
            nameless.append(address)
        visitor.page.set_viewport_size({"width": 390, "height": 800})
        if visitor.page.evaluate("document.documentElement.scrollWidth") > 390 or visitor.page.evaluate(STICKS_OUT):
            wide_on_telephones.append(address)
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
    assert (too_wide, nameless, wide_on_telephones) == ([], [], [])


def test_the_console_is_dark_where_the_reader_likes_it_dark(sign_in: Callable[[str], Visitor]) -> None:
    visitor = sign_in("viewer")
    paper = {}
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        visitor.open("accounts/")
        panel = visitor.page.locator(".panel").first
        paper[scheme] = panel.evaluate("panel => getComputedStyle(panel).backgroundColor")
    assert paper["light"] == "rgb(255, 255, 255)"
    assert paper["dark"] != paper["light"]
