"""What people type about contacts. A field says itself what the rules refuse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from relacja.contacts import field_kinds, rules
from relacja.contacts.field_kinds.kind import FILLED_BY_NOBODY
from relacja.contacts.field_kinds.marks import LONGEST_REASON
from relacja.contacts.field_kinds.references import suggested
from relacja.contacts.fields import Known
from relacja.contacts.models import Colour, Company, ConsentText, Contact, Record, Stage, Tag, Whose
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
    own: Known | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Its fields as the history calls them."""
        return (self.own.path,) if self.own else self.fields


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


class Ruled(forms.CharField):
    """A field of a contact, as the rules take it."""

    def __init__(self, name: str, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": _TYPES.get(name, "text"), **FILLED_BY_NOBODY})
        super().__init__(label=field_label(name).capitalize(), required=False, widget=widget, **options)
        self.name = name

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return rules.value(self.name, text)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class WithOwn(forms.Form):
    """A form that also asks for fields people made. Their cleaned values are normal forms."""

    def ask(self, own: Iterable[Known], record: Contact | Company | None = None) -> None:
        """Add an input for each; they show what the record holds, or what is usual."""
        self._own = []
        for known in own:
            value = known.read(record) if record else known.field and known.field.default
            held = known.holding(value)
            made = held.kind.form_field(held.options)
            made.label = capfirst(str(known.label))
            made.required = known.is_required
            made.help_text = known.help
            self.fields[known.path] = made
            self.initial = {known.path: held.kind.initial(value, held.options), **self.initial}
            self._own.append(held)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for known in self._own:
            if known.path in found:
                try:
                    found[known.path] = known.kind.typed(found[known.path], known.options)
                except Refused as refusal:
                    self.add_error(known.path, str(refusal))
        return found

    @property
    def attributes(self) -> dict[str, Any]:
        """What was given of own fields, by key."""
        return {known.key: self.cleaned_data[known.path] for known in self._own if known.path in self.cleaned_data}


class Details(WithOwn):
    """Fields of a contact, those in `names` and own ones; `version` is the one they were read from."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        given: Mapping[str, Any] | None,
        *,
        names: tuple[str, ...],
        initial: Mapping[str, Any],
        own: Iterable[Known] = (),
        contact: Contact | None = None,
        auto_id: str = "contact-%s",
    ) -> None:
        super().__init__(given, initial=dict(initial), label_suffix="", auto_id=auto_id)
        for name in names:
            self.fields[name] = _field(name)
        self.ask(own, contact)

    @property
    def values(self) -> rules.Values:
        """What was given of a contact's fields."""
        given = {name: self.cleaned_data[name] for name in rules.FIELDS if name in self.cleaned_data}
        return rules.Values(given, self.attributes)


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


class Firm(WithOwn):
    """Fields of a company; `version` is the one they were read from."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        given: Mapping[str, Any] | None,
        *,
        known: Iterable[Known],
        company: Company | None = None,
        auto_id: str = "id_%s",
    ) -> None:
        initial = {"version": company.version} if company else {}
        super().__init__(given, initial=initial, label_suffix="", auto_id=auto_id)
        self.ask(known, company)

    @property
    def values(self) -> dict[str, Any]:
        """What was given, by path."""
        return {known.path: self.cleaned_data[known.path] for known in self._own if known.path in self.cleaned_data}


@dataclass(frozen=True, slots=True)
class FirmFact:
    """What is edited together in one place of a company's page."""

    key: str
    label: Any
    known: tuple[Known, ...]


ADDRESS = ("street", "postal_code", "city", "country")


def firm_facts(known: Iterable[Known]) -> list[FirmFact]:
    """Each field is a fact of its own, but for the address."""
    by_path = {one.path: one for one in known}
    made = []
    for path, one in by_path.items():
        if path == ADDRESS[0]:
            made.append(FirmFact("address", _("Address"), tuple(by_path[name] for name in ADDRESS)))
        elif path not in ADDRESS:
            made.append(FirmFact(f"own-{one.key}" if one.field else path, capfirst(str(one.label)), (one,)))
    return made


class Appointment(forms.Form):
    """Somebody who does something for a company besides their own work, one of `people`."""

    person = forms.CharField(
        label=_("Who"),
        max_length=200,
        help_text=_("Their name, e-mail, or number like #123"),
        widget=suggested("contact"),
    )
    role = forms.CharField(label=_("What they do there"), max_length=120)

    def __init__(self, *args: Any, people: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = people

    def clean_person(self) -> Contact:
        try:
            pk = field_kinds.of("reference").parse(self.cleaned_data["person"], field_kinds.Options(_("Who")))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        found = self._people.filter(pk=pk).first()
        if found is None:
            raise forms.ValidationError(_("Nobody here is called “{text}”.").format(text=self.cleaned_data["person"]))
        return found


def fact(key: str, own: Iterable[Known]) -> Fact | None:
    """The fact of that key, if there is one."""
    return next((fact for fact in (*FACTS, *own_facts(own)) if fact.key == key), None)


def own_facts(own: Iterable[Known]) -> list[Fact]:
    """A fact for each field people made."""
    return [Fact(f"own-{known.key}", known.label, (), known) for known in own]


def _field(name: str) -> forms.Field:
    if name == "company":
        return field_kinds.of("company").form_field(field_kinds.Options(_("Company")))
    if name == "country":
        return field_kinds.of("country").form_field(field_kinds.Options(_("Country")))
    if name == "language":
        return forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    if name == "stage":
        return forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    if name == "owner":
        people = User.objects.filter(is_active=True).order_by("name", "email")
        return forms.ModelChoiceField(label=_("Owner"), queryset=people, required=False, empty_label=_("Nobody"))
    return Ruled(name)


class OneValue(forms.Form):
    """The value that one field of many people shall have."""

    def __init__(self, given: Mapping[str, Any] | None, *, known: Known) -> None:
        super().__init__(given, label_suffix="", auto_id="one-%s")
        self.known = known
        own = self._is_by_kind = known.field is not None or known.of == Record.COMPANY
        self.fields["value"] = known.kind.form_field(known.options) if own else _field(known.path)
        self.fields["value"].label = str(known.label).capitalize()
        self.fields["value"].help_text = known.help

    @property
    def value(self) -> Any:
        """What was given, in the normal form of its kind. A company is made if there is none of that name."""
        return self.cleaned_data["value"]

    def clean_value(self) -> Any:
        given = self.cleaned_data["value"]
        try:
            if self._is_by_kind:
                return self.known.kind.typed(given, self.known.options)
            if self.known.path == "owner":
                return given.pk if given else None
            return given or None
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class Export(forms.Form):
    """How a file of people is written."""

    format = forms.ChoiceField(
        label=_("Format"), choices=[("csv", "CSV"), ("xlsx", "Excel (XLSX)")], initial="csv", widget=forms.RadioSelect
    )
    delimiter = forms.ChoiceField(
        label=_("Between the columns of a CSV"),
        choices=[("comma", _("Comma")), ("semicolon", _("Semicolon (Polish Excel)")), ("tab", _("Tab"))],
        initial="comma",
    )
    bom = forms.BooleanField(label=_("Mark a CSV as UTF-8, so that Excel reads Polish letters"), required=False)


class Tagging(forms.Form):
    """Tags for several people: some of those in use, and new ones by name."""

    tags = forms.ModelMultipleChoiceField(
        label=_("Tags"),
        queryset=Tag.objects.live().order_by("name_key"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    names = forms.CharField(
        label=_("Others"),
        max_length=500,
        required=False,
        help_text=_("Several are parted by commas"),
        widget=forms.TextInput(attrs=FILLED_BY_NOBODY),
    )

    def __init__(self, given: Mapping[str, Any] | None) -> None:
        super().__init__(given, label_suffix="", auto_id="tagging-%s")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("tags") and not found.get("names"):
            self.add_error("tags", _("Choose a tag first."))
        return found


class TagSettings(forms.Form):
    """What a tag is called, and how it looks."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=FILLED_BY_NOBODY))
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices, widget=forms.RadioSelect)


class VipMark(forms.Form):
    """That somebody is a VIP: why, and since when."""

    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, required=False, widget=forms.TextInput(attrs=FILLED_BY_NOBODY)
    )
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class TakingOver(forms.Form):
    """Under which rule people here take customers over."""

    whose = forms.ChoiceField(label=_("Whom they may take over"), choices=Whose.choices, widget=forms.RadioSelect)
    of_gone = forms.BooleanField(label=_("Also those of colleagues who do not work here any more"), required=False)
    most = forms.IntegerField(
        label=_("At most how many people each"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Leave it empty for no limit."),
    )
