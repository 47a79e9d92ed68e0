"""Fields for programs: everything that can be known about a record."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from relacja.contacts import fields
from relacja.contacts.fields import Known
from relacja.contacts.models import Meaning, Record
from relacja.staff.api import refuse_unknown, scope

router = Router(tags=["fields"])


class FieldOut(Schema):
    """A field of contacts or companies. `values` is JSON Schema of what it holds, `path` its name in rules.

    `meaning` says of dates whether they come once or return every year; `basis` by what right the values are kept.
    """

    path: str
    key: str
    label: str
    kind: str
    of: str
    is_own: bool
    is_required: bool
    is_personal: bool
    meaning: Meaning | None
    is_yearly: bool
    basis: str
    values: dict[str, Any]


class FieldsOut(Schema):
    items: list[FieldOut]


@router.get("/fields", auth=scope("contacts.view"), response=FieldsOut)
def known_fields(request: HttpRequest, of: Record = Record.CONTACT) -> dict[str, Any]:
    """Everything that can be known about a contact or a company: built-in fields and those people made here."""
    refuse_unknown(request, "of")
    return {"items": [_field(known) for known in fields.known(of)]}


def _field(known: Known) -> dict[str, Any]:
    names = ("path", "key", "of", "is_required", "is_personal", "is_yearly", "basis")
    return {
        **{name: getattr(known, name) for name in names},
        "label": str(known.label),
        "kind": known.kind.code,
        "meaning": known.options.meaning if known.kind.code == "date" else None,
        "is_own": known.field is not None,
        "values": known.schema(),
    }
