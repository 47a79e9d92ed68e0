"""What the house keeps about people and companies beside the fields people make: tags, and who is a VIP."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts.field_kinds.choices import NO, YES, Choices
from relacja.contacts.field_kinds.kind import (
    FILLED_BY_NOBODY,
    TEMPORAL,
    Kind,
    Names,
    Options,
    kind,
    of,
    of_another_type,
    unreadable,
)
from relacja.contacts.rules import Unfit
from relacja.lib.text import cleaned, folded
from relacja.ui import written

LONGEST_REASON = 200
_SINCE = re.compile(r"(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})[\s:,]*(.*)", re.ASCII | re.DOTALL)


@kind
class Tags(Choices):
    """Tags. People write their names; a key that means another tag by now is shown as that one."""

    code, label, icon = "tags", gettext_lazy("Tags"), ""
    operators = frozenset()

    def parse(self, text: str, options: Options) -> list[str] | None:
        return self.take([part for part in re.split(r"[;,|\n]", text) if folded(part)], options)

    def take(self, value: Any, options: Options) -> list[str] | None:
        if value is None or isinstance(value, str):
            return self.parse(value or "", options)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise of_another_type("list", options)
        return self._ordered([self.one(name, options) for name in value], options)

    def one(self, name: str, options: Options) -> str:
        """The key of the tag of this name, or of this key."""
        by_name = {folded(str(label)): key for key, label in options.choices}
        key = by_name.get(folded(name)) or dict(options.leads).get(name)
        if not key:
            raise unreadable(name, options, gettext_lazy("There is no tag “{text}”."))
        return key

    def text(self, value: Any, options: Options) -> str:
        return "; ".join(self._labels(value, options))

    def show(self, value: Any, options: Options, names: Names) -> str:
        return ", ".join(self._labels(value, options))

    def form_field(self, options: Options) -> forms.Field:
        words = gettext_lazy("Several are parted by commas")
        return forms.CharField(
            label=options.label, required=False, help_text=words, widget=forms.TextInput(attrs=dict(FILLED_BY_NOBODY))
        )

    def typed(self, given: Any, options: Options) -> Any:
        return self.parse(str(given or ""), options)

    def initial(self, value: Any, options: Options) -> Any:
        return ", ".join(self._labels(value or [], options))

    def schema(self, options: Options) -> dict[str, Any]:
        return {"type": "array", "uniqueItems": True, "items": {"type": "string"}}

    def _labels(self, value: Any, options: Options) -> list[str]:
        leads = dict(options.leads)
        held = {leads.get(one, "") for one in value}
        return [str(label) for key, label in options.choices if key in held]


@kind
class Vip(Kind):
    """Somebody who matters more than others: since when, and why. People write either or both, or just yes."""

    code, label = "vip", gettext_lazy("VIP")
    operators = TEMPORAL
    at = "since"

    def parse(self, text: str, options: Options) -> dict[str, str] | None:
        text = " ".join(cleaned(text).split())
        if not text or folded(text) in NO:
            return None
        if folded(text) in YES | {"vip"}:
            return self._vip("", "", options)
        found = _SINCE.fullmatch(text)
        return self._vip(found[1], found[2], options) if found else self._vip("", text, options)

    def take(self, value: Any, options: Options) -> dict[str, str] | None:
        if isinstance(value, Mapping) and set(value) <= {"since", "reason"}:
            if not all(one is None or isinstance(one, str) for one in value.values()):
                raise of_another_type("text", options)
            return self._vip(value.get("since") or "", value.get("reason") or "", options)
        if isinstance(value, bool):
            return self._vip("", "", options) if value else None
        return super().take(value, options)  # type: ignore[no-any-return]

    def text(self, value: Any, options: Options) -> str:
        return f"{value['since']} {value['reason']}".strip()

    def show(self, value: Any, options: Options, names: Names) -> str:
        day = written.day(date.fromisoformat(value["since"]))
        if not value["reason"]:
            return _("since {day}").format(day=day)
        return _("since {day}: {reason}").format(day=day, reason=value["reason"])

    def form_field(self, options: Options) -> forms.Field:
        words = gettext_lazy("Why, and since when if not today: 2024-05-01 buys for the whole club")
        widget = forms.TextInput(attrs=dict(FILLED_BY_NOBODY))
        return forms.CharField(label=options.label, required=False, help_text=words, widget=widget)

    def schema(self, options: Options) -> dict[str, Any]:
        members = {"since": {"type": "string", "format": "date"}, "reason": {"type": "string"}}
        return {"type": "object", "properties": members, "additionalProperties": False}

    def _vip(self, since: str, reason: str, options: Options) -> dict[str, str]:
        """Who says no day means today: what people type is read on the day on which they type it."""
        day = of("date").parse(since, options) or timezone.localdate().isoformat()
        reason = " ".join(cleaned(reason).split())
        if len(reason) > LONGEST_REASON:
            raise Unfit(
                _("This is too long. Keep it under {most} characters.").format(most=LONGEST_REASON), field=options.key
            )
        return {"since": day, "reason": reason}
