"""Holds: what drafts will take, so that nothing else takes it meanwhile; and restrictions of postpaid accounts."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account


class Hold(models.Model):
    """Part of an account's customer credit or of its room under a limit, held for a draft (`purpose` "document:17").

    The purpose names the draft as text: documents stand in a later room.
    """

    CREDIT, ROOM = "credit", "room"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    purpose = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    amount_minor = models.BigIntegerField()
    placed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose", "kind"],
                condition=Q(released_at__isnull=True),
                name="one_live_hold_a_purpose",
            ),
            models.CheckConstraint(condition=Q(kind__in=["credit", "room"]), name="hold_kind"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="hold_is_positive"),
        ]
        indexes = [
            models.Index(fields=["purpose"], name="live_hold_by_purpose", condition=Q(released_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.amount_minor} for {self.purpose}"


class SpendingRestriction(models.Model):
    """What an administrator forbids a postpaid account by hand (BIL-35); the row stays when it is lifted."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="spending_restrictions")
    stops_purchases = models.BooleanField(default=False)
    stops_renewals = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    restricted_at = models.DateTimeField()
    restricted_by = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True)
    lifted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(lifted_at__isnull=True), name="one_live_restriction_an_account"
            ),
            models.CheckConstraint(
                condition=Q(stops_purchases=True) | Q(stops_renewals=True), name="restriction_stops_something"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_reason="")
                | (Q(lifted_at__isnull=False) & ~Q(lifted_reason="")),
                name="a_lifted_restriction_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"restriction of {self.account_id}"
