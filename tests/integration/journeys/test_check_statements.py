"""`check` finds what is wrong with a statement: a posted one is changed behind the back of code and triggers."""

from datetime import timedelta

import pytest

from tallystick.invoicing.operations.make_statements import make_statements
from tallystick.invoicing.operations.start_statements import start_statements
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.drawn import fund
from tests.support.planting import found, plant
from tests.support.stories import bill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def april() -> None:
    """One statement of 121.00 for March."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_account(seller)
    build_subscription(account, build_plan(seller), build_service(seller, unit_price="100.00"))
    fund(account, "postpaid")
    bill(seller)
    clock.set_clock(AT + timedelta(days=31))
    run = start_statements(seller, at=clock.now(), actor=ACTOR)
    make_statements(run.pk, at=clock.now(), actor=ACTOR)


def test_a_statement_in_order_has_no_breach() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("invariant", "statement", "words"),
    [
        (3, "UPDATE invoicing_draw SET tax_minor = tax_minor + 1", "its draws of that group come to 10000 and 2101"),
        (3, "UPDATE invoicing_documenttaxline SET tax_minor = tax_minor + 1", "asks for 10000 and tax of 2101"),
        (3, "DELETE FROM invoicing_stateddraw", "come to 0 and 0"),
        (9, "DELETE FROM invoicing_stateddraw", "unbilled 0, but its draws that stand in no posted document come to"),
    ],
)
def test_a_planted_breach_of_a_statement_is_found_and_named(invariant: int, statement: str, words: str) -> None:
    plant(statement)
    breaches = found()
    assert any(number == invariant and words in text for number, text in breaches), breaches
