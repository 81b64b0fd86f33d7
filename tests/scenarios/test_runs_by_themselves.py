"""Stories of runs that post and mail themselves, and of who hears how a run ended."""

from dataclasses import replace
from typing import Any

import pytest
from django.core import mail

from tallystick.access.operations.create_staff_user import create_staff_user
from tallystick.access.queries import make_staff_actor
from tallystick.delivery.models import Delivery, RunNotice
from tallystick.delivery.operations.notify_runner import send_run_notice
from tallystick.errors import Forbidden
from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.errors import AutoEmailNeedsAutoPost, AutoPostNotSupported
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.journeys.follow_bill_run import follow_bill_run
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_CREATE
from tallystick.sellers.core.new_seller import BillingTerms
from tallystick.sellers.models import NumberSeries, Seller
from tallystick.sellers.operations.set_billing_rule import set_billing_rule
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_discount,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.jobs import run_jobs
from tests.support.schedules import advance_to, make_schedule, tell_runs

pytestmark = pytest.mark.django_db

BOTH = RunOptions(auto_posts=True, auto_emails=True)


def build_company(**rule: Any) -> Seller:
    """E-1 gets e-mail, P-1 print, N-1 neither, Z-1 e-mail and pays nothing."""
    clock.set_clock(AT)
    seller = build_seller(**rule)
    plan, seat = build_plan(seller), build_service(seller, unit_price="100.00")
    wishes = {"E-1": (True, False), "P-1": (False, True), "N-1": (False, False), "Z-1": (True, False)}
    for external_id, (is_emailed, is_printed) in wishes.items():
        wish = {"is_emailed": is_emailed, "is_printed": is_printed}
        account = build_account(seller, external_id=external_id, party={"city": "Utrecht"}, **wish)
        (service,) = build_subscription(account, plan, seat, external_id=f"S-{external_id}")
        if external_id == "Z-1":
            build_discount(service, value="100")
    return seller


def run(seller: Seller, *, options: RunOptions = BOTH, actor: Actor = ACTOR) -> BillRun:
    """A run that nobody does anything for after it was asked for."""
    started = start_bill_run(seller, target_on=MARCH, options=options, at=AT, actor=actor)
    run_jobs()
    return BillRun.objects.get(pk=started.pk)


def mailed_to() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


@pytest.mark.rule("ZUO-16")
def test_without_the_rule_the_options_are_refused_and_nothing_is_made() -> None:
    seller = build_company()
    for options in (BOTH, RunOptions(auto_emails=True), RunOptions(auto_posts=True)):
        with pytest.raises(AutoPostNotSupported, match="supports_auto_post"):
            run(seller, options=options)
        with pytest.raises(AutoPostNotSupported):
            make_schedule(seller, **options._asdict())
    assert not BillRun.objects.exists()


@pytest.mark.rule("ZUO-17")
def test_mailing_without_posting_is_refused() -> None:
    with pytest.raises(AutoEmailNeedsAutoPost):
        run(build_company(supports_auto_post=True), options=RunOptions(auto_emails=True))


@pytest.mark.rule("ZUO-18", "ZUO-19", "ZUO-20")
def test_with_both_on_it_is_posted_and_mailed_to_those_who_get_e_mail_without_a_person() -> None:
    billed = run(build_company(supports_auto_post=True))
    assert billed.status == "posted"
    assert set(Document.objects.values_list("status", flat=True)) == {"posted"}
    assert mailed_to() == ["e-1@customer.example"]  # the billing rule leaves out the one of zero
    assert list(Delivery.objects.values_list("account__external_id", "channel", "status").order_by("pk")) == [
        ("E-1", "email", "sent"),
        ("Z-1", "email", "skipped"),
    ]
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-20")
@pytest.mark.parametrize(
    ("mails_zero", "rule", "expected"),
    [(True, False, 2), (False, True, 1), (None, True, 2), (None, False, 1)],
)
def test_the_run_says_whether_zero_is_mailed_and_else_the_rule(
    mails_zero: bool | None, rule: bool, expected: int
) -> None:
    seller = build_company(supports_auto_post=True, mails_zero_invoices=rule)
    run(seller, options=BOTH._replace(mails_zero=mails_zero))
    assert len(mail.outbox) == expected


