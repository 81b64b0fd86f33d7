"""Reads of deliveries: one, those of a document or account, what failed, what a run still owes its customers."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet

from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.delivery.core.lifecycle import BOUNCED, EMAIL, FAILED, QUEUED
from tallystick.delivery.errors import DeliveryUnknown
from tallystick.delivery.models import Delivery
from tallystick.invoicing.models import Document
from tallystick.sellers.models import BillingRule

DELIVERIES = Delivery._meta.db_table
DOCUMENTS = Document._meta.db_table
ACCOUNTS = Account._meta.db_table
BILLING_RULES = BillingRule._meta.db_table


class DeliveryCount(NamedTuple):
    """How many deliveries of a channel are in one state."""

    channel: str
    status: str
    deliveries: int


class Undelivered(NamedTuple):
    """Posted documents whose account wants them by a channel and that nobody has asked to deliver, or that failed."""

    by_email: int
    by_print: int

    @property
    def documents(self) -> int:
        """How many deliveries are missing."""
        return self.by_email + self.by_print


def get_delivery(delivery_id: int, *, is_locked: bool = False) -> Delivery:
    """A delivery by its id, locked for a change if asked; raises DeliveryUnknown."""
    deliveries = Delivery.objects.select_for_update() if is_locked else Delivery.objects.select_related("document")
    delivery = deliveries.filter(pk=delivery_id).first()
    if delivery is None:
        raise DeliveryUnknown(delivery_id=delivery_id, field="delivery")
    return delivery


def find_address(account_id: int) -> str:
    """Where an account is mailed to now: the address of its current profile, else of its billing contact; or ""."""
    profile = AccountProfile.objects.filter(account_id=account_id, is_current=True).exclude(email="")
    contact = Contact.objects.filter(account_id=account_id, role=Contact.BILLING).exclude(email="")
    return profile.values_list("email", flat=True).first() or contact.values_list("email", flat=True).first() or ""


def count_deliveries(run_id: int) -> list[DeliveryCount]:
    """How many deliveries of a bill run's documents are in which state, by channel."""
    rows = Delivery.objects.filter(document__run_id=run_id).values("channel", "status")
    counted = rows.annotate(deliveries=Count("pk")).order_by("channel", "status")
    return [DeliveryCount(row["channel"], row["status"], row["deliveries"]) for row in counted]


def count_sent_emails(run_id: int) -> int:
    """How many e-mails with documents of a bill run went out (ZUO-14); one that bounced later went out too."""
    sent = Delivery.objects.filter(document__run_id=run_id, channel=EMAIL, sent_at__isnull=False)
    return sent.count()


def list_delivery_failures(*, seller_id: int | None = None, run_id: int | None = None) -> QuerySet[Delivery]:
    """Failed and bounced deliveries, newest first, with document and account."""
    failures = Delivery.objects.filter(status__in=[FAILED, BOUNCED]).select_related("document", "account")
    if seller_id is not None:
        failures = failures.filter(account__seller_id=seller_id)
    if run_id is not None:
        failures = failures.filter(document__run_id=run_id)
    return failures.order_by("-pk")


def list_document_deliveries(document_id: int) -> list[Delivery]:
    """When, how and to whom a document went, oldest first (DEM-66)."""
    return list(Delivery.objects.filter(document_id=document_id).select_related("batch").order_by("pk"))


def list_account_deliveries(account_id: int, *, limit: int = 50) -> list[Delivery]:
    """What an account was sent, newest first."""
    deliveries = Delivery.objects.filter(account_id=account_id).select_related("document", "batch")
    return list(deliveries.order_by("-requested_at", "-pk")[:limit])


def count_waiting_emails(delivery_ids: Sequence[int]) -> int:
    """How many of these e-mails still wait to go out."""
    return Delivery.objects.filter(pk__in=list(delivery_ids), channel=EMAIL, status=QUEUED).count()


def count_undelivered(run_id: int) -> Undelivered:
    """What a run's posted documents still owe their accounts' preferences (ZUO-50): never asked for, or gone wrong.

    Documents of zero that the billing rule leaves out are owed to nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FILTER (WHERE w.channel = 'email'), count(*) FILTER (WHERE w.channel = 'print')
              FROM {DOCUMENTS} d JOIN {ACCOUNTS} a ON a.id = d.account_id
              JOIN {BILLING_RULES} r ON r.seller_id = d.seller_id
              JOIN LATERAL (VALUES ('email', a.is_emailed), ('print', a.is_printed)) AS w (channel, is_wanted)
                ON w.is_wanted
             WHERE d.run_id = %s AND d.status = 'posted' AND (d.gross_minor <> 0 OR r.mails_zero_invoices)
               AND NOT EXISTS (
                   SELECT 1 FROM {DELIVERIES} x WHERE x.document_id = d.id AND x.channel = w.channel
                      AND x.status IN ('queued', 'sent', 'skipped'))
            """,
            [run_id],
        )
        row = cursor.fetchone()
    return Undelivered(*row) if row else Undelivered(0, 0)
