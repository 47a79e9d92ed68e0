"""Conditions on who takes care of somebody: a person who works here, or the people of a team.

In a list they may speak of whoever looks, `me` and `mine`; in a segment nobody looks, and they are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice, Input, Unfit
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.staff import teams

ME, MINE = "me", "mine"
IS: dict[str, Any] = {
    "is": pgettext_lazy("owner", "is"),
    "is_not": pgettext_lazy("owner", "is not"),
    "nobody": pgettext_lazy("owner", "nobody"),
    "somebody": pgettext_lazy("owner", "somebody"),
}
IN: dict[str, Any] = {"in": pgettext_lazy("team", "is in"), "not_in": pgettext_lazy("team", "is not in")}
ALONE = frozenset({"nobody", "somebody"})


def people() -> list[tuple[str, Any]]:
    """Whoever looks, then everybody who works here, by name."""
    roster = teams.remembered()
    here = [(str(pk), name) for pk, name in roster.staff.items() if pk in roster.here]
    return [(ME, pgettext("owner", "me")), *here]


def every_team() -> list[tuple[str, Any]]:
    """The teams of whoever looks, then every team in use, by name."""
    return [(MINE, pgettext("team", "my team")), *((str(team.pk), team.name) for team in teams.remembered().teams)]


@dataclass(frozen=True, slots=True)
class Numbered(Choice):
    """A person or a team by its number, whether it is still offered or not, or the word for whoever looks."""

    word: str = ""

    def read(self, value: Any) -> str:
        if value is None and not self.needed:
            return ""
        if value == self.word:
            return self.word
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not text.isascii() or not text.isdecimal() or not 0 < int(text[:20]) < 1 << 62:
            raise Unfit(_("Choose a value for “{field}”.").format(field=self.name))
        return str(int(text))

    def _options(self, value: str) -> list[tuple[str, Any]]:
        found = list(self.choices())
        if value and value not in dict(found):
            found.append((value, self.called(value)))
        return found

    def called(self, value: str) -> str:
        """The name of one that is not offered any more."""
        return f"#{value}"


class Somebody(Numbered):
    def called(self, value: str) -> str:
        return teams.remembered().who(int(value)) if value.isdecimal() else value

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        if typed.get("op") in ALONE:
            return []
        return [self.input("select", typed, options=self._options(typed.get(self.name, "")))]

    def parse(self, typed: Mapping[str, str]) -> Any:
        return None if typed.get("op") in ALONE else super().parse(typed)


class SomeTeam(Numbered):
    def called(self, value: str) -> str:
        return teams.remembered().called(int(value)) if value.isdecimal() else value


@leaf("owner")
@dataclass(frozen=True, slots=True)
class TakenCareOf(Leaf):
    op: str
    person: str

    label = gettext_lazy("Owner")
    icon = "user-check"
    also = pgettext_lazy("found by", "mine, salesperson, account manager")
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(IS.items())),
        Somebody("person", gettext_lazy("person"), people, needed=False, word=ME),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "is"})]

    def refuse_nonsense(self) -> None:
        if bool(self.person) == (self.op in ALONE):
            raise Unfit(_("Choose a value for “{field}”.").format(field="person"), field="person")

    @property
    def is_relative(self) -> bool:
        return self.person == ME

    def sql(self, bind: Binder) -> str:
        if self.op in ALONE:
            return f"owner_id {'=' if self.op == 'nobody' else '!='} 0"
        return f"owner_id {'=' if self.op == 'is' else '!='} {bind(self._wanted(bind.viewer), 'UInt64')}"

    def words(self) -> str:
        if self.op in ALONE:
            return _("nobody takes care of them") if self.op == "nobody" else _("somebody takes care of them")
        who = pgettext("takes care", "me") if self.person == ME else teams.remembered().who(int(self.person))
        sentence = _("owner is {person}") if self.op == "is" else _("owner is not {person}")
        return sentence.format(person=who)

    def denied(self) -> str:
        opposites = {"is": "is_not", "is_not": "is", "nobody": "somebody", "somebody": "nobody"}
        return TakenCareOf(opposites[self.op], self.person).words()

    def check(self, person: Person) -> bool:
        owner = person.columns.get("owner_id") or 0
        if self.op in ALONE:
            return (owner == 0) == (self.op == "nobody")
        return bool(owner == self._wanted(person.viewer)) == (self.op == "is")

    def evidence(self, person: Person) -> Evidence:
        return _told(person)

    def _wanted(self, viewer: int | None) -> int:
        return (viewer or 0) if self.person == ME else int(self.person)


@leaf("team")
@dataclass(frozen=True, slots=True)
class OfTeam(Leaf):
    op: str
    team: str

    label = gettext_lazy("Owner's team")
    icon = "users-round"
    also = pgettext_lazy("found by", "department, salespeople")
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(IN.items())),
        SomeTeam("team", gettext_lazy("team"), every_team, word=MINE),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "in"})]

    @property
    def is_relative(self) -> bool:
        return self.team == MINE

    def sql(self, bind: Binder) -> str:
        found = f"owner_id IN {bind(list(self._people(bind.viewer)), 'Array(UInt64)')}"
        return found if self.op == "in" else f"NOT {found}"

    def words(self) -> str:
        if self.team == MINE:
            return _("owner is in my team") if self.op == "in" else _("owner is not in my team")
        sentence = _("owner is in the team “{team}”") if self.op == "in" else _("owner is not in the team “{team}”")
        return sentence.format(team=teams.remembered().called(int(self.team)))

    def denied(self) -> str:
        return OfTeam("not_in" if self.op == "in" else "in", self.team).words()

    def check(self, person: Person) -> bool:
        return ((person.columns.get("owner_id") or 0) in self._people(person.viewer)) == (self.op == "in")

    def evidence(self, person: Person) -> Evidence:
        return _told(person)

    def _people(self, viewer: int | None) -> tuple[int, ...]:
        roster = teams.remembered()
        if self.team == MINE:
            return roster.colleagues(viewer) if viewer else ()
        return roster.people.get(int(self.team), ())


def _told(person: Person) -> Evidence:
    owner = person.columns.get("owner_id") or 0
    if not owner:
        return Evidence(_("Nobody takes care of them"))
    roster = teams.remembered()
    if said := roster.said(owner):
        return Evidence(_("Owner: {person} ({teams})").format(person=roster.who(owner), teams=said))
    return Evidence(_("Owner: {person}").format(person=roster.who(owner)))
