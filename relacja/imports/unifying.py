"""One way of writing: what people typed over the years in every way, as we store it. No database, no clock."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from stdnum.exceptions import ValidationError
from stdnum.pl import nip

from relacja.contacts import field_kinds
from relacja.contacts.field_kinds import Options
from relacja.contacts.rules import COUNTRIES, LONGEST
from relacja.lib import emails, phones
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded

Unify = Callable[[str], str]
REMEMBERED = 20_000
_SPACES = re.compile(r"\s+")
_EXTENSION = re.compile(r"[,;]?\s*\b(?:wew|ext|w)\b\.?\s*\d+$", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?:[;|/\n]|,(?=\s*\+?\d)|\blub\b|\bor\b)\s*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\],;]+@[^\s<>()\[\],;]+")
_WHOLE_NUMBER = re.compile(r"\d+\.0")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SMALL_WORDS = frozenset("de da di del la le van von der den und i nad pod na w z und of the".split())
_IN_ADDRESS = ("ul.", "al.", "os.", "pl.")
_DATE = re.compile(r"(\d{1,4})[.\-/ ](\d{1,2}|[^\W\d_]+\.?)[.\-/ ](\d{1,4})(?:[ T,]+\d{1,2}:\d\d.*)?(?: ?r\.?)?")
_SERIAL = re.compile(r"\d{4,5}")
_MONTHS = {
    name: number
    for number, names in enumerate(
        "sty stycznia jan january|lut lutego feb february|mar marca march|kwi kwietnia apr april|maj maja may"
        "|cze czerwca jun june|lip lipca jul july|sie sierpnia aug august|wrz wrzesnia sep september"
        "|paz pazdziernika oct october|lis listopada nov november|gru grudnia dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
_YES = frozenset("1 tak t yes y true prawda x ok on subscribed zapisany given zgoda opted-in granted".split())
_NO = frozenset("0 nie n no false falsz - off unsubscribed wypisany withdrawn brak opted-out cleaned denied".split())
_STAGES = {
    "lead": "lead subscriber potencjalny kontakt nowy new",
    "prospect": "prospect opportunity mql sql zainteresowany szansa marketingqualifiedlead salesqualifiedlead",
    "customer": "customer klient evangelist client",
    "dormant": "dormant uspiony nieaktywny inactive",
    "lost": "lost utracony stracony churned",
    "won_back": "wonback odzyskany",
}
_COUNTRIES_TOO = {
    "uk": "GB", "wielka brytania": "GB", "anglia": "GB", "england": "GB", "szkocja": "GB", "usa": "US",
    "stany zjednoczone ameryki": "US", "united states of america": "US", "u s a": "US", "czechy": "CZ",
    "czech republic": "CZ", "holandia": "NL", "holland": "NL", "rp": "PL", "rzeczpospolita polska": "PL", "pol": "PL",
    "deu": "DE", "rfn": "DE", "gbr": "GB", "ukr": "UA", "cze": "CZ", "svk": "SK", "fra": "FR", "nld": "NL",
}  # fmt: skip


class Unfit(Exception):
    """A value makes no sense where it stands. The message is the code of the reason."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a file is written: whose numbers have no prefix, whether a day stands before its month."""

    country: str = "PL"
    phone_country: str = ""
    day_first: bool = True
    tame: bool = True


def unifier(target: str, habits: Habits) -> Unify:
    """The function that unifies the values of a column. It raises `Unfit`; what repeats is remembered."""
    plain: dict[str, Unify] = {
        "email": email,
        "other_email": email,
        "phone": lambda text: phone(text, country=habits.phone_country or habits.country),
        "other_phone": lambda text: phone(text, country=habits.phone_country or habits.country),
        "country": country,
        "language": language,
        "stage": stage,
        "consent": yes_or_no,
        "consent_at": lambda text: day(text, day_first=habits.day_first),
        "postal_code": lambda text: postal_code(text, country=habits.country),
        "external": lambda text: short(text, most=280),
        "company": lambda text: short(text, most=200),
        "company.parent": lambda text: short(text, most=200),
        "company.vat_id": vat_number,
        "company.website": website,
        "company.phone": lambda text: phone(text, country=habits.phone_country or habits.country),
        "company.country": country,
        "company.postal_code": lambda text: postal_code(text, country=habits.country),
    }
    if target in {"email", "phone", "other_email", "other_phone", "external", "company.phone"}:
        return plain[target]
    if target in plain:
        return lru_cache(REMEMBERED)(plain[target])
    return lru_cache(REMEMBERED)(_worded(target.removeprefix("company."), habits))


