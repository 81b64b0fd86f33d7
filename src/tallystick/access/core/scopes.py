"""What an API key may be allowed: known permissions, and none that its issuer lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tallystick.access.errors import ScopeBeyondIssuer, ScopesMissing, ScopeUnknown


def compute_scopes(
    asked: Iterable[str], *, known: Collection[str], issuer_permissions: Collection[str], issuer_label: str
) -> list[str]:
    """The scopes of a key, sorted and once each. Refuses any not among the `known` permissions, none at all, and any
    that the issuer lacks."""
    scopes = sorted(set(asked))
    if not scopes:
        raise ScopesMissing
    for scope in scopes:
        if scope not in known:
            raise ScopeUnknown(scope=scope)
        if scope not in issuer_permissions:
            raise ScopeBeyondIssuer(label=issuer_label, scope=scope)
    return scopes
