"""Whether two records speak of one company: what they have in common adds up. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from relacja.contacts.matching import people
from relacja.lib.text import folded

DOUBTFUL = 50
SURE = 75
WEIGHTS = {"same_vat_id": 80, "same_core": 55, "same_site": 30, "same_phone": 30, "same_address": 20}
GROUNDS = {
    "name": "same_core",
    "vat_id": "same_vat_id",
    "site": "same_site",
    "phone": "same_phone",
    "place": "same_address",
}
FORMS = (
    r"sp\.? ?z ?o\.? ?o\.?( ?sp\.? ?k\.?)?|s\.? ?a\.?|s\.? ?k\.? ?a\.?|sp\.? ?[jkp]\.?|s\.? ?c\.?|p\.? ?s\.? ?a\.?|"
    r"gmbh( & co\.? kg)?|ag|ltd\.?|limited|llc|inc\.?|corp\.?|s\.? ?r\.? ?o\.?|a\.? ?s\.?|b\.? ?v\.?|s\.? ?a\.? ?s\.?|"
    r"spolka( z ograniczona odpowiedzialnoscia| akcyjna| jawna| komandytowa| cywilna)"
)
# Hosts under which anybody may have a page.
SHARED_HOSTS = frozenset(
    "facebook.com instagram.com linkedin.com youtube.com x.com twitter.com tiktok.com google.com sites.google.com"
    " allegro.pl olx.pl etsy.com amazon.com ebay.com linktr.ee wordpress.com blogspot.com".split()
)
_ENDING = re.compile(rf"[\s,]+({FORMS})$")
_SIGNS = re.compile(r"[^\w ]+")


@dataclass(frozen=True, slots=True)
class Firm:
    """What may be compared of one company; empty where nothing is known. `parent` is the id of what it belongs to."""

    name: str = ""
    vat_id: str = ""
    site: str = ""
    phone: str = ""
    place: str = ""
    parent: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two companies have in common, the weightiest first, and how much that is, 0 to 100."""

    score: int
    reasons: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        return self.score >= DOUBTFUL

    @property
    def is_sure(self) -> bool:
        return self.score >= SURE


def core(name: str) -> str:
    """What a name is about: folded, without the legal form at its end and without signs."""
    text, before = folded(name), ""
    while text != before:
        before, text = text, _ENDING.sub("", text)
    return " ".join(_SIGNS.sub(" ", text).split())


def host(website: str) -> str:
    """The host of an address of the web; nothing for one that many share."""
    text = website.strip().lower()
    try:
        found = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    found = found.removeprefix("www.").removeprefix("m.")
    return "" if found in SHARED_HOSTS else found


def place(street: str, postal_code: str) -> str:
    """Where a house is; nothing unless street, number and postal code are known."""
    found = people.person({"street": street, "postal_code": postal_code})
    return f"{found.street} {found.number}, {found.postal_code}" if found.number and found.postal_code else ""


def phone(number: str) -> str:
    """A number as it is compared."""
    return people.person({"phone": number}).phone


def compare(one: Firm, other: Firm) -> Verdict:
    """What speaks for one company. Different VAT ids are of two; so are the parts of one company."""
    if one.vat_id and other.vat_id and one.vat_id != other.vat_id:
        return Verdict(0, ())
    if one.parent and one.parent == other.parent:
        return Verdict(0, ())
    found = [
        code for field, code in GROUNDS.items() if getattr(one, field) and getattr(one, field) == getattr(other, field)
    ]
    found.sort(key=lambda code: -WEIGHTS[code])
    return Verdict(min(100, sum(WEIGHTS[code] for code in found)), tuple(found))
