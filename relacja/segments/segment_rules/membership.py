"""A condition on another segment: whoever meets its rule right now."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.segments import blanks, rules
from relacja.segments.blanks import Choice, Unfit
from relacja.segments.models import Segment
from relacja.segments.rules import Evidence, Not, Person, Rule, Some, Start, leaf
from relacja.segments.segment_rules.meant import Meant

KIND = "segment"
EVIDENCE = 3
WHETHER: dict[str, Any] = {
    "in": pgettext_lazy("segment", "is in"),
    "not_in": pgettext_lazy("segment", "is not in"),
}


def segments() -> list[tuple[str, str]]:
    """The live segments by name."""
    return list(Segment.objects.live().named().order_by("name").values_list("key", "name"))


def named(rule: Any) -> set[str]:
    """The keys of the segments that a rule asks for itself."""
    if isinstance(rule, dict):
        own = {str(rule.get("segment"))} if rule.get("kind") == KIND else set()
        return own.union(*(named(one) for one in rule.values()))
    return set().union(*(named(one) for one in rule)) if isinstance(rule, list) else set()


def asking(key: str) -> list[int]:
    """The live segments that ask for this one, themselves or through others. One query."""
    known = list(Segment.objects.live().values_list("pk", "key", "rule"))
    found: dict[str, int] = {}
    wanted = {key}
    while wanted:
        reached = {other: pk for pk, other, rule in known if other not in found and named(rule) & wanted}
        found |= reached
        wanted = set(reached)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class SegmentKey(Choice):
    """A segment by its key. One that was archived goes on to mean what it meant."""

    def read(self, value: Any) -> str:
        return blanks.text(value, self.name, longest=80)


@leaf(KIND)
@dataclass(frozen=True, slots=True)
class InSegment(Meant):
    op: str
    segment: str

    label = gettext_lazy("Another segment")
    icon = "circle-dot-dashed"
    also = pgettext_lazy("found by", "belongs, group, exclude")
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(WHETHER.items())),
        SegmentKey("segment", gettext_lazy("segment"), segments),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "in"})]

    def refuse_nonsense(self) -> None:
        _refuse_circle(self.segment, ())

    def rule(self) -> Rule:
        found = Segment.objects.filter(key=self.segment).values_list("rule", flat=True).first()
        meant = rules.read(found) if found is not None else Some(())
        return meant if self.op == "in" else Not(meant)

    @property
    def lack(self) -> str:
        found = Segment.objects.filter(key=self.segment).first()
        if found is None:
            return _("There is no segment “{key}” any more: nobody is in it.").format(key=self.segment)
        if found.archived_at is not None:
            sentence = _("The segment “{name}” is archived. Here it goes on to mean what it meant.")
            return sentence.format(name=found.name)
        return ""

    def words(self) -> str:
        found = Segment.objects.filter(key=self.segment).values_list("name", flat=True).first()
        sentence = _("is in the segment “{segment}”") if self.op == "in" else _("is not in the segment “{segment}”")
        return sentence.format(segment=found or self.segment)

    def denied(self) -> str:
        return InSegment("not_in" if self.op == "in" else "in", self.segment).words()

    def evidence(self, person: Person) -> Evidence:
        found = [one.evidence(person) for one in self.rule().leaves()]
        events = {event.id: event for one in found for event in one.events}
        newest = sorted(events.values(), key=lambda event: (event.at, event.id.int), reverse=True)
        return Evidence("; ".join(one.value for one in found[:EVIDENCE]), tuple(newest[:EVIDENCE]))


def _refuse_circle(key: str, above: tuple[str, ...]) -> None:
    """A segment that asks for itself through others cannot be answered."""
    if key in above:
        raise Unfit(_("Segments would ask for each other in a circle: {keys}.").format(keys=" → ".join((*above, key))))
    for other in named(Segment.objects.filter(key=key).values_list("rule", flat=True).first()):
        _refuse_circle(other, (*above, key))
