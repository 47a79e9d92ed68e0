"""The fields that every contact or company has, as `rules` take them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as NotAnId
from stdnum.pl import nip

from relacja.contacts import rules
from relacja.contacts.field_kinds.kind import CODED, LONGEST_TEXT, Kind, Names, Options, kind, unreadable
from relacja.lib import phones
from relacja.lib.text import cleaned, folded
from relacja.ui import written

HOME = "PL"


class _Ruled(Kind):
    """A built-in field of a contact, as `rules` take it."""

    name = ""

    def parse(self, text: str, options: Options) -> str | None:
        return rules.value(options.key, text) or None

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string"}


@kind
class Line(_Ruled):
    code, label = "line", gettext_lazy("Text")

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "maxLength": rules.LONGEST.get(options.key, LONGEST_TEXT)}


@kind
class Email(_Ruled):
    code, label = "email", gettext_lazy("E-mail")

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "format": "email"}

    def href(self, value: Any, options: Options) -> str:
        return f"mailto:{value}"


@kind
class Phone(_Ruled):
    code, label = "phone", gettext_lazy("Phone")

    def show(self, value: Any, options: Options, names: Names) -> str:
        return phones.shown(value)

    def href(self, value: Any, options: Options) -> str:
        return f"tel:{value}"


@kind
class Country(_Ruled):
    code, label, operators = "country", gettext_lazy("Country"), CODED

    def form_field(self, options: Options) -> forms.Field:
        return forms.ChoiceField(label=options.label, required=False, choices=known_countries())

    def show(self, value: Any, options: Options, names: Names) -> str:
        return str(written.locale().territories.get(value, value))


@kind
class Language(_Ruled):
    code, label, operators = "language", gettext_lazy("Language"), CODED

    def show(self, value: Any, options: Options, names: Names) -> str:
        return str(written.locale().languages.get(value, value))


@kind
class VatId(Kind):
    """A NIP as ten digits, the id of another country as the Union writes it."""

    code, label = "vat_id", gettext_lazy("VAT id")

    def parse(self, text: str, options: Options) -> str | None:
        text = cleaned(text)
        if not text:
            return None
        for checked in (nip, vat):
            try:
                return str(checked.validate(text))
            except NotAnId:
                continue
        raise unreadable(text, options, gettext_lazy("“{text}” is no VAT id. Check the digits."))

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "maxLength": 20}


def known_countries() -> list[tuple[str, str]]:
    """None, then the countries by name, home first: the choices of a select."""
    territories = written.locale().territories
    names = {code: str(territories.get(code, code)) for code in rules.COUNTRIES}
    return [("", "–"), *sorted(names.items(), key=lambda one: (one[0] != HOME, folded(one[1])))]
