"""How fields of one's own are called and asked for, and which days of dates are written into the history."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relacja.contacts import fields
from relacja.contacts.field_kinds import CURRENCIES, Kind
from relacja.contacts.field_kinds.kind import FILLED_BY_NOBODY
from relacja.contacts.models import Field, Meaning, Notice, Record

ON_THE_DAY, BEFORE, AFTER = "on_the_day", "days_before", "days_after"
MOST_DAYS = 365
MOST_NOTICES = 10


class Days(forms.CharField):
    """Numbers of days, parted by commas."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", **FILLED_BY_NOBODY})
        super().__init__(required=False, max_length=100, widget=widget, **options)

    def clean(self, value: Any) -> list[int]:
        words = re.split(r"[\s,;]+", super().clean(value) or "")
        try:
            found = sorted({int(word) for word in words if word})
        except ValueError as error:
            raise forms.ValidationError(_("Write numbers of days, parted by commas: 30, 7.")) from error
        if found and not 1 <= found[0] <= found[-1] <= MOST_DAYS:
            raise forms.ValidationError(_("Write numbers from 1 to 365."))
        if len(found) > MOST_NOTICES:
            raise forms.ValidationError(_("Ten of them at most."))
        return found


def notice_fields() -> dict[str, forms.Field]:
    """Which days of a date are written into the history."""
    return {
        ON_THE_DAY: forms.BooleanField(
            label=_("Write the day into the history: it can begin a journey"), required=False
        ),
        BEFORE: Days(label=_("And so many days before it"), help_text=_("Several are parted by commas: 30, 7")),
        AFTER: Days(label=_("And so many days after it")),
    }


def noticed(given: Mapping[str, Any]) -> list[int]:
    """The days that were asked for: so many after the date, below zero before it."""
    before, after = given.get(BEFORE) or [], given.get(AFTER) or []
    return [*(-days for days in before[::-1]), *([0] if given.get(ON_THE_DAY) else []), *after]


def _days_of(path: str) -> dict[str, Any]:
    """The same as the inputs show it."""
    days = sorted(Notice.objects.filter(path=path).values_list("days", flat=True))
    return {
        ON_THE_DAY: 0 in days,
        BEFORE: ", ".join(str(-one) for one in days if one < 0),
        AFTER: ", ".join(str(one) for one in days if one > 0),
    }


class Notices(forms.Form):
    """Which days of a date that everybody has are written into the history."""

    def __init__(self, given: Mapping[str, Any] | None, *, path: str) -> None:
        super().__init__(given, initial=_days_of(path), label_suffix="")
        self.fields |= notice_fields()


class FieldSettings(forms.Form):
    """How a field is called and asked for. Shows what its kind has to say, and nothing else."""

    label = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    help_text = forms.CharField(
        label=_("Help"), max_length=200, required=False, help_text=_("A sentence for whoever fills it in")
    )
    default = forms.CharField(
        label=_("Usual value"), max_length=500, required=False, help_text=_("For records added from now on")
    )
    is_required = forms.BooleanField(
        label=_("It must be filled in when people here or programs add or change somebody"), required=False
    )
    is_personal = forms.BooleanField(label=_("It says something about a living person"), required=False)
    basis = forms.CharField(
        label=_("On what basis it is kept"),
        max_length=200,
        required=False,
        help_text=_("A consent, a contract, a law: said to whoever fills it in. No birthday is kept without one."),
        widget=forms.TextInput(attrs=FILLED_BY_NOBODY),
    )

    def __init__(
        self,
        given: Mapping[str, Any] | None,
        *,
        kind: Kind,
        of: Record,
        field: Field | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(given, initial={**_settings_of(field), **(initial or {})}, label_suffix="")
        added: dict[str, forms.Field] = {}
        if kind.code in {"choice", "choices"}:
            for choice in field.choices if field else []:
                label = _("Choice: {label}").format(label=choice["label"])
                added[f"choice-{choice['key']}"] = forms.CharField(
                    label=label, max_length=80, required=False, initial=choice["label"]
                )
            words = _("More choices") if field else _("Choices")
            added["choices"] = forms.CharField(
                label=words,
                required=not field,
                max_length=20_000,
                help_text=_("One in a line. An emptied choice is taken away; records that hold it keep it."),
                widget=forms.Textarea(attrs={"rows": 5}),
            )
        if kind.code == "money":
            added["currency"] = forms.ChoiceField(label=_("Usual currency"), choices=[(c, c) for c in CURRENCIES])
        if kind.code == "reference" and not field:
            added["target"] = forms.ChoiceField(label=_("It points to"), choices=Record.choices)
        if kind.code == "date":
            added["meaning"] = forms.ChoiceField(
                label=_("How often it comes"), choices=Meaning.choices, initial=Meaning.ONCE, widget=forms.RadioSelect
            )
            added |= notice_fields() if of == Record.CONTACT else {}
        rest = ("help_text", "default", "is_required", "is_personal", "basis")
        self.fields = {"label": self.fields["label"], **added, **{name: self.fields[name] for name in rest}}

    @property
    def named(self) -> dict[str, str]:
        """The choices that stay, by key."""
        prefix = "choice-"
        return {name.removeprefix(prefix): text for name, text in self.cleaned_data.items() if name.startswith(prefix)}

    @property
    def asked(self) -> dict[str, Any]:
        """What the actions take."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("label", "help_text", "is_required", "is_personal", "basis")}
        plain["choices"] = given.get("choices", "").splitlines()
        plain["meaning"] = Meaning(given.get("meaning") or Meaning.ONCE)
        return plain | ({"currency": given["currency"]} if "currency" in given else {})


def _settings_of(field: Field | None) -> dict[str, Any]:
    if field is None:
        return {}
    names = ("label", "help_text", "is_required", "is_personal", "currency", "meaning", "basis")
    known = fields.made(field)
    kept = {name: getattr(field, name) for name in names}
    return {**kept, "default": known.text(field.default), **_days_of(known.path)}
