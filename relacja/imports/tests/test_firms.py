"""Companies in a file: those of its people, and files of companies themselves."""

from datetime import timedelta

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts import fields
from relacja.contacts.models import Company, Contact, Record, Tag
from relacja.contacts.tests.people import make_contact
from relacja.imports import actions, queries
from relacja.imports.models import State
from relacja.imports.tests.making import checked, counts, digest, everything, make_import, ran, table, undone
from relacja.lib.errors import Refused
from relacja.staff.models import Change, User

pytestmark = pytest.mark.django_db
NIP, OTHER, THIRD = "5260250274", "7740001454", "5213017228"
PEOPLE = ("E-mail", "Firma", "NIP", "Miasto firmy", "WWW", "Telefon firmy")
FIRMS = ("Nazwa", "NIP", "Ulica", "Kod pocztowy", "Miasto", "Kraj", "Telefon", "WWW", "Opiekun", "Spółka matka")


def make_company(now, name="Żagle sp. z o.o.", **values) -> Company:
    return contacts.create_company(values={"name": name, **values}, now=now)


def faults(one) -> list[tuple[int, str]]:
    return [(outcome.row, outcome.faults[0].code) for _row, outcome in queries.refused(one)]


def firm_row(name: str, vat_id: str = "", **values: str) -> tuple[str, ...]:
    return (name, vat_id, *(values.get(key, "") for key in FIRMS[2:]))


def test_people_bring_their_companies_with_details(now, alice, facts):
    before = digest()
    rows = table(
        PEOPLE,
        ("ewa@x.example", "Żagle sp. z o.o.", "526-025-02-74", "GDAŃSK", "zagle.pl", "58 301 20 20"),
        ("jan@x.example", "Zagle", f"PL {NIP}", "", "", ""),
        ("ola@x.example", "żagle SP. z o.o.", "", "", "", ""),
    )

    one = make_import(rows, now, by=alice)
    forecast = checked(one, now)
    ran(one, now)

    firm = Company.objects.get()
    assert (firm.vat_id, firm.city, firm.website, firm.phone) == (NIP, "Gdańsk", "https://zagle.pl", "+48583012020")
    assert set(Contact.objects.values_list("company", flat=True)) == {firm.pk}
    assert counts(one) == counts(forecast) == (3, 0, 0, 0)
    assert forecast["companies"] == {"created": 1, "updated": 0, "new": 1, "vat_id": 1, "name": 1}
    assert [told["known_by"] for told in forecast["new"]] == ["new", "vat_id", "name"]
    undone(one, now + timedelta(hours=1))
    assert digest() == before


def test_a_known_company_is_filled_in_told_and_put_back(now, alice, facts):
    firm = make_company(now, vat_id=NIP, city="Sopot")
    anna = make_contact(now)
    before = digest()
    rows = table(PEOPLE, (anna.email, "Żagle", NIP, "Gdynia", "zagle.pl", ""))

    one = make_import(rows, now, by=alice)
    [told] = checked(one, now)["changed"]
    ran(one, now)

    firm.refresh_from_db()
    anna.refresh_from_db()
    assert (firm.name, firm.city, firm.website, anna.company) == ("Żagle sp. z o.o.", "Sopot", "https://zagle.pl", firm)
    assert told["known_by"] == "vat_id"
    assert told["after"] == {"company": "Żagle sp. z o.o.", "company.website": "https://zagle.pl"}
    change = Change.objects.get(kind="company", record_id=firm.pk, change_set=one.changes)
    assert change.after == {"website": "https://zagle.pl"}
    undone(one, now + timedelta(hours=1))
    assert digest() == before


def test_what_somebody_changed_of_a_company_since_stays_and_is_told(now, alice, facts, as_alice):
    firm = make_company(now, vat_id=NIP)
    rows = table(
        PEOPLE, ("ewa@x.example", "Żagle", NIP, "Gdynia", "zagle.pl", ""), ("j@x.example", "B", OTHER, "", "", "")
    )
    one = ran(make_import(rows, now), now)
    other = Company.objects.get(name="B")
    later = now + timedelta(minutes=1)
    contacts.edit_company(firm, values={"city": "Hel"}, now=later, by=alice)
    contacts.edit_company(other, values={"city": "Hel"}, now=later, by=alice)

    undone(one, now + timedelta(hours=1))

    firm.refresh_from_db()
    assert (firm.city, firm.website) == ("Hel", "")
    assert Company.objects.filter(pk=other.pk).exists()
    assert [(told["company"], told["field"], told["present"]) for told in one.kept["values"]] == [
        (firm.pk, "company.city", "Hel")
    ]
    assert "Firma: miasto" in as_alice.get(f"/imports/{one.pk}/run/").text


