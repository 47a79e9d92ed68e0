"""Refused rows, mended in place: tried again at once, part of the same import, taken back with it."""

from datetime import timedelta

import pytest

from relacja.contacts.models import Contact
from relacja.imports import actions, queries
from relacja.imports.models import Block, Import, Refusal
from relacja.imports.tests.making import counts, digest, make_import, ran, table, undone
from relacja.lib.errors import Refused

pytestmark = pytest.mark.django_db
HEAD = ("Imię", "E-mail", "Telefon", "Kraj")
ROWS = table(
    HEAD,
    ("Ewa", "ewa@x.example", "", "Polska"),
    ("Jan", "zły adres", "też zły", ""),
    ("Ola", "ola@x.example", "", "Polszcza"),
    ("Leo", "leo@x.example", "", "Polszcza"),
    ("Iga", "iga@x.example", "brak", "Polszcza"),
    ("Anna",),
)


@pytest.fixture
def before(db) -> dict[str, str]:
    return digest()


@pytest.fixture
def one(before, now, alice, facts) -> Import:
    return ran(make_import(ROWS, now, by=alice), now)


def waiting(one: Import, row: int) -> Refusal:
    return Refusal.objects.get(of=one, row=row)


def test_a_row_is_mended_taken_and_taken_back_with_its_import(one, before, now, alice):
    later = now + timedelta(minutes=5)

    assert not actions.mend(one, waiting(one, 3), {1: "jan@x.example"}, by=alice, now=later)
    assert [fault[0] for fault in waiting(one, 3).faults] == ["phone"]
    assert actions.mend(one, waiting(one, 3), {2: "601234567"}, by=alice, now=later)

    one.refresh_from_db()
    jan = Contact.objects.get(first_name="Jan")
    assert (jan.email, jan.phone) == ("jan@x.example", "+48601234567")
    assert (counts(one), one.total) == ((2, 0, 0, 4), 6)
    assert [line.contact.first_name for line in queries.lines(one, "created").lines] == ["Ewa", "Jan"]
    undone(one, now + timedelta(hours=1))
    assert one.kept["count"] == 0
    assert digest() == before


def test_what_was_changed_by_a_mended_row_is_put_back_before_what_the_rows_below_changed(now, alice, facts):
    ran(make_import(table(("E-mail", "Miasto"), ("ewa@x.example", "Hel")), now), now)
    rows = table(("E-mail", "Miasto", "Telefon"), ("ewa@x.example", "Łeba", "zły"), ("ewa@x.example", "Sopot", ""))
    start = digest()
    one = ran(make_import(rows, now, policies={"city": "overwrite"}), now)

    actions.mend(one, waiting(one, 2), {2: ""}, by=alice, now=now + timedelta(minutes=5))

    assert Contact.objects.get().city == "Łeba"
    one.refresh_from_db()
    undone(one, now + timedelta(hours=1))
    assert (digest(), one.kept["count"]) == (start, 0)


def test_all_rows_with_the_same_fault_are_mended_at_one_go(one, now, alice):
    refusal = waiting(one, 4)
    assert queries.alike([refusal, waiting(one, 3)]) == {refusal.pk: 2, waiting(one, 3).pk: 0}

    assert actions.mend_alike(one, refusal, "Polska", by=alice, now=now) == (2, 1)
    assert [fault[0] for fault in waiting(one, 6).faults] == ["phone"]

    one.refresh_from_db()
    assert (counts(one), Refusal.objects.filter(of=one).count()) == ((3, 0, 0, 3), 3)
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"Ewa", "Ola", "Leo"}


def test_a_row_is_mended_once_and_not_in_an_import_that_was_taken_back(one, now, alice):
    first, second = waiting(one, 4), waiting(one, 4)
    actions.mend(one, first, {3: "PL"}, by=alice, now=now)
    with pytest.raises(Refused):
        actions.mend(one, second, {3: "PL"}, by=alice, now=now)
    assert Contact.objects.filter(first_name="Ola").count() == 1

    one.refresh_from_db()
    undone(one, now + timedelta(hours=1))
    with pytest.raises(Refused):
        actions.mend(one, waiting(one, 5), {3: "PL"}, by=alice, now=now)
    assert not Block.objects.filter(of=one, undone_at=None).exists()


def test_the_page_shows_the_cells_at_fault_and_tries_again(one, as_alice):
    path = f"/imports/{one.pk}/run/?rows=refused"
    page = as_alice.get(path).text
    assert 'name="cell-1" value="zły adres"' in page
    assert "też w 2 innych wierszach z „Polszcza”" in page

    answer = as_alice.post(f"/imports/{one.pk}/refused/4/", {"cell-3": "Polska", "alike": "1"}, follow=True)
    assert answer.redirect_chain[0][0] == path
    assert "2 wiersze weszły" in answer.text

    assert "1 wiersz jest nadal odrzucony" in answer.text
    answer = as_alice.post(f"/imports/{one.pk}/refused/3/", {"cell-1": "dalej źle"}, follow=True)
    assert "Nadal odrzucony" in answer.text
    assert 'value="dalej źle"' in answer.text
    assert as_alice.post(f"/imports/{one.pk}/refused/4/", {"cell-3": "x"}).status_code == 302


def test_a_row_that_is_too_short_is_mended_on_its_own_page(one, as_alice):
    page = as_alice.get(f"/imports/{one.pk}/refused/7/").text
    assert 'name="cell-0" value="Anna"' in page
    assert "mniej komórek" in page

    cells = {"cell-0": "Anna", "cell-1": "anna@x.example", "cell-2": "", "cell-3": "", "whole": "1"}
    as_alice.post(f"/imports/{one.pk}/refused/7/", cells)

    assert Contact.objects.filter(email="anna@x.example").exists()


@pytest.mark.parametrize("rows", [2, 20])
def test_the_page_of_refused_rows_costs_the_same(now, as_alice, rows, django_assert_max_num_queries):
    content = table(HEAD, *[(f"A{n}", "zły", "", f"kraj {n}") for n in range(rows)])
    one = ran(make_import(content, now), now)

    with django_assert_max_num_queries(14):
        page = as_alice.get(f"/imports/{one.pk}/run/?rows=refused").text

    assert page.count("import-mending") == rows


def test_a_heading_that_no_database_can_hold_is_taken_without_its_signs(now):
    one = make_import(b"E-mail;Mia\x00sto\nanna@zolc.example;Gdynia\n", now)

    one.refresh_from_db()
    assert one.headings == ["E-mail", "Miasto"]
    assert [column["target"] for column in one.columns] == ["email", "city"]
