"""A condition on how far from a place somebody lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.lib import globe
from relacja.lib.globe import Point
from relacja.places import queries as places
from relacja.places.queries import Spot
from relacja.segments import blanks
from relacja.segments.binder import Binder
from relacja.segments.blanks import Blank, Input, Number, Unfit
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.where import PLACE, address, stands
from relacja.ui import written

FARTHEST = 5_000
USUAL = 25


@dataclass(frozen=True, slots=True)
class Centre(Blank):
    """A place by name with its coordinates, so that it stays where it was when lists of places change.

    JSON may name it only: it is looked up once, as what a person typed is.
    """

    def read(self, value: Any) -> Spot:
        if isinstance(value, Mapping):
            return self._told(value)
        wanted = blanks.text(value, self.name, longest=200)
        found = places.spot(wanted)
        if found is None and not places.are_known():
            raise Unfit(_("The places of the world are being learned. Try again in a minute."))
        if found is None:
            raise Unfit(
                _("No place is known as “{text}”. Write a town, a postcode or coordinates.").format(text=wanted)
            )
        return _rounded(found.name, found.at.lat, found.at.lon)

    def _told(self, value: Mapping[str, Any]) -> Spot:
        name = blanks.text(value.get("name"), f"{self.name}.name", longest=200)
        if set(value) != {"name", "lat", "lon"}:
            raise Unfit(_("A place is an object with “name”, “lat” and “lon”, or a text."))
        lat, lon = (float(blanks.number(value[key], f"{self.name}.{key}")) for key in ("lat", "lon"))
        try:
            return _rounded(name, lat, lon)
        except ValueError as error:
            raise Unfit(_("There is no such point on the globe.")) from error

    def write(self, value: Spot) -> dict[str, Any]:
        return {"name": value.name, "lat": value.at.lat, "lon": value.at.lon}

    def fill(self, value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            return super(Centre, self).fill(value)
        name, lat, lon = value["name"], value["lat"], value["lon"]
        known = places.spot(name)
        is_same = known is not None and self.write(known) == dict(value)
        return {self.name: name if is_same else f"{name} ({lat:g}, {lon:g})"}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        known = places.suggestions(typed.get(self.name, ""))
        return [self.input("suggested", typed, options=known, hint=gettext_lazy("town, postcode"))]


@leaf("near")
@dataclass(frozen=True, slots=True)
class Near(Leaf):
    km: int
    of: Spot

    label = gettext_lazy("Near a place")
    icon = "map-pin"
    also = pgettext_lazy("found by", "distance, radius, kilometres, nearby, around")
    under: ClassVar[Any] = PLACE
    blanks = (
        Number("km", gettext_lazy("kilometres"), 1, FARTHEST, before=gettext_lazy("within"), after=gettext_lazy("km")),
        Centre("of", gettext_lazy("place"), before=gettext_lazy("of the place")),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"km": str(USUAL)}, heading=cls.under)]

    def sql(self, bind: Binder) -> str:
        """A box leaves out nearly everybody before distances are reckoned; the formula is that of `globe.haversine`."""
        box = globe.around(self.of.at, self.km)
        lat, lon = bind(self.of.at.lat, "Float64"), bind(self.of.at.lon, "Float64")
        known = f"place IN {bind(list(places.KNOWN), 'Array(String)')}"
        inside = (
            f"lat BETWEEN {bind(box.south, 'Float64')} AND {bind(box.north, 'Float64')}"
            f" AND lon BETWEEN {bind(box.west, 'Float64')} AND {bind(box.east, 'Float64')}"
        )
        haversine = (
            f"pow(sin(radians(lat - {lat}) / 2), 2)"
            f" + cos(radians({lat})) * cos(radians(lat)) * pow(sin(radians(lon - {lon}) / 2), 2)"
        )
        return f"({known} AND {inside} AND {haversine} <= {bind(globe.haversine_of(self.km), 'Float64')})"

    def words(self) -> str:
        return _("lives within {km} km of {place}").format(km=written.number(self.km), place=self.of.name)

    def denied(self) -> str:
        return _("does not live within {km} km of {place}").format(km=written.number(self.km), place=self.of.name)

    def check(self, person: Person) -> bool:
        at = _point(person)
        return at is not None and globe.haversine(self.of.at, at) <= globe.haversine_of(self.km)

    def evidence(self, person: Person) -> Evidence:
        at = _point(person)
        if at is None:
            return Evidence(stands(person))
        far = globe.distance(self.of.at, at)
        sentence = _("{address} is {far} km from {place}")
        said = written.number(far, 1) if far < 100 else written.number(round(far))
        return Evidence(sentence.format(address=address(person), far=said, place=self.of.name))


def _rounded(name: str, lat: float, lon: float) -> Spot:
    """To a metre: as it is written in JSON, so that it reads the same."""
    return Spot(name, Point(round(lat, 5), round(lon, 5)))


def _point(person: Person) -> Point | None:
    columns = person.columns
    return Point(columns["lat"], columns["lon"]) if columns.get("place") in places.KNOWN else None
