"""The kinds of values a field can hold: how each is read, checked, written and shown.

Every value has one normal form in plain JSON: that is what is stored, compared and kept in the history. None is no
value. A new kind is a new class under `@kind`; nothing else is edited.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from babel.numbers import get_currency_precision
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as NotAnId
from stdnum.pl import nip

from relacja.contacts import rules, searching
from relacja.contacts.models import Company, Contact, Identity, Stage
from relacja.contacts.rules import Unfit
from relacja.lib import emails, phones
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.models import User
from relacja.ui import written

LONGEST_TEXT = 500
LONGEST_LINK = 2_000
MOST_DIGITS = 15
MOST_MONEY = Decimal("1e13")
TEXTUAL = frozenset({"is", "is_not", "contains", "starts_with", "in", "empty", "filled"})
NUMERIC = frozenset({"is", "is_not", "greater", "less", "empty", "filled"})
TEMPORAL = frozenset({"before", "after", "in_last", "empty", "filled"})
CODED = frozenset({"is", "is_not", "in", "empty", "filled"})
YES = frozenset({"1", "true", "yes", "y", "t", "tak", "on", "x"})
NO = frozenset({"0", "false", "no", "n", "f", "nie", "off"})
CURRENCIES = ("PLN", "EUR", "USD", "GBP", "CZK", "CHF", "SEK", "NOK", "DKK", "UAH", "HUF")
_SIGNS = {"zł": "PLN", "zl": "PLN", "€": "EUR", "$": "USD", "£": "GBP", "kč": "CZK"}
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)
_FILLED_BY_NOBODY = {"autocomplete": "off", "data-1p-ignore": ""}

Words = Any  # str or a lazy translation
Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Options:
    """What one field says to its kind: the choices as (key, label), the usual currency, what a reference points to."""

    label: Words
    key: str = ""
    choices: tuple[tuple[str, Words], ...] = ()
    currency: str = "PLN"
    target: str = "contact"


class Kind(ABC):
    """What a value is.

    `parse` reads what people type and what stands in a CSV file, `take` what programs send as JSON; both give the
    normal form, or None for nothing, and raise `Unfit` with a sentence. `text` writes a value so that `parse` reads it
    again; `show` writes it for people. `operators` are those of the rule language that make sense; `at` is where in the
    normal form the value to compare stands. People may make fields of a kind that has an `icon`.
    """

    code: ClassVar[str]
    label: ClassVar[Words]
    icon: ClassVar[str] = ""
    operators: ClassVar[frozenset[str]] = TEXTUAL
    at: ClassVar[str] = ""

    @abstractmethod
    def parse(self, text: str, options: Options) -> Any: ...

    def take(self, value: Any, options: Options) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            raise _of_another_type("text", options)
        return self.parse(value, options)

    def text(self, value: Any, options: Options) -> str:
        return str(value)

    def show(self, value: Any, options: Options, names: Names) -> str:
        """The value for people; `names` holds what references point to, as `named` found it."""
        return self.text(value, options)

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        """What a reference points to, as (contact or company or user, id); None for any other kind."""
        return None

    def href(self, value: Any, options: Options) -> str:
        """Where a click on the value leads, if anywhere."""
        return ""

    def form_field(self, options: Options) -> forms.Field:
        """An input, whose cleaned value `typed` reads."""
        widget = forms.TextInput(attrs=dict(_FILLED_BY_NOBODY))
        return forms.CharField(label=options.label, required=False, widget=widget)

    def typed(self, given: Any, options: Options) -> Any:
        """The normal form of what the input gave."""
        return self.parse(str(given or ""), options)

    def initial(self, value: Any, options: Options) -> Any:
        """What the input shows for a value."""
        return "" if value is None else self.text(value, options)

    def compared(self, options: Options) -> list[tuple[str, Words]]:
        """The values a condition may choose from, with their labels; none when it may be any."""
        return list(options.choices)

    @abstractmethod
    def schema(self, options: Options) -> dict[str, Any]:
        """The normal form as JSON Schema."""


_kinds: dict[str, Kind] = {}


def kind(made: type[Kind]) -> type[Kind]:
    """Register a kind of values under its code."""
    _kinds[made.code] = made()
    return made


def of(code: str) -> Kind:
    return _kinds[code]


def kinds() -> list[Kind]:
    """Every kind, in the order in which they are offered."""
    return list(_kinds.values())


def offered() -> list[Kind]:
    """The kinds of which people may make fields."""
    return [one for one in _kinds.values() if one.icon]


def named(references: Iterable[tuple[str, int] | None]) -> dict[tuple[str, int], str]:
    """What references point to, by name. One query for each sort of record that is among them."""
    asked: dict[str, set[int]] = {}
    for reference in references:
        if reference:
            asked.setdefault(reference[0], set()).add(reference[1])
    models: dict[str, Any] = {"contact": Contact, "company": Company, "user": User}
    return {
        (target, pk): str(record)
        for target, ids in asked.items()
        for pk, record in models[target].objects.in_bulk(ids).items()
    }


@kind
class Text(Kind):
    code, label, icon = "text", gettext_lazy("Text"), "type"

    def parse(self, text: str, options: Options) -> str | None:
        text = " ".join(cleaned(text).split())
        if len(text) > LONGEST_TEXT:
            raise Unfit(
                _("This is too long. Keep it under {most} characters.").format(most=LONGEST_TEXT), field=options.key
            )
        return text or None

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST_TEXT}


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
            raise _of_another_type("number", options)
        return self.parse(value, options) if isinstance(value, str) else _number(_exactly(value, options), options)

    def text(self, value: Any, options: Options) -> str:
        return format(Decimal(str(value)), "f")

    def show(self, value: Any, options: Options, names: Names) -> str:
        number = Decimal(str(value))
        return written.number(number, max(0, -int(number.normalize().as_tuple().exponent)))

    def form_field(self, options: Options) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": "decimal", **_FILLED_BY_NOBODY})
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
            raise _unreadable(
                text, options, gettext_lazy("“{text}” is no amount of money. Write it like 1 234,50 PLN.")
            )
        return self._money(_decimal(found[2], options), _currency(sign, options), options)

    def take(self, value: Any, options: Options) -> dict[str, str] | None:
        if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
            amount, currency = value["amount"], value["currency"]
            if isinstance(amount, bool) or not isinstance(amount, int | float | str) or not isinstance(currency, str):
                raise _of_another_type("amount", options)
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


@kind
class Day(Kind):
    code, label, icon = "date", gettext_lazy("Date"), "calendar"
    operators = TEMPORAL

    def parse(self, text: str, options: Options) -> str | None:
        text = cleaned(text)
        if not text:
            return None
        found = _DAY.fullmatch(text)
        try:
            day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text[:10])
        except ValueError as error:
            raise _unreadable(text, options, gettext_lazy("“{text}” is no date. Write it like 2026-11-21.")) from error
        if (not found and len(text) != 10) or not 1850 <= day.year <= 2200:
            raise _unreadable(text, options, gettext_lazy("“{text}” is no date. Write it like 2026-11-21."))
        return day.isoformat()

    def show(self, value: Any, options: Options, names: Names) -> str:
        return written.day(date.fromisoformat(value))

    def form_field(self, options: Options) -> forms.Field:
        return forms.CharField(label=options.label, required=False, widget=forms.TextInput(attrs={"type": "date"}))

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@kind
class Choice(Kind):
    """One of the choices of the field, by its key. A value whose choice was taken away stays until it is changed."""

    code, label, icon = "choice", gettext_lazy("One of several"), "circle-dot"
    operators = CODED

    def parse(self, text: str, options: Options) -> str | None:
        wanted = folded(text)
        if not wanted:
            return None
        for key, label in options.choices:
            if wanted in (folded(key), folded(str(label))):
                return key
        raise _unreadable(text, options, gettext_lazy("“{text}” is none of the choices."))

    def show(self, value: Any, options: Options, names: Names) -> str:
        return str(dict(options.choices).get(value, value))

    def form_field(self, options: Options) -> forms.Field:
        return forms.ChoiceField(label=options.label, required=False, choices=[("", "–"), *options.choices])

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "enum": [key for key, _label in options.choices]}


@kind
class Choices(Kind):
    """Several of the choices, in the order of the field."""

    code, label, icon = "choices", gettext_lazy("Several of several"), "list-checks"
    operators = frozenset({"contains", "empty", "filled"})

    def parse(self, text: str, options: Options) -> list[str] | None:
        return self._ordered((of("choice").parse(part, options) for part in re.split(r"[;,|]", text)), options)

    def take(self, value: Any, options: Options) -> list[str] | None:
        if value is None or isinstance(value, str):
            return self.parse(value or "", options)
        if not isinstance(value, list):
            raise _of_another_type("list", options)
        return self._ordered((of("choice").take(one, options) for one in value), options)

    def text(self, value: Any, options: Options) -> str:
        return "; ".join(value)

    def show(self, value: Any, options: Options, names: Names) -> str:
        return ", ".join(str(dict(options.choices).get(one, one)) for one in value)

    def form_field(self, options: Options) -> forms.Field:
        return forms.MultipleChoiceField(
            label=options.label, required=False, choices=list(options.choices), widget=forms.CheckboxSelectMultiple
        )

    def typed(self, given: Any, options: Options) -> Any:
        return self.take(list(given or []), options)

    def initial(self, value: Any, options: Options) -> Any:
        return value or []

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "array", "uniqueItems": True, "items": of("choice").schema(options)}

    def _ordered(self, found: Iterable[str | None], options: Options) -> list[str] | None:
        chosen = {one for one in found if one}
        return [key for key, _label in options.choices if key in chosen] or None


@kind
class YesNo(Kind):
    code, label, icon = "yes_no", gettext_lazy("Yes or no"), "toggle-right"
    operators = frozenset({"is", "is_not", "empty", "filled"})

    def parse(self, text: str, options: Options) -> bool | None:
        word = folded(text)
        if word and word not in YES | NO:
            raise _unreadable(text, options, gettext_lazy("“{text}” is neither yes nor no."))
        return word in YES if word else None

    def compared(self, options: Options) -> list[tuple[str, Words]]:
        return [("true", pgettext_lazy("answer", "yes")), ("false", pgettext_lazy("answer", "no"))]

    def take(self, value: Any, options: Options) -> bool | None:
        return value if isinstance(value, bool) else super().take(value, options)

    def text(self, value: Any, options: Options) -> str:
        return "true" if value else "false"

    def show(self, value: Any, options: Options, names: Names) -> str:
        return pgettext("answer", "yes") if value else pgettext("answer", "no")

    def form_field(self, options: Options) -> forms.Field:
        return forms.ChoiceField(label=options.label, required=False, choices=[("", "–"), *self.compared(options)])

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "boolean"}


@kind
class Link(Kind):
    code, label, icon = "link", gettext_lazy("Link"), "link"

    def parse(self, text: str, options: Options) -> str | None:
        text = cleaned(text)
        if not text:
            return None
        if "://" not in text:
            text = f"https://{text}"
        try:
            URLValidator(schemes=["https", "http"])(text)
        except ValidationError as error:
            sentence = gettext_lazy("“{text}” is no address of the web. Write it like https://example.com.")
            raise _unreadable(text, options, sentence) from error
        if len(text) > LONGEST_LINK:
            raise Unfit(
                _("This is too long. Keep it under {most} characters.").format(most=LONGEST_LINK), field=options.key
            )
        return text

    def href(self, value: Any, options: Options) -> str:
        return str(value)

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "format": "uri"}


@kind
class Reference(Kind):
    """Another contact or company, by its id. People write its name, its address or #id."""

    code, label, icon = "reference", gettext_lazy("Another contact or company"), "git-branch"
    operators = frozenset({"is", "is_not", "empty", "filled"})

    def parse(self, text: str, options: Options) -> int | None:
        text = cleaned(text)
        if not text:
            return None
        if found := re.match(r"#(\d{1,18})\b", text, re.ASCII):
            return self.take(int(found[1]), options)
        found_ids = _companies_named(text) if options.target == "company" else _contacts_named(text)
        if len(found_ids) == 1:
            return found_ids[0]
        if not found_ids:
            raise _unreadable(text, options, gettext_lazy("Nobody here is called “{text}”."))
        raise _unreadable(
            text, options, gettext_lazy("“{text}” may be several. Write the number of the one, like #123.")
        )

    def take(self, value: Any, options: Options) -> int | None:
        if value is None or isinstance(value, str):
            return self.parse(value or "", options)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _of_another_type("id", options)
        model: Any = Company if options.target == "company" else Contact
        if not 0 < value < 1 << 62 or not model.objects.filter(pk=value).exists():
            raise _unreadable(f"#{value}", options, gettext_lazy("There is no {text}."))
        return value

    def text(self, value: Any, options: Options) -> str:
        return f"#{value}"

    def show(self, value: Any, options: Options, names: Names) -> str:
        return names.get((options.target, value), f"#{value}")

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        return (options.target, value)

    def href(self, value: Any, options: Options) -> str:
        return reverse(f"contacts:{options.target}", args=[value])

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1}


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
        raise _unreadable(text, options, gettext_lazy("“{text}” is no VAT id. Check the digits."))

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "maxLength": 20}


