"""Who may be one person: the scoring, the keys, and what others know to be true."""

import csv
import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from relacja.contacts.matching import comparing, keys, names, people, reasons
from relacja.contacts.matching.comparing import Level

CASES = Path(__file__).parents[4] / "shared/cases"
FEBRL, NAMES = CASES / "linkage-febrl", CASES / "names-pl/names.json"
PHONE = "+48601234567"
HOME = {"street": "Długa 5/3", "postal_code": "31-042", "city": "Kraków"}


def somebody(first="Anna", last="Nowak", **more):
    return people.person({"first_name": first, "last_name": last, **more})


def compared(one, other):
    verdict = comparing.compare(one, other)
    return verdict.level, {part.code for part in verdict.evidence}


@pytest.mark.skipif(not FEBRL.exists(), reason="the linkage cases (../shared/cases/linkage-febrl) are not here")
@pytest.mark.parametrize("number", [1, 2])
def test_one_configuration_finds_the_duplicates_of_febrl(number):
    with (FEBRL / f"dataset{number}.csv").open() as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    found = {pair: verdict.level for pair, verdict in _found([_of_febrl(row) for row in rows]).items()}
    same = defaultdict(list)
    for position, row in enumerate(rows):
        same[row["rec_id"].split("-")[1]].append(position)
    truth = {pair for together in same.values() for pair in combinations(together, 2)}

    right = len(truth & found.keys())
    assert right / len(found) >= 0.99
    assert right / len(truth) >= 0.95
    assert {pair for pair, level in found.items() if level is Level.SURE} <= truth


@pytest.mark.skipif(not NAMES.exists(), reason="the Polish names (../shared/cases/names-pl) are not here")
def test_a_name_without_its_diacritics_is_the_same_name():
    given_names = json.loads(NAMES.read_text())
    for last in given_names["unisex_last_names"] + given_names["male_last_names"]:
        plain = last.translate(str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ"))
        one, other = somebody(last=last, phone=PHONE), somebody(last=plain.upper(), phone=PHONE)
        assert compared(one, other) == (Level.SURE, {"same_phone", "same_last", "same_first"})
        assert keys.keys(one) == keys.keys(other)


@pytest.mark.skipif(not NAMES.exists(), reason="the Polish names (../shared/cases/names-pl) are not here")
def test_two_first_names_are_not_taken_for_one():
    given_names = json.loads(NAMES.read_text())
    firsts = sorted({*given_names["first_names_male"], *given_names["first_names_female"]})
    taken = {
        (one, other)
        for one, other in combinations(firsts, 2)
        if "other_first" not in compared(somebody(one), somebody(other))[1]
    }

    assert taken <= {
        ("Aleks", "Aleksander"),
        ("Aleks", "Alex"),
        ("Aleksander", "Alex"),
        ("Alex", "Sandra"),
        ("Anna Maria", "Anna"),
        ("Maks", "Maksymilian"),
    }


@pytest.mark.parametrize(
    ("one", "other", "level", "code"),
    [
        (somebody("Zosia", phone=PHONE), somebody("Zofia", phone=PHONE), Level.DOUBTFUL, "diminutive"),
        (somebody("Nowak", "Anna", phone=PHONE), somebody(phone=PHONE), Level.DOUBTFUL, "swapped"),
        (somebody(phone=PHONE), somebody(phone="601 234 567"), Level.SURE, "same_phone"),
        (somebody("Anna Nowak", "", phone=PHONE), somebody(phone=PHONE), Level.SURE, "same_last"),
        (somebody(last="Nowka", phone=PHONE), somebody(phone=PHONE), Level.DOUBTFUL, "typo_last"),
        (somebody(last="Lipski", phone=PHONE), somebody(last="Lipska", phone=PHONE), Level.DOUBTFUL, "other_ending"),
        (somebody(email="a.nowak+news@gmail.com"), somebody(email="anowak@gmail.com"), Level.SURE, "same_mailbox"),
        (somebody("Gosia", "Żak", company="ABC Sp. z o.o.", city="Gdynia"),
         somebody("Małgorzata", "Zak", company="ABC", city="Gdynia"), Level.DOUBTFUL, "same_company"),
        (somebody(company="Stara", phone=PHONE, email="a.nowak@stara.pl"),
         somebody(company="Nowa", phone=PHONE, email="anna@nowa.pl"), Level.DOUBTFUL, "other_company"),
        (somebody("Jan", **HOME), somebody("Jan", **{**HOME, "street": "ul. Dluga 5"}), Level.DOUBTFUL, "same_street"),
    ],
)  # fmt: skip
def test_people_who_may_be_one_are_found_with_the_reason(one, other, level, code):
    found, codes = compared(one, other)

    assert found is level
    assert code in codes
    assert keys.keys(one) & keys.keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (somebody("Anna", "Kowalska", phone=PHONE, **HOME), somebody("Piotr", "Kowalski", phone=PHONE, **HOME)),
        (somebody("Kamil", **HOME), somebody("Kamila", **HOME)),
        (somebody(city="Warszawa"), somebody(city="Warszawa")),
        (somebody(email="biuro@abc.pl"), somebody("Ewa", "Lis", email="biuro@xyz.pl")),
        (somebody(email="anna.nowak@abc.pl"), somebody(email="anna.nowak@xyz.pl")),
        (somebody("", "", phone=""), somebody("", "", phone="")),
    ],
)
def test_people_who_only_share_a_home_a_name_or_an_office_are_not_taken_for_one(one, other):
    assert compared(one, other)[0] is Level.NO


