"""The places that come with the program."""

from datetime import timedelta

import pytest

from relacja.lib import globe
from relacja.lib.globe import Point
from relacja.places import actions, queries
from relacja.places.models import Gazetteer
from relacja.places.queries import BY_POSTCODE, BY_TOWN, NOWHERE, UNKNOWN
from relacja.places.tests.making import place

KRAKOW = Point(50.0614, 19.9366)


@pytest.fixture(scope="module")
def supplied(django_db_setup, django_db_blocker):
    """What the program carries, loaded once for these tests."""
    from conftest import NOW

    with django_db_blocker.unblock():
        actions.load_supplied(now=NOW)
        yield
        Gazetteer.objects.all().delete()


@pytest.mark.django_db
def test_the_places_of_poland_come_with_the_program(supplied):
    found = place("31-042", "Kraków")

    assert (found.by, found.town, found.region) == (BY_POSTCODE, "Kraków", "PL.77")
    assert globe.distance(found.at, KRAKOW) < 1
    assert place("00-001", "Warszawa").by == BY_TOWN  # a postcode that nobody lives at
    assert place("59-700", "Nowa Wieś").region == "PL.72"  # one of 500 of that name
    assert place("", "Nowa Wieś").by == UNKNOWN
    assert place("", "Warsaw").town == "Warszawa"
    assert place("", "Warszawa (Wola)").region == "PL.78"
    assert place("", "München", "DE").town == "Munich"
    assert place("99-999", "Wólka Nieistniejąca").by == UNKNOWN
    assert place().by == NOWHERE


@pytest.mark.django_db
def test_a_place_is_found_by_what_people_write(supplied):
    near = {text: queries.spot(text) for text in ("Kraków", "krakow", "31-042", "ul. Floriańska 3, 31-042 Kraków")}

    assert all(globe.distance(one.at, KRAKOW) < 2 for one in near.values())
    assert queries.spot("Kraków, małopolskie").name == "Kraków"
    assert queries.spot("Nasz sklep (50.06, 19.93)") == queries.Spot("Nasz sklep", Point(50.06, 19.93))
    assert globe.distance(queries.spot("Rzym").at, Point(41.89, 12.49)) < 10
    assert globe.distance(queries.spot("Nowa Wieś, dolnośląskie").at, Point(51.2, 15.9)) < 120
    assert queries.spot("Wólka Nieistniejąca") is None
    assert queries.spot("95, 200") is None


@pytest.mark.django_db
def test_suggestions_begin_with_what_was_typed_the_largest_first(supplied):
    assert queries.suggestions("krak")[0] == ("Kraków, małopolskie", "małopolskie")
    assert queries.suggestions("31-04")[0][0].startswith("31-04")
    assert queries.suggestions("k") == []
    assert "Kraków" in queries.town_names("KRAK")


@pytest.mark.django_db
def test_loading_what_is_there_already_does_nothing(supplied, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        actions.load_supplied(now=now)


@pytest.mark.django_db
def test_what_another_run_began_is_waited_for_and_then_taken_away(supplied, now):
    begun = Gazetteer.objects.create(country="PL", name="PL.txt.gz", digest="half", at=now)

    actions.load_supplied(now=now)
    assert Gazetteer.objects.filter(pk=begun.pk).exists()

    actions.load_supplied(now=now + timedelta(minutes=6))
    assert not Gazetteer.objects.filter(pk=begun.pk).exists()
    assert place("31-042", "Kraków").by == BY_POSTCODE
