"""How capabilities about accounts are used: their terms, people, methods, discounts and limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

ACCOUNT_WAYS: Final[Mapping[str, Ways]] = {
    "look at accounts": Ways(ApiCall("GET", "/accounts"), console=ConsolePage("accounts/")),
    "open an account": Ways(
        ApiCall("POST", "/accounts", {"external_id": "N-1", "name": "New", "email": "n@n.example"}),
        console=ConsolePage("accounts/new/", {"external_id": "N-1", "name": "New", "email": "n@n.example"}),
    ),
    "change an account": Ways(
        ApiCall("PATCH", "/accounts/{account_id}", {"city": "Utrecht"}),
        console=ConsolePage("accounts/{account_id}/change/", {"city": "Utrecht"}),
    ),
    "assign a manager": Ways(
        ApiCall("PUT", "/accounts/{account_id}/manager", {"email": None}),
        console=ConsolePage("accounts/{account_id}/manager/", {"email": ""}),
    ),
    "look at funds": Ways(
        ApiCall("GET", "/accounts/{account_id}/funds"),
        cli=("account", "funds", "A-1"),
        console=ConsolePage("accounts/{account_id}/"),
    ),
    "set a funding policy": Ways(
        ApiCall(
            "PUT", "/accounts/{account_id}/funding-policy", {"funding_policy": "prepaid", "reason": "They pay first"}
        ),
        cli=("account", "fund", "A-1", "--policy", "prepaid", "--reason", "They pay first"),
        console=ConsolePage("accounts/{account_id}/funding/", {"funding_policy": "prepaid", "reason": "They pay"}),
    ),
    "set a contact": Ways(
        ApiCall("PUT", "/accounts/{account_id}/contacts/{role}", {"name": "Jo"}),
        console=ConsolePage("accounts/{account_id}/contacts/{role}/", {"name": "Jo"}),
    ),
    "forget a contact": Ways(
        ApiCall("DELETE", "/accounts/{account_id}/contacts/{role}"),
        console=ConsolePage("accounts/{account_id}/contacts/{role}/", {"forget": "1"}),
    ),
    "invite a customer user": Ways(
        ApiCall("POST", "/accounts/{account_id}/customer-users", {"email": "eva@example.com"}),
        cli=("customer-user", "invite", "A-1", "eva@example.com"),
        console=ConsolePage("accounts/{account_id}/invite/", {"email": "eva@example.com"}),
    ),
    "end a customer access": Ways(
        ApiCall("POST", "/accounts/{account_id}/customer-users/end", {"email": "eva@example.com"}),
        cli=("customer-user", "end", "A-1", "eva@example.com"),
        console=ConsolePage("accounts/{account_id}/end-access/", {"email": "eva@example.com"}),
    ),
    "save a payment method": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-methods", {"gateway": "sandbox", "number": "4242424242424242"}),
        console=ConsolePage("accounts/{account_id}/methods/", {"number": "4242424242424242"}),
    ),
    "refresh payment methods": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-methods/refresh"),
        cli=("payment-method", "refresh", "A-1"),
        console=ConsolePage("payment-methods/{method_id}/refresh/", {}),
    ),
    "resume a payment method": Ways(
        ApiCall("POST", "/payment-methods/{method_id}/resume", {"reason": "limit raised"}),
        cli=("payment-method", "resume", "{method_id}", "--reason", "limit raised"),
        console=ConsolePage("payment-methods/{method_id}/resume/", {"reason": "limit raised"}),
    ),
    "discount an account": Ways(
        ApiCall("POST", "/accounts/{account_id}/discounts", {"percent": "5", "reason": "partner"}),
        console=ConsolePage(
            "accounts/{account_id}/discounts/new/", {"percent": "5", "label": "Partner", "reason": "partner"}
        ),
    ),
    "end an account's discount": Ways(
        ApiCall("POST", "/account-discounts/{no_id}/end", {"until_on": "2027-01-01"}),
        console=ConsolePage("account-discounts/{no_id}/end/", {"until_on": "2027-01-01"}),
    ),
    "restrict an account": Ways(
        ApiCall("PUT", "/accounts/{account_id}/restriction", {"stops_renewals": True, "reason": "Fraud"}),
        cli=("account", "restrict", "A-1", "--renewals", "--reason", "Fraud"),
        console=ConsolePage("accounts/{account_id}/restrict/", {"stops_renewals": "on", "reason": "Fraud"}),
    ),
    "lift a restriction": Ways(
        ApiCall("POST", "/accounts/{account_id}/restriction/lift", {"reason": "Cleared up"}),
        cli=("account", "lift", "A-1", "--reason", "Cleared up"),
        console=ConsolePage("accounts/{account_id}/lift/", {"reason": "Cleared up"}),
    ),
    "look at draws": Ways(
        ApiCall("GET", "/accounts/{account_id}/draws"), console=ConsolePage("accounts/{account_id}/?tab=draws")
    ),
}
