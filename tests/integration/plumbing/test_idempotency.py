"""The same call, sent twice, happens once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connections
from procrastinate.contrib.django import app

from tallystick.interfaces import jobs as _bodies  # noqa: F401  (registers them)
from tallystick.plumbing.idempotency import (
    KEPT_FOR,
    Answer,
    CallStillRunning,
    IdempotencyKeyReused,
    answer_once,
    remove_expired_calls,
)
from tallystick.plumbing.models import IdempotentCall
from tests.support.databases import FreshDatabase

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def create_user(name: str = "ada", *, status: int = 201, is_final: bool = True) -> Answer:
    """A call that takes effect: the more users, the oftener it happened."""
    User.objects.create(username=f"{name}{User.objects.count()}")
    return Answer(status, "application/json", b'{"id": 1}', is_final=is_final)


def send(*, key: str = "k1", fingerprint: str = "f1", credential: str = "api_key:1", at: datetime = AT) -> Answer:
    return answer_once(create_user, credential=credential, key=key, fingerprint=fingerprint, at=at)


@pytest.mark.django_db
def test_a_repeated_call_gets_the_first_answer_and_does_not_happen_again() -> None:
    first = send()
    second = send()
    assert (first.is_replayed, second.is_replayed) == (False, True)
    assert (second.status, second.content_type, second.body) == (201, "application/json", b'{"id": 1}')
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_two_credentials_have_nothing_to_do_with_each_other() -> None:
    send(credential="api_key:1")
    assert not send(credential="api_key:2").is_replayed


@pytest.mark.django_db
def test_a_key_sent_with_another_call_is_refused() -> None:
    send()
    with pytest.raises(IdempotencyKeyReused):
        send(fingerprint="f2")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_is_kept_for_24_hours() -> None:
    send()
    assert send(at=AT + KEPT_FOR - timedelta(seconds=1)).is_replayed
    assert not send(at=AT + KEPT_FOR).is_replayed
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_what_a_refused_call_wrote_is_undone_and_its_answer_kept() -> None:
    def refuse() -> Answer:
        return create_user(status=409)

    for _ in range(2):
        answer = answer_once(refuse, credential="c", key="k", fingerprint="f", at=AT)
    assert answer.is_replayed
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_answer_that_is_not_final_may_be_tried_again() -> None:
    def refuse() -> Answer:
        return create_user(status=429, is_final=False)

    answer_once(refuse, credential="c", key="k", fingerprint="f", at=AT)
    assert not send(credential="c", key="k", fingerprint="another call").is_replayed


@pytest.mark.django_db
def test_a_call_that_breaks_leaves_nothing_behind() -> None:
    def break_down() -> Answer:
        create_user()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer_once(break_down, credential="c", key="k", fingerprint="f", at=AT)
    assert not User.objects.exists()
    assert not IdempotentCall.objects.exists()


@pytest.mark.django_db
def test_old_answers_are_forgotten() -> None:
    send(key="old")
    send(key="new", at=AT + timedelta(hours=1))
    assert remove_expired_calls(at=AT + KEPT_FOR) == 1
    assert IdempotentCall.objects.get().key == "new"


def test_while_a_call_runs_the_same_call_is_told_to_wait(fresh_database: FreshDatabase) -> None:
    running, done = threading.Event(), threading.Event()

    def take_long() -> Answer:
        running.set()
        done.wait(30)
        return create_user()

    def send_slow_call() -> None:
        answer_once(take_long, credential="c", key="k", fingerprint="f", at=AT)
        connections.close_all()

    slow = threading.Thread(target=send_slow_call)
    slow.start()
    running.wait(30)
    with pytest.raises(CallStillRunning) as refused:
        send(credential="c", key="k", fingerprint="f")
    done.set()
    slow.join()
    assert refused.value.can_retry
    assert send(credential="c", key="k", fingerprint="f").is_replayed


@pytest.mark.django_db
def test_workers_forget_old_answers_by_themselves_every_hour() -> None:
    send(at=datetime.now(UTC) - KEPT_FOR)
    send(key="k2", at=datetime.now(UTC))
    app.tasks["calls.forget"].func(timestamp=0)
    assert IdempotentCall.objects.get().key == "k2"
    periodic = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    assert periodic["calls.forget"] == "17 * * * *"
