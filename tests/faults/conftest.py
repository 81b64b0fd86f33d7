"""The undisturbed run, once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:
    from tests.support.undisturbed import Undisturbed


@pytest.fixture(scope="session")
def undisturbed(django_db_blocker: DjangoDbBlocker) -> Undisturbed:
    """What a run comes to when nobody disturbs it."""
    from tests.support.undisturbed import run_undisturbed  # models can be imported only once Django is set up

    with django_db_blocker.unblock():
        return run_undisturbed()
