"""Traits of a person, as trackers name them, become fields of a contact. Nothing is looked up and nothing raised."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale

from relacja.lib import emails, phones
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded

NAMES = {
    "first_name": ("firstName", "first_name", "firstname", "given_name"),
    "last_name": ("lastName", "last_name", "lastname", "family_name"),
    "email": ("email", "emailAddress", "e-mail"),
    "phone": ("phone", "phoneNumber", "phone_number", "mobile"),
    "job_title": ("title", "jobTitle", "job_title", "position"),
    "street": ("street", "address.street"),
    "postal_code": ("postalCode", "postal_code", "zip", "address.postalCode", "address.postal_code", "address.zip"),
    "city": ("city", "address.city"),
    "country": ("country", "countryCode", "country_code", "address.country", "address.countryCode"),
    "language": ("language", "locale"),
    "company": ("company.name", "company", "organization"),
}
LONGEST = {"first_name": 120, "last_name": 120, "job_title": 120, "street": 200, "postal_code": 16, "city": 120}


def fields(traits: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Fields of a contact (and `company`), and the traits that cannot be used: no address, no phone number."""
    found = {field: text for field, names in NAMES.items() if (text := _first(traits, names))}
    if not ("first_name" in found or "last_name" in found) and (name := _first(traits, ("name", "fullName"))):
        found["first_name"], _space, found["last_name"] = name.partition(" ")
    wrong = []
    for field, check in (("email", emails.address), ("phone", phones.e164)):
        if field in found and not _passes(check, found[field]):
            wrong.append(field)
            del found[field]
    found["country"] = country_code(found.get("country", ""))
    found["language"] = found.get("language", "")[:2].lower()
    if found["language"] not in {"pl", "en"}:
        del found["language"]
    kept = {field: text[: LONGEST.get(field, 320)].strip() for field, text in found.items()}
    return {field: text for field, text in kept.items() if text}, wrong


def country_code(text: str) -> str:
    """PL for PL, Poland and Polska; nothing for what is no country."""
    return text.upper() if text.upper() in _countries().values() else _countries().get(folded(text), "")


@cache
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "pl"):
        territories = Locale(language).territories
        names |= {folded(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    return names


def _first(traits: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value: Any = traits
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if isinstance(value, str | int) and not isinstance(value, bool) and (text := cleaned(str(value))):
            return text
    return ""


def _passes(check: Any, text: str) -> bool:
    try:
        check(text)
    except Refused:
        return False
    return True