def email(text: str) -> str:
    """The address; of several in one cell the first."""
    text = text.strip().removeprefix("mailto:").strip(" <>;,")
    try:
        return emails.address(text)
    except emails.NotAnAddress:
        first = _SEVERAL.split(text)[0]
        if "<" in first:
            first = first.partition("<")[2].rstrip(">")
    try:
        return emails.address(first)
    except emails.NotAnAddress:
        raise Unfit("email") from None


def phone(text: str, *, country: str) -> str:
    """The number as +48601234567; of several in one cell the first, without an extension."""
    text = text.strip()
    if "\n" in text or not text.isascii():
        text = _SPACES.sub(" ", text)
    try:
        return _number(text, country)
    except phones.NotAPhone:
        first = _SEVERAL.split(_EXTENSION.sub("", text))[0]
    try:
        return _number(first, country)
    except phones.NotAPhone:
        raise Unfit("phone") from None


def postal_code(text: str, *, country: str) -> str:
    """A Polish code as 31-042, whether its dash or, in a spreadsheet, its zero was lost; others as they are."""
    text = _spaced(text)
    if country == "PL":
        digits = "".join(char for char in text if char.isdigit())
        if _WHOLE_NUMBER.fullmatch(text):
            digits = digits[:-1]
        if len(digits) in {4, 5} and all(char.isdigit() or char in " -." for char in text):
            digits = digits.zfill(5)
            return f"{digits[:2]}-{digits[2:]}"
    return short(text.upper(), most=LONGEST["postal_code"])


def country(text: str) -> str:
    """The two-letter code of a country, named in Polish, English, German or its own language."""
    found = _countries().get(_key(text))
    if found is None:
        raise Unfit("country")
    return found


def colleague(text: str, staff: Mapping[str, int]) -> int:
    """Who of the `staff` is meant, by e-mail or name; programs write both, as `Ewa Nowak (ewa@firma.pl)`."""
    found = staff.get(folded(text))
    if found is None and (address := _ADDRESS.search(text)):
        found = staff.get(folded(address[0]))
    if found is None:
        raise Unfit("owner")
    return found


def language(text: str) -> str:
    """The two-letter code of a language, from its name or from something like pl-PL."""
    key = _key(text)
    found = _languages().get(key) or _languages().get(key[:2] if key[2:3] in {" ", ""} else "")
    if found is None:
        raise Unfit("language")
    return found


def stage(text: str) -> str:
    """A stage in the life of a customer, as we or others call it."""
    key = _key(text).replace(" ", "")
    for found, names in _STAGES.items():
        if key in names.split() or key == found:
            return found
    raise Unfit("stage")


def yes_or_no(text: str) -> str:
    """`yes` or `no`."""
    key = folded(text).replace(" ", "")
    if key in _YES:
        return "yes"
    if key in _NO:
        return "no"
    raise Unfit("consent")


def day(text: str, *, day_first: bool) -> str:
    """A day as 2026-11-22, from what people and spreadsheets write."""
    text = _spaced(text)
    if _SERIAL.fullmatch(text) and 20_000 < int(text) < 80_000:
        return (date(1899, 12, 30) + timedelta(days=int(text))).isoformat()
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    parts = _DATE.fullmatch(text)
    if parts is None:
        return _iso(text)
    first, second, third = parts.groups()
    if second[0].isalpha():
        month = _MONTHS.get(folded(second).rstrip("."), 0)
        return _day(third, month, first) if len(third) == 4 else _day(first, month, third)
    if len(first) == 4:
        return _day(first, int(second), third)
    year = third if len(third) == 4 else f"20{third.zfill(2)}" if int(third) < 70 else f"19{third}"
    if int(second) > 12 or (not day_first and int(first) <= 12):
        return _day(year, int(first), second)
    return _day(year, int(second), first)


def vat_id(text: str) -> str:
    """A NIP as ten digits."""
    try:
        return str(nip.validate(text))
    except ValidationError:
        raise Unfit("vat_id") from None


