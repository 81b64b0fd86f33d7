"""Who uses what an account pays for by seat, as the seller's product told last (DEM-43)."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.subscriptions.core.seats import ROLES, STATES


class SeatHolder(models.Model):
    """A user in a workspace. One user in several workspaces is one seat."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="seat_holders", db_index=False)
    workspace = models.CharField(max_length=80)
    user = models.CharField(max_length=80)
    role = models.CharField(max_length=8, default="member")
    state = models.CharField(max_length=8, default="active")
    since_at = models.DateTimeField(help_text="since when with this role and state")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "workspace", "user"], name="seat_holder_once"),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="seat_holder_role"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="seat_holder_state"),
            models.CheckConstraint(condition=~Q(workspace="") & ~Q(user=""), name="seat_holder_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.workspace}"
