"""What targets, choices and reasons are called in front of people."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from relacja.contacts import fields
from relacja.contacts.field_kinds import Names
from relacja.contacts.models import ConsentAct, Record
from relacja.contacts.vocabulary import field_label
from relacja.imports.meaning import (
    COMPANY,
    CONTACT,
    FILL,
    FIRM,
    LEAVE,
    OF_FIRM,
    OVERWRITE,
    REFUSE,
    SKIP,
    TARGETS,
)
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
KNOWN_BY = {"vat_id": _("known by its VAT id"), "name": _("known by its name"), "new": _("new")}
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
    "vat_id": _("“{value}” is no VAT id. Check the digits."),
    "website": _("“{value}” is no address of the web."),
    "no_company": _("Nothing here names a company: no name and no VAT id."),
    "details": _("This row says something of a company, but not of which one."),
    "name_taken": _("Another company is called “{value}” already."),
    "other_vat_id": _("The company of this name has the VAT id {value}."),
    "unnamed": _("No company here has the VAT id {value}, and the row does not say what it is called."),
    "parent": _("No company here has the VAT id {value}."),
    "ring": _("This company cannot belong to “{value}”, which belongs to it."),
    "consent": _("“{value}” is neither yes nor no."),
    "date": _("“{value}” is not a day there is."),
    "too_long": _("“{value}” is too long for this field."),
    "own_field": _("“{value}” does not fit this field."),
    "phone_taken": _("The phone {value} belongs to somebody else."),
    "taken": _("“{value}” belongs to somebody else."),
    "two_people": _("This row names two people we know: “{value}” belongs to another one."),
    "unseen": _("Somebody you do not see, or a company you do not see, has these data already."),
    "archived": _("{value} is in the archive. Take them back first."),
}


def targets(of: str = CONTACT) -> list[tuple[str, Any]]:
    """What a column of a file of people, or of companies, may hold, with its name. Two queries."""
    left_out = ("", pgettext_lazy("column", "Leave out"))
    theirs = [(target, target_label(target, of=of)) for target in FIRM]
    theirs += [(f"{OF_FIRM}{one.path}", _of_company(one.label, of)) for one in fields.own(Record.COMPANY)]
    if of == COMPANY:
        return [left_out, ("company", target_label("company", of=of)), *theirs]
    labels = [(target, target_label(target)) for target in TARGETS]
    return [left_out, *labels, *((one.path, one.label) for one in fields.own(Record.CONTACT)), *theirs]


def _of_company(label: Any, of: str) -> str:
    name = str(label)[:1].upper() + str(label)[1:]
    if of == COMPANY:
        return name
    return gettext("Company: {field}").format(field=name.lower() if name[1:].islower() else name)


def target_label(target: str, own: Mapping[str, Any] | None = None, *, of: str = CONTACT) -> Any:
    """One of them."""
    if target == "company" and of == COMPANY:
        return _("Name of the company")
    if target.startswith(OF_FIRM):
        return _of_company(_labels_of_firms(own).get(target, target), of)
    if own and target in own:
        return str(own[target].label)[:1].upper() + str(own[target].label)[1:]
    return _TARGETS.get(target) or field_label(target).capitalize()


def reason(fault: Fault) -> str:
    """Why a row was refused, as a sentence."""
    return str(_REASONS[fault.code]).format(value=fault.value)


Change = tuple[Any, str, str]


def changed(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], *, of: str = CONTACT) -> list[list[Change]]:
    """What was changed, of each the field, its value before and after. Two queries, and one a sort of reference."""
    own = own_fields() if pairs else {}
    refers = [(own[name], value) for pair in pairs for given in pair for name, value in given.items() if name in own]
    names = fields.named(refers)
    return [
        [
            (
                target_label(name, own, of=of),
                _shown(name, before.get(name), own, names),
                _shown(name, value, own, names),
            )
            for name, value in after.items()
        ]
        for before, after in pairs
    ]


def own_fields() -> dict[str, Any]:
    """The fields whose values are not text, by path: those people made, and the owner. One query."""
    owner = {one.path: one for one in fields.built_in(Record.CONTACT) if one.path == "owner"}
    theirs = {f"{OF_FIRM}{one.path}": one for one in fields.known(Record.COMPANY) if one.path not in {"name", "parent"}}
    return {**owner, **{one.path: one for one in fields.own(Record.CONTACT)}, **theirs}


def _labels_of_firms(own: Mapping[str, Any] | None) -> dict[str, Any]:
    built_in = {f"{OF_FIRM}{one.path}": one.label for one in fields.built_in(Record.COMPANY)}
    return {**built_in, **{path: one.label for path, one in (own or {}).items() if path.startswith(OF_FIRM)}}


def _shown(name: str, value: Any, own: Mapping[str, Any], names: Names) -> str:
    if value in (None, ""):
        return ""
    if name == "consent":
        return str(ConsentAct(value).label)
    if name in own:
        return str(own[name].show(value, names))
    return ", ".join(value) if isinstance(value, list) else str(value)
