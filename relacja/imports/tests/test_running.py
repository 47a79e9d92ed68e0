"""What an import does to the records: whom it finds, what it changes and refuses, and that it foretold all of it."""

from datetime import timedelta

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts import consents, fields, searching
from relacja.contacts.models import (
    Company,
    Consent,
    ConsentEntry,
    Contact,
    Identity,
)
from relacja.contacts.tests.people import make_contact, make_words
from relacja.contacts.tests.test_fields import make_field
from relacja.events.models import Entry
from relacja.imports import outcomes, queries
from relacja.imports.models import Block, Import, State
from relacja.imports.tests.making import (
    HEAD,
    checked,
    counts,
    digest,
    everything,
    make_import,
    mixed,
    ran,
    running_world,
    table,
    undone,
)
from relacja.lib.errors import Refused
from relacja.staff.models import Change

pytestmark = pytest.mark.django_db
EWA = ("EWA", "NOWAK", "Ewa@Poczta.example", "601 234 567", "GDAŃSK", "Żagle sp. z o.o.")


def faults_of(one: Import) -> list[tuple[int, str]]:
    return [(outcome.row, outcome.faults[0].code) for _row, outcome in queries.refused(one)]


def test_a_new_person_is_unified_named_and_found(now, alice):
    one = ran(make_import(table(HEAD, EWA), now, by=alice), now)

    ewa = Contact.objects.select_related("company").get()
    assert (ewa.first_name, ewa.last_name, ewa.city) == ("Ewa", "Nowak", "Gdańsk")
    assert (ewa.email, ewa.phone, ewa.company.name) == ("Ewa@poczta.example", "+48601234567", "Żagle sp. z o.o.")
    assert {(i.kind, i.value) for i in ewa.identities.all()} == {
        ("email", "ewa@poczta.example"),
        ("phone", "+48601234567"),
    }
    assert list(searching.found("zagle gda")) == []
    assert list(searching.found("zagle now")) == [ewa]
    assert (one.state, counts(one)) == (State.DONE, (1, 0, 0, 0))
    assert b"Contact Created" in bytes(Entry.objects.get().events)


def test_the_same_file_again_changes_nothing(now):
    ran(make_import(table(HEAD, EWA), now), now)
    before = digest()

    again = ran(make_import(table(HEAD, EWA), now), now)

    assert counts(again) == (0, 0, 1, 0)
    assert digest() == before


@pytest.mark.parametrize(
    ("policy", "city", "job"),
    [("skip", "Kraków", ""), ("fill", "Kraków", "Szefowa"), ("overwrite", "Gdynia", "Szefowa")],
)
def test_what_happens_to_a_match_is_chosen_per_column(now, policy, city, job):
    anna = make_contact(now, city="Kraków")
    rows = table(("E-mail", "Miasto", "Stanowisko"), ("ANNA@zolc.example", "Gdynia", "Szefowa"))

    ran(make_import(rows, now, policies={"city": policy, "job_title": policy}), now)

    anna.refresh_from_db()
    assert (anna.city, anna.job_title, anna.email) == (city, job, "anna@zolc.example")


def test_an_empty_cell_never_empties_a_field(now):
    anna = make_contact(now, city="Kraków")

    ran(make_import(table(("E-mail", "Miasto"), (anna.email, "")), now, policies={"city": "overwrite"}), now)

    anna.refresh_from_db()
    assert anna.city == "Kraków"


def test_an_update_is_told_in_the_history_of_the_contact(now, alice):
    anna = make_contact(now, city="Kraków")
    rows = table(("E-mail", "Miasto", "Firma"), (anna.email, "Gdynia", "Nowa"))

    ran(make_import(rows, now, by=alice, policies={"city": "overwrite"}), now)

    change = Change.objects.filter(kind="contact", record_id=anna.pk).latest("pk")
    assert change.before == {"city": "Kraków", "company": None}
    assert change.after == {"city": "Gdynia", "company": Company.objects.get().pk}
    assert change.change_set.by == alice


def test_people_are_found_by_number_address_and_phone(now):
    by_phone = make_contact(now, first_name="Ola", email="", phone="601 234 567")
    by_email = make_contact(now)
    number = make_import(table(("Record ID", "Imię", "Lifecycle stage"), ("17", "Leo", "customer")), now)
    ran(number, now)
    leo = Contact.objects.get(first_name="Leo")

    rows = table(
        ("ID", "E-mail", "Telefon", "Miasto"),
        ("", "", "601234567", "A"),
        ("", by_email.email, "", "B"),
        ("17", "leo@x.example", "", "C"),
    )
    one = ran(make_import(rows, now, system="hubspot"), now)

    assert counts(one) == (0, 3, 0, 0)
    assert [Contact.objects.get(pk=person.pk).city for person in (by_phone, by_email, leo)] == ["A", "B", "C"]
    assert Identity.objects.filter(kind="email", value="leo@x.example", contact=leo).exists()


