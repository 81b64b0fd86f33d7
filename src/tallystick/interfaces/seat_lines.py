"""Holders of seats as people write them: a line each, workspace, user, role and state."""

import csv
import io

from tallystick.errors import InvalidInput
from tallystick.subscriptions.core.seats import ACTIVE, MEMBER, Holder

LONGEST = 2_000_000
COLUMNS = ("workspace", "user", "role", "state")


def read_seat_lines(text: str) -> list[Holder]:
    """The holders of a text: two to four columns by comma, semicolon or tab; a first line of their names is skipped.

    Without a role they are members, without a state active. Refuses InvalidInput naming the line.
    """
    if len(text) > LONGEST:
        raise InvalidInput("is longer than 2 million characters", field="holders")
    holders = []
    first = text.partition("\n")[0]
    delimiter = next((each for each in (";", "\t") if each in first), ",")
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[:2] == list(COLUMNS[:2])):
            continue
        if not 2 <= len(cells) <= len(COLUMNS):
            raise InvalidInput(f"line {number} has not workspace and user, then role and state", field="holders")
        role, state = [*cells[2:], "", ""][:2]
        holders.append(Holder(cells[0], cells[1], role or MEMBER, state or ACTIVE))
    return holders
