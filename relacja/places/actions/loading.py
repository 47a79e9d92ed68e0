"""A list of places is read beside the one in force, in blocks, and takes its place at one stroke."""

import gzip
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _

from relacja.lib import globe
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.places import hearing, queries, reading
from relacja.places.models import Gazetteer, Postcode, Region, Town
from relacja.places.reading import Broken, Line, Listed
from relacja.staff.models import User

DATA = Path(__file__).resolve().parent.parent / "data"
WORLD = ""
SUPPLIED = ((WORLD, "towns.txt.gz"), ("PL", "PL.txt.gz"))
MOST_BYTES = 60_000_000
MOST_LINES = 1_000_000
MOST_BROKEN = 100
LONGEST_KEY = 130
AT_ONCE = 5_000
PATIENCE = timedelta(minutes=5)
Row = TypeVar("Row", bound=models.Model)


def load_supplied(*, now: datetime) -> None:
    """What the program carries is in force where nobody brought a list of their own. Cheap when it is there already.

    One at a time: what another began and did not end is waited for, and after `PATIENCE` taken away.
    """
    begun = Gazetteer.objects.filter(by=None, loaded_at=None)
    if begun.filter(at__gt=now - PATIENCE).exists():
        return
    for one in begun:
        _empty(one)
        one.delete()
    changed = []
    ours = {one.country: one for one in Gazetteer.objects.live()}
    for country, name in SUPPLIED:
        present = ours.get(country)
        if present is not None and present.by_id:
            continue
        digest = hashlib.sha256((DATA / name).read_bytes()).hexdigest()
        if present is None or present.digest != digest:
            made = Gazetteer.objects.create(country=country, name=name, digest=digest, at=now)
            with gzip.open(DATA / name) as file:
                _world(made, file) if country == WORLD else _country(made, file)
            _enforce(made, now=now)
            changed.append(country)
    if changed:
        hearing.tell(WORLD if WORLD in changed else changed[0])


