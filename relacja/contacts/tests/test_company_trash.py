"""Companies in the trash: gone from lists, back as they were with their people, erased after 30 days."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relacja.contacts import actions, forgetting, rules
from relacja.contacts.actions import document as attaching
from relacja.contacts.models import Company, Contact, Document
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.test_companies import make_company, row
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.models import Change, ChangeSet

LATER = timedelta(days=30, minutes=1)


def works_at(contact: Contact) -> str:
    return str(Contact.objects.get(pk=contact.pk).company or "")


def test_what_leaves_the_trash_is_as_before_and_so_are_its_people(alice, now):
    anna, jan = (make_contact(now, email=f"{one}@zolc.example", company="Studio Żak") for one in ("anna", "jan"))
    firm = anna.company
    before, text = row(firm), Contact.objects.get(pk=anna.pk).search_text

    actions.discard_company(firm, by=alice, now=now)
    gone = [works_at(anna), works_at(jan), Contact.objects.get(pk=anna.pk).search_text]
    actions.edit(jan, values=rules.values({}), company="Mewa", now=now)
    actions.retrieve_company(firm, by=alice, now=now)

    assert gone == ["", "", text.removesuffix("  studio  zak")]
    assert (works_at(anna), works_at(jan)) == ("Studio Żak", "Mewa")
    assert Contact.objects.get(pk=anna.pk).search_text == text
    assert row(firm) == before


@pytest.mark.parametrize("was_archived", [False, True])
def test_deleting_goes_back_by_undo_and_forth_again(alice, now, was_archived):
    firm = make_company(now, vat_id="5260250274")
    if was_archived:
        actions.archive_company(firm, now=now)
    else:
        anna = make_contact(now, company="Stal-Profil")
    before = row(firm)
    actions.discard_company(firm, by=alice, now=now)
    first = ChangeSet.objects.latest("pk")

    back = changes.undo(first, by=alice, now=now)
    assert row(firm) == before
    again = changes.undo(back.change_set, by=alice, now=now)
    assert Company.objects.get().trashed_at == now
    assert again.kept == 0
    if not was_archived:
        assert works_at(anna) == ""
        actions.retrieve_company(Company.objects.get(), by=alice, now=now)
        assert works_at(anna) == "Stal-Profil"


def test_many_are_deleted_at_once_and_the_trash_is_a_list_of_its_own(as_alice, now):
    firms = [make_company(now, f"Firma {number}") for number in range(3)]
    actions.archive_company(firms[2], now=now)

    as_alice.post("/companies/trash/", {"ids": [firms[0].pk, firms[1].pk]})
    trashed, archived = (as_alice.get(f"/companies/?{what}=1") for what in ("trashed", "archived"))

    assert {one.pk for one in trashed.context["page"].rows} == {firms[0].pk, firms[1].pk}
    assert {one.pk for one in archived.context["page"].rows} == {firms[2].pk}
    assert 'formaction="/companies/retrieval/"' in trashed.text
    as_alice.post("/companies/retrieval/", {"all": "1", "list": "?trashed=1"})
    assert Company.objects.active().count() == 2


def test_one_is_deleted_and_taken_back_on_its_page(as_alice, now):
    firm = make_company(now)

    as_alice.post(f"/companies/{firm.pk}/trash/")
    as_alice.post(f"/companies/{firm.pk}/restoration/")
    assert Company.objects.get().trashed_at is not None
    as_alice.post(f"/companies/{firm.pk}/retrieval/")
    assert Company.objects.active().get() == firm
    as_alice.post(f"/companies/{firm.pk}/archive/")
    as_alice.post(f"/companies/{firm.pk}/restoration/")

    assert Company.objects.active().get() == firm


def test_it_does_not_come_back_beside_one_of_its_name(alice, now):
    firm = make_company(now)
    actions.discard_company(firm, by=alice, now=now)
    discarded = ChangeSet.objects.latest("pk")
    make_company(now)

    with pytest.raises(Refused):
        actions.retrieve_company(firm, by=alice, now=now)
    done = changes.undo(discarded, by=alice, now=now)

    assert (done.back, done.kept) == (0, 1)
    firm.refresh_from_db()
    assert firm.trashed_at == now


def test_after_thirty_days_nothing_is_left_but_its_people(alice, now, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    anna = make_contact(now, company="Kanarek")
    gone, stays = anna.company, make_company(now, "Mewa")
    part = make_company(now, "Pisklę", parent=gone.pk)
    attaching.attach(gone, [SimpleUploadedFile("umowa.txt", b"Tak")], by=alice, now=now)
    actions.discard_company(gone, by=alice, now=now)
    actions.discard_company(stays, by=alice, now=now + timedelta(days=1))

    emptied = forgetting.empty_trash(now=now + LATER)

    part.refresh_from_db()
    assert (emptied, part.parent) == (1, None)
    assert set(Company.objects.all()) == {stays, part}
    assert Contact.objects.get() == anna
    assert not Document.objects.exists()
    assert not Change.objects.filter(kind="company", record_id=gone.pk).exists()
