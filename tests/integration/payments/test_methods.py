"""Saved methods: how they are stored without their numbers, stop, are resumed, and follow what the gateway says."""

import pytest

from tallystick.errors import Forbidden
from tallystick.payments.errors import MandateRefused, MethodGone, MethodUnknown
from tallystick.payments.models import GatewayCustomer, PaymentMethod, PaymentMethodEvent, SandboxMandate
from tallystick.payments.operations.refresh_methods import refresh_methods
from tallystick.payments.operations.resume_method import resume_method
from tallystick.payments.operations.store_methods import NewMethod, store_default_method, store_methods
from tallystick.payments.queries import list_methods
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller
from tests.support.builders import AT, build_account, build_seller
from tests.support.payers import build_payer, create_attempt, save_method, send

pytestmark = pytest.mark.django_db

GOOD, STOLEN, EXPIRED, IBAN = "4242424242424242", "4000000000009979", "4000000000000069", "NL77SAND0000000001"
CLERK = Actor("staff", "7", "Clerk", frozenset({"payment_methods.write"}))


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


def store(seller: Seller, *methods: NewMethod) -> int:
    return store_methods(seller, methods=methods, gateway_kind="sandbox", at=AT, actor=CLERK)


def test_a_method_is_kept_by_what_people_know_it_as_never_by_its_number(seller: Seller) -> None:
    method = build_payer(seller, "4242 4242 4242 4242")
    assert (method.label, method.kind, method.state, method.is_default) == ("Visa •••• 4242", "card", "valid", True)
    kept = {str(value) for value in PaymentMethod.objects.values_list(flat=False)[0]}
    assert not [value for value in kept if GOOD in value.replace(" ", "")]


def test_the_last_method_saved_is_the_default_and_the_earlier_ones_stay(seller: Seller) -> None:
    account = build_payer(seller, GOOD).account
    save_method(account, IBAN)
    assert [(method.label, method.is_default) for method in list_methods(account.pk)] == [
        ("NL77 •••• 0001", True),
        ("Visa •••• 4242", False),
    ]


def test_of_two_methods_saved_at_once_for_an_account_the_last_is_the_default(seller: Seller) -> None:
    account = build_account(seller)
    assert store(seller, NewMethod(account.pk, IBAN), NewMethod(account.pk, GOOD)) == 2
    assert PaymentMethod.objects.get(is_default=True).label == "Visa •••• 4242"


def test_the_same_number_again_changes_nothing(seller: Seller) -> None:
    account = build_payer(seller, GOOD).account
    save_method(account, IBAN)
    assert store(seller, NewMethod(account.pk, GOOD)) == 0
    assert PaymentMethod.objects.get(is_default=True).kind == "sepa_debit"
    assert GatewayCustomer.objects.count() == 1


def test_a_number_that_is_given_again_by_a_person_pays_from_now_on(seller: Seller) -> None:
    first = build_payer(seller, GOOD)
    account = first.account
    save_method(account, IBAN)
    assert not store_default_method(account, number=GOOD, gateway_kind="sandbox", at=AT, actor=CLERK)
    first.refresh_from_db()
    assert (first.is_default, PaymentMethod.objects.filter(account=account).count()) == (True, 2)
    assert [event.reason for event in PaymentMethodEvent.objects.filter(method=first)] == ["chosen"]


def test_one_number_that_the_gateway_does_not_know_saves_none(seller: Seller) -> None:
    good, bad = build_account(seller), build_account(seller, external_id="A-2")
    with pytest.raises(MandateRefused):
        store(seller, NewMethod(good.pk, GOOD), NewMethod(bad.pk, "4111111111111111"))
    assert not PaymentMethod.objects.exists()


@pytest.mark.rule("ZUO-42")
def test_staff_reset_the_counter_with_a_reason(seller: Seller) -> None:
    method = build_payer(seller, "4000000000000002")
    attempt = create_attempt(method)
    send([attempt])
    method.refresh_from_db()
    assert (method.consecutive_failures, method.last_failed_at) == (1, AT)
    resume_method(method.pk, reason="the bank has lifted its block", at=AT, actor=CLERK)
    method.refresh_from_db()
    assert method.consecutive_failures == 0
    event = PaymentMethodEvent.objects.get()
    assert (event.event, event.actor_label, event.reason) == ("resume", "Clerk", "the bank has lifted its block")


@pytest.mark.rule("ZUO-42")
def test_a_success_resets_the_counter(seller: Seller) -> None:
    method = build_payer(seller, "4000000000000119")
    counts = []
    for number in (1, 2):
        send([create_attempt(method, purpose=f"top-up:{number}")])
        method.refresh_from_db()
        counts.append(method.consecutive_failures)
    assert counts == [1, 0]


def test_a_stopped_method_can_be_resumed_and_one_refused_for_good_can_not(seller: Seller) -> None:
    stopped, gone = build_payer(seller, STOLEN), build_payer(seller, EXPIRED, external_id="A-2")
    for method in (stopped, gone):
        send([create_attempt(method, purpose=f"top-up:{method.pk}")])
        method.refresh_from_db()
    assert (stopped.state, gone.state) == ("stopped", "invalid")
    assert resume_method(stopped.pk, reason="it was found again", at=AT, actor=CLERK).state == "valid"
    with pytest.raises(MethodGone, match="another payment method"):
        resume_method(gone.pk, reason="please", at=AT, actor=CLERK)
    with pytest.raises(MethodUnknown):
        resume_method(0, reason="please", at=AT, actor=CLERK)


def test_methods_follow_what_the_gateway_says_of_their_mandates(seller: Seller) -> None:
    method = build_payer(seller, GOOD)
    assert refresh_methods(method.account_id, at=AT, actor=CLERK) == 0
    SandboxMandate.objects.update(state="invalid")
    assert refresh_methods(method.account_id, at=AT, actor=CLERK) == 1
    method.refresh_from_db()
    assert (method.state, PaymentMethodEvent.objects.get().reason) == ("invalid", "the gateway says invalid")


def test_only_who_may_save_methods_does(seller: Seller) -> None:
    viewer = Actor("staff", "8", "Viewer", frozenset({"records.read"}))
    account = build_account(seller)
    with pytest.raises(Forbidden):
        store_methods(seller, methods=[NewMethod(account.pk, GOOD)], gateway_kind="sandbox", at=AT, actor=viewer)
    for refused in (lambda: refresh_methods(account.pk, at=AT, actor=viewer),
                    lambda: resume_method(1, reason="", at=AT, actor=viewer)):  # fmt: skip
        with pytest.raises(Forbidden):
            refused()
