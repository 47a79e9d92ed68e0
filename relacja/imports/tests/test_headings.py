"""Which column is what, told from headings as people and programs write them."""

import json

import pytest

from relacja.imports import headings
from relacja.imports.tests.test_reading import CSV

LEFT_OUT = ""


def mapped(text: str, *, by: str = ",") -> dict[str, str]:
    names = text.split(by)
    return {
        name: target for name, target in zip(names, headings.guess(names, [[]] * len(names)), strict=True) if target
    }


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("google", {"First Name": "first_name", "Last Name": "last_name", "Organization Name": "company",
                    "Organization Title": "job_title", "E-mail 1 - Value": "email", "Phone 1 - Value": "phone"}),
        ("outlook", {"First Name": "first_name", "Last Name": "last_name", "Company": "company",
                     "Job Title": "job_title", "Business Street": "street", "Business City": "city",
                     "Business Postal Code": "postal_code", "Business Country/Region": "country",
                     "Home Phone": "phone", "Mobile Phone": "other_phone", "E-mail Address": "email"}),
        ("linkedin", {"First Name": "first_name", "Last Name": "last_name", "Email Address": "email",
                      "Company": "company", "Position": "job_title"}),
        ("hubspot", {"Record ID": "external", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
                     "Phone Number": "phone", "Contact owner": "owner", "Lifecycle Stage": "stage",
                     "Marketing contact status": "consent",
                     "Associated Company": "company"}),
    ],
)  # fmt: skip
def test_exports_of_known_programs_map_without_help(program, expected):
    if not CSV.exists():
        pytest.skip(f"there is no {CSV}")
    found = mapped(json.loads((CSV / "headers.json").read_text(encoding="utf-8"))[program])

    assert {name: found.get(name) for name in expected} == expected
    extra = {name: target for name, target in found.items() if name not in expected}
    assert not set(extra.values()) - {"job_title"}, extra


def test_polish_headings_are_understood_with_slips():
    found = mapped(
        "IMIĘ;Nazwisko;Nr tel.;Adres e-mail;Miejscowosc;Kod pocztowy;Kraj;Nazwa firmy;Stanowisko;Uwagi", by=";"
    )

    assert list(found.values()) == [
        "first_name", "last_name", "phone", "email", "city", "postal_code", "country", "company", "job_title",
    ]  # fmt: skip
    assert "Uwagi" not in found


def test_salesforce_and_pipedrive_are_understood():
    salesforce = mapped(
        "Contact ID,First Name,Last Name,Account Name,Title,Mailing Street,Mailing City,Mailing Zip/Postal Code,"
        "Mailing Country,Phone,Mobile,Email,Lead Source,Contact Owner"
    )
    pipedrive = mapped("Person - Name,Person - Organization,Person - Email,Person - Phone,Person - Owner")

    assert list(salesforce.values()) == [
        *("external", "first_name", "last_name", "company", "job_title", "street", "city", "postal_code", "country"),
        *("phone", "other_phone", "email", "owner"),
    ]
    assert list(pipedrive.values()) == ["full_name", "company", "email", "phone", "owner"]
    assert headings.system(["Person - Name", "Person - Email"]) == "pipedrive"
    assert headings.system(["Imię", "E-mail"]) == ""


def test_what_stands_in_a_column_corrects_its_heading():
    names = ["Kontakt", "Contact", "X"]
    samples = [["ewa@x.pl", "jan@x.pl"], ["a@x.pl", ""], ["31-042", "80-001"]]

    assert headings.guess(names, samples) == ["email", "other_email", "postal_code"]
    assert headings.guess(["E-mail"], [["tak", "nie"]]) == [LEFT_OUT]


def test_one_column_for_the_name_is_a_whole_name():
    assert headings.guess(["Nazwisko", "E-mail"], [["Ewa Nowak"], ["e@x.pl"]]) == ["full_name", "email"]
    assert headings.guess(["Imię", "Nazwisko", "Imię i nazwisko"], [[], [], []]) == [
        "first_name",
        "last_name",
        LEFT_OUT,
    ]


def test_the_same_headings_have_the_same_digest_however_they_are_written():
    assert headings.digest(["Imię", "E-mail"]) == headings.digest(["IMIE ", "e-mail"])
    assert headings.digest(["Imię", "E-mail"]) != headings.digest(["E-mail", "Imię"])
