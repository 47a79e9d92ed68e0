"""Numbers and amounts of money."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts.field_kinds.kind import (
    FILLED_BY_NOBODY,
    NUMERIC,
    Kind,
    Names,
    Options,
    kind,
    of_another_type,
    unreadable,
)
from relacja.contacts.rules import Unfit
from relacja.lib.text import cleaned
from relacja.ui import written

MOST_DIGITS = 15
MOST_MONEY = Decimal("1e13")
CURRENCIES = ("PLN", "EUR", "USD", "GBP", "CZK", "CHF", "SEK", "NOK", "DKK", "UAH", "HUF")
_SIGNS = {"zł": "PLN", "zl": "PLN", "€": "EUR", "$": "USD", "£": "GBP", "kč": "CZK"}


@kind
class Number(Kind):
    code, label, icon = "number", gettext_lazy("Number"), "hash"
    operators = NUMERIC

    def parse(self, text: str, options: Options) -> int | float | None:
        return None if not cleaned(text) else _number(_decimal(text, options), options)

    def take(self, value: Any, options: Options) -> int | float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise of_another_type("number", options)
        return self.parse(value, options) if isinstance(value, str) else _number(_exactly(value, options), options)

    def text(self, value: Any, options: Options) -> str:
        return format(Decimal(str(value)), "f")

    def show(self, value: Any, options: Options, names: Names) -> str:
        number = Decimal(str(value))
        return written.number(number, max(0, -int(number.normalize().as_tuple().exponent)))

    def form_field(self, options: Options) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": "decimal", **FILLED_BY_NOBODY})
        return forms.CharField(label=options.label, required=False, widget=widget)

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "number"}


@kind
class Money(Kind):
    """An amount with its currency. Kept as text, for a float cannot hold a grosz."""

    code, label, icon = "money", gettext_lazy("Amount of money"), "banknote"
    operators = NUMERIC
    at = "amount"

    def parse(self, text: str, options: Options) -> dict[str, str] | None:
        text = cleaned(text)
        if not text:
            return None
        found = re.fullmatch(r"([A-Za-złŁčČ€$£]*)\s*([-+−\d.,\s\u00a0\u202f']+?)\s*([A-Za-złŁčČ€$£]*)", text)
        sign = (found[1] or found[3]) if found else ""
        if found is None or (found[1] and found[3]):
            raise unreadable(text, options, gettext_lazy("“{text}” is no amount of money. Write it like 1 234,50 PLN."))
        return self._money(_decimal(found[2], options), _currency(sign, options), options)

    def take(self, value: Any, options: Options) -> dict[str, str] | None:
        if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
            amount, currency = value["amount"], value["currency"]
            if isinstance(amount, bool) or not isinstance(amount, int | float | str) or not isinstance(currency, str):
                raise of_another_type("amount", options)
            number = _decimal(amount, options) if isinstance(amount, str) else _exactly(amount, options)
            return self._money(number, _currency(currency, options), options)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._money(_exactly(value, options), options.currency, options)
        return super().take(value, options)  # type: ignore[no-any-return]

    def text(self, value: Any, options: Options) -> str:
        return f"{value['amount']} {value['currency']}"

    def show(self, value: Any, options: Options, names: Names) -> str:
        return written.money(Decimal(value["amount"]), value["currency"])

    def schema(self, options: Options) -> dict[str, Any]:
        members = {"amount": {"type": "string"}, "currency": {"type": "string", "enum": list(CURRENCIES)}}
        return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}

    def _money(self, amount: Decimal, currency: str, options: Options) -> dict[str, str]:
        exact = (
            amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency))) if abs(amount) < MOST_MONEY else None
        )
        if exact is None or exact != amount:
            raise Unfit(_("This amount is too large, or too fine for its currency."), field=options.key)
        return {"amount": format(exact + 0, "f"), "currency": currency}


def _decimal(text: str, options: Options) -> Decimal:
    """A number as people of either language write it: of a comma and a point, the last one parts the fraction."""
    plain = re.sub(r"[\s\u00a0\u202f']", "", cleaned(text)).replace("\u2212", "-")
    if "," in plain and "." in plain:
        plain = plain.replace("." if plain.rfind(",") > plain.rfind(".") else ",", "")
    plain = plain.replace(",", ".", 1) if plain.count(",") == 1 else plain.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", plain, re.ASCII):
        raise unreadable(text, options, gettext_lazy("“{text}” is no number."))
    return Decimal(plain)


def _exactly(value: float, options: Options) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise unreadable(str(value), options, gettext_lazy("“{text}” is no number."))
    return found


def _number(value: Decimal, options: Options) -> int | float:
    """A JSON number that keeps every digit: a float keeps fifteen."""
    digits = value.normalize().as_tuple()
    if (
        len(digits.digits) > MOST_DIGITS
        or abs(value) >= Decimal(10) ** MOST_DIGITS
        or int(digits.exponent) < -MOST_DIGITS
    ):
        raise Unfit(
            _("This number is too long. Keep it under {most} digits.").format(most=MOST_DIGITS), field=options.key
        )
    return int(value) if value == value.to_integral_value() else float(value)


def _currency(sign: str, options: Options) -> str:
    code = _SIGNS.get(sign.lower(), sign.upper()) if sign else options.currency
    if code not in CURRENCIES:
        raise unreadable(sign, options, gettext_lazy("“{text}” is no currency that is used here."))
    return code
