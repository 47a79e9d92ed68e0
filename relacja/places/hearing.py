"""Whoever must know that other places are known by now says so here."""

from collections.abc import Callable

Hearer = Callable[[str], object]
_hearers: list[Hearer] = []


def hears(function: Hearer) -> Hearer:
    """Register a function that is called with the country whose places changed, or with "" for any."""
    _hearers.append(function)
    return function


def tell(country: str) -> None:
    for hear in _hearers:
        hear(country)
