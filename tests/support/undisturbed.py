"""What an undisturbed bill run makes of the crowd: every disturbed one must end with the same."""

from typing import NamedTuple

from tests.support.crowd import build_crowd, draft_undisturbed, post_undisturbed
from tests.support.databases import use_clone
from tests.support.run_facts import Facts, read_facts

ACCOUNTS = 300
CHUNK_SIZE = 10


class Undisturbed(NamedTuple):
    """The facts after drafting and after posting."""

    drafted: Facts
    posted: Facts


def run_undisturbed() -> Undisturbed:
    """One process, one chunk after the other, nobody killed; in a database of its own."""
    with use_clone(purpose="undisturbed") as database:
        run = draft_undisturbed(build_crowd(ACCOUNTS), chunk_size=CHUNK_SIZE)
        drafted = read_facts(database.url)
        post_undisturbed(run)
        posted = read_facts(database.url)
    empty = [name for name, rows in posted.items() if not rows]
    assert not empty, f"nothing would be compared: {empty}"
    return Undisturbed(drafted, posted)
