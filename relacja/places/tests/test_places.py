"""Lists of places: read, in force, and asked where addresses are."""

import zipfile
from io import BytesIO

import pytest

from relacja.lib import globe
from relacja.lib.errors import Refused
from relacja.lib.globe import Point
from relacja.places import actions
from relacja.places.models import Gazetteer, Postcode, Town
from relacja.places.queries import UNKNOWN
from relacja.places.tests.making import LINES, make_gazetteer, place, written


def test_a_postcode_of_several_places_is_the_one_named_or_amid_them(db, now):
    make_gazetteer(now)

    assert place("59-700", "Golnice").at == Point(51.3504, 15.5852)
    assert place("59-700", "").town == ""
    assert globe.distance(place("59-700", "Elsewhere").at, Point(51.31, 15.58)) < 5


def test_where_no_list_is_loaded_every_address_is_unknown_and_costs_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert place("31-042", "Kraków").by == UNKNOWN


def test_lines_that_cannot_be_read_are_listed_with_their_reason(db, now):
    broken = [
        "PL\t31",
        "XYZ\t1\tA\t\t\t\t\t\t\t1\t1\t",
        "PL\t31-042\tB\t\t\t\t\t\t\t91\t1\t",
        "DE\t1\tC\t\t\t\t\t\t\t1\t1\t",
    ]

    made = make_gazetteer(now, written() + "\n".join(broken).encode())

    assert (made.postcodes, made.refused) == (len(LINES), 4)
    assert [one["number"] for one in made.refusals] == [9, 10, 11, 12]
    assert len({one["reason"] for one in made.refusals}) == 4


def test_a_list_takes_the_place_of_the_one_before(db, now, alice):
    before = make_gazetteer(now, by=alice)

    after = make_gazetteer(now, written(LINES[:1]), by=alice)

    assert not Gazetteer.objects.filter(pk=before.pk).exists()
    assert set(Postcode.objects.values_list("gazetteer", flat=True)) == {after.pk}
    assert place("32-020", "Wieliczka").by == UNKNOWN


def test_a_zip_of_geonames_is_unpacked(db, now):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "words")
        archive.writestr("PL.txt", written())

    assert make_gazetteer(now, packed.getvalue()).postcodes == len(LINES)


@pytest.mark.parametrize("content", [b"", b"name;city\nAnna;Krak", b"PK\x03\x04broken", b"\xff\xfe\x00"])
def test_what_is_no_list_of_postcodes_is_refused(db, now, content):
    with pytest.raises(Refused):
        make_gazetteer(now, content)

    assert not Gazetteer.objects.exists()


def test_a_list_that_is_removed_is_no_longer_asked(db, now):
    actions.remove(make_gazetteer(now), now=now)

    assert not Town.objects.exists()
    assert place("31-042", "Kraków").by == UNKNOWN


def test_an_administrator_loads_a_country_and_sees_its_broken_lines(as_alice, now):
    file = BytesIO(written() + b"PL\tbroken\n")
    file.name = "PL.txt"

    answer = as_alice.post("/settings/places/", {"file": file})

    assert answer.status_code == 302
    made = Gazetteer.objects.get()
    actions.read_in(made, now=now)
    assert "Polska" in as_alice.get("/settings/places/").text
    assert "PL\tbroken" in as_alice.get(f"/settings/places/{made.pk}/").text
    assert as_alice.post(f"/settings/places/{made.pk}/removal/").status_code == 302
    assert not Gazetteer.objects.exists()
