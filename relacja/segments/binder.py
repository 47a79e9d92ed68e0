"""From a rule to SQL: one condition on a row of `contact`, in which no value and no name a person typed is text.

Measured on 1 M contacts and 20 M events (two cores, November 2026): conditions on one pass over `contact`, with an
IN-set per event leaf, answer as fast as INTERSECT and EXCEPT (364 and 354 ms), need no universe for "not", and let
many segments share one question. One scan for several event leaves is slower over everything (803 to 1,000 ms
against 530 to 910: it loses the pruning by each leaf's own window) but four times faster for a few touched people
(300 ms against 1,100 for 200 segments); so `Whole` makes sets and `Touched` one scan.
`uniqUpTo` counts each event id once at a tenth more than `count()`; `FINAL` doubles the time.
Most of what a question for a few costs is reading its text: 240 ms for 200 rules, 130 ms for their 170 conditions.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from relacja.staff.reach import Owners

CONTACT = "dictGetOrDefault('alias_of', 'contact_id', profile_id, profile_id)"
MOST_EXACT = 100


class Binder:
    """Collects the parameters of one statement. The same value asked for twice is one parameter.

    `viewer` is who looks, for rules that speak of them; None where nobody does.
    """

    def __init__(self, now: datetime, *, viewer: int | None = None) -> None:
        self.viewer = viewer
        self.parameters: dict[str, Any] = {}
        self._names: dict[tuple[str, str], str] = {}
        self.at = now
        self.now = self.moment(now)

    def __call__(self, value: Any, kind: str) -> str:
        """A place in the text that stands for `value`, of the ClickHouse type `kind`."""
        key = (kind, repr(value))
        if key not in self._names:
            self._names[key] = f"p{len(self._names)}"
            self.parameters[self._names[key]] = value
        return f"{{{self._names[key]}:{kind}}}"

    def moment(self, at: datetime) -> str:
        """A time, sent as a number: written out it would be ambiguous in the night the clocks go back."""
        return f"fromUnixTimestamp64Milli({self(int(at.astimezone(UTC).timestamp() * 1000), 'Int64')}, 'UTC')"

    def path(self, column: str, key: str) -> str:
        """The value under `key` of a JSON column, read from its own subcolumn; NULL where there is none."""
        return f"{column}.{self(key, 'Identifier')}"

    def concerned(self, profile: str) -> str:
        """Whether rows of this profile are of anybody who is asked about: what a set is narrowed to beforehand."""
        return "1"

    def happened(self, rows: str, having: str = "") -> str:
        """Whether the contact has events that meet `rows`, and all of them together meet `having`.

        Aggregates in `having` carry their own condition (`countIf(...)`), so that several may share one scan.
        """
        raise NotImplementedError


class Whole(Binder):
    """Asks about everybody, or about the people of some owners: each condition on events is a set, made in a scan.

    Who asks for somebody narrows the question by `owners`, those whose customers they see; None for everybody's.
    """

    def __init__(self, now: datetime, *, viewer: int | None = None, owners: Owners = None) -> None:
        super().__init__(now, viewer=viewer)
        self._owners = f" AND owner_id IN {self(list(owners), 'Array(UInt64)')}" if owners is not None else ""

    def happened(self, rows: str, having: str = "") -> str:
        grouped = f" GROUP BY contact_id HAVING {having}" if having else ""
        return f"id IN (SELECT {CONTACT} AS contact_id FROM event WHERE {rows}{grouped})"

    def statement(self, answer: str, condition: str, rest: str = "", *, archived: bool = False) -> str:
        """`answer` over the contacts that exist, or over those put away, that meet `condition`."""
        rows = f"is_deleted = {int(archived)}{self._owners} AND ({condition})"
        return f"SELECT {answer} FROM contact FINAL WHERE {rows} {rest}"


class Touched(Binder):
    """Asks about a few contacts and all their profiles: the conditions on events share one scan of their rows."""

    def __init__(
        self, now: datetime, *, contact_ids: list[int], profile_ids: list[int], viewer: int | None = None
    ) -> None:
        super().__init__(now, viewer=viewer)
        self._contacts = self(contact_ids, "Array(UInt64)")
        self._profiles = self(profile_ids, "Array(UInt64)")
        self._columns: dict[str, str] = {}

    def concerned(self, profile: str) -> str:
        return f"{profile} IN {self._profiles}"

    def happened(self, rows: str, having: str = "") -> str:
        column = self._columns.setdefault(having or f"countIf({rows}) > 0", f"e{len(self._columns)}")
        return f"happened.{column}"

    def statement(self, conditions: list[str]) -> str:
        """One row per contact that exists: its id and the answer to each condition, as `c0`, `c1` ..."""
        answers = ", ".join(f"({condition}) AS c{index}" for index, condition in enumerate(conditions))
        return f"SELECT id, {answers} FROM contact FINAL{self._scan()} WHERE id IN {self._contacts} AND is_deleted = 0"

    def _scan(self) -> str:
        if not self._columns:
            return ""
        columns = ", ".join(f"{having} AS {column}" for having, column in self._columns.items())
        return (
            f" LEFT JOIN (SELECT {CONTACT} AS contact_id, {columns} FROM event"
            f" WHERE profile_id IN {self._profiles} GROUP BY contact_id) AS happened ON happened.contact_id = id"
        )


class Passing(Binder):
    """Asks whose answers may have changed merely because the time went from `since` to `now`.

    Conditions are collected and asked in two passes: one over the events, in the months where a window ended, and one
    over the contacts. At 20 M events and 44 windows that costs 70 ms (two cores, November 2026).
    """

    def __init__(self, since: datetime, now: datetime) -> None:
        super().__init__(now)
        self.since = self.moment(since)
        self._events: dict[str, None] = {}
        self._contacts: dict[str, None] = {}
        self._latest: set[str] = set()

    def events(self, rows: str) -> None:
        """Whoever has an event that meets `rows`."""
        self._events.setdefault(rows)
        self._latest.add(rows)

    def contacts(self, condition: str) -> None:
        """Whoever meets `condition` on a row of `contact`."""
        self._contacts.setdefault(condition)
        self._latest.add(condition)

    def latest(self) -> frozenset[str]:
        """The conditions that were named since this was asked last."""
        found, self._latest = frozenset(self._latest), set()
        return found

    def within(self, time: str, ago: str = "") -> str:
        """Whether `time` is a moment that lay `ago` in the past at some point between `since` and `now`."""
        back = f" - {ago}" if ago else ""
        return f"{time} BETWEEN {self.since}{back} AND {self.now}{back}"

    def statement(self, most: int) -> str:
        """One row per contact, at most `most`; an empty text when there is nobody to ask about."""
        parts = []
        if self._events:
            parts.append(f"SELECT {CONTACT} AS contact_id FROM event WHERE {_any(self._events)}")
        if self._contacts:
            parts.append(f"SELECT id AS contact_id FROM contact WHERE {_any(self._contacts)}")
        if not parts:
            return ""
        return f"SELECT DISTINCT contact_id FROM ({' UNION ALL '.join(parts)}) LIMIT {self(most, 'UInt32')}"

    def crowds(self) -> list[tuple[list[str], str]]:
        """For each pass its conditions, and a statement that counts the rows that meet each, as `c0`, `c1` ..."""
        return [
            (
                list(conditions),
                f"SELECT {', '.join(f'countIf({one}) AS c{index}' for index, one in enumerate(conditions))}"
                f" FROM {table} WHERE {_any(conditions)}",
            )
            for table, conditions in (("event", self._events), ("contact", self._contacts))
            if conditions
        ]


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(f"({one})" for one in conditions)


def distinct_events(rows: str, up_to: int) -> str:
    """How many different events meet `rows`, exact up to `up_to` and more beyond: one stored twice counts once."""
    if up_to > MOST_EXACT:
        return f"uniqExactIf(id, {rows})"
    return f"uniqUpToIf({up_to})(id, {rows})"
