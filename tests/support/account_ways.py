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
}
