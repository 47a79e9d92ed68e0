"""Names that come from outside are limited in number, so that nobody can flood the vocabulary of the installation."""

from collections.abc import Iterable

from relacja.events import vocabulary
from relacja.web.models import Term
from relacja.web.segment import Call

EVENT, PROPERTY = "event", "property"
MOST = {EVENT: 2_000, PROPERTY: 5_000}


class Terms:
    """The names met so far. Names that we declared ourselves are always welcome."""

    def __init__(self) -> None:
        self._met: dict[str, set[str]] = {EVENT: set(), PROPERTY: set()}

    @classmethod
    def met(cls) -> "Terms":
        """All that are written down. One query."""
        terms = cls()
        for kind, word in Term.objects.values_list("kind", "word"):
            terms._met[kind].add(word)
        return terms

    def fits(self, call: Call, new: set[tuple[str, str]]) -> bool:
        """Whether the call's names are known or there is room for them; then they are added to `new`."""
        strange = self._strange(call)
        if not strange or strange <= new:
            return True
        wanted = new | strange
        if any(self._count(kind, wanted) > most for kind, most in MOST.items()):
            return False
        new |= strange
        return True

    def _strange(self, call: Call) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        if call.name not in self._met[EVENT] and not vocabulary.known(call.name):
            found.add((EVENT, call.name))
        for said in (call.properties, call.traits):
            if said and not self._met[PROPERTY].issuperset(said):
                found.update((PROPERTY, word[:200]) for word in said.keys() - self._met[PROPERTY])
        return {(kind, word) for kind, word in found if word not in self._met[kind]}

    def _count(self, kind: str, wanted: Iterable[tuple[str, str]]) -> int:
        return len(self._met[kind]) + sum(1 for other, _word in wanted if other == kind)

    @staticmethod
    def keep(new: set[tuple[str, str]]) -> None:
        """Write new names down, in the caller's transaction."""
        Term.objects.bulk_create([Term(kind=kind, word=word) for kind, word in sorted(new)], ignore_conflicts=True)

    def add(self, new: set[tuple[str, str]]) -> None:
        """The new names are committed: from now on they are met."""
        for kind, word in new:
            self._met[kind].add(word)
