"""What tests of the API share."""

from collections.abc import Iterator

import pytest

from tallystick.interfaces.api.allowance import allowance


@pytest.fixture(autouse=True)
def calls_are_counted_anew() -> Iterator[None]:
    """Calls of other tests within the same minute do not count."""
    allowance.forget()
    yield
    allowance.forget()
