"""How acts on an account that decide how it pays and how much it may owe are used through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

ACCOUNT_WAYS: Final[Mapping[str, Ways]] = {
    "set an account managed": Ways(
        ApiCall("POST", "/accounts/{account_id}/set-managed", {"reason": "They want invoices"}),
        cli=("account", "set-managed", "A-1", "--reason", "They want invoices"),
        console=ConsolePage("accounts/{account_id}/managed/", {"reason": "They want invoices"}),
    ),
    "set an account self-serve": Ways(
        ApiCall("POST", "/accounts/{account_id}/set-self-serve", {"way": "free_now", "reason": "They pay by card"}),
        cli=("account", "set-self-serve", "A-1", "--free-now", "--reason", "They pay by card"),
        console=ConsolePage("accounts/{account_id}/self-serve/", {"way": "free_now", "reason": "They pay by card"}),
    ),
    "set a funding policy": Ways(
        ApiCall(
            "PUT", "/accounts/{account_id}/funding-policy", {"funding_policy": "prepaid", "reason": "They pay first"}
        ),
        cli=("account", "fund", "A-1", "--policy", "prepaid", "--reason", "They pay first"),
        console=ConsolePage("accounts/{account_id}/funding/", {"funding_policy": "prepaid", "reason": "They pay"}),
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
    "look at funds": Ways(
        ApiCall("GET", "/accounts/{account_id}/funds"),
        cli=("account", "funds", "A-1"),
        console=ConsolePage("accounts/{account_id}/"),
    ),
    "stop at the period's end": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/cancel-at-period-end", {"reason": "moved"}),
        cli=("subscription", "stop", "{subscription_id}", "--reason", "moved"),
        console=ConsolePage("subscriptions/{subscription_id}/stop/", {"reason": "moved"}),
    ),
    "take a cancellation back": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/resume", {"reason": "stays"}),
        cli=("subscription", "take-back", "{subscription_id}", "--reason", "stays"),
        console=ConsolePage("subscriptions/{subscription_id}/take-back/", {"reason": "stays"}),
    ),
    "look at the standing": Ways(ApiCall("GET", "/accounts/{account_id}/standing")),
    "subscribe with a method": Ways(ApiCall("POST", "/accounts/{account_id}/subscribe", {"plan": "basic"})),
    "lead to a set-up page": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-method-setups", {"return_url": "https://shop.example/"})
    ),
    "choose a payment method": Ways(ApiCall("POST", "/accounts/{account_id}/payment-methods/{method_id}/default")),
    "remove a payment method": Ways(ApiCall("POST", "/accounts/{account_id}/payment-methods/{method_id}/remove")),
    "set a contact": Ways(
        ApiCall("PUT", "/accounts/{account_id}/contacts/{role}", {"name": "Jo"}),
        console=ConsolePage("accounts/{account_id}/contacts/{role}/", {"name": "Jo"}),
    ),
    "forget a contact": Ways(
        ApiCall("DELETE", "/accounts/{account_id}/contacts/{role}"),
        console=ConsolePage("accounts/{account_id}/contacts/{role}/", {"forget": "1"}),
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
}
