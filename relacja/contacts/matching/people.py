"""Somebody as the matching sees them: every field made comparable once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from relacja.contacts.matching import names
from relacja.lib import emails
from relacja.lib.text import folded

_NUMBER = re.compile(r"\d+[a-z]?\b")
_STREET_WORDS = frozenset(
    "ul ulica al aleja aleje os osiedle pl plac m lok st street ave avenue rd road lane drive court place close".split()
)
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
_SAID_BY_MANY = frozenset(
    "biuro kontakt info sklep office mail poczta email admin sekretariat hello contact sales zamowienia".split()
)
_LEGAL = re.compile(
    r"\b(sp|spolka|z|o|oo|ograniczona|odpowiedzialnoscia|s a|sa|sp k|spk|sp j|spj|s c|sc|ltd|limited|inc|gmbh|llc)\b"
)


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """What may be compared of one contact, folded. What is not known is empty."""

    first: str = ""
    last: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    number: str = ""
    postal_code: str = ""
    city: str = ""
    company: str = ""
    born: str = ""

    @property
    def local_part(self) -> str:
        return self.email.partition("@")[0]


def person(given: Mapping[str, str]) -> Person:
    """Somebody made comparable. Keys: first_name, last_name, email, phone, street, postal_code, city, company, born."""
    first, last = _names(given.get("first_name", ""), given.get("last_name", ""))
    street, number = _street(given.get("street", ""))
    return Person(
        first=first,
        last=last,
        email=mailbox(given.get("email", "")),
        phone=re.sub(r"\D", "", given.get("phone", ""))[-9:],
        street=street,
        number=number,
        postal_code=re.sub(r"[^0-9a-z]", "", given.get("postal_code", "").lower()),
        city=_plain(given.get("city", "")),
        company=_company(given.get("company", "")),
        born=re.sub(r"\D", "", given.get("born", "")),
    )


@lru_cache(maxsize=10_000)
def mailbox(address: str) -> str:
    """The box an address leads to: without what stands after a plus, and at Gmail without points."""
    local, _at, domain = emails.key(address).rpartition("@")
    local = local.partition("+")[0]
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else ""


def is_said_by_many(local_part: str) -> bool:
    """Whether what stands before the @ names a place and not a person."""
    return re.sub(r"[^a-z]", "", local_part) in _SAID_BY_MANY


def _names(first: str, last: str) -> tuple[str, str]:
    """First and last name folded. A whole name that stands in one field is taken apart."""
    firsts, lasts = names.words(first), names.words(last)
    if not lasts and len(firsts) == 2:
        return firsts[0], firsts[1]
    if not firsts and len(lasts) == 2 and names.is_first_name(lasts[0]):
        return lasts[0], lasts[1]
    return " ".join(firsts), " ".join(lasts)


def _street(text: str) -> tuple[str, str]:
    """The words of a street, and the first number in it: that of the house, mostly."""
    plain = _plain(text)
    found = _NUMBER.search(plain)
    words = [word for word in plain.split() if word not in _STREET_WORDS and not word[0].isdigit()]
    return " ".join(words), found[0] if found else ""


def _company(text: str) -> str:
    plain = _plain(text)
    return " ".join(_LEGAL.sub(" ", plain).split()) or plain


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^0-9a-z]+", " ", folded(text)).split())