def test_rows_whose_company_cannot_be_told_are_refused(now):
    make_company(now, vat_id=NIP)
    rows = table(
        PEOPLE,
        ("a@x.example", "Żagle sp. z o.o.", OTHER, "", "", ""),
        ("b@x.example", "", OTHER, "", "", ""),
        ("c@x.example", "X", "123", "", "", ""),
        ("d@x.example", "", "", "Gdynia", "", ""),
    )

    one = ran(make_import(rows, now), now)

    assert faults(one) == [(2, "other_vat_id"), (3, "unnamed"), (4, "vat_id")]
    assert queries.lines(one, "created").lines[0].outcome.faults[0].code == "details"


def test_a_company_somebody_is_not_moved_to_is_left_alone(now):
    make_contact(now, email="a@x.example", company="Dawna")

    ran(make_import(table(PEOPLE, ("a@x.example", "Nowa", OTHER, "Gdynia", "", "")), now), now)

    assert [company.name for company in Company.objects.all()] == ["Dawna"]


def test_a_file_of_companies_is_found_out_and_goes_all_the_way_and_back(now, alice, facts):
    ola = User.objects.create_user("ola@firma.example", name="Ola Żuk")
    make_company(now, "Żagle sp. z o.o.", vat_id=NIP, city="Sopot")
    make_company(now, "Dawna")
    before = digest()
    rows = table(
        FIRMS,
        firm_row("Żagle", NIP, Miasto="Gdynia", Ulica="DŁUGA 1", Opiekun="Ola Żuk"),
        firm_row("DAWNA", OTHER, Telefon="601234567"),
        firm_row("Córka", THIRD, **{"Spółka matka": NIP, "Kraj": "Niemcy", "Kod pocztowy": "10178"}),
        firm_row("Wnuczka", **{"Spółka matka": "Córka"}),
        firm_row("Obca", **{"Spółka matka": "Matka, której nie ma"}),
        firm_row("Dawna", OTHER),
    )

    one = make_import(rows, now, by=alice, owner=alice.pk)
    whole = everything()
    forecast = checked(one, now)
    assert everything() == whole
    ran(one, now)

    assert queries.options_of(one).of == "company"
    assert counts(one) == counts(forecast) == (3, 2, 1, 0)
    found = {firm.name: firm for firm in Company.objects.select_related("parent", "owner")}
    zagle, corka = found["Żagle sp. z o.o."], found["Córka"]
    assert (zagle.city, zagle.street, zagle.owner) == ("Sopot", "Długa 1", ola)
    assert (found["Dawna"].vat_id, found["Dawna"].phone, found["Dawna"].owner) == (OTHER, "+48601234567", None)
    assert (corka.parent, corka.country, corka.postal_code, corka.owner) == (zagle, "DE", "10178", alice)
    assert (found["Wnuczka"].parent, found["Obca"].parent) == (corka, found["Matka, której nie ma"])
    undone(one, now + timedelta(hours=1))
    assert one.state == State.UNDONE
    assert digest() == before


def test_a_company_is_renamed_where_one_overwrites_and_its_people_are_found_by_it(now, facts):
    firm = make_company(now, "Stara", vat_id=NIP)
    anna = make_contact(now, company="Stara")
    make_company(now, "Zajęta")
    before = digest()
    rows = table(FIRMS, firm_row("Nowa", NIP), firm_row("Zajęta", NIP))

    one = ran(make_import(rows, now, policies={"company": "overwrite"}), now)

    firm.refresh_from_db()
    anna.refresh_from_db()
    assert (firm.name, "nowa" in anna.search_text) == ("Nowa", True)
    assert faults(one) == [(3, "name_taken")]
    undone(one, now + timedelta(hours=1))
    assert digest() == before


def test_companies_do_not_belong_to_themselves(now):
    mother = make_company(now, "Matka", vat_id=NIP)
    make_company(now, "Córka", parent=mother.pk)
    rows = table(
        FIRMS,
        firm_row("Matka", **{"Spółka matka": "Córka"}),
        firm_row("Sama", **{"Spółka matka": "sama"}),
        firm_row("Inna", **{"Spółka matka": OTHER}),
        firm_row("", **{"Miasto": "Hel"}),
    )

    one = ran(make_import(rows, now), now)

    assert faults(one) == [(2, "ring"), (3, "ring"), (4, "parent"), (5, "no_company")]


