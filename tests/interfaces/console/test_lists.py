"""Lists: filters in the address, keyset pages that show each row once, order, totals and CSV of what is filtered."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client

from tallystick.accounts.core.new_account import AccountTerms, NewAccount, Party
from tallystick.accounts.operations.upsert_accounts import upsert_accounts
from tallystick.interfaces.console.lists.listing import PAGE_SIZE
from tests.support.billed_company import build_billed_company
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db
MANY = 2 * PAGE_SIZE + 20


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(build_staff_user("viewer"))
    return client


@pytest.fixture
def accounts() -> None:
    """More than two pages of accounts; every third is named the same, so that ties are many."""
    new = [
        NewAccount(
            f"A-{number:03d}",
            Party(name="Same Name" if number % 3 == 0 else f"Customer {number:03d}", country="NL", email="a@b.example"),
            AccountTerms(currency="EUR", segment="retail" if number % 2 else "smb"),
        )
        for number in range(1, MANY + 1)
    ]
    upsert_accounts(build_seller(), accounts=new, at=AT, actor=ACTOR)


def list_ids(page: str) -> list[str]:
    return re.findall(r'class="note">(A-\d{3})', page)


def find_link(page: str, words: str) -> str:
    found = re.search(rf'<a href="(\?[^"]*)"[^>]*>{words}', page)
    return found[1].replace("&amp;", "&") if found else ""


def turn_pages(client: Client, address: str, words: str) -> list[list[str]]:
    pages, link = [], ""
    while True:
        page = client.get(f"/console/accounts/{link or address}").content.decode()
        pages.append(list_ids(page))
        link = find_link(page, words)
        if not link:
            return pages


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("sort", ["name", "-name", "segment"])
def test_turning_the_pages_shows_each_row_once(client: Client, sort: str) -> None:
    pages = turn_pages(client, f"?sort={sort}", "Next")
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 20]
    assert len({row for page in pages for row in page}) == MANY


@pytest.mark.usefixtures("accounts")
def test_going_back_shows_the_same_pages(client: Client) -> None:
    forward = client.get("/console/accounts/?sort=name").content.decode()
    second = client.get(f"/console/accounts/{find_link(forward, 'Next')}").content.decode()
    back = client.get(f"/console/accounts/{find_link(second, '← Previous')}").content.decode()
    assert list_ids(back) == list_ids(forward)
    assert find_link(back, "← Previous") == ""


@pytest.mark.usefixtures("accounts")
def test_the_address_holds_filters_and_order(client: Client) -> None:
    page = client.get("/console/accounts/?segment=smb&q=Customer&sort=-name").content.decode()
    ids = list_ids(page)
    assert ids == sorted(ids, reverse=True)
    assert all(int(row[2:]) % 2 == 0 for row in ids)
    assert 'value="Customer"' in page


@pytest.mark.usefixtures("accounts")
def test_totals_and_csv_are_of_what_is_filtered(client: Client) -> None:
    totals = client.get("/console/accounts/?segment=smb&part=totals").content.decode()
    assert f"{MANY // 2} accounts" in totals
    response = client.get("/console/accounts/?segment=smb&format=csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))  # type: ignore[attr-defined]
    assert len(lines) == MANY // 2
    assert {line["Segment"] for line in lines} == {"smb"}
    assert response["Content-Disposition"] == 'attachment; filename="accounts.csv"'


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("address", ["?at=garbage", "?sort=password", "?state=nonsense", "?segment=nobody"])
def test_an_address_that_makes_no_sense_shows_the_whole_list(client: Client, address: str) -> None:
    assert len(list_ids(client.get(f"/console/accounts/{address}").content.decode())) == PAGE_SIZE


def test_a_cell_that_a_spreadsheet_would_run_is_defused(client: Client) -> None:
    party = Party(name="=HYPERLINK(1)", country="NL", email="a@b.example")
    new = NewAccount("A-1", party, AccountTerms(currency="EUR"))
    upsert_accounts(build_seller(), accounts=[new], at=AT, actor=ACTOR)
    response: Any = client.get("/console/accounts/?format=csv")
    assert "'=HYPERLINK(1)" in b"".join(response.streaming_content).decode()


def test_what_is_drawn_is_escaped(client: Client) -> None:
    party = Party(name="<script>alert(1)</script>", country="NL", email="a@b.example")
    upsert_accounts(
        build_seller(), accounts=[NewAccount("A-1", party, AccountTerms(currency="EUR"))], at=AT, actor=ACTOR
    )
    page = client.get("/console/accounts/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_invoices_are_added_up_by_state(client: Client) -> None:
    build_billed_company()
    words = re.sub(r"<[^>]+>", " ", client.get("/console/invoices/?state=open&part=totals").content.decode())
    assert " ".join(words.split()) == "1 document Net 100.00 EUR Tax 21.00 EUR Gross 121.00 EUR Open 121.00 EUR"


def test_an_empty_list_says_what_to_do_first(client: Client) -> None:
    page = client.get("/console/bill-runs/").content.decode()
    assert "nothing is owed before you post it" in page
    assert "/console/bill-runs/new/" in page


@pytest.mark.usefixtures("accounts")
def test_a_page_costs_the_same_queries_whatever_it_shows(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(16):
        client.get("/console/accounts/")


def test_a_csv_costs_no_query_a_row(client: Client, django_assert_max_num_queries: Any) -> None:
    build_billed_company()
    with django_assert_max_num_queries(14):
        response: Any = client.get("/console/invoices/?format=csv")
        lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 3
