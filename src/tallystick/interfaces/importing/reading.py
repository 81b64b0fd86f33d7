"""Reading a file of rows: CSV or JSON, told apart by how it begins."""

from pathlib import Path

from tallystick.interfaces.importing.csv_file import read_csv
from tallystick.interfaces.importing.json_file import read_json
from tallystick.interfaces.importing.rows import Layout, Rows, Watch
from tallystick.interfaces.importing.text_file import get_size, read_start


def read_rows(path: Path, *, layout: Layout, max_bytes: int, watch: Watch) -> Rows:
    """The rows of a file that has (some of) these columns.

    Refuses FileMissing, FileTooLarge, FileUnreadable and HeaderWrong before the first row, or where the text breaks.
    """
    size = get_size(path, max_bytes=max_bytes)
    if read_start(path).lstrip()[:1] in ("[", "{"):
        return read_json(path, layout=layout)
    return read_csv(path, layout=layout, size=size, watch=watch)
