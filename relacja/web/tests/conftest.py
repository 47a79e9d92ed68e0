"""Fixtures of the web tests."""

from relacja.web.tests.doors import browser, door, server

__all__ = ["browser", "door", "server"]