def test_twins_are_never_sure():
    born = "1990-05-01"

    assert compared(somebody("Ewa", born=born, **HOME), somebody("Ola", born=born, **HOME))[0] is Level.DOUBTFUL


LETTERS = st.text("aąbcćdeękłmnoóprsśtuwyzźż -.0159", max_size=14)
PEOPLE = st.builds(
    lambda *fields: people.person(dict(zip(_FIELDS, fields, strict=True))), *[LETTERS] * 8, st.dates().map(str)
)
_FIELDS = ("first_name", "last_name", "email", "phone", "street", "postal_code", "city", "company", "born")


@settings(deadline=None, max_examples=300)
@given(PEOPLE, PEOPLE)
def test_it_does_not_matter_who_is_compared_with_whom(one, other):
    assert comparing.compare(one, other) == comparing.compare(other, one)
    assert 0 <= comparing.compare(one, other).score <= 100


def test_every_reason_has_words_and_says_what_it_speaks_of():
    source = Path(comparing.__file__).read_text()
    codes = {part.split('"')[0] for part in source.split('Evidence("')[1:]}
    with translation.override("pl"):
        said = reasons.said(["diminutive", "same_phone", "other_company"], first_names=("Zofia", "Zosia"))

    assert codes - {"missing_name"} <= reasons.SAYS.keys()
    sentences = [reason.sentence for reason in said]
    assert sentences == ["Zosia to zdrobnienie od Zofia", "zmiana pracy: inna firma, ten sam telefon"]


def test_pet_forms_lead_to_the_full_name():
    assert names.is_diminutive("zosia", "zofia")
    assert not names.is_diminutive("zofia", "zosia")
    assert names.are_called_alike("bartek", "bartus")
    assert names.sound("kowalska") == names.sound("kowalski")


def _of_febrl(row):
    street = f"{row['address_1']} {row['street_number']} {row['address_2']}"
    return people.person({
        "first_name": row["given_name"], "last_name": row["surname"], "street": street,
        "postal_code": row["postcode"], "city": row["suburb"], "born": row["date_of_birth"],
    })  # fmt: skip


def _found(everybody):
    blocks = defaultdict(list)
    for position, person in enumerate(everybody):
        for key in keys.keys(person):
            blocks[key].append(position)
    pairs = {pair for block in blocks.values() if len(block) <= 100 for pair in combinations(block, 2)}
    verdicts = {pair: comparing.compare(everybody[pair[0]], everybody[pair[1]]) for pair in pairs}
    return {pair: verdict for pair, verdict in verdicts.items() if verdict.level is not Level.NO}
