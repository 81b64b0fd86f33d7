"""From the rows that a room counts to the lines of a file."""

from collections.abc import Iterable, Sequence

from tallystick.interfaces.importing.report import Findings
from tallystick.plumbing.upsert import RowProblem


def add_row_problems(findings: Findings, problems: Iterable[RowProblem], lines: Sequence[int]) -> None:
    """Note what a room says about rows, of which row n stands in line `lines[n]`."""
    for row, problem, earlier_row, _ in problems:
        if earlier_row is not None:
            problem = problem._replace(reason=f"{problem.reason}, first in line {lines[earlier_row]}")
        findings.add(lines[row], [problem])
