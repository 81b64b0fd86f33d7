"""`serve` runs web and workers together, says when it can't, and leaves nothing behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError

import psutil
import pytest

from tallystick.interfaces.cli.nouns.server import compose_local_address
from tests.support.command_line import run_process
from tests.support.servers import PrivateServer

WITHIN_SECONDS = 60


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_page(address: str) -> str:
    deadline = time.monotonic() + WITHIN_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
                return str(answer.read().decode())
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_the_first_page_leads_to_the_sign_in_and_all_ends_together(prepared_server: PrivateServer) -> None:
    port = find_free_port()
    command = [sys.executable, "-m", "tallystick", "serve", "--port", str(port), "--processes", "1"]
    serving = subprocess.Popen(command, env=prepared_server.environment, stderr=subprocess.PIPE, text=True)
    try:
        assert "password" in wait_for_page(f"http://127.0.0.1:{port}/")
        family = psutil.Process(serving.pid).children(recursive=True)
        assert len(family) >= 2  # the web and a worker
        # links that it makes for people on this machine lead to it
        assert {each.environ()["TALLYSTICK_SERVED_AT"] for each in family} == {f"http://127.0.0.1:{port}"}
    finally:
        serving.send_signal(signal.SIGTERM)
        _, told = serving.communicate(timeout=WITHIN_SECONDS)
    assert serving.returncode == 0, told
    _, left = psutil.wait_procs(family, timeout=10)
    assert left == []


@pytest.mark.parametrize(
    ("host", "reached"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "localhost"), ("::", "localhost"), ("::1", "[::1]")],  # noqa: S104
)
def test_what_listens_everywhere_is_reached_at_localhost(host: str, reached: str) -> None:
    assert compose_local_address(host, port=8177) == f"http://{reached}:8177"


def test_a_port_that_is_taken_is_told(prepared_server: PrivateServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run_process("serve", "--port", port, "--processes", "1", environment=prepared_server.environment)
    assert ended.returncode == 1, ended.stderr


def test_a_database_that_is_not_ready_is_not_served(private_server: PrivateServer) -> None:
    ended = run_process("serve", environment=private_server.environment)
    assert ended.returncode == 1 and "Run: tallystick init" in ended.stderr
    ended = run_process("serve", "--demo", environment=private_server.environment)
    assert ended.returncode == 1 and "Run: tallystick demo" in ended.stderr
