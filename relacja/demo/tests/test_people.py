from collections import Counter

import phonenumbers
import pytest

from relacja.demo import names
from relacja.demo.people import people


@pytest.mark.parametrize(
    ("form", "woman"),
    [
        ("Kowalski", "Kowalska"),
        ("Zawadzki", "Zawadzka"),
        ("Górecki", "Górecka"),
        ("Konieczny", "Konieczna"),
        ("Nowak", "Nowak"),
        ("Wójcik", "Wójcik"),
        ("Zawisza", "Zawisza"),
    ],
)
def test_surnames_agree_with_the_person(form, woman):
    assert names.surname(form, woman=True) == woman
    assert names.surname(form, woman=False) == form


def test_nobody_shares_an_address_or_a_phone():
    everybody = list(people(2000, seed=7))

    assert len({person.email for person in everybody}) == 2000
    phones = [person.phone for person in everybody if person.phone]
    assert len(set(phones)) == len(phones) > 1500


def test_addresses_can_reach_nobody_and_phones_are_polish_mobiles():
    for person in people(300, seed=7):
        assert person.email.isascii()
        assert person.email.endswith(".example")
        if person.phone:
            assert phonenumbers.is_valid_number(phonenumbers.parse(person.phone))


def test_the_same_seed_makes_the_same_people():
    assert list(people(50, seed=7)) == list(people(50, seed=7))
    assert list(people(50, seed=7)) != list(people(50, seed=8))


def test_most_live_by_the_sea():
    cities = Counter(person.city for person in people(2000, seed=7))

    assert cities.most_common(1)[0][0] == "Gdańsk"
    assert len(cities) > 20
