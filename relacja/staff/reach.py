"""Whose customers somebody sees: ids of those who take care, `NOBODY` among them if nobody may; None for everybody's.

This shape goes everywhere: lists and pages narrow the records by it, questions to the facts get it as parameters. It is
a person's own affair: programs see everything their scopes open.

`reader` says the same of whoever reads the page in the making, as the active language does. It only decides what is
called by its name in a sentence; what is loaded and counted is narrowed by who asks, as an argument.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from relacja.staff import teams
from relacja.staff.access import Reach
from relacja.staff.models import User
from relacja.ui.people import Person

NOBODY = 0
Owners = tuple[int, ...] | None
Counter = Callable[[], Mapping[int, int]]
_counters: list[Counter] = []
_reader: ContextVar[Owners] = ContextVar("reader", default=None)


def owners(user: Person) -> Owners:
    """Whose customers this person sees, nobody's if they do not work here. Costs nothing but for remembered teams."""
    if not isinstance(user, User):
        return ()
    return _owners(user, teams.remembered) if user.reaches != Reach.ALL else None


def within(asked: Owners, seen: Owners) -> Owners:
    """Those of the owners one asks for whose customers one sees."""
    if asked is None or seen is None:
        return seen if asked is None else asked
    return tuple(pk for pk in asked if pk in seen)


def parameters(seen: Owners) -> dict[str, Any]:
    """The owners as a statement over the facts takes them: `{whole:Bool} OR owner_id IN {owners:Array(UInt64)}`."""
    return {"whole": seen is None, "owners": list(seen or ())}


def sees(user: Person, owner_id: int | None) -> bool:
    """Whether this person sees a customer of that owner, or of nobody."""
    seen = owners(user)
    return seen is None or (owner_id or NOBODY) in seen


@contextmanager
def read_by(seen: Owners) -> Iterator[None]:
    """What is written meanwhile is read by somebody who sees the customers of these owners."""
    token = _reader.set(seen)
    try:
        yield
    finally:
        _reader.reset(token)


def reader() -> Owners:
    """Whose customers whoever reads sees; everybody's outside of a request."""
    return _reader.get()


def counts(function: Counter) -> Counter:
    """Register who says how many customers each member of staff takes care of, and how many nobody does."""
    _counters[:] = [function]
    return function


def seen_by(people: list[User]) -> dict[int, int]:
    """How many customers each of these people sees. One pass over the customers, three queries if teams matter."""
    per_owner = _counters[0]() if _counters else {}
    everybody, roster = sum(per_owner.values()), cache(teams.roster)

    def seen(user: User) -> int:
        among = _owners(user, roster)
        return everybody if among is None else sum(per_owner.get(pk, 0) for pk in among)

    return {user.pk: seen(user) for user in people}


def _owners(user: User, roster: Callable[[], teams.Roster]) -> Owners:
    kind = user.reaches
    if kind == Reach.ALL:
        return None
    mine = (user.pk,) if kind in {Reach.OWN, Reach.OWN_OR_NOBODY} else roster().colleagues(user.pk)
    return (NOBODY, *mine) if kind in {Reach.OWN_OR_NOBODY, Reach.TEAM_OR_NOBODY} else mine
