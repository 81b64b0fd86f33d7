"""A mail server that takes everything, remembers it, and can be told what to do before it says so."""

from __future__ import annotations

import email
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import NamedTuple


class Taken(NamedTuple):
    """A message that the server took."""

    message_id: str
    recipient: str


class MailSink(socketserver.ThreadingTCPServer):
    """Listens on a local port. `before_answering` is called with how many messages it has taken so far."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, before_answering: Callable[[int], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self._before_answering = before_answering
        self._lock = Lock()
        self.taken: list[Taken] = []

    @property
    def url(self) -> str:
        """The address for TALLYSTICK_EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def take(self, recipient: str, content: bytes) -> None:
        """Remember a message; only then is the other side told."""
        message = email.message_from_bytes(content)
        with self._lock:
            self.taken.append(Taken(str(message["Message-ID"]), recipient))
            count = len(self.taken)
        self._before_answering(count)


class _Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a sender needs."""

    server: MailSink

    def handle(self) -> None:
        self._say("220 sink")
        recipient = ""
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            if verb == b"DATA":
                self._say("354 go on")
                self.server.take(recipient, self._read_message())
            self._say("250 ok")

    def _read_message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, text: str) -> None:
        try:
            self.wfile.write(text.encode() + b"\r\n")
        except OSError:
            return  # the other side was killed


@contextmanager
def mail_sink(before_answering: Callable[[int], None]) -> Iterator[MailSink]:
    """A mail server for as long as the block lasts."""
    with MailSink(before_answering) as sink:
        thread = Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
            thread.join()