def take(file: IO[bytes], *, name: str, size: int, by: User, now: datetime) -> Gazetteer:
    """A list that somebody brought, to be read by `read_in`. Raises `Refused` when it cannot be one."""
    if size > MOST_BYTES:
        raise Refused(_("The file is larger than {size} MB.").format(size=MOST_BYTES // 1_000_000))
    first = next((line for line in reading.lines(islice(reading.unpacked(file), 50)) if isinstance(line, Line)), None)
    if first is None:
        raise reading.NotPlaces(_("This is not a list of postcodes as GeoNames writes them."))
    file.seek(0)
    path = default_storage.save(f"places/{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.txt", File(file))
    digest = hashlib.sha256(path.encode()).hexdigest()
    name = cleaned(name)[-200:] or first.country
    return Gazetteer.objects.create(country=first.country, name=name, path=path, digest=digest, by=by, at=now)


def read_in(gazetteer: Gazetteer, *, now: datetime) -> None:
    """The list is in force, or says what is wrong with it. Safe to run twice."""
    _empty(gazetteer)
    try:
        with default_storage.open(gazetteer.path) as file:
            _country(gazetteer, reading.unpacked(file))
        if not gazetteer.postcodes:
            raise reading.NotPlaces(_("This is not a list of postcodes as GeoNames writes them."))
    except (Refused, EOFError, ValueError, FileNotFoundError) as refusal:
        _empty(gazetteer)
        gazetteer.problem = str(refusal)[:300] if isinstance(refusal, Refused) else str(_("The file is damaged."))
        gazetteer.save(update_fields=["problem"])
        return
    finally:
        default_storage.delete(gazetteer.path)
    _enforce(gazetteer, now=now)
    hearing.tell(gazetteer.country)


def remove(gazetteer: Gazetteer, *, now: datetime) -> None:
    """The list is no longer asked. What came with the program comes back by itself."""
    if gazetteer.loaded_at is None:
        gazetteer.delete()
    elif Gazetteer.objects.live().filter(pk=gazetteer.pk).update(retired_at=now):
        _let_go()
        hearing.tell(gazetteer.country)


def _enforce(gazetteer: Gazetteer, *, now: datetime) -> None:
    with transaction.atomic():
        Gazetteer.objects.live().filter(country=gazetteer.country).update(retired_at=now)
        gazetteer.loaded_at = now
        gazetteer.save()
    queries.forget_remembered()
    _let_go()


def _let_go() -> None:
    """The rows of lists that are no longer asked are deleted, a block at a time."""
    for one in Gazetteer.objects.exclude(retired_at=None):
        _empty(one)
        one.delete()


def _empty(gazetteer: Gazetteer) -> None:
    for model in (Postcode, Town):
        rows = model._default_manager.filter(gazetteer=gazetteer)
        while ids := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            model._default_manager.filter(pk__gte=min(ids), pk__lte=max(ids), gazetteer=gazetteer).delete()


def _world(gazetteer: Gazetteer, file: Iterable[bytes]) -> None:
    towns = list(reading.towns(file))
    _insert(Town, (row for town in towns for row in _names(gazetteer, town)))
    gazetteer.towns = len(towns)


def _names(gazetteer: Gazetteer, town: Listed) -> Iterator[Town]:
    for key in {folded(name)[:LONGEST_KEY] for name in (town.name, *town.names)}:
        yield Town(
            gazetteer=gazetteer,
            country=town.country,
            key=key,
            name=town.name,
            lat=town.at.lat,
            lon=town.at.lon,
            people=town.people,
        )


def _country(gazetteer: Gazetteer, file: Iterable[bytes]) -> None:
    """Postcodes as they stand; the towns they name, at the place we know of them or amid their postcodes."""
    regions: dict[str, str] = {}
    towns: dict[tuple[str, str, str], list[globe.Point]] = defaultdict(list)
    broken: list[Broken] = []
    gazetteer.refused = gazetteer.postcodes = 0

    def rows() -> Iterator[Postcode]:
        for number, line in enumerate(reading.lines(file)):
            if number >= MOST_LINES:
                raise Refused(_("The list holds more than {number} lines.").format(number=MOST_LINES))
            if isinstance(line, Line) and line.country != gazetteer.country:
                reason = _("This line is about another country: one file, one country.")
                line = Broken(number + 1, f"{line.country} {line.code}", reason)
            if isinstance(line, Broken):
                gazetteer.refused += 1
                if len(broken) < MOST_BROKEN:
                    broken.append(line)
                continue
            if line.region:
                regions[line.region] = line.region_name
            towns[folded(line.town)[:LONGEST_KEY], line.region, line.town].append(line.at)
            yield Postcode(
                gazetteer=gazetteer,
                code=line.code,
                town=line.town,
                key=folded(line.town)[:LONGEST_KEY],
                region=line.region,
                lat=line.at.lat,
                lon=line.at.lon,
            )

    gazetteer.postcodes = _insert(Postcode, rows())
    gazetteer.refusals = [asdict(one) for one in broken]
    known = [Region(code=code, name=name) for code, name in regions.items()]
    Region.objects.bulk_create(
        known, update_conflicts=True, unique_fields=["code"], update_fields=["name"], batch_size=AT_ONCE
    )
    _insert(Town, _towns(gazetteer, towns))
    gazetteer.towns = len(towns)


def _towns(gazetteer: Gazetteer, towns: dict[tuple[str, str, str], list[globe.Point]]) -> Iterator[Town]:
    """Each town under its name; one that the list of the world knows stands at its centre, under all its names."""
    world = Town.objects.filter(gazetteer__in=Gazetteer.objects.live().filter(country=WORLD))
    by_key: dict[str, list[Town]] = defaultdict(list)
    by_place: dict[tuple[float, float], list[str]] = defaultdict(list)
    for one in world.filter(country=gazetteer.country):
        by_key[one.key].append(one)
        by_place[one.lat, one.lon].append(one.key)
    for (key, region, name), points in towns.items():
        at, people, keys = globe.middle(points), 0, [key]
        known = [one for one in by_key[key] if globe.distance(globe.Point(one.lat, one.lon), at) < queries.SAME_TOWN]
        if known:
            largest = max(known, key=lambda one: one.people)
            at, people = globe.Point(largest.lat, largest.lon), largest.people
            keys = list(dict.fromkeys([key, *by_place[at.lat, at.lon]]))
        for called in keys:
            yield Town(
                gazetteer=gazetteer,
                country=gazetteer.country,
                key=called,
                name=name,
                region=region,
                lat=at.lat,
                lon=at.lon,
                people=people,
            )


def _insert(model: type[Row], rows: Iterable[Row]) -> int:
    """Rows in blocks, so that nobody waits long for their turn to write. Returns how many."""
    found, count = iter(rows), 0
    while block := list(islice(found, AT_ONCE)):
        with transaction.atomic():
            model._default_manager.bulk_create(block)
        count += len(block)
    return count
