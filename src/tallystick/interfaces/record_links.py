"""The console's pages of records as absolute addresses, for files and programs that lead there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tallystick.rollups.core.gap_reasons import NO_METHOD
from tallystick.rollups.queries import GapReason, InvoiceRef, PaymentRow, RollupAccount


def get_site_address(request: HttpRequest | None = None) -> str:
    """Where people reach the console, without a slash at the end: as configured, else as they reached it just now.

    A command has no request: without `TALLYSTICK_URL` it names the address that `tallystick serve` listens on.
    """
    if settings.SITE_ADDRESS:
        return str(settings.SITE_ADDRESS)
    return request.build_absolute_uri("/").rstrip("/") if request else str(settings.LOCAL_ADDRESS)


def get_portal_address(request: HttpRequest | None = None) -> str:
    """Where customers sign in."""
    return get_site_address(request) + reverse("portal:home")


class RecordLinks:
    """Addresses under one site."""

    def __init__(self, site_address: str) -> None:
        self._site_address = site_address

    def of_gap(self, account: RollupAccount, reason: GapReason) -> str:
        """What explains a gap: the one document, with every charge that was tried for it; else the account."""
        if reason.reason == NO_METHOD:
            return self._make("account", account.account_id)
        return self._of_documents(reason.invoices, account.account_id)

    def of_payment(self, row: PaymentRow) -> str:
        """The payment; of a charge that brought none, the attempt with all that happened to it."""
        if row.payment_id is not None:
            return self._make("payment", row.payment_id)
        return self._make("attempt", row.attempt_id) if row.attempt_id else self._make("account", row.account_id)

    def _of_documents(self, documents: tuple[InvoiceRef, ...], account_id: int) -> str:
        if len(documents) == 1:
            return self._make("invoice", documents[0].document_id)
        return self._make("account", account_id)

    def _make(self, page: str, record_id: int) -> str:
        return f"{self._site_address}{reverse(f'admin:{page}', args=[record_id])}"
