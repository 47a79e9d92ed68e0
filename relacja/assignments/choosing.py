"""Whose turn it is in a team."""

from collections.abc import Sequence

from django.db.models import Count

from relacja.assignments.models import AssignmentRule, Way
from relacja.contacts.models import Contact


class Chooser:
    """Says who gets the next one of those whom a rule may give people to; nothing is stored here.

    `last` is who got the last one. A query when it matters how many people each has.
    """

    def __init__(self, rule: AssignmentRule, people: Sequence[int]) -> None:
        self.last = rule.turn
        self._people = sorted(people)
        self._loads = _loads(self._people) if rule.team_id and rule.way == Way.FEWEST else None

    def next(self) -> int:
        """Whoever comes after the last one, or has the fewest; of those who have as many, the one in turn."""
        after = [pk for pk in self._people if pk > self.last] + [pk for pk in self._people if pk <= self.last]
        if self._loads is None:
            self.last = after[0]
        else:
            self.last = min(after, key=self._loads.__getitem__)
            self._loads[self.last] += 1
        return self.last


def _loads(people: Sequence[int]) -> dict[int, int]:
    counted = Contact.objects.active().filter(owner__in=people).order_by().values_list("owner").annotate(n=Count("pk"))
    return {**dict.fromkeys(people, 0), **dict(counted)}