@kind
class Firm(Kind):
    """The company of a contact, by its id; written by its name."""

    code, label = "company", gettext_lazy("Company")

    def parse(self, text: str, options: Options) -> int | None:
        """The id of a company that is here. Making one that is not is for who writes contacts (`company=`)."""
        found = _companies_named(text)[:1] if cleaned(text) else [None]
        if not found:
            raise _unreadable(text, options, gettext_lazy("Nobody here is called “{text}”."))
        return found[0]

    def show(self, value: Any, options: Options, names: Names) -> str:
        return names.get(("company", value), f"#{value}")

    def text(self, value: Any, options: Options) -> str:
        company = Company.objects.filter(pk=value).first()
        return company.name if company else ""

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        return ("company", value)

    def href(self, value: Any, options: Options) -> str:
        return reverse("contacts:company", args=[value])

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200}


@kind
class Owner(Kind):
    """Who takes care, by the id of the person who works here; written by e-mail or name."""

    code, label, operators = "owner", gettext_lazy("Owner"), CODED

    def form_field(self, options: Options) -> forms.Field:
        people = [(person.pk, str(person)) for person in User.objects.filter(is_active=True).order_by("name", "email")]
        return forms.ChoiceField(label=options.label, required=False, choices=[("", "–"), *people])

    def typed(self, given: Any, options: Options) -> Any:
        return int(given) if given else None

    def initial(self, value: Any, options: Options) -> Any:
        return value or ""

    def parse(self, text: str, options: Options) -> int | None:
        text = cleaned(text)
        if not text:
            return None
        people = User.objects.filter(is_active=True)
        found = list(people.filter(email=text.lower())[:1] or people.filter(name__iexact=text)[:2])
        if len(found) != 1:
            raise _unreadable(text, options, gettext_lazy("Nobody here is called “{text}”."))
        return found[0].pk

    def text(self, value: Any, options: Options) -> str:
        user = User.objects.filter(pk=value).first()
        return user.email if user else ""

    def show(self, value: Any, options: Options, names: Names) -> str:
        return names.get(("user", value), f"#{value}")

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        return ("user", value)

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string"}


