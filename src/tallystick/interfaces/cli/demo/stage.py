"""What the demo's steps share: who looks on, the crew, and how long each step took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tallystick.interfaces.cli.demo.company import Company
from tallystick.interfaces.cli.memory import MemoryWatch
from tallystick.interfaces.cli.output import say
from tallystick.interfaces.jobs.crew import Crew
from tallystick.plumbing.actor import Actor


class StepTime(NamedTuple):
    """How long a step took, and the most memory that the command and its workers took together meanwhile."""

    step: str
    seconds: float
    peak_memory_mib: int


class Stage:
    """The demo while it runs. `tells` is off when only the figures are asked for."""

    def __init__(self, company: Company, *, tells: bool, memory: MemoryWatch) -> None:
        self.company = company
        self.times: list[StepTime] = []
        self._tells = tells
        self._memory = memory
        self.crew: Crew
        self.operator: Actor
        self.finance: Actor
        self.seller_code = ""

    @property
    def peak_memory_mib(self) -> int:
        """The most memory that was taken at once so far."""
        return self._memory.whole_peak_mib

    @property
    def tells(self) -> bool:
        """Whether a person reads along."""
        return self._tells

    def tell(self, text: str) -> None:
        """Say something to whoever reads along."""
        if self._tells:
            say(text)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        self.tell(f"\n[bold]{len(self.times) + 1}. {name}[/bold]")
        self._memory.restart()
        started = time.perf_counter()
        yield
        self.times.append(StepTime(name, time.perf_counter() - started, self._memory.peak_mib))
