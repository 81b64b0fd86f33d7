"""What may go wrong, in words. The house knows two kinds: a business "no", and a broken promise of our own.

A refusal carries a stable code, plain words, the field it is about and whether trying again can help. It knows nothing
of HTTP, forms or exit statuses: the interfaces map its code in one table. Its message is its class's docstring, filled
in with the facts it is raised with, so that the list of refusals reads as a list of messages:

    class PlanUnknown(NotFound):
        \"\"\"There is no plan {plan}.\"\"\"

        code = "plan_unknown"

    raise PlanUnknown(plan="fiber", field="plan")
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, NamedTuple


class Refusal(Exception):
    """This can't be done."""

    code: ClassVar[str] = "refused"
    """Stable and snake_case; callers may depend on it. Every subclass that callers must tell apart has its own."""

    field: str | None = None
    """The input that is at fault, by the name under which the caller gave it; None if no single one is."""

    can_retry: bool = False
    """Whether the same call may succeed later without a change by the caller."""

    problems: Sequence[Problem] = ()
    """Every input at fault, where several were looked at before anybody was told."""

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        can_retry: bool | None = None,
        **facts: object,
    ) -> None:
        self.message = message if message is not None else _message_of(type(self), facts)
        self.facts = facts
        if field is not None:
            self.field = field
        if can_retry is not None:
            self.can_retry = can_retry
        super().__init__(self.message)


def _message_of(refusal: type[Refusal], facts: dict[str, object]) -> str:
    first_paragraph = re.split(r"\n\s*\n", refusal.__doc__ or refusal.code)[0]
    return " ".join(first_paragraph.split()).format(**facts)


class NotFound(Refusal):
    """There is no such thing."""

    code = "not_found"


class Forbidden(Refusal):
    """This is not allowed."""

    code = "forbidden"


class InvalidInput(Refusal):
    """This input is not valid."""

    code = "invalid_input"


class Conflict(Refusal):
    """This does not fit the present state."""

    code = "conflict"


class Problem(NamedTuple):
    """One thing that is wrong with an input. All of them are collected before anybody is told.

    `field` is the input's name as the caller gave it, `reason` reads on after it: "quantity: must not be negative".
    """

    field: str
    reason: str


def refuse_problems(refusal: type[Refusal], problems: Sequence[Problem]) -> None:
    """Raise `refusal`, whose message has a place {problems}, if there are any; its field is that of the first one."""
    if problems:
        told = "; ".join(f"{field}: {reason}" for field, reason in problems)
        raised = refusal(problems=told, field=problems[0].field)
        raised.problems = tuple(problems)
        raise raised


class InvariantBroken(Exception):
    """A promise of our own does not hold. Never caught: nothing may go on as if it did."""
