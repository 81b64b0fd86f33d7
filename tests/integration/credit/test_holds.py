"""Holds: what drafts will take is taken once, covered when it is credit, and given back once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tallystick.accounts.models import Account
from tallystick.credit.errors import CreditNotFree
from tallystick.credit.models import Hold
from tallystick.credit.operations.place_holds import NewHold, place_holds
from tallystick.credit.operations.release_holds import release_holds
from tallystick.credit.queries import sum_live_holds
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tests.support.builders import AT, MARCH, build_account, build_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """An account with 100.00 of customer credit."""
    account = build_account(build_seller())
    record_payments([NewPayment(account.pk, 100_00, "EUR", None, "", "transfer")], on=MARCH, at=AT)
    return account


def test_credit_is_held_as_long_as_it_is_free(account: Account) -> None:
    place_holds([NewHold(account.pk, "document:1", "credit", 60_00)], at=AT)
    with pytest.raises(CreditNotFree, match="4000 of customer credit free") as refused:
        place_holds([NewHold(account.pk, "document:2", "credit", 40_01)], at=AT)
    assert refused.value.code == "credit_not_free"
    place_holds([NewHold(account.pk, "document:2", "credit", 40_00)], at=AT)
    assert sum_live_holds([account.pk], kind="credit") == {account.pk: 100_00}


def test_two_holds_placed_together_share_what_is_free(account: Account) -> None:
    with pytest.raises(CreditNotFree):
        place_holds([NewHold(account.pk, f"document:{n}", "credit", 60_00) for n in (1, 2)], at=AT)
    assert not Hold.objects.exists()


@pytest.mark.rule("BIL-33")
def test_room_under_a_limit_may_be_overheld(account: Account) -> None:
    place_holds([NewHold(account.pk, "document:1", "room", 5_000_00)], at=AT)
    assert sum_live_holds([account.pk], kind="room") == {account.pk: 5_000_00}


def test_a_released_hold_frees_what_it_took_and_its_purpose(account: Account) -> None:
    hold = NewHold(account.pk, "document:1", "credit", 100_00)
    place_holds([hold], at=AT)
    assert release_holds(["document:1", "document:2"], at=AT + timedelta(hours=1)) == 1
    assert release_holds(["document:1"], at=AT + timedelta(hours=2)) == 0
    place_holds([hold], at=AT)
    assert list(Hold.objects.order_by("pk").values_list("released_at", flat=True)) == [AT + timedelta(hours=1), None]


def test_a_draft_may_hold_credit_and_room_but_neither_twice(account: Account) -> None:
    place_holds([NewHold(account.pk, "document:1", kind, 10_00) for kind in ("credit", "room")], at=AT)
    with pytest.raises(IntegrityError, match="one_live_hold_a_purpose"), transaction.atomic():
        place_holds([NewHold(account.pk, "document:1", "room", 1)], at=AT)


@pytest.mark.parametrize("wrong", [{"kind": "cash"}, {"amount_minor": 0}, {"amount_minor": -1}])
def test_the_database_refuses_what_is_no_hold(account: Account, wrong: dict[str, object]) -> None:
    hold = NewHold(account.pk, "document:1", "room", 10_00)._replace(**wrong)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match=r"hold_kind|hold_is_positive"), transaction.atomic():
        place_holds([hold], at=AT)


@pytest.mark.parametrize("change", [{"amount_minor": 1}, {"purpose": "document:2"}, {"kind": "room"}])
def test_what_a_hold_took_is_fixed(account: Account, change: dict[str, object]) -> None:
    place_holds([NewHold(account.pk, "document:1", "credit", 10_00)], at=AT)
    with pytest.raises(IntegrityError, match="can only be released, once"), transaction.atomic():
        Hold.objects.update(**change)


def test_a_hold_is_neither_revived_nor_removed(account: Account) -> None:
    place_holds([NewHold(account.pk, "document:1", "credit", 10_00)], at=AT)
    release_holds(["document:1"], at=AT)
    with pytest.raises(IntegrityError, match="can only be released, once"), transaction.atomic():
        Hold.objects.update(released_at=None)
    with pytest.raises(IntegrityError, match="holds are kept"), transaction.atomic():
        Hold.objects.all().delete()


def test_nothing_to_hold_or_release_is_no_work(account: Account) -> None:
    place_holds([], at=AT)
    assert (release_holds([], at=AT), sum_live_holds([account.pk], kind="credit")) == (0, {account.pk: 0})
