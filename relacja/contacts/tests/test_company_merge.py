"""Two records of one company become one, and two again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relacja.contacts import actions
from relacja.contacts.actions import document as attaching
from relacja.contacts.actions.company_merge import merge_companies
from relacja.contacts.models import Company, Contact, Document, Position
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.test_companies import make_company, row
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.models import ChangeSet


@pytest.fixture
def two(now, alice, settings, tmp_path) -> tuple[Company, Company]:
    """Stal, and Stal once more with people, a role, a document, a part and more that is known."""
    settings.MEDIA_ROOT = str(tmp_path)
    winner = make_company(now, "Stal")
    loser = make_company(now, "Stal-Profil", vat_id="5260250274", city="Gdynia", parent=winner.pk)
    make_company(now, "Oddział", parent=loser.pk)
    make_contact(now, company="Stal-Profil")
    jan = make_contact(now, first_name="Jan", email="jan@zolc.example")
    actions.appoint(jan, loser, role="Board", now=now)
    attaching.attach(loser, [SimpleUploadedFile("umowa.txt", b"Tak")], by=alice, now=now)
    return winner, loser


def state() -> list:
    return [
        [row(one) for one in Company.objects.order_by("pk")],
        list(Contact.objects.order_by("pk").values_list("pk", "company", "search_text")),
        list(Position.objects.order_by("pk").values_list("contact", "company", "role")),
        list(Document.objects.order_by("pk").values_list("pk", "company", "trashed_at")),
    ]


def test_what_one_had_the_other_has_and_all_of_it_goes_back_and_forth(two, alice, now):
    winner, loser = two
    before = state()

    merge_companies(winner, loser, taken=["name", "vat_id", "city"], by=alice, now=now)
    merged = state()
    undone = changes.undo(ChangeSet.objects.latest("pk"), by=alice, now=now)
    parted = state()
    changes.undo(undone.change_set, by=alice, now=now)

    assert undone.kept == 0
    assert parted == before
    assert state() == merged
    winner.refresh_from_db()
    assert (winner.name, winner.vat_id, winner.city) == ("Stal-Profil", "5260250274", "Gdynia")
    assert Contact.objects.filter(company=winner).count() == 1
    assert Position.objects.get().company == winner
    assert Document.objects.get().company == winner
    assert Company.objects.get(name="Oddział").parent == winner
    assert Company.objects.active().count() == 2


def test_what_belongs_to_the_other_goes_up_in_its_line(two, alice, now):
    winner, loser = two

    merge_companies(loser, winner, taken=[], by=alice, now=now)

    assert (loser.parent, loser.name) == (None, "Stal-Profil")


def test_two_are_merged_on_their_page(as_alice, two):
    winner, loser = two

    chosen = as_alice.get("/companies/merge/", {"ids": [winner.pk, loser.pk]})
    page = as_alice.get(chosen.url)
    given = {"winner_version": winner.version, "loser_version": loser.version, "field-city": "loser"}
    stale = as_alice.post(chosen.url, {**given, "loser_version": 99})
    merged = as_alice.post(chosen.url, given)

    assert 'name="field-vat_id" value="loser" checked' in page.text
    assert stale.status_code == 409 or stale.status_code == 422
    assert merged.url == f"/companies/{winner.pk}/"
    assert Company.objects.get(pk=winner.pk).city == "Gdynia"
    assert Company.objects.get(pk=winner.pk).vat_id == ""


def test_one_that_is_called_alike_is_said_on_the_page(as_alice, now):
    one, other = make_company(now, "Stal sp. z o.o."), make_company(now, "STAL S.A.")

    assert f"/companies/{one.pk}/merge/{other.pk}/" in as_alice.get(f"/companies/{one.pk}/").text


def test_nothing_is_merged_with_itself_or_by_who_may_only_look(as_bob, two, now):
    winner, loser = two

    with pytest.raises(Refused):
        merge_companies(winner, winner, taken=[], now=now)
    assert as_bob.post(f"/companies/{winner.pk}/merge/{loser.pk}/").status_code == 403
