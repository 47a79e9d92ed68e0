"""How places are written: postcodes with and without signs, towns with more than a town in them, regions by name."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from relacja.lib.text import folded
from relacja.ui import written

HOME = "PL"
SIGNS = re.compile(r"[^0-9A-Z]")
POLISH = re.compile(r"\b(\d{2})-(\d{3})\b")
# What GeoNames' free files hold of longer postcodes: their beginning.
KEPT = {"NL": 4, "CA": 3, "IE": 3, "BR": 5, "AR": 5, "MT": 3}
INWARD = 3
CUTS = re.compile(r"\s*[,(/;]|\s+-\s+")

VOIVODESHIPS = {
    "PL.72": _("Lower Silesia"),
    "PL.73": _("Kuyavia-Pomerania"),
    "PL.74": _("Łódź Voivodeship"),
    "PL.75": _("Lublin Voivodeship"),
    "PL.76": _("Lubusz"),
    "PL.77": _("Lesser Poland"),
    "PL.78": _("Mazovia"),
    "PL.79": _("Opole Voivodeship"),
    "PL.80": _("Subcarpathia"),
    "PL.81": _("Podlasie"),
    "PL.82": _("Pomerania"),
    "PL.83": _("Silesia"),
    "PL.84": _("Świętokrzyskie"),
    "PL.85": _("Warmia-Masuria"),
    "PL.86": _("Greater Poland"),
    "PL.87": _("West Pomerania"),
}


def postcode(text: str) -> str:
    """A postcode as it is compared: letters and digits only."""
    return SIGNS.sub("", text.upper())


def postcodes(country: str, text: str) -> Iterator[str]:
    """What a postcode may be called in the list of its country, the whole first."""
    code = postcode(text)
    if code:
        yield code
    if country == "GB" and len(code) > INWARD + 1:
        yield code[:-INWARD]
    elif len(code) > KEPT.get(country, len(code)):
        yield code[: KEPT[country]]


def shown(country: str, code: str) -> str:
    """A postcode as it is written in its country."""
    return f"{code[:2]}-{code[2:]}" if country == HOME and len(code) == 5 and code.isdigit() else code


def towns(text: str) -> Iterator[str]:
    """The names a line of an address may hold, the whole first: "Warszawa (Wola)" is Warszawa."""
    whole = folded(text)
    if not whole:
        return
    yield whole
    first = CUTS.split(whole)[0].strip()
    if first and first != whole:
        yield first
    if "-" in first:
        yield first.partition("-")[0].strip()


def country(code: str) -> str:
    """A country in the reader's language."""
    return str(written.locale().territories.get(code, code))


def region(code: str, name: str) -> str:
    """A region in the reader's language, where it has a name of its own there."""
    return str(VOIVODESHIPS.get(code, name))
