"""Which language a document is written in."""

from tallystick.documents.core.languages.dutch import DUTCH
from tallystick.documents.core.languages.english import ENGLISH
from tallystick.documents.core.languages.french import FRENCH
from tallystick.documents.core.languages.german import GERMAN
from tallystick.documents.core.languages.spanish import SPANISH
from tallystick.documents.core.words import Words

LANGUAGES: dict[str, Words] = {words.code: words for words in (ENGLISH, DUTCH, GERMAN, FRENCH, SPANISH)}


def get_words(language: str) -> Words:
    """The words for an account's language, such as "nl", "nl-BE" or "de_AT"; English where we don't speak it."""
    code = language.replace("_", "-").partition("-")[0].lower()
    return LANGUAGES.get(code, ENGLISH)
