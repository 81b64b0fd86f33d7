"""How much memory this process and all that it started take at their peak. The database server is not among them."""

import threading
from types import TracebackType

import psutil

EVERY_SECONDS = 0.1
MEBIBYTE = 2**20


class MemoryWatch:
    """Looks at the resident memory of the process and its descendants ten times a second, while the block lasts.

    Pages that processes share are counted in each of them, so the figure is rather too high than too low.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._peak_bytes = 0
        self._whole_peak_bytes = 0

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def restart(self) -> None:
        """Begin a new step, whose peak is looked for anew; the peak of the whole goes on."""
        self._peak_bytes = 0

    @property
    def peak_mib(self) -> int:
        """The most that was taken at once since the last restart, in MiB."""
        self._look()
        return self._peak_bytes // MEBIBYTE

    @property
    def whole_peak_mib(self) -> int:
        """The most that was taken at once since the watch began, in MiB."""
        self._look()
        return self._whole_peak_bytes // MEBIBYTE

    def _watch(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        taken = sum(_resident_bytes(each) for each in [self._process, *self._process.children(recursive=True)])
        self._peak_bytes = max(self._peak_bytes, taken)
        self._whole_peak_bytes = max(self._whole_peak_bytes, taken)


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0  # it ended meanwhile
