"""Asking for deliveries: who gets what, once, and never before posting."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.delivery.core.selection import Queued, Selection
from tallystick.delivery.errors import (
    ChannelUnknown,
    DocumentsNotPosted,
    DocumentsUnknown,
    NothingSelected,
    RecipientForSeveral,
    RecipientNotValid,
    RunNotPosted,
)
from tallystick.delivery.models import Delivery, DeliveryEvent
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.delivery.queries.deliveries import count_undelivered
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.jobs import run_jobs
from tests.support.stories import bill, bill_and_post, get_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """Four accounts: by e-mail, by print, by both, by neither."""
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for name, is_emailed, is_printed in (
        ("mail", True, False),
        ("print", False, True),
        ("both", True, True),
        ("none", False, False),
    ):
        party = {"city": "Utrecht"}
        account = build_account(seller, external_id=name, is_emailed=is_emailed, is_printed=is_printed, party=party)
        build_subscription(account, plan, seat, external_id=f"S-{name}")
    return seller


@pytest.fixture
def run(seller: Seller) -> BillRun:
    return bill_and_post(seller)


def queue(selection: Selection, **options: object) -> Queued:
    return queue_deliveries(selection, at=AT, actor=ACTOR, **options)  # type: ignore[arg-type]


def tell_deliveries() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.order_by("document__account__external_id", "channel", "pk")
    return list(rows.values_list("account__external_id", "channel", "status"))


@pytest.mark.rule("ZUO-19")
def test_each_account_gets_what_it_prefers(run: BillRun) -> None:
    queued = queue(Selection(run.pk))
    assert (queued.emails, queued.prints, queued.skipped, queued.failed, queued.already) == (2, 2, 0, 0, 0)
    assert tell_deliveries() == [
        ("both", "email", "queued"),
        ("both", "print", "queued"),
        ("mail", "email", "queued"),
        ("print", "print", "queued"),
    ]
    assert Delivery.objects.get(account__external_id="mail").recipient == "mail@customer.example"


def test_each_document_goes_out_once_unless_it_is_asked_for_again(run: BillRun) -> None:
    queue(Selection(run.pk))
    again = queue(Selection(run.pk))
    assert (again.queued, again.already) == (0, 4)
    repeated = queue(Selection(run.pk), is_repeat=True)
    assert (repeated.emails, repeated.prints, repeated.already) == (2, 2, 0)
    assert Delivery.objects.filter(is_repeat=True).count() == 4


def test_the_database_refuses_a_second_delivery_that_nobody_asked_for(run: BillRun) -> None:
    queue(Selection(run.pk))
    first = Delivery.objects.filter(channel="email").first()
    assert first is not None
    first.pk = None
    with pytest.raises(IntegrityError, match="delivered_once_a_channel"), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.rule("ZUO-20")
def test_nothing_is_delivered_before_it_is_posted(seller: Seller) -> None:
    run = bill(seller)
    with pytest.raises(RunNotPosted, match="Bill run BR-000001 is completed"):
        queue(Selection(run.pk))
    with pytest.raises(DocumentsNotPosted, match="1 of these documents are not posted"):
        queue(Selection(document_ids=(get_document("mail").pk,)))
    assert not Delivery.objects.exists()


@pytest.mark.rule("ZUO-48")
def test_a_selection_and_a_channel_may_be_named(run: BillRun) -> None:
    chosen = Selection(document_ids=(get_document("mail").pk, get_document("none").pk))
    assert queue(chosen, channels=("print",)).prints == 2
    assert tell_deliveries() == [("mail", "print", "queued"), ("none", "print", "queued")]
    of_run = Selection(run.pk, (get_document("both").pk,))
    assert queue(of_run).queued == 2


@pytest.mark.rule("ZUO-22")
def test_an_account_without_the_preference_is_mailed_by_hand_to_a_typed_address(run: BillRun) -> None:
    one = Selection(document_ids=(get_document("none").pk,))
    assert queue(one, channels=("email",), recipient="boss@none.example").emails == 1
    assert Delivery.objects.get().recipient == "boss@none.example"
    with pytest.raises(RecipientForSeveral, match="these are of 4"):
        queue(Selection(run.pk), channels=("email",), recipient="boss@none.example")
    with pytest.raises(RecipientNotValid):
        queue(one, channels=("email",), recipient="boss")


@pytest.mark.rule("ZUO-20")
def test_a_re_send_goes_to_all_or_only_to_those_of_which_something_is_new_since_the_last_one(run: BillRun) -> None:
    later = AT + timedelta(hours=1)
    queue(Selection(run.pk))
    run_jobs()
    assert queue(Selection(run.pk), only_changed=True) == Queued(0, 0, 0, 0, 0)
    assert queue(Selection(run.pk), is_repeat=True).queued == 4  # to all, by their preferences
    run_jobs()
    credited = get_document("mail")
    ask = CorrectionAsk(lines={1: 10_00})
    issue_correction(credited, kind="credit_note", ask=ask, reason="agreed", at=later, actor=ACTOR)
    again = queue(Selection(run.pk), only_changed=True)
    assert again.emails == 1
    assert Delivery.objects.get(pk=again.delivery_ids[0]).document_id == credited.pk


@pytest.mark.rule("ZUO-20")
def test_a_new_address_is_a_change_and_so_is_never_having_been_sent(run: BillRun) -> None:
    queue(Selection(document_ids=(get_document("mail").pk,)))
    run_jobs()
    assert queue(Selection(run.pk), channels=("email",), only_changed=True).emails == 3
    run_jobs()
    AccountProfile.objects.filter(account__external_id="mail").update(is_current=False)
    account = Account.objects.get(external_id="mail")
    AccountProfile.objects.create(
        account=account, version=2, name="Mail", country="NL", email="new@mail.example", created_at=AT
    )
    assert queue(Selection(run.pk), channels=("email",), only_changed=True).emails == 1
    assert Delivery.objects.latest("pk").recipient == "new@mail.example"


def test_without_an_address_it_fails_with_the_reason_and_is_missing_still(run: BillRun) -> None:
    AccountProfile.objects.filter(account__external_id="mail").update(is_current=False)
    account = Account.objects.get(external_id="mail")
    AccountProfile.objects.create(account=account, version=2, name="Mail", country="NL", created_at=AT)
    queued = queue(Selection(run.pk))
    assert (queued.emails, queued.failed) == (1, 1)
    failed = Delivery.objects.get(status="failed")
    assert (failed.account, failed.recipient) == (account, "")
    assert failed.reason.startswith("No e-mail address")
    assert count_undelivered(run.pk) == (1, 0)


def test_the_billing_contact_is_written_to_where_the_profile_has_no_address(run: BillRun) -> None:
    account = Account.objects.get(external_id="mail")
    AccountProfile.objects.filter(account=account).update(is_current=False)
    AccountProfile.objects.create(account=account, version=2, name="Mail", country="NL", created_at=AT)
    Contact.objects.create(account=account, role="billing", name="Ms. Bell", email="bell@mail.example")
    queue(Selection(run.pk))
    assert Delivery.objects.get(account=account).recipient == "bell@mail.example"


@pytest.mark.rule("ZUO-20", "ZUO-31")
@pytest.mark.parametrize(("mails_zero", "status"), [(False, "skipped"), (True, "queued")])
def test_documents_of_zero_are_left_out_where_the_billing_rule_says_so(mails_zero: bool, status: str) -> None:
    seller = build_seller(mails_zero_invoices=mails_zero)
    account = build_account(seller)
    build_subscription(account, build_plan(seller), build_service(seller, unit_price="0.00"))
    run = bill_and_post(seller)
    queue(Selection(run.pk))
    assert Delivery.objects.get().status == status
    assert count_undelivered(run.pk).documents == 0


@pytest.mark.rule("ZUO-50")
def test_what_a_run_still_owes_its_customers_is_counted(run: BillRun) -> None:
    assert count_undelivered(run.pk) == (2, 2)
    queue(Selection(document_ids=(get_document("both").pk,)))
    assert count_undelivered(run.pk) == (1, 1)
    queue(Selection(run.pk))
    assert count_undelivered(run.pk).documents == 0


def test_impossible_selections_are_refused(run: BillRun) -> None:
    with pytest.raises(NothingSelected):
        queue(Selection())
    with pytest.raises(DocumentsUnknown):
        queue(Selection(document_ids=(999_999,)))
    with pytest.raises(ChannelUnknown):
        queue(Selection(run.pk), channels=("pigeon",))
    viewer = Actor(kind="staff", id="9", label="Viewer")
    with pytest.raises(PermissionMissing):
        queue_deliveries(Selection(run.pk), at=AT, actor=viewer)


def test_every_delivery_has_its_first_event_and_events_stay(run: BillRun) -> None:
    queue(Selection(run.pk))
    assert set(DeliveryEvent.objects.values_list("event", "to_status", "actor_label")) == {
        ("queue", "queued", "a test")
    }
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE delivery_deliveryevent SET reason = 'x'")
