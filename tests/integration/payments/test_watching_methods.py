"""Saved methods follow what banks do to them, though nobody tells: mandates end, cards expire or are renewed."""

from datetime import date, timedelta

import pytest

from tallystick.collection.core.eligibility import Chargeable, RetryRules, find_skip_reason
from tallystick.payments.models import GatewayCustomer, PaymentMethod, PaymentMethodEvent, SandboxMandate
from tallystick.payments.operations.refresh_methods import watch_methods
from tallystick.payments.queries import list_expiring_methods
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.payers import build_payer, create_attempt, look_up, send

pytestmark = pytest.mark.django_db

GOOD, EXPIRING, RENEWED, IBAN_NO_MANDATE = (
    "4242424242424242", "4000000000000507", "4000000000000515", "NL66SAND0000000005",
)  # fmt: skip


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


def look(*, days: int) -> int:
    clock.set_clock(AT + timedelta(days=days))
    return watch_methods(at=clock.now(), actor=ACTOR)


def tell(method: PaymentMethod) -> tuple[str, date | None]:
    method.refresh_from_db()
    return method.label, method.expires_on


def test_a_card_that_its_bank_renews_is_shown_as_the_new_one_and_the_history_says_so(seller: Seller) -> None:
    method = build_payer(seller, RENEWED)
    saved_on = AT.date()
    assert tell(method) == ("Visa •••• 0515", saved_on + timedelta(days=20))
    assert [each.pk for each in list_expiring_methods(saved_on)] == [method.pk]
    assert (look(days=9), look(days=10), look(days=11)) == (0, 1, 0)
    assert tell(method) == ("Visa •••• 0523", saved_on + timedelta(days=20 + 1461))
    event = PaymentMethodEvent.objects.get()
    assert (event.event, event.reason) == (
        "update",
        f"Visa •••• 0515 is Visa •••• 0523 now, it expires on {method.expires_on}",
    )
    assert not list_expiring_methods(clock.now().date()).exists()


def test_a_card_that_is_not_renewed_is_listed_from_thirty_days_before_to_thirty_after(seller: Seller) -> None:
    method = build_payer(seller, EXPIRING)
    build_payer(seller, GOOD, external_id="A-2")
    last_day = AT.date() + timedelta(days=20)
    days = [last_day + timedelta(days=each) for each in (-31, -30, 0, 30, 31)]
    assert [list_expiring_methods(on, seller_id=seller.pk).exists() for on in days] == [False, True, True, True, False]
    PaymentMethod.objects.filter(pk=method.pk).update(state="invalid")
    assert not list_expiring_methods(last_day).exists()


@pytest.mark.rule("DEM-55")
@pytest.mark.parametrize("state", ["valid", "pending", "invalid"])
def test_the_three_states_of_a_mandate_are_ours_and_only_a_valid_one_is_charged(seller: Seller, state: str) -> None:
    method = build_payer(seller, GOOD)
    SandboxMandate.objects.update(state=state)
    look(days=28)
    method.refresh_from_db()
    case = Chargeable(100, method.pk, method.state, True, 0, False, None, "", None)
    reason = find_skip_reason(case, rules=RetryRules(12, 7), at=AT)
    assert (method.state, reason) == (state, "" if state == "valid" else "method_unusable")


@pytest.mark.rule("DEM-55")
def test_a_charge_that_fails_for_its_mandate_ends_the_method(seller: Seller) -> None:
    method = build_payer(seller, IBAN_NO_MANDATE)
    attempt = create_attempt(method)
    send([attempt])
    clock.set_clock(AT + timedelta(days=7))
    look_up([attempt])
    method.refresh_from_db()
    assert (attempt.failure_code, method.state) == ("mandate_invalid", "invalid")


def test_methods_that_wait_or_end_soon_are_asked_about_each_night_and_the_others_every_four_weeks(
    seller: Seller,
) -> None:
    soon, later = build_payer(seller, EXPIRING), build_payer(seller, GOOD, external_id="A-2")

    def list_asked() -> list[int]:
        asked = GatewayCustomer.objects.filter(asked_at=clock.now()).order_by("account_id")
        return list(asked.values_list("account_id", flat=True))

    asked = []
    for days in (1, 1, 2, 28, 29):
        look(days=days)
        asked.append(list_asked())
    both = [soon.account_id, later.account_id]
    assert asked == [both[:1], both[:1], both[:1], both, both[:1]]
