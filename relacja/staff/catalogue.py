"""What the catalogue of components shows: every component in every state, with values like those of a real day."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COURSE = (3, 4, 4, 5, 4, 6, 6, 7, 7, 8)
COLOURS = (
    "paper",
    "surface",
    "raised",
    "sunken",
    "hairline",
    "field-edge",
    "ink",
    "ink-soft",
    "ink-faint",
    "accent",
    "accent-wash",
    "amber",
    "raspberry",
    "moss",
)
DRAWINGS = ("people", "letter", "path", "chart", "search", "done", "door")


class Sample(forms.Form):
    company = forms.CharField(label=gettext_lazy("Company name"), help_text=gettext_lazy("As on the invoice"))
    tax_id = forms.CharField(label="NIP", required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), choices=[("m", "Michał Dąbrowski"), ("o", "Ola Jankowska")])
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea, required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("email", "E-mail"), ("sms", "SMS"), ("call", gettext_lazy("Call"))],
        widget=forms.RadioSelect,
    )
    stop = forms.BooleanField(label=gettext_lazy("Stop on order"), required=False)

    def clean_tax_id(self) -> str:
        raise forms.ValidationError(_("NIP has 10 digits, this has 9. One is missing at the end."))


def samples(*, now: datetime) -> dict[str, Any]:
    """Values for every component; `now` is when the page is looked at."""
    form = Sample({"company": "Stal-Profil Sp. z o.o.", "tax_id": "586-231-04-7", "owner": "m", "channel": "email"})
    form.is_valid()
    return {
        "now": now,
        "form": form,
        "colours": COLOURS,
        "drawings": DRAWINGS,
        "course": COURSE,
        "share": Decimal("0.184"),
        "segments": [(_("Note"), "#", True), ("E-mail", "#", False), (_("Task"), "#", False)],
        "views": [(_("All"), "#", True, 12480), (_("Mine"), "#", False, 318), (_("At risk"), "#", False, 642)],
        "amount": Decimal("18642.30"),
        "times": [now - gap for gap in _gaps()],
        "yesterday": now - timedelta(days=1),
    }


def _gaps() -> list[timedelta]:
    return [
        timedelta(seconds=20),
        timedelta(minutes=4),
        timedelta(hours=2),
        timedelta(hours=30),
        timedelta(days=12),
        timedelta(days=600),
        timedelta(hours=-2),
    ]
