"""How sources of external data are told in the history of changes, and put back as they were."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from relacja.contacts import field_kinds
from relacja.external.actions import Wanted as Column
from relacja.external.actions import choose, noting
from relacja.external.actions.defining import put_rhythm
from relacja.external.matching import KINDS, By
from relacja.external.models import Rhythm, Source, spoken
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.changes import Kept, Note, Restored, Teller, Wanted
from relacja.staff.models import User
from relacja.ui import written

LABELS = {
    "names": _("Name"),
    "identities": _("People are known by"),
    "columns": _("What is taken"),
    "rhythm": _("When it is refreshed"),
    "at": _("At"),
    "weekday": _("On"),
    "archived_at": _("In the archive since"),
}


class Sources:
    """Sources in use: what somebody settled about one is put back, and it is read anew."""

    key = noting.SOURCE
    view, edit, removal = "external.edit", "external.edit", "external.edit"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        found = Source.objects.kept().in_bulk([one.record_id for one in wanted])
        for one in wanted:
            source = found.get(one.record_id)
            if source is None or one.expected is None or one.to is None:
                done.kept.append(Kept(one.record_id, "", None, None))
            else:
                _put_back(source, one, dict(one.expected), dict(one.to), done, by=by, now=now)
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return {pk: str(source) for pk, source in Source.objects.in_bulk(record_ids).items()}

    def href(self, record_id: int) -> str:
        return reverse("external:source", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        return Teller(lambda field: LABELS.get(field, field), _shown)


def _put_back(
    source: Source,
    one: Wanted,
    expected: dict[str, Any],
    to: dict[str, Any],
    done: Restored,
    *,
    by: User | None,
    now: datetime,
) -> None:
    """What is still as the change left it; what goes together goes together, and what is still asked for stays."""
    present = noting.plain(source)
    for fields in (noting.TIMING, noting.DEFINITION):
        changed = [field for field in fields if field in expected]
        try:
            is_put = bool(changed) and all(present[field] == expected[field] for field in changed)
            if is_put:
                _put(source, {**present, **{field: to[field] for field in changed}}, changed, by=by, now=now)
        except Refused:
            is_put = False
        if is_put:
            was, became = ({field: values[field] for field in changed} for values in (expected, to))
            done.made.append(Note(source.pk, before=was, after=became))
        else:
            done.kept.extend(Kept(source.pk, field, present[field], expected[field]) for field in changed)
    left = expected.keys() - {*noting.TIMING, *noting.DEFINITION}
    done.kept.extend(Kept(source.pk, field, present.get(field), expected[field]) for field in left)


def _put(source: Source, values: Mapping[str, Any], changed: Sequence[str], *, by: User | None, now: datetime) -> None:
    if set(changed) <= set(noting.TIMING):
        at = time.fromisoformat(values["at"]) if values["at"] else None
        put_rhythm(source, rhythm=values["rhythm"], at=at, weekday=values["weekday"], now=now)
        return
    columns = [
        Column(one["heading"], one["kind"], one["labels"], one["currency"], was=one["key"]) for one in values["columns"]
    ]
    identities = [By(one["heading"], one["kind"], one["system"]) for one in values["identities"]]
    choose(source, names=values["names"], identities=identities, columns=columns, by=by, now=now, is_noted=False)


def _shown(field: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if field == "names":
        return spoken(value)
    if field == "identities":
        ways = dict(KINDS)
        return ", ".join(f"{one['heading']} ({ways.get(one['kind'], one['kind'])})" for one in value)
    if field == "columns":
        return ", ".join(
            f"{spoken(one['labels']) or one['heading']} ({field_kinds.of(one['kind']).label})" for one in value
        )
    if field == "rhythm":
        return str(dict(Rhythm.choices).get(value, value))
    if field == "weekday":
        return str(WEEKDAYS[value])
    return written.moment(datetime.fromisoformat(value)) if field == "archived_at" else str(value)


changes.register(Sources())
changes.words(
    "external.changed", ngettext_lazy("%(number)s source was changed", "%(number)s sources were changed", "n")
)
