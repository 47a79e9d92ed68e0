"""Conditions on the marks that people here put on somebody: tags, and who is a VIP."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from relacja.contacts import fields, tags
from relacja.segments import blanks
from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice
from relacja.segments.comparisons import Column
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.attribute import at_path
from relacja.segments.values import as_text

LISTED = ".:`Array(Nullable(String))`"
HAS: dict[str, Any] = {"has": pgettext_lazy("tag", "has"), "has_not": pgettext_lazy("tag", "does not have")}
IS: dict[str, Any] = {"is": pgettext_lazy("VIP", "is a VIP"), "is_not": pgettext_lazy("VIP", "is not a VIP")}


def tag_names() -> list[tuple[str, Any]]:
    """The tags in use, by name."""
    return [(tag.key, tag.name) for tag in tags.remembered().tags]


@dataclass(frozen=True, slots=True)
class TagName(Choice):
    """A tag by its key, whether it is in use or not: one that was removed stays in the rules that speak of it."""

    def read(self, value: Any) -> str:
        return blanks.text(value, self.name, longest=40)

    def _options(self, value: str) -> list[tuple[str, Any]]:
        found = tags.remembered()
        return super(TagName, self)._options(found.leads.get(value) or value)


@leaf("tag")
@dataclass(frozen=True, slots=True)
class Tagged(Leaf):
    op: str
    tag: str

    label = gettext_lazy("Tag")
    icon = "tag"
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(HAS.items())),
        TagName("tag", gettext_lazy("tag"), tag_names),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "has"})]

    def sql(self, bind: Binder) -> str:
        keys = bind(tags.remembered().behind(self.tag), "Array(String)")
        found = f"hasAny({bind.path('attributes', tags.KEY)}{LISTED}, {keys})"
        return found if self.op == "has" else f"NOT {found}"

    def words(self) -> str:
        called = tags.remembered().called(self.tag)
        if self.op == "has":
            return _("has the tag “{tag}”").format(tag=called)
        return _("does not have the tag “{tag}”").format(tag=called)

    def denied(self) -> str:
        return Tagged("has_not" if self.op == "has" else "has", self.tag).words()

    def check(self, person: Person) -> bool:
        keys = set(tags.remembered().behind(self.tag))
        return bool(keys & set(_held(person))) == (self.op == "has")

    def evidence(self, person: Person) -> Evidence:
        names = ", ".join(tag.name for tag in tags.remembered().meant(_held(person)))
        return Evidence(_("Tags: {tags}").format(tags=names or pgettext("value", "none")))


@leaf("vip")
@dataclass(frozen=True, slots=True)
class IsVip(Leaf):
    op: str

    label = gettext_lazy("VIP")
    icon = "star"
    blanks = (Choice("op", gettext_lazy("whether"), lambda: list(IS.items())),)

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "is"})]

    def sql(self, bind: Binder) -> str:
        found = Column.of_json("attributes", f"{fields.VIP}.since", bind).text
        return f"{found} {'!=' if self.op == 'is' else '='} ''"

    def words(self) -> str:
        return str(IS[self.op])

    def denied(self) -> str:
        return IsVip("is_not" if self.op == "is" else "is").words()

    def check(self, person: Person) -> bool:
        return bool(self._since(person)) == (self.op == "is")

    def evidence(self, person: Person) -> Evidence:
        since = self._since(person)
        return Evidence(_("VIP since {day}").format(day=since) if since else _("Not a VIP"))

    def _since(self, person: Person) -> str:
        return as_text(at_path(person.attributes, f"{fields.VIP}.since"))


def _held(person: Person) -> list[str]:
    """The keys of the tags somebody has; what is no list of texts is none."""
    held = person.attributes.get(tags.KEY)
    return [one for one in held if isinstance(one, str)] if isinstance(held, list) else []
