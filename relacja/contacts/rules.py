"""What a contact is made of, before it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from django.utils.translation import gettext as _

from relacja.lib import emails, phones
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded

LONGEST = {
    "first_name": 120,
    "last_name": 120,
    "job_title": 120,
    "street": 200,
    "postal_code": 16,
    "city": 120,
}
CODES = ("country", "language")
# ISO 3166, without what Unicode adds: unions, outlying parts, codes for tests.
COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()) - {
    "EU",
    "EZ",
    "QO",
    "UN",
    "XA",
    "XB",
    "ZZ",
}
FIELDS = ("email", "phone", *LONGEST, *CODES)
IdentityPair = tuple[str, str]


class Unfit(Refused):
    """A field cannot take what was given."""


@dataclass(frozen=True, slots=True)
class Values:
    """What was given of a contact's fields, cleaned and checked. `attributes` are own fields by key, None for none."""

    fields: dict[str, str]
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def identities(self) -> list[IdentityPair]:
        """What names the person among these values."""
        found = []
        if email := self.fields.get("email"):
            found.append(("email", emails.key(email)))
        if phone := self.fields.get("phone"):
            found.append(("phone", phone))
        return found


def values(given: Mapping[str, str]) -> Values:
    """The given fields, cleaned. Raises `NotAnAddress`, `NotAPhone` or `Unfit`, naming the field."""
    return Values({name: value(name, given[name]) for name in FIELDS if name in given})


def usable(given: Mapping[str, str]) -> Values:
    """Those of the given fields that make sense. For what others say about a person and nobody is there to correct."""
    fields = {}
    for name in FIELDS:
        if name in given:
            try:
                fields[name] = value(name, given[name])
            except Refused:
                continue
    return Values(fields)


def value(name: str, text: str) -> str:
    """What is stored for `text` in the field `name`. Raises `NotAnAddress`, `NotAPhone` or `Unfit`."""
    if not text.strip():
        return ""
    if name == "email":
        return _email(text)
    if name == "phone":
        return _phone(text)
    text = cleaned(text)
    if name in CODES:
        return _code(name, text)
    if len(text) > LONGEST[name]:
        raise Unfit(_("This is too long. Keep it under {most} characters.").format(most=LONGEST[name]), field=name)
    return text


def _email(text: str) -> str:
    try:
        return emails.address(text)
    except emails.NotAnAddress as error:
        sentence = _("“{text}” is not an e-mail address. Write it like name@company.com.").format(text=_short(text))
        raise emails.NotAnAddress(sentence, field="email") from error


def _phone(text: str) -> str:
    try:
        return phones.e164(text)
    except phones.NotAPhone as error:
        sentence = _("“{text}” is not a phone number. Write it like 601 234 567 or +49 30 901820.")
        raise phones.NotAPhone(sentence.format(text=_short(text)), field="phone") from error


def _code(name: str, text: str) -> str:
    known = COUNTRIES if name == "country" else Locale("en").languages
    code = text.upper() if name == "country" else text.lower()
    if len(code) != 2 or code not in known:
        sentence = _("“{text}” is not a two-letter code of a country, like PL or DE.")
        if name == "language":
            sentence = _("“{text}” is not a two-letter code of a language, like pl or en.")
        raise Unfit(sentence.format(text=_short(text)), field=name)
    return code


def _short(text: str) -> str:
    text = cleaned(text)
    return text if len(text) <= 60 else f"{text[:60]}…"


def name_key(first_name: str, last_name: str, email: str) -> str:
    """What a contact is sorted by: last name, first name; the address when there is no name."""
    return (folded(f"{last_name} {first_name}") or folded(email) or "~")[:250]


def search_text(*, first_name: str, last_name: str, email: str, phone: str, company: str) -> str:
    """Everything a contact is found by, folded.

    Two spaces stand before each word, so that even the first letter of a word makes a trigram.
    """
    return "".join(f"  {word}" for word in folded(f"{first_name} {last_name} {email} {phone} {company}").split())
