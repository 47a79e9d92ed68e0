"""What people type about contacts. A field says itself what the rules refuse."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relacja.contacts import rules
from relacja.contacts.models import ConsentText, Stage
from relacja.contacts.vocabulary import field_label
from relacja.lib.errors import Refused
from relacja.staff.models import User

LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]


@dataclass(frozen=True, slots=True)
class Fact:
    """What is edited together in one place of a contact's page."""

    key: str
    label: Any
    fields: tuple[str, ...]


FACTS = (
    Fact("name", _("Name"), ("first_name", "last_name")),
    Fact("email", _("E-mail"), ("email",)),
    Fact("phone", _("Phone"), ("phone",)),
    Fact("address", _("Address"), ("street", "postal_code", "city", "country")),
    Fact("work", _("Company"), ("company", "job_title")),
    Fact("language", _("Language"), ("language",)),
    Fact("stage", _("Stage"), ("stage",)),
    Fact("owner", _("Owner"), ("owner",)),
)
_TYPES = {"email": "email", "phone": "tel"}
_FILLED_BY_NOBODY = {"autocomplete": "off", "data-1p-ignore": ""}


class Known(forms.CharField):
    """A field of a contact, as the rules take it."""

    def __init__(self, name: str, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": _TYPES.get(name, "text"), **_FILLED_BY_NOBODY})
        super().__init__(label=field_label(name).capitalize(), required=False, widget=widget, **options)
        self.name = name

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return rules.value(self.name, text)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class Details(forms.Form):
    """Fields of a contact, those in `names`; `version` is the one they were read from."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, given: Mapping[str, Any] | None, *, names: tuple[str, ...], initial: Mapping[str, Any]) -> None:
        super().__init__(given, initial=dict(initial), label_suffix="", auto_id="contact-%s")
        for name in names:
            self.fields[name] = _field(name)

    @property
    def values(self) -> rules.Values:
        """What was given of a contact's own fields."""
        return rules.Values({name: self.cleaned_data[name] for name in rules.FIELDS if name in self.cleaned_data})


class Note(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        max_length=10_000,
        error_messages={"required": _("Write something first: an empty note says nothing.")},
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Write down what is worth remembering.")}),
    )


class Agreement(forms.Form):
    """Writing down, for somebody, that they agreed: to which words, and how we know."""

    text = forms.ModelChoiceField(
        label=_("What they agreed to"),
        queryset=ConsentText.objects.order_by("purpose", "channel", "-version", "language"),
    )
    source = forms.CharField(
        label=_("How do you know?"), max_length=80, help_text=_("For example: a phone call, a signed form no. 17")
    )


class Withdrawal(forms.Form):
    """Writing down, for somebody, that they do not agree any more."""

    purpose = forms.CharField(max_length=40, widget=forms.HiddenInput)
    channel = forms.CharField(max_length=20, widget=forms.HiddenInput)
    source = forms.CharField(label=_("How do you know?"), max_length=80)


class Firm(forms.Form):
    """What is known about a company."""

    name = forms.CharField(label=_("Name"), max_length=200)
    vat_id = forms.CharField(label=_("VAT id"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)


def fact(key: str) -> Fact | None:
    """The fact of that key, if there is one."""
    return next((fact for fact in FACTS if fact.key == key), None)


def _field(name: str) -> forms.Field:
    if name == "company":
        return forms.CharField(
            label=_("Company"), max_length=200, required=False, widget=forms.TextInput(attrs=_FILLED_BY_NOBODY)
        )
    if name == "language":
        return forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    if name == "stage":
        return forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    if name == "owner":
        people = User.objects.filter(is_active=True).order_by("name", "email")
        return forms.ModelChoiceField(label=_("Owner"), queryset=people, required=False, empty_label=_("Nobody"))
    return Known(name)
