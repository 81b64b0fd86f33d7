"""What every importer is given."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tallystick.interfaces.counts import write_count
from tallystick.interfaces.importing.reading import read_rows
from tallystick.interfaces.importing.report import Progress
from tallystick.interfaces.importing.rows import Layout, Rows
from tallystick.plumbing.actor import Actor


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A file to import, for whom, by whom and when."""

    path: Path
    seller_code: str
    skips_invalid: bool
    at: datetime
    actor: Actor
    progress: Progress
    max_bytes: int

    @property
    def file(self) -> str:
        """The name under which errors tell of the file."""
        return self.path.name

    def read(self, layout: Layout) -> Rows:
        """The rows of the file, telling how far it is read."""
        return read_rows(
            self.path,
            layout=layout,
            max_bytes=self.max_bytes,
            watch=lambda done, total: self.progress(f"Reading {self.file}", done, total),
        )

    def tell_writing(self, count: int) -> None:
        """Tell that so many rows are now checked and written."""
        self.progress(f"Checking and writing {write_count(count, noun='row')}", 0, count)

    def tell_written(self, count: int) -> None:
        """Tell that they are."""
        self.progress(f"Checking and writing {write_count(count, noun='row')}", count, count)
