"""Each gateway in turn, with the world around it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.fakes.benches import Bench


@pytest.fixture(params=["mollie", "sandbox", "stripe"])
def bench(request: pytest.FixtureRequest, db: None) -> Iterator[Bench]:
    """A gateway, on Monday, 2 March 2026 by our clock."""
    # only here: this file is read before Django is set up
    from config.wiring import wire
    from tallystick.plumbing import clock
    from tests.support.builders import AT
    from tests.support.fakes.every_bench import BENCHES

    clock.set_clock(AT + timedelta(days=1))
    with BENCHES[request.param]() as opened:
        yield opened
    wire()  # a test may have plugged in the gateway of its bench
