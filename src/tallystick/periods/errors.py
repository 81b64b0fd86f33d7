"""What the periods room refuses."""

from tallystick.errors import InvalidInput


class PeriodReversed(InvalidInput):
    """A period can't end on {end_on}, before its start on {start_on}."""

    code = "period_reversed"
    field = "end_on"


class InvalidCycle(InvalidInput):
    """A billing cycle can't have {name} {value}: it must be {allowed}."""

    code = "invalid_cycle"


class InvalidFrequency(InvalidInput):
    """A frequency can't be {given}: {reason}."""

    code = "invalid_frequency"
    field = "frequency"


class UnknownProrationMethod(InvalidInput):
    """There is no proration method {method!r}; there are actual, actual_30, strict_30_360 and own_period."""

    code = "unknown_proration_method"
    field = "proration_method"


class PartOutsidePeriod(InvalidInput):
    """The days from {part.start_on} to {part.end_on} leave the full period from {full.start_on} to {full.end_on}."""

    code = "part_outside_period"


class MixedUnits(InvalidInput):
    """A part counted in days can't be a share of a period counted in seconds, nor the other way round."""

    code = "mixed_units"


class NoBusinessDay(InvalidInput):
    """There is no business day in the sixty days before or after {on}: the list of holidays can't be right."""

    code = "no_business_day"
    field = "holidays"
