"""The portal in a real browser: the same visitors as the console's."""

from tests.interfaces.console.conftest import browser, visitor

__all__ = ["browser", "visitor"]
