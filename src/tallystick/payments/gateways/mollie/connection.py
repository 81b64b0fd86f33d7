"""The wire to Mollie: one call, one send, and every way in which it can end told as one of four answers."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx
from mollie import ClientSDK, models

from tallystick.payments.core.answers import Answer, Done, NotSent, Refused, Unknown
from tallystick.payments.gateways.mollie.failures import ErrorAnswer, Operation, judge_error
from tallystick.payments.gateways.transport import NEVER_LEFT

#: A card charge can take longer than ten seconds. What takes longer than this is looked up later.
TIMEOUT_MS = 30_000

#: Every way in which a call of the client ends without an answer; it raises ValueError for what it can't decode.
ENDS = (models.ClientError, models.NoResponseError, httpx.HTTPError, ValueError)

Document = Mapping[str, Any]
T = TypeVar("T")


class SilentLog:
    """The client would write keys and bodies into a log that it is switched on for; ours has none."""

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""


def open_client(api_key: str, *, url: str | None, timeout_ms: int = TIMEOUT_MS) -> ClientSDK:
    """Mollie's client without its retries, which send a charge again under a key of its own. Follows no redirect."""
    return ClientSDK(
        security=models.Security(api_key=api_key),
        server_url=url,
        client=httpx.Client(follow_redirects=False),
        retry_config=None,
        timeout_ms=timeout_ms,
        debug_logger=SilentLog(),
    )


def ask(call: Callable[[], Any], *, operation: Operation) -> Answer[Document]:
    """Make one call and give what came back as a plain document with Mollie's own field names."""
    try:
        answer = call()
    except models.ResponseValidationError as error:
        return _read_anyway(error)
    except ENDS as error:
        return _judge(error, operation)
    return Done({} if answer is None else answer.model_dump(mode="json", by_alias=True))


def ask_for_list(look: Callable[[], T]) -> Answer[T]:
    """Read lists. One that can't be read whole is unknown, since what is missing in it would count as not there."""
    try:
        return Done(look())
    except models.ResponseValidationError as error:
        return Unknown(f"{error.status_code} unreadable list")
    except (LookupError, TypeError) as error:
        return Unknown(f"unreadable list: {type(error).__name__}")
    except ENDS as error:
        return _judge(error, "read")


def list_all(fetch: Callable[[str | None], Any], *, of: str) -> Iterable[Document]:
    """Every entry of a list, newest first; asks for the next page only when it is wanted.

    `fetch` gets a page of Mollie's client by the id that it begins with. The link to the next page is read for that id
    and never followed: our key goes to no address that an answer names.
    """
    start = None
    while True:
        page = fetch(start)
        if page is None:
            raise LookupError("no page")
        document = page.result.model_dump(mode="json", by_alias=True)
        yield from document["_embedded"].get(of) or ()
        following = document["_links"].get("next")
        if not following:
            return
        start = parse_qs(urlsplit(following["href"]).query)["from"][0]


def _judge(error: Exception, operation: Operation) -> Refused | NotSent | Unknown:
    if isinstance(error, models.ClientError):
        return judge_error(_read_error(error), operation=operation)
    if isinstance(error, NEVER_LEFT):
        return NotSent(type(error).__name__)
    return Unknown(type(error).__name__)


def _read_anyway(error: models.ResponseValidationError) -> Answer[Document]:
    """What Mollie's client does not understand may still say what we need: it is stricter than we have to be."""
    try:
        document = json.loads(error.body)
    except ValueError:
        document = None
    if error.status_code < 300 and isinstance(document, dict):
        return Done(document)
    return Unknown(f"{error.status_code} unreadable answer")


def _read_error(error: models.ClientError) -> ErrorAnswer:
    try:
        document = json.loads(error.body)
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    return ErrorAnswer(
        status=error.status_code,
        field=str(document.get("field") or ""),
        detail=str(document.get("detail") or ""),
        retry_after=_read_retry_after(error.headers.get("retry-after", "")),
    )


def _read_retry_after(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isdecimal() else None
