"""Words, days and addresses of the web."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import by_day
from relacja.contacts.field_kinds.kind import (
    LONGEST_TEXT,
    TEMPORAL,
    Kind,
    Names,
    Options,
    kind,
    unreadable,
)
from relacja.contacts.rules import Unfit
from relacja.lib.text import cleaned
from relacja.ui import written

LONGEST_LINK = 2_000
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)


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
class Day(Kind):
    code, label, icon = "date", gettext_lazy("Date"), "calendar"
    operators = TEMPORAL | by_day.OF_ONCE

    def parse(self, text: str, options: Options) -> str | None:
        text = cleaned(text)
        if not text:
            return None
        found = _DAY.fullmatch(text)
        try:
            day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text[:10])
        except ValueError as error:
            raise unreadable(text, options, gettext_lazy("“{text}” is no date. Write it like 2026-11-21.")) from error
        if (not found and len(text) != 10) or not 1850 <= day.year <= 2200:
            raise unreadable(text, options, gettext_lazy("“{text}” is no date. Write it like 2026-11-21."))
        return day.isoformat()

    def show(self, value: Any, options: Options, names: Names) -> str:
        return written.day(date.fromisoformat(value))

    def compares(self, options: Options) -> frozenset[str]:
        return self.operators | by_day.YEARLY if options.is_yearly else self.operators

    def form_field(self, options: Options) -> forms.Field:
        return forms.CharField(label=options.label, required=False, widget=forms.TextInput(attrs={"type": "date"}))

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


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
            raise unreadable(text, options, sentence) from error
        if len(text) > LONGEST_LINK:
            raise Unfit(
                _("This is too long. Keep it under {most} characters.").format(most=LONGEST_LINK), field=options.key
            )
        return text

    def href(self, value: Any, options: Options) -> str:
        return str(value)

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "string", "format": "uri"}
