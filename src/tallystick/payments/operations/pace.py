"""How fast a process calls a gateway: evenly, and never faster than it was told."""

import threading
import time
from collections.abc import Callable

USUAL_CALLS_PER_SECOND = 100.0


class Pace:
    """Hands out turns, evenly spaced, to any number of threads. A turn that nobody took is not made up for later."""

    def __init__(
        self,
        calls_per_second: float,
        *,
        read_clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the rate, and where the time is read and spent (tests bring their own)."""
        self._spacing = 1 / calls_per_second
        self._read_clock, self._sleep = read_clock, sleep
        self._lock = threading.Lock()
        self._next_at = 0.0

    def wait_for_turn(self) -> None:
        """Return when the next call may go out."""
        with self._lock:
            now = self._read_clock()
            turn_at = max(now, self._next_at)
            self._next_at = turn_at + self._spacing
        if turn_at > now:
            self._sleep(turn_at - now)


_calls_per_second: list[float] = [USUAL_CALLS_PER_SECOND]
_paces: dict[str, Pace] = {}
_lock = threading.Lock()


def set_calls_per_second(rate: float) -> None:
    """Say how fast this process may call each kind of gateway, from now on."""
    with _lock:
        _calls_per_second[0] = rate
        _paces.clear()


def wait_for_turn(kind: str) -> None:
    """Wait until a gateway of that kind may be called again."""
    with _lock:
        pace = _paces.setdefault(kind, Pace(_calls_per_second[0]))
    pace.wait_for_turn()