@pytest.mark.rule("ZUO-16")
def test_the_second_rule_makes_posting_the_default_and_mailing_stays_off() -> None:
    billed = run(build_company(supports_auto_post=True, auto_posts_by_default=True), options=RunOptions())
    assert (billed.status, billed.auto_emails, len(mail.outbox)) == ("posted", False, 0)


@pytest.mark.rule("ZUO-18")
def test_what_follows_happens_once_however_often_it_is_asked_for() -> None:
    billed = run(build_company(supports_auto_post=True))
    for _ in range(3):
        follow_bill_run(billed.pk, at=AT, actor=ACTOR)
        run_jobs()
    assert len(mail.outbox) == 1
    assert list(billed.events.values_list("event", flat=True)) == [
        "create",
        "start",
        "complete",
        "post",
        "finish_post",
    ]


def test_a_rule_that_was_switched_off_meanwhile_leaves_the_run_to_a_person() -> None:
    seller = build_company(supports_auto_post=True)
    started = start_bill_run(seller, target_on=MARCH, options=BOTH, at=AT, actor=ACTOR)
    set_billing_rule(seller, terms=replace(BillingTerms(), supports_auto_post=False), at=AT, actor=ACTOR)
    run_jobs()
    started.refresh_from_db()
    assert started.status == "completed"
    assert started.events.get(event="not_auto_posted").reason.startswith("the billing rule does not support")


def test_what_posting_refuses_is_noted_and_leaves_the_run_to_a_person() -> None:
    seller = build_company(supports_auto_post=True)
    NumberSeries.objects.filter(kind="invoice").update(is_in_date_order=True, last_document_on="2026-06-01")
    billed = run(seller)
    assert billed.status == "completed"
    assert "2026-06-01" in billed.events.get(event="not_auto_posted").reason


def test_who_may_not_post_may_not_have_it_posted_either() -> None:
    seller = build_company(supports_auto_post=True)
    clerk = Actor(kind="staff", id="7", label="Clerk", permissions=frozenset({BILL_RUNS_CREATE}))
    with pytest.raises(Forbidden, match="post"):
        run(seller, actor=clerk)
    with pytest.raises(Forbidden, match="post"):
        make_schedule(seller, auto_posts=True, actor=clerk)


@pytest.mark.rule("ZUO-18", "UNI-10")
def test_a_schedule_drafts_posts_and_mails_month_after_month_on_its_days() -> None:
    make_schedule(build_company(supports_auto_post=True), auto_posts=True, auto_emails=True)
    advance_to(MARCH.replace(month=5, day=2))
    run_jobs()
    told = tell_runs()
    assert [line.partition(":")[0] for line in told] == [
        "BR-000001 01 Apr posted",
        "BR-000002 01 May posted",
        "BR-000003 01 Jun pending",
    ]
    assert mailed_to() == ["e-1@customer.example", "e-1@customer.example"]
    posted = Document.objects.filter(account__external_id="E-1").order_by("pk")
    assert [document.posted_at.date().isoformat() for document in posted if document.posted_at] == [
        "2026-04-01",
        "2026-05-01",
    ]


@pytest.fixture
def ann() -> Actor:
    return make_staff_actor(create_staff_user("ann@acme.example", role="finance", name="Ann", at=AT, actor=ACTOR))


def test_whoever_ran_it_hears_once_that_it_is_drafted(ann: Actor) -> None:
    run(build_company(), options=RunOptions(), actor=ann)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ann@acme.example"], "Bill run BR-000001 is completed")
    assert "4 invoices, 363.00 EUR; 0 accounts failed." in message.body
    assert not send_run_notice(RunNotice.objects.get().pk, at=AT, actor=ACTOR)
    assert len(mail.outbox) == 1


def test_whoever_ran_it_hears_that_it_failed(ann: Actor) -> None:
    clock.set_clock(AT)
    seller = build_seller()
    later = build_service(seller, valid_from=MARCH.replace(year=2030))
    build_subscription(build_account(seller), build_plan(seller), later)
    assert run(seller, options=RunOptions(), actor=ann).status == "failed"
    assert [message.subject for message in mail.outbox] == ["Bill run BR-000001 is failed"]


def test_whoever_made_a_schedule_hears_of_each_of_its_runs(ann: Actor) -> None:
    seller = build_company()
    make_schedule(seller, actor=ann)
    advance_to(MARCH.replace(month=5, day=2))
    run_jobs()
    assert [message.subject[:18] for message in mail.outbox] == ["Bill run BR-000001", "Bill run BR-000002"]
