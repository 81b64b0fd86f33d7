"""The wire to Stripe. Its client sends up to three times, always with our key; we watch what became of each send."""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import stripe

from tallystick.payments.core.answers import Answer, Done, NotSent, Refused, Unknown
from tallystick.payments.gateways.stripe.failures import ErrorAnswer, Operation, explain_decline, judge_error
from tallystick.payments.gateways.transport import NEVER_LEFT

TIMEOUT_SECONDS = 30.0
MAX_RETRIES = 2

Document = Mapping[str, Any]
T = TypeVar("T")


class WatchedClient(stripe.HTTPXClient):
    """Stripe's HTTP client, which remembers whether any send since `start` may have been carried out.

    The error that the last of three sends ends with says nothing about the first two.
    """

    def __init__(self, *, timeout: float) -> None:
        super().__init__(timeout=timeout, allow_sync_methods=True)
        self._sends = threading.local()

    def start(self) -> None:
        """A new call of this thread begins."""
        self._sends.may_have_run = False

    def may_have_run(self) -> bool:
        """Whether any send of this thread's call may have been carried out."""
        return bool(getattr(self._sends, "may_have_run", True))

    def request(  # type: ignore[override]  # as in the class above, which differs from its own
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send once."""
        try:
            body, status, answered = super().request(method, url, headers, post_data)
        except stripe.APIConnectionError as error:
            if not isinstance(error.__cause__, NEVER_LEFT):
                self._sends.may_have_run = True
            raise
        if status == 409 or status >= 500:
            self._sends.may_have_run = True
        return body, status, answered


class StripeConnection:
    """Stripe's client for one account, and its errors as answers."""

    def __init__(self, api_key: str, *, url: str | None, timeout: float) -> None:
        self._http = WatchedClient(timeout=timeout)
        self.client = stripe.StripeClient(
            api_key,
            base_addresses={"api": url} if url else None,
            max_network_retries=MAX_RETRIES,
            http_client=self._http,
        )

    def ask(self, call: Callable[[], Any], *, operation: Operation) -> Answer[Document]:
        """Make one call and give what came back as a plain document."""
        return self._answer(lambda: call().to_dict(), operation)

    def read(self, look: Callable[[], T]) -> Answer[T]:
        """Read in several steps; what can't be read whole is unknown, since what is missing would count as none."""
        try:
            return self._answer(look, "read")
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return Unknown(f"unreadable answer: {type(error).__name__}")

    def charge(self, call: Callable[[], Any]) -> Answer[Document]:
        """Like `ask`; a declined charge is no error but a payment that failed, which comes along with the error."""

        def send() -> Document:
            try:
                found: Document = call().to_dict()
            except stripe.CardError as error:
                payment = _get_error(error).get("payment_intent")
                if not isinstance(payment, Mapping):
                    raise
                return payment
            return found

        return self._answer(send, "collect")

    def _answer(self, call: Callable[[], T], operation: Operation) -> Answer[T]:
        self._http.start()
        try:
            return Done(call())
        except stripe.CardError as error:
            return Refused(explain_decline(_get_error(error)))
        except stripe.APIConnectionError as error:
            reason = type(error.__cause__ or error).__name__
            return Unknown(reason) if self._http.may_have_run() else NotSent(reason)
        except stripe.StripeError as error:
            return judge_error(_read_error(error, may_have_run=self._http.may_have_run()), operation=operation)


def list_all(page: Any) -> Iterable[Document]:
    """Every entry of a list of Stripe's client; asks for the next page only when it is wanted."""
    for entry in page.auto_paging_iter():
        yield entry.to_dict()


def _get_error(error: stripe.StripeError) -> Mapping[str, Any]:
    body = error.json_body
    found = body.get("error") if isinstance(body, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _read_error(error: stripe.StripeError, *, may_have_run: bool) -> ErrorAnswer:
    told = _get_error(error)
    return ErrorAnswer(
        status=error.http_status or 0,
        kind=str(told.get("type") or type(error).__name__),
        code=str(told.get("code") or ""),
        param=str(told.get("param") or ""),
        message=str(told.get("message") or ""),
        may_have_run=may_have_run,
    )
