"""The rule under which people here take customers over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from relacja.contacts.models import Taking
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author

TAKING = "taking"
FIELDS = ("whose", "of_gone", "most")


@transaction.atomic
def set_taking(wanted: Mapping[str, Any], *, now: datetime, by: Author | None, into: Recorder | None = None) -> None:
    """From now on people are taken over under this rule. What differs is noted in the history."""
    present = plain_taking()
    after = {field: wanted[field] for field in FIELDS if wanted[field] != present[field]}
    if not after:
        return
    put_taking(after)
    with one_set("contacts.taking", by=by, source="staff", now=now, into=into) as noted:
        noted.note(TAKING, 1, before={field: present[field] for field in after}, after=after)


def plain_taking() -> dict[str, Any]:
    """The rule as the history has it."""
    present = Taking.present()
    return {field: getattr(present, field) for field in FIELDS}


def put_taking(values: Mapping[str, Any]) -> None:
    """Store these fields."""
    Taking.objects.update_or_create(pk=1, defaults={**plain_taking(), **values})
