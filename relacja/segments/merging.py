"""What becomes of members of segments when two people turn out to be one."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from relacja.contacts import merging
from relacja.segments import actions
from relacja.segments.models import Segment


class Members:
    """The winner is where the loser was, without a word: nobody entered or left. Then each rule is asked again."""

    key = "segments"
    label = _("Segments")
    order = 10
    tables: tuple[type[Model], ...] = ()

    def counts(self, contact_ids: list[int]) -> Mapping[int, int]:
        people = [segment.people() for segment in Segment.objects.live().only("members")]
        return {pk: sum(pk in members for members in people) for pk in contact_ids}

    def move(self, *, loser: int, winner: int, now: datetime) -> dict[str, list[int]]:
        found = [(segment.pk, segment.people()) for segment in Segment.objects.live()]
        left = [pk for pk, people in found if loser in people]
        joined = [pk for pk, people in found if loser in people and winner not in people]
        for pk in left:
            actions.exchange(pk, gone=[loser], come=[winner])
        return {"left": left, "joined": joined}

    def put_back(self, kept: dict[str, list[int]], *, loser: int, winner: int, now: datetime) -> None:
        for pk in kept["left"]:
            actions.exchange(pk, gone=[winner] if pk in kept["joined"] else [], come=[loser])


merging.add(Members())
