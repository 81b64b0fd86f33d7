"""Rows of access: which role a staff user has, and API keys, of which only a digest is kept."""

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from tallystick.access.core.roles import ROLES
from tallystick.accounts.models import Account


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
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="api_key_expires_after_it_was_made",
            ),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_key_may_do_something"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"


class CustomerUser(models.Model):
    """Someone on the customer's side who signs in to the portal with an e-mailed code; no password is kept."""

    email = models.EmailField(unique=True, help_text="trimmed and in lower case: it is who they are")
    name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    last_signed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="customer_user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class CustomerAccess(models.Model):
    """A customer user may see an account and pay for it: since when, who invited them, and until when."""

    customer_user = models.ForeignKey(CustomerUser, on_delete=models.PROTECT, related_name="accesses")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="customer_accesses")
    invited_at = models.DateTimeField()
    invited_by = models.CharField(max_length=120, help_text="label of the actor who invited them")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer_user", "account"], condition=Q(ended_at__isnull=True), name="one_live_access"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="an_ended_access_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_user} of {self.account}"


class LoginCode(models.Model):
    """A code that was e-mailed to sign in with, of which only a digest is kept. All instants are real time."""

    customer_user = models.ForeignKey(CustomerUser, on_delete=models.PROTECT, related_name="login_codes")
    digest = models.CharField(max_length=64, help_text="HMAC-SHA256 of user and code with the server's secret")
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, help_text="wrong tries")
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="login_code_is_kept_as_digest"),
        ]
        indexes = [models.Index(fields=["customer_user", "created_at"], name="login_code_by_user")]

    def __str__(self) -> str:
        return f"login code of {self.customer_user}"