def test_rows_about_one_person_in_one_file_are_one_person(now):
    rows = table(
        HEAD,
        ("Ewa", "Nowak", "ewa@x.example", "", "", ""),
        ("Ewa", "Nowak", "EWA@x.example", "601234567", "", ""),
        ("", "", "", "+48 601 234 567", "Sopot", ""),
        ("Ewa", "Nowak", "ewa@x.example", "", "", ""),
    )

    one = ran(make_import(rows, now), now)

    ewa = Contact.objects.get()
    assert counts(one) == (1, 2, 1, 0)
    assert (ewa.phone, ewa.city) == ("+48601234567", "Sopot")


def test_two_people_with_one_phone_are_not_made_one(now):
    rows = table(
        HEAD,
        ("Ewa", "Nowak", "ewa@x.example", "601234567", "", ""),
        ("Jan", "Nowak", "jan@x.example", "601234567", "", ""),
    )

    refused = ran(make_import(rows, now), now)
    assert faults_of(refused) == [(3, "phone_taken")]

    without = ran(make_import(rows, now, shared_phone="leave"), now)
    jan = Contact.objects.get(first_name="Jan")
    assert (counts(without), jan.phone) == ((1, 0, 1, 0), "")


def test_a_row_that_names_two_people_is_refused(now):
    make_contact(now)
    ran(make_import(table(("ID", "Imię"), ("17", "Leo")), now), now)

    one = ran(make_import(table(("ID", "E-mail"), ("17", "anna@zolc.example")), now), now)

    assert faults_of(one) == [(2, "two_people")]


def test_an_address_that_is_not_matched_by_is_taken(now):
    make_contact(now)

    one = ran(make_import(table(("ID", "E-mail"), ("17", "anna@zolc.example")), now, match=["external"]), now)

    assert faults_of(one) == [(2, "taken")]


def test_somebody_in_the_archive_stays_there(now):
    anna = make_contact(now)
    contacts.archive(anna, now=now)

    one = ran(make_import(table(("E-mail", "Miasto"), (anna.email, "Sopot")), now), now)

    assert faults_of(one) == [(2, "archived")]


def test_each_bad_row_is_told_with_its_line_and_reason(now):
    rows = table(
        HEAD,
        EWA,
        ("A", "B", "to nie adres", "", "", ""),
        ("A", "B", "c@x.example", "brak", "", ""),
        ("", "", "", "", "X", ""),
        ("A", "B"),
        ("A", "B", "d@x.example", "", "", "", "za dużo"),
        ('"A', "B", "e@x.example", "", "", ""),
    )

    one = ran(make_import(rows, now), now)

    assert counts(one) == (1, 0, 0, 6)
    assert faults_of(one) == [(3, "email"), (4, "phone"), (5, "nobody"), (6, "short"), (7, "long"), (8, "quotes")]


def test_an_address_that_is_overwritten_names_nobody_any_more(now):
    ran(make_import(table(("ID", "E-mail"), ("17", "stary@x.example")), now), now)

    ran(
        make_import(
            table(("ID", "E-mail"), ("17", "nowy@x.example"), ("18", "stary@x.example")),
            now,
            policies={"email": "overwrite"},
        ),
        now,
    )

    names = dict(Identity.objects.filter(kind="email").values_list("value", "contact__email"))
    assert names == {"nowy@x.example": "nowy@x.example", "stary@x.example": "stary@x.example"}


def test_a_check_writes_nothing_and_foretells_the_run(now):
    make_contact(now)
    one = make_import(mixed(3_000), now, policies={"city": "overwrite"})
    before = everything()

    forecast = checked(one, now)

    assert everything() == before
    after = ran(one, now)
    assert counts(after) == counts(forecast)
    assert all(counts(after))
    shown = forecast["changed"][0]
    [row] = [line for line in queries.lines(one, "updated").lines if line.outcome.row == shown["row"]]
    assert (row.outcome.before, row.outcome.after) == (shown["before"], shown["after"])


