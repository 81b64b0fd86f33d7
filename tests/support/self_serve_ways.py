"""How an account is set managed and back, and what self-serve customers' subscriptions and methods can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

SELF_SERVE_WAYS: Final[Mapping[str, Ways]] = {
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
    "look at the standing": Ways(
        ApiCall("GET", "/accounts/{account_id}/standing"), console=ConsolePage("accounts/{account_id}/")
    ),
    "subscribe with a method": Ways(
        ApiCall("POST", "/accounts/{account_id}/subscribe", {"plan": "basic"}),
        console=ConsolePage("accounts/{account_id}/subscribe/", {"plan": "basic"}),
    ),
    "lead to a set-up page": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-method-setups", {"return_url": "https://shop.example/"}),
        console=ConsolePage("accounts/{account_id}/methods/page/", {}),
    ),
    "choose a payment method": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-methods/{method_id}/default"),
        console=ConsolePage("accounts/{account_id}/methods/{method_id}/choose/", {}),
    ),
    "remove a payment method": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-methods/{method_id}/remove"),
        console=ConsolePage("accounts/{account_id}/methods/{method_id}/remove/", {}),
    ),
}
