"""Address cards (vCard 2.1, RFC 2426, RFC 6350), read as rows of a table with known headings."""

import quopri
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import BinaryIO

from relacja.imports.reading.rows import LONGEST_CELL, Fault, Format, Row

HEADINGS = [
    "First name",
    "Last name",
    "Company",
    "Job title",
    "E-mail",
    "E-mail 2",
    "E-mail 3",
    "Phone",
    "Phone 2",
    "Phone 3",
    "Street",
    "Postal code",
    "City",
    "Country",
    "Birthday",
    "Website",
    "Note",
]
MOST_LINES = 20_000  # of one card: an embedded picture has a few thousand
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LEFT_OUT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "AGENT"})


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    parameters: frozenset[str]
    value: str

    @property
    def is_preferred(self) -> bool:
        return "PREF" in self.parameters or "PREF=1" in self.parameters


@dataclass(slots=True)
class _Card:
    """What is taken of a card, in the order in which it stands there."""

    found: dict[str, list[_Property]] = field(default_factory=dict)

    def all(self, name: str) -> list[str]:
        """The values of a property, preferred ones first."""
        properties = sorted(self.found.get(name, ()), key=lambda one: not one.is_preferred)
        return [value for one in properties if (value := _plain(one.value).strip())]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def parts(self, name: str, count: int) -> list[str]:
        """The components of a structured value, preferred first; empty ones where there are fewer."""
        properties = sorted(self.found.get(name, ()), key=lambda one: not one.is_preferred)
        split = [[_plain(part).strip() for part in _split(one.value)] for one in properties]
        chosen = next((parts for parts in split if any(parts)), [])
        return [*chosen, *[""] * count][:count]


def rows(file: BinaryIO, asked: Format) -> Generator[Row]:
    """One row a card. A card without an end is refused; what stands between cards is left out."""
    text = TextIOWrapper(
        file, encoding="utf-8-sig" if asked.encoding == "utf-8" else asked.encoding, errors="surrogateescape"
    )
    try:
        for number, (lines, fault) in enumerate(_cards(text), start=1):
            yield _row(number, lines, fault)
    finally:
        text.detach()


def _cards(text: TextIOWrapper) -> Iterator[tuple[list[str], str]]:
    """The lines of each card, and what is wrong with it. Cards inside of cards, as Outlook has them, are left out."""
    lines: list[str] | None = None
    depth = 0
    while line := text.readline(LONGEST_CELL):
        bare = line.strip().upper().replace(" ", "")
        if bare == "BEGIN:VCARD":
            if lines is not None and depth == 1 and not (lines and lines[-1].upper().startswith("AGENT")):
                yield lines, "unfinished"
                lines, depth = None, 0
            depth += 1
            lines = [] if lines is None else lines
        elif bare == "END:VCARD" and lines is not None:
            depth -= 1
            if not depth:
                yield lines, ""
                lines = None
        elif lines is not None and depth == 1:
            lines.append(line.rstrip("\r\n"))
            if len(lines) > MOST_LINES:
                yield lines[:1], "long_line"
                lines, depth = None, 0
    if lines is not None:
        yield lines, "unfinished"


def _row(number: int, lines: list[str], fault: str) -> Row:
    card = _Card()
    for one in _properties(lines):
        card.found.setdefault(one.name, []).append(one)
    cells = _cells(card)
    if fault:
        return Row(number, cells, Fault(fault))
    whole = "".join(cells)
    if "\x00" in whole:
        return Row(number, cells, Fault("nul"))
    if not whole.isascii() and not _was_decoded(whole):
        return Row(number, cells, Fault("encoding"))
    return Row(number, cells)


def _cells(card: _Card) -> list[str]:
    last, first, *_others = card.parts("N", 3)
    if not first and not last:
        first, _space, last = card.first("FN").rpartition(" ")
    street, city, postal_code, country = _address(card)
    emails = list(dict.fromkeys(card.all("EMAIL")))
    phones = list(dict.fromkeys(_phones(card)))
    company = card.parts("ORG", 1)[0]
    if not first and last == company:
        last = ""
    return [
        first,
        last,
        company,
        card.first("TITLE"),
        *[*emails, "", "", ""][:3],
        *[*phones, "", "", ""][:3],
        street,
        postal_code,
        city,
        country,
        card.first("BDAY"),
        card.first("URL"),
        card.first("NOTE"),
    ]


def _address(card: _Card) -> tuple[str, str, str, str]:
    box, extended, street, city, _region, postal_code, country = card.parts("ADR", 7)
    whole = ", ".join(part for part in (street, extended, box) if part)
    return " ".join(whole.split()), city, postal_code, country


def _phones(card: _Card) -> list[str]:
    """Numbers one can talk on: mobiles first, no fax and no pager."""
    spoken = [one for one in card.found.get("TEL", ()) if not one.parameters & {"FAX", "PAGER"}]
    spoken.sort(key=lambda one: (not one.parameters & {"CELL", "IPHONE"}, not one.is_preferred))
    return [value for one in spoken if (value := _plain(one.value).strip().removeprefix("tel:"))]


def _properties(lines: list[str]) -> Iterator[_Property]:
    for line in _unfolded(lines):
        head, colon, value = _parted(line)
        name, *given = [part.strip() for part in head.split(";")]
        name = name.rpartition(".")[2].upper()
        if not colon or name in _LEFT_OUT:
            continue
        parameters, charset = set(), "utf-8"
        for text in given:
            key, _equals, setting = text.upper().rpartition("=")
            if key == "CHARSET":
                charset = setting
            elif key == "PREF":
                parameters.add(f"PREF={setting}")
            else:
                parameters.update(setting.strip('"').split(","))
        whole = _decoded(value, charset) if "QUOTED-PRINTABLE" in parameters else value
        yield _Property(name, frozenset(parameters), whole)


def _unfolded(lines: list[str]) -> Iterator[str]:
    """Lines that were broken are whole again: by a space in front, or by a = at the end of quoted-printable ones."""
    whole: str | None = None
    for line in lines:
        if whole is not None and line[:1] in {" ", "\t"}:
            whole += line[1:]
        elif whole is not None and whole.endswith("=") and "QUOTED-PRINTABLE" in whole.partition(":")[0].upper():
            whole = whole[:-1] + line
        else:
            if whole:
                yield whole
            whole = line
    if whole:
        yield whole


def _parted(line: str) -> tuple[str, str, str]:
    """A line at its first colon outside of quotation marks."""
    is_quoted = False
    for position, sign in enumerate(line):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == ":" and not is_quoted:
            return line[:position], ":", line[position + 1 :]
    return line, "", ""


def _decoded(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8", "surrogateescape"))
    try:
        return raw.decode(charset, "surrogateescape")
    except LookupError:
        return raw.decode("utf-8", "surrogateescape")


def _split(value: str) -> list[str]:
    """A structured value at its semicolons, but for escaped ones."""
    return re.split(r"(?<!\\);", value)


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _was_decoded(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
