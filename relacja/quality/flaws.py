"""What can be wrong with what is known about a person: each flaw once, in SQL and in plain Python."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Contact
from relacja.imports import unifying
from relacja.places import queries as places
from relacja.segments.binder import Binder, Passing
from relacja.segments.rules import Person

QUIET_DAYS = 365
SHARED_VAT_ID = "shared_vat_id"
# Misspelt domains of the providers most people in Poland and around have, as seen on sign-up forms.
MEANT = {
    wrong: right
    for right, written in {
        "gmail.com": "gamil.com gmai.com gmail.co gmail.con gmail.cm gmail.om gmial.com gmal.com gnail.com"
        " gmail.pl.com",
        "hotmail.com": "hotmai.com hotmal.com hotmial.com hotmail.con",
        "outlook.com": "outlok.com outllook.com outlook.con",
        "yahoo.com": "yaho.com yahoo.con",
        "interia.pl": "interia.ppl interai.pl intera.pl",
        "onet.pl": "onet.ppl ont.pl oent.pl",
        "o2.pl": "o2.ppl",
        "wp.pl": "wp.ppl wp.pll w.pl",
        "icloud.com": "icloud.con iclod.com",
    }.items()
    for wrong in written.split()
}
MISSPELT = list(MEANT)
SHARED = (
    "admin biuro bok contact dzial.handlowy faktury hello help hr info kadry kontakt marketing noreply no-reply"
    " office poczta postmaster recepcja reklamacje sales sekretariat serwis shop sklep support webmaster zamowienia"
).split()
NAMES = ("first_name", "last_name")
ODD = "[0-9@<>{}|_#]"


@dataclass(frozen=True, slots=True)
class Flaw:
    """`sql` is a condition on a row of `contact`; `check` the same of a person. `field` is where it is mended.

    `passed` says which events time takes out of its window. `mended` gives the fields of a contact as they should be,
    where that can be known.
    """

    code: str
    label: Any
    words: Any
    field: str
    sql: Callable[[Binder], str]
    check: Callable[[Person], bool]
    passed: Callable[[Passing], str] | None = None
    mended: Callable[[Contact], dict[str, str]] | None = None


def _column(person: Person, name: str) -> str:
    return str(person.columns.get(name) or "")


def _any_name(condition: str) -> Callable[[Binder], str]:
    return lambda _bind: " OR ".join(f"({condition.format(name=name)})" for name in NAMES)


def _is_shouted(name: str) -> bool:
    return len(name) > 2 and name == name.upper() and name != name.lower()


def _is_odd(name: str) -> bool:
    return any(letter in "0123456789@<>{}|_#" for letter in name)


def _local(person: Person) -> str:
    return _column(person, "email").lower().partition("@")[0]


def _domain(person: Person) -> str:
    return _column(person, "email").lower().partition("@")[2]


def _meant(contact: Contact) -> dict[str, str]:
    local, _at, domain = contact.email.rpartition("@")
    meant = MEANT.get(domain.lower())
    return {"email": f"{local}@{meant}"} if meant else {}


def _quiet_names(contact: Contact) -> dict[str, str]:
    held = {name: getattr(contact, name) for name in NAMES}
    return {name: unifying.tamed(text) for name, text in held.items() if _is_shouted(text)}


def _is_quiet(person: Person) -> bool:
    since = person.now - timedelta(days=QUIET_DAYS)
    return not any(event.at >= since for event in person.events)


FLAWS: dict[str, Flaw] = {
    flaw.code: flaw
    for flaw in (
        Flaw(
            "misspelt_domain",
            _("Misspelt e-mail domain"),
            _("has an e-mail whose domain is misspelt"),
            "email",
            lambda bind: (
                f"substring(lowerUTF8(email), position(email, '@') + 1) IN {bind(MISSPELT, 'Array(String)')}"
                " AND position(email, '@') > 0"
            ),
            lambda person: _domain(person) in MISSPELT,
            mended=_meant,
        ),
        Flaw(
            "shared_mailbox",
            _("Shared mailbox"),
            _("has an e-mail that several people read"),
            "email",
            lambda bind: (
                f"position(email, '@') > 0 AND splitByChar('@', lowerUTF8(email))[1] IN {bind(SHARED, 'Array(String)')}"
            ),
            lambda person: "@" in _column(person, "email") and _local(person) in SHARED,
        ),
        Flaw(
            "shouted_name",
            _("Name in capitals"),
            _("has a name written in capitals"),
            "last_name",
            _any_name("lengthUTF8({name}) > 2 AND {name} = upperUTF8({name}) AND {name} != lowerUTF8({name})"),
            lambda person: any(_is_shouted(_column(person, name)) for name in NAMES),
            mended=_quiet_names,
        ),
        Flaw(
            "odd_name",
            _("Digits or signs in the name"),
            _("has digits or signs in the name"),
            "last_name",
            lambda bind: " OR ".join(f"match({name}, {bind(ODD, 'String')})" for name in NAMES),
            lambda person: any(_is_odd(_column(person, name)) for name in NAMES),
        ),
        Flaw(
            "unreachable",
            _("No way to reach them"),
            _("has neither an e-mail nor a phone"),
            "email",
            lambda _bind: "email = '' AND phone = ''",
            lambda person: not _column(person, "email") and not _column(person, "phone"),
        ),
        Flaw(
            "unknown_place",
            _("Address without a known place"),
            _("has an address whose place is not known"),
            "city",
            lambda bind: f"place = {bind(places.UNKNOWN, 'String')}",
            lambda person: _column(person, "place") == places.UNKNOWN,
        ),
        Flaw(
            "quiet",
            _("Nothing for a year"),
            _("had nothing happen for a year"),
            "",
            lambda bind: f"NOT {bind.happened(f'at >= {bind.now} - toIntervalDay({QUIET_DAYS})')}",
            _is_quiet,
            passed=lambda bind: bind.within("at", f"toIntervalDay({QUIET_DAYS})"),
        ),
    )
}
