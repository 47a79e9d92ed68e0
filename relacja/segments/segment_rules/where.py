"""Conditions on where somebody lives: country, region, town and postcode.

The region and the spelling of the town come from lists of places, by the postcode or the town of the address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.contacts.field_kinds.built_in import known_countries
from relacja.lib.text import folded
from relacja.places import queries as places
from relacja.places import spelling
from relacja.segments import blanks
from relacja.segments.binder import Binder
from relacja.segments.blanks import Blank, Choice, Input, Several, Unfit
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf

PLACE = gettext_lazy("Where they live")
REGION = r"[A-Z]{2}\.\w{1,21}"
LIVES: dict[str, Any] = {"is": pgettext_lazy("operator", "is"), "is_not": pgettext_lazy("operator", "is not")}
STANDING: dict[str, Any] = {
    "known": pgettext_lazy("place of an address", "is known"),
    "unknown": pgettext_lazy("place of an address", "is not among the known ones"),
    "missing": pgettext_lazy("place of an address", "is missing: there is no address"),
}
MATCHING: dict[str, Any] = {
    "is": pgettext_lazy("operator", "is"),
    "starts_with": pgettext_lazy("operator", "starts with"),
    "between": pgettext_lazy("operator", "is from ... to"),
}


def countries() -> list[tuple[str, str]]:
    return known_countries()[1:]


@dataclass(frozen=True, slots=True)
class TownName(Blank):
    """A town by name, in any spelling; those that begin so are suggested."""

    def read(self, value: Any) -> str:
        return blanks.text(value, self.name, longest=120)

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        known = [(name, name) for name in places.town_names(typed.get(self.name, ""))]
        return [self.input("suggested", typed, options=known)]


@dataclass(frozen=True, slots=True)
class Code(Blank):
    """A postcode, or how postcodes begin; `upper` is the end of a range, asked for only there."""

    upper: bool = False

    def read(self, value: Any) -> str:
        if value is None and self.upper:
            return ""
        written = blanks.text(value, self.name, longest=20)
        if not spelling.postcode(written):
            raise Unfit(_("“{value}” is not a postcode.").format(value=written))
        return written.strip()

    def write(self, value: str) -> str | None:
        return value or None

    def parse(self, typed: Mapping[str, str]) -> Any:
        return typed.get(self.name, "").strip() or None if self._is_asked(typed) else None

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return [self.input("text", typed)] if self._is_asked(typed) else []

    def _is_asked(self, typed: Mapping[str, str]) -> bool:
        return not self.upper or typed.get("op") == "between"


@leaf("country")
@dataclass(frozen=True, slots=True)
class InCountry(Leaf):
    op: str
    country: tuple[str, ...]

    label = gettext_lazy("Country")
    icon = "earth"
    also = pgettext_lazy("found by", "address, lives, abroad")
    under: ClassVar[Any] = PLACE
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(LIVES.items()), before=gettext_lazy("country")),
        Several("country", gettext_lazy("country"), countries),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "is", "country": spelling.HOME}, heading=cls.under)]

    def sql(self, bind: Binder) -> str:
        return f"country {_among(self.op)} {bind(list(self.country), 'Array(String)')}"

    def words(self) -> str:
        names = [spelling.country(one) for one in self.country]
        if len(names) > 1:
            several = _("country is one of: {names}") if self.op == "is" else _("country is none of: {names}")
            return several.format(names=", ".join(names))
        return (_("country is {name}") if self.op == "is" else _("country is not {name}")).format(name=names[0])

    def denied(self) -> str:
        return InCountry(_other(self.op), self.country).words()

    def check(self, person: Person) -> bool:
        return (_of(person, "country") in self.country) == (self.op == "is")

    def evidence(self, person: Person) -> Evidence:
        found = _of(person, "country")
        return Evidence(_("Country: {name}").format(name=spelling.country(found) if found else _("none")))


@leaf("region")
@dataclass(frozen=True, slots=True)
class InRegion(Leaf):
    """A region of a country whose list was removed goes on to mean what it meant."""

    op: str
    region: tuple[str, ...]

    label = gettext_lazy("Region, voivodeship")
    icon = "map"
    also = pgettext_lazy("found by", "address, lives, state, province")
    under: ClassVar[Any] = PLACE
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(LIVES.items()), before=gettext_lazy("region")),
        Several("region", gettext_lazy("region"), places.region_choices, other=REGION),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "is"}, heading=cls.under)]

    def sql(self, bind: Binder) -> str:
        return f"region {_among(self.op)} {bind(list(self.region), 'Array(String)')}"

    def words(self) -> str:
        names = [places.region_name(one) for one in self.region]
        if len(names) > 1:
            several = _("region is one of: {names}") if self.op == "is" else _("region is none of: {names}")
            return several.format(names=", ".join(names))
        return (_("region is {name}") if self.op == "is" else _("region is not {name}")).format(name=names[0])

    def denied(self) -> str:
        return InRegion(_other(self.op), self.region).words()

    def check(self, person: Person) -> bool:
        return (_of(person, "region") in self.region) == (self.op == "is")

    def evidence(self, person: Person) -> Evidence:
        found = _of(person, "region")
        if not found:
            return Evidence(stands(person))
        return Evidence(
            _("Region: {name}, by {address}").format(name=places.region_name(found), address=address(person))
        )


@leaf("town")
@dataclass(frozen=True, slots=True)
class InTown(Leaf):
    op: str
    town: str

    label = gettext_lazy("Town")
    icon = "building-2"
    also = pgettext_lazy("found by", "address, lives, city, place")
    under: ClassVar[Any] = PLACE
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(LIVES.items()), before=gettext_lazy("town")),
        TownName("town", gettext_lazy("town")),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "is"}, heading=cls.under)]

    def sql(self, bind: Binder) -> str:
        return f"town_key {_equals(self.op)} {bind(folded(self.town), 'String')}"

    def words(self) -> str:
        sentence = _("town is {name}") if self.op == "is" else _("town is not {name}")
        return sentence.format(name=self.town)

    def denied(self) -> str:
        return InTown(_other(self.op), self.town).words()

    def check(self, person: Person) -> bool:
        return (_of(person, "town_key") == folded(self.town)) == (self.op == "is")

    def evidence(self, person: Person) -> Evidence:
        return Evidence(_("Town: {name}").format(name=_of(person, "town") or _("none")))


@leaf("postcode")
@dataclass(frozen=True, slots=True)
class AtPostcode(Leaf):
    country: str
    op: str
    code: str
    upper: str = ""

    label = gettext_lazy("Postcode")
    icon = "mailbox"
    also = pgettext_lazy("found by", "address, lives, ZIP")
    under: ClassVar[Any] = PLACE
    blanks = (
        Choice("country", gettext_lazy("country"), countries, before=gettext_lazy("postcode in")),
        Choice("op", gettext_lazy("how to compare"), lambda: list(MATCHING.items())),
        Code("code", gettext_lazy("postcode")),
        Code("upper", gettext_lazy("last postcode"), before=gettext_lazy("to"), upper=True),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "starts_with", "country": spelling.HOME}, heading=cls.under)]

    def refuse_nonsense(self) -> None:
        if (self.op == "between") != bool(self.upper):
            raise Unfit(_("A range of postcodes has a first and a last one."), field="upper")
        first, last = spelling.postcode(self.code), spelling.postcode(self.upper)
        if self.upper and (len(first) != len(last) or first > last):
            raise Unfit(_("The last postcode must be as long as the first and come after it."), field="upper")

    def sql(self, bind: Binder) -> str:
        here = f"country = {bind(self.country, 'String')}"
        code = bind(spelling.postcode(self.code), "String")
        if self.op == "is":
            return f"({here} AND postcode = {code})"
        if self.op == "starts_with":
            return f"({here} AND startsWith(postcode, {code}))"
        last = bind(spelling.postcode(self.upper), "String")
        return f"({here} AND postcode BETWEEN {code} AND {last} AND length(postcode) = length({code}))"

    def words(self) -> str:
        sentence = {
            "is": _("postcode is {code}"),
            "starts_with": _("postcode starts with {code}"),
            "between": _("postcode is from {code} to {upper}"),
        }[self.op].format(code=self.code, upper=self.upper)
        return sentence if self.country == spelling.HOME else f"{sentence} ({spelling.country(self.country)})"

    def check(self, person: Person) -> bool:
        return _of(person, "country") == self.country and self.fits(_of(person, "postcode"))

    def fits(self, found: str) -> bool:
        """Whether a postcode of the country, written without signs, is meant."""
        first, last = spelling.postcode(self.code), spelling.postcode(self.upper)
        if self.op == "is":
            return found == first
        if self.op == "starts_with":
            return found.startswith(first)
        return len(found) == len(first) and first <= found <= last

    def evidence(self, person: Person) -> Evidence:
        found = spelling.shown(_of(person, "country"), _of(person, "postcode"))
        return Evidence(_("Postcode: {code}").format(code=found or _("none")))


@leaf("place")
@dataclass(frozen=True, slots=True)
class PlaceKnown(Leaf):
    standing: str

    label = gettext_lazy("Whether the place is known")
    icon = "map-pin-off"
    under: ClassVar[Any] = PLACE
    blanks = (
        Choice(
            "standing",
            gettext_lazy("whether"),
            lambda: list(STANDING.items()),
            before=gettext_lazy("place of the address"),
        ),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"standing": "unknown"}, heading=cls.under)]

    def sql(self, bind: Binder) -> str:
        return f"place IN {bind(meant(self.standing), 'Array(String)')}"

    def words(self) -> str:
        return {
            "known": _("place of the address is known"),
            "unknown": _("place of the address is not among the known ones"),
            "missing": _("there is no address"),
        }[self.standing]

    def check(self, person: Person) -> bool:
        return _of(person, "place") in meant(self.standing)

    def evidence(self, person: Person) -> Evidence:
        return Evidence(stands(person))


def address(person: Person) -> str:
    """Postcode and town as one would write them."""
    code = spelling.shown(_of(person, "country"), _of(person, "postcode"))
    return f"{code} {_of(person, 'town') or _of(person, 'city')}".strip()


def stands(person: Person) -> str:
    """What is known of the place of somebody's address, in words."""
    if _of(person, "place") == places.NOWHERE:
        return _("no address")
    if _of(person, "place") == places.UNKNOWN:
        return _("no known place: {address}").format(address=address(person))
    return address(person)


def meant(standing: str) -> list[str]:
    return {"known": list(places.KNOWN), "unknown": [places.UNKNOWN], "missing": [places.NOWHERE]}[standing]


def _of(person: Person, column: str) -> str:
    return str(person.columns.get(column) or "")


def _equals(op: str) -> str:
    return "=" if op == "is" else "!="


def _among(op: str) -> str:
    return "IN" if op == "is" else "NOT IN"


def _other(op: str) -> str:
    return "is_not" if op == "is" else "is"
