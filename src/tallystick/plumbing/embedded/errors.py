"""The refusals of the embedded server."""

from tallystick.errors import Refusal


class DatabaseUnavailable(Refusal):
    """The embedded database is not available: {reason}"""

    code = "database_unavailable"
    can_retry = True
