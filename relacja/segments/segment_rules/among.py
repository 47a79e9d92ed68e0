"""A condition that names people one by one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relacja.segments.binder import Binder
from relacja.segments.blanks import Blank, Input, Unfit
from relacja.segments.rules import Evidence, Leaf, Person, leaf

MOST_PEOPLE = 1_000
LARGEST = 1 << 62
NUMBERS = re.compile(r"[#\s,;]*(\d{1,18}(?:[#\s,;]+\d{1,18})*)?[#\s,;]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbers(Blank):
    """Numbers of contacts, each once, in rising order; typed as "#12, #15"."""

    def read(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str) or not 0 < len(value) <= MOST_PEOPLE:
            raise Unfit(
                _("“{field}” must be a list of 1 to {number} numbers of contacts.").format(
                    field=self.name, number=MOST_PEOPLE
                )
            )
        for one in value:
            if isinstance(one, bool) or not isinstance(one, int) or not 0 < one < LARGEST:
                raise Unfit(_("“{value}” is not the number of a contact.").format(value=str(one)[:40]))
        return tuple(sorted(set(value)))

    def write(self, value: tuple[int, ...]) -> list[int]:
        return list(value)

    def parse(self, typed: Mapping[str, str]) -> Any:
        return numbers(typed.get(self.name, ""))

    def fill(self, value: Any) -> dict[str, str]:
        return {self.name: ", ".join(f"#{one}" for one in value or [])}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return [self.input("text", typed, hint="#12, #15")]


@leaf("among")
@dataclass(frozen=True, slots=True)
class Among(Leaf):
    contacts: tuple[int, ...]

    label = gettext_lazy("People by their numbers")
    icon = "users"
    blanks = (Numbers("contacts", gettext_lazy("contacts"), before=gettext_lazy("contacts")),)

    def sql(self, bind: Binder) -> str:
        return f"id IN {bind(list(self.contacts), 'Array(UInt64)')}"

    def words(self) -> str:
        count = len(self.contacts)
        words = ngettext("is the one person that was named", "is one of {number} people who were named", count)
        return words.format(number=count)

    def check(self, person: Person) -> bool:
        return person.id in self.contacts

    def evidence(self, person: Person) -> Evidence:
        return Evidence(f"#{person.id}")


def numbers(text: str) -> list[int] | str | None:
    """Numbers of contacts as they are typed; the text itself when it holds anything else, None when it is empty."""
    if not text.strip():
        return None
    if not NUMBERS.fullmatch(text):
        return text.strip()
    return [int(one) for one in re.findall(r"\d+", text)] or None
