"""Conditions that are another rule in fewer words: asked, aged, kept live and answered as that rule is."""

from relacja.segments.binder import Binder, Passing
from relacja.segments.rules import Leaf, Person, Rule


class Meant(Leaf):
    """A condition that stands for `rule()`, which may be another one tomorrow."""

    __slots__ = ()

    def rule(self) -> Rule:
        """What it stands for right now."""
        raise NotImplementedError

    @property
    def ages(self) -> bool:
        return any(one.ages for one in self.rule().leaves())

    @property
    def ages_by_day(self) -> bool:
        return any(one.ages_by_day for one in self.rule().leaves())

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset(name for one in self.rule().leaves() for name in one.event_names)

    def hears(self, names: frozenset[str]) -> bool:
        return any(one.hears(names) for one in self.rule().leaves())

    def passed(self, bind: Passing) -> bool:
        known = True
        for one in self.rule().leaves():
            if one.ages:
                known = one.passed(bind) and known
        return known

    def sql(self, bind: Binder) -> str:
        return self.rule().sql(bind)

    def check(self, person: Person) -> bool:
        return self.rule().check(person)
