"""Benchmarks end with figures that can be trusted; how large they are is no matter of tests."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import run_process
from tests.support.servers import PrivateServer

ACCOUNTS = 120


def test_a_bill_run_is_measured_beside_a_bare_copy_of_its_rows(prepared_server: PrivateServer) -> None:
    ended = run_process(
        "bench", "bill-run", "--accounts", str(ACCOUNTS), "--json", environment=prepared_server.environment
    )
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    one, two = figures["runs"]
    assert (figures["accounts"], one["workers"], two["workers"]) == (ACCOUNTS, 1, 2)
    for run in (one, two):
        assert run["invoices"] == ACCOUNTS
        assert run["ratio"] == pytest.approx(run["invoices_per_second"] / run["copy_invoices_per_second"], rel=0.01)
        assert run["peak_memory_mib"] > 0
    assert one["copy_rows"] == two["copy_rows"] > 10 * ACCOUNTS


def test_rating_is_measured_beside_an_empty_loop_and_without_a_database() -> None:
    ended = run_process("bench", "rating", "--accounts", str(ACCOUNTS), "--json")
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert (figures["accounts"], figures["charges"], figures["total_minor"]) == (ACCOUNTS, 481, 7_111_032)
    assert figures["rated_microseconds"] > figures["empty_microseconds"] > 0


def test_a_payment_run_is_measured_and_each_invoice_charged_once(prepared_server: PrivateServer) -> None:
    ended = run_process(
        "bench",
        "payment-run",
        "--invoices",
        "40",
        "--latency-ms",
        "5",
        "--json",
        environment=prepared_server.environment,
    )
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert (figures["invoices"], figures["charges"], figures["payments"]) == (40, 40, 40)
    assert (figures["workers"], figures["latency_ms"], figures["kills"]) == (2, 5, 0)
