"""Every gateway that the conformance suite runs on, by name."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.support.fakes.benches import Bench
from tests.support.fakes.mollie_bench import open_mollie
from tests.support.fakes.sandbox_bench import open_sandbox
from tests.support.fakes.stripe_bench import open_stripe

BENCHES: dict[str, Callable[[], AbstractContextManager[Bench]]] = {
    "mollie": open_mollie,
    "sandbox": open_sandbox,
    "stripe": open_stripe,
}
