"""Texts that the database will take: not longer than their column, without control characters."""

from collections.abc import Mapping

from tallystick.errors import Problem


def find_text_problems(value: object, *, limits: Mapping[str, int]) -> list[Problem]:
    """What is wrong with the text fields of `value` that `limits` names with their greatest lengths in characters."""
    problems = []
    for name, limit in limits.items():
        text = getattr(value, name)
        if len(text) > limit:
            problems.append(Problem(name, f"must have at most {limit} characters, but has {len(text)}"))
        # PostgreSQL refuses NUL, and a line break in a name would break lists and files.
        elif not text.isprintable():
            problems.append(Problem(name, "must not contain line breaks or control characters"))
    return problems
