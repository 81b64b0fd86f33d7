"""The benchmarks' own databases, made anew by each of them."""

import os

from tallystick.interfaces.cli.databases import use_database

BENCH_DATABASE = "tallystick_bench"


def use_bench_database() -> None:
    """Use the benchmarks' database in this process, instead of what is configured; no mail leaves."""
    use_database(BENCH_DATABASE)
    os.environ["TALLYSTICK_EMAIL_URL"] = "memory:"
