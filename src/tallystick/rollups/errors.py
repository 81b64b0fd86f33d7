"""What rollups refuse."""

from tallystick.errors import InvalidInput


class MonthNotBegun(InvalidInput):
    """{month} has not begun: nothing was asked for and nothing arrived in it yet."""

    code = "month_not_begun"
    field = "month"


class FilterUnknown(InvalidInput):
    """There is no {name} {value!r}; there are {known}."""

    code = "filter_unknown"
