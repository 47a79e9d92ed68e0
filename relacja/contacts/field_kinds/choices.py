"""One, or several, of what is offered."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from relacja.contacts.field_kinds.kind import (
    CODED,
    Kind,
    Names,
    Options,
    Words,
    kind,
    of,
    of_another_type,
    unreadable,
)
from relacja.contacts.models import Stage
from relacja.lib.text import folded

YES = frozenset({"1", "true", "yes", "y", "t", "tak", "on", "x"})
NO = frozenset({"0", "false", "no", "n", "f", "nie", "off"})


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
        raise unreadable(text, options, gettext_lazy("“{text}” is none of the choices."))

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
            raise of_another_type("list", options)
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
            raise unreadable(text, options, gettext_lazy("“{text}” is neither yes nor no."))
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
class LifeStage(Choice):
    code, label, icon = "stage", gettext_lazy("Stage"), ""

    def parse(self, text: str, options: Options) -> str | None:
        return super().parse(text, Options(options.label, options.key, tuple(Stage.choices)))

    def show(self, value: Any, options: Options, names: Names) -> str:
        return str(dict(Stage.choices).get(value, value))
