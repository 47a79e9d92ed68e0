"""Segments that nobody sees: kept for audiences that parts of the program follow."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.text import Truncator

from relacja.jobs.work import later
from relacja.segments import followed, rules, tasks
from relacja.segments.models import Segment

LONGEST = 120


@transaction.atomic
def follow_audiences(*, now: datetime) -> None:
    """Whoever begins or ceases to be meant by an audience that somebody follows is told from now on; by others no more.

    Who is meant already counts as having been so before. Safe to run twice; three queries when nothing is new.
    """
    wanted = followed.wanted()
    kept = {one.key: one for one in Segment.objects.filter(is_kept_for_audience=True).defer("members")}
    for key in kept.keys() - wanted.keys():
        kept[key].archive(at=now)
    for key, tree in wanted.items():
        if key not in kept:
            _begin(key, tree, now=now)
        elif kept[key].archived_at is not None:
            _begin_again(kept[key])


def _begin(key: str, tree: Any, *, now: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        name = Truncator(rules.said(tree)).chars(LONGEST)
    made = Segment.objects.create(name=name, key=key, rule=tree, is_kept_for_audience=True, created_at=now)
    later(tasks.recount, segment_id=made.pk)


def _begin_again(segment: Segment) -> None:
    """Counted from the start, so that nobody is said to have come or gone while nobody asked."""
    Segment.objects.filter(pk=segment.pk).update(
        archived_at=None, counted_at=None, broken="", members=b"", size=0, version=F("version") + 1
    )
    later(tasks.recount, segment_id=segment.pk)
