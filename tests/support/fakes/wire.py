"""A loopback HTTP server for fakes of gateways: real requests over a real socket, with faults that a test asks for.

A fault strikes the next request whose method and path begin as it says, once. Lost before: the line is cut and nothing
was carried out. Lost after: it was carried out and the answer never comes.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit


class Trouble(Enum):
    """What goes wrong with a request."""

    CUT_BEFORE = auto()
    CUT_AFTER = auto()
    TOO_LATE = auto()
    STATUS_BEFORE = auto()
    STATUS_AFTER = auto()
    UNREADABLE = auto()


class Fault(NamedTuple):
    """One fault: which request it strikes and how. `status` and `headers` are for those that answer."""

    trouble: Trouble
    method: str = "POST"
    path: str = "/"
    status: int = 0
    headers: Mapping[str, str] = {}


@dataclass
class Request:
    """A request as the fake sees it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return self.headers.get("idempotency-key", "")


class Response(NamedTuple):
    """An answer; a body of None is empty."""

    status: int
    body: Mapping[str, Any] | None
    headers: Mapping[str, str] = {}


class Fake(Protocol):
    """What a fake has to bring."""

    content_type: str
    requests: list[Request]
    faults: list[Fault]

    def respond(self, request: Request) -> Response:
        """Carry a request out."""

    def compose_error(self, status: int) -> Mapping[str, Any]:
        """The body of an error answer with that status."""


@dataclass
class Wire:
    """A fake that is reached at `url`."""

    url: str
    port: int
    lateness: float = field(default=0.8)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: Fake
    lateness: float
    lock = threading.Lock()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *args: Any) -> None:
        """Say nothing: the test says what it needs."""

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, parts.query, headers, self.rfile.read(length))
        with self.server.lock:
            self.server.fake.requests.append(request)
            fault = self._take_fault(request)
            if fault is not None and fault.trouble is Trouble.CUT_BEFORE:
                return self._cut()
            if fault is not None and fault.trouble is Trouble.STATUS_BEFORE:
                return self._send(Response(fault.status, self.server.fake.compose_error(fault.status), fault.headers))
            response = self.server.fake.respond(request)
        return self._finish(response, fault)

    do_GET = do_POST = do_DELETE = do_PATCH = _answer  # noqa: N815 - the names that http.server looks for

    def _take_fault(self, request: Request) -> Fault | None:
        faults = self.server.fake.faults
        for fault in faults:
            if fault.method == request.method and request.path.startswith(fault.path):
                faults.remove(fault)
                return fault
        return None

    def _finish(self, response: Response, fault: Fault | None) -> None:
        match fault.trouble if fault else None:
            case Trouble.CUT_AFTER:
                self._cut()
            case Trouble.TOO_LATE:
                time.sleep(self.server.lateness)
                self._cut()
            case Trouble.STATUS_AFTER:
                assert fault is not None
                self._send(Response(fault.status, self.server.fake.compose_error(fault.status)))
            case Trouble.UNREADABLE:
                self._send_bytes(response.status, b'{"id": "', {})
            case _:
                self._send(response)

    def _send(self, response: Response) -> None:
        body = b"" if response.body is None else json.dumps(response.body).encode()
        self._send_bytes(response.status, body, response.headers)

    def _send_bytes(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body:
            self.send_header("Content-Type", self.server.fake.content_type)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        # a reset instead of a polite end: nothing that was read or written counts any more
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


@contextmanager
def serve(fake: Fake) -> Iterator[Wire]:
    """The fake on a free loopback port for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.fake = fake
    wire = Wire(f"http://127.0.0.1:{server.server_port}", server.server_port)
    server.lateness = wire.lateness
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def find_closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
