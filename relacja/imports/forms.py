"""What people choose about a file: how it is written, what its columns hold, how it is meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relacja.contacts.field_kinds.built_in import known_countries
from relacja.contacts.models import ConsentText
from relacja.imports import words
from relacja.imports.meaning import COMPANY, CONTACT, FILL, POLICIES, Options
from relacja.imports.models import Import
from relacja.imports.reading import Format
from relacja.imports.reading.encodings import LABELS
from relacja.staff.models import User

SUFFIXES = ".csv,.tsv,.txt,.xlsx,.vcf,.vcard"
DELIMITERS = ((";", _("Semicolon")), (",", _("Comma")), ("\t", _("Tab")), ("|", _("Vertical bar")))


class Upload(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX or vCard, up to 500 MB."),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


class Reading(forms.Form):
    """How the file is written. A workbook is asked for its sheet, text for its encoding and delimiter."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=list(LABELS.items()))
    delimiter = forms.ChoiceField(label=_("Columns are parted by"), choices=DELIMITERS)
    sheet = forms.ChoiceField(label=_("Sheet"))
    of = forms.ChoiceField(label=_("The rows are"), choices=[(CONTACT, _("people")), (COMPANY, _("companies"))])
    headed = forms.BooleanField(label=_("The first row holds the headings"), required=False)

    def __init__(self, given: Mapping[str, Any] | None, *, asked: Format, sheets: Sequence[str], of: str) -> None:
        super().__init__(given, initial={**asked.as_dict(), "of": of}, label_suffix="", auto_id="reading-%s")
        self.asked = asked
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        for name in {"csv": ("sheet",), "xlsx": ("encoding", "delimiter"), "vcard": ("delimiter", "sheet", "headed")}[
            asked.kind
        ]:
            del self.fields[name]

    @property
    def chosen(self) -> Format:
        return Format.of({**self.asked.as_dict(), **self.cleaned_data})


class Meaning(forms.Form):
    """How the file is meant as a whole."""

    match = forms.MultipleChoiceField(
        label=_("A row is about somebody we know when these agree"),
        choices=words.MATCHES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    shared_phone = forms.ChoiceField(
        label=_("When a phone belongs to somebody else"), choices=words.SHARED_PHONES, widget=forms.RadioSelect
    )
    unknown_owner = forms.ChoiceField(
        label=_("When an owner does not work here"), choices=words.UNKNOWN_OWNERS, widget=forms.RadioSelect
    )
    owner = forms.ModelChoiceField(
        label=_("Owner of everybody new"),
        queryset=User.objects.filter(is_active=True).order_by("name", "email"),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("Of whom the file does not say it. Those who are known keep theirs."),
    )
    country = forms.ChoiceField(label=_("Country"), help_text=_("Of people without one."))
    phone_country = forms.ChoiceField(label=_("Country of phone numbers without a prefix"), required=False)
    system = forms.SlugField(
        label=_("Program the customer numbers come from"),
        max_length=20,
        required=False,
        help_text=_("The same number of another program is another person."),
    )
    tame = forms.BooleanField(label=_("Write NOWAK as Nowak"), required=False)
    day_first = forms.TypedChoiceField(
        label=_("03.04.2026 is"),
        choices=[("yes", _("3 April")), ("no", _("March 4"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    automations = forms.BooleanField(
        label=_("Let journeys begin for these people"),
        required=False,
        help_text=_("Otherwise nobody is welcomed because of this import."),
    )
    consent_text = forms.ModelChoiceField(
        label=_("What they agreed to"),
        queryset=ConsentText.objects.order_by("purpose", "channel", "-version", "language"),
        required=False,
        empty_label="–",
    )
    consent_source = forms.CharField(
        label=_("Where they agreed, and how we know"),
        max_length=80,
        required=False,
        help_text=_("Needed only when a column holds consents."),
    )

    def __init__(self, given: Mapping[str, Any] | None, *, options: Options) -> None:
        initial = {
            "match": options.match,
            "shared_phone": options.shared_phone,
            "unknown_owner": options.unknown_owner,
            "owner": options.owner,
            "country": options.country,
            "phone_country": options.phone_country,
            "system": options.system,
            "tame": options.tame,
            "day_first": "yes" if options.day_first else "no",
            "automations": options.automations,
            "consent_text": options.consent_text,
            "consent_source": options.consent_source,
        }
        super().__init__(given, initial=initial, label_suffix="", auto_id="meaning-%s")
        self.of = options.of
        if options.of == COMPANY:
            self._ask_of_companies()
        _none, *countries = known_countries()
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        own = ("", _("The one the person lives in"))
        self.fields["phone_country"].choices = [own, *countries]  # type: ignore[attr-defined]

    def _ask_of_companies(self) -> None:
        """What makes sense of people only is not asked."""
        of_people = ("match", "shared_phone", "system", "day_first", "automations")
        for name in (*of_people, "consent_text", "consent_source"):
            del self.fields[name]
        self.fields["owner"].label = _("Owner of every new company")
        self.fields["owner"].help_text = _("Where the file does not say it. Companies that are known keep theirs.")
        self.fields["country"].help_text = _("Of companies without one.")

    @property
    def options(self) -> Options:
        given = dict(self.cleaned_data)
        text, owner = given.pop("consent_text", None), given.pop("owner")
        return Options(
            **{
                **given,
                "of": self.of,
                "match": tuple(given.get("match", ())),
                "owner": owner.pk if owner else None,
                "consent_text": text.pk if text else None,
            }
        )


def columns(given: Mapping[str, Any], one: Import, targets: Sequence[tuple[str, Any]]) -> list[dict[str, str]]:
    """What was chosen for every column; an unknown choice is left out."""
    known = {target for target, _label in targets}
    found = []
    for number, _heading in enumerate(one.headings):
        target, policy = str(given.get(f"target-{number}", "")), str(given.get(f"policy-{number}", ""))
        found.append({"target": target if target in known else "", "policy": policy if policy in POLICIES else FILL})
    return found
