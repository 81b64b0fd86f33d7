"""One HTTP call to a receiver: resolve its name, refuse addresses that are not public, connect to the checked one."""

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from tallystick.delivery.core.webhook_addresses import check_address, choose_address
from tallystick.delivery.core.webhook_schedule import Heard, is_taken, read_retry_after
from tallystick.delivery.errors import WebhookAddressRefused

TIMEOUT_SECONDS = 20.0
MOST_OF_ANSWER_BYTES = 8_000
KEPT_OF_ANSWER = 2_000


class Posted(NamedTuple):
    """What one call came to, how long it took, and the beginning of the answer."""

    heard: Heard
    duration_ms: int
    answer: str = ""


def _resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host name, in the order in which the system would try them; none when it leads nowhere."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(each[4][0]) for each in found]


def post_webhook(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    may_be_private: bool,
    look_up: Callable[[str, int], Sequence[str]] = _resolve,
) -> Posted:
    """Post `body` once; nothing is raised, whatever the other side does. Redirects are not followed.

    The name is resolved here, every address it has is judged, and the connection goes to the judged one: a name that
    answers differently a moment later leads nowhere else. TLS still verifies the name.
    """
    started = monotonic()
    try:
        check_address(url, may_be_private=may_be_private)
        target, host = _aim(url, may_be_private, look_up)
    except WebhookAddressRefused as refused:
        return Posted(Heard(None, str(refused)), 0)
    try:
        response, answer = _call(target, host, body, headers)
    except httpx.TimeoutException:
        return Posted(Heard(None, f"no answer within {TIMEOUT_SECONDS:.0f} seconds"), _measure(started))
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as failed:
        return Posted(Heard(None, f"could not be reached: {type(failed).__name__}: {failed}"[:300]), _measure(started))
    problem = "" if is_taken(response.status_code) else _tell_status(response.status_code)
    retry_after = read_retry_after({name.lower(): value for name, value in response.headers.items()})
    return Posted(Heard(response.status_code, problem, retry_after), _measure(started), answer)


def _aim(url: str, may_be_private: bool, look_up: Callable[[str, int], Sequence[str]]) -> tuple[httpx.URL, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = choose_address(look_up(host, port), url=url, may_be_private=may_be_private)
    return httpx.URL(url).copy_with(host=address, port=port), host


def _call(target: httpx.URL, host: str, body: bytes, headers: Mapping[str, str]) -> tuple[httpx.Response, str]:
    named = host if target.port in (None, 80, 443) else f"{host}:{target.port}"
    sent = {"content-type": "application/json", "user-agent": "Tallystick-Webhooks/1", **headers, "host": named}
    # No proxy of the environment: it would resolve the name again.
    with (
        httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", target, content=body, headers=sent, extensions={"sni_hostname": host}) as response,
    ):
        read = b""
        for part in response.iter_bytes(1024):
            read += part
            if len(read) >= MOST_OF_ANSWER_BYTES:
                break
        return response, read.decode("utf-8", errors="replace").replace("\0", "")[:KEPT_OF_ANSWER]


def _measure(started: float) -> int:
    return int((monotonic() - started) * 1000)


def _tell_status(status: int) -> str:
    if 300 <= status < 400:
        return f"answered {status}, a redirect; webhooks follow none: enter the address it leads to"
    return f"answered {status}; only 2xx means taken"
