"""What people choose about external data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relacja.contacts import field_kinds
from relacja.external import matching, sources
from relacja.external.actions import Wanted
from relacja.external.actions.connecting import FIELDS
from relacja.external.matching import By
from relacja.external.models import LANGUAGES, Column, Connection, Rhythm, Source
from relacja.external.rhythms import USUALLY

SUFFIXES = ".csv,.tsv,.txt,.xlsx,.parquet"
PORTS = {"postgresql": 5432, "clickhouse": 8123}
SYSTEM = 60


class Upload(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, XLSX or Parquet, up to 500 MB."),
        error_messages={"required": _("Choose a file first."), "empty": _("This file is empty.")},
    )


class Drop(forms.Form):
    pattern = forms.CharField(
        label=_("Files in the folder"),
        max_length=200,
        help_text=_("A name, or a pattern such as loyalty-*.csv: the newest file that fits is read."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "dropped"}),
    )


class ConnectionDetails(forms.Form):
    """Where a database is. The password is only ever written, never shown."""

    name = forms.CharField(label=_("Name"), max_length=80)
    host = forms.CharField(label=_("Host"), max_length=255)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    database = forms.CharField(label=_("Database"), max_length=128)
    user = forms.CharField(
        label=_("User"), max_length=128, help_text=_("Best a user who may only read, and only what is needed.")
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_encrypted = forms.BooleanField(label=_("Encrypted connection (TLS)"), required=False)

    def __init__(self, given: Any, *, kind: str, connection: Connection | None = None) -> None:
        initial = {name: getattr(connection, name) for name in FIELDS} if connection else {"port": PORTS[kind]}
        super().__init__(given, initial=initial, label_suffix="")
        for name in ("name", "host", "database", "user"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if connection and connection.sealed:
            self.fields["password"].help_text = _("Leave it empty to keep the one there is.")


class Timing(forms.Form):
    """When a source is refreshed by itself."""

    rhythm = forms.ChoiceField(label=_("Refreshed"), choices=Rhythm.choices)
    at = forms.TimeField(label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    weekday = forms.TypedChoiceField(
        label=_("On"), choices=list(WEEKDAYS.items()), coerce=int, required=False, empty_value=None
    )

    @classmethod
    def of(cls, source: Source, given: Any = None) -> "Timing":
        initial = {"rhythm": source.rhythm, "at": source.at or USUALLY, "weekday": source.weekday or 0}
        return cls(given, initial=initial, label_suffix="")


@dataclass(frozen=True, slots=True)
class Line:
    """A heading on the page: what stands under it, and the column that is taken of it, if one is."""

    number: int
    heading: str
    examples: list[str]
    column: Column | None
    kind: str
    labels: Mapping[str, str]


def kinds() -> list[tuple[str, Any]]:
    """The kinds a column may be of; an amount of money says in which currency."""
    plain = [(code, field_kinds.of(code).label) for code in sources.KINDS if code != "money"]
    return [*plain, *((f"money:{one}", f"{field_kinds.of('money').label}, {one}") for one in field_kinds.CURRENCIES)]


def lines(headings: Sequence[str], rows: Sequence[Sequence[str | None]], columns: Sequence[Column]) -> list[Line]:
    """One line a heading, with the column that is taken of it."""
    by_heading = {column.heading: column for column in columns}
    found = []
    for number, heading in enumerate(headings):
        column = by_heading.get(heading)
        cells = [row[number] for row in rows if number < len(row)]
        examples = list(dict.fromkeys(cell for cell in cells if cell))[:3]
        kind = _code(column) if column else "text"
        found.append(Line(number, heading, examples, column, kind, column.labels if column else {}))
    return found


def chosen_columns(data: Mapping[str, str], headings: Sequence[str], gone: Sequence[Column]) -> list[Wanted]:
    """The columns that are taken, as the page sent them. One whose heading is gone may go on under another."""
    moved = {data.get(f"moved-{column.pk}", ""): column for column in gone}
    wanted = []
    for number, heading in enumerate(headings):
        follows = moved.get(str(number))
        if not data.get(f"take-{number}") and follows is None:
            continue
        kind, _colon, currency = data.get(f"kind-{number}", "text").partition(":")
        labels = {language: data.get(f"{language}-{number}", "") for language in LANGUAGES}
        if follows is not None and not data.get(f"take-{number}"):
            kind, currency, labels = follows.kind, follows.currency, dict(follows.labels)
        wanted.append(Wanted(heading, kind, labels, currency or "PLN", follows.key if follows else ""))
    return wanted


def chosen_identities(data: Mapping[str, str], headings: Sequence[str]) -> list[By]:
    """By which columns people are known, in order."""
    known = {str(code) for code, _label in matching.KINDS}
    found = []
    for place in range(matching.MOST):
        number, kind = data.get(f"by-{place}", ""), data.get(f"as-{place}", "")
        if number.isdecimal() and int(number) < len(headings) and kind in known:
            system = data.get(f"system-{place}", "").strip()[:SYSTEM]
            found.append(By(headings[int(number)], kind, system if kind == "external" else ""))
    return found


def chosen_names(data: Mapping[str, str]) -> dict[str, str]:
    return {language: data.get(f"name-{language}", "") for language in LANGUAGES}


def _code(column: Column) -> str:
    return f"money:{column.currency}" if column.kind == "money" else column.kind


SPOKEN = {"pl": pgettext_lazy("language", "Polish"), "en": pgettext_lazy("language", "English")}
