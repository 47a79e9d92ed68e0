"""What targets, choices and reasons are called in front of people."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relacja.contacts import fields
from relacja.contacts.field_kinds import Names
from relacja.contacts.models import ConsentAct, Record
from relacja.contacts.vocabulary import field_label
from relacja.imports.meaning import FILL, LEAVE, OVERWRITE, REFUSE, SKIP, TARGETS
from relacja.imports.reading import Fault

POLICIES = (
    (FILL, _("Fill in what is empty")),
    (OVERWRITE, _("Overwrite")),
    (SKIP, _("Leave as it is")),
)
SHARED_PHONES = (
    (REFUSE, _("Refuse the row")),
    (LEAVE, _("Take the row without the phone")),
)
UNKNOWN_OWNERS = (
    (REFUSE, _("Refuse the row")),
    (LEAVE, _("Take the row without the owner")),
)
MATCHES = (
    ("external", _("Customer number elsewhere")),
    ("email", _("E-mail")),
    ("phone", _("Phone")),
)
KINDS = (
    ("created", pgettext_lazy("rows", "New")),
    ("updated", pgettext_lazy("rows", "Changed")),
    ("unchanged", pgettext_lazy("rows", "Unchanged")),
    ("refused", pgettext_lazy("rows", "Refused")),
)
_TARGETS = {
    "full_name": _("First and last name in one"),
    "other_email": _("Another e-mail"),
    "other_phone": _("Another phone"),
    "external": _("Customer number elsewhere"),
    "consent": _("Consent: yes or no"),
    "consent_at": _("Consent: since when"),
}
_REASONS = {
    "quotes": _("The quotation marks in this row do not match."),
    "encoding": _("This row is written in another encoding than the rest."),
    "nul": _("This row holds signs that are no text."),
    "long_line": _("This row is too long to be meant."),
    "unfinished": _("This card ends in the middle."),
    "short": _("This row has fewer cells than there are headings."),
    "long": _("This row has more cells than there are headings."),
    "nobody": _("Nothing here names a person: no e-mail, phone, number or name."),
    "email": _("“{value}” is not an e-mail address."),
    "phone": _("“{value}” is not a phone number."),
    "country": _("“{value}” is not a country we know."),
    "language": _("“{value}” is not a language we know."),
    "stage": _("“{value}” is not a stage of a customer."),
    "owner": _("“{value}” is nobody who works here, or several people."),
    "consent": _("“{value}” is neither yes nor no."),
    "date": _("“{value}” is not a day there is."),
    "too_long": _("“{value}” is too long for this field."),
    "own_field": _("“{value}” does not fit this field."),
    "phone_taken": _("The phone {value} belongs to somebody else."),
    "taken": _("“{value}” belongs to somebody else."),
    "two_people": _("This row names two people we know: “{value}” belongs to another one."),
    "archived": _("{value} is in the archive. Take them back first."),
}


def targets() -> list[tuple[str, Any]]:
    """What a column may hold, with its name. One query, for the fields people made."""
    labels = [(target, target_label(target)) for target in TARGETS]
    return [("", pgettext_lazy("column", "Leave out")), *labels, *((one.path, one.label) for one in _own())]


def target_label(target: str, own: Mapping[str, Any] | None = None) -> Any:
    """One of them."""
    if own and target in own:
        return str(own[target].label)[:1].upper() + str(own[target].label)[1:]
    return _TARGETS.get(target) or field_label(target).capitalize()


def reason(fault: Fault) -> str:
    """Why a row was refused, as a sentence."""
    return str(_REASONS[fault.code]).format(value=fault.value)


Change = tuple[Any, str, str]


def changed(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[list[Change]]:
    """What was changed, of each the field, its value before and after. Two queries, and one a sort of reference."""
    own = own_fields() if pairs else {}
    refers = [(own[name], value) for pair in pairs for given in pair for name, value in given.items() if name in own]
    names = fields.named(refers)
    return [
        [
            (target_label(name, own), _shown(name, before.get(name), own, names), _shown(name, value, own, names))
            for name, value in after.items()
        ]
        for before, after in pairs
    ]


def shown(name: str, value: Any) -> str:
    """One value of a field, for people."""
    own = own_fields()
    return _shown(name, value, own, fields.named([(own[name], value)] if name in own and value else []))


def own_fields() -> dict[str, Any]:
    """The fields whose values are not text, by path: those people made, and the owner. One query."""
    owner = {one.path: one for one in fields.built_in(Record.CONTACT) if one.path == "owner"}
    return {**owner, **{one.path: one for one in _own()}}


def _shown(name: str, value: Any, own: Mapping[str, Any], names: Names) -> str:
    if value in (None, ""):
        return ""
    if name == "consent":
        return str(ConsentAct(value).label)
    if name in own:
        return str(own[name].show(value, names))
    return ", ".join(value) if isinstance(value, list) else str(value)


def _own() -> list[fields.Known]:
    return fields.own(Record.CONTACT)
