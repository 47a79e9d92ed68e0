"""Saying who a segment is."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from relacja.jobs.work import later
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.segments import ready_made, rules, tasks
from relacja.segments.models import Segment
from relacja.segments.segment_rules import membership
from relacja.staff.models import User


class NameTaken(Refused):
    """Another segment has that name."""


@transaction.atomic
def create(
    *, name: str, rule: Any, now: datetime, by: User | None = None, description: str = "", key: str = ""
) -> Segment:
    """A new segment, counted as soon as this is committed. Refused when the rule is none or the name is taken."""
    segment = Segment(
        name=_named(name),
        key=key or _free_key(name),
        description=cleaned(description)[:300],
        rule=rules.read(rule).to_json(),
        created_by=by,
        created_at=now,
    )
    _save(segment)
    _keep_version(segment, by=by, now=now)
    later(tasks.recount, segment_id=segment.pk)
    live.publish("segments")
    return segment


@transaction.atomic
def change(
    segment: Segment, *, name: str, rule: Any, now: datetime, by: User | None = None, description: str = ""
) -> None:
    """Describe the segment anew; how it was described stays among its versions.

    Another rule means other members: they are counted from the start, without a word; so is every audience with it.
    """
    written = rules.read(rule).to_json()
    before = (segment.name, segment.description, segment.rule)
    segment.name, segment.description, segment.rule = _named(name), cleaned(description)[:300], written
    if (segment.name, segment.description, segment.rule) == before:
        return
    _save(segment, fields=["name", "description", "rule"])
    rules.read(written)  # anew: now that it is stored, a circle of segments shows
    _keep_version(segment, by=by, now=now)
    if written != before[2]:
        asking = membership.asking(segment.key)
        kept = Segment.objects.filter(pk__in=asking, is_kept_for_audience=True)
        kept.update(counted_at=None, version=F("version") + 1)
        for pk in asking:
            later(tasks.recount, segment_id=pk)
        Segment.objects.filter(pk=segment.pk).update(counted_at=None, broken="", version=F("version") + 1)
        later(tasks.recount, segment_id=segment.pk)
    segment.refresh_from_db()
    live.publish(f"segment:{segment.pk}")
    live.publish("segments")


@transaction.atomic
def archive(segment: Segment, *, now: datetime) -> None:
    """Put the segment away; its name is free again."""
    segment.archive(at=now)
    live.publish(f"segment:{segment.pk}")
    live.publish("segments")


@transaction.atomic
def restore(segment: Segment, *, now: datetime) -> None:
    """The segment is there again and counted from the start. Refused when another one has its name by now."""
    segment.archived_at, segment.counted_at = None, None
    _save(segment, fields=["archived_at", "counted_at"])
    Segment.objects.filter(pk=segment.pk).update(version=F("version") + 1)
    later(tasks.recount, segment_id=segment.pk)
    live.publish("segments")


def ensure_ready_made(*, now: datetime) -> int:
    """Make the segments every company starts with, in its language. Returns how many were made.

    Those that exist, or were archived, stay as they are, and so does one of people here that has the name.
    """
    with translation.override(settings.LANGUAGE_CODE):
        wanted = ready_made.segments(cart_minutes=settings.ABANDONED_CART_MINUTES)
        known = set(Segment.objects.filter(key__in=[one.key for one in wanted]).values_list("key", flat=True))
        taken = set(
            Segment.objects.live().named().filter(name__in=[one.name for one in wanted]).values_list("name", flat=True)
        )
        missing = [one for one in wanted if one.key not in known and one.name not in taken]
        for one in missing:
            create(key=one.key, name=one.name, description=one.description, rule=one.rule, now=now)
    return len(missing)


def _keep_version(segment: Segment, *, by: User | None, now: datetime) -> None:
    last = segment.versions.aggregate(last=Max("number"))["last"] or 0
    segment.versions.create(
        number=last + 1, name=segment.name, description=segment.description, rule=segment.rule, by=by, at=now
    )


def _named(name: str) -> str:
    name = cleaned(name)
    if not name:
        raise Refused(_("Give the segment a name."))
    if len(name) > 120:
        raise Refused(_("This name is too long. Keep it under 120 characters."))
    return name


def _save(segment: Segment, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            segment.save(update_fields=fields)
    except IntegrityError as error:
        raise NameTaken(
            _("There is a segment “{name}” already. Choose another name.").format(name=segment.name)
        ) from error


def _free_key(name: str) -> str:
    base = slugify(folded(name))[:60] or "segment"
    taken = set(Segment.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)