def test_what_was_foretold_row_by_row_happens(now):
    one = make_import(mixed(2_500), now, policies={"city": "overwrite", "email": "overwrite"}, shared_phone="leave")
    planner, world = queries.planner_of(one), running_world(one)
    with queries.rows_of(one) as rows:
        foretold = []
        for block in queries.blocks(rows, size=300):
            plan = planner.plan(block, world)
            foretold += [(o.row, o.kind, o.before, o.after, o.faults) for o in plan.outcomes]
            world.remember(plan)

    ran(one, now)

    happened = [o for b in Block.objects.order_by("place") for o in outcomes.unpacked(bytes(b.outcomes))]
    happened = sorted([*happened, *(outcome for _row, outcome in queries.refused(one))], key=lambda o: o.row)
    assert [(o.row, o.kind, o.before, o.after, o.faults) for o in happened] == foretold


def test_a_consent_needs_words_and_a_source(now):
    make_words(now)
    with pytest.raises(Refused):
        make_import(table(("E-mail", "Newsletter"), ("ewa@x.example", "tak")), now)


def test_consents_are_entered_with_proof_and_never_against_a_withdrawal(now, facts):
    words = make_words(now)
    anna = make_contact(now)
    consents.give(anna, purpose="newsletter", channel="email", now=now, source="sklep", text=words)
    consents.withdraw(anna, purpose="newsletter", channel="email", now=now, source="link")
    leo = make_contact(now, email="leo@x.example")
    consents.give(leo, purpose="newsletter", channel="email", now=now, source="sklep", text=words)
    before = digest()
    rows = table(
        ("E-mail", "Newsletter", "Data zgody"),
        (anna.email, "tak", ""),
        ("ewa@x.example", "TAK", "5.03.2024"),
        ("jan@x.example", "nie", ""),
        (leo.email, "nie", ""),
        ("ewa@x.example", "tak", ""),
    )

    one = make_import(rows, now, consent_text=words.pk, consent_source="targi w Gdyni")
    forecast = checked(one, now)
    ran(one, now)

    assert counts(one) == counts(forecast) == (2, 1, 2, 0)
    assert forecast["consents"] == {"given": 1, "withdrawn": 1, "withheld": 1}
    standing = dict(Consent.objects.values_list("contact__email", "act"))
    assert standing == {anna.email: "withdrawn", "ewa@x.example": "given", leo.email: "withdrawn"}
    entry = ConsentEntry.objects.get(contact__email="ewa@x.example")
    assert (entry.source, entry.text, entry.at.date().isoformat()) == ("targi w Gdyni", words, "2024-03-05")
    assert entry.proof["file"] == "klienci.csv"

    undone(one, now + timedelta(hours=1))
    assert digest() == before


def test_the_next_file_with_the_same_headings_begins_as_the_last_one(now):
    make_import(table(HEAD, EWA), now, policies={"city": "overwrite"}, country="DE")

    again = make_import(table(HEAD, EWA), now)

    assert again.columns[4] == {"target": "city", "policy": "overwrite"}
    assert again.options["country"] == "DE"


def test_lines_of_a_result_come_page_by_page(now, monkeypatch):
    monkeypatch.setattr(queries.blocks, "__kwdefaults__", {"size": 7})
    rows = [(f"Ewa{n}", f"e{n}@x.example") for n in range(30)]
    one = ran(make_import(table(("Imię", "E-mail"), *rows), now), now)

    seen, after = [], ""
    while True:
        page = queries.lines(one, "created", after=after, limit=4)
        seen += [line.outcome.row for line in page.lines]
        if not (after := page.after):
            break

    assert seen == list(range(2, 32))


def test_own_fields_are_guessed_parsed_changed_and_taken_back(now, alice, facts):
    size = fields.made(make_field(now, kind="number", label="Rozmiar buta"))
    make_field(now, kind="text", label="Kolor")
    anna = make_contact(now)
    contacts.edit(anna, values=fields.values({"attributes.kolor": "szary"}), by=alice, now=now)
    before = digest()
    rows = table(
        ("E-mail", "Rozmiar buta", "KOLOR"),
        (anna.email, "38,5", "czerwony"),
        ("ewa@x.example", "40", ""),
        ("jan@x.example", "duży", ""),
    )

    one = ran(make_import(rows, now, by=alice, policies={"attributes.kolor": "overwrite"}), now)

    anna.refresh_from_db()
    assert faults_of(one) == [(4, "own_field")]
    assert anna.attributes == {"kolor": "czerwony", size.key: size.parse("38,5")}
    assert Contact.objects.get(email="ewa@x.example").attributes[size.key] == size.parse("40")
    change = Change.objects.filter(kind="contact", record_id=anna.pk).latest("pk")
    assert change.after == {"attributes.kolor": "czerwony", size.path: size.parse("38,5")}

    undone(one, now + timedelta(hours=1))
    assert digest() == before
