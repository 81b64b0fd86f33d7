"""What pages say is true and reads well: days of cycles, numbers with their nouns, payments by name."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.accounts.models import Account
from tallystick.payments.models import Payment
from tests.interfaces.console.test_every_page import walk
from tests.support.billed_company import build_billed_company
from tests.support.builders import build_subscription
from tests.support.collected_company import collect_month
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.usefixtures("fresh_database")

#: "1 invoices": a number one before a noun in the plural. Words that end in s by themselves are not meant.
ONE_OF_MANY = re.compile(r"(?<![\d.,/:-])1 (?!days? of)([a-z]+s)\b(?<!is)(?<!was)(?<!has)(?<!series)(?<!address)")


@pytest.fixture
def client() -> Client:
    return Client()


def sign_in(client: Client, role: str = "admin") -> Client:
    client.force_login(build_staff_user(role))
    return client


def read(client: Client, address: str) -> str:
    """The words of a page, without its marks."""
    answer = client.get(address)
    page = answer.content.decode() if "html" in answer["Content-Type"] else ""
    page = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", page.replace("&nbsp;", " "))


def read_fact(client: Client, account: Account, term: str) -> str:
    """What stands beside a term on an account's page."""
    page = client.get(reverse("admin:account", args=[account.pk])).content.decode()
    fact = re.search(rf"<dt>{term}</dt><dd>(.*?)</dd>", page)
    assert fact is not None
    return " ".join(re.sub(r"<[^>]+>", " ", fact[1]).split())


def test_cycles_start_where_the_subscriptions_agreed_it(client: Client) -> None:
    company = build_billed_company()
    sign_in(client)
    account, service = company.new_account, company.price.service
    term = "Cycles start on day"
    assert read_fact(client, account, term) == "1 of the first subscription, unless it agrees another"
    build_subscription(account, company.plan, service, external_id="S-15", anchor_day=15)
    assert read_fact(client, account, term) == "15 a new subscription starts on day 1"
    build_subscription(account, company.plan, service, external_id="S-1", anchor_day=1)
    build_subscription(account, company.plan, service, external_id="S-over", anchor_day=28, status="canceled")
    assert read_fact(client, account, term) == "1 and 15 a new subscription starts on day 1"
    assert read_fact(client, company.account, term) == "1"


def test_one_of_a_kind_is_in_the_singular_on_every_page(client: Client) -> None:
    collect_month(build_billed_company())
    sign_in(client)
    told = {}
    for name, address, _ in walk(client):
        if found := ONE_OF_MANY.findall(read(client, address)):
            told[name] = found
    assert told == {}


def test_a_payment_is_named_by_amount_method_and_state_wherever_it_is_linked(client: Client) -> None:
    collected = collect_month(build_billed_company())
    sign_in(client)
    payment = Payment.objects.get(account=collected.paying)
    name = "121.00 EUR by Visa •••• 4242, succeeded"
    invoice = collected.card_run.documents.get(account=collected.paying)
    page = client.get(reverse("admin:invoice", args=[invoice.pk])).content.decode()
    assert f'<a href="{reverse("admin:payment", args=[payment.pk])}">{name}</a>' in page
    assert f"121.00 EUR settled by the payment of {name}" in page
    for address in (reverse("admin:payment", args=[payment.pk]), reverse("admin:invoice", args=[invoice.pk])):
        assert f"Payment {payment.pk}" not in read(client, address)


def list_history(client: Client, document_id: int) -> list[str]:
    """The history of an invoice, oldest first: what, and why where it says so."""
    page = client.get(reverse("admin:invoice", args=[document_id])).content.decode()
    moments = re.findall(r'<div class="what">(.*?)</div>\s*(?:<div class="why">(.*?)</div>)?', page, flags=re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", f"{what} | {why}").split()).removesuffix(" |") for what, why in moments]
    return words[::-1]


def test_the_history_of_an_invoice_tells_all_that_happened_to_it_in_time_order(client: Client) -> None:
    company = build_billed_company()
    collected = collect_month(company)
    sign_in(client)
    paid, failed = (collected.card_run.documents.get(account=each) for each in (collected.paying, collected.short))
    assert list_history(client, paid.pk) == [
        "Made",
        "Posted",
        "121.00 EUR collected from Visa •••• 4242",
        "121.00 EUR settled by the payment of 121.00 EUR by Visa •••• 4242, succeeded",
    ]
    assert list_history(client, failed.pk) == [
        "Made",
        "Posted",
        "121.00 EUR not collected from Visa •••• 9995 | There was not enough money on the account.",
    ]
    assert list_history(client, company.invoice.pk) == [
        "Made",
        "Posted",
        "Queued by e-mail to a-1@customer.example",
        "Queued to print",
        "Sent by e-mail to a-1@customer.example",
        "Sent to print | print batch PB-000001",
    ]
