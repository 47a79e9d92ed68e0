"""What becomes of messages when two people turn out to be one."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from relacja.contacts import merging
from relacja.messaging.models import Message, State


class Messages:
    """What went out goes along. What waits stays where it is, and so is not sent: nobody gets it twice.

    So does what the winner got on the same occasion.
    """

    key = "messages"
    label = _("Messages")
    order = 20
    tables = (Message,)

    def counts(self, contact_ids: list[int]) -> Mapping[int, int]:
        return merging.counted(_settled().filter(contact__in=contact_ids))

    def move(self, *, loser: int, winner: int, now: datetime) -> dict[str, list[int]]:
        same = Message.objects.filter(contact=winner, what=OuterRef("what"), occurrence=OuterRef("occurrence"))
        ours = _settled().filter(~Exists(same), contact=loser)
        moved = list(ours.values_list("pk", flat=True))
        first = list(ours.filter(made_for=None).values_list("pk", flat=True))
        for some in merging.parts_of(first):
            Message.objects.filter(pk__in=some).update(made_for=loser)
        for some in merging.parts_of(moved):
            Message.objects.filter(pk__in=some).update(contact=winner)
        return {"moved": moved, "first": first}

    def put_back(self, kept: dict[str, list[int]], *, loser: int, winner: int, now: datetime) -> None:
        for some in merging.parts_of(kept["moved"]):
            Message.objects.filter(pk__in=some, contact=winner).update(contact=loser)
        for some in merging.parts_of(kept["first"]):
            Message.objects.filter(pk__in=some, made_for=loser).update(made_for=None)


def _settled() -> QuerySet[Message]:
    return Message.objects.filter(~Q(state__in=[State.QUEUED, State.SENDING]))


merging.add(Messages())
