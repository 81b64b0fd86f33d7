"""Rows of access: which role a staff user has, and API keys, of which only a digest is kept."""

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tallystick.access.core.roles import ROLES


class StaffMember(models.Model):
    """A staff user's role, and who gave it when. A user without one may do nothing."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff_member")
    role = models.CharField(max_length=10, choices=[(role, role) for role in ROLES])
    role_set_at = models.DateTimeField()
    role_set_by = models.CharField(max_length=120, help_text="label of the actor who gave the role")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="staff_member_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class StaffEvent(models.Model):
    """A role that was given, changed or taken: whose, by whom, when. Append-only. An empty role is none."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_events")
    from_role = models.CharField(max_length=10, blank=True)
    to_role = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.user}: {self.from_role or 'no role'} to {self.to_role or 'no role'}"


class ApiKey(models.Model):
    """A credential of a program. Its text is shown once; here is what recognizes it, and what it may do."""

    name = models.CharField(max_length=80, help_text="what it is for")
    prefix = models.CharField(max_length=20, help_text="the beginning of the key, to tell it from others")
    digest = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA256 of the key with the server's secret")
    scopes = ArrayField(models.CharField(max_length=40), help_text="names of permissions")
    created_by = models.CharField(max_length=120, help_text="label of the actor who issued it")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the minute")

    class Meta:
        verbose_name = "API key"
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_key_is_kept_as_digest"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=models.F("created_at")),
                name="api_key_expires_after_it_was_made",
            ),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_key_may_do_something"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"
