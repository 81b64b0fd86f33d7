"""Rows of the taxes: dated rates by country and category, and what was changed about a seller's own."""

from django.db import models
from django.db.models import F, Q

from tallystick.sellers.models import Seller


class TaxRate(models.Model):
    """What a country charges on a category of supplies over a time. A rate of a seller wins over the general one."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="tax_rates", null=True, blank=True)
    country = models.CharField(max_length=2)
    category = models.CharField(max_length=12, default="standard")
    rate = models.DecimalField(max_digits=6, decimal_places=3, help_text="percent: 21.000")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="first day without it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "category", "seller", "valid_from"],
                name="tax_rate_once_a_start",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="tax_rate_country_is_iso"),
            models.CheckConstraint(
                condition=Q(category__in=["standard", "reduced", "zero", "exempt"]), name="tax_rate_category"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=100), name="tax_rate_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="tax_rate_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.category} {self.rate} %"


class TaxRateEvent(models.Model):
    """What was changed about a seller's own rate: who, when, from what to what. Append-only."""

    rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=12, help_text="set or change")
    detail = models.CharField(max_length=200, help_text="percent and end as they are from then on")
    before = models.CharField(max_length=200, blank=True, help_text="what they were; empty for a new rate")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.event} {self.rate}"