def test_own_fields_and_tags_of_companies_are_taken(now, alice, facts):
    contacts.make_field(Record.COMPANY, kind="number", label="Pracownicy", now=now)
    fields.forget_remembered()
    firm = make_company(now, "Żagle")
    before = digest()
    rows = table(
        ("Nazwa firmy", "NIP", "Pracownicy", "Tagi"), ("Żagle", NIP, "12", "Stały, Nowy"), ("B", "", "wielu", "")
    )

    one = make_import(rows, now, by=alice)
    assert [column["target"] for column in one.columns][2:] == [
        "company.attributes.pracownicy",
        "company.attributes.tags",
    ]
    ran(one, now)

    firm.refresh_from_db()
    tags = set(Tag.objects.values_list("key", flat=True))
    assert firm.attributes == {"pracownicy": 12, "tags": firm.attributes["tags"]}
    assert set(firm.attributes["tags"]) == tags
    assert faults(one) == [(3, "own_field")]
    undone(one, now + timedelta(hours=1))
    assert digest() == before


def test_a_file_is_of_people_or_of_companies_as_one_says(now, as_alice):
    one = make_import(table(("Firma", "Telefon", "Miasto"), ("Żagle", "601234567", "Hel")), now)
    assert queries.options_of(one).of == "company"

    as_alice.post(
        f"/imports/{one.pk}/format/", {"encoding": "utf-8", "delimiter": ";", "headed": "on", "of": "contact"}
    )

    one.refresh_from_db()
    assert queries.options_of(one).of == "contact"
    assert [column["target"] for column in one.columns] == ["company", "phone", "city"]


def test_columns_of_people_are_refused_in_a_file_of_companies(now):
    one = make_import(table(("Firma", "NIP"), ("Żagle", NIP)), now)
    with pytest.raises(Refused):
        contacts_columns = [{"target": "company.vat_id", "policy": "fill"}, {"target": "email", "policy": "fill"}]
        actions.choose(one, columns=contacts_columns, options=queries.options_of(one), now=now)


def test_the_pages_speak_of_companies(now, as_alice):
    firm = make_company(now, "Żagle", vat_id=NIP)
    one = make_import(table(FIRMS, firm_row("Żagle", NIP, Miasto="Hel"), firm_row("Nowa", OTHER)), now)
    page = as_alice.get(f"/imports/{one.pk}/columns/").text
    assert '<option value="company.parent" selected>' in page
    assert "consent_text" not in page

    checked(one, now)
    page = as_alice.get(f"/imports/{one.pk}/check/").text
    assert f"/companies/{firm.pk}/" in page
    assert "Nowa" in page

    ran(one, now)
    assert f"/companies/{firm.pk}/" in as_alice.get(f"/imports/{one.pk}/run/?rows=updated").text


@pytest.mark.parametrize(
    ("program", "headings", "expected"),
    [
        ("hubspot", "Record ID,Company name,Company owner,Phone Number,City,Country/Region,Industry",
         {"Company name": "company", "Company owner": "company.owner", "Phone Number": "company.phone",
          "City": "company.city", "Country/Region": "company.country"}),
        ("salesforce", "Account Name,Billing Street,Billing City,Billing Zip/Postal Code,Billing Country,Phone,Website,"
                       "Account Owner,Parent Account",
         {"Account Name": "company", "Billing Street": "company.street", "Billing City": "company.city",
          "Billing Zip/Postal Code": "company.postal_code", "Billing Country": "company.country",
          "Phone": "company.phone", "Website": "company.website", "Account Owner": "company.owner",
          "Parent Account": "company.parent"}),
        ("pipedrive", "Organization - Name,Organization - Owner,Organization - Address",
         {"Organization - Name": "company", "Organization - Owner": "company.owner",
          "Organization - Address": "company.street"}),
    ],
)  # fmt: skip
def test_exports_of_companies_map_without_help(now, program, headings, expected):
    one = make_import(headings.encode() + b"\n" + b",".join([b""] * headings.count(",")) + b"\n,x", now)

    found = {name: column["target"] for name, column in zip(one.headings, one.columns, strict=True) if column["target"]}
    assert found == expected, program
