"""What becomes of people inside journeys when two turn out to be one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from relacja.contacts import merging
from relacja.journeys.models import Enrolment, State

REASON = "Contacts Merged"


class Enrolments:
    """Entries go along. Nobody is inside the same journey twice: then the loser's entry ends there."""

    key = "journeys"
    label = _("Journeys")
    order = 30
    tables = (Enrolment,)

    def counts(self, contact_ids: list[int]) -> Mapping[int, int]:
        return merging.counted(Enrolment.objects.filter(contact__in=contact_ids))

    def move(self, *, loser: int, winner: int, now: datetime) -> dict[str, Any]:
        ours = Enrolment.objects.filter(contact=loser)
        theirs = Enrolment.objects.filter(contact=winner, journey=OuterRef("journey"))
        is_inside_too = Exists(theirs.filter(state=State.ACTIVE))
        ended = list(ours.active().filter(is_inside_too).values_list("pk", "due_at"))
        for pk, _due_at in ended:
            ours.active().filter(pk=pk).update(state=State.LEFT, ended_at=now, left_reason=REASON)
        by_the_same = Exists(theirs.filter(trigger_event_id=OuterRef("trigger_event_id")))
        moved = list(
            ours.filter(~by_the_same).filter(~Q(pk__in=[pk for pk, _due in ended])).values_list("pk", flat=True)
        )
        for some in merging.parts_of(moved):
            Enrolment.objects.filter(pk__in=some).update(contact=winner)
        return {"moved": moved, "ended": [[pk, due_at.isoformat()] for pk, due_at in ended]}

    def put_back(self, kept: dict[str, Any], *, loser: int, winner: int, now: datetime) -> None:
        for some in merging.parts_of(kept["moved"]):
            Enrolment.objects.filter(pk__in=some, contact=winner).update(contact=loser)
        for pk, due_at in kept["ended"]:
            ended = Enrolment.objects.filter(pk=pk, contact=loser, state=State.LEFT, left_reason=REASON)
            ended.update(state=State.ACTIVE, ended_at=None, left_reason="", due_at=parse_datetime(due_at))


merging.add(Enrolments())
