"""Why two records may speak of one person, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts.matching import names
from relacja.lib.text import folded

NAMED_TOGETHER = "named_together"
SAYS: dict[str, Any] = {
    NAMED_TOGETHER: gettext_lazy("somebody gave the data of both as their own"),
    "same_first": gettext_lazy("same first name"),
    "typo_first": gettext_lazy("typing error in the first name"),
    "initial": gettext_lazy("the first name is only an initial"),
    "diminutive": gettext_lazy("another form of the same first name"),
    "swapped": gettext_lazy("first and last name swapped"),
    "same_last": gettext_lazy("same last name"),
    "typo_last": gettext_lazy("typing error in the last name"),
    "other_ending": gettext_lazy("the last name ends differently"),
    "double_last": gettext_lazy("one last name is part of the other"),
    "same_phone": gettext_lazy("same phone"),
    "typo_phone": gettext_lazy("one digit of the phone differs"),
    "same_mailbox": gettext_lazy("both addresses lead to one mailbox"),
    "same_local_part": gettext_lazy("same name before the @"),
    "typo_email": gettext_lazy("typing error in the e-mail address"),
    "same_birth": gettext_lazy("same date of birth"),
    "typo_birth": gettext_lazy("typing error in the date of birth"),
    "same_company": gettext_lazy("same company"),
    "same_street": gettext_lazy("same street"),
    "same_street_only": gettext_lazy("same street, other house"),
    "same_postal_code": gettext_lazy("same postal code"),
    "typo_postal_code": gettext_lazy("typing error in the postal code"),
    "same_city": gettext_lazy("same city"),
    "typo_city": gettext_lazy("typing error in the city"),
    "same_vat_id": gettext_lazy("same VAT id"),
    "same_core": gettext_lazy("same name but for the legal form"),
    "same_site": gettext_lazy("same website"),
    "same_address": gettext_lazy("same address"),
    "other_first": gettext_lazy("other first name"),
    "other_last": gettext_lazy("other last name"),
    "other_phone": gettext_lazy("other phone"),
    "other_email": gettext_lazy("other e-mail address"),
    "other_birth": gettext_lazy("other date of birth"),
    "other_company": gettext_lazy("other company"),
    "other_street": gettext_lazy("other street"),
    "other_postal_code": gettext_lazy("other postal code"),
    "other_city": gettext_lazy("other city"),
}
MOVES = ("same_phone", "same_mailbox", "same_local_part", "same_birth", "same_street")


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence; `speaks_for` is False for what speaks against."""

    code: str
    sentence: str
    speaks_for: bool


def said(codes: Iterable[str], *, first_names: tuple[str, str] = ("", "")) -> list[Reason]:
    """The reasons in the reader's language, in the order given. An unknown code says nothing."""
    known = [code for code in codes if code in SAYS]
    moved = next((code for code in MOVES if code in known), "") if "other_company" in known else ""
    found = []
    for code in known:
        if code == "other_company" and moved:
            continue
        found.append(Reason(code, _sentence(code, moved, first_names), not code.startswith("other_")))
    return found


def _sentence(code: str, moved: str, first_names: tuple[str, str]) -> str:
    if code == moved:
        return _("moved: other company, {same}").format(same=SAYS[code])
    if code == "diminutive":
        return _diminutive(*first_names)
    return str(SAYS[code])


def _diminutive(one: str, other: str) -> str:
    short, full = (one, other) if names.is_diminutive(folded(one), folded(other)) else (other, one)
    if names.is_diminutive(folded(short), folded(full)):
        return _("{short} is a diminutive of {full}").format(short=short, full=full)
    return str(SAYS["diminutive"])
