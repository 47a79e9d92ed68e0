"""Where an address is, what a text names, and what somebody may mean who began to write."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relacja.lib import globe
from relacja.lib.globe import Point
from relacja.lib.text import folded
from relacja.places import spelling
from relacja.places.models import Gazetteer, Postcode, Region, Town
from relacja.places.spelling import HOME

AT_ONCE = 500
SAME_TOWN = 30.0
OUTSTANDING = 5
CITY = 500_000
SUGGESTIONS = 8
FRESH = 5.0
LAST = "\N{LATIN SMALL LETTER Z WITH CARON}" * 3
BY_POSTCODE, BY_TOWN, UNKNOWN, NOWHERE = "postcode", "town", "unknown", ""
KNOWN = (BY_POSTCODE, BY_TOWN)
COORDINATES = re.compile(r"\(?\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*\)?\s*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """What was written down: a two-letter country, a postcode and a town, each perhaps empty."""

    country: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is. `by` says what told it, or that the place is unknown, or that there is no address."""

    by: str = NOWHERE
    town: str = ""
    region: str = ""
    at: Point | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with the name by which somebody chose it."""

    name: str
    at: Point


def located(addresses: Iterable[Address]) -> dict[Address, Place]:
    """Where the addresses are. A few queries for every 500 of them, none where no list of places is loaded."""
    asked = list(dict.fromkeys(addresses))
    lists = {one.country: one.pk for one in Gazetteer.objects.live().only("pk", "country")}
    codes = _postcodes(asked, lists)
    towns = _towns({(one.country, key) for one in asked for key in spelling.towns(one.city)}, lists)
    return {one: _placed(one, codes, towns) for one in asked}


def _placed(
    address: Address, codes: dict[tuple[str, str], list[Postcode]], towns: dict[tuple[str, str], list[Town]]
) -> Place:
    names = list(spelling.towns(address.city))
    town = next((found for key in names if (found := _one_of(towns.get((address.country, key), [])))), None)
    for code in spelling.postcodes(address.country, address.postcode):
        if rows := codes.get((address.country, code)):
            same = [one for one in rows if one.key in names or (town is not None and one.town == town.name)]
            return _amid(same or rows, address.city, town)
    if town is not None:
        return Place(BY_TOWN, town.name, town.region, Point(town.lat, town.lon))
    return Place(UNKNOWN if address.city.strip() or address.postcode.strip() else NOWHERE, address.city.strip())


def _amid(found: Sequence[Postcode], city: str, town: Town | None) -> Place:
    at = globe.middle([Point(one.lat, one.lon) for one in found])
    region = Counter(one.region for one in found).most_common(1)[0][0]
    names = {one.town for one in found}
    if town is not None and globe.distance(at, Point(town.lat, town.lon)) < SAME_TOWN:
        name = town.name
    else:
        name = city.strip() or (names.pop() if len(names) == 1 else "")
    return Place(BY_POSTCODE, name, region, at)


def _one_of(found: Sequence[Town]) -> Town | None:
    """The town that is meant by a name: the only one, or one much larger than its namesakes."""
    apart: list[Town] = []
    for one in sorted(found, key=lambda one: (-one.people, not one.region, one.pk)):
        if all(globe.distance(Point(one.lat, one.lon), Point(o.lat, o.lon)) > SAME_TOWN for o in apart):
            apart.append(one)
    if not apart:
        return None
    is_clear = len(apart) == 1 or apart[0].people > OUTSTANDING * apart[1].people
    largest = max(found, key=lambda one: (one.people, bool(one.region), -one.pk))
    return largest if is_clear else None


def _postcodes(asked: Iterable[Address], lists: dict[str, int]) -> dict[tuple[str, str], list[Postcode]]:
    countries = {pk: country for country, pk in lists.items() if country}
    codes = sorted(
        {code for one in asked if one.country in lists for code in spelling.postcodes(one.country, one.postcode)}
    )
    found: dict[tuple[str, str], list[Postcode]] = defaultdict(list)
    for block in _blocks(codes):
        for row in Postcode.objects.filter(code__in=block, gazetteer__in=list(countries)).order_by("pk"):
            found[countries[row.gazetteer_id], row.code].append(row)
    return found


def _towns(asked: Iterable[tuple[str, str]], lists: dict[str, int]) -> dict[tuple[str, str], list[Town]]:
    wanted = set(asked) if lists else set()
    found: dict[tuple[str, str], list[Town]] = defaultdict(list)
    for block in _blocks(sorted({key for _country, key in wanted})):
        for row in Town.objects.filter(key__in=block, gazetteer__in=list(lists.values())).order_by("pk"):
            if (row.country, row.key) in wanted:
                found[row.country, row.key].append(row)
    return found


def _blocks(values: list[str]) -> Iterator[list[str]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def are_known() -> bool:
    """Whether the places that come with the program are there; after the first start that takes a minute."""
    return Gazetteer.objects.live().exists()


def spot(text: str) -> Spot | None:
    """The point that a text names: coordinates, a postcode, a town, or an address with one of them. Home comes first.

    After a comma may stand the region or the country: "Nowa Wieś, mazowieckie", "10115 Berlin, DE".
    """
    text = " ".join(text.split())
    if found := COORDINATES.search(text):
        try:
            at = Point(float(found[1]), float(found[2]))
        except ValueError:
            return None
        return Spot(text[: found.start()].strip(" ,@") or f"{at.lat:g}, {at.lon:g}", at)
    name, _comma, rest = text.rpartition(",")
    for wanted, hint in ((name, folded(rest)), (text, "")):
        if wanted.strip() and (known := _named(wanted.strip(), hint)):
            return Spot(text if hint == "" else wanted.strip(), known)
    return None


def _named(text: str, hint: str) -> Point | None:
    codes = _by_postcode(text, hint)
    if codes:
        names = folded(text)
        same = [one for one in codes if one.key in names] or codes
        return globe.middle([Point(one.lat, one.lon) for one in same])
    for key in spelling.towns(text):
        rows = Town.objects.filter(key=key, gazetteer__in=Gazetteer.objects.live())
        towns = [one for one in rows if _fits(one.country, one.region, hint)]
        if towns:
            best = max(towns, key=lambda one: (one.people >= CITY, one.country == HOME, one.people, bool(one.region)))
            return Point(best.lat, best.lon)
    return None


def _by_postcode(text: str, hint: str) -> list[Postcode]:
    """The places of the first postcode in the text, those at home before others."""
    found = spelling.POLISH.search(text)
    words = [found[0]] if found else [word for word in text.split() if any(char.isdigit() for char in word)]
    for word in [*words, text]:
        code = spelling.postcode(word)
        if len(code) < 3 or not any(char.isdigit() for char in code):
            continue
        live = Gazetteer.objects.live().exclude(country="")
        rows = list(Postcode.objects.filter(code=code, gazetteer__in=live).select_related("gazetteer").order_by("pk"))
        rows = [one for one in rows if _fits(one.gazetteer.country, one.region, hint)]
        country = next((one.gazetteer.country for one in rows if one.gazetteer.country == HOME), "")
        country = country or (rows[0].gazetteer.country if rows else "")
        if rows:
            return [one for one in rows if one.gazetteer.country == country]
    return []


def _fits(country: str, region: str, hint: str) -> bool:
    """Whether what stands after the comma is the region or the country, in any language we speak."""
    return not hint or hint in {folded(country), folded(spelling.country(country)), *_names_of(region)}


def _names_of(code: str) -> set[str]:
    known = regions().get(code, "")
    return {folded(known), folded(spelling.region(code, known))} if code else set()


def suggestions(text: str) -> list[tuple[str, str]]:
    """Places that begin with what was typed, the largest first: what to write, and where that is. Two queries."""
    key = folded(text.partition(",")[0])
    if len(key) < 2:
        return []
    if key[0].isdigit():
        return _suggested_codes(spelling.postcode(text.split()[0] if text.split() else ""))
    lists = {one.country: one.pk for one in Gazetteer.objects.live().only("pk", "country")}
    rows = Town.objects.filter(key__gte=key, key__lt=key + LAST, gazetteer__in=list(lists.values()))
    found: dict[tuple[str, str, str], Town] = {}
    for row in rows.exclude(gazetteer=lists.get(""), country__in=lists).order_by("-people", "pk")[: SUGGESTIONS * 8]:
        found.setdefault((row.country, row.name, row.region), row)
    ordered = sorted(found.values(), key=lambda one: (one.country != HOME, -one.people, one.name))
    return [(f"{one.name}, {where(one.country, one.region)}", where(one.country, one.region)) for one in ordered][
        :SUGGESTIONS
    ]


def _suggested_codes(code: str) -> list[tuple[str, str]]:
    live = Gazetteer.objects.live().exclude(country="")
    rows = Postcode.objects.filter(code__gte=code, code__lt=code + LAST, gazetteer__in=live)
    found: dict[str, str] = {}
    for row in rows.select_related("gazetteer").order_by("code", "pk")[: SUGGESTIONS * 8]:
        country = row.gazetteer.country
        written = f"{spelling.shown(country, row.code)} {row.town}"
        found.setdefault(written, where(country, row.region))
    return list(found.items())[:SUGGESTIONS]


def town_names(text: str) -> list[str]:
    """Names of towns that begin with what was typed, each once."""
    return list(dict.fromkeys(value.rpartition(",")[0] for value, _where in suggestions(text)))


def region_name(code: str) -> str:
    """A region in the reader's language; its code when nobody knows it any more."""
    return spelling.region(code, regions().get(code, code))


def where(country: str, region: str) -> str:
    """The region at home, the country elsewhere, in the reader's language."""
    if country == HOME and region:
        return region_name(region)
    return spelling.country(country)


_remembered: list[tuple[float, dict[str, str]]] = []


def regions() -> dict[str, str]:
    """The names of all regions by code, a few seconds old at most."""
    if not _remembered or time.monotonic() > _remembered[0][0]:
        names = dict(Region.objects.order_by("code").values_list("code", "name"))
        _remembered[:] = [(time.monotonic() + FRESH, names)]
    return _remembered[0][1]


def forget_remembered() -> None:
    _remembered.clear()


def region_choices() -> list[tuple[str, str]]:
    """Every region by name, those at home first; abroad the country stands with it."""
    found = []
    for code, name in regions().items():
        country = code.partition(".")[0]
        label = spelling.region(code, name)
        found.append((code, label if country == HOME else f"{label} ({spelling.country(country)})"))
    return sorted(found, key=lambda one: (not one[0].startswith(f"{HOME}."), folded(one[1])))
