"""What holds for every bill run over a company in which no account is like another: order and repetition are nothing.

Each example makes the company anew, bills it, tells all documents as text, and is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tallystick.invoicing.models import BillRun, Document
from tallystick.journeys.check_books import check_books
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR
from tests.support.stories import post, post_if_any
from tests.support.varied_company import (
    KINDS,
    bill_all,
    bill_and_post_all,
    build_varied_company,
    cancel,
    tell_balances,
    tell_documents,
    tell_draws,
    tell_outcomes,
)

pytestmark = pytest.mark.django_db

NAMES = tuple(KINDS)
ORDERS = st.permutations(NAMES)
CHUNK_SIZES = st.integers(1, len(NAMES) + 1)
#: The database of the test is the same for all examples: each takes back what it did.
FEW = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # to make an example smaller would take minutes, and tell no more
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Told(NamedTuple):
    """What runs made of the company."""

    documents: list[str]
    draws: list[str]
    balances: list[str]
    outcomes: list[str]
    numbers: list[str]


def tell(run: BillRun) -> Told:
    """Everything but ids, times and which account got which number."""
    numbers = sorted(number or "" for number in Document.objects.values_list("number", flat=True))
    given_numbers = [number for number in numbers if number]
    return Told(tell_documents(), tell_draws(), tell_balances(), tell_outcomes(run), given_numbers)


@contextmanager
def a_company(order: Sequence[str] = NAMES) -> Iterator[Seller]:
    """The company, until it has been looked at."""
    with transaction.atomic():
        yield build_varied_company(order)
        transaction.set_rollback(True)


@lru_cache(maxsize=1)
def expected() -> Told:
    """What one run in one chunk makes of the company in alphabetical order."""
    with a_company() as seller:
        told = tell(bill_and_post_all(seller))
    assert len(told.documents) == 9 and len(told.draws) == 15
    return told


@pytest.mark.rule("ZUO-13", "ZUO-15", "UNI-6")
@given(order=ORDERS, chunk_size=CHUNK_SIZES)
@example(order=NAMES[::-1], chunk_size=1)
@FEW
def test_any_order_of_accounts_and_any_chunk_size_gives_the_same_documents(
    order: Sequence[str], chunk_size: int
) -> None:
    same = expected()
    with a_company(order) as seller:
        assert tell(bill_and_post_all(seller, chunk_size=chunk_size)) == same


@pytest.mark.rule("CRM-19", "ZUO-9")
@given(chunk_sizes=st.lists(CHUNK_SIZES, min_size=1, max_size=2), is_posted=st.booleans())
@FEW
def test_running_again_adds_nothing(chunk_sizes: list[int], is_posted: bool) -> None:
    with a_company() as seller:
        first = bill_all(seller)
        if is_posted:
            post(first)
        before = tell(first)
        again = [bill_all(seller, chunk_size=chunk_size) for chunk_size in chunk_sizes]
        assert tell(first) == before
        for run in again:
            assert not Document.objects.filter(run=run).exists()
            # what was not renewed, and what has no price, is due still, and fares no better
            looked_at = [row for row in tell_outcomes(run) if "nothing_due" not in row]
            assert {row.split(" ")[0] for row in looked_at} == {"V-few", "V-full", "V-poor", "V-unpriced"}


@pytest.mark.rule("ZUO-11", "ZUO-9")
@given(chunk_size=CHUNK_SIZES, times=st.integers(1, 2))
@FEW
def test_canceled_and_run_again_it_is_the_same_documents(chunk_size: int, times: int) -> None:
    same = expected()
    with a_company() as seller:
        for _ in range(times):
            cancel(bill_all(seller, chunk_size=chunk_size))
            assert (tell_documents(), tell_draws()) == ([], [])
        assert tell(bill_and_post_all(seller)) == same
        assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-4", "ZUO-15")
@given(alone=st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4))
@FEW
def test_accounts_billed_by_runs_of_their_own_get_what_one_run_gives_them(alone: list[str]) -> None:
    same = expected()._replace(outcomes=[])
    with a_company() as seller:
        for external_id in alone:
            post_if_any(bill_all(seller, only=(external_id,)))
        rest = bill_and_post_all(seller)
        assert tell(rest)._replace(outcomes=[]) == same
