"""Sign a customer user in by an e-mailed code. All instants are real time."""

import secrets
from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from tallystick.access.core.login_codes import (
    ASKED_WITHIN,
    CODE_DIGITS,
    is_usable,
    may_ask_again,
    normalize_code,
)
from tallystick.access.errors import CodeNotAccepted
from tallystick.access.models import CustomerUser, LoginCode

_DIGEST_PURPOSE = "tallystick.access.login_code"


class SentCode(NamedTuple):
    """A new code in the clear, for the e-mail only, and whose it is."""

    person: CustomerUser
    code: str


def ask_login_code(email: str, *, at: datetime) -> SentCode | None:
    """A new code for who has this address; None for one without access to any account, or who asked too often.

    Whoever asks is told the same in each case, so that nobody learns who is a customer. Earlier codes stay valid for
    their time: mail may overtake mail.
    """
    with transaction.atomic():
        people = CustomerUser.objects.select_for_update().filter(email=email.strip().lower())
        person = people.filter(pk__in=CustomerUser.objects.filter(accesses__ended_at__isnull=True).values("pk")).first()
        if person is None:
            return None
        recent = LoginCode.objects.filter(customer_user=person, created_at__gt=at - ASKED_WITHIN).count()
        if not may_ask_again(recent):
            return None
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        LoginCode.objects.create(customer_user=person, digest=_digest(person.pk, code), created_at=at)
    return SentCode(person, code)


def sign_in_customer(email: str, *, code: str, at: datetime) -> CustomerUser:
    """The person whose address and code these are. A code signs in once. Refuses CodeNotAccepted.

    Each wrong try counts against all of their codes that still live, so that asking for more does not give more tries.
    """
    with transaction.atomic():
        person = CustomerUser.objects.select_for_update().filter(email=email.strip().lower()).first()
        if person is not None and _use_code(person, code, at):
            CustomerUser.objects.filter(pk=person.pk).update(last_signed_in_at=at)
            return person
    raise CodeNotAccepted


def _use_code(person: CustomerUser, code: str, at: datetime) -> bool:
    wanted = _digest(person.pk, normalize_code(code))
    live = [
        row
        for row in LoginCode.objects.filter(customer_user=person, created_at__gt=at - ASKED_WITHIN)
        if is_usable(created_at=row.created_at, used_at=row.used_at, tries=row.tries, at=at)
    ]
    for row in live:
        if compare_digest(row.digest, wanted):
            LoginCode.objects.filter(pk=row.pk).update(used_at=at)
            return True
    LoginCode.objects.filter(pk__in=[row.pk for row in live]).update(tries=F("tries") + 1)
    return False


def _digest(customer_user_id: int, code: str) -> str:
    return salted_hmac(
        _DIGEST_PURPOSE, f"{customer_user_id}:{code}", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
