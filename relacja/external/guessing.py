"""What the columns of a table may be, by their headings and first values. People correct it."""

from collections.abc import Sequence

from relacja.contacts.models import IdentityKind
from relacja.external import values
from relacja.external.matching import MOST
from relacja.external.places import Seen
from relacja.imports import headings

NAMING = {"email": IdentityKind.EMAIL, "phone": IdentityKind.PHONE, "external": IdentityKind.EXTERNAL}
TRIED = ("yes_no", "date", "number")


def identities(seen: Seen) -> list[dict[str, str]]:
    """By which columns people may be known: an e-mail before a number before a phone."""
    targets = headings.guess(seen.headings, _samples(seen), known={})
    order = [IdentityKind.EMAIL, IdentityKind.EXTERNAL, IdentityKind.PHONE]
    found = [
        {"heading": heading, "kind": str(NAMING[target]), "system": ""}
        for heading, target in zip(seen.headings, targets, strict=True)
        if target in NAMING
    ]
    return sorted(found, key=lambda one: order.index(IdentityKind(one["kind"])))[:MOST]


def kinds(seen: Seen) -> dict[str, str]:
    """The kind of each column."""
    return {heading: _kind(sample) for heading, sample in zip(seen.headings, _samples(seen), strict=True)}


def label(heading: str) -> str:
    """A heading as people may call it: loyalty_points is Loyalty points."""
    words = " ".join(heading.replace("_", " ").split())
    return words[:1].upper() + words[1:80]


def _kind(sample: Sequence[str]) -> str:
    return next((code for code in TRIED if values.fits(code, list(sample))), "text")


def _samples(seen: Seen) -> list[list[str]]:
    columns: list[list[str]] = [[] for _heading in seen.headings]
    for row in seen.rows:
        for column, cell in zip(columns, row, strict=True):
            column.append(cell or "")
    return columns
