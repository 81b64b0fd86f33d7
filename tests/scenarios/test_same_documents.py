"""The same data, billed twice in two databases: the same documents, byte for byte but for ids and times."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tallystick.documents.queries import get_document_pdf
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT
from tests.support.databases import use_clone
from tests.support.run_facts import Facts, read_facts, require_same
from tests.support.varied_company import bill_and_post_all, build_varied_company, tell_documents, tell_draws


class Made(NamedTuple):
    """What a company's run made: facts of all tables, documents as text, a digest of each PDF by its number."""

    facts: Facts
    documents: list[str]
    draws: list[str]
    pdfs: dict[str, str]
    explained_pdfs: dict[str, str]
    ids: list[int]


def bill_in_a_new_database(*, first_id: int) -> Made:
    """The company billed and posted where all ids begin elsewhere."""
    with use_clone(purpose="same") as database:
        begin_ids_at(first_id)
        seller = build_varied_company()
        clock.set_clock(AT + timedelta(hours=first_id % 7))
        run = bill_and_post_all(seller)
        assert run.status == "posted"
        assert list(check_books(actor=ACTOR)) == []
        posted = list(Document.objects.filter(status="posted").order_by("number"))
        return Made(
            read_facts(database.url),
            tell_documents(shows_numbers=True),
            tell_draws(),
            {str(document.number): digest(get_document_pdf(document.pk)) for document in posted},
            {str(document.number): digest(get_document_pdf(document.pk, is_explained=True)) for document in posted[:3]},
            [document.pk for document in posted],
        )


def begin_ids_at(first_id: int) -> None:
    """Let every sequence of ours go on from a number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) FROM pg_sequences"
            " WHERE split_part(sequencename, '_', 1) = ANY(%s)",
            [["accounts", "catalog", "invoicing", "ledger", "payments", "sellers", "subscriptions", "credit"]],
        )
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s, %s)", [name, first_id])


def digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


@pytest.mark.rule("CRM-19", "UNI-4", "UNI-6")
def test_two_runs_on_the_same_data_give_the_same_documents_byte_for_byte(django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        once, again = bill_in_a_new_database(first_id=1), bill_in_a_new_database(first_id=70_001)
    assert set(once.ids).isdisjoint(again.ids)
    assert len(once.documents) == len(once.pdfs) == 9
    assert once.documents == again.documents
    assert once.draws == again.draws
    assert once.pdfs == again.pdfs
    assert once.explained_pdfs == again.explained_pdfs
    require_same(again.facts, expected=once.facts)
