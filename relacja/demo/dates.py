"""Birthdays and service dates of the made-up customers, and the fields that hold them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from relacja.contacts import actions, dates, fields
from relacja.contacts.dates import Suggestion
from relacja.contacts.models import Contact, Field, Notice, Record
from relacja.demo.history import Story
from relacja.demo.models import Mark, MarkKind

KEYS = ("birthday", "next_service")
A_YEAR = timedelta(days=365)
OVERDUE = timedelta(days=45)


def make_fields(*, now: datetime) -> None:
    """The fields are there; those that were missing are marked as demonstration data."""
    known = set(Field.objects.filter(of=Record.CONTACT, key__in=KEYS).values_list("key", flat=True))
    for one in dates.SUGGESTIONS[Record.CONTACT]:
        if one.key in KEYS and one.key not in known:
            field = _make(one, now=now)
            Mark.objects.create(kind=MarkKind.FIELD, number=field.pk)


def remove_fields(pks: Iterable[int]) -> None:
    """The fields are gone, but for those in which somebody else has a value by now."""
    for field in Field.objects.filter(pk__in=list(pks)):
        if not Contact.objects.filter(attributes__has_key=field.key).exists():
            Notice.objects.filter(path=fields.made(field).path).delete()
            field.delete()
    fields.forget_remembered()


def of(story: Story, *, now: datetime, random: Random) -> dict[str, Any]:
    """Who told their birthday, and when the bicycle of somebody who bought is due for service."""
    found = {}
    if random.random() < 0.6:
        born = now.date() - timedelta(days=random.randrange(19 * 365, 78 * 365))
        found["birthday"] = born.isoformat()
    due = max((purchase.at for purchase in story.purchases), default=None)
    if due is not None and due + A_YEAR > now - OVERDUE:
        found["next_service"] = (due + A_YEAR).date().isoformat()
    return found


def _make(one: Suggestion, *, now: datetime) -> Field:
    """The field as the company would call it, in its language."""
    with translation.override(settings.LANGUAGE_CODE):
        label, basis = str(one.label), _("Consent in the club card") if one.basis else ""
    field = actions.make_field(
        Record.CONTACT, kind=dates.DATE, label=label, key=one.key, meaning=one.meaning, basis=basis, now=now
    )
    actions.notice(fields.made(field).path, one.noticed, now=now)
    return field