def vat_number(text: str) -> str:
    """The VAT id of a company, as `contacts` keeps it; a spreadsheet may have made a number of it."""
    return _read("vat_id", text.strip().removesuffix(".0"))


def website(text: str) -> str:
    """An address of the web, with its scheme; of several in one cell the first."""
    return _read("link", re.split(r"[\s;,|]+", text.strip())[0].strip("<>"), said="website")


def short(text: str, *, most: int) -> str:
    """Text on one line, not longer than `most`."""
    text = _spaced(text)
    if len(text) > most:
        raise Unfit("too_long")
    return text


def tamed(text: str) -> str:
    """KOWALSKA-NOWAK as Kowalska-Nowak; what has both capitals and small letters is left as it is."""
    if not (text.isupper() or text.islower()) or len(text) < 2:
        return text
    lowered = text.lower()
    words = _LETTERS.sub(_capital, lowered)
    return words[0].upper() + words[1:]


def people(text: str) -> tuple[str, str]:
    """First and last name out of one cell: `Ewa Nowak`, or `Nowak, Ewa`."""
    text = _spaced(text)
    last, comma, first = text.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _space, last = text.rpartition(" ")
    return (first, last) if first else (last, "")


def day_first(values: list[str]) -> bool | None:
    """Whether the day stands first in these dates; None when they do not say."""
    found = [_DATE.fullmatch(_spaced(value)) for value in values]
    pairs = [(one[1], one[2]) for one in found if one and one[2].isdigit() and len(one[1]) < 3]
    if any(int(first) > 12 for first, _second in pairs):
        return True
    return False if any(int(second) > 12 for _first, second in pairs) else None


def _worded(target: str, habits: Habits) -> Unify:
    most = LONGEST.get(target, 200)

    def unify(text: str) -> str:
        text = short(text, most=most)
        if habits.tame and target in {"first_name", "last_name", "city", "street"}:
            text = tamed(text)
            if target == "street" and text.lower().startswith(_IN_ADDRESS):
                text = text[:3].lower() + text[3:]
        return text

    return unify


def _number(text: str, region: str) -> str:
    digits = text.removesuffix(".0")
    if region == "PL" and len(digits) >= 10 and digits[0] == "0" and digits[1] != "0":
        digits = digits[1:]  # as numbers were dialled until 2005
    return phones.e164(digits, region=region)


def _capital(word: re.Match[str]) -> str:
    text = word[0]
    if text in _SMALL_WORDS:
        return text
    head, apostrophe, tail = text.partition("'")
    return f"{head.capitalize()}{apostrophe}{tail.capitalize() if len(head) == 1 else tail}"


def _day(year: str, month: int, number: str) -> str:
    try:
        return date(int(year), month, int(number)).isoformat()
    except ValueError:
        raise Unfit("date") from None


def _iso(text: str) -> str:
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        raise Unfit("date") from None


def _read(kind: str, text: str, *, said: str = "") -> str:
    try:
        return str(field_kinds.of(kind).parse(text, Options(kind, kind)))
    except Refused:
        raise Unfit(said or kind) from None


def _spaced(text: str) -> str:
    text = cleaned(text)
    return _SPACES.sub(" ", text) if " " in text or not text.isalnum() else text


def _key(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded(text)).split())


@cache
def _countries() -> dict[str, str]:
    codes = sorted(COUNTRIES)
    found: dict[str, str] = {}
    for tongue in ("de", "pl", "en"):
        names = Locale(tongue).territories
        found.update({_key(names[code]): code for code in codes if code in names})
    for code in codes:
        found[code.lower()] = code
    return {**found, **_OWN_NAMES, **_COUNTRIES_TOO}


@cache
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for tongue in ("pl", "en"):
        names = Locale(tongue).languages
        found.update({_key(name): str(code) for code, name in names.items() if len(str(code)) == 2})
    for code in map(str, Locale("en").languages):
        if len(code) == 2:
            found[code] = code
    return found


_OWN_NAMES = {"deutschland": "DE", "espana": "ES", "italia": "IT", "osterreich": "AT", "cesko": "CZ",
              "slovensko": "SK", "lietuva": "LT", "ukraina": "UA", "sverige": "SE", "norge": "NO", "danmark": "DK",
              "nederland": "NL", "belgique": "BE", "suomi": "FI", "magyarorszag": "HU"}  # fmt: skip
