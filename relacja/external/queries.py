"""Questions about external data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from relacja.clickhouse import facts
from relacja.external import sources
from relacja.external.models import AT_WORK, Refresh, Source, State
from relacja.external.sources import Live
from relacja.segments.queries import profiles_of

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Held:
    """What one source says of one person, in the normal forms of its columns."""

    source: Live
    data: Mapping[str, Any]
    row: int

    @property
    def shown(self) -> list[tuple[Any, str]]:
        """Each column with its value for people; empty where it says nothing."""
        return [(known.label, known.show(self.data.get(key), {})) for key, known in self.source.columns.items()]


def held(contact_ids: Iterable[int]) -> dict[int, dict[str, Held]]:
    """What each source says of each of these people, by its key. One question to the facts for 2,000 people.

    Somebody into whom others were merged has their rows where there is none of their own.
    """
    live = {one.generation: one for one in sources.remembered().values() if one.generation}
    ids = sorted(set(contact_ids))
    found: dict[int, dict[str, Held]] = {}
    if not live:
        return found
    for start in range(0, len(ids), AT_ONCE):
        profiles = profiles_of(ids[start : start + AT_ONCE])
        rows = facts.rows("external", "values_of", generations=sorted(live), profiles=profiles)
        for row in sorted(rows, key=lambda one: (one["contact_id"] != one["person"], one["contact_id"])):
            source = live[row["generation"]]
            theirs = found.setdefault(row["person"], {})
            theirs.setdefault(source.key, Held(source, _nested(row["data"]), row["row"]))
    return found


def held_by(contact_id: int) -> dict[str, Mapping[str, Any]]:
    """What each source says of one person, as conditions read it. One question, none while there is no source."""
    return {key: one.data for key, one in held([contact_id]).get(contact_id, {}).items()}


def latest(source: Source) -> Refresh | None:
    """The refresh that is at work, or was last."""
    return source.refreshes.select_related("by").order_by("-pk").first()


def last_trial(source: Source) -> Refresh | None:
    """What was seen beforehand, the last time."""
    return source.refreshes.filter(cause="trial").order_by("-pk").first()


def is_at_work(source: Source) -> bool:
    """Whether it is being read right now."""
    return source.refreshes.filter(state__in=AT_WORK).exists()


def has_succeeded(refresh: Refresh | None) -> bool:
    return refresh is not None and refresh.state == State.DONE


def _nested(data: Any) -> dict[str, Any]:
    """The values of a row as they were written; the facts may give ways with dots back."""
    whole: dict[str, Any] = {}
    for path, value in dict(data or {}).items():
        first, _dot, rest = str(path).partition(".")
        if rest:
            whole.setdefault(first, {})[rest] = value
        else:
            whole[first] = value
    return whole
