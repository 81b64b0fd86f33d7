"""How payment links are issued, looked at and canceled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

PAY_PAGE_WAYS: Final[Mapping[str, Ways]] = {
    "issue a payment link": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-links", {"amount_minor": 25000, "description": "Onboarding"}),
        cli=("payment-link", "issue", "A-1", "--amount", "250.00", "--description", "Onboarding"),
        console=ConsolePage(
            "accounts/{account_id}/payment-links/new/", {"amount": "250.00", "description": "Onboarding"}
        ),
    ),
    "look at payment links": Ways(
        ApiCall("GET", "/accounts/{account_id}/payment-links"),
        console=ConsolePage("accounts/{account_id}/payment-links/"),
    ),
    "look at a payment link": Ways(
        ApiCall("GET", "/payment-links/{link_id}"), console=ConsolePage("accounts/{account_id}/payment-links/")
    ),
    "cancel a payment link": Ways(
        ApiCall("POST", "/payment-links/{link_id}/cancel"),
        cli=("payment-link", "cancel", "{link_id}"),
        console=ConsolePage("payment-links/{link_id}/cancel/", {}),
    ),
}
