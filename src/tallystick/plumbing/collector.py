"""Python's cyclic garbage collector, kept off bulk work."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """No collection while the block lasts: thousands of live rows form no circles, and would be walked again and again.

    For blocks that end soon, such as a chunk of a run or the import of a file. Memory is freed as ever when the last
    reference goes.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
