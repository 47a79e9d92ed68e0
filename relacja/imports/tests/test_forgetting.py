"""Who is erased is erased from imports too, and what they keep of others stays."""

import pytest

from relacja.contacts import forgetting
from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact
from relacja.imports import queries
from relacja.imports.models import Block, Import
from relacja.imports.tests.making import checked, counts, make_import, ran, table, undone

pytestmark = pytest.mark.django_db
ROWS = table(
    ("Imię", "E-mail", "Telefon", "Miasto"),
    ("Ewa", "ewa@x.example", "", "Sopot"),
    ("Anna", "anna@zolc.example", "", "Hel"),
    ("Anna", "ANNA@zolc.example", "zły", "Tajemnicze"),
    ("Jan", "zły adres", "", "Łeba"),
    ("Ola", "też zły", "601 234 567", "Skryte"),
)


@pytest.fixture
def one(now, facts) -> Import:
    make_contact(now, phone="601234567")
    return ran(make_import(ROWS, now, policies={"city": "overwrite"}), now)


def everything_kept(one: Import) -> str:
    """All that an import holds, as one text."""
    one = Import.objects.get(pk=one.pk)
    with one.file.open("rb") as stored:
        text = stored.read().decode()
    lines = [str(line) for kind in ("created", "updated", "refused") for line in queries.lines(one, kind).lines]
    return " ".join([text, str(one.forecast), str(one.kept), *lines])


def test_nothing_of_somebody_who_is_erased_stays_in_an_import(one):
    assert "Hel" in everything_kept(one)

    forgetting.forget([Contact.objects.get(email="anna@zolc.example").pk])

    kept = everything_kept(one)
    for text in ("anna@zolc", "ANNA@zolc", "Hel", "Tajemnicze", "Skryte", "601 234 567"):
        assert text not in kept
    assert "Łeba" in kept


def test_the_refused_rows_of_others_can_still_be_mended(one):
    before = {row.number: row.cells for row, _outcome in queries.refused(one)}

    forgetting.forget([Contact.objects.get(email="anna@zolc.example").pk])

    after = {row.number: row.cells for row, _outcome in queries.refused(Import.objects.get(pk=one.pk))}
    assert set(before) == {4, 5, 6}
    assert after == {5: before[5]}


def test_the_import_can_still_be_taken_back(one, now):
    forgetting.forget([Contact.objects.get(email="anna@zolc.example").pk])

    again = undone(Import.objects.get(pk=one.pk), now)

    assert (again.state, Contact.objects.count()) == ("undone", 0)
    assert counts(again) == (1, 1, 0, 3)


def test_imports_that_know_nothing_of_them_are_left_as_they_are(one, now):
    other = make_contact(now, email="inny@y.example")
    before = everything_kept(one), [bytes(block.outcomes) for block in Block.objects.all()]

    forgetting.forget([other.pk])

    assert (everything_kept(one), [bytes(block.outcomes) for block in Block.objects.all()]) == before


def test_an_import_that_goes_on_keeps_its_file(now, facts):
    anna = make_contact(now)
    one = make_import(ROWS, now)
    checked(one, now)

    forgetting.forget([anna.pk])

    assert "anna@zolc.example" in everything_kept(one)