@kind
class LifeStage(Choice):
    code, label, icon = "stage", gettext_lazy("Stage"), ""

    def parse(self, text: str, options: Options) -> str | None:
        return super().parse(text, Options(options.label, options.key, tuple(Stage.choices)))

    def show(self, value: Any, options: Options, names: Names) -> str:
        return str(dict(Stage.choices).get(value, value))


def _decimal(text: str, options: Options) -> Decimal:
    """A number as people of either language write it: of a comma and a point, the last one parts the fraction."""
    plain = re.sub(r"[\s\u00a0\u202f']", "", cleaned(text)).replace("\u2212", "-")
    if "," in plain and "." in plain:
        plain = plain.replace("." if plain.rfind(",") > plain.rfind(".") else ",", "")
    plain = plain.replace(",", ".", 1) if plain.count(",") == 1 else plain.replace(",", "")
    if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", plain, re.ASCII):
        raise _unreadable(text, options, gettext_lazy("“{text}” is no number."))
    return Decimal(plain)


def _exactly(value: float, options: Options) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise _unreadable(str(value), options, gettext_lazy("“{text}” is no number."))
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
        raise _unreadable(sign, options, gettext_lazy("“{text}” is no currency that is used here."))
    return code


def _companies_named(text: str) -> list[int]:
    found = Company.objects.filter(name_key=folded(text)[:200], archived_at=None)
    return list(found.order_by("pk").values_list("pk", flat=True)[:2])


def _contacts_named(text: str) -> list[int]:
    if "@" in text:
        named = Identity.objects.filter(kind="email", value=emails.key(text))
        return list(named.values_list("contact_id", flat=True)[:1])
    return [contact.pk for contact in searching.found(text)[:2]]


def _unreadable(text: str, options: Options, sentence: Any) -> Refused:
    text = cleaned(text)
    return Unfit(str(sentence).format(text=text if len(text) <= 60 else f"{text[:60]}…"), field=options.key)


def _of_another_type(wanted: str, options: Options) -> Refused:
    return Unfit(_("A value of another type is expected: {type}.").format(type=wanted), field=options.key)
