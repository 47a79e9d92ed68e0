"""Conditions on where a company is: those on where people live, asked of the records."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Cos, Length, Power, Radians, Sin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.contacts.models import Company, CompanyPlace, Record
from relacja.lib import globe
from relacja.lib.globe import Point
from relacja.lib.text import folded
from relacja.places import queries as places
from relacja.places import spelling
from relacja.segments.blanks import Number
from relacja.segments.firms import Asking, FirmLeaf
from relacja.segments.rules import leaf
from relacja.segments.segment_rules.near import FARTHEST, Centre, Near
from relacja.segments.segment_rules.where import AtPostcode, InCountry, InRegion, InTown, PlaceKnown, meant
from relacja.ui import written

HERE = gettext_lazy("Where the company is")
FAR_OFF = 2.0  # no two points of the globe have a haversine so great


@leaf("country", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmInCountry(FirmLeaf, InCountry):
    under: ClassVar[Any] = HERE

    def q(self, asking: Asking) -> Q:
        return _wanted(Q(country__in=self.country), self.op)

    def holds(self, company: Company, now: datetime) -> bool:
        return (company.country in self.country) == (self.op == "is")


@leaf("region", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmInRegion(FirmLeaf, InRegion):
    under: ClassVar[Any] = HERE

    def q(self, asking: Asking) -> Q:
        return _wanted(Q(place__region__in=self.region), self.op)

    def holds(self, company: Company, now: datetime) -> bool:
        return (_place(company).region in self.region) == (self.op == "is")


@leaf("town", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmInTown(FirmLeaf, InTown):
    under: ClassVar[Any] = HERE

    def q(self, asking: Asking) -> Q:
        return _wanted(Q(place__town_key=folded(self.town)), self.op)

    def holds(self, company: Company, now: datetime) -> bool:
        return (_place(company).town_key == folded(self.town)) == (self.op == "is")


@leaf("postcode", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmAtPostcode(FirmLeaf, AtPostcode):
    under: ClassVar[Any] = HERE

    def q(self, asking: Asking) -> Q:
        first, last = spelling.postcode(self.code), spelling.postcode(self.upper)
        here = Q(country__in=self._countries)
        if self.op == "is":
            return here & Q(place__postcode=first)
        if self.op == "starts_with":
            return here & Q(place__postcode__startswith=first)
        long = asking.named(Coalesce(Length("place__postcode"), Value(0)))
        return here & Q(place__postcode__gte=first, place__postcode__lte=last) & Q(**{long: len(first)})

    def holds(self, company: Company, now: datetime) -> bool:
        return company.country in self._countries and self.fits(_place(company).postcode)

    @property
    def _countries(self) -> tuple[str, ...]:
        """A company that names no country is at home."""
        return (self.country, "") if self.country == spelling.HOME else (self.country,)


@leaf("place", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmPlaceKnown(FirmLeaf, PlaceKnown):
    under: ClassVar[Any] = HERE

    def q(self, asking: Asking) -> Q:
        found = Q(place__by__in=meant(self.standing))
        return found | Q(place=None) if self.standing == "missing" else found

    def holds(self, company: Company, now: datetime) -> bool:
        return _place(company).by in meant(self.standing)


@leaf("near", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmNear(FirmLeaf, Near):
    under: ClassVar[Any] = HERE
    blanks = (
        Number(
            "km",
            gettext_lazy("kilometres"),
            1,
            FARTHEST,
            before=pgettext_lazy("company", "within"),
            after=gettext_lazy("km"),
        ),
        Centre("of", gettext_lazy("place"), before=gettext_lazy("of the place")),
    )

    def words(self) -> str:
        return _("is within {km} km of {place}").format(km=written.number(self.km), place=self.of.name)

    def denied(self) -> str:
        return _("is not within {km} km of {place}").format(km=written.number(self.km), place=self.of.name)

    def q(self, asking: Asking) -> Q:
        """A box leaves out nearly every company before distances are reckoned, as for people."""
        at, box = self.of.at, globe.around(self.of.at, self.km)
        up = Power(Sin(Radians(F("place__lat") - at.lat) / 2), 2)
        along = Power(Sin(Radians(F("place__lon") - at.lon) / 2), 2)
        far = asking.named(
            Coalesce(up + Cos(Radians(Value(at.lat))) * Cos(Radians("place__lat")) * along, Value(FAR_OFF))
        )
        inside = Q(place__lat__gte=box.south, place__lat__lte=box.north)
        inside &= Q(place__lon__gte=box.west, place__lon__lte=box.east)
        return inside & Q(**{f"{far}__lte": globe.haversine_of(self.km)})

    def holds(self, company: Company, now: datetime) -> bool:
        place = _place(company)
        if place.by not in places.KNOWN or place.lat is None or place.lon is None:
            return False
        return globe.haversine(self.of.at, Point(place.lat, place.lon)) <= globe.haversine_of(self.km)


def _wanted(found: Q, op: str) -> Q:
    return found if op == "is" else ~found


def _place(company: Company) -> CompanyPlace:
    """What was looked up; of one that was not yet, nothing."""
    return getattr(company, "place", None) or CompanyPlace()
