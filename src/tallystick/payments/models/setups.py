"""Set-ups: a customer is led to the gateway's page to leave a method there. No money moves by one."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.payments.core.setup_rules import OPEN, SETUP_STATES
from tallystick.payments.models.methods import GatewayAccount, PaymentMethod


class MethodSetup(models.Model):
    """Written before the gateway is asked for its page; its key never changes, so that asking again opens one page."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="method_setups")
    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, db_index=False)
    our_id = models.UUIDField(unique=True, help_text="what the gateway keeps for us, and the address of its return")
    customer_ref = models.CharField(max_length=80)
    return_url = models.CharField(max_length=300)
    state = models.CharField(max_length=12, default="created")
    gateway_ref = models.CharField(max_length=80, blank=True)
    action_url = models.CharField(max_length=500, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    replaces = models.ForeignKey(
        PaymentMethod, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="replacing_setups"
    )
    method = models.ForeignKey(
        PaymentMethod, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="setups"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="until when the page waits")
    look_again_at = models.DateTimeField(null=True, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SETUP_STATES), name="method_setup_state"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=OPEN), name="one_open_method_setup_an_account"
            ),
        ]
        indexes = [
            models.Index(fields=["look_again_at"], name="setup_to_look_at", condition=Q(look_again_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"set-up {self.our_id}"
