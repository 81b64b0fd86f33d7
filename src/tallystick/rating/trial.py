"""Trials: free or at a trial price until a day; then a service converts to its price, or expires (DEM-47, DEM-48).

A trial is not a discount: it ends by itself. When it ends is said by the plan (`catalog.core.trials`).
"""

from datetime import date
from typing import NamedTuple


class Trial(NamedTuple):
    """Until ``until_on`` (the first day after it) a service costs its trial price; then it converts, or ends."""

    until_on: date
    converts: bool = True
