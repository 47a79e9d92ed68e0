"""The short ways through addresses, numbers and letters end where the long ones do."""

import unicodedata

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from relacja.lib import emails, phones, text

_SIGNS = st.text("ab.@+-_ A1ż", max_size=16)


def slow_address(given: str) -> str | None:
    try:
        return validate_email(
            given, check_deliverability=False, allow_quoted_local=False, test_environment=True
        ).normalized
    except EmailNotValidError:
        return None


def slow_number(given: str) -> str | None:
    try:
        number = phonenumbers.parse(given, "PL")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@settings(deadline=None)
@given(
    _SIGNS, st.one_of(_SIGNS, st.sampled_from(["x.pl", "X.PL", "xn--d-2wa.pl", "localhost", "a..pl", "-a.pl", "a.1"]))
)
def test_an_address_is_the_one_the_library_gives(local, domain):
    given = f"{local}@{domain}".strip()
    try:
        found = emails.address(given)
    except emails.NotAnAddress:
        found = None

    assert found == slow_address(given)


@settings(deadline=None)
@given(
    st.one_of(
        st.from_regex(r"(\+48 ?)?[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}", fullmatch=True), st.text("0+48 -1", max_size=14)
    )
)
def test_a_number_is_the_one_the_library_gives(given):
    try:
        found = phones.e164(given)
    except phones.NotAPhone:
        found = None

    assert found == slow_number(given)


@settings(deadline=None)
@given(st.text())
def test_folding_a_letter_at_a_time_is_folding_the_whole(given):
    letters = str.maketrans(text._LETTERS)
    plain = unicodedata.normalize("NFKD", text.cleaned(given).translate(letters))
    slow = " ".join("".join(char for char in plain if not unicodedata.combining(char)).casefold().split())

    assert text.folded(given) == slow


@pytest.mark.parametrize(
    ("given", "expected"), [("Łęcka-Gąsior", "lecka-gasior"), (" Ewa\x00  N ", "ewa n"), ("Straße", "strasse")]
)
def test_people_find_what_they_type_without_accents(given, expected):
    assert text.folded(given) == expected
