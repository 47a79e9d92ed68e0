import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relacja.contacts import consents, dates, narrowing
from relacja.contacts.models import Contact, Record, Stage
from relacja.events.vocabulary import Name, add
from relacja.lib.errors import Refused
from relacja.ui import written


def field_label(name: str) -> str:
    """A field of a contact as people call it."""
    labels = {field.name: field.verbose_name for field in Contact._meta.fields}
    return str(labels.get(name, name))


def fields_label(names: str) -> str:
    """Several of them, as they stand in an event."""
    return ", ".join(field_label(name) for name in str(names).split(", "))


def why(value: Any) -> str:
    """Why a rule chose the owner: whom it asks for, and how one of a team was found."""
    if not isinstance(value, Mapping):
        return str(value)
    try:
        asked = narrowing.answers().sentence(json.loads(value["rule"]), of=Record.CONTACT, is_looked_at=False)
    except (Refused, KeyError, ValueError, TypeError):
        asked = ""
    ways = {
        "turns": gettext("It was their turn in the team “{team}”."),
        "fewest": gettext("They had the fewest people in the team “{team}”."),
    }
    turn = ways.get(str(value.get("way")), "").format(team=value.get("team", ""))
    return f"{asked} {turn}".strip()


_PURPOSE = {"purpose": consents.label}
_OF_A_DATE = {
    "field": _("Field"),
    "label": _("Name of the date"),
    "date": _("Day"),
    "days": _("Days"),
    "years": _("Years"),
}


def _day(value: str) -> str:
    return written.day(date.fromisoformat(value))


def _far(days: int) -> str:
    return capfirst(dates.far(days))


add(
    Name(
        "Owner Changed",
        _("Owner changed"),
        _("Is taken care of by {owner}"),
        "user-check",
        "contact",
        {"owner": _("Owner"), "rule": _("Rule"), "reason": _("Why")},
        shown={"reason": why},
    ),
    Name(
        "Contact Created",
        _("Contact created"),
        _("Is added as a contact"),
        "user-plus",
        "contact",
        {"source": _("Source")},
    ),
    Name(
        "Contact Updated",
        _("Contact changed"),
        _("Data changed: {fields}"),
        "pencil",
        "contact",
        {"fields": _("Fields"), "author": _("Author")},
        shown={"fields": fields_label},
    ),
    Name(
        dates.COMING,
        _("Date coming"),
        _("{days}: {label}, {date}"),
        "calendar-clock",
        "date",
        _OF_A_DATE,
        shown={"date": _day, "days": _far},
    ),
    Name(
        dates.REACHED,
        _("Date reached"),
        _("{days}: {label}, {date}"),
        "calendar-check",
        "date",
        _OF_A_DATE,
        shown={"date": _day, "days": _far},
    ),
    Name(
        dates.PASSED,
        _("Date passed"),
        _("{days}: {label}, {date}"),
        "calendar-x",
        "date",
        _OF_A_DATE,
        shown={"date": _day, "days": lambda days: _far(-days)},
    ),
    Name("Contact Archived", _("Contact archived"), _("Is archived"), "archive", "contact"),
    Name("Contact Discarded", _("Contact in the trash"), _("Goes to the trash"), "trash-2", "contact"),
    Name("Contact Restored", _("Contact restored"), _("Is restored"), "archive-restore", "contact"),
    Name("Contact Identified", _("Contact identified"), _("Introduces themself"), "fingerprint", "contact", quiet=True),
    Name(
        "Visitor Recognised",
        _("Visitor recognised"),
        _("Is recognised: earlier visits join the history"),
        "fingerprint",
        "contact",
    ),
    Name(
        "Possible Duplicate Found",
        _("Possible duplicate"),
        _("May be the same person as contact {other}"),
        "copy",
        "contact",
        {"other": _("Other contact")},
    ),
    Name(
        "Contacts Merged",
        _("Contacts merged"),
        _("Is one person with contact {other}"),
        "merge",
        "contact",
        {"other": _("Other contact"), "author": _("Author")},
    ),
    Name(
        "Merge Taken Apart",
        _("Merge taken apart"),
        _("Is another person than contact {other}"),
        "split",
        "contact",
        {"other": _("Other contact"), "author": _("Author")},
    ),
    Name(
        "Stage Changed",
        _("Stage changed"),
        _("Is now: {stage}"),
        "trending-up",
        "contact",
        {"stage": _("Stage"), "before": _("Before"), "author": _("Author")},
        shown={"stage": lambda value: Stage(value).label},
    ),
    Name(
        "Note Added",
        _("Note"),
        _("{author} notes"),
        "pencil-line",
        "contact",
        {"author": _("Author"), "text": _("Text")},
    ),
    Name(
        "Consent Requested",
        _("Consent requested"),
        _("Is asked to confirm: {purpose}"),
        "mail-question",
        "consent",
        {"purpose": _("Purpose")},
        shown=_PURPOSE,
    ),
    Name(
        "Consent Given",
        _("Consent given"),
        _("Agrees: {purpose}"),
        "circle-check",
        "consent",
        {"purpose": _("Purpose"), "channel": _("Channel")},
        shown=_PURPOSE,
        customer_visible=True,
    ),
    Name(
        "Consent Withdrawn",
        _("Consent withdrawn"),
        _("Withdraws consent: {purpose}"),
        "circle-x",
        "consent",
        {"purpose": _("Purpose"), "channel": _("Channel")},
        shown=_PURPOSE,
        customer_visible=True,
    ),
)
