"""The words of a document: five languages, each complete."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from tallystick.documents.core.languages.chosen import LANGUAGES, get_words
from tallystick.documents.core.languages.english import ENGLISH
from tallystick.documents.core.words import Words
from tallystick.invoicing.core.document_lifecycle import DOCUMENT_KINDS
from tallystick.taxes.core.treatment import Treatment, legal_note

everyone = pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)


def _list_texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _list_texts(getattr(value, field.name), f"{path}.{field.name}")
    else:
        for key, inner in value.items():
            yield from _list_texts(inner, f"{path}[{key}]")


def test_there_are_five_languages() -> None:
    assert set(LANGUAGES) == {"en", "nl", "de", "fr", "es"}


@pytest.mark.parametrize(
    ("language", "code"), [("nl", "nl"), ("nl-BE", "nl"), ("de_AT", "de"), ("FR", "fr"), ("pl", "en"), ("", "en")]
)
def test_a_document_is_written_in_the_accounts_language_or_english(language: str, code: str) -> None:
    assert get_words(language).code == code


@everyone
def test_every_kind_of_document_has_its_name(words: Words) -> None:
    assert set(words.kinds) == set(words.corrects) == set(DOCUMENT_KINDS)


@everyone
@pytest.mark.rule("DEM-64")
def test_every_treatment_has_words_and_a_legal_text_where_the_law_wants_one(words: Words) -> None:
    assert set(words.treatments) == set(Treatment)
    for treatment, says in words.treatments.items():
        assert bool(says.legal_text) == bool(legal_note(treatment).text)


@everyone
def test_texts_have_the_same_places_to_fill_in_as_in_english(words: Words) -> None:
    english = dict(_list_texts(ENGLISH))
    texts = dict(_list_texts(words))
    assert texts.keys() == english.keys()
    for path, text in texts.items():
        assert set(re.findall(r"{\w*}", text)) == set(re.findall(r"{\w*}", english[path])), path


@everyone
def test_only_the_legal_text_may_be_missing(words: Words) -> None:
    assert [path for path, text in _list_texts(words) if not text and not path.endswith(".legal_text")] == []
