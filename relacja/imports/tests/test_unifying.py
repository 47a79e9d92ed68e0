"""The same thing written in many ways is stored in one."""

import pytest

from relacja.imports import unifying
from relacja.imports.unifying import Habits, Unfit


@pytest.mark.parametrize(
    ("target", "given", "expected"),
    [
        ("phone", "601234567", "+48601234567"),
        ("phone", " 601-234-567 ", "+48601234567"),
        ("phone", "+48 (22) 123 45 67", "+48221234567"),
        ("phone", "48601234567", "+48601234567"),
        ("phone", "0048 601 234 567", "+48601234567"),
        ("phone", "0601 234 567", "+48601234567"),
        ("phone", "601234567.0", "+48601234567"),
        ("phone", "22 123 45 67 wew. 12", "+48221234567"),
        ("phone", "601 234 567; 602 345 678", "+48601234567"),
        ("phone", "601 234 567 lub 602 345 678", "+48601234567"),
        ("phone", "601\xa0234\xa0567", "+48601234567"),
        ("phone", "+49 30 901820", "+4930901820"),
        ("email", " Ewa@Poczta.EXAMPLE ", "Ewa@poczta.example"),
        ("email", "mailto:ewa@x.pl", "ewa@x.pl"),
        ("email", "Ewa Nowak <ewa@x.pl>", "ewa@x.pl"),
        ("email", "ewa@x.pl; jan@x.pl", "ewa@x.pl"),
        ("postal_code", "31042", "31-042"),
        ("postal_code", "31 042", "31-042"),
        ("postal_code", "1234", "01-234"),
        ("postal_code", "1234.0", "01-234"),
        ("postal_code", "SW1A 1AA", "SW1A 1AA"),
        ("country", "Polska", "PL"),
        ("country", "POLAND", "PL"),
        ("country", "pl", "PL"),
        ("country", "Niemcy", "DE"),
        ("country", "Deutschland", "DE"),
        ("country", "U.S.A.", "US"),
        ("country", "Wielka Brytania", "GB"),
        ("country", "Czechy", "CZ"),
        ("language", "polski", "pl"),
        ("language", "en-GB", "en"),
        ("language", "English", "en"),
        ("stage", "Klient", "customer"),
        ("stage", "marketingqualifiedlead", "prospect"),
        ("consent", "TAK", "yes"),
        ("consent", "Fałsz", "no"),
        ("consent_at", "2024-03-05T10:00:00+01:00", "2024-03-05"),
        ("consent_at", "05.03.2024", "2024-03-05"),
        ("consent_at", "5/3/24", "2024-03-05"),
        ("consent_at", "03/25/2024", "2024-03-25"),
        ("consent_at", "5 mar 2024", "2024-03-05"),
        ("consent_at", "5 października 2024 r.", "2024-10-05"),
        ("consent_at", "45356", "2024-03-05"),
        ("consent_at", "20240305", "2024-03-05"),
        ("first_name", "ŻANETA", "Żaneta"),
        ("last_name", "ŁĘCKA-GĄSIOR", "Łęcka-Gąsior"),
        ("last_name", "o'brien", "O'Brien"),
        ("last_name", "VAN DER BERG", "Van der Berg"),
        ("last_name", "McDonald", "McDonald"),
        ("city", "BIELSKO-BIAŁA", "Bielsko-Biała"),
        ("street", "UL. DŁUGA 5A", "ul. Długa 5A"),
        ("street", "ul. 3 Maja 7", "ul. 3 Maja 7"),
        ("company", "  PKO   BP ", "PKO BP"),
        ("job_title", "Kierowniczka\nsklepu", "Kierowniczka sklepu"),
    ],
)
def test_a_value_is_unified(target, given, expected):
    assert unifying.unifier(target, Habits())(given) == expected


@pytest.mark.parametrize(
    ("target", "given", "code"),
    [
        ("email", "ewa(at)x.pl", "email"),
        ("email", "x" * 5_000, "email"),
        ("phone", "6.01235E+08", "phone"),
        ("phone", "brak", "phone"),
        ("country", "Nibylandia", "country"),
        ("language", "klingoński", "language"),
        ("stage", "VIP", "stage"),
        ("consent", "może", "consent"),
        ("consent_at", "31.02.2024", "date"),
        ("consent_at", "jutro", "date"),
        ("consent_at", "99999999999999999999", "date"),
        ("first_name", "E" * 121, "too_long"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(target, given, code):
    with pytest.raises(Unfit, match=code):
        unifying.unifier(target, Habits())(given)


def test_a_number_without_a_prefix_is_of_the_country_that_was_said():
    assert unifying.unifier("phone", Habits(country="DE"))("030 901820") == "+4930901820"
    assert unifying.unifier("postal_code", Habits(country="DE"))("10115") == "10115"


def test_capitals_stay_when_they_are_wanted():
    assert unifying.unifier("last_name", Habits(tame=False))("NOWAK") == "NOWAK"


def test_whole_names_are_parted():
    assert unifying.people("Ewa Maria Nowak") == ("Ewa Maria", "Nowak")
    assert unifying.people("Nowak, Ewa") == ("Ewa", "Nowak")
    assert unifying.people("Cher") == ("Cher", "")


def test_a_file_tells_which_comes_first_the_day_or_the_month():
    assert unifying.day_first(["01/02/2024", "25/02/2024"]) is True
    assert unifying.day_first(["01/02/2024", "02/25/2024"]) is False
    assert unifying.day_first(["01/02/2024", "x"]) is None
