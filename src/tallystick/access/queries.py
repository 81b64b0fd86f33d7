"""Who is it, and what may they do: the only place that makes actors out of roles and API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.crypto import salted_hmac

from tallystick.access.core.key_format import is_well_formed
from tallystick.access.core.roles import compute_permissions
from tallystick.access.errors import (
    CustomerUserUnknown,
    KeyExpired,
    KeyNotAccepted,
    KeyRevoked,
    KeyUnknown,
    StaffUserUnknown,
)
from tallystick.access.models import ApiKey, CustomerAccess, CustomerUser, StaffEvent, StaffMember
from tallystick.accounts.errors import AccountUnknown
from tallystick.accounts.models import Account
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PERMISSIONS

_DIGEST_PURPOSE = "tallystick.access.api_key"


def make_staff_actor(user: User) -> Actor:
    """The signed-in staff user as an actor. Without a role, or no longer active: an actor that may do nothing."""
    role = (
        StaffMember.objects.filter(user_id=user.pk).values_list("role", flat=True).first() if user.is_active else None
    )
    label = user.get_full_name() or user.get_username()
    return Actor(kind="staff", id=str(user.pk), label=label, permissions=compute_permissions(role or ""))


def get_staff_actor(login: str) -> Actor:
    """The staff user with this user name or e-mail address as an actor. Raises StaffUserUnknown.

    For commands that say in whose name they run; proving who it is stays with the sign-in.
    """
    return make_staff_actor(get_staff_user(login))


def get_staff_user(login: str) -> User:
    """The staff user with this user name or e-mail address. Raises StaffUserUnknown."""
    user = User.objects.filter(Q(username=login) | Q(email__iexact=login), staff_member__isnull=False).first()
    if user is None:
        raise StaffUserUnknown(login=login)
    return user


def find_staff_email(*, kind: str, actor_id: str) -> str:
    """The address of the staff user that an actor's kind and id name; empty for others, and for one without any."""
    if kind != "staff" or not actor_id.isdecimal():
        return ""
    user = User.objects.filter(pk=int(actor_id), is_active=True).first()
    return user.email if user is not None else ""


def make_operator_actor(label: str) -> Actor:
    """Whoever sits at the command line of the machine, who could read and write the database anyway: may do all."""
    return Actor(kind="operator", id=label, label=label, permissions=frozenset(PERMISSIONS))


def make_key_actor(key: ApiKey) -> Actor:
    """An API key as an actor: it may do what its scopes say, as far as these permissions still exist."""
    return Actor(kind="api_key", id=str(key.pk), label=key.name, permissions=frozenset(key.scopes) & PERMISSIONS.keys())


def get_actor_by_key(text: str, *, at: datetime) -> Actor:
    """The actor of the API key `text` at the real instant `at`.

    Raises KeyNotAccepted for what is no key of ours (malformed text costs no query), KeyExpired, KeyRevoked.
    """
    if not is_well_formed(text):
        raise KeyNotAccepted
    key = ApiKey.objects.filter(digest__in=compute_digests(text)).first()
    if key is None:
        raise KeyNotAccepted
    if key.revoked_at is not None:
        raise KeyRevoked(prefix=key.prefix, revoked_at=key.revoked_at.isoformat(timespec="seconds"))
    if key.expires_at is not None and key.expires_at <= at:
        raise KeyExpired(prefix=key.prefix, expires_at=key.expires_at.isoformat(timespec="seconds"))
    return make_key_actor(key)


def compute_digests(text: str) -> Sequence[str]:
    """What may be stored of a key: its HMAC-SHA256 with the server's secret; then with former ones.

    So a new secret does not silence the keys issued before it. Keys carry about 190 random bits: a fast hash will do.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(_DIGEST_PURPOSE, text, secret=secret, algorithm="sha256").hexdigest() for secret in secrets]


def get_key(key_id: int) -> ApiKey:
    """The API key with this id. Raises KeyUnknown."""
    key = ApiKey.objects.filter(pk=key_id).first()
    if key is None:
        raise KeyUnknown(key_id=key_id)
    return key


def list_keys(*, after_id: int = 0, limit: int = 100) -> Sequence[ApiKey]:
    """API keys in the order of their creation, revoked and expired ones too, from the one after `after_id`."""
    return list(ApiKey.objects.filter(pk__gt=after_id).order_by("pk")[:limit])


def list_staff() -> Sequence[StaffMember]:
    """All staff users with their roles, by user name."""
    return list(StaffMember.objects.select_related("user").order_by("user__username"))


def list_staff_page(*, after_id: int = 0, limit: int = 100) -> Sequence[StaffMember]:
    """Staff users in the order in which they were made, from the one after the user `after_id`."""
    rows = StaffMember.objects.select_related("user").filter(user_id__gt=after_id)
    return list(rows.order_by("user_id")[:limit])


def get_staff_member(user_id: int) -> StaffMember:
    """The role of the user with this id. Raises StaffUserUnknown."""
    member = StaffMember.objects.select_related("user").filter(user_id=user_id).first()
    if member is None:
        raise StaffUserUnknown(login=user_id)
    return member


def list_staff_events(*, limit: int = 100) -> list[StaffEvent]:
    """Which roles were given, changed and taken, the latest first."""
    return list(StaffEvent.objects.select_related("user").order_by("-pk")[:limit])


def make_customer_actor(person: CustomerUser) -> Actor:
    """The signed-in customer user as an actor: no staff permission at all (DEM-4)."""
    return Actor(kind="customer", id=str(person.pk), label=str(person))


def get_customer_actor(customer_user_id: int) -> Actor:
    """The customer user of this id as an actor. Raises CustomerUserUnknown."""
    person = CustomerUser.objects.filter(pk=customer_user_id).first()
    if person is None:
        raise CustomerUserUnknown(email=customer_user_id)
    return make_customer_actor(person)


def require_own_account(actor: Actor, *, account_id: int, permission: str) -> None:
    """Let a customer user act for their own accounts, staff and programs by the permission; refuses everyone else.

    Another customer's account is as unknown as one that there is not (AccountUnknown).
    """
    if actor.kind != "customer":
        actor.require(permission)
    elif account_id not in {each.id for each in list_customer_accounts(int(actor.id))}:
        raise AccountUnknown(account=account_id)


class OwnAccount(NamedTuple):
    """An account as its customer users know it."""

    id: int
    external_id: str
    name: str
    currency: str
    language: str
    seller_id: int
    time_zone: str


def list_customer_accounts(customer_user_id: int) -> Sequence[OwnAccount]:
    """The accounts that a customer user may see, by name; none for one whose access has ended."""
    accounts = Account.objects.filter(
        customer_accesses__customer_user_id=customer_user_id, customer_accesses__ended_at__isnull=True
    )
    columns = ("pk", "external_id", "name", "currency", "language", "seller_id", "seller__time_zone")
    return [OwnAccount(*row) for row in accounts.order_by("name", "pk").values_list(*columns)]


def list_customer_users(account_id: int) -> Sequence[CustomerAccess]:
    """Who of the customer may see an account, by address."""
    live = CustomerAccess.objects.select_related("customer_user").filter(account_id=account_id, ended_at__isnull=True)
    return list(live.order_by("customer_user__email"))
