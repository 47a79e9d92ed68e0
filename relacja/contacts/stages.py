"""Where somebody stood in the life of a customer, from when until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relacja.clickhouse import facts
from relacja.contacts.models import Contact, Stage

SINCE = "stage_since"  # its name in lists, and among the attributes in the facts


@dataclass(frozen=True, slots=True)
class Stay:
    """A stage with its time. `until` is None for the present one; `by` says who brought it, if that is known."""

    stage: Stage
    since: datetime
    until: datetime | None
    lasted: str
    by: str


def since(contact: Contact) -> datetime:
    """Since when they stand where they are, as far as the records know. No query."""
    note = contact.last_changes.get("stage")
    return datetime.fromisoformat(note[2]) if note else contact.created_at


def of(contact: Contact, *, now: datetime) -> list[Stay]:
    """Every stay that is known of, the present one first. One question to the facts. Raises `Unavailable`."""
    rows = facts.rows("contacts", "stages", contact=contact.pk)
    began: list[tuple[str, datetime, str]] = [(rows[0]["before"], contact.created_at, "")] if rows else []
    began += [(row["stage"], row["at"], _who(row)) for row in rows]
    if not began or began[-1][0] != contact.stage:  # never moved, merged, or not told to the facts yet
        began.append((contact.stage, since(contact), ""))
    began = [one for one in began if one[0] in Stage.values]
    ends = [start for _stage, start, _by in began[1:]]
    stays = [
        Stay(Stage(stage), start, until, lasted(start, until or now), by)
        for (stage, start, by), until in zip(began, [*ends, None], strict=True)
    ]
    return stays[::-1]


def _who(row: dict[str, Any]) -> str:
    return str(row["author"]) or (_("by itself") if row["channel"] == "system" else "")


def lasted(start: datetime, until: datetime) -> str:
    """How long it is from one moment to the other, in days."""
    days = max(0, (until - start).days)
    if days == 0:
        return _("less than a day")
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
