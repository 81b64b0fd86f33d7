"""Mollie's documents: the fields that its documentation requires, and those that apply. What does not is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

HAL = "application/hal+json"
API = "https://api.mollie.com/v2"
DASHBOARD = "https://www.mollie.com/dashboard/org_1337"
TITLES = {
    400: "Bad Request", 401: "Unauthorized Request", 404: "Not Found", 409: "Conflict", 410: "Gone",
    422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip


def stamp(at: datetime) -> str:
    """An instant as Mollie writes it."""
    return at.isoformat(timespec="seconds")


def link(href: str, *, kind: str = HAL) -> dict[str, str]:
    """A link as everywhere in HAL."""
    return {"href": href, "type": kind}


DOCUMENTATION = link("https://docs.mollie.com/reference/overview", kind="text/html")


def compose_error(status: int, detail: str, field: str = "") -> dict[str, Any]:
    """Status, title and detail always, a field sometimes, and no code."""
    named = {"field": field} if field else {}
    title = TITLES.get(status, "Error")
    return {"status": status, "title": title, "detail": detail, **named, "_links": {"documentation": DOCUMENTATION}}


def compose_customer(customer: Mapping[str, Any]) -> dict[str, Any]:
    """A customer; a name, an e-mail address and a locale that nobody gave are null."""
    ref = customer["id"]
    return {
        "resource": "customer", "name": None, "email": None, "locale": None, "metadata": None, **customer,
        "_links": {
            "self": link(f"{API}/customers/{ref}"),
            "dashboard": link(f"{DASHBOARD}/customers/{ref}", kind="text/html"),
            "documentation": DOCUMENTATION,
        },
    }  # fmt: skip


def compose_mandate(mandate: Mapping[str, Any]) -> dict[str, Any]:
    """A mandate; cards say for which kinds of charges they stand."""
    ref, customer = mandate["id"], mandate["customerId"]
    scopes = {"scopes": ["customer-present", "customer-not-present"]} if mandate["method"] == "creditcard" else {}
    return {
        "resource": "mandate", "signatureDate": mandate["createdAt"][:10], **scopes, **mandate,
        "_links": {
            "self": link(f"{API}/customers/{customer}/mandates/{ref}"),
            "customer": link(f"{API}/customers/{customer}"),
            "documentation": DOCUMENTATION,
        },
    }  # fmt: skip


def compose_payment(
    payment: Mapping[str, Any], *, has_refunds: bool = False, has_chargebacks: bool = False
) -> dict[str, Any]:
    """A payment; open ones have a page, others the lists that are not empty."""
    ref = payment["id"]
    links = {
        "self": link(f"{API}/payments/{ref}"),
        "dashboard": link(f"{DASHBOARD}/payments/{ref}", kind="text/html"),
        "documentation": DOCUMENTATION,
    }
    if payment["status"] == "open":
        links["checkout"] = link(f"https://www.mollie.com/checkout/select-method/{ref[3:]}", kind="text/html")
    if has_refunds:
        links["refunds"] = link(f"{API}/payments/{ref}/refunds")
    if has_chargebacks:
        links["chargebacks"] = link(f"{API}/payments/{ref}/chargebacks")
    return {"resource": "payment", "profileId": "pfl_QkEhN94Ba", **payment, "_links": links}


def compose_refund(refund: Mapping[str, Any]) -> dict[str, Any]:
    """A refund."""
    ref, payment = refund["id"], refund["paymentId"]
    return {
        "resource": "refund", "description": "", "metadata": None, **refund,
        "_links": {
            "self": link(f"{API}/payments/{payment}/refunds/{ref}"),
            "payment": link(f"{API}/payments/{payment}"),
            "documentation": DOCUMENTATION,
        },
    }  # fmt: skip


def compose_chargeback(chargeback: Mapping[str, Any]) -> dict[str, Any]:
    """A chargeback; it has no link to the dashboard, its payment has."""
    ref, payment = chargeback["id"], chargeback["paymentId"]
    return {
        "resource": "chargeback", **chargeback,
        "_links": {
            "self": link(f"{API}/payments/{payment}/chargebacks/{ref}"),
            "payment": link(f"{API}/payments/{payment}"),
            "documentation": DOCUMENTATION,
        },
    }  # fmt: skip


def compose_list(
    name: str, rows: Sequence[Mapping[str, Any]], *, path: str, following: str = "", limit: int = 50
) -> dict[str, Any]:
    """A page of a list: the next page is a link, the last has none."""
    return {
        "count": len(rows),
        "_embedded": {name: list(rows)},
        "_links": {
            "self": link(path),
            "previous": None,
            "next": link(f"{path}?from={following}&limit={limit}") if following else None,
            "documentation": DOCUMENTATION,
        },
    }
