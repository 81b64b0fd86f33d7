"""What staff may do, by role. Each role may all that the one before it may."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

VIEWER: Final = "viewer"
CLERK: Final = "clerk"
FINANCE: Final = "finance"
ADMIN: Final = "admin"

ROLES: Final[tuple[str, ...]] = (VIEWER, CLERK, FINANCE, ADMIN)
"""From the least to the most."""

_ADDED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        # Looks at everything, changes nothing. Proving the books changes nothing either.
        VIEWER: frozenset({"records.read", "rollups.read", "ledger.check"}),
        # Prepares: whatever can still be taken back, and mail that follows from what finance has posted.
        CLERK: frozenset(
            {
                "accounts.write",
                "subscriptions.write",
                "usage.write",
                "payment_methods.write",
                "imports.run",
                "bill_runs.create",
                "bill_runs.edit",
                "deliveries.send",
            }
        ),
        # Makes it owed and moves money.
        FINANCE: frozenset(
            {
                "subscriptions.act",
                "bill_runs.post",
                "invoices.adjust",
                "payment_runs.create",
                "payments.collect",
                "payments.record",
                "payments.refund",
                "credit.write",
            }
        ),
        # Settings, keys and people.
        ADMIN: frozenset(
            {"sellers.write", "catalog.write", "taxes.write", "access.admin", "clock.set", "webhooks.admin"}
        ),
    }
)


def compute_permissions(role: str) -> frozenset[str]:
    """All permissions of a role; none for a word that is not a role."""
    if role not in ROLES:
        return frozenset()
    upto = ROLES[: ROLES.index(role) + 1]
    return frozenset().union(*(_ADDED[each] for each in upto))
