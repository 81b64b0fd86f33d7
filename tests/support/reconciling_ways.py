"""How both sides are compared with gateways, and differences explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

RECONCILING_WAYS: Final[Mapping[str, Ways]] = {
    "reconcile with gateways": Ways(
        ApiCall("POST", "/reconciliations"),
        cli=("reconciliation", "run"),
        console=ConsolePage("differences/compare/", {}),
    ),
    "look at differences": Ways(
        ApiCall("GET", "/reconciliation-findings"),
        cli=("reconciliation", "list"),
        console=ConsolePage("differences/"),
    ),
    "explain a difference": Ways(
        ApiCall("POST", "/reconciliation-findings/{no_id}/settle", {"explanation": "compared"}),
        cli=("reconciliation", "settle", "{no_id}", "--explanation", "compared"),
        console=ConsolePage("differences/{no_id}/settle/", {"explanation": "compared"}),
    ),
}
