"""Tags: a vocabulary that stays small, put on people and companies, counted and taken back."""

import pytest
from django.db import IntegrityError, transaction

from relacja.contacts import actions, copying, fields, rules, tags
from relacja.contacts.actions import merge
from relacja.contacts.actions import tags as tagging
from relacja.contacts.models import Company, Contact, Record, Tag
from relacja.contacts.tests.people import make_contact, make_people
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.models import ChangeSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(now, db) -> Tag:
    return tagging.make_tag("Złoty klub", now=now)


@pytest.fixture
def fair(now, db) -> Tag:
    return tagging.make_tag("Targi", colour="moss", now=now)


def named(record: Contact | Company) -> list[str]:
    record.refresh_from_db()
    return [tag.name for tag in tags.vocabulary().meant(record.attributes.get("tags"))]


def undo_last(alice, now) -> None:
    changes.undo(ChangeSet.objects.latest("pk"), by=alice, now=now)


def test_there_is_one_tag_of_a_name_however_it_is_written(gold, now):
    with pytest.raises(tagging.TagTaken):
        tagging.make_tag("  ZLOTY   klub ", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(key="other", name="zloty klub", name_key="zloty klub", created_at=now)
    with pytest.raises(Refused):
        tagging.make_tag("a, b", now=now)


def test_a_tag_is_put_on_and_taken_off_in_its_place(as_alice, alice, gold, fair, now):
    contact = make_contact(now)

    response = as_alice.post(
        f"/contacts/{contact.pk}/tags/", {"add": "targi, ZŁOTY KLUB"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 200
    assert "<html" not in response.text
    assert "Złoty klub" in response.text
    assert named(contact) == ["Targi", "Złoty klub"]

    as_alice.post(f"/contacts/{contact.pk}/tags/", {"remove": fair.key})

    assert named(contact) == ["Złoty klub"]

    undo_last(alice, now)

    assert named(contact) == ["Targi", "Złoty klub"]


def test_who_may_make_a_tag_makes_it_while_typing(client, as_alice, bob, now):
    contact = make_contact(now)

    as_alice.post(f"/contacts/{contact.pk}/tags/", {"add": "Nowy"})

    assert named(contact) == ["Nowy"]

    bob.role = "sales"
    bob.save()
    client.force_login(bob)
    refused = client.post(f"/contacts/{contact.pk}/tags/", {"add": "Inny"}, headers={"HX-Request": "true"})

    assert refused.status_code == 422
    assert named(contact) == ["Nowy"]
    assert Tag.objects.count() == 1


def test_a_company_has_tags_and_is_found_by_them(as_alice, gold, now):
    make_contact(now, company="Studio Żak")
    make_contact(now, company="Klub Fala", first_name="Jan", email="jan@zolc.example")
    firm = Company.objects.get(name="Studio Żak")

    as_alice.post(f"/companies/{firm.pk}/tags/", {"add": "złoty klub"})
    found = as_alice.get(f"/companies/?tag={gold.key}").text

    assert named(firm) == ["Złoty klub"]
    assert "Studio Żak" in found
    assert "Klub Fala" not in found
    assert "Złoty klub" in as_alice.get(f"/companies/{firm.pk}/").text


def test_many_people_are_tagged_and_go_back_in_one_go(as_alice, alice, gold, fair, now):
    people = make_people(now, 4)
    tagging.retag(people[0], on=[fair], now=now)
    chosen = {"ids": [one.pk for one in people], "do": "tag", "tags": [gold.pk], "names": "Nowy"}

    as_alice.post("/contacts/tagging/", chosen)

    assert named(people[0]) == ["Nowy", "Targi", "Złoty klub"]
    assert named(people[3]) == ["Nowy", "Złoty klub"]

    undo_last(alice, now)

    assert (named(people[0]), named(people[3])) == (["Targi"], [])

    as_alice.post("/contacts/tagging/", {**chosen, "do": "untag", "tags": [fair.pk], "names": ""})

    assert named(people[0]) == []


def test_merged_tags_are_one_and_two_again(alice, gold, fair, now):
    one, other = make_people(now, 2)
    tagging.retag(one, on=[gold], now=now)
    tagging.retag(other, on=[gold, fair], now=now)

    tagging.merge_tag(gold, fair, now=now, by=alice)

    assert (named(one), named(other)) == (["Targi"], ["Targi"])
    assert tagging.make_tag("Złoty klub", now=now).key != gold.key
    Tag.objects.filter(name="Złoty klub").exclude(pk=gold.pk).delete()

    changes.undo(ChangeSet.objects.get(label="tags.merged"), by=alice, now=now)

    assert (named(one), named(other)) == (["Złoty klub"], ["Targi", "Złoty klub"])


def test_merges_of_tags_never_lead_in_a_circle(alice, gold, fair, now):
    club = tagging.make_tag("Klub", now=now)
    tagging.merge_tag(gold, fair, now=now, by=alice)
    first = ChangeSet.objects.latest("pk")
    tagging.merge_tag(fair, club, now=now, by=alice)

    with pytest.raises(Refused):
        tagging.merge_tag(club, gold, now=now, by=alice)
    changes.undo(first, by=alice, now=now)
    gold.refresh_from_db()
    tagging.merge_tag(club, gold, now=now, by=alice)
    changes.undo(ChangeSet.objects.get(undoes=first), by=alice, now=now)

    assert tags.vocabulary().leads == {gold.key: gold.key, fair.key: gold.key, club.key: gold.key}


def test_a_removed_tag_is_gone_and_comes_back_with_those_who_had_it(as_alice, alice, gold, now):
    contact = make_contact(now)
    tagging.retag(contact, on=[gold], now=now)

    assert "Złoty klub" in as_alice.get(f"/settings/tags/{gold.pk}/removal/").text
    as_alice.post(f"/settings/tags/{gold.pk}/removal/")

    as_alice.get("/contacts/")  # the toast is read

    assert named(contact) == []
    assert "Złoty klub" not in as_alice.get(f"/contacts/{contact.pk}/").text

    undo_last(alice, now)

    assert named(contact) == ["Złoty klub"]


def test_a_name_that_was_taken_meanwhile_is_not_taken_back(alice, gold, now):
    tagging.remove_tag(gold, now=now, by=alice)
    removed = ChangeSet.objects.latest("pk")
    tagging.make_tag("złoty klub", now=now)

    changes.undo(removed, by=alice, now=now)

    gold.refresh_from_db()
    assert gold.archived_at is not None


def test_two_who_are_one_have_the_tags_of_both_and_are_two_again_exactly(gold, fair, now):
    winner, loser = make_people(now, 2)
    tagging.retag(winner, on=[fair], now=now)
    tagging.retag(loser, on=[gold], now=now)

    made = merge.merge(winner, loser, taken=[tags.PATH], now=now)

    assert named(winner) == ["Targi", "Złoty klub"]

    tagging.retag(winner, on=[tagging.make_tag("Nowy", now=now)], now=now)
    merge.part(made, now=now)

    assert (named(winner), named(loser)) == (["Nowy", "Targi"], ["Złoty klub"])


def test_the_list_shows_tags_and_is_narrowed_to_one(as_alice, facts, gold, fair, now):
    tagged, other = make_people(now, 2)
    tagging.retag(tagged, on=[gold], now=now)
    tagging.merge_tag(gold, fair, now=now)
    copying.copy_changed()

    found = as_alice.get(f"/contacts/?tag={fair.key}&columns=attributes.tags").text

    assert f'id="contact-{tagged.pk}"' in found
    assert f'id="contact-{other.pk}"' not in found
    assert '<span class="badge moss">Targi</span>' in found


@pytest.mark.parametrize("people", [1, 20])
def test_a_list_narrowed_to_a_tag_costs_the_same_however_long_it_is(
    as_alice, facts, gold, now, people, django_assert_max_num_queries
):
    for one in make_people(now, people):
        tagging.retag(one, on=[gold], now=now)
    copying.copy_changed()

    with django_assert_max_num_queries(15):
        found = as_alice.get(f"/contacts/?tag={gold.key}&columns=attributes.tags")

    assert found.text.count('title="Złoty klub"') == people


def test_names_and_keys_are_read_and_names_are_written(gold, fair, now):
    known = {one.path: one for one in fields.own(Record.CONTACT)}[tags.PATH]
    tagging.change_tag(gold, name="Klub złoty", colour="amber", now=now)
    known = {one.path: one for one in fields.own(Record.CONTACT)}[tags.PATH]

    assert known.parse("targi; KLUB ZLOTY | targi") == [gold.key, fair.key]
    assert known.take([gold.key]) == [gold.key]
    assert known.text([fair.key, gold.key, "nothing"]) == "Klub złoty; Targi"
    with pytest.raises(rules.Unfit):
        known.parse("złoty klub")


def test_the_page_of_tags_says_how_many_have_each(as_alice, facts, gold, fair, now):
    for one in make_people(now, 3):
        tagging.retag(one, on=[gold, fair], now=now)
    tagging.merge_tag(gold, fair, now=now)
    copying.copy_changed()

    found = as_alice.get("/settings/tags/").text

    assert f'?tag={fair.key}">3</a>' in found
    assert "Złoty klub" not in found

    refused = as_alice.post("/settings/tags/", {"name": "TARGI", "colour": "grey"})
    as_alice.post("/settings/tags/", {"name": "Serwis", "colour": "raspberry"})
    as_alice.post(f"/settings/tags/{fair.pk}/", {"name": "Targi 2026", "colour": "amber"})

    assert refused.status_code == 422
    assert set(Tag.objects.live().values_list("name", "colour")) == {("Serwis", "raspberry"), ("Targi 2026", "amber")}


def test_a_vip_is_marked_with_a_reason_and_found(as_alice, alice, facts, now):
    one, other = make_people(now, 2)

    as_alice.post(f"/contacts/{one.pk}/vip/", {"do": "mark", "reason": "Kupuje dla klubu", "since": "2026-05-01"})
    copying.copy_changed()
    found = as_alice.get("/contacts/?vip=yes").text

    one.refresh_from_db()
    assert one.attributes["VIP"] == {"since": "2026-05-01", "reason": "Kupuje dla klubu"}
    assert f'id="contact-{one.pk}"' in found
    assert f'id="contact-{other.pk}"' not in found
    assert "Kupuje dla klubu" in as_alice.get(f"/contacts/{one.pk}/").text

    as_alice.post(f"/contacts/{one.pk}/vip/", {"do": "end"})
    one.refresh_from_db()

    assert "VIP" not in one.attributes

    undo_last(alice, now)
    one.refresh_from_db()

    assert one.attributes["VIP"]["since"] == "2026-05-01"


def test_the_mark_of_a_vip_is_read_as_people_write_it(now):
    known = {one.path: one for one in fields.own(Record.CONTACT)}["attributes.VIP"]

    assert known.parse("2026-05-01 kupuje dla klubu") == {"since": "2026-05-01", "reason": "kupuje dla klubu"}
    assert known.parse("tak")["reason"] == ""
    assert known.parse("stały klient")["reason"] == "stały klient"
    assert known.parse("nie") is None
    assert known.take(False) is None
    assert known.parse(known.text({"since": "2026-05-01", "reason": "x"})) == {"since": "2026-05-01", "reason": "x"}
    assert known.take({"since": "2026-05-01"}) == {"since": "2026-05-01", "reason": ""}
    with pytest.raises(rules.Unfit):
        known.take({"since": "2026-02-30"})


def test_what_edits_leaves_marks_alone(now, gold):
    contact = make_contact(now)
    tagging.retag(contact, on=[gold], now=now)

    actions.edit(contact, values=rules.values({"city": "Gdynia"}), now=now)

    assert named(contact) == ["Złoty klub"]
