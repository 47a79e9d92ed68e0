"""Taking an import back: the records are as they were, but for what people did since."""

from datetime import timedelta

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts import rules
from relacja.contacts.models import (
    Candidate,
    Contact,
    Decision,
    Finder,
    Identity,
    MatchKey,
)
from relacja.contacts.tests.people import make_contact
from relacja.imports import actions
from relacja.imports.models import State
from relacja.imports.tests.making import HEAD, counts, digest, make_import, mixed, ran, table, undone
from relacja.lib.errors import Refused

pytestmark = pytest.mark.django_db
EWA = ("EWA", "NOWAK", "Ewa@Poczta.example", "601 234 567", "GDAŃSK", "Żagle sp. z o.o.")


def test_taking_back_leaves_the_records_as_they_were(now, facts):
    make_contact(now, company="Dawna")
    make_contact(now, email="osoba5@x.example", city="Kraków")
    make_contact(now, email="osoba6@x.example", phone="600000001")
    before = digest()
    one = ran(make_import(mixed(2_500), now, policies={"city": "overwrite", "company": "overwrite"}), now)
    assert digest() != before

    undone(one, now + timedelta(hours=1))

    assert one.state == State.UNDONE
    assert (one.kept["count"], one.kept["values"]) == (0, [])
    assert one.kept["removed"] == one.created
    assert digest() == before


def test_what_people_did_since_stays_and_is_told(now, alice, facts):
    anna = make_contact(now, city="Kraków")
    rows = table(
        ("E-mail", "Miasto", "Stanowisko"),
        (anna.email, "Gdynia", "Szefowa"),
        ("ewa@x.example", "Sopot", ""),
        ("jan@x.example", "Hel", ""),
    )
    one = ran(make_import(rows, now, policies={"city": "overwrite"}), now)
    later = now + timedelta(minutes=5)
    contacts.edit(anna, values=rules.values({"city": "Łódź"}), by=alice, now=later)
    contacts.edit(Contact.objects.get(email="ewa@x.example"), values=rules.values({"city": "Hel"}), by=alice, now=later)

    undone(one, now + timedelta(hours=1))

    anna.refresh_from_db()
    assert (anna.city, anna.job_title) == ("Łódź", "")
    assert set(Contact.objects.values_list("email", flat=True)) == {anna.email, "ewa@x.example"}
    ewa = Contact.objects.get(email="ewa@x.example")
    assert one.kept["count"] == 2
    assert {(v["contact"], v["field"]) for v in one.kept["values"]} == {(anna.pk, "city"), (ewa.pk, "")}


def test_who_is_part_of_something_since_stays_and_who_is_only_suspected_goes(now, alice, facts, deliver):
    people = [("Ewa", f"e{n}@x.example", "601234567" if n == 3 else "") for n in range(4)]
    anna = make_contact(now, first_name="Ewa", email="e.0@x.example")
    one = ran(make_import(table(("Imię", "E-mail", "Telefon"), *people), now), now)
    deliver()
    made = list(Contact.objects.exclude(pk=anna.pk).order_by("pk"))
    pair = Candidate.objects.get_or_create(
        first=anna,
        second=made[0],
        defaults={"score": 50, "level": "doubtful", "found_by": Finder.PERSON, "found_at": now},
    )[0]
    other = Candidate.objects.get_or_create(
        first=anna,
        second=made[1],
        defaults={"score": 50, "level": "doubtful", "found_by": Finder.PERSON, "found_at": now},
    )[0]
    other.decide(Decision.DISMISSED, by=alice, at=now)
    assert MatchKey.objects.filter(contact=made[2]).exists()

    undone(one, now + timedelta(hours=1))

    assert set(Contact.objects.all()) == {anna, made[1]}
    assert not Candidate.objects.filter(pk=pair.pk).exists()
    assert one.kept["count"] == 1


def test_an_address_given_to_somebody_else_since_is_not_taken_from_them(now, facts):
    ran(make_import(table(("ID", "E-mail"), ("17", "stary@x.example")), now), now)
    one = ran(make_import(table(("ID", "E-mail"), ("17", "nowy@x.example")), now, policies={"email": "overwrite"}), now)
    other = make_contact(now, email="stary@x.example")

    undone(one, now + timedelta(hours=1))

    assert Identity.objects.get(value="stary@x.example").contact == other
    assert one.kept["count"] == 1


def test_the_rows_of_an_import_are_forgotten_after_their_time_and_what_it_did_is_not(now, as_alice):
    one = ran(make_import(table(HEAD, EWA), now), now)
    young = make_import(table(HEAD, EWA), now + timedelta(days=1))

    assert actions.forget_rows(before=now + timedelta(hours=1)) == 1

    one.refresh_from_db()
    young.refresh_from_db()
    assert (bool(one.file), bool(young.file), one.blocks.count()) == (False, True, 0)
    assert counts(one) == (1, 0, 0, 0)
    assert Contact.objects.count() == 1
    with pytest.raises(Refused):
        actions.start_undo(one)
    assert as_alice.get(f"/imports/{one.pk}/run/").status_code == 200
    assert as_alice.get(f"/imports/{one.pk}/refused/").status_code == 404
