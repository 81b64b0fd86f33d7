"""Who has a seat, and what a change of seats costs: metered, never blocked (DEM-43, DEM-44). Pure.

Paid 5; one removed, one added: no charge, for the seat was paid for. One more: one seat is charged, pro rata.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tallystick.errors import Problem

MEMBER, OBSERVER = "member", "observer"
ACTIVE, INVITED = "active", "invited"
ROLES, STATES = (MEMBER, OBSERVER), (ACTIVE, INVITED)
#: Of one account, in all its workspaces.
MOST_HOLDERS = 10_000
_LONGEST = 80


class Holder(NamedTuple):
    """A user in a workspace of an account, both as the seller's product names them."""

    workspace: str
    user: str
    role: str = MEMBER
    state: str = ACTIVE


class SeatCount(NamedTuple):
    """Distinct users: `live` are billed; who is only invited, or only observes, is shown and not billed."""

    live: int
    invited: int
    observers: int


class SeatChange(NamedTuple):
    """`added` seats are charged for the rest of the period; from the next period on `next_seats` are billed."""

    added: int
    next_seats: int


def count_seats(holders: Collection[Holder]) -> SeatCount:
    """A seat is a user who is an active member of any workspace, however many (DEM-43)."""
    live = {each.user for each in holders if (each.role, each.state) == (MEMBER, ACTIVE)}
    invited = {each.user for each in holders if (each.role, each.state) == (MEMBER, INVITED)} - live
    observers = {each.user for each in holders if each.role == OBSERVER} - live - invited
    return SeatCount(len(live), len(invited), len(observers))


def decide_change(live: int, *, watermark: int) -> SeatChange:
    """What follows from so many live seats where `watermark` are billed for the running period (DEM-44).

    Below or at the mark nothing is charged and nothing given back; at the next period the mark is the live seats.
    """
    return SeatChange(max(live - watermark, 0), live)


def find_holder_problems(holders: Sequence[Holder]) -> list[Problem]:
    """Everything that is wrong with a list of holders, by its place."""
    if len(holders) > MOST_HOLDERS:
        return [Problem("holders", f"are {len(holders)}; at most {MOST_HOLDERS} can be given")]
    problems, seen = [], set()
    for place, each in enumerate(holders):
        at = f"holders.{place}"
        for name, text in (("workspace", each.workspace), ("user", each.user)):
            if not text.strip() or len(text) > _LONGEST:
                problems.append(Problem(f"{at}.{name}", f"must have 1 to {_LONGEST} characters"))
        if each.role not in ROLES:
            problems.append(Problem(f"{at}.role", f"must be one of {', '.join(ROLES)}, but is {each.role!r}"))
        if each.state not in STATES:
            problems.append(Problem(f"{at}.state", f"must be one of {', '.join(STATES)}, but is {each.state!r}"))
        if (each.workspace, each.user) in seen:
            problems.append(Problem(f"{at}.user", f"{each.user} is in {each.workspace} twice"))
        seen.add((each.workspace, each.user))
    return problems
