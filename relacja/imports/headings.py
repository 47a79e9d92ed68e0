"""Which column is what: guessed from its heading, in Polish and English, and from what stands in it."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from relacja.lib.text import folded

LEFT_OUT = ""
SURE = 88.0
_PARTS = re.compile(r"[^a-z0-9]+")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$")
_POSTAL_CODE = re.compile(r"^\d\d-\d{3}$")

# As people write them, and as Google, Outlook, LinkedIn, HubSpot, Salesforce, Pipedrive, Mailchimp, Shopify and
# WooCommerce export them. Compared without accents, case and signs.
ALIASES: dict[str, str] = {
    "first_name": "imię, imiona, first name, firstname, given name, forename, name first, billing first name,"
    " imię klienta, person first name, contact first name, default address first name",
    "last_name": "nazwisko, last name, lastname, surname, family name, name last, billing last name, nazwisko klienta,"
    " contact last name, person last name",
    "full_name": "imię i nazwisko, nazwisko i imię, imię nazwisko, full name, name, contact name, contact, klient,"
    " osoba, osoba kontaktowa, person name, display name, customer name, customer, file as, nazwa klienta, person,"
    " deal contact person",
    "email": "e-mail, email, mail, adres e-mail, adres email, email address, e-mail address, e-mail 1 value,"
    " e-mail 2 value, e-mail 3 value, e-mail 2, e-mail 3, e-mail 2 address, e-mail 3 address, primary email,"
    " work email, person email, email work, email home, email other, poczta, poczta elektroniczna, billing email,"
    " e mail klienta, contact email, email klienta",
    "phone": "telefon, numer telefonu, nr telefonu, tel, nr tel, tel kom, nr kom, telefon komórkowy, komórka,"
    " kom, gsm, mobile, mobile phone,"
    " cell, cell phone, phone, phone number, telephone, mobile phone number, phone 1 value, phone 2 value,"
    " phone 3 value, phone 2, phone 3, primary phone, business phone, business phone 2, home phone, home phone 2,"
    " work phone, other phone, person phone, phone work, phone mobile, phone home, telefon stacjonarny,"
    " telefon kontaktowy, billing phone, telefon klienta, default address phone",
    "company": "firma, nazwa firmy, przedsiębiorstwo, organizacja, company, company name, organization,"
    " organisation, organization name, organization 1 name, account name, account, associated company, employer,"
    " billing company, pracodawca, person organization, default address company, primary associated company",
    "job_title": "stanowisko, funkcja, job title, title, position, role, organization title, organization 1 title,"
    " stanowisko pracy, jobtitle",
    "street": "ulica, adres, ulica i numer, adres korespondencyjny, street, street address, address,"
    " address line 1, address 1, business street, home street, mailing street, billing address 1,"
    " address 1 street, billing street, address street, adres 1, default address address1",
    "postal_code": "kod pocztowy, kod, zip, zip code, postal code, postcode, zip postal code, business postal code,"
    " home postal code, mailing zip postal code, billing postcode, address 1 postal code, mailing postal code,"
    " billing zip postal code, address zip, default address zip",
    "city": "miasto, miejscowość, city, town, business city, home city, mailing city, billing city,"
    " address 1 city, address city, poczta miasto, locality, default address city",
    "country": "kraj, państwo, country, country region, business country region, home country region,"
    " mailing country, billing country, address 1 country, country code, kod kraju, address country,"
    " default address country code",
    "owner": "opiekun, opiekun klienta, właściciel, handlowiec, przedstawiciel, prowadzący, owner, contact owner,"
    " contact owner name, owner name, owner email, owner e-mail, contact owner email, account owner, lead owner,"
    " assigned to, assigned user, assigned user name, salesperson, sales rep, account manager, person owner,"
    " customer owner, record owner, przypisany do, osoba odpowiedzialna",
    "company.vat_id": "nip, nip firmy, numer nip, nr nip, vat id, vat number, vat no, vat, eu vat, eu vat number,"
    " tax id, tax number, company vat id, company vat number, nip klienta, vat ue, nip vat ue, regon nip",
    "company.website": "strona www, strona internetowa, strona firmy, www, www firmy, website, company website,"
    " website url, web page, company domain name, domain, organization website, strona, url strony",
    "company.phone": "telefon firmy, telefon do firmy, company phone, organization phone, account phone,"
    " company main phone, company phone number",
    "company.street": "ulica firmy, adres firmy, company street, company address, organization address,"
    " company street address, account street",
    "company.postal_code": "kod pocztowy firmy, company postal code, company zip, company zip code",
    "company.city": "miasto firmy, miejscowość firmy, company city, account city",
    "company.country": "kraj firmy, company country, company country region, account country",
    "company.owner": "opiekun firmy, company owner, organization owner",
    "company.parent": "spółka matka, firma nadrzędna, parent company, parent account, parent organization,"
    " należy do, grupa kapitałowa, parent company name",
    "language": "język, language, preferred language, locale, język kontaktu",
    "stage": "etap, status klienta, lifecycle stage, stage, customer stage, contact stage",
    "external": "id, record id, contact id, customer id, id klienta, numer klienta, nr klienta, numer kontrahenta,"
    " id kontaktu, person id, kod klienta, external id, client id, id zewnętrzny, user id, hubspot id,"
    " record id contact",
    "attributes.tags": "tagi, tag, etykiety, etykieta, tags",
    "consent": "newsletter, zgoda na newsletter, zgoda marketingowa, zgoda, zgoda e-mail, email opt in, opt in,"
    " newsletter consent, marketing consent, subscribed, accepts marketing, accepts email marketing,"
    " subskrypcja, zgoda na e-mail, marketing status, email marketing consent, marketing contact status",
    "consent_at": "data zgody, kiedy zgoda, consent date, opt in time, confirm time, optin time, data zapisu,"
    " subscribed at, data wyrażenia zgody, zgoda data, opt in date",
}
# In a file of companies. What is said here of a person, there is of the company.
OF_COMPANIES = (
    "nazwa, nazwa firmy, nazwa kontrahenta, kontrahent, firma, name, company name, company, account name,"
    " organization name, organization, organisation, klient, nazwa klienta, nazwa pełna, pełna nazwa, customer name"
)
_THEN = {
    **{name: f"company.{name}" for name in ("phone", "street", "postal_code", "city", "country", "owner")},
    "attributes.tags": "company.attributes.tags",
    "company": "company",
}
SYSTEMS = {
    "hubspot": {"contact owner", "lifecycle stage", "marketing contact status", "record id contact"},
    "salesforce": {"account name", "mailing street", "mailing city", "contact id", "lead source"},
    "pipedrive": {"person name", "person organization", "person email", "person phone", "deal contact person"},
    "shopify": {"accepts email marketing", "accepts marketing", "total spent", "default address company"},
    "mailchimp": {"optin time", "confirm time", "leid", "euid"},
}


def are_companies(found: Sequence[str]) -> bool:
    """Whether a file whose columns were guessed so is about companies: it names some, and no person."""
    people = {"first_name", "last_name", "email", "job_title"}
    names_companies = "company.vat_id" in found or ("company" in found and "full_name" not in found)
    return names_companies and not people & set(found)


def guess_of_companies(
    headings: Sequence[str], samples: Sequence[Sequence[str]], *, known: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """What each column of a file of companies holds."""
    aliases = {_key(name): target for target, names in (known or {}).items() for name in names}
    aliases |= {alias: _THEN.get(target, target) for alias, target in _ALIASES.items()}
    aliases |= {_key(alias): "company" for alias in OF_COMPANIES.split(",")}
    found: list[str] = []
    for heading in headings:
        target = _by_heading(heading, aliases)
        is_theirs = target == "company" or target.startswith("company.")
        found.append(target if is_theirs and target not in found else LEFT_OUT)
    return found


def guess(
    headings: Sequence[str], samples: Sequence[Sequence[str]], *, known: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """What each column holds, one target each, `LEFT_OUT` where nothing fits.

    `known` adds further targets and what they are called. `samples` are the values of a few rows, by column.
    """
    aliases = {**_ALIASES, **{_key(name): target for target, names in (known or {}).items() for name in names}}
    found = [_by_heading(heading, aliases) for heading in headings]
    for number, values in enumerate(samples):
        if number < len(found) and (not found[number] or _contradicts(found[number], values)):
            found[number] = _by_values(values)
    found = _parted(found)
    if "first_name" in found and "last_name" in found:
        return [LEFT_OUT if target == "full_name" else target for target in found]
    return ["full_name" if target == "last_name" and "first_name" not in found else target for target in found]


def _parted(found: Sequence[str]) -> list[str]:
    """The first column of addresses, and of numbers, holds the main one; those behind it others."""
    seen: set[str] = set()
    parted = []
    for target in found:
        parted.append(f"other_{target}" if target in seen and target in {"email", "phone"} else target)
        seen.add(target)
    return parted


def system(headings: Sequence[str]) -> str:
    """The program whose export has these headings, or nothing."""
    keys = {_key(heading) for heading in headings}
    best = max(SYSTEMS, key=lambda name: len(SYSTEMS[name] & keys))
    return best if SYSTEMS[best] & keys else ""


def digest(headings: Sequence[str]) -> str:
    """What two files with the same headings share."""
    text = json.dumps([_key(heading) for heading in headings])
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _key(heading: str) -> str:
    return " ".join(part for part in _PARTS.split(folded(heading)) if part)


_ALIASES = {_key(alias): target for target, text in ALIASES.items() for alias in text.split(",")}


def _by_heading(heading: str, aliases: Mapping[str, str]) -> str:
    key = _key(heading)
    if target := aliases.get(key):
        return target
    if len(key) < 4 or key.endswith((" label", " type", " display name")):
        return LEFT_OUT
    match = process.extractOne(key, aliases.keys(), scorer=fuzz.ratio, score_cutoff=SURE)
    return aliases[match[0]] if match else LEFT_OUT


def _contradicts(target: str, values: Sequence[str]) -> bool:
    """A column called so that holds something else, such as a “Contact” full of addresses."""
    given = [value.strip() for value in values if value.strip()]
    addresses = sum(bool(_EMAIL.match(value)) for value in given)
    if target == "email":
        return bool(given) and not addresses
    return bool(given) and addresses == len(given) and target in {"full_name", "external", "consent"}


def _by_values(values: Sequence[str]) -> str:
    given = [value.strip() for value in values if value.strip()]
    if given and all(_EMAIL.match(value) for value in given):
        return "email"
    if given and all(_POSTAL_CODE.match(value) for value in given):
        return "postal_code"
    return LEFT_OUT
